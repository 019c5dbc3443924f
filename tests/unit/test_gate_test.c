// SPDX-License-Identifier: MIT
/* test_gate_test.c: verdicts on plain numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "gate_test.h"

#define N 10

static const struct gate_rules rules = { 0.01, 0.03, 0.01, 0.01 };

/* 100, 100.1 ... and the same times `factor`. */
static void fill(double *a, double *b, double factor)
{
	for (size_t i = 0; i < N; i++) {
		a[i] = 100 + 0.01 * (double)i;
		b[i] = a[i] * factor;
	}
}

static struct gate_test stored(double factor, double quantum)
{
	double a[N], b[N];
	const struct gate_data data = { a, N, b, N, quantum };
	struct gate_test test;
	struct stats_u null;

	fill(a, b, factor);
	assert_int_equal(stats_u_make(N, N, &null), 0);
	assert_int_equal(gate_test_stored(&data, &rules, &null, &test), 0);
	stats_u_free(&null);
	return test;
}

static struct gate_test pairs(double factor, double quantum)
{
	double a[N], b[N];
	const struct gate_data data = { a, N, b, N, quantum };
	struct gate_test test;

	fill(a, b, factor);
	gate_test_pairs(&data, &rules, &test);
	return test;
}

/* The clearest outcomes: one order of C(20, 10), one of 2^10. */
static const double one_order = 1 / 184756.0, all_heads = 1 / 1024.0;

/* A change, and which of worse, below the threshold, better it proves. */
static const struct {
	double factor;
	double quantum;
	int worse, below, better;
} changes[] = {
	{ 1, 0, 0, 1, 0 },	{ 1.0095, 0, 0, 1, 0 },
	{ 1.0105, 0, 0, 1, 0 }, /* pairs only: the spread of a is 0.09 % */
	{ 1.02, 0, 1, 1, 0 },	{ 1.04, 0, 1, 0, 0 },
	{ 0.98, 0, 0, 1, 1 },	{ 0.995, 0, 0, 1, 0 },
	{ 1.02, 1.5, 0, 1, 0 }, /* two steps of the timer are 3 % */
	{ 1.04, 1.5, 1, 0, 0 }, { 0.98, 1.5, 0, 1, 0 },
};

static void a_change_proves_what_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		struct gate_test u =
			stored(changes[i].factor, changes[i].quantum);
		struct gate_test sign =
			pairs(changes[i].factor, changes[i].quantum);

		if (changes[i].factor == 1.0105) {
			assert_true(u.p_worse > one_order && u.p_worse < 0.5);
			assert_true(sign.p_worse == all_heads);
			continue;
		}
		assert_int_equal(u.p_worse == one_order, changes[i].worse);
		assert_int_equal(u.p_below == one_order, changes[i].below);
		assert_int_equal(u.p_better == one_order, changes[i].better);
		assert_int_equal(sign.p_worse == all_heads, changes[i].worse);
		assert_int_equal(sign.p_below == all_heads, changes[i].below);
		assert_int_equal(sign.p_better == all_heads, changes[i].better);
		assert_true(u.p_least == one_order);
		assert_true(sign.p_least == all_heads);
	}
}

static void ties_prove_nothing(void **state)
{
	double a[N], b[N];
	const struct gate_data data = { a, N, b, N, 0 };
	const struct gate_rules none = { 0, 0.03, 0.01, 0.01 };
	struct gate_test test;
	struct stats_u null;

	(void)state;
	for (size_t i = 0; i < N; i++)
		a[i] = b[i] = 7;
	assert_int_equal(stats_u_make(N, N, &null), 0);
	assert_int_equal(gate_test_stored(&data, &none, &null, &test), 0);
	assert_true(test.p_worse == 1 && test.p_better == 1);
	gate_test_pairs(&data, &none, &test);
	assert_true(test.p_worse == 1 && test.p_better == 1);
	stats_u_free(&null);
}

