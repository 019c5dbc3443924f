// SPDX-License-Identifier: MIT
/* cmd_run.c: `run` and `all`: measure, write the file, print the report. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xbench/ioctl.h>
#include "backend_bare.h"
#include "cmd.h"
#include "figures.h"
#include "kernel_log.h"
#include "pmu_counter.h"
#include "progress.h"
#include "report.h"
#include "request.h"

/* The longest place of a file that is tried. */
#define PATH_BYTES 4096

/* The CPU that was named exists and is ours. */
static bool may_use(int cpu)
{
	cpu_set_t allowed;

	if (!sched_getaffinity(0, sizeof(allowed), &allowed) &&
	    CPU_ISSET(cpu, &allowed))
		return true;
	fprintf(stderr,
		"xbench: --cpu %d: this process may not run there: it is absent, off line or outside the affinity mask\n",
		cpu);
	return false;
}

/* What to count, and that it can be counted on that CPU; an exit code. */
static int choose_events(const struct arguments *arguments, struct plan *plan)
{
	struct event_list *events = &plan->settings.events;
	struct pmu_event_error wrong;
	struct backend_error err;
	cpu_set_t allowed;
	size_t i;
	int rc;

	for (i = 0; i < arguments->nr_options; i++)
		if (arguments->options[i].id == OPTION_EVENTS &&
		    pmu_event_parse(arguments->options[i].value,
				    plan->settings.cpu, events, &wrong)) {
			options_say(arguments, "--events: %s", wrong.text);
			return EXIT_USAGE;
		}
	if (!events->nr)
		return EXIT_DONE;
	sched_getaffinity(0, sizeof(allowed), &allowed);
	rc = engine_pin(plan->settings.cpu);
	rc = rc ? rc : pmu_counter_check(events, &err);
	sched_setaffinity(0, sizeof(allowed), &allowed);
	if (!rc)
		return EXIT_DONE;
	options_say(arguments, "--events: %s",
		    rc == -ENODEV ? "the CPU cannot be used" : err.text);
	return EXIT_CANNOT;
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

/*
 * Where the file goes, known to be writable as far as that can be told before
 * anything is measured.  False after a message.
 */
static bool choose_output(const char *output, const struct sysstate *state,
			  char *path, size_t bytes)
{
	char parent[PATH_BYTES];
	struct stat there;
	char *slash;
	int result = 0;

	if (output)
		snprintf(path, bytes, "%s", output);
	else
		result = default_output(state, path, bytes);
	if (!result && !stat(path, &there) && !S_ISREG(there.st_mode)) {
		/* A device or FIFO is written in place. */
		if (S_ISDIR(there.st_mode))
			result = -EISDIR;
		else if (access(path, W_OK))
			result = -errno;
	} else if (!result && strcmp(path, "-")) {
		snprintf(parent, sizeof(parent), "%s", path);
		slash = strrchr(parent, '/');
		if (slash)
			slash[slash == parent] = 0;
		if (access(slash ? parent : ".", W_OK | X_OK))
			result = -errno;
	}
	if (!result)
		return true;
	fprintf(stderr, "xbench: %s: %s; name another place with --output\n",
		path, strerror(-result));
	return false;
}

static int add_events(const struct event_list *events, struct csv_file *file)
{
	uint32_t i;
	int result = 0;

	for (i = 0; i < events->nr && !result; i++)
		result = csv_add_event(file, events->at[i].column);
	return result;
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

/* Save what came of it, tell about it, and the exit code. */
static int finish(const char *output, const struct tally *tally,
		  const struct csv_file *file)
{
	struct csv_error err;
	int code;

	if (tally->interrupted && !tally->launches) {
		fprintf(stderr, "xbench: interrupted %s; nothing is written\n",
			csv_meta(file, "interrupted"));
		return EXIT_INCOMPLETE;
	}
	if (csv_write(output, file, &err)) {
		fprintf(stderr, "xbench: %s\n", err.text);
		return EXIT_CANNOT;
	}
	code = show(output, file);
	if (!code)
		code = exit_code(tally);
	summarise(tally, file);
	return code;
}

/* From the first look at the machine to the last word. */
static int run_plan(struct plan *plan, const struct arguments *arguments,
		    const char *output, struct csv_file *file)
{
	struct backend_error err = { "out of memory" };
	char path[PATH_BYTES] = "";
	struct sysstate state;
	struct tally tally;
	int result;

	if (backend_bare_count(plan) && backend_bare_check(&err)) {
		fprintf(stderr, "xbench: %s\n", err.text);
		return EXIT_CANNOT;
	}
	if (sysstate_read(&state, file)) {
		fprintf(stderr, "xbench: this CPU cannot be identified\n");
		return EXIT_CANNOT;
	}
	if (!choose_output(output, &state, path, sizeof(path)))
		return EXIT_CANNOT;
	plan->settings.tsc_khz = state.tsc_khz;
	if (plan->settings.cpu < 0)
		plan->settings.cpu = sysstate_quiet_cpu();
	if (plan->settings.cpu < 0) {
		fprintf(stderr, "xbench: no CPU may be used: %s\n",
			strerror(-plan->settings.cpu));
		return EXIT_CANNOT;
	}
	result = choose_events(arguments, plan);
	if (result)
		return result;
	result = describe(plan, arguments, file);
	if (!result)
		result = add_events(&plan->settings.events, file);
	if (!result) {
		progress_begin(stderr);
		result = launcher_run(plan, &state, file, &tally, &err);
		progress_end();
	}
	if (!result)
		return finish(path, &tally, file);
	fprintf(stderr, "xbench: %s\n", err.text);
	return EXIT_INTERNAL;
}

/* Is anything to be done in the running kernel's ring 0? */
static bool uses_module(const struct plan *plan)
{
	return engine_plan(plan->selected, plan->backends & XB_ON_KMOD,
			   plan->modes, NULL) &&
	       !access(XB_DEVICE, R_OK | W_OK);
}

static int measure(const struct arguments *arguments, bool all)
{
	struct csv_file file = { 0 };
	const char *output;
	struct plan plan;
	int code = EXIT_CANNOT, log = 0;
	bool listen;

	if (!request_read(arguments, all, &plan, &output))
		return EXIT_USAGE;
	listen = uses_module(&plan);
	if (listen)
		log = kernel_log_open();
	if (plan.settings.cpu < 0)
		sysstate_watch_cpus();
	if (plan.settings.cpu < 0 || may_use(plan.settings.cpu))
		code = run_plan(&plan, arguments, output, &file);
	if (listen)
		code = kernel_log_tell(log, code);
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
