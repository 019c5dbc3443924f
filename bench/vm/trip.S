/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* trip.S: the smallest ring changes, to see whether the world does them. */
#include <xbench/asm.h>

/*
 * R8 keeps the stack.  Ring 3 has the same RSP, and does not use it: so that
 * a fault of SYSRET, which Intel raises in ring 0 with ring 3's RSP, finds a
 * stack that is one.
 */
xb_func vm_trip
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, %r8
	xor	%eax, %eax
	mov	%rdi, %rcx
	mov	$XB_RFLAGS_FIXED, %r11d
	test	%esi, %esi
	jz	1f
.Lsysret:
	sysretq
1:	push	$XB_USER_DS
	push	%r8
	push	%r11
	push	$XB_USER_CS
	push	%rcx
.Liret:
	iretq
xb_end vm_trip

xb_func vm_trip_entry
	endbr64
	mov	%r8, %rsp
	mov	%cs, %edx
	shl	$16, %edx
	or	%edx, %eax
	mov	$XB_KERNEL_DS, %edx	/* null, after an interrupt */
	mov	%edx, %ss
.Ltrip_end:
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	xb_ret
.Ltrip_fault:
	xb_hint
	mov	%r8, %rsp
	xor	%eax, %eax
	jmp	.Ltrip_end
xb_end vm_trip_entry

xb_func vm_iret_self
	mov	%rsp, %rdx
	mov	%ss, %eax
	push	%rax
	push	%rdx
	pushf
	mov	%cs, %eax
	push	%rax
	lea	1f(%rip), %rax
	push	%rax
.Liret_self:
	iretq
1:	xb_hint
	mov	$1, %eax
	xb_ret
.Lself_fault:
	xb_hint
	mov	%rdx, %rsp
	xor	%eax, %eax
	xb_ret
xb_end vm_iret_self

xb_func vm_syscall_self
	xor	%eax, %eax
	syscall
	xb_landing
	xb_ret
xb_end vm_syscall_self

xb_func vm_syscall_entry
	endbr64
	mov	$1, %eax
	xb_jump	%rcx
xb_end vm_syscall_entry

	xb_fixup .Lsysret, .Ltrip_fault
	xb_fixup .Liret, .Ltrip_fault
	xb_fixup .Liret_self, .Lself_fault
