// SPDX-License-Identifier: MIT
/* quiet_cpu.c: which CPU has the least to do. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "sysstate.h"

/*
 * The shortest in which a busy loop shows for certain: /proc/stat counts in
 * steps of 10 ms, most kernels by a tick of 1 to 10 ms.
 */
#define WATCH_NS 20000000

static int64_t before[CPU_SETSIZE];
static struct timespec end; /* of the watch */
static bool watching;

/*
 * Steps not idle less steps idle of each CPU; 0 for those without a line.
 * Each alone says little in so short a time: half a load is one step.
 */
static void read_load(int64_t load[CPU_SETSIZE])
{
	FILE *file = fopen("/proc/stat", "re");
	long long user, nice, system, idle, iowait, irq, soft, steal;
	char line[512];
	int cpu;

	memset(load, 0, CPU_SETSIZE * sizeof(*load));
	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line,
			   "cpu%d %lld %lld %lld %lld %lld %lld %lld %lld",
			   &cpu, &user, &nice, &system, &idle, &iowait, &irq,
			   &soft, &steal) == 9 &&
		    cpu >= 0 && cpu < CPU_SETSIZE)
			load[cpu] = user + nice + system + irq + soft + steal -
				    idle - iowait;
	fclose(file);
}

void sysstate_watch_cpus(void)
{
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_nsec += WATCH_NS;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	read_load(before);
	watching = true;
}

int sysstate_quiet_cpu(void)
{
	static int64_t after[CPU_SETSIZE];
	int64_t least = INT64_MAX;
	int cpu, best = -ENODEV;
	cpu_set_t allowed;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return -errno;
	if (!watching)
		sysstate_watch_cpus();
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
	read_load(after);
	watching = false;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed) &&
		    after[cpu] - before[cpu] <= least) {
			least = after[cpu] - before[cpu];
			best = cpu;
		}
	return best;
}
