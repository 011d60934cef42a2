/* SPDX-License-Identifier: MIT */
#ifndef COMMON_DRAW_H
#define COMMON_DRAW_H

/*
 * Samplers over the words of an rng, with the same bits on every machine.
 * Unless said otherwise a draw takes one word, and a bad parameter (NaN,
 * infinite, out of range) gives NaN.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/rng.h"

/* Uniform on [0, 1) in steps of 2^-53; on (0, 1) in odd steps of 2^-53; on
 * [a, b), where a <= b and b - a is finite; [a, a) is a alone. */
double draw_unit(struct rng *r);
double draw_open(struct rng *r);
double draw_uniform(struct rng *r, double a, double b);

/* Uniform on 0..n-1 without bias (Lemire 2019), 0 for n = 0.  Takes a further
 * word with a probability below n / 2^64. */
uint64_t draw_below(struct rng *r, uint64_t n);

/* True with probability p, exact to 2^-64.  Never for p <= 0 and NaN, always
 * for p >= 1. */
bool draw_bernoulli(struct rng *r, double p);

/* By inversion (Wichura 1988, AS 241), to 9.1 sigma; mu is finite and sigma >=
 * 0.  A lognormal is e to the power of that normal: mu and sigma are of its
 * log.  It and Pareto are infinite past the largest double. */
double draw_normal(struct rng *r, double mu, double sigma);
double draw_lognormal(struct rng *r, double mu, double sigma);

/* Exponential, mean >= 0, on [0, 45 mean].  Pareto, P(X > x) =
 * (minimum / x)^alpha for x >= minimum; alpha and minimum are > 0. */
double draw_exponential(struct rng *r, double mean);
double draw_pareto(struct rng *r, double alpha, double minimum);

/*
 * The index of one of n categories, by their weights.  draw_table_init turns
 * the weights, in place, into the bounds that t goes on pointing to: the
 * caller keeps the array alive.  draw_table_scale makes such weights of
 * doubles >= 0, in proportion to within 2^-61 of their sum.  Both are false,
 * and set nothing, when the sum is 0 or past 2^63 (for doubles, infinite).  A
 * weight of 0 is never drawn; the others have their share exact to 2^-63.
 */
struct draw_table {
	const uint64_t *bound;
	uint32_t guide[256];
};
bool draw_table_scale(uint64_t *weight, const double *share, size_t n);
bool draw_table_init(struct draw_table *t, uint64_t *weight, size_t n);
size_t draw_index(struct rng *r, const struct draw_table *t);

/*
 * Poisson counts, 0 <= rate <= 1e9 (else false), with probabilities exact to
 * 2^-58.  A draw takes one word up to a rate of 512, two up to 1024, and so
 * on doubling.
 */
enum { DRAW_POISSON_SPAN = 512 };
struct draw_poisson {
	uint64_t parts, first;
	uint32_t guide[256];
	uint64_t bound[DRAW_POISSON_SPAN];
};
bool draw_poisson_init(struct draw_poisson *p, double rate);
uint64_t draw_poisson(struct rng *r, const struct draw_poisson *p);

/*
 * A random permutation of 0..n-1, 1 <= n <= 2^63 (else false), in constant
 * memory, keyed by the next words of r.  Its first k elements are k of n
 * without replacement.  draw_perm_at gives element i, or UINT64_MAX for i >= n.
 * draw_perm_run gives up to DRAW_PERM_BATCH elements from one on, all of which
 * there are, and takes a third of the time for each.
 */
enum { DRAW_PERM_ROUNDS = 12, DRAW_PERM_SMALL = 64, DRAW_PERM_BATCH = 32 };
struct draw_perm {
	uint64_t n;
	unsigned shift[2];
	uint64_t factor[DRAW_PERM_ROUNDS], term[DRAW_PERM_ROUNDS];
	uint8_t small[DRAW_PERM_SMALL];
};
bool draw_perm_init(struct draw_perm *p, struct rng *r, uint64_t n);
uint64_t draw_perm_at(const struct draw_perm *p, uint64_t i);
void draw_perm_run(
    const struct draw_perm *p, uint64_t first, size_t n, uint64_t *element);

#endif
