// SPDX-License-Identifier: MIT
/* bare_image.c: the bare image as a file, and programs that take it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "bare_image.h"

int bare_image_write(const char *path, int fresh)
{
	size_t bytes = (size_t)(bare_image_end - bare_image), done = 0;
	int fd = open(path,
		      O_WRONLY | O_CREAT | O_CLOEXEC |
			      (fresh ? O_EXCL : O_TRUNC),
		      0666);
	int result = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while (done < bytes && !result) {
		n = write(fd, bare_image + done, bytes - done);
		if (n < 0 && errno != EINTR)
			result = -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	if (close(fd) && !result)
		result = -errno;
	if (result)
		unlink(path);
	return result;
}

/* Wait for it, or kill it if nobody wants to wait any longer. */
static int reap(pid_t child, bool (*wait)(int fd, int ms), int ms)
{
	int status, fd;

	if (wait) {
		fd = pidfd_open(child, 0);
		if (fd < 0 || !wait(fd, ms))
			kill(child, SIGKILL);
		if (fd >= 0)
			close(fd);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int bare_image_spawn(const char *const argv[], const char *log,
		     bool (*wait)(int fd, int ms), int ms)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t child;
	int result;

	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, log,
					 O_WRONLY | O_CREAT | O_TRUNC, 0666);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	result = posix_spawnp(&child, argv[0], &actions, &attributes,
			      (char **)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return result ? -result : reap(child, wait, ms);
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void bare_image_remove(const char *directory)
{
	nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
