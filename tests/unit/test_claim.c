// SPDX-License-Identifier: MIT
/* test_claim.c: invented figures, and the verdict that each must give. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "catalog.h"
#include "claim.h"

#define MAX_LAUNCHES 16

/* Rows of one benchmark in one backend: its cost in each launch. */
struct series {
	const char *benchmark;
	const char *backend;
	const char *fidelity;
	const char *status;
	size_t nr;
	double cost[MAX_LAUNCHES];
};

static void add_series(struct csv_file *file, const struct series *s,
		       const char *host)
{
	struct csv_row row = csv_empty_row();

	row.machine = "m";
	row.host = host;
	row.cpu = "invented";
	row.started = "2026-01-01T00:00:00Z";
	row.family = "f";
	row.mode = "throughput";
	row.benchmark = s->benchmark;
	row.backend = s->backend ? s->backend : "bare";
	row.fidelity = s->fidelity ? s->fidelity : "native";
	row.status = s->status ? s->status : "ok";
	row.reason = s->status ? "an invented reason" : "";
	for (size_t i = 0; i < s->nr; i++) {
		row.launch = i + 1;
		row.cycles = row.ns = s->status ? NAN : s->cost[i];
		assert_int_equal(csv_add_row(file, &row), 0);
	}
}

/* One claim, the series `a` and perhaps `b`, and what must come of it. */
struct judgement {
	const char *what;
	enum claim_rule rule;
	double published;
	const char *formula;
	struct series a, b;
	enum claim_verdict verdict;
	double value;	    /* NaN: none */
	const char *reason; /* part of it */
};

#define AROUND(x) .nr = 5, .cost = { (x) + 1, (x)-1, (x), (x) + 2, (x)-2 }

