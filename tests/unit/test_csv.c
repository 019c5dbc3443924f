// SPDX-License-Identifier: MIT
/* test_csv.c: result files in memory, round trips, failing disks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "csv.h"
#include "csv_files.h"

static size_t count_entries(void)
{
	DIR *dir = opendir(".");
	size_t nr = 0;

	assert_non_null(dir);
	while (readdir(dir))
		nr++;
	closedir(dir);
	return nr;
}

static void same_real(double a, double b)
{
	assert_true(memcmp(&a, &b, sizeof(a)) == 0 || (isnan(a) && isnan(b)));
}

static void same_text(const char *a, const char *b)
{
	assert_string_equal(a, b);
}

static void same_count(uint64_t a, uint64_t b)
{
	assert_int_equal(a, b);
}

static const char *const events[] = { "pmu:cycles", "pmu:A.B:C", "pmu:a,\"b" };
#define NR_EVENTS (sizeof(events) / sizeof(events[0]))

static void same_row(const struct csv_row *a, const struct csv_row *b)
{
#define X(name, kind) same_##kind(a->name, b->name);
	CSV_COLUMNS(X)
#undef X
	for (size_t i = 0; i < NR_EVENTS; i++)
		same_real(csv_event(a, events[i]), csv_event(b, events[i]));
}

static const double reals[] = {
	NAN,	  0.0,	   -0.0,     0.1,	1.0 / 3,     20.4,
	1e-300,	  DBL_MAX, -DBL_MAX, DBL_MIN,	5e-324,	     123456789.123456,
	1e15 + 1, 1e22,	   -2.5,     0.1 + 0.2, DBL_EPSILON,
};

static const char *const texts[] = {
	"",	      "plain",	    "a,b",	    "say \"x\"",
	"\"",	      "two\nlines", "two\r\nlines", "a\rb",
	"# no: fact", " blanks ",   "\xc2\xb5s",    "\xf0\x9f\x98\x80",
	",",	      "\n",	    "1e5",	    "nan",
	"''",
};

static const uint64_t counts[] = { CSV_NO_COUNT, 0, 1, 42, UINT64_MAX - 1 };

#define PICK(list, i) ((list)[(i) % (sizeof(list) / sizeof(*(list)))])
#define PICK_text(i) PICK(texts, i)
#define PICK_real(i) PICK(reals, i)
#define PICK_count(i) PICK(counts, i)

/* Every kind of value in every column; launch is what makes keys differ. */
static void fill(struct csv_file *file, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		size_t k = i;
		struct csv_row row = csv_empty_row();
		size_t nr_events = 0;

#define X(name, kind) row.name = PICK_##kind(k++);
		CSV_COLUMNS(X)
#undef X
		for (size_t n = 0; n < NR_EVENTS; n++) {
			double value = PICK_real(i + n);

			if (!isnan(value))
				row.events[nr_events++] =
					(struct csv_event){ events[n], value };
		}
		row.launch = i;
		assert_int_equal(csv_add_row(file, &row), 0);
	}
}

static void round_trip_changes_nothing(void **state)
{
	struct csv_file out = { 0 }, in = { 0 };
	struct csv_error err = { "" };

	(void)state;
	fill(&out, 200);
	assert_int_equal(csv_add_meta(&out, "cpu", "a: b, \"c\" # d "), 0);
	assert_int_equal(csv_add_meta(&out, "empty", ""), 0);
	assert_int_equal(csv_write("r.csv", &out, &err), 0);
	csv_read("r.csv", &in, &err);
	assert_string_equal(err.text, "");
	assert_int_equal(in.nr_rows, 200);
	for (size_t i = 0; i < 200; i++)
		same_row(&in.rows[i], &out.rows[i]);
	assert_int_equal(in.nr_meta, 2);
	assert_string_equal(csv_meta(&in, "cpu"), "a: b, \"c\" # d ");
	assert_string_equal(csv_meta(&in, "empty"), "");
	assert_null(csv_meta(&in, "none"));
	csv_free(&in);
	csv_free(&out);
	assert_null(out.rows);
	assert_null(out.pool);
}

static void written_bytes_are_these(void **state)
{
	struct csv_file file = { 0 };
	struct csv_row row = csv_empty_row();
	struct csv_error err = { "" };
	char bytes[1024];

	(void)state;
	row.machine = NULL;
	row.host = "a,b";
	row.launch = 7;
	row.tsc = 0.1;
	row.ns = 1.0 / 3;
	row.cycles = 1234567;
	row.status = "say \"ok\"";
	assert_int_equal(csv_add_meta(&file, "cpu", "x"), 0);
	assert_int_equal(csv_add_row(&file, &row), 0);
	assert_int_equal(csv_write("r.csv", &file, &err), 0);
	get_bytes("r.csv", bytes, sizeof(bytes));
	assert_string_equal(bytes,
			    "# cpu: x\n" HEADER "\n"
			    "1,,,,\"a,b\",,7,,,,,,,0.1,0.3333333333333333,"
			    "1234567,,,,,,,,,,,,,\"say \"\"ok\"\"\",\n");
	csv_free(&file);
}

static void texts_are_kept_once(void **state)
{
	struct csv_file file = { 0 };
	struct csv_row row = csv_empty_row();
	char text[] = "text";

	(void)state;
	row.machine = text;
	assert_int_equal(csv_add_row(&file, &row), 0);
	row.machine = "";
	row.mode = "text";
	assert_int_equal(csv_add_row(&file, &row), 0);
	text[0] = 'X';
	assert_string_equal(file.rows[0].machine, "text");
	assert_ptr_equal(file.rows[0].machine, file.rows[1].mode);
	csv_free(&file);
}

