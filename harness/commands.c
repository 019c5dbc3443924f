// SPDX-License-Identifier: MIT
/* commands.c: the one table of commands, options and exit codes. */
#include "commands.h"

#include <string.h>

#include "backend.h"
#include "catalog.h"
#include "cmd.h"
#include "report.h"

const char program_text[] = "what the privileged instructions of this CPU cost";

static const char *word_backend(size_t i)
{
	return i < NR_BACKENDS ? backends[i]->name : NULL;
}

static const char *word_benchmark(size_t i)
{
	return i < XB_NR_BENCHES ? catalog[i].name : NULL;
}

static const char *word_mode(size_t i)
{
	return i < XB_NR_MODES ? catalog_modes[i] : NULL;
}

static const struct option_text run_options[] = {
	{ OPTION_QUICK, "quick", 0, NULL, NULL,
	  "2 launches of few samples: a look, not a result" },
	{ OPTION_THOROUGH, "thorough", 0, NULL, NULL,
	  "10 batches, one every 20 seconds: a baseline for a gate" },
	{ OPTION_LAUNCHES, "launches", 0, "N", NULL,
	  "fresh processes to measure in, in each batch (default 5)" },
	{ OPTION_BATCHES, "batches", 0, "N", NULL,
	  "times the launches are repeated (default 1)" },
	{ OPTION_SPACING, "spacing", 0, "SECONDS", NULL,
	  "from the start of one batch to the next (default 0)" },
	{ OPTION_BACKEND, "backend", 0, "NAME", word_backend,
	  "only this backend; may be repeated" },
	{ OPTION_MODE, "mode", 0, "NAME", word_mode,
	  "only this mode; may be repeated" },
	{ OPTION_CPU, "cpu", 0, "N", NULL,
	  "measure on this CPU (default: the least busy one)" },
	{ OPTION_SEED, "seed", 0, "N", NULL,
	  "of the order of the series (default: random)" },
	{ OPTION_OUTPUT, "output", 'o', "FILE", NULL,
	  "the CSV file; - for standard output, then no report (default: results/CPU/DATE-HOST.csv)" },
	{ 0 },
};

static const struct option_text list_options[] = {
	{ OPTION_HERE, "here", 0, NULL, NULL,
	  "try each once on this machine: does it run in each backend, and if not, why; - is a backend that does not have it" },
	{ 0 },
};

static const struct option_text report_options[] = {
	{ OPTION_FORMAT, "format", 0, "NAME", report_format_word,
	  "how to print it (default: text)" },
	{ 0 },
};

static const struct option_text no_options[] = { { 0 } };

#define RUN_ABOUT                                                              \
	"Writes a CSV file, a row per launch, backend, benchmark and mode, and prints a report of it.  The file appears when all is measured, or when SIGINT, SIGTERM or SIGHUP end the run; then it holds the launches that ended.  Where standard error is a terminal, it shows what runs."
#define RUN_EXITS                                                              \
	"0 measured (what this machine cannot do is reported as skipped); 2 wrong usage; 3 nothing could be measured here, or written; 4 series failed, or the run was interrupted."

const struct command commands[] = {
	{ "all", "", NULL,
	  "measure everything, write a CSV file, print a report",
	  "Measure every benchmark in every mode and backend.\n" RUN_ABOUT,
	  RUN_EXITS, run_options, cmd_all },
	{ "run", "GLOB...", word_benchmark,
	  "the same for the benchmarks that are named",
	  "Measure the benchmarks that the shell patterns name; `xbench list` shows them.\n" RUN_ABOUT,
	  RUN_EXITS, run_options, cmd_run },
	{ "list", "[GLOB...]", word_benchmark, "show the benchmarks",
	  "Show the benchmarks, or those that the shell patterns name: family, the backends that can run it, its modes, and what one operation is.",
	  "0 shown; 2 wrong usage; 3 could not be printed.", list_options,
	  cmd_list },
	{ "report", "FILE...", NULL, "print the report of CSV files",
	  "Show result files (- for standard input): the machine, a table of figures per family, what they mean, and what was not measured and why.  Several files stand side by side; of two machines compare cycles or ns, as a table's title says.",
	  "0 shown; 2 wrong usage, or a file that cannot be read; 3 could not be printed; 4 a file without a measured row.",
	  report_options, cmd_report },
	{ "env", "", NULL, "show this machine as a CSV file's preamble has it",
	  "Print what a result file would say of this machine: a line `key: value` each.  What cannot be read is left out.",
	  "0 shown; 2 wrong usage; 3 the CPU cannot be identified.", no_options,
	  cmd_env },
	{ "doctor", "", NULL, "say whether this machine can be measured on",
	  "Measure known answers in ring 3, look at what disturbs measurements here, and try out the backends: each with what it means for the numbers and, where there is one, the command that mends it.",
	  "0 this machine can be measured on; 2 wrong usage; 3 it cannot.",
	  no_options, cmd_doctor },
	{ .name = NULL },
};

const struct exit_text exit_texts[] = {
	{ EXIT_DONE, "done" },
	{ EXIT_USAGE, "wrong usage, or input that cannot be read" },
	{ EXIT_CANNOT, "cannot run here; standard error says why" },
	{ EXIT_INCOMPLETE, "rows failed or are missing, or interrupted" },
	{ EXIT_INTERNAL, "a defect of this program" },
	{ 0, NULL },
};

const struct command *command_by_name(const char *name)
{
	const struct command *command = commands;

	while (command->name && strcmp(command->name, name) != 0)
		command++;
	return command->name ? command : NULL;
}
