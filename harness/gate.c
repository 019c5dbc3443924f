// SPDX-License-Identifier: MIT
/* gate.c: the stored rule on two sides, row by row. */
#include "gate.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "diff.h"

const struct gate_request gate_default_request = {
	/* results-and-gates.md of the design. */
	.rules = { .margin = 0.01,
		   .threshold = 0.03,
		   .alpha = 0.01,
		   .beta = 0.01 },
};

static bool glob_matches(const char *glob, const struct csv_row *row)
{
	char name[256];

	snprintf(name, sizeof(name), "%s/%s", row->benchmark, row->mode);
	return fnmatch(glob, row->benchmark, 0) == 0 ||
	       fnmatch(glob, name, 0) == 0;
}

bool gate_selects(const struct gate_request *request, const struct csv_row *row)
{
	bool by_name = !request->nr_globs, by_backend = !request->nr_backends;

	for (size_t i = 0; i < request->nr_globs; i++)
		by_name |= glob_matches(request->globs[i], row);
	for (size_t i = 0; i < request->nr_backends; i++)
		by_backend |= strcmp(request->backends[i], row->backend) == 0;
	return by_name && by_backend;
}

static bool is_selected(const void *request, const struct csv_row *row)
{
	return gate_selects(request, row);
}

const struct metric *gate_metric(const struct gate_request *request,
				 const struct side *a)
{
	return request->metric ? request->metric
			       : metric_default(a->files, a->nr_files,
						is_selected, request);
}

/* Null distributions by n and m: the rows of a suite share very few. */
struct nulls {
	struct stats_u *list;
	size_t nr;
};

static const struct stats_u *null_of(struct nulls *nulls, size_t n, size_t m)
{
	struct stats_u *more;

	for (size_t i = 0; i < nulls->nr; i++)
		if (nulls->list[i].n == n && nulls->list[i].m == m)
			return &nulls->list[i];
	more = reallocarray(nulls->list, nulls->nr + 1, sizeof(*more));
	if (!more)
		return NULL;
	nulls->list = more;
	if (stats_u_make(n, m, &more[nulls->nr]))
		return NULL;
	return &more[nulls->nr++];
}

static void free_nulls(struct nulls *nulls)
{
	for (size_t i = 0; i < nulls->nr; i++)
		stats_u_free(&nulls->list[i]);
	free(nulls->list);
}

/* Why a row of the baseline is MISSING on side B; false if it is there. */
static bool is_missing(const struct side_row *b, struct gate_row *row)
{
	size_t bytes = sizeof(row->why);

	if (!b)
		snprintf(
			row->why, bytes,
			"the new side has no such row: was it renamed, or not run?");
	else if (b->nr_failed)
		snprintf(row->why, bytes, "%zu of %zu launches: %s: %.150s",
			 b->nr_failed, b->nr_failed + b->nr_noisy + b->nr_ok,
			 b->failed->status, b->failed->reason);
	else if (!b->nr)
		snprintf(
			row->why, bytes,
			"no launch of the new side has a value: %zu contaminated",
			b->nr_noisy);
	else
		return false;
	row->verdict = GATE_MISSING;
	return true;
}

static double location_of(const double *values, size_t n)
{
	struct stats_interval location;

	if (!n || stats_location(values, n, DIFF_LEVEL, &location))
		return NAN;
	return location.value;
}

bool gate_begin_row(const struct side_row *a, const struct side_row *b,
		    struct gate_row *row)
{
	*row = (struct gate_row){
		.name = a->name,
		.fidelity = a->fidelity,
		.verdict = GATE_INCONCLUSIVE,
		.test = gate_no_test,
		.data = { .a = a->values, .n = a->nr },
		.before = location_of(a->values, a->nr),
		.after = NAN,
		.ratio = { NAN, NAN, NAN, 0, true },
		.least = NAN,
	};
	if (is_missing(b, row))
		return false;
	row->data.b = b->values;
	row->data.m = b->nr;
	row->data.quantum = fmax(a->quantum, b->quantum);
	if (isnan(row->data.quantum))
		row->data.quantum = 0;
	row->after = location_of(b->values, b->nr);
	return true;
}

