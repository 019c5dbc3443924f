// SPDX-License-Identifier: MIT
/*
 * kmod_stress.c: ring-3 round trips of xbench.ko on CPU 0, system calls on
 * CPU 1, and nothing of either process may change.
 *
 * For kmod_nmi.py, in a guest where nmi_count.ko counts.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <xbench/ioctl.h>
#include <xbench/x86.h>

#define COUNTS "/sys/module/nmi_count/parameters/"

/* How many chunks before the counts are read: arbitrary, to be in chunks for
 * most of the time. */
#define BURST 64

/* An odd multiplier gives each register another value. */
#define CANARY(n) (0x0123456789abcdefull * (2 * (n) + 1))

/* But for the arithmetic flags, a process has the fixed one and IF. */
#define FLAGS_ARITHMETIC 0x8d5ull
#define FLAGS_OTHERS (XB_RFLAGS_IF | XB_RFLAGS_FIXED)

typedef uint64_t vector __attribute__((vector_size(16)));

static __thread uint64_t tls = CANARY(20);
static uint64_t gs_area = CANARY(21);
static const char *who = "stress";

static __attribute__((format(printf, 1, 2), noreturn)) void
die(const char *format, ...)
{
	va_list args;

	printf("%s: ", who);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
	_exit(1);
}

static void same(const char *what, uint64_t value, uint64_t expected)
{
	if (value != expected)
		die("%s is %#llx, not %#llx", what, (unsigned long long)value,
		    (unsigned long long)expected);
}

/* A system call: all but RAX, RCX and R11 must stay.  Its result or -errno. */
static long call(long number, uint64_t a, uint64_t b, uint64_t c)
{
	long result = number;
	uint64_t rdi = a, rsi = b, rdx = c, rbx = CANARY(0);
	register uint64_t r8 __asm__("r8") = CANARY(1);
	register uint64_t r9 __asm__("r9") = CANARY(2);
	register uint64_t r10 __asm__("r10") = CANARY(3);
	register uint64_t r12 __asm__("r12") = CANARY(4);
	register uint64_t r13 __asm__("r13") = CANARY(5);
	register uint64_t r14 __asm__("r14") = CANARY(6);
	register uint64_t r15 __asm__("r15") = CANARY(7);
	register vector xmm0 __asm__("xmm0") = { CANARY(8), CANARY(9) };
	register vector xmm15 __asm__("xmm15") = { CANARY(10), CANARY(11) };

	__asm__ volatile("syscall"
			 : "+a"(result), "+D"(rdi), "+S"(rsi), "+d"(rdx),
			   "+b"(rbx), "+r"(r8), "+r"(r9), "+r"(r10), "+r"(r12),
			   "+r"(r13), "+r"(r14), "+r"(r15), "+x"(xmm0),
			   "+x"(xmm15)
			 :
			 : "rcx", "r11", "memory");
	const uint64_t after[] = { rdi, rsi,	 rdx,	  rbx,	    r8,
				   r9,	r10,	 r12,	  r13,	    r14,
				   r15, xmm0[0], xmm0[1], xmm15[0], xmm15[1] };
	const uint64_t before[] = { a,	       b,	   c,	      CANARY(0),
				    CANARY(1), CANARY(2),  CANARY(3), CANARY(4),
				    CANARY(5), CANARY(6),  CANARY(7), CANARY(8),
				    CANARY(9), CANARY(10), CANARY(11) };
	unsigned int i;

	for (i = 0; i < sizeof(after) / sizeof(after[0]); i++)
		same("a register", after[i], before[i]);
	same("RFLAGS", __builtin_ia32_readeflags_u64() & ~FLAGS_ARITHMETIC,
	     FLAGS_OTHERS);
	same("thread-local storage", tls, CANARY(20));
	return result;
}

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("CPU %d: %s", cpu, strerror(errno));
}

/* CPU 1: until *stop; *rounds tells how often round. */
static void make_calls(pid_t parent, const int *stop, uint64_t *rounds)
{
	uint64_t out, in;
	int fds[2];

	who = "CPU 1";
	pin(1);
	if (pipe(fds))
		die("pipe: %s", strerror(errno));
	for (out = 0; !__atomic_load_n(stop, __ATOMIC_RELAXED); out++) {
		in = ~out;
		same("getppid", call(SYS_getppid, 0, 0, 0), parent);
		same("write", call(SYS_write, fds[1], (uintptr_t)&out, 8), 8);
		same("read", call(SYS_read, fds[0], (uintptr_t)&in, 8), 8);
		same("what came through the pipe", in, out);
	}
	*rounds = out;
}

struct bases {
	uint64_t fs, gs;
	uint16_t selectors[6];
};

static struct bases read_bases(void)
{
	struct bases b;

	same("arch_prctl",
	     call(SYS_arch_prctl, ARCH_GET_FS, (uintptr_t)&b.fs, 0), 0);
	same("arch_prctl",
	     call(SYS_arch_prctl, ARCH_GET_GS, (uintptr_t)&b.gs, 0), 0);
	__asm__ volatile("mov %%cs, %0; mov %%ds, %1; mov %%es, %2\n\t"
			 "mov %%fs, %3; mov %%gs, %4; mov %%ss, %5"
			 : "=r"(b.selectors[0]), "=r"(b.selectors[1]),
			   "=r"(b.selectors[2]), "=r"(b.selectors[3]),
			   "=r"(b.selectors[4]), "=r"(b.selectors[5]));
	return b;
}

