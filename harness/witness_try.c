// SPDX-License-Identifier: MIT
/* witness_try.c: what a kernel may or may not offer to ring 3. */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "witness.h"

#define GETPID_32 20 /* of the 32-bit table, which INT 0x80 uses */

static int try_cpuid_fault(struct backend_error *err)
{
	if (!syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0))
		return 0;
	snprintf(err->text, sizeof(err->text), "arch_prctl: ARCH_SET_CPUID: %s",
		 strerror(errno));
	return -1;
}

static int try_tsc_off(struct backend_error *err)
{
	if (!prctl(PR_SET_TSC, PR_TSC_SIGSEGV))
		return 0;
	snprintf(err->text, sizeof(err->text), "prctl: PR_SET_TSC: %s",
		 strerror(errno));
	return -1;
}

static int try_int80(struct backend_error *err)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(GETPID_32)
			 : "r8", "r9", "r10", "r11", "memory");
	if (result == getpid())
		return 0;
	snprintf(err->text, sizeof(err->text), "getpid gives %ld", result);
	return -1;
}

static int try_here(uint32_t need, struct backend_error *err)
{
	switch (need) {
	case XB_NEED_CPUID_FAULT:
		return try_cpuid_fault(err);
	case XB_NEED_TSC_OFF:
		return try_tsc_off(err);
	case XB_NEED_INT80:
		return try_int80(err);
	case XB_NEED_KVM_RUN:
		return witness_try_kvm(err);
	}
	snprintf(err->text, sizeof(err->text), "not known how to try it");
	return -1;
}

/* The reason comes through a pipe; none is success. */
static void child(uint32_t need, int out)
{
	struct backend_error err = { "" };
	size_t i;

	for (i = 1; i < NSIG; i++)
		signal((int)i, SIG_DFL);
	alarm(BACKEND_CHUNK_SECONDS);
	if (try_here(need, &err) &&
	    write(out, err.text, sizeof(err.text)) != sizeof(err.text))
		_exit(1);
	_exit(0);
}

int witness_try(uint32_t need, struct backend_error *err)
{
	ssize_t bytes;
	int ends[2], status = 0;
	pid_t pid;

	err->text[0] = 0;
	if (pipe(ends)) {
		snprintf(err->text, sizeof(err->text), "pipe: %s",
			 strerror(errno));
		return -1;
	}
	pid = fork();
	if (!pid)
		child(need, ends[1]);
	close(ends[1]);
	bytes = read(ends[0], err->text, sizeof(err->text));
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		snprintf(err->text, sizeof(err->text), "fork: %s",
			 strerror(errno));
	else if (WIFSIGNALED(status))
		snprintf(err->text, sizeof(err->text),
			 "it ended a process with signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (!bytes && !WEXITSTATUS(status))
		return 0;
	return -1;
}
