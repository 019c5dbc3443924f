// SPDX-License-Identifier: MIT
/* options.c: a command line, read by the table of its command. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Arbitrary; the largest command has a third of it. */
#define MAX_OPTIONS 60

void options_say(const struct arguments *arguments, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "xbench %s: ", arguments->command->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* The table as getopt_long() wants it. */
static void convert(const struct option_text *list, struct option *options,
		    char *letters)
{
	size_t n = 0;

	*letters++ = ':'; /* a missing value is told from an unknown option */
	*letters++ = 'h';
	options[n++] =
		(struct option){ "help", no_argument, NULL, OPTION_HELP };
	for (; list->id && n + 1 < MAX_OPTIONS; list++) {
		options[n++] =
			(struct option){ list->name,
					 list->argument ? required_argument
							: no_argument,
					 NULL, list->id };
		if (!list->letter)
			continue;
		*letters++ = list->letter;
		if (list->argument)
			*letters++ = ':';
	}
	*letters = '\0';
	options[n] = (struct option){ 0 };
}

static const struct option_text *find(const struct command *command, int id,
				      bool by_letter)
{
	const struct option_text *option = command->options;

	while (option->id &&
	       (by_letter ? option->letter : (int)option->id) != id)
		option++;
	return option->id ? option : NULL;
}

static bool refuse(const struct arguments *arguments, int code)
{
	const struct command *command = arguments->command;
	const char *given = arguments->argv[optind - 1];
	const struct option_text *option = find(command, optopt, false);

	if (!option)
		option = find(command, optopt, true);
	if (option && code == ':')
		options_say(arguments,
			    "--%s needs a value: %s; try `xbench %s --help`",
			    option->name, option->argument, command->name);
	else if (option || optopt == OPTION_HELP)
		options_say(arguments,
			    "%s takes no value; try `xbench %s --help`", given,
			    command->name);
	else
		options_say(arguments,
			    "there is no option %s; try `xbench %s --help`",
			    given, command->name);
	return false;
}

bool options_read(const struct command *command, int argc, char **argv,
		  struct arguments *arguments)
{
	struct option options[MAX_OPTIONS];
	char letters[2 * MAX_OPTIONS + 3];
	int code;

	*arguments = (struct arguments){ .command = command,
					 .argc = argc,
					 .argv = argv };
	arguments->options =
		calloc((size_t)argc + 1, sizeof(*arguments->options));
	if (!arguments->options) {
		options_say(arguments, "out of memory");
		return false;
	}
	convert(command->options, options, letters);
	optind = 0; /* glibc: begin anew */
	opterr = 0;
	while ((code = getopt_long(argc, argv, letters, options, NULL)) != -1) {
		const struct option_text *option;

		if (code == '?' || code == ':')
			return refuse(arguments, code);
		if (code == OPTION_HELP || code == 'h') {
			arguments->help = true;
			return true;
		}
		option = find(command, code, false);
		if (!option)
			option = find(command, code, true);
		arguments->options[arguments->nr_options++] =
			(struct argument){ option->id,
					   option->argument ? optarg : NULL };
	}
	arguments->operands = argv + optind;
	arguments->nr_operands = argc - optind;
	return true;
}

void options_free(struct arguments *arguments)
{
	free(arguments->options);
	arguments->options = NULL;
}

bool options_have(const struct arguments *arguments, enum option_id id)
{
	size_t i = 0;

	while (i < arguments->nr_options && arguments->options[i].id != id)
		i++;
	return i < arguments->nr_options;
}

bool options_number(const struct arguments *arguments,
		    const struct argument *argument, uint64_t low,
		    uint64_t high, uint64_t *value)
{
	const char *text = argument->value;
	char *end;

	errno = 0;
	/* Not 0: a leading zero is no octal number to anybody here. */
	*value = strtoull(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	if (!errno && *text >= '0' && *text <= '9' && !*end && *value >= low &&
	    *value <= high)
		return true;
	options_say(arguments,
		    "--%s: \"%s\" is not a whole number from %llu to %llu",
		    find(arguments->command, argument->id, false)->name, text,
		    (unsigned long long)low, (unsigned long long)high);
	return false;
}

bool options_seconds(const struct arguments *arguments,
		     const struct argument *argument, double *value)
{
	const char *text = argument->value;
	char *end;

	*value = strtod(text, &end);
	if (*text && !*end && *value >= 0 && *value <= 86400)
		return true;
	options_say(arguments,
		    "--%s: \"%s\" is not a number of seconds from 0 to 86400",
		    find(arguments->command, argument->id, false)->name, text);
	return false;
}

bool options_word(const struct arguments *arguments,
		  const struct argument *argument, size_t *index)
{
	const struct option_text *option =
		find(arguments->command, argument->id, false);
	size_t i;

	for (i = 0; option->word(i); i++)
		if (!strcmp(option->word(i), argument->value)) {
			*index = i;
			return true;
		}
	fprintf(stderr, "xbench %s: --%s: there is no \"%s\"; there are",
		arguments->command->name, option->name, argument->value);
	for (i = 0; option->word(i); i++)
		fprintf(stderr, "%s %s", i ? "," : "", option->word(i));
	fputc('\n', stderr);
	return false;
}
