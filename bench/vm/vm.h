/* SPDX-License-Identifier: MIT */
/* vm.h: a ring-0 world of our own; the guest and the bare image share it. */
#ifndef VM_H
#define VM_H

#include <xbench/abi.h>
#include "trip.h"

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

/* world.c: let `vector`, from ring 3 too, arrive at `handler` on the stack of
 * RSP0; NULL: as vm_init() set it. */
void vm_set_gate(uint8_t vector, const char *handler);

#endif