/* All of a row but the verdict of the suite.  0 or -ENOMEM. */
static int measure(const struct gate_request *request, const struct side_row *a,
		   const struct side_row *b, struct nulls *nulls,
		   struct gate_row *row)
{
	const struct stats_u *null;

	if (!gate_begin_row(a, b, row))
		return 0;
	null = null_of(nulls, a->nr, b->nr);
	if (!null || diff_ratio(a, b, &row->ratio))
		return -ENOMEM;
	if (gate_is_unresolvable(&row->data, &request->rules)) {
		strcpy(row->why, gate_unresolvable);
		return 0;
	}
	return gate_test_stored(&row->data, &request->rules, null, &row->test);
}

/* Verdicts on the rows that were tested, and the least effects. */
static int judge(const struct gate_request *request, struct nulls *nulls,
		 struct gate *gate)
{
	struct gate_test *tests = calloc(gate->nr + 1, sizeof(*tests));
	enum gate_verdict *verdicts = calloc(gate->nr + 1, sizeof(*verdicts));
	bool *better = calloc(gate->nr + 1, sizeof(*better));
	double p = request->rules.alpha / (double)gate->nr;
	int rc = tests && verdicts && better ? 0 : -ENOMEM;

	for (size_t i = 0; i < gate->nr && !rc; i++)
		tests[i] = gate->rows[i].test;
	if (!rc)
		rc = gate_judge(tests, gate->nr, &request->rules, 1, verdicts,
				better);
	for (size_t i = 0; i < gate->nr && !rc; i++) {
		struct gate_row *row = &gate->rows[i];

		if (row->verdict == GATE_MISSING)
			continue;
		row->verdict = verdicts[i];
		row->better = better[i];
		rc = gate_least_effect(&row->data, &request->rules,
				       null_of(nulls, row->data.n, row->data.m),
				       p, &row->least);
		if (row->verdict != GATE_INCONCLUSIVE || *row->why)
			continue;
		if (gate_is_blind(&row->test, gate->nr, &request->rules, 1)) {
			gate->nr_blind++;
			snprintf(
				row->why, sizeof(row->why),
				"%zu and %zu batches can never FAIL among %zu rows: %zu a side are needed",
				row->data.n, row->data.m, gate->nr,
				gate_batches_needed(gate->nr, &request->rules));
		} else {
			snprintf(
				row->why, sizeof(row->why),
				"%s: more batches would tell",
				row->ratio.value > 1 + request->rules.margin
					? "neither a rise nor its absence is proven"
					: "a rise of the threshold is not excluded");
		}
	}
	free(tests);
	free(verdicts);
	free(better);
	return rc;
}

/* What the reader should know although it is no reason to refuse. */
static void write_notes(const struct gate_request *request,
			const struct side *a, const struct side *b, FILE *out)
{
	const struct side *const sides[] = { a, b };
	size_t nr_new = 0, nr_unmeasured = 0, nr_incomplete = 0;

	for (size_t i = 0; i < b->nr; i++)
		nr_new += gate_selects(request, b->rows[i].name) &&
			  !side_find(a, &b->rows[i]);
	for (size_t i = 0; i < a->nr; i++)
		nr_unmeasured += gate_selects(request, a->rows[i].name) &&
				 !a->rows[i].nr;
	if (nr_new)
		fprintf(out,
			"%zu rows are new: the baseline does not have them, nothing guards them\n",
			nr_new);
	if (nr_unmeasured)
		fprintf(out,
			"%zu rows were not measured in the baseline (skipped or failed): nothing guards them\n",
			nr_unmeasured);
	for (size_t s = 0; s < 2; s++) {
		const char *subject = NULL;
		bool mixed = false;

		for (size_t i = 0; i < sides[s]->nr_files; i++)
			for (size_t k = 0; k < sides[s]->files[i].nr_rows;
			     k++) {
				const char *text =
					sides[s]->files[i].rows[k].subject;

				mixed |= subject && strcmp(subject, text) != 0;
				subject = text;
			}
		if (mixed)
			fprintf(out,
				"%s holds more than one subject (kernel, mitigations or xbench build): its spread may be theirs\n",
				sides[s]->paths[0]);
		for (size_t i = 0; i < sides[s]->nr; i++)
			nr_incomplete += sides[s]->rows[i].nr_incomplete;
	}
	if (nr_incomplete)
		fprintf(out,
			"%zu batches of rows were incomplete and not used\n",
			nr_incomplete);
}

