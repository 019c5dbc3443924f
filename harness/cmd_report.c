// SPDX-License-Identifier: MIT
/* cmd_report.c: `xbench report`: result files as text. */
#include "cmd.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "csv.h"
#include "figures.h"
#include "report.h"

static void print_usage(FILE *out)
{
	fputs("usage: xbench report FILE...\n"
	      "Show result files (\"-\": standard input) one after the other: the machine, a\n"
	      "table of figures per family, what they mean, and what was not measured.\n"
	      "  -h, --help  show this and exit\n",
	      out);
}

/* Nothing measured is nothing to report: never a quiet 0. */
static bool any_measured(const struct figures *figures)
{
	for (size_t i = 0; i < figures->nr; i++)
		if (figures->list[i].nr_launches)
			return true;
	return false;
}

static enum exit_code report_rows(const char *name, const struct csv_file *file)
{
	struct figures figures;
	bool measured;
	int rc;

	if (!file->nr_rows) {
		fprintf(stderr,
			"xbench report: %s: the file has no rows; was the run interrupted?\n",
			name);
		return EXIT_INCOMPLETE;
	}
	rc = figures_make(file, &figures);
	if (!rc) {
		measured = any_measured(&figures);
		rc = report_text(stdout, name, file, &figures);
		figures_free(&figures);
	}
	if (rc) {
		fprintf(stderr, "xbench report: %s: %s\n", name, strerror(-rc));
		return EXIT_INTERNAL;
	}
	if (!measured) {
		fprintf(stderr,
			"xbench report: %s: none of its rows was measured; the report says why\n",
			name);
		return EXIT_INCOMPLETE;
	}
	return EXIT_DONE;
}

static enum exit_code report_file(const char *name)
{
	struct csv_file file = { 0 };
	struct csv_error err;
	enum exit_code code;

	if (csv_read(name, &file, &err)) {
		fprintf(stderr, "xbench report: %s\n", err.text);
		return EXIT_USAGE;
	}
	code = report_rows(name, &file);
	csv_free(&file);
	return code;
}

/* An unreadable file says more than an empty one; a defect most of all. */
static enum exit_code graver(enum exit_code a, enum exit_code b)
{
	static const enum exit_code order[] = { EXIT_INTERNAL, EXIT_USAGE,
						EXIT_INCOMPLETE };

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return EXIT_DONE;
}

int cmd_report(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	enum exit_code code = EXIT_DONE;
	int option;

	optind = 0; /* glibc: begin anew, main() may have parsed before */
	opterr = 0;
	option = getopt_long(argc, argv, "h", options, NULL);
	if (option == 'h') {
		print_usage(stdout);
	} else if (option != -1) {
		fputs("xbench report: unknown option; see xbench report --help\n",
		      stderr);
		return EXIT_USAGE;
	} else if (optind == argc) {
		fputs("xbench report: no FILE; see xbench report --help\n",
		      stderr);
		return EXIT_USAGE;
	}
	for (int i = optind; option != 'h' && i < argc; i++) {
		if (i > optind)
			putchar('\n');
		code = graver(code, report_file(argv[i]));
	}
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "xbench report: standard output: %s\n",
			strerror(errno));
		return EXIT_CANNOT;
	}
	return code;
}
