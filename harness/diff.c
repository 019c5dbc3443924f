// SPDX-License-Identifier: MIT
/* diff.c: the values of several sides, and their ratios to the first. */
#include "diff.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Below this many batches no interval says more than the range (design). */
#define MIN_BATCHES 3

static const struct stats_interval unknown = { NAN, NAN, NAN, 0, true };

static int value_of(const struct side_row *row, struct stats_interval *value)
{
	int rc;

	*value = unknown;
	if (!row->nr)
		return 0;
	rc = stats_location(row->values, row->nr, DIFF_LEVEL, value);
	if (!rc && row->nr < MIN_BATCHES) {
		value->lo = row->lo;
		value->hi = row->hi;
		value->level = 0;
	}
	return rc;
}

/* NULL if a value is not above 0 (the cost of nothing may be less). */
static double *logs_of(const struct side_row *row, int *rc)
{
	double *logs = malloc((row->nr + 1) * sizeof(*logs));

	*rc = logs ? 0 : -ENOMEM;
	for (size_t i = 0; logs && i < row->nr; i++) {
		if (!(row->values[i] > 0)) {
			free(logs);
			return NULL;
		}
		logs[i] = log(row->values[i]);
	}
	return logs;
}

int diff_ratio(const struct side_row *a, const struct side_row *b,
	       struct stats_interval *ratio)
{
	double *x, *y = NULL;
	int rc;

	*ratio = unknown;
	x = logs_of(a, &rc);
	if (x)
		y = logs_of(b, &rc);
	if (x && y && a->nr && b->nr) {
		rc = stats_shift(x, a->nr, y, b->nr, DIFF_LEVEL, ratio);
		ratio->value = exp(ratio->value);
		ratio->lo = exp(ratio->lo);
		ratio->hi = exp(ratio->hi);
		if (a->nr < MIN_BATCHES || b->nr < MIN_BATCHES) {
			ratio->lo = a->lo > 0 ? b->lo / a->hi : NAN;
			ratio->hi = a->lo > 0 ? b->hi / a->lo : NAN;
			ratio->level = 0;
		}
	}
	free(x);
	free(y);
	return rc;
}

static int make_row(const struct side *sides, struct diff *diff,
		    struct diff_row *row)
{
	bool common = true;
	int rc = 0;

	for (size_t i = 0; i < diff->nr_sides && !rc; i++) {
		struct diff_cell *cell = &row->cells[i];

		cell->row = side_find(&sides[i], row->name);
		cell->value = cell->ratio = unknown;
		if (cell->row)
			rc = value_of(cell->row, &cell->value);
		if (!rc && cell->row && row->cells[0].row)
			rc = diff_ratio(row->cells[0].row, cell->row,
					&cell->ratio);
		common &= !isnan(cell->ratio.value);
	}
	for (size_t i = 0; i < diff->nr_sides && common && !rc; i++)
		diff->means[i] += log(row->cells[i].ratio.value);
	diff->nr_common += common;
	return rc;
}

/* In the order of the files: it is the order in which xbench writes them. */
static int by_place(const void *a, const void *b)
{
	const struct side_row *x = *(const struct side_row *const *)a;
	const struct side_row *y = *(const struct side_row *const *)b;

	return (x->place > y->place) - (x->place < y->place);
}

/* The rows of sides[i] that no side before it has.  Returns their number. */
static size_t new_rows(const struct side *sides, size_t i,
		       const struct side_row **list)
{
	size_t nr = 0;

	for (size_t k = 0; k < sides[i].nr; k++) {
		size_t before = 0;

		while (before < i &&
		       !side_find(&sides[before], &sides[i].rows[k]))
			before++;
		if (before == i)
			list[nr++] = &sides[i].rows[k];
	}
	qsort(list, nr, sizeof(*list), by_place);
	return nr;
}

int diff_make(const struct side *sides, size_t nr, struct diff *diff)
{
	const struct side_row **list;
	size_t max = 0, n = 0;
	int rc = -ENOMEM;

	for (size_t i = 0; i < nr; i++)
		max += sides[i].nr;
	*diff = (struct diff){ .nr_sides = nr };
	diff->rows = calloc(max + 1, sizeof(*diff->rows));
	diff->cells = calloc(max * nr + 1, sizeof(*diff->cells));
	diff->means = calloc(nr + 1, sizeof(*diff->means));
	list = calloc(max + 1, sizeof(*list));
	if (diff->rows && diff->cells && diff->means && list) {
		for (size_t i = 0; i < nr; i++)
			n += new_rows(sides, i, &list[n]);
		rc = 0;
	}
	for (size_t i = 0; i < n && !rc; i++) {
		diff->rows[i] = (struct diff_row){
			.name = list[i],
			.cells = &diff->cells[i * nr],
		};
		rc = make_row(sides, diff, &diff->rows[i]);
		diff->nr++;
	}
	free(list);
	for (size_t i = 0; i < nr && !rc; i++)
		diff->means[i] =
			diff->nr_common
				? exp(diff->means[i] / (double)diff->nr_common)
				: NAN;
	if (rc)
		diff_free(diff);
	return rc;
}

void diff_free(struct diff *diff)
{
	free(diff->rows);
	free(diff->cells);
	free(diff->means);
	*diff = (struct diff){ 0 };
}
