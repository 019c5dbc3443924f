// SPDX-License-Identifier: GPL-2.0 OR MIT
/* ring3.c: from inside a system call to ring 3 and back, interrupts off. */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/tlbflush.h>
#include <asm/tsc.h>
#include "compat.h"
#include "kmod.h"
#include "trip.h"

/* Any address of the user's half but page 0. */
#define CODE_ADDRESS 0x10000ul

#define ENTRIES 512
#define TABLE_BITS                                                             \
	(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)
#define CODE_BITS (_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED)
#define CR3_PCID 0xfffull

#define STACK_ORDER get_order(THREAD_SIZE)
#define MAX_LEVELS 5

/*
 * The top table is a pair, as page table isolation has it: the kernel's, and
 * in the next page the user's, which an NMI's return switches to by setting
 * bit 12 of CR3.  Both are complete here, so that it does not matter which.
 */
struct ring3 {
	u64 *top;
	u64 *tables[MAX_LEVELS]; /* below the top, in that order */
	void *code;
	void *stack;
	void *snapshot;
};

u64 ring3_address(const char *symbol)
{
	return CODE_ADDRESS + (symbol - vm_user_code);
}

static int top_levels(void)
{
	return __read_cr4() & X86_CR4_LA57 ? 5 : 4;
}

void ring3_destroy(struct ring3 *ring3)
{
	int i;

	if (!ring3)
		return;
	for (i = 0; i < MAX_LEVELS; i++)
		free_page((unsigned long)ring3->tables[i]);
	free_page((unsigned long)ring3->code);
	free_pages((unsigned long)ring3->top, 1);
	free_pages((unsigned long)ring3->stack, STACK_ORDER);
	kfree(ring3->snapshot);
	kfree(ring3);
}

static unsigned int entry_at(int level)
{
	return CODE_ADDRESS >> (PAGE_SHIFT + 9 * (level - 1)) & (ENTRIES - 1);
}

struct ring3 *ring3_create(void)
{
	struct ring3 *ring3 = kzalloc(sizeof(*ring3), GFP_KERNEL);
	u64 *above;
	int level;

	if (!ring3)
		return NULL;
	ring3->top = (u64 *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 1);
	ring3->code = (void *)__get_free_page(GFP_KERNEL);
	ring3->stack = (void *)__get_free_pages(GFP_KERNEL, STACK_ORDER);
	ring3->snapshot = kmalloc(THREAD_SIZE, GFP_KERNEL);
	if (!ring3->top || !ring3->code || !ring3->stack || !ring3->snapshot)
		goto fail;
	memcpy(ring3->code, vm_user_code, PAGE_SIZE);

	above = ring3->top;
	for (level = top_levels() - 1; level >= 1; level--) {
		u64 *table = (u64 *)get_zeroed_page(GFP_KERNEL);

		if (!table)
			goto fail;
		ring3->tables[level] = table;
		above[entry_at(level + 1)] = __sme_pa(table) | TABLE_BITS;
		above = table;
	}
	above[entry_at(1)] = __sme_pa(ring3->code) | CODE_BITS;
	ring3->top[ENTRIES + entry_at(top_levels())] =
		ring3->top[entry_at(top_levels())];
	return ring3;
fail:
	ring3_destroy(ring3);
	return NULL;
}

static u64 get_cr3(void)
{
	u64 cr3;

	asm volatile("mov %%cr3, %0" : "=r"(cr3));
	return cr3;
}

static void set_cr3(u64 cr3)
{
	asm volatile("mov %0, %%cr3" : : "r"(cr3) : "memory");
}

u64 ring3_work(const struct ring3_job *job)
{
	if (!job->mb)
		return vm_trip((void *)ring3_address(vm_user_report),
			       job->by_sysret);
	xb_run(job->mb, job->world);
	return 0;
}

bool ring3_do(struct ring3 *ring3, const struct ring3_job *job, u64 *result)
{
	const u64 *kernel = (const u64 *)current->active_mm->pgd + ENTRIES / 2;
	u64 cr3 = get_cr3(), gs_base, kernel_gs_base, spec_ctrl;
	volatile u64 guard = rdtsc(); /* as good as any, and never sleeps */
	const u64 expected = guard;
	bool has_spec_ctrl;

	memcpy(ring3->top + ENTRIES / 2, kernel, PAGE_SIZE / 2);
	memcpy(ring3->top + ENTRIES + ENTRIES / 2, kernel, PAGE_SIZE / 2);
	has_spec_ctrl = try_rdmsr(XB_MSR_SPEC_CTRL, &spec_ctrl, NULL);
	gs_base = vm_rdmsr(XB_MSR_GS_BASE);
	kernel_gs_base = vm_rdmsr(XB_MSR_KERNEL_GS_BASE);
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, gs_base);
	set_cr3(__sme_pa(ring3->top) | (cr3 & CR3_PCID));
	/* Of the user's PCID too, which an NMI's return may switch to. */
	__flush_tlb_all();

	*result =
		kmod_switch_stack(job, task_stack_page(current) + THREAD_SIZE,
				  ring3->snapshot, ring3->stack + THREAD_SIZE);

	set_cr3(cr3);
	__flush_tlb_all();
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, kernel_gs_base);
	/* The return from an NMI to ring 3 gives it ring 3's value. */
	if (has_spec_ctrl && vm_rdmsr(XB_MSR_SPEC_CTRL) != spec_ctrl)
		vm_wrmsr(XB_MSR_SPEC_CTRL, spec_ctrl);
	return guard == expected;
}
