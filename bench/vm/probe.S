/* SPDX-License-Identifier: MIT */
/* probe.S: the smallest ring changes, to see whether the world does them. */
#include <xbench/x86.h>

	.section .note.GNU-stack, "", @progbits
	.text

	.globl	vm_trip
vm_trip:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, trip_rsp(%rip)
	xor	%eax, %eax
	mov	%rdi, %rcx
	mov	$XB_RFLAGS_FIXED, %r11d
	test	%esi, %esi
	jz	1f
	lea	vm_user_stack(%rip), %rsp
	sysretq
1:	push	$XB_USER_DS
	lea	vm_user_stack(%rip), %rdx
	push	%rdx
	push	%r11
	push	$XB_USER_CS
	push	%rcx
	iretq

	.globl	vm_trip_entry
vm_trip_entry:
	endbr64
	mov	trip_rsp(%rip), %rsp
	mov	%cs, %edx
	shl	$16, %edx
	or	%edx, %eax
	mov	$XB_KERNEL_DS, %edx	/* null, after an interrupt */
	mov	%edx, %ss
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret

	.globl	vm_iret_self
vm_iret_self:
	mov	%rsp, %rdx
	mov	%ss, %eax
	push	%rax
	push	%rdx
	pushf
	mov	%cs, %eax
	push	%rax
	lea	1f(%rip), %rax
	push	%rax
	iretq
1:	mov	$1, %eax
	ret

	.bss
	.balign	8
trip_rsp:
	.skip	8
