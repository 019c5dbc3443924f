// SPDX-License-Identifier: MIT
/* pmu_page.c: a counter read by RDPMC, as its mmap page tells. */
#include "pmu_page.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stddef.h>

/* linux/perf_event.h describes the protocol, above struct
 * perf_event_mmap_page: the kernel adds to `lock` before and after it writes,
 * on this CPU, so a compiler barrier is enough. */
#define barrier() __asm__ volatile("" : : : "memory")

/* Arbitrary: the kernel writes at each context switch, no more. */
#define MAX_TRIES 1000

/* What the kernel says, all of one moment. */
struct state {
	bool permitted;
	uint32_t index; /* from 1; 0: none counts */
	uint32_t width;
	int64_t offset;
	uint64_t enabled, running;
	uint64_t counter;
};

static bool read_state(const volatile struct perf_event_mmap_page *page,
		       pmu_page_rdpmc *rdpmc, struct state *state)
{
	uint32_t sequence, tries;

	for (tries = 0; tries < MAX_TRIES; tries++) {
		sequence = page->lock;
		barrier();
		*state = (struct state){
			.permitted = page->cap_user_rdpmc,
			.index = page->index,
			.width = page->pmc_width,
			.offset = page->offset,
			.enabled = page->time_enabled,
			.running = page->time_running,
		};
		if (rdpmc && state->permitted && state->index)
			state->counter = rdpmc(state->index - 1);
		barrier();
		if (!(sequence & 1) && page->lock == sequence)
			return state->permitted && state->index &&
			       state->width && state->width <= 64;
	}
	return false;
}

int pmu_page_read(const volatile struct perf_event_mmap_page *page,
		  pmu_page_rdpmc *rdpmc, uint64_t *value)
{
	struct state state;
	uint32_t unused;

	if (!read_state(page, rdpmc, &state))
		return -EAGAIN;
	if (state.enabled != state.running)
		return -EBUSY;
	/* The kernel's offset is made for a sign-extended counter. */
	unused = 64 - state.width;
	*value = (uint64_t)state.offset +
		 (uint64_t)((int64_t)(state.counter << unused) >> unused);
	return 0;
}

bool pmu_page_where(const volatile struct perf_event_mmap_page *page,
		    uint32_t *ecx, uint32_t *width)
{
	struct state state;

	if (!read_state(page, NULL, &state))
		return false;
	*ecx = state.index - 1;
	*width = state.width;
	return true;
}
