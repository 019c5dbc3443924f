/* SPDX-License-Identifier: MIT */
/* nearest.h: which name was meant by a mistyped one. */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

/* The best of the candidates so far; `best` is 0 if there can be none. */
struct nearest {
	const char *name; /* mistyped */
	size_t best;	  /* a candidate must differ by less */
	char found[64];	  /* "" if none is near */
};

/* A third of the name may differ: an arbitrary idea of near. */
struct nearest nearest_to(const char *name);

/* Letters are compared without their case. */
void nearest_try(struct nearest *nearest, const char *candidate);

#endif
