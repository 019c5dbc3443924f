/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* asm.h: how a payload is written.  Assembly only. */
#ifndef XBENCH_ASM_H
#define XBENCH_ASM_H

#include <xbench/abi.h>
#include <xbench/x86.h>

/*
 * A benchmark is its line in catalog.h and one xb_payload in
 * bench/payload/<family>.S:
 *
 *	xb_payload wrgsbase, pre="rdgsbase %rbx", body="wrgsbase %rbx"
 *
 * pre    once, before the clock is read: save state, load operands
 * setup  inside the region, before the first copy: reload EAX and EDX, which
 *        RDTSC clobbered
 * body   one operation; it stands U and 2U times in a region
 * post   once, after the clock is read: restore what pre saved
 *
 * Pieces are statements separated by `;`, and may call macros.  They own
 * RAX, RBX, RCX, RDX, RSI, RDI and R8 to R11; pre may push what post pops.
 * R13 points to struct xb_world.  RBP, R12, R14 and R15 are the framework's.
 * Inside setup and body: no relocation, and local labels as numbers.
 *
 * This makes, for each mode of the family and for times = 1 and 2,
 *
 *	uint64_t xb_<name>_<mode>_<times>(uint64_t rounds,
 *					  const struct xb_world *world);
 *
 * which returns the ticks of its region's clock, and the sized symbol
 * xb_region_<name>_<mode>_<times> that covers the region's bytes.
 */

/* clang-format off */
#define XB_BENCH(name, family, u, backends, needs, text)		\
	.set XB_OPS_##name, u;						\
	.set XB_BACKENDS_##name, backends;				\
	.set XB_MODES_##name, XB_MODES(family);
#include <xbench/catalog.h>
#undef XB_BENCH
/* clang-format on */

#ifdef __KERNEL__
#include "compat.h"
#else
/* What Linux's object checker wants to know: nothing, elsewhere. */
#define XB_TEXT .text
#define XB_FUNC_TYPE @function
.macro xb_hint
.endm
.macro xb_safe_jump
.endm
.macro xb_return
	ret
.endm
/* Of the module only: the other worlds own their IDT. */
.macro xb_fixup from, to
.endm
#endif

	.section .note.GNU-stack, "", @progbits
	XB_TEXT

.macro xb_func name
	.globl	\name
	.hidden	\name
	.type	\name, XB_FUNC_TYPE
	.balign	64
\name:
	xb_hint
.endm

.macro xb_end name
	.size	\name, . - \name
.endm

/* So long in every image: a jump from region to region goes over some. */
.macro xb_ret
.Lreturn_\@:
	xb_return
	.org	.Lreturn_\@ + 8, 0xcc
.endm

/* An indirect jump.  INT3: no speculation into what lies behind it. */
.macro xb_jump reg
	xb_safe_jump
	jmp	*\reg
	int3
.endm

/* Where LSTAR or an indirect jump leads to. */
.macro xb_landing
	xb_hint
	endbr64
.endm

/* ECX = the number of an MSR, for what reads or writes it next.  The module
 * tries each MSR of a payload out before it runs it: xb_msrs_<name>. */
	.set	xb_msrs, 0
.macro xb_msr number
	.set	xb_msrs, xb_msrs | 1 << \number\()_BIT
	mov	$\number, %ecx
.endm

/* The clock, into RAX.  RDTSCP and CPUID trap on some hypervisors. */
.macro xb_clock
	lfence
	rdtsc
	lfence
	shl	$32, %rdx
	or	%rdx, %rax
.endm

/*
 * The counter that RBP names, into RAX, and RCX unharmed: bodies may hold an
 * operand there over the whole region.
 */
.macro xb_counter
	mov	%rcx, %r12
	mov	%ebp, %ecx
	lfence
	rdpmc
	lfence
	mov	%r12, %rcx
	shl	$32, %rdx
	or	%rdx, %rax
.endm

.macro xb_clock_of mode
	.ifc \mode, counted
	xb_counter
	.else
	xb_clock
	.endif
.endm

.macro xb_copies name, mode, times, body
	.ifc \mode, throughput
	.rept	XB_OPS_\name * \times
	\body
	.endr
	.endif
	.ifc \mode, counted
	xb_copies \name, throughput, \times, "\body"
	.endif
	.ifc \mode, fenced
	.rept	XB_OPS_\name * \times
	lfence
	\body
	.endr
	.endif
	.ifc \mode, overlap
	.rept	XB_OVERLAP_OPS * \times
	\body
	.rept	XB_OVERLAP_ADDS
	add	%r12, %rbp
	.endr
	.endr
	.endif
.endm

.macro xb_region_func name, mode, times, pre, setup, body, post
	xb_func	xb_\name\()_\mode\()_\times
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rdi, %r15
	mov	%rsi, %r13
	.ifc \mode, counted
	mov	XB_WORLD_COUNTER(%r13), %rbp
	.else
	mov	$1, %r12d
	xor	%ebp, %ebp
	.endif
	\pre
	.globl	xb_region_\name\()_\mode\()_\times
	.hidden	xb_region_\name\()_\mode\()_\times
xb_region_\name\()_\mode\()_\times:
	xb_clock_of \mode
	mov	%rax, %r14
	\setup
	.balign	64
.Lloop_\@:
	xb_copies \name, \mode, \times, "\body"
	dec	%r15
	jnz	.Lloop_\@
	xb_clock_of \mode
	.size	xb_region_\name\()_\mode\()_\times, . - xb_region_\name\()_\mode\()_\times
	sub	%r14, %rax
	mov	%rax, %r14
	\post
	mov	%r14, %rax
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	xb_ret
	xb_end	xb_\name\()_\mode\()_\times
.endm

.macro xb_payload name:req, pre="", setup="", body="", post=""
	.if	XB_BACKENDS_\name & XB_HERE
	xb_payload_here \name, "\pre", "\setup", "\body", "\post"
	.endif
.endm

.macro xb_payload_here name, pre, setup, body, post
	.set	xb_msrs, 0
	.irp	times, 1, 2
	.if	XB_MODES_\name & (1 << XB_MODE_throughput)
	xb_region_func \name, throughput, \times, "\pre", "\setup", "\body", "\post"
	.endif
	.if	XB_MODES_\name & (1 << XB_MODE_counted)
	xb_region_func \name, counted, \times, "\pre", "\setup", "\body", "\post"
	.endif
	.if	XB_MODES_\name & (1 << XB_MODE_fenced)
	xb_region_func \name, fenced, \times, "\pre", "\setup", "\body", "\post"
	.endif
	.if	XB_MODES_\name & (1 << XB_MODE_overlap)
	xb_region_func \name, overlap, \times, "\pre", "\setup", "\body", "\post"
	.endif
	.endr
#ifdef __KERNEL__
	.pushsection .rodata, "a"
	.balign	4
	.globl	xb_msrs_\name
	.hidden	xb_msrs_\name
xb_msrs_\name:
	.long	xb_msrs
	.popsection
#endif
.endm

#endif
