// SPDX-License-Identifier: GPL-2.0 OR MIT
/* run.c: one request of the mailbox, the same code in every backend. */
#include <xbench/abi.h>

/* What the catalog says, as constants: no table, no pointer, no relocation. */
enum {
#define XB_BENCH(name, family, u, backends, needs, text)                       \
	ON_##name = (backends), NEEDS_##name = (needs),                        \
	MODES_##name = XB_MODES(family),
#include <xbench/catalog.h>
#undef XB_BENCH
};

#define DECLARE(name, mode)                                                    \
	uint64_t xb_##name##_##mode##_1(uint64_t, const struct xb_world *);    \
	uint64_t xb_##name##_##mode##_2(uint64_t, const struct xb_world *);
#define XB_BENCH(name, family, u, backends, needs, text)                       \
	XB_FOR_MODES_##family(DECLARE, name)
#include <xbench/catalog.h>
#undef XB_BENCH

/* How often a request may look too long before it is: the first look is cold,
 * and an NMI may fall into any. */
#define WARM_UPS 3

/* Binary digits of rounds from one warm-up to the next. */
#define CLIMB 4

#define KEY(bench, mode) ((bench) * (XB_NR_MODES + 1) + (mode))

/*
 * `twice` is asked for last: the way to either region has as many
 * instructions, and cancels for who counts outside.
 */
static uint64_t sample(uint32_t bench, uint32_t mode, int twice,
		       uint64_t rounds, const struct xb_world *world)
{
	switch (KEY(bench, mode)) {
#define CASES(name, mode)                                                      \
	case KEY(XB_ID_##name, XB_MODE_##mode):                                \
		if (!(ON_##name & XB_HERE))                                    \
			return 0;                                              \
		return twice ? xb_##name##_##mode##_2(rounds, world)           \
			     : xb_##name##_##mode##_1(rounds, world);
#define XB_BENCH(name, family, u, backends, needs, text)                       \
	XB_FOR_MODES_##family(CASES, name)
#include <xbench/catalog.h>
#undef XB_BENCH
	}
	return 0;
}

static uint64_t clock_now(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/* As the mailbox asks for it, but in so many rounds, by this clock. */
static void sample_pair(const struct xb_mailbox *mb, uint32_t clock,
			uint64_t rounds, const struct xb_world *world,
			uint64_t ticks[XB_NR_REGIONS])
{
	uint32_t mode = clock == XB_CLOCK_COUNTER ? XB_MODE_counted : mb->mode;
	uint32_t r;

	for (r = 0; r < XB_NR_REGIONS; r++)
		ticks[r] = 0;
	if (clock == XB_CLOCK_OUTSIDE) {
		r = mb->counter;
		ticks[r] = sample(mb->bench, mode, r == XB_2U, rounds, world);
		return;
	}
	for (r = XB_U; r <= XB_2U; r++)
		ticks[r] = sample(mb->bench, mode, r == XB_2U, rounds, world);
	if (mb->mode == XB_MODE_throughput || mb->bench == XB_ID_empty)
		return;
	ticks[XB_EMPTY_U] = sample(XB_ID_empty, mode, 0, rounds, world);
	ticks[XB_EMPTY_2U] = sample(XB_ID_empty, mode, 1, rounds, world);
}

/* Where and how the catalog lets `bench` run. */
static void look_up(uint32_t bench, uint32_t *backends, uint32_t *needs,
		    uint32_t *modes)
{
	*backends = *needs = *modes = 0;
	switch (bench) {
#define XB_BENCH(name, family, u, on, need, text)                              \
	case XB_ID_##name:                                                     \
		*backends = ON_##name;                                         \
		*needs = NEEDS_##name;                                         \
		*modes = MODES_##name;                                         \
		break;
#include <xbench/catalog.h>
#undef XB_BENCH
	}
}

static void reject(struct xb_mailbox *mb, size_t offset)
{
	mb->status = XB_ERROR;
	mb->bad_field = (uint32_t)offset;
}

#define REJECT(mb, field) reject(mb, offsetof(struct xb_mailbox, field))

/* May this clock count, and this counter be named? */
static int accept_clock(struct xb_mailbox *mb, uint32_t modes)
{
	uint32_t n = mb->counter;

	switch (mb->clock) {
	case XB_CLOCK_TSC:
		return 1;
	case XB_CLOCK_COUNTER:
		if (mb->mode != XB_MODE_throughput ||
		    !(modes & 1u << XB_MODE_counted))
			break;
		if (n < XB_NR_COUNTERS ||
		    n - XB_FIXED_COUNTER < XB_NR_FIXED_COUNTERS)
			return 1;
		REJECT(mb, counter);
		return 0;
	case XB_CLOCK_OUTSIDE:
		if (mb->mode != XB_MODE_throughput)
			break;
		if (n == XB_U || n == XB_2U)
			return 1;
		REJECT(mb, counter);
		return 0;
	}
	REJECT(mb, clock);
	return 0;
}

/* True if the request may run in this world; else OUT says why not. */
static int accept(struct xb_mailbox *mb, const struct xb_world *world)
{
	uint32_t backends, needs, modes;

	if (mb->version != XB_ABI_VERSION) {
		REJECT(mb, version);
	} else if (mb->op != XB_OP_RUN) {
		REJECT(mb, op);
	} else if (mb->bench >= XB_NR_BENCHES) {
		REJECT(mb, bench);
	} else if (mb->mode >= XB_NR_MODES) {
		REJECT(mb, mode);
	} else if (mb->pairs < 1 || mb->pairs > XB_MAX_PAIRS) {
		REJECT(mb, pairs);
	} else if (mb->rounds < 1) {
		REJECT(mb, rounds);
	} else {
		look_up(mb->bench, &backends, &needs, &modes);
		if (!(backends & world->backend)) {
			REJECT(mb, bench);
		} else if (!(modes & 1u << mb->mode)) {
			REJECT(mb, mode);
		} else if (!accept_clock(mb, modes)) {
			return 0;
		} else if (needs & ~world->have) {
			mb->status = XB_SKIP;
			mb->missing = needs & ~world->have;
		} else {
			return 1;
		}
	}
	return 0;
}

/*
 * Unrecorded pairs: code and data come into the caches, and it shows whether
 * a pair will end within max_ticks.  In few steps, each of which foretells the
 * next: one round alone is mostly reading the clock.
 */
static int warm_up(const struct xb_mailbox *mb, const struct xb_world *world)
{
	uint64_t ticks[XB_NR_REGIONS], rounds = 1, next, sum;
	uint32_t shift = 0, tries = WARM_UPS;

	while (mb->rounds >> shift >> CLIMB)
		shift += CLIMB;
	while (tries) {
		sample_pair(mb, XB_CLOCK_TSC, rounds, world, ticks);
		sum = ticks[XB_U] + ticks[XB_2U] + ticks[XB_EMPTY_U] +
		      ticks[XB_EMPTY_2U];
		next = mb->rounds >> shift;
		if (next - 1 > mb->max_ticks / (sum / rounds + 1)) {
			tries--;
			continue;
		}
		if (!shift)
			return 1;
		rounds = next;
		shift -= CLIMB;
	}
	return 0;
}

void xb_run(struct xb_mailbox *mb, const struct xb_world *outer)
{
	uint64_t ticks[XB_NR_REGIONS], start = clock_now(), now, pair = 0;
	struct xb_world here = *outer, *world = &here;
	uint32_t i, r;

	mb->status = XB_PENDING;
	mb->taken = 0;
	if (!accept(mb, world))
		return;

	if (!warm_up(mb, world)) {
		REJECT(mb, rounds);
		return;
	}
	world->counter = mb->counter;
	if (mb->clock == XB_CLOCK_COUNTER)
		sample_pair(mb, XB_CLOCK_COUNTER, 1, world, ticks);

	for (i = 0; i < mb->pairs; i++) {
		now = clock_now();
		if (i && now - start + pair > mb->max_ticks)
			break;
		sample_pair(mb, mb->clock, mb->rounds, world, ticks);
		for (r = 0; r < XB_NR_REGIONS; r++)
			mb->ticks[r][i] = ticks[r];
		pair = clock_now() - now;
	}
	mb->taken = i;
	mb->status = XB_OK;
}
