// SPDX-License-Identifier: MIT
/* test_kernel_log.c: which records of /dev/kmsg are complaints. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cmd.h"
#include "kernel_log.h"

/* As kernels from 6.1 to 6.12 write them. */
static const struct {
	const char *record;
	const char *complaint; /* NULL: none */
} cases[] = {
	{ "6,339,5140900,-;NET: Registered PF_INET6 protocol family\n", NULL },
	{ "4,561,9000000,-;xbench: loading out-of-tree module taints kernel.\n",
	  NULL },
	{ "4,562,9000001,-;xbench: module verification failed: signature and/or required key missing - tainting kernel\n",
	  NULL },
	{ "1,600,1,-;BUG: unable to handle page fault for address: 0000000000001000\n",
	  "BUG: unable to handle page fault for address: 0000000000001000" },
	{ "1,600,1,-;BUG: kernel NULL pointer dereference, address: 0000000000000000\n SUBSYSTEM=cpu\n DEVICE=+cpu:0\n",
	  "BUG: kernel NULL pointer dereference, address: 0000000000000000" },
	{ "0,601,2,-;watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [xbench:99]\n",
	  "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [xbench:99]" },
	{ "4,602,3,-;WARNING: CPU: 0 PID: 99 at kernel/softirq.c:362 __local_bh_enable_ip+0x7b/0xa0\n",
	  "WARNING: CPU: 0 PID: 99 at kernel/softirq.c:362 __local_bh_enable_ip+0x7b/0xa0" },
	{ "4,603,4,-;Oops: 0002 [#1] PREEMPT SMP PTI\n",
	  "Oops: 0002 [#1] PREEMPT SMP PTI" },
	{ "4,603,4,-;Oops: general protection fault, probably for non-canonical address 0x1234567800000000: 0000 [#1] PREEMPT SMP NOPTI\n",
	  "Oops: general protection fault, probably for non-canonical address 0x1234567800000000: 0000 [#1] PREEMPT SMP NOPTI" },
	/* 6.1 */
	{ "4,603,4,-;general protection fault, maybe for address 0x0: 0000 [#1] PREEMPT SMP NOPTI\n",
	  "general protection fault, maybe for address 0x0: 0000 [#1] PREEMPT SMP NOPTI" },
	/* A program's, which a kernel passes on, is not the kernel's. */
	{ "12,604,5,-;WARNING: somebody wrote this to /dev/kmsg\n", NULL },
	/* Of ring 3. */
	{ "6,605,6,-;traps: a.out[99] general protection fault ip:401136 sp:7ffd error:0 in a.out[401000+1000]\n",
	  NULL },
	/* Keys are no text. */
	{ "6,606,7,-;usb 1-1: new device\n SUBSYSTEM=BUG:\n", NULL },
	{ "no record\n", NULL },
	{ "", NULL },
};

static void records(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kernel_log log = { 0 };

		kernel_log_take(&log, cases[i].record);
		assert_int_equal(log.nr, cases[i].complaint ? 1 : 0);
		assert_string_equal(log.first, cases[i].complaint
						       ? cases[i].complaint
						       : "");
	}
}

static void all_are_counted_and_the_first_is_kept(void **state)
{
	struct kernel_log log = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		kernel_log_take(&log, cases[i].record);
	assert_int_equal(log.nr, 7);
	assert_string_equal(log.first, cases[3].complaint);
}

static void a_long_line_is_cut(void **state)
{
	struct kernel_log log = { 0 };
	char record[3000] = "4,1,1,-;BUG: ";

	(void)state;
	memset(record + strlen(record), 'x', sizeof(record) - 100);
	kernel_log_take(&log, record);
	assert_int_equal(log.nr, 1);
	assert_int_equal(strlen(log.first), sizeof(log.first) - 1);
	assert_memory_equal(log.first, "BUG: xxx", 8);
}

static void a_log_that_did_not_open_is_unknown(void **state)
{
	struct kernel_log log = { .nr = 5 };

	(void)state;
	assert_int_equal(kernel_log_close(-EPERM, &log), -EPERM);
	assert_int_equal(log.nr, 0);
}

/* read() gives a record at a time here, too. */
static void a_log_is_read_to_its_end(void **state)
{
	struct kernel_log log;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_DIRECT | O_NONBLOCK), 0);
	assert_int_equal(
		write(fds[1], cases[0].record, strlen(cases[0].record)),
		strlen(cases[0].record));
	assert_int_equal(
		write(fds[1], cases[3].record, strlen(cases[3].record)),
		strlen(cases[3].record));
	assert_int_equal(kernel_log_close(fds[0], &log), 0);
	assert_int_equal(log.nr, 1);
	assert_string_equal(log.first, cases[3].complaint);
	close(fds[1]);
}

/* What is not known to be wrong changes no exit code. */
static void a_complaint_is_a_failed_run(void **state)
{
	static const struct {
		size_t record;
		int code, told;
	} runs[] = {
		{ 0, EXIT_DONE, EXIT_DONE },
		{ 3, EXIT_DONE, EXIT_INCOMPLETE },
		{ 3, EXIT_CANNOT, EXIT_CANNOT },
		{ 3, EXIT_INCOMPLETE, EXIT_INCOMPLETE },
	};
	int fds[2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		const char *record = cases[runs[i].record].record;

		assert_int_equal(pipe2(fds, O_DIRECT | O_NONBLOCK), 0);
		assert_int_equal(write(fds[1], record, strlen(record)),
				 strlen(record));
		assert_int_equal(kernel_log_tell(fds[0], runs[i].code),
				 runs[i].told);
		close(fds[1]);
	}
	assert_int_equal(kernel_log_tell(-EACCES, EXIT_DONE), EXIT_DONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(all_are_counted_and_the_first_is_kept),
		cmocka_unit_test(a_long_line_is_cut),
		cmocka_unit_test(a_log_that_did_not_open_is_unknown),
		cmocka_unit_test(a_log_is_read_to_its_end),
		cmocka_unit_test(a_complaint_is_a_failed_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
