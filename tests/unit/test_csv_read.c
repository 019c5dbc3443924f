// SPDX-License-Identifier: MIT
/* test_csv_read.c: what the reader accepts, and what it says of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "csv.h"
#include "csv_files.h"

/* One row; cells not named are the same in all.  tsc begins in column 41. */
#define ROW_OF(launch, tsc, reason)                                            \
	"1,m,s,c,h,1," launch ",t,kvm,native,msr,b,fenced," tsc                \
	",2,3,pmu,1,64,31,0,1,2,3,4,5,.5,,ok," reason
#define ROW ROW_OF("2", "1.5", "")

static void read_bytes(const char *bytes, struct csv_file *file)
{
	struct csv_error err = { "" };
	int rc;

	put_bytes("r.csv", bytes, strlen(bytes));
	rc = csv_read("r.csv", file, &err);
	assert_string_equal(err.text, "");
	assert_int_equal(rc, 0);
}

static void columns_come_in_any_order(void **state)
{
	struct csv_file file = { 0 };

	(void)state;
	read_bytes("\"#odd\",reason,status,flags,quantum,tsc_p99,tsc_p75,"
		   "tsc_p50,tsc_p25,tsc_min,dropped,samples,ops,pmu:x,"
		   "cycles_per_tick,cycles_source,cycles,ns,tsc,mode,"
		   "benchmark,family,fidelity,backend,started,launch,batch,"
		   "host,cpu,subject,machine,schema\n"
		   "#o,why,ok,f,.5,5,4,3,2,1,0,31,64,2.5,1,pmu,12,6,24.5,m,"
		   "b,fam,native,kvm,t,2,1,h,c,s,mach,1\n",
		   &file);
	assert_int_equal(file.nr_rows, 1);
	assert_string_equal(file.rows[0].reason, "why");
	assert_string_equal(file.rows[0].machine, "mach");
	assert_string_equal(file.rows[0].mode, "m");
	assert_true(file.rows[0].tsc == 24.5);
	assert_true(file.rows[0].quantum == 0.5);
	assert_int_equal(file.rows[0].launch, 2);
	assert_int_equal(file.rows[0].ops, 64);
	assert_int_equal(file.nr_events, 1);
	assert_true(csv_event(&file.rows[0], "pmu:x") == 2.5);
	assert_true(isnan(csv_event(&file.rows[0], "pmu:y")));
	csv_free(&file);
}

static void marks_and_line_ends_are_accepted(void **state)
{
	struct csv_file file = { 0 };

	(void)state;
	read_bytes("\xef\xbb\xbf# cpu: x\r\n# only a comment\r\n#\r\n"
		   "#tight: y\r\n" HEADER "\r\n" ROW
		   "\r\n" ROW_OF("3", "\"4\"", "\"a\"\"b\r\n\"") "\r\n",
		   &file);
	assert_int_equal(file.nr_meta, 2);
	assert_string_equal(csv_meta(&file, "cpu"), "x");
	assert_string_equal(csv_meta(&file, "tight"), "y");
	assert_int_equal(file.nr_rows, 2);
	assert_string_equal(file.rows[0].reason, "");
	assert_true(file.rows[1].tsc == 4);
	assert_string_equal(file.rows[1].reason, "a\"b\r\n");
	csv_free(&file);
}

static void header_alone_has_no_rows(void **state)
{
	struct csv_file file = { 0 };

	(void)state;
	read_bytes(HEADER "\n", &file);
	assert_int_equal(file.nr_rows, 0);
	csv_free(&file);
}

#define KEY_OF_2                                                               \
	"host \"h\", subject \"s\", started \"t\", launch 2, "                 \
	"backend \"kvm\", benchmark \"b\", mode \"fenced\""

