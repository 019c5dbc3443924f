// SPDX-License-Identifier: GPL-2.0 OR MIT
/* probe.c: does this CPU, under this kernel, do what a benchmark will do? */
#include <linux/bits.h>
#include <linux/sched.h>
#include <asm/asm.h>
#include <asm/special_insns.h>
#include "compat.h"
#include "kmod.h"
#include "trip.h"

/* Any canonical addresses of the user's half that tell two values apart. */
#define PATTERN_A 0x0000123456789abcull
#define PATTERN_B 0x00007654321fedc0ull
#define NOT_CANONICAL 0x8000000000000000ull

struct regs {
	u64 a, b, c, d;
};

/* True if `instruction` did not fault; RAX to RDX go in and out. */
#define TRY(instruction, regs, fault)                                          \
	({                                                                     \
		u64 vector_, rip_;                                             \
		asm volatile("lea 1f(%%rip), %[rip]\n"                         \
			     "1:\t" instruction "\n\t"                         \
			     "xor %k[vector], %k[vector]\n\t"                  \
			     "jmp 3f\n"                                        \
			     "2:\tmov %%rax, %[vector]\n"                      \
			     "3:\n" _ASM_EXTABLE_FAULT(1b, 2b)                 \
			     : [vector] "=&r"(vector_), [rip] "=&r"(rip_),     \
			       "+a"((regs)->a), "+b"((regs)->b),               \
			       "+c"((regs)->c), "+d"((regs)->d)                \
			     :                                                 \
			     : "memory");                                      \
		tell(fault, vector_, rip_);                                    \
	})

static bool tell(struct kmod_fault *fault, u64 vector, u64 rip)
{
	if (vector && fault)
		*fault = (struct kmod_fault){ (u32)vector, rip };
	return !vector;
}

bool try_rdmsr(u32 number, u64 *value, struct kmod_fault *fault)
{
	struct regs r = { .c = number };

	if (!TRY("rdmsr", &r, fault))
		return false;
	*value = r.d << 32 | (u32)r.a;
	return true;
}

bool try_wrmsr(u32 number, u64 value, struct kmod_fault *fault)
{
	struct regs r = { .a = (u32)value, .c = number, .d = value >> 32 };

	return TRY("wrmsr", &r, fault);
}

bool try_rdpmc(u32 counter, struct kmod_fault *fault)
{
	struct regs r = { .c = counter };

	return TRY("rdpmc", &r, fault);
}

/* Of #GP, because the kernel looks for its own BUG() behind a #UD. */
static bool fault_comes_back(void)
{
	struct regs r = { .b = NOT_CANONICAL };
	struct kmod_fault fault;

	return !TRY("mov (%%rbx), %%rcx", &r, &fault) && fault.vector == 13;
}

static bool msr_reads_back(void)
{
	u64 old, value;
	bool ok;

	if (!try_rdmsr(XB_MSR_KERNEL_GS_BASE, &old, NULL) ||
	    !try_wrmsr(XB_MSR_KERNEL_GS_BASE, PATTERN_A, NULL))
		return false;
	ok = vm_rdmsr(XB_MSR_KERNEL_GS_BASE) == PATTERN_A;
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, PATTERN_B);
	ok &= vm_rdmsr(XB_MSR_KERNEL_GS_BASE) == PATTERN_B;
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, old);
	value = vm_rdmsr(XB_MSR_KERNEL_GS_BASE);
	return ok && value == old;
}

/* What GS is between the two is read by number, not used. */
static bool swapgs_exchanges(void)
{
	u64 gs = vm_rdmsr(XB_MSR_GS_BASE), old;
	struct regs r = { .c = XB_MSR_GS_BASE };
	bool ok;

	old = vm_rdmsr(XB_MSR_KERNEL_GS_BASE);
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, PATTERN_A);
	ok = TRY("swapgs\n\trdmsr\n\tswapgs", &r, NULL);
	ok = ok && (r.d << 32 | (u32)r.a) == PATTERN_A &&
	     vm_rdmsr(XB_MSR_GS_BASE) == gs;
	vm_wrmsr(XB_MSR_KERNEL_GS_BASE, old);
	return ok;
}

static bool lstar_to(const char *entry, u64 old[2])
{
	if (!try_rdmsr(XB_MSR_LSTAR, &old[0], NULL) ||
	    !try_rdmsr(XB_MSR_SFMASK, &old[1], NULL) ||
	    !try_wrmsr(XB_MSR_SFMASK, XB_SFMASK_LINUX, NULL))
		return false;
	return try_wrmsr(XB_MSR_LSTAR, (uintptr_t)entry, NULL);
}

static void lstar_back(const u64 old[2])
{
	vm_wrmsr(XB_MSR_LSTAR, old[0]);
	vm_wrmsr(XB_MSR_SFMASK, old[1]);
}

static bool syscall_comes_back(void)
{
	u64 old[2];
	bool ok;

	if (!lstar_to(vm_syscall_entry, old))
		return false;
	ok = vm_syscall_self();
	lstar_back(old);
	return ok;
}

static bool ring3_and_back(struct ring3 *ring3, bool by_sysret)
{
	const struct ring3_job job = { .by_sysret = by_sysret };
	u64 old[2], selectors;
	bool ok;

	if (!lstar_to(vm_trip_entry, old))
		return false;
	ok = ring3_do(ring3, &job, &selectors);
	lstar_back(old);
	return ok && selectors == (XB_KERNEL_CS << 16 | XB_USER_CS);
}

