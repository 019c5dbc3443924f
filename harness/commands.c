// SPDX-License-Identifier: MIT
/* commands.c: the one table of commands, options and exit codes. */
#include "commands.h"

#include <string.h>

#include "backend.h"
#include "catalog.h"
#include "claim_print.h"
#include "cmd.h"
#include "diff_print.h"
#include "gate_print.h"
#include "metric.h"
#include "report.h"

const char program_text[] = "what the privileged instructions of this CPU cost";

static const char *word_backend(size_t i)
{
	return i < NR_BACKENDS ? backends[i]->name : NULL;
}

/* What `run` takes besides: see backend_bare.h. */
static const char *word_run_backend(size_t i)
{
	return i == NR_BACKENDS ? "bare" : word_backend(i);
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
	{ OPTION_BACKEND, "backend", 0, "NAME", word_run_backend,
	  "only this backend, may be repeated; bare boots the bare image in QEMU, interpreted, to try it out" },
	{ OPTION_MODE, "mode", 0, "NAME", word_mode,
	  "only this mode; may be repeated" },
	{ OPTION_EVENTS, "events", 0, "LIST", NULL,
	  "count these events as well: NAME,NAME,{NAME,NAME} of `xbench events`, in a pass each but for {groups}; default is the set that explains most" },
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

static const struct option_text image_options[] = {
	{ OPTION_OUTPUT, "output", 'o', "FILE", NULL, "the ELF file" },
	{ OPTION_ISO, "iso", 0, "FILE", NULL,
	  "the ISO file; needs grub-mkrescue, xorriso and mtools" },
	{ OPTION_APPEND, "append", 0, "TEXT", NULL,
	  "boot command line of the ISO's first menu entry: select=GLOB,... mode=NAME,... launches=N pairs=N seed=N serial=PORT,BAUD host=NAME tsc_khz=N end=halt|reboot|debug-exit" },
	{ 0 },
};

static const struct option_text import_options[] = {
	{ OPTION_OUTPUT, "output", 'o', "FILE", NULL,
	  "the CSV file; - for standard output" },
	{ 0 },
};

static const struct option_text diff_options[] = {
	{ OPTION_METRIC, "metric", 0, "NAME", metric_word,
	  "what to compare, or pmu:EVENT (default: cycles if all rows have them, else ns)" },
	{ OPTION_FORMAT, "format", 0, "NAME", diff_format_word,
	  "how to print it (default: text)" },
	{ 0 },
};

static const struct option_text claims_options[] = {
	{ OPTION_FORMAT, "format", 0, "NAME", claim_format_word,
	  "how to print it (default: text)" },
	{ OPTION_PLOT, "plot", 0, "DIR", NULL,
	  "also draw the native figures of one FILE by gnuplot: DIR/ARGUMENT.svg and .png" },
	{ 0 },
};

static const struct option_text process_options[] = {
	{ OPTION_OUTPUT, "output", 'o', "FILE", NULL, "the CSV file" },
	{ 0 },
};

/* What `gate` and `ab` share. */
#define GATE_OPTIONS                                                                                         \
	{ OPTION_SELECT,                                                                                     \
	  "select",                                                                                          \
	  0,                                                                                                 \
	  "GLOB",                                                                                            \
	  NULL,                                                                                              \
	  "only these benchmarks, or benchmark/mode; may be repeated" },                                     \
		{ OPTION_BACKEND,                                                                            \
		  "backend",                                                                                 \
		  0,                                                                                         \
		  "NAME",                                                                                    \
		  word_backend,                                                                              \
		  "only this backend; may be repeated" },                                                    \
		{ OPTION_METRIC,                                                                             \
		  "metric",                                                                                  \
		  0,                                                                                         \
		  "NAME",                                                                                    \
		  metric_word,                                                                               \
		  "what to compare, or pmu:EVENT (default: cycles if all rows before have them, else ns)" }, \
		{ OPTION_MARGIN,                                                                             \
		  "margin",                                                                                  \
		  0,                                                                                         \
		  "P",                                                                                       \
		  NULL,                                                                                      \
		  "a rise up to this is ignored (default 1%)" },                                             \
		{ OPTION_THRESHOLD,                                                                          \
		  "threshold",                                                                               \
		  0,                                                                                         \
		  "P",                                                                                       \
		  NULL,                                                                                      \
		  "a rise of this must not be missed (default 3%)" },                                        \
		{ OPTION_ALPHA,                                                                              \
		  "alpha",                                                                                   \
		  0,                                                                                         \
		  "P",                                                                                       \
		  NULL,                                                                                      \
		  "chance that a suite of identical runs FAILs (default 1%)" },                              \
		{ OPTION_BETA,                                                                               \
		  "beta",                                                                                    \
		  0,                                                                                         \
		  "P",                                                                                       \
		  NULL,                                                                                      \
		  "chance that a rise of the threshold passes (default 1%)" },                               \
		{ OPTION_STRICT, "strict", 0,                                                                \
		  NULL,		 NULL,	   "INCONCLUSIVE counts as FAIL" },                                  \
		{ OPTION_ALLOW_INCONCLUSIVE,                                                                 \
		  "allow-inconclusive",                                                                      \
		  0,                                                                                         \
		  NULL,                                                                                      \
		  NULL,                                                                                      \
		  "INCONCLUSIVE exits 0" },                                                                  \
		{ OPTION_ALLOW_FIDELITY,                                                                     \
		  "allow-fidelity",                                                                          \
		  0,                                                                                         \
		  NULL,                                                                                      \
		  NULL,                                                                                      \
		  "also compare rows that are not native" },                                                 \
		{ OPTION_INJECT,                                                                             \
		  "inject",                                                                                  \
		  0,                                                                                         \
		  "P",                                                                                       \
		  NULL,                                                                                      \
		  "raise the costs after by this: does the gate see it?" },                                  \
		{ OPTION_FORMAT,                                                                             \
		  "format",                                                                                  \
		  0,                                                                                         \
		  "NAME",                                                                                    \
		  gate_format_word,                                                                          \
		  "how to print it (default: text; gbench has metric ns only)" },                            \
	{                                                                                                    \
		OPTION_ALSO, "also", 0, "NAME=FILE", NULL,                                                   \
			"in that format to that file as well; may be repeated"                               \
	}

static const struct option_text gate_options[] = {
	{ OPTION_BASELINE, "baseline", 0, "FILE", NULL,
	  "the side before; may be repeated" },
	{ OPTION_AA, "aa", 0, "N", NULL,
	  "instead, gate this machine against itself in N suites, in pairs as `xbench ab` does: how often is it wrong? With --inject: how often does it find the rise?" },
	{ OPTION_SPACING, "spacing", 0, "SECONDS", NULL,
	  "of --aa, as of `xbench ab`" },
	GATE_OPTIONS,
	{ 0 },
};

static const struct option_text ab_options[] = {
	{ OPTION_SPACING, "spacing", 0, "SECONDS", NULL,
	  "between the starts of slots, 10 up to each look (default 5; less is for trying things out)" },
	{ OPTION_SEED, "seed", 0, "N", NULL,
	  "of the order in pairs (default: random)" },
	GATE_OPTIONS,
	{ 0 },
};

static const struct option_text no_options[] = { { 0 } };

#define RUN_ABOUT                                                              \
	"Writes a CSV file, a row per launch, backend, benchmark and mode, and prints a report of it.  The file appears when all is measured, or when SIGINT, SIGTERM or SIGHUP end the run; then it holds the launches that ended.  Where standard error is a terminal, it shows what runs."
#define RUN_EXITS                                                              \
	"0 measured (what this machine cannot do is reported as skipped); 2 wrong usage; 3 nothing could be measured here, or written; 4 series failed, or the run was interrupted."

const struct command
	commands[] = {
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
		  "0 shown; 2 wrong usage; 3 could not be printed.",
		  list_options, cmd_list },
		{ "report", "FILE...", NULL, "print the report of CSV files",
		  "Show result files (- for standard input): the machine, a table of figures per family, what they mean, and what was not measured and why.  Several files stand side by side; of two machines compare cycles or ns, as a table's title says.",
		  "0 shown; 2 wrong usage, or a file that cannot be read; 3 could not be printed; 4 a file without a measured row.",
		  report_options, cmd_report },
		{ "diff", "A.csv B.csv [C.csv...]", NULL,
		  "show result files side by side",
		  "Show the value of each benchmark in each file, and its ratio to the first file, with intervals.  For reading, across CPUs or across time: nothing is judged, and files of unlike machines are welcome; `xbench gate` judges.",
		  "0 shown; 2 wrong usage or unreadable input; 4 no row is in all files.",
		  diff_options, cmd_diff },
		{ "gate", "B.csv...", NULL,
		  "judge a result file by a baseline, for CI",
		  "Judge each row of the baseline (--baseline A.csv): PASS, FAIL, INCONCLUSIVE or MISSING.  Both sides are stored measurements of one machine, at least 10 batches each, spread over 2.5 minutes or more (xbench all --thorough).  Where both can be run now, `xbench ab` is better.  A side may be several files, such as one a boot.",
		  "0 all PASS; 1 a FAIL; 2 wrong usage or unreadable input; 4 no FAIL, but INCONCLUSIVE or MISSING rows; 5 not comparable.",
		  gate_options, cmd_gate },
		{ "ab", "-- CMD_A -- CMD_B", NULL,
		  "judge two commands that are measured in turn",
		  "Measure two things that can both be run now in pairs, A first or B first by chance, and judge each row: PASS, FAIL, INCONCLUSIVE or MISSING.  There are looks at 24, 48, 96 and 160 pairs; it ends when every row is decided.\n"
		  "A command is one launch: it writes a result file on its standard output and exits 0, or 4 if rows failed.  For example, two builds:\n"
		  "  xbench ab -- old/xbench run '*gsbase' --launches 1 --output - -- new/xbench run '*gsbase' --launches 1 --output -",
		  "0 all PASS; 1 a FAIL; 2 wrong usage; 3 a command failed; 4 no FAIL, but INCONCLUSIVE or MISSING rows; 5 not comparable.",
		  ab_options, cmd_ab },
		{ "claims", "FILE...", NULL,
		  "judge what was claimed by result files",
		  "What kernel developers claimed, what result files say to it, and on which rows that rests.  Rows of several machines give a column for each.  Rows that are not native are not judged by.  `xbench all` makes a file.",
		  "0 at least one claim was judged; 2 wrong usage or unreadable input; 3 a picture could not be made; 4 nothing could be judged or drawn.",
		  claims_options, cmd_claims },
		{ "process", "", NULL, "measure whole programs by hyperfine",
		  "Measure what a few operations cost one by one, then let hyperfine run whole programs that do many of them, and show both side by side.  Predicted is the number of operations times the cost of one; measured is the CPU time of the program, because the wall clock runs on while other programs have the CPU.  All rows go into one CSV file (--output), those of programs with the backend `process`.",
		  "0 measured; 2 wrong usage; 3 it cannot be measured here.",
		  process_options, cmd_process },
		{ "image", "", NULL,
		  "write the image that boots without a kernel",
		  "Write the image that measures on a machine without a kernel (--output): an ELF file for GRUB (`multiboot`) or QEMU (-kernel); or an ISO file (--iso) that boots by BIOS and UEFI, from CD or copied to a USB stick.  Results come over the serial port; `xbench import` reads them.",
		  "0 written; 2 wrong usage; 3 it could not be written.",
		  image_options, cmd_image },
		{ "import", "LOG", NULL, "read the bare image's serial log",
		  "Find the lines that the bare image sent over a serial port in LOG (- for standard input), check them, and write the rows to a CSV file (--output).  What stands before and between them does not matter.  Each boot in LOG is a batch.", "0 everything that was sent is there; 2 wrong usage, or nothing to read; 3 the file could not be written; 4 lines are torn or missing, the rest is written and the file says so.",
		  import_options, cmd_import },
		{ "events", "[GLOB]", NULL, "show what this CPU can count",
		  "Show the performance events that libpfm4 knows for this CPU, and its generic ones, with what they count; or those that the shell pattern names, in capitals or not.  The names are those of `--events`.  Whether they can be counted here, `xbench doctor` says.",
		  "0 shown; 2 wrong usage, or no event has such a name; 3 could not be printed.",
		  no_options, cmd_events },
		{ "env", "", NULL,
		  "show this machine as a CSV file's preamble has it",
		  "Print what a result file would say of this machine: a line `key: value` each.  What cannot be read is left out.",
		  "0 shown; 2 wrong usage; 3 the CPU cannot be identified.",
		  no_options, cmd_env },
		{ "doctor", "", NULL,
		  "say whether this machine can be measured on",
		  "Measure known answers in ring 3, look at what disturbs measurements here, and try out the backends: each with what it means for the numbers and, where there is one, the command that mends it.",
		  "0 this machine can be measured on; 2 wrong usage; 3 it cannot.",
		  no_options, cmd_doctor },
		{ .name = NULL },
	};

const struct exit_text exit_texts[] = {
	{ EXIT_DONE, "done" },
	{ EXIT_REGRESSION, "a gate found a regression" },
	{ EXIT_USAGE, "wrong usage, or input that cannot be read" },
	{ EXIT_CANNOT, "cannot run here; standard error says why" },
	{ EXIT_INCOMPLETE, "rows failed or are missing, or interrupted" },
	{ EXIT_NOT_COMPARABLE, "other machines, units or methods" },
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
