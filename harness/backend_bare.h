/* SPDX-License-Identifier: MIT */
/* backend_bare.h: a launch of the bare image in QEMU. */
#ifndef BACKEND_BARE_H
#define BACKEND_BARE_H

#include "launcher.h"

/*
 * No entry of backends[]: it answers no mailbox, but does a whole launch on a
 * virtual machine and sends the rows, which tell of that machine.  TCG
 * interprets it, so it is there to be tried out, and only if asked for.
 */

/* Series that the plan has there; 0 if it does not name this backend. */
size_t backend_bare_count(const struct plan *plan);

/* 0, or -ENOENT with `err` if there is no QEMU here. */
int backend_bare_check(struct backend_error *err);

/*
 * Boot once, do launch plan->settings.launch, and append its rows; series of
 * which no row came get one with status error.  `wait` is as
 * bare_image_spawn() has it; if it sets *stop meanwhile, nothing is appended.
 * 0 or -errno with `err`.
 */
int backend_bare_launch(const struct plan *plan, const struct sysstate *state,
			uint32_t batch, bool (*wait)(int fd, int ms),
			const uint32_t *stop, struct csv_file *file,
			struct tally *tally, struct backend_error *err);

#endif
