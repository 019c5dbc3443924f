/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* gs_entry.S: the kernel's GS base, by SWAPGS or by FSGSBASE throughout. */

/*
 * The argument.  Intel's FSGSBASE instructions read and write the GS base in
 * a few cycles, and user programs wanted them; patches to turn them on were
 * sent from 2016 (Andi Kleen) to 2020 (Chang S. Bae, then Sasha Levin).  In
 * March 2019 Thomas Gleixner looked at the series and objected: it mixed both
 * worlds.  SWAPGS stayed in the entries while the switch of tasks used
 * FSGSBASE behind pairs of SWAPGS, and so ended with four SWAPGS, an RDMSR, a
 * WRMSR and two pairs of local_irq_save and restore, where one WRMSR had been.
 * Either stay with SWAPGS, or be consistent: at the entry read the user's base
 * with RDGSBASE and write the kernel's with WRGSBASE, at the exit write the
 * user's back, and a switch of tasks need do nothing at all, because the base
 * is saved already.  "I don't see how that's NOT going to be an advantage."
 * The answer was that "little or no benefit was measured", and that the
 * consistent way "spends more cycles for savings and restorations".
 *
 * What followed.  FSGSBASE came with Linux 5.9.  Its pull request says that
 * SWAPGS is only marginally slower than WRGSBASE and that the gain is the MSR
 * accesses which a switch saves: 100 cycles on a Skylake laptop.  Ordinary
 * entries kept SWAPGS, entries of NMIs and the like became consistent.  The
 * switch uses SWAPGS, RDGSBASE or WRGSBASE, SWAPGS, with interrupts off
 * anyway.  FRED forbids SWAPGS, and brought LKGS and, with WRMSRNS, a write of
 * the MSR that does not serialise (AMD's does not since Zen 4).
 *
 * Bodies of one entry and one exit, without the ring change:
 *
 *	gs_entry_swapgs		SWAPGS, SWAPGS
 *	gs_entry_swapgs_lfence	with the LFENCE that Linux puts behind the
 *				first on vulnerable CPUs
 *	gs_entry_fsgsbase	RDGSBASE, WRGSBASE, WRGSBASE alone
 *	gs_entry_fsgsbase_full	with what a real entry needs besides: the user's
 *				base stored and loaded, and the kernel's found by
 *				LSL and a load from a table, as Linux finds it
 *				(not by RDPID: KVM may have left the guest's
 *				TSC_AUX there)
 *
 * gs_trip_*: the same inside a round trip to ring 3 by SYSRET and back by
 * SYSCALL.  gs_switch_*: one switch of tasks.
 *
 *	gs_switch_wrmsr		the next task's base into KERNEL_GS_BASE
 *	gs_switch_mixed		the list of the objection
 *	gs_switch_swapgs_wrgsbase  today's: both halves between SWAPGS pairs
 *	gs_switch_wrmsrns	as the first, without serialising
 *	gs_switch_lkgs		by selector, as load_gs_index() under FRED
 *
 * Left out: SYSCALL leaves an entry no free register but RCX and R11, which
 * hold RIP and RFLAGS; the full entry of gs_trip would have to save one before
 * it knows its stack.  So the trips flatter FSGSBASE.  Values written are those
 * that are there, but in gs_trip_fsgsbase, whose kernel base is what RCX holds
 * at the entry, because any canonical value costs the same.  The selector that
 * LSL looks at is the flat user data segment, whose limit puts 4095 where
 * Linux's has the number of the CPU; the table begins as far below its entry.
 *
 * Intel SDM volume 2; AMD APM volume 3.  No hypervisor intercepts these.
 */
#include <xbench/asm.h>
#include "paths.h"

	.set	NR_CPU_MASK, 0xfff
	.set	TABLE_SHIFT, 8 * NR_CPU_MASK

/* On the stack: the table's entry, and the place of the user's base. */
	.set	SLOT_KERNEL, 0
	.set	SLOT_USER, 8
	.set	SLOTS, 16
/* The same from below the frame of exit_path. */
	.set	FRAME_BYTES, 40

.macro slots_open
	rdgsbase %rdi
	push	$0
	push	%rdi
.endm

.macro slots_close
	add	$SLOTS, %rsp
.endm

/* \scratch = this CPU's entry of the table, from \scratch32. */
.macro find_kernel_base scratch, scratch32
	mov	$XB_USER_DS, \scratch32
	lsl	\scratch32, \scratch32
	and	$NR_CPU_MASK, \scratch32
	mov	SLOT_KERNEL - TABLE_SHIFT(%rsp,\scratch,8), \scratch
.endm

.macro enter_full
	rdgsbase %rax
	mov	%rax, SLOT_USER(%rsp)
	find_kernel_base %rcx, %ecx
	wrgsbase %rcx
.endm

.macro leave_full below=0
	mov	SLOT_USER + \below(%rsp), %rax
	wrgsbase %rax
