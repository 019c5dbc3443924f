// SPDX-License-Identifier: MIT
/* cmd_events.c: `events`: what this CPU can count. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cmd.h"
#include "options.h"
#include "pmu_event.h"
#include "prose.h"
#include "terminal.h"

static void print_default(FILE *out)
{
	char text[PMU_EVENT_TEXT_BYTES];
	struct pmu_event_error err;
	struct event_list list;

	if (pmu_event_parse(PMU_EVENT_DEFAULT, 0, &list, &err))
		return;
	pmu_event_text(&list, text, sizeof(text));
	fprintf(out, "--events " PMU_EVENT_DEFAULT "\n    %s\n", text);
}

/* Written to memory first: one place wraps all prose. */
int cmd_events(const struct arguments *arguments)
{
	bool all = !arguments->nr_operands;
	char *text = NULL;
	size_t bytes, nr;
	FILE *out;

	if (arguments->nr_operands > 1) {
		options_say(arguments, "it takes one pattern: quote it");
		return EXIT_USAGE;
	}
	out = open_memstream(&text, &bytes);
	if (!out) {
		options_say(arguments, "%s", strerror(errno));
		return EXIT_CANNOT;
	}
	if (all)
		print_default(out);
	nr = pmu_event_print(out, all ? "*" : arguments->operands[0]);
	fclose(out);
	prose_print(stdout, terminal_width(stdout), text);
	free(text);
	if (!nr && !all) {
		options_say(
			arguments,
			"no event of this CPU is named \"%s\"; without a pattern it shows all",
			arguments->operands[0]);
		return EXIT_USAGE;
	}
	if (fflush(stdout)) {
		options_say(arguments, "standard output: %s", strerror(errno));
		return EXIT_CANNOT;
	}
	return EXIT_DONE;
}
