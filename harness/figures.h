/* SPDX-License-Identifier: MIT */
/* figures.h: the launches of a result file, made into one figure each. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "csv.h"

/*
 * A cost per operation over launches: the lower quartile (type 7), and the
 * least and the greatest.  All NaN unless every launch that was measured has
 * the cost: a quartile over some of them would be a figure of something else.
 */
struct figure_cost {
	double value;
	double lo;
	double hi;
};

/*
 * All rows of one family, benchmark, mode and backend.  Rows whose status is
 * not ok are counted in nr_failed and are part of nothing else but status and
 * reason.  Machine, host and subject do not separate figures: who compares
 * them splits the rows first.
 */
struct figure {
	const char *family;
	const char *benchmark;
	const char *mode;
	const char *backend;
	/* The worst of the launches: native, unknown, trapped or emulated.
	 * Anything else in the file is unknown.  "" if none was measured. */
	const char *fidelity;
	char *flags;	    /* distinct words, one space between; may be "" */
	size_t nr_launches; /* measured */
	size_t nr_failed;
	uint64_t dropped; /* samples, over the launches that were measured */
	struct figure_cost tsc;
	struct figure_cost ns;
	struct figure_cost cycles;
	struct figure_cost events[CSV_MAX_EVENTS]; /* of the file's columns */
	/* Of the gravest row that failed, else "".  From bad to worse: skip,
	 * unresolvable, contaminated, fault, error, anything unheard of. */
	const char *status;
	const char *reason;
};

struct figures {
	struct figure *list; /* by family, backend, benchmark, mode, in the
				order of the catalog */
	size_t nr;
};

/*
 * Texts but `flags` belong to the file, which must live as long.  In a row,
 * flags are words with spaces or semicolons between.  0 or -ENOMEM.
 */
int figures_make(const struct csv_file *file, struct figures *figures);
void figures_free(struct figures *figures);

/* The order of reports: that of the catalog; what it does not know comes
 * behind, by name.  As strcmp(); 0 for two of the same name. */
int figures_order(const struct figure *x, const struct figure *y);

#endif