static const struct judgement table[] = {
	{ "sign",
	  CLAIM_SIGN,
	  0,
	  "a - b",
	  { "a", AROUND(50) },
	  { "b", AROUND(30) },
	  CLAIM_REPRODUCED,
	  20,
	  "" },
	{ "other sign",
	  CLAIM_SIGN,
	  0,
	  "b - a",
	  { "a", AROUND(50) },
	  { "b", AROUND(30) },
	  CLAIM_OPPOSITE,
	  -20,
	  "" },
	{ "around 0",
	  CLAIM_SIGN,
	  0,
	  "a",
	  { "a", AROUND(0.5) },
	  { 0 },
	  CLAIM_NOT_JUDGED,
	  0.5,
	  "includes 0" },
	{ "at least",
	  CLAIM_AT_LEAST,
	  60,
	  "a",
	  { "a", AROUND(100) },
	  { 0 },
	  CLAIM_REPRODUCED,
	  100,
	  "" },
	{ "less",
	  CLAIM_AT_LEAST,
	  60,
	  "a",
	  { "a", AROUND(40) },
	  { 0 },
	  CLAIM_SMALLER,
	  40,
	  "" },
	{ "below 0",
	  CLAIM_AT_LEAST,
	  60,
	  "a",
	  { "a", AROUND(-40) },
	  { 0 },
	  CLAIM_OPPOSITE,
	  -40,
	  "" },
	{ "about at least",
	  CLAIM_AT_LEAST,
	  60,
	  "a",
	  { "a", AROUND(61) },
	  { 0 },
	  CLAIM_NOT_JUDGED,
	  61,
	  "includes the published figure" },
	{ "at least a loss",
	  CLAIM_AT_LEAST,
	  -5,
	  "a",
	  { "a", AROUND(-20) },
	  { 0 },
	  CLAIM_SMALLER,
	  -20,
	  "" },
	{ "at most",
	  CLAIM_AT_MOST,
	  10,
	  "a",
	  { "a", AROUND(3) },
	  { 0 },
	  CLAIM_REPRODUCED,
	  3,
	  "" },
	{ "more",
	  CLAIM_AT_MOST,
	  10,
	  "a",
	  { "a", AROUND(13) },
	  { 0 },
	  CLAIM_LARGER,
	  13,
	  "" },
	{ "about at most",
	  CLAIM_AT_MOST,
	  10,
	  "a",
	  { "a", AROUND(11) },
	  { 0 },
	  CLAIM_NOT_JUDGED,
	  11,
	  "includes the published figure" },
	{ "half is within",
	  CLAIM_FACTOR,
	  80,
	  "a",
	  { "a", AROUND(40) },
	  { 0 },
	  CLAIM_REPRODUCED,
	  40,
	  "" },
	{ "twice is within",
	  CLAIM_FACTOR,
	  80,
	  "a",
	  { "a", AROUND(160) },
	  { 0 },
	  CLAIM_REPRODUCED,
	  160,
	  "" },
	{ "below half",
	  CLAIM_FACTOR,
	  80,
	  "a",
	  { "a", AROUND(39) },
	  { 0 },
	  CLAIM_SMALLER,
	  39,
	  "" },
	{ "above twice",
	  CLAIM_FACTOR,
	  80,
	  "a",
	  { "a", AROUND(161) },
	  { 0 },
	  CLAIM_LARGER,
	  161,
	  "" },
	{ "a gain became a loss",
	  CLAIM_FACTOR,
	  80,
	  "a",
	  { "a", AROUND(-80) },
	  { 0 },
	  CLAIM_OPPOSITE,
	  -80,
	  "" },
	{ "nothing",
	  CLAIM_FACTOR,
	  80,
	  "a",
	  { "a", AROUND(1) },
	  { 0 },
	  CLAIM_NOT_JUDGED,
	  1,
	  "includes 0" },
	{ "ratio",
	  CLAIM_FACTOR,
	  3,
	  "a - b / b",
	  { "a", .nr = 3, .cost = { 40, 80, 120 } },
	  { "b", .nr = 3, .cost = { 10, 20, 30 } },
	  CLAIM_REPRODUCED,
	  3,
	  "" },
	{ "factors",
	  CLAIM_AT_LEAST,
	  1,
	  "2 * a - 3 * b",
	  { "a", .nr = 3, .cost = { 40, 40, 40 } },
	  { "b", .nr = 3, .cost = { 20, 20, 20 } },
	  CLAIM_REPRODUCED,
	  20,
	  "" },
	{ "launch by launch",
	  CLAIM_SIGN,
	  0,
	  "a - b",
	  { "a", .nr = 4, .cost = { 10, 20, 30, 40 } },
	  { "b", .nr = 4, .cost = { 9, 19, 29, 39 } },
	  CLAIM_REPRODUCED,
	  1,
	  "" },
	{ "emulated",
	  CLAIM_SIGN,
	  0,
	  "a",
	  { "a", .backend = "kvm", .fidelity = "emulated", AROUND(50) },
	  { 0 },
	  CLAIM_NOT_JUDGED,
	  NAN,
	  "a in kvm is not native but emulated" },
	{ "one of them trapped",
	  CLAIM_SIGN,
	  0,
	  "a - b",
	  { "a", AROUND(50) },
	  { "b", .fidelity = "trapped", AROUND(30) },
	  CLAIM_NOT_JUDGED,
	  NAN,
	  "b in bare is not native but trapped" },
	{ "skipped",
	  CLAIM_SIGN,
	  0,
	  "a",
	  { "a", .status = "skip", .nr = 5 },
	  { 0 },
	  CLAIM_NOT_JUDGED,
	  NAN,
	  "a in bare: skip: an invented" },
	{ "not measured",
	  CLAIM_SIGN,
	  0,
	  "a - b",
	  { "a", AROUND(50) },
	  { 0 },
	  CLAIM_NOT_JUDGED,
	  NAN,
	  "b was not measured" },
	{ "two backends are no difference",
	  CLAIM_SIGN,
	  0,
	  "a - b",
	  { "a", .backend = "kvm", AROUND(50) },
	  { "b", .backend = "user", AROUND(30) },
	  CLAIM_NOT_JUDGED,
	  NAN,
	  "was not measured" },
	{ "too few launches",
	  CLAIM_SIGN,
	  0,
	  "a",
	  { "a", .nr = 2, .cost = { 50, 51 } },
	  { 0 },
	  CLAIM_NOT_JUDGED,
	  NAN,
	  "2 launches" },
	{ "not the same launches",
	  CLAIM_SIGN,
	  0,
	  "a - b",
	  { "a", AROUND(50) },
	  { "b", .nr = 2, .cost = { 30, 31 } },
	  CLAIM_NOT_JUDGED,
	  NAN,
	  "2 launches" },
};

static void judge(const struct judgement *j, struct claim_result *r)
{
	struct claim claim = { .id = j->what,
			       .formula = j->formula,
			       .published = j->published,
			       .unit = CLAIM_cycles,
			       .rule = j->rule };
	struct csv_file file = { 0 };

	add_series(&file, &j->a, "h");
	if (j->b.benchmark)
		add_series(&file, &j->b, "h");
	claim_judge(&claim, &file, 1, &file.rows[0], r);
	r->backend = "";
	csv_free(&file);
}

