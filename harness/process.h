/* SPDX-License-Identifier: MIT */
/* process.h: the cost of an operation, by the clock of whole programs. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include "backend.h"

/*
 * A workload is a program that does one witness's operation over and over and
 * nothing else: `xbench workload NAME ROUNDS CPU`.
 */
struct process_workload {
	uint32_t bench; /* enum xb_bench */
	uint64_t (*run)(uint64_t rounds, const struct xb_world *world);
	const char *text;
};

extern const struct process_workload process_workloads[];
extern const size_t nr_process_workloads;

/* By the benchmark's name, or NULL. */
const struct process_workload *process_find(const char *name);

/* What hyperfine found. */
struct process_result {
	uint64_t ops; /* that the long program did more than the short one */
	double ns;    /* of one, by the CPU time of both: means of all runs */
	/* By the wall clock, lower quartiles: other programs count too. */
	double wall_ns;
};

/*
 * Let hyperfine run the workload with `rounds` + 1 rounds and with 1, `runs`
 * times each; program start and end cancel.  0 or -errno with `err`.
 */
int process_measure(const struct process_workload *workload, uint64_t rounds,
		    unsigned int runs, int cpu, struct process_result *result,
		    struct backend_error *err);

#endif
