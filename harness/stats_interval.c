// SPDX-License-Identifier: MIT
/* stats_interval.c: Hodges-Lehmann estimates and their intervals. */
#include "stats_tests.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "stats.h"

/* P(statistic <= k) under the null hypothesis. */
typedef double tail(const void *null, size_t k);

static double tail_of_u(const void *null, size_t k)
{
	const struct stats_u *u = null;

	return stats_u_p(u, u->n * u->m - k, 0);
}

static double tail_of_signed_rank(const void *null, size_t k)
{
	return stats_signed_rank_p(*(const size_t *)null, k);
}

/*
 * `sorted` holds the nr values whose rank statistic the test counts: the
 * interval that leaves k of them out at each end misses the truth with
 * probability 2 P(statistic <= k).
 */
static void cut(const double *sorted, size_t nr, tail *p, const void *null,
		double level, struct stats_interval *out)
{
	size_t low = 0, high = (nr - 1) / 2;

	while (low < high) { /* The greatest k that keeps the level. */
		size_t k = low + (high - low + 1) / 2;

		if (1 - 2 * p(null, k) >= level)
			low = k;
		else
			high = k - 1;
	}
	out->value = stats_quantile(sorted, nr, 0.5);
	out->lo = sorted[low];
	out->hi = sorted[nr - 1 - low];
	out->level = fmax(0, 1 - 2 * p(null, low));
}

int stats_shift(const double *x, size_t n, const double *y, size_t m,
		double level, struct stats_interval *shift)
{
	double *differences = malloc(n * m * sizeof(*differences));
	struct stats_u null;

	if (!differences || stats_u_make(n, m, &null)) {
		free(differences);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++)
			differences[i * m + j] = y[j] - x[i];
	stats_sort(differences, n * m);
	cut(differences, n * m, tail_of_u, &null, level, shift);
	shift->exact = null.at_most != NULL;
	stats_u_free(&null);
	free(differences);
	return 0;
}

int stats_location(const double *x, size_t n, double level,
		   struct stats_interval *location)
{
	size_t nr = 0;
	double *means = malloc(n * (n + 1) / 2 * sizeof(*means));

	if (!means)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			means[nr++] = (x[i] + x[j]) / 2;
	stats_sort(means, nr);
	cut(means, nr, tail_of_signed_rank, &n, level, location);
	location->exact = n <= 62;
	free(means);
	return 0;
}
