/* SPDX-License-Identifier: MIT */
/* csv.h: the result file: rows, preamble, reading and writing. */
#ifndef CSV_H
#define CSV_H

#include <stddef.h>
#include <stdint.h>

/* The layout written by this program and the only one it reads. */
#define CSV_SCHEMA 1

/*
 * Every column, in the order in which they are written: X(name, kind).
 * Kinds: text (UTF-8), count (unsigned integer) and real (a decimal number).
 * An empty cell means "not measured": the empty string, 0 with no digit, NaN.
 * Costs (tsc, ns, cycles, tsc_*, quantum) are per operation: TSC ticks,
 * nanoseconds, core cycles.  `ops` is operations per sample: those of the body,
 * a power of two, times an odd number of rounds.  `schema` comes first in the
 * file and is not part of a row: a file has one.
 */
#define CSV_COLUMNS(X)                                                         \
	X(machine, text)                                                       \
	X(subject, text)                                                       \
	X(cpu, text)                                                           \
	X(host, text)                                                          \
	X(batch, count)                                                        \
	X(launch, count)                                                       \
	X(started, text)                                                       \
	X(backend, text)                                                       \
	X(fidelity, text)                                                      \
	X(family, text)                                                        \
	X(benchmark, text)                                                     \
	X(mode, text)                                                          \
	X(tsc, real)                                                           \
	X(ns, real)                                                            \
	X(cycles, real)                                                        \
	X(cycles_source, text)                                                 \
	X(cycles_per_tick, real)                                               \
	X(ops, count)                                                          \
	X(samples, count)                                                      \
	X(dropped, count)                                                      \
	X(tsc_min, real)                                                       \
	X(tsc_p25, real)                                                       \
	X(tsc_p50, real)                                                       \
	X(tsc_p75, real)                                                       \
	X(tsc_p99, real)                                                       \
	X(quantum, real)                                                       \
	X(flags, text)                                                         \
	X(status, text)                                                        \
	X(reason, text)

/*
 * Behind these come columns named "pmu:EVENT": counts of the event, real
 * numbers per operation.
 */
#define CSV_EVENT_PREFIX "pmu:"
#define CSV_MAX_EVENTS 16 /* of a file: arbitrary */
struct csv_event {
	const char *column; /* NULL: no more in this row */
	double value;
};

#define CSV_TYPE_text const char *
#define CSV_TYPE_count uint64_t
#define CSV_TYPE_real double

/*
 * One measured (or refused) benchmark, mode and launch.  Text is never NULL
 * once the row is in a file; the file owns it.  A count of UINT64_MAX and a
 * real of NaN are empty cells.
 */
struct csv_row {
#define X(name, kind) CSV_TYPE_##kind name;
	CSV_COLUMNS(X)
#undef X
	struct csv_event events[CSV_MAX_EVENTS]; /* that are not empty */
};

#define CSV_NO_COUNT UINT64_MAX

/* One `# key: value` line of the preamble. */
struct csv_meta {
	const char *key;
	const char *value;
};

struct csv_pool; /* owns the text, each distinct string once */

struct csv_file {
	struct csv_meta *meta;
	size_t nr_meta;
	struct csv_row *rows;
	size_t nr_rows;
	const char *events[CSV_MAX_EVENTS]; /* columns, in this order */
	size_t nr_events;
	struct csv_pool *pool;
};

/* What went wrong, ready to print: "file:line:column: what, what to do". */
struct csv_error {
	char text[512];
};

/* An empty row: texts "", counts CSV_NO_COUNT, reals NaN. */
struct csv_row csv_empty_row(void);

/* A file starts as all zero bytes.  csv_free() makes it so again. */
void csv_free(struct csv_file *file);

/* The event in the row; NaN if its cell is empty. */
double csv_event(const struct csv_row *row, const char *column);

/* A column for an event, unless there is one.  0, -ENOMEM, or -E2BIG. */
int csv_add_event(struct csv_file *file, const char *column);

/* Append; texts are copied.  0, -ENOMEM, or -E2BIG for too many events.  A
 * newline in a meta value or key is -EINVAL: the preamble is one line per fact.
 */
int csv_add_meta(struct csv_file *file, const char *key, const char *value);
int csv_add_row(struct csv_file *file, const struct csv_row *row);

/* The value of a preamble key, or NULL. */
const char *csv_meta(const struct csv_file *file, const char *key);

/*
 * Read the file at `path` ("-": standard input).  Columns may come in any
 * order; unknown columns are ignored.  Refused, with the place in `err`: a
 * missing column, another schema, a number that is none, NaN or infinity, a
 * repeated key (host, subject, started, launch, backend, benchmark, mode), a
 * torn last line, a quote left open, a row with too few or too many cells, a
 * file without a header, bytes that are not UTF-8.  A UTF-8 byte order mark
 * and CRLF line ends are accepted.  `column` in the message counts
 * characters of the line from 1.
 * 0; -EINVAL for a malformed file; else the -errno of the failed call.
 */
int csv_read(const char *path, struct csv_file *file, struct csv_error *err);

/* The same from a descriptor, up to its end; `path` is for messages. */
int csv_read_fd(const char *path, int fd, struct csv_file *file,
		struct csv_error *err);

/*
 * Write to a temporary name beside `path`, fsync, and rename over it: a
 * reader sees the old file or the whole new one.  "-": standard output.
 * A device or FIFO (anything that exists and is no regular file) is written
 * in place.  0 or -errno, with the failed call and path in `err`; then
 * nothing is left behind.
 */
int csv_write(const char *path, const struct csv_file *file,
	      struct csv_error *err);

#endif
