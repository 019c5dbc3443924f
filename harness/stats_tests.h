/* SPDX-License-Identifier: MIT */
/* stats_tests.h: exact tests of two samples.  Prints nothing, never exits. */
#ifndef STATS_TESTS_H
#define STATS_TESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * All probabilities are one-sided, in [0, 1].  "Ties against": a tie counts
 * as a loss of the side that has to prove something, so that the exact null
 * distributions, which know no ties, err on the safe side.
 */

/*
 * Sign test: the probability of at least `wins` heads of n fair coins.
 * Dixon and Mood, "The statistical sign test", JASA 41 (1946).  n below
 * 16,000.
 */
double stats_sign_p(size_t n, size_t wins);

/* The fewest wins of n whose p is at most alpha; n + 1 if none is. */
size_t stats_sign_critical(size_t n, double alpha);

/*
 * The null distribution of U, the number of pairs (i, j) with y[j] > x[i],
 * for n values x and m values y.  Mann and Whitney, "On a test of whether one
 * of two random variables is stochastically larger than the other", Ann.
 * Math. Stat. 18 (1947).  Exact where all C(n + m, n) orders can be counted
 * in 64 bits, which holds up to n = m = 33; beyond, `at_most` is NULL and p is
 * the normal approximation, corrected for ties and continuity.
 */
struct stats_u {
	size_t n;
	size_t m;
	uint64_t *at_most; /* orders with U <= u, for u from 0 to n m */
};

/* 0 or -ENOMEM.  n and m are at least 1. */
int stats_u_make(size_t n, size_t m, struct stats_u *null);
void stats_u_free(struct stats_u *null);

/*
 * P(U >= u).  `ties` is the sum of t^3 - t over the groups of t equal values
 * in both samples together; the exact distribution does not need it.
 */
double stats_u_p(const struct stats_u *null, size_t u, double ties);

/* The least u with p at most alpha and no ties; n m + 1 if there is none. */
size_t stats_u_critical(const struct stats_u *null, double alpha);

/*
 * U of two samples sorted ascending, ties counted as losses of y, and the sum
 * that stats_u_p() wants.
 */
size_t stats_u_of(const double *x, size_t n, const double *y, size_t m,
		  double *ties);

/*
 * Signed-rank distribution: P(W <= w) for the sum W of the ranks of n values
 * that lie above the centre.  Wilcoxon, "Individual comparisons by ranking
 * methods", Biometrics Bull. 1 (1945).  Exact up to n = 62; beyond, the normal
 * approximation.
 */
double stats_signed_rank_p(size_t n, size_t w);

/*
 * Which of `family` hypotheses to reject at a familywise error of alpha, of
 * which n have the p-values given and the others cannot be rejected.  Holm,
 * "A simple sequentially rejective multiple test procedure", Scand. J. Stat.
 * 6 (1979).  0 or -ENOMEM.
 */
int stats_holm(const double *p, size_t n, size_t family, double alpha,
	       bool *rejected);

/*
 * A sequential test looks at its data when there are so many pairs, each time
 * with 1 / STATS_NR_LOOKS of the error that it may make in all (Bonferroni).
 */
#define STATS_NR_LOOKS 4
extern const size_t stats_looks[STATS_NR_LOOKS];

/* An estimate and its interval of confidence `level`. */
struct stats_interval {
	double value;
	double lo;
	double hi;
	double level; /* what the interval really has; 0: it has none */
	bool exact;   /* else by the normal approximation */
};

/*
 * How far y lies above x: the median of all differences y[j] - x[i].  The
 * interval is the narrowest whose level is at least the one asked for, or the
 * range of the differences where no interval has it.  Hodges and Lehmann,
 * "Estimates of location based on rank tests", Ann. Math. Stat. 34 (1963).
 * 0 or -ENOMEM.  n and m are at least 1.
 */
int stats_shift(const double *x, size_t n, const double *y, size_t m,
		double level, struct stats_interval *shift);

/* Where x lies: the median of the means of all pairs, i <= j; likewise. */
int stats_location(const double *x, size_t n, double level,
		   struct stats_interval *location);

#endif
