/* SPDX-License-Identifier: MIT */
/* doctor.h: what `doctor` looks at, and how it tells it. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "backend.h"
#include "csv.h"
#include "sysstate.h"

/* From best to worst. */
enum doctor_verdict {
	DOCTOR_OK,
	DOCTOR_NOTE,	/* a fact to know; nothing to mend */
	DOCTOR_CAUTION, /* figures are worse for it, and flagged */
	DOCTOR_BAD,	/* figures would be wrong */
	DOCTOR_NR_VERDICTS
};

struct doctor {
	struct sysstate state;
	struct csv_file env; /* the preamble */
	int cpu;	     /* that is measured on */
	bool interrupted;
	size_t count[DOCTOR_NR_VERDICTS];
};

/*
 * Print one finding: a name, what was found, what it means for the numbers,
 * and the command that mends it (NULL: none does).
 */
void doctor_tell(struct doctor *doctor, enum doctor_verdict verdict,
		 const char *name, const char *found, const char *meaning,
		 const char *mend);

/* A heading between findings. */
void doctor_section(const char *title);

/* The parts.  False: it could not be done at all, and was said on stderr. */
bool doctor_answers(struct doctor *doctor);
void doctor_machine(struct doctor *doctor);
void doctor_pmu(struct doctor *doctor);
bool doctor_kvm(struct doctor *doctor);
void doctor_kmod(struct doctor *doctor);

/* Try out what the benchmarks of a ring-0 backend need; it is open. */
void doctor_probes(struct doctor *doctor, const struct backend *backend);

/*
 * Measure `names` (NULL-terminated) back to back in one backend, as `run`
 * would, and append the rows to `file`.
 */
bool doctor_measure(struct doctor *doctor, const char *const *names,
		    uint32_t backend, uint32_t launches, struct csv_file *file);

#endif
