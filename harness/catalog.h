/* SPDX-License-Identifier: MIT */
/* catalog.h: the catalog of include/xbench as data. */
#ifndef CATALOG_H
#define CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <xbench/abi.h>

struct catalog_entry {
	const char *name;
	const char *family;
	const char *text;
	uint32_t u;	   /* copies of the body in a region */
	uint32_t backends; /* XB_ON_* */
	uint32_t needs;	   /* enum xb_need bits */
	uint32_t modes;	   /* 1 << XB_MODE_* */
};

/* Indexed by enum xb_bench. */
extern const struct catalog_entry catalog[XB_NR_BENCHES];

/* Indexed by XB_MODE_*. */
extern const char *const catalog_modes[XB_NR_MODES];

/* Operations of one round of region XB_U in `mode`. */
uint32_t catalog_ops(enum xb_bench bench, uint32_t mode);

/* Does an operation give the CPU away, by design? */
bool catalog_switches(enum xb_bench bench);

/* Why a need is not met, in words; `need` is one bit. */
const char *catalog_need_text(uint32_t need);

/* Which benchmarks does a shell glob name?  Sets selected[]; the count. */
size_t catalog_select(const char *glob, unsigned char selected[XB_NR_BENCHES]);

/*
 * The same for `n` globs, each of which must name something; else a message
 * on stderr, with the nearest name, and false.
 */
bool catalog_select_all(int n, char **globs,
			unsigned char selected[XB_NR_BENCHES]);

#endif
