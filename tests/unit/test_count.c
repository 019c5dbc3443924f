// SPDX-License-Identifier: MIT
/* test_count.c: events of a series, by counters that are made up. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "catalog.h"
#include "count.h"

#define NR(array) (sizeof(array) / sizeof(*(array)))
#define BODY XB_ID_imul_chain
#define ROUNDS 101
#define TSC_KHZ 2e6

/* Counts of an operation, of the rest of a region, and of a request. */
#define PER_OP 3.25
#define PER_REGION 1000
#define PER_REQUEST 77777
#define WIDTH 40

static bool rdpmc_works;
static bool everything_asked;
static uint32_t nr_open, max_open, nr_opened, nr_inside, nr_outside;
static uint64_t total;	   /* what the counter outside stands at */
static double ns;	   /* and how long it has counted */
static uint32_t busy_from; /* the n-th reading fails, from 1; 0: none */
static uint32_t nr_reads;
static uint32_t first_lost; /* so often counted, then read(0) fails; 0: never */
static uint32_t moves; /* so often RDPMC's ECX is asked for, then another */
static int open_result;

static int fake_open(const struct event *events, uint32_t n, bool everything,
		     struct backend_error *err)
{
	assert_int_equal(nr_open, 0);
	assert_non_null(events);
	everything_asked = everything;
	snprintf(err->text, sizeof(err->text), "no counter");
	if (open_result)
		return open_result;
	nr_open = n;
	nr_opened += n;
	if (n > max_open)
		max_open = n;
	return 0;
}

static bool fake_inside(uint32_t i, uint32_t *ecx, uint32_t *width)
{
	assert_in_range(i, 0, nr_open - 1);
	*ecx = XB_FIXED_COUNTER + (moves && !--moves ? nr_open + i : i);
	*width = WIDTH;
	return rdpmc_works;
}

static int fake_read(uint32_t i, uint64_t *value, double *time,
		     struct backend_error *err)
{
	assert_in_range(i, 0, nr_open - 1);
	if ((busy_from && ++nr_reads >= busy_from) ||
	    (!i && first_lost && nr_inside + nr_outside >= first_lost)) {
		snprintf(err->text, sizeof(err->text), "multiplexed");
		return -EBUSY;
	}
	*value = total;
	if (time)
		*time = ns;
	return 0;
}

static void fake_close(void)
{
	assert_true(nr_open > 0);
	nr_open = 0;
}

static const struct backend_counting counting = { fake_open, fake_inside,
						  fake_read, fake_close };

static uint64_t count_of(const struct xb_mailbox *mb, uint32_t times)
{
	return (uint64_t)((double)mb->rounds * times * catalog[mb->bench].u *
			  PER_OP) +
	       PER_REGION;
}

/* A counter inside is as wide as it is, and wraps. */
static int fake_run(struct xb_mailbox *mb, struct backend_facts *facts,
		    struct backend_error *err)
{
	uint64_t garbage = 0xabcull << WIDTH;
	uint32_t i;

	(void)err;
	*facts = (struct backend_facts){ 0 };
	assert_int_equal(mb->mode, XB_MODE_throughput);
	memset(mb->ticks, 0, sizeof(mb->ticks));
	if (mb->clock == XB_CLOCK_COUNTER) {
		assert_in_range(mb->counter, XB_FIXED_COUNTER,
				XB_FIXED_COUNTER + nr_open - 1);
		nr_inside++;
		for (i = 0; i < mb->pairs; i++) {
			mb->ticks[XB_U][i] = count_of(mb, 1) | garbage;
			mb->ticks[XB_2U][i] = count_of(mb, 2) | garbage;
		}
	} else {
		assert_int_equal(mb->clock, XB_CLOCK_OUTSIDE);
		assert_int_equal(mb->pairs, 1);
		nr_outside++;
		total +=
			PER_REQUEST + count_of(mb, mb->counter == XB_U ? 1 : 2);
	}
	mb->taken = mb->pairs;
	mb->status = XB_OK;
	return 0;
}

static struct backend backend = {
	.name = "fake",
	.bit = XB_ON_USER,
	.run = fake_run,
	.counting = &counting,
};

static struct engine_settings settings = {
	.tsc_khz = TSC_KHZ,
	.events = { .nr = 3,
		    .at = { { .column = "pmu:a", .group = 0 },
			    { .column = "pmu:b", .group = 1 },
			    { .column = "pmu:c", .group = 1 } } },
};

static const struct series_world world = { .backend = &backend,
					   .settings = &settings };

static struct engine_record count(uint32_t bench, uint32_t mode)
{
	const struct engine_item item = { 0, bench, mode };
	struct engine_record record = engine_empty_record(&item);
	static struct take timed;

	record.status = ENGINE_OK;
	record.tsc = 1;
	timed.pairs = 31;
	timed.rounds = ROUNDS;
	nr_open = max_open = nr_opened = nr_inside = nr_outside = nr_reads = 0;
	count_events(&world, &timed, &record);
	assert_int_equal(nr_open, 0);
	return record;
}

