// SPDX-License-Identifier: MIT
/* witness_fault.c: exceptions of ring 3, as a program sees them. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include "witness.h"

#define PAGE 4096
#define UD2_BYTES 2

/* The first touch of pages that the kernel has yet to find. */
static uint64_t touch_pages(uint64_t ops, int unused)
{
	size_t bytes = ops * PAGE, at;
	volatile char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint64_t start, ticks;

	(void)unused;
	/* One page, one fault. */
	if (pages == MAP_FAILED ||
	    (madvise((void *)pages, bytes, MADV_NOHUGEPAGE) && bytes > 1 << 20))
		witness_fail();
	start = witness_clock();
	for (at = 0; at < bytes; at += PAGE)
		pages[at] = 1;
	ticks = witness_clock() - start;
	munmap((void *)pages, bytes);
	return ticks;
}

static void step_over(int number, siginfo_t *info, void *context)
{
	(void)info;
	/* INT3 has been executed, UD2 has not. */
	if (number == SIGILL)
		((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] +=
			UD2_BYTES;
}

static uint64_t raise_signals(uint64_t ops, int number)
{
	struct sigaction action = { .sa_sigaction = step_over,
				    .sa_flags = SA_SIGINFO };
	struct sigaction old;
	uint64_t start;

	if (sigaction(number, &action, &old))
		witness_fail();
	start = witness_clock();
	while (ops--) {
		if (number == SIGTRAP)
			__asm__ volatile("int3" ::: "memory");
		else
			__asm__ volatile("ud2" ::: "memory");
	}
	start = witness_clock() - start;
	sigaction(number, &old, NULL);
	return start;
}

WITNESS(page_fault_minor, touch_pages, 0)
WITNESS(signal_bp, raise_signals, SIGTRAP)
WITNESS(signal_ud, raise_signals, SIGILL)
