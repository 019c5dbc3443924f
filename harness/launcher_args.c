// SPDX-License-Identifier: MIT
/* launcher_args.c: a plan as arguments of `xbench launch`, and back. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "catalog.h"
#include "launcher.h"
#include "samples.h"

/* seed, launch, cpu, pairs, kHz, backends, modes; events; then names. */
#define FIXED 7
#define NO_EVENTS "-"

void launcher_to_args(const struct plan *plan, struct launcher_args *args)
{
	const struct engine_settings *s = &plan->settings;
	size_t i, n = 0;

	snprintf(args->text[0], sizeof(args->text[0]), "%" PRIu64, s->seed);
	snprintf(args->text[1], sizeof(args->text[1]), "%" PRIu32, s->launch);
	snprintf(args->text[2], sizeof(args->text[2]), "%d", s->cpu);
	snprintf(args->text[3], sizeof(args->text[3]), "%" PRIu32, s->pairs);
	snprintf(args->text[4], sizeof(args->text[4]), "%.17g", s->tsc_khz);
	snprintf(args->text[5], sizeof(args->text[5]), "%" PRIu32,
		 plan->backends);
	snprintf(args->text[6], sizeof(args->text[6]), "%" PRIu32, plan->modes);
	args->argv[n++] = "xbench";
	args->argv[n++] = "launch";
	for (i = 0; i < FIXED; i++)
		args->argv[n++] = args->text[i];
	pmu_event_text(&s->events, args->events, sizeof(args->events));
	args->argv[n++] = s->events.nr ? args->events : NO_EVENTS;
	for (i = 0; i < XB_NR_BENCHES; i++)
		if (plan->selected[i])
			args->argv[n++] = catalog[i].name;
	args->argv[n] = NULL;
}

int launcher_from_args(int argc, char **argv, struct plan *plan)
{
	struct engine_settings *s = &plan->settings;
	struct pmu_event_error err;
	int i;

	memset(plan, 0, sizeof(*plan));
	if (argc < 2 + FIXED)
		return -EINVAL;
	s->seed = strtoull(argv[1], NULL, 10);
	s->launch = (uint32_t)strtoul(argv[2], NULL, 10);
	s->cpu = (int)strtol(argv[3], NULL, 10);
	s->pairs = (uint32_t)strtoul(argv[4], NULL, 10);
	s->tsc_khz = strtod(argv[5], NULL);
	plan->backends = (uint32_t)strtoul(argv[6], NULL, 10);
	plan->modes = (uint32_t)strtoul(argv[7], NULL, 10);
	if (strcmp(argv[1 + FIXED], NO_EVENTS) &&
	    pmu_event_parse(argv[1 + FIXED], s->cpu, &s->events, &err))
		return -EINVAL;
	for (i = 2 + FIXED; i < argc; i++)
		if (!catalog_select(argv[i], plan->selected))
			return -EINVAL;
	return s->pairs && s->pairs <= SAMPLES_MAX && s->tsc_khz > 0 ? 0
								     : -EINVAL;
}
