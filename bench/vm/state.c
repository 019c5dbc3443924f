// SPDX-License-Identifier: MIT
/* state.c: what a payload must leave as it was. */
#include <xbench/x86.h>
#include "vm.h"

#define RFLAGS_ARITHMETIC 0x8d5 /* CF PF AF ZF SF OF */

_Static_assert(XB_NR_STATES <= XB_MAX_PAIRS, "the answer is ticks[0]");

/* Both halves of a gate, folded: any change shows. */
static uint64_t gate(unsigned int vector)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idtr;
	const uint64_t *at;

	__asm__ volatile("sidt %0" : "=m"(idtr));
	at = (const uint64_t *)(uintptr_t)idtr.base + 2 * vector;
	return at[0] ^ (at[1] << 1);
}

void vm_state(uint64_t state[XB_NR_STATES], uint32_t have, uint64_t rflags)
{
#define CR(n)                                                                  \
	__asm__ volatile("mov %%cr" #n ", %0" : "=r"(state[XB_STATE_cr##n]))
	CR(0);
	CR(2);
	CR(3);
	CR(4);
	CR(8);
#undef CR
#define MSR(name, NAME) state[XB_STATE_##name] = vm_rdmsr(XB_MSR_##NAME)
	MSR(efer, EFER);
	MSR(star, STAR);
	MSR(lstar, LSTAR);
	MSR(cstar, CSTAR);
	MSR(sfmask, SFMASK);
	MSR(fs_base, FS_BASE);
	MSR(gs_base, GS_BASE);
	MSR(kernel_gs_base, KERNEL_GS_BASE);
	MSR(sysenter_cs, SYSENTER_CS);
	MSR(sysenter_esp, SYSENTER_ESP);
	MSR(sysenter_eip, SYSENTER_EIP);
	MSR(pat, PAT);
	if (have & XB_NEED_RDTSCP)
		MSR(tsc_aux, TSC_AUX);
	if (have & XB_NEED_SPEC_CTRL)
		MSR(spec_ctrl, SPEC_CTRL);
	if (have & XB_NEED_X2APIC)
		MSR(x2apic_tpr, X2APIC_TPR);
	if (have & XB_NEED_TSC_DEADLINE)
		MSR(tsc_deadline, TSC_DEADLINE);
#undef MSR
	state[XB_STATE_rflags] = rflags & ~(uint64_t)RFLAGS_ARITHMETIC;
	state[XB_STATE_idt_bp] = gate(XB_VECTOR_BP);
	state[XB_STATE_idt_ud] = gate(XB_VECTOR_UD);
	state[XB_STATE_idt_pf] = gate(XB_VECTOR_PF);
	state[XB_STATE_idt_int] = gate(XB_VECTOR_INT);
	state[XB_STATE_idt_self_ipi] = gate(XB_VECTOR_SELF_IPI);
}
