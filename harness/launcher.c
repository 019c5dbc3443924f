// SPDX-License-Identifier: MIT
/* launcher.c: launches as fresh processes, and what to do about them. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "catalog.h"
#include "launcher.h"
#include "progress.h"
#include "stop.h"

static int fail(struct backend_error *err, const char *call)
{
	int code = errno;

	snprintf(err->text, sizeof(err->text), "%s: %s", call, strerror(code));
	return -code;
}

/* Start one launch; where its records come from, or -errno. */
static int start(const struct plan *plan, pid_t *child,
		 struct backend_error *err)
{
	struct launcher_args args;
	int ends[2];

	launcher_to_args(plan, &args);
	if (pipe2(ends, O_CLOEXEC))
		return fail(err, "pipe2");
	*child = fork();
	if (*child < 0) {
		int result = fail(err, "fork");

		close(ends[0]);
		close(ends[1]);
		return result;
	}
	if (!*child) {
		stop_ignore();
		/* If stdout was closed, the pipe may have become it. */
		if (ends[1] == STDOUT_FILENO)
			fcntl(ends[1], F_SETFD, 0);
		else
			dup2(ends[1], STDOUT_FILENO);
		execv("/proc/self/exe", (char **)args.argv);
		_exit(127);
	}
	close(ends[1]);
	return ends[0];
}

/* One launch while it runs. */
struct running {
	const struct plan *plan; /* as this launch has it */
	struct engine_item *order;
	struct engine_record *records;
	size_t want;
	size_t have;
	struct progress progress; /* as it was when the launch began */
};

static void show_progress(const struct running *running)
{
	struct progress p = running->progress;
	const struct engine_item *item = &running->order[running->have];

	p.done += running->have;
	if (running->have < running->want) {
		p.backend = backends[item->backend]->name;
		p.benchmark = catalog[item->bench].name;
		p.mode = catalog_modes[item->mode];
	}
	progress_show(&p);
}

/* Whole records until the end or a stop. */
static void collect(int fd, struct running *running)
{
	size_t used = 0, bytes = running->want * sizeof(*running->records);
	ssize_t n;

	while (used < bytes && !stop_signal()) {
		show_progress(running);
		n = read(fd, (char *)running->records + used, bytes - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		used += (size_t)n;
		running->have = used / sizeof(*running->records);
	}
}

static void describe_end(int status, struct engine_record *record)
{
	size_t bytes = sizeof(record->reason);

	if (WIFSIGNALED(status))
		snprintf(record->reason, bytes,
			 "the launch died of signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(record->reason, bytes,
			 "the launch ended early with exit code %d",
			 WEXITSTATUS(status));
}

/* Give every series that has no record one that says why. */
static void fill_missing(int status, struct running *running)
{
	struct engine_record *record;
	size_t i, j, have = running->have;

	for (i = 0; i < running->want; i++) {
		for (j = 0; j < have; j++)
			if (!memcmp(&running->records[j].item,
				    &running->order[i],
				    sizeof(running->order[i])))
				break;
		if (j < have)
			continue;
		record = &running->records[running->have++];
		*record = engine_empty_record(&running->order[i]);
		record->status = ENGINE_ERROR;
		describe_end(status, record);
	}
}

static int by_item(const void *a, const void *b)
{
	const struct engine_item *x = &((const struct engine_record *)a)->item;
	const struct engine_item *y = &((const struct engine_record *)b)->item;

	if (x->backend != y->backend)
		return x->backend < y->backend ? -1 : 1;
	if (x->bench != y->bench)
		return x->bench < y->bench ? -1 : 1;
	return (x->mode > y->mode) - (x->mode < y->mode);
}

static int add_row(const struct sysstate *state, const char *started,
		   uint32_t batch, uint32_t launch,
		   const struct engine_record *r, struct csv_file *file)
{
	const struct catalog_entry *entry = &catalog[r->item.bench];
	struct csv_row row = csv_empty_row();

	row.machine = state->machine;
	row.subject = state->subject;
	row.cpu = state->cpu.slug;
	row.host = state->host;
	row.batch = batch;
	row.launch = launch;
	row.started = started;
	row.backend = backends[r->item.backend]->name;
	row.family = entry->family;
	row.benchmark = entry->name;
	row.mode = catalog_modes[r->item.mode];
	row.status = engine_status_names[r->status];
	row.flags = r->flags;
	row.reason = r->reason;
	if (r->ops) {
		row.ops = r->ops;
		row.samples = r->samples;
		row.dropped = r->dropped;
	}
	if (r->status == ENGINE_OK) {
		row.fidelity = engine_fidelity_names[r->fidelity];
		row.tsc = r->tsc;
		row.ns = r->tsc * 1e6 / state->tsc_khz;
		row.tsc_min = r->min;
		row.tsc_p25 = r->p25;
		row.tsc_p50 = r->p50;
		row.tsc_p75 = r->p75;
		row.tsc_p99 = r->p99;
		row.quantum = r->quantum;
		if (!isnan(r->cycles_per_tick)) {
			row.cycles = r->tsc * r->cycles_per_tick;
			row.cycles_source = "calibrated";
			row.cycles_per_tick = r->cycles_per_tick;
		}
	}
	return csv_add_row(file, &row);
}

static void utc_now(char *text, size_t bytes)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, bytes, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Run it until it ends, or a signal ends it. */
static int run_launch(struct running *running, struct backend_error *err)
{
	pid_t child = -1;
	int status = 0;
	int fd = start(running->plan, &child, err);

	if (fd < 0)
		return fd;
	collect(fd, running);
	close(fd);
	if (stop_signal())
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!stop_signal())
		fill_missing(status, running);
	return 0;
}

