#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the tables of constants in common/dd.c, laplace.c and special.c.

Needs mpmath (Debian: python3-mpmath).  Everything is computed with 50 digits
and printed as the shortest decimals of the nearest doubles.
"""

import mpmath as mp

mp.mp.dps = 50


def chebyshev(function, low, high, degree):
    """The powers of t in [-1, 1] that interpolate in many Chebyshev points,
    cut off after `degree` while still a Chebyshev series."""
    n = degree + 20
    angles = [mp.pi * (k + mp.mpf(1) / 2) / n for k in range(n)]
    values = [function((high + low) / 2 + (high - low) / 2 * mp.cos(x))
              for x in angles]
    powers = [mp.mpf(0)] * (degree + 1)
    before, now = [mp.mpf(0)] * (degree + 2), [mp.mpf(1)]
    for j in range(degree + 1):
        c = mp.fsum(v * mp.cos(j * x) for v, x in zip(values, angles)) * 2 / n
        for i, power in enumerate(now):
            powers[i] += power * (c / 2 if j == 0 else c)
        twice = [mp.mpf(0)] + [(1 if j == 0 else 2) * p for p in now]
        before, now = now, [p - q for p, q in zip(
            twice, ([mp.mpf(0)] * len(twice) if j == 0 else before + [0, 0]))]
    return powers


def gauss_legendre(n):
    for i in range(n, 0, -1):
        x = mp.cos(mp.pi * (i - mp.mpf(1) / 4) / (n + mp.mpf(1) / 2))
        x = mp.findroot(lambda t: mp.legendre(n, t), x)
        slope = n * (mp.legendre(n - 1, x) - x * mp.legendre(n, x)) / (1 - x * x)
        yield (1 + x) / 2, 1 / ((1 - x * x) * slope ** 2)


def scaled_gamma_excess(w):
    """(G(1/w) - 1) / w for the scaled gamma function G."""
    a = 1 / w
    log = mp.loggamma(a) + a - (a - mp.mpf(1) / 2) * mp.log(a)
    return mp.expm1(log - mp.log(2 * mp.pi) / 2) / w


def mills(t):
    """(z + 3/4) R(z) at z = 4 (1 + t) / (1 - t), R(z) the upper normal tail
    over exp(-z^2 / 2)."""
    z = 4 * (1 + t) / (1 - t)
    return (z + mp.mpf(3) / 4) * mp.erfc(z / mp.sqrt(2)) * mp.exp(z * z / 2) / 2


def text(x):
    return repr(float(x))


def twofold(x):
    high = mp.mpf(float(x))
    return '{%s, %s}' % (text(high), text(x - high))


def show(name, rows):
    print('/* %s */' % name)
    for row in rows:
        print('    %s,' % row)


show('log(k/64)', [twofold(mp.log(mp.mpf(k) / 64)) for k in range(45, 92)])
show('gauss', ['{%s, %s}' % (text(x), text(w)) for x, w in gauss_legendre(28)])
show('gauss, 4 points', ['{%s, %s}' % (text(x), text(w))
                         for x, w in gauss_legendre(4)])
show('mills', map(text, chebyshev(mills, mp.mpf(-1), mp.mpf(1), 25)))
for low, high, degree in (('0.1', '0.4', 12), ('0.4', '1', 13), ('1', '2', 13)):
    show('scaled gamma, 1/a in [%s, %s]' % (low, high), map(text, chebyshev(
        scaled_gamma_excess, mp.mpf(low), mp.mpf(high), degree)))
