// SPDX-License-Identifier: MIT
/* test_bare_libc.c: the bare image's bit of a C library against the real one.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <ctype.h>
#include <fnmatch.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* Their names are taken here. */
#undef strcmp
#undef strncmp
#undef isprint
#undef isalnum
#undef tolower
#define memcpy bare_memcpy
#define memset bare_memset
#define memcmp bare_memcmp
#define strlen bare_strlen
#define strncmp bare_strncmp
#define strcmp bare_strcmp
#define strchr bare_strchr
#define strpbrk bare_strpbrk
#define isprint bare_isprint
#define isalnum bare_isalnum
#define tolower bare_tolower
#define fnmatch bare_fnmatch
#define qsort bare_qsort
#define fabs bare_fabs
#define fmax bare_fmax
#define fmin bare_fmin
#define floor bare_floor
#define getrusage bare_getrusage
#define sched_getcpu bare_sched_getcpu
#define sched_setaffinity bare_sched_setaffinity
#define clock_gettime bare_clock_gettime
#define snprintf bare_snprintf
#define vsnprintf bare_vsnprintf
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "../../bench/bare/libc.c"
#include "../../bench/bare/printf.c"
#undef memcpy
#undef memset
#undef memcmp
#undef strlen
#undef strncmp
#undef strcmp
#undef strchr
#undef strpbrk
#undef isprint
#undef isalnum
#undef tolower
#undef fnmatch
#undef qsort
#undef fabs
#undef fmax
#undef fmin
#undef floor
#undef snprintf
#undef vsnprintf

double bare_tsc_khz = 1e6;

#define SAME(...)                                                              \
	do {                                                                   \
		char a[64], b[64];                                             \
		int n = snprintf(a, sizeof(a), __VA_ARGS__);                   \
		assert_int_equal(bare_snprintf(b, sizeof(b), __VA_ARGS__), n); \
		assert_string_equal(a, b);                                     \
	} while (0)

static void formats_are_the_real_ones(void **state)
{
	(void)state;
	SAME("plain %% text");
	SAME("%s and %s", "one", "");
	SAME("%c%c", 'a', '%');
	SAME("%d %d %d", 0, -1, INT32_MIN);
	SAME("%u %x %08x", UINT32_MAX, 0xdeadbeef, 0x1f);
	SAME("%06u %02u %4u|", 7u, 123u, 5u);
	SAME("%llu %llx %016llx", UINT64_MAX * 1ull, 0x123456789abcdefull,
	     1ull);
	SAME("%zu %lu", (size_t)1 << 40, 1ul << 50);
	SAME("%.0f %.0f", 0.4, 2600000000.0);
	SAME("%.9f", 0.0);
	SAME("%.9f %.9f", 1.0 / 3, -1.0 / 3);
	SAME("%.9f", 123456789.987654321);
	SAME("%.9f", -0.999999999);
	SAME("%.1f %.2f", 0.96, 99.999);
	SAME("%.9f", 1e15);
}

static void text_that_is_too_long_is_cut(void **state)
{
	char text[4] = "xyz";

	(void)state;
	assert_int_equal(bare_snprintf(text, sizeof(text), "%s", "long"), 4);
	assert_string_equal(text, "lon");
	assert_int_equal(bare_snprintf(text, 0, "%d", 12), 2);
	assert_string_equal(text, "lon");
}

static void numbers_that_are_none_are_named(void **state)
{
	char text[16];

	(void)state;
	bare_snprintf(text, sizeof(text), "%.9f", NAN);
	assert_string_equal(text, "nan");
	bare_snprintf(text, sizeof(text), "%.9f", 1e300);
	assert_string_equal(text, "inf");
}

static void globs_are_the_real_ones(void **state)
{
	static const char *const globs[] = { "*",     "",     "a",    "*a*",
					     "w*_?b", "?",    "**",   "a*b*c",
					     "*b",    "wr??", "abc*", "*?" };
	static const char *const names[] = { "",     "a",	"b",
					     "abc",  "ab",	"wrmsr",
					     "w_ab", "wx_b_cb", "aXbYc",
					     "wrab" };
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(globs) / sizeof(globs[0]); i++)
		for (j = 0; j < sizeof(names) / sizeof(names[0]); j++)
			assert_int_equal(!bare_fnmatch(globs[i], names[j], 0),
					 !fnmatch(globs[i], names[j], 0));
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void sorting_is_the_real_one(void **state)
{
	double a[100], b[100];
	size_t n, i;

	(void)state;
	srand(1);
	for (n = 0; n <= 100; n++) {
		for (i = 0; i < n; i++)
			a[i] = b[i] = rand() % 50;
		qsort(a, n, sizeof(*a), compare);
		bare_qsort(b, n, sizeof(*b), compare);
		assert_memory_equal(a, b, n * sizeof(*a));
	}
}

static void rounding_is_the_real_one(void **state)
{
	static const double values[] = {
		0, -0.5, 0.5, 1, -1, -1.5, 30.7, 1e15, -1e300, 4e18, 1e-9, -1e-9
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		assert_true(bare_floor(values[i]) == floor(values[i]));
	assert_true(isnan(bare_floor(NAN)));
	assert_true(isinf(bare_floor(INFINITY)));
	assert_true(bare_fmax(1, NAN) == 1 && bare_fmax(NAN, 1) == 1);
	assert_true(bare_fmin(1, NAN) == 1 && bare_fmin(NAN, 1) == 1);
	assert_true(bare_fmax(1, 2) == 2 && bare_fmin(1, 2) == 1);
}

static void texts_are_searched_and_compared(void **state)
{
	(void)state;
	assert_int_equal(bare_strlen("four"), 4);
	assert_true(!bare_strcmp("a", "a") && bare_strcmp("a", "ab") < 0);
	assert_true(bare_strcmp("\xff", "a") > 0);
	assert_int_equal(bare_strncmp("end 1", "end 2", 4), 0);
	assert_string_equal(bare_strchr("a=b=c", '='), "=b=c");
	assert_null(bare_strchr("abc", '='));
	assert_string_equal(bare_strpbrk("abc,d", ",\""), ",d");
	assert_null(bare_strpbrk("abc", ",\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_are_the_real_ones),
		cmocka_unit_test(text_that_is_too_long_is_cut),
		cmocka_unit_test(numbers_that_are_none_are_named),
		cmocka_unit_test(globs_are_the_real_ones),
		cmocka_unit_test(sorting_is_the_real_one),
		cmocka_unit_test(rounding_is_the_real_one),
		cmocka_unit_test(texts_are_searched_and_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
