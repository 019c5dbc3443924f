/* SPDX-License-Identifier: MIT */
/* vm.h: a ring-0 world of our own; the guest and the bare image share it. */
#ifndef VM_H
#define VM_H

#include <xbench/abi.h>

/* An exception that ended vm_try(). */
struct vm_fault {
	uint64_t vector;
	uint64_t error_code; /* 0 if the vector has none */
	uint64_t rip;
	uint64_t address; /* CR2, whatever the vector */
};

/*
 * Take the CPU over: GDT, IDT and TSS, the SYSCALL MSRs, segment bases of 0,
 * interrupts off.  Expects long mode, EFER.SCE, identity mapping of the image
 * and, if the CPU has FSGSBASE, CR4.FSGSBASE.  Can be called again to undo
 * what a faulting payload left behind.
 */
void vm_init(uint32_t backend);

/* Serve one mailbox, whatever its op: fills OUT; catches exceptions. */
void vm_serve(struct xb_mailbox *mb);

/* One of XB_PROBES: true if the world does what the architecture says. */
int vm_probe(uint32_t need);

/*
 * Call fn(arg).  0 if it returned; 1 if an exception ended it, which is then
 * in `fault`.  Not recursive.  Without a vm_try() in progress an exception
 * stops the CPU by HLT.
 */
int vm_try(void (*fn)(void *), void *arg, struct vm_fault *fault);

/* NMIs taken since the start, and those of them that came in ring 3. */
extern uint64_t vm_nr_nmis;
extern uint64_t vm_nr_user_nmis;

/* fault.S: the 256 gates, so far apart. */
#define VM_GATE_BYTES 16
extern const char vm_gates[];

/* user.S: ring-3 code.  SYSCALL at once; CS into EAX, then SYSCALL. */
extern const char vm_user_syscall[];
extern const char vm_user_report[];
extern char vm_user_stack[];

/*
 * probe.S: go to `vm_user_report` by SYSRET or IRETQ.  What SYSCALL comes
 * back with: CS of ring 3 in bits 15:0, CS after SYSCALL in bits 31:16.
 * LSTAR must be vm_trip_entry.
 */
uint32_t vm_trip(int by_sysret);
extern const char vm_trip_entry[];

/* probe.S: IRETQ to the next instruction; 1. */
int vm_iret_self(void);

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
