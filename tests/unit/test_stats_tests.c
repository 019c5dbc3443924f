// SPDX-License-Identifier: MIT
/* test_stats_tests.c: tests and intervals against scipy and known values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stats.h"
#include "stats_tests.h"

#define MAX_VALUES 100

static FILE *open_record(void)
{
	FILE *file = fopen(TEST_DATA "/stats/scipy.txt", "r");

	assert_non_null(file);
	return file;
}

static void read_values(FILE *file, double *values, size_t n)
{
	assert_in_range(n, 1, MAX_VALUES);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(fscanf(file, "%lf", &values[i]), 1);
}

static size_t read_count(FILE *file)
{
	size_t n;

	assert_int_equal(fscanf(file, "%zu", &n), 1);
	return n;
}

static double read_value(FILE *file)
{
	double value;

	read_values(file, &value, 1);
	return value;
}

/* scipy's own sums are good to some 1e-12. */
static void assert_close(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-9 * fabs(expected) + 1e-15))
		fail_msg("%.17g is not %.17g", value, expected);
}

static void check_sign(FILE *file)
{
	size_t n = read_count(file), wins = read_count(file);

	assert_close(stats_sign_p(n, wins), read_value(file));
}

static void check_u(FILE *file, int exact)
{
	double x[MAX_VALUES], y[MAX_VALUES], ties;
	size_t n = read_count(file), m = read_count(file), u;
	struct stats_u null;

	read_values(file, x, n);
	read_values(file, y, m);
	stats_sort(x, n);
	stats_sort(y, m);
	u = stats_u_of(x, n, y, m, &ties);
	assert_int_equal(u, read_count(file));
	assert_int_equal(ties > 0, !exact);
	assert_int_equal(stats_u_make(n, m, &null), 0);
	assert_int_equal(null.at_most != NULL, exact);
	assert_close(stats_u_p(&null, u, ties), read_value(file));
	stats_u_free(&null);
}

static void check_rank(FILE *file)
{
	double x[MAX_VALUES];
	size_t n = read_count(file), w;

	read_values(file, x, n);
	w = read_count(file);
	assert_close(stats_signed_rank_p(n, w), read_value(file));
}

static void check_shift(FILE *file)
{
	double x[MAX_VALUES], y[MAX_VALUES];
	size_t n = read_count(file), m = read_count(file);
	struct stats_interval shift;

	read_values(file, x, n);
	read_values(file, y, m);
	assert_int_equal(stats_shift(x, n, y, m, 0.95, &shift), 0);
	assert_close(shift.value, read_value(file));
}

static void check_location(FILE *file)
{
	double x[MAX_VALUES];
	size_t n = read_count(file);
	struct stats_interval location;

	read_values(file, x, n);
	assert_int_equal(stats_location(x, n, 0.95, &location), 0);
	assert_close(location.value, read_value(file));
}

static void all_agree_with_scipy(void **state)
{
	FILE *file = open_record();
	char what[16];
	int nr = 0;

	(void)state;
	for (; fscanf(file, "%15s", what) == 1; nr++) {
		if (!strcmp(what, "sign"))
			check_sign(file);
		else if (!strcmp(what, "u"))
			check_u(file, 1);
		else if (!strcmp(what, "approx"))
			check_u(file, 0);
		else if (!strcmp(what, "rank"))
			check_rank(file);
		else if (!strcmp(what, "shift"))
			check_shift(file);
		else if (!strcmp(what, "location"))
			check_location(file);
		else if (what[0] != '#' || !fgets((char[100]){ 0 }, 100, file))
			fail_msg("scipy.txt: what is \"%s\"?", what);
	}
	fclose(file);
	assert_int_equal(nr, 78);
}

/* What the design's own, separate computation gives: alpha is 1 %. */
static void critical_values_are_the_designs(void **state)
{
	static const size_t fail_60[] = { 22, 38, 68, 106 };
	static const size_t fail_300[] = { 23, 39, 70, 108 };
	static const size_t pass[] = { 20, 35, 63, 99 };
	static const size_t sizes[] = { 10, 16, 24, 32 };
	static const size_t u_60[] = { 97, 227, 472, 797 };
	const double alpha = 0.01 / STATS_NR_LOOKS;

	(void)state;
	for (size_t i = 0; i < STATS_NR_LOOKS; i++) {
		size_t n = stats_looks[i];
		struct stats_u null;

		assert_int_equal(stats_sign_critical(n, alpha / 60),
				 fail_60[i]);
		assert_int_equal(stats_sign_critical(n, alpha / 300),
				 fail_300[i]);
		assert_int_equal(stats_sign_critical(n, alpha), pass[i]);
		n = sizes[i];
		assert_int_equal(stats_u_make(n, n, &null), 0);
		assert_non_null(null.at_most);
		assert_int_equal(stats_u_critical(&null, alpha / 60), u_60[i]);
		stats_u_free(&null);
	}
}

static void critical_is_the_least_that_suffices(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 200; n += 5) {
		size_t least = stats_sign_critical(n, 0.004);

		assert_true(stats_sign_p(n, least) <= 0.004);
		assert_true(least == 0 || stats_sign_p(n, least - 1) > 0.004);
	}
	assert_int_equal(stats_sign_critical(7, 0.004), 8); /* 2^-7 > 0.004 */
	assert_int_equal(stats_sign_critical(8, 0.004), 8);
}

