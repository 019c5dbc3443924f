// SPDX-License-Identifier: MIT
/* cmd_run.c: `run` and `all`: measure, write the file, print the report. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "cmd.h"
#include "figures.h"
#include "progress.h"
#include "report.h"
#include "request.h"
#include "stop.h"

/* The CPU exists and is ours; or pick one. */
static bool choose_cpu(struct plan *plan)
{
	cpu_set_t allowed;
	int cpu = plan->settings.cpu;

	if (cpu < 0) {
		plan->settings.cpu = sysstate_quiet_cpu();
		return plan->settings.cpu >= 0;
	}
	if (!sched_getaffinity(0, sizeof(allowed), &allowed) &&
	    CPU_ISSET(cpu, &allowed))
		return true;
	fprintf(stderr,
		"xbench: --cpu %d: this process may not run there: it is absent, off line or outside the affinity mask\n",
		cpu);
	return false;
}

/* results/CPU/DATE-HOST.csv, its directories made.  0 or -errno. */
static int default_output(const struct sysstate *state, char *path,
			  size_t bytes)
{
	time_t now = time(NULL);
	char date[32];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(date, sizeof(date), "%Y%m%dT%H%M%SZ", &tm);
	if (mkdir("results", 0777) && errno != EEXIST)
		return -errno;
	snprintf(path, bytes, "results/%s", state->cpu.slug);
	if (mkdir(path, 0777) && errno != EEXIST)
		return -errno;
	snprintf(path, bytes, "results/%s/%s-%s.csv", state->cpu.slug, date,
		 state->host);
	return 0;
}

static int describe(const struct plan *plan, const struct arguments *arguments,
		    struct csv_file *file)
{
	char text[4096] = "xbench";
	size_t used = strlen(text);
	int i;

	for (i = 0; i < arguments->argc && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 " %s", arguments->argv[i]);
	for (i = 0; text[i]; i++)
		if (text[i] == '\n' || text[i] == '\r')
			text[i] = ' ';
	if (csv_add_meta(file, "command", text))
		return -ENOMEM;
	snprintf(text, sizeof(text), "%llu",
		 (unsigned long long)plan->settings.seed);
	if (csv_add_meta(file, "seed", text))
		return -ENOMEM;
	snprintf(text, sizeof(text), "%d", plan->settings.cpu);
	return csv_add_meta(file, "measured_on_cpu", text);
}

static int exit_code(const struct tally *tally)
{
	const size_t *by = tally->by_status;

	if (tally->interrupted || by[ENGINE_FAULT] || by[ENGINE_ERROR] ||
	    by[ENGINE_CONTAMINATED] || by[ENGINE_UNRESOLVABLE])
		return EXIT_INCOMPLETE;
	return by[ENGINE_OK] ? EXIT_DONE : EXIT_CANNOT;
}

/* What a script that reads no report has to know. */
static void summarise(const struct tally *tally, const struct csv_file *file)
{
	const size_t *by = tally->by_status;
	size_t bad = by[ENGINE_FAULT] + by[ENGINE_ERROR] +
		     by[ENGINE_CONTAMINATED] + by[ENGINE_UNRESOLVABLE];
	size_t i;

	if (tally->interrupted)
		fprintf(stderr, "xbench: interrupted %s\n",
			csv_meta(file, "interrupted"));
	if (bad)
		fprintf(stderr, "xbench: %zu of %zu series failed\n", bad,
			file->nr_rows);
	if (!by[ENGINE_OK] && !tally->interrupted)
		fprintf(stderr, "xbench: nothing could be measured here\n");
	for (i = 0; i < file->nr_rows; i++) {
		const struct csv_row *row = &file->rows[i];

		if (!strcmp(row->status, "ok") ||
		    (!strcmp(row->status, "skip") && by[ENGINE_OK]))
			continue;
		fprintf(stderr, "xbench: %s: %s/%s: %s: %s\n", row->backend,
			row->benchmark, row->mode, row->status, row->reason);
		return;
	}
}

/* The file, and its place in `path`. */
static int save(const char *output, const struct sysstate *state,
		const struct csv_file *file, char *path, size_t bytes)
{
	struct csv_error err;
	int result;

	if (output) {
		snprintf(path, bytes, "%s", output);
	} else {
		result = default_output(state, path, bytes);
		if (result) {
			fprintf(stderr,
				"xbench: results/%s: %s; name another place with --output\n",
				state->cpu.slug, strerror(-result));
			return EXIT_CANNOT;
		}
	}
	if (csv_write(path, file, &err)) {
		fprintf(stderr, "xbench: %s\n", err.text);
		return EXIT_CANNOT;
	}
	return EXIT_DONE;
}

/* Takes the file's rows for as long as it lasts. */
static int show(const char *path, const struct csv_file *file)
{
	struct report_file shown = { .name = path, .csv = *file };
	int result;

	if (!strcmp(path, "-"))
		return EXIT_DONE;
	result = figures_make(file, &shown.figures);
	if (!result) {
		result = report_print(stdout, 0, &shown, 1);
		figures_free(&shown.figures);
	}
	if (result || fflush(stdout)) {
		fprintf(stderr, "xbench: the report: %s\n",
			strerror(result ? -result : errno));
		return EXIT_CANNOT;
	}
	return EXIT_DONE;
}

/* Everything between the first look at the machine and the last word. */
static int run_plan(struct plan *plan, const struct arguments *arguments,
		    const char *output, struct csv_file *file)
{
	char path[4096];
	struct backend_error err = { "" };
	struct sysstate state;
	struct tally tally;
	int code, result;

	if (sysstate_read(&state, file)) {
		fprintf(stderr, "xbench: this CPU cannot be identified\n");
		return EXIT_CANNOT;
	}
	plan->settings.tsc_khz = state.tsc_khz;
	if (describe(plan, arguments, file)) {
		fprintf(stderr, "xbench: out of memory\n");
		return EXIT_INTERNAL;
	}
	progress_begin(stderr);
	result = launcher_run(plan, &state, file, &tally, &err);
	progress_end();
	if (result) {
		fprintf(stderr, "xbench: %s\n", err.text);
		return EXIT_INTERNAL;
	}
	if (tally.interrupted && !tally.launches) {
		fprintf(stderr,
			"xbench: interrupted by signal %d before a launch had ended; nothing is written\n",
			stop_signal());
		return EXIT_INCOMPLETE;
	}
	code = save(output, &state, file, path, sizeof(path));
	if (code)
		return code;
	stop_end(); /* the file is whole: the report may be cut short */
	code = show(path, file);
	if (!code)
		code = exit_code(&tally);
	summarise(&tally, file);
	return code;
}

static int measure(const struct arguments *arguments, bool all)
{
	struct csv_file file = { 0 };
	const char *output;
	struct plan plan;
	int code;

	if (!request_read(arguments, all, &plan, &output))
		return EXIT_USAGE;
	stop_begin();
	if (!choose_cpu(&plan))
		code = EXIT_CANNOT;
	else
		code = run_plan(&plan, arguments, output, &file);
	stop_end();
	csv_free(&file);
	return code;
}

int cmd_run(const struct arguments *arguments)
{
	return measure(arguments, false);
}

int cmd_all(const struct arguments *arguments)
{
	return measure(arguments, true);
}
