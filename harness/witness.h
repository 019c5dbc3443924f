/* SPDX-License-Identifier: MIT */
/* witness.h: what ring 3 sees of the kernel's paths, without privilege. */
#ifndef WITNESS_H
#define WITNESS_H

#include "backend.h"
#include "catalog.h"

/*
 * A witness is a catalog line of family `witness`, or `switch` if it gives the
 * CPU away by design, and two functions like those that asm.h makes of a
 * payload: `rounds` times U operations, and twice as many; TSC ticks.  They are
 * called in a launch that is pinned to one CPU.  What fails in one ends in
 * witness_fail(), which the user backend reports as a fault.
 */
#define DECLARE(name, mode)                                                    \
	uint64_t xb_##name##_##mode##_1(uint64_t, const struct xb_world *);    \
	uint64_t xb_##name##_##mode##_2(uint64_t, const struct xb_world *);
#define XB_BENCH(name, family, u, backends, needs, text)                       \
	XB_FOR_MODES_##family(DECLARE, name)
#include <xbench/catalog.h>
#undef XB_BENCH
#undef DECLARE

/* Both, by uint64_t function(uint64_t ops, argument). */
#define WITNESS(name, function, argument)                                      \
	uint64_t xb_##name##_throughput_1(uint64_t rounds,                     \
					  const struct xb_world *world)        \
	{                                                                      \
		(void)world;                                                   \
		return function(rounds * catalog[XB_ID_##name].u, argument);   \
	}                                                                      \
	uint64_t xb_##name##_throughput_2(uint64_t rounds,                     \
					  const struct xb_world *world)        \
	{                                                                      \
		(void)world;                                                   \
		return function(2 * rounds * catalog[XB_ID_##name].u,          \
				argument);                                     \
	}

static inline uint64_t witness_clock(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc; lfence"
			 : "=a"(low), "=d"(high)
			 :
			 : "memory");
	return (uint64_t)high << 32 | low;
}

_Noreturn static inline void witness_fail(void)
{
	__builtin_trap();
}

/*
 * Does this system offer `need`, one bit of XB_OS_NEEDS?  Tried out in a
 * process of its own.  0, or -1 with what failed in `err`.
 */
int witness_try(uint32_t need, struct backend_error *err);

/* witness_kvm.c: one round trip, for witness_try(). */
int witness_try_kvm(struct backend_error *err);

#endif
