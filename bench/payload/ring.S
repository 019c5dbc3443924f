/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* ring.S: changing the privilege level, and IRET that does not. */

/*
 * SYSCALL loads CS, SS and RIP from MSRs, saves RIP in RCX and RFLAGS in R11,
 * clears the RFLAGS bits that SFMASK has, and does not touch RSP.  SYSRET is
 * its reverse.  IRETQ pops RIP, CS, RFLAGS, RSP and SS, and checks them all
 * (Intel SDM volume 2; AMD APM volume 2, 6.1).  On AMD SYSRET leaves SS's
 * hidden attributes as they are (Linux: X86_BUG_SYSRET_SS_ATTRS), so SS must
 * hold a valid segment before; SYSCALL saw to that.
 *
 * One operation of syscall_sysret and syscall_iret goes to ring 3 and back:
 *
 *	the frame	five pushes: SS, RSP, RFLAGS, CS, RIP of ring 3, as on
 *			Linux's kernel stack; RCX and R11 are reloaded from it,
 *			as both exits of Linux do with all registers
 *	the exit	IRETQ; or MOV RSP and SYSRET
 *	in ring 3	SYSCALL, nothing else
 *	the entry	ENDBR64, the kernel's RSP, a jump to the next copy
 *
 * Both walk the same path but for the exit, so that the difference of the
 * two rows is the exit.  No SWAPGS, no stack switch through memory, no page
 * table switch: the scenarios add those.  Ring 3 runs with interrupts off.
 *
 * int_iret, bp_iret, ud2_iret and pf_iret leave by IRETQ too, and come back
 * through an interrupt gate to the same entry: by INT n, INT3, the #UD of UD2
 * and a load from an address that is not mapped.  The gates have no IST, as
 * Linux's for these vectors: the CPU takes RSP0 from the TSS and pushes its
 * frame there.  syscall_cpl0 executes SYSCALL in ring 0, which is legal, and
 * jumps back: the entry without an exit.  sysenter_sysexit uses the older
 * pair, whose RIP and RSP go through registers and MSRs; AMD CPUs do not have
 * it in 64-bit mode (APM volume 3, SYSENTER).
 *
 * iret_self stays at its privilege level.  It is in the `user` backend too.
 *
 * FRED (CPUID 7.1 EAX bit 17, Panther Lake 2026) replaces all of it: events
 * arrive at one page with a frame of 64 bytes, ERETU returns to ring 3 and
 * ERETS to ring 0, and both ways exchange the GS bases (Intel FRED
 * specification 346446).  The payloads turn it on before the clock is read
 * and off after, with an entry page of their own.  Untested for want of a CPU
 * that has it; the opcodes are written out, because assemblers of 2023 do not
 * know them.
 *
 * No hardware-assisted hypervisor intercepts any of these but #UD, which KVM
 * takes over to emulate what the guest expects.
 */
#include <xbench/asm.h>
#include "paths.h"

/* FRED's returns; assemblers know them since 2.41. */
.macro eretu
	.byte	0xf3, 0x0f, 0x01, 0xca
.endm

.macro erets
	.byte	0xf2, 0x0f, 0x01, 0xca
.endm

entry_path entry

xb_payload syscall_sysret, pre="syscall_open xb_entry", setup="ring_load", \
	body="round_trip sysret", post="syscall_close"

xb_payload syscall_iret, pre="syscall_open xb_entry", setup="ring_load", \
	body="round_trip iret", post="syscall_close"

/* SYSCALL put the way back into RCX. */
	.globl	xb_region_entry_cpl0
	.hidden	xb_region_entry_cpl0
xb_func xb_entry_cpl0
xb_region_entry_cpl0:
	xb_landing
	xb_jump	%rcx
	.size	xb_region_entry_cpl0, . - xb_region_entry_cpl0
xb_end xb_entry_cpl0

xb_payload syscall_cpl0, pre="syscall_open xb_entry_cpl0", \
	body="syscall; xb_landing", post="syscall_close"

/* (The preprocessor sees these arguments; in strings it would not.) */
.macro xb_gate_trip name, vector, offset
	xb_payload \name, pre="gate_open \vector, \offset", \
		setup="ring_load", body="round_trip iret", \
		post="gate_close \vector"
.endm

xb_gate_trip int_iret, XB_VECTOR_INT, XB_USER_INT
xb_gate_trip bp_iret, XB_VECTOR_BP, XB_USER_BP
xb_gate_trip ud2_iret, XB_VECTOR_UD, XB_USER_UD

