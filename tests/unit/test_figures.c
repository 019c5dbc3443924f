// SPDX-License-Identifier: MIT
/* test_figures.c: how rows become figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "figures.h"

static void add(struct csv_file *file, struct csv_row row)
{
	assert_int_equal(csv_add_row(file, &row), 0);
}

static struct csv_row ok_row(uint64_t launch, double tsc)
{
	struct csv_row row = csv_empty_row();

	row.launch = launch;
	row.backend = "kvm";
	row.fidelity = "native";
	row.family = "gs";
	row.benchmark = "swapgs";
	row.mode = "fenced";
	row.tsc = tsc;
	row.ns = tsc / 2;
	row.cycles = tsc * 4;
	row.dropped = 2;
	row.status = "ok";
	return row;
}

static struct csv_row bad_row(const char *status, const char *reason)
{
	struct csv_row row = ok_row(9, NAN);

	row.status = status;
	row.reason = reason;
	row.fidelity = "emulated";
	row.flags = "lost";
	row.ns = NAN;
	row.cycles = NAN;
	return row;
}

/* The one figure of a file, which is freed. */
static struct figures only_figure(struct csv_file *file)
{
	struct figures figures;

	assert_int_equal(figures_make(file, &figures), 0);
	assert_int_equal(figures.nr, 1);
	return figures;
}

static void figure_is_the_lower_quartile(void **state)
{
	const double tsc[] = { 40, 8, 16, 4, 32 };
	struct csv_file file = { 0 };
	struct figures figures;
	const struct figure *figure;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		add(&file, ok_row(i, tsc[i]));
	add(&file, bad_row("fault", "#GP"));
	figures = only_figure(&file);
	figure = figures.list;
	assert_true(figure->tsc.value == 8);
	assert_true(figure->tsc.lo == 4);
	assert_true(figure->tsc.hi == 40);
	assert_true(figure->ns.value == 4);
	assert_true(figure->ns.hi == 20);
	assert_true(figure->cycles.value == 32);
	assert_true(figure->cycles.lo == 16);
	assert_int_equal(figure->nr_launches, 5);
	assert_int_equal(figure->nr_failed, 1);
	assert_int_equal(figure->dropped, 10);
	assert_string_equal(figure->fidelity, "native");
	assert_string_equal(figure->flags, "");
	assert_string_equal(figure->status, "fault");
	assert_string_equal(figure->reason, "#GP");
	figures_free(&figures);
	csv_free(&file);
}

static void cost_needs_every_launch(void **state)
{
	struct csv_file file = { 0 };
	struct csv_row row = ok_row(2, 6);
	struct figures figures;

	(void)state;
	row.cycles = NAN;
	row.dropped = CSV_NO_COUNT;
	add(&file, ok_row(1, 4));
	add(&file, row);
	figures = only_figure(&file);
	assert_true(figures.list[0].tsc.value == 4.5);
	assert_true(isnan(figures.list[0].cycles.value));
	assert_true(isnan(figures.list[0].cycles.lo));
	assert_true(isnan(figures.list[0].cycles.hi));
	assert_int_equal(figures.list[0].dropped, 2);
	figures_free(&figures);
	csv_free(&file);
}

static const struct {
	const char *first, *second, *worst;
} fidelities[] = {
	{ "native", "native", "native" },
	{ "native", "unknown", "unknown" },
	{ "trapped", "unknown", "trapped" },
	{ "trapped", "emulated", "emulated" },
	{ "emulated", "native", "emulated" },
	{ "native", "", "unknown" },
	{ "", "native", "unknown" },
	{ "nativ", "nativ", "unknown" },
};

static void fidelity_is_the_worst(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fidelities) / sizeof(*fidelities); i++) {
		struct csv_file file = { 0 };
		struct csv_row row = ok_row(1, 4);
		struct figures figures;

		row.fidelity = fidelities[i].first;
		add(&file, row);
		row.launch = 2;
		row.fidelity = fidelities[i].second;
		add(&file, row);
		figures = only_figure(&file);
		assert_string_equal(figures.list[0].fidelity,
				    fidelities[i].worst);
		figures_free(&figures);
		csv_free(&file);
	}
}

