// SPDX-License-Identifier: MIT
/* test_run.c: what a request may ask of a clock, and what it gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <xbench/abi.h>

#define NR(array) (sizeof(array) / sizeof(*(array)))
#define BAD(field) offsetof(struct xb_mailbox, field)

static const struct xb_world world = { .backend = XB_ON_USER };

static struct xb_mailbox request(uint32_t clock, uint32_t counter)
{
	return (struct xb_mailbox){
		.version = XB_ABI_VERSION,
		.op = XB_OP_RUN,
		.bench = XB_ID_add_chain,
		.pairs = 3,
		.rounds = 100,
		.max_ticks = UINT64_MAX,
		.clock = clock,
		.counter = counter,
	};
}

static void test_refused(void **state)
{
	static const struct {
		uint32_t bench, mode, clock, counter;
		size_t bad;
	} table[] = {
		{ XB_ID_empty, 0, 3, 0, BAD(clock) },
		{ XB_ID_empty, 0, XB_CLOCK_COUNTER, 16, BAD(counter) },
		{ XB_ID_empty, 0, XB_CLOCK_COUNTER, (1u << 30) - 1,
		  BAD(counter) },
		{ XB_ID_empty, 0, XB_CLOCK_COUNTER, (1u << 30) + 4,
		  BAD(counter) },
		{ XB_ID_empty, 0, XB_CLOCK_COUNTER, 1u << 31, BAD(counter) },
		{ XB_ID_empty, 0, XB_CLOCK_COUNTER, UINT32_MAX, BAD(counter) },
		{ XB_ID_empty, XB_MODE_fenced, XB_CLOCK_COUNTER, 0,
		  BAD(clock) },
		{ XB_ID_empty, XB_MODE_overlap, XB_CLOCK_OUTSIDE, 0,
		  BAD(clock) },
		{ XB_ID_empty, XB_MODE_counted, XB_CLOCK_TSC, 0, BAD(mode) },
		{ XB_ID_empty, 0, XB_CLOCK_OUTSIDE, XB_EMPTY_U, BAD(counter) },
		/* C, which reads no counter. */
		{ XB_ID_getppid_syscall, 0, XB_CLOCK_COUNTER, 0, BAD(clock) },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NR(table); i++) {
		struct xb_mailbox mb =
			request(table[i].clock, table[i].counter);

		mb.bench = table[i].bench;
		mb.mode = table[i].mode;
		xb_run(&mb, &world);
		assert_int_equal(mb.status, XB_ERROR);
		assert_int_equal(mb.bad_field, table[i].bad);
	}
}

/* One region alone, and so many copies of the body that it shows. */
static void test_outside(void **state)
{
	uint64_t least[2] = { UINT64_MAX, UINT64_MAX };
	uint32_t i, r;

	(void)state;
	for (r = XB_U; r <= XB_2U; r++) {
		struct xb_mailbox mb = request(XB_CLOCK_OUTSIDE, r);

		mb.pairs = XB_MAX_PAIRS;
		xb_run(&mb, &world);
		assert_int_equal(mb.status, XB_OK);
		assert_int_equal(mb.taken, mb.pairs);
		for (i = 0; i < mb.taken; i++) {
			assert_int_equal(mb.ticks[r == XB_U ? XB_2U : XB_U][i],
					 0);
			if (mb.ticks[r][i] < least[r])
				least[r] = mb.ticks[r][i];
		}
	}
	assert_true(least[XB_U] > 0);
	assert_true(least[XB_2U] > least[XB_U]);
}

/* However many rounds, the world is back soon, and says which field it was. */
static void test_too_long(void **state)
{
	static const uint64_t rounds[] = { 1u << 20, 1ull << 40, UINT64_MAX };
	uint32_t mode;
	size_t i;

	(void)state;
	for (i = 0; i < NR(rounds); i++)
		for (mode = 0; mode < XB_NR_MODES; mode++) {
			struct xb_mailbox mb = request(XB_CLOCK_TSC, 0);

			mb.mode = mode;
			mb.rounds = rounds[i];
			mb.max_ticks = 10000;
			xb_run(&mb, &world);
			assert_int_equal(mb.status, XB_ERROR);
			assert_int_equal(mb.bad_field, BAD(rounds));
			assert_int_equal(mb.taken, 0);
		}
}

/* The shortest request is served, whatever it takes; but no second pair. */
static void test_one_pair(void **state)
{
	struct xb_mailbox mb = request(XB_CLOCK_TSC, 0);

	(void)state;
	mb.rounds = 1;
	mb.max_ticks = 1;
	xb_run(&mb, &world);
	assert_int_equal(mb.status, XB_OK);
	assert_int_equal(mb.taken, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_one_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
