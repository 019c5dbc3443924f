/* SPDX-License-Identifier: MIT */
/* commands.h: the one table of commands, options and exit codes. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "options.h"

/* In the order of the help; ends with a name of NULL. */
extern const struct command commands[];

/* By name, or NULL. */
const struct command *command_by_name(const char *name);

/* Ends with a text of NULL. */
struct exit_text {
	int code;
	const char *text;
};
extern const struct exit_text exit_texts[];

/* What the program is, in a sentence. */
extern const char program_text[];

#endif