/* In the order of figures.h, from bad to worse. */
static const char *const statuses[] = {
	"skip", "unresolvable", "contaminated", "fault", "error", "unheard of",
};

static void status_is_the_gravest(void **state)
{
	const size_t nr = sizeof(statuses) / sizeof(*statuses);

	(void)state;
	for (size_t i = 0; i < nr * nr; i++) {
		size_t a = i / nr, b = i % nr;
		struct csv_file file = { 0 };
		struct figures figures;

		add(&file, bad_row(statuses[a], "first"));
		add(&file, bad_row(statuses[b], "second"));
		figures = only_figure(&file);
		assert_string_equal(figures.list[0].status,
				    statuses[a > b ? a : b]);
		assert_string_equal(figures.list[0].reason,
				    b > a ? "second" : "first");
		assert_int_equal(figures.list[0].nr_launches, 0);
		assert_int_equal(figures.list[0].nr_failed, 2);
		assert_string_equal(figures.list[0].fidelity, "");
		assert_true(isnan(figures.list[0].tsc.value));
		figures_free(&figures);
		csv_free(&file);
	}
}

static void flags_occur_once(void **state)
{
	const char *const flags[] = { "drift;anchor", "",
				      " anchor drift2 ;drif" };
	struct csv_file file = { 0 };
	struct figures figures;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct csv_row row = ok_row(i, 4);

		row.flags = flags[i];
		add(&file, row);
	}
	figures = only_figure(&file);
	assert_string_equal(figures.list[0].flags, "drift anchor drift2 drif");
	figures_free(&figures);
	csv_free(&file);
}

static void rows_are_kept_apart_and_sorted(void **state)
{
	/* Family, benchmark, mode, backend; shown in the catalog's order. */
	static const char *const added[][4] = {
		{ "msr", "wrmsr", "fenced", "kvm" },
		{ "gs", "swapgs", "throughput", "kvm" },
		{ "gs", "swapgs", "fenced", "user" },
		{ "gs", "swapgs", "fenced", "kvm" },
		{ "gs", "rdgsbase", "throughput", "user" },
		{ "gs", "swapgs", "fenced", "user" },
	};
	static const size_t expected[] = { 0, 4, 2, 1, 3 };
	struct csv_file file = { 0 };
	struct figures figures;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct csv_row row = ok_row(i, 4);

		row.family = added[i][0];
		row.benchmark = added[i][1];
		row.mode = added[i][2];
		row.backend = added[i][3];
		add(&file, row);
	}
	assert_int_equal(figures_make(&file, &figures), 0);
	assert_int_equal(figures.nr, 5);
	for (size_t i = 0; i < 5; i++) {
		const char *const *key = added[expected[i]];

		assert_string_equal(figures.list[i].family, key[0]);
		assert_string_equal(figures.list[i].benchmark, key[1]);
		assert_string_equal(figures.list[i].mode, key[2]);
		assert_string_equal(figures.list[i].backend, key[3]);
		assert_int_equal(figures.list[i].nr_launches, i == 2 ? 2 : 1);
	}
	figures_free(&figures);
	csv_free(&file);
}

static void no_rows_no_figures(void **state)
{
	struct csv_file file = { 0 };
	struct figures figures;

	(void)state;
	assert_int_equal(figures_make(&file, &figures), 0);
	assert_int_equal(figures.nr, 0);
	figures_free(&figures);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figure_is_the_lower_quartile),
		cmocka_unit_test(cost_needs_every_launch),
		cmocka_unit_test(fidelity_is_the_worst),
		cmocka_unit_test(status_is_the_gravest),
		cmocka_unit_test(flags_occur_once),
		cmocka_unit_test(rows_are_kept_apart_and_sorted),
		cmocka_unit_test(no_rows_no_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
