// SPDX-License-Identifier: MIT
/* figures.c: the launches of a result file, made into one figure each. */
#include "figures.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "catalog.h"
#include "metric.h"
#include "stats.h"

/* Texts of one file are mostly the same pointer where they are equal. */
static int compare_texts(const char *a, const char *b)
{
	return a == b ? 0 : strcmp(a, b);
}

static int compare_figure(const struct csv_row *a, const struct csv_row *b)
{
	int order = compare_texts(a->family, b->family);

	if (!order)
		order = compare_texts(a->benchmark, b->benchmark);
	if (!order)
		order = compare_texts(a->mode, b->mode);
	if (!order)
		order = compare_texts(a->backend, b->backend);
	return order;
}

static int compare_rows(const void *a, const void *b)
{
	const struct csv_row *x = *(const struct csv_row *const *)a;
	const struct csv_row *y = *(const struct csv_row *const *)b;
	int order = compare_figure(x, y);

	/* Else as in the file, so that the outcome does not depend on qsort. */
	return order ? order : (x > y) - (x < y);
}

static size_t rank(const char *const *words, size_t nr, const char *word)
{
	size_t i = 0;

	while (i < nr && strcmp(words[i], word) != 0)
		i++;
	return i;
}

static bool is_ok(const struct csv_row *row)
{
	return strcmp(row->status, "ok") == 0;
}

static void worsen_fidelity(struct figure *figure, const char *fidelity)
{
	static const char *const grades[] = { "native", "unknown", "trapped",
					      "emulated" };
	const size_t nr = sizeof(grades) / sizeof(grades[0]);
	size_t new = rank(grades, nr, fidelity);
	size_t old = rank(grades, nr, figure->fidelity);

	if (new == nr)
		new = 1; /* unknown */
	if (!*figure->fidelity || new > old)
		figure->fidelity = grades[new];
}

static void worsen_status(struct figure *figure, const struct csv_row *row)
{
	static const char *const grades[] = { "skip", "unresolvable",
					      "contaminated", "fault",
					      "error" };
	const size_t nr = sizeof(grades) / sizeof(grades[0]);

	if (figure->nr_failed++ &&
	    rank(grades, nr, row->status) <= rank(grades, nr, figure->status))
		return;
	figure->status = row->status;
	figure->reason = row->reason;
}

static bool has_word(const char *words, const char *word, size_t len)
{
	while (*words) {
		size_t n = strcspn(words, " ");

		if (n == len && memcmp(words, word, len) == 0)
			return true;
		words += n;
		words += strspn(words, " ");
	}
	return false;
}

static int add_flags(struct figure *figure, const char *flags)
{
	size_t used = strlen(figure->flags);
	/* Each word may need a space before it that `flags` has as well. */
	char *words = realloc(figure->flags, used + strlen(flags) + 2);

	if (!words)
		return -ENOMEM;
	figure->flags = words;
	while (*(flags += strspn(flags, " ;"))) {
		size_t len = strcspn(flags, " ;");

		if (!has_word(words, flags, len)) {
			if (used)
				words[used++] = ' ';
			memcpy(words + used, flags, len);
			used += len;
			words[used] = '\0';
		}
		flags += len;
	}
	return 0;
}

/* The figure of the cost in this metric of the rows that are ok. */
static struct figure_cost cost_of(const struct csv_row *const *rows, size_t nr,
				  const struct metric *metric, double *scratch)
{
	const struct figure_cost none = { NAN, NAN, NAN };
	size_t nr_ok = 0;

	for (size_t i = 0; i < nr; i++) {
		if (!is_ok(rows[i]))
			continue;
		scratch[nr_ok] = metric_value(metric, rows[i]);
		if (isnan(scratch[nr_ok++]))
			return none;
	}
	if (!nr_ok)
		return none;
	stats_sort(scratch, nr_ok);
	return (struct figure_cost){
		.value = stats_quantile(scratch, nr_ok, 0.25),
		.lo = scratch[0],
		.hi = scratch[nr_ok - 1],
	};
}

static void add_events(const struct csv_file *file,
		       const struct csv_row *const *rows, size_t nr,
		       double *scratch, struct figure *figure)
{
	for (size_t i = 0; i < file->nr_events; i++) {
		struct metric metric = metric_event(file->events[i]);

		figure->events[i] = cost_of(rows, nr, &metric, scratch);
	}
}

