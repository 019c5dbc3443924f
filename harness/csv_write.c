// SPDX-License-Identifier: MIT
/* csv_write.c: the result file on disk: whole, or not at all. */
#include "csv.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv_utf8.h"

/*
 * Bytes on their way to a descriptor.  Not stdio: its streams remember that a
 * write failed, but not with which errno.
 */
struct sink {
	int fd;
	int rc; /* the first failure; nothing is written after it */
	size_t nr_bytes;
	char bytes[65536];
};

static void flush(struct sink *sink)
{
	size_t done = 0;

	while (!sink->rc && done < sink->nr_bytes) {
		ssize_t n = write(sink->fd, sink->bytes + done,
				  sink->nr_bytes - done);

		if (n >= 0)
			done += n;
		else if (errno != EINTR)
			sink->rc = -errno;
	}
	sink->nr_bytes = 0;
}

static void put_char(struct sink *sink, char c)
{
	if (sink->nr_bytes == sizeof(sink->bytes))
		flush(sink);
	sink->bytes[sink->nr_bytes++] = c;
}

static void put(struct sink *sink, const char *text)
{
	while (*text)
		put_char(sink, *text++);
}

static void put_text(struct sink *sink, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		put(sink, text);
		return;
	}
	put_char(sink, '"');
	for (; *text; text++) {
		if (*text == '"')
			put_char(sink, '"');
		put_char(sink, *text);
	}
	put_char(sink, '"');
}

static void put_count(struct sink *sink, uint64_t count)
{
	char text[24];

	if (count == CSV_NO_COUNT)
		return;
	snprintf(text, sizeof(text), "%" PRIu64, count);
	put(sink, text);
}

/*
 * The shortest form that reads back equal.  A double holds any decimal of 15
 * digits and %g drops trailing zeros, so fewer need not be tried; 17 always
 * suffice.  The decimal point is a point because xbench never calls
 * setlocale(LC_NUMERIC).
 */
static void put_real(struct sink *sink, double real)
{
	char text[32];

	if (isnan(real))
		return;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, real);
		if (strtod(text, NULL) == real)
			break;
	}
	put(sink, text);
}

static void put_row(struct sink *sink, const struct csv_file *file,
		    const struct csv_row *row)
{
	put_count(sink, CSV_SCHEMA);
#define X(name, kind)                                                          \
	put_char(sink, ',');                                                   \
	put_##kind(sink, row->name);
	CSV_COLUMNS(X)
#undef X
	for (size_t i = 0; i < file->nr_events; i++) {
		put_char(sink, ',');
		put_real(sink, csv_event(row, file->events[i]));
	}
	put_char(sink, '\n');
}

static int put_file(int fd, const struct csv_file *file)
{
	struct sink sink = { .fd = fd };

	for (size_t i = 0; i < file->nr_meta; i++) {
		put(&sink, "# ");
		put(&sink, file->meta[i].key);
		put(&sink, ": ");
		put(&sink, file->meta[i].value);
		put_char(&sink, '\n');
	}
	put(&sink, "schema");
#define X(name, kind) put(&sink, "," #name);
	CSV_COLUMNS(X)
#undef X
	for (size_t i = 0; i < file->nr_events; i++) {
		put_char(&sink, ',');
		put_text(&sink, file->events[i]);
	}
	put_char(&sink, '\n');
	for (size_t i = 0; i < file->nr_rows && !sink.rc; i++)
		put_row(&sink, file, &file->rows[i]);
	flush(&sink);
	return sink.rc;
}

static const char *flaw_of_text(const char *text)
{
	size_t len = strlen(text);

	return csv_utf8_span(text, len) < len ? "not UTF-8" : NULL;
}

static const char *flaw_of_count(uint64_t count)
{
	(void)count; /* Every count can be read back. */
	return NULL;
}

static const char *flaw_of_real(double real)
{
	return isinf(real) ? "infinite" : NULL;
}

