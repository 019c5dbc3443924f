/* SPDX-License-Identifier: MIT */
/* backend.h: how a mailbox reaches the ring it runs in. */
#ifndef BACKEND_H
#define BACKEND_H

#include <stdbool.h>
#include <xbench/abi.h>
#include "event.h"

/* Why a call failed: what, and what to do about it.  One line. */
struct backend_error {
	char text[512];
};

/* What the hypervisor under a backend did meanwhile. */
struct backend_facts {
	bool counted;	   /* the two below are known */
	uint64_t exits;	   /* exits to the hypervisor */
	uint64_t emulated; /* instructions that it interpreted */
};

/*
 * How events of a world are counted.  Between open() and close() all of them
 * count; `i` is an event's place.  Events are never multiplexed: one that did
 * not count all the time is an error.
 */
struct backend_counting {
	/*
	 * `everything`: also what others do for the payload, as the kernel
	 * does for a system call.  0, or -errno with `err`; then nothing is
	 * open.
	 */
	int (*open)(const struct event *events, uint32_t n, bool everything,
		    struct backend_error *err);
	/* Does RDPMC read it in the payload's ring?  Then by which ECX, and
	 * how many bits. */
	bool (*inside)(uint32_t i, uint32_t *ecx, uint32_t *width);
	/* As it stands, and how long it has counted; `ns` may be NULL, which
	 * is faster.  0 or -errno with `err`. */
	int (*read)(uint32_t i, uint64_t *value, double *ns,
		    struct backend_error *err);
	void (*close)(void);
};

/*
 * One world at a time and process: a launch opens it, runs its mailboxes and
 * closes it.
 */
struct backend {
	const char *name;
	uint32_t bit; /* one XB_ON_* */

	/* Make a world and try out its probes.  0 or -errno. */
	int (*open)(struct backend_error *err);

	/*
	 * Take one request there and back.  IN must be filled; OUT is
	 * cleared first.  0 if the world answered, whatever its status.
	 * -ETIMEDOUT: it did not; -EIO: it died; else the -errno of a failed
	 * call.  A world that failed is replaced before the next request.
	 */
	int (*run)(struct xb_mailbox *mb, struct backend_facts *facts,
		   struct backend_error *err);

	void (*close)(void);

	const struct backend_counting *counting; /* NULL: it cannot count */
};

extern const struct backend backend_user;
extern const struct backend backend_kvm;
extern const struct backend backend_kmod;

#define NR_BACKENDS 3

/* NULL-terminated, in the order of reports. */
extern const struct backend *const backends[NR_BACKENDS + 1];

const struct backend *backend_by_name(const char *name);

/* How long one chunk may take, in seconds of wall time: a generous guess. */
#define BACKEND_CHUNK_SECONDS 5

#endif
