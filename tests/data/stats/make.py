#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make.py: record what scipy says, for test_stats_tests.c.

    ./make.py > scipy.txt

One line per case: what, its arguments, the answer.  Samples have a fixed
seed; where a distribution is continuous they hold no ties.
"""
import numpy
import scipy
from scipy import stats

rng = numpy.random.default_rng(20240229)


def show(*words):
    print(*(repr(float(w)) if isinstance(w, float) else w for w in words))


def sample(values):
    return [float(v) for v in values]


print(f"# scipy {scipy.__version__}, numpy {numpy.__version__}")

# sign N WINS P
for n in (1, 7, 24, 48, 96, 160, 500):
    for wins in sorted({0, n // 2, n * 3 // 4, n}):
        show("sign", n, wins, float(stats.binom.sf(wins - 1, n, 0.5)))

# u N M X... Y... U P: no ties, exact
for n, m in ((1, 1), (1, 9), (3, 4), (5, 5), (10, 10), (7, 20), (16, 16),
             (24, 24), (32, 32)):
    for shift in (0.0, 0.8, 2.5):
        x = rng.normal(size=n).round(6)
        y = (rng.normal(size=m) + shift).round(6)
        r = stats.mannwhitneyu(y, x, alternative="greater", method="exact")
        show("u", n, m, *sample(x), *sample(y), int(r.statistic),
             float(r.pvalue))

# approx N M X... Y... U P: ties within a sample only, so that U is whole and
# the ties count for the variance alone
for n, m in ((40, 40), (50, 34)):
    for shift in (0.0, 0.4, 1.0):
        x = (rng.normal(size=n) * 4).round() / 4
        y = (rng.normal(size=m) * 4 + shift * 4).round() / 4 + 0.0625
        r = stats.mannwhitneyu(y, x, alternative="greater",
                               method="asymptotic", use_continuity=True)
        show("approx", n, m, *sample(x), *sample(y), int(r.statistic),
             float(r.pvalue))

# rank N X... W P: P(W <= w) for the sum of the ranks of positive values
for n in (1, 4, 10, 25, 50):
    for shift in (0.0, -0.5):
        x = (rng.normal(size=n) + shift).round(6)
        r = stats.wilcoxon(x, alternative="less", mode="exact")
        show("rank", n, *sample(x), int(r.statistic), float(r.pvalue))

# shift N M X... Y... VALUE; location N X... VALUE
for n, m in ((1, 1), (3, 3), (10, 12), (33, 20)):
    x = rng.normal(size=n).round(6)
    y = (rng.normal(size=m) + 0.5).round(6)
    show("shift", n, m, *sample(x), *sample(y),
         float(numpy.median(numpy.subtract.outer(y, x))))
    walsh = [(x[i] + x[j]) / 2 for i in range(n) for j in range(i, n)]
    show("location", n, *sample(x), float(numpy.median(walsh)))
