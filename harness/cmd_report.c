// SPDX-License-Identifier: MIT
/* cmd_report.c: `report`: result files for people and for programs. */
#include "cmd.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "report.h"

/* Nothing measured is nothing to report: never a quiet 0. */
static bool any_measured(const struct figures *figures)
{
	for (size_t i = 0; i < figures->nr; i++)
		if (figures->list[i].nr_launches)
			return true;
	return false;
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

/* Whether there is something to show of it is `file->figures.nr`. */
static enum exit_code read_file(const struct arguments *arguments,
				const char *name, struct report_file *file)
{
	struct csv_error err;
	int rc;

	*file = (struct report_file){ .name = name };
	if (csv_read(name, &file->csv, &err)) {
		options_say(arguments, "%s", err.text);
		return EXIT_USAGE;
	}
	if (!file->csv.nr_rows) {
		options_say(
			arguments,
			"%s: the file has no rows; was the run interrupted?",
			name);
		return EXIT_INCOMPLETE;
	}
	rc = figures_make(&file->csv, &file->figures);
	if (rc) {
		options_say(arguments, "%s: %s", name, strerror(-rc));
		return EXIT_INTERNAL;
	}
	if (any_measured(&file->figures))
		return EXIT_DONE;
	options_say(arguments,
		    "%s: none of its rows was measured; the report says why",
		    name);
	return EXIT_INCOMPLETE;
}

static enum exit_code report_all(const struct arguments *arguments,
				 size_t format, struct report_file *files)
{
	enum exit_code code = EXIT_DONE;
	size_t nr = 0;
	int rc = 0;

	for (int i = 0; i < arguments->nr_operands; i++) {
		code = graver(code, read_file(arguments, arguments->operands[i],
					      &files[nr]));
		if (files[nr].figures.nr)
			nr++;
		else
			csv_free(&files[nr].csv);
	}
	if (nr)
		rc = report_print(stdout, format, files, nr);
	while (nr--) {
		figures_free(&files[nr].figures);
		csv_free(&files[nr].csv);
	}
	/* A stream that takes nothing is main()'s to tell. */
	if (!rc || ferror(stdout))
		return code;
	options_say(arguments, "%s", strerror(-rc));
	return EXIT_INTERNAL;
}

int cmd_report(const struct arguments *arguments)
{
	struct report_file *files;
	size_t i, format = 0;
	enum exit_code code;

	for (i = 0; i < arguments->nr_options; i++)
		if (!options_word(arguments, &arguments->options[i], &format))
			return EXIT_USAGE;
	if (!arguments->nr_operands) {
		options_say(arguments, "no FILE; see xbench report --help");
		return EXIT_USAGE;
	}
	files = calloc((size_t)arguments->nr_operands, sizeof(*files));
	if (!files) {
		options_say(arguments, "out of memory");
		return EXIT_INTERNAL;
	}
	code = report_all(arguments, format, files);
	free(files);
	return code;
}
