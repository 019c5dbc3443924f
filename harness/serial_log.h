/* SPDX-License-Identifier: MIT */
/* serial_log.h: what the bare image said, found among other serial output. */
#ifndef SERIAL_LOG_H
#define SERIAL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "csv.h"

/* From the image's first line to its end line; bench/bare/bare.h has the form
 * of a line. */
struct serial_boot {
	char *csv; /* preamble, header and rows that came whole */
	size_t csv_bytes;
	uint32_t next; /* number of the line that is expected */
	uint32_t nr_rows;
	bool has_header;
	bool ended; /* the end line came... */
	bool done;  /* ... and says that the image did what it was told */
	uint64_t nmis, user_nmis; /* of the end line */
	char error[256];	  /* the first that the image complained of */
};

/* What is wrong with a log. */
struct serial_fault {
	enum serial_fault_kind {
		SERIAL_TORN,	/* a line's checksum is another */
		SERIAL_MISSING, /* lines first to last of a boot */
		SERIAL_NO_END,	/* of a boot: it died, or the log ends early */
	} kind;
	size_t line; /* of the log, from 1: where it shows */
	size_t boot; /* from 1; 0: before the first */
	uint32_t first, last;
};

struct serial_log {
	struct serial_boot *boots;
	size_t nr_boots;
	struct serial_fault *faults;
	size_t nr_faults;
};

/*
 * Find the image's lines in the log at `path` ("-": standard input), whatever
 * stands before and between them, and check them.  A number that is not above
 * the last one begins another boot.  0, or the -errno of the failed call;
 * serial_log_free() in any case.
 */
int serial_log_read(const char *path, struct serial_log *log);
void serial_log_free(struct serial_log *log);

/*
 * Append the rows of a boot to `file`, as batch `batch` and with `launches`
 * added to their launches; and those lines of its preamble whose keys, with
 * `prefix` before them, `file` has not.  0; -EINVAL if this is no CSV file
 * (`err`); -ENOMEM.
 */
int serial_log_append(const struct serial_boot *boot, uint64_t batch,
		      uint64_t launches, const char *prefix,
		      struct csv_file *file, struct csv_error *err);

/* Say what is wrong in one line, without its end. */
void serial_fault_text(const struct serial_fault *fault, char *text,
		       size_t bytes);

#endif
