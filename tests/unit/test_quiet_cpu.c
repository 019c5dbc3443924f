// SPDX-License-Identifier: MIT
/* test_quiet_cpu.c: the choice of a CPU, by two looks at /proc/stat. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

static const char *looks[2];
static int nr_looks;
static cpu_set_t ours;

static FILE *next_look(void)
{
	const char *text = looks[nr_looks++];

	return text ? fmemopen((char *)text, strlen(text), "r") : NULL;
}

static int our_cpus(cpu_set_t *set)
{
	*set = ours;
	return 0;
}

#define fopen(path, mode) next_look()
#define sched_getaffinity(pid, bytes, set) our_cpus(set)
#define clock_nanosleep(clock, flags, time, left) ((void)(time))
#include "../../harness/quiet_cpu.c"

#define ALL "cpu  900 0 90 9000 0 0 0 0 0 0\n"
#define LATER "intr 1 2 3\nctxt 4\n"

static const struct {
	const char *before;
	const char *after;
	int cpus; /* that are ours: bit mask */
	int best;
} cases[] = {
	/* A busy loop, on either. */
	{ ALL "cpu0 10 0 10 100 0 0 0 0\ncpu1 10 0 10 100 0 0 0 0\n" LATER,
	  ALL "cpu0 12 0 10 100 0 0 0 0\ncpu1 10 0 10 102 0 0 0 0\n" LATER, 3,
	  1 },
	{ ALL "cpu0 10 0 10 100 0 0 0 0\ncpu1 10 0 10 100 0 0 0 0\n" LATER,
	  ALL "cpu0 10 0 10 102 0 0 0 0\ncpu1 12 0 10 100 0 0 0 0\n" LATER, 3,
	  0 },
	/* ... that spends itself on nice, system, interrupts, other guests. */
	{ "cpu0 0 0 0 5 0 0 0 0\ncpu1 0 0 0 5 0 0 0 0\n",
	  "cpu0 0 0 0 7 0 0 0 0\ncpu1 0 2 0 5 0 0 0 0\n", 3, 0 },
	{ "cpu0 0 0 0 5 0 0 0 0\ncpu1 0 0 0 5 0 0 0 0\n",
	  "cpu0 0 0 0 7 0 0 0 0\ncpu1 0 0 2 5 0 0 0 0\n", 3, 0 },
	{ "cpu0 0 0 0 5 0 0 0 0\ncpu1 0 0 0 5 0 0 0 0\n",
	  "cpu0 0 0 0 7 0 0 0 0\ncpu1 0 0 0 5 0 1 1 0\n", 3, 0 },
	{ "cpu0 0 0 0 5 0 0 0 0\ncpu1 0 0 0 5 0 0 0 0\n",
	  "cpu0 0 0 0 7 0 0 0 0\ncpu1 0 0 0 5 0 0 0 2\n", 3, 0 },
	/* The past does not count, and waiting for a disk is no work. */
	{ "cpu0 900 0 0 5 0 0 0 0\ncpu1 0 0 0 900 0 0 0 0\n",
	  "cpu0 900 0 0 5 2 0 0 0\ncpu1 1 0 0 901 0 0 0 0\n", 3, 0 },
	/* Half a load that only its lack of idleness shows. */
	{ "cpu0 0 0 0 5 0 0 0 0\ncpu1 0 0 0 5 0 0 0 0\n",
	  "cpu0 0 0 0 7 0 0 0 0\ncpu1 0 0 0 6 0 0 0 0\n", 3, 0 },
	/* The highest among equals; only ours. */
	{ "cpu0 0 0 0 5 0 0 0 0\ncpu1 0 0 0 5 0 0 0 0\n",
	  "cpu0 0 0 0 7 0 0 0 0\ncpu1 0 0 0 7 0 0 0 0\n", 3, 1 },
	{ "cpu0 0 0 0 5 0 0 0 0\ncpu1 0 0 0 5 0 0 0 0\n",
	  "cpu0 2 0 0 5 0 0 0 0\ncpu1 0 0 0 7 0 0 0 0\n", 1, 0 },
	/* No /proc, or none of ours. */
	{ NULL, NULL, 3, 1 },
	{ NULL, NULL, 0, -ENODEV },
};

static void the_quiet_one_is_chosen(void **state)
{
	size_t i;
	int cpu;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CPU_ZERO(&ours);
		for (cpu = 0; cpu < 2; cpu++)
			if (cases[i].cpus >> cpu & 1)
				CPU_SET(cpu, &ours);
		looks[0] = cases[i].before;
		looks[1] = cases[i].after;
		nr_looks = 0;
		/* As it comes, and as the end of a watch that goes on. */
		if (i % 2)
			sysstate_watch_cpus();
		assert_int_equal(sysstate_quiet_cpu(), cases[i].best);
		assert_int_equal(nr_looks, 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_quiet_one_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
