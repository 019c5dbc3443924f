/* SPDX-License-Identifier: MIT */
/* guest_image.S: the guest's ELF file as data. */
	.section .note.GNU-stack, "", @progbits
	.section .rodata
	.balign	16
	.globl	guest_image
	.hidden	guest_image
guest_image:
	.incbin	"guest.elf"
	.globl	guest_image_end
	.hidden	guest_image_end
guest_image_end:
