// SPDX-License-Identifier: MIT
/* cmd_env.c: `env`: this machine as the preamble of a result file has it. */
#include <stdio.h>
#include "cmd.h"
#include "options.h"
#include "sysstate.h"
#include "terminal.h"

static void print_safe(const char *text)
{
	for (; *text; text++)
		putchar(terminal_char(*text));
}

int cmd_env(const struct arguments *arguments)
{
	struct csv_file file = { 0 };
	struct sysstate state;
	size_t i;

	if (arguments->nr_operands) {
		options_say(arguments, "it takes no operands");
		return EXIT_USAGE;
	}
	if (sysstate_read(&state, &file)) {
		options_say(arguments, "this CPU cannot be identified");
		csv_free(&file);
		return EXIT_CANNOT;
	}
	for (i = 0; i < file.nr_meta; i++) {
		print_safe(file.meta[i].key);
		fputs(": ", stdout);
		print_safe(file.meta[i].value);
		putchar('\n');
	}
	printf("machine: %s\nsubject: %s\n", state.machine, state.subject);
	csv_free(&file);
	return EXIT_DONE;
}
