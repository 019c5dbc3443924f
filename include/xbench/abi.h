/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* abi.h: what the harness and the world of a payload say to each other. */
#ifndef XBENCH_ABI_H
#define XBENCH_ABI_H

#define XB_ABI_VERSION 2

/* Backends, as bits of a catalog line and of a world. */
#define XB_ON_USER 1 /* ring 3 of this program */
#define XB_ON_KVM 2  /* ring 0 of an in-process guest */
#define XB_ON_KMOD 4 /* ring 0 of the running kernel */
#define XB_ON_BARE 8 /* ring 0 without a kernel */
#define XB_ON_RING0 (XB_ON_KVM | XB_ON_KMOD | XB_ON_BARE)
#define XB_ON_ALL (XB_ON_USER | XB_ON_RING0)

/* Which of them this image may be: what else the catalog has stays out. */
#ifdef __KERNEL__
#define XB_HERE XB_ON_KMOD
#else
#define XB_HERE XB_ON_ALL
#endif

/*
 * Modes: how copies of a body stand in a region.  Expand X(arg, mode) for
 * each mode of a family; a new family adds its line here.  `counted` is
 * throughput with a counter as its clock (XB_CLOCK_COUNTER).
 */
#define XB_FOR_ALL_MODES(X, arg)                                               \
	X(arg, throughput) X(arg, fenced) X(arg, overlap) X(arg, counted)
#define XB_FOR_ONE_MODE(X, arg) X(arg, throughput) X(arg, counted)
#define XB_FOR_C_MODE(X, arg) X(arg, throughput)
#define XB_FOR_NO_MODE(X, arg)
#define XB_FOR_MODES_base XB_FOR_ALL_MODES
#define XB_FOR_MODES_fence XB_FOR_ALL_MODES
#define XB_FOR_MODES_msr XB_FOR_ALL_MODES
#define XB_FOR_MODES_gs XB_FOR_ALL_MODES
#define XB_FOR_MODES_irq XB_FOR_ALL_MODES
#define XB_FOR_MODES_mm XB_FOR_ALL_MODES
#define XB_FOR_MODES_ring XB_FOR_ONE_MODE
#define XB_FOR_MODES_slow_switch XB_FOR_ONE_MODE
#define XB_FOR_MODES_irqs_on_entry XB_FOR_ONE_MODE
#define XB_FOR_MODES_sysret_exit XB_FOR_ONE_MODE
#define XB_FOR_MODES_gs_entry XB_FOR_ONE_MODE
#define XB_FOR_MODES_user_return_msr XB_FOR_ONE_MODE
/* C of the harness (witness.h there): freestanding images have none of it. */
#if __STDC_HOSTED__ && !defined(__KERNEL__)
#define XB_FOR_MODES_witness XB_FOR_C_MODE
#define XB_FOR_MODES_switch XB_FOR_C_MODE
#else
#define XB_FOR_MODES_witness XB_FOR_NO_MODE
#define XB_FOR_MODES_switch XB_FOR_NO_MODE
#endif

#define XB_MODE_throughput 0 /* BODY BODY BODY ... */
#define XB_MODE_fenced 1     /* LFENCE BODY LFENCE BODY ... */
#define XB_MODE_overlap 2    /* BODY, dependent ADDs, BODY, ADDs ... */
#define XB_NR_MODES 3	     /* that a request may name */
#define XB_MODE_counted 3    /* no request's: what its clock makes of 0 */

/* Overlap mode: this U for every body, and so many ADDs behind each copy. */
#define XB_OVERLAP_OPS 8
#define XB_OVERLAP_ADDS 40

/* The modes of a family as a mask of 1 << XB_MODE_*; also for .set in gas. */
#define XB_OR_MODE(arg, mode) | (1 << XB_MODE_##mode)
#define XB_MODES(family) (0 XB_FOR_MODES_##family(XB_OR_MODE, ))

