// SPDX-License-Identifier: GPL-2.0 OR MIT
/* state.c: what a chunk must leave as it was. */
#include <linux/types.h>
#include "kmod.h"
#include "trip.h"

static const struct {
	u32 number;
	const char *name;
} msrs[] = {
#define X(name, number) { number, #name },
	XB_MSRS(X)
#undef X
};

#define NR_MSRS (sizeof(msrs) / sizeof(msrs[0]))
_Static_assert(NR_MSRS <= 32, "a bit each");

u32 msr_number(u32 bit)
{
	return msrs[bit].number;
}

#define READ(name, value) asm volatile("mov %%" #name ", %0" : "=r"(value))
#define WRITE(name, value)                                                     \
	asm volatile("mov %0, %%" #name : : "r"(value) : "memory")

u32 state_present(void)
{
	u32 have = 0, i;
	u64 value;

	for (i = 0; i < NR_MSRS; i++)
		if (STATE_MSRS & 1u << i &&
		    try_rdmsr(msrs[i].number, &value, NULL))
			have |= 1u << i;
	return have;
}

void state_save(struct cpu_state *state)
{
	u32 i;

	READ(cr0, state->cr0);
	READ(cr3, state->cr3);
	READ(cr4, state->cr4);
	READ(cr8, state->cr8);
	READ(dr7, state->dr7);
	for (i = 0; i < NR_MSRS; i++)
		if (state->have & 1u << i)
			state->msrs[i] = vm_rdmsr(msrs[i].number);
}

const char *state_restore(const struct cpu_state *state)
{
	const char *differs = NULL;
	u64 value;
	u32 i;

#define RESTORE(name)                                                          \
	do {                                                                   \
		READ(name, value);                                             \
		if (value != state->name) {                                    \
			WRITE(name, state->name);                              \
			differs = #name;                                       \
		}                                                              \
	} while (0)
	RESTORE(cr0);
	RESTORE(cr3);
	RESTORE(cr4);
	RESTORE(cr8);
	RESTORE(dr7);
#undef RESTORE
	for (i = 0; i < NR_MSRS; i++) {
		if (!(state->have & 1u << i))
			continue;
		value = vm_rdmsr(msrs[i].number);
		if (value != state->msrs[i]) {
			vm_wrmsr(msrs[i].number, state->msrs[i]);
			differs = msrs[i].name;
		}
	}
	return differs;
}
