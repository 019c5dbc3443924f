// SPDX-License-Identifier: MIT
/* fuzz_csv.c: libFuzzer's hand on the reader of result files. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "csv.h"
#include "csv_utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* A fault of the reader that no sanitizer sees. */
static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_csv: %s\n", what);
	abort();
}

static bool is_text(const char *text)
{
	return text && csv_utf8_span(text, strlen(text)) == strlen(text);
}

static bool is_count(uint64_t count)
{
	(void)count; /* all are, and UINT64_MAX is an empty cell */
	return true;
}

static bool is_real(double real)
{
	return !isinf(real);
}

static void check_row(const struct csv_row *row)
{
#define X(name, kind) must(is_##kind(row->name), "a row holds a bad " #name);
	CSV_COLUMNS(X)
#undef X
}

static void check_file(const struct csv_file *file)
{
	size_t i;

	for (i = 0; i < file->nr_meta; i++) {
		must(is_text(file->meta[i].key) && *file->meta[i].key,
		     "a key of the preamble is no text");
		must(is_text(file->meta[i].value),
		     "a value of the preamble is no text");
	}
	for (i = 0; i < file->nr_rows; i++)
		check_row(&file->rows[i]);
}

/* "NAME:LINE:COLUMN: words", which a terminal may show. */
static void check_refusal(const char *name, const struct csv_error *err)
{
	const char *c = err->text + strlen(name);
	unsigned int line, column;
	int used = 0;

	must(!strncmp(err->text, name, strlen(name)),
	     "a refusal does not name the file");
	must(sscanf(c, ":%u:%u: %n", &line, &column, &used) == 2 && used &&
		     c[used],
	     "a refusal has no place, or no words");
	must(line && column, "lines and columns count from 1");
	for (; *c; c++)
		must((unsigned char)*c >= ' ' && *c != 0x7f,
		     "a refusal would steer a terminal");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static char name[32];
	static int fd = -1;
	struct csv_file file = { 0 };
	struct csv_error err = { "" };
	int result;

	if (fd < 0) {
		fd = memfd_create("csv", 0);
		must(fd >= 0, "memfd_create() failed");
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	}
	must(!ftruncate(fd, 0) && pwrite(fd, data, bytes, 0) == (ssize_t)bytes,
	     "the input could not be written");
	result = csv_read(name, &file, &err);
	must(result == 0 || result == -EINVAL, "neither read nor refused");
	if (result) {
		check_refusal(name, &err);
		must(!file.pool && !file.nr_rows,
		     "a refused file left something behind");
	} else {
		check_file(&file);
	}
	csv_free(&file);
	return 0;
}
