// SPDX-License-Identifier: MIT
/* ab.c: two commands measured in pairs, until the rows are decided. */
#define _GNU_SOURCE
#include "ab.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"

static const char *const names[2] = { "CMD_A", "CMD_B" };

static int fail(struct ab_error *err, const char *call)
{
	int code = errno;

	snprintf(err->text, sizeof(err->text), "%s: %s", call, strerror(code));
	return -code;
}

/* The command with its output in these files; its wait status, or -errno. */
static int execute(char *const *command, int out, int errors,
		   struct ab_error *err)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		return fail(err, "fork");
	if (!child) {
		dup2(out, STDOUT_FILENO);
		dup2(errors, STDERR_FILENO);
		execvp(command[0], command);
		dprintf(STDERR_FILENO, "%s: %s\n", command[0], strerror(errno));
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return fail(err, "waitpid");
	return status;
}

static int describe_failure(size_t side, size_t pair, int status, int errors,
			    struct ab_error *err)
{
	size_t bytes = sizeof(err->text);
	int used;
	ssize_t n;

	if (WIFSIGNALED(status))
		used = snprintf(err->text, bytes,
				"%s, pair %zu: signal %d (%s)", names[side],
				pair, WTERMSIG(status),
				strsignal(WTERMSIG(status)));
	else
		used = snprintf(err->text, bytes, "%s, pair %zu: exit code %d",
				names[side], pair, WEXITSTATUS(status));
	used += snprintf(err->text + used, bytes - (size_t)used, ": ");
	n = pread(errors, err->text + used, bytes - (size_t)used - 1, 0);
	if (n <= 0)
		n = snprintf(err->text + used, bytes - (size_t)used,
			     "it said nothing on standard error");
	while (n > 0 && err->text[used + n - 1] == '\n')
		n--;
	err->text[used + n] = '\0';
	return -ECHILD;
}

/* Run one side's command and read what it wrote as the side's next file. */
static int launch(const struct ab_plan *plan, size_t side, struct side *into,
		  struct ab_error *err)
{
	char path[] = "/tmp/xbench-ab-XXXXXX";
	int out = mkostemp(path, O_CLOEXEC), errors, status, rc = 0;
	size_t pair = into->nr_files + 1;
	struct csv_error csv_err;

	if (out < 0)
		return fail(err, path);
	errors = memfd_create("stderr", MFD_CLOEXEC);
	status = errors < 0 ? fail(err, "memfd_create")
			    : execute(plan->commands[side], out, errors, err);
	if (status < 0)
		rc = status;
	else if (!WIFEXITED(status) || (WEXITSTATUS(status) != EXIT_DONE &&
					WEXITSTATUS(status) != EXIT_INCOMPLETE))
		rc = describe_failure(side, pair, status, errors, err);
	else if (csv_read(path, &into->files[into->nr_files], &csv_err)) {
		snprintf(
			err->text, sizeof(err->text),
			"%s, pair %zu: its output is no result file (kept): %s",
			names[side], pair, csv_err.text);
		close(out);
		close(errors);
		return -ECHILD;
	} else {
		into->nr_files++;
	}
	unlink(path);
	close(out);
	if (errors >= 0)
		close(errors);
	return rc;
}

/* splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void wait_until(struct timespec *slot, double spacing)
{
	struct timespec now;

	slot->tv_sec += (time_t)spacing;
	slot->tv_nsec += (long)((spacing - (double)(time_t)spacing) * 1e9);
	if (slot->tv_nsec >= 1000000000) {
		slot->tv_nsec -= 1000000000;
		slot->tv_sec++;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, slot, NULL) ==
	       EINTR)
		;
	clock_gettime(CLOCK_MONOTONIC, &now);
	*slot = now; /* The next is that much later than this really began. */
}

/* Pairs `from` to `to`, spread over the slots. */
static int take_pairs(const struct ab_plan *plan, size_t from, size_t to,
		      size_t undecided, uint64_t *random, struct timespec *slot,
		      struct ab_outcome *outcome, struct ab_error *err)
{
	size_t now = 0;
	int rc = 0;

	for (size_t pair = from; pair < to && !rc; pair++) {
		size_t due = (pair - from) * AB_SLOTS / (to - from);
		size_t first = next_random(random) >> 63;

		if (due != now || (pair == from && from))
			wait_until(slot, plan->spacing);
		now = due;
		if (plan->progress)
			plan->progress(pair + 1, undecided);
		rc = launch(plan, first, &outcome->sides[first], err);
		if (!rc)
			rc = launch(plan, !first, &outcome->sides[!first], err);
	}
	return rc;
}

/* Judge all pairs so far.  0 or -ENOMEM. */
static int look(const struct gate_request *request, struct ab_outcome *outcome)
{
	struct side *a = &outcome->sides[0], *b = &outcome->sides[1];
	struct gate before = outcome->gate;
	const struct metric *metric =
		before.nr ? before.metric : gate_metric(request, a);
	int rc;

	rc = side_make(a, metric);
	if (!rc)
		rc = side_make(b, metric);
	if (rc)
		return rc;
	side_scale(b, 1 + request->inject);
	rc = gate_check(request, a, b, metric, false, &outcome->reasons);
	if (rc || outcome->reasons)
		return rc;
	outcome->gate = (struct gate){ 0 };
	rc = gate_pairs(request, a, b, metric, before.nr ? &before : NULL,
			&outcome->gate);
	gate_free(&before);
	return rc;
}

static int begin(struct ab_outcome *outcome)
{
	const size_t max = stats_looks[STATS_NR_LOOKS - 1];

	*outcome = (struct ab_outcome){ .reasons = NULL };
	for (size_t i = 0; i < 2; i++) {
		outcome->sides[i] = (struct side){
			.files = calloc(max, sizeof(struct csv_file)),
			.paths = &names[i],
			.by_file = true,
		};
		if (!outcome->sides[i].files)
			return -ENOMEM;
	}
	return 0;
}

int ab_run(const struct ab_plan *plan, const struct gate_request *request,
	   struct ab_outcome *outcome, struct ab_error *err)
{
	uint64_t random = plan->seed;
	struct timespec slot;
	size_t pairs = 0, undecided = 0;
	int rc = begin(outcome);

	strcpy(err->text, strerror(ENOMEM));
	clock_gettime(CLOCK_MONOTONIC, &slot);
	for (size_t i = 0; i < STATS_NR_LOOKS && !rc; i++) {
		rc = take_pairs(plan, pairs, stats_looks[i], undecided, &random,
				&slot, outcome, err);
		pairs = stats_looks[i];
		if (!rc)
			rc = look(request, outcome);
		if (outcome->reasons)
			break;
		undecided = gate_undecided(&outcome->gate);
		if (!undecided)
			break;
	}
	if (rc)
		ab_free(outcome);
	return rc;
}

void ab_free(struct ab_outcome *outcome)
{
	gate_free(&outcome->gate);
	free(outcome->reasons);
	for (size_t i = 0; i < 2; i++)
		side_free(&outcome->sides[i]);
	*outcome = (struct ab_outcome){ .reasons = NULL };
}
