// SPDX-License-Identifier: MIT
/* help_man.c: the manual page, in the macros of man(7). */
#include "help.h"

#include <string.h>

#include "commands.h"
#include "version.h"

/* Hyphens that are minus signs, backslashes, and a dot at a line's start. */
static void put(FILE *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++) {
		if (*text == '-' || *text == '\\')
			fputc('\\', out);
		if (*text == '\n')
			fputs("\n.PP", out);
		fputc(*text, out);
	}
}

static void put_option(FILE *out, const struct option_text *option)
{
	size_t i;

	fputs(".TP\n", out);
	if (option->letter)
		fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
	fputs("\\fB\\-\\-", out);
	put(out, option->name);
	fputs("\\fR", out);
	if (option->argument)
		fprintf(out, " \\fI%s\\fR", option->argument);
	fputc('\n', out);
	put(out, option->text);
	for (i = 0; option->word && option->word(i); i++)
		fprintf(out, "%s\\fB%s\\fR", i ? ", " : ":\n", option->word(i));
	fputc('\n', out);
}

static void put_command(FILE *out, const struct command *command)
{
	const struct option_text *option;

	fprintf(out, ".SS xbench %s%s%s%s\n", command->name,
		command->options->id ? " [options]" : "",
		*command->operands ? " " : "", command->operands);
	put(out, command->about);
	fputc('\n', out);
	for (option = command->options; option->id; option++)
		put_option(out, option);
	fputs(".PP\nExit code: ", out);
	put(out, command->exits);
	fputc('\n', out);
}

void help_man(FILE *out)
{
	const struct command *command;
	const struct exit_text *code;

	fprintf(out,
		".TH XBENCH 1 \"\" \"xbench %s\"\n"
		".SH NAME\nxbench \\- ",
		XBENCH_VERSION);
	put(out, program_text);
	fputs("\n.SH SYNOPSIS\n\\fBxbench\\fR \\fICOMMAND\\fR [\\fIoptions\\fR]\n"
	      ".SH DESCRIPTION\n"
	      "Measures instructions that a kernel uses, such as WRMSR, SWAPGS and SYSCALL,\n"
	      "in the ring where they run, with nothing else in the timed region, and says\n"
	      "how far each number may be trusted.\n"
	      "Every command has \\fB\\-\\-help\\fR.\n"
	      ".SH COMMANDS\n",
	      out);
	for (command = commands; command->name; command++)
		put_command(out, command);
	fputs(".SH EXIT STATUS\n", out);
	for (code = exit_texts; code->text; code++) {
		fprintf(out, ".TP\n%d\n", code->code);
		put(out, code->text);
		fputc('\n', out);
	}
	fputs(".SH ENVIRONMENT\n"
	      ".TP\nNO_COLOR\nif not empty, nothing is coloured\n"
	      ".TP\nTERM\nif \\fBdumb\\fR, no control sequences are sent\n"
	      ".SH FILES\n"
	      ".TP\n\\fIresults/CPU/DATE\\-HOST.csv\\fR\n"
	      "where measurements go unless \\fB\\-\\-output\\fR names another place\n"
	      ".TP\n\\fI/dev/kvm\\fR\n"
	      "opened for reading and writing by the kvm backend\n",
	      out);
}
