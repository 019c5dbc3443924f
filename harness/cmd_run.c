// SPDX-License-Identifier: MIT
/* cmd_run.c: `run` and `all`: measure, write the file, print the report. */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "backend_bare.h"
#include "catalog.h"
#include "cmd.h"
#include "figures.h"
#include "launcher.h"
#include "report.h"

#define DEFAULT_PAIRS 31
#define QUICK_PAIRS 9
#define MAX_LAUNCHES 1000

static const char usage[] =
	"usage: xbench run [options] GLOB...\n"
	"       xbench all [options]\n"
	"\n"
	"Measure the benchmarks that the shell patterns name (`xbench list` shows\n"
	"them), or all of them; write a CSV file and print a report of it.\n"
	"\n"
	"  --backend NAME    only this one: user, kvm (may be repeated); or bare, which\n"
	"                    boots the bare image in QEMU, interpreted, to try it out\n"
	"  --mode NAME       only this one: throughput, fenced, overlap (likewise)\n"
	"  --launches N      fresh processes to measure in (default 5)\n"
	"  --batches N       times the launches are repeated (default 1)\n"
	"  --spacing SECONDS from the start of one batch to the next (default 0)\n"
	"  --cpu N           measure on this CPU (default: the least busy)\n"
	"  --seed N          of the order of the series (default: random)\n"
	"  --quick           2 launches of few samples: a look, not a result\n"
	"  --output FILE     the CSV file; - for standard output, then no report\n"
	"                    (default: results/CPU/DATE-HOST.csv)\n"
	"  --help            this text\n"
	"\n"
	"Exit code: 0 measured (what this machine cannot do is reported as skipped);\n"
	"2 usage; 3 nothing could be measured here; 4 series failed, or interrupted.\n";

enum {
	OPT_BACKEND = 1,
	OPT_MODE,
	OPT_LAUNCHES,
	OPT_BATCHES,
	OPT_SPACING,
	OPT_CPU,
	OPT_SEED,
	OPT_QUICK,
	OPT_OUTPUT,
	OPT_HELP
};

static const struct option options[] = {
	{ "backend", required_argument, NULL, OPT_BACKEND },
	{ "mode", required_argument, NULL, OPT_MODE },
	{ "launches", required_argument, NULL, OPT_LAUNCHES },
	{ "batches", required_argument, NULL, OPT_BATCHES },
	{ "spacing", required_argument, NULL, OPT_SPACING },
	{ "cpu", required_argument, NULL, OPT_CPU },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "quick", no_argument, NULL, OPT_QUICK },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

struct request {
	struct plan plan;
	const char *output; /* NULL: the default place */
	bool help;
};

/* A whole number from `low` to `high`, or a message and false. */
static bool parse_number(const char *name, const char *text, uint64_t low,
			 uint64_t high, uint64_t *value)
{
	char *end;

	errno = 0;
	/* Not 0: a leading zero is no octal number to anybody here. */
	*value = strtoull(text, &end, strncmp(text, "0x", 2) ? 10 : 16);
	if (!errno && *text >= '0' && *text <= '9' && !*end && *value >= low &&
	    *value <= high)
		return true;
	fprintf(stderr,
		"xbench: --%s: \"%s\" is not a whole number from %llu to %llu\n",
		name, text, (unsigned long long)low, (unsigned long long)high);
	return false;
}

static bool parse_seconds(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	if (*text && !*end && *value >= 0 && *value <= 86400)
		return true;
	fprintf(stderr,
		"xbench: --spacing: \"%s\" is not a number of seconds from 0 to 86400\n",
		text);
	return false;
}

static bool parse_backend(const char *text, uint32_t *bits)
{
	const struct backend *backend = backend_by_name(text);
	int i;

	if (!strcmp(text, "bare")) {
		*bits |= XB_ON_BARE;
		return true;
	}
	if (backend) {
		*bits |= backend->bit;
		return true;
	}
	fprintf(stderr, "xbench: --backend: there is no \"%s\"; there are",
		text);
	for (i = 0; backends[i]; i++)
		fprintf(stderr, " %s,", backends[i]->name);
	fprintf(stderr, " bare\n");
	return false;
}

static bool parse_mode(const char *text, uint32_t *bits)
{
	uint32_t i;

	for (i = 0; i < XB_NR_MODES; i++)
		if (!strcmp(catalog_modes[i], text)) {
			*bits |= 1u << i;
			return true;
		}
	fprintf(stderr,
		"xbench: --mode: there is no \"%s\"; there are throughput, fenced, overlap\n",
		text);
	return false;
}

static bool parse_option(int option, const char *text, struct request *request)
{
	struct plan *plan = &request->plan;
	uint64_t n;

	switch (option) {
	case OPT_BACKEND:
		return parse_backend(text, &plan->backends);
	case OPT_MODE:
		return parse_mode(text, &plan->modes);
	case OPT_LAUNCHES:
		if (!parse_number("launches", text, 1, MAX_LAUNCHES, &n))
			return false;
		plan->launches = (uint32_t)n;
		return true;
	case OPT_BATCHES:
		if (!parse_number("batches", text, 1, MAX_LAUNCHES, &n))
			return false;
		plan->batches = (uint32_t)n;
		return true;
	case OPT_SPACING:
		return parse_seconds(text, &plan->spacing);
	case OPT_CPU:
		if (!parse_number("cpu", text, 0, 1023, &n))
			return false;
		plan->settings.cpu = (int)n;
		return true;
	case OPT_SEED:
		return parse_number("seed", text, 0, UINT64_MAX,
				    &plan->settings.seed);
	case OPT_QUICK:
		plan->launches = 2;
		plan->settings.pairs = QUICK_PAIRS;
		return true;
	case OPT_OUTPUT:
		request->output = text;
		return true;
	case OPT_HELP:
		request->help = true;
		return true;
	}
	fprintf(stderr, "xbench: try `xbench run --help`\n");
	return false;
}

