/* SPDX-License-Identifier: MIT */
/* fault.S: gates of all vectors; an exception becomes a value. */
#include <xbench/x86.h>

	.section .note.GNU-stack, "", @progbits
	.text

/* Vectors whose frame carries an error code: 8, 10 to 14, 17, 21, 29, 30. */
#define HAS_ERROR_CODE(v) ((v) < 32 && (0x60227d00 >> ((v) & 31) & 1))

	.globl	vm_gates
	.balign	16
vm_gates:
	.set	vector, 0
	.rept	256
	.balign	16
	.if	!(HAS_ERROR_CODE(vector))
	push	$0
	.endif
	push	$vector
	jmp	common
	.set	vector, vector + 1
	.endr

/*
 * On an IST stack: vector, error code, RIP, CS, RFLAGS, RSP, SS.  An NMI is
 * counted and returns; so does the interrupt that a payload sent to itself.
 * Anything else ends the vm_try() in progress: its stack is taken up again
 * and the frame here abandoned.
 */
common:
	cmpq	$XB_VECTOR_NMI, (%rsp)
	je	nmi
	cmpq	$XB_VECTOR_SELF_IPI, (%rsp)
	je	self_ipi
	cmpq	$0, try_rsp(%rip)
	je	dead

	mov	try_fault(%rip), %rdi
	mov	0(%rsp), %rax
	mov	%rax, 0(%rdi)
	mov	8(%rsp), %rax
	mov	%rax, 8(%rdi)
	mov	16(%rsp), %rax
	mov	%rax, 16(%rdi)
	mov	%cr2, %rax
	mov	%rax, 24(%rdi)
	cld
	mov	$XB_KERNEL_DS, %eax	/* NULL if the CPL changed */
	mov	%eax, %ss
	mov	try_rsp(%rip), %rsp
	mov	$1, %eax
	jmp	try_end

nmi:
	incq	vm_nr_nmis(%rip)
	testb	$3, 24(%rsp)
	jz	1f
	incq	vm_nr_user_nmis(%rip)
1:	add	$16, %rsp
	iretq

self_ipi:
	push	%rax
	push	%rcx
	push	%rdx
	mov	$XB_MSR_X2APIC_EOI, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	pop	%rdx
	pop	%rcx
	pop	%rax
	add	$16, %rsp
	iretq

dead:
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	vm_dead

	.globl	vm_try
vm_try:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	pushf
	mov	%rdx, try_fault(%rip)
	mov	%rsp, try_rsp(%rip)
	mov	%rdi, %rax
	mov	%rsi, %rdi
	call	*%rax
	xor	%eax, %eax
try_end:
	movq	$0, try_rsp(%rip)
	popf
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.bss
	.balign	8
try_rsp:
	.skip	8
try_fault:
	.skip	8
	.globl	vm_nr_nmis
vm_nr_nmis:
	.skip	8
	.globl	vm_nr_user_nmis
vm_nr_user_nmis:
	.skip	8
