/* SPDX-License-Identifier: MIT */
/* gate.h: one side against another: may they be compared, what changed. */
#ifndef GATE_H
#define GATE_H

#include "gate_test.h"
#include "side.h"

/* What the user asked for; starts as gate_default_request. */
struct gate_request {
	struct gate_rules rules;
	const struct metric *metric; /* NULL: see gate_metric() */
	const char *const *globs;    /* of benchmark or benchmark/mode */
	size_t nr_globs;	     /* 0: all */
	const char *const *backends;
	size_t nr_backends; /* 0: all */
	bool strict;	    /* INCONCLUSIVE is FAIL */
	bool allow_inconclusive;
	bool allow_fidelity;
	double inject; /* costs of side B are multiplied by 1 + this */
};

extern const struct gate_request gate_default_request;

struct gate_row {
	const struct csv_row *name;
	const char *fidelity;
	enum gate_verdict verdict;
	bool better;
	struct gate_test test;
	struct gate_data data; /* of the sides; n and m may be 0 */
	double before;	       /* typical costs; NaN if there are none */
	double after;
	struct stats_interval ratio; /* after to before; NaN if unknown */
	double least;		     /* least effect; INFINITY: none, or NaN */
	bool open;		     /* a look at more pairs may decide it */
	char why[256];		     /* of a verdict that is not PASS or FAIL */
};

struct gate {
	const struct gate_request *request;
	const struct metric *metric;
	const char *name_a; /* of the sides, for people */
	const char *name_b;
	bool paired;
	size_t looks;	       /* of a test in pairs, that were taken */
	struct gate_row *rows; /* worst verdict first, then as in the file */
	size_t nr;
	size_t counts[GATE_NR_VERDICTS];
	size_t nr_better;
	size_t nr_blind; /* rows that no data of this size could fail */
	double *values;	 /* of pairs, that rows point into; or NULL */
	char *notes;	 /* lines: what is odd but no reason to refuse */
};

/* Is this row one of those that the request selects? */
bool gate_selects(const struct gate_request *request,
		  const struct csv_row *row);

/* The metric asked for, or metric_default() of the selected rows of `a`. */
const struct metric *gate_metric(const struct gate_request *request,
				 const struct side *a);

/*
 * Do the sides hold different kernels, so that the unit is the boot?  Then
 * each file is one (side->by_file), unless the margin covers what a boot may
 * change.
 */
bool gate_by_boot(const struct gate_request *request, const struct side *a,
		  const struct side *b);

/*
 * Reasons not to compare the sides, which are made: 0 and *reasons NULL, or
 * lines to be freed.  `stored`: B was not measured in pairs with A, so that
 * batches must be spread in time.  -ENOMEM.
 */
int gate_check(const struct gate_request *request, const struct side *a,
	       const struct side *b, const struct metric *metric, bool stored,
	       char **reasons);

/*
 * The stored rule on two sides that may be compared; they must live as long.
 * -ENOMEM.  gate->nr is 0 if the request selects nothing that A measured.
 */
int gate_stored(const struct gate_request *request, const struct side *a,
		const struct side *b, const struct metric *metric,
		struct gate *gate);

/*
 * One look of the sequential rule at pairs: file i of A and of B are pair i,
 * and both sides are made by_file.  `before` is the outcome of the look
 * before this, or NULL: what it decided stands.  Free it after this one.
 */
int gate_pairs(const struct gate_request *request, const struct side *a,
	       const struct side *b, const struct metric *metric,
	       const struct gate *before, struct gate *gate);

/* Rows of which a further look may decide more. */
size_t gate_undecided(const struct gate *gate);

/*
 * What both rules share: an empty gate with its notes; the row of `a` without
 * its test; true if it is there on both sides.  Then gate_finish() sorts and
 * counts.
 */
int gate_begin(const struct gate_request *request, const struct side *a,
	       const struct side *b, const struct metric *metric,
	       struct gate *gate);
bool gate_begin_row(const struct side_row *a, const struct side_row *b,
		    struct gate_row *row);
void gate_finish(struct gate *gate);
void gate_free(struct gate *gate);

/* The exit code: an enum exit_code. */
int gate_exit_code(const struct gate *gate);

#endif