static void a_suite_is_judged_by_holm(void **state)
{
	const struct gate_test tests[] = {
		{ .p_worse = 0.003, .p_below = 1, .p_better = 1 }, /* 1 % / 3 */
		{ .p_worse = 0.006, .p_below = 0, .p_better = 1 }, /* 1 % / 2 */
		{ .p_worse = 1, .p_below = 0.009, .p_better = 0.001 },
	};
	enum gate_verdict verdicts[3];
	bool better[3];

	(void)state;
	assert_int_equal(gate_judge(tests, 3, &rules, 1, verdicts, better), 0);
	assert_int_equal(verdicts[0], GATE_FAIL);
	assert_int_equal(verdicts[1], GATE_PASS);
	assert_int_equal(verdicts[2], GATE_PASS);
	assert_true(better[2] && !better[0] && !better[1]);
	/* At a look a quarter of each error may be used. */
	assert_int_equal(gate_judge(tests, 3, &rules, 0.25, verdicts, better),
			 0);
	assert_int_equal(verdicts[0], GATE_INCONCLUSIVE);
	assert_int_equal(verdicts[1], GATE_PASS);
	assert_int_equal(verdicts[2], GATE_INCONCLUSIVE);
}

/* A FAIL outranks a PASS: a rise of 2 %, well measured, proves both. */
static void a_proven_rise_fails_below_the_threshold(void **state)
{
	const struct gate_test test = { .p_worse = 0, .p_below = 0 };
	enum gate_verdict verdict;
	bool better;

	(void)state;
	assert_int_equal(gate_judge(&test, 1, &rules, 1, &verdict, &better), 0);
	assert_int_equal(verdict, GATE_FAIL);
}

static void what_cannot_fail_does_not_pass(void **state)
{
	struct gate_test tests[60];
	enum gate_verdict verdicts[60];
	bool better[60];

	(void)state;
	for (size_t i = 0; i < 60; i++)
		tests[i] = (struct gate_test){ .p_worse = 1,
					       .p_better = 1,
					       .p_least = 1 / 252.0 };
	assert_int_equal(gate_judge(tests, 60, &rules, 1, verdicts, better), 0);
	assert_int_equal(verdicts[0], GATE_INCONCLUSIVE);
	assert_true(gate_is_blind(&tests[0], 60, &rules, 1));
	assert_false(gate_is_blind(&tests[0], 2, &rules, 1));
	/* C(16, 8) = 12870 is the first beyond 6000, C(20, 10) beyond 30000 */
	assert_int_equal(gate_batches_needed(60, &rules), 8);
	assert_int_equal(gate_batches_needed(300, &rules), 9);
	assert_int_equal(gate_batches_needed(1, &rules), 5);
}

/* Raise the data by the least effect and a little: they FAIL; less: not. */
static void the_least_effect_is_the_edge(void **state)
{
	double a[N], b[N], raised[N], effect;
	const struct gate_data data = { a, N, b, N, 0 };
	const struct gate_data after = { a, N, raised, N, 0 };
	const double p = 0.01 / 60;
	struct gate_test test;
	struct stats_u null;

	(void)state;
	assert_int_equal(stats_u_make(N, N, &null), 0);
	for (size_t i = 0; i < N; i++) {
		a[i] = 100 + 0.7 * (double)(i * 7 % N);
		b[i] = 100 + 0.7 * (double)(i * 3 % N);
	}
	assert_int_equal(gate_least_effect(&data, &rules, &null, p, &effect),
			 0);
	assert_true(effect > 0.01 && effect < 0.1);
	for (int up = -1; up <= 1; up += 2) {
		for (size_t i = 0; i < N; i++)
			raised[i] = b[i] * (1 + effect + up * 1e-9);
		assert_int_equal(gate_test_stored(&after, &rules, &null, &test),
				 0);
		assert_int_equal(test.p_worse <= p, up > 0);
	}
	assert_int_equal(gate_least_effect(&data, &rules, &null, 1e-9, &effect),
			 0);
	assert_true(isinf(effect)); /* out of reach of 10 and 10 */
	stats_u_free(&null);
}

static void a_coarse_timer_resolves_nothing(void **state)
{
	double a[N], b[N];
	struct gate_data data = { a, N, b, N, 0.5 };

	(void)state;
	fill(a, b, 1);
	assert_false(gate_is_unresolvable(&data, &rules)); /* 3 of 100 */
	data.quantum = 0.51;
	assert_true(gate_is_unresolvable(&data, &rules));
	data.quantum = 0;
	a[3] = -0.01; /* the cost of nothing */
	assert_true(gate_is_unresolvable(&data, &rules));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_proves_what_it_should),
		cmocka_unit_test(ties_prove_nothing),
		cmocka_unit_test(a_suite_is_judged_by_holm),
		cmocka_unit_test(a_proven_rise_fails_below_the_threshold),
		cmocka_unit_test(what_cannot_fail_does_not_pass),
		cmocka_unit_test(the_least_effect_is_the_edge),
		cmocka_unit_test(a_coarse_timer_resolves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