.endm

xb_payload gs_entry_swapgs, body="swapgs; swapgs"

xb_payload gs_entry_swapgs_lfence, body="swapgs; lfence; swapgs"

xb_payload gs_entry_fsgsbase, pre="rdgsbase %rdi", \
	body="rdgsbase %rbx; wrgsbase %rdi; wrgsbase %rbx"

xb_payload gs_entry_fsgsbase_full, pre="slots_open", \
	body="enter_full; leave_full", post="slots_close"

entry_path entry_swapgs, first="swapgs"
entry_path entry_swapgs_lfence, first="swapgs; lfence"
entry_path entry_fsgsbase, first="rdgsbase %rax; wrgsbase %rcx"
entry_path entry_fsgsbase_full, then="enter_full"

/* The first exit swaps: what it expects to be inside must be. */
.macro trip_open entry
	syscall_open \entry
	swapgs
.endm

.macro trip_close
	swapgs
	syscall_close
.endm

xb_payload gs_trip_swapgs, pre="trip_open xb_entry_swapgs", \
	setup="ring_load", body="round_trip sysret, last=swapgs", \
	post="trip_close"

xb_payload gs_trip_swapgs_lfence, pre="trip_open xb_entry_swapgs_lfence", \
	setup="ring_load", body="round_trip sysret, last=swapgs", \
	post="trip_close"

/* RAX is the user's base while in ring 0. */
.macro fsgsbase_trip_open
	rdgsbase %rbx
	push	%rbx
	syscall_open xb_entry_fsgsbase
.endm

.macro fsgsbase_trip_load
	ring_load
	rdgsbase %rax
.endm

.macro fsgsbase_trip_close
	syscall_close
	pop	%rbx
	wrgsbase %rbx
.endm

.macro write_user_base
	wrgsbase %rax
.endm

xb_payload gs_trip_fsgsbase, pre="fsgsbase_trip_open", \
	setup="fsgsbase_trip_load", \
	body="round_trip sysret, last=write_user_base", \
	post="fsgsbase_trip_close"

/* The slots lie where the kernel's RSP points. */
.macro full_trip_open
	syscall_open xb_entry_fsgsbase_full
	rdgsbase %rax
	push	%rax
	push	%rax
	mov	%rsp, %r8
.endm

.macro full_trip_close
	slots_close
	syscall_close
.endm

.macro leave_full_below_frame
	leave_full FRAME_BYTES
.endm

xb_payload gs_trip_fsgsbase_full, pre="full_trip_open", setup="ring_load", \
	body="round_trip sysret, work=leave_full_below_frame", \
	post="full_trip_close"

/* R8 and RBX: the base that belongs to the MSR. */
.macro switch_open
	xb_msr	XB_MSR_KERNEL_GS_BASE
	rdmsr
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, %r8
	mov	%rax, %rbx
.endm

.macro switch_wrmsr
	xb_msr	XB_MSR_KERNEL_GS_BASE
	wrmsr_reg %r8
.endm

/* 0F 01 C6; binutils know it since 2.40, clang since 16. */
.macro switch_wrmsrns
	xb_msr	XB_MSR_KERNEL_GS_BASE
	mov	%r8, %rax
	mov	%r8, %rdx
	shr	$32, %rdx
	.byte	0x0f, 0x01, 0xc6
.endm

/* While swapped, GS_BASE is the other task's. */
.macro switch_mixed
	pushf
	cli
	swapgs
	xb_msr	XB_MSR_GS_BASE
	rdmsr
	swapgs
	popf
	pushf
	cli
	swapgs
	xb_msr	XB_MSR_GS_BASE
	wrmsr_reg %r8
	swapgs
	popf
.endm

.macro switch_swapgs_wrgsbase
	swapgs
	rdgsbase %rax
	swapgs
	swapgs
	wrgsbase %rbx
	swapgs
.endm

xb_payload gs_switch_wrmsr, pre="switch_open", body="switch_wrmsr"

xb_payload gs_switch_mixed, pre="switch_open", body="switch_mixed"

xb_payload gs_switch_swapgs_wrgsbase, pre="switch_open", \
	body="switch_swapgs_wrgsbase"

xb_payload gs_switch_wrmsrns, pre="switch_open", body="switch_wrmsrns"

/* LKGS AX (F2 0F 00 /6) changes the selector and the MSR. */
.macro lkgs_ax
	.byte	0xf2, 0x0f, 0x00, 0xf0
.endm

.macro lkgs_open
	switch_open
	mov	%gs, %r10d
	mov	$XB_USER_DS, %r9d
.endm

.macro lkgs_close
	mov	%r10d, %eax
	lkgs_ax
	switch_wrmsr
.endm

.macro switch_lkgs
	mov	%r9d, %eax
	lkgs_ax
.endm

xb_payload gs_switch_lkgs, pre="lkgs_open", body="switch_lkgs", \
	post="lkgs_close"
