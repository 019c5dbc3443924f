/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* paths.h: the ways out of ring 0 and back, of ring.S and the scenarios. */
#ifndef XBENCH_PATHS_H
#define XBENCH_PATHS_H

/*
 * Assembly only; include it behind <xbench/asm.h>.  A payload that goes to
 * ring 3 and back takes its exit from exit_path and its entry from
 * entry_path; payloads differ by the arguments, and so by the instructions
 * that these name.
 *
 * While such a region runs: RBX where the copy continues, R8 to R10 the
 * kernel's RSP and ring 3's RSP and SS, RSI ring 3's RFLAGS, RDX its CS,
 * RDI its RIP.  RCX and R11 are SYSCALL's, RAX is anybody's.
 */
.macro ring_open
	mov	%rsp, %r8
	mov	XB_WORLD_USER_RSP(%r13), %r9
	mov	XB_WORLD_USER_SS(%r13), %r10
	mov	XB_WORLD_USER_RFLAGS(%r13), %rsi
	mov	XB_WORLD_USER_RIP(%r13), %rdi
.endm

/* RDTSC takes RDX away: for `setup`. */
.macro ring_load
	mov	XB_WORLD_USER_CS(%r13), %rdx
.endm

/*
 * Leave for ring 3 by \exit: sysret or iret.
 *
 * saved   1: the frame has RCX and R11 too, as a kernel saved them; else both
 *         are reloaded from RIP and RFLAGS
 * work    behind the frame
 * checks  what decides on SYSRET: jumps to 2f for IRETQ
 * last    in front of the exit instruction
 */
.macro exit_path exit, saved=0, work="", checks="", last=""
	push	%r10
	push	%r9
	push	%rsi
	push	%rdx
	push	%rdi
	.if	\saved
	push	%rdi
	push	%rsi
	.endif
	\work
	.ifc \exit, checked
	\checks
	exit_by sysret, \saved, "\last"
2:
	exit_by iret, \saved, "\last"
	.else
	exit_by \exit, \saved, "\last"
	.endif
.endm

.macro exit_by exit, saved, last
	.if	\saved
	pop	%r11
	pop	%rcx
	.else
	mov	(%rsp), %rcx
	mov	16(%rsp), %r11
	.endif
	.ifc \exit, sysret
	mov	24(%rsp), %rsp
	\last
	sysretq
	.else
	\last
	iretq
	.endif
.endm

/* Offsets of the frame with saved=1, once it is complete. */
	.set	FRAME_R11, 0
	.set	FRAME_RCX, 8
	.set	FRAME_RIP, 16
	.set	FRAME_CS, 24
	.set	FRAME_RFLAGS, 32
	.set	FRAME_RSP, 40
	.set	FRAME_SS, 48

/*
 * Where ring 3 comes back, as xb_\name; the other half of each round trip.
 * first: on the stack that the CPU left; then: on the kernel's.
 */
.macro entry_path name, first="", then=""
	.globl	xb_region_\name
	.hidden	xb_region_\name
xb_func xb_\name
xb_region_\name:
	xb_landing
	\first
	mov	%r8, %rsp
	\then
	xb_jump	%rbx
	.size	xb_region_\name, . - xb_region_\name
xb_end xb_\name
.endm

/* A body: out by exit_path with these arguments, back to the next copy. */
.macro round_trip exit, saved=0, work="", checks="", last=""
	lea	1f(%rip), %rbx
	exit_path \exit, \saved, "\work", "\checks", "\last"
1:	xb_landing
.endm

.macro msr_push number
	xb_msr	\number
	rdmsr
	push	%rax
	push	%rdx
.endm

.macro msr_pop number
	xb_msr	\number
	pop	%rdx
	pop	%rax
	wrmsr
.endm

/* EDX:EAX = \reg, into the MSR in ECX. */
.macro wrmsr_reg reg
	mov	\reg, %rax
	mov	\reg, %rdx
	shr	$32, %rdx
	wrmsr
.endm

/* SYSCALL arrives at \entry.  LSTAR comes last and goes first: outside,
 * SYSCALL is not ours. */
.macro syscall_open entry, mask=XB_SFMASK_LINUX
	msr_push XB_MSR_SFMASK
	mov	$\mask, %eax
	xor	%edx, %edx
	wrmsr
	msr_push XB_MSR_LSTAR
	lea	\entry(%rip), %rax
	mov	%rax, %rdx
	shr	$32, %rdx
	wrmsr
	ring_open
.endm

.macro syscall_close
	msr_pop XB_MSR_LSTAR
	msr_pop XB_MSR_SFMASK
.endm

/* R11 = the gate of \vector. */
.macro find_gate vector
	sub	$16, %rsp
	sidt	6(%rsp)
	mov	8(%rsp), %r11
	add	$16, %rsp
	add	$16 * \vector, %r11
.endm

/* Types of gates: present, DPL 3; the second leaves IF as it is. */
	.set	GATE_INTERRUPT, 0xee
	.set	GATE_TRAP, 0xef

/*
 * Let \vector, from ring 3 too, arrive at \entry on the stack of RSP0 (no
 * IST); ring 3's instruction is at \offset of its code.  The old gate is
 * pushed.
 */
.macro gate_open vector, offset, entry=xb_entry, type=GATE_INTERRUPT
	find_gate \vector
	push	(%r11)
	push	8(%r11)
	lea	\entry(%rip), %rax
	movzwl	%ax, %ecx
	mov	%rax, %rdx
	shr	$16, %rdx
	shl	$48, %rdx
	or	%rdx, %rcx
	movabs	$\type << 40 | XB_KERNEL_CS << 16, %rdx
	or	%rdx, %rcx
	shr	$32, %rax
	mov	%rcx, (%r11)
	mov	%rax, 8(%r11)
	ring_open
	add	$\offset, %rdi
.endm

/* An interrupt from ring 3 left SS null. */
.macro gate_close vector
	mov	$XB_KERNEL_DS, %eax
	mov	%eax, %ss
	find_gate \vector
	pop	8(%r11)
	pop	(%r11)
.endm

/* The same for page faults, which write CR2. */
.macro pf_open entry=xb_entry, type=GATE_INTERRUPT
	mov	%cr2, %rax
	push	%rax
	gate_open XB_VECTOR_PF, XB_USER_PF, \entry, \type
.endm

.macro pf_close
	gate_close XB_VECTOR_PF
	pop	%rax
	mov	%rax, %cr2
.endm

#endif