/* Where a try would not come back as a fault. */
u32 probe_refusal(u32 need)
{
	const u32 rings = XB_NEED_IRET | XB_NEED_SYSRET;

	if (need & (rings | XB_NEED_SYSCALL | XB_NEED_SWAPGS) &&
	    __read_cr4() & BIT(XB_CR4_FRED_BIT))
		return XB_REFUSED_FRED;
	if (need & rings && compat_shadow_stack())
		return XB_REFUSED_SHADOW_STACK;
	return 0;
}

bool probe_need(u32 need, struct ring3 *ring3)
{
	switch (need) {
	case XB_NEED_FAULT:
		return fault_comes_back();
	case XB_NEED_MSR:
		return msr_reads_back();
	case XB_NEED_SWAPGS:
		return swapgs_exchanges();
	case XB_NEED_IF:
		return vm_if_changes();
	case XB_NEED_IRET_SELF:
		return vm_iret_self();
	case XB_NEED_SYSCALL:
		return syscall_comes_back();
	case XB_NEED_IRET:
		return ring3_and_back(ring3, false);
	case XB_NEED_SYSRET:
		return ring3_and_back(ring3, true);
	}
	return false;
}

/* The MSRs that a payload uses, by bit; from xb_payload. */
#define XB_BENCH(name, family, u, backends, needs, text)                       \
	extern const u32 xb_msrs_##name;
#include <xbench/catalog.h>
#undef XB_BENCH

static u32 msrs_of(u32 bench)
{
	switch (bench) {
#define XB_BENCH(name, family, u, backends, needs, text)                       \
	case XB_ID_##name:                                                     \
		return (backends)&XB_ON_KMOD ? xb_msrs_##name : 0;
#include <xbench/catalog.h>
#undef XB_BENCH
	}
	return 0;
}

u32 bench_needs(u32 bench)
{
	/* FRED's handlers expect the kernel's GS in ring 0, as after SWAPGS. */
	if (bench == XB_ID_mov_gs_sel)
		return XB_NEED_FSGSBASE | XB_NEED_SWAPGS;
	switch (bench) {
#define XB_BENCH(name, family, u, backends, needs, text)                       \
	case XB_ID_##name:                                                     \
		return (backends)&XB_ON_KMOD ? (needs) : 0;
#include <xbench/catalog.h>
#undef XB_BENCH
	}
	return 0;
}

/* Its own value; PRED_CMD has none and takes the command. */
static bool try_msr(u32 bit, struct kmod_fault *fault)
{
	u32 number = msr_number(bit);
	u64 value = 1;

	if (bit != XB_MSR_PRED_CMD_BIT && !try_rdmsr(number, &value, fault))
		return false;
	if (!((STATE_MSRS | 1u << XB_MSR_PRED_CMD_BIT) & 1u << bit))
		return true; /* the menu only reads it */
	return try_wrmsr(number, value, fault);
}

/* The instruction that a need stands for, to no effect. */
static bool try_need(u32 need, struct kmod_fault *fault)
{
	u64 invpcid[2] = { 0, (uintptr_t)invpcid };
	struct regs r = { .c = 0 };
	u64 value;
	bool ok;

	switch (need) {
	case XB_NEED_FSGSBASE:
		return TRY("rdgsbase %%rax\n\twrgsbase %%rax", &r, fault);
	case XB_NEED_SERIALIZE:
		return TRY(".byte 0x0f, 0x01, 0xe8", &r, fault);
	case XB_NEED_RDTSCP:
		return TRY("rdtscp", &r, fault);
	case XB_NEED_RDPID:
		return TRY("rdpid %%rax", &r, fault);
	case XB_NEED_PMU:
		return try_rdpmc(0, fault);
	case XB_NEED_INVPCID:
		r.b = (uintptr_t)invpcid;
		return TRY("invpcid (%%rbx), %%rcx", &r, fault);
	case XB_NEED_WRMSRNS: /* WRMSRNS */
		value = vm_rdmsr(XB_MSR_KERNEL_GS_BASE);
		r = (struct regs){ .a = (u32)value,
				   .c = XB_MSR_KERNEL_GS_BASE,
				   .d = value >> 32 };
		return TRY(".byte 0x0f, 0x01, 0xc6", &r, fault);
	case XB_NEED_LKGS: /* LKGS BX, whose base goes to KERNEL_GS_BASE */
		value = vm_rdmsr(XB_MSR_KERNEL_GS_BASE);
		asm volatile("mov %%gs, %k0" : "=r"(r.b));
		ok = TRY(".byte 0xf2, 0x0f, 0x00, 0xf3", &r, fault);
		vm_wrmsr(XB_MSR_KERNEL_GS_BASE, value);
		return ok;
	}
	return true;
}

bool probe_operands(u32 bench, struct kmod_fault *fault)
{
	u32 needs = bench_needs(bench), msrs = msrs_of(bench), i;

	for (i = 0; i < 32; i++) {
		if (needs & 1u << i && !try_need(1u << i, fault))
			return false;
		if (msrs & 1u << i && !try_msr(i, fault))
			return false;
	}
	return true;
}
