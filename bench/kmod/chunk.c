// SPDX-License-Identifier: GPL-2.0 OR MIT
/* chunk.c: one request of the mailbox, with interrupts off. */
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <asm/processor.h>
#include <asm/tsc.h>
#include "chunk.h"
#include "trip.h"

struct chunk *chunk_create(void)
{
	struct chunk *chunk = kzalloc(sizeof(*chunk), GFP_KERNEL);
	u64 value;

	if (!chunk)
		return NULL;
	chunk->ring3 = ring3_create();
	if (!chunk->ring3) {
		kfree(chunk);
		return NULL;
	}
	chunk->state.have = state_present();
	chunk->counts_smis = boot_cpu_data.x86_vendor == X86_VENDOR_INTEL &&
			     try_rdmsr(MSR_SMI_COUNT, &value, NULL);
	chunk->world = (struct xb_world){
		.user_rip = ring3_address(vm_user_code),
		.user_rsp = ring3_address(vm_user_stack),
		.user_cs = XB_USER_CS,
		.user_ss = XB_USER_DS,
		.user_rflags = XB_RFLAGS_FIXED,
		.backend = XB_ON_KMOD,
		.have = vm_cpu_needs(),
	};
	return chunk;
}

void chunk_destroy(struct chunk *chunk)
{
	ring3_destroy(chunk->ring3);
	kfree(chunk);
}

static bool refuse(struct xb_mailbox *mb, u32 needs)
{
	mb->refusal = probe_refusal(needs);
	return mb->refusal;
}

/* One bit of XB_PROBES. */
static bool is_probe(u32 need)
{
	const u32 probes = 0
#define X(name, bit, why) | XB_NEED_##name
		XB_PROBES(X)
#undef X
		;

	return need & probes && !(need & (need - 1));
}

static void probe(struct chunk *chunk)
{
	struct xb_mailbox *mb = &chunk->mb;

	if (!is_probe(mb->probe)) {
		mb->status = XB_ERROR;
		mb->bad_field = offsetof(struct xb_mailbox, probe);
		return;
	}
	if (!refuse(mb, mb->probe) && probe_need(mb->probe, chunk->ring3)) {
		chunk->world.have |= mb->probe;
		mb->status = XB_OK;
	} else {
		chunk->world.have &= ~mb->probe;
		mb->status = XB_SKIP;
		mb->missing = mb->probe;
	}
}

static bool run(struct chunk *chunk)
{
	struct xb_mailbox *mb = &chunk->mb;
	u32 needs = bench_needs(mb->bench);
	const struct ring3_job job = { .mb = mb, .world = &chunk->world };
	u64 given = mb->max_ticks, nothing;
	struct kmod_fault fault;
	bool ok = true;

	if (refuse(mb, needs)) {
		mb->status = XB_SKIP;
		mb->missing = needs;
		return true;
	}
	if (!(needs & ~chunk->world.have) &&
	    (!probe_operands(mb->bench, &fault) ||
	     (mb->clock == XB_CLOCK_COUNTER &&
	      !try_rdpmc(mb->counter, &fault)))) {
		mb->status = XB_FAULT;
		mb->vector = fault.vector;
		mb->rip = fault.rip;
		return true;
	}
	mb->max_ticks = min_t(u64, given, tsc_khz * KMOD_RUN_US / 1000);
	if (needs & (XB_NEED_IRET | XB_NEED_SYSRET))
		ok = ring3_do(chunk->ring3, &job, &nothing);
	else
		xb_run(mb, &chunk->world);
	mb->max_ticks = given;
	return ok;
}

/* SMIs since reset; MSR_SMI_COUNT is Intel's. */
static u32 smi_count(const struct chunk *chunk)
{
	return chunk->counts_smis ? (u32)vm_rdmsr(MSR_SMI_COUNT) : 0;
}

/*
 * A thread that runs a guest may have preempted this one and left the guest's
 * values in the CPU, for KVM to put the kernel's back on the way to user space.
 */
static bool syscall_is_linux(void)
{
	return vm_rdmsr(XB_MSR_STAR) == (u64)XB_STAR_HIGH << 32 &&
	       vm_rdmsr(XB_MSR_EFER) & XB_EFER_SCE;
}

/* Is this CPU the only one on which the caller may be? */
static bool pinned_here(void)
{
	return current->nr_cpus_allowed == 1 &&
	       cpumask_test_cpu(smp_processor_id(), current->cpus_ptr);
}

/* On this CPU, which is the caller's only one. */
static const char *serve(struct chunk *chunk)
{
	struct xb_mailbox *mb = &chunk->mb;
	u32 nmis = this_cpu_read(irq_stat.__nmi_count);
	u32 smis = smi_count(chunk);
	u64 no_breakpoints = 0;
	const char *differs;
	bool ok = true;

	/* Interrupts come in between, and what they change stays so. */
	if (mb->op == XB_OP_PROBE && mb->probe == XB_NEED_IF) {
		probe(chunk);
		return NULL;
	}
	state_save(&chunk->state);
	/* A breakpoint in ring 3 would be delivered to the caller. */
	asm volatile("mov %0, %%dr7" : : "r"(no_breakpoints));
	if (mb->op == XB_OP_PROBE)
		probe(chunk);
	else
		ok = run(chunk);
	asm volatile("mov %0, %%dr7" : : "r"(chunk->state.dr7));
	differs = state_restore(&chunk->state);
	mb->nr_nmis = this_cpu_read(irq_stat.__nmi_count) - nmis;
	mb->nr_smis = smi_count(chunk) - smis;
	return ok ? differs : "the thread's stack";
}

int chunk_run(struct chunk *chunk)
{
	struct xb_mailbox *mb = &chunk->mb;
	const char *differs = NULL;
	unsigned long flags;
	int result = 0;

	if (mb->version != XB_ABI_VERSION)
		return -EPROTO;
	memset((char *)mb + offsetof(struct xb_mailbox, status), 0,
	       sizeof(*mb) - offsetof(struct xb_mailbox, status));
	/* A probe of STI opens a window for interrupts: not to be moved. */
	preempt_disable();
	local_irq_save(flags);
	if (!pinned_here())
		result = -EXDEV;
	else if (!syscall_is_linux())
		result = -EAGAIN;
	else
		differs = serve(chunk);
	local_irq_restore(flags);
	preempt_enable();
	if (!differs)
		return result;
	pr_err("xbench: benchmark %u, mode %u, changed %s\n", mb->bench,
	       mb->mode, differs);
	return -EIO;
}
