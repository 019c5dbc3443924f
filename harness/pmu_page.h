/* SPDX-License-Identifier: MIT */
/* pmu_page.h: a counter read by RDPMC, as its mmap page tells. */
#ifndef PMU_PAGE_H
#define PMU_PAGE_H

#include <stdbool.h>
#include <stdint.h>

struct perf_event_mmap_page;

/* RDPMC of this ECX. */
typedef uint64_t pmu_page_rdpmc(uint32_t ecx);

/*
 * The event's count.  0; -EAGAIN if no counter that RDPMC can read counts it
 * right now: read(2) tells then; -EBUSY if it did not count all the time that
 * it was to.
 */
int pmu_page_read(const volatile struct perf_event_mmap_page *page,
		  pmu_page_rdpmc *rdpmc, uint64_t *value);

/*
 * Which counter that is, as RDPMC's ECX, and its width in bits.  False where
 * pmu_page_read() would say -EAGAIN.
 */
bool pmu_page_where(const volatile struct perf_event_mmap_page *page,
		    uint32_t *ecx, uint32_t *width);

#endif
