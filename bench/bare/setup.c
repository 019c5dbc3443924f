// SPDX-License-Identifier: MIT
/* setup.c: control registers, quiet interrupt controllers, the end. */
#include <xbench/cpuid.h>
#include <xbench/x86.h>
#include "../vm/vm.h"
#include "bare.h"

#define CR4_MCE (1 << 6)
#define CR4_PGE (1 << 7)

#define MSR_APIC_BASE 0x1b
#define APIC_BASE_X2APIC (1 << 10)
#define APIC_BASE_ENABLE (1 << 11)
#define MSR_X2APIC 0x800
#define MSR_DE_CFG 0xc0011029
#define DE_CFG_LFENCE (1 << 1)

/* Local vector table of the APIC, by offset of its page. */
#define LVT_CMCI 0x2f0
#define LVT_TIMER 0x320
#define LVT_THERMAL 0x330
#define LVT_PMI 0x340
#define LVT_LINT0 0x350
#define LVT_ERROR 0x370
#define LVT_MASKED (1 << 16)
#define APIC_VERSION 0x30
#define APIC_EOI 0xb0

#define IO_APIC 0xfec00000ul
#define IO_APIC_DATA 0x10
#define IO_APIC_VERSION 1
#define IO_APIC_ENTRIES 0x10

#define PIC_MASTER 0x21
#define PIC_SLAVE 0xa1

/* More than there are vectors: what is pending then will never end. */
#define MAX_PENDING 300

struct msr_access {
	uint32_t number;
	uint64_t value;
};

static void read_msr(void *arg)
{
	struct msr_access *access = arg;

	access->value = vm_rdmsr(access->number);
}

static void write_msr(void *arg)
{
	const struct msr_access *access = arg;

	vm_wrmsr(access->number, access->value);
}

bool setup_read_msr(uint32_t number, uint64_t *value)
{
	struct msr_access access = { .number = number };
	struct vm_fault fault;

	if (vm_try(read_msr, &access, &fault))
		return false;
	*value = access.value;
	return true;
}

bool setup_write_msr(uint32_t number, uint64_t value)
{
	struct msr_access access = { number, value };
	struct vm_fault fault;

	return !vm_try(write_msr, &access, &fault);
}

/* Where the CPU has it, LFENCE waits for what is before it. */
void setup_lfence(void)
{
	uint64_t value;

	if (!xb_cpuid_is_amd())
		return;
	if (xb_cpuid_leaf(0x80000021, 0).eax & 1 << 2)
		return; /* it always does */
	if (setup_read_msr(MSR_DE_CFG, &value) && !(value & DE_CFG_LFENCE))
		setup_write_msr(MSR_DE_CFG, value | DE_CFG_LFENCE);
}

static uint64_t read_cr4(void)
{
	uint64_t cr4;

	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	return cr4;
}

static void write_cr4(uint64_t cr4)
{
	__asm__ volatile("mov %0, %%cr4" : : "r"(cr4) : "memory");
}

void setup_cpu(void)
{
	uint64_t cr4 = read_cr4() | CR4_PGE;

	/* Without it a machine check is a silent reset. */
	if (xb_cpuid(1, 0).edx & 1 << 7)
		cr4 |= CR4_MCE;
	/* CR3 has no PCID in it yet, as this bit wants. */
	if (xb_cpuid(1, 0).ecx & 1 << 17)
		cr4 |= XB_CR4_PCIDE;
	if (xb_cpuid_leaf(7, 0).ebx & 1)
		cr4 |= XB_CR4_FSGSBASE;
	write_cr4(cr4);
}

/* The local APIC through its page or through MSRs, as the loader left it. */
struct apic {
	bool on;
	bool x2;
	uintptr_t page;
};

static struct apic find_apic(void)
{
	struct apic apic = { 0 };
	uint64_t base;

	if (!(xb_cpuid(1, 0).edx & 1 << 9) ||
	    !setup_read_msr(MSR_APIC_BASE, &base))
		return apic;
	apic.on = base & APIC_BASE_ENABLE;
	apic.x2 = base & APIC_BASE_X2APIC;
	apic.page = base & 0xffffff000;
	/* paging.c maps no more. */
	if (!apic.x2 && apic.page >> 32)
		apic.on = false;
	return apic;
}

static uint32_t apic_read(const struct apic *apic, uint32_t offset)
{
	if (apic->x2)
		return (uint32_t)vm_rdmsr(MSR_X2APIC + offset / 16);
	return *(volatile uint32_t *)(apic->page + offset);
}

static void apic_write(const struct apic *apic, uint32_t offset, uint32_t value)
{
	if (apic->x2)
		vm_wrmsr(MSR_X2APIC + offset / 16, value);
	else
		*(volatile uint32_t *)(apic->page + offset) = value;
}

/* The I/O APIC where chip sets have it; firmware may leave a timer on there. */
static void mask_io_apic(void)
{
	volatile uint32_t *index = (uint32_t *)IO_APIC;
	volatile uint32_t *data = (uint32_t *)(IO_APIC + IO_APIC_DATA);
	uint32_t i, last;

	*index = IO_APIC_VERSION;
	if (*data == UINT32_MAX)
		return;
	last = *data >> 16 & 0xff;
	for (i = 0; i <= last; i++) {
		*index = IO_APIC_ENTRIES + 2 * i;
		*data = LVT_MASKED;
	}
}

static void open_window(void *arg)
{
	(void)arg;
	__asm__ volatile("sti; nop; nop; cli");
}

/* What is pending comes out now and not in an entry that opens a window. */
static void drain(const struct apic *apic)
{
	struct vm_fault fault;
	int i;

	for (i = 0; i < MAX_PENDING && vm_try(open_window, NULL, &fault); i++) {
		__asm__ volatile("cli");
		if (apic->on)
			apic_write(apic, APIC_EOI, 0);
	}
}

void setup_quiet(void)
{
	static const uint32_t always[] = { LVT_TIMER, LVT_LINT0, LVT_ERROR };
	struct apic apic = find_apic();
	uint32_t i, last;

	bare_out8(PIC_MASTER, 0xff);
	bare_out8(PIC_SLAVE, 0xff);
	if (apic.on) {
		mask_io_apic();
		/* LINT1 stays: it is how an NMI comes in. */
		last = apic_read(&apic, APIC_VERSION) >> 16 & 0xff;
		for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
			apic_write(&apic, always[i], LVT_MASKED);
		if (last >= 4)
			apic_write(&apic, LVT_PMI, LVT_MASKED);
		if (last >= 5)
			apic_write(&apic, LVT_THERMAL, LVT_MASKED);
		if (last >= 6)
			apic_write(&apic, LVT_CMCI, LVT_MASKED);
	}
	drain(&apic);
}

static void reboot(void)
{
	static const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) no_idt = { 0, 0 };

	bare_out8(0xcf9, 0x06); /* the reset register of PCI chip sets */
	bare_out8(0x64, 0xfe);	/* the keyboard controller's reset line */
	__asm__ volatile("lidt %0; ud2" : : "m"(no_idt));
}

_Noreturn void setup_end(enum bare_end_action action, bool done)
{
	if (action == BARE_DEBUG_EXIT)
		__asm__ volatile(
			"outl %0, %1"
			:
			: "a"(done ? BARE_EXIT_DONE : BARE_EXIT_FAILED),
			  "Nd"((uint16_t)BARE_EXIT_PORT));
	if (action == BARE_REBOOT)
		reboot();
	for (;;)
		__asm__ volatile("cli; hlt");
}
