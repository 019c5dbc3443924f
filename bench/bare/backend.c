// SPDX-License-Identifier: MIT
/* backend.c: the backend that needs no transport: it is where we are. */
#include <stdio.h>
#include <string.h>
#include <xbench/cpuid.h>
#include <xbench/x86.h>
#include "../vm/vm.h"
#include "backend.h"
#include "bare.h"
#include "pmu.h"

/* Intel SDM volume 3, 16.3. */
#define MSR_MCG_CAP 0x179
#define MSR_MCG_STATUS 0x17a
#define MSR_MC0_STATUS 0x401

static const uint32_t probes[] = {
#define X(name, bit, why) XB_NEED_##name,
	XB_PROBES(X)
#undef X
};
#define NR_PROBES (sizeof(probes) / sizeof(probes[0]))

static struct backend_error probe_errors[NR_PROBES];
static bool hypervisor;

static void clear_answer(struct xb_mailbox *mb)
{
	memset(&mb->status, 0,
	       sizeof(*mb) - offsetof(struct xb_mailbox, status));
}

static void try_probe(size_t i)
{
	static struct xb_mailbox mb;

	mb.version = XB_ABI_VERSION;
	mb.op = XB_OP_PROBE;
	mb.probe = probes[i];
	clear_answer(&mb);
	vm_serve(&mb);
	probe_errors[i].text[0] = 0;
	if (mb.status == XB_FAULT)
		snprintf(probe_errors[i].text, sizeof(probe_errors[i].text),
			 "exception %u, error code 0x%llx, at RIP 0x%llx",
			 mb.vector, (unsigned long long)mb.error_code,
			 (unsigned long long)mb.rip);
}

static int bare_open(struct backend_error *err)
{
	size_t i;

	(void)err;
	paging_init();
	setup_cpu();
	vm_init(XB_ON_BARE);
	setup_lfence();
	setup_quiet();
	hypervisor = xb_cpuid(1, 0).ecx & 1u << 31;
	pmu_open();
	for (i = 0; i < NR_PROBES; i++)
		try_probe(i);
	return 0;
}

/* Which bank; and a next one must not find this one unhandled. */
static void tell_machine_check(void)
{
	uint64_t capabilities, status;
	uint32_t i;

	if (!setup_read_msr(MSR_MCG_CAP, &capabilities))
		return;
	for (i = 0; i < (capabilities & 0xff); i++) {
		if (!setup_read_msr(MSR_MC0_STATUS + 4 * i, &status) ||
		    !(status >> 63))
			continue;
		serial_print("! machine check: bank %u, status 0x%llx", i,
			     (unsigned long long)status);
		setup_write_msr(MSR_MC0_STATUS + 4 * i, 0);
	}
	setup_write_msr(MSR_MCG_STATUS, 0);
}

static int bare_run(struct xb_mailbox *mb, struct backend_facts *facts,
		    struct backend_error *err)
{
	size_t i;

	clear_answer(mb);
	vm_serve(mb);
	if (mb->status == XB_FAULT && mb->vector == XB_VECTOR_MC)
		tell_machine_check();
	/* Without a hypervisor nothing exits; with one, nobody counts. */
	*facts = (struct backend_facts){ .counted = !hypervisor };
	for (i = 0; i < NR_PROBES && mb->status == XB_SKIP; i++)
		if (mb->missing & probes[i])
			*err = probe_errors[i];
	return 0;
}

static void bare_close(void)
{
	pmu_close();
}

static const struct backend backend_bare = {
	.name = "bare",
	.bit = XB_ON_BARE,
	.open = bare_open,
	.run = bare_run,
	.close = bare_close,
	.counting = &pmu_counting,
};

const struct backend *const backends[NR_BACKENDS + 1] = { &backend_bare, NULL };
