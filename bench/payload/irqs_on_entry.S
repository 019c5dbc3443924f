/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* irqs_on_entry.S: entering a kernel with interrupts on, or off. */

/*
 * The argument.  On 8 March 2015, in a thread on the FPU code of x86
 * ("x86/fpu: math_state_restore() should not blindly disable irqs"), Ingo
 * Molnar answered Linus Torvalds with a proposal.  A kernel is entered in four
 * ways, each about ten times rarer than the one before: by a system call, by a
 * trap or fault, by an interrupt, by a switch of tasks.  The most frequent pays
 * for the rarest: SYSCALL clears IF by its mask, the kernel sets it with STI,
 * clears it with CLI before it leaves, and SYSRET sets it from R11.  Let a
 * system call run with interrupts on from its first instruction to its last,
 * and all four go; he would be very shocked if that saved less than 20 cycles.
 * Faults could do the same through trap gates instead of interrupt gates, if
 * the entry of a page fault saved CR2 at once, before an interrupt's own page
 * fault can overwrite it.
 *
 * (The mail speaks of changing the mask from 0xc0000084 to 0xc0000284.  The
 * first is the number of the MSR; and 0x200 in the mask is what turns
 * interrupts off, so that it would have to go, not come.)
 *
 * What followed.  Nothing: the kernels of 2024 still enter with IF masked,
 * and entry_SYSCALL_64 still begins with "IRQs are off".  An entry must be
 * able to switch stacks and GS in peace.  The number was an expectation, and
 * nobody published a measurement.
 *
 * A body is a round trip from ring 0 to ring 3, where IF is 1, and back:
 *
 *	entry_masked	SFMASK has IF; STI at the entry, no work, CLI, SYSRET
 *	entry_implicit	SFMASK has IF, no STI and no CLI: what SYSCALL's and
 *			SYSRET's own changes of IF cost
 *	entry_unmasked	SFMASK without IF, no STI and no CLI: IF stays 1
 *	fault_intgate	a page fault through an interrupt gate; STI if the
 *			saved IF is 1, CLI, IRETQ
 *	fault_trapgate	through a trap gate: IF stays 1
 *	fault_trapgate_cr2  the same, and CR2 goes into the frame at once
 *
 * All syscall variants share one path and all fault variants another, but for
 * the instructions named.  Left out: SWAPGS, page tables, the kernel's work.
 * No interrupt comes: the worlds where this runs have no source of any.  That
 * is the case at issue, for interrupts are rare beside system calls.
 *
 * Intel SDM volume 2, SYSCALL, STI; volume 3, 6.12.1.3 (gates and IF).  No
 * hardware-assisted hypervisor intercepts any of it.
 */
#include <xbench/asm.h>
#include "paths.h"

	.set	RFLAGS_ON, XB_RFLAGS_FIXED | XB_RFLAGS_IF
	.set	SFMASK_IF, XB_SFMASK_LINUX
	.set	SFMASK_NO_IF, XB_SFMASK_LINUX & ~XB_RFLAGS_IF

/* Frame of a page fault: error code, RIP, CS, RFLAGS. */
	.set	FAULT_RFLAGS, 24

/* The variants that never clear IF begin with IF=1, and end so. */
.macro irqs_open entry, mask, first
	pushf
	syscall_open \entry, \mask
	mov	$RFLAGS_ON, %esi
	\first
.endm

.macro irqs_close
	cli
	syscall_close
	popf
.endm

entry_path entry_sti, then="sti"
entry_path entry_plain

xb_payload entry_masked, pre="irqs_open xb_entry_sti, SFMASK_IF, sti", \
	setup="ring_load", body="round_trip sysret, work=cli", \
	post="irqs_close"

xb_payload entry_implicit, pre="irqs_open xb_entry_plain, SFMASK_IF, cli", \
	setup="ring_load", body="round_trip sysret", post="irqs_close"

xb_payload entry_unmasked, \
	pre="irqs_open xb_entry_plain, SFMASK_NO_IF, sti", \
	setup="ring_load", body="round_trip sysret", post="irqs_close"

.macro sti_if_saved
	testq	$XB_RFLAGS_IF, FAULT_RFLAGS(%rsp)
	jz	3f
	sti
3:
.endm

.macro save_cr2
	mov	%cr2, %rax
	push	%rax
.endm

entry_path entry_fault_sti, first="sti_if_saved"
entry_path entry_fault_cr2, first="save_cr2"

.macro fault_open entry, type
	pushf
	pf_open \entry, \type
	mov	$RFLAGS_ON, %esi
	sti
.endm

.macro fault_close
	cli
	pf_close
	popf
.endm

xb_payload fault_intgate, pre="fault_open xb_entry_fault_sti, GATE_INTERRUPT", \
	setup="ring_load", body="round_trip iret, work=cli", \
	post="fault_close"

xb_payload fault_trapgate, pre="fault_open xb_entry_plain, GATE_TRAP", \
	setup="ring_load", body="round_trip iret", post="fault_close"

xb_payload fault_trapgate_cr2, pre="fault_open xb_entry_fault_cr2, GATE_TRAP", \
	setup="ring_load", body="round_trip iret", post="fault_close"
