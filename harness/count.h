/* SPDX-License-Identifier: MIT */
/* count.h: performance counters over a series. */
#ifndef COUNT_H
#define COUNT_H

#include "take.h"

/*
 * Count the events of the launch over regions like those of `timed`, one group
 * after the other, into record->events.  One that cannot be counted here, or of
 * which too few samples are alike, is left out and flagged; one that was not
 * counted all the time makes the record an error.
 */
void count_events(const struct series_world *world, const struct take *timed,
		  struct engine_record *record);

/* What is watched while a series is timed, from begin to end. */
struct count_watch {
	uint32_t nr;
	enum event_watched what[EVENT_NR_WATCHED];
	uint64_t value[EVENT_NR_WATCHED];
	double ns[EVENT_NR_WATCHED];
};

void count_watch_begin(const struct series_world *world,
		       struct count_watch *watch);

/* What came since, NaN if it was not watched; and core cycles a TSC tick. */
struct count_watched {
	double interrupts, smis, cycles_per_tick;
};
struct count_watched count_watch_end(const struct series_world *world,
				     struct count_watch *watch);

#endif
