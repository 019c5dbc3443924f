// SPDX-License-Identifier: MIT
/* witness_syscall.c: system calls that do next to nothing. */
#include <asm/prctl.h>
#include <sys/syscall.h>
#include "witness.h"

#define GETPPID_32 64 /* of the 32-bit table, which INT 0x80 uses */

static inline long call(long number, long a, long b)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b)
			 : "rcx", "r11", "memory");
	return result;
}

static uint64_t getppid_64(uint64_t ops, int unused)
{
	uint64_t start = witness_clock();

	(void)unused;
	while (ops--)
		call(SYS_getppid, 0, 0);
	return witness_clock() - start;
}

static uint64_t getppid_32(uint64_t ops, int unused)
{
	uint64_t start = witness_clock();
	long result;

	(void)unused;
	while (ops--)
		__asm__ volatile("int $0x80"
				 : "=a"(result)
				 : "a"(GETPPID_32)
				 : "r8", "r9", "r10", "r11", "memory");
	return witness_clock() - start;
}

/* A base is set to what it is: a thread library lives on one of them. */
static uint64_t prctl_base(uint64_t ops, int what)
{
	int get = what == ARCH_SET_FS ? ARCH_GET_FS : ARCH_GET_GS;
	uint64_t start;
	long base = 0;

	if (call(SYS_arch_prctl, get, (long)&base))
		witness_fail();
	start = witness_clock();
	while (ops--)
		if (call(SYS_arch_prctl, what,
			 what == get ? (long)&base : base))
			witness_fail();
	return witness_clock() - start;
}

WITNESS(getppid_syscall, getppid_64, 0)
WITNESS(getppid_int80, getppid_32, 0)
WITNESS(prctl_set_gs, prctl_base, ARCH_SET_GS)
WITNESS(prctl_get_gs, prctl_base, ARCH_GET_GS)
WITNESS(prctl_set_fs, prctl_base, ARCH_SET_FS)
