/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* trip.h: what our own ring-0 world and the module have in common. */
#ifndef VM_TRIP_H
#define VM_TRIP_H

#include <xbench/abi.h>
#include <xbench/cpuid.h>
#include <xbench/x86.h>

/* user.S: ring-3 code at XB_USER_*; CS into EAX, then SYSCALL or INT. */
extern const char vm_user_code[];
extern const char vm_user_report[];
extern const char vm_user_report_int[];
extern char vm_user_stack[];

/*
 * trip.S: go to `user_rip` in ring 3 by SYSRET or IRETQ, and come back to
 * vm_trip_entry, where LSTAR or a gate must lead: CS of ring 3 in bits 15:0,
 * CS after coming back in bits 31:16.
 */
uint32_t vm_trip(const char *user_rip, int by_sysret);
extern const char vm_trip_entry[];

/* trip.S: IRETQ to the next instruction; 1. */
int vm_iret_self(void);

/* trip.S: SYSCALL in ring 0 to vm_syscall_entry, where LSTAR must lead, and
 * back; 1. */
int vm_syscall_self(void);
extern const char vm_syscall_entry[];

/* Of XB_CPU_NEEDS what CPUID grants and CR4 has on. */
static inline uint32_t vm_cpu_needs(void)
{
	uint32_t have = xb_cpuid_needs();
	uint64_t cr4;

	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	if (!(cr4 & XB_CR4_FSGSBASE))
		have &= ~(uint32_t)XB_NEED_FSGSBASE;
	if (!(cr4 & XB_CR4_PCIDE))
		have &= ~(uint32_t)XB_NEED_PCID;
	return have;
}

/* Do STI and CLI change IF?  An interrupt may be served in between. */
static inline int vm_if_changes(void)
{
	uint64_t on, off;

	__asm__ volatile("sti; pushf; cli; pushf; pop %0; pop %1"
			 : "=r"(off), "=r"(on));
	return (on & XB_RFLAGS_IF) && !(off & XB_RFLAGS_IF);
}

static inline uint64_t vm_rdmsr(uint32_t number)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
	return (uint64_t)high << 32 | low;
}

static inline void vm_wrmsr(uint32_t number, uint64_t value)
{
	__asm__ volatile("wrmsr"
			 :
			 : "c"(number), "a"((uint32_t)value),
			   "d"((uint32_t)(value >> 32))
			 : "memory");
}

#endif
