// SPDX-License-Identifier: MIT
/* main.c: the table of commands. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cmd.h"
#include "version.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *text; /* NULL: not for people */
} commands[] = {
	{ "all", cmd_all,
	  "measure everything, write a CSV file, print a report" },
	{ "run", cmd_run, "the same for the benchmarks that are named" },
	{ "list", cmd_list, "show the benchmarks" },
	{ "report", cmd_report, "print the report of CSV files" },
	{ "image", cmd_image, "write the image that boots without a kernel" },
	{ "import", cmd_import, "read the bare image's serial log" },
	{ "diff", cmd_diff, "show result files side by side" },
	{ "gate", cmd_gate, "judge a result file by a baseline, for CI" },
	{ "ab", cmd_ab, "judge two commands that are measured in turn" },
	{ "launch", cmd_launch, NULL },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_usage(FILE *out)
{
	size_t i;

	fprintf(out, "usage: xbench COMMAND [options]\n\n"
		     "What the privileged instructions of this CPU cost.\n\n");
	for (i = 0; i < NR_COMMANDS; i++)
		if (commands[i].text)
			fprintf(out, "  %-8s %s\n", commands[i].name,
				commands[i].text);
	fprintf(out,
		"\n`xbench COMMAND --help` tells more; --version prints the version.\n");
}

/* A full disk shows only when the last bytes go out. */
static int finish(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	perror("xbench: standard output");
	return code ? code : EXIT_CANNOT;
}

int main(int argc, char **argv)
{
	size_t i;

	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help")) {
		print_usage(stdout);
		return finish(EXIT_DONE);
	}
	if (!strcmp(argv[1], "--version")) {
		printf("xbench %s\n", XBENCH_VERSION);
		return finish(EXIT_DONE);
	}
	for (i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return finish(commands[i].run(argc - 1, argv + 1));
	fprintf(stderr, "xbench: there is no command \"%s\"\n\n", argv[1]);
	print_usage(stderr);
	return EXIT_USAGE;
}
