/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* x86.h: architectural numbers; usable from C and from assembly. */
#ifndef XBENCH_X86_H
#define XBENCH_X86_H

/*
 * MSR numbers, X(name, number), as constants of C and symbols of gas: payload
 * pieces are strings, in which the preprocessor replaces nothing.  Our own
 * names, because the module includes this beside the kernel's
 * <asm/msr-index.h>.  Intel SDM volume 4, AMD APM volume 2.
 */
/* clang-format off */
#define XB_MSRS(X)							\
	X(APIC_BASE, 0x1b)						\
	X(SPEC_CTRL, 0x48)						\
	X(PRED_CMD, 0x49)						\
	X(SYSENTER_CS, 0x174)						\
	X(SYSENTER_ESP, 0x175)						\
	X(SYSENTER_EIP, 0x176)						\
	X(FRED_RSP0, 0x1cc)						\
	X(FRED_STKLVLS, 0x1d0)						\
	X(FRED_CONFIG, 0x1d4)						\
	X(PAT, 0x277)							\
	X(TSC_DEADLINE, 0x6e0)						\
	X(X2APIC_TPR, 0x808)						\
	X(X2APIC_EOI, 0x80b)						\
	X(X2APIC_SVR, 0x80f)						\
	X(X2APIC_LVTT, 0x832)						\
	X(X2APIC_SELF_IPI, 0x83f)					\
	X(EFER, 0xc0000080)						\
	X(STAR, 0xc0000081)						\
	X(LSTAR, 0xc0000082)						\
	X(CSTAR, 0xc0000083)						\
	X(SFMASK, 0xc0000084)						\
	X(FS_BASE, 0xc0000100)						\
	X(GS_BASE, 0xc0000101)						\
	X(KERNEL_GS_BASE, 0xc0000102)					\
	X(TSC_AUX, 0xc0000103)

#ifdef __ASSEMBLER__
	.set xb_msr_bit, 0
#define X(name, number)							\
	.set XB_MSR_##name, number;					\
	.set XB_MSR_##name##_BIT, xb_msr_bit;				\
	.set xb_msr_bit, xb_msr_bit + 1;
XB_MSRS(X)
#undef X
#else
enum xb_msr {
#define X(name, number) XB_MSR_##name = number,
	XB_MSRS(X)
#undef X
};
enum xb_msr_bit {
#define X(name, number) XB_MSR_##name##_BIT,
	XB_MSRS(X)
#undef X
};
#endif
/* clang-format on */

#define XB_CR0_PE (1 << 0)
#define XB_CR0_MP (1 << 1)
#define XB_CR0_ET (1 << 4)
#define XB_CR0_NE (1 << 5)
#define XB_CR0_WP (1 << 16)
#define XB_CR0_PG 0x80000000

#define XB_CR4_PAE (1 << 5)
#define XB_CR4_OSFXSR (1 << 9)
#define XB_CR4_OSXMMEXCPT (1 << 10)
#define XB_CR4_FSGSBASE (1 << 16)
#define XB_CR4_PCIDE (1 << 17)
#define XB_CR4_FRED_BIT 32

#define XB_EFER_SCE (1 << 0)
#define XB_EFER_LME (1 << 8)
#define XB_EFER_LMA (1 << 10)
#define XB_EFER_NXE (1 << 11)

#define XB_RFLAGS_FIXED (1 << 1)
#define XB_RFLAGS_IF (1 << 9)

/*
 * What Linux puts into SFMASK: CF PF AF ZF SF TF IF DF OF IOPL NT RF AC ID
 * (v6.12 arch/x86/kernel/cpu/common.c, syscall_init()).
 */
#define XB_SFMASK_LINUX 0x257fd5

/* Linux's selectors, so that frames are the same bytes as under a kernel. */
#define XB_KERNEL_CS 0x10
#define XB_KERNEL_DS 0x18
#define XB_USER32_CS 0x23
#define XB_USER_DS 0x2b
#define XB_USER_CS 0x33
#define XB_TSS 0x40

/* STAR: SYSCALL loads CS from 47:32 and SS from +8; SYSRET from 63:48. */
#define XB_STAR_HIGH ((XB_USER32_CS << 16) | XB_KERNEL_CS)

#define XB_VECTOR_NMI 2
#define XB_VECTOR_BP 3
#define XB_VECTOR_UD 6
#define XB_VECTOR_PF 14
#define XB_VECTOR_MC 18
/* Ours: any that no exception has.  0x80 is Linux's 32-bit system call. */
#define XB_VECTOR_INT 0x80
#define XB_VECTOR_SELF_IPI 0xf1

/* Local APIC: Intel SDM volume 3, 11.4 and 11.12. */
#define XB_APIC_ENABLE (1 << 11)
#define XB_APIC_X2 (1 << 10)
#define XB_APIC_SVR_ENABLE 0x1ff
#define XB_APIC_LVT_MASKED (1 << 16)
#define XB_APIC_LVTT_DEADLINE (2 << 17)

#endif
