/* SPDX-License-Identifier: MIT */
/* pmu_event.h: names of events, and what they are to the kernel. */
#ifndef PMU_EVENT_H
#define PMU_EVENT_H

#include <stdio.h>
#include "event.h"

/* Instead of a list: pmu_event_default(). */
#define PMU_EVENT_DEFAULT "default"

/* What went wrong, ready to print, with what to do about it. */
struct pmu_event_error {
	char text[256];
};

/*
 * Read a list "NAME,NAME,{NAME,NAME}": names as libpfm4 has them for the CPU
 * at hand, and its generic ones (cycles, task-clock); braces make a group;
 * "default" is the set that explains the primitives.  On a hybrid CPU it is
 * the PMU of `cpu` that counts.  0 or -EINVAL.
 */
int pmu_event_parse(const char *text, int cpu, struct event_list *list,
		    struct pmu_event_error *err);

/* A list as pmu_event_parse() reads it. */
void pmu_event_text(const struct event_list *list, char *text, size_t bytes);
#define PMU_EVENT_TEXT_BYTES (EVENT_MAX * EVENT_BYTES)

/* The first of these roles' names that this CPU has.  False: none. */
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

/* Print the events of this CPU whose name matches, with their description.
 * Returns how many. */
size_t pmu_event_print(FILE *out, const char *glob);

/*
 * The number of the PMU that CPU has to itself, by the kernel's directory of
 * PMUs; 0 where all CPUs have the same.
 */
uint32_t pmu_event_hybrid(const char *directory, int cpu);

#endif
