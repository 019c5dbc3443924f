/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* kmod.h: the parts of xbench.ko. */
#ifndef XBENCH_KMOD_H
#define XBENCH_KMOD_H

#include <xbench/abi.h>
#include <xbench/x86.h>

/*
 * Interrupts are off for 200 us at most.  So much of it is for pairs: before
 * them come self-tests and short warm-ups, and behind them the comparison.
 */
#define KMOD_RUN_US 160

/*
 * ring3.c: ring 3 of the module: one page of code, in page tables that have
 * nothing else in the user's half and share the kernel's with every process.
 * No process's memory is involved, so that none can take it away meanwhile.
 */
struct ring3;

struct ring3 *ring3_create(void); /* NULL: out of memory */
void ring3_destroy(struct ring3 *ring3);

/* Where ring 3 sees `symbol` of vm/user.S. */
u64 ring3_address(const char *symbol);

/*
 * Do `job` where ring 3 can be gone to and an NMI may come while there: with
 * these page tables, the kernel's GS base in KERNEL_GS_BASE too, and a stack
 * of its own.  Interrupts off.  What the job writes to the thread's stack is
 * lost; its result is what vm_trip() returned, or 0.  Returns false if the
 * thread's stack is not what it was: then nothing can be relied on.
 */
struct ring3_job {
	struct xb_mailbox *mb; /* xb_run() this in `world`... */
	const struct xb_world *world;
	bool by_sysret; /* ... or, if NULL, vm_trip() */
};
bool ring3_do(struct ring3 *ring3, const struct ring3_job *job, u64 *result);

/* Called by switch.S, on the stack of its own. */
u64 ring3_work(const struct ring3_job *job);

/*
 * switch.S: copy the thread's stack up to `thread_top` to `snapshot`, call
 * ring3_work(job) with RSP at `stack_top`, and copy it back: an NMI in ring 3
 * begins at the top of the thread's stack and writes over what is there.
 */
u64 kmod_switch_stack(const struct ring3_job *job, void *thread_top,
		      void *snapshot, void *stack_top);

/* state.c: what a chunk must leave as it was. */
#define STATE_MSRS                                                             \
	(1u << XB_MSR_FS_BASE_BIT | 1u << XB_MSR_GS_BASE_BIT |                 \
	 1u << XB_MSR_KERNEL_GS_BASE_BIT | 1u << XB_MSR_SYSENTER_CS_BIT |      \
	 1u << XB_MSR_SYSENTER_ESP_BIT | 1u << XB_MSR_SYSENTER_EIP_BIT |       \
	 1u << XB_MSR_STAR_BIT | 1u << XB_MSR_LSTAR_BIT |                      \
	 1u << XB_MSR_SFMASK_BIT | 1u << XB_MSR_TSC_AUX_BIT |                  \
	 1u << XB_MSR_SPEC_CTRL_BIT)

struct cpu_state {
	u64 cr0, cr3, cr4, cr8, dr7;
	u64 msrs[32]; /* by enum xb_msr_bit */
	u32 have;     /* 1 << enum xb_msr_bit: those that can be read */
};

/* For `have`: tried out once, because a hypervisor may log each failure. */
u32 state_present(void);

/* All but `have`, which must be filled. */
void state_save(struct cpu_state *state);

/* Put back what differs; the name of one that did, or NULL. */
const char *state_restore(const struct cpu_state *state);

/* probe.c, interrupts off: a fault of an instruction that was tried out under
 * an exception table, with the kernel's GS. */
struct kmod_fault {
	u32 vector;
	u64 rip;
};

/* True if it did not fault. */
bool try_rdmsr(u32 number, u64 *value, struct kmod_fault *fault);
bool try_wrmsr(u32 number, u64 value, struct kmod_fault *fault);
bool try_rdpmc(u32 counter, struct kmod_fault *fault);

/* enum xb_msr_bit to its number. */
u32 msr_number(u32 bit);

/* Why these needs are not even tried out: enum xb_refusal, 0 if they may be. */
u32 probe_refusal(u32 needs);

/* Try out one of XB_PROBES. */
bool probe_need(u32 need, struct ring3 *ring3);

/* The needs of a benchmark that the module offers; else 0. */
u32 bench_needs(u32 bench);

/* Try out what `bench` executes; its needs are met. */
bool probe_operands(u32 bench, struct kmod_fault *fault);

#endif
