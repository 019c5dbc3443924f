// SPDX-License-Identifier: MIT
/* gate_junit.c: the outcome of a gate as a JUnit report, as Jenkins reads. */
#include "gate_print.h"

#include <math.h>

/* XML 1.0 has no place for control characters, not even escaped. */
static void put_xml(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '&')
			fputs("&amp;", out);
		else if (c == '<')
			fputs("&lt;", out);
		else if (c == '>')
			fputs("&gt;", out);
		else if (c == '"')
			fputs("&quot;", out);
		else
			fputc(c < ' ' && c != '\n' ? '?' : c, out);
	}
}

static void put_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	put_xml(out, value);
	fputc('"', out);
}

static const char *element_of(const struct gate *gate,
			      enum gate_verdict verdict)
{
	switch (verdict) {
	case GATE_FAIL:
		return "failure";
	case GATE_MISSING:
		return "error";
	case GATE_INCONCLUSIVE:
		return gate->request->strict ? "failure" : "skipped";
	default:
		return NULL;
	}
}

static void put_case(FILE *out, const struct gate *gate,
		     const struct gate_row *row)
{
	const char *element = element_of(gate, row->verdict);
	char text[512];

	fputs("    <testcase", out);
	snprintf(text, sizeof(text), "%s.%s", row->name->backend,
		 row->name->family);
	put_attribute(out, "classname", text);
	snprintf(text, sizeof(text), "%s/%s", row->name->benchmark,
		 row->name->mode);
	put_attribute(out, "name", text);
	if (!element) {
		fputs("/>\n", out);
		return;
	}
	if (isnan(row->ratio.value) || *row->why)
		snprintf(text, sizeof(text), "%s: %s",
			 gate_verdict_names[row->verdict], row->why);
	else
		snprintf(
			text, sizeof(text),
			"%s: %.2f to %.2f %s, %+.2f %% (%+.2f to %+.2f), p = %.1g",
			gate_verdict_names[row->verdict], row->before,
			row->after, gate->metric->unit,
			100 * (row->ratio.value - 1), 100 * (row->ratio.lo - 1),
			100 * (row->ratio.hi - 1), row->test.p_worse);
	fprintf(out, ">\n      <%s", element);
	put_attribute(out, "message", text);
	fputs("/>\n    </testcase>\n", out);
}

int gate_print_junit(FILE *out, const struct gate *gate)
{
	size_t failures = gate->counts[GATE_FAIL];
	size_t skipped = gate->counts[GATE_INCONCLUSIVE];

	if (gate->request->strict) {
		failures += skipped;
		skipped = 0;
	}
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	fprintf(out,
		"<testsuites name=\"xbench gate\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n",
		gate->nr, failures, gate->counts[GATE_MISSING]);
	fprintf(out,
		"  <testsuite name=\"xbench gate\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
		gate->nr, failures, gate->counts[GATE_MISSING], skipped);
	for (size_t i = 0; i < gate->nr; i++)
		put_case(out, gate, &gate->rows[i]);
	fputs("  </testsuite>\n</testsuites>\n", out);
	return 0;
}

int gate_refuse_junit(FILE *out, const char *reasons)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	      "<testsuites name=\"xbench gate\" tests=\"1\" failures=\"0\" errors=\"1\">\n"
	      "  <testsuite name=\"xbench gate\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n"
	      "    <testcase classname=\"xbench\" name=\"comparable\">\n"
	      "      <error",
	      out);
	put_attribute(out, "message", reasons);
	fputs("/>\n    </testcase>\n  </testsuite>\n</testsuites>\n", out);
	return 0;
}
