// SPDX-License-Identifier: MIT
/* cmd_claims.c: `xbench claims`: published claims, judged by result files. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "claim_print.h"
#include "cmd.h"
#include "options.h"

struct request {
	claim_printer *print;
	const char *plot;
};

static int parse(const struct arguments *arguments, struct request *request)
{
	*request = (struct request){ .print = claim_printer_by_name("text") };
	for (size_t i = 0; i < arguments->nr_options; i++) {
		const struct argument *argument = &arguments->options[i];
		size_t word;

		if (argument->id == OPTION_PLOT) {
			request->plot = argument->value;
			continue;
		}
		if (!options_word(arguments, argument, &word))
			return EXIT_USAGE;
		request->print = claim_printer_by_name(argument->value);
	}
	if (!arguments->nr_operands)
		options_say(arguments, "no FILE; `xbench all` makes one");
	else if (request->plot && arguments->nr_operands > 1)
		options_say(arguments, "--plot draws the figures of one FILE");
	else
		return EXIT_DONE;
	return EXIT_USAGE;
}

/* One column for each machine that occurs in the files; how many, or -errno. */
static ssize_t make_columns(const struct csv_file *files, size_t nr_files,
			    struct claim_column **columns)
{
	struct claim_column *list = NULL, *grown;
	size_t nr = 0, c;

	for (size_t f = 0; f < nr_files; f++)
		for (size_t i = 0; i < files[f].nr_rows; i++) {
			const struct csv_row *row = &files[f].rows[i];

			for (c = 0; c < nr; c++)
				if (claim_same_machine(list[c].like, row))
					break;
			if (c < nr)
				continue;
			grown = realloc(list, (nr + 1) * sizeof(*list));
			if (!grown)
				goto no_memory;
			list = grown;
			list[nr].like = row;
			list[nr].results =
				calloc(nr_claims, sizeof(*list[nr].results));
			if (!list[nr++].results)
				goto no_memory;
		}
	*columns = list;
	return (ssize_t)nr;

no_memory:
	while (nr--)
		free(list[nr].results);
	free(list);
	return -ENOMEM;
}

static int draw(const char *dir, const struct csv_file *file)
{
	struct csv_error err;
	size_t nr;

	if (mkdir(dir, 0777) && errno != EEXIST) {
		fprintf(stderr, "xbench claims: %s: %s\n", dir,
			strerror(errno));
		return EXIT_CANNOT;
	}
	if (claim_plot(dir, file, &nr, &err)) {
		fprintf(stderr, "xbench claims: %s\n", err.text);
		return EXIT_CANNOT;
	}
	if (!nr)
		fprintf(stderr,
			"xbench claims: no native row to draw; no picture was made\n");
	return nr ? EXIT_DONE : EXIT_INCOMPLETE;
}

static int judge_and_print(const struct request *request,
			   const struct csv_file *files, size_t nr_files)
{
	struct claim_column *columns = NULL;
	ssize_t nr = make_columns(files, nr_files, &columns);
	size_t judged = 0;
	int result = 0;

	for (ssize_t c = 0; c < nr; c++)
		for (size_t i = 0; i < nr_claims; i++) {
			struct claim_result *r = &columns[c].results[i];

			claim_judge(&claims[i], files, nr_files,
				    columns[c].like, r);
			judged += r->verdict != CLAIM_NOT_JUDGED;
		}
	if (nr >= 0)
		result = request->print(stdout, columns, (size_t)nr);
	for (ssize_t c = 0; c < nr; c++)
		free(columns[c].results);
	free(columns);
	if (nr < 0 || result) {
		fprintf(stderr, "xbench claims: %s\n", strerror(ENOMEM));
		return EXIT_INTERNAL;
	}
	if (judged)
		return EXIT_DONE;
	fprintf(stderr, "xbench claims: no claim could be judged\n");
	return EXIT_INCOMPLETE;
}

static int run(const struct request *request, char **names, size_t nr)
{
	struct csv_file *files = calloc(nr, sizeof(*files));
	int code = files ? EXIT_DONE : EXIT_INTERNAL;
	struct csv_error err;
	size_t i;

	for (i = 0; i < nr && !code; i++)
		if (csv_read(names[i], &files[i], &err)) {
			fprintf(stderr, "xbench claims: %s\n", err.text);
			code = EXIT_USAGE;
		}
	if (!code)
		code = judge_and_print(request, files, nr);
	if (request->plot && (!code || code == EXIT_INCOMPLETE)) {
		int drawn = draw(request->plot, &files[0]);

		code = drawn ? drawn : code;
	}
	for (i = 0; files && i < nr; i++)
		csv_free(&files[i]);
	free(files);
	return code;
}

int cmd_claims(const struct arguments *arguments)
{
	struct request request;
	int code = parse(arguments, &request);

	return code ? code
		    : run(&request, arguments->operands,
			  (size_t)arguments->nr_operands);
}