/* What csv_read() would refuse is refused here, while it can be mended. */
static int check_file(const char *path, const struct csv_file *file,
		      struct csv_error *err)
{
	const char *flaw = NULL;
	const char *place = "";

	for (size_t i = 0; i < file->nr_meta && !flaw; i++) {
		place = file->meta[i].key;
		flaw = flaw_of_text(place);
		if (!flaw)
			flaw = flaw_of_text(file->meta[i].value);
	}
	if (flaw) {
		snprintf(err->text, sizeof(err->text),
			 "%s: not written: the fact %s is %s", path, place,
			 flaw);
		return -EINVAL;
	}
	for (size_t i = 0; i < file->nr_rows; i++) {
		const struct csv_row *row = &file->rows[i];

#define X(name, kind)                                                          \
	if (!flaw && (flaw = flaw_of_##kind(row->name)))                       \
		place = #name;
		CSV_COLUMNS(X)
#undef X
		for (size_t k = 0; k < file->nr_events && !flaw; k++) {
			place = file->events[k];
			flaw = flaw_of_real(csv_event(row, place));
		}
		if (!flaw)
			continue;
		snprintf(err->text, sizeof(err->text),
			 "%s: not written: %s of row %zu is %s", path, place,
			 i + 1, flaw);
		return -EINVAL;
	}
	return 0;
}

static int fail(struct csv_error *err, const char *path, const char *call,
		int rc)
{
	snprintf(err->text, sizeof(err->text), "%s: not written: %s: %s", path,
		 call, strerror(-rc));
	return rc;
}

/* No fsync(): a pipe or a device has nothing to synchronise. */
static int write_in_place(const char *path, const struct csv_file *file,
			  struct csv_error *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc;

	if (fd < 0)
		return fail(err, path, "open", -errno);
	rc = put_file(fd, file);
	if (rc) {
		close(fd);
		return fail(err, path, "write", rc);
	}
	if (close(fd))
		return fail(err, path, "close", -errno);
	return 0;
}

static int write_temporary(const char *path, const char *temporary,
			   const struct csv_file *file, struct csv_error *err)
{
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	const char *call = "write";
	int rc;

	if (fd < 0)
		return fail(err, path, "open of a temporary file beside it",
			    -errno);
	rc = put_file(fd, file);
	if (!rc && fsync(fd)) {
		call = "fsync";
		rc = -errno;
	}
	if (close(fd) && !rc) {
		call = "close";
		rc = -errno;
	}
	if (rc) {
		unlink(temporary);
		return fail(err, path, call, rc);
	}
	return 0;
}

/* `target` is `path` with its links followed, lest a link be replaced. */
static int replace(const char *path, const char *target,
		   const struct csv_file *file, struct csv_error *err)
{
	size_t size = strlen(target) + 32; /* ".tmp-" and any pid fit */
	char *temporary = malloc(size);
	int rc;

	if (!temporary)
		return fail(err, path, "malloc", -ENOMEM);
	snprintf(temporary, size, "%s.tmp-%ld", target, (long)getpid());
	rc = write_temporary(path, temporary, file, err);
	if (!rc && rename(temporary, target)) {
		rc = fail(err, path, "rename", -errno);
		unlink(temporary);
	}
	free(temporary);
	return rc;
}

int csv_write(const char *path, const struct csv_file *file,
	      struct csv_error *err)
{
	struct stat st;
	char *target;
	int rc = check_file(path, file, err);

	if (rc)
		return rc;
	if (strcmp(path, "-") == 0) {
		if (fflush(stdout))
			return fail(err, "standard output", "write", -errno);
		rc = put_file(STDOUT_FILENO, file);
		return rc ? fail(err, "standard output", "write", rc) : 0;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_in_place(path, file, err);
	target = realpath(path, NULL);
	if (!target && errno == ENOENT)
		target = strdup(path);
	if (!target)
		return fail(err, path, "realpath", -errno);
	rc = replace(path, target, file, err);
	free(target);
	return rc;
}
