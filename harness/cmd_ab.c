// SPDX-License-Identifier: MIT
/* cmd_ab.c: `xbench ab`: two commands in turn, until it is decided. */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "ab.h"
#include "gate_options.h"

static bool take_own(int option, const char *text, struct ab_plan *plan)
{
	char *end;

	errno = 0;
	if (option == OPTION_SEED) {
		plan->seed = strtoull(text, &end, 0);
		if (!errno && *text >= '0' && *text <= '9' && !*end)
			return true;
		fprintf(stderr,
			"xbench ab: --seed: \"%s\" is not a whole number\n",
			text);
		return false;
	}
	plan->spacing = strtod(text, &end);
	if (*text && !*end && plan->spacing >= 0 && plan->spacing <= 3600)
		return true;
	fprintf(stderr,
		"xbench ab: --spacing: \"%s\" is not a number of seconds from 0 to 3600\n",
		text);
	return false;
}

/* The words between the first "--" and the second, and those after it. */
static bool split(char **words, struct ab_plan *plan)
{
	char **second = words;

	while (*second && strcmp(*second, "--") != 0)
		second++;
	if (second == words || !*second || !second[1]) {
		fputs("xbench ab: two commands are needed: xbench ab [options] -- CMD_A -- CMD_B\n",
		      stderr);
		return false;
	}
	*second = NULL;
	plan->commands[0] = words;
	plan->commands[1] = second + 1;
	return true;
}

static bool parse(const struct arguments *arguments,
		  struct gate_options *options, struct ab_plan *plan)
{
	*plan = (struct ab_plan){ .spacing = AB_SPACING };
	if (getrandom(&plan->seed, sizeof(plan->seed), 0) < 0)
		plan->seed = (uint64_t)time(NULL);
	gate_options_begin(options);
	for (size_t i = 0; i < arguments->nr_options; i++) {
		int id = arguments->options[i].id;
		const char *value = arguments->options[i].value;

		if (id == OPTION_SEED || id == OPTION_SPACING) {
			if (!take_own(id, value, plan))
				return false;
		} else if (!gate_options_take(options, "ab", id, value)) {
			return false;
		}
	}
	return split(arguments->operands, plan) &&
	       gate_options_check(options, "ab");
}

static void show_progress(size_t pair, size_t undecided)
{
	if (undecided)
		fprintf(stderr, "\rxbench ab: pair %zu, %zu rows to decide ",
			pair, undecided);
	else
		fprintf(stderr, "\rxbench ab: pair %zu ", pair);
}

int cmd_ab(const struct arguments *arguments)
{
	struct gate_options options;
	struct ab_outcome outcome;
	struct ab_error err;
	struct ab_plan plan;
	int code, rc;

	if (!parse(arguments, &options, &plan))
		return EXIT_USAGE;
	if (plan.spacing < AB_SPACING)
		fprintf(stderr,
			"xbench ab: slots less than %g s apart: what happens to the machine meanwhile may be taken for a change\n",
			AB_SPACING);
	if (isatty(STDERR_FILENO))
		plan.progress = show_progress;
	rc = ab_run(&plan, &options.request, &outcome, &err);
	if (plan.progress)
		fputc('\n', stderr);
	if (rc) {
		fprintf(stderr, "xbench ab: %s\n", err.text);
		return rc == -ECHILD ? EXIT_CANNOT : EXIT_INTERNAL;
	}
	code = outcome.reasons
		       ? gate_options_refuse(&options, "ab", outcome.reasons)
		       : gate_options_print(&options, "ab", &outcome.gate);
	ab_free(&outcome);
	return code;
}
