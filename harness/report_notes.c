// SPDX-License-Identifier: MIT
/* report_notes.c: what a table of figures cannot say, in words. */
#include "report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct meaning {
	const char *word;
	const char *sentence;
};

static const struct meaning fidelities[] = {
	{ "unknown",
	  "nothing here could show whether the CPU itself ran the code: the figures may be of the CPU, of a trap or of an interpreter." },
	{ "trapped", "the cost of the trap, not of the instruction." },
	{ "emulated",
	  "the hypervisor interpreted the code: the figures are of the interpreter." },
};

static const struct meaning flags[] = {
	{ "imul-ratio",
	  "a chain of IMUL did not cost three times a chain of ADD, within 1 %: do not trust the cycles." },
	{ "drift",
	  "the calibrations before and after the series differ by more than 0.5 %: the core's frequency changed." },
	{ "switched",
	  "the kernel ran something else on this CPU meanwhile; samples that it fell into were dropped." },
	{ "pmu-differs",
	  "counted core cycles and calibrated ones differ by more than 2 %; the calibrated ones are shown." },
	{ "uncounted",
	  "an event could not be counted there, or too few of its samples were alike; `xbench doctor` says who may count." },
	{ "interrupts",
	  "more interrupts came than samples were dropped: some may be in the figure." },
	{ "nmi",
	  "non-maskable interrupts came meanwhile; samples that they fell into were dropped." },
	{ "smi",
	  "the firmware took the CPU meanwhile (SMI); samples that it fell into were dropped." },
};

static void print_meaning(FILE *out, const char *kind, const char *word,
			  const char *sentence)
{
	fprintf(out, "  %s %s: %s\n", kind, word, sentence);
}

static bool any_has_fidelity(const struct report_file *files, size_t nr,
			     const char *word)
{
	for (size_t i = 0; i < nr; i++)
		for (size_t k = 0; k < files[i].figures.nr; k++)
			if (!strcmp(files[i].figures.list[k].fidelity, word))
				return true;
	return false;
}

static void print_fidelities(FILE *out, const struct report_file *files,
			     size_t nr)
{
	for (size_t i = 0; i < sizeof(fidelities) / sizeof(*fidelities); i++)
		if (any_has_fidelity(files, nr, fidelities[i].word))
			print_meaning(out, "fidelity", fidelities[i].word,
				      fidelities[i].sentence);
}

static const char *sentence_of_flag(const char *word)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (strcmp(flags[i].word, word) == 0)
			return flags[i].sentence;
	return "this xbench does not know what it means.";
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The flags of all figures, with blanks between.  NULL without memory. */
static char *join_flags(const struct report_file *files, size_t nr)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		return NULL;
	for (size_t i = 0; i < nr; i++)
		for (size_t k = 0; k < files[i].figures.nr; k++)
			fprintf(out, "%s ", files[i].figures.list[k].flags);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

/* Each word that occurs in any figure's flags, once. */
static int print_flags(FILE *out, const struct report_file *files, size_t nr)
{
	char *text = join_flags(files, nr), *state = NULL;
	char **words = text ? calloc(strlen(text) + 1, sizeof(*words)) : NULL;
	size_t n = 0;

	if (!words) {
		free(text);
		return -ENOMEM;
	}
	for (char *word = strtok_r(text, " ", &state); word;
	     word = strtok_r(NULL, " ", &state))
		words[n++] = word;
	qsort(words, n, sizeof(*words), compare_words);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(words[i - 1], words[i]) != 0)
			print_meaning(out, "flag", words[i],
				      sentence_of_flag(words[i]));
	free(text);
	free(words);
	return 0;
}

/* Figures over unlike machines are no figures of either: say so. */
static void print_mixture(FILE *out, const char *name,
			  const struct csv_file *file)
{
	const struct csv_row *rows = file->rows;
	bool machines = false, subjects = false, hosts = false;

	for (size_t i = 1; i < file->nr_rows; i++) {
		machines |= strcmp(rows[0].machine, rows[i].machine) != 0;
		subjects |= strcmp(rows[0].subject, rows[i].subject) != 0;
		hosts |= strcmp(rows[0].host, rows[i].host) != 0;
	}
	if (machines || subjects || hosts)
		fprintf(out,
			"  caution: these figures%s%s mix rows of more than one%s%s%s.\n",
			*name ? " of " : "", name, machines ? " machine" : "",
			subjects ? " subject" : "", hosts ? " host" : "");
}

