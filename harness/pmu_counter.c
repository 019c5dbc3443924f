// SPDX-License-Identifier: MIT
/* pmu_counter.c: counters of this thread by perf_event_open(2). */
#define _GNU_SOURCE
#include "pmu_counter.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pmu_event.h"
#include "pmu_page.h"

/* What is counted. */
enum scope {
	EVERYTHING,
	RING3,
	GUEST
};

#define PAGE_BYTES 4096

static struct counter {
	int fd;
	const volatile struct perf_event_mmap_page *page; /* NULL: none */
} counters[EVENT_MAX];
static uint32_t nr_counters;

const char *pmu_counter_why(int code)
{
	switch (code) {
	case EACCES:
	case EPERM:
		return "the kernel keeps it from users; as root: sysctl kernel.perf_event_paranoid=1";
	case ENOENT:
	case ENODEV:
	case EOPNOTSUPP:
		return "this CPU's counters are not to be had here; in a VM, give it some (QEMU: -cpu host,pmu=on)";
	case EBUSY:
		return "no counter is free for it; as root: sysctl kernel.nmi_watchdog=0, and end other `perf`";
	case EINVAL:
		return "the kernel knows no such event, or so many do not fit together: use smaller groups";
	case ENOSYS:
		return "this kernel has no perf events";
	case EMFILE:
		return "too many files are open; raise `ulimit -n`";
	}
	return strerror(code);
}

static int fail(const struct event *event, int code, struct backend_error *err)
{
	snprintf(err->text, sizeof(err->text), "%s: %s", event->column,
		 pmu_counter_why(code));
	return -code;
}

static long open_event(const struct event *event, enum scope scope, int leader)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = event->type,
		.config = event->config,
		.config1 = event->config1,
		.config2 = event->config2,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
		.pinned = leader < 0, /* never multiplexed; a group's leader */
		.exclude_kernel = event->exclude_kernel,
		.exclude_user = event->exclude_user,
	};

	/*
	 * Software counts no ring.  Beside a guest that has the PMU to itself
	 * (mediated vPMU) the kernel grants only what leaves guests out.
	 */
	if (event->type != PERF_TYPE_SOFTWARE) {
		attr.exclude_kernel |= scope == RING3;
		attr.exclude_guest = scope == RING3;
		attr.exclude_host = scope == GUEST;
	}
	return syscall(SYS_perf_event_open, &attr, 0, -1, leader,
		       PERF_FLAG_FD_CLOEXEC);
}

static void counter_close(void)
{
	while (nr_counters) {
		struct counter *c = &counters[--nr_counters];

		if (c->page)
			munmap((void *)(uintptr_t)c->page, PAGE_BYTES);
		close(c->fd);
	}
}

static uint64_t rdpmc(uint32_t ecx)
{
	uint32_t low, high;

	__asm__ volatile("rdpmc" : "=a"(low), "=d"(high) : "c"(ecx));
	return (uint64_t)high << 32 | low;
}

static int counter_read(uint32_t i, uint64_t *value, double *ns,
			struct backend_error *err)
{
	const struct counter *c = &counters[i];
	struct {
		uint64_t value, enabled, running;
	} now;
	ssize_t n;
	int code;

	/* Without a system call where ring 3 may read the counter. */
	if (!ns && c->page && !pmu_page_read(c->page, rdpmc, value))
		return 0;
	n = read(c->fd, &now, sizeof(now));
	if (n == sizeof(now) && now.enabled == now.running) {
		*value = now.value;
		if (ns)
			*ns = (double)now.running;
		return 0;
	}
	/* What is pinned and finds no counter is at its end. */
	code = n < 0 ? errno : EBUSY;
	snprintf(err->text, sizeof(err->text), "not counted all the time: %s",
		 pmu_counter_why(code));
	return -code;
}

static bool counter_inside(uint32_t i, uint32_t *ecx, uint32_t *width)
{
	return counters[i].page &&
	       pmu_page_where(counters[i].page, ecx, width) &&
	       (*ecx < XB_NR_COUNTERS ||
		*ecx - XB_FIXED_COUNTER < XB_NR_FIXED_COUNTERS);
}

static int open_all(const struct event *events, uint32_t n, enum scope scope,
		    struct backend_error *err)
{
	struct backend_error why;
	uint64_t value;
	double ns;
	int leader = -1;
	uint32_t i;
	long fd;
	void *page;

	for (i = 0; i < n; i++) {
		if (i && events[i].group != events[i - 1].group)
			leader = -1;
		fd = open_event(&events[i], scope, leader);
		if (fd < 0) {
			fd = errno;
			counter_close();
			return fail(&events[i], (int)fd, err);
		}
		if (leader < 0)
			leader = (int)fd;
		page = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, (int)fd,
			    0);
		counters[nr_counters++] =
			(struct counter){ (int)fd,
					  page == MAP_FAILED ? NULL : page };
	}
	for (i = 0; i < n; i++)
		if (counter_read(i, &value, &ns, &why)) {
			counter_close();
			return fail(&events[i], EBUSY, err);
		}
	return 0;
}

static int open_user(const struct event *events, uint32_t n, bool everything,
		     struct backend_error *err)
{
	return open_all(events, n, everything ? EVERYTHING : RING3, err);
}

static int open_guest(const struct event *events, uint32_t n, bool everything,
		      struct backend_error *err)
{
	return open_all(events, n, everything ? EVERYTHING : GUEST, err);
}

static int open_kernel(const struct event *events, uint32_t n, bool everything,
		       struct backend_error *err)
{
	(void)everything;
	return open_all(events, n, EVERYTHING, err);
}

/* The guest's counters are not those of its host. */
static bool not_inside(uint32_t i, uint32_t *ecx, uint32_t *width)
{
	(void)i;
	*ecx = *width = 0;
	return false;
}

const struct backend_counting pmu_counter_user = { open_user, counter_inside,
						   counter_read,
						   counter_close };
const struct backend_counting pmu_counter_guest = { open_guest, not_inside,
						    counter_read,
						    counter_close };
const struct backend_counting pmu_counter_kernel = {
	open_kernel, counter_inside, counter_read, counter_close
};

int pmu_counter_check(const struct event_list *list, struct backend_error *err)
{
	uint32_t first = 0, end;
	int rc = 0;

	for (; first < list->nr && !rc; first = end) {
		end = event_group_end(list, first);
		rc = open_user(&list->at[first], end - first, false, err);
		if (!rc)
			counter_close();
	}
	return rc;
}

/* Intel counts SMIs in an MSR, which the kernel offers as a PMU. */
static bool find_smi_msr(struct event *event)
{
	static const char path[] = "/sys/bus/event_source/devices/msr/%s";
	unsigned long type = 0, config = 0;
	char name[80];
	FILE *file;

	snprintf(name, sizeof(name), path, "type");
	file = fopen(name, "re");
	if (file && fscanf(file, "%lu", &type) != 1)
		type = 0;
	if (file)
		fclose(file);
	snprintf(name, sizeof(name), path, "events/smi");
	file = type ? fopen(name, "re") : NULL;
	if (!file)
		return false;
	if (fscanf(file, "event=%lx", &config) != 1)
		config = 0;
	fclose(file);
	if (!config)
		return false;
	*event = (struct event){ .type = (uint32_t)type, .config = config };
	snprintf(event->column, sizeof(event->column), "pmu:msr/smi/");
	return true;
}

/* Watched only if it can be counted. */
static bool try_watch(struct event *event, uint32_t group)
{
	struct backend_error err;

	event->group = group;
	if (open_user(event, 1, true, &err)) {
		event->column[0] = 0;
		return false;
	}
	counter_close();
	return true;
}

void pmu_counter_watch(int cpu, struct event watch[EVENT_NR_WATCHED])
{
	struct event *interrupts = &watch[EVENT_INTERRUPTS];
	struct event *smis = &watch[EVENT_SMIS];

	watch[EVENT_CYCLES] = pmu_event_cycles(cpu);
	/* Where they cannot be counted, others of the CPU cannot be either. */
	if (!try_watch(&watch[EVENT_CYCLES], EVENT_CYCLES))
		return;
	if (pmu_event_of_role(PMU_INTERRUPTS, cpu, interrupts))
		try_watch(interrupts, EVENT_INTERRUPTS);
	if (find_smi_msr(smis) || pmu_event_of_role(PMU_SMIS, cpu, smis))
		try_watch(smis, EVENT_SMIS);
}
