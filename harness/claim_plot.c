// SPDX-License-Identifier: MIT
/* claim_plot.c: the figures behind the claims, drawn by gnuplot. */
#include "claim_print.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "figures.h"

/* Does a claim of this argument rest on the benchmark? */
static bool rests_on(const char *argument, const char *benchmark)
{
	struct claim_formula formula;

	for (size_t i = 0; i < nr_claims; i++) {
		if (strcmp(claims[i].argument, argument) ||
		    claim_parse(claims[i].formula, &formula))
			continue;
		for (size_t t = 0; t < formula.nr; t++)
			if (!strcmp(formula.terms[t].name, benchmark))
				return true;
	}
	return false;
}

static bool belongs(const char *argument, const struct figure *figure)
{
	return !strcmp(figure->mode, "throughput") && figure->nr_launches &&
	       !isnan(figure->ns.value) &&
	       (!strcmp(figure->family, argument) ||
		rests_on(argument, figure->benchmark));
}

/* Bars of what is native; how many, and how many are not. */
static size_t write_bars(FILE *out, const char *argument,
			 const struct figures *figures, size_t *nr_other)
{
	size_t nr = 0;

	*nr_other = 0;
	fprintf(out, "$bars << EOD\n");
	for (size_t i = 0; i < figures->nr; i++) {
		const struct figure *f = &figures->list[i];

		if (!belongs(argument, f))
			continue;
		if (strcmp(f->fidelity, "native")) {
			++*nr_other;
			continue;
		}
		fprintf(out, "%zu %.17g %.17g %.17g \"%s (%s)\"\n", nr++,
			f->ns.value, f->ns.lo, f->ns.hi, f->benchmark,
			f->backend);
	}
	fprintf(out, "EOD\n");
	return nr;
}

/* Horizontal bars, the interval over launches as whiskers, from the top. */
static void write_picture(FILE *out, const char *dir, const char *argument,
			  const char *terminal, const char *suffix, size_t nr,
			  size_t nr_other, const char *cpu)
{
	fprintf(out, "set terminal %s size 800,%zu\n", terminal, 150 + 34 * nr);
	fprintf(out, "set output \"%s/%s.%s\"\n", dir, argument, suffix);
	fprintf(out, "set title \"%s on %s: ns an operation", argument, cpu);
	if (nr_other)
		fprintf(out, "\\n%zu rows that are not native are left out",
			nr_other);
	fprintf(out,
		"\" noenhanced\n"
		"set style fill solid 0.6\n"
		"set xlabel \"ns; whiskers: least and greatest launch\"\n"
		"set xrange [0:*]\nset yrange [%zu.5:-0.5]\n"
		"set grid x\nunset key\nset tics noenhanced\n"
		"set xtics font \",10\"\n"
		"plot $bars using (0):1:(0):2:($1-0.35):($1+0.35):ytic(5) "
		"with boxxyerror lc rgb \"#4477aa\", "
		"$bars using 2:1:3:4 with xerrorbars pt 0 lw 2 lc rgb \"black\"\n"
		"unset output\n",
		nr - 1);
}

static int run_gnuplot(const char *script, struct csv_error *err)
{
	FILE *gnuplot = popen("gnuplot", "w");
	int status;

	if (!gnuplot)
		goto failed;
	fputs(script, gnuplot);
	status = pclose(gnuplot);
	if (!status)
		return 0;
	errno = WIFEXITED(status) && WEXITSTATUS(status) == 127 ? ENOENT : EIO;
failed:
	snprintf(err->text, sizeof(err->text), "gnuplot: %s%s", strerror(errno),
		 errno == ENOENT ? "; install gnuplot" : "");
	return -errno;
}

static int plot_argument(const char *dir, const char *argument,
			 const struct figures *figures, const char *cpu,
			 size_t *nr_made, struct csv_error *err)
{
	char *script = NULL;
	size_t size, nr, nr_other;
	FILE *out = open_memstream(&script, &size);
	int result = 0;

	if (!out)
		return -ENOMEM;
	nr = write_bars(out, argument, figures, &nr_other);
	if (nr) {
		write_picture(out, dir, argument, "svg", "svg", nr, nr_other,
			      cpu);
		write_picture(out, dir, argument, "pngcairo", "png", nr,
			      nr_other, cpu);
	}
	fclose(out);
	if (nr)
		result = run_gnuplot(script, err);
	*nr_made += nr && !result;
	free(script);
	return result;
}

/* Quotes and backslashes would end the strings of the script. */
static bool harmless(const char *text)
{
	return !strpbrk(text, "\"\\\n`$");
}

int claim_plot(const char *dir, const struct csv_file *file, size_t *nr_made,
	       struct csv_error *err)
{
	const char *cpu = file->nr_rows ? file->rows[0].cpu : "";
	struct figures figures;
	int result;

	*nr_made = 0;
	if (!harmless(dir) || !harmless(cpu)) {
		snprintf(err->text, sizeof(err->text),
			 "%s: a name without quotes, please", dir);
		return -EINVAL;
	}
	result = figures_make(file, &figures);
	if (result) {
		snprintf(err->text, sizeof(err->text), "out of memory");
		return result;
	}
	/* A gnuplot that is not there must not end this program. */
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < nr_claims && !result; i++)
		if (!i || strcmp(claims[i - 1].argument, claims[i].argument))
			result = plot_argument(dir, claims[i].argument,
					       &figures, cpu, nr_made, err);
	figures_free(&figures);
	return result;
}
