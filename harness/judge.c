// SPDX-License-Identifier: MIT
/* judge.c: how far a number may be trusted, and why there is none. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xbench/cpuid.h>
#include "catalog.h"
#include "judge.h"

/* Limits of measurement.md. */
#define EMULATED_BELOW 2.7
#define EMULATED_ABOVE 3.3
#define MIN_LFENCE_CYCLES 4.0
#define MAX_EXITS 0.02
#define TRAPPED_EXITS 0.9

bool judge_interprets(double imul_ratio)
{
	return imul_ratio < EMULATED_BELOW || imul_ratio > EMULATED_ABOVE;
}

enum engine_fidelity judge_fidelity(const struct series_world *world,
				    uint32_t bench, const struct take *take)
{
	double exits = (double)take->facts.exits / take->ops;
	double emulated = (double)take->facts.emulated / take->ops;

	if (world->emulated || judge_interprets(world->imul_ratio) ||
	    (take->facts.counted && emulated >= MAX_EXITS))
		return ENGINE_EMULATED;
	if (take->facts.counted && exits > TRAPPED_EXITS)
		return ENGINE_TRAPPED;
	/* No counter in ring 3, but no hypervisor lets a guest's CPUID pass. */
	if (bench == XB_ID_cpuid && !take->facts.counted &&
	    xb_cpuid_leaf(1, 0).ecx & 1u << 31)
		return ENGINE_TRAPPED;
	/* Nor does one show here whether another lies below KVM. */
	if (catalog[bench].needs & XB_NEED_KVM_RUN &&
	    xb_cpuid_leaf(1, 0).ecx & 1u << 31)
		return ENGINE_UNKNOWN;
	if (world->backend->bit != XB_ON_USER &&
	    (!take->facts.counted || exits >= MAX_EXITS))
		return ENGINE_UNKNOWN;
	if (isnan(world->cycles_per_tick) ||
	    !(world->lfence_cycles >= MIN_LFENCE_CYCLES))
		return ENGINE_UNKNOWN;
	return ENGINE_NATIVE;
}

/* What a missing need is called depends on how it was found missing. */
static void skip_reason(char *reason, size_t bytes, const struct take *take)
{
	uint32_t first = take->mb.missing & -take->mb.missing;
	const char *why = take->err.text;

	if (take->mb.refusal)
		snprintf(reason, bytes, "the module refuses: %s", why);
	else
		snprintf(reason, bytes, "%s%s%s%s%s",
			 first >= XB_NEED_FAULT
				 ? "this world fails its self-test: "
				 : "",
			 catalog_need_text(first), why[0] ? " (" : "", why,
			 why[0] ? ")" : "");
}

static void set_reason(struct engine_record *record, enum engine_status status,
		       const struct take *take)
{
	const struct xb_mailbox *mb = &take->mb;
	size_t bytes = sizeof(record->reason);

	record->status = status;
	if (status == ENGINE_SKIP)
		skip_reason(record->reason, bytes, take);
	else if (status == ENGINE_FAULT)
		snprintf(
			record->reason, bytes,
			"exception %u, error code 0x%llx, address 0x%llx, at RIP 0x%llx",
			mb->vector, (unsigned long long)mb->error_code,
			(unsigned long long)mb->address,
			(unsigned long long)mb->rip);
	else if (take->err.text[0])
		snprintf(record->reason, bytes, "%s", take->err.text);
	else
		snprintf(
			record->reason, bytes,
			"the world refused the request: status %u, field at byte %u",
			mb->status, mb->bad_field);
}

bool judge_refused(const struct series_world *world,
		   struct engine_record *record, int result,
		   const struct take *take)
{
	if (!result && take->mb.status == XB_OK)
		return false;
	if (!result && take->mb.status == XB_SKIP)
		set_reason(record, ENGINE_SKIP, take);
	else if (!result && take->mb.status == XB_FAULT)
		set_reason(record, ENGINE_FAULT, take);
	else
		set_reason(record, ENGINE_ERROR, take);
	if (record->status != ENGINE_SKIP && world->emulated && !world->tcg) {
		char text[sizeof(record->reason)];

		memcpy(text, record->reason, sizeof(text));
		snprintf(
			record->reason, sizeof(record->reason),
			"the hypervisor interprets this ring and cannot do it: %.600s",
			text);
		record->status = ENGINE_SKIP;
	}
	return true;
}
