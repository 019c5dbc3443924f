// SPDX-License-Identifier: MIT
/* test_stats.c: quantiles and deviations with known answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "stats.h"

/*
 * What R's quantile(x, p, type = 7) is by its definition: with h = (n - 1) p,
 * x[floor(h)] + (h - floor(h)) (x[floor(h) + 1] - x[floor(h)]), x from 0.
 * Worked out by hand; the inputs are out of order on purpose.
 */
static const struct {
	double values[6];
	size_t n;
	double p;
	double quantile;
} quantiles[] = {
	{ { 7 }, 1, 0, 7 },
	{ { 7 }, 1, 0.25, 7 },
	{ { 7 }, 1, 1, 7 },
	{ { 4, 2 }, 2, 0.25, 2.5 },		    /* h = 0.25 */
	{ { 4, 2 }, 2, 0.5, 3 },		    /* h = 0.5 */
	{ { 4, 1, 3, 2 }, 4, 0.25, 1.75 },	    /* h = 0.75 */
	{ { 4, 1, 3, 2 }, 4, 0.5, 2.5 },	    /* h = 1.5 */
	{ { 4, 1, 3, 2 }, 4, 0.75, 3.25 },	    /* h = 2.25 */
	{ { 50, 10, 40, 20, 30 }, 5, 0.25, 20 },    /* h = 1 */
	{ { 50, 10, 40, 20, 30 }, 5, 0.125, 15 },   /* h = 0.5 */
	{ { 50, 10, 40, 20, 30 }, 5, 0, 10 },	    /* the least */
	{ { 50, 10, 40, 20, 30 }, 5, 1, 50 },	    /* the greatest */
	{ { -1, 8, 0, 100, 1, 2 }, 6, 0.25, 0.25 }, /* h = 1.25 */
	{ { -1, 8, 0, 100, 1, 2 }, 6, 0.75, 6.5 },  /* h = 3.75 */
	{ { 3, 3, 3, 9, 3, 3 }, 6, 0.5, 3 },	    /* ties */
};

static void quantile_is_type_7(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(*quantiles); i++) {
		double values[6];

		memcpy(values, quantiles[i].values, sizeof(values));
		stats_sort(values, quantiles[i].n);
		/* All these are sums of powers of two: no rounding. */
		assert_true(stats_quantile(values, quantiles[i].n,
					   quantiles[i].p) ==
			    quantiles[i].quantile);
	}
}

static void sort_is_ascending(void **state)
{
	double values[] = { 3, -INFINITY, 1e300, -2, 0, 3, INFINITY, 1e-300 };
	const double sorted[] = { -INFINITY, -2, 0,	1e-300,
				  3,	     3,	 1e300, INFINITY };

	(void)state;
	stats_sort(values, 8);
	for (size_t i = 0; i < 8; i++)
		assert_true(values[i] == sorted[i]);
}

static void mad_is_the_median_of_deviations(void **state)
{
	/* An example much used: deviations 1 1 0 0 2 4 7 from 2, median 1. */
	const double values[] = { 1, 1, 2, 2, 4, 6, 9 };
	const double even[] = { 1, 2, 4, 8 }; /* from 3: 2 1 1 5 */
	double scratch[7];

	(void)state;
	assert_true(stats_mad(values, 7, 2, scratch) == 1);
	assert_true(values[6] == 9);
	assert_true(stats_mad(even, 4, 3, scratch) == 1.5);
	assert_true(stats_mad(even, 1, 1, scratch) == 0);
}

static void nothing_has_no_statistics(void **state)
{
	double none = 1;

	(void)state;
	stats_sort(&none, 0);
	assert_true(isnan(stats_quantile(&none, 0, 0.5)));
	assert_true(isnan(stats_mad(&none, 0, 0, &none)));
	assert_true(none == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantile_is_type_7),
		cmocka_unit_test(sort_is_ascending),
		cmocka_unit_test(mad_is_the_median_of_deviations),
		cmocka_unit_test(nothing_has_no_statistics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
