// SPDX-License-Identifier: MIT
/* stats_tests.c: exact null distributions, and tests by them. */
#include "stats_tests.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "stats.h"

const size_t stats_looks[STATS_NR_LOOKS] = { 24, 48, 96, 160 };

/* P(Z >= z) of the standard normal distribution. */
static double normal_p(double z)
{
	return 0.5 * erfc(z / sqrt(2));
}

/* From the end of the tail inwards: each term is rounded once. */
double stats_sign_p(size_t n, size_t wins)
{
	long double term = ldexpl(1, -(int)n), sum = 0;

	for (size_t losses = 0; losses + wins <= n; losses++) {
		sum += term;
		term *= (long double)(n - losses) / (long double)(losses + 1);
	}
	return (double)sum;
}

size_t stats_sign_critical(size_t n, double alpha)
{
	long double term = ldexpl(1, -(int)n), sum = term;
	size_t losses = 0;

	while (losses <= n && sum <= alpha) {
		term *= (long double)(n - losses) / (long double)(losses + 1);
		sum += term;
		losses++;
	}
	return n + 1 - losses;
}

/* C(n + m, n) is below 2^64. */
static bool countable(size_t n, size_t m)
{
	size_t k = n < m ? n : m;
	unsigned __int128 orders = 1;

	for (size_t i = 1; i <= k; i++) {
		orders = orders * (n + m - k + i) / i;
		if (orders > UINT64_MAX)
			return false;
	}
	return true;
}

/*
 * The orders with U = u are the coefficients of the Gaussian binomial
 * product (1 - q^(m+i)) / (1 - q^i), i from 1 to n (Andrews, "The Theory of
 * Partitions", 3.2).  The products wrap around; the quotients, which are
 * counts, do not.
 */
static void count_orders(size_t n, size_t m, uint64_t *counts)
{
	size_t max = n * m;

	counts[0] = 1;
	for (size_t i = 1; i <= n; i++) {
		for (size_t u = max; u >= m + i; u--)
			counts[u] -= counts[u - m - i];
		for (size_t u = i; u <= max; u++)
			counts[u] += counts[u - i];
	}
}

int stats_u_make(size_t n, size_t m, struct stats_u *null)
{
	*null = (struct stats_u){ .n = n, .m = m };
	if (!countable(n, m))
		return 0;
	null->at_most = calloc(n * m + 1, sizeof(*null->at_most));
	if (!null->at_most)
		return -ENOMEM;
	count_orders(n, m, null->at_most);
	for (size_t u = 1; u <= n * m; u++)
		null->at_most[u] += null->at_most[u - 1];
	return 0;
}

void stats_u_free(struct stats_u *null)
{
	free(null->at_most);
	null->at_most = NULL;
}

double stats_u_p(const struct stats_u *null, size_t u, double ties)
{
	size_t max = null->n * null->m;
	double nm = (double)max, sum = (double)(null->n + null->m);
	double variance = nm / 12 * (sum + 1 - ties / (sum * (sum - 1)));

	if (u == 0)
		return 1;
	if (u > max)
		return 0;
	if (null->at_most) /* Symmetric: as likely as U <= max - u. */
		return (double)null->at_most[max - u] /
		       (double)null->at_most[max];
	if (!(variance > 0))
		return 1; /* All values are equal. */
	return normal_p(((double)u - 0.5 - nm / 2) / sqrt(variance));
}

size_t stats_u_critical(const struct stats_u *null, double alpha)
{
	size_t low = 0, high = null->n * null->m + 1;

	while (low < high) {
		size_t u = low + (high - low) / 2;

		if (stats_u_p(null, u, 0) <= alpha)
			high = u;
		else
			low = u + 1;
	}
	return low;
}

size_t stats_u_of(const double *x, size_t n, const double *y, size_t m,
		  double *ties)
{
	size_t i = 0, j = 0, below = 0, u = 0;

	*ties = 0;
	for (size_t k = 0; k < m; k++) {
		while (below < n && x[below] < y[k])
			below++;
		u += below;
	}
	while (i < n || j < m) {
		double least = j == m || (i < n && x[i] < y[j]) ? x[i] : y[j];
		double t = 0;

		for (; i < n && x[i] == least; i++)
			t++;
		for (; j < m && y[j] == least; j++)
			t++;
		*ties += t * t * t - t;
	}
	return u;
}

/* Subsets of the ranks 1 to n by their sum; all 2^n are counted. */
static double exact_signed_rank(size_t n, size_t w)
{
	uint64_t counts[62 * 63 / 2 + 1] = { 1 };
	uint64_t at_most = 0;
	size_t max = 0;

	for (size_t rank = 1; rank <= n; rank++) {
		max += rank;
		for (size_t sum = max; sum >= rank; sum--)
			counts[sum] += counts[sum - rank];
	}
	for (size_t sum = 0; sum <= w && sum <= max; sum++)
		at_most += counts[sum];
	return ldexp((double)at_most, -(int)n);
}

double stats_signed_rank_p(size_t n, size_t w)
{
	double k = (double)n;
	double mean = k * (k + 1) / 4;
	double variance = k * (k + 1) * (2 * k + 1) / 24;

	if (n <= 62)
		return exact_signed_rank(n, w);
	return normal_p((mean - (double)w - 0.5) / sqrt(variance));
}

int stats_holm(const double *p, size_t n, size_t family, double alpha,
	       bool *rejected)
{
	double *sorted = malloc((n + 1) * sizeof(*sorted));
	size_t nr = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		sorted[i] = p[i];
	stats_sort(sorted, n);
	while (nr < n && sorted[nr] <= alpha / (double)(family - nr))
		nr++;
	/* Equal p-values stand or fall together: alpha / (family - nr) only
	 * grows with nr. */
	for (size_t i = 0; i < n; i++)
		rejected[i] = nr && p[i] <= sorted[nr - 1];
	free(sorted);
	return 0;
}
