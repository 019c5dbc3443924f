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
 * ends in vm_dead().
 */
int vm_try(void (*fn)(void *), void *arg, struct vm_fault *fault);

/*
 * Supplied by the image: tell the outside and stop.  `frame`: vector, error
 * code, RIP, CS, RFLAGS, RSP, SS.
 */
_Noreturn void vm_dead(const uint64_t frame[7]);

/* XB_OP_STATE: the registers of XB_STATES; `rflags` as the last run left. */
void vm_state(uint64_t state[XB_NR_STATES], uint32_t have, uint64_t rflags);

/* NMIs taken since the start, and those of them that came in ring 3. */
extern uint64_t vm_nr_nmis;
extern uint64_t vm_nr_user_nmis;

/* fault.S: the 256 gates, so far apart. */
#define VM_GATE_BYTES 16
extern const char vm_gates[];

/* user.S: ring-3 code at XB_USER_*; CS into EAX, then SYSCALL or INT. */
extern const char vm_user_code[];
extern const char vm_user_report[];
extern const char vm_user_report_int[];
extern char vm_user_stack[];

/*
 * probe.S: go to `user_rip` in ring 3 by SYSRET or IRETQ, and come back to
 * vm_trip_entry, where LSTAR or a gate must lead: CS of ring 3 in bits 15:0,
 * CS after coming back in bits 31:16.
 */
uint32_t vm_trip(const char *user_rip, int by_sysret);
extern const char vm_trip_entry[];

/* probe.S: IRETQ to the next instruction; 1. */
int vm_iret_self(void);

/* world.c: let `vector`, from ring 3 too, arrive at `handler` on the stack of
 * RSP0; NULL: as vm_init() set it. */
void vm_set_gate(uint8_t vector, const char *handler);

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
