/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* switch.S: off the thread's stack and back. */
#include <xbench/asm.h>

xb_func kmod_switch_stack
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	mov	%rsp, %rbx
	mov	%rdx, %rbp		/* snapshot */
	mov	%rsi, %r12
	sub	%rsp, %r12		/* bytes in use */
	mov	%rcx, %r13
	mov	%rsp, %rsi
	mov	%rbp, %r8
	xchg	%rdi, %r8		/* job, while RDI is the target */
	mov	%r12, %rcx
	rep movsb
	mov	%r13, %rsp
	mov	%r8, %rdi
	call	ring3_work
	mov	%rbp, %rsi
	mov	%rbx, %rdi
	mov	%r12, %rcx
	rep movsb
	mov	%rbx, %rsp
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	xb_ret
xb_end kmod_switch_stack
