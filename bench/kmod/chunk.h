/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* chunk.h: one request of the mailbox, with interrupts off. */
#ifndef XBENCH_CHUNK_H
#define XBENCH_CHUNK_H

#include "kmod.h"

struct chunk {
	struct xb_mailbox mb;
	struct xb_world world;
	struct ring3 *ring3;
	struct cpu_state state;
	bool counts_smis;
};

struct chunk *chunk_create(void); /* NULL: out of memory */
void chunk_destroy(struct chunk *chunk);

/* Serve chunk->mb.  0, or an errno of ioctl.h; may be called on any CPU, by
 * one thread at a time. */
int chunk_run(struct chunk *chunk);

#endif
