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
#include "launcher.h"
#include "rows.h"

/*
 * What ends a run early.  Blocked and read from a descriptor: between a test
 * and a wait none is lost, and none ends the program before the file is saved.
 */
static const int stop_signals[] = { SIGINT, SIGTERM, SIGHUP };
static sigset_t old_mask;
static int stop_fd = -1;
static uint32_t stop; /* the signal that came, or 0 */

static int watch_signals(void)
{
	sigset_t mask;
	size_t i;

	sigemptyset(&mask);
	for (i = 0; i < sizeof(stop_signals) / sizeof(stop_signals[0]); i++)
		sigaddset(&mask, stop_signals[i]);
	stop = 0;
	sigprocmask(SIG_BLOCK, &mask, &old_mask);
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
		sigprocmask(SIG_SETMASK, &old_mask, NULL);
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

/* Whole records until the end or a stop; how many. */
static size_t collect(int fd, struct engine_record *records, size_t max)
{
	size_t used = 0, bytes = max * sizeof(*records);
	ssize_t n;

	while (used < bytes && !stop) {
		if (!wait_for(fd, -1))
			continue;
		n = read(fd, (char *)records + used, bytes - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		used += (size_t)n;
	}
	return used / sizeof(*records);
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

/* Give every item of the plan that has no record one that says why. */
static size_t fill_missing(const struct plan *plan, int status,
			   struct engine_record *records, size_t have,
			   size_t want)
{
	struct engine_item *items = calloc(want, sizeof(*items));
	size_t i, j, n = have;

	if (!items)
		return n;
	engine_plan(plan->selected, plan->backends, plan->modes, items);
	for (i = 0; i < want; i++) {
		for (j = 0; j < have; j++)
			if (!memcmp(&records[j].item, &items[i],
				    sizeof(items[i])))
				break;
		if (j < have)
			continue;
		records[n] = engine_empty_record(&items[i]);
		records[n].status = ENGINE_ERROR;
		describe_end(status, &records[n++]);
	}
	free(items);
	return n;
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

/* One launch in a process of its own, from start to rows. */
static int launch_process(const struct plan *plan, const struct sysstate *state,
			  uint32_t batch, struct csv_file *file,
			  struct tally *tally, struct backend_error *err)
{
	size_t i, n,
		want = engine_plan(plan->selected, plan->backends, plan->modes,
				   NULL);
	struct engine_record *records;
	struct csv_row row;
	char started[32];
	int fd, status = 0, result = 0;
	pid_t child = -1;

	if (!want)
		return 0;
	records = calloc(want, sizeof(*records));
	if (!records)
		return fail(err, "memory for records");
	utc_now(started, sizeof(started));
	fd = start(plan, &child, err);
	if (fd < 0) {
		free(records);
		return fd;
	}
	n = collect(fd, records, want);
	close(fd);
	if (stop)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!stop) {
		if (n < want)
			n = fill_missing(plan, status, records, n, want);
		qsort(records, n, sizeof(*records), by_item);
		for (i = 0; i < n && !result; i++) {
			tally->by_status[records[i].status]++;
			row = rows_make(state, started, batch,
					plan->settings.launch, &records[i]);
			result = csv_add_row(file, &row);
		}
		if (result)
			snprintf(err->text, sizeof(err->text),
				 "result rows: %s", strerror(-result));
	}
	free(records);
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
static int launch(const struct plan *plan, const struct sysstate *state,
		  uint32_t batch, struct csv_file *file, struct tally *tally,
		  struct backend_error *err)
{
	int result = launch_process(plan, state, batch, file, tally, err);

	if (!result && !stop && backend_bare_count(plan))
		result = backend_bare_launch(plan, state, batch, wait_for,
					     &stop, file, tally, err);
	return result;
}

static void wait_until(const struct timespec *start, double seconds)
{
	double left;

	while (!stop && (left = seconds - seconds_since(start)) > 0)
		wait_for(-1, (int)ceil(fmin(left, 1000) * 1e3));
}

int launcher_run(const struct plan *plan, const struct sysstate *state,
		 struct csv_file *file, struct tally *tally,
		 struct backend_error *err)
{
	struct plan now = *plan;
	struct timespec began;
	uint32_t batch, i;
	char text[100];
	int result = 0;

	*tally = (struct tally){ 0 };
	if (watch_signals())
		return fail(err, "signalfd");
	clock_gettime(CLOCK_MONOTONIC, &began);
	for (batch = 0; batch < plan->batches && !stop && !result; batch++) {
		wait_until(&began, batch * plan->spacing);
		for (i = 0; i < plan->launches && !stop && !result; i++) {
			now.settings.launch = batch * plan->launches + i + 1;
			result = launch(&now, state, batch + 1, file, tally,
					err);
			tally->launches += !stop && !result;
		}
	}
	close(stop_fd);
	tally->interrupted = stop;
	if (stop && !result) {
		snprintf(text, sizeof(text),
			 "by signal %u, after %u of %u launches", stop,
			 tally->launches, plan->launches * plan->batches);
		result = csv_add_meta(file, "interrupted", text);
	}
	return result;
}
