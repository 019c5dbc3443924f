/* SPDX-License-Identifier: MIT */
/* diff.h: the values of several sides, and their ratios to the first. */
#ifndef DIFF_H
#define DIFF_H

#include "side.h"
#include "stats_tests.h"

/*
 * A row in one file.  Intervals have a level of 0 where there are fewer than
 * three batches: they are then the range over launches.
 */
struct diff_cell {
	const struct side_row *row;  /* NULL: the file has no such row */
	struct stats_interval value; /* NaN if it was not measured */
	struct stats_interval ratio; /* to the first file's; NaN if unknown */
};

struct diff_row {
	const struct side_row *name;
	struct diff_cell *cells; /* one a side */
};

struct diff {
	size_t nr_sides;
	struct diff_row *rows; /* in the order of the first side that has it */
	size_t nr;
	size_t nr_common; /* rows that have a ratio on every side */
	double *means;	  /* geometric, of the ratios of common rows */
	struct diff_cell *cells;
};

/* Intervals have this level where there are batches enough (customary). */
#define DIFF_LEVEL 0.95

/* The sides must be made and live as long.  0 or -ENOMEM. */
int diff_make(const struct side *sides, size_t nr, struct diff *diff);
void diff_free(struct diff *diff);

/* The ratio of two rows that have values; part of diff_make(). */
int diff_ratio(const struct side_row *a, const struct side_row *b,
	       struct stats_interval *ratio);

#endif