static const struct {
	const char *bytes;
	const char *message;
} malformed[] = {
	{ "", "r.csv:1:1: there is no header" },
	{ "# cpu: x\n", "r.csv:2:1: there is no header" },
	{ "tsc\n", "r.csv:1:1: column schema is missing" },
	{ "# a: b\nschema,machine,subject,cpu\n",
	  "r.csv:2:1: column host is missing" },
	{ "x,schema,ns,y,ns\n", "r.csv:1:15: column ns is here twice" },
	{ "schema,pmu:a,pmu:b,pmu:a\n",
	  "r.csv:1:20: column pmu:a is here twice" },
	{ HEADER ",pmu:a\n" ROW ",1x\n",
	  "r.csv:2:81: \"1x\" is not a number in column pmu:a" },
	{ "schema,pmu:1,pmu:2,pmu:3,pmu:4,pmu:5,pmu:6,pmu:7,pmu:8,pmu:9,pmu:a,"
	  "pmu:b,pmu:c,pmu:d,pmu:e,pmu:f,pmu:g,pmu:h\n",
	  "r.csv:1:104: more than 16 columns of events" },
	{ HEADER "\n" ROW,
	  "r.csv:2:80: the last line is torn: no newline ends it" },
	{ HEADER "\n" ROW_OF("1", "abc", "") "\n",
	  "r.csv:2:41: \"abc\" is not a number in column tsc" },
	{ "# a: b\n" HEADER "\n" ROW "\n" ROW_OF("1", "nan", "") "\n",
	  "r.csv:4:41: \"nan\" is not a number in column tsc" },
	{ HEADER "\n" ROW_OF("1", "inf", "") "\n",
	  "r.csv:2:41: \"inf\" is not a number in column tsc" },
	{ HEADER "\n" ROW_OF("1", "-Infinity", "") "\n",
	  "r.csv:2:41: \"-Infinity\" is not a number in column tsc" },
	{ HEADER "\n" ROW_OF("1", "0x10", "") "\n",
	  "r.csv:2:41: \"0x10\" is not a number in column tsc" },
	{ HEADER "\n" ROW_OF("1", " 1", "") "\n",
	  "r.csv:2:41: \" 1\" is not a number in column tsc" },
	{ HEADER "\n" ROW_OF("1", "1e", "") "\n",
	  "r.csv:2:41: \"1e\" is not a number in column tsc" },
	{ HEADER "\n" ROW_OF("1", ".", "") "\n",
	  "r.csv:2:41: \".\" is not a number in column tsc" },
	{ HEADER "\n" ROW_OF("1", "\"1,5\"", "") "\n",
	  "r.csv:2:41: \"1,5\" is not a number in column tsc" },
	{ HEADER "\n" ROW_OF("1", "1e999", "") "\n",
	  "r.csv:2:41: \"1e999\" is too large in column tsc" },
	{ HEADER "\n" ROW_OF("1", "\"\x1b\n[2J\"", "") "\n",
	  "r.csv:2:41: \"??[2J\" is not a number in column tsc" },
	{ HEADER "\n" ROW_OF("1.5", "1", "") "\n",
	  "r.csv:2:13: \"1.5\" is not a whole number in column launch" },
	{ HEADER "\n" ROW_OF("-1", "1", "") "\n",
	  "r.csv:2:13: \"-1\" is not a whole number in column launch" },
	{ HEADER "\n" ROW_OF("18446744073709551615", "1", "") "\n",
	  "r.csv:2:13: \"18446744073709551615\" is too large in column launch" },
	{ HEADER "\n" ROW_OF("18446744073709551616", "1", "") "\n",
	  "r.csv:2:13: \"18446744073709551616\" is too large in column launch" },
	{ HEADER "\n2" ROW "\n",
	  "r.csv:2:1: schema \"21\": this xbench reads schema 1 only" },
	{ HEADER "\n,m\n",
	  "r.csv:2:1: schema \"\": this xbench reads schema 1 only" },
	{ HEADER "\n" ROW "\n\n",
	  "r.csv:3:1: schema \"\": this xbench reads schema 1 only" },
	{ HEADER "\n1,m\n", "r.csv:2:4: the row ends after 2 of 30 cells" },
	{ HEADER "\n1,m\r\n", "r.csv:2:4: the row ends after 2 of 30 cells" },
	{ HEADER "\n" ROW ",\n",
	  "r.csv:2:81: a cell too many: the header has 30" },
	{ HEADER "\n" ROW_OF("1", "1", "\"open\n\n"),
	  "r.csv:2:78: this quote is never closed" },
	{ HEADER "\n" ROW_OF("1", "1", "\"x\" ") "\n",
	  "r.csv:2:81: text after a closing quote: a comma or the end of the line belongs here" },
	{ HEADER "\n" ROW_OF("1", "1", "x\"y") "\n",
	  "r.csv:2:79: a quote inside a cell: quote the whole cell, and write the quote twice" },
	{ HEADER "\n" ROW_OF("1", "1", "x\ry") "\n",
	  "r.csv:2:79: a carriage return without a newline" },
	{ "# a: b\rc\n" HEADER "\n",
	  "r.csv:1:1: a carriage return in the preamble" },
	{ HEADER "\n1,\xc2\xb5\xc2\xb5,,\xff\n",
	  "r.csv:2:7: byte 0xff is not UTF-8" },
	{ "# a: \xc0\x80\n", "r.csv:1:6: byte 0xc0 is not UTF-8" },
	{ "# a: \xe0\x9f\xbf\n", "r.csv:1:6: byte 0xe0 is not UTF-8" },
	{ "# a: \xed\xa0\x80\n", "r.csv:1:6: byte 0xed is not UTF-8" },
	{ "# a: \xf0\x8f\xbf\xbf\n", "r.csv:1:6: byte 0xf0 is not UTF-8" },
	{ "# a: \xf4\x90\x80\x80\n", "r.csv:1:6: byte 0xf4 is not UTF-8" },
	{ "# a: \xe2\x82", "r.csv:1:6: byte 0xe2 is not UTF-8" },
	{ "\xef\xbb\xbf" HEADER "\n1,\xc2\xb5,s,c,h,x\n",
	  "r.csv:2:11: \"x\" is not a whole number in column batch" },
	{ HEADER "\n" ROW_OF("1", "1", "\"a\nb\"") "\n" ROW "\n" ROW_OF(
		  "2", "7", "") "\n",
	  "r.csv:5:1: the key of line 4 again: " KEY_OF_2 },
};

