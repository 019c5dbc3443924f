// SPDX-License-Identifier: MIT
/* process.c: the cost of an operation, by the clock of whole programs. */
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stats.h"
#include "witness.h"

#define WORKLOAD(name, text)                                                   \
	{                                                                      \
		XB_ID_##name, xb_##name##_throughput_1, text                   \
	}

const struct process_workload process_workloads[] = {
	WORKLOAD(getppid_syscall, "a storm of system calls"),
	WORKLOAD(sigreturn_sysret,
		 "a storm of rt_sigreturn, leaving by SYSRET"),
	WORKLOAD(sigreturn_iret, "a storm of rt_sigreturn, leaving by IRET"),
	WORKLOAD(switch_pipe, "ping-pong by pipes"),
	WORKLOAD(switch_pipe_cpuid, "ping-pong, CPUID faults on one side"),
	WORKLOAD(switch_pipe_tsc, "ping-pong, RDTSC faults on one side"),
};

const size_t nr_process_workloads =
	sizeof(process_workloads) / sizeof(process_workloads[0]);

const struct process_workload *process_find(const char *name)
{
	for (size_t i = 0; i < nr_process_workloads; i++)
		if (!strcmp(catalog[process_workloads[i].bench].name, name))
			return &process_workloads[i];
	return NULL;
}

static int fail(struct backend_error *err, const char *what, int code)
{
	snprintf(err->text, sizeof(err->text), "%s: %s", what, strerror(code));
	return -code;
}

/* hyperfine's own words go nowhere; its figures go to `json`. */
static int run_hyperfine(const char *json, unsigned int runs,
			 const char *longer, const char *shorter,
			 struct backend_error *err)
{
	char number[16];
	const char *argv[] = { "hyperfine", "-N",     "--warmup",
			       "1",	    "--runs", number,
			       "--style",   "none",   "--export-json",
			       json,	    longer,   shorter,
			       NULL };
	posix_spawn_file_actions_t actions;
	int status, result;
	pid_t child;

	snprintf(number, sizeof(number), "%u", runs);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
					 O_WRONLY, 0);
	/* It warns of outliers, which the quartile is there for. */
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO,
					 STDERR_FILENO);
	result = posix_spawnp(&child, "hyperfine", &actions, NULL,
			      (char **)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (result == ENOENT)
		return fail(err, "hyperfine: install it", result);
	if (result)
		return fail(err, "hyperfine", result);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return fail(err, "waitpid", errno);
	if (!status)
		return 0;
	snprintf(
		err->text, sizeof(err->text),
		"hyperfine failed; see what it says to: hyperfine -N \"%.300s\"",
		longer);
	return -EIO;
}

/* The lower quartile of one command's times, in seconds; or negative. */
static double quartile_of(const json_t *root, size_t command)
{
	const json_t *times = json_object_get(
		json_array_get(json_object_get(root, "results"), command),
		"times");
	size_t nr = json_array_size(times), i;
	double *values = calloc(nr + 1, sizeof(*values)), quartile = -1;

	for (i = 0; values && i < nr; i++)
		values[i] = json_real_value(json_array_get(times, i));
	if (values && nr) {
		stats_sort(values, nr);
		quartile = stats_quantile(values, nr, 0.25);
	}
	free(values);
	return quartile;
}

/* User and system time of one run, in seconds, as a mean. */
static double cpu_time_of(const json_t *root, size_t command)
{
	const json_t *result =
		json_array_get(json_object_get(root, "results"), command);

	return json_real_value(json_object_get(result, "user")) +
	       json_real_value(json_object_get(result, "system"));
}

static int read_times(const char *path, struct process_result *result,
		      struct backend_error *err)
{
	json_error_t why;
	json_t *root = json_load_file(path, 0, &why);
	double longer = quartile_of(root, 0), shorter = quartile_of(root, 1);
	double cpu = cpu_time_of(root, 0) - cpu_time_of(root, 1);

	json_decref(root);
	if (longer < 0 || shorter < 0)
		return fail(err, "hyperfine's JSON has no times", EPROTO);
	result->wall_ns = (longer - shorter) * 1e9 / (double)result->ops;
	result->ns = cpu * 1e9 / (double)result->ops;
	return 0;
}

int process_measure(const struct process_workload *workload, uint64_t rounds,
		    unsigned int runs, int cpu, struct process_result *result,
		    struct backend_error *err)
{
	const struct catalog_entry *entry = &catalog[workload->bench];
	char self[256], json[] = "/tmp/xbench-process-XXXXXX";
	char longer[400], shorter[400];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int fd, status;

	if (n < 0)
		return fail(err, "/proc/self/exe", errno);
	self[n] = '\0';
	fd = mkstemp(json);
	if (fd < 0)
		return fail(err, json, errno);
	close(fd);
	snprintf(longer, sizeof(longer), "'%s' workload %s %llu %d", self,
		 entry->name, (unsigned long long)rounds + 1, cpu);
	snprintf(shorter, sizeof(shorter), "'%s' workload %s 1 %d", self,
		 entry->name, cpu);
	*result = (struct process_result){ .ops = rounds * entry->u };
	status = run_hyperfine(json, runs, longer, shorter, err);
	if (!status)
		status = read_times(json, result, err);
	unlink(json);
	return status;
}
