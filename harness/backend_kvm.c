// SPDX-License-Identifier: MIT
/* backend_kvm.c: ring 0 of an in-process guest; a chunk is one KVM_RUN. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "catalog.h"
#include "kvm_vm.h"
#include "pmu_counter.h"

static const uint32_t probes[] = {
#define X(name, bit, why) XB_NEED_##name,
	XB_PROBES(X)
#undef X
};
#define NR_PROBES (sizeof(probes) / sizeof(probes[0]))

static struct kvm_vm vm;
static bool alive;
static uint32_t failed_probes;
static struct backend_error probe_errors[NR_PROBES];
static timer_t watchdog;

/* Does the guest's ring 0 read its counters without an exit? */
static enum {
	UNTRIED,
	PASSED,
	TRAPPED
} rdpmc;
static struct guest_program program; /* no events: the host counts */
static struct sigaction old_action;

static void on_timeout(int number)
{
	(void)number;
	kvm_vm_kick(&vm);
}

/* One mailbox through the world as it is. */
static int transact(struct xb_mailbox *mb, struct backend_facts *facts,
		    struct backend_error *err)
{
	struct itimerspec limit = { .it_value.tv_sec = BACKEND_CHUNK_SECONDS };
	struct itimerspec off = { 0 };
	struct xb_mailbox *there = (void *)(vm.memory + XB_GUEST_MAILBOX);
	struct backend_facts before, after;
	int result;

	memset(&mb->status, 0,
	       sizeof(*mb) - offsetof(struct xb_mailbox, status));
	memcpy(there, mb, sizeof(*mb));
	before = kvm_vm_facts(&vm);
	timer_settime(watchdog, 0, &limit, NULL);
	result = kvm_vm_run(&vm, err);
	timer_settime(watchdog, 0, &off, NULL);
	after = kvm_vm_facts(&vm);
	facts->counted = before.counted && after.counted;
	facts->exits = after.exits - before.exits;
	facts->emulated = after.emulated - before.emulated;
	memcpy(mb, there, sizeof(*mb));
	if (result) {
		kvm_vm_close(&vm);
		alive = false;
	}
	return result;
}

/* Try one probe out.  0 if the world lives on, with or without it. */
static int try_probe(size_t i)
{
	struct xb_mailbox mb = { .version = XB_ABI_VERSION,
				 .op = XB_OP_PROBE,
				 .probe = probes[i] };
	struct backend_facts facts;
	struct backend_error *err = &probe_errors[i];
	int result = transact(&mb, &facts, err);

	if (!result && mb.status == XB_OK)
		return 0;
	failed_probes |= probes[i];
	if (!result && mb.status == XB_FAULT)
		snprintf(err->text, sizeof(err->text),
			 "exception %u, error code 0x%llx, at RIP 0x%llx",
			 mb.vector, (unsigned long long)mb.error_code,
			 (unsigned long long)mb.rip);
	return result;
}

/* A world that has passed all probes that can be passed here. */
static int make_world(struct backend_error *err)
{
	size_t i;
	int result;

again:
	result = kvm_vm_open(&vm, err);
	if (result)
		return result;
	alive = true;
	for (i = 0; i < NR_PROBES; i++)
		if (!(failed_probes & probes[i]) && try_probe(i))
			goto again; /* it died: without this probe, then */
	return 0;
}

static int kvm_open(struct backend_error *err)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGRTMIN };
	struct sigaction action = { .sa_handler = on_timeout };
	int result;

	failed_probes = 0;
	rdpmc = UNTRIED;
	memset(probe_errors, 0, sizeof(probe_errors));
	sigaction(SIGRTMIN, &action, &old_action);
	if (timer_create(CLOCK_MONOTONIC, &event, &watchdog)) {
		result = -errno;
		snprintf(err->text, sizeof(err->text), "timer_create: %s",
			 strerror(errno));
		sigaction(SIGRTMIN, &old_action, NULL);
		return result;
	}
	result = make_world(err);
	if (result) {
		timer_delete(watchdog);
		sigaction(SIGRTMIN, &old_action, NULL);
	}
	return result;
}

