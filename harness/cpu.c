// SPDX-License-Identifier: MIT
/* cpu.c: which CPU this is, and its time-stamp counter. */
#include <cpuid.h>
#include <ctype.h>
#include <errno.h>
#include <libcpuid/libcpuid.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>
#include "cpu.h"

static void find_hypervisor(struct cpu_identity *cpu)
{
	unsigned int eax, ebx, ecx, edx;

	snprintf(cpu->hypervisor, sizeof(cpu->hypervisor), "none");
	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & 1u << 31))
		return;
	/* Not __get_cpuid(): it knows no leaf of this range. */
	__cpuid(0x40000000, eax, ebx, ecx, edx);
	memcpy(cpu->hypervisor, &ebx, 4);
	memcpy(cpu->hypervisor + 4, &ecx, 4);
	memcpy(cpu->hypervisor + 8, &edx, 4);
	cpu->hypervisor[12] = 0;
	if (!isprint((unsigned char)cpu->hypervisor[0]))
		snprintf(cpu->hypervisor, sizeof(cpu->hypervisor), "unnamed");
	cpu->emulated = !strcmp(cpu->hypervisor, "TCGTCGTCGTCG");
}

/* Lower case, anything else than letters and digits one hyphen. */
static void make_slug(struct cpu_identity *cpu)
{
	const char *from;
	size_t n = 0;

	for (from = cpu->brand; *from && n + 1 < sizeof(cpu->slug); from++) {
		if (isalnum((unsigned char)*from))
			cpu->slug[n++] = (char)tolower((unsigned char)*from);
		else if (n && cpu->slug[n - 1] != '-')
			cpu->slug[n++] = '-';
	}
	while (n && cpu->slug[n - 1] == '-')
		n--;
	cpu->slug[n] = 0;
	if (!n)
		snprintf(cpu->slug, sizeof(cpu->slug), "unknown-cpu");
}

int cpu_identify_here(struct cpu_identity *cpu)
{
	struct cpu_raw_data_t raw;
	struct cpu_id_t id;

	memset(cpu, 0, sizeof(*cpu));
	if (!cpuid_present() || cpuid_get_raw_data(&raw) < 0 ||
	    cpu_identify(&raw, &id) < 0)
		return -ENOTSUP;
	snprintf(cpu->vendor, sizeof(cpu->vendor), "%s", id.vendor_str);
	snprintf(cpu->brand, sizeof(cpu->brand), "%s", id.brand_str);
	cpu->family = id.ext_family;
	cpu->model = id.ext_model;
	cpu->stepping = id.stepping;
	find_hypervisor(cpu);
	make_slug(cpu);
	cpu->masked = strcmp(cpu->hypervisor, "none") &&
		      !strpbrk(cpu->brand, "0123456789");
	return 0;
}

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
	while (now_ns(CLOCK_MONOTONIC_RAW) - start_ns < 20e6)
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
