/* SPDX-License-Identifier: MIT */
/* entry.S: the image's first instruction, from 32-bit mode to long mode. */
#include <xbench/x86.h>
#include "bare.h"

	.section .note.GNU-stack, "", @progbits

/*
 * The Multiboot 1 header (specification 0.6.96, 3.1).  With its address
 * fields a loader need not read the ELF file, which is why one that accepts
 * no 64-bit ELF file (QEMU -kernel) takes this image too.
 */
	.set	MAGIC, 0x1badb002
	.set	FLAGS, 1 << 16

/* CPUID leaf 0x80000001 EDX: long mode, NX. */
	.set	LEAF_FEATURES, 0x80000001
	.set	NEEDED, 1 << 29 | 1 << 20

	.section .multiboot, "a", @progbits
	.balign	4
header:
	.long	MAGIC
	.long	FLAGS
	.long	-(MAGIC + FLAGS)
	.long	header		/* its own address */
	.long	bare_start	/* where to load the file from the header on */
	.long	bare_load_end
	.long	bare_end	/* what follows the file up to here is zeroed */
	.long	_start

/*
 * Multiboot enters in 32-bit protected mode, no paging, interrupts off: EAX
 * the loader's magic, EBX where its information is.  Both go on to C.
 */
	.code32
	.text
	.globl	_start
_start:
	cli
	cld
	mov	$bare_stack_top, %esp
	mov	%eax, %esi
	mov	%ebx, %edi

	/* Long mode and NX, or a reset without a word would follow. */
	mov	$LEAF_FEATURES, %eax
	cpuid
	and	$NEEDED, %edx
	cmp	$NEEDED, %edx
	jne	unfit

	/* Until paging.c knows better: 4 GiB to themselves, 2 MiB a page. */
	movl	$boot_pdpt + 7, boot_pml4
	xor	%ecx, %ecx
	mov	$boot_pd + 7, %eax
1:	mov	%eax, boot_pdpt(, %ecx, 8)
	add	$4096, %eax
	inc	%ecx
	cmp	$4, %ecx
	jne	1b
	xor	%ecx, %ecx
	mov	$0x83, %eax	/* present, writable, large */
1:	mov	%eax, boot_pd(, %ecx, 8)
	add	$0x200000, %eax
	inc	%ecx
	cmp	$2048, %ecx
	jne	1b
	mov	$boot_pml4, %eax
	mov	%eax, %cr3

	/* SSE: the statistics of the image are doubles; what is timed has none. */
	mov	$XB_CR4_PAE + XB_CR4_OSFXSR + XB_CR4_OSXMMEXCPT, %eax
	mov	%eax, %cr4
	mov	$XB_MSR_EFER, %ecx
	rdmsr
	or	$XB_EFER_LME + XB_EFER_SCE + XB_EFER_NXE, %eax
	wrmsr
	mov	$XB_CR0_PE + XB_CR0_MP + XB_CR0_ET + XB_CR0_NE + XB_CR0_WP + XB_CR0_PG, %eax
	mov	%eax, %cr0
	lgdt	boot_gdtr
	ljmp	$XB_KERNEL_CS, $long_mode

/* In clear text, on COM1 as the loader left it. */
unfit:
	mov	$unfit_text, %esi
1:	mov	$BARE_PORT_COM1 + 5, %dx	/* line status */
	mov	$100000, %ecx
2:	in	%dx, %al
	test	$0x20, %al	/* ready for another byte */
	loopz	2b
	mov	$BARE_PORT_COM1, %dx
	lodsb
	out	%al, %dx
	test	%al, %al
	jnz	1b
3:	hlt
	jmp	3b

	.code64
long_mode:
	mov	$XB_KERNEL_DS, %eax
	mov	%eax, %ss
	mov	%eax, %ds
	mov	%eax, %es
	mov	$bare_stack_top, %esp
	xor	%ebp, %ebp
	mov	%edi, %edi	/* the upper halves are undefined */
	mov	%esi, %esi
	fninit
	push	$0x1f80		/* MXCSR after reset: no exception */
	ldmxcsr	(%rsp)
	pop	%rax
	call	bare_main
	ud2

	.section .rodata
unfit_text:
	.asciz	"\r\nxbench: this CPU has no 64-bit mode, or its NX is switched off\r\n"
	.balign	8
boot_gdt:
	.quad	0, 0
	.quad	0x00af9b000000ffff	/* 0x10 kernel code, 64 bit */
	.quad	0x00cf93000000ffff	/* 0x18 kernel data */
boot_gdtr:
	.word	. - boot_gdt - 1
	.long	boot_gdt

	.bss
	.balign	4096
boot_pml4:
	.skip	4096
boot_pdpt:
	.skip	4096
boot_pd:
	.skip	4 * 4096
	.balign	16
	.skip	BARE_STACK_BYTES
bare_stack_top:
