// SPDX-License-Identifier: MIT
/*
 * kmod_errors.c: the errno of each misuse of /dev/xbench.
 *
 * Each case runs in a child of its own, as root of a guest with two CPUs, and
 * ends with 0, or with a line that says what came instead.  With arguments,
 * another program is made a user who may not, for its messages.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xbench/ioctl.h>

#define NOBODY 65534

static int device;

/* 0 if `result` is -1 with this errno, or, for 0, a success. */
static int want(int error, int result)
{
	int got = result < 0 ? errno : 0;

	if (got == error)
		return 0;
	printf("%s instead of %s\n", strerror(got), strerror(error));
	return 1;
}

static int want_open(int error)
{
	device = open(XB_DEVICE, O_RDWR);
	return want(error, device);
}

static struct xb_mailbox request(void)
{
	return (struct xb_mailbox){ .version = XB_ABI_VERSION,
				    .op = XB_OP_RUN,
				    .bench = XB_ID_empty,
				    .mode = XB_MODE_throughput,
				    .pairs = 1,
				    .rounds = 1,
				    .max_ticks = UINT64_MAX };
}

static int want_run(int error)
{
	struct xb_mailbox mb = request();

	if (want(error, ioctl(device, XB_IOCTL_RUN, &mb)))
		return 1;
	if (error || mb.status == XB_OK)
		return 0;
	printf("status %u\n", mb.status);
	return 1;
}

static int pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

static int set_online(const char *online)
{
	int fd = open("/sys/devices/system/cpu/cpu1/online", O_WRONLY);
	int result = fd < 0 ? -1 : (int)write(fd, online, 1);

	close(fd);
	return result;
}

static int drop_rawio(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2];

	if (prctl(PR_CAPBSET_DROP, CAP_SYS_RAWIO) ||
	    syscall(SYS_capget, &header, data))
		return -1;
	data[0].effective &= ~(1u << CAP_SYS_RAWIO);
	return (int)syscall(SYS_capset, &header, data);
}

static int served(void)
{
	return want(0, pin(0)) || want_open(0) || want_run(0);
}

static int become_nobody(void)
{
	return setuid(NOBODY);
}

static int open_device(void)
{
	return want_open(0);
}

static int unprivileged(void)
{
	return want(0, become_nobody()) || want_open(EACCES);
}

/* What the device's mode lets through the module does not. */
static int unprivileged_with_access(void)
{
	int failed = want(0, chmod(XB_DEVICE, 0666));
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(want(0, become_nobody()) || want_open(EPERM));
	waitpid(pid, &status, 0);
	return failed | want(0, chmod(XB_DEVICE, 0600)) | (status != 0);
}

static int without_rawio(void)
{
	return want(0, drop_rawio()) || want_open(EPERM);
}

static int second_opener(void)
{
	int first;

	if (want_open(0))
		return 1;
	first = device;
	if (want_open(EBUSY))
		return 1;
	close(first);
	return want_open(0);
}

static int wrong_version(void)
{
	struct xb_mailbox older = request(), newer = request();

	older.version--;
	newer.version++;
	return want(0, pin(0)) || want_open(0) ||
	       want(EPROTO, ioctl(device, XB_IOCTL_RUN, &older)) ||
	       want(EPROTO, ioctl(device, XB_IOCTL_RUN, &newer));
}

static int unknown_ioctl(void)
{
	struct xb_mailbox mb = request();

	return want(0, pin(0)) || want_open(0) ||
	       want(ENOTTY, ioctl(device, XB_IOCTL_RUN + 1, &mb)) ||
	       want(ENOTTY, ioctl(device, 0, &mb));
}

static int bad_pointer(void)
{
	return want(0, pin(0)) || want_open(0) ||
	       want(EFAULT, ioctl(device, XB_IOCTL_RUN, NULL)) ||
	       want(EFAULT, ioctl(device, XB_IOCTL_RUN, -4096l));
}

static int read_only_mailbox(void)
{
	struct xb_mailbox *mb = mmap(NULL, sizeof(*mb), PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mb == MAP_FAILED)
		return 1;
	*mb = request();
	return want(0, pin(0)) || want_open(0) ||
	       want(0, mprotect(mb, sizeof(*mb), PROT_READ)) ||
	       want(EFAULT, ioctl(device, XB_IOCTL_RUN, mb)) || want_run(0);
}

