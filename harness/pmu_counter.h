/* SPDX-License-Identifier: MIT */
/* pmu_counter.h: counters of this thread by perf_event_open(2). */
#ifndef PMU_COUNTER_H
#define PMU_COUNTER_H

#include "backend.h"

/* Of ring 3 here; of a guest that this thread runs; of whatever ring, for a
 * payload in the kernel. */
extern const struct backend_counting pmu_counter_user;
extern const struct backend_counting pmu_counter_guest;
extern const struct backend_counting pmu_counter_kernel;

/* Why an event cannot be counted, by the errno of trying, and what to do. */
const char *pmu_counter_why(int code);

/*
 * Can all these be counted on this CPU, by a thread that runs in ring 3?  0 or
 * -errno, with the name of the event and the reason in `err`.
 */
int pmu_counter_check(const struct event_list *list, struct backend_error *err);

/* Fill watch[], which is empty, with what can be counted on `cpu`, the one we
 * run on. */
void pmu_counter_watch(int cpu, struct event watch[EVENT_NR_WATCHED]);

#endif
