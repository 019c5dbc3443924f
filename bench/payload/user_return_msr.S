/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* user_return_msr.S: a hypervisor's switch of the system call MSRs. */

/*
 * The argument.  A guest of KVM has its own STAR, LSTAR, CSTAR, SFMASK,
 * KERNEL_GS_BASE and EFER, and VMX does not switch them.  The first versions
 * loaded the guest's before each entry, and saved them and loaded the host's
 * after each exit; later ones did it when the virtual CPU was loaded and put.
 * In September 2009 Avi Kivity proposed "User return notifiers / just-in-time
 * MSR switching for KVM": no code of the host kernel uses these MSRs (idle, or
 * the next virtual CPU), only user space does, by making system calls.  So
 * leave the guest's there, and write the host's when the thread returns to
 * user space, and only those that differ.  Said to make a switch from guest to
 * idle and back about 2000 cycles cheaper, when EFER needs it too.
 *
 * What followed.  Merged for 2.6.33 (7c68af6e32c7, 18863bdd60f8,
 * 26bb0981b3ff), and still there as kvm_set_user_return_msr().  The idea was
 * used again for FRED's RSP0 in 6.12, written on the way to user space.
 *
 * A body is the MSR part of one turn, guest to host to guest:
 *
 *	msr_switch_every_exit	on exit save the guest's (it may have changed
 *				them) and write the host's, on entry write the
 *				guest's
 *	msr_switch_eager	guest to idle to guest: write the host's, write
 *				the guest's
 *	msr_switch_lazy_idle	the same, deferred: test that a notifier is
 *				registered, write nothing
 *	msr_switch_lazy_same	via user space, the values are equal: compare
 *				each on the way out, and again on the way in
 *	msr_switch_lazy_diff	the same code; all differ: each is written on
 *				the way out, and again on the way in
 *
 * _efer: with EFER, a sixth; its guest has SCE clear.  The values come from
 * tables in memory: host, guest, and what the CPU has.  Where values are
 * written blindly guest and host are the same; in lazy_diff they differ by a
 * bit that nobody uses meanwhile.
 *
 * Left out: the exit and the entry themselves (the witnesses kvm_run_* have
 * them), and the notifier's registration.
 *
 * Under KVM these writes trap on Intel (VMX user-return MSRs), and EFER's do on
 * AMD as well; the rows say so.
 */
#include <xbench/asm.h>
#include "paths.h"

/* X(MSR, the bit by which a guest's value differs, its place). */
#define MSRS(X)								\
	X XB_MSR_STAR, 0x100, 0; X XB_MSR_LSTAR, 0x1000, 8;		\
	X XB_MSR_CSTAR, 0x1000, 16; X XB_MSR_SFMASK, 0x200, 24;		\
	X XB_MSR_KERNEL_GS_BASE, 0x1000, 32;
#define EFER(X) X XB_MSR_EFER, XB_EFER_SCE, 40;

.macro for_msrs what, efer
	MSRS(\what)
	.if	\efer
	EFER(\what)
	.endif
.endm

	.set	HOST, 0
	.set	GUEST, 48
	.set	CURRENT, 96
	.set	NOTIFIER, 144
	.set	TABLES, 152

/* The tables from what the CPU has; RBX and R8 remain free. */
.macro table_same number, bit, at
	xb_msr	\number
	rdmsr
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, HOST + \at(%rsp)
	mov	%rax, GUEST + \at(%rsp)
	mov	%rax, CURRENT + \at(%rsp)
.endm

.macro table_diff number, bit, at
	table_same \number, \bit, \at
	xor	$\bit, %rax
	mov	%rax, GUEST + \at(%rsp)
.endm

.macro tables_open kind, efer
	sub	$TABLES, %rsp
	movq	$0, NOTIFIER(%rsp)
	for_msrs \kind, \efer
.endm

.macro tables_close
	add	$TABLES, %rsp
.endm

.macro write_from table, number, at
	xb_msr	\number
	mov	\table + \at(%rsp), %rax
	mov	%rax, %rdx
	shr	$32, %rdx
	wrmsr
.endm

.macro write_host number, bit, at
	write_from HOST, \number, \at
.endm

.macro write_guest number, bit, at
	write_from GUEST, \number, \at
.endm

.macro save_guest number, bit, at
	xb_msr	\number
	rdmsr
	shl	$32, %rdx
	or	%rdx, %rax
	mov	%rax, GUEST + \at(%rsp)
.endm

.macro every_exit efer
	for_msrs save_guest, \efer
	for_msrs write_host, \efer
	for_msrs write_guest, \efer
.endm

.macro eager efer
	for_msrs write_host, \efer
	for_msrs write_guest, \efer
.endm

.macro lazy_to table, number, at
	mov	\table + \at(%rsp), %rax
	cmp	CURRENT + \at(%rsp), %rax
	je	1f
	mov	%rax, CURRENT + \at(%rsp)
	mov	%rax, %rdx
	shr	$32, %rdx
	xb_msr	\number
	wrmsr
1:
.endm

.macro lazy_to_host number, bit, at
	lazy_to HOST, \number, \at
.endm

.macro lazy_to_guest number, bit, at
	lazy_to GUEST, \number, \at
.endm

/* To the guest first: a region begins and ends with the host's values. */
.macro lazy efer
	for_msrs lazy_to_guest, \efer
	for_msrs lazy_to_host, \efer
.endm

/* Never taken: the fault would say that a payload is wrong. */
	.balign	64
	.globl	xb_region_msr_switch_no_notifier
	.hidden	xb_region_msr_switch_no_notifier
xb_region_msr_switch_no_notifier:
no_notifier:
	xb_hint
	ud2
	.size	xb_region_msr_switch_no_notifier, . - xb_region_msr_switch_no_notifier

.macro lazy_idle
	cmpq	$0, NOTIFIER(%rsp)
	jne	no_notifier
.endm

xb_payload msr_switch_lazy_idle, pre="tables_open table_same, 0", \
	body="lazy_idle", post="tables_close"

.macro xb_msr_switch suffix, efer
	xb_payload msr_switch_every_exit\suffix, \
		pre="tables_open table_same, \efer", body="every_exit \efer", \
		post="tables_close"
	xb_payload msr_switch_eager\suffix, \
		pre="tables_open table_same, \efer", body="eager \efer", \
		post="tables_close"
	xb_payload msr_switch_lazy_same\suffix, \
		pre="tables_open table_same, \efer", body="lazy \efer", \
		post="tables_close"
	xb_payload msr_switch_lazy_diff\suffix, \
		pre="tables_open table_diff, \efer", body="lazy \efer", \
		post="tables_close"
.endm

xb_msr_switch "", 0
xb_msr_switch _efer, 1
