/* SPDX-License-Identifier: MIT */
/* gate_test.h: is a row worse?  The rules of the gate on plain numbers. */
#ifndef GATE_TEST_H
#define GATE_TEST_H

#include <stdbool.h>
#include <stddef.h>

#include "stats_tests.h"

/* All are fractions. */
struct gate_rules {
	double margin;	  /* a change up to this is ignored */
	double threshold; /* a change of this must not be missed */
	double alpha;	  /* per suite: a FAIL among identical sides */
	double beta;	  /* per row: a change of the threshold that passes */
};

/* Costs before and after, lower is better; as pairs, n is m. */
struct gate_data {
	const double *a;
	size_t n;
	const double *b;
	size_t m;
	double quantum; /* of the timer, in the same unit; 0 if unknown */
};

/* How probable outcomes at least this clear are, if the row is in truth ... */
struct gate_test {
	double p_worse;	 /* ... not worse by more than the margin */
	double p_below;	 /* ... worse by the threshold or more */
	double p_better; /* ... not better by more than the margin */
	double p_least;	 /* p_worse of the clearest outcome possible */
};

/* A row that cannot be tested: proves nothing, but counts for Holm. */
extern const struct gate_test gate_no_test;

/*
 * Against a stored baseline: Mann-Whitney, ties against; `null` is of n and m.
 * In pairs: sign test, ties against.  In both, "more than the margin" is also
 * more than two steps of the timer.  0 or -ENOMEM.
 */
int gate_test_stored(const struct gate_data *data,
		     const struct gate_rules *rules, const struct stats_u *null,
		     struct gate_test *test);
void gate_test_pairs(const struct gate_data *data,
		     const struct gate_rules *rules, struct gate_test *test);

enum gate_verdict {
	GATE_FAIL,
	GATE_MISSING,
	GATE_INCONCLUSIVE,
	GATE_PASS,
	GATE_NR_VERDICTS
};

extern const char *const gate_verdict_names[GATE_NR_VERDICTS];

/*
 * The verdicts on a suite of n rows (never MISSING): FAIL by Holm at alpha,
 * PASS per row at beta, else INCONCLUSIVE.  A row that could not FAIL whatever
 * its data, see gate_is_blind(), does not PASS either.  `share` of alpha and
 * beta is used: 1, or a look's part.  0 or -ENOMEM.
 */
int gate_judge(const struct gate_test *tests, size_t n,
	       const struct gate_rules *rules, double share,
	       enum gate_verdict *verdicts, bool *better);

/* No outcome of this test is a FAIL among n rows. */
bool gate_is_blind(const struct gate_test *test, size_t n,
		   const struct gate_rules *rules, double share);

/* The least number of batches, the same on both sides, that is not blind. */
size_t gate_batches_needed(size_t n, const struct gate_rules *rules);

/* Why a row is INCONCLUSIVE whatever its data. */
extern const char gate_unresolvable[];

/* The threshold is less than the timer resolves: 6 of its steps. */
bool gate_is_unresolvable(const struct gate_data *data,
			  const struct gate_rules *rules);

/*
 * The least rise, as a fraction, that would have been called a FAIL with
 * p_worse at most `p` had these data lain around no change; INFINITY if none,
 * and at least what the timer resolves.  -ENOMEM.
 */
int gate_least_effect(const struct gate_data *data,
		      const struct gate_rules *rules,
		      const struct stats_u *null, double p, double *effect);

#endif
