#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Reference values from pandas and scipy for the tests of abstat and abtest.

Run in this directory on Debian 12 (python3-pandas 1.5.3, python3-scipy 1.10.1)
it writes the TSV files beside it, which are committed: no test needs Python.

shares.tsv   tests of two proportions from their counts
means.tsv    t tests from n, mean and standard deviation
values.tsv   values of three metrics, in two experiments and two segments
stats.tsv    what pandas makes of them
results.tsv  what scipy makes of them
"""
from fractions import Fraction

import numpy as np
import pandas as pd
from scipy import stats

ALPHA = 0.05
Z = stats.norm.isf(ALPHA / 2)
SHARE_TESTS = ["chi2-yates", "chi2", "z"]
MEAN_TESTS = ["student", "welch"]
RESULT = ["statistic", "df", "p_value", "log10_p", "diff", "diff_low",
          "diff_high", "lift", "lift_low", "lift_high"]


def write(name, columns, rows):
    with open(name, "w") as f:
        print(*columns, sep="\t", file=f)
        for row in rows:
            print(*["" if x is None else repr(float(x))
                    if isinstance(x, float) else x for x in row],
                  sep="\t", file=f)


def intervals(diff, se, mean1, var1, mean2, var2, quantile):
    """var1 and var2 are the variances of the means."""
    lift = float(diff / mean1)
    diff, mean1, mean2 = float(diff), float(mean1), float(mean2)
    lift_se = (var2 / mean1**2 + mean2**2 * var1 / mean1**4) ** 0.5
    ends = [lift - quantile * lift_se, lift + quantile * lift_se]
    return [diff, diff - quantile * se, diff + quantile * se,
            lift] + (ends if lift_se > 0 else [None, None])


def log10_p(z):
    return (np.log(2) + stats.norm.logsf(z)) / np.log(10)


def shares(test, n1, yes1, n2, yes2):
    p1, p2 = Fraction(yes1, n1), Fraction(yes2, n2)
    var1, var2 = float(p1 * (1 - p1) / n1), float(p2 * (1 - p2) / n2)
    if test == "z":
        p = Fraction(yes1 + yes2, n1 + n2)
        var = p * (1 - p) * (Fraction(1, n1) + Fraction(1, n2))
        z = float(p1 - p2) / float(var) ** 0.5
        head = [z, None, 2 * stats.norm.sf(abs(z)), log10_p(abs(z))]
    else:
        table = [[yes1, n1 - yes1], [yes2, n2 - yes2]]
        chi2, p_value, df, _ = stats.chi2_contingency(
            table, correction=test == "chi2-yates")
        head = [chi2, float(df), p_value, log10_p(chi2 ** 0.5)]
    return head + intervals(p2 - p1, (var1 + var2) ** 0.5,
                            p1, var1, p2, var2, Z)


def t_quantile(df):
    """scipy's has ten digits; a Newton step gives the others."""
    t = stats.t.isf(ALPHA / 2, df)
    return t + (stats.t.sf(t, df) - ALPHA / 2) / stats.t.pdf(t, df)


