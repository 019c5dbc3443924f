/* SPDX-License-Identifier: MIT */
/* identity.h: which machine this is, and its facts as preamble lines. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "bare.h"
#include "sysstate.h"

/*
 * Fill `state`, whose tsc_khz the caller knows from `tsc_source`, and print
 * the preamble of the CSV file.
 */
void identity_tell(struct sysstate *state, const struct bare_options *options,
		   const char *tsc_source, const char *command);

#endif
