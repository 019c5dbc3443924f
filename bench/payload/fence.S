/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* fence.S: instructions that order other instructions, and clocks. */

/*
 * LFENCE waits until all earlier instructions have completed, and lets no
 * later one begin before (Intel SDM volume 2, LFENCE; AMD APM volume 3).  The
 * regions of this suite lean on that.  On AMD it is only true if MSR
 * C001_1029 bit 1 is set, which Linux does since 4.15 (2018), or CPUID
 * 8000_0021 EAX bit 2 says it always is (Zen 3 and later); elsewhere an
 * LFENCE there costs a fraction of a cycle and orders loads only.  MFENCE
 * orders all loads and stores, and serialises execution on AMD (APM volume
 * 2, 7.4.2).
 *
 * Fully serialising, in the sense of Intel SDM volume 3, 9.3: CPUID, which a
 * hypervisor takes over on every CPU with VMX and, as all hypervisors ask for
 * it, with SVM; SERIALIZE (CPUID 7.0 EDX bit 14, Alder Lake 2021), which does
 * nothing else and exits nowhere; and IRET (ring.S).
 *
 * RDTSC does not wait for earlier instructions; RDTSCP does, and reads
 * IA32_TSC_AUX into ECX, as RDPID (CPUID 7.0 ECX bit 22) does alone.  A
 * hypervisor may intercept the first two and rarely does.  RDPMC is
 * intercepted by KVM unless the guest's counters are the CPU's own.
 *
 * VERW asks whether a segment can be written to.  Microcode that has
 * MD_CLEAR (CPUID 7.0 EDX bit 10, 2019) made its memory form also overwrite
 * buffers from which data could leak; Linux runs it on each return to ring 3
 * of a CPU that needs it, and elsewhere it is an ordinary descriptor load.
 *
 * One operation is the instruction; of cpuid, XOR EAX, EAX and CPUID, because
 * CPUID leaves another leaf number in EAX.
 */
#include <xbench/asm.h>

xb_payload lfence, body="lfence"

xb_payload mfence, body="mfence"

xb_payload serialize, body="serialize"

xb_payload rdtsc, body="rdtsc"

xb_payload rdtscp, body="rdtscp"

xb_payload rdpmc, pre="xor %ecx, %ecx", body="rdpmc"

xb_payload cpuid, body="xor %eax, %eax; cpuid"

/* The operand is memory: the register form clears nothing. */
xb_payload verw, pre="mov %ss, %eax; push %rax", body="verw (%rsp)", \
	post="pop %rax"

xb_payload rdpid, body="rdpid %rax"