/*
 * Needs, as bits of a catalog line: X(NAME, bit, why it is missing).  The
 * first group is read from the CPU; the second is tried out in ring 3, for
 * witnesses that ask for it; the third is tried out in each ring-0 world
 * before anything is measured there (XB_OP_PROBE), because some hypervisors
 * do these instructions wrongly or not at all.
 */
/* clang-format off */
#define XB_CPU_NEEDS(X)							\
	X(FSGSBASE, 0, "CPUID shows no FSGSBASE, or CR4.FSGSBASE is off")	\
	X(SERIALIZE, 1, "CPUID shows no SERIALIZE")			\
	X(RDTSCP, 2, "CPUID shows no RDTSCP")				\
	X(RDPID, 3, "CPUID shows no RDPID")				\
	X(PMU, 4, "CPUID shows no performance counters")		\
	X(SPEC_CTRL, 5, "CPUID shows no IA32_SPEC_CTRL")		\
	X(IBPB, 6, "CPUID shows no IA32_PRED_CMD.IBPB")			\
	X(WRMSRNS, 7, "CPUID shows no WRMSRNS")				\
	X(MSR_IMM, 8, "CPUID shows no RDMSR and WRMSRNS with immediate")	\
	X(LKGS, 9, "CPUID shows no LKGS")				\
	X(FRED, 10, "CPUID shows no FRED")				\
	X(PCID, 11, "CPUID shows no PCID, or CR4.PCIDE is off")		\
	X(INVPCID, 12, "CPUID shows no INVPCID")			\
	X(SYSENTER, 13, "SYSENTER is no 64-bit instruction on this vendor's CPUs")
#define XB_OS_NEEDS(X)							\
	X(CPUID_FAULT, 14, "CPU or kernel cannot make CPUID fault")	\
	X(TSC_OFF, 15, "the kernel cannot make RDTSC fault")		\
	X(INT80, 16, "the kernel has no 32-bit system calls")		\
	X(KVM_RUN, 17, "no guest can be run")
#define XB_PROBES(X)							\
	X(FAULT, 20, "a deliberate #UD does not come back as a fault")	\
	X(MSR, 21, "RDMSR does not read back what WRMSR wrote")		\
	X(SWAPGS, 22, "SWAPGS does not exchange the GS bases")		\
	X(IF, 23, "STI and CLI do not change RFLAGS.IF")		\
	X(IRET_SELF, 24, "IRETQ at CPL 0 does not come back")		\
	X(IRET, 25, "IRETQ to CPL 3 and SYSCALL back do not change the CPL")	\
	X(SYSRET, 26, "SYSRETQ to CPL 3 and SYSCALL back do not change the CPL") \
	X(INT, 27, "IRETQ to CPL 3 and INT n back do not change the CPL")	\
	X(X2APIC, 28, "the local APIC has no x2APIC mode")		\
	X(TSC_DEADLINE, 29, "the local APIC has no TSC-deadline timer")	\
	X(SYSCALL, 30, "SYSCALL at CPL 0 does not lead to LSTAR")
/* clang-format on */

/*
 * Why the module does not even try a probe: X(NAME, value, text).  Neither
 * would end in a fault that it could catch (ring0.md of the design, 1.3).
 */
/* clang-format off */
#define XB_REFUSALS(X)							\
	X(FRED, 1, "FRED is on: boot with fred=off")			\
	X(SHADOW_STACK, 2, "this thread has a user shadow stack: run it without, by GLIBC_TUNABLES=glibc.cpu.x86_shstk=off")
/* clang-format on */

/*
 * kvm transport: where the harness and the guest image meet.  The guest gets
 * the mailbox address in RDI and ends a chunk by OUT to XB_GUEST_PORT (the
 * number is arbitrary).  A LOAD segment with XB_PF_USER is mapped for CPL 3.
 */
#define XB_GUEST_SIZE 0x400000
#define XB_GUEST_TABLES 0x1000
#define XB_GUEST_MAILBOX 0x10000
#define XB_GUEST_IMAGE 0x100000
#define XB_GUEST_PORT 0x5b
#define XB_GUEST_DEAD_PORT 0x5c /* an exception outside of any payload */
#define XB_PF_USER 0x100000