static int not_pinned(void)
{
	return want_open(0) || want_run(EXDEV) || want(0, pin(1)) ||
	       want_run(0);
}

static int cpu_off_line(void)
{
	return want(0, pin(1)) || want_open(0) || want_run(0) ||
	       want(0, set_online("0")) || want_run(EXDEV) ||
	       want(EINVAL, pin(1)) || want_run(EXDEV) ||
	       want(0, set_online("1")) || want(0, pin(1)) || want_run(0);
}

/* Calls until it is killed; its first answer goes to the pipe. */
static void __attribute__((noreturn)) call_forever(int pipe)
{
	char answer = served() ? 'n' : 'y';

	if (write(pipe, &answer, 1) == 1)
		while (answer == 'y')
			want_run(0);
	_exit(1);
}

/* The device is free again at once. */
static int killed_caller(void)
{
	int times, status, ends[2];
	char answer;
	pid_t pid;

	for (times = 0; times < 100; times++) {
		if (want(0, pipe(ends)))
			return 1;
		pid = fork();
		if (!pid)
			call_forever(ends[1]);
		if (read(ends[0], &answer, 1) != 1 || answer != 'y' ||
		    want(0, kill(pid, SIGKILL)) ||
		    waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status) ||
		    WTERMSIG(status) != SIGKILL)
			return 1;
		close(ends[0]);
		close(ends[1]);
	}
	return served();
}

static long available_kib(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[128];
	long kib = -1;

	while (file && kib < 0 && fgets(line, sizeof(line), file))
		if (!strncmp(line, "MemAvailable:", 13))
			kib = strtol(line + 13, NULL, 10);
	if (file)
		fclose(file);
	return kib;
}

/* A page lost each time would be 40 MB. */
static int opened_often(void)
{
	long before = available_kib(), lost;
	int times;

	for (times = 0; times < 10000; times++) {
		if (want_open(0))
			return 1;
		close(device);
	}
	lost = before - available_kib();
	if (before > 0 && lost < 20 * 1024)
		return 0;
	printf("%ld KiB of %ld lost\n", lost, before);
	return 1;
}

/* There is no way back. */
static int locked_down(void)
{
	int fd = open("/sys/kernel/security/lockdown", O_WRONLY);

	return want(0, fd) || want(0, (int)write(fd, "integrity", 9)) ||
	       want_open(EPERM);
}

static const struct {
	const char *name;
	int (*run)(void);
} cases[] = {
	{ "a caller who may", served },
	{ "an unprivileged user", unprivileged },
	{ "an unprivileged user who may open it", unprivileged_with_access },
	{ "root without CAP_SYS_RAWIO", without_rawio },
	{ "a second opener", second_opener },
	{ "a wrong ABI version", wrong_version },
	{ "an unknown ioctl", unknown_ioctl },
	{ "a bad pointer", bad_pointer },
	{ "a mailbox that cannot be written", read_only_mailbox },
	{ "a thread that is not pinned", not_pinned },
	{ "a CPU that goes off line", cpu_off_line },
	{ "callers that are killed", killed_caller },
	{ "a device that is opened 10,000 times", opened_often },
};

/* What a program may be made, and stays. */
static const struct {
	const char *name;
	int (*run)(void);
} users[] = {
	{ "unprivileged", become_nobody },
	{ "without-rawio", drop_rawio },
	{ "holding", open_device },
	{ "locked-down", locked_down },
};

static int run_as(char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(users) / sizeof(*users); i++)
		if (!strcmp(argv[0], users[i].name) && !users[i].run())
			execv(argv[1], argv + 1);
	perror(argv[0]);
	return 126;
}

int main(int argc, char **argv)
{
	int status, failed = 0;
	size_t i;
	pid_t pid;

	if (argc > 2)
		return run_as(argv + 1);
	setbuf(stdout, NULL);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		pid = fork();
		if (!pid)
			_exit(cases[i].run());
		waitpid(pid, &status, 0);
		printf("%s: %s\n", cases[i].name, status ? "FAILED" : "ok");
		failed |= status != 0;
	}
	return failed;
}
