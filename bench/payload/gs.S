/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* gs.S: the FS and GS bases, by SWAPGS, by FSGSBASE and by selector. */

/*
 * A kernel finds its per-CPU data through GS, and so does the user's thread
 * library through FS or GS: each entry from ring 3 must change the base.
 *
 * SWAPGS exchanges the GS base with IA32_KERNEL_GS_BASE (Intel SDM volume 2;
 * ring 0 only; #UD once FRED is on).  It does not serialise.  A body is one
 * SWAPGS; U is even, so that a region leaves the bases as they were.  While
 * they are exchanged no C code, exception or interrupt handler that uses GS
 * may run: nothing of the kind stands between the copies.  swapgs_lfence adds
 * the LFENCE with which Linux keeps a CPU from speculating past a conditional
 * SWAPGS (2019, CVE-2019-1125).
 *
 * RDGSBASE and WRGSBASE (CPUID 7.0 EBX bit 0, Ivy Bridge 2012, Excavator
 * 2015) do it from any ring, if the kernel sets CR4.FSGSBASE (Linux since
 * 5.9).  The bodies of wrgsbase and wrfsbase write the value that is there,
 * the only one that is safe in a program whose thread library uses it.
 *
 * MOV to GS loads a descriptor and with it a 32-bit base; of a null selector
 * Intel clears the base and AMD leaves it.  The selector here is the flat
 * user data segment, which is the same in Linux and in our own world, in
 * ring 0 and ring 3.  LKGS (CPUID 7.1 EAX bit 18) is the same but loads the
 * base into IA32_KERNEL_GS_BASE, which spares Linux's load_gs_index() a pair
 * of SWAPGS; untested for want of a CPU that has it.  Bases and selector are
 * restored behind the clock.
 *
 * Intel cores rename segment bases with one write in flight: back to back
 * WRGSBASE waits for the one before (20 cycles on Golden Cove), while one
 * among independent work costs a fraction of a cycle.  Hence the three
 * modes.  No hypervisor intercepts these instructions.
 */
#include <xbench/asm.h>

xb_payload rdgsbase, body="rdgsbase %rbx"

xb_payload wrgsbase, pre="rdgsbase %rbx", body="wrgsbase %rbx"

xb_payload rdfsbase, body="rdfsbase %rbx"

xb_payload wrfsbase, pre="rdfsbase %rbx", body="wrfsbase %rbx"

xb_payload swapgs, body="swapgs"

xb_payload swapgs_lfence, body="swapgs; lfence"

.macro gs_sel_open
	rdgsbase %r8
	mov	%gs, %r9d
	mov	$XB_USER_DS, %ebx
.endm

.macro gs_sel_close
	mov	%r9d, %gs
	wrgsbase %r8
.endm

xb_payload mov_gs_sel, pre="gs_sel_open", body="mov %ebx, %gs", \
	post="gs_sel_close"

/* LKGS BX: F2 0F 00 /6; assemblers know it since 2.41. */
.macro lkgs_bx
	.byte	0xf2, 0x0f, 0x00, 0xf3
.endm

/* LKGS changes the selector too. */
.macro lkgs_open
	mov	%gs, %r10d
	xb_msr	XB_MSR_KERNEL_GS_BASE
	rdmsr
	mov	%eax, %r8d
	mov	%edx, %r9d
	mov	$XB_USER_DS, %ebx
.endm

.macro lkgs_close
	mov	%r10d, %ebx
	lkgs_bx
	mov	%r8d, %eax
	mov	%r9d, %edx
	wrmsr
.endm

xb_payload lkgs, pre="lkgs_open", body="lkgs_bx", post="lkgs_close"
