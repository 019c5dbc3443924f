/* SPDX-License-Identifier: MIT */
/* guest_pmu.h: what makes a guest's PMU count an event. */
#ifndef GUEST_PMU_H
#define GUEST_PMU_H

#include <stddef.h>
#include "event.h"

struct kvm_cpuid_entry2;

/* A guest's counters, by its CPUID.  nr_general is 0: it has none. */
struct guest_pmu {
	bool amd;
	bool global; /* there is a control of all at once */
	uint32_t nr_general, nr_fixed;
	uint32_t general_width, fixed_width;
};

/* What to write, and what to read: nothing is written twice. */
struct guest_program {
	uint32_t nr_events, nr_writes;
	struct {
		uint32_t ecx, width; /* RDPMC's */
		uint32_t msr;	     /* of the same counter */
	} events[EVENT_MAX];
	struct {
		uint32_t msr;
		uint64_t value;
	} writes[EVENT_MAX + 2];
};

struct guest_pmu guest_pmu_of(const struct kvm_cpuid_entry2 *leaves, size_t n);

/*
 * Add that the counter that RDPMC reads by `ecx` counts `event`, in all rings
 * that its name allows.  False: there is no such counter, or only the kernel
 * knows how.
 */
bool guest_pmu_add(const struct guest_pmu *pmu, const struct event *event,
		   uint32_t ecx, struct guest_program *program);

#endif
