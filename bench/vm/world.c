// SPDX-License-Identifier: MIT
/* world.c: descriptor tables, MSRs, and the service of one mailbox. */
#include <xbench/x86.h>
#include "vm.h"

#define STACK_BYTES 4096

/*
 * Linux's GDT (arch/x86/include/asm/segment.h), so that selectors in frames
 * are the same numbers.  0x38 is a second data segment for ring 3.
 */
static uint64_t gdt[] = {
	0,
	0x00cf9b000000ffff, /* 0x08 kernel code, 32 bit */
	0x00af9b000000ffff, /* 0x10 kernel code, 64 bit */
	0x00cf93000000ffff, /* 0x18 kernel data */
	0x00cffb000000ffff, /* 0x20 user code, 32 bit */
	0x00cff3000000ffff, /* 0x28 user data */
	0x00affb000000ffff, /* 0x30 user code, 64 bit */
	0x00cff3000000ffff, /* 0x38 user data again */
	0,
	0, /* 0x40 TSS */
};

struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7]; /* IST 1 is ist[0] */
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_map;
} __attribute__((packed));

struct gate {
	uint16_t offset_low;
	uint16_t selector;
	uint8_t ist;
	uint8_t type;
	uint16_t offset_middle;
	uint32_t offset_high;
	uint32_t reserved;
};

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

/* An NMI or a machine check may come on top of another exception. */
enum {
	IST_FAULT = 1,
	IST_NMI,
	IST_MC,
	NR_IST = IST_MC
};

static struct tss tss;
static struct gate idt[256];
static char stacks[NR_IST][STACK_BYTES] __attribute__((aligned(16)));
static struct xb_world world;
static uint64_t rflags; /* as the last run left them */

static struct gate gate_to(uintptr_t at, uint8_t ist, uint8_t dpl)
{
	return (struct gate){
		.offset_low = (uint16_t)at,
		.selector = XB_KERNEL_CS,
		.ist = ist,
		.type = 0x8e | dpl << 5, /* present, interrupt gate */
		.offset_middle = (uint16_t)(at >> 16),
		.offset_high = (uint32_t)(at >> 32),
	};
}

void vm_set_gate(uint8_t vector, const char *handler)
{
	if (handler)
		idt[vector] = gate_to((uintptr_t)handler, 0, 3);
	else
		idt[vector] =
			gate_to((uintptr_t)vm_gates + vector * VM_GATE_BYTES,
				IST_FAULT, 0);
}

static void set_gates(void)
{
	int i;

	for (i = 0; i < 256; i++)
		vm_set_gate((uint8_t)i, NULL);
	idt[XB_VECTOR_NMI].ist = IST_NMI;
	idt[XB_VECTOR_MC].ist = IST_MC;
}

static void set_tss(void)
{
	uint64_t base = (uintptr_t)&tss, limit = sizeof(tss) - 1;
	int i;

	for (i = 0; i < NR_IST; i++)
		tss.ist[i] = (uintptr_t)stacks[i] + STACK_BYTES;
	tss.rsp[0] = tss.ist[IST_FAULT - 1];
	tss.io_map = sizeof(tss);
	gdt[XB_TSS / 8] = limit | (base & 0xffffff) << 16 |
			  0x89ull << 40 | /* present, available 64-bit TSS */
			  (base >> 24 & 0xff) << 56;
	gdt[XB_TSS / 8 + 1] = base >> 32;
}

static void load_tables(void)
{
	struct table_register gdtr = { sizeof(gdt) - 1, (uintptr_t)gdt };
	struct table_register idtr = { sizeof(idt) - 1, (uintptr_t)idt };

	__asm__ volatile("lgdt %0; lidt %1\n\t"
			 "push %2; lea 1f(%%rip), %%rax; push %%rax\n\t"
			 "lretq\n"
			 "1:\tmov %3, %%ss; mov %4, %%ds; mov %4, %%es\n\t"
			 "mov %4, %%fs; mov %4, %%gs\n\t"
			 "ltr %w5"
			 :
			 : "m"(gdtr), "m"(idtr), "i"(XB_KERNEL_CS),
			   "r"(XB_KERNEL_DS), "r"(0), "r"(XB_TSS)
			 : "rax", "memory");
}

void vm_init(uint32_t backend)
{
	uint32_t probed = world.have;

	__asm__ volatile("cli");
	set_gates();
	set_tss();
	load_tables();
	vm_wrmsr(XB_MSR_STAR, (uint64_t)XB_STAR_HIGH << 32);
	vm_wrmsr(XB_MSR_LSTAR, 0);
	vm_wrmsr(XB_MSR_SFMASK, XB_SFMASK_LINUX);
	vm_wrmsr(XB_MSR_FS_BASE, 0);
	vm_wrmsr(XB_MSR_GS_BASE, 0);
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, 0);

	world = (struct xb_world){
		.user_rip = (uintptr_t)vm_user_code,
		.user_rsp = (uintptr_t)vm_user_stack,
		.user_cs = XB_USER_CS,
		.user_ss = XB_USER_DS,
		.user_rflags = XB_RFLAGS_FIXED,
		.backend = backend,
		.have = probed | vm_cpu_needs(),
	};
}

static void run(void *mb)
{
	xb_run(mb, &world);
	/* Here, because vm_try() restores them. */
	__asm__ volatile("pushf; pop %0" : "=r"(rflags));
}

static void tell_state(void *arg)
{
	struct xb_mailbox *mb = arg;

	vm_state(mb->ticks[0], world.have, rflags);
	mb->status = XB_OK;
}

static void probe(void *arg)
{
	struct xb_mailbox *mb = arg;

	if (vm_probe(mb->probe)) {
		world.have |= mb->probe;
		mb->status = XB_OK;
	} else {
		mb->status = XB_SKIP;
		mb->missing = mb->probe;
	}
}

void vm_serve(struct xb_mailbox *mb)
{
	uint64_t nmis = vm_nr_nmis;
	struct vm_fault fault;
	int failed;

	/* The deliberate #UD needs vm_try() for itself. */
	if (mb->op == XB_OP_PROBE && mb->probe == XB_NEED_FAULT) {
		probe(mb);
		return;
	}
	failed = vm_try(mb->op == XB_OP_PROBE	? probe
			: mb->op == XB_OP_STATE ? tell_state
						: run,
			mb, &fault);
	mb->nr_nmis = (uint32_t)(vm_nr_nmis - nmis);
	if (!failed)
		return;
	mb->status = XB_FAULT;
	mb->vector = (uint32_t)fault.vector;
	mb->error_code = fault.error_code;
	mb->address = fault.address;
	mb->rip = fault.rip;
	vm_init(world.backend);
}
