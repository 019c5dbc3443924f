// SPDX-License-Identifier: MIT
/* serial_log.c: the bare image's lines among other serial output. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "serial_log.h"

#define MARK "@xb "
#define NUMBER_BYTES 7 /* six digits and a blank */
#define CRC_BYTES 9    /* eight digits and a blank */

static uint32_t crc32(uint32_t crc, const char *bytes, size_t n)
{
	int bit;

	for (crc = ~crc; n; n--, bytes++) {
		crc ^= (unsigned char)*bytes;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static bool all_digits(const char *text, size_t n, int (*is_digit)(int))
{
	while (n)
		if (!is_digit((unsigned char)text[--n]))
			return false;
	return true;
}

/* A whole line behind the mark at `at`, which ends before `end`? */
static bool check_line(const char *at, const char *end, uint32_t *number,
		       const char **content)
{
	const char *crc = at + NUMBER_BYTES;
	uint32_t sum;

	if (end - at < NUMBER_BYTES + CRC_BYTES ||
	    !all_digits(at, NUMBER_BYTES - 1, isdigit) || crc[-1] != ' ' ||
	    !all_digits(crc, CRC_BYTES - 1, isxdigit) ||
	    crc[CRC_BYTES - 1] != ' ')
		return false;
	*number = (uint32_t)strtoul(at, NULL, 10);
	*content = crc + CRC_BYTES;
	sum = crc32(0, at, NUMBER_BYTES);
	sum = crc32(sum, *content, (size_t)(end - *content));
	return sum == strtoul(crc, NULL, 16);
}

static int add_fault(struct serial_log *log, const struct serial_fault *fault)
{
	struct serial_fault *more =
		reallocarray(log->faults, log->nr_faults + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	log->faults = more;
	more[log->nr_faults++] = *fault;
	return 0;
}

static struct serial_boot *last_boot(const struct serial_log *log)
{
	return log->nr_boots ? &log->boots[log->nr_boots - 1] : NULL;
}

/* The boot that ends here, by its end line or without. */
static int close_boot(struct serial_log *log, size_t line)
{
	const struct serial_boot *boot = last_boot(log);
	struct serial_fault fault = { .kind = SERIAL_NO_END,
				      .line = line,
				      .boot = log->nr_boots };

	return boot && !boot->ended ? add_fault(log, &fault) : 0;
}

static int open_boot(struct serial_log *log, size_t line)
{
	struct serial_boot *more;
	int result = close_boot(log, line);

	if (result)
		return result;
	more = reallocarray(log->boots, log->nr_boots + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	log->boots = more;
	more[log->nr_boots++] = (struct serial_boot){ 0 };
	return 0;
}

static int keep(struct serial_boot *boot, const char *content, size_t bytes)
{
	char *more = realloc(boot->csv, boot->csv_bytes + bytes + 1);

	if (!more)
		return -ENOMEM;
	boot->csv = more;
	memcpy(more + boot->csv_bytes, content, bytes);
	boot->csv_bytes += bytes;
	more[boot->csv_bytes++] = '\n';
	return 0;
}

/* What a whole line says. */
static int take(struct serial_boot *boot, const char *content, size_t bytes)
{
	char text[128], word[16] = "";
	unsigned int number;

	snprintf(text, sizeof(text), "%.*s", (int)bytes, content);
	if (!strncmp(text, "! ", 2)) {
		if (!boot->error[0])
			snprintf(boot->error, sizeof(boot->error), "%.*s",
				 (int)bytes - 2, content + 2);
		return 0;
	}
	if (!strncmp(text, "end ", 4)) {
		sscanf(text, "end %u %15s nmis=%" SCNu64 " user_nmis=%" SCNu64,
		       &number, word, &boot->nmis, &boot->user_nmis);
		boot->ended = true;
		boot->done = !strcmp(word, "done");
		return 0;
	}
	boot->has_header |= !strncmp(text, "schema,", 7);
	boot->nr_rows += isdigit((unsigned char)text[0]) != 0;
	return keep(boot, content, bytes);
}

static int accept(struct serial_log *log, size_t line, uint32_t number,
		  const char *content, size_t bytes)
{
	struct serial_fault fault = { .kind = SERIAL_MISSING, .line = line };
	struct serial_boot *boot = last_boot(log);
	int result = 0;

	if (!boot || number < boot->next || boot->ended)
		result = open_boot(log, line);
	if (result)
		return result;
	boot = last_boot(log);
	if (number > boot->next) {
		fault.boot = log->nr_boots;
		fault.first = boot->next;
		fault.last = number - 1;
		result = add_fault(log, &fault);
	}
	boot->next = number + 1;
	return result ? result : take(boot, content, bytes);
}

/* One line of the log, without its end. */
static int read_line(struct serial_log *log, size_t nr, const char *line,
		     const char *end)
{
	struct serial_fault torn = { .kind = SERIAL_TORN, .line = nr };
	const char *content;
	uint32_t number;
	int result = 0;

	while (end > line && end[-1] == '\r')
		end--;
	while (!result && (line = memmem(line, (size_t)(end - line), MARK,
					 strlen(MARK)))) {
		line += strlen(MARK);
		if (check_line(line, end, &number, &content))
			return accept(log, nr, number, content,
				      (size_t)(end - content));
		torn.boot = log->nr_boots;
		result = add_fault(log, &torn);
	}
	return result;
}

int serial_log_read(const char *path, struct serial_log *log)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *line = NULL;
	size_t max = 0, nr = 0;
	ssize_t n;
	int result = 0;

	*log = (struct serial_log){ 0 };
	if (!file)
		return -errno;
	errno = 0;
	while (!result && (n = getline(&line, &max, file)) > 0) {
		/* A last line without an end may be whole all the same. */
		if (line[n - 1] == '\n')
			n--;
		result = read_line(log, ++nr, line, line + n);
	}
	if (!result && ferror(file))
		result = errno ? -errno : -EIO;
	if (!result)
		result = close_boot(log, nr);
	free(line);
	if (file != stdin)
		fclose(file);
	return result;
}

void serial_log_free(struct serial_log *log)
{
	size_t i;

	for (i = 0; i < log->nr_boots; i++)
		free(log->boots[i].csv);
	free(log->boots);
	free(log->faults);
	*log = (struct serial_log){ 0 };
}

static int parse_csv(const struct serial_boot *boot, struct csv_file *file,
		     struct csv_error *err)
{
	int fd = memfd_create("xbench-import", MFD_CLOEXEC), result = 0;
	size_t done = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while (done < boot->csv_bytes && !result) {
		n = write(fd, boot->csv + done, boot->csv_bytes - done);
		if (n < 0 && errno != EINTR)
			result = -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	if (!result && lseek(fd, 0, SEEK_SET) < 0)
		result = -errno;
	if (result)
		snprintf(err->text, sizeof(err->text), "memory file: %s",
			 strerror(-result));
	else
		result =
			csv_read_fd("the lines that came whole", fd, file, err);
	close(fd);
	return result;
}

static int add_meta(const struct csv_file *part, const char *prefix,
		    struct csv_file *file)
{
	char key[200];
	int result = 0;
	size_t i;

	for (i = 0; i < part->nr_meta && !result; i++) {
		snprintf(key, sizeof(key), "%s%s", prefix, part->meta[i].key);
		if (!csv_meta(file, key))
			result = csv_add_meta(file, key, part->meta[i].value);
	}
	return result;
}

int serial_log_append(const struct serial_boot *boot, uint64_t batch,
		      uint64_t launches, const char *prefix,
		      struct csv_file *file, struct csv_error *err)
{
	struct csv_file part = { 0 };
	struct csv_row row;
	int result = parse_csv(boot, &part, err);
	size_t i;

	if (!result)
		result = add_meta(&part, prefix, file);
	for (i = 0; i < part.nr_rows && !result; i++) {
		row = part.rows[i];
		row.batch = batch;
		row.launch += launches;
		result = csv_add_row(file, &row);
	}
	csv_free(&part);
	return result;
}

void serial_fault_text(const struct serial_fault *fault, char *text,
		       size_t bytes)
{
	switch (fault->kind) {
	case SERIAL_TORN:
		snprintf(text, bytes, "line %zu is torn", fault->line);
		return;
	case SERIAL_MISSING:
		snprintf(
			text, bytes,
			"line %zu: before it lines %u to %u of boot %zu are missing",
			fault->line, fault->first, fault->last, fault->boot);
		return;
	case SERIAL_NO_END:
		snprintf(
			text, bytes,
			"line %zu: boot %zu has no end line: the machine died, or the log ends early",
			fault->line, fault->boot);
	}
}
