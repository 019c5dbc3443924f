// SPDX-License-Identifier: MIT
/* test_samples.c: costs and gaps with known answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "samples.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))

static struct samples samples;

static void fill(uint32_t region, const double *ticks, uint32_t n)
{
	memcpy(samples.ticks[region], ticks, n * sizeof(*ticks));
	samples.n = n;
}

static void assert_near(double a, double b)
{
	assert_true(fabs(a - b) < 1e-12);
}

/*
 * Lower quartiles (type 7, n = 5: the second value) are 1004 and 1324; the
 * pairs' own differences, in order of size, 308 316 320 324 332.
 */
static const double body_u[] = { 1000, 1004, 1008, 1012, 1016 };
static const double body_2u[] = { 1332, 1328, 1324, 1320, 1336 };

static void cost_is_a_difference_of_quartiles(void **state)
{
	struct samples_cost cost;

	(void)state;
	memset(&samples, 0, sizeof(samples));
	fill(XB_U, body_u, 5);
	fill(XB_2U, body_2u, 5);
	samples_cost(&samples, 32, 32, &cost);
	assert_int_equal(cost.clean, 5);
	assert_true(cost.region_ticks == 1004);
	assert_true(cost.tsc == 10);
	assert_true(cost.min == 9.625);
	assert_true(cost.p25 == 9.875);
	assert_true(cost.p50 == 10);
	assert_true(cost.p75 == 10.125);
	/* 324 + 0.96 * (332 - 324), over 32 */
	assert_near(cost.p99, 10.365);
}

/* Quartiles 202 and 268: 66 over 16; the pairs' own differences are all 66. */
static const double empty_u[] = { 208, 206, 200, 204, 202 };
static const double empty_2u[] = { 274, 272, 266, 270, 268 };

static void cost_of_empty_is_taken_off(void **state)
{
	struct samples_cost cost;

	(void)state;
	fill(XB_U, body_u, 5);
	fill(XB_2U, body_2u, 5);
	fill(XB_EMPTY_U, empty_u, 5);
	fill(XB_EMPTY_2U, empty_2u, 5);
	samples_cost(&samples, 32, 16, &cost);
	assert_int_equal(cost.clean, 5);
	assert_true(cost.region_ticks == 1004);
	assert_true(cost.tsc == 10 - 4.125);
	assert_true(cost.min == 9.625 - 4.125);
	assert_true(cost.p25 == 9.875 - 4.125);
	assert_true(cost.p50 == 10 - 4.125);
	assert_true(cost.p75 == 10.125 - 4.125);
	assert_near(cost.p99, 10.365 - 4.125);
}

/*
 * Nine samples, median 1000, of which the greatest is replaced.  The median
 * absolute deviation is 20, 2 or 0, so that ten of them are 20 %, 2 % or
 * nothing: the greater of that and 5 % decides.
 */
static const double wide[] = {
	960, 970, 980, 990, 1000, 1010, 1020, 1030, 1040
};
static const double narrow[] = { 996,  997,  998,  999, 1000,
				 1001, 1002, 1003, 1004 };
static const double flat[] = { 1000, 1000, 1000, 1000, 1000,
			       1000, 1000, 1000, 1000 };

static const struct {
	const double *ticks;
	double last;
	uint32_t clean;
} gaps[] = {
	{ wide, 1040, 9 },
	{ wide, 1051, 9 },
	{ wide, 1200, 9 },
	{ wide, 1200.5, 8 },
	{ wide, 1e12, 8 },
	{ narrow, 1004, 9 },
	{ narrow, 1021, 9 },
	{ narrow, 1050, 9 },
	{ narrow, 1050.5, 8 },
	{ flat, 1000, 9 },
	{ flat, 1050, 9 },
	{ flat, 1050.5, 8 },
	{ flat, INFINITY, 8 },
	/* What is too short is no gap: nothing can make a sample shorter. */
	{ wide, 1, 9 },
	{ narrow, 1, 9 },
	{ flat, 1, 9 },
};

