// SPDX-License-Identifier: MIT
/* cmd_gate.c: `xbench gate`: did anything get worse? */
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ab.h"
#include "gate_aa.h"
#include "gate_options.h"

#define MAX_FILES 256

struct files {
	const char *before[MAX_FILES];
	size_t nr_before;
	const char *after[MAX_FILES];
	size_t nr_after;
	size_t aa; /* suites; 0: files are compared */
	double spacing;
};

static bool add_file(const char *path, const char **list, size_t *nr)
{
	if (*nr < MAX_FILES) {
		list[(*nr)++] = path;
		return true;
	}
	fprintf(stderr, "xbench gate: more than %d files on one side\n",
		MAX_FILES);
	return false;
}

static bool take_number(const char *name, const char *text, double low,
			double high, double *value)
{
	char *end;

	*value = strtod(text, &end);
	if (*text && !*end && *value >= low && *value <= high)
		return true;
	fprintf(stderr,
		"xbench gate: --%s: \"%s\" is not a number from %g to %g\n",
		name, text, low, high);
	return false;
}

static bool take(int option, const char *text, struct gate_options *options,
		 struct files *files)
{
	double suites;

	switch (option) {
	case OPTION_BASELINE:
		return add_file(text, files->before, &files->nr_before);
	case OPTION_AA:
		if (!take_number("aa", text, 1, 10000, &suites))
			return false;
		files->aa = (size_t)suites;
		return true;
	case OPTION_SPACING:
		return take_number("spacing", text, 0, 3600, &files->spacing);
	}
	return gate_options_take(options, "gate", option, text);
}

static bool check_files(const struct gate_options *options,
			const struct files *files)
{
	const char *what = "file to judge";

	if (files->aa) {
		if (!files->nr_before && !files->nr_after &&
		    options->format->print == gate_print_text)
			return true;
		fputs("xbench gate: --aa takes no files and prints text\n",
		      stderr);
		return false;
	}
	if (files->nr_before && files->nr_after && files->spacing < 0)
		return true;
	if (!files->nr_before)
		what = "--baseline FILE";
	else if (files->nr_after)
		what = "--aa to go with --spacing";
	fprintf(stderr, "xbench gate: no %s; see xbench gate --help\n", what);
	return false;
}

static bool parse(const struct arguments *arguments,
		  struct gate_options *options, struct files *files)
{
	*files = (struct files){ .spacing = -1 };
	gate_options_begin(options);
	for (size_t i = 0; i < arguments->nr_options; i++)
		if (!take(arguments->options[i].id, arguments->options[i].value,
			  options, files))
			return false;
	for (int i = 0; i < arguments->nr_operands; i++)
		if (!add_file(arguments->operands[i], files->after,
			      &files->nr_after))
			return false;
	return check_files(options, files) &&
	       gate_options_check(options, "gate");
}

static int fail(int rc)
{
	fprintf(stderr, "xbench gate: %s\n", strerror(-rc));
	return EXIT_INTERNAL;
}

static int judge(const struct gate_options *options, const struct side *a,
		 const struct side *b, const struct metric *metric)
{
	struct gate gate;
	char *reasons;
	int code;
	int rc = gate_check(&options->request, a, b, metric, true, &reasons);

	if (rc)
		return fail(rc);
	if (reasons) {
		code = gate_options_refuse(options, "gate", reasons);
		free(reasons);
		return code;
	}
	rc = gate_stored(&options->request, a, b, metric, &gate);
	if (rc)
		return fail(rc);
	code = gate_options_print(options, "gate", &gate);
	gate_free(&gate);
	return code;
}

static int compare(const struct gate_options *options, struct side *a,
		   struct side *b)
{
	const struct metric *metric = gate_metric(&options->request, a);
	int rc;

	a->by_file = b->by_file = gate_by_boot(&options->request, a, b);
	rc = side_make(a, metric);
	if (!rc)
		rc = side_make(b, metric);
	if (rc)
		return fail(rc);
	side_scale(b, 1 + options->request.inject);
	return judge(options, a, b, metric);
}

int cmd_gate(const struct arguments *arguments)
{
	struct gate_options options;
	struct side a = { 0 }, b = { 0 };
	struct csv_error err;
	struct files files;
	int code = EXIT_USAGE;

	if (!parse(arguments, &options, &files))
		return EXIT_USAGE;
	if (files.aa)
		return gate_aa(&options, files.aa,
			       files.spacing < 0 ? AB_SPACING : files.spacing);
	if (side_read(files.before, files.nr_before, &a, &err) ||
	    side_read(files.after, files.nr_after, &b, &err))
		fprintf(stderr, "xbench gate: %s\n", err.text);
	else
		code = compare(&options, &a, &b);
	side_free(&a);
	side_free(&b);
	return code;
}
