// SPDX-License-Identifier: MIT
/* test_pmu_event.c: names of events on CPUs that libpfm4 is told it is on. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pmu_event.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))
#define HARDWARE 0 /* PERF_TYPE_* of linux/perf_event.h */
#define RAW 4

/*
 * Encodings of libpfm4 4.13, checked by hand against the vendors' lists: Intel
 * event select in bits 0 to 7, unit mask 8 to 15, edge 18, counter mask from
 * 24; AMD the same with bits 8 to 11 of the event select from 32.
 */
static const struct {
	const char *pmu;
	struct event events[7];
} defaults[] = {
#define COMMON                                                                 \
	{ .column = "pmu:cycles", .type = HARDWARE, .config = 0 },             \
	{                                                                      \
		.column = "pmu:instructions", .type = HARDWARE, .config = 1    \
	}
#define EVENT(name, code)                                                      \
	{                                                                      \
		.column = "pmu:" name, .type = RAW, .config = (code)           \
	}
	{ "skl",
	  { COMMON, EVENT("UOPS_RETIRED:RETIRE_SLOTS", 0x2c2),
	    EVENT("IDQ:MS_UOPS", 0x3079),
	    EVENT("MACHINE_CLEARS:COUNT", 0x10401c3),
	    EVENT("HW_INTERRUPTS:RECEIVED", 0x1cb) } },
	{ "icl",
	  { COMMON, EVENT("UOPS_RETIRED:SLOTS", 0x2c2),
	    EVENT("IDQ:MS_UOPS", 0x3079),
	    EVENT("MACHINE_CLEARS:COUNT", 0x10401c3) } },
	{ "spr",
	  { COMMON, EVENT("UOPS_RETIRED:SLOTS", 0x2c2),
	    EVENT("IDQ:MS_UOPS", 0x2079),
	    EVENT("MACHINE_CLEARS:COUNT", 0x10401c3) } },
	{ "amd64_fam19h_zen3",
	  { COMMON, EVENT("RETIRED_OPS", 0xc1),
	    EVENT("INTERRUPT_TAKEN", 0x2c) } },
	{ "amd64_fam19h_zen4",
	  { COMMON, EVENT("RETIRED_OPS", 0xc1),
	    EVENT("RETIRED_UCODE_OPS", 0x1000000c2), EVENT("RESYNCS", 0x96),
	    EVENT("INTERRUPT_TAKEN", 0x2c) } },
#undef EVENT
#undef COMMON
};

/* The library looks at its environment once a process. */
static void in_process(const char *pmu, void (*test)(size_t i), size_t i)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		setenv("LIBPFM_FORCE_PMU", pmu, 1);
		/* Else it would know no generic name. */
		setenv("LIBPFM_ENCODE_INACTIVE", "1", 1);
		test(i);
		_exit(0);
	}
	assert_true(waitpid(child, &status, 0) == child);
	if (status)
		fail_msg("%s", pmu);
}

static void need(int condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "%s\n", what);
	_exit(1);
}

static void check_default(size_t i)
{
	const struct event *want = defaults[i].events;
	struct pmu_event_error err;
	struct event_list list;
	uint32_t n;

	need(!pmu_event_parse("default", 0, &list, &err), err.text);
	for (n = 0; n < list.nr; n++, want++) {
		need(!strcmp(list.at[n].column, want->column),
		     list.at[n].column);
		need(list.at[n].type == want->type, want->column);
		need(list.at[n].config == want->config, want->column);
		need(!list.at[n].config1 && !list.at[n].config2, want->column);
		need(!list.at[n].exclude_kernel && !list.at[n].exclude_user,
		     want->column);
		need(list.at[n].group == n, "groups of one");
	}
	need(!want->column[0], want->column);
}

static void test_defaults(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NR(defaults); i++)
		in_process(defaults[i].pmu, check_default, i);
}

static const struct {
	const char *text, *message; /* a part of it */
} wrong[] = {
	{ "MACHINE_CLEARS:CUONT", "did you mean MACHINE_CLEARS:COUNT?" },
	{ "machine_claers", "did you mean MACHINE_CLEARS?" },
	{ "HW_INTERUPTS", "did you mean HW_INTERRUPTS?" },
	{ "perf::cycels", "event not found" },
	{ "there_is_no_such_event_at_all", "\": event not found; `xbench" },
	{ "UOPS_ISSUED:ANY,UOPS_ISSUED:ANY", "twice" },
	{ "", "no list of events" },
	{ "UOPS_ISSUED:ANY,", "no list of events" },
	{ "{UOPS_ISSUED:ANY", "no list of events" },
	{ "UOPS_ISSUED:ANY}", "no list of events" },
	{ "{UOPS_ISSUED:ANY}}", "no list of events" },
	{ "{{UOPS_ISSUED:ANY}}", "no list of events" },
};

static void check_wrong(size_t i)
{
	struct pmu_event_error err = { "" };
	struct event_list list;

	need(pmu_event_parse(wrong[i].text, 0, &list, &err), "accepted");
	need(strstr(err.text, wrong[i].message) != NULL, err.text);
}

static void test_wrong_names(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NR(wrong); i++)
		in_process("skl", check_wrong, i);
}

/* Letters' case, a dot for a colon, who counts; groups. */
static void check_list(size_t i)
{
	static const char text[] =
		"{uops_issued.any,MACHINE_CLEARS:COUNT},IDQ:MS_UOPS:u=1";
	char back[PMU_EVENT_TEXT_BYTES];
	struct pmu_event_error err;
	struct event_list list;

	(void)i;
	need(!pmu_event_parse(text, 0, &list, &err), err.text);
	need(list.nr == 3, "three events");
	need(list.at[0].config == 0x10e, "UOPS_ISSUED:ANY");
	need(list.at[0].group == 0 && list.at[1].group == 0, "a group");
	need(list.at[2].group == 1, "another group");
	need(!list.at[1].exclude_kernel, "both rings");
	need(list.at[2].exclude_kernel && !list.at[2].exclude_user, "ring 3");
	pmu_event_text(&list, back, sizeof(back));
	need(!strcmp(back, text), back);
}

static void test_list(void **state)
{
	(void)state;
	in_process("skl", check_list, 0);
}

static void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* As a hybrid CPU's directory is, and that of another CPU. */
static void test_hybrid(void **state)
{
	char directory[] = "/tmp/test_pmu_event.XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(chdir(directory), 0);
	assert_int_equal(pmu_event_hybrid(".", 0), 0);
	assert_int_equal(mkdir("cpu_core", 0777), 0);
	assert_int_equal(mkdir("cpu_atom", 0777), 0);
	put_file("cpu_core/cpus", "0-7,12\n");
	put_file("cpu_core/type", "4\n");
	put_file("cpu_atom/cpus", "8-11\n");
	put_file("cpu_atom/type", "10\n");
	assert_int_equal(pmu_event_hybrid(".", 0), 4);
	assert_int_equal(pmu_event_hybrid(".", 7), 4);
	assert_int_equal(pmu_event_hybrid(".", 8), 10);
	assert_int_equal(pmu_event_hybrid(".", 11), 10);
	assert_int_equal(pmu_event_hybrid(".", 12), 4);
	assert_int_equal(pmu_event_hybrid(".", 13), 0);
	unlink("cpu_core/cpus");
	unlink("cpu_core/type");
	unlink("cpu_atom/cpus");
	unlink("cpu_atom/type");
	rmdir("cpu_core");
	rmdir("cpu_atom");
	assert_int_equal(chdir("/"), 0);
	rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_wrong_names),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_hybrid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
