/* SPDX-License-Identifier: MIT */
/* kmod_fuzz.h: requests of all kinds to /dev/xbench. */
#ifndef KMOD_FUZZ_H
#define KMOD_FUZZ_H

#include <xbench/abi.h>

/* What can come of a call; anything else is a mistake. */
#define FUZZ_OUTCOMES(X)                                                       \
	X(OK)                                                                  \
	X(SKIP)                                                                \
	X(FAULT) X(ERROR) X(EFAULT) X(EPROTO) X(ENOTTY) X(EXDEV) X(EINTR)

enum fuzz_outcome {
#define X(name) FUZZ_##name,
	FUZZ_OUTCOMES(X)
#undef X
	NR_FUZZ_OUTCOMES
};

/* Of all threads and children. */
struct fuzz_counts {
	unsigned long outcomes[NR_FUZZ_OUTCOMES];
	unsigned long child_calls;
	unsigned char ok[XB_NR_BENCHES][XB_NR_MODES];
	unsigned char skipped[XB_NR_BENCHES][XB_NR_MODES];
};

extern struct fuzz_counts *fuzz_counts; /* in memory that children share */
extern int fuzz_device;			/* open */
extern const char *const fuzz_outcome_names[NR_FUZZ_OUTCOMES];

/* Of one thread. */
struct fuzzer {
	uint64_t random;
	uint32_t kmod[XB_NR_BENCHES], nr_kmod; /* what the module has */
	uint32_t other[XB_NR_BENCHES], nr_other;
	unsigned char *pages; /* can be written, can be read, not mapped */
	struct xb_mailbox mb;
};

/* Print, and leave with status 1. */
void __attribute__((noreturn, format(printf, 1, 2)))
fuzz_die(const char *format, ...);

void fuzz_set_up(struct fuzzer *f, uint64_t seed);
uint32_t fuzz_below(struct fuzzer *f, uint32_t limit);

/* To either CPU; or to CPU 0, while CPU 1 is off line. */
void fuzz_pin(struct fuzzer *f);

/* These leave, too, if the module does not say what it must. */
void fuzz_probe_all(struct fuzzer *f);
void fuzz_valid(struct fuzzer *f); /* small, with nothing wrong in it */
void fuzz_any(struct fuzzer *f);

#endif
