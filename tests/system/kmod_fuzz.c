// SPDX-License-Identifier: MIT
/*
 * kmod_fuzz.c: requests of all kinds to /dev/xbench, from threads on two CPUs.
 *
 * Meanwhile CPU 1 goes off line and on line, threads get signals and are
 * moved, and children that share the open device are killed in the midst.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xbench/ioctl.h>
#include "catalog.h"
#include "kmod_fuzz.h"

#define NR_CALLERS 4

struct thread {
	struct fuzzer f;
	pthread_t id;
};

static struct thread callers[NR_CALLERS], killer, plugger;
static unsigned long calls; /* of each caller */
static int stopping;

static int stop(void)
{
	return __atomic_load_n(&stopping, __ATOMIC_RELAXED);
}

static void *call(void *f)
{
	unsigned long i;

	for (i = 0; i < calls; i++) {
		if (i % 16 == 0)
			fuzz_pin(f);
		fuzz_any(f);
	}
	return NULL;
}

static unsigned long child_calls(void)
{
	return __atomic_load_n(&fuzz_counts->child_calls, __ATOMIC_RELAXED);
}

static void __attribute__((noreturn)) child(struct fuzzer *f)
{
	for (;;) {
		fuzz_pin(f);
		fuzz_valid(f);
		__atomic_add_fetch(&fuzz_counts->child_calls, 1,
				   __ATOMIC_RELAXED);
	}
}

/* A signal; or to another CPU, be it in the midst of a call. */
static void bother(struct fuzzer *f, pthread_t thread)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(fuzz_below(f, 2), &set);
	if (fuzz_below(f, 2))
		pthread_kill(thread, SIGUSR1);
	else
		pthread_setaffinity_np(thread, sizeof(set), &set);
}

/* A child is killed when it has made a call; meanwhile, callers are bothered.
 */
static void *disturb(void *argument)
{
	struct fuzzer *f = argument;
	unsigned long before, nr_children;
	int status;
	pid_t pid;

	for (nr_children = 0; !stop(); nr_children++) {
		before = child_calls();
		pid = fork();
		if (pid < 0)
			fuzz_die("fork: %s", strerror(errno));
		if (!pid)
			child(f);
		while (!stop() && child_calls() == before) {
			bother(f, callers[fuzz_below(f, NR_CALLERS)].id);
			usleep(100);
		}
		usleep(fuzz_below(f, 5000));
		kill(pid, SIGKILL);
		if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) ||
		    WTERMSIG(status) != SIGKILL)
			fuzz_die("a child ended by itself: %#x", status);
	}
	return (void *)nr_children;
}

static void set_online(char online)
{
	int fd = open("/sys/devices/system/cpu/cpu1/online", O_WRONLY);

	if (fd < 0 || write(fd, &online, 1) != 1)
		fuzz_die("CPU 1 online %c: %s", online, strerror(errno));
	close(fd);
}

/* The device is in use: no second opener, no unloading. */
static void *plug(void *argument)
{
	struct fuzzer *f = argument;
	unsigned long nr_cycles;

	for (nr_cycles = 0; !stop(); nr_cycles++) {
		usleep(fuzz_below(f, 50000));
		set_online('0');
		usleep(fuzz_below(f, 50000));
		if (!syscall(SYS_delete_module, "xbench", O_NONBLOCK) ||
		    errno != EAGAIN)
			fuzz_die("unloaded: %s", strerror(errno));
		if (open(XB_DEVICE, O_RDWR) >= 0 || errno != EBUSY)
			fuzz_die("opened again: %s", strerror(errno));
		set_online('1');
	}
	return (void *)nr_cycles;
}

static void start(struct thread *thread, void *(*work)(void *), uint64_t seed)
{
	fuzz_set_up(&thread->f, seed);
	if (pthread_create(&thread->id, NULL, work, &thread->f))
		fuzz_die("cannot create a thread");
}

static unsigned long finish(const struct thread *thread)
{
	void *count;

	pthread_join(thread->id, &count);
	return (unsigned long)count;
}

/* Benchmarks and modes of the module that were run. */
static unsigned long count_ok(void)
{
	unsigned long ok = 0;
	uint32_t bench, mode;

	for (bench = 0; bench < XB_NR_BENCHES; bench++)
		for (mode = 0; mode < XB_NR_MODES; mode++) {
			if (!(catalog[bench].backends & XB_ON_KMOD) ||
			    !(catalog[bench].modes & 1u << mode))
				continue;
			ok += fuzz_counts->ok[bench][mode];
			if (!fuzz_counts->ok[bench][mode] &&
			    !fuzz_counts->skipped[bench][mode])
				fuzz_die("%s, mode %u: never run",
					 catalog[bench].name, mode);
		}
	return ok;
}

/* Enough of everything, so that nothing was proven by not being tried. */
static void report(unsigned long children, unsigned long cycles)
{
	unsigned long total = 0, ok = count_ok();
	int i;

	for (i = 0; i < NR_FUZZ_OUTCOMES; i++) {
		printf("%s %lu, ", fuzz_outcome_names[i],
		       fuzz_counts->outcomes[i]);
		total += fuzz_counts->outcomes[i];
	}
	printf("of %lu calls, %lu of them by %lu children that were killed; %lu benchmarks and modes were run; CPU 1 went off line %lu times\n",
	       total, child_calls(), children, ok, cycles);
	if (fuzz_counts->outcomes[FUZZ_OK] < total / 4 || ok < 50 ||
	    children < 5 || cycles < 5)
		fuzz_die("too few");
	/* No fault where all counters exist, and signals often come too late.
	 */
	for (i = 0; i < NR_FUZZ_OUTCOMES; i++)
		if (i != FUZZ_FAULT && i != FUZZ_EINTR &&
		    !fuzz_counts->outcomes[i])
			fuzz_die("no %s at all", fuzz_outcome_names[i]);
}

static void ignore(int number)
{
	(void)number;
}

int main(int argc, char **argv)
{
	const struct sigaction action = { .sa_handler = ignore };
	static struct fuzzer first;
	unsigned long children, cycles;
	uint64_t seed;
	int i;

	if (argc != 3) {
		fprintf(stderr, "usage: kmod_fuzz SEED CALLS\n");
		return 2;
	}
	seed = strtoull(argv[1], NULL, 0);
	calls = strtoul(argv[2], NULL, 0) / NR_CALLERS;
	sigaction(SIGUSR1, &action, NULL);
	fuzz_counts = mmap(NULL, sizeof(*fuzz_counts), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fuzz_device = open(XB_DEVICE, O_RDWR);
	if (fuzz_counts == MAP_FAILED || fuzz_device < 0)
		fuzz_die("%s: %s", XB_DEVICE, strerror(errno));
	fuzz_set_up(&first, seed);
	fuzz_pin(&first);
	fuzz_probe_all(&first);

	for (i = 0; i < NR_CALLERS; i++)
		start(&callers[i], call, seed + 1 + i);
	start(&killer, disturb, seed + 1 + NR_CALLERS);
	start(&plugger, plug, seed + 2 + NR_CALLERS);
	for (i = 0; i < NR_CALLERS; i++)
		finish(&callers[i]);
	__atomic_store_n(&stopping, 1, __ATOMIC_RELAXED);
	children = finish(&killer);
	cycles = finish(&plugger);
	report(children, cycles);
	return 0;
}
