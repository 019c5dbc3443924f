/* SPDX-License-Identifier: MIT */
/* bare_image.h: the image that boots without a kernel, as a file. */
#ifndef BARE_IMAGE_H
#define BARE_IMAGE_H

#include <stdbool.h>

/* Embedded in the program: a 64-bit ELF file with a Multiboot header. */
extern const unsigned char bare_image[];
extern const unsigned char bare_image_end[];

/*
 * Write it to `path`, which must not exist if `fresh` is set.  0 or -errno;
 * then no file is left behind.
 */
int bare_image_write(const char *path, int fresh);

/*
 * Start `argv[0]`, looked up in PATH, with its standard output and errors in
 * `log`, no signal blocked, and wait.  `wait`, if not NULL, does the waiting:
 * it returns true once the descriptor can be read, and false if it has waited
 * for `ms` or has had enough; then the program is killed.  Its exit code, 128
 * + the signal it died of, or -errno if it could not be started.
 */
int bare_image_spawn(const char *const argv[], const char *log,
		     bool (*wait)(int fd, int ms), int ms);

/* Remove a directory with all that is in it.  Errors are ignored. */
void bare_image_remove(const char *directory);

#endif