def means(test, n1, mean1, sd1, n2, mean2, sd2):
    t, p_value = stats.ttest_ind_from_stats(
        mean1, sd1, n1, mean2, sd2, n2, equal_var=test == "student")
    var1, var2 = sd1**2 / n1, sd2**2 / n2
    if test == "student":
        df = float(n1 + n2 - 2)
        pooled = ((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / df
        se = (pooled * (1 / n1 + 1 / n2)) ** 0.5
    else:
        df = (var1 + var2)**2 / (var1**2 / (n1 - 1) + var2**2 / (n2 - 1))
        se = (var1 + var2) ** 0.5
    return [t, df, p_value, np.log10(p_value)] + intervals(
        mean2 - mean1, se, mean1, var1, mean2, var2,
        t_quantile(df))


def make_shares():
    counts = [(2500, 272, 2500, 303), (5000, 531, 5000, 635),
              (10, 3, 12, 9), (5, 1, 7, 6), (100, 1, 100, 0), (3, 1, 2, 1),
              (1000, 1, 100000, 130), (100, 50, 100, 90), (50, 1, 60, 59),
              (10000, 5000, 10000, 6000), (20000, 900, 20000, 1900),
              (10**6, 100000, 10**6, 100432), (10**9, 10**8, 10**9, 10**8 + 12345),
              (9 * 10**8, 10**6, 10**8, 130000), (7, 7, 9, 8),
              (10**7, 123, 10**7, 456), (31, 17, 29, 11)]
    write("shares.tsv", ["test", "n1", "yes1", "n2", "yes2"] + RESULT,
          [[test, *c, *shares(test, *c)]
           for c in counts for test in SHARE_TESTS])


def make_means():
    samples = [(2, 1.5, 0.25, 2, 2.5, 0.75), (5000, 3.875, 16.25, 5000, 4.75,
               17.5), (10, 12.0, 3.0, 15, 9.5, 4.5), (3, 0.125, 2.0, 400, 7.0,
               0.0625), (10**6, 100.0, 15.0, 10**6, 100.0625, 15.5),
               (10**9, 2.5, 1.5, 10**8, 2.500244140625, 1.25),
               (500, 1.0, 1.0, 500, 2.0, 1.0), (64, 1e6, 3e5, 32, 2e6, 4e5),
               (20, 1e-9, 2e-10, 30, 1.5e-9, 1e-10),
               (1000, 10.0, 1.0, 1000, 10.0, 2.0),
               (90000, 50.0, 200.0, 10000, 53.0, 300.0)]
    write("means.tsv", ["test", "n1", "mean1", "sd1", "n2", "mean2", "sd2"] +
          RESULT, [[test, *s, *means(test, *s)]
                   for s in samples for test in MEAN_TESTS])


def make_values():
    rng = np.random.default_rng(2025)
    n = 240
    values = pd.DataFrame({
        "experiment_id": rng.choice(["0", "1"], n),
        "variant": rng.choice(["A", "B", "C"], n),
        "user_id": np.arange(n),
        "device": rng.choice(["ios", "web"], n),
        "bought": rng.integers(0, 2, n),
        "revenue": np.where(rng.random(n) < 0.4,
                            rng.lognormal(3.2, 0.4, n).round(2), 0.0),
        "sessions": rng.poisson(2.0, n)})
    values.to_csv("values.tsv", sep="\t", index=False, lineterminator="\n")
    return values


def cells(values):
    """Each metric, experiment, device and variant; device * is all."""
    both = pd.concat([values, values.assign(device="*")])
    long = both.melt(["experiment_id", "variant", "device"],
                     ["bought", "revenue", "sessions"], "metric_id")
    return long.groupby(["metric_id", "experiment_id", "device", "variant"])[
        "value"]


def make_stats(values):
    write("stats.tsv", ["metric_id", "experiment_id", "device", "variant", "n",
                        "mean", "sd", "min", "max"],
          [[*key, len(x), x.mean(), x.std(), float(x.min()), float(x.max())]
           for key, x in cells(values)])


def make_results(values):
    group = {key: x.to_numpy(float) for key, x in cells(values)}
    rows = []
    for (metric, experiment, device, variant), x in group.items():
        if variant == "A":
            continue
        a = group[metric, experiment, device, "A"]
        for test in MEAN_TESTS:
            row = means(test, len(a), a.mean(), a.std(ddof=1),
                        len(x), x.mean(), x.std(ddof=1))
            row[0], row[2] = stats.ttest_ind(a, x, equal_var=test == "student")
            row[3] = np.log10(row[2])
            rows.append([metric, experiment, device, "A", variant, test] + row)
        for test in SHARE_TESTS if metric == "bought" else []:
            rows.append([metric, experiment, device, "A", variant, test] +
                        shares(test, len(a), int(a.sum()), len(x),
                               int(x.sum())))
    write("results.tsv", ["metric_id", "experiment_id", "device", "control",
                          "treatment", "test"] + RESULT, rows)


def main():
    make_shares()
    make_means()
    values = make_values()
    make_stats(values)
    make_results(values)


if __name__ == "__main__":
    main()
