/* SPDX-License-Identifier: MIT */
/* help.h: the table of commands, printed for people and for shells. */
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

#include "options.h"

/* `xbench --help` and `xbench COMMAND --help`. */
void help_program(FILE *out);
void help_command(FILE *out, const struct command *command);

/* xbench.1, in the man macros. */
void help_man(FILE *out);

/* Completions for three shells. */
void help_bash(FILE *out);
void help_zsh(FILE *out);
void help_fish(FILE *out);

#endif
