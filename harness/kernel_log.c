// SPDX-License-Identifier: MIT
/* kernel_log.c: what the kernel complained of while something ran. */
#include "kernel_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

/* read() of a record that is longer fails; the kernel's PRINTKRB_RECORD_MAX
 * and CONSOLE_EXT_LOG_MAX were 8192 at most. */
#define RECORD_BYTES 8193

/*
 * The last is how an oops of any name ends its first line: up to 6.11 that of
 * a #GP says "general protection fault, ...: 0000 [#1] SMP" and no more.
 */
static const char *const complaints[] = { "BUG:", "WARNING:", "Oops", " [#" };

void kernel_log_take(struct kernel_log *log, const char *record)
{
	/* "PRIORITY,SEQUENCE,TIME,FLAGS;TEXT\n KEY=VALUE\n" */
	const char *text = strchr(record, ';');
	size_t i, bytes;
	char line[sizeof(log->first)];

	/* Above the 3 bits of the level is who wrote it: 0 is the kernel. */
	if (!text || strtoul(record, NULL, 10) >> 3)
		return;
	bytes = strcspn(++text, "\n");
	if (bytes >= sizeof(line))
		bytes = sizeof(line) - 1;
	memcpy(line, text, bytes);
	line[bytes] = 0;
	for (i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++)
		if (strstr(line, complaints[i]))
			break;
	if (i == sizeof(complaints) / sizeof(complaints[0]))
		return;
	if (!log->nr++)
		memcpy(log->first, line, bytes + 1);
}

int kernel_log_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return -error;
	}
	return fd;
}

int kernel_log_close(int fd, struct kernel_log *log)
{
	char record[RECORD_BYTES];
	int result = fd < 0 ? fd : 0;
	ssize_t n;

	*log = (struct kernel_log){ 0 };
	if (result)
		return result;
	for (;;) {
		n = read(fd, record, sizeof(record) - 1);
		if (n > 0) {
			record[n] = 0;
			kernel_log_take(log, record);
		} else if (n < 0 && errno == EPIPE) {
			result = -EPIPE; /* overwritten; the next is there */
		} else if (n == 0 || errno != EINTR) {
			break;
		}
	}
	if (n < 0 && errno != EAGAIN)
		result = -errno;
	close(fd);
	return result;
}

int kernel_log_tell(int fd, int code)
{
	struct kernel_log log;
	int result = kernel_log_close(fd, &log);

	if (log.nr) {
		fprintf(stderr,
			"xbench: the kernel complained meanwhile (%zu time%s): %s; `dmesg` has the rest; reboot before you rely on this machine, and please report it\n",
			log.nr, log.nr == 1 ? "" : "s", log.first);
		return code == EXIT_DONE ? EXIT_INCOMPLETE : code;
	}
	if (result)
		fprintf(stderr,
			"xbench: the kernel log (/dev/kmsg): %s: whether the kernel complained meanwhile is not known\n",
			strerror(-result));
	return code;
}