/*
 * Ring 3's code, from world.user_rip: at each offset one instruction that
 * leaves for ring 0 at once.
 */
#define XB_USER_SYSCALL 0x00
#define XB_USER_SYSENTER 0x10
#define XB_USER_INT 0x20 /* INT XB_VECTOR_INT */
#define XB_USER_BP 0x30	 /* INT3 */
#define XB_USER_UD 0x40	 /* UD2 */
#define XB_USER_PF 0x50	 /* a load from address 0 */

/* Offsets into struct xb_world, for assembly. */
#define XB_WORLD_USER_RIP 0
#define XB_WORLD_USER_RSP 8
#define XB_WORLD_USER_CS 16
#define XB_WORLD_USER_SS 24
#define XB_WORLD_USER_RFLAGS 32
#define XB_WORLD_COUNTER 48

/* The counters that RDPMC may name: 0 to 15, and fixed ones from bit 30. */
#define XB_NR_COUNTERS 16
#define XB_NR_FIXED_COUNTERS 4
#define XB_FIXED_COUNTER 0x40000000

#ifndef __ASSEMBLER__

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/stddef.h>
#else
#include <stddef.h>
#include <stdint.h>
#endif

enum xb_need {
#define X(name, bit, why) XB_NEED_##name = 1 << (bit),
	XB_CPU_NEEDS(X) XB_OS_NEEDS(X) XB_PROBES(X)
#undef X
};

enum xb_refusal {
#define X(name, value, text) XB_REFUSED_##name = (value),
	XB_REFUSALS(X)
#undef X
};

enum xb_bench {
#define XB_BENCH(name, family, u, backends, needs, text) XB_ID_##name,
#include <xbench/catalog.h>
#undef XB_BENCH
	XB_NR_BENCHES
};

/* In order of severity.  A mailbox left PENDING is an error. */
enum xb_status {
	XB_PENDING,
	XB_OK,
	XB_SKIP,  /* this CPU or world cannot: `missing` says what */
	XB_FAULT, /* the payload raised an exception: `vector` and on */
	XB_ERROR, /* the request is wrong: `bad_field` says which field */
};

enum xb_op {
	XB_OP_RUN,   /* sample `bench` in `mode` */
	XB_OP_PROBE, /* try out `probe`, one bit of XB_PROBES */
	XB_OP_STATE, /* tell XB_STATES in ticks[0]; ring 0 of our own only */
};

/*
 * What is read at both ends of a region, and so what `ticks` are.  All but the
 * TSC for throughput only.
 */
enum xb_clock {
	XB_CLOCK_TSC,
	XB_CLOCK_COUNTER, /* RDPMC of `counter`, as wide as the counter is: the
			     difference is right modulo its width */
	XB_CLOCK_OUTSIDE, /* TSC, of the region `counter` alone, XB_U or XB_2U:
			     who asks counts over the whole request, and
			     cancels the rest by asking for the other one */
};

/*
 * What a payload must leave as it was, X(name): the registers that ticks[0]
 * tells after XB_OP_STATE.  RFLAGS as the last XB_OP_RUN left them, without
 * the arithmetic flags.  What this CPU lacks reads as 0.
 */
/* clang-format off */
#define XB_STATES(X)							\
	X(rflags) X(cr0) X(cr2) X(cr3) X(cr4) X(cr8) X(efer) X(star)	\
	X(lstar) X(cstar) X(sfmask) X(fs_base) X(gs_base)		\
	X(kernel_gs_base) X(sysenter_cs) X(sysenter_esp) X(sysenter_eip)	\
	X(pat) X(tsc_aux) X(spec_ctrl) X(x2apic_tpr) X(tsc_deadline)	\
	X(idt_bp) X(idt_ud) X(idt_pf) X(idt_int) X(idt_self_ipi)
/* clang-format on */

enum xb_state {
#define X(name) XB_STATE_##name,
	XB_STATES(X)
#undef X
	XB_NR_STATES
};

