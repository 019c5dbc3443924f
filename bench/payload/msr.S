/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* msr.S: reading and writing model-specific registers. */

/*
 * RDMSR and WRMSR take the register's number in ECX and its value in EDX:EAX
 * (Intel SDM volume 2; AMD APM volume 3).  WRMSR serialises execution: that,
 * and not the write, is most of its cost.  Exceptions are IA32_TSC_DEADLINE
 * and the x2APIC registers on Intel, and on AMD, where CPUID 8000_0021 EAX
 * bit 1 is set (Zen 4, 2022), FS_BASE, GS_BASE and KERNEL_GS_BASE.
 *
 * Each body writes back the value that was there, which the CPU does not
 * know: it does the work.  Number and value are loaded before the first
 * copy; WRMSR changes no register, so the copies follow each other at once.
 *
 * Under a hypervisor each register is its own case: passed through, the
 * figure is the CPU's; intercepted, it is that of an exit and entry.  KVM
 * passes KERNEL_GS_BASE through on Intel and AMD (svm.c
 * direct_access_msrs, vmx.c vmx_possible_passthrough_msrs, v6.12).
 */
#include <xbench/asm.h>

/* Number in ECX, the current value in EDX:EAX and kept in R9:R8. */
.macro msr_open number
	mov	$\number, %ecx
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

xb_payload rdmsr_kernel_gs_base, pre="msr_open XB_MSR_KERNEL_GS_BASE", \
	body="rdmsr"

xb_payload wrmsr_kernel_gs_base, pre="msr_open XB_MSR_KERNEL_GS_BASE", \
	setup="msr_load", body="wrmsr", post="msr_close"
