#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints rows of reference values: rows.py FUNCTION COUNT [SEED].

FUNCTION is B, G, T, F, C or n as in README.md, E for erf and erfc, or L for
log Gamma.  The arguments are random, the corners drawn as often as the middle; the values are
computed with 70 digits by mpmath (Debian: python3-mpmath), from the series and
continued fractions of DLMF 8.9, 8.11 and 8.17 with many times the terms that
doubles need, and for n by the trapezoid rule with narrow steps.  What would
take too long is left out.
"""

import random
import sys

import mpmath as mp

mp.mp.dps = 70


def digits(x):
    return mp.nstr(x, 25, min_fixed=0, max_fixed=0)


def terms_for(z):
    return int(60 + 400 / z + 1600 / (z * z))


class TooLong(Exception):
    pass


def series(ratio):
    """1 + r(1) + r(1) r(2) + ..."""
    total = term = mp.mpf(1)
    k = 1
    while term > total * mp.mpf(10) ** -45:
        term *= ratio(k)
        total += term
        k += 1
        if k > 8000:
            raise TooLong
    return total


def gamma_tails(a, x):
    a, x = mp.mpf(a), mp.mpf(x)
    density = mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * a
    z = (x - a) / mp.sqrt(x)
    if z > 0.3 and x > 0.5:
        f = x - a + (2 * terms_for(z) + 1)
        for k in range(terms_for(z), 0, -1):
            f = x - a + (2 * k - 1) + k * (a - k) / f
        return 1 - density / f, density / f
    lower = density / a * series(lambda k: x / (a + k))
    return lower, 1 - lower


def beta_lower(a, b, x, y):
    """I_x(a, b) over the density, below the mean."""
    lam = a * y - b * x
    z = lam / mp.sqrt((a + b) * x * y)
    if z > 0.3:
        f = mp.mpf(0)
        for k in range(terms_for(z), 0, -1):
            c = a + 2 * k
            d = k * (b - k) * x / (c - 1)
            f += k + d + (a + k) * (lam + 1 + k * (1 + y)) / (c + 1)
            f = (a + k - 1) * (a + b + k - 1) * x / (c - 1) * d / f
        return 1 / (f + a * (lam + 1) / (a + 1))
    return series(lambda k: x * (a + b + k - 1) / (a + k)) / a


def beta_tails(a, b, x, y):
    a, b = mp.mpf(a), mp.mpf(b)
    log_beta = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)
    density = mp.exp(a * mp.log(x) + b * mp.log(y) - log_beta)
    if a * y >= b * x:
        lower = density * beta_lower(a, b, x, y)
        return lower, 1 - lower
    upper = density * beta_lower(b, a, y, x)
    return 1 - upper, upper


def t_tails(t, df):
    square = mp.mpf(t) ** 2
    df = mp.mpf(df)
    tail = beta_tails(df / 2, 0.5, df / (df + square),
                      square / (df + square))[0] / 2
    return (1 - tail, tail) if t > 0 else (tail, 1 - tail)


def f_tails(f, d1, d2):
    f, d1, d2 = mp.mpf(f), mp.mpf(d1), mp.mpf(d2)
    return beta_tails(d1 / 2, d2 / 2, d1 * f / (d1 * f + d2),
                      d2 / (d1 * f + d2))


def nct_tails(t, df, ncp):
    """Both means of a normal tail over s = e^u, u from -60 to 10."""
    mp.mp.dps = 30
    t, df, ncp = mp.mpf(t), mp.mpf(df), mp.mpf(ncp)
    scale = mp.exp(mp.log(2) + df / 2 * mp.log(df / 2) - df / 2 -
                   mp.loggamma(df / 2))
    step = mp.mpf(1) / 100 / mp.sqrt(1 + (df + t * t) / 500)
    lower = upper = mp.mpf(0)
    for side in (1, -1):
        u = mp.mpf(0) if side > 0 else -step
        while abs(u) < 60:
            e = mp.exp(df * (u - mp.expm1(2 * u) / 2))
            if e < mp.mpf(10) ** -330:
                break
            z = t * mp.exp(u) - ncp
            lower += e * mp.ncdf(z)
            upper += e * mp.ncdf(-z)
            u += side * step
    return scale * step * lower, scale * step * upper


def wide(low, high):
    return 10 ** random.uniform(low, high)


def shape():
    return random.choice((
        lambda: wide(-9, 9), lambda: wide(-1, 3), lambda: wide(0, 2),
        lambda: random.randint(1, 60) / 2, lambda: wide(-0.3, 1.3),
        lambda: wide(2, 7)))()


def near(mean, deviation):
    """A place from the middle to far out in the tails."""
    z = random.choice((random.uniform(-1, 1), random.uniform(-4, 4),
                       random.uniform(-38, 38)))
    return mean + z * deviation


def draw_gamma():
    a = shape()
    x = random.choice((near(a, a ** 0.5), a * wide(-1, 1), wide(-3, 2.8),
                       wide(-300, 2) if a < 1 else a * wide(-3, 1)))
    return a, x


def draw_beta():
    a, b = shape(), shape()
    mean = a / (a + b)
    deviation = (mean * (1 - mean) / (a + b + 1)) ** 0.5
    x = random.choice((near(mean, deviation), random.random(), wide(-3, 0),
                       mean * wide(-1, 0.3), 1 - wide(-15, 0),
                       wide(-300, 0) if a < 1 else wide(-9, 0)))
    return a, b, x


def draw_t():
    df = shape()
    return random.choice((1, -1)) * random.choice((
        abs(near(0, 1)), wide(-8, 3), wide(-1, 1), wide(0, 100))), df


def draw_f():
    d1, d2 = shape(), shape()
    return random.choice((
        abs(near(1, (2 / d1 + 2 / d2) ** 0.5)), wide(-3, 3), wide(-30, 30),
        )), d1, d2


def draw_chi2():
    a, x = draw_gamma()
    return 2 * x, 2 * a


def draw_nct():
    df = random.choice((wide(0, 6), wide(0, 1.5), float(random.randint(1, 300))))
    ncp = random.choice((random.uniform(-30, 30), random.uniform(-3, 3)))
    t = random.choice((ncp + near(0, 1), ncp * random.uniform(0.5, 1.5),
                       random.uniform(-40, 40)))
    return t, df, ncp


def draw_erf():
    return random.choice((1, -1)) * random.choice((
        wide(-9, 1.4), random.uniform(0, 2), random.uniform(0, 26))),


def draw_log_gamma():
    return random.choice((wide(-9, 9), random.uniform(0, 4),
                          1 + random.choice((1, -1)) * wide(-9, -0.4),
                          2 + random.choice((1, -1)) * wide(-9, -0.4))),


def beta_row(a, b, x):
    return beta_tails(a, b, mp.mpf(x), 1 - mp.mpf(x))


KINDS = {
    'B': ('a b x I 1-I', draw_beta, beta_row),
    'G': ('a x P Q', draw_gamma, gamma_tails),
    'T': ('t df lower upper', draw_t, t_tails),
    'F': ('f d1 d2 lower upper', draw_f, f_tails),
    'C': ('x df lower upper', draw_chi2,
          lambda x, df: gamma_tails(df / 2, x / 2)),
    'n': ('t df ncp lower upper', draw_nct, nct_tails),
    'E': ('x erf erfc', draw_erf, lambda x: (mp.erf(x), mp.erfc(x))),
    'L': ('x log-gamma', draw_log_gamma, lambda x: (mp.loggamma(x),)),
}


def main():
    name, count = sys.argv[1], int(sys.argv[2])
    random.seed(sys.argv[3] if len(sys.argv) > 3 else '1')
    columns, draw, tails = KINDS[name]
    print('\t'.join(['fn'] + columns.split() + ['category']))
    while count > 0:
        arguments = draw()
        if name == 'B' and not 0 < arguments[2] < 1:
            continue
        if name in 'GC' and min(arguments) <= 0:
            continue
        try:
            both = tails(*arguments)
        except TooLong:
            continue
        if name != 'E' and min(both) < mp.mpf(10) ** -300:
            continue
        print('\t'.join([name] + [repr(x) for x in arguments] +
                        [digits(x) for x in both] + ['own']), flush=True)
        count -= 1


if __name__ == '__main__':
    main()
