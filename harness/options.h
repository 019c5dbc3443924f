/* SPDX-License-Identifier: MIT */
/* options.h: a command line, read by the table of its command. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every option of every command; one that means the same is the same. */
enum option_id {
	OPTION_HELP = 1,
	OPTION_AA,
	OPTION_ALLOW_FIDELITY,
	OPTION_ALLOW_INCONCLUSIVE,
	OPTION_ALPHA,
	OPTION_ALSO,
	OPTION_APPEND,
	OPTION_BACKEND,
	OPTION_BASELINE,
	OPTION_BATCHES,
	OPTION_BETA,
	OPTION_CPU,
	OPTION_EVENTS,
	OPTION_FORMAT,
	OPTION_HERE,
	OPTION_INJECT,
	OPTION_ISO,
	OPTION_LAUNCHES,
	OPTION_MARGIN,
	OPTION_METRIC,
	OPTION_MODE,
	OPTION_OUTPUT,
	OPTION_PLOT,
	OPTION_QUICK,
	OPTION_SEED,
	OPTION_SELECT,
	OPTION_SPACING,
	OPTION_STRICT,
	OPTION_THOROUGH,
	OPTION_THRESHOLD,
};

/* The i-th word of a list, NULL after the last. */
typedef const char *option_word(size_t i);

/*
 * One option, as the parser, the help, the man page and the completions know
 * it.  `argument`: what its value is called, NULL if it has none; FILE is a
 * file's name.  `word`: the words that its value may be, or NULL.  Every
 * command has --help without naming it.
 */
struct option_text {
	enum option_id id; /* 0 ends a list */
	const char *name;
	char letter; /* 0: no short form */
	const char *argument;
	option_word *word;
	const char *text;
};

struct arguments;

struct command {
	const char *name;
	const char *operands; /* "GLOB...", "[GLOB...]", "FILE..." or "" */
	option_word *word;    /* of an operand; NULL: a file, if any */
	const char *text;     /* a phrase, for the list of commands */
	const char *about;    /* paragraphs, a line each */
	const char *exits;    /* exit codes, a sentence each */
	const struct option_text *options;
	/* Returns an enum exit_code; what went wrong was printed, once. */
	int (*run)(const struct arguments *arguments);
};

struct argument {
	enum option_id id;
	const char *value; /* NULL: the option takes none */
};

struct arguments {
	const struct command *command;
	struct argument *options; /* in the order they were given */
	size_t nr_options;
	char **operands;
	int nr_operands;
	bool help; /* asked for: the rest means nothing */
	int argc;  /* as they came, from the name of the command on */
	char **argv;
};

/*
 * Read a command line whose argv[0] is the command's name.  Operands and
 * options may be mixed; `--` ends the options.  Permutes argv.  False: it was
 * wrong, and said so on stderr.  options_free() in either case.
 */
bool options_read(const struct command *command, int argc, char **argv,
		  struct arguments *arguments);
void options_free(struct arguments *arguments);

/* Was this option given? */
bool options_have(const struct arguments *arguments, enum option_id id);

/* "xbench COMMAND: ": words for stderr, with a newline. */
__attribute__((format(printf, 2, 3))) void
options_say(const struct arguments *arguments, const char *format, ...);

/*
 * The value of an option as a whole number from `low` to `high`, 0x before
 * hexadecimal; as seconds from 0 to a day; as the index of one of its words.
 * False: it is none, and said so on stderr.
 */
bool options_number(const struct arguments *arguments,
		    const struct argument *argument, uint64_t low,
		    uint64_t high, uint64_t *value);
bool options_seconds(const struct arguments *arguments,
		     const struct argument *argument, double *value);
bool options_word(const struct arguments *arguments,
		  const struct argument *argument, size_t *index);

#endif
