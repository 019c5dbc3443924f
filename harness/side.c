// SPDX-License-Identifier: MIT
/* side.c: one side of a comparison: result files, by row and batch. */
#define _GNU_SOURCE
#include "side.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine.h"
#include "stats.h"

/* A row, and its file: batches of two files are two batches. */
struct place {
	const struct csv_row *row;
	size_t file;
	size_t order; /* in the files, one after the other */
};

/* Texts of one file are the same pointer where they are equal. */
static int compare_texts(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a, b);
}

static int compare_names(const struct csv_row *a, const struct csv_row *b)
{
	int order = compare_texts(a->benchmark, b->benchmark);

	if (!order)
		order = compare_texts(a->mode, b->mode);
	return order ? order : compare_texts(a->backend, b->backend);
}

static int compare_batches(const struct place *a, const struct place *b)
{
	int order = (a->file > b->file) - (a->file < b->file);

	if (!order)
		order = compare_texts(a->row->host, b->row->host);
	if (!order)
		order = compare_texts(a->row->subject, b->row->subject);
	if (!order)
		order = (a->row->batch > b->row->batch) -
			(a->row->batch < b->row->batch);
	return order;
}

static bool same_batch(const struct place *a, const struct place *b,
		       bool by_file)
{
	return by_file ? a->file == b->file : !compare_batches(a, b);
}

