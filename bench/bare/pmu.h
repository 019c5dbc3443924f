/* SPDX-License-Identifier: MIT */
/* pmu.h: the fixed counters, and the count of SMIs. */
#ifndef PMU_H
#define PMU_H

#include "backend.h"

/* What this CPU's fixed counters count, and what of it to watch. */
void pmu_find(struct event_list *events, struct event watch[EVENT_NR_WATCHED]);

/* Let them count; and leave them as they were found. */
void pmu_open(void);
void pmu_close(void);

extern const struct backend_counting pmu_counting;

#endif
