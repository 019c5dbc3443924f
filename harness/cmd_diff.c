// SPDX-License-Identifier: MIT
/* cmd_diff.c: `xbench diff`: result files side by side, without a verdict. */
#include "cmd.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_print.h"
#include "options.h"

struct request {
	const struct metric *metric; /* NULL: the default */
	diff_printer *print;
};

static int parse(const struct arguments *arguments, struct request *request)
{
	*request = (struct request){ .print = diff_printer_by_name("text") };
	for (size_t i = 0; i < arguments->nr_options; i++) {
		const struct argument *argument = &arguments->options[i];
		size_t word;

		if (argument->id == OPTION_METRIC) {
			request->metric = metric_by_name(argument->value);
			if (request->metric)
				continue;
			options_say(
				arguments,
				"--metric: there is no \"%s\"; there are %s",
				argument->value, metric_names);
			return EXIT_USAGE;
		}
		if (!options_word(arguments, argument, &word))
			return EXIT_USAGE;
		request->print = diff_printer_by_name(argument->value);
	}
	if (arguments->nr_operands >= 2)
		return EXIT_DONE;
	options_say(arguments,
		    "name two files or more; see xbench diff --help");
	return EXIT_USAGE;
}

static const struct metric *default_metric(const struct side *sides, size_t nr)
{
	const struct metric *metric = NULL;

	for (size_t i = 0; i < nr; i++) {
		metric = metric_default(sides[i].files, sides[i].nr_files, NULL,
					NULL);
		if (metric != metric_by_name("cycles"))
			break;
	}
	return metric;
}

static int show(const struct request *request, struct side *sides, size_t nr)
{
	const struct metric *metric = request->metric;
	struct diff diff = { 0 };
	int rc = 0;
	size_t common;

	if (!metric)
		metric = default_metric(sides, nr);
	for (size_t i = 0; i < nr && !rc; i++)
		rc = side_make(&sides[i], metric);
	if (!rc)
		rc = diff_make(sides, nr, &diff);
	if (!rc)
		rc = request->print(stdout, sides, &diff, metric);
	common = diff.nr_common;
	diff_free(&diff);
	if (rc) {
		fprintf(stderr, "xbench diff: %s\n", strerror(-rc));
		return EXIT_INTERNAL;
	}
	if (!common)
		fprintf(stderr,
			"xbench diff: no row has a value above 0 in all files\n");
	return common ? EXIT_DONE : EXIT_INCOMPLETE;
}

int cmd_diff(const struct arguments *arguments)
{
	struct request request;
	struct side *sides;
	struct csv_error err;
	size_t nr, i;
	int code = parse(arguments, &request);

	if (code)
		return code;
	nr = (size_t)arguments->nr_operands;
	sides = calloc(nr, sizeof(*sides));
	if (!sides) {
		fputs("xbench diff: out of memory\n", stderr);
		return EXIT_INTERNAL;
	}
	for (i = 0; i < nr && !code; i++)
		if (side_read((const char *const *)&arguments->operands[i], 1,
			      &sides[i], &err)) {
			fprintf(stderr, "xbench diff: %s\n", err.text);
			code = EXIT_USAGE;
		}
	if (!code)
		code = show(&request, sides, nr);
	for (i = 0; i < nr; i++)
		side_free(&sides[i]);
	free(sides);
	return code;
}
