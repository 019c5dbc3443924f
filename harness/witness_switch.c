// SPDX-License-Identifier: MIT
/* witness_switch.c: two threads or processes on one CPU pass a token. */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "witness.h"

/* How the token travels, and what the partner is: one word of bits. */
enum {
	BY_PIPE = 1,   /* else by futex */
	PROCESS = 2,   /* else a thread */
	NO_CPUID = 4,  /* with CPUID faulting */
	NO_TSC = 8,    /* with CR4.TSD set */
	OTHER_GS = 16, /* with a GS base that is not 0 */
};

/* What goes to the partner and comes back. */
enum {
	HERE,
	THERE,
	STOP
};

/* Round trips before the clock: a new partner settles. */
#define WARM_UP 3

/* Any canonical address that is not 0. */
#define SOME_BASE 0x123456000

struct token {
	uint32_t at;
	int to[2], from[2];
	int how;
};

/* No library function: without TSC or CPUID one might not live. */
static inline long call(long number, long a, long b, long c)
{
	register long r10 __asm__("r10") = 0;
	long result = number;

	__asm__ volatile("syscall"
			 : "+a"(result)
			 : "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r8", "r9", "r11", "memory");
	return result;
}

static void hand_over(struct token *token, uint32_t to)
{
	__atomic_store_n(&token->at, to, __ATOMIC_RELEASE);
	call(SYS_futex, (long)&token->at, FUTEX_WAKE, 1);
}

/* Until it is no longer at `elsewhere`; where it is then. */
static uint32_t wait_while(struct token *token, uint32_t elsewhere)
{
	uint32_t at;

	while ((at = __atomic_load_n(&token->at, __ATOMIC_ACQUIRE)) ==
	       elsewhere)
		call(SYS_futex, (long)&token->at, FUTEX_WAIT, (long)elsewhere);
	return at;
}

static void pass(int fd, char byte)
{
	if (call(SYS_write, fd, (long)&byte, 1) != 1)
		witness_fail();
}

static char take(int fd)
{
	char byte = STOP;

	if (call(SYS_read, fd, (long)&byte, 1) != 1)
		witness_fail();
	return byte; /* NOLINT: the kernel wrote it, in call()'s assembly */
}

static void *partner(void *arg)
{
	struct token *token = arg;
	int how = token->how;

	if ((how & NO_CPUID && call(SYS_arch_prctl, ARCH_SET_CPUID, 0, 0)) ||
	    (how & NO_TSC && call(SYS_prctl, PR_SET_TSC, PR_TSC_SIGSEGV, 0)) ||
	    (how & OTHER_GS && call(SYS_arch_prctl, ARCH_SET_GS, SOME_BASE, 0)))
		witness_fail();
	if (how & BY_PIPE)
		while (take(token->to[0]) != STOP)
			pass(token->from[1], HERE);
	else
		while (wait_while(token, HERE) != STOP)
			hand_over(token, HERE);
	if (how & PROCESS)
		call(SYS_exit_group, 0, 0, 0);
	/* What ends a thread may use either. */
	if (how & NO_TSC)
		call(SYS_prctl, PR_SET_TSC, PR_TSC_ENABLE, 0);
	if (how & NO_CPUID)
		call(SYS_arch_prctl, ARCH_SET_CPUID, 1, 0);
	return NULL;
}

static void round_trips(struct token *token, uint64_t nr)
{
	while (nr--) {
		if (token->how & BY_PIPE) {
			pass(token->to[1], THERE);
			take(token->from[0]);
		} else {
			hand_over(token, THERE);
			wait_while(token, THERE);
		}
	}
}

/* A signal is for this thread, whose stack its handler may unwind. */
static void start_partner(struct token *token, pthread_t *thread, pid_t *child)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	*child = 0;
	if (token->how & PROCESS) {
		*child = fork();
		if (!*child) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			partner(token);
		}
	}
	if (*child < 0 || (!(token->how & PROCESS) &&
			   pthread_create(thread, NULL, partner, token)))
		witness_fail();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void stop_partner(struct token *token, pthread_t thread, pid_t child)
{
	if (token->how & BY_PIPE)
		pass(token->to[1], STOP);
	else
		hand_over(token, STOP);
	if (child)
		waitpid(child, NULL, 0);
	else
		pthread_join(thread, NULL);
}

static uint64_t pass_token(uint64_t ops, int how)
{
	struct token *token = mmap(NULL, sizeof(*token), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_t thread = 0;
	uint64_t start;
	pid_t child;
	int i;

	if (token == MAP_FAILED)
		witness_fail();
	token->how = how;
	if (how & BY_PIPE && (pipe(token->to) || pipe(token->from)))
		witness_fail();
	start_partner(token, &thread, &child);
	round_trips(token, WARM_UP);
	start = witness_clock();
	round_trips(token, ops);
	start = witness_clock() - start;
	stop_partner(token, thread, child);
	for (i = 0; how & BY_PIPE && i < 2; i++) {
		close(token->to[i]);
		close(token->from[i]);
	}
	munmap(token, sizeof(*token));
	return start;
}

WITNESS(switch_futex, pass_token, 0)
WITNESS(switch_futex_cpuid, pass_token, NO_CPUID)
WITNESS(switch_futex_tsc, pass_token, NO_TSC)
WITNESS(switch_futex_gs, pass_token, OTHER_GS)
WITNESS(switch_futex_process, pass_token, PROCESS)
WITNESS(switch_pipe, pass_token, BY_PIPE)
WITNESS(switch_pipe_cpuid, pass_token, BY_PIPE | NO_CPUID)
WITNESS(switch_pipe_tsc, pass_token, BY_PIPE | NO_TSC)
WITNESS(switch_pipe_gs, pass_token, BY_PIPE | OTHER_GS)
WITNESS(switch_pipe_process, pass_token, BY_PIPE | PROCESS)
