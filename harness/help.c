// SPDX-License-Identifier: MIT
/* help.c: what --help prints. */
#include "help.h"

#include <string.h>

#include "commands.h"
#include "prose.h"
#include "terminal.h"

/* Longer lines are hard to read (an old rule of typesetting). */
#define MAX_WIDTH 100

static size_t width_for(FILE *out)
{
	size_t width = terminal_width(out);

	return width < MAX_WIDTH ? width : MAX_WIDTH;
}

void help_program(FILE *out)
{
	const struct command *command;

	fprintf(out, "usage: xbench COMMAND [options]\n\nxbench: %s.\n\n",
		program_text);
	for (command = commands; command->name; command++)
		fprintf(out, "  %-8s %s\n", command->name, command->text);
	fputs("\n`xbench COMMAND --help` tells more; --version prints the version.\n",
	      out);
}

/* "  -o, --output FILE" */
static void head_of(const struct option_text *option, char *head, size_t bytes)
{
	char letter[8] = "";

	if (option->letter)
		snprintf(letter, sizeof(letter), "-%c, ", option->letter);
	snprintf(head, bytes, "  %s--%s%s%s", letter, option->name,
		 option->argument ? " " : "",
		 option->argument ? option->argument : "");
}

static void print_option(FILE *out, size_t column,
			 const struct option_text *option)
{
	char head[80], text[1024];
	size_t i, used;

	head_of(option, head, sizeof(head));
	used = (size_t)snprintf(text, sizeof(text), "%s", option->text);
	for (i = 0; option->word && option->word(i) && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", i ? ", " : ": ",
					 option->word(i));
	prose_item(out, width_for(out), head, column, text);
}

void help_command(FILE *out, const struct command *command)
{
	static const struct option_text help = { OPTION_HELP, "help",
						 'h',	      NULL,
						 NULL,	      "this text" };
	const struct option_text *option;
	size_t column = 14; /* of --help */
	char head[80];

	for (option = command->options; option->id; option++) {
		head_of(option, head, sizeof(head));
		if (strlen(head) + 2 > column)
			column = strlen(head) + 2;
	}
	fprintf(out, "usage: xbench %s%s%s%s\n\n", command->name,
		command->options->id ? " [options]" : "",
		*command->operands ? " " : "", command->operands);
	prose_print(out, width_for(out), command->about);
	fputc('\n', out);
	for (option = command->options; option->id; option++)
		print_option(out, column, option);
	print_option(out, column, &help);
	fputc('\n', out);
	prose_item(out, width_for(out), "Exit code:", 11, command->exits);
}
