// SPDX-License-Identifier: MIT
/* backend_kvm.c: ring 0 of an in-process guest; a chunk is one KVM_RUN. */
#define _GNU_SOURCE
#include <errno.h>
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

const struct backend backend_kvm = {
	.name = "kvm",
	.bit = XB_ON_KVM,
	.open = kvm_open,
	.run = kvm_run,
	.close = kvm_close,
	.counting = &pmu_counter_guest,
};
