/* SPDX-License-Identifier: MIT */
/* cpu.h: which CPU this is, and its time-stamp counter. */
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>
#include <stdint.h>

struct cpu_identity {
	char vendor[16]; /* CPUID leaf 0 */
	char brand[64];
	char slug[64]; /* the brand as a file name: amd-epyc-7b13 */
	int family;    /* displayed: base and extended together */
	int model;
	int stepping;
	char hypervisor[16]; /* CPUID leaf 0x40000000; "none" */
	bool emulated;	     /* ... and it is one that interprets: TCG */
	bool masked;	     /* ... and the brand names no model */
};

/* By libcpuid.  0, or -ENOTSUP if CPUID cannot be read. */
int cpu_identify_here(struct cpu_identity *cpu);

/* Its parts that need no library: hypervisor and emulated; slug, by brand. */
void cpu_find_hypervisor(struct cpu_identity *cpu);
void cpu_make_slug(struct cpu_identity *cpu);

/*
 * Ticks a millisecond, measured against CLOCK_MONOTONIC_RAW for 5 ms; the
 * two clocks are read within 1 us of each other at both ends or the best of
 * many tries is taken, so that the error is below 1e-4.
 */
double cpu_tsc_khz(void);

/*
 * The step of the TSC in ticks: the greatest number that divides 99 % of 4096
 * differences of two reads.  1 or 2 on most CPUs; 26 on a Zen 4 whose TSC
 * counts 2.6 GHz by a 100 MHz clock.  Not all: a hypervisor may put an odd
 * tick between two reads.
 */
uint32_t cpu_tsc_step(void);

#endif
