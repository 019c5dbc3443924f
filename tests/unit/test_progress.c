// SPDX-License-Identifier: MIT
/* test_progress.c: what runs and how much is left, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include "progress.h"

#define RUNS .backend = "user", .benchmark = "b", .mode = "fenced"

static const struct {
	struct progress progress;
	double seconds;
	const char *text;
} cases[] = {
	/* Nothing is known before the first series has ended. */
	{ { 1, 1, 1, 5, 0, 50, 0, RUNS },
	  1,
	  "launch 1 of 5, 0 of 50 series: user b/fenced" },
	{ { 1, 1, 2, 5, 10, 50, 0, RUNS },
	  4,
	  "launch 2 of 5, 10 of 50 series, 16 s left: user b/fenced" },
	{ { 1, 1, 2, 5, 10, 50, 0, NULL, NULL, NULL },
	  100,
	  "launch 2 of 5, 10 of 50 series, 7 min left" },
	{ { 1, 1, 5, 5, 50, 50, 0, NULL, NULL, NULL },
	  20,
	  "launch 5 of 5, 50 of 50 series, 0 s left" },
	{ { 2, 4, 1, 5, 50, 200, 0, RUNS },
	  20,
	  "batch 2 of 4, launch 1 of 5, 50 of 200 series, 60 s left: user b/fenced" },
	/* The last of four batches starts at 30 s and takes 5 s, as the first
	 * has: 35 - 5. */
	{ { 1, 4, 5, 5, 50, 200, 10, NULL, NULL, NULL },
	  5,
	  "batch 1 of 4, launch 5 of 5, 50 of 200 series, 30 s left" },
	/* In the last batch only what is left of it: a second took 10 of 50. */
	{ { 4, 4, 2, 5, 160, 200, 10, NULL, NULL, NULL },
	  31,
	  "batch 4 of 4, launch 2 of 5, 160 of 200 series, 4 s left" },
	/* Batches that take longer than the spacing are not held up by it. */
	{ { 1, 2, 5, 5, 50, 100, 10, NULL, NULL, NULL },
	  60,
	  "batch 1 of 2, launch 5 of 5, 50 of 100 series, 60 s left" },
};

static void words(void **state)
{
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		progress_format(&cases[i].progress, cases[i].seconds, text,
				sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

static void a_short_buffer_is_not_exceeded(void **state)
{
	char text[12] = "###########";

	(void)state;
	progress_format(&cases[1].progress, 4, text, 10);
	assert_int_equal(text[10], '#');
	assert_memory_equal(text, "launch 2 ", 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(a_short_buffer_is_not_exceeded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
