// SPDX-License-Identifier: MIT
/* main.c: find the command, read its options, run it. */
#include <stdio.h>
#include <string.h>
#include "cmd.h"
#include "commands.h"
#include "help.h"
#include "version.h"

/* A full disk shows only when the last bytes go out. */
static int finish(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	perror("xbench: standard output");
	return code ? code : EXIT_CANNOT;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct arguments arguments;
	int code = EXIT_USAGE;

	if (options_read(command, argc, argv, &arguments)) {
		code = EXIT_DONE;
		if (arguments.help)
			help_command(stdout, command);
		else
			code = command->run(&arguments);
	}
	options_free(&arguments);
	return code;
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		help_program(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		help_program(stdout);
		return finish(EXIT_DONE);
	}
	if (!strcmp(argv[1], "--version")) {
		printf("xbench %s\n", XBENCH_VERSION);
		return finish(EXIT_DONE);
	}
	if (!strcmp(argv[1], "launch"))
		return cmd_launch(argc - 1, argv + 1);
	if (!strcmp(argv[1], "workload"))
		return cmd_workload(argc - 1, argv + 1);
	command = command_by_name(argv[1]);
	if (command)
		return finish(run(command, argc - 1, argv + 1));
	fprintf(stderr, "xbench: there is no command \"%s\"\n\n", argv[1]);
	help_program(stderr);
	return EXIT_USAGE;
}
