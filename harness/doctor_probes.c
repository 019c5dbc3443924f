// SPDX-License-Identifier: MIT
/* doctor_probes.c: what of ring 0 a backend's world can do. */
#include <stdio.h>
#include <string.h>
#include "catalog.h"
#include "doctor.h"

static const struct {
	uint32_t bit;
	const char *name;
	const char *why; /* if it fails */
} probes[] = {
#define X(name, bit, why) { XB_NEED_##name, #name, why },
	XB_PROBES(X)
#undef X
};
#define NR_PROBES (sizeof(probes) / sizeof(probes[0]))

/* Words with something between them. */
struct list {
	char text[1024];
	size_t used;
};

static void add(struct list *list, const char *separator, const char *word)
{
	size_t rest = sizeof(list->text) - list->used;
	int n = snprintf(list->text + list->used, rest, "%s%s",
			 list->used ? separator : "", word);

	list->used += (size_t)n < rest ? (size_t)n : rest - 1;
}

/* What the benchmarks of this backend need, and that faults come back. */
static uint32_t needs_of(const struct backend *backend)
{
	uint32_t needs = XB_NEED_FAULT, i;

	for (i = 0; i < XB_NR_BENCHES; i++)
		if (catalog[i].backends & backend->bit)
			needs |= catalog[i].needs;
	return needs;
}

void doctor_probes(struct doctor *doctor, const struct backend *backend)
{
	struct list passed = { 0 }, failed = { 0 }, refused = { 0 };
	uint32_t needs = needs_of(backend);
	struct backend_facts facts;
	struct backend_error err;
	char text[600];
	size_t i;

	for (i = 0; i < NR_PROBES; i++) {
		struct xb_mailbox mb = { .version = XB_ABI_VERSION,
					 .op = XB_OP_PROBE,
					 .probe = probes[i].bit };

		if (!(needs & probes[i].bit))
			continue;
		if (backend->run(&mb, &facts, &err) ||
		    (mb.status != XB_OK && !mb.refusal)) {
			add(&failed, "; ", probes[i].why);
		} else if (mb.refusal) {
			snprintf(text, sizeof(text), "%s (%s)", probes[i].name,
				 err.text);
			add(&refused, "; ", text);
		} else {
			add(&passed, ", ", probes[i].name);
		}
	}
	if (passed.used)
		doctor_tell(doctor, DOCTOR_OK, "self-tests passed", passed.text,
			    "Benchmarks that need these can be measured.",
			    NULL);
	if (failed.used)
		doctor_tell(
			doctor, DOCTOR_CAUTION, "self-tests failed",
			failed.text,
			"Benchmarks that need these are skipped: a number from them would be a lie.",
			"use another machine or hypervisor for them");
	if (refused.used)
		doctor_tell(
			doctor, DOCTOR_CAUTION, "self-tests refused",
			refused.text,
			"Benchmarks that need these are skipped: the module does not even try, because a mistake could not be caught.",
			"what stands in brackets, or the backends kvm and bare");
}
