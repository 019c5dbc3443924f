// SPDX-License-Identifier: MIT
/* test_pmu_counter.c: what the kernel is asked for, and its bad news. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pmu_counter.h"

#define CLOCK 0x1000 /* as time_running; its bits grant no RDPMC */

/* perf_event_open() as it was called, and what it gave. */
static struct perf_event_attr attrs[EVENT_MAX];
static int fds[EVENT_MAX], leaders[EVENT_MAX];
static uint32_t nr_opened;
struct record {
	uint64_t value, enabled, running;
};
static enum {
	FINE,
	LOST, /* read(2) gives nothing */
	MULTIPLEXED
} broken;
static uint32_t broken_at; /* the event that is */

/* A file, read twice, and then it is at its end. */
static int make_file(bool is_broken)
{
	struct record records[] = { { 7, CLOCK, CLOCK }, { 9, CLOCK, CLOCK } };
	int fd = memfd_create("event", MFD_CLOEXEC);

	assert_true(fd >= 0);
	if (is_broken && broken == LOST)
		return fd;
	if (is_broken && broken == MULTIPLEXED)
		records[0].running--;
	assert_int_equal(write(fd, records, sizeof(records)), sizeof(records));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Instead of the C library's. */
long syscall(long number, ...)
{
	const struct perf_event_attr *attr;
	unsigned long flags;
	int pid, cpu, fd;
	va_list list;

	assert_int_equal(number, SYS_perf_event_open);
	va_start(list, number);
	attr = va_arg(list, const struct perf_event_attr *);
	pid = va_arg(list, int);
	cpu = va_arg(list, int);
	leaders[nr_opened] = va_arg(list, int);
	flags = (unsigned long)va_arg(list, int);
	va_end(list);
	assert_int_equal(pid, 0);
	assert_int_equal(cpu, -1);
	assert_int_equal(flags, PERF_FLAG_FD_CLOEXEC);
	fd = make_file(nr_opened == broken_at);
	attrs[nr_opened] = *attr;
	fds[nr_opened++] = fd;
	return fd;
}

static const struct event hardware[] = {
	{ .column = "pmu:a",
	  .group = 0,
	  .type = PERF_TYPE_RAW,
	  .config = 0xc0 },
	{ .column = "pmu:b", .group = 1, .type = PERF_TYPE_HARDWARE },
	{ .column = "pmu:c",
	  .group = 1,
	  .type = PERF_TYPE_RAW,
	  .exclude_user = true },
};
static const struct event software = { .column = "pmu:d",
				       .type = PERF_TYPE_SOFTWARE,
				       .config = 2 };

static int set_up(void **state)
{
	(void)state;
	nr_opened = 0;
	broken = FINE;
	return 0;
}

static void asked(uint32_t i, bool kernel, bool host, bool guest)
{
	assert_int_equal(attrs[i].exclude_kernel, !kernel);
	assert_int_equal(attrs[i].exclude_host, !host);
	assert_int_equal(attrs[i].exclude_guest, !guest);
	assert_int_equal(attrs[i].disabled, 0);
}

/* Which of ring 3, kernel and guest. */
static void test_scopes(void **state)
{
	static const struct {
		const struct backend_counting *counting;
		bool everything, kernel, host, guest;
	} table[] = {
		{ &pmu_counter_user, false, false, true, false },
		{ &pmu_counter_user, true, true, true, true },
		{ &pmu_counter_guest, false, true, false, true },
		{ &pmu_counter_guest, true, true, true, true },
		{ &pmu_counter_kernel, false, true, true, true },
	};
	struct backend_error err;
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		set_up(state);
		assert_int_equal(table[i].counting->open(hardware, 1,
							 table[i].everything,
							 &err),
				 0);
		asked(0, table[i].kernel, table[i].host, table[i].guest);
		assert_int_equal(attrs[0].exclude_user, 0);
		table[i].counting->close();
		assert_int_equal(table[i].counting->open(&software, 1,
							 table[i].everything,
							 &err),
				 0);
		asked(1, true, true, true);
		table[i].counting->close();
	}
}

/* Only who leads a group may be pinned, and then the group is. */
static void test_groups(void **state)
{
	struct backend_error err;
	uint32_t i;

	(void)state;
	assert_int_equal(pmu_counter_user.open(hardware, 3, true, &err), 0);
	assert_int_equal(leaders[0], -1);
	assert_int_equal(leaders[1], -1);
	assert_int_equal(leaders[2], fds[1]);
	for (i = 0; i < 3; i++) {
		assert_int_equal(attrs[i].pinned, leaders[i] < 0);
		assert_int_equal(attrs[i].config, hardware[i].config);
		assert_int_equal(attrs[i].exclude_user,
				 hardware[i].exclude_user);
	}
	pmu_counter_user.close();
	for (i = 0; i < 3; i++)
		assert_int_equal(close(fds[i]), -1);
}

static void test_read(void **state)
{
	uint64_t value = 0;
	struct backend_error err;
	double ns = 0;
	uint32_t ecx, width;

	(void)state;
	assert_int_equal(pmu_counter_user.open(hardware, 1, false, &err), 0);
	assert_false(pmu_counter_user.inside(0, &ecx, &width));
	assert_int_equal(pmu_counter_user.read(0, &value, &ns, &err), 0);
	assert_int_equal(value, 9);
	assert_true(ns == CLOCK);
	/* At its end: what is pinned lost its counter. */
	assert_int_equal(pmu_counter_user.read(0, &value, &ns, &err), -EBUSY);
	pmu_counter_user.close();
}

/* The first look fails, and nothing stays open. */
static void test_not_counting(void **state)
{
	struct backend_error err;
	uint32_t i;

	for (broken_at = 0; broken_at < 3; broken_at++) {
		set_up(state);
		broken = LOST;
		assert_int_equal(pmu_counter_user.open(hardware, 3, true, &err),
				 -EBUSY);
		assert_non_null(strstr(err.text, hardware[broken_at].column));
		set_up(state);
		broken = MULTIPLEXED;
		assert_int_equal(pmu_counter_user.open(hardware, 3, true, &err),
				 -EBUSY);
		for (i = 0; i < 3; i++)
			assert_int_equal(close(fds[i]), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_scopes, set_up),
		cmocka_unit_test_setup(test_groups, set_up),
		cmocka_unit_test_setup(test_read, set_up),
		cmocka_unit_test_setup(test_not_counting, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
