// SPDX-License-Identifier: MIT
/* test_pmu_page.c: the mmap page of an event, made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/perf_event.h>

#include "pmu_page.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))

static struct perf_event_mmap_page page;
static uint64_t counter;  /* what RDPMC gives */
static uint32_t last_ecx; /* what it was asked for */
static uint32_t changes;  /* so often the kernel writes meanwhile */
static uint32_t nr_rdpmcs;

static uint64_t rdpmc(uint32_t ecx)
{
	last_ecx = ecx;
	nr_rdpmcs++;
	if (changes) { /* the event moves to another counter */
		changes--;
		page.lock += 2;
		page.index++;
		page.offset += 1000;
	}
	return counter;
}

static void set_page(uint32_t width, int64_t offset)
{
	page = (struct perf_event_mmap_page){
		.lock = 42,
		.index = 3,
		.offset = offset,
		.pmc_width = (uint16_t)width,
		.time_enabled = 5,
		.time_running = 5,
	};
	page.cap_user_rdpmc = 1;
	changes = nr_rdpmcs = 0;
}

static void test_values(void **state)
{
	static const struct {
		uint32_t width;
		int64_t offset;
		uint64_t counter, value;
	} table[] = {
		{ 48, 0, 7, 7 },
		{ 48, 100, 7, 107 },
		{ 48, -3, 7, 4 },
		/* What lies above the counter's width is none of it. */
		{ 48, 0, 0xffff000000000007, 7 },
		{ 32, 0, 0xabcd00000007, 7 },
		/* The kernel starts a counter at a negative number, so that it
		 * overflows in time; the offset makes up for it. */
		{ 48, 1ll << 47, 0x800000000000, 0 },
		{ 48, 1ll << 47, 0x800000000123, 0x123 },
		{ 48, 1ll << 47, 0x000000000001, 0x800000000001 },
		{ 40, 1ll << 39, 0x8000000005, 5 },
		{ 32, 1ll << 31, 0xffffffff, 0x7fffffff },
		{ 64, 1, UINT64_MAX, 0 },
		{ 1, 1, 1, 0 },
	};
	uint64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < NR(table); i++) {
		set_page(table[i].width, table[i].offset);
		counter = table[i].counter;
		assert_int_equal(pmu_page_read(&page, rdpmc, &value), 0);
		assert_true(value == table[i].value);
		assert_int_equal(last_ecx, 2);
		assert_int_equal(nr_rdpmcs, 1);
	}
}

static void test_nobody_counts(void **state)
{
	uint32_t ecx, width;
	uint64_t value;

	(void)state;
	set_page(48, 0);
	page.index = 0;
	assert_int_equal(pmu_page_read(&page, rdpmc, &value), -EAGAIN);
	assert_false(pmu_page_where(&page, &ecx, &width));
	set_page(48, 0);
	page.cap_user_rdpmc = 0;
	assert_int_equal(pmu_page_read(&page, rdpmc, &value), -EAGAIN);
	set_page(0, 0);
	assert_int_equal(pmu_page_read(&page, rdpmc, &value), -EAGAIN);
	set_page(65, 0);
	assert_int_equal(pmu_page_read(&page, rdpmc, &value), -EAGAIN);
}

/* RDPMC with a wrong index raises #GP: it must not be tried. */
static void test_no_rdpmc_without_index(void **state)
{
	uint64_t value;

	(void)state;
	set_page(48, 0);
	page.index = 0;
	pmu_page_read(&page, rdpmc, &value);
	assert_int_equal(nr_rdpmcs, 0);
}

/* All of one moment: the last one. */
static void test_changes(void **state)
{
	uint64_t value;

	(void)state;
	set_page(48, 0);
	counter = 1;
	changes = 3;
	assert_int_equal(pmu_page_read(&page, rdpmc, &value), 0);
	assert_int_equal(nr_rdpmcs, 4);
	assert_int_equal(last_ecx, 5);
	assert_true(value == 3001);
	/* A page in the middle of a change, for ever. */
	set_page(48, 0);
	page.lock |= 1;
	assert_int_equal(pmu_page_read(&page, rdpmc, &value), -EAGAIN);
	set_page(48, 0);
	changes = UINT32_MAX;
	assert_int_equal(pmu_page_read(&page, rdpmc, &value), -EAGAIN);
}

static void test_multiplexed(void **state)
{
	uint64_t value;

	(void)state;
	set_page(48, 0);
	page.time_running--;
	assert_int_equal(pmu_page_read(&page, rdpmc, &value), -EBUSY);
}

static void test_where(void **state)
{
	uint32_t ecx, width;

	(void)state;
	set_page(48, 0);
	page.index = 0x40000002; /* fixed counter 1 */
	assert_true(pmu_page_where(&page, &ecx, &width));
	assert_int_equal(ecx, 0x40000001);
	assert_int_equal(width, 48);
	assert_int_equal(nr_rdpmcs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_nobody_counts),
		cmocka_unit_test(test_no_rdpmc_without_index),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_multiplexed),
		cmocka_unit_test(test_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
