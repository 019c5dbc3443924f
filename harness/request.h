/* SPDX-License-Identifier: MIT */
/* request.h: what `run` and `all` were asked for. */
#ifndef REQUEST_H
#define REQUEST_H

#include "launcher.h"
#include "options.h"

/* The plan that no option changes: one batch of five launches. */
struct plan request_default_plan(void);

/*
 * Read options and operands; `all` takes every benchmark and no operand.
 * `plan->settings.cpu` is -1 unless named, `output` NULL.  False: something
 * was wrong, and said so on stderr.
 */
bool request_read(const struct arguments *arguments, bool all,
		  struct plan *plan, const char **output);

#endif
