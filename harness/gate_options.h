/* SPDX-License-Identifier: MIT */
/* gate_options.h: the options that `gate` and `ab` share. */
#ifndef GATE_OPTIONS_H
#define GATE_OPTIONS_H

#include <getopt.h>

#include "gate_print.h"

/* Values of getopt_long() from here on are the command's own. */
enum {
	GATE_OPTION_METRIC = 256,
	GATE_OPTION_SELECT,
	GATE_OPTION_BACKEND,
	GATE_OPTION_MARGIN,
	GATE_OPTION_THRESHOLD,
	GATE_OPTION_ALPHA,
	GATE_OPTION_BETA,
	GATE_OPTION_STRICT,
	GATE_OPTION_ALLOW_INCONCLUSIVE,
	GATE_OPTION_ALLOW_FIDELITY,
	GATE_OPTION_INJECT,
	GATE_OPTION_FORMAT,
	GATE_OPTION_ALSO,
	GATE_OPTION_HELP,
	GATE_OPTION_OWN,
};

#define GATE_OPTIONS                                                           \
	{ "metric", required_argument, NULL, GATE_OPTION_METRIC },             \
		{ "select", required_argument, NULL, GATE_OPTION_SELECT },     \
		{ "backend", required_argument, NULL, GATE_OPTION_BACKEND },   \
		{ "margin", required_argument, NULL, GATE_OPTION_MARGIN },     \
		{ "threshold", required_argument, NULL,                        \
		  GATE_OPTION_THRESHOLD },                                     \
		{ "alpha", required_argument, NULL, GATE_OPTION_ALPHA },       \
		{ "beta", required_argument, NULL, GATE_OPTION_BETA },         \
		{ "strict", no_argument, NULL, GATE_OPTION_STRICT },           \
		{ "allow-inconclusive", no_argument, NULL,                     \
		  GATE_OPTION_ALLOW_INCONCLUSIVE },                            \
		{ "allow-fidelity", no_argument, NULL,                         \
		  GATE_OPTION_ALLOW_FIDELITY },                                \
		{ "inject", required_argument, NULL, GATE_OPTION_INJECT },     \
		{ "format", required_argument, NULL, GATE_OPTION_FORMAT },     \
		{ "also", required_argument, NULL, GATE_OPTION_ALSO },         \
	{                                                                      \
		"help", no_argument, NULL, GATE_OPTION_HELP                    \
	}

/* Their help. */
extern const char gate_options_help[];

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
	bool help;
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
