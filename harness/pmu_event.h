/* SPDX-License-Identifier: MIT */
/* pmu_event.h: names of events, and what they are to the kernel. */
#ifndef PMU_EVENT_H
#define PMU_EVENT_H

#include <stdio.h>
#include "event.h"

/* Of the column that counts it. */
#define PMU_EVENT_PREFIX "pmu:"

/* Instead of a list: the set that explains the primitives. */
#define PMU_EVENT_DEFAULT "default"

/* What went wrong, ready to print, with what to do about it. */
struct pmu_event_error {
	char text[256];
};

/*
 * An event by its name as libpfm4 has it for the CPU at hand, or one of its
 * generic ones (cycles, task-clock); on a hybrid CPU it is the PMU of `cpu`
 * that counts.  Its group is 0.  0 or -EINVAL.
 */
int pmu_event_find(const char *name, int cpu, struct event *event,
		   struct pmu_event_error *err);

/*
 * pmu_list.c: read a list "NAME,NAME,{NAME,NAME}", where braces make a group,
 * or PMU_EVENT_DEFAULT.  0 or -EINVAL.
 */
int pmu_event_parse(const char *text, int cpu, struct event_list *list,
		    struct pmu_event_error *err);

/* A list as pmu_event_parse() reads it. */
void pmu_event_text(const struct event_list *list, char *text, size_t bytes);
#define PMU_EVENT_TEXT_BYTES (EVENT_MAX * EVENT_BYTES)

/* The first of a role's names that this CPU has.  False: it has none. */
enum pmu_role {
	PMU_CYCLES,
	PMU_INSTRUCTIONS,
	PMU_UOPS,
	PMU_MICROCODE, /* micro-ops of the microcode sequencer */
	PMU_CLEARS,    /* the pipeline emptied and begun anew */
	PMU_INTERRUPTS,
	PMU_SMIS, /* not in the default set */
	PMU_NR_ROLES
};
bool pmu_event_of_role(enum pmu_role role, int cpu, struct event *event);

/* Core cycles, without asking libpfm4, which takes some milliseconds. */
struct event pmu_event_cycles(int cpu);

/* Print the events of this CPU whose name matches, with their description.
 * Returns how many. */
size_t pmu_event_print(FILE *out, const char *glob);

/*
 * The number of the PMU that CPU has to itself, by the kernel's directory of
 * PMUs; 0 where all CPUs have the same.
 */
uint32_t pmu_event_hybrid(const char *directory, int cpu);

#endif
