// SPDX-License-Identifier: MIT
/* gate_test.c: is a row worse?  The rules of the gate on plain numbers. */
#include "gate_test.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "stats.h"

/* A change of the margin must be two steps (design), one of the threshold,
 * which is three margins by default, six. */
#define MARGIN_QUANTA 2
#define THRESHOLD_QUANTA 6

const struct gate_test gate_no_test = { 1, 1, 1, 1 };
const char *const gate_verdict_names[GATE_NR_VERDICTS] = { "FAIL", "MISSING",
							   "INCONCLUSIVE",
							   "PASS" };

const char gate_unresolvable[] =
	"unresolvable: the threshold is below 6 steps of the timer";

/* The highest cost that is not worse than `cost`. */
static double limit(double cost, double quantum, const struct gate_rules *rules)
{
	return fmax(cost * (1 + rules->margin), cost + MARGIN_QUANTA * quantum);
}

/* p of "the values of `high` lie above the limits of `low`". */
static double p_above(const double *low, size_t n, const double *high, size_t m,
		      const struct stats_u *null)
{
	double ties;
	size_t u = stats_u_of(low, n, high, m, &ties);

	return stats_u_p(null, u, ties);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int gate_test_stored(const struct gate_data *data,
		     const struct gate_rules *rules, const struct stats_u *null,
		     struct gate_test *test)
{
	size_t n = data->n, m = data->m, max = n > m ? n : m;
	double *a = malloc((n + m + max + 1) * sizeof(*a));
	double *b, *limits;

	if (!a)
		return -ENOMEM;
	b = a + n;
	limits = b + m;
	for (size_t i = 0; i < n; i++)
		a[i] = data->a[i];
	for (size_t i = 0; i < m; i++)
		b[i] = data->b[i];
	qsort(a, n, sizeof(*a), compare);
	qsort(b, m, sizeof(*b), compare);
	for (size_t i = 0; i < n; i++)
		limits[i] = limit(a[i], data->quantum, rules);
	test->p_worse = p_above(limits, n, b, m, null);
	for (size_t i = 0; i < n; i++)
		limits[i] = a[i] * (1 + rules->threshold);
	test->p_below = p_above(b, m, limits, n, null);
	for (size_t i = 0; i < m; i++)
		limits[i] = limit(b[i], data->quantum, rules);
	test->p_better = p_above(limits, m, a, n, null);
	test->p_least = stats_u_p(null, n * m, 0);
	free(a);
	return 0;
}

void gate_test_pairs(const struct gate_data *data,
		     const struct gate_rules *rules, struct gate_test *test)
{
	size_t worse = 0, below = 0, better = 0;

	for (size_t i = 0; i < data->n; i++) {
		double a = data->a[i], b = data->b[i];

		worse += b > limit(a, data->quantum, rules);
		below += b < a * (1 + rules->threshold);
		better += a > limit(b, data->quantum, rules);
	}
	test->p_worse = stats_sign_p(data->n, worse);
	test->p_below = stats_sign_p(data->n, below);
	test->p_better = stats_sign_p(data->n, better);
	test->p_least = stats_sign_p(data->n, data->n);
}

bool gate_is_blind(const struct gate_test *test, size_t n,
		   const struct gate_rules *rules, double share)
{
	return test->p_least > rules->alpha * share / (double)n;
}

int gate_judge(const struct gate_test *tests, size_t n,
	       const struct gate_rules *rules, double share,
	       enum gate_verdict *verdicts, bool *better)
{
	double *p = calloc(n + 1, sizeof(*p));
	bool *worse = calloc(n + 1, sizeof(*worse));
	int rc = -ENOMEM;

	if (!p || !worse)
		goto out;
	for (size_t i = 0; i < n; i++)
		p[i] = tests[i].p_worse;
	rc = stats_holm(p, n, n, rules->alpha * share, worse);
	for (size_t i = 0; i < n; i++)
		p[i] = tests[i].p_better;
	if (!rc)
		rc = stats_holm(p, n, n, rules->alpha * share, better);
	for (size_t i = 0; i < n && !rc; i++) {
		if (worse[i])
			verdicts[i] = GATE_FAIL;
		else if (tests[i].p_below <= rules->beta * share &&
			 !gate_is_blind(&tests[i], n, rules, share))
			verdicts[i] = GATE_PASS;
		else
			verdicts[i] = GATE_INCONCLUSIVE;
	}
out:
	free(p);
	free(worse);
	return rc;
}

/* One of C(2k, k) orders is the clearest. */
size_t gate_batches_needed(size_t n, const struct gate_rules *rules)
{
	double orders = 1;
	size_t k = 0;

	while (1 / orders > rules->alpha / (double)n) {
		k++;
		orders *= 2 * (2 * (double)k - 1) / (double)k;
	}
	return k;
}

/* The timer's part of the least effect. */
static double resolution(const struct gate_data *data)
{
	double least = INFINITY;

	for (size_t i = 0; i < data->n; i++)
		least = fmin(least, data->a[i]);
	return least > 0 ? THRESHOLD_QUANTA * data->quantum / least : INFINITY;
}

bool gate_is_unresolvable(const struct gate_data *data,
			  const struct gate_rules *rules)
{
	for (size_t i = 0; i < data->m; i++)
		if (!(data->b[i] > 0))
			return true;
	return resolution(data) > rules->threshold;
}

/*
 * A FAIL needs `critical` of the ratios of b to a's limit to be above 1; so
 * all have to rise by the factor that takes the critical one there, of those
 * that there would be if b lay where a does.
 */
static double effect_of(double *ratios, double *plain, size_t nr,
			size_t critical)
{
	if (critical > nr)
		return INFINITY;
	stats_sort(ratios, nr);
	stats_sort(plain, nr);
	return stats_quantile(plain, nr, 0.5) / ratios[nr - critical] - 1;
}

int gate_least_effect(const struct gate_data *data,
		      const struct gate_rules *rules,
		      const struct stats_u *null, double p, double *effect)
{
	size_t nr = null ? data->n * data->m : data->n;
	double *ratios = calloc(nr + 1, sizeof(*ratios));
	double *plain = calloc(nr + 1, sizeof(*plain));
	int rc = ratios && plain ? 0 : -ENOMEM;

	for (size_t k = 0; k < nr && !rc; k++) {
		double a = data->a[null ? k / data->m : k];
		double b = data->b[null ? k % data->m : k];

		plain[k] = b / a;
		ratios[k] = b / limit(a, data->quantum, rules);
	}
	if (!rc)
		*effect = fmax(resolution(data),
			       effect_of(ratios, plain, nr,
					 null ? stats_u_critical(null, p)
					      : stats_sign_critical(nr, p)));
	free(ratios);
	free(plain);
	return rc;
}
