// SPDX-License-Identifier: MIT
/* cpu_tsc.c: the time-stamp counter's rate and step. */
#include <time.h>
#include <x86intrin.h>
#include "cpu.h"

#define WATCH_NS 5000000

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
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
		t = now_ns();
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
	const struct timespec watch = { .tv_nsec = WATCH_NS };
	uint64_t start_ticks = 0, end_ticks = 0;
	double start_ns = 0, end_ns = 0;

	/* Asleep: sysstate_quiet_cpu() may be watching this CPU. */
	read_both(&start_ticks, &start_ns);
	nanosleep(&watch, NULL);
	read_both(&end_ticks, &end_ns);
	return (double)(end_ticks - start_ticks) / (end_ns - start_ns) * 1e6;
}

uint32_t cpu_tsc_step(void)
{
	enum {
		READS = 4096,
		MAX_ODD = READS - READS / 100 * 99,
		MAX_STEP = 256
	};
	static uint64_t ticks[READS];
	volatile int work;
	uint32_t step;
	uint64_t start;
	int i, odd;

	for (i = 0; i < READS; i++) {
		/* Two reads at one time of the counter differ by 1 even where
		 * the step is more, so that it never stands still. */
		for (work = 0; work < 64; work++)
			;
		start = __rdtsc();
		/* Of varying length, or one difference would be all. */
		for (work = 0; work < i % 64; work++)
			;
		ticks[i] = __rdtsc() - start;
	}
	for (step = MAX_STEP; step > 1; step--) {
		for (i = odd = 0; i < READS && odd <= MAX_ODD; i++)
			odd += ticks[i] % step != 0;
		if (odd <= MAX_ODD)
			break;
	}
	return step;
}
