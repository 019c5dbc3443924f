/* SPDX-License-Identifier: MIT */
/* event.h: what a performance counter is to count. */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stdint.h>

#define EVENT_MAX 16 /* of a run: arbitrary */
#define EVENT_BYTES 64

/* Type and configs as perf_event_open(2) has them. */
struct event {
	char column[EVENT_BYTES]; /* "pmu:" and the name that was asked for */
	uint32_t group; /* from 0; events of one are counted at one time */
	uint32_t type;
	uint64_t config, config1, config2;
	bool exclude_kernel, exclude_user; /* the name says so */
};

/* Groups are in order and without gaps. */
struct event_list {
	uint32_t nr;
	struct event at[EVENT_MAX];
};

/* The place behind the group that begins at `first`. */
static inline uint32_t event_group_end(const struct event_list *list,
				       uint32_t first)
{
	uint32_t end = first + 1;

	while (end < list->nr && list->at[end].group == list->at[first].group)
		end++;
	return end;
}

/*
 * What is counted beside the timed samples, where it can be: core cycles, which
 * tell the clock's rate, and what contaminates.  A column of "" is none.
 */
enum event_watched {
	EVENT_CYCLES,
	EVENT_INTERRUPTS,
	EVENT_SMIS,
	EVENT_NR_WATCHED
};

#endif