static int by_name(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = compare_names(x->row, y->row);

	if (!order)
		order = compare_batches(x, y);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static int by_batch(const void *a, const void *b)
{
	return compare_batches(a, b);
}

int side_compare(const struct side_row *a, const struct side_row *b)
{
	return compare_names(a->name, b->name);
}

static int compare_side_rows(const void *a, const void *b)
{
	return side_compare(a, b);
}

const struct side_row *side_find(const struct side *side,
				 const struct side_row *row)
{
	return bsearch(row, side->rows, side->nr, sizeof(*row),
		       compare_side_rows);
}

static size_t fidelity_rank(const char *fidelity)
{
	size_t i = 0;

	while (i < ENGINE_NR_FIDELITIES &&
	       strcmp(engine_fidelity_names[i], fidelity) != 0)
		i++;
	return i < ENGINE_NR_FIDELITIES ? i : ENGINE_UNKNOWN;
}

static bool is_noise(const char *status)
{
	return strcmp(status, engine_status_names[ENGINE_CONTAMINATED]) == 0 ||
	       strcmp(status, engine_status_names[ENGINE_UNRESOLVABLE]) == 0;
}

/* The body's are a power of two, and its rounds are odd: see csv.h. */
static void add_ops(struct side_row *side_row, uint64_t ops)
{
	uint64_t body = ops == CSV_NO_COUNT ? 0 : ops & -ops;

	side_row->ops_mixed |= side_row->ops && side_row->ops != body;
	side_row->ops = body;
}

static bool is_ok(const struct csv_row *row)
{
	return strcmp(row->status, engine_status_names[ENGINE_OK]) == 0;
}

/*
 * Of most launches that are ok, the worse one of equals.  A launch that is
 * something else is noise: its own checks failed while a neighbour ran.
 */
static size_t usual_fidelity(const struct place *places, size_t nr)
{
	size_t counts[ENGINE_NR_FIDELITIES] = { 0 };
	size_t usual = 0;

	for (size_t i = 0; i < nr; i++)
		if (is_ok(places[i].row))
			counts[fidelity_rank(places[i].row->fidelity)]++;
	for (size_t i = 1; i < ENGINE_NR_FIDELITIES; i++)
		if (counts[i] >= counts[usual] && counts[i])
			usual = i;
	return usual;
}

/* Count one launch.  True if it has a value, which is *value. */
static bool add_launch(struct side_row *out, const struct csv_row *row,
		       const struct metric *metric, size_t fidelity,
		       double *value)
{
	if (!is_ok(row)) {
		if (is_noise(row->status))
			out->nr_noisy++;
		else if (!out->nr_failed++)
			out->failed = row;
		return false;
	}
	if (fidelity_rank(row->fidelity) != fidelity) {
		out->nr_noisy++;
		return false;
	}
	out->nr_ok++;
	out->fidelity = engine_fidelity_names[fidelity];
	add_ops(out, row->ops);
	*value = metric_value(metric, row);
	if (isnan(*value)) {
		out->nr_other_unit++;
		return false;
	}
	if (!*out->source)
		out->source = row->cycles_source;
	if (compare_texts(out->source, row->cycles_source) != 0)
		out->source = "mixed";
	out->lo = fmin(out->lo, *value);
	out->hi = fmax(out->hi, *value);
	out->quantum = fmax(out->quantum, metric_quantum(metric, row));
	return true;
}

/*
 * The launches of one row, sorted by batch.  `out` comes with room for a value
 * a launch; `scratch` has as much.
 */
static void make_row(const struct place *places, size_t nr, bool by_file,
		     const struct metric *metric, double *scratch,
		     struct side_row *out)
{
	size_t fidelity = usual_fidelity(places, nr);

	out->name = places[0].row;
	out->place = places[0].order;
	out->fidelity = out->source = "";
	out->lo = INFINITY;
	out->hi = -INFINITY;
	out->quantum = NAN;
	for (size_t first = 0, end; first < nr; first = end) {
		size_t n = 0;

		for (end = first; end < nr && same_batch(&places[first],
							 &places[end], by_file);
		     end++) {
			if (places[end].order < out->place)
				out->place = places[end].order;
			n += add_launch(out, places[end].row, metric, fidelity,
					&scratch[n]);
		}
		if (n > out->batch_launches) {
			out->nr_incomplete += out->nr;
			out->nr = 0;
			out->batch_launches = n;
		}
		if (!n || n < out->batch_launches) {
			out->nr_incomplete++;
			continue;
		}
		stats_sort(scratch, n);
		out->values[out->nr] = stats_quantile(scratch, n, 0.25);
		out->files[out->nr++] = places[first].file;
	}
	if (out->nr_other_unit < out->nr_ok) {
		out->nr_ok -= out->nr_other_unit;
		out->nr_noisy += out->nr_other_unit;
		out->nr_other_unit = 0;
	}
}

static size_t count_rows(const struct side *side)
{
	size_t nr = 0;

	for (size_t i = 0; i < side->nr_files; i++)
		nr += side->files[i].nr_rows;
	return nr;
}

static struct place *list_places(const struct side *side)
{
	struct place *places = calloc(count_rows(side) + 1, sizeof(*places));
	size_t nr = 0;

	for (size_t i = 0; places && i < side->nr_files; i++)
		for (size_t k = 0; k < side->files[i].nr_rows; k++, nr++)
			places[nr] = (struct place){
				.row = &side->files[i].rows[k],
				.file = i,
				.order = nr,
			};
	return places;
}

static size_t count_names(const struct place *places, size_t nr)
{
	size_t names = nr != 0;

	for (size_t i = 1; i < nr; i++)
		names += compare_names(places[i - 1].row, places[i].row) != 0;
	return names;
}

int side_make(struct side *side, const struct metric *metric)
{
	size_t nr = count_rows(side);
	struct place *places = list_places(side);
	double *scratch = calloc(nr + 1, sizeof(*scratch));
	struct side_row *row;
	int rc = -ENOMEM;

	free(side->rows);
	free(side->values);
	free(side->value_files);
	side->nr = 0;
	side->rows = NULL;
	side->values = calloc(nr + 1, sizeof(*side->values));
	side->value_files = calloc(nr + 1, sizeof(*side->value_files));
	if (!places || !scratch || !side->values || !side->value_files)
		goto out;
	qsort(places, nr, sizeof(*places), by_name);
	side->rows = calloc(count_names(places, nr) + 1, sizeof(*side->rows));
	if (!side->rows)
		goto out;
	for (size_t first = 0, end; first < nr; first = end) {
		for (end = first + 1; end < nr; end++)
			if (compare_names(places[first].row, places[end].row))
				break;
		row = &side->rows[side->nr++];
		row->values = &side->values[first];
		row->files = &side->value_files[first];
		make_row(&places[first], end - first, side->by_file, metric,
			 scratch, row);
	}
	rc = 0;
out:
	free(places);
	free(scratch);
	return rc;
}

void side_scale(struct side *side, double factor)
{
	for (size_t i = 0; i < side->nr; i++) {
		struct side_row *row = &side->rows[i];

		for (size_t k = 0; k < row->nr; k++)
			row->values[k] *= factor;
		row->lo *= factor;
		row->hi *= factor;
	}
}

int side_read(const char *const *paths, size_t nr, struct side *side,
	      struct csv_error *err)
{
	*side = (struct side){ .paths = paths };
	side->files = calloc(nr + 1, sizeof(*side->files));
	if (!side->files) {
		strcpy(err->text, "out of memory");
		return -ENOMEM;
	}
	for (; side->nr_files < nr; side->nr_files++) {
		int rc = csv_read(paths[side->nr_files],
				  &side->files[side->nr_files], err);

		if (rc) {
			side_free(side);
			return rc;
		}
	}
	return 0;
}

void side_free(struct side *side)
{
	for (size_t i = 0; i < side->nr_files; i++)
		csv_free(&side->files[i]);
	free(side->files);
	free(side->rows);
	free(side->values);
	free(side->value_files);
	*side = (struct side){ 0 };
}

/* Seconds since 1970 of 2026-01-31T12:00:00Z; NaN if it is none such. */
static double seconds_of(const char *started)
{
	struct tm tm = { 0 };
	const char *end = strptime(started, "%Y-%m-%dT%H:%M:%SZ", &tm);

	return end && !*end ? (double)timegm(&tm) : NAN;
}

int side_starts(const struct side *side, double **starts, size_t *nr)
{
	size_t nr_rows = count_rows(side);
	struct place *places = list_places(side);
	int rc = 0;

	*nr = 0;
	*starts = calloc(nr_rows + 1, sizeof(**starts));
	if (!places || !*starts)
		rc = -ENOMEM;
	if (!rc)
		qsort(places, nr_rows, sizeof(*places), by_batch);
	for (size_t i = 0; i < nr_rows && !rc; i++) {
		double start = seconds_of(places[i].row->started);

		if (isnan(start))
			rc = -EINVAL;
		else if (i &&
			 same_batch(&places[i - 1], &places[i], side->by_file))
			(*starts)[*nr - 1] = fmin((*starts)[*nr - 1], start);
		else
			(*starts)[(*nr)++] = start;
	}
	if (!rc)
		stats_sort(*starts, *nr);
	else
		free(*starts);
	free(places);
	return rc;
}
