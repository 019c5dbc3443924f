// SPDX-License-Identifier: MIT
/* gate_options.c: the options that `gate` and `ab` share. */
#include "gate_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "cmd.h"

void gate_options_begin(struct gate_options *options)
{
	*options = (struct gate_options){
		.request = gate_default_request,
		.format = gate_format_by_name("text"),
	};
	options->request.globs = options->globs;
	options->request.backends = options->backends;
}

/* "3%", "3 %" or "0.03", at least `low`, below 1. */
static bool take_share(const char *command, const char *name, const char *text,
		       double low, double *share)
{
	char *end;
	double value = strtod(text, &end);
	bool whole = end != text;

	while (*end == ' ')
		end++;
	if (*end == '%') {
		value /= 100;
		end++;
	}
	if (whole && !*end && value >= low && value < 1) {
		*share = value;
		return true;
	}
	fprintf(stderr,
		"xbench %s: --%s: \"%s\" is not a share such as 3%% or 0.03, from %g%% and below 100%%\n",
		command, name, text, 100 * low);
	return false;
}

static bool take_word(const char *command, const char *name, const char *text,
		      const char **list, size_t *nr)
{
	if (*nr == GATE_MAX_LIST) {
		fprintf(stderr, "xbench %s: more than %d times --%s\n", command,
			GATE_MAX_LIST, name);
		return false;
	}
	list[(*nr)++] = text;
	return true;
}

static bool take_backend(struct gate_options *options, const char *command,
			 const char *text)
{
	if (backend_by_name(text))
		return take_word(command, "backend", text, options->backends,
				 &options->request.nr_backends);
	fprintf(stderr, "xbench %s: --backend: there is no \"%s\"; there are",
		command, text);
	for (int i = 0; backends[i]; i++)
		fprintf(stderr, "%s %s", i ? "," : "", backends[i]->name);
	fputc('\n', stderr);
	return false;
}

static bool take_name(struct gate_options *options, const char *command,
		      int option, const char *text)
{
	if (option == OPTION_METRIC) {
		options->request.metric = metric_by_name(text);
		if (options->request.metric)
			return true;
		fprintf(stderr,
			"xbench %s: --metric: there is no \"%s\"; there are %s\n",
			command, text, metric_names);
		return false;
	}
	options->format = gate_format_by_name(text);
	if (options->format)
		return true;
	fprintf(stderr,
		"xbench %s: --format: there is no \"%s\"; there are text, markdown, csv, json, junit, gbench\n",
		command, text);
	return false;
}

static bool take_also(struct gate_options *options, const char *command,
		      const char *text)
{
	const char *path = strchr(text, '=');
	char name[16] = "";
	const struct gate_format *format;

	if (path && (size_t)(path - text) < sizeof(name))
		memcpy(name, text, (size_t)(path - text));
	format = gate_format_by_name(name);
	if (!format || !path[1] || options->nr_also == GATE_MAX_ALSO) {
		fprintf(stderr,
			"xbench %s: --also: \"%s\" is not FORMAT=FILE, such as junit=gate.xml, at most %d times\n",
			command, text, GATE_MAX_ALSO);
		return false;
	}
	options->also[options->nr_also].format = format;
	options->also[options->nr_also++].path = path + 1;
	return true;
}

static bool wants_gbench(const struct gate_options *options)
{
	bool wanted = options->format->print == gate_print_gbench;

	for (size_t i = 0; i < options->nr_also; i++)
		wanted |= options->also[i].format->print == gate_print_gbench;
	return wanted;
}

