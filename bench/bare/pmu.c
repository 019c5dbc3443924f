// SPDX-License-Identifier: MIT
/* pmu.c: the fixed counters, and the count of SMIs. */
#include <stdio.h>
#include <xbench/cpuid.h>
#include "../vm/vm.h"
#include "bare.h"
#include "pmu.h"

/* Intel SDM volume 3, 20.2.2: architectural performance monitoring. */
#define LEAF_PMU 0x0a
#define MSR_SMI_COUNT 0x34
#define MSR_FIXED 0x309 /* and on */
#define MSR_FIXED_CONTROL 0x38d
#define MSR_GLOBAL_CONTROL 0x38f
#define FIXED_CYCLES 1
#define COUNT_ALL_RINGS 3ull
#define GLOBAL_FIXED 32 /* the bit of the first */

/* By number.  What Linux calls the same. */
static const char *const fixed_names[] = { "pmu:instructions", "pmu:cycles",
					   "pmu:ref-cycles" };
#define NR_FIXED (sizeof(fixed_names) / sizeof(fixed_names[0]))

static uint32_t nr_fixed, width;
static uint64_t old_control, old_global;
static bool changed;
static const struct event *counted;

/* config: a fixed counter, or the MSR. */
static struct event make_event(const char *column, uint64_t config)
{
	struct event event = { .config = config };

	snprintf(event.column, sizeof(event.column), "%s", column);
	return event;
}

void pmu_find(struct event_list *events, struct event watch[EVENT_NR_WATCHED])
{
	struct xb_cpuid leaf = xb_cpuid_leaf(LEAF_PMU, 0);
	uint64_t value;
	uint32_t i;

	events->nr = 0;
	nr_fixed = leaf.edx & 31;
	width = leaf.edx >> 5 & 0xff;
	if ((leaf.eax & 0xff) < 2 || !width || width > 63 ||
	    !setup_read_msr(MSR_FIXED_CONTROL, &value) ||
	    !setup_read_msr(MSR_GLOBAL_CONTROL, &value))
		nr_fixed = 0;
	for (i = 0; i < nr_fixed && i < NR_FIXED; i++) {
		events->at[i] = make_event(fixed_names[i], i);
		events->at[i].group = i;
		events->nr++;
	}
	if (nr_fixed > FIXED_CYCLES)
		watch[EVENT_CYCLES] = events->at[FIXED_CYCLES];
	/* The same CPUs count their SMIs. */
	if (nr_fixed && setup_read_msr(MSR_SMI_COUNT, &value))
		watch[EVENT_SMIS] = make_event("pmu:smi", MSR_SMI_COUNT);
}

void pmu_open(void)
{
	uint64_t control, global;
	uint32_t i;

	if (!nr_fixed || !setup_read_msr(MSR_FIXED_CONTROL, &old_control) ||
	    !setup_read_msr(MSR_GLOBAL_CONTROL, &old_global))
		return;
	control = old_control;
	global = old_global;
	for (i = 0; i < nr_fixed && i < NR_FIXED; i++) {
		control &= ~(0xfull << 4 * i);
		control |= COUNT_ALL_RINGS << 4 * i;
		global |= 1ull << (GLOBAL_FIXED + i);
		setup_write_msr(MSR_FIXED + i, 0);
	}
	changed = setup_write_msr(MSR_FIXED_CONTROL, control) &&
		  setup_write_msr(MSR_GLOBAL_CONTROL, global);
}

void pmu_close(void)
{
	if (!changed)
		return;
	setup_write_msr(MSR_GLOBAL_CONTROL, old_global);
	setup_write_msr(MSR_FIXED_CONTROL, old_control);
	changed = false;
}

/* They count all the time. */
static int begin(const struct event *events, uint32_t n, bool everything,
		 struct backend_error *err)
{
	(void)n;
	(void)everything;
	(void)err;
	counted = events;
	return 0;
}

static bool inside(uint32_t i, uint32_t *ecx, uint32_t *bits)
{
	*ecx = XB_FIXED_COUNTER | (uint32_t)counted[i].config;
	*bits = width;
	return counted[i].config < NR_FIXED;
}

static int read(uint32_t i, uint64_t *value, double *ns,
		struct backend_error *err)
{
	uint64_t config = counted[i].config;

	(void)err;
	if (ns)
		*ns = (double)bare_tsc() / bare_tsc_khz * 1e6;
	*value = vm_rdmsr(config < NR_FIXED ? MSR_FIXED + (uint32_t)config
					    : (uint32_t)config);
	return 0;
}

static void end(void)
{
}

const struct backend_counting pmu_counting = { begin, inside, read, end };