static int add_rows(const struct running *running, const struct sysstate *state,
		    const char *started, struct csv_file *file,
		    struct tally *tally, struct backend_error *err)
{
	const struct engine_record *records = running->records;
	int result = 0;
	size_t i;

	qsort(running->records, running->have, sizeof(*records), by_item);
	for (i = 0; i < running->have && !result; i++) {
		tally->by_status[records[i].status]++;
		result = add_row(state, started, running->progress.batch,
				 running->plan->settings.launch, &records[i],
				 file);
	}
	if (result)
		snprintf(err->text, sizeof(err->text), "result rows: %s",
			 strerror(-result));
	tally->launches++;
	return result;
}

/* One launch from start to rows. */
static int launch(struct running *running, const struct sysstate *state,
		  struct csv_file *file, struct tally *tally,
		  struct backend_error *err)
{
	const struct plan *plan = running->plan;
	char started[32];
	int result;

	running->have = 0;
	engine_plan(plan->selected, plan->backends, plan->modes,
		    running->order);
	engine_shuffle(&plan->settings, running->order, running->want);
	utc_now(started, sizeof(started));
	result = run_launch(running, err);
	/* A stop between the last record and here costs this launch. */
	if (result || stop_signal())
		return result;
	return add_rows(running, state, started, file, tally, err);
}

/* In slices: a signal just before the sleep would not end it. */
static void wait_until(const struct timespec *start, double seconds)
{
	const struct timespec slice = { .tv_nsec = 100000000 };
	struct timespec now;
	double passed = 0;

	while (!stop_signal() && passed < seconds) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		passed = (double)(now.tv_sec - start->tv_sec) +
			 (double)(now.tv_nsec - start->tv_nsec) / 1e9;
		if (passed < seconds)
			nanosleep(&slice, NULL);
	}
}

static int run_launches(struct plan *now, struct running *running,
			const struct sysstate *state, struct csv_file *file,
			struct tally *tally, struct backend_error *err)
{
	struct progress *p = &running->progress;
	struct timespec began;
	uint32_t i, n = now->launches * now->batches;
	int result = 0;

	clock_gettime(CLOCK_MONOTONIC, &began);
	for (i = 0; i < n && !stop_signal() && !result; i++) {
		p->batch = i / now->launches + 1;
		p->launch = i % now->launches + 1;
		p->done = i * running->want;
		if (p->launch == 1)
			wait_until(&began, (p->batch - 1) * now->spacing);
		now->settings.launch = i + 1;
		if (!stop_signal())
			result = launch(running, state, file, tally, err);
	}
	return result;
}

int launcher_run(const struct plan *plan, const struct sysstate *state,
		 struct csv_file *file, struct tally *tally,
		 struct backend_error *err)
{
	struct plan now = *plan;
	struct running running = {
		.plan = &now,
		.want = engine_plan(plan->selected, plan->backends, plan->modes,
				    NULL),
		.progress = { .batches = plan->batches,
			      .launches = plan->launches,
			      .spacing = plan->spacing },
	};
	char text[100];
	int result;

	*tally = (struct tally){ 0 };
	running.progress.series = running.want * plan->launches * plan->batches;
	running.order = calloc(running.want + 1, sizeof(*running.order));
	running.records = calloc(running.want + 1, sizeof(*running.records));
	if (running.order && running.records)
		result = run_launches(&now, &running, state, file, tally, err);
	else
		result = fail(err, "memory for records");
	free(running.order);
	free(running.records);
	tally->interrupted = stop_signal();
	if (tally->interrupted && !result) {
		snprintf(text, sizeof(text),
			 "by signal %d, after %u of %u launches", stop_signal(),
			 tally->launches, plan->launches * plan->batches);
		result = csv_add_meta(file, "interrupted", text);
	}
	return result;
}
