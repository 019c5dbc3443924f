// SPDX-License-Identifier: MIT
/* probe.c: does this world do what the architecture says? */
#include <xbench/x86.h>
#include "vm.h"

/* Any canonical addresses that tell two registers apart. */
#define PATTERN_A 0x0000123456789abcull
#define PATTERN_B 0xffff8765432fedc0ull

static void raise_ud(void *arg)
{
	(void)arg;
	__asm__ volatile("ud2");
}

static int fault_comes_back(void)
{
	struct vm_fault fault;

	return vm_try(raise_ud, NULL, &fault) && fault.vector == XB_VECTOR_UD;
}

static int msr_reads_back(void)
{
	uint64_t old = vm_rdmsr(XB_MSR_KERNEL_GS_BASE);
	int ok = 1;

	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, PATTERN_A);
	ok &= vm_rdmsr(XB_MSR_KERNEL_GS_BASE) == PATTERN_A;
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, PATTERN_B);
	ok &= vm_rdmsr(XB_MSR_KERNEL_GS_BASE) == PATTERN_B;
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, old);
	return ok && vm_rdmsr(XB_MSR_KERNEL_GS_BASE) == old;
}

static int swapgs_exchanges(void)
{
	int ok;

	vm_wrmsr(XB_MSR_GS_BASE, PATTERN_A);
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, PATTERN_B);
	__asm__ volatile("swapgs");
	ok = vm_rdmsr(XB_MSR_GS_BASE) == PATTERN_B &&
	     vm_rdmsr(XB_MSR_KERNEL_GS_BASE) == PATTERN_A;
	vm_wrmsr(XB_MSR_GS_BASE, 0);
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, 0);
	return ok;
}

static int if_changes(void)
{
	uint64_t on, off;

	__asm__ volatile("sti; pushf; cli; pushf; pop %0; pop %1"
			 : "=r"(off), "=r"(on));
	return (on & XB_RFLAGS_IF) && !(off & XB_RFLAGS_IF);
}

static int ring3_and_back(int by_sysret)
{
	uint64_t old = vm_rdmsr(XB_MSR_LSTAR);
	uint32_t selectors;

	vm_wrmsr(XB_MSR_LSTAR, (uintptr_t)vm_trip_entry);
	selectors = vm_trip(by_sysret);
	vm_wrmsr(XB_MSR_LSTAR, old);
	return selectors == (XB_KERNEL_CS << 16 | XB_USER_CS);
}

int vm_probe(uint32_t need)
{
	switch (need) {
	case XB_NEED_FAULT:
		return fault_comes_back();
	case XB_NEED_MSR:
		return msr_reads_back();
	case XB_NEED_SWAPGS:
		return swapgs_exchanges();
	case XB_NEED_IF:
		return if_changes();
	case XB_NEED_IRET_SELF:
		return vm_iret_self();
	case XB_NEED_IRET:
		return ring3_and_back(0);
	case XB_NEED_SYSRET:
		return ring3_and_back(1);
	}
	return 0;
}
