// SPDX-License-Identifier: MIT
/* catalog.c: the catalog of include/xbench as data. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include "catalog.h"
#include "nearest.h"

const struct catalog_entry catalog[XB_NR_BENCHES] = {
#define XB_BENCH(name, family, u, backends, needs, text)                       \
	{ #name, #family, text, u, backends, needs, XB_MODES(family) },
#include <xbench/catalog.h>
#undef XB_BENCH
};

/* What a result row tells of its body (csv.h) hangs on this. */
#define XB_BENCH(name, family, u, backends, needs, text)                       \
	_Static_assert(((u) & ((u)-1)) == 0, #name ": U is a power of two");
#include <xbench/catalog.h>
#undef XB_BENCH
_Static_assert((XB_OVERLAP_OPS & (XB_OVERLAP_OPS - 1)) == 0,
	       "a power of two, too");

const char *const catalog_modes[XB_NR_MODES] = {
	[XB_MODE_throughput] = "throughput",
	[XB_MODE_fenced] = "fenced",
	[XB_MODE_overlap] = "overlap",
};

uint32_t catalog_ops(enum xb_bench bench, uint32_t mode)
{
	return mode == XB_MODE_overlap ? XB_OVERLAP_OPS : catalog[bench].u;
}

bool catalog_switches(enum xb_bench bench)
{
	return !strcmp(catalog[bench].family, "switch");
}

const char *catalog_need_text(uint32_t need)
{
	switch (need) {
#define X(name, bit, why)                                                      \
	case XB_NEED_##name:                                                   \
		return why;
		XB_CPU_NEEDS(X)
		XB_OS_NEEDS(X)
		XB_PROBES(X)
#undef X
	}
	return "unknown need";
}

size_t catalog_select(const char *glob, unsigned char selected[XB_NR_BENCHES])
{
	size_t i, n = 0;

	for (i = 0; i < XB_NR_BENCHES; i++) {
		if (fnmatch(glob, catalog[i].name, 0))
			continue;
		selected[i] = 1;
		n++;
	}
	return n;
}

bool catalog_select_all(int n, char **globs,
			unsigned char selected[XB_NR_BENCHES])
{
	struct nearest nearest;
	size_t k;
	int i;

	for (i = 0; i < n; i++) {
		if (catalog_select(globs[i], selected))
			continue;
		nearest = nearest_to(globs[i]);
		for (k = 0; k < XB_NR_BENCHES; k++)
			nearest_try(&nearest, catalog[k].name);
		fprintf(stderr, "xbench: no benchmark is named \"%s\"",
			globs[i]);
		if (nearest.found[0])
			fprintf(stderr, "; did you mean %s?", nearest.found);
		fprintf(stderr, " `xbench list` shows all\n");
		return false;
	}
	return true;
}
