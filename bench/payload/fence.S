/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* fence.S: instructions that order other instructions, and clocks. */

/*
 * LFENCE waits until all earlier instructions have completed, and lets no
 * later one begin before (Intel SDM volume 2, LFENCE; AMD APM volume 3).  The
 * regions of this suite lean on that.  On AMD it is only true if MSR
 * C001_1029 bit 1 is set, which Linux does since 4.15 (2018), or CPUID
 * 8000_0021 EAX bit 2 says it always is (Zen 3 and later); elsewhere an
 * LFENCE there costs a fraction of a cycle and orders loads only.  No
 * hypervisor intercepts it.
 */
#include <xbench/asm.h>

xb_payload lfence, body="lfence"
