/* SPDX-License-Identifier: MIT */
/* csv_files.h: what the tests of result files share. */
#ifndef CSV_FILES_H
#define CSV_FILES_H

/* What <cmocka.h> wants to find included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER                                                                 \
	"schema,machine,subject,cpu,host,batch,launch,started,backend,"        \
	"fidelity,family,benchmark,mode,tsc,ns,cycles,cycles_source,"          \
	"cycles_per_tick,ops,samples,dropped,tsc_min,tsc_p25,tsc_p50,tsc_p75," \
	"tsc_p99,quantum,flags,status,reason"

static inline void put_bytes(const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static inline void get_bytes(const char *path, char *bytes, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t len;

	assert_non_null(file);
	len = fread(bytes, 1, size - 1, file);
	bytes[len] = '\0';
	fclose(file);
}

/* The tests run in a directory of their own, so that names are short. */
static char directory[] = "/tmp/xbench-test-csv-XXXXXX";

static inline int enter_directory(void **state)
{
	(void)state;
	return !mkdtemp(directory) || chdir(directory);
}

static inline int leave_directory(void **state)
{
	(void)state;
	return unlink("r.csv") || chdir("/") || rmdir(directory);
}

#endif
