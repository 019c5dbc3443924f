// SPDX-License-Identifier: MIT
/* gate_pairs.c: the sequential rule on pairs of launches, look by look. */
#include "gate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"

#define SHARE (1.0 / STATS_NR_LOOKS)

/* The values of the pairs that are whole go to `values`: first all of a, then
 * all of b.  Both rows are in the order of files. */
static void pair_up(const struct side_row *a, const struct side_row *b,
		    double *values, struct gate_data *data)
{
	size_t n = 0, i = 0, j = 0;

	data->a = values;
	data->b = values + a->nr;
	while (i < a->nr && j < b->nr) {
		size_t file_a = a->files[i], file_b = b->files[j];

		if (file_a == file_b) {
			values[n] = a->values[i];
			values[a->nr + n++] = b->values[j];
		}
		i += file_a <= file_b;
		j += file_b <= file_a;
	}
	data->n = data->m = n;
}

/* The typical ratio b / a, and its interval.  0 or -ENOMEM. */
static int ratio_of(const struct gate_data *data, struct stats_interval *ratio)
{
	double *logs = calloc(data->n + 1, sizeof(*logs));
	int rc;

	if (!logs)
		return -ENOMEM;
	for (size_t i = 0; i < data->n; i++) {
		if (!(data->a[i] > 0 && data->b[i] > 0)) {
			free(logs);
			return 0;
		}
		logs[i] = log(data->b[i] / data->a[i]);
	}
	rc = stats_location(logs, data->n, DIFF_LEVEL, ratio);
	ratio->value = exp(ratio->value);
	ratio->lo = exp(ratio->lo);
	ratio->hi = exp(ratio->hi);
	free(logs);
	return rc;
}

static const struct gate_row *find_row(const struct gate *gate,
				       const struct gate_row *row)
{
	for (size_t i = 0; gate && i < gate->nr; i++)
		if (!strcmp(gate->rows[i].name->benchmark,
			    row->name->benchmark) &&
		    !strcmp(gate->rows[i].name->mode, row->name->mode) &&
		    !strcmp(gate->rows[i].name->backend, row->name->backend))
			return &gate->rows[i];
	return NULL;
}

static int measure(const struct gate_request *request, const struct side_row *a,
		   const struct side_row *b, double *values,
		   struct gate_row *row)
{
	if (!gate_begin_row(a, b, row))
		return 0;
	pair_up(a, b, values, &row->data);
	if (!row->data.n) {
		row->verdict = GATE_MISSING;
		strcpy(row->why, "no pair has a value on both sides");
		return 0;
	}
	if (ratio_of(&row->data, &row->ratio))
		return -ENOMEM;
	if (gate_is_unresolvable(&row->data, &request->rules)) {
		strcpy(row->why, gate_unresolvable);
		return 0;
	}
	gate_test_pairs(&row->data, &request->rules, &row->test);
	row->open = true;
	return 0;
}

static int collect(const struct gate_request *request, const struct side *a,
		   const struct side *b, struct gate *gate)
{
	size_t used = 0;
	int rc = 0;

	for (size_t i = 0; i < a->nr; i++)
		used += 2 * a->rows[i].nr;
	gate->values = calloc(used + 1, sizeof(*gate->values));
	if (!gate->values)
		return -ENOMEM;
	used = 0;
	for (size_t i = 0; i < a->nr && !rc; i++) {
		const struct side_row *row = &a->rows[i];

		if (!row->nr || !gate_selects(request, row->name))
			continue;
		rc = measure(request, row, side_find(b, row),
			     &gate->values[used], &gate->rows[gate->nr++]);
		used += 2 * row->nr;
	}
	return rc;
}

/* What an earlier look decided stands; the others are judged now. */
static void settle(const struct gate_row *earlier, enum gate_verdict verdict,
		   bool better, struct gate_row *row)
{
	if (row->verdict == GATE_MISSING)
		return;
	row->better = better || (earlier && earlier->better);
	if (!row->open)
		return;
	row->verdict = verdict;
	if (earlier &&
	    (earlier->verdict == GATE_FAIL || earlier->verdict == GATE_PASS))
		row->verdict = earlier->verdict;
	row->open = row->verdict == GATE_INCONCLUSIVE;
	if (row->open)
		snprintf(
			row->why, sizeof(row->why),
			"neither a rise nor its absence is proven after %zu pairs",
			row->data.n);
}

static int judge(const struct gate_request *request, const struct gate *before,
		 struct gate *gate)
{
	struct gate_test *tests = calloc(gate->nr + 1, sizeof(*tests));
	enum gate_verdict *verdicts = calloc(gate->nr + 1, sizeof(*verdicts));
	bool *better = calloc(gate->nr + 1, sizeof(*better));
	double p = request->rules.alpha * SHARE / (double)gate->nr;
	int rc = tests && verdicts && better ? 0 : -ENOMEM;

	for (size_t i = 0; i < gate->nr && !rc; i++)
		tests[i] = gate->rows[i].test;
	if (!rc)
		rc = gate_judge(tests, gate->nr, &request->rules, SHARE,
				verdicts, better);
	for (size_t i = 0; i < gate->nr && !rc; i++) {
		struct gate_row *row = &gate->rows[i];

		settle(find_row(before, row), verdicts[i], better[i], row);
		if (row->verdict != GATE_MISSING)
			rc = gate_least_effect(&row->data, &request->rules,
					       NULL, p, &row->least);
		if (row->open &&
		    gate_is_blind(&row->test, gate->nr, &request->rules, SHARE))
			gate->nr_blind++;
	}
	free(tests);
	free(verdicts);
	free(better);
	return rc;
}

int gate_pairs(const struct gate_request *request, const struct side *a,
	       const struct side *b, const struct metric *metric,
	       const struct gate *before, struct gate *gate)
{
	int rc = gate_begin(request, a, b, metric, gate);

	if (rc)
		return rc;
	gate->paired = true;
	gate->looks = before ? before->looks + 1 : 1;
	rc = collect(request, a, b, gate);
	if (!rc && gate->nr)
		rc = judge(request, before, gate);
	if (rc)
		gate_free(gate);
	else
		gate_finish(gate);
	return rc;
}

size_t gate_undecided(const struct gate *gate)
{
	size_t nr = 0;

	for (size_t i = 0; i < gate->nr; i++)
		nr += gate->rows[i].open;
	return nr;
}
