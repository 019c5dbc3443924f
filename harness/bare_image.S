/* SPDX-License-Identifier: MIT */
/* bare_image.S: the bare image as data. */
	.section .note.GNU-stack, "", @progbits
	.section .rodata
	.balign	16
	.globl	bare_image
	.hidden	bare_image
bare_image:
	.incbin	"bare.elf"
	.globl	bare_image_end
	.hidden	bare_image_end
bare_image_end:
