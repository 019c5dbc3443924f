// SPDX-License-Identifier: MIT
/* bare_image.c: the bare image as a file, and programs that take it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
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

int bare_image_spawn(const char *const argv[], const char *log)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int result, status;

	posix_spawn_file_actions_init(&actions);
	if (log) {
		posix_spawn_file_actions_addopen(
			&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0666);
		posix_spawn_file_actions_adddup2(&actions, 1, 2);
	}
	result = posix_spawnp(&child, argv[0], &actions, NULL, (char **)argv,
			      environ);
	posix_spawn_file_actions_destroy(&actions);
	if (result)
		return -result;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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
