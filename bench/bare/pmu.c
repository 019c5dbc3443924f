// SPDX-License-Identifier: MIT
/* pmu.c: core cycles by a fixed counter, and the count of SMIs. */
#include <math.h>
#include <xbench/cpuid.h>
#include "../vm/vm.h"
#include "bare.h"

/* Intel SDM volume 3, 20.2.2: architectural performance monitoring. */
#define LEAF_PMU 0x0a
#define MSR_SMI_COUNT 0x34
#define MSR_FIXED_CYCLES 0x30a
#define MSR_FIXED_CONTROL 0x38d
#define MSR_GLOBAL_CONTROL 0x38f
#define FIXED_CYCLES 1
#define COUNT_ALL_RINGS 3ull

static bool has_cycles, has_smi;
static uint64_t mask; /* of the counter's width */
static uint64_t start_cycles, start_tsc, cycles, ticks, smis;

void pmu_open(void)
{
	struct xb_cpuid leaf = xb_cpuid_leaf(LEAF_PMU, 0);
	uint32_t version = leaf.eax & 0xff, fixed = leaf.edx & 31;
	uint32_t width = leaf.edx >> 5 & 0xff;
	uint64_t control, global;

	has_cycles = has_smi = false;
	cycles = ticks = 0;
	if (version < 2 || fixed <= FIXED_CYCLES || !width || width > 63 ||
	    !setup_read_msr(MSR_FIXED_CONTROL, &control) ||
	    !setup_read_msr(MSR_GLOBAL_CONTROL, &global))
		return;
	mask = (1ull << width) - 1;
	control &= ~(0xfull << 4 * FIXED_CYCLES);
	control |= COUNT_ALL_RINGS << 4 * FIXED_CYCLES;
	has_cycles = setup_write_msr(MSR_FIXED_CONTROL, control) &&
		     setup_write_msr(MSR_GLOBAL_CONTROL,
				     global | 1ull << (32 + FIXED_CYCLES));
	/* The same CPUs count their SMIs. */
	has_smi = setup_read_msr(MSR_SMI_COUNT, &smis);
}

void pmu_start(void)
{
	if (!has_cycles)
		return;
	start_cycles = vm_rdmsr(MSR_FIXED_CYCLES);
	start_tsc = bare_tsc();
}

void pmu_stop(void)
{
	if (!has_cycles)
		return;
	ticks += bare_tsc() - start_tsc;
	cycles += (vm_rdmsr(MSR_FIXED_CYCLES) - start_cycles) & mask;
}

double pmu_cycles_per_tick(void)
{
	double ratio = ticks ? (double)cycles / (double)ticks : NAN;

	cycles = ticks = 0;
	return ratio > 0 ? ratio : NAN;
}

bool pmu_saw_smi(void)
{
	uint64_t now, before = smis;

	if (!has_smi || !setup_read_msr(MSR_SMI_COUNT, &now))
		return false;
	smis = now;
	return now != before;
}