static void meta_is_one_line(void **state)
{
	struct csv_file file = { 0 };

	(void)state;
	assert_int_equal(csv_add_meta(&file, "a", "b\nc"), -EINVAL);
	assert_int_equal(csv_add_meta(&file, "a", "b\rc"), -EINVAL);
	assert_int_equal(csv_add_meta(&file, "a\nb", "c"), -EINVAL);
	assert_int_equal(csv_add_meta(&file, "a: b", "c"), -EINVAL);
	assert_int_equal(csv_add_meta(&file, " a", "c"), -EINVAL);
	assert_int_equal(csv_add_meta(&file, "", "c"), -EINVAL);
	assert_int_equal(file.nr_meta, 0);
	csv_free(&file);
}

/* Refused before anything is opened: what stands at the path stays. */
static void unreadable_values_are_not_written(void **state)
{
	struct csv_file file = { 0 };
	struct csv_row row = csv_empty_row();
	struct csv_error err;
	char bytes[16];

	(void)state;
	put_bytes("r.csv", "old", 3);
	assert_int_equal(csv_add_row(&file, &row), 0);
	row.ns = -INFINITY;
	assert_int_equal(csv_add_row(&file, &row), 0);
	assert_int_equal(csv_write("r.csv", &file, &err), -EINVAL);
	assert_string_equal(err.text,
			    "r.csv: not written: ns of row 2 is infinite");
	csv_free(&file);
	row.ns = NAN;
	row.cpu = "\xe9";
	assert_int_equal(csv_add_row(&file, &row), 0);
	assert_int_equal(csv_write("r.csv", &file, &err), -EINVAL);
	assert_string_equal(err.text,
			    "r.csv: not written: cpu of row 1 is not UTF-8");
	csv_free(&file);
	assert_int_equal(csv_add_meta(&file, "kernel", "\xe9"), 0);
	assert_int_equal(csv_write("r.csv", &file, &err), -EINVAL);
	assert_string_equal(err.text,
			    "r.csv: not written: the fact kernel is not UTF-8");
	csv_free(&file);
	get_bytes("r.csv", bytes, sizeof(bytes));
	assert_string_equal(bytes, "old");
}

/*
 * Root may write anywhere, so it must not be root who tries: and a writer that
 * is broken could replace the machine's devices by files.
 */
static int write_as_nobody(const char *path, const struct csv_file *file,
			   struct csv_error *err)
{
	uid_t uid = geteuid();
	int rc;

	if (uid == 0)
		assert_int_equal(seteuid(65534), 0);
	rc = csv_write(path, file, err);
	assert_int_equal(seteuid(uid), 0);
	return rc;
}

static void write_needs_a_directory(void **state)
{
	struct csv_file file = { 0 };
	struct csv_error err;

	(void)state;
	assert_int_equal(csv_write("none/r.csv", &file, &err), -ENOENT);
	assert_string_equal(
		err.text,
		"none/r.csv: not written: open of a temporary file beside it: No such file or directory");
	assert_int_equal(mkdir("locked", 0555) || chmod(".", 0755), 0);
	assert_int_equal(write_as_nobody("locked/r.csv", &file, &err), -EACCES);
	assert_int_equal(rmdir("locked"), 0); /* so it is empty */
	assert_int_equal(csv_write(".", &file, &err), -EISDIR);
}

static void full_device_is_noticed(void **state)
{
	struct csv_file file = { 0 };
	struct csv_error err;

	(void)state;
	fill(&file, 3000); /* more than the buffer holds */
	assert_int_equal(write_as_nobody("/dev/full", &file, &err), -ENOSPC);
	assert_string_equal(
		err.text,
		"/dev/full: not written: write: No space left on device");
	csv_free(&file);
	fill(&file, 1); /* less: only the last flush can fail */
	assert_int_equal(write_as_nobody("/dev/full", &file, &err), -ENOSPC);
	assert_int_equal(write_as_nobody("/dev/null", &file, &err), 0);
	csv_free(&file);
}

/* A limit on the file's size stands in for a disk that fills up. */
static void full_disk_leaves_the_old_file(void **state)
{
	struct rlimit old, small;
	struct csv_file file = { 0 };
	struct csv_error err;
	char bytes[16];
	size_t before;
	int rc;

	(void)state;
	put_bytes("r.csv", "old", 3);
	before = count_entries();
	fill(&file, 3000);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 100000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = csv_write("r.csv", &file, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(rc, -EFBIG);
	assert_string_equal(err.text,
			    "r.csv: not written: write: File too large");
	assert_int_equal(count_entries(), before);
	get_bytes("r.csv", bytes, sizeof(bytes));
	assert_string_equal(bytes, "old");
	csv_free(&file);
}

static void links_are_followed(void **state)
{
	struct csv_file file = { 0 };
	struct csv_error err;
	struct stat st;
	char bytes[1024];

	(void)state;
	put_bytes("target.csv", "old", 3);
	assert_int_equal(symlink("target.csv", "link.csv"), 0);
	assert_int_equal(csv_write("link.csv", &file, &err), 0);
	assert_int_equal(lstat("link.csv", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	get_bytes("target.csv", bytes, sizeof(bytes));
	assert_string_equal(bytes, HEADER "\n");
	assert_int_equal(unlink("link.csv") || unlink("target.csv"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip_changes_nothing),
		cmocka_unit_test(written_bytes_are_these),
		cmocka_unit_test(texts_are_kept_once),
		cmocka_unit_test(meta_is_one_line),
		cmocka_unit_test(unreadable_values_are_not_written),
		cmocka_unit_test(write_needs_a_directory),
		cmocka_unit_test(full_device_is_noticed),
		cmocka_unit_test(full_disk_leaves_the_old_file),
		cmocka_unit_test(links_are_followed),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
