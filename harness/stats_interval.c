// SPDX-License-Identifier: MIT
/* stats_interval.c: Hodges-Lehmann estimates and their intervals. */
#include "stats_tests.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

/*
 * The values that a rank test counts, one for each of nr pairs, are never
 * written down: the k-th smallest is found by bisection, since how many do not
 * exceed a value is counted in one walk along the sorted samples.
 */
struct pairs {
	const double *x; /* sorted */
	size_t n;
	const double *y; /* sorted; NULL: pairs within x, i <= j, by mean */
	size_t m;
	size_t nr;
	const struct stats_u *null; /* of y - x */
};

static size_t count_differences(const struct pairs *pairs, double limit)
{
	size_t count = 0, j = 0;

	for (size_t i = 0; i < pairs->n; i++) {
		while (j < pairs->m && pairs->y[j] - pairs->x[i] <= limit)
			j++;
		count += j;
	}
	return count;
}

static size_t count_means(const struct pairs *pairs, double limit)
{
	size_t count = 0, end = pairs->n;

	for (size_t i = 0; i < end; i++) {
		while (end > i && (pairs->x[i] + pairs->x[end - 1]) / 2 > limit)
			end--;
		count += end - i;
	}
	return count;
}

/* Doubles as integers of the same order, and back. */
static uint64_t key_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t key)
{
	uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value + 0.0; /* -0 becomes 0 */
}

/* The value that has k smaller ones before it. */
static double select_pair(const struct pairs *pairs, size_t k)
{
	const double *x = pairs->x, *y = pairs->y;
	uint64_t low = key_of(y ? y[0] - x[pairs->n - 1] : x[0]);
	uint64_t high = key_of(y ? y[pairs->m - 1] - x[0] : x[pairs->n - 1]);

	while (low < high) {
		uint64_t key = low + (high - low) / 2;
		double limit = value_of(key);
		size_t count = y ? count_differences(pairs, limit)
				 : count_means(pairs, limit);

		if (count > k)
			high = key;
		else
			low = key + 1;
	}
	return value_of(low);
}

/* P(rank statistic <= k) under the null hypothesis. */
static double tail(const struct pairs *pairs, size_t k)
{
	if (pairs->y)
		return stats_u_p(pairs->null, pairs->nr - k, 0);
	return stats_signed_rank_p(pairs->n, k);
}

/*
 * The interval that leaves out k values at each end misses the truth with
 * probability 2 P(rank statistic <= k).
 */
static void estimate(const struct pairs *pairs, double level,
		     struct stats_interval *out)
{
	size_t low = 0, high = (pairs->nr - 1) / 2;

	while (low < high) { /* The greatest k that keeps the level. */
		size_t k = low + (high - low + 1) / 2;

		if (1 - 2 * tail(pairs, k) >= level)
			low = k;
		else
			high = k - 1;
	}
	out->value = (select_pair(pairs, (pairs->nr - 1) / 2) +
		      select_pair(pairs, pairs->nr / 2)) /
		     2;
	out->lo = select_pair(pairs, low);
	out->hi = select_pair(pairs, pairs->nr - 1 - low);
	out->level = fmax(0, 1 - 2 * tail(pairs, low));
}

static double *sorted_copy(const double *values, size_t n)
{
	double *copy = malloc((n + 1) * sizeof(*copy));

	if (copy) {
		memcpy(copy, values, n * sizeof(*copy));
		stats_sort(copy, n);
	}
	return copy;
}

int stats_shift(const double *x, size_t n, const double *y, size_t m,
		double level, struct stats_interval *shift)
{
	double *sorted_x = sorted_copy(x, n), *sorted_y = sorted_copy(y, m);
	struct stats_u null = { 0 };
	const struct pairs pairs = {
		.x = sorted_x,
		.n = n,
		.y = sorted_y,
		.m = m,
		.nr = n * m,
		.null = &null,
	};
	int rc = -ENOMEM;

	if (sorted_x && sorted_y && !stats_u_make(n, m, &null)) {
		estimate(&pairs, level, shift);
		shift->exact = null.at_most != NULL;
		rc = 0;
	}
	stats_u_free(&null);
	free(sorted_x);
	free(sorted_y);
	return rc;
}

int stats_location(const double *x, size_t n, double level,
		   struct stats_interval *location)
{
	double *sorted = sorted_copy(x, n);
	const struct pairs pairs = {
		.x = sorted,
		.n = n,
		.nr = n * (n + 1) / 2,
	};

	if (!sorted)
		return -ENOMEM;
	estimate(&pairs, level, location);
	location->exact = n <= 62;
	free(sorted);
	return 0;
}
