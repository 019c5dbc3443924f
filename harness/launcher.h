/* SPDX-License-Identifier: MIT */
/* launcher.h: launches as fresh processes, and what to do about them. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include "csv.h"
#include "engine.h"
#include "pmu_event.h"
#include "sysstate.h"

/* What the user asked for. */
struct plan {
	unsigned char selected[XB_NR_BENCHES];
	uint32_t backends; /* XB_ON_* */
	uint32_t modes;	   /* 1 << XB_MODE_* */
	uint32_t launches; /* of a batch */
	uint32_t batches;
	double spacing; /* seconds from the start of one batch to the next */
	struct engine_settings settings;
};

/* How it went: series by status, over all launches that ended. */
struct tally {
	size_t by_status[ENGINE_NR_STATUSES];
	uint32_t launches; /* that ended */
	bool interrupted;  /* by SIGINT, SIGTERM or SIGHUP */
};

/*
 * Run the plan: each launch is this program again, in a process of its own.
 * Appends one row per series and launch to `file`; a launch that dies leaves
 * its missing series as rows with status error.  An interrupted launch leaves
 * none, and the preamble says so.  The three signals stay blocked, so that
 * what was measured can be saved.  0 or -errno of what the system refused
 * (`err` says what).
 */
int launcher_run(const struct plan *plan, const struct sysstate *state,
		 struct csv_file *file, struct tally *tally,
		 struct backend_error *err);

/* The other side, `xbench launch`: the plan as arguments, and back. */
#define LAUNCHER_MAX_ARGS (17 + XB_NR_BENCHES)
struct launcher_args {
	char text[8][32];
	char events[PMU_EVENT_TEXT_BYTES];
	const char *argv[LAUNCHER_MAX_ARGS];
};
void launcher_to_args(const struct plan *plan, struct launcher_args *args);
int launcher_from_args(int argc, char **argv, struct plan *plan);

#endif