static int set_up(void **state)
{
	(void)state;
	rdpmc_works = true;
	busy_from = first_lost = moves = 0;
	open_result = 0;
	return 0;
}

static void all_are(const struct engine_record *record, double value)
{
	uint32_t i;

	for (i = 0; i < 3; i++)
		assert_true(record->events[i] == value);
	for (; i < EVENT_MAX; i++)
		assert_true(isnan(record->events[i]));
}

static void test_inside(void **state)
{
	struct engine_record record = count(BODY, XB_MODE_throughput);

	(void)state;
	all_are(&record, PER_OP);
	assert_int_equal(nr_outside, 0);
	assert_int_equal(nr_inside, 3);
	assert_int_equal(nr_opened, 3);
	assert_int_equal(max_open, 2);
	assert_false(everything_asked);
	assert_true(record.tsc == 1);
}

static void test_outside(void **state)
{
	struct engine_record record;

	(void)state;
	rdpmc_works = false;
	record = count(BODY, XB_MODE_throughput);
	all_are(&record, PER_OP);
	assert_int_equal(nr_inside, 0);
	assert_int_equal(nr_outside, 3 * 2 * 31);
	assert_false(everything_asked);
}

/* C that reads no counter, and the kernel's part is what it measures. */
static void test_witness(void **state)
{
	struct engine_record record =
		count(XB_ID_getppid_syscall, XB_MODE_throughput);

	(void)state;
	all_are(&record, PER_OP);
	assert_int_equal(nr_inside, 0);
	assert_true(everything_asked);
}

static void test_other_modes(void **state)
{
	struct engine_record record = count(BODY, XB_MODE_fenced);

	(void)state;
	assert_true(isnan(record.events[0]));
	assert_int_equal(nr_opened, 0);
}

static void test_multiplexed(void **state)
{
	struct engine_record record;

	(void)state;
	for (busy_from = 1; busy_from < 4; busy_from++) {
		record = count(BODY, XB_MODE_throughput);
		assert_int_equal(record.status, ENGINE_ERROR);
		assert_non_null(strstr(record.reason, "multiplexed"));
		assert_true(isnan(record.tsc));
		assert_int_equal(record.item.bench, BODY);
	}
}

/* Of a pinned group in its error state, the kernel fails only the leader's
 * read(). */
static void test_group_lost(void **state)
{
	struct engine_record record;

	(void)state;
	first_lost = 3;
	record = count(BODY, XB_MODE_throughput);
	assert_int_equal(record.status, ENGINE_ERROR);
	rdpmc_works = false;
	first_lost = 3 * 2 * 31;
	record = count(BODY, XB_MODE_throughput);
	assert_int_equal(record.status, ENGINE_ERROR);
}

/* What the ECX at the beginning reads is then another event. */
static void test_moved(void **state)
{
	struct engine_record record;

	(void)state;
	moves = 4;
	record = count(BODY, XB_MODE_throughput);
	assert_int_equal(record.status, ENGINE_ERROR);
	assert_non_null(strstr(record.reason, "moved"));
}

static void test_no_counter(void **state)
{
	struct engine_record record;

	(void)state;
	open_result = -EBUSY;
	record = count(BODY, XB_MODE_throughput);
	assert_int_equal(record.status, ENGINE_OK);
	assert_string_equal(record.flags, "uncounted");
	assert_true(isnan(record.events[0]));
	assert_true(record.tsc == 1);
}

static void test_watch(void **state)
{
	struct count_watched seen;
	struct count_watch watch;

	(void)state;
	/* Nothing to watch. */
	count_watch_begin(&world, &watch);
	seen = count_watch_end(&world, &watch);
	assert_true(isnan(seen.cycles_per_tick) && isnan(seen.smis) &&
		    isnan(seen.interrupts));

	settings.watch[EVENT_CYCLES] = (struct event){ .column = "pmu:x" };
	settings.watch[EVENT_SMIS] = (struct event){ .column = "pmu:y" };
	count_watch_begin(&world, &watch);
	assert_int_equal(nr_open, 2);
	assert_true(everything_asked);
	total += 3000000;
	ns += 1e6; /* 2,000,000 ticks */
	seen = count_watch_end(&world, &watch);
	assert_int_equal(nr_open, 0);
	assert_true(fabs(seen.cycles_per_tick - 1.5) < 1e-9);
	assert_true(seen.smis == 3000000);
	assert_true(isnan(seen.interrupts));

	open_result = -EACCES;
	count_watch_begin(&world, &watch);
	seen = count_watch_end(&world, &watch);
	assert_true(isnan(seen.cycles_per_tick));
	memset(settings.watch, 0, sizeof(settings.watch));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_inside, set_up),
		cmocka_unit_test_setup(test_outside, set_up),
		cmocka_unit_test_setup(test_witness, set_up),
		cmocka_unit_test_setup(test_other_modes, set_up),
		cmocka_unit_test_setup(test_multiplexed, set_up),
		cmocka_unit_test_setup(test_group_lost, set_up),
		cmocka_unit_test_setup(test_moved, set_up),
		cmocka_unit_test_setup(test_no_counter, set_up),
		cmocka_unit_test_setup(test_watch, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
