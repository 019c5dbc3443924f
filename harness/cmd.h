/* SPDX-License-Identifier: MIT */
/* cmd.h: the commands of the program and its exit codes. */
#ifndef CMD_H
#define CMD_H

struct arguments;

enum exit_code {
	EXIT_DONE = 0,
	EXIT_REGRESSION = 1,	 /* a gate found one */
	EXIT_USAGE = 2,		 /* usage, or input that cannot be read */
	EXIT_CANNOT = 3,	 /* cannot run here; stderr says why */
	EXIT_INCOMPLETE = 4,	 /* inconclusive, or rows are missing */
	EXIT_NOT_COMPARABLE = 5, /* other machine, unit or method */
	EXIT_INTERNAL = 70,	 /* a defect of this program */
};

/*
 * Each returns an enum exit_code.  What went wrong is printed on stderr,
 * once.  Their options are in commands.c.
 */
int cmd_list(const struct arguments *arguments);
int cmd_run(const struct arguments *arguments);
int cmd_all(const struct arguments *arguments);
int cmd_report(const struct arguments *arguments);
int cmd_events(const struct arguments *arguments);
int cmd_env(const struct arguments *arguments);
int cmd_doctor(const struct arguments *arguments);
int cmd_image(const struct arguments *arguments);
int cmd_import(const struct arguments *arguments);
int cmd_diff(const struct arguments *arguments);
int cmd_gate(const struct arguments *arguments);
int cmd_ab(const struct arguments *arguments);
int cmd_claims(const struct arguments *arguments);
int cmd_process(const struct arguments *arguments);

/*
 * Internal: one launch, started by `run` and `all`; records on stdout.  Takes
 * its own name as argv[0]; no one else calls it, and it is in no table.
 */
int cmd_launch(int argc, char **argv);

/* Internal likewise: one program of `process`. */
int cmd_workload(int argc, char **argv);

/* Internal: one program of `process`. */
int cmd_workload(int argc, char **argv);

#endif
