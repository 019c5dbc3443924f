/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* ring.S: changing the privilege level, and IRET that does not. */

/*
 * SYSCALL loads CS, SS and RIP from MSRs, saves RIP in RCX and RFLAGS in R11,
 * clears the RFLAGS bits that SFMASK has, and does not touch RSP.  SYSRET is
 * its reverse.  IRETQ pops RIP, CS, RFLAGS, RSP and SS, and checks them all
 * (Intel SDM volume 2; AMD APM volume 2, 6.1).  On AMD SYSRET leaves SS's
 * hidden attributes as they are (Linux: X86_BUG_SYSRET_SS_ATTRS), so SS must
 * hold a valid segment before; SYSCALL saw to that.
 *
 * One operation of syscall_sysret and syscall_iret goes to ring 3 and back:
 *
 *	the frame	five pushes: SS, RSP, RFLAGS, CS, RIP of ring 3, as on
 *			Linux's kernel stack; RCX and R11 are reloaded from it,
 *			as both exits of Linux do with all registers
 *	the exit	IRETQ; or MOV RSP and SYSRET
 *	in ring 3	SYSCALL, nothing else
 *	the entry	ENDBR64, the kernel's RSP, a jump to the next copy
 *
 * Both walk the same path but for the exit, so that the difference of the
 * two rows is the exit.  No SWAPGS, no stack switch through memory, no page
 * table switch: the scenarios add those.  Ring 3 runs with interrupts off.
 *
 * iret_self stays at its privilege level.  It is in the `user` backend too.
 *
 * No hardware-assisted hypervisor intercepts any of these.
 */
#include <xbench/asm.h>

/*
 * While a ring region runs: RBX where the copy continues, R8 to R10 the
 * kernel's RSP and ring 3's RSP and SS, RSI ring 3's RFLAGS, RDX its CS,
 * RDI its RIP.
 */
.macro ring_open
	mov	%rsp, %r8
	mov	XB_WORLD_USER_RSP(%r13), %r9
	mov	XB_WORLD_USER_SS(%r13), %r10
	mov	XB_WORLD_USER_RFLAGS(%r13), %rsi
	mov	XB_WORLD_USER_RIP(%r13), %rdi
.endm

.macro ring_load
	mov	XB_WORLD_USER_CS(%r13), %rdx
.endm

/* Leave for ring 3 by \exit: sysret or iret. */
.macro exit_path exit
	push	%r10
	push	%r9
	push	%rsi
	push	%rdx
	push	%rdi
	mov	(%rsp), %rcx
	mov	16(%rsp), %r11
	.ifc \exit, sysret
	mov	24(%rsp), %rsp
	sysretq
	.else
	iretq
	.endif
.endm

/* Where SYSCALL arrives; the other half of each round trip. */
	.globl	xb_region_entry
	.hidden	xb_region_entry
xb_func xb_entry
xb_region_entry:
	endbr64
	mov	%r8, %rsp
	xb_jump	%rbx
	.size	xb_region_entry, . - xb_region_entry
xb_end xb_entry

.macro msr_push number
	mov	$\number, %ecx
	rdmsr
	push	%rax
	push	%rdx
.endm

.macro msr_pop number
	mov	$\number, %ecx
	pop	%rdx
	pop	%rax
	wrmsr
.endm

/* LSTAR comes last and goes first: outside, SYSCALL is not ours. */
.macro syscall_open
	msr_push XB_MSR_SFMASK
	mov	$XB_SFMASK_LINUX, %eax
	xor	%edx, %edx
	wrmsr
	msr_push XB_MSR_LSTAR
	lea	xb_entry(%rip), %rax
	mov	%rax, %rdx
	shr	$32, %rdx
	wrmsr
	ring_open
.endm

.macro syscall_close
	msr_pop XB_MSR_LSTAR
	msr_pop XB_MSR_SFMASK
.endm

.macro round_trip exit
	lea	1f(%rip), %rbx
	exit_path \exit
1:	endbr64
.endm

xb_payload syscall_sysret, pre="syscall_open", setup="ring_load", \
	body="round_trip sysret", post="syscall_close"

xb_payload syscall_iret, pre="syscall_open", setup="ring_load", \
	body="round_trip iret", post="syscall_close"

/* RBX flags, RSI CS, RDI SS, R8 RSP: the same level again. */
.macro iret_self_open
	mov	%rsp, %r8
	mov	%ss, %edi
	mov	%cs, %esi
	pushf
	pop	%rbx
.endm

.macro iret_self_body
	push	%rdi
	push	%r8
	push	%rbx
	push	%rsi
	lea	1f(%rip), %rcx
	push	%rcx
	iretq
1:
.endm

xb_payload iret_self, pre="iret_self_open", body="iret_self_body"
