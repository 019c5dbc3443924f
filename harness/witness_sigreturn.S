/* SPDX-License-Identifier: MIT */
/* witness_sigreturn.S: rt_sigreturn, over and over, from one frame. */
#include "witness_sigreturn.h"

	.section .note.GNU-stack, "", @progbits
	.text

/*
 * RDI the frame, RSI how often.  The kernel loads every register from the
 * frame: RSI's place is written each time round, and RDI, RIP and RSP stand
 * there already.
 */
	.globl	witness_sigreturn_loop
	.hidden	witness_sigreturn_loop
	.type	witness_sigreturn_loop, @function
witness_sigreturn_loop:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, FRAME_REGS + 8 * FRAME_RSP(%rdi)
	mov	%rdi, FRAME_REGS + 8 * FRAME_RDI(%rdi)
1:	mov	%rsi, FRAME_REGS + 8 * FRAME_RSI(%rdi)
	mov	%rdi, %rsp
	mov	$15, %eax	/* rt_sigreturn */
	syscall

	.globl	witness_sigreturn_back
	.hidden	witness_sigreturn_back
witness_sigreturn_back:
	dec	%rsi
	jnz	1b
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.globl	witness_sigreturn_end
	.hidden	witness_sigreturn_end
witness_sigreturn_end:
	.size	witness_sigreturn_loop, . - witness_sigreturn_loop