static void gap_in_any_region_is_dropped(void **state)
{
	struct samples_cost cost;
	uint32_t r, other;
	size_t i;

	(void)state;
	for (i = 0; i < NR(gaps); i++)
		for (r = 0; r < XB_NR_REGIONS; r++) {
			for (other = 0; other < XB_NR_REGIONS; other++)
				fill(other, flat, 9);
			fill(r, gaps[i].ticks, 9);
			samples.ticks[r][8] = gaps[i].last;
			samples_cost(&samples, 1, 1, &cost);
			if (cost.clean != gaps[i].clean)
				fail_msg("gap %zu, region %u: %u clean, not %u",
					 i, r, cost.clean, gaps[i].clean);
		}
}

/* A gap in one region takes the pair's other regions with it. */
static void gap_drops_the_whole_pair(void **state)
{
	const double u[] = { 500, 1000, 1004, 1008, 1012, 1016 };
	const double twice[] = { 9999, 1332, 1328, 1324, 1320, 1336 };
	const double none[6] = { 0 };
	struct samples_cost cost;

	(void)state;
	fill(XB_U, u, 6);
	fill(XB_2U, twice, 6);
	fill(XB_EMPTY_U, none, 6);
	fill(XB_EMPTY_2U, none, 6);
	samples_cost(&samples, 32, 32, &cost);
	assert_int_equal(cost.clean, 5);
	assert_true(cost.region_ticks == 1004);
	assert_true(cost.tsc == 10);
	assert_true(cost.min == 9.625);
}

/*
 * Fewer than half of one region's samples can be gaps.  Two regions cannot
 * rule out all pairs, three can.
 */
static void no_clean_pair_is_no_cost(void **state)
{
	const double first[] = { 900, 900, 100, 100, 100 };
	const double second[] = { 100, 100, 900, 900, 100 };
	const double third[] = { 100, 100, 100, 100, 900 };
	const double none[5] = { 0 };
	struct samples_cost cost;

	(void)state;
	fill(XB_U, first, 5);
	fill(XB_2U, second, 5);
	fill(XB_EMPTY_U, none, 5);
	fill(XB_EMPTY_2U, none, 5);
	samples_cost(&samples, 1, 1, &cost);
	assert_int_equal(cost.clean, 1);
	assert_true(cost.tsc == 0);
	fill(XB_EMPTY_U, third, 5);
	samples_cost(&samples, 1, 1, &cost);
	assert_int_equal(cost.clean, 0);
	assert_true(isnan(cost.region_ticks));
	assert_true(isnan(cost.tsc));
	assert_true(isnan(cost.min));
	assert_true(isnan(cost.p25));
	assert_true(isnan(cost.p50));
	assert_true(isnan(cost.p75));
	assert_true(isnan(cost.p99));
}

static void one_pair_is_enough(void **state)
{
	struct samples_cost cost;

	(void)state;
	memset(&samples, 0, sizeof(samples));
	samples.n = 1;
	samples.ticks[XB_U][0] = 100;
	samples.ticks[XB_2U][0] = 164;
	samples_cost(&samples, 8, 8, &cost);
	assert_int_equal(cost.clean, 1);
	assert_true(cost.tsc == 8);
	assert_true(cost.min == 8);
	assert_true(cost.p99 == 8);
}

/* As many as fit; of the last pair, too, a gap is found. */
static void arrays_may_be_full(void **state)
{
	struct samples_cost cost;
	uint32_t i;

	(void)state;
	memset(&samples, 0, sizeof(samples));
	samples.n = SAMPLES_MAX;
	for (i = 0; i < SAMPLES_MAX; i++) {
		samples.ticks[XB_U][i] = 100;
		samples.ticks[XB_2U][i] = 164;
	}
	samples_cost(&samples, 8, 8, &cost);
	assert_int_equal(cost.clean, SAMPLES_MAX);
	samples.ticks[XB_2U][SAMPLES_MAX - 1] = 999;
	samples_cost(&samples, 8, 8, &cost);
	assert_int_equal(cost.clean, SAMPLES_MAX - 1);
	assert_true(cost.tsc == 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cost_is_a_difference_of_quartiles),
		cmocka_unit_test(cost_of_empty_is_taken_off),
		cmocka_unit_test(gap_in_any_region_is_dropped),
		cmocka_unit_test(gap_drops_the_whole_pair),
		cmocka_unit_test(no_clean_pair_is_no_cost),
		cmocka_unit_test(one_pair_is_enough),
		cmocka_unit_test(arrays_may_be_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
