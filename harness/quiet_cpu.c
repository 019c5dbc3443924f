// SPDX-License-Identifier: MIT
/* quiet_cpu.c: which CPU has the least to do. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "sysstate.h"

#define WATCH_NS 100000000

/* Jiffies not idle of each CPU; those without a line keep UINT64_MAX. */
static int read_busy(uint64_t busy[CPU_SETSIZE])
{
	FILE *file = fopen("/proc/stat", "re");
	unsigned long long user, nice, system, idle, iowait, irq, soft, steal;
	char line[512];
	int cpu;

	memset(busy, 0xff, CPU_SETSIZE * sizeof(*busy));
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line,
			   "cpu%d %llu %llu %llu %llu %llu %llu %llu %llu",
			   &cpu, &user, &nice, &system, &idle, &iowait, &irq,
			   &soft, &steal) == 9 &&
		    cpu >= 0 && cpu < CPU_SETSIZE)
			busy[cpu] = user + nice + system + irq + soft + steal;
	fclose(file);
	return 0;
}

int sysstate_quiet_cpu(void)
{
	static uint64_t before[CPU_SETSIZE], after[CPU_SETSIZE];
	struct timespec watch = { .tv_nsec = WATCH_NS };
	uint64_t least = UINT64_MAX;
	int cpu, best = -ENODEV;
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -errno;
	read_busy(before);
	nanosleep(&watch, NULL);
	read_busy(after);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed) &&
		    after[cpu] - before[cpu] <= least) {
			least = after[cpu] - before[cpu];
			best = cpu;
		}
	return best;
}
