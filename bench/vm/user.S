/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* user.S: what runs in ring 3; the linker script gives it pages of its own. */
#include <xbench/abi.h>
#include <xbench/x86.h>

	.section .note.GNU-stack, "", @progbits

/* The module copies it from its data to a page of ring 3's. */
#ifdef __KERNEL__
	.section .rodata.user, "a", @progbits
#else
	.section .user, "awx", @progbits
#endif
	.balign	4096
	.globl	vm_user_code
	.globl	xb_region_user
vm_user_code:
xb_region_user:
	.org	vm_user_code + XB_USER_SYSCALL, 0xcc
	syscall
	.org	vm_user_code + XB_USER_SYSENTER, 0xcc
	sysenter
	.org	vm_user_code + XB_USER_INT, 0xcc
	int	$XB_VECTOR_INT
	.org	vm_user_code + XB_USER_BP, 0xcc
	int3
	.org	vm_user_code + XB_USER_UD, 0xcc
	ud2
	.org	vm_user_code + XB_USER_PF, 0xcc
	mov	0, %eax
	.size	xb_region_user, . - xb_region_user

	/* For the probes: where am I? */
	.globl	vm_user_report
vm_user_report:
	mov	%cs, %eax
	syscall
	.globl	vm_user_report_int
vm_user_report_int:
	mov	%cs, %eax
	int	$XB_VECTOR_INT

/* Nothing is pushed in ring 3; IRETQ and SYSRET want an RSP all the same. */
	.balign	16
	.skip	64
	.globl	vm_user_stack
vm_user_stack:
