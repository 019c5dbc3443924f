// SPDX-License-Identifier: MIT
/* claim_table.c: the claims of claims.h as data, and their formulas. */
#include "claim.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *const claim_verdict_names[CLAIM_NR_VERDICTS] = {
	[CLAIM_REPRODUCED] = "reproduced",
	[CLAIM_SMALLER] = "smaller here",
	[CLAIM_LARGER] = "larger here",
	[CLAIM_OPPOSITE] = "opposite",
	[CLAIM_NOT_JUDGED] = "cannot be judged here",
};

const struct claim claims[] = {
#define XB_CLAIM(id, argument, year, source, sentence, formula, unit,          \
		 published, rule)                                              \
	{ #id,	   #argument, year,	 source,       sentence,               \
	  formula, #unit,     published, CLAIM_##unit, CLAIM_##rule },
#include <xbench/claims.h>
#undef XB_CLAIM
};

const size_t nr_claims = sizeof(claims) / sizeof(claims[0]);

const char *claim_rule_text(enum claim_rule rule)
{
	switch (rule) {
	case CLAIM_SIGN:
		return "more than 0";
	case CLAIM_AT_LEAST:
		return "at least";
	case CLAIM_AT_MOST:
		return "at most";
	case CLAIM_FACTOR:
		break;
	}
	return "about";
}

static int parse_term(char *text, double sign, int below,
		      struct claim_formula *formula)
{
	struct claim_term *term = &formula->terms[formula->nr];
	int used = 0;

	if (formula->nr == CLAIM_MAX_TERMS)
		return -EINVAL;
	term->factor = 1;
	term->below = below;
	if (sscanf(text, " %lf * %n", &term->factor, &used) == 1 && used)
		text += used;
	text += strspn(text, " ");
	used = 0;
	if (sscanf(text, "%47[a-z0-9_] %n", term->name, &used) != 1 ||
	    text[used])
		return -EINVAL;
	term->factor *= sign;
	formula->nr++;
	return 0;
}

/* One sum: terms with " + " or " - " between. */
static int parse_sum(char *text, int below, struct claim_formula *formula)
{
	double sign = 1, next = 1;

	while (text) {
		char *plus = strstr(text, " + "), *minus = strstr(text, " - ");
		char *end = !plus || (minus && minus < plus) ? minus : plus;

		next = end && end == minus ? -1 : 1;
		if (end)
			*end = '\0';
		if (parse_term(text, sign, below, formula))
			return -EINVAL;
		text = end ? end + 3 : NULL;
		sign = next;
	}
	return 0;
}

int claim_parse(const char *text, struct claim_formula *formula)
{
	char copy[512], *slash;

	*formula = (struct claim_formula){ .nr = 0 };
	if (strlen(text) >= sizeof(copy))
		return -EINVAL;
	strcpy(copy, text);
	slash = strstr(copy, " / ");
	if (slash) {
		*slash = '\0';
		formula->ratio = 1;
		if (strstr(slash + 3, " / "))
			return -EINVAL;
	}
	if (parse_sum(copy, 0, formula))
		return -EINVAL;
	return slash ? parse_sum(slash + 3, 1, formula) : 0;
}
