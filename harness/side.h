/* SPDX-License-Identifier: MIT */
/* side.h: one side of a comparison: result files, by row and batch. */
#ifndef SIDE_H
#define SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv.h"
#include "metric.h"

/* All launches of one backend, benchmark and mode on one side. */
struct side_row {
	const struct csv_row *name; /* the first: family to mode */
	size_t place;		    /* of that row in the files */
	/* Of most launches that are ok; the others are noise. */
	const char *fidelity;
	const char *source; /* cycles_source; "mixed" if it changes */
	/*
	 * The lower quartile over the launches of each complete batch, in the
	 * order of the files.  A batch is complete if as many of its launches
	 * are ok as of any; the others are only counted.
	 */
	double *values;
	size_t *files; /* of each value: index of its file */
	size_t nr;
	size_t nr_incomplete;
	size_t batch_launches; /* of a complete batch */
	/* Launches by what became of them. */
	size_t nr_ok;
	size_t nr_other_unit; /* all of nr_ok, if none has this metric; or 0 */
	/* Contaminated, unresolvable, or unlike the others: without the metric
	 * that they have, of another fidelity. */
	size_t nr_noisy;
	size_t nr_failed; /* skip, fault, error, anything unheard of */
	const struct csv_row *failed; /* the first of those, or NULL */
	double lo, hi;		      /* over the launches that are ok */
	double quantum;		      /* of the timer, the coarsest */
	uint64_t ops;		      /* of the body; 0: not known */
	bool ops_mixed;		      /* not the same in all launches */
};

struct side {
	struct csv_file *files;
	const char *const *paths;
	size_t nr_files;
	struct side_row *rows; /* by name, see side_compare() */
	size_t nr;
	double *values; /* what the rows' values and files point into */
	size_t *value_files;
	bool by_file; /* each file is one batch, whatever its rows say */
};

/* A side starts as all zero bytes. `paths` must live as long as the side.
 * 0, or the result of csv_read() with the place in `err`. */
int side_read(const char *const *paths, size_t nr, struct side *side,
	      struct csv_error *err);
void side_free(struct side *side);

/* Make the rows, in this metric.  0 or -ENOMEM. */
int side_make(struct side *side, const struct metric *metric);

/* Multiply all costs, as if the side had been slower or faster. */
void side_scale(struct side *side, double factor);

/* Order of two rows by backend, benchmark and mode. */
int side_compare(const struct side_row *a, const struct side_row *b);

/* The row of the same name, or NULL. */
const struct side_row *side_find(const struct side *side,
				 const struct side_row *row);

/*
 * When the batches of the side started, seconds since 1970, ascending; *starts
 * is malloc()ed.  -EINVAL if a row does not say when, -ENOMEM.
 */
int side_starts(const struct side *side, double **starts, size_t *nr);

#endif
