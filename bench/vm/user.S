/* SPDX-License-Identifier: MIT */
/* user.S: what runs in ring 3; the linker script gives it pages of its own. */

	.section .note.GNU-stack, "", @progbits

	.section .user, "awx", @progbits
	.globl	vm_user_syscall
	.globl	xb_region_user
vm_user_syscall:
xb_region_user:
	syscall
	.size	xb_region_user, . - xb_region_user

	.globl	vm_user_report
vm_user_report:
	mov	%cs, %eax
	syscall

/* Nothing is pushed in ring 3; IRETQ and SYSRET want an RSP all the same. */
	.balign	16
	.skip	64
	.globl	vm_user_stack
vm_user_stack:
