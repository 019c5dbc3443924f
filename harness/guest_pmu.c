// SPDX-License-Identifier: MIT
/* guest_pmu.c: what makes a guest's PMU count an event. */
#include "guest_pmu.h"

#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <xbench/abi.h>

/*
 * Intel SDM volume 3, "Architectural Performance Monitoring"; AMD APM volume
 * 2, "Performance Monitoring Counters", and CPUID in volume 3.
 */
#define INTEL_LEAF 0x0a
#define INTEL_SELECT 0x186  /* IA32_PERFEVTSEL0 and on */
#define INTEL_GENERAL 0xc1  /* IA32_PMC0 and on */
#define INTEL_FIXED 0x309   /* IA32_FIXED_CTR0 and on */
#define INTEL_CONTROL 0x38d /* IA32_FIXED_CTR_CTRL: 4 bits of each */
#define INTEL_GLOBAL 0x38f  /* IA32_PERF_GLOBAL_CTRL */
#define GLOBAL_FIXED 32	    /* its bit of the first fixed one */
#define FIXED_OS 1ull
#define FIXED_USER 2ull

#define AMD_LEAF_FEATURES 0x80000001
#define AMD_CORE_COUNTERS (1u << 23) /* of ECX: six, at the MSRs below */
#define AMD_LEAF_V2 0x80000022
#define AMD_SELECT 0xc0010200 /* PERF_CTL0; PERF_CTR0 behind it; and on */
#define AMD_GLOBAL 0xc0000301 /* PerfCntrGlobalCtl */
#define AMD_NR 6
#define AMD_WIDTH 48

/* Of both vendors' event selects. */
#define SELECT_USER (1ull << 16)
#define SELECT_OS (1ull << 17)
#define SELECT_ENABLE (1ull << 22)
/* Event, unit mask, edge, inversion and counter mask. */
#define INTEL_RAW 0xff84ffffull
#define AMD_RAW (INTEL_RAW | 0xfull << 32)

struct guest_pmu guest_pmu_of(const struct kvm_cpuid_entry2 *leaves, size_t n)
{
	struct guest_pmu pmu = { 0 };
	size_t i;

	for (i = 0; i < n; i++) {
		const struct kvm_cpuid_entry2 *leaf = &leaves[i];

		/* Version 2 is the first with the global control. */
		if (leaf->function == INTEL_LEAF && (leaf->eax & 0xff) >= 2)
			return (struct guest_pmu){
				.global = true,
				.nr_general = leaf->eax >> 8 & 0xff,
				.general_width = leaf->eax >> 16 & 0xff,
				.nr_fixed = leaf->edx & 0x1f,
				.fixed_width = leaf->edx >> 5 & 0xff,
			};
		if (leaf->function == AMD_LEAF_FEATURES &&
		    leaf->ecx & AMD_CORE_COUNTERS && !pmu.amd)
			pmu = (struct guest_pmu){ .amd = true,
						  .nr_general = AMD_NR,
						  .general_width = AMD_WIDTH };
		if (leaf->function == AMD_LEAF_V2 && leaf->eax & 1)
			pmu = (struct guest_pmu){
				.amd = true,
				.global = true,
				.nr_general = leaf->ebx & 0xf,
				.general_width = AMD_WIDTH,
			};
	}
	return pmu;
}

/* Generic events, which the vendors have kept where they were. */
static uint64_t generic_code(bool amd, uint64_t config)
{
	switch ((uint32_t)config) { /* above: which PMU of a hybrid CPU */
	case PERF_COUNT_HW_CPU_CYCLES:
		return amd ? 0x76 : 0x3c;
	case PERF_COUNT_HW_INSTRUCTIONS:
		return 0xc0;
	case PERF_COUNT_HW_BRANCH_INSTRUCTIONS:
		return amd ? 0xc2 : 0xc4;
	case PERF_COUNT_HW_BRANCH_MISSES:
		return amd ? 0xc3 : 0xc5;
	}
	return 0;
}

/* What an event select says of the event, without the rings; 0: unknown. */
static uint64_t event_code(bool amd, const struct event *event)
{
	if (event->type == PERF_TYPE_HARDWARE)
		return generic_code(amd, event->config);
	/* Behind the fixed types are the PMUs of a hybrid CPU. */
	if ((event->type != PERF_TYPE_RAW && event->type < PERF_TYPE_MAX) ||
	    event->config1 || event->config2 ||
	    event->config & ~(amd ? AMD_RAW : INTEL_RAW))
		return 0;
	/* Event 0 of Intel's is the kernel's way to say "fixed". */
	return amd || event->config & 0xff ? event->config : 0;
}

/* Nothing but what is set stays in an MSR. */
static void set(struct guest_program *program, uint32_t msr, uint64_t bits)
{
	uint32_t i = 0;

	while (i < program->nr_writes && program->writes[i].msr != msr)
		i++;
	if (i == program->nr_writes) {
		program->writes[i].msr = msr;
		program->writes[i].value = 0;
		program->nr_writes++;
	}
	program->writes[i].value |= bits;
}

static void add_counter(struct guest_program *program, uint32_t ecx,
			uint32_t width, uint32_t msr)
{
	uint32_t i = program->nr_events++;

	program->events[i].ecx = ecx;
	program->events[i].width = width;
	program->events[i].msr = msr;
}

bool guest_pmu_add(const struct guest_pmu *pmu, const struct event *event,
		   uint32_t ecx, struct guest_program *program)
{
	bool os = !event->exclude_kernel, user = !event->exclude_user;
	uint32_t fixed = ecx - XB_FIXED_COUNTER, select;
	uint64_t code;

	if (fixed < pmu->nr_fixed) {
		set(program, INTEL_CONTROL,
		    ((os ? FIXED_OS : 0) | (user ? FIXED_USER : 0))
			    << 4 * fixed);
		set(program, INTEL_GLOBAL, 1ull << (GLOBAL_FIXED + fixed));
		add_counter(program, ecx, pmu->fixed_width,
			    INTEL_FIXED + fixed);
		return true;
	}
	code = event_code(pmu->amd, event);
	if (!code || ecx >= pmu->nr_general)
		return false;
	select = pmu->amd ? AMD_SELECT + 2 * ecx : INTEL_SELECT + ecx;
	set(program, select,
	    code | SELECT_ENABLE | (os ? SELECT_OS : 0) |
		    (user ? SELECT_USER : 0));
	if (pmu->global)
		set(program, pmu->amd ? AMD_GLOBAL : INTEL_GLOBAL, 1ull << ecx);
	add_counter(program, ecx, pmu->general_width,
		    pmu->amd ? select + 1 : INTEL_GENERAL + ecx);
	return true;
}