static void check_bases(const struct bases *expected)
{
	struct bases b = read_bases();
	uint64_t loaded;
	int i;

	same("the FS base", b.fs, expected->fs);
	same("the GS base", b.gs, expected->gs);
	for (i = 0; i < 6; i++)
		same("a selector", b.selectors[i], expected->selectors[i]);
	__asm__ volatile("mov %%gs:0, %0" : "=r"(loaded));
	same("what GS points to", loaded, CANARY(21));
}

static int device;
static struct xb_mailbox mb;

static void transact(void)
{
	int result = (int)call(SYS_ioctl, device, XB_IOCTL_RUN, (uintptr_t)&mb);

	if (result)
		die("ioctl: %s", strerror(-result));
	if (mb.status != XB_OK)
		die("benchmark %u, probe %#x: status %u, field %u, missing %#x",
		    mb.bench, mb.probe, mb.status, mb.bad_field, mb.missing);
}

/* As many samples of one round as the module lets into a chunk. */
static void run_chunk(uint32_t bench)
{
	mb = (struct xb_mailbox){ .version = XB_ABI_VERSION,
				  .bench = bench,
				  .mode = XB_MODE_throughput,
				  .pairs = XB_MAX_PAIRS,
				  .rounds = 1,
				  .max_ticks = ~0ull };
	transact();
}

static void run_probe(uint32_t need)
{
	mb = (struct xb_mailbox){ .version = XB_ABI_VERSION,
				  .op = XB_OP_PROBE,
				  .probe = need };
	transact();
}

static uint64_t read_count(const char *file)
{
	char text[32] = "";
	int fd = open(file, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 1)
		die("%s: %s", file, strerror(errno));
	close(fd);
	return strtoull(text, NULL, 10);
}

/* NMIs that the mailbox told of. */
static uint64_t nr_told, nr_chunks, nr_trips;

/* CPU 0: until `wanted` more NMIs came in ring 3, or for `seconds`. */
static void make_trips(const struct bases *bases, uint32_t bench,
		       uint64_t wanted, time_t seconds)
{
	time_t end = time(NULL) + seconds;
	int i;

	wanted += read_count(COUNTS "ring3");
	while (read_count(COUNTS "ring3") < wanted && time(NULL) < end) {
		for (i = 0; i < BURST; i++) {
			run_chunk(bench);
			check_bases(bases);
			nr_told += mb.nr_nmis;
			/* U and 2U of 8: see catalog.h. */
			nr_trips += mb.taken * 24ull;
			nr_chunks++;
		}
	}
}

static void trips(uint64_t wanted, time_t seconds)
{
	static const uint32_t needs[] = { XB_NEED_SYSRET, XB_NEED_IRET };
	static const uint32_t benches[] = { XB_ID_syscall_sysret,
					    XB_ID_syscall_iret };
	struct bases bases;
	uint64_t before = read_count(COUNTS "ring3"), ring3;
	int i;

	who = "CPU 0";
	same("arch_prctl",
	     call(SYS_arch_prctl, ARCH_SET_GS, (uintptr_t)&gs_area, 0), 0);
	bases = read_bases();
	device = open(XB_DEVICE, O_RDWR);
	if (device < 0)
		die("%s: %s", XB_DEVICE, strerror(errno));
	for (i = 0; i < 2; i++) {
		run_probe(needs[i]);
		nr_told += mb.nr_nmis;
		make_trips(&bases, benches[i], wanted, seconds);
	}
	ring3 = read_count(COUNTS "ring3") - before;
	printf("%llu chunks, %llu round trips, %llu NMIs in chunks, %llu of them in ring 3\n",
	       (unsigned long long)nr_chunks, (unsigned long long)nr_trips,
	       (unsigned long long)nr_told, (unsigned long long)ring3);
	if (ring3 < 2 * wanted)
		die("only %llu NMIs in ring 3", (unsigned long long)ring3);
	if (ring3 > nr_told)
		die("the mailbox told of fewer");
}

int main(int argc, char **argv)
{
	pid_t parent = getpid(), child;
	struct {
		int stop;
		uint64_t rounds;
	} * shared;
	int status;

	if (argc != 3) {
		fprintf(stderr, "usage: kmod_stress WANTED SECONDS\n");
		return 2;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	pin(0);
	child = fork();
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (!child) {
		make_calls(parent, &shared->stop, &shared->rounds);
		return 0;
	}
	trips(strtoull(argv[1], NULL, 10), strtol(argv[2], NULL, 10));
	__atomic_store_n(&shared->stop, 1, __ATOMIC_RELAXED);
	if (waitpid(child, &status, 0) != child || status)
		die("the process on CPU 1 ended with status %#x", status);
	printf("%llu rounds of system calls on CPU 1\n",
	       (unsigned long long)shared->rounds);
	return shared->rounds == 0;
}
