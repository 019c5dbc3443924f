// SPDX-License-Identifier: MIT
/* cmd_diff.c: `xbench diff`: result files side by side, without a verdict. */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff_print.h"

static const char usage[] =
	"usage: xbench diff [options] A.csv B.csv [C.csv...]\n"
	"\n"
	"Show the value of each benchmark in each file, and its ratio to the first file,\n"
	"with intervals.  For reading, across CPUs or across time: nothing is judged, and\n"
	"files of unlike machines are welcome; `xbench gate` judges.\n"
	"\n"
	"  --metric NAME  cycles, ns or tsc (default: cycles if all rows have them,\n"
	"                 else ns)\n"
	"  --format NAME  text, csv, json or markdown (default text)\n"
	"  --help         this text\n"
	"\n"
	"Exit code: 0 shown; 2 usage or unreadable input; 4 no row is in all files.\n";

struct request {
	const struct metric *metric; /* NULL: the default */
	diff_printer *print;
	bool help;
};

static int parse(int argc, char **argv, struct request *request)
{
	static const struct option options[] = {
		{ "metric", required_argument, NULL, 'm' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	*request = (struct request){ .print = diff_printer_by_name("text") };
	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			request->help = true;
			return EXIT_DONE;
		}
		if (option == 'm')
			request->metric = metric_by_name(optarg);
		if (option == 'f')
			request->print = diff_printer_by_name(optarg);
		if (option == 'm' && !request->metric)
			fprintf(stderr,
				"xbench diff: --metric: there is no \"%s\"; there are %s\n",
				optarg, metric_names);
		else if (option == 'f' && !request->print)
			fprintf(stderr,
				"xbench diff: --format: there is no \"%s\"; there are text, csv, json, markdown\n",
				optarg);
		else if (option == '?')
			fputs("xbench diff: try `xbench diff --help`\n",
			      stderr);
		else
			continue;
		return EXIT_USAGE;
	}
	if (argc - optind < 2) {
		fputs("xbench diff: name two files or more; see xbench diff --help\n",
		      stderr);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
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

int cmd_diff(int argc, char **argv)
{
	struct request request;
	struct side *sides;
	struct csv_error err;
	size_t nr, i;
	int code = parse(argc, argv, &request);

	if (code)
		return code;
	if (request.help) {
		fputs(usage, stdout);
		return EXIT_DONE;
	}
	nr = (size_t)(argc - optind);
	sides = calloc(nr, sizeof(*sides));
	if (!sides) {
		fputs("xbench diff: out of memory\n", stderr);
		return EXIT_INTERNAL;
	}
	for (i = 0; i < nr && !code; i++)
		if (side_read((const char *const *)&argv[optind + (int)i], 1,
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
