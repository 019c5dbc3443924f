/* SPDX-License-Identifier: MIT */
/* gate_aa.h: this machine gated against itself. */
#ifndef GATE_AA_H
#define GATE_AA_H

#include "gate_options.h"

/*
 * Judge `suites` suites of pairs in which both commands are this program's
 * own `run` of what is selected; print a line for each, then the rates and a
 * table of rows.  With options->request.inject side B is raised, and what is
 * printed is the power.  Returns an exit code, after a message if it failed:
 * EXIT_REGRESSION if identical sides were called a FAIL.
 */
int gate_aa(const struct gate_options *options, size_t suites, double spacing);

#endif
