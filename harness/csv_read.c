// SPDX-License-Identifier: MIT
/* csv_read.c: the reader: a whole valid file, or the place of the flaw. */
#include "csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv_reader.h"
#include "csv_utf8.h"

static int read_preamble(struct csv_reader *r)
{
	while (r->at < r->end && *r->at == '#') {
		const char *newline = memchr(r->at, '\n', r->end - r->at);
		size_t len = newline - r->at;
		char *key, *colon;
		int rc = 0;

		if (newline[-1] == '\r')
			len--;
		memcpy(r->scratch, r->at, len);
		r->scratch[len] = '\0';
		key = r->scratch + 1;
		key += strspn(key, " ");
		colon = strstr(key, ": ");
		if (colon && colon > key) {
			*colon = '\0';
			rc = csv_add_meta(r->file, key, colon + 2);
		}
		if (rc == -EINVAL)
			return csv_refuse(r, r->at,
					  "a carriage return in the preamble");
		if (rc)
			return rc;
		r->at = newline + 1;
	}
	return 0;
}

static size_t find_meaning(const char *name)
{
	if (strcmp(name, "schema") == 0)
		return CSV_CELL_SCHEMA;
	for (size_t i = 0; i < CSV_NR_COLUMNS; i++)
		if (strcmp(name, csv_columns[i].name) == 0)
			return i;
	return CSV_CELL_IGNORED;
}

/* A column of an event; its meaning, or -errno. */
static int add_event(const struct csv_reader *r, const char *place,
		     const char *cell)
{
	size_t nr = r->file->nr_events;
	int rc = csv_add_event(r->file, cell);

	if (rc == -E2BIG)
		return csv_refuse(r, place, "more than %d columns of events",
				  CSV_MAX_EVENTS);
	if (!rc && r->file->nr_events == nr)
		return csv_refuse(r, place, "column %s is here twice", cell);
	return rc ? rc : (int)(CSV_CELL_EVENTS + nr);
}

static int check_header(const struct csv_reader *r, const char *header,
			const bool *seen)
{
	if (!seen[CSV_CELL_SCHEMA])
		return csv_refuse(r, header, "column schema is missing");
	for (size_t i = 0; i < CSV_NR_COLUMNS; i++)
		if (!seen[i])
			return csv_refuse(r, header, "column %s is missing",
					  csv_columns[i].name);
	return 0;
}

static int read_header(struct csv_reader *r)
{
	bool seen[CSV_CELL_IGNORED] = { false };
	const char *header = r->at;
	size_t max = 0;
	int ended;

	if (r->at == r->end)
		return csv_refuse(r, r->at, "there is no header");
	do {
		const char *place = r->at;
		char *cell = r->scratch;
		char *to = cell;
		size_t meaning;

		ended = csv_next_cell(r, &to);
		if (ended < 0)
			return ended;
		if (r->nr_cells == max) {
			void *more;

			max = 2 * max + 64;
			more = reallocarray(r->meanings, max,
					    sizeof(*r->meanings));
			if (!more)
				return -ENOMEM;
			r->meanings = more;
		}
		if (!strncmp(cell, CSV_EVENT_PREFIX,
			     strlen(CSV_EVENT_PREFIX))) {
			int event = add_event(r, place, cell);

			if (event < 0)
				return event;
			r->meanings[r->nr_cells++] = (size_t)event;
			continue;
		}
		meaning = find_meaning(cell);
		r->meanings[r->nr_cells++] = meaning;
		if (meaning == CSV_CELL_IGNORED)
			continue;
		if (seen[meaning])
			return csv_refuse(r, place, "column %s is here twice",
					  cell);
		seen[meaning] = true;
	} while (ended == ',');
	return check_header(r, header, seen);
}

static int read_row(struct csv_reader *r)
{
	struct csv_row row = csv_empty_row();
	char *to = r->scratch;
	size_t nr = 0;
	int ended, rc;

	do {
		const char *place = r->at;
		char *cell = to;

		if (nr == r->nr_cells)
			return csv_refuse(r, place,
					  "a cell too many: the header has %zu",
					  r->nr_cells);
		ended = csv_next_cell(r, &to);
		if (ended < 0)
			return ended;
		rc = csv_set_cell(r, place, r->meanings[nr++], cell, &row);
		if (rc)
			return rc;
	} while (ended == ',');
	if (nr < r->nr_cells)
		return csv_refuse(r, r->cell_end,
				  "the row ends after %zu of %zu cells", nr,
				  r->nr_cells);
	return csv_add_row(r->file, &row);
}

