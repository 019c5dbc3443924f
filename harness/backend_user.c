// SPDX-License-Identifier: MIT
/* backend_user.c: ring 3 of this program; a payload is a plain call. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <ucontext.h>
#include <xbench/cpuid.h>
#include "pmu_counter.h"
#include "witness.h"

#define HWCAP2_FSGSBASE (1 << 1) /* Linux: asm/hwcap2.h */

static const int signals[] = {
	SIGILL, SIGSEGV, SIGBUS, SIGFPE, SIGTRAP, SIGALRM
};
#define NR_SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* A payload may leave any RSP behind; handlers get their own. */
static char signal_stack[16384];
static struct sigaction old_actions[NR_SIGNALS];
static stack_t old_stack;

static const uint32_t os_needs[] = {
#define X(name, bit, why) XB_NEED_##name,
	XB_OS_NEEDS(X)
#undef X
};
#define NR_OS_NEEDS (sizeof(os_needs) / sizeof(os_needs[0]))
static struct backend_error need_errors[NR_OS_NEEDS];
static uint32_t tried; /* of os_needs */

static struct xb_world world;
static sigjmp_buf escape;
static struct xb_mailbox *volatile running;

static void on_signal(int number, siginfo_t *info, void *context)
{
	const greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
	struct xb_mailbox *mb = running;

	(void)info;
	if (!mb) {
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	if (number != SIGALRM) {
		mb->status = XB_FAULT;
		mb->vector = (uint32_t)regs[REG_TRAPNO];
		mb->error_code = (uint64_t)regs[REG_ERR];
		mb->address = (uint64_t)regs[REG_CR2];
		mb->rip = (uint64_t)regs[REG_RIP];
	}
	siglongjmp(escape, number);
}

static int user_open(struct backend_error *err)
{
	stack_t stack = { .ss_sp = signal_stack,
			  .ss_size = sizeof(signal_stack) };
	struct sigaction action = { .sa_sigaction = on_signal,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK };
	size_t i;

	if (sigaltstack(&stack, &old_stack)) {
		snprintf(err->text, sizeof(err->text), "sigaltstack: %s",
			 strerror(errno));
		return -errno;
	}
	for (i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &action, &old_actions[i]);

	tried = 0;
	/* Ring 3 is probed by nobody: it is where this program lives. */
	world = (struct xb_world){ .backend = XB_ON_USER,
				   .have = xb_cpuid_needs() |
					   XB_NEED_IRET_SELF };
	if (!(getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE))
		world.have &= ~(uint32_t)XB_NEED_FSGSBASE;
	return 0;
}

/* What the kernel offers is found out when first asked for. */
static void try_needs(uint32_t needs)
{
	size_t i;

	for (i = 0; i < NR_OS_NEEDS; i++) {
		if (!(os_needs[i] & needs & ~tried))
			continue;
		tried |= os_needs[i];
		if (!witness_try(os_needs[i], &need_errors[i]))
			world.have |= os_needs[i];
	}
}

static void explain(uint32_t missing, struct backend_error *err)
{
	size_t i;

	for (i = 0; i < NR_OS_NEEDS; i++)
		if (missing & os_needs[i])
			*err = need_errors[i];
}

static int user_run(struct xb_mailbox *mb, struct backend_facts *facts,
		    struct backend_error *err)
{
	struct itimerval limit = { .it_value.tv_sec = BACKEND_CHUNK_SECONDS };
	struct itimerval off = { 0 };
	int number;

	*facts = (struct backend_facts){ 0 };
	memset(&mb->status, 0,
	       sizeof(*mb) - offsetof(struct xb_mailbox, status));
	if (mb->bench < XB_NR_BENCHES)
		try_needs(catalog[mb->bench].needs);
	setitimer(ITIMER_REAL, &limit, NULL);
	number = sigsetjmp(escape, 1);
	if (!number) {
		running = mb;
		xb_run(mb, &world);
	}
	running = NULL;
	setitimer(ITIMER_REAL, &off, NULL);
	if (number == SIGALRM) {
		snprintf(err->text, sizeof(err->text),
			 "the payload did not return within %d s",
			 BACKEND_CHUNK_SECONDS);
		return -ETIMEDOUT;
	}
	if (mb->status == XB_SKIP)
		explain(mb->missing, err);
	return 0;
}

static void user_close(void)
{
	size_t i;

	for (i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &old_actions[i], NULL);
	sigaltstack(&old_stack, NULL);
}

const struct backend backend_user = {
	.name = "user",
	.bit = XB_ON_USER,
	.open = user_open,
	.run = user_run,
	.close = user_close,
	.counting = &pmu_counter_user,
};
