/* SPDX-License-Identifier: MIT */
/* judge.h: how far a number may be trusted, and why there is none. */
#ifndef JUDGE_H
#define JUDGE_H

#include "take.h"

/*
 * Does a chain of IMUL that takes so many times as long as one of ADD say that
 * the code is interpreted?  NaN, a chain that could not be measured, does not.
 */
bool judge_interprets(double imul_ratio);

/* From what the hypervisor did meanwhile, and what the world showed before. */
enum engine_fidelity judge_fidelity(const struct series_world *world,
				    uint32_t bench, const struct take *take);

/*
 * A request that gave no samples: say why in the record, true.  What an
 * interpreter of its own kind cannot run is no defect of the payload, and
 * skipped; TCG's word is taken, because the tests prove the payloads there.
 */
bool judge_refused(const struct series_world *world,
		   struct engine_record *record, int result,
		   const struct take *take);

#endif
