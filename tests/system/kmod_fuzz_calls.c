// SPDX-License-Identifier: MIT
/* kmod_fuzz_calls.c: a request, and what the module must say to it. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xbench/ioctl.h>
#include "catalog.h"
#include "kmod_fuzz.h"

#define MAX_PAIRS 2 /* of valid requests: small, so that many are made */
#define MAX_ROUNDS 3

#define BIT(name) (1u << FUZZ_##name)
/* Any thread may get a signal while it waits, or lose its CPU. */
#define DISTURBED (BIT(EINTR) | BIT(EXDEV))
/* What may be said to a request with nothing wrong in it. */
#define SERVED (BIT(OK) | BIT(SKIP) | BIT(FAULT))

struct fuzz_counts *fuzz_counts;
int fuzz_device;

const char *const fuzz_outcome_names[NR_FUZZ_OUTCOMES] = {
#define X(name) #name,
	FUZZ_OUTCOMES(X)
#undef X
};

static const uint32_t probes[] = {
#define X(name, bit, why) XB_NEED_##name,
	XB_PROBES(X)
#undef X
};

#define NR_PROBES (sizeof(probes) / sizeof(*probes))

void fuzz_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	_exit(1);
}

/* splitmix64 */
static uint64_t next_random(struct fuzzer *f)
{
	uint64_t z = f->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint32_t fuzz_below(struct fuzzer *f, uint32_t limit)
{
	return next_random(f) % limit;
}

void fuzz_set_up(struct fuzzer *f, uint64_t seed)
{
	long page = sysconf(_SC_PAGESIZE);
	uint32_t bench;

	f->random = seed;
	for (bench = 0; bench < XB_NR_BENCHES; bench++)
		if (catalog[bench].backends & XB_ON_KMOD)
			f->kmod[f->nr_kmod++] = bench;
		else
			f->other[f->nr_other++] = bench;
	f->pages = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (f->pages == MAP_FAILED || munmap(f->pages + 2 * page, page))
		fuzz_die("mmap: %s", strerror(errno));
}

static int pin(unsigned int cpus)
{
	cpu_set_t set;
	int cpu;

	CPU_ZERO(&set);
	for (cpu = 0; cpu < 2; cpu++)
		if (cpus & 1u << cpu)
			CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

void fuzz_pin(struct fuzzer *f)
{
	if (pin(1 + fuzz_below(f, 2)) && pin(1))
		fuzz_die("cannot pin a thread: %s", strerror(errno));
}

static enum fuzz_outcome outcome_of(int result, int error, uint32_t status)
{
	switch (result ? error : 0) {
	case 0:
		if (status >= XB_OK && status <= XB_ERROR)
			return FUZZ_OK + (status - XB_OK);
		fuzz_die("done, with status %u", status);
	case EFAULT:
		return FUZZ_EFAULT;
	case EPROTO:
		return FUZZ_EPROTO;
	case ENOTTY:
		return FUZZ_ENOTTY;
	case EXDEV:
		return FUZZ_EXDEV;
	case EINTR:
		return FUZZ_EINTR;
	}
	fuzz_die("ioctl: %s", strerror(error));
}

/* Call, count, and hold the outcome against those that are right. */
static enum fuzz_outcome call(struct fuzzer *f, unsigned long number,
			      void *argument, unsigned int right,
			      const char *what)
{
	const struct xb_mailbox *mb = &f->mb;
	int result = ioctl(fuzz_device, number, argument);
	enum fuzz_outcome outcome = outcome_of(result, errno, mb->status);

	__atomic_add_fetch(&fuzz_counts->outcomes[outcome], 1,
			   __ATOMIC_RELAXED);
	if (!(right & 1u << outcome))
		fuzz_die(
			"%s gave %s; op %u bench %u mode %u pairs %u probe %#x rounds %llu: status %u bad_field %u",
			what, fuzz_outcome_names[outcome], mb->op, mb->bench,
			mb->mode, mb->pairs, mb->probe,
			(unsigned long long)mb->rounds, mb->status,
			mb->bad_field);
	if (outcome == FUZZ_EXDEV)
		fuzz_pin(f);
	return outcome;
}

static enum fuzz_outcome request(struct fuzzer *f, unsigned int right,
				 const char *what)
{
	return call(f, XB_IOCTL_RUN, &f->mb, right | DISTURBED, what);
}

/* What is wrong must be found, and be told by the offset of its field. */
static void reject(struct fuzzer *f, size_t field, unsigned int right,
		   const char *what)
{
	if (request(f, right | BIT(ERROR), what) == FUZZ_ERROR &&
	    f->mb.bad_field != field)
		fuzz_die("%s: the module says %u", what, f->mb.bad_field);
}

/* A benchmark in a mode that it has.  OUT is left as it is. */
static void fill(struct fuzzer *f)
{
	struct xb_mailbox *mb = &f->mb;

	mb->version = XB_ABI_VERSION;
	mb->op = XB_OP_RUN;
	mb->bench = f->kmod[fuzz_below(f, f->nr_kmod)];
	do {
		mb->mode = fuzz_below(f, XB_NR_MODES);
	} while (!(catalog[mb->bench].modes & 1u << mb->mode));
	mb->pairs = 1 + fuzz_below(f, MAX_PAIRS);
	mb->probe = 0;
	mb->clock = XB_CLOCK_TSC;
	mb->counter = 0;
	mb->rounds = 1 + fuzz_below(f, MAX_ROUNDS);
	mb->max_ticks = UINT64_MAX;
}

void fuzz_valid(struct fuzzer *f)
{
	const struct xb_mailbox *mb = &f->mb;
	const char *name;

	fill(f);
	name = catalog[mb->bench].name;
	switch (request(f, SERVED | BIT(ERROR), name)) {
	case FUZZ_OK:
		if (mb->taken < 1 || mb->taken > mb->pairs)
			fuzz_die("%s: %u pairs", name, mb->taken);
		fuzz_counts->ok[mb->bench][mb->mode] = 1;
		break;
	case FUZZ_SKIP:
		if (!mb->missing)
			fuzz_die("%s: skipped for nothing", name);
		fuzz_counts->skipped[mb->bench][mb->mode] = 1;
		break;
	case FUZZ_ERROR: /* more than one round may be too long for a chunk */
		if (mb->rounds == 1 ||
		    mb->bad_field != offsetof(struct xb_mailbox, rounds))
			fuzz_die("%s: bad field %u", name, mb->bad_field);
		break;
	default:
		break;
	}
}

/* A counter that this CPU lacks is a fault. */
static void other_clock(struct fuzzer *f)
{
	fill(f);
	f->mb.mode = XB_MODE_throughput;
	f->mb.clock = fuzz_below(f, 2) ? XB_CLOCK_COUNTER : XB_CLOCK_OUTSIDE;
	f->mb.rounds = 1;
	if (f->mb.clock == XB_CLOCK_OUTSIDE)
		f->mb.counter = fuzz_below(f, 2) ? XB_U : XB_2U;
	else if (fuzz_below(f, 2))
		f->mb.counter = fuzz_below(f, XB_NR_COUNTERS);
	else
		f->mb.counter =
			XB_FIXED_COUNTER + fuzz_below(f, XB_NR_FIXED_COUNTERS);
	request(f, SERVED, "another clock");
}

static void probe(struct fuzzer *f, uint32_t need)
{
	fill(f);
	f->mb.op = XB_OP_PROBE;
	f->mb.probe = need;
	request(f, BIT(OK) | BIT(SKIP), "a probe");
}

void fuzz_probe_all(struct fuzzer *f)
{
	size_t i;

	for (i = 0; i < NR_PROBES; i++)
		probe(f, probes[i]);
}

static void wrong_version(struct fuzzer *f)
{
	fill(f);
	f->mb.version += 1 + fuzz_below(f, UINT32_MAX);
	request(f, BIT(EPROTO), "a wrong version");
}

static void wrong_op(struct fuzzer *f)
{
	fill(f);
	f->mb.op = XB_OP_STATE | (uint32_t)next_random(f);
	reject(f, offsetof(struct xb_mailbox, op), 0, "a wrong op");
}

static void wrong_bench(struct fuzzer *f)
{
	fill(f);
	if (fuzz_below(f, 2))
		f->mb.bench = f->other[fuzz_below(f, f->nr_other)];
	else
		f->mb.bench = XB_NR_BENCHES + fuzz_below(f, UINT32_MAX / 2);
	reject(f, offsetof(struct xb_mailbox, bench), 0, "a wrong bench");
}

static void wrong_mode(struct fuzzer *f)
{
	fill(f);
	do {
		f->mb.mode = fuzz_below(f, fuzz_below(f, 2) ? 4 : UINT32_MAX);
	} while (f->mb.mode < XB_NR_MODES &&
		 catalog[f->mb.bench].modes & 1u << f->mb.mode);
	reject(f, offsetof(struct xb_mailbox, mode), 0, "a wrong mode");
}

static void wrong_clock(struct fuzzer *f)
{
	fill(f);
	f->mb.clock = fuzz_below(f, 2) ? XB_CLOCK_OUTSIDE + 1 : UINT32_MAX;
	if (f->mb.mode != XB_MODE_throughput)
		f->mb.clock = 1 + fuzz_below(f, 2);
	reject(f, offsetof(struct xb_mailbox, clock), BIT(FAULT),
	       "a wrong clock");
}

static void wrong_counter(struct fuzzer *f)
{
	fill(f);
	f->mb.mode = XB_MODE_throughput;
	f->mb.clock = fuzz_below(f, 2) ? XB_CLOCK_COUNTER : XB_CLOCK_OUTSIDE;
	f->mb.counter = XB_NR_COUNTERS + fuzz_below(f, XB_FIXED_COUNTER / 2);
	reject(f, offsetof(struct xb_mailbox, counter), BIT(FAULT),
	       "a wrong counter");
}

static void wrong_pairs(struct fuzzer *f)
{
	fill(f);
	f->mb.pairs = XB_MAX_PAIRS + 1 + (uint32_t)next_random(f) / 2;
	if (fuzz_below(f, 2))
		f->mb.pairs = 0;
	reject(f, offsetof(struct xb_mailbox, pairs), 0, "wrong pairs");
}

/* None; or longer than any chunk, unless it does not even begin. */
static void wrong_rounds(struct fuzzer *f)
{
	static const uint64_t wrong[] = { 0, 1ull << 32, INT64_MAX, 1ull << 63,
					  UINT64_MAX };

	fill(f);
	f->mb.rounds = wrong[fuzz_below(f, 5)];
	reject(f, offsetof(struct xb_mailbox, rounds),
	       f->mb.rounds ? BIT(SKIP) | BIT(FAULT) : 0, "wrong rounds");
}

/* None, a need that is no probe, and several at a time. */
static void wrong_probe(struct fuzzer *f)
{
	uint32_t need = 1u << fuzz_below(f, 20);

	fill(f);
	f->mb.op = XB_OP_PROBE;
	f->mb.probe = need | (uint32_t)next_random(f);
	if (fuzz_below(f, 2))
		f->mb.probe = fuzz_below(f, 2) ? need : 0;
	reject(f, offsetof(struct xb_mailbox, probe), 0, "a wrong probe");
}

static void wrong_field(struct fuzzer *f)
{
	static void (*const wrong[])(struct fuzzer *) = {
		wrong_version, wrong_op,      wrong_bench,
		wrong_mode,    wrong_pairs,   wrong_probe,
		wrong_clock,   wrong_counter, wrong_rounds,
	};

	wrong[fuzz_below(f, sizeof(wrong) / sizeof(*wrong))](f);
}

/* Noise, each IN field of which is plausible now and then. */
static void noise(struct fuzzer *f)
{
	unsigned char *byte = (unsigned char *)&f->mb;
	size_t i;

	for (i = 0; i < sizeof(f->mb); i++)
		byte[i] = next_random(f);
	if (fuzz_below(f, 8))
		f->mb.version = XB_ABI_VERSION;
	if (fuzz_below(f, 8))
		f->mb.op = fuzz_below(f, 4);
	if (fuzz_below(f, 8))
		f->mb.bench = fuzz_below(f, XB_NR_BENCHES + 1);
	if (fuzz_below(f, 8))
		f->mb.mode = fuzz_below(f, XB_NR_MODES + 1);
	if (fuzz_below(f, 8))
		f->mb.pairs = fuzz_below(f, XB_MAX_PAIRS + 2);
	if (fuzz_below(f, 2))
		f->mb.probe = probes[fuzz_below(f, NR_PROBES)];
	if (fuzz_below(f, 8))
		f->mb.clock = fuzz_below(f, 4);
	if (fuzz_below(f, 8))
		f->mb.counter = fuzz_below(f, 4);
	if (fuzz_below(f, 8))
		f->mb.rounds = fuzz_below(f, 8);
	if (fuzz_below(f, 2))
		f->mb.max_ticks = 0;
	request(f, SERVED | BIT(ERROR) | BIT(EPROTO), "noise");
}

/* A valid mailbox that ends so far behind the page that can be written. */
static void *read_only(struct fuzzer *f, size_t behind)
{
	long page = sysconf(_SC_PAGESIZE);
	unsigned char *at = f->pages + page + behind - sizeof(f->mb);

	if (mprotect(f->pages, 2 * page, PROT_READ | PROT_WRITE))
		fuzz_die("mprotect: %s", strerror(errno));
	memcpy(at, &f->mb, sizeof(f->mb));
	if (mprotect(f->pages + page, page, PROT_READ))
		fuzz_die("mprotect: %s", strerror(errno));
	return at;
}

static void bad_pointer(struct fuzzer *f)
{
	unsigned char *end = f->pages + 2 * sysconf(_SC_PAGESIZE);
	const size_t bytes = sizeof(f->mb);
	void *const bad[] = {
		NULL,
		(void *)1,
		end,
		end - 1 - fuzz_below(f, bytes - 1),
		(void *)((1ull << 47) - bytes),
		(void *)(1ull << 47), /* not canonical */
		(void *)-1ull,	      /* the kernel's, from here on */
		(void *)-bytes,
		(void *)0xffff888000000000,
		(void *)0xffffffff81000000,
	};
	const uint32_t nr_bad = sizeof(bad) / sizeof(*bad);
	uint32_t i = fuzz_below(f, 2 * nr_bad);

	fill(f);
	call(f, XB_IOCTL_RUN,
	     i < nr_bad ? bad[i] : read_only(f, 1 + fuzz_below(f, bytes)),
	     BIT(EFAULT) | DISTURBED, "a bad pointer");
}

static void wrong_number(struct fuzzer *f)
{
	const unsigned int both = _IOC_READ | _IOC_WRITE;
	unsigned long number;

	fill(f);
	do {
		switch (fuzz_below(f, 4)) {
		case 0:
			number = (uint32_t)next_random(f);
			break;
		case 1:
			number = _IOC(both, 'X', 0x42,
				      fuzz_below(f, 1 << _IOC_SIZEBITS));
			break;
		case 2:
			number = _IOC(fuzz_below(f, 4), 'X', 0x42,
				      sizeof(f->mb));
			break;
		default:
			number = _IOC(both, 'X', fuzz_below(f, 256),
				      sizeof(f->mb));
			break;
		}
	} while (number == XB_IOCTL_RUN);
	call(f, number, &f->mb, BIT(ENOTTY), "a wrong number");
}

/* Two CPUs; but CPU 1 may go meanwhile, and leave one. */
static void not_pinned(struct fuzzer *f)
{
	if (pin(3))
		fuzz_die("cannot unpin a thread: %s", strerror(errno));
	fuzz_valid(f);
	fuzz_pin(f);
}

void fuzz_any(struct fuzzer *f)
{
	uint32_t percent = fuzz_below(f, 100);

	if (percent < 45)
		fuzz_valid(f);
	else if (percent < 50)
		other_clock(f);
	else if (percent < 55)
		probe(f, probes[fuzz_below(f, NR_PROBES)]);
	else if (percent < 75)
		wrong_field(f);
	else if (percent < 85)
		noise(f);
	else if (percent < 91)
		bad_pointer(f);
	else if (percent < 98)
		wrong_number(f);
	else
		not_pinned(f);
}