bool gate_options_take(struct gate_options *options, const char *command,
		       int option, const char *text)
{
	struct gate_request *request = &options->request;
	struct gate_rules *rules = &request->rules;

	switch (option) {
	case OPTION_ALSO:
		return take_also(options, command, text);
	case OPTION_METRIC:
	case OPTION_FORMAT:
		return take_name(options, command, option, text);
	case OPTION_SELECT:
		return take_word(command, "select", text, options->globs,
				 &request->nr_globs);
	case OPTION_BACKEND:
		return take_backend(options, command, text);
	case OPTION_MARGIN:
		return take_share(command, "margin", text, 0, &rules->margin);
	case OPTION_THRESHOLD:
		return take_share(command, "threshold", text, 0,
				  &rules->threshold);
	case OPTION_ALPHA:
		return take_share(command, "alpha", text, 1e-9, &rules->alpha);
	case OPTION_BETA:
		return take_share(command, "beta", text, 1e-9, &rules->beta);
	case OPTION_INJECT:
		return take_share(command, "inject", text, -0.99,
				  &request->inject);
	case OPTION_STRICT:
		return request->strict = true;
	case OPTION_ALLOW_INCONCLUSIVE:
		return request->allow_inconclusive = true;
	case OPTION_ALLOW_FIDELITY:
		return request->allow_fidelity = true;
	}
	fprintf(stderr, "xbench %s: try `xbench %s --help`\n", command,
		command);
	return false;
}

bool gate_options_check(struct gate_options *options, const char *command)
{
	struct gate_request *request = &options->request;
	const struct metric *ns = metric_by_name("ns");

	if (request->rules.margin >= request->rules.threshold)
		fprintf(stderr,
			"xbench %s: --margin %g%% is not below --threshold %g%%: what is ignored cannot be what must not be missed\n",
			command, 100 * request->rules.margin,
			100 * request->rules.threshold);
	else if (request->strict && request->allow_inconclusive)
		fprintf(stderr,
			"xbench %s: --strict and --allow-inconclusive contradict each other\n",
			command);
	else if (wants_gbench(options) && request->metric &&
		 request->metric != ns)
		fprintf(stderr,
			"xbench %s: --format gbench knows times only: use --metric ns\n",
			command);
	else {
		if (wants_gbench(options))
			request->metric = ns;
		return true;
	}
	return false;
}

/* A format on `path`, or on standard output if that is NULL: of the gate, or
 * of the reasons if there is none. */
static int print_to(const char *command, const struct gate_format *format,
		    const char *path, const struct gate *gate,
		    const char *reasons)
{
	FILE *out = path ? fopen(path, "we") : stdout;
	bool written = false;
	int rc = 0;

	if (out) {
		if (gate)
			rc = format->print(out, gate);
		else if (format->refuse)
			rc = format->refuse(out, reasons);
		written = !fflush(out) && !ferror(out);
	}
	if (rc)
		fprintf(stderr, "xbench %s: %s\n", command, strerror(-rc));
	else if (!written)
		fprintf(stderr, "xbench %s: %s: %s\n", command,
			path ? path : "standard output", strerror(errno));
	if (out && path)
		fclose(out);
	if (rc)
		return EXIT_INTERNAL;
	return written ? EXIT_DONE : EXIT_CANNOT;
}

static int print_all(const struct gate_options *options, const char *command,
		     const struct gate *gate, const char *reasons)
{
	int code = print_to(command, options->format, NULL, gate, reasons);

	for (size_t i = 0; i < options->nr_also && !code; i++)
		code = print_to(command, options->also[i].format,
				options->also[i].path, gate, reasons);
	return code;
}

int gate_options_print(const struct gate_options *options, const char *command,
		       const struct gate *gate)
{
	int code;

	if (!gate->nr) {
		fprintf(stderr,
			"xbench %s: %s: no row that is selected was measured there: nothing to compare\n",
			command, gate->name_a);
		return EXIT_USAGE;
	}
	code = print_all(options, command, gate, NULL);
	return code ? code : gate_exit_code(gate);
}

int gate_options_refuse(const struct gate_options *options, const char *command,
			const char *reasons)
{
	const char *line = reasons;

	fprintf(stderr, "xbench %s: not comparable:\n", command);
	while (*line) {
		int len = (int)strcspn(line, "\n");

		fprintf(stderr, "  %.*s\n", len, line);
		line += len + (line[len] == '\n');
	}
	print_all(options, command, NULL, reasons);
	return EXIT_NOT_COMPARABLE;
}
