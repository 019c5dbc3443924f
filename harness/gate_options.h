/* SPDX-License-Identifier: MIT */
/* gate_options.h: the options that `gate` and `ab` share. */
#ifndef GATE_OPTIONS_H
#define GATE_OPTIONS_H

#include "gate_print.h"
#include "options.h"

#define GATE_MAX_LIST 64
#define GATE_MAX_ALSO 4

struct gate_options {
	struct gate_request request;
	const struct gate_format *format;
	struct {
		const struct gate_format *format;
		const char *path;
	} also[GATE_MAX_ALSO];
	size_t nr_also;
	const char *globs[GATE_MAX_LIST];
	const char *backends[GATE_MAX_LIST];
};

/* The defaults.  The request points into the options: do not copy them. */
void gate_options_begin(struct gate_options *options);

/* Take one option; false after a message that begins with `command`. */
bool gate_options_take(struct gate_options *options, const char *command,
		       int option, const char *text);

/*
 * Print a gate on standard output as asked for, or say why there is none on
 * stderr, and in the format if it has a way to.  Both return the exit code.
 */
int gate_options_print(const struct gate_options *options, const char *command,
		       const struct gate *gate);
int gate_options_refuse(const struct gate_options *options, const char *command,
			const char *reasons);

/* Do they go together?  The same. */
bool gate_options_check(struct gate_options *options, const char *command);

#endif
