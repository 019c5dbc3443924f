/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* msr.S: reading and writing model-specific registers. */

/*
 * RDMSR and WRMSR take the register's number in ECX and its value in EDX:EAX
 * (Intel SDM volume 2; AMD APM volume 3).  WRMSR serialises execution: that,
 * and not the write, is most of its cost.  Exceptions are IA32_TSC_DEADLINE
 * and the x2APIC registers on Intel (SDM volume 3, 9.3), and on AMD, where
 * CPUID 8000_0021 EAX bit 1 is set (Zen 4, 2022), FS_BASE, GS_BASE and
 * KERNEL_GS_BASE.
 *
 * Each body writes back the value that was there, which the CPU does not
 * know: it does the work.  Number and value are loaded before the first
 * copy; WRMSR changes no register, so the copies follow each other at once.
 *
 * Three registers have no value to write back.  IA32_PRED_CMD is a command:
 * bit 0 is the indirect branch predictor barrier (Intel, AMD: 2018), about a
 * microsecond.  IA32_X2APIC_SELF_IPI takes a vector; with interrupts off only
 * the sending is timed, and the one interrupt that comes of all the writes is
 * taken behind the clock.  IA32_TSC_DEADLINE is armed 2^40 ticks ahead and
 * disarmed behind the clock.
 *
 * WRMSRNS (CPUID 7.1 EAX bit 19) is WRMSR that does not serialise.  The
 * immediate forms (CPUID 7.1 ECX bit 5) name the register in the instruction,
 * early enough for the front end to know it, and take 64-bit values.  Their
 * encodings are written out, because assemblers of 2023 do not know them
 * (Intel Architecture Instruction Set Extensions, 319433): untested for want
 * of a CPU that has them.
 *
 * Under a hypervisor each register is its own case: passed through, the
 * figure is the CPU's; intercepted, it is that of an exit and entry.  KVM
 * passes FS_BASE, GS_BASE and KERNEL_GS_BASE through on Intel and AMD, the
 * SYSENTER registers on Intel, and STAR, LSTAR, CSTAR and SFMASK on AMD only,
 * since on Intel they are the host's until it returns to ring 3 (v6.12,
 * vmx.c vmx_possible_passthrough_msrs, svm.c direct_access_msrs).  SPEC_CTRL
 * is passed through after the guest's first write of another value than 0,
 * which this suite does not make.
 */
#include <xbench/asm.h>

/* Number in ECX, the current value in EDX:EAX and kept in R9:R8. */
.macro msr_open number
	xb_msr	\number
	rdmsr
	mov	%eax, %r8d
	mov	%edx, %r9d
.endm

/* EDX:EAX = R9:R8, what RDTSC clobbered. */
.macro msr_load
	mov	%r8d, %eax
	mov	%r9d, %edx
.endm

.macro msr_close
	msr_load
	wrmsr
.endm

/* rdmsr_\name and wrmsr_\name of a register that takes its own value. */
.macro xb_rdwr_msr name, number
	xb_payload rdmsr_\name, pre="msr_open \number", body="rdmsr"
	xb_payload wrmsr_\name, pre="msr_open \number", setup="msr_load", \
		body="wrmsr", post="msr_close"
.endm

xb_rdwr_msr fs_base, XB_MSR_FS_BASE
xb_rdwr_msr gs_base, XB_MSR_GS_BASE
xb_rdwr_msr kernel_gs_base, XB_MSR_KERNEL_GS_BASE
xb_rdwr_msr sysenter_cs, XB_MSR_SYSENTER_CS
xb_rdwr_msr sysenter_esp, XB_MSR_SYSENTER_ESP
xb_rdwr_msr sysenter_eip, XB_MSR_SYSENTER_EIP
xb_rdwr_msr star, XB_MSR_STAR
xb_rdwr_msr lstar, XB_MSR_LSTAR
xb_rdwr_msr cstar, XB_MSR_CSTAR
xb_rdwr_msr sfmask, XB_MSR_SFMASK
xb_rdwr_msr efer, XB_MSR_EFER
xb_rdwr_msr tsc_aux, XB_MSR_TSC_AUX
xb_rdwr_msr spec_ctrl, XB_MSR_SPEC_CTRL
xb_rdwr_msr pat, XB_MSR_PAT
xb_rdwr_msr x2apic_tpr, XB_MSR_X2APIC_TPR

/* EDX:EAX and R9:R8 = now + 2^40: minutes that never pass. */
.macro deadline_open
	rdtsc
	add	$1 << 8, %edx
	mov	%eax, %r8d
	mov	%edx, %r9d
	xb_msr	XB_MSR_TSC_DEADLINE
	wrmsr
.endm

.macro deadline_close
	mfence
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
.endm

xb_payload rdmsr_tsc_deadline, pre="deadline_open", body="rdmsr", \
	post="deadline_close"
xb_payload wrmsr_tsc_deadline, pre="deadline_open", setup="msr_load", \
	body="wrmsr", post="deadline_close"

.macro write_open number, value
	xb_msr	\number
	mov	$\value, %r8d
	xor	%r9d, %r9d
.endm

xb_payload wrmsr_pred_cmd_ibpb, pre="write_open XB_MSR_PRED_CMD, 1", \
	setup="msr_load", body="wrmsr"

/* The one interrupt, if it was sent at all, comes in this window. */
.macro take_interrupt
	sti
	nop
	cli
.endm

.macro self_ipi_open
	write_open XB_MSR_X2APIC_SELF_IPI, XB_VECTOR_SELF_IPI
.endm

xb_payload wrmsr_x2apic_self_ipi, pre="self_ipi_open", setup="msr_load", \
	body="wrmsr", post="take_interrupt"

/* The whole value in R10 as well. */
.macro msr_open64 number
	msr_open \number
	mov	%rdx, %r10
	shl	$32, %r10
	or	%r8, %r10
.endm

/* Binutils know it since 2.40, clang since 16. */
.macro wrmsrns
	.byte	0x0f, 0x01, 0xc6
.endm

/* RDMSR RAX, imm32: VEX.128.F2.M7.W0 F6 /0 id. */
.macro rdmsr_imm number
	.byte	0xc4, 0xe7, 0x7b, 0xf6, 0xc0
	.long	\number
.endm

/* WRMSRNS imm32, RAX: VEX.128.F3.M7.W0 F6 /0 id. */
.macro wrmsrns_imm number
	.byte	0xc4, 0xe7, 0x7a, 0xf6, 0xc0
	.long	\number
.endm

.macro xb_modern_msr name, number
	xb_payload wrmsrns_\name, pre="msr_open \number", setup="msr_load", \
		body="wrmsrns", post="msr_close"
	xb_payload wrmsrns_imm_\name, pre="msr_open64 \number", \
		setup="mov %r10, %rax", body="wrmsrns_imm \number", \
		post="msr_close"
	xb_payload rdmsr_imm_\name, pre="msr_open \number", \
		body="rdmsr_imm \number"
.endm

xb_modern_msr kernel_gs_base, XB_MSR_KERNEL_GS_BASE
xb_modern_msr fs_base, XB_MSR_FS_BASE
xb_modern_msr spec_ctrl, XB_MSR_SPEC_CTRL