static void test_verdicts(void **state)
{
	unsigned int seen[CLAIM_NR_VERDICTS] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct judgement *j = &table[i];
		struct claim_result r;

		judge(j, &r);
		if (r.verdict != j->verdict ||
		    isnan(r.value) != isnan(j->value) ||
		    fabs(r.value - j->value) > 1e-9 ||
		    !strstr(r.reason, j->reason))
			fail_msg("%s: %s, %g: %s", j->what,
				 claim_verdict_names[r.verdict], r.value,
				 r.reason);
		seen[r.verdict]++;
	}
	for (size_t v = 0; v < CLAIM_NR_VERDICTS; v++)
		assert_true(seen[v]);
}

/* Order statistics by the binomial: 1 - 2 P(X <= k) >= 15/16. */
static void test_interval(void **state)
{
	static const struct {
		size_t nr;
		double lo, hi;
	} want[] = { { 3, 1, 3 }, { 5, 1, 5 },	 { 7, 1, 7 },	{ 8, 1, 8 },
		     { 9, 2, 8 }, { 11, 2, 10 }, { 12, 3, 10 }, { 16, 4, 13 } };

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct judgement j = { "interval",
				       CLAIM_SIGN,
				       0,
				       "a",
				       { "a", .nr = want[i].nr },
				       { 0 },
				       CLAIM_REPRODUCED,
				       0,
				       "" };
		struct claim_result r;

		for (size_t k = 0; k < want[i].nr; k++)
			j.a.cost[k] = (double)(want[i].nr - k);
		judge(&j, &r);
		if (r.lo != want[i].lo || r.hi != want[i].hi)
			fail_msg("%zu: %g to %g", want[i].nr, r.lo, r.hi);
	}
}

static void test_metal_first(void **state)
{
	const struct series kvm = { "a", .backend = "kvm", AROUND(50) };
	const struct series user = { "a", .backend = "user", AROUND(70) };
	const struct series bare = { "a", .fidelity = "emulated", AROUND(9) };
	const struct claim claim = { .formula = "a", .unit = CLAIM_ns };
	struct csv_file file = { 0 };
	struct claim_result r;

	(void)state;
	add_series(&file, &user, "h");
	add_series(&file, &kvm, "h");
	add_series(&file, &bare, "h");
	claim_judge(&claim, &file, 1, &file.rows[0], &r);
	assert_string_equal(r.backend, "kvm");
	assert_true(r.value == 50);
	csv_free(&file);
}

static void test_machines_apart(void **state)
{
	const struct series a = { "a", AROUND(50) }, b = { "a", AROUND(70) };
	const struct claim claim = { .formula = "a", .unit = CLAIM_ns };
	struct csv_file files[2] = { { 0 }, { 0 } };
	struct claim_result r;

	(void)state;
	add_series(&files[0], &a, "one");
	add_series(&files[1], &b, "other");
	claim_judge(&claim, files, 2, &files[1].rows[0], &r);
	assert_true(r.value == 70);
	assert_int_equal(r.nr_launches, 5);
	csv_free(&files[0]);
	csv_free(&files[1]);
}

/* What claims.h says must be there to be measured. */
static void test_claims(void **state)
{
	struct claim_formula formula;
	size_t i, t, b;

	(void)state;
	assert_true(nr_claims > 20);
	for (i = 0; i < nr_claims; i++) {
		if (claim_parse(claims[i].formula, &formula))
			fail_msg("%s: malformed", claims[i].id);
		for (t = 0; t < formula.nr; t++) {
			for (b = 0; b < XB_NR_BENCHES; b++)
				if (!strcmp(catalog[b].name,
					    formula.terms[t].name))
					break;
			if (b == XB_NR_BENCHES)
				fail_msg("%s: no benchmark %s", claims[i].id,
					 formula.terms[t].name);
		}
		assert_true((claims[i].published == 0) ==
			    (claims[i].rule == CLAIM_SIGN));
		for (t = 0; t < i; t++)
			assert_string_not_equal(claims[t].id, claims[i].id);
	}
}

static void test_malformed(void **state)
{
	static const char *const bad[] = { "",		"a -", "a b",
					   "a / b / c", "- a", "a * b",
					   "a + / b",	"A" };
	struct claim_formula formula;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!claim_parse(bad[i], &formula))
			fail_msg("\"%s\" was taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_metal_first),
		cmocka_unit_test(test_machines_apart),
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
