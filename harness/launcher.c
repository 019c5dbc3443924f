// SPDX-License-Identifier: MIT
/* launcher.c: launches as fresh processes, and what to do about them. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "backend_bare.h"
#include "catalog.h"
#include "launcher.h"
#include "progress.h"
#include "rows.h"

/*
 * What ends a run early.  Blocked and read from a descriptor: between a test
 * and a wait none is lost, and none ends the program before the file is saved.
 */
static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };
static int stop_fd = -1;
static uint32_t stop; /* the signal that came, or 0 */

static int watch_signals(void)
{
	struct sigaction hangup;
	sigset_t mask;
	size_t i;

	sigemptyset(&mask);
	for (i = 0; i < sizeof(stop_signals) / sizeof(stop_signals[0]); i++)
		sigaddset(&mask, stop_signals[i]);
	/* nohup(1) made it ignored; blocked, it would not be. */
	if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler == SIG_IGN)
		sigdelset(&mask, SIGHUP);
	stop = 0;
	sigprocmask(SIG_BLOCK, &mask, NULL);
	stop_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	return stop_fd < 0 ? -errno : 0;
}

/* Until `fd` (or none, -1) can be read, a stop, or `ms` have passed (-1:
 * never).  True if it is `fd`. */
static bool wait_for(int fd, int ms)
{
	struct pollfd fds[] = { { .fd = stop_fd, .events = POLLIN },
				{ .fd = fd, .events = POLLIN } };
	struct signalfd_siginfo info;

	if (poll(fds, 2, ms) < 0)
		return false;
	if (read(stop_fd, &info, sizeof(info)) == sizeof(info))
		stop = info.ssi_signo;
	return !stop && fds[1].revents;
}

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
		/* The signals stay blocked: a terminal sends them to all, and
		 * it is for this process to end the launch. */
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
	const struct plan *plan;   /* as this launch has it */
	struct engine_item *order; /* of its series */
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

	while (used < bytes && !stop) {
		show_progress(running);
		if (!wait_for(fd, -1))
			continue;
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

static void utc_now(char *text, size_t bytes)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, bytes, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Run it until it ends, or a signal ends it. */
static int run_process(struct running *running, struct backend_error *err)
{
	pid_t child = -1;
	int status = 0;
	int fd = start(running->plan, &child, err);

	if (fd < 0)
		return fd;
	collect(fd, running);
	close(fd);
	if (stop)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!stop)
		fill_missing(status, running);
	return 0;
}

/* One launch in a process of its own, from start to rows. */
static int launch_process(struct running *running, const struct sysstate *state,
			  struct csv_file *file, struct tally *tally,
			  struct backend_error *err)
{
	const struct plan *plan = running->plan;
	struct engine_record *records = running->records;
	struct csv_row row;
	char started[32];
	int result;
	size_t i;

	running->have = 0;
	if (!running->want)
		return 0;
	engine_plan(plan->selected, plan->backends, plan->modes,
		    running->order);
	engine_shuffle(&plan->settings, running->order, running->want);
	utc_now(started, sizeof(started));
	result = run_process(running, err);
	if (result || stop)
		return result;
	qsort(records, running->have, sizeof(*records), by_item);
	for (i = 0; i < running->have && !result; i++) {
		tally->by_status[records[i].status]++;
		row = rows_make(state, started, running->progress.batch,
				&plan->settings, &records[i]);
		result = csv_add_row(file, &row);
	}
	if (result)
		snprintf(err->text, sizeof(err->text), "result rows: %s",
			 strerror(-result));
	return result;
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) +
	       (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* One launch, in whatever world its backends are. */
static int launch(struct running *running, const struct sysstate *state,
		  struct csv_file *file, struct tally *tally,
		  struct backend_error *err)
{
	int result = launch_process(running, state, file, tally, err);

	if (!result && !stop && backend_bare_count(running->plan))
		result = backend_bare_launch(running->plan, state,
					     running->progress.batch, wait_for,
					     &stop, file, tally, err);
	return result;
}

static void wait_until(const struct timespec *start, double seconds)
{
	double left;

	while (!stop && (left = seconds - seconds_since(start)) > 0)
		wait_for(-1, (int)ceil(fmin(left, 1000) * 1e3));
}

static int run_launches(struct plan *now, struct running *running,
			const struct sysstate *state, struct csv_file *file,
			struct tally *tally, struct backend_error *err)
{
	struct progress *p = &running->progress;
	uint32_t i, n = now->launches * now->batches;
	struct timespec began;
	int result = 0;

	clock_gettime(CLOCK_MONOTONIC, &began);
	for (i = 0; i < n && !stop && !result; i++) {
		p->batch = i / now->launches + 1;
		p->launch = i % now->launches + 1;
		p->done = i * running->want;
		if (p->launch == 1)
			wait_until(&began, (p->batch - 1) * now->spacing);
		now->settings.launch = i + 1;
		if (!stop)
			result = launch(running, state, file, tally, err);
		tally->launches += !stop && !result;
	}
	return result;
}

int launcher_run(const struct plan *plan, const struct sysstate *state,
		 struct csv_file *file, struct tally *tally,
		 struct backend_error *err)
{
	size_t want =
		engine_plan(plan->selected, plan->backends, plan->modes, NULL);
	uint32_t launches = plan->launches * plan->batches;
	struct plan now = *plan;
	struct running running = {
		.plan = &now,
		.want = want,
		.order = calloc(want + 1, sizeof(*running.order)),
		.records = calloc(want + 1, sizeof(*running.records)),
		.progress = { .batches = plan->batches,
			      .launches = plan->launches,
			      .series = want * launches,
			      .spacing = plan->spacing },
	};
	char text[100];
	int result;

	*tally = (struct tally){ 0 };
	if (!running.order || !running.records)
		result = fail(err, "memory for records");
	else if (watch_signals())
		result = fail(err, "signalfd");
	else
		result = run_launches(&now, &running, state, file, tally, err);
	free(running.order);
	free(running.records);
	close(stop_fd);
	stop_fd = -1;
	tally->interrupted = stop;
	if (stop && !result) {
		snprintf(text, sizeof(text),
			 "by signal %u, after %u of %u launches", stop,
			 tally->launches, launches);
		result = csv_add_meta(file, "interrupted", text);
	}
	return result;
}