static int collect(const struct gate_request *request, const struct side *a,
		   const struct side *b, struct nulls *nulls, struct gate *gate)
{
	int rc = 0;

	for (size_t i = 0; i < a->nr && !rc; i++)
		if (a->rows[i].nr && gate_selects(request, a->rows[i].name))
			rc = measure(request, &a->rows[i],
				     side_find(b, &a->rows[i]), nulls,
				     &gate->rows[gate->nr++]);
	return rc;
}

int gate_begin(const struct gate_request *request, const struct side *a,
	       const struct side *b, const struct metric *metric,
	       struct gate *gate)
{
	size_t bytes;
	FILE *notes;

	*gate = (struct gate){
		.request = request,
		.metric = metric,
		.name_a = a->paths[0],
		.name_b = b->paths[0],
		.rows = calloc(a->nr + 1, sizeof(*gate->rows)),
	};
	notes = open_memstream(&gate->notes, &bytes);
	if (notes)
		write_notes(request, a, b, notes);
	if (!notes || fclose(notes) || !gate->rows) {
		gate_free(gate);
		return -ENOMEM;
	}
	return 0;
}

int gate_stored(const struct gate_request *request, const struct side *a,
		const struct side *b, const struct metric *metric,
		struct gate *gate)
{
	struct nulls nulls = { 0 };
	int rc = gate_begin(request, a, b, metric, gate);

	if (rc)
		return rc;
	rc = collect(request, a, b, &nulls, gate);
	if (!rc && gate->nr)
		rc = judge(request, &nulls, gate);
	free_nulls(&nulls);
	if (rc)
		gate_free(gate);
	else
		gate_finish(gate);
	return rc;
}

/* The rows come from the baseline's memory, in the order of its names; in the
 * file they stand as xbench wrote them. */
static int compare_rows(const void *a, const void *b)
{
	const struct gate_row *x = a, *y = b;

	if (x->verdict != y->verdict)
		return x->verdict < y->verdict ? -1 : 1;
	if (x->better != y->better)
		return x->better ? -1 : 1;
	return (x->name > y->name) - (x->name < y->name);
}

void gate_finish(struct gate *gate)
{
	qsort(gate->rows, gate->nr, sizeof(*gate->rows), compare_rows);
	memset(gate->counts, 0, sizeof(gate->counts));
	gate->nr_better = 0;
	for (size_t i = 0; i < gate->nr; i++) {
		gate->counts[gate->rows[i].verdict]++;
		gate->nr_better += gate->rows[i].better;
	}
}

void gate_free(struct gate *gate)
{
	free(gate->rows);
	free(gate->values);
	free(gate->notes);
	*gate = (struct gate){ 0 };
}

int gate_exit_code(const struct gate *gate)
{
	size_t inconclusive = gate->counts[GATE_INCONCLUSIVE];

	if (gate->counts[GATE_FAIL] || (gate->request->strict && inconclusive))
		return EXIT_REGRESSION;
	if (gate->counts[GATE_MISSING] || gate->nr_blind)
		return EXIT_INCOMPLETE;
	if (inconclusive && !gate->request->allow_inconclusive)
		return EXIT_INCOMPLETE;
	return EXIT_DONE;
}
