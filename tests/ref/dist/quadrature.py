#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the quadrature rule of common/laplace.c.

The rule is Gaussian for the integrands that occur there: exact for the
2 NODES functions that span a random sample of them to 1e-16 (Ma, Rokhlin and
Wandzura, Generalized Gaussian quadrature rules for systems of arbitrary
functions, SIAM J. Numer. Anal. 33 (1996)).  It is found as by Xiao and
Gimbutas (2010): from the rule of Gauss and Legendre that is exact for them,
points are dropped one at a time, and the rest moved by Gauss-Newton steps.

Needs mpmath and numpy (Debian: python3-mpmath, python3-numpy); takes a
minute.
"""

import random

import mpmath as mp
import numpy as np
from numpy.polynomial import legendre

mp.mp.dps = 34

NODES = 22
GRID = 90
SAMPLE = 500
CUT = 38


def gauss_legendre(n):
    for i in range(n, 0, -1):
        x = mp.cos(mp.pi * (i - mp.mpf(1) / 4) / (n + mp.mpf(1) / 2))
        for _ in range(6):
            value, before = mp.legendre(n, x), mp.legendre(n - 1, x)
            slope = n * (before - x * value) / (1 - x * x)
            x -= value / slope
        yield (1 + x) / 2, 1 / ((1 - x * x) * slope ** 2)


# Minus the logarithms of integrands, z standard deviations from the mean.

def gamma_lower(a, z):
    x = ((-z + mp.sqrt(z * z + 4 * a)) / 2) ** 2
    return lambda s: a * s + x * mp.expm1(-s)


def gamma_upper(a, z):
    x = max(((z + mp.sqrt(z * z + 4 * a)) / 2) ** 2, mp.mpf(1) / 2)
    return lambda s: x * mp.expm1(s) - a * s


def beta_lower(a, b, z):
    n = a + b
    p, q = n * n + z * z * n, 2 * a * n + z * z * n
    x = (q - mp.sqrt(max(mp.mpf(0), q * q - 4 * p * a * a))) / (2 * p)
    return lambda s: a * s + n * mp.log1p(x * mp.expm1(-s))


def wide(low, high):
    """From low up, by powers of ten, low itself as often as the rest."""
    return mp.mpf(low * 10 ** random.uniform(0, random.choice((0, 0.5, high))))


def draw():
    z = mp.mpf(random.choice((
        0, 0, random.random(), random.uniform(0, 3),
        3 * 10 ** random.uniform(0, 2))))
    cut = CUT + mp.mpf(random.uniform(-1, 1))
    h = random.choice((
        lambda: gamma_lower(wide(8, 5), z),
        lambda: gamma_upper(wide(0.001, 8), z),
        lambda: gamma_upper(wide(0.5, 5), z),
        lambda: beta_lower(wide(8, 4), wide(0.5, 5), z),
        lambda: beta_lower(wide(8, 1), wide(0.5, 1), z)))()
    low, high = mp.mpf(0), mp.mpf(1)
    while h(high) < cut:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if h(middle) < cut else (low, middle)
    return lambda t: mp.exp(-h(high * t))


def basis():
    """Orthonormal functions that span the sample, as Legendre series."""
    grid = list(gauss_legendre(GRID))
    rest = []
    for _ in range(SAMPLE):
        f = draw()
        v = [mp.sqrt(w) * f(x) for x, w in grid]
        total = mp.fsum(mp.sqrt(w) * a for a, (x, w) in zip(v, grid))
        rest.append([a / total for a in v])
    found = []
    for _ in range(2 * NODES):
        size, v = max((mp.fsum(a * a for a in v), v) for v in rest)
        q = [a / mp.sqrt(size) for a in v]
        found.append(q)
        for v in rest:
            d = mp.fsum(a * b for a, b in zip(v, q))
            v[:] = [a - d * b for a, b in zip(v, q)]
    print('/* the next function adds %s */' % mp.nstr(
        mp.sqrt(max(mp.fsum(a * a for a in v) for v in rest)), 2))
    polynomials = [legendre_values(x)[0] for x, w in grid]
    return [[(2 * k + 1) * mp.fsum(mp.sqrt(w) * a * p[k] for a, (x, w), p in
                                   zip(q, grid, polynomials))
             for k in range(GRID)] for q in found]


def legendre_values(x):
    """P_k(2x - 1) and their derivatives by x, k < GRID."""
    u = 2 * x - 1
    p, slope = [mp.mpf(1), u], [mp.mpf(0), mp.mpf(1)]
    for k in range(2, GRID):
        p.append(((2 * k - 1) * u * p[k - 1] - (k - 1) * p[k - 2]) / k)
        slope.append(slope[k - 2] + (2 * k - 1) * p[k - 1])
    return p, [2 * s for s in slope]


def gauss_newton(series, x, w):
    """The best x and w found for the integrals, which are the constants."""
    want, slope = series[0], 2 * legendre.legder(series)
    best = np.inf, x, w
    for _ in range(60):
        values = legendre.legval(2 * x - 1, series)
        error = values @ w - want
        if abs(error).max() < best[0]:
            best = abs(error).max(), x, w
        if best[0] < 3e-15:
            break
        scale = np.append(np.full(len(x), w.mean()),
                          np.full(len(x), 1 / len(x)))
        jacobian = np.hstack(
            [values, legendre.legval(2 * x - 1, slope) * w]) * scale
        step = scale * np.linalg.lstsq(jacobian, -error, rcond=1e-13)[0]
        gap = np.diff(np.concatenate([[0], x, [1]]))
        gap = np.minimum(gap[1:], gap[:-1])
        short = min(1, 0.45 * (gap / abs(step[len(x):])).min())
        x, w = x + short * step[len(x):], w + short * step[:len(x)]
    return best


def drop_points(series):
    x, w = legendre.leggauss(2 * NODES)
    error, x, w = gauss_newton(series, (x + 1) / 2, w / 2)
    while len(x) > NODES:
        for k in np.argsort(w * np.linalg.norm(
                legendre.legval(2 * x - 1, series), axis=0)):
            error, y, v = gauss_newton(
                series, np.delete(x, k), np.delete(w, k))
            if error < 2e-14 and v.min() > 0 and 0 < y.min() and y.max() < 1:
                x, w = y, v
                break
        else:
            raise SystemExit('stuck at %d points' % len(x))
    return x, w


def polish(series, x, w):
    x, w = [mp.mpf(float(a)) for a in x], [mp.mpf(float(a)) for a in w]
    for _ in range(3):
        jacobian, error = mp.matrix(2 * NODES), mp.matrix(2 * NODES, 1)
        for i in range(NODES):
            p, slope = legendre_values(x[i])
            for j, c in enumerate(series):
                value = mp.fsum(a * b for a, b in zip(c, p))
                jacobian[j, i] = value
                jacobian[j, NODES + i] = w[i] * mp.fsum(
                    a * b for a, b in zip(c, slope))
                error[j] += w[i] * value
        for j, c in enumerate(series):
            error[j] -= c[0]
        step = mp.lu_solve(jacobian, -error)
        w = [a + step[i] for i, a in enumerate(w)]
        x = [a + step[NODES + i] for i, a in enumerate(x)]
    return x, w


def main():
    random.seed(1)
    series = basis()
    x, w = polish(series, *drop_points(
        np.array([[float(a) for a in c] for c in series]).T))
    for place, weight in zip(x, w):
        print('    {%r, %r},' % (float(place), float(weight)))
    worst = mp.mpf(0)
    grid = list(gauss_legendre(120))
    for _ in range(SAMPLE):
        f = draw()
        right = mp.fsum(b * f(a) for a, b in grid)
        got = mp.fsum(b * f(a) for a, b in zip(x, w))
        worst = max(worst, abs(got / right - 1))
    print('/* largest error for another sample: %s */' % mp.nstr(worst, 2))


if __name__ == '__main__':
    main()
