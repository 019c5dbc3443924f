/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* cpuid.h: which catalog needs this CPU meets, by CPUID; C only. */
#ifndef XBENCH_CPUID_H
#define XBENCH_CPUID_H

#include <xbench/abi.h>

struct xb_cpuid {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct xb_cpuid xb_cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct xb_cpuid r = { leaf, 0, subleaf, 0 };

	__asm__ volatile("cpuid"
			 : "+a"(r.eax), "=b"(r.ebx), "+c"(r.ecx), "=d"(r.edx));
	return r;
}

/* A leaf that this CPU does not have reads as all zeroes. */
static inline struct xb_cpuid xb_cpuid_leaf(uint32_t leaf, uint32_t subleaf)
{
	struct xb_cpuid none = { 0, 0, 0, 0 };

	return xb_cpuid(leaf & 0x80000000, 0).eax < leaf
		       ? none
		       : xb_cpuid(leaf, subleaf);
}

static inline int xb_cpuid_is_amd(void)
{
	uint32_t ebx = xb_cpuid(0, 0).ebx;

	return ebx == 0x68747541 /* "Auth" */ || ebx == 0x6f677948 /* "Hygo" */;
}

/*
 * The enum xb_need bits of XB_CPU_NEEDS that CPUID grants.  What an operating
 * system has to enable besides (FSGSBASE, PCID) is for the caller to check.
 * Bits: Intel SDM volume 2, CPUID; AMD APM volume 3, appendix E.
 */
static inline uint32_t xb_cpuid_needs(void)
{
	struct xb_cpuid l1 = xb_cpuid_leaf(1, 0), l7 = xb_cpuid_leaf(7, 0);
	struct xb_cpuid l7_1 = { 0, 0, 0, 0 };
	struct xb_cpuid pmu = xb_cpuid_leaf(10, 0);
	struct xb_cpuid e1 = xb_cpuid_leaf(0x80000001, 0);
	struct xb_cpuid e8 = xb_cpuid_leaf(0x80000008, 0);
	int amd = xb_cpuid_is_amd();
	uint32_t have = 0;

	if (l7.eax >= 1)
		l7_1 = xb_cpuid(7, 1);
#define GRANT(condition, need) have |= (condition) ? XB_NEED_##need : 0u
	GRANT(l7.ebx & 1u << 0, FSGSBASE);
	GRANT(l7.edx & 1u << 14, SERIALIZE);
	GRANT(e1.edx & 1u << 27, RDTSCP);
	GRANT(l7.ecx & 1u << 22, RDPID);
	/* Intel: version of leaf 10.  AMD: PerfCtrExtCore or PerfMonV2. */
	GRANT((pmu.eax & 0xff) || (amd && (e1.ecx & 1u << 23)), PMU);
	/* Intel: IBRS, STIBP or SSBD.  AMD: the same three. */
	GRANT((l7.edx & (1u << 26 | 1u << 27 | 1u << 31)) ||
		      (e8.ebx & (1u << 14 | 1u << 15 | 1u << 24)),
	      SPEC_CTRL);
	GRANT((l7.edx & 1u << 26) || (e8.ebx & 1u << 12), IBPB);
	GRANT(l7_1.eax & 1u << 19, WRMSRNS);
	GRANT(l7_1.ecx & 1u << 5, MSR_IMM);
	GRANT(l7_1.eax & 1u << 18, LKGS);
	GRANT(l7_1.eax & 1u << 17, FRED);
	GRANT(l1.ecx & 1u << 17, PCID);
	GRANT(l7.ebx & 1u << 10, INVPCID);
	GRANT((l1.edx & 1u << 11) && !amd, SYSENTER);
#undef GRANT
	return have;
}

#endif