static void malformed_files_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(*malformed); i++) {
		const char *bytes = malformed[i].bytes;
		struct csv_file file = { 0 };
		struct csv_error err = { "" };
		int rc;

		put_bytes("r.csv", bytes, strlen(bytes));
		rc = csv_read("r.csv", &file, &err);
		assert_string_equal(err.text, malformed[i].message);
		assert_int_equal(rc, -EINVAL);
		assert_null(file.rows);
		assert_null(file.pool);
	}
}

static void nul_bytes_are_refused(void **state)
{
	static const char bytes[] = HEADER "\n1,a\0b\n";
	struct csv_file file = { 0 };
	struct csv_error err = { "" };

	(void)state;
	put_bytes("r.csv", bytes, sizeof(bytes) - 1);
	assert_int_equal(csv_read("r.csv", &file, &err), -EINVAL);
	assert_string_equal(err.text,
			    "r.csv:2:4: a NUL byte: this is no text file");
}

/* Each part of the key, changed alone, makes another key. */
static void every_part_of_the_key_counts(void **state)
{
	struct csv_row rows[8];
	struct csv_file out = { 0 }, in = { 0 };
	struct csv_error err = { "" };

	(void)state;
	for (size_t i = 0; i < 8; i++)
		rows[i] = csv_empty_row();
	rows[1].host = "x";
	rows[2].subject = "x";
	rows[3].started = "x";
	rows[4].launch = 1;
	rows[5].backend = "x";
	rows[6].benchmark = "x";
	rows[7].mode = "x";
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(csv_add_row(&out, &rows[i]), 0);
	assert_int_equal(csv_write("r.csv", &out, &err), 0);
	csv_read("r.csv", &in, &err);
	assert_string_equal(err.text, "");
	assert_int_equal(in.nr_rows, 8);
	csv_free(&in);

	rows[5].machine = "no part of the key";
	assert_int_equal(csv_add_row(&out, &rows[5]), 0);
	assert_int_equal(csv_write("r.csv", &out, &err), 0);
	assert_int_equal(csv_read("r.csv", &in, &err), -EINVAL);
	assert_string_equal(
		err.text,
		"r.csv:10:1: the key of line 7 again: host \"\", subject \"\", started \"\", launch , backend \"x\", benchmark \"\", mode \"\"");
	csv_free(&out);
}

static void unreadable_files_are_named(void **state)
{
	struct csv_file file = { 0 };
	struct csv_error err;

	(void)state;
	assert_int_equal(csv_read("none.csv", &file, &err), -ENOENT);
	assert_string_equal(err.text,
			    "none.csv: open: No such file or directory");
	assert_int_equal(csv_read(".", &file, &err), -EISDIR);
	assert_string_equal(err.text, ".: read: Is a directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_come_in_any_order),
		cmocka_unit_test(marks_and_line_ends_are_accepted),
		cmocka_unit_test(header_alone_has_no_rows),
		cmocka_unit_test(malformed_files_are_refused),
		cmocka_unit_test(nul_bytes_are_refused),
		cmocka_unit_test(every_part_of_the_key_counts),
		cmocka_unit_test(unreadable_files_are_named),
	};

	return cmocka_run_group_tests(tests, enter_directory, leave_directory);
}
