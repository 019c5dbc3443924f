// SPDX-License-Identifier: MIT
/* pmu_event.c: names of events, and what they are to the kernel. */
#define _GNU_SOURCE
#include "pmu_event.h"

#include <errno.h>
#include <fnmatch.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"

#define DEVICES "/sys/bus/event_source/devices"

/*
 * In order of preference; what a CPU does not have under any of these names
 * it is not asked for.  The kernel's own names come first where it has one:
 * it knows CPUs that libpfm4 does not.
 */
static const char *const roles[PMU_NR_ROLES][5] = {
	[PMU_CYCLES] = { "perf::cycles" },
	[PMU_INSTRUCTIONS] = { "perf::instructions" },
	[PMU_UOPS] = { "UOPS_RETIRED:SLOTS", "UOPS_RETIRED:RETIRE_SLOTS",
		       "RETIRED_OPS", "RETIRED_UOPS" },
	[PMU_MICROCODE] = { "IDQ:MS_UOPS", "RETIRED_UCODE_OPS" },
	[PMU_CLEARS] = { "MACHINE_CLEARS:COUNT", "RESYNCS" },
	[PMU_INTERRUPTS] = { "HW_INTERRUPTS:RECEIVED", "INTERRUPT_TAKEN" },
	[PMU_SMIS] = { "SMI_RECEIVED" },
};

/* "perf::" is the PMU of the generic names; nobody wants to read it. */
static const char *without_perf(const char *name)
{
	return strncmp(name, "perf::", 6) ? name : name + 6;
}

static bool cpu_in_list(const char *list, int cpu)
{
	char *end;
	long first, last;

	while (*list) {
		first = last = strtol(list, &end, 10);
		if (end == list)
			return false;
		if (*end == '-')
			last = strtol(end + 1, &end, 10);
		if (cpu >= first && cpu <= last)
			return true;
		list = end + (*end != '\0');
	}
	return false;
}

static bool read_line(const char *directory, const char *pmu, const char *name,
		      char *text, int bytes)
{
	char path[512];
	FILE *file;
	bool read;

	snprintf(path, sizeof(path), "%s/%s/%s", directory, pmu, name);
	file = fopen(path, "re");
	read = file && fgets(text, bytes, file);
	if (file)
		fclose(file);
	return read;
}

uint32_t pmu_event_hybrid(const char *directory, int cpu)
{
	static const char *const pmus[] = { "cpu_core", "cpu_atom",
					    "cpu_lowpower" };
	char text[256];
	size_t i;

	for (i = 0; i < sizeof(pmus) / sizeof(pmus[0]); i++)
		if (read_line(directory, pmus[i], "cpus", text, sizeof(text)) &&
		    cpu_in_list(text, cpu) &&
		    read_line(directory, pmus[i], "type", text, sizeof(text)))
			return (uint32_t)strtoul(text, NULL, 10);
	return 0;
}

/* Once: it looks at the CPU. */
static int start_library(void)
{
	static bool started;
	int code = PFM_SUCCESS;

	if (!started)
		code = pfm_initialize();
	started |= code == PFM_SUCCESS;
	return code;
}

static int encode(const char *name, struct perf_event_attr *attr)
{
	pfm_perf_encode_arg_t arg = { .attr = attr, .size = sizeof(arg) };

	*attr = (struct perf_event_attr){ .size = sizeof(*attr) };
	return pfm_get_os_event_encoding(name, PFM_PLM0 | PFM_PLM3,
					 PFM_OS_PERF_EVENT, &arg);
}

/* On a hybrid CPU the kernel has a PMU for each kind of core. */
static void choose_pmu(int cpu, struct event *event)
{
	uint32_t hybrid = pmu_event_hybrid(DEVICES, cpu);

	if (hybrid && event->type == PERF_TYPE_RAW)
		event->type = hybrid;
	else if (event->type == PERF_TYPE_HARDWARE ||
		 event->type == PERF_TYPE_HW_CACHE)
		event->config |= (uint64_t)hybrid << 32;
}

struct event pmu_event_cycles(int cpu)
{
	struct event event = { .column = PMU_EVENT_PREFIX "cycles",
			       .type = PERF_TYPE_HARDWARE,
			       .config = PERF_COUNT_HW_CPU_CYCLES };

