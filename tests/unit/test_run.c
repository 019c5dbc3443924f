// SPDX-License-Identifier: MIT
/* test_run.c: what a request may ask of a clock, and what it gets. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include <xbench/abi.h>

#include "catalog.h"

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

/* Rounds for which the warm-up takes two steps. */
#define MANY 17

/* bench/run.c as the images of ring 0 have it. */
void xb_run_of_image(struct xb_mailbox *mb, const struct xb_world *world);

static volatile uint64_t nr_steps;

static void on_step(int number)
{
	(void)number;
	nr_steps++;
}

/* Instructions of a request, by the trap flag. */
static uint64_t steps(void (*run)(struct xb_mailbox *, const struct xb_world *),
		      uint32_t bench, uint32_t region, uint64_t rounds)
{
	struct xb_mailbox mb = request(XB_CLOCK_OUTSIDE, region);
	uint64_t flags = __builtin_ia32_readeflags_u64();

	mb.bench = bench;
	mb.rounds = rounds;
	mb.pairs = 1;
	nr_steps = 0;
	__builtin_ia32_writeeflags_u64(flags | 0x100);
	run(&mb, &world);
	__builtin_ia32_writeeflags_u64(flags);
	assert_int_equal(mb.status, XB_OK);
	return nr_steps;
}

/* Not inlined: what stands between the two flags would differ from place to
 * place. */
static uint64_t (*volatile count_steps)(void (*)(struct xb_mailbox *,
						 const struct xb_world *),
					uint32_t, uint32_t, uint64_t) = steps;

/* What a request costs around its region, the warm-ups and the way there, is
 * the same for U and 2U, to the instruction. */
static void test_outside_cancels(void **state)
{
	void (*const runs[])(struct xb_mailbox *,
			     const struct xb_world *) = { xb_run,
							  xb_run_of_image };
	struct sigaction action = { .sa_handler = on_step }, old;
	uint64_t one, many;
	uint32_t bench, nr = 0;
	size_t i;

	(void)state;
	sigaction(SIGTRAP, &action, &old);
	for (i = 0; i < NR(runs); i++)
		for (bench = 0; bench < XB_NR_BENCHES; bench++) {
			if (!(catalog[bench].backends & XB_ON_USER) ||
			    catalog[bench].needs ||
			    !(catalog[bench].modes & 1u << XB_MODE_counted))
				continue;
			one = count_steps(runs[i], bench, XB_2U, 1) -
			      count_steps(runs[i], bench, XB_U, 1);
			many = count_steps(runs[i], bench, XB_2U, MANY) -
			       count_steps(runs[i], bench, XB_U, MANY);
			if (many != MANY * one)
				fail_msg("%zu %s: %d a round, %d of many", i,
					 catalog[bench].name, (int)one,
					 (int)many);
			nr += one > 0;
		}
	sigaction(SIGTRAP, &old, NULL);
	assert_true(nr > 10);
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

/*
 * RDPMC as a counter might answer: ring 3 has none here, so it faults, and the
 * handler does what the instruction would.  A step crosses 32 bits.
 */
#define STEP 0x1000000007
static volatile uint64_t emulated;
static volatile uint32_t nr_rdpmcs, wrong_ecx, want_ecx;

static void on_fault(int number, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
	const unsigned char *rip = (const unsigned char *)regs[REG_RIP];

	(void)number;
	(void)info;
	if (rip[0] != 0x0f || rip[1] != 0x33)
		_exit(1);
	nr_rdpmcs++;
	wrong_ecx += (uint32_t)regs[REG_RCX] != want_ecx;
	emulated += STEP;
	regs[REG_RAX] = (greg_t)(emulated & UINT32_MAX);
	regs[REG_RDX] = (greg_t)(emulated >> 32);
	regs[REG_RIP] += 2;
}

/* Read at both ends, nothing else; and the operands of the body survive. */
static void count_one(uint32_t bench, uint32_t counter)
{
	struct xb_mailbox mb = request(XB_CLOCK_COUNTER, counter);
	uint32_t i;

	mb.bench = bench;
	mb.rounds = 3;
	want_ecx = counter;
	nr_rdpmcs = wrong_ecx = 0;
	emulated = 0x123456789abcdef0;
	xb_run(&mb, &world);
	if (!nr_rdpmcs)
		skip(); /* this kernel lets everyone use RDPMC */
	assert_int_equal(mb.status, XB_OK);
	/* Two ends of two regions, of three pairs and an unrecorded one. */
	assert_int_equal(nr_rdpmcs, 2 * 2 * 4);
	assert_int_equal(wrong_ecx, 0);
	for (i = 0; i < 3; i++) {
		assert_true(mb.ticks[XB_U][i] == STEP);
		assert_true(mb.ticks[XB_2U][i] == STEP);
		assert_int_equal(mb.ticks[XB_EMPTY_U][i], 0);
	}
}

static void test_counter(void **state)
{
	static char stack[65536];
	struct sigaction action = { .sa_sigaction = on_fault,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction old[2];
	stack_t old_stack;
	uint32_t bench, nr = 0;

	(void)state;
	sigaltstack(&alternate, &old_stack);
	sigaction(SIGSEGV, &action, &old[0]);
	sigaction(SIGILL, &action, &old[1]);
	for (bench = 0; bench < XB_NR_BENCHES; bench++) {
		if (!(catalog[bench].backends & XB_ON_USER) ||
		    catalog[bench].needs ||
		    !(catalog[bench].modes & 1u << XB_MODE_counted))
			continue;
		count_one(bench, nr++ % XB_NR_COUNTERS);
		count_one(bench, XB_FIXED_COUNTER | nr % XB_NR_FIXED_COUNTERS);
	}
	assert_true(nr > 5);
	sigaction(SIGSEGV, &old[0], NULL);
	sigaction(SIGILL, &old[1], NULL);
	sigaltstack(&old_stack, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_outside_cancels),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_one_pair),
		cmocka_unit_test(test_counter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