static int kvm_run(struct xb_mailbox *mb, struct backend_facts *facts,
		   struct backend_error *err)
{
	int result = alive ? 0 : make_world(err);
	size_t i;

	if (!result)
		result = transact(mb, facts, err);
	if (!result && mb->status == XB_SKIP)
		for (i = 0; i < NR_PROBES; i++)
			if (mb->missing & probes[i])
				*err = probe_errors[i];
	return result;
}

static void kvm_close(void)
{
	if (alive)
		kvm_vm_close(&vm);
	alive = false;
	timer_delete(watchdog);
	sigaction(SIGRTMIN, &old_action, NULL);
}

static bool rdpmc_passes(void)
{
	struct xb_mailbox mb = {
		.version = XB_ABI_VERSION,
		.op = XB_OP_RUN,
		.bench = XB_ID_rdpmc,
		.pairs = 1,
		.rounds = 1,
		.max_ticks = UINT64_MAX,
	};
	struct backend_error err;
	struct backend_facts facts;

	if (rdpmc == UNTRIED) {
		rdpmc = TRAPPED;
		/* It takes several times as many as a body has. */
		if (!kvm_run(&mb, &facts, &err) && mb.status == XB_OK &&
		    facts.counted && facts.exits < catalog[XB_ID_rdpmc].u)
			rdpmc = PASSED;
	}
	return rdpmc == PASSED;
}

/* Make the guest's own PMU count.  False: it has none that its ring 0 can
 * read, or not for these. */
static bool program_guest(const struct event *events, uint32_t n)
{
	struct guest_pmu pmu = kvm_pmu_find(&vm);
	struct backend_error err;
	uint32_t i, ecx, width;
	bool known = true;

	if (!pmu.nr_general || !rdpmc_passes())
		return false;
	/* Which counters can count what, and all at once, the kernel knows. */
	if (pmu_counter_user.open(events, n, false, &err))
		return false;
	for (i = 0; i < n && known; i++)
		known = pmu_counter_user.inside(i, &ecx, &width) &&
			guest_pmu_add(&pmu, &events[i], ecx, &program);
	pmu_counter_user.close();
	return known && kvm_pmu_start(&vm, &program);
}

static int count_open(const struct event *events, uint32_t n, bool everything,
		      struct backend_error *err)
{
	program = (struct guest_program){ 0 };
	if (!everything && program_guest(events, n))
		return 0;
	program.nr_events = 0;
	return pmu_counter_guest.open(events, n, everything, err);
}

static bool count_inside(uint32_t i, uint32_t *ecx, uint32_t *width)
{
	if (!program.nr_events)
		return pmu_counter_guest.inside(i, ecx, width);
	*ecx = program.events[i].ecx;
	*width = program.events[i].width;
	return true;
}

static int count_read(uint32_t i, uint64_t *value, double *ns,
		      struct backend_error *err)
{
	if (!program.nr_events)
		return pmu_counter_guest.read(i, value, ns, err);
	if (ns)
		*ns = NAN; /* KVM does not say */
	if (kvm_pmu_read(&vm, &program, i, value))
		return 0;
	snprintf(err->text, sizeof(err->text),
		 "the guest's counters are not as they were set");
	return -EIO;
}

static void count_close(void)
{
	if (!program.nr_events)
		pmu_counter_guest.close();
	else
		kvm_pmu_stop(&vm, &program);
	program.nr_events = 0;
}

static const struct backend_counting counting = { count_open, count_inside,
						  count_read, count_close };

const struct backend backend_kvm = {
	.name = "kvm",
	.bit = XB_ON_KVM,
	.open = kvm_open,
	.run = kvm_run,
	.close = kvm_close,
	.counting = &counting,
};