static int read_rows(struct csv_reader *r)
{
	while (r->at < r->end) {
		size_t nr = r->file->nr_rows;
		int rc;

		if (nr == r->max_starts) {
			void *more;

			r->max_starts = 2 * nr + 1024;
			more = reallocarray(r->starts, r->max_starts,
					    sizeof(*r->starts));
			if (!more)
				return -ENOMEM;
			r->starts = more;
		}
		r->starts[nr] = r->at;
		rc = read_row(r);
		if (rc)
			return rc;
	}
	return 0;
}

static int check_bytes(const struct csv_reader *r)
{
	size_t len = r->end - r->text;
	const char *nul = memchr(r->text, '\0', len);
	const char *flaw = r->text + csv_utf8_span(r->text, len);

	if (nul && nul < flaw)
		return csv_refuse(r, nul, "a NUL byte: this is no text file");
	if (flaw < r->end)
		return csv_refuse(r, flaw, "byte 0x%02x is not UTF-8",
				  (unsigned char)*flaw);
	if (len && r->end[-1] != '\n')
		return csv_refuse(r, r->end,
				  "the last line is torn: no newline ends it");
	return 0;
}

static int parse(struct csv_reader *r)
{
	static const char mark[] = "\xef\xbb\xbf"; /* UTF-8 byte order mark */
	int rc;

	if (strncmp(r->text, mark, strlen(mark)) == 0)
		r->text += strlen(mark);
	r->at = r->text;
	rc = check_bytes(r);
	if (!rc)
		rc = read_preamble(r);
	if (!rc)
		rc = read_header(r);
	if (!rc)
		rc = read_rows(r);
	if (!rc)
		rc = csv_check_keys(r);
	return rc;
}

/* All of a descriptor, and a NUL after it.  NULL and errno upon failure. */
static char *read_all(int fd, size_t *len)
{
	size_t max = 65536; /* Arbitrary: most results fit in a few of these. */
	char *text = malloc(max);
	ssize_t n = 1;

	*len = 0;
	while (text && n != 0) {
		n = read(fd, text + *len, max - *len - 1);
		if (n < 0 && errno != EINTR) {
			int saved = errno;

			free(text);
			errno = saved;
			return NULL;
		}
		if (n > 0)
			*len += n;
		if (*len == max - 1) {
			char *more = realloc(text, 2 * max);

			if (!more)
				free(text);
			text = more;
			max *= 2;
		}
	}
	if (text)
		text[*len] = '\0';
	return text;
}

int csv_read_fd(const char *path, int fd, struct csv_file *file,
		struct csv_error *err)
{
	struct csv_reader r = { .name = path, .file = file, .err = err };
	size_t len;
	char *text = read_all(fd, &len);
	int rc = -ENOMEM;

	if (!text) {
		rc = -errno;
		snprintf(err->text, sizeof(err->text), "%s: read: %s", path,
			 strerror(-rc));
		return rc;
	}
	r.text = text;
	r.end = text + len;
	r.scratch = malloc(len + 1);
	if (r.scratch)
		rc = parse(&r);
	if (rc == -ENOMEM)
		snprintf(err->text, sizeof(err->text), "%s: out of memory",
			 path);
	free(r.starts);
	free(r.meanings);
	free(r.scratch);
	free(text);
	if (rc)
		csv_free(file);
	return rc;
}

int csv_read(const char *path, struct csv_file *file, struct csv_error *err)
{
	int fd, rc;

	if (strcmp(path, "-") == 0)
		return csv_read_fd("standard input", STDIN_FILENO, file, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		rc = -errno;
		snprintf(err->text, sizeof(err->text), "%s: open: %s", path,
			 strerror(-rc));
		return rc;
	}
	rc = csv_read_fd(path, fd, file, err);
	close(fd);
	return rc;
}
