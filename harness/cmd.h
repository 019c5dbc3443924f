/* SPDX-License-Identifier: MIT */
/* cmd.h: the commands of the program and its exit codes. */
#ifndef CMD_H
#define CMD_H

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
 * Each takes its own name as argv[0] and returns an enum exit_code.  What
 * went wrong is printed on stderr, once.
 */
int cmd_list(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_all(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_image(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_gate(int argc, char **argv);
int cmd_ab(int argc, char **argv);

/* Internal: one launch, started by `run` and `all`; records on stdout. */
int cmd_launch(int argc, char **argv);

#endif
