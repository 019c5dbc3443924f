// SPDX-License-Identifier: MIT
/* cpu_tsc.c: the time-stamp counter's rate and step. */
#include <time.h>
#include <x86intrin.h>
#include "cpu.h"

static double now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Both clocks at one moment: the closest of some reads. */
static void read_both(uint64_t *ticks, double *ns)
{
	uint64_t before, after, best = UINT64_MAX;
	double t;
	int i;

	for (i = 0; i < 50; i++) {
		before = __rdtsc();
		t = now_ns(CLOCK_MONOTONIC_RAW);
		after = __rdtsc();
		if (after - before >= best)
			continue;
		best = after - before;
		*ticks = before + best / 2;
		*ns = t;
	}
}

double cpu_tsc_khz(void)
{
	uint64_t start_ticks, end_ticks;
	double start_ns, end_ns;

	read_both(&start_ticks, &start_ns);
	while (now_ns(CLOCK_MONOTONIC_RAW) - start_ns < 5e6)
		;
	read_both(&end_ticks, &end_ns);
	return (double)(end_ticks - start_ticks) / (end_ns - start_ns) * 1e6;
}

uint32_t cpu_tsc_step(void)
{
	enum {
		READS = 4096,
		MAX_STEP = 256
	};
	uint32_t divisible[MAX_STEP + 1] = { 0 }, step;
	volatile int work;
	uint64_t start, ticks;
	int i;

	for (i = 0; i < READS; i++) {
		start = __rdtsc();
		/* Of varying length, or one difference would be all. */
		for (work = 0; work < i % 64; work++)
			;
		ticks = __rdtsc() - start;
		for (step = 1; step <= MAX_STEP; step++)
			divisible[step] += ticks % step == 0;
	}
	for (step = MAX_STEP; step > 1; step--)
		if (divisible[step] >= READS / 100 * 99)
			break;
	return step;
}
