/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* slow_switch.S: two WRMSRs in every context switch, and the ways out. */

/*
 * The argument.  In February 2003 Martin Bligh passed on bug 350 to
 * linux-kernel: "i386 context switch very slow compared to 2.4 due to wrmsr".
 * The 2.5 kernels had learned SYSENTER, and SYSENTER takes the kernel's stack
 * pointer from an MSR: so each context switch wrote IA32_SYSENTER_ESP for the
 * next task, and IA32_SYSENTER_CS besides, because tasks in vm86 mode must not
 * have SYSENTER at all.  On a Pentium 4 each write takes 60 cycles and more.
 *
 * Jamie Lokier answered with two proposals.  The rare cases of a switch (debug
 * registers, I/O bitmaps, vm86) can share one word of flags, so that a switch
 * between ordinary tasks tests the word and does nothing.  And the stack
 * pointer in the MSR need not be the task's: let it point at a fixed place
 * that holds the task's, and let the entry load the real one from there.
 *
 * What followed.  In March 2003 Linus Torvalds first cached SYSENTER_CS in an
 * unused field of the TSS, and then took the fixed slot: context switches were
 * "pretty much back to 2.4.x", with a pipe's bandwidth up by a sixth from the
 * cache alone.  The cache is still there (x86_hw_tss.ss1).  The word of flags
 * became the thread flags of __switch_to_xtra(), which today guard, among
 * others, CPUID faulting: an MSR written only if one side of a switch has it.
 *
 * A body is the part of one context switch that the argument is about:
 *
 *	wrmsr2		both MSRs, values from registers: 2.5
 *	cached_cs	compare CS with the cached one, write ESP
 *	flags		prev | next, a branch not taken, no MSR
 *	flags_taken	the same code; the branch is taken, and one MSR written
 *	trampoline	no MSR per switch, but the entry's one load of RSP
 *
 * Left out: all else that a switch does, the stores into the TSS that all
 * variants have, and what a mispredicted branch would add.  The loads of
 * `trampoline` form a chain, so each is paid in full; a real entry may hide
 * it.  The rare path is out of line, as a compiler puts it; the LEA that says
 * where to come back to and the ENDBR64 there belong to the measurement.  The
 * MSRs get the values that they have.
 *
 * Both MSRs are free of exits in VMX and SVM guests, but for SYSENTER_ESP on
 * an AMD CPU whose guest believes that it is Intel's.  Intel SDM volume 2,
 * SYSENTER.
 */
#include <xbench/asm.h>
#include "paths.h"

/*
 * R8 ESP's value and R9 CS's.  On the stack: what the entry loads, the cached
 * CS, the flags of the previous and of the next task.
 */
	.set	SLOT_RSP, 0
	.set	SLOT_CS, 8
	.set	SLOT_PREV, 16
	.set	SLOT_NEXT, 24
	.set	SLOTS, 32

.macro read_msr number, reg
	xb_msr	\number
	rdmsr
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, \reg
.endm

.macro switch_open flags=0
	read_msr XB_MSR_SYSENTER_ESP, %r8
	read_msr XB_MSR_SYSENTER_CS, %r9
	push	$\flags
	push	$0
	push	%r9
	mov	%rsp, %rax
	sub	$8, %rax
	push	%rax
.endm

.macro switch_close
	add	$SLOTS, %rsp
.endm

.macro write_msr number, reg
	xb_msr	\number
	wrmsr_reg \reg
.endm

/* Out of line: vm86's case, the MSR of which is CS. */
	.balign	64
	.globl	xb_region_slow_switch_rare
	.hidden	xb_region_slow_switch_rare
xb_region_slow_switch_rare:
rare:
	write_msr XB_MSR_SYSENTER_CS, %r9
	xb_jump	%rbx
	.size	xb_region_slow_switch_rare, . - xb_region_slow_switch_rare

.macro wrmsr2
	write_msr XB_MSR_SYSENTER_CS, %r9
	write_msr XB_MSR_SYSENTER_ESP, %r8
.endm

.macro cached_cs
	lea	1f(%rip), %rbx
	cmp	%r9, SLOT_CS(%rsp)
	jne	rare
1:	xb_landing
	write_msr XB_MSR_SYSENTER_ESP, %r8
.endm

.macro flag_word
	lea	1f(%rip), %rbx
	mov	SLOT_PREV(%rsp), %rax
	or	SLOT_NEXT(%rsp), %rax
	jne	rare
1:	xb_landing
.endm

xb_payload slow_switch_wrmsr2, pre="switch_open", body="wrmsr2", \
	post="switch_close"

xb_payload slow_switch_cached_cs, pre="switch_open", body="cached_cs", \
	post="switch_close"

xb_payload slow_switch_flags, pre="switch_open", body="flag_word", \
	post="switch_close"

xb_payload slow_switch_flags_taken, pre="switch_open 1", body="flag_word", \
	post="switch_close"

xb_payload slow_switch_trampoline, pre="switch_open", \
	body="mov SLOT_RSP(%rsp), %rsp", post="switch_close"