	choose_pmu(cpu, &event);
	return event;
}

/* By libpfm4.  0 or its error. */
static int look_up(const char *name, int cpu, struct event *event)
{
	struct perf_event_attr attr;
	int code = start_library();

	if (code == PFM_SUCCESS)
		code = encode(name, &attr);
	if (code != PFM_SUCCESS)
		return code;
	*event = (struct event){
		.type = attr.type,
		.config = attr.config,
		.config1 = attr.config1,
		.config2 = attr.config2,
		.exclude_kernel = attr.exclude_kernel,
		.exclude_user = attr.exclude_user,
	};
	choose_pmu(cpu, event);
	snprintf(event->column, sizeof(event->column), PMU_EVENT_PREFIX "%s",
		 without_perf(name));
	return PFM_SUCCESS;
}

bool pmu_event_of_role(enum pmu_role role, int cpu, struct event *event)
{
	size_t i;

	for (i = 0; roles[role][i]; i++)
		if (look_up(roles[role][i], cpu, event) == PFM_SUCCESS)
			return true;
	return false;
}

/* Call `take` for each event, and each with each of its unit masks. */
static void for_each_name(void (*take)(void *arg, const char *name,
				       const char *text),
			  void *arg)
{
	pfm_pmu_info_t pmu = { .size = sizeof(pmu) };
	pfm_event_info_t event = { .size = sizeof(event) };
	pfm_event_attr_info_t mask = { .size = sizeof(mask) };
	char name[256];
	int p, e, a;

	for (p = PFM_PMU_NONE; p < PFM_PMU_MAX; p++) {
		if (pfm_get_pmu_info(p, &pmu) || !pmu.is_present)
			continue;
		for (e = pmu.first_event; e != -1; e = pfm_get_event_next(e)) {
			if (pfm_get_event_info(e, PFM_OS_PERF_EVENT, &event))
				continue;
			take(arg, event.name, event.desc);
			for (a = 0; a < event.nattrs; a++) {
				if (pfm_get_event_attr_info(
					    e, a, PFM_OS_PERF_EVENT, &mask) ||
				    mask.type != PFM_ATTR_UMASK)
					continue;
				snprintf(name, sizeof(name), "%s:%s",
					 event.name, mask.name);
				take(arg, name, mask.desc);
			}
		}
	}
}

static void try_name(void *arg, const char *name, const char *text)
{
	(void)text;
	nearest_try(arg, name);
}

int pmu_event_find(const char *name, int cpu, struct event *event,
		   struct pmu_event_error *err)
{
	struct nearest nearest = nearest_to(name);
	int code = look_up(name, cpu, event);

	if (code == PFM_SUCCESS)
		return 0;
	if (code == PFM_ERR_NOTFOUND || code == PFM_ERR_ATTR)
		for_each_name(try_name, &nearest);
	snprintf(err->text, sizeof(err->text),
		 "\"%.63s\": %s%s%s%s; `xbench events` shows what there is",
		 name, pfm_strerror(code),
		 nearest.found[0] ? "; did you mean " : "", nearest.found,
		 nearest.found[0] ? "?" : "");
	return -EINVAL;
}

struct printing {
	FILE *out;
	const char *glob;
	size_t nr;
};

/* The kernel's generic events have constants of its header for names and
 * descriptions; each has an alias, which says all. */
#define CONSTANT "PERF_COUNT_"

static void print_name(void *arg, const char *name, const char *text)
{
	struct printing *printing = arg;
	bool generic = !strncmp(text, CONSTANT, strlen(CONSTANT));

	if (fnmatch(printing->glob, name, FNM_CASEFOLD) ||
	    !strncmp(name, CONSTANT, strlen(CONSTANT)))
		return;
	fprintf(printing->out, "%s\n", name);
	if (!generic)
		fprintf(printing->out, "    %s\n", text);
	printing->nr++;
}

size_t pmu_event_print(FILE *out, const char *glob)
{
	struct printing printing = { .out = out, .glob = glob };

	if (start_library() == PFM_SUCCESS)
		for_each_name(print_name, &printing);
	return printing.nr;
}
