// SPDX-License-Identifier: MIT
/* probe.c: does this world do what the architecture says? */
#include <xbench/cpuid.h>
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

static int ring3_and_back(int by_sysret)
{
	uint64_t old = vm_rdmsr(XB_MSR_LSTAR);
	uint32_t selectors;

	vm_wrmsr(XB_MSR_LSTAR, (uintptr_t)vm_trip_entry);
	selectors = vm_trip(vm_user_report, by_sysret);
	vm_wrmsr(XB_MSR_LSTAR, old);
	return selectors == (XB_KERNEL_CS << 16 | XB_USER_CS);
}

static int syscall_comes_back(void)
{
	uint64_t old = vm_rdmsr(XB_MSR_LSTAR);
	int ok;

	vm_wrmsr(XB_MSR_LSTAR, (uintptr_t)vm_syscall_entry);
	ok = vm_syscall_self();
	vm_wrmsr(XB_MSR_LSTAR, old);
	return ok;
}

static int gate_leads_back(void)
{
	uint32_t selectors;

	vm_set_gate(XB_VECTOR_INT, vm_trip_entry);
	selectors = vm_trip(vm_user_report_int, 0);
	vm_set_gate(XB_VECTOR_INT, NULL);
	return selectors == (XB_KERNEL_CS << 16 | XB_USER_CS);
}

/* Turns it on, for good: nothing here uses the APIC's memory page. */
static int x2apic_turns_on(void)
{
	uint64_t base;

	if (!(xb_cpuid_leaf(1, 0).ecx & 1u << 21))
		return 0;
	base = vm_rdmsr(XB_MSR_APIC_BASE) | XB_APIC_ENABLE;
	vm_wrmsr(XB_MSR_APIC_BASE, base);
	vm_wrmsr(XB_MSR_APIC_BASE, base | XB_APIC_X2);
	if (!(vm_rdmsr(XB_MSR_APIC_BASE) & XB_APIC_X2))
		return 0;
	vm_wrmsr(XB_MSR_X2APIC_SVR, XB_APIC_SVR_ENABLE);
	vm_wrmsr(XB_MSR_X2APIC_TPR, 0);
	return vm_rdmsr(XB_MSR_X2APIC_SVR) == XB_APIC_SVR_ENABLE;
}

/* Leaves the timer in deadline mode, masked and disarmed. */
static int deadline_arms(void)
{
	uint64_t deadline;

	if (!(xb_cpuid_leaf(1, 0).ecx & 1u << 24) || !x2apic_turns_on())
		return 0;
	vm_wrmsr(XB_MSR_X2APIC_LVTT, XB_APIC_LVTT_DEADLINE |
					     XB_APIC_LVT_MASKED |
					     XB_VECTOR_SELF_IPI);
	__asm__ volatile("mfence" ::: "memory");
	vm_wrmsr(XB_MSR_TSC_DEADLINE, 1ull << 62);
	deadline = vm_rdmsr(XB_MSR_TSC_DEADLINE);
	vm_wrmsr(XB_MSR_TSC_DEADLINE, 0);
	return deadline == 1ull << 62 && !vm_rdmsr(XB_MSR_TSC_DEADLINE);
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
		return vm_if_changes();
	case XB_NEED_IRET_SELF:
		return vm_iret_self();
	case XB_NEED_IRET:
		return ring3_and_back(0);
	case XB_NEED_SYSRET:
		return ring3_and_back(1);
	case XB_NEED_SYSCALL:
		return syscall_comes_back();
	case XB_NEED_INT:
		return gate_leads_back();
	case XB_NEED_X2APIC:
		return x2apic_turns_on();
	case XB_NEED_TSC_DEADLINE:
		return deadline_arms();
	}
	return 0;
}
