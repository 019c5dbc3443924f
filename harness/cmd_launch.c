// SPDX-License-Identifier: MIT
/* cmd_launch.c: one launch, in the process that was started for it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "cmd.h"
#include "launcher.h"
#include "pmu_counter.h"

static int emit(const struct engine_record *record, void *arg)
{
	const char *at = (const char *)record;
	size_t left = sizeof(*record);
	ssize_t n;

	(void)arg;
	while (left) {
		n = write(STDOUT_FILENO, at, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		left -= (size_t)n;
	}
	return 0;
}

/* The CPU went away since the parent looked: every series says so. */
static void refuse_all(const struct engine_item *items, size_t n, int cpu)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct engine_record record = engine_empty_record(&items[i]);

		record.status = ENGINE_ERROR;
		snprintf(record.reason, sizeof(record.reason),
			 "CPU %d cannot be used: did it go off line?", cpu);
		if (emit(&record, NULL))
			return;
	}
}

int cmd_launch(int argc, char **argv)
{
	struct engine_item *items;
	struct plan plan;
	size_t n;
	int result;

	/* Nobody reads the records of a launch whose parent is gone. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (launcher_from_args(argc, argv, &plan)) {
		fprintf(stderr,
			"xbench: `launch` is how `run` starts itself; use `run`\n");
		return EXIT_USAGE;
	}
	n = engine_plan(plan.selected, plan.backends, plan.modes, NULL);
	items = calloc(n ? n : 1, sizeof(*items));
	if (!items)
		return EXIT_INTERNAL;
	engine_plan(plan.selected, plan.backends, plan.modes, items);
	/* On that CPU, because those of a hybrid machine count differently. */
	if (!engine_pin(plan.settings.cpu))
		pmu_counter_watch(plan.settings.cpu, plan.settings.watch);
	/* Page faults later would fall into samples; a limit is no error. */
	mlockall(MCL_CURRENT);
	result = engine_launch(&plan.settings, items, n, emit, NULL);
	if (result == -ENODEV)
		refuse_all(items, n, plan.settings.cpu);
	free(items);
	return result ? EXIT_CANNOT : EXIT_DONE;
}
