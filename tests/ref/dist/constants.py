#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the tables of constants in common/special.c and common/laplace.c.

Needs mpmath (Debian: python3-mpmath).  Everything is computed with 50 digits
and printed as the shortest decimals of the nearest doubles.
"""

from fractions import Fraction
from itertools import zip_longest

import mpmath as mp

mp.mp.dps = 50


def chebyshev(function, low, high, terms):
    """The powers of t in [-1, 1], lowest first, of the Chebyshev series."""
    return mp.chebyfit(
        lambda t: function((high + low) / 2 + (high - low) / 2 * t),
        [-1, 1], terms)[::-1]


def gauss_legendre(n):
    """The places and weights on [0, 1] (DLMF 3.5.19)."""
    for i in range(n, 0, -1):
        x = mp.cos(mp.pi * (i - mp.mpf(1) / 4) / (n + mp.mpf(1) / 2))
        for _ in range(8):
            value, before = mp.legendre(n, x), mp.legendre(n - 1, x)
            slope = n * (before - x * value) / (1 - x * x)
            x -= value / slope
        yield (1 + x) / 2, 1 / ((1 - x * x) * slope ** 2)


def scaled_gamma_excess(w):
    """(G(1/w) - 1) / w for the scaled gamma function G."""
    if w == 0:
        return mp.mpf(1) / 12
    a = 1 / w
    log = mp.loggamma(a) + a - (a - mp.mpf(1) / 2) * mp.log(a)
    return mp.expm1(log - mp.log(2 * mp.pi) / 2) / w


def mills(t):
    """(z + 3/4) R(z) at z = 4 (1 + t) / (1 - t), R(z) the upper normal tail
    over exp(-z^2 / 2)."""
    if t == 1:
        return 1 / mp.sqrt(2 * mp.pi)
    z = 4 * (1 + t) / (1 - t)
    return (z + mp.mpf(3) / 4) * mp.erfc(z / mp.sqrt(2)) * mp.exp(z * z / 2) / 2


def text(x):
    return repr(float(x))


def laplace_curve(terms):
    """The coefficients of eta^k in dr/d eta (common/laplace.c), k = 1, 2, ...,
    each a polynomial in the skew, as a list from the lowest power.

    With y = eta (Y0 + Y1 eta + ...) and its square Q likewise, the equation is
    (k + 2) Qk / 2 = skew Y(k-1) - (1 - skew^2) Q(k-2) / 4.
    """
    def times(a, b):
        c = [Fraction(0)] * (len(a) + len(b) - 1)
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                c[i + j] += x * y
        return c

    def plus(*sums):
        return [sum(c) for c in zip_longest(*sums, fillvalue=Fraction(0))]

    skew, loss = [Fraction(0), Fraction(1)], [Fraction(-1, 4), Fraction(0),
                                              Fraction(1, 4)]
    y, square, slope = [[Fraction(1)]], [[Fraction(1)]], [[Fraction(1)]]
    for k in range(1, terms):
        q = times(skew, y[k - 1])
        if k > 1:
            q = plus(q, times(loss, square[k - 2]))
        square.append([x * Fraction(2, k + 2) for x in q])
        cross = [[-x for x in times(y[j], y[k - j])] for j in range(1, k)]
        y.append([x / 2 for x in plus(square[k], *cross)])
        cross = [times(y[j], slope[k - j]) for j in range(1, k + 1)]
        slope.append([-x for x in plus(*cross)])
        yield (slope[k] + [Fraction(0)] * (k + 1))[:k + 1]


def show(name, rows):
    print('/* %s */' % name)
    for row in rows:
        print('    %s,' % row)


show('gauss, 4 points', ['{%s, %s}' % (text(x), text(w))
                         for x, w in gauss_legendre(4)])
for low, high, terms in (('-1', '-0.5', 13), ('-0.5', '0.25', 16),
                         ('0.25', '1', 16)):
    show('mills, t in [%s, %s]' % (low, high), map(text, chebyshev(
        mills, mp.mpf(low), mp.mpf(high), terms)))
for low, high, terms in (('0', '0.1', 9), ('0.1', '0.4', 13),
                         ('0.4', '1', 14), ('1', '2', 14)):
    show('scaled gamma, 1/a in [%s, %s]' % (low, high), map(text, chebyshev(
        scaled_gamma_excess, mp.mpf(low), mp.mpf(high), terms)))
show("laplace's curve", [', '.join(text(x) for x in row[k % 2::2])
                         for k, row in enumerate(laplace_curve(23), 1)])
