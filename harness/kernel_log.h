/* SPDX-License-Identifier: MIT */
/* kernel_log.h: what the kernel complained of while something ran. */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* Complaints: how many, and the first. */
struct kernel_log {
	size_t nr;
	char first[512];
};

/*
 * Take one record of /dev/kmsg, as read() gives it.  It is a complaint if the
 * kernel itself wrote it and it says BUG, WARNING or Oops; see kernel_log.c.
 */
void kernel_log_take(struct kernel_log *log, const char *record);

/* A file descriptor that stands at the end of the log, or -errno. */
int kernel_log_open(void);

/*
 * Read all that came since, and close it.  0, or -errno if some of it could
 * not be had; `log` has what could.  Takes an -errno of open, too.
 */
int kernel_log_close(int fd, struct kernel_log *log);

/* The same, told on stderr: the exit code of a run that had `code`. */
int kernel_log_tell(int fd, int code);

#endif