static int compare_failed(const void *a, const void *b)
{
	const struct figure *x = *(const struct figure *const *)a;
	const struct figure *y = *(const struct figure *const *)b;
	int order = strcmp(x->status, y->status);

	if (!order)
		order = strcmp(x->reason, y->reason);
	if (!order)
		order = strcmp(x->backend, y->backend);
	return order ? order : (x > y) - (x < y);
}

static bool same_reason(const struct figure *a, const struct figure *b)
{
	return strcmp(a->status, b->status) == 0 &&
	       strcmp(a->reason, b->reason) == 0;
}

static void print_reason(FILE *out, const struct figure *figure)
{
	fprintf(out, "  %s: %s\n", figure->status,
		*figure->reason ? figure->reason : "no reason given");
}

/* Modes of one benchmark that failed alike, from list[0] on; how many. */
static size_t count_alike(const struct figure *const *list, size_t nr)
{
	size_t n = 1;

	while (n < nr && same_reason(list[0], list[n]) &&
	       !strcmp(list[0]->backend, list[n]->backend) &&
	       !strcmp(list[0]->benchmark, list[n]->benchmark) &&
	       list[0]->nr_launches == list[n]->nr_launches &&
	       list[0]->nr_failed == list[n]->nr_failed)
		n++;
	return n;
}

static size_t count_modes(const struct figures *figures,
			  const struct figure *figure)
{
	size_t n = 0;

	for (size_t i = 0; i < figures->nr; i++)
		n += !strcmp(figures->list[i].backend, figure->backend) &&
		     !strcmp(figures->list[i].benchmark, figure->benchmark);
	return n;
}

/* One name for all modes of a benchmark in the file; else one for each. */
static size_t print_names(FILE *out, const struct figures *figures,
			  const struct figure *const *list, size_t nr)
{
	size_t n = count_alike(list, nr);
	bool all = n == count_modes(figures, list[0]);

	for (size_t i = 0; i < (all ? 1 : n); i++) {
		fprintf(out, "%s %s%s%s", i ? "," : "", list[i]->benchmark,
			all ? "" : "/", all ? "" : list[i]->mode);
		if (list[i]->nr_launches)
			fprintf(out, " (%zu of %zu launches)",
				list[i]->nr_failed,
				list[i]->nr_failed + list[i]->nr_launches);
	}
	return n;
}

/* The figures of one reason and backend, from list[0] on; how many. */
static size_t print_backend(FILE *out, const struct figures *figures,
			    const struct figure *const *list, size_t nr)
{
	size_t i = 0;

	fprintf(out, "    %s:", list[0]->backend);
	do {
		fputs(i ? "," : "", out);
		i += print_names(out, figures, list + i, nr - i);
	} while (i < nr && same_reason(list[0], list[i]) &&
		 strcmp(list[0]->backend, list[i]->backend) == 0);
	fputc('\n', out);
	return i;
}

static int print_failed(FILE *out, const char *name,
			const struct figures *figures)
{
	const struct figure **list = calloc(figures->nr + 1, sizeof(*list));
	size_t nr = 0;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < figures->nr; i++)
		if (figures->list[i].nr_failed)
			list[nr++] = &figures->list[i];
	qsort(list, nr, sizeof(*list), compare_failed);
	if (nr)
		fprintf(out, "\nNot measured%s%s:\n", *name ? " in " : "",
			name);
	for (size_t i = 0; i < nr;) {
		if (i == 0 || !same_reason(list[i - 1], list[i]))
			print_reason(out, list[i]);
		i += print_backend(out, figures, list + i, nr - i);
	}
	free(list);
	return 0;
}

int report_notes(FILE *out, const struct report_file *files, size_t nr)
{
	char name[REPORT_LETTER_BYTES] = "";
	int rc;

	fputs("\nNotes:\n", out);
	fputs("  A figure is the lower quartile over the launches, per operation; min..max is their range.\n",
	      out);
	for (size_t i = 0; i < nr; i++) {
		if (nr > 1)
			report_letter(i, name);
		print_mixture(out, name, &files[i].csv);
	}
	print_fidelities(out, files, nr);
	rc = print_flags(out, files, nr);
	for (size_t i = 0; i < nr && !rc; i++) {
		if (nr > 1)
			report_letter(i, name);
		rc = print_failed(out, name, &files[i].figures);
	}
	return rc;
}