xb_payload pf_iret, pre="pf_open", setup="ring_load", \
	body="round_trip iret", post="pf_close"

.macro sysenter_open
	msr_push XB_MSR_SYSENTER_CS
	msr_push XB_MSR_SYSENTER_ESP
	msr_push XB_MSR_SYSENTER_EIP
	lea	xb_entry(%rip), %rbx
	wrmsr_reg %rbx
	xb_msr	XB_MSR_SYSENTER_ESP
	wrmsr_reg %rsp
	xb_msr	XB_MSR_SYSENTER_CS
	mov	$XB_KERNEL_CS, %ebx
	wrmsr_reg %rbx
	ring_open
	add	$XB_USER_SYSENTER, %rdi
.endm

.macro sysenter_close
	msr_pop XB_MSR_SYSENTER_EIP
	msr_pop XB_MSR_SYSENTER_ESP
	msr_pop XB_MSR_SYSENTER_CS
.endm

/* RDX and RCX are where SYSEXIT takes RIP and RSP from. */
.macro sysenter_trip
	lea	1f(%rip), %rbx
	mov	%rdi, %rdx
	mov	%r9, %rcx
	sysexitq
1:	xb_landing
.endm

xb_payload sysenter_sysexit, pre="sysenter_open", body="sysenter_trip", \
	post="sysenter_close"

/* RBX flags, RSI CS, RDI SS, R8 RSP: the same level again. */
.macro iret_self_open
	mov	%rsp, %r8
	mov	%ss, %edi
	mov	%cs, %esi
	pushf
	pop	%rbx
.endm

.macro iret_self_body
	push	%rdi
	push	%r8
	push	%rbx
	push	%rsi
	lea	1f(%rip), %rcx
	push	%rcx
	iretq
1:	xb_hint
.endm

xb_payload iret_self, pre="iret_self_open", body="iret_self_body"

	.if	XB_BACKENDS_eretu & XB_HERE
/* Events of ring 3 arrive at the page, those of ring 0 at 256 behind it. */
	.balign	4096
	.globl	xb_region_fred_entry
	.hidden	xb_region_fred_entry
xb_func xb_fred_entry
xb_region_fred_entry:
	xb_landing
	mov	%r8, %rsp
	xb_jump	%rbx
	.size	xb_region_fred_entry, . - xb_region_fred_entry
	.org	xb_fred_entry + 256, 0xcc
	erets
xb_end xb_fred_entry
	.endif

/* FRED on: our page, all events on stack level 0, RSP0 below our stack. */
.macro fred_open
	mov	%cr4, %rax
	push	%rax
	msr_push XB_MSR_FRED_CONFIG
	lea	xb_fred_entry(%rip), %rbx
	wrmsr_reg %rbx
	msr_push XB_MSR_FRED_STKLVLS
	xor	%ebx, %ebx
	wrmsr_reg %rbx
	msr_push XB_MSR_FRED_RSP0
	lea	-1024(%rsp), %rbx
	and	$-64, %rbx
	wrmsr_reg %rbx
	mov	%cr4, %rax
	bts	$XB_CR4_FRED_BIT, %rax
	mov	%rax, %cr4
	ring_open
.endm

.macro fred_close
	mov	%cr4, %rax
	btr	$XB_CR4_FRED_BIT, %rax
	mov	%rax, %cr4
	msr_pop XB_MSR_FRED_RSP0
	msr_pop XB_MSR_FRED_STKLVLS
	msr_pop XB_MSR_FRED_CONFIG
	pop	%rax
	mov	%rax, %cr4
.endm

/* The frame of 64 bytes: nothing, event data, SS to RIP, error code. */
.macro fred_frame ss, rsp, rflags, cs, rip
	push	$0
	push	$0
	push	\ss
	push	\rsp
	push	\rflags
	push	\cs
	push	\rip
	push	$0
.endm

.macro eretu_trip
	lea	1f(%rip), %rbx
	fred_frame %r10, %r9, %rsi, %rdx, %rdi
	eretu
1:	xb_landing
.endm

xb_payload eretu, pre="fred_open", setup="ring_load", body="eretu_trip", \
	post="fred_close"

.macro erets_open
	fred_open
	iret_self_open
.endm

.macro erets_body
	lea	1f(%rip), %rcx
	fred_frame %rdi, %r8, %rbx, %rsi, %rcx
	erets
1:	xb_hint
.endm

xb_payload erets, pre="erets_open", body="erets_body", post="fred_close"