static int parse(int argc, char **argv, bool all, struct request *request)
{
	struct plan *plan = &request->plan;
	int option;

	*request = (struct request){
		.plan = { .launches = 5,
			  .batches = 1,
			  .settings = { .cpu = -1, .pairs = DEFAULT_PAIRS } },
	};
	if (getrandom(&plan->settings.seed, 4, 0) != 4)
		plan->settings.seed = (uint64_t)time(NULL);
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!parse_option(option, optarg, request))
			return EXIT_USAGE;
	if (request->help)
		return EXIT_DONE;
	if (all ? optind != argc : optind == argc) {
		fprintf(stderr,
			all ? "xbench: `all` takes no names: use `xbench run`\n"
			    : "xbench: run what? Name benchmarks, or use `xbench all`\n");
		return EXIT_USAGE;
	}
	if (all)
		memset(plan->selected, 1, sizeof(plan->selected));
	else if (!catalog_select_all(argc - optind, argv + optind,
				     plan->selected))
		return EXIT_USAGE;
	if (!plan->backends)
		plan->backends = ~(uint32_t)XB_ON_BARE;
	if (!plan->modes)
		plan->modes = UINT32_MAX;
	if (!engine_plan(plan->selected, plan->backends, plan->modes, NULL) &&
	    !backend_bare_count(plan)) {
		fprintf(stderr,
			"xbench: none of these has such a mode in such a backend; `xbench list` shows what has\n");
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

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

/*
 * Where the file goes, known to be writable as far as that can be told before
 * anything is measured.  False after a message.
 */
static bool choose_output(const struct request *request,
			  const struct sysstate *state, char *path,
			  size_t bytes)
{
	char parent[512];
	struct stat there;
	char *slash;
	int result = 0;

	if (request->output)
		snprintf(path, bytes, "%s", request->output);
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

static int describe(const struct request *request, int argc, char **argv,
		    struct csv_file *file)
{
	char text[4096] = "xbench";
	size_t used = strlen(text);
	int i;

	for (i = 0; i < argc && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 " %s", argv[i]);
	for (i = 0; text[i]; i++)
		if (text[i] == '\n' || text[i] == '\r')
			text[i] = ' ';
	if (csv_add_meta(file, "command", text))
		return -ENOMEM;
	snprintf(text, sizeof(text), "%llu",
		 (unsigned long long)request->plan.settings.seed);
	if (csv_add_meta(file, "seed", text))
		return -ENOMEM;
	snprintf(text, sizeof(text), "%d", request->plan.settings.cpu);
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

static int save_and_show(const char *output, const struct csv_file *file)
{
	struct csv_error err;
	struct figures figures;
	int result;

	if (csv_write(output, file, &err)) {
		fprintf(stderr, "xbench: %s\n", err.text);
		return EXIT_CANNOT;
	}
	if (!strcmp(output, "-"))
		return EXIT_DONE;
	result = figures_make(file, &figures);
	if (!result) {
		result = report_text(stdout, output, file, &figures);
		figures_free(&figures);
	}
	if (result || fflush(stdout)) {
		fprintf(stderr, "xbench: the report: %s\n",
			strerror(result ? -result : errno));
		return EXIT_CANNOT;
	}
	return EXIT_DONE;
}

static int measure(int argc, char **argv, bool all)
{
	struct backend_error err = { "out of memory" };
	char output[512] = "";
	struct csv_file file = { 0 };
	struct request request;
	struct sysstate state;
	struct tally tally;
	int code = parse(argc, argv, all, &request);

	if (code)
		return code;
	if (request.help) {
		fputs(usage, stdout);
		return EXIT_DONE;
	}
	if (!choose_cpu(&request.plan))
		return EXIT_CANNOT;
	if (backend_bare_count(&request.plan) && backend_bare_check(&err)) {
		fprintf(stderr, "xbench: %s\n", err.text);
		return EXIT_CANNOT;
	}
	if (sysstate_read(&state, &file)) {
		fprintf(stderr, "xbench: this CPU cannot be identified\n");
		return EXIT_CANNOT;
	}
	if (!choose_output(&request, &state, output, sizeof(output))) {
		csv_free(&file);
		return EXIT_CANNOT;
	}
	request.plan.settings.tsc_khz = state.tsc_khz;
	if (describe(&request, argc, argv, &file) ||
	    launcher_run(&request.plan, &state, &file, &tally, &err)) {
		fprintf(stderr, "xbench: %s\n", err.text);
		csv_free(&file);
		return EXIT_INTERNAL;
	}
	code = save_and_show(output, &file);
	if (!code)
		code = exit_code(&tally);
	summarise(&tally, &file);
	csv_free(&file);
	return code;
}

int cmd_run(int argc, char **argv)
{
	return measure(argc, argv, false);
}

int cmd_all(int argc, char **argv)
{
	return measure(argc, argv, true);
}