/* Up to where 64 bits suffice, and that the counts there did not wrap. */
static void counts_are_exact_up_to_64_bits(void **state)
{
	struct stats_u null;

	(void)state;
	assert_int_equal(stats_u_make(32, 32, &null), 0);
	/* C(64, 32) */
	assert_true(null.at_most[32 * 32] == UINT64_C(1832624140942590534));
	assert_true(null.at_most[0] == 1 && null.at_most[2] == 4);
	stats_u_free(&null);
	assert_int_equal(stats_u_make(34, 34, &null), 0);
	assert_null(null.at_most);
	/* The approximation meets the exact values where both are known. */
	assert_int_equal(stats_u_make(30, 36, &null), 0);
	assert_non_null(null.at_most);
	for (size_t u = 540; u <= 700; u += 40) {
		double exact = stats_u_p(&null, u, 0), normal;
		uint64_t *counts = null.at_most;

		null.at_most = NULL;
		normal = stats_u_p(&null, u, 0);
		null.at_most = counts;
		assert_true(fabs(normal / exact - 1) < 0.03);
	}
	stats_u_free(&null);
	assert_int_equal(stats_u_make(5, 500, &null), 0);
	assert_non_null(null.at_most);
	stats_u_free(&null);
}

static void ties_are_losses(void **state)
{
	const double x[] = { 1, 2, 2, 3 }, y[] = { 2, 2, 3, 4 },
		     same[] = { 5, 5 };
	double ties;

	(void)state;
	/* y > x: 2 beats 1, twice; 3 beats 1 2 2; 4 beats all. */
	assert_int_equal(stats_u_of(x, 4, y, 4, &ties), 1 + 1 + 3 + 4);
	assert_true(ties == 4 * 4 * 4 - 4 + 2 * 2 * 2 - 2);
	assert_int_equal(stats_u_of(same, 2, same, 2, &ties), 0);
	assert_true(ties == 60);
}

static void no_outcome_beyond_the_range(void **state)
{
	struct stats_u null;

	(void)state;
	assert_int_equal(stats_u_make(3, 3, &null), 0);
	assert_true(stats_u_p(&null, 0, 0) == 1);
	assert_true(stats_u_p(&null, 9, 0) == 1.0 / 20);
	assert_true(stats_u_p(&null, 10, 0) == 0);
	assert_int_equal(stats_u_critical(&null, 0.01), 10); /* out of reach */
	stats_u_free(&null);
	assert_true(stats_sign_p(10, 0) == 1);
	assert_true(stats_sign_p(10, 11) == 0);
	/* 40 equal values a side have no variance and prove nothing. */
	assert_int_equal(stats_u_make(40, 40, &null), 0);
	assert_true(stats_u_p(&null, 1600, 80.0 * 80 * 80 - 80) == 1);
	stats_u_free(&null);
}

/* Holm steps down: alpha / K for the least, then K - 1, until one stands. */
static const struct {
	double p[5];
	size_t n;
	size_t family;
	bool rejected[5];
} families[] = {
	{ { 0.01, 0.04, 0.03, 0.005 }, 4, 4, { true, false, false, true } },
	{ { 0.002, 0.0026, 0.003, 0.009 }, 4, 4, { true, true, true, true } },
	{ { 0.02, 0.001, 0.02 }, 3, 3, { true, true, true } },
	{ { 0.012 }, 1, 4, { true } },
	{ { 0.013 }, 1, 4, { false } },
	{ { 0.013, 0.0001 }, 2, 4, { true, true } },
	{ { 0.0124, 0.0166, 0.0251, 0.05, 1 },
	  5,
	  4 + 1,
	  { false, false, false, false, false } },
};

static void holm_steps_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		bool rejected[5];

		assert_int_equal(stats_holm(families[i].p, families[i].n,
					    families[i].family, 0.05, rejected),
				 0);
		for (size_t k = 0; k < families[i].n; k++)
			assert_int_equal(rejected[k], families[i].rejected[k]);
	}
}

/*
 * Worked out by hand.  Differences of {1,2,3} and {11,13,15}: 8 9 10 10 11 12
 * 12 13 14.  Of 20 orders one has U = 0: the range has level 1 - 2/20, and
 * no interval has 0.95.
 */
static void intervals_have_the_level_they_say(void **state)
{
	const double x[] = { 1, 2, 3 }, y[] = { 15, 11, 13 };
	const double z[] = { 4, 1, 2, 3, 5, 6 };
	struct stats_interval out;

	(void)state;
	assert_int_equal(stats_shift(x, 3, y, 3, 0.95, &out), 0);
	assert_true(out.value == 11 && out.lo == 8 && out.hi == 14);
	assert_close(out.level, 0.9);
	assert_true(out.exact);
	/* U <= 1: 2 orders of 20. */
	assert_int_equal(stats_shift(x, 3, y, 3, 0.8, &out), 0);
	assert_true(out.lo == 9 && out.hi == 13);
	assert_close(out.level, 0.8);
	/* Of 64 sets of ranks one has the sum 0. */
	assert_int_equal(stats_location(z, 6, 0.95, &out), 0);
	assert_true(out.value == 3.5 && out.lo == 1 && out.hi == 6);
	assert_close(out.level, 1 - 2.0 / 64);
	assert_int_equal(stats_location(z, 1, 0.95, &out), 0);
	assert_true(out.value == 4 && out.lo == 4 && out.level == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_agree_with_scipy),
		cmocka_unit_test(critical_values_are_the_designs),
		cmocka_unit_test(critical_is_the_least_that_suffices),
		cmocka_unit_test(counts_are_exact_up_to_64_bits),
		cmocka_unit_test(ties_are_losses),
		cmocka_unit_test(no_outcome_beyond_the_range),
		cmocka_unit_test(holm_steps_down),
		cmocka_unit_test(intervals_have_the_level_they_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
