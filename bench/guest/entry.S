/* SPDX-License-Identifier: MIT */
/* entry.S: the guest's first instruction, in long mode; RDI the mailbox. */
#include <xbench/abi.h>

	.section .note.GNU-stack, "", @progbits
	.text
	.globl	_start
_start:
	lea	stack_top(%rip), %rsp
	xor	%ebp, %ebp
	call	guest_main
	ud2

	.bss
	.balign	16
	.skip	8192
stack_top:
