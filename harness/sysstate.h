/* SPDX-License-Identifier: MIT */
/* sysstate.h: the state of this machine that a result must tell. */
#ifndef SYSSTATE_H
#define SYSSTATE_H

#include "cpu.h"
#include "csv.h"

#define SYSSTATE_ID_BYTES 17

/* How a number is made; a change makes older results incomparable. */
#define SYSSTATE_TIMING "lfence-rdtsc-lfence, q25(2U)-q25(U)"

struct sysstate {
	struct cpu_identity cpu;
	double tsc_khz;
	char host[65];
	/*
	 * sysstate_hash() in hexadecimal of what must be equal to compare two
	 * rows (machine), and of what may be under test (subject).
	 */
	char machine[SYSSTATE_ID_BYTES];
	char subject[SYSSTATE_ID_BYTES];
};

/*
 * Look at this machine and write what is found as preamble lines into `file`.
 * What cannot be read is left out.  0, -ENOTSUP (see cpu_identify_here()) or
 * -ENOMEM.
 */
int sysstate_read(struct sysstate *state, struct csv_file *file);

/*
 * The least busy of the CPUs that this process may use, watched for 20 ms in
 * /proc/stat; the highest-numbered among equals, since CPU 0 gets most
 * interrupts.  -errno if there is none.
 */
int sysstate_quiet_cpu(void);

/*
 * Begin to watch now, so that sysstate_quiet_cpu() waits for the rest only.
 * Work done meanwhile makes the CPU that it is done on look busy.
 */
void sysstate_watch_cpus(void);

/* FNV-1a, 64 bits, of `text` and its NUL, on from `*state`. */
#define SYSSTATE_HASH_START 0xcbf29ce484222325

static inline void sysstate_hash(uint64_t *state, const char *text)
{
	do
		*state = (*state ^ (unsigned char)*text) * 0x100000001b3;
	while (*text++);
}

#endif