#define XB_MAX_PAIRS 64

/* Which samples: copies of the body, and of nothing in the same mode. */
enum xb_region {
	XB_U,
	XB_2U,
	XB_EMPTY_U,
	XB_EMPTY_2U,
	XB_NR_REGIONS
};

/*
 * One request and its answer.  Fixed width, no pointer, no hole; the
 * same bytes in every backend.
 */
struct xb_mailbox {
	/* IN.  Checked again by the world, on its own copy. */
	uint32_t version;   /* XB_ABI_VERSION */
	uint32_t op;	    /* enum xb_op */
	uint32_t bench;	    /* enum xb_bench */
	uint32_t mode;	    /* XB_MODE_*, one that the family has */
	uint32_t pairs;	    /* samples of each region, 1 to XB_MAX_PAIRS */
	uint32_t probe;	    /* one enum xb_need bit */
	uint32_t clock;	    /* enum xb_clock */
	uint32_t counter;   /* which one: RDPMC's ECX, or a region */
	uint64_t rounds;    /* times round a region's loop, from 1 */
	uint64_t max_ticks; /* no second pair begins that would end later */

	/* OUT */
	uint32_t status;     /* enum xb_status */
	uint32_t bad_field;  /* ERROR: byte offset of the IN field */
	uint32_t taken;	     /* pairs sampled */
	uint32_t nr_nmis;    /* NMIs seen meanwhile, where countable */
	uint32_t nr_smis;    /* SMIs likewise */
	uint32_t missing;    /* SKIP: enum xb_need bits */
	uint32_t refusal;    /* SKIP: enum xb_refusal, 0 if it was tried */
	uint32_t vector;     /* FAULT: the exception... */
	uint64_t error_code; /* ... its error code, 0 if it has none */
	uint64_t address;    /* ... CR2 */
	uint64_t rip;	     /* ... and where */
	uint64_t ticks[XB_NR_REGIONS][XB_MAX_PAIRS]; /* of `clock` a region */
};

_Static_assert(offsetof(struct xb_mailbox, rounds) == 32, "mailbox layout");
_Static_assert(offsetof(struct xb_mailbox, status) == 48, "mailbox layout");
_Static_assert(offsetof(struct xb_mailbox, error_code) == 80, "mailbox layout");
_Static_assert(offsetof(struct xb_mailbox, ticks) == 104, "mailbox layout");
_Static_assert(sizeof(struct xb_mailbox) ==
		       104 + 8 * XB_NR_REGIONS * XB_MAX_PAIRS,
	       "mailbox layout");

/* What the world around a payload offers to it.  Read by assembly. */
struct xb_world {
	uint64_t user_rip; /* ring-3 code, at XB_USER_* */
	uint64_t user_rsp;
	uint64_t user_cs;
	uint64_t user_ss;
	uint64_t user_rflags;
	uint32_t backend; /* one XB_ON_* */
	uint32_t have;	  /* enum xb_need bits that are met */
	uint64_t counter; /* RDPMC's ECX; xb_run() sets it */
};

_Static_assert(offsetof(struct xb_world, user_rip) == XB_WORLD_USER_RIP, "");
_Static_assert(offsetof(struct xb_world, user_rsp) == XB_WORLD_USER_RSP, "");
_Static_assert(offsetof(struct xb_world, user_cs) == XB_WORLD_USER_CS, "");
_Static_assert(offsetof(struct xb_world, user_ss) == XB_WORLD_USER_SS, "");
_Static_assert(offsetof(struct xb_world, user_rflags) == XB_WORLD_USER_RFLAGS,
	       "");
_Static_assert(offsetof(struct xb_world, counter) == XB_WORLD_COUNTER, "");

/*
 * Do one XB_OP_RUN: check, warm up, sample, fill OUT.  The same code in every
 * backend (bench/run.c); catches no exception, prints nothing.
 */
void xb_run(struct xb_mailbox *mb, const struct xb_world *world);

#endif /* __ASSEMBLER__ */
#endif
