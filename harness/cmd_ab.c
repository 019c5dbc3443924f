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

static const char usage[] =
	"usage: xbench ab [options] -- CMD_A -- CMD_B\n"
	"\n"
	"Measure two things that can both be run now in pairs, A first or B first by\n"
	"chance, and judge each row: PASS, FAIL, INCONCLUSIVE or MISSING.  There are looks\n"
	"at 24, 48, 96 and 160 pairs; it ends when every row is decided.\n"
	"\n"
	"A command is one launch: it writes a result file on its standard output and\n"
	"exits 0, or 4 if rows failed.  For example, two builds:\n"
	"\n"
	"  xbench ab -- old/xbench run '*gsbase' --launches 1 --output - \\\n"
	"            -- new/xbench run '*gsbase' --launches 1 --output -\n"
	"\n"
	"  --spacing SECONDS     between the starts of slots, 10 up to each look (default 5;\n"
	"                        less is for trying things out)\n"
	"  --seed N              of the order in pairs (default: random)\n";

static const char usage_codes[] =
	"\n"
	"Exit code: 0 all PASS; 1 a FAIL; 2 usage; 3 a command failed; 4 no FAIL, but\n"
	"INCONCLUSIVE or MISSING rows; 5 not comparable.\n";

enum {
	OPTION_SPACING = GATE_OPTION_OWN,
	OPTION_SEED
};

static const struct option long_options[] = {
	GATE_OPTIONS,
	{ "spacing", required_argument, NULL, OPTION_SPACING },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ NULL, 0, NULL, 0 },
};

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

static bool parse(int argc, char **argv, struct gate_options *options,
		  struct ab_plan *plan)
{
	int option;

	*plan = (struct ab_plan){ .spacing = AB_SPACING };
	if (getrandom(&plan->seed, sizeof(plan->seed), 0) < 0)
		plan->seed = (uint64_t)time(NULL);
	gate_options_begin(options);
	optind = 0;
	while ((option = getopt_long(argc, argv, "+", long_options, NULL)) !=
	       -1) {
		if (option >= GATE_OPTION_OWN) {
			if (!take_own(option, optarg, plan))
				return false;
		} else if (!gate_options_take(options, "ab", option, optarg)) {
			return false;
		}
	}
	return options->help || (split(argv + optind, plan) &&
				 gate_options_check(options, "ab"));
}

static void show_progress(size_t pair, size_t undecided)
{
	if (undecided)
		fprintf(stderr, "\rxbench ab: pair %zu, %zu rows to decide ",
			pair, undecided);
	else
		fprintf(stderr, "\rxbench ab: pair %zu ", pair);
}

int cmd_ab(int argc, char **argv)
{
	struct gate_options options;
	struct ab_outcome outcome;
	struct ab_error err;
	struct ab_plan plan;
	int code, rc;

	if (!parse(argc, argv, &options, &plan))
		return EXIT_USAGE;
	if (options.help) {
		fputs(usage, stdout);
		fputs(gate_options_help, stdout);
		fputs(usage_codes, stdout);
		return EXIT_DONE;
	}
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