static int make_figure(const struct csv_row *const *rows, size_t nr,
		       double *scratch, struct figure *figure)
{
	*figure = (struct figure){
		.family = rows[0]->family,
		.benchmark = rows[0]->benchmark,
		.mode = rows[0]->mode,
		.backend = rows[0]->backend,
		.fidelity = "",
		.flags = strdup(""),
		.tsc = cost_of(rows, nr, metric_by_name("tsc"), scratch),
		.ns = cost_of(rows, nr, metric_by_name("ns"), scratch),
		.cycles = cost_of(rows, nr, metric_by_name("cycles"), scratch),
		.status = "",
		.reason = "",
	};
	if (!figure->flags)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++) {
		if (!is_ok(rows[i])) {
			worsen_status(figure, rows[i]);
			continue;
		}
		figure->nr_launches++;
		if (rows[i]->dropped != CSV_NO_COUNT)
			figure->dropped += rows[i]->dropped;
		worsen_fidelity(figure, rows[i]->fidelity);
		if (add_flags(figure, rows[i]->flags))
			return -ENOMEM;
	}
	return 0;
}

static int fill(const struct csv_file *file, const struct csv_row *const *rows,
		size_t nr, double *scratch, struct figures *figures)
{
	size_t first = 0;

	while (first < nr) {
		size_t end = first + 1;
		int rc;

		while (end < nr && compare_figure(rows[first], rows[end]) == 0)
			end++;
		rc = make_figure(rows + first, end - first, scratch,
				 &figures->list[figures->nr]);
		if (rc)
			return rc;
		add_events(file, rows + first, end - first, scratch,
			   &figures->list[figures->nr++]);
		first = end;
	}
	return 0;
}

static size_t backend_rank(const char *name)
{
	size_t i = 0;

	while (backends[i] && strcmp(backends[i]->name, name) != 0)
		i++;
	return i;
}

static size_t family_rank(const char *name)
{
	size_t i = 0;

	while (i < XB_NR_BENCHES && strcmp(catalog[i].family, name) != 0)
		i++;
	return i;
}

static size_t bench_rank(const char *name)
{
	size_t i = 0;

	while (i < XB_NR_BENCHES && strcmp(catalog[i].name, name) != 0)
		i++;
	return i;
}

static int compare_ranks(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

int figures_order(const struct figure *x, const struct figure *y)
{
	int order =
		compare_ranks(family_rank(x->family), family_rank(y->family));

	if (!order)
		order = compare_texts(x->family, y->family);
	if (!order)
		order = compare_ranks(backend_rank(x->backend),
				      backend_rank(y->backend));
	if (!order)
		order = compare_texts(x->backend, y->backend);
	if (!order)
		order = compare_ranks(bench_rank(x->benchmark),
				      bench_rank(y->benchmark));
	if (!order)
		order = compare_texts(x->benchmark, y->benchmark);
	if (!order)
		order = compare_ranks(
			rank(catalog_modes, XB_NR_MODES, x->mode),
			rank(catalog_modes, XB_NR_MODES, y->mode));
	return order ? order : compare_texts(x->mode, y->mode);
}

static int compare_shown(const void *a, const void *b)
{
	return figures_order(a, b);
}

int figures_make(const struct csv_file *file, struct figures *figures)
{
	size_t nr = file->nr_rows;
	const struct csv_row **rows = calloc(nr + 1, sizeof(*rows));
	double *scratch = calloc(nr + 1, sizeof(*scratch));
	int rc = -ENOMEM;

	figures->nr = 0;
	figures->list = calloc(nr + 1, sizeof(*figures->list));
	if (rows && scratch && figures->list) {
		for (size_t i = 0; i < nr; i++)
			rows[i] = &file->rows[i];
		qsort(rows, nr, sizeof(*rows), compare_rows);
		rc = fill(file, rows, nr, scratch, figures);
		qsort(figures->list, figures->nr, sizeof(*figures->list),
		      compare_shown);
	}
	free(rows);
	free(scratch);
	if (rc)
		figures_free(figures);
	return rc;
}

void figures_free(struct figures *figures)
{
	for (size_t i = 0; i < figures->nr; i++)
		free(figures->list[i].flags);
	free(figures->list);
	*figures = (struct figures){ 0 };
}
