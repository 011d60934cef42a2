/* SPDX-License-Identifier: MIT */
/*
 * draw [N]: facts about common/draw, then statistics over N draws (500,000;
 * ten million take half a minute).  A statistic is turned into a standard
 * normal and fails past 3.72, which happens by chance once in 5,000; the seeds
 * are fixed.  Distributions are compared with libm's functions.
 */

#include "common/draw.h"

#include <float.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/check.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define CHECK_Z(z, ...) CHECK_MSG(fabs(z) < 3.72, __VA_ARGS__)

enum { SEED = 1988, BINS = 500 };

static struct rng
start(uint64_t stream)
{
	struct rng r;

	rng_start(&r, SEED, stream, (struct rng_row){{0}});
	return r;
}

/* A place whose next word is known. */
static struct rng *
given(uint64_t word)
{
	static struct rng r;

	r = start(0);
	r.word[3] = word;
	r.used = 3;
	return &r;
}

/* Wilson and Hilferty's approximation. */
static double
chi_square_z(double chi_square, double df)
{
	double v = 2 / (9 * df);

	return (cbrt(chi_square / df) - (1 - v)) / sqrt(v);
}

/* How counts fit what is expected of them.  Cells are pooled up to 10, what is
 * left at the end with the last pool; a count where there can be none fits
 * infinitely badly. */
static double
fit_z(const unsigned *count, const double *want, size_t cells)
{
	double sum = 0, df = -1, left = 0;

	for (size_t i = 0; i < cells; i++)
		left += want[i];
	for (size_t i = 0; i < cells; df++) {
		double got_pool = 0, want_pool = 0, d;

		for (; i < cells && (want_pool < 10 || left < 10); i++) {
			if (want[i] == 0 && count[i] > 0)
				return INFINITY;
			got_pool += count[i];
			want_pool += want[i];
			left -= want[i];
		}
		d = got_pool - want_pool;
		sum += d * d / want_pool;
	}
	return chi_square_z(sum, df);
}

static double
even_fit_z(const unsigned *count, size_t cells, double total)
{
	double *want = malloc(cells * sizeof(*want)), z;

	if (want == NULL)
		exit(2);
	for (size_t i = 0; i < cells; i++)
		want[i] = total / (double)cells;
	z = fit_z(count, want, cells);
	free(want);
	return z;
}

/* Of n trials with probability p. */
static double
binomial_z(double count, double n, double p)
{
	return (count - n * p) / sqrt(n * p * (1 - p));
}

static void
test_ends(void)
{
	const double above_1 = 1 + 0x1p-52;
	double z;

	CHECK(draw_unit(given(0)) == 0);
	CHECK(draw_unit(given(UINT64_MAX)) == 1 - 0x1p-53);
	CHECK(draw_open(given(0)) == 0x1p-53);
	CHECK(draw_open(given(UINT64_MAX)) == 1 - 0x1p-53);
	CHECK(draw_uniform(given(UINT64_MAX), 1, above_1) == 1);
	CHECK(draw_uniform(given(UINT64_MAX), -3, 5) < 5);
	CHECK(draw_uniform(given(0), -3, 5) == -3);
	CHECK(draw_uniform(given(7), 2, 2) == 2);
	z = draw_normal(given(UINT64_MAX), 0, 1);
	CHECK(check_error(z, 9.0801551248736127) < 1e-15);
	CHECK(draw_normal(given(0), 0, 1) == -z);
	CHECK(draw_exponential(given(UINT64_MAX), 1) == 0);
	CHECK(check_error(draw_exponential(given(0), 1), 64 * M_LN2) < 1e-15);
	CHECK(draw_pareto(given(UINT64_MAX), 3, 7) == 7);
	CHECK(draw_below(given(UINT64_MAX), 10) == 9);
	CHECK(draw_below(given(0), 1) == 0);
	CHECK(draw_below(given(UINT64_MAX), 0) == 0);
}

static void
test_bad_parameters(void)
{
	struct rng r = start(2);

	CHECK(isnan(draw_uniform(&r, 1, 0)));
	CHECK(isnan(draw_uniform(&r, NAN, 0)));
	CHECK(isnan(draw_uniform(&r, 0, INFINITY)));
	CHECK(isnan(draw_uniform(&r, -DBL_MAX, DBL_MAX)));
	CHECK(isnan(draw_normal(&r, NAN, 1)));
	CHECK(isnan(draw_normal(&r, INFINITY, 1)));
	CHECK(isnan(draw_normal(&r, 0, -1)));
	CHECK(isnan(draw_normal(&r, 0, NAN)));
	CHECK(isnan(draw_lognormal(&r, 0, -1)));
	CHECK(isnan(draw_exponential(&r, -1)));
	CHECK(isnan(draw_exponential(&r, INFINITY)));
	CHECK(isnan(draw_pareto(&r, 0, 1)));
	CHECK(isnan(draw_pareto(&r, 1, 0)));
	CHECK(isnan(draw_pareto(&r, NAN, 1)));
	CHECK(draw_normal(&r, 5, 0) == 5);
	CHECK(draw_exponential(&r, 0) == 0);
	CHECK(!draw_bernoulli(given(0), NAN));
	CHECK(!draw_bernoulli(given(0), -1));
	CHECK(!draw_bernoulli(given(0), 0));
	CHECK(draw_bernoulli(given(UINT64_MAX), 1));
	CHECK(draw_bernoulli(given(UINT64_MAX), INFINITY));
}

/* The last three, multiples of three, make up to half of the words refused;
 * without that the remainders by three would be uneven. */
static void
test_below(size_t n)
{
	static const uint64_t bound[] = {2, 3, 10, 86400, UINT64_C(3) << 62,
	    (UINT64_C(1) << 63) + 1, UINT64_MAX};
	static unsigned count[86400];
	struct rng r = start(3);

	for (size_t i = 0; i < LENGTH(bound); i++) {
		bool small = bound[i] <= LENGTH(count), inside = true;
		double scale = 100 / (double)bound[i];

		memset(count, 0, sizeof(count));
		for (size_t j = 0; j < n; j++) {
			uint64_t k = draw_below(&r, bound[i]);

			inside = inside && k < bound[i];
			if (!small)
				k = (uint64_t)((double)k * scale) % 100 * 3 +
				    k % 3;
			count[k % LENGTH(count)]++;
		}
		CHECK_MSG(inside, "below bound %zu", i);
		CHECK_Z(even_fit_z(
			    count, small ? (size_t)bound[i] : 300, (double)n),
		    "even below bound %zu", i);
	}
}

static void
test_bernoulli(size_t n)
{
	static const double p[] = {0.5, 0.1, 0.12, 0.01, 1e-3, 0.999};
	struct rng r = start(4);

	CHECK(draw_bernoulli(given((UINT64_C(1) << 63) - 1), 0.5));
	CHECK(!draw_bernoulli(given(UINT64_C(1) << 63), 0.5));
	CHECK(draw_bernoulli(given(0), 0x1p-64));
	CHECK(!draw_bernoulli(given(1), 0x1p-64));
	for (size_t i = 0; i < LENGTH(p); i++) {
		size_t count = 0;

		for (size_t j = 0; j < n; j++)
			count += draw_bernoulli(&r, p[i]);
		CHECK_Z(binomial_z((double)count, (double)n, p[i]),
		    "bernoulli %g", p[i]);
	}
}

/* The quantile undone: the probability that the word stands for, in the
 * nearer tail, where an error of z is one of about z^2 times as much. */
static void
test_normal_inversion(size_t n)
{
	struct rng r = start(5), copy;
	double worst = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t k = rng_next(&r) >> i % 60;
		double p = ((double)(k >> 1) + 0.5) * 0x1p-63, z;

		copy = *given(k);
		z = draw_normal(&copy, 0, 1);
		worst = fmax(worst,
		    check_error(erfc(-z / M_SQRT2) / 2, p) / (1 + z * z));
	}
	CHECK_MSG(worst < 2e-15, "normal quantile: %g", worst);
}

/* The means of the first four Hermite polynomials, each a standard normal when
 * divided by sqrt(n k!) (Neyman's smooth test), bins of equal probability, and
 * the tails. */
static void
test_normal(size_t n)
{
	static const double tail[] = {-4, -3.5, -3, 3, 3.5, 4};
	static unsigned count[BINS];
	double hermite[5] = {0}, beyond[LENGTH(tail)] = {0}, smooth = 0;
	struct rng r = start(6);

	for (size_t i = 0; i < n; i++) {
		double x = (draw_normal(&r, 10, 2) - 10) / 2, x2 = x * x;

		hermite[1] += x;
		hermite[2] += x2 - 1;
		hermite[3] += x * (x2 - 3);
		hermite[4] += x2 * (x2 - 6) + 3;
		count[(int)(BINS * (erfc(-x / M_SQRT2) / 2))]++;
		for (size_t j = 0; j < LENGTH(tail); j++)
			beyond[j] += tail[j] < 0 ? x < tail[j] : x > tail[j];
	}
	for (int k = 1; k <= 4; k++) {
		double z = hermite[k] / sqrt((double)n * tgamma(k + 1));

		CHECK_Z(z, "normal: Hermite moment %d", k);
		smooth += z * z;
	}
	CHECK_Z(chi_square_z(smooth, 4), "normal: smooth test");
	CHECK_Z(even_fit_z(count, BINS, (double)n), "normal: bins");
	for (size_t j = 0; j < LENGTH(tail); j++)
		CHECK_Z(binomial_z(beyond[j], (double)n,
			    erfc(fabs(tail[j]) / M_SQRT2) / 2),
		    "normal: beyond %g", tail[j]);
}

static double
sample_unit(struct rng *r)
{
	return draw_unit(r);
}

static double
sample_open(struct rng *r)
{
	return draw_open(r);
}

static double
sample_uniform(struct rng *r)
{
	return draw_uniform(r, -2, 6);
}

static double
uniform_below(double x)
{
	return (x + 2) / 8;
}

static double
sample_lognormal(struct rng *r)
{
	return draw_lognormal(r, 3.227, 0.426);
}

static double
lognormal_below(double x)
{
	return erfc(-(log(x) - 3.227) / 0.426 / M_SQRT2) / 2;
}

static double
sample_exponential(struct rng *r)
{
	return draw_exponential(r, 2.5);
}

static double
exponential_below(double x)
{
	return -expm1(-x / 2.5);
}

static double
sample_pareto(struct rng *r)
{
	return draw_pareto(r, 1.5, 3);
}

static double
pareto_below(double x)
{
	return 1 - pow(3 / x, 1.5);
}

static double
identity(double x)
{
	return x;
}

/* Bins of equal probability, and lags of the probabilities. */
static void
test_continuous(size_t n)
{
	static const struct {
		const char *name;
		double (*sample)(struct rng *);
		double (*below)(double);
	} known[] = {
	    {"unit", sample_unit, identity},
	    {"open", sample_open, identity},
	    {"uniform", sample_uniform, uniform_below},
	    {"lognormal", sample_lognormal, lognormal_below},
	    {"exponential", sample_exponential, exponential_below},
	    {"pareto", sample_pareto, pareto_below},
	};
	enum { LAGS = 4 };

	for (size_t i = 0; i < LENGTH(known); i++) {
		unsigned count[BINS] = {0};
		double last[LAGS] = {0}, product[LAGS] = {0};
		struct rng r = start(7 + i);

		for (size_t j = 0; j < n; j++) {
			double p = known[i].below(known[i].sample(&r));

			count[p < 1 ? (int)(p * BINS) : BINS - 1]++;
			p -= 0.5;
			for (int k = LAGS - 1; k > 0; k--)
				last[k] = last[k - 1];
			for (int k = 1; k < LAGS; k++)
				product[k] += p * last[k];
			last[0] = p;
		}
		CHECK_Z(even_fit_z(count, BINS, (double)n), "%s: bins",
		    known[i].name);
		for (int k = 1; k < LAGS; k++)
			CHECK_Z(product[k] * 12 / sqrt((double)n), "%s: lag %d",
			    known[i].name, k);
	}
}

/* Rows side by side, one draw from each, as the generators use them. */
static void
test_rows(size_t n)
{
	unsigned count[BINS] = {0};
	double sum = 0, sum2 = 0, product = 0, last = 0;

	for (size_t i = 0; i < n; i++) {
		struct rng r;
		double x;

		rng_start(&r, SEED, 20, (struct rng_row){{i}});
		x = draw_normal(&r, 0, 1);
		count[(int)(BINS * (erfc(-x / M_SQRT2) / 2))]++;
		sum += x;
		sum2 += x * x;
		product += x * last;
		last = x;
	}
	CHECK_Z(even_fit_z(count, BINS, (double)n), "rows: bins");
	CHECK_Z(sum / sqrt((double)n), "rows: mean");
	CHECK_Z(chi_square_z(sum2, (double)n), "rows: variance");
	CHECK_Z(product / sqrt((double)n), "rows: neighbours");
}

static void
test_poisson(size_t n)
{
	static const double rate[] = {
	    0.1, 0.5, 1, 2, 3, 30, 255.7, 512, 513, 1000, 3000};
	static unsigned count[8192];
	static double want[LENGTH(count)];
	struct draw_poisson p;
	struct rng r = start(21);

	for (size_t i = 0; i < LENGTH(rate); i++) {
		memset(count, 0, sizeof(count));
		CHECK(draw_poisson_init(&p, rate[i]));
		for (size_t j = 0; j < n; j++)
			count[draw_poisson(&r, &p) & (LENGTH(count) - 1)]++;
		for (size_t k = 0; k < LENGTH(want); k++) {
			double x = (double)k;

			want[k] = (double)n * exp(x * log(rate[i]) - rate[i] -
						  lgamma(x + 1));
			if (want[k] == 0)
				want[k] = DBL_MIN;
		}
		CHECK_Z(
		    fit_z(count, want, LENGTH(want)), "poisson %g", rate[i]);
	}
}

static void
test_poisson_ends(size_t n)
{
	static const double bad[] = {-1, -DBL_MIN, 1.1e9, INFINITY, NAN};
	struct draw_poisson p;
	struct rng r = start(22);
	double sum = 0, sum2 = 0;

	for (size_t i = 0; i < LENGTH(bad); i++)
		CHECK_MSG(!draw_poisson_init(&p, bad[i]), "rate %g", bad[i]);
	CHECK(draw_poisson_init(&p, 0));
	CHECK(draw_poisson(given(UINT64_MAX), &p) == 0);
	CHECK(draw_poisson_init(&p, 5e-324));
	CHECK(draw_poisson(given(UINT64_MAX), &p) == 0);
	/* e^-2 of all words, 0x22a555477f03973f of 2^64, is 0. */
	CHECK(draw_poisson_init(&p, 2));
	CHECK(draw_poisson(given(0x22a555477f039700), &p) == 0);
	CHECK(draw_poisson(given(0x22a555477f039780), &p) == 1);
	CHECK(draw_poisson(given(UINT64_MAX), &p) > 20);
	CHECK(draw_poisson_init(&p, 1e9));
	CHECK(check_error((double)draw_poisson(&r, &p), 1e9) < 2e-4);
	n /= 500;
	CHECK(draw_poisson_init(&p, 1e5));
	for (size_t i = 0; i < n; i++) {
		double x = ((double)draw_poisson(&r, &p) - 1e5) / sqrt(1e5);

		sum += x;
		sum2 += x * x;
	}
	CHECK_Z(sum / sqrt((double)n), "poisson 1e5: mean");
	CHECK_Z(chi_square_z(sum2, (double)n), "poisson 1e5: variance");
}

static void
test_table(size_t n)
{
	static const uint64_t share[] = {0, 18, 0, 45, 37, 0, 0};
	enum { K = LENGTH(share), MANY = 1000 };
	static uint64_t many[MANY];
	static unsigned count[MANY];
	static double want[MANY];
	uint64_t weight[K];
	struct draw_table t;
	struct rng r = start(23);

	memcpy(weight, share, sizeof(weight));
	CHECK(draw_table_init(&t, weight, K));
	for (size_t i = 0; i < n; i++)
		count[draw_index(&r, &t)]++;
	for (size_t i = 0; i < K; i++)
		want[i] = (double)n * (double)share[i] / 100;
	CHECK_Z(fit_z(count, want, K), "table of seven");
	CHECK(draw_index(given(0), &t) == 1);
	CHECK(draw_index(given(UINT64_MAX), &t) == 4);

	memset(count, 0, sizeof(count));
	for (size_t i = 0; i < MANY; i++) {
		many[i] = i % 100;
		want[i] = (double)n * (double)many[i] / (MANY / 100 * 4950);
	}
	CHECK(draw_table_init(&t, many, MANY));
	for (size_t i = 0; i < n; i++)
		count[draw_index(&r, &t)]++;
	CHECK_Z(fit_z(count, want, MANY), "table of a thousand");
}

/* Bounds and refusals, to the last unit. */
static void
test_table_ends(void)
{
	const uint64_t all = UINT64_C(1) << 63;
	uint64_t weight[3] = {1, 1, 1};
	double bad[3] = {1, -1, 1};
	struct draw_table t;

	CHECK(draw_table_init(&t, weight, 3));
	CHECK(weight[0] == all / 3 && weight[1] == all / 3 * 2 + 1);
	CHECK(draw_index(given((weight[0] << 1) - 1), &t) == 0);
	CHECK(draw_index(given(weight[0] << 1), &t) == 1);
	CHECK(draw_index(given((weight[1] << 1) - 1), &t) == 1);
	CHECK(draw_index(given(weight[1] << 1), &t) == 2);
	CHECK(draw_table_init(&t, (uint64_t[]){all - 1, 1}, 2));
	CHECK(!draw_table_init(&t, (uint64_t[]){all, 1}, 2));
	CHECK(!draw_table_init(&t, (uint64_t[]){0, 0}, 2));
	CHECK(!draw_table_init(&t, weight, 0));
	CHECK(!draw_table_scale(weight, bad, 3));
	bad[1] = NAN;
	CHECK(!draw_table_scale(weight, bad, 3));
	bad[1] = INFINITY;
	CHECK(!draw_table_scale(weight, bad, 3));
	CHECK(!draw_table_scale(weight, (double[]){0, 0}, 2));
	CHECK(!draw_table_scale(weight, (double[]){DBL_MAX, DBL_MAX}, 2));
	CHECK(draw_table_scale(weight, (double[]){5e-324, 5e-324, 0}, 3));
	CHECK(weight[0] > 0 && weight[0] == weight[1] && weight[2] == 0);
	CHECK(draw_table_scale(weight, (double[]){3e307, 1e307, 5e-324}, 3));
	CHECK(weight[0] > all / 8 && weight[1] > weight[0] / 4);
	CHECK(draw_table_scale(weight, (double[]){0.5, 0.25, 0.25}, 3));
	CHECK(weight[0] == 2 * weight[1] && weight[1] == weight[2]);
}

/* Element 0 of a new permutation, which is left in p. */
static uint64_t
fresh(struct draw_perm *p, struct rng *r, uint64_t n)
{
	draw_perm_init(p, r, n);
	return draw_perm_at(p, 0);
}

static void
test_perm_whole(void)
{
	static const uint64_t size[] = {511, 512, 513, 1000, 65537};
	static bool seen[65537];
	struct draw_perm p;
	struct rng r = start(24);
	bool good = true;

	for (uint64_t i = 1; i < 300 + LENGTH(size); i++) {
		uint64_t n = i < 300 ? i : size[i - 300];

		memset(seen, 0, sizeof(seen));
		good = good && draw_perm_init(&p, &r, n);
		for (uint64_t j = 0; j < n; j++) {
			uint64_t k = draw_perm_at(&p, j);

			good = good && k < n && !seen[k];
			seen[k < n ? k : 0] = true;
		}
		good = good && draw_perm_at(&p, n) == UINT64_MAX;
	}
	CHECK(good);
	CHECK(!draw_perm_init(&p, &r, 0));
	CHECK(!draw_perm_init(&p, &r, (UINT64_C(1) << 63) + 1));
}

/* Many elements at once are those that come one by one. */
static void
test_perm_run(void)
{
	static const uint64_t size[] = {1, 2, 64, 65, 1000, UINT64_C(1) << 63};
	uint64_t element[DRAW_PERM_BATCH + 1];
	struct draw_perm p;
	struct rng r = start(29);
	bool good = true;

	for (size_t i = 0; i < LENGTH(size); i++) {
		draw_perm_init(&p, &r, size[i]);
		for (size_t n = 0; n <= DRAW_PERM_BATCH && n <= size[i]; n++) {
			uint64_t first = (size[i] - n) / 2;

			element[n] = 12345;
			draw_perm_run(&p, first, n, element);
			for (size_t j = 0; j < n; j++)
				good = good && element[j] ==
						   draw_perm_at(&p, first + j);
			good = good && element[n] == 12345;
		}
	}
	CHECK(good);
}

/* Every order of four and every three of seven are as likely. */
static void
test_perm_small(size_t n)
{
	unsigned order[256] = {0}, subset[128] = {0};
	double want[256] = {0};
	struct draw_perm p;
	struct rng r = start(25);

	for (size_t i = 0; i < n; i++) {
		unsigned code = 0, set = 0;

		draw_perm_init(&p, &r, 4);
		for (uint64_t j = 0; j < 4; j++)
			code = 4 * code + (unsigned)draw_perm_at(&p, j);
		order[code]++;
		draw_perm_init(&p, &r, 7);
		for (uint64_t j = 0; j < 3; j++)
			set |= 1U << draw_perm_at(&p, j);
		subset[set]++;
	}
	for (unsigned code = 0; code < 256; code++) {
		unsigned set = 0;

		for (int j = 0; j < 8; j += 2)
			set |= 1U << (code >> j & 3);
		want[code] = set == 15 ? (double)n / 24 : 0;
	}
	CHECK_Z(fit_z(order, want, 256), "orders of four");
	for (unsigned set = 0; set < 128; set++) {
		int size = 0;

		for (int j = 0; j < 7; j++)
			size += set >> j & 1;
		want[set] = size == 3 ? (double)n / 35 : 0;
	}
	CHECK_Z(fit_z(subset, want, 128), "three of seven");
}

/* All pairs that two positions of the smallest network can hold, next to each
 * other and apart. */
static void
test_perm_pairs(size_t n)
{
	enum { SIZE = 65 };
	static unsigned near[SIZE * SIZE], apart[SIZE * SIZE];
	static double want[SIZE * SIZE];
	struct draw_perm p;
	struct rng r = start(26);

	for (size_t i = 0; i < n; i++) {
		uint64_t first = fresh(&p, &r, SIZE);

		near[first * SIZE + draw_perm_at(&p, 1)]++;
		apart[first * SIZE + draw_perm_at(&p, SIZE - 2)]++;
	}
	for (size_t i = 0; i < SIZE * SIZE; i++)
		want[i] =
		    i / SIZE == i % SIZE ? 0 : (double)n / (SIZE * (SIZE - 1));
	CHECK_Z(fit_z(near, want, SIZE * SIZE), "neighbours of 65");
	CHECK_Z(fit_z(apart, want, SIZE * SIZE), "positions apart of 65");
}

static double
log_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

static void
all_elements(const struct draw_perm *p, uint64_t *element)
{
	for (uint64_t i = 0, n; i < p->n; i += n) {
		n = p->n - i < DRAW_PERM_BATCH ? p->n - i : DRAW_PERM_BATCH;
		draw_perm_run(p, i, n, element + i);
	}
}

/* Where a network with too few rounds shows it first: how many of the first
 * half stay there (hypergeometric), and how many elements stay at home (their
 * number is Poisson of rate 1, but for less than 1 / 128!). */
static void
test_perm_halves(size_t n)
{
	static const unsigned size[] = {65, 128};
	uint64_t element[128];
	struct draw_perm p;
	struct rng r = start(27);

	for (size_t i = 0; i < LENGTH(size); i++) {
		unsigned stay[128] = {0}, home[128] = {0};
		double want_stay[128] = {0}, want_home[128] = {0};
		unsigned all = size[i], half = all / 2;

		for (size_t trial = 0; trial < n / 4; trial++) {
			unsigned stays = 0, at_home = 0;

			draw_perm_init(&p, &r, all);
			all_elements(&p, element);
			for (uint64_t j = 0; j < all; j++) {
				uint64_t k = element[j];

				stays += j < half && k < half;
				at_home += j == k;
			}
			stay[stays]++;
			home[at_home]++;
		}
		for (unsigned k = 0; k <= half; k++) {
			want_stay[k] = n / 4 *
				       exp(log_choose(half, k) +
					   log_choose(all - half, half - k) -
					   log_choose(all, half));
			want_home[k] = n / 4 * exp(-1 - lgamma(k + 1.0));
		}
		CHECK_Z(fit_z(stay, want_stay, half + 1), "halves of %u", all);
		CHECK_Z(fit_z(home, want_home, half + 1), "homes of %u", all);
	}
}

/* One large permutation, read in order, is even and forgets where it was. */
static void
test_perm_large(size_t n)
{
	static const uint64_t size[] = {(UINT64_C(1) << 34) + 1,
	    UINT64_C(1) << 40, (UINT64_C(1) << 63) - 25, UINT64_C(1) << 63};
	struct draw_perm p;
	struct rng r = start(28);

	for (size_t i = 0; i < LENGTH(size); i++) {
		unsigned top[BINS] = {0}, step[BINS] = {0}, low[256] = {0};
		uint64_t last = fresh(&p, &r, size[i]);
		double scale = BINS / (double)size[i];

		for (uint64_t j = 1; j <= n; j++) {
			uint64_t k = draw_perm_at(&p, j);
			uint64_t ahead =
			    k >= last ? k - last : k + (size[i] - last);

			top[(int)((double)k * scale) % BINS]++;
			step[(int)((double)ahead * scale) % BINS]++;
			low[k % 256]++;
			last = k;
		}
		CHECK_Z(even_fit_z(top, BINS, (double)n), "size %zu: top", i);
		CHECK_Z(even_fit_z(step, BINS, (double)n), "size %zu: step", i);
		CHECK_Z(even_fit_z(low, 256, (double)n), "size %zu: low", i);
	}
}

static uint64_t
bits_of(double x)
{
	uint64_t u;

	memcpy(&u, &x, sizeof(u));
	return u;
}

static double
sample_below(struct rng *r)
{
	return (double)draw_below(r, 86400);
}

static double
sample_bernoulli(struct rng *r)
{
	return draw_bernoulli(r, 0.3);
}

static double
sample_normal(struct rng *r)
{
	return draw_normal(r, 10, 2);
}

static double
sample_poisson(struct rng *r)
{
	static struct draw_poisson p;

	if (p.parts == 0)
		draw_poisson_init(&p, 700.1);
	return (double)draw_poisson(r, &p);
}

static double
sample_index(struct rng *r)
{
	static const double share[] = {0.18, 0.45, 0.37};
	static uint64_t weight[LENGTH(share)];
	static struct draw_table t;

	if (t.bound == NULL) {
		draw_table_scale(weight, share, LENGTH(share));
		draw_table_init(&t, weight, LENGTH(share));
	}
	return (double)draw_index(r, &t);
}

/* Of 2^0 to 2^50 elements. */
static double
sample_perm(struct rng *r)
{
	struct draw_perm p;
	uint64_t n = (UINT64_C(1) << draw_below(r, 50)) + draw_below(r, 50);

	draw_perm_init(&p, r, n);
	return (double)draw_perm_at(&p, n / 2);
}

/* The same bits on every machine, with every compiler: two draws, and a sum
 * over ten thousand, which pass through every branch. */
static void
test_bits(void)
{
	static const struct {
		const char *name;
		double (*sample)(struct rng *);
		uint64_t want[3];
	} known[] = {
	    {"unit", sample_unit,
		{0x3fe90aa0e2c513b2, 0x3fe153d05e767cf7, 0xa71a2edace6140aa}},
	    {"open", sample_open,
		{0x3fe90aa0e2c513b3, 0x3fe153d05e767cf7, 0x95feb7175ac084ed}},
	    {"uniform", sample_uniform,
		{0x40110aa0e2c513b2, 0x4002a7a0bcecf9ee, 0xbe607e8ed6aaae13}},
	    {"below", sample_below,
		{0x40f081c000000000, 0x40e6d7e000000000, 0xcb726e217eb9d0fb}},
	    {"bernoulli", sample_bernoulli,
		{0x0000000000000000, 0x0000000000000000, 0x0ba74a8cc86b0557}},
	    {"normal", sample_normal,
		{0x40271f90b5335ef1, 0x40246aaa7e33ea09, 0xf89791ca25ccde07}},
	    {"lognormal", sample_lognormal,
		{0x4041933b4aa3d941, 0x403a58f80bc8a9a2, 0x2de025dcfc2a56c4}},
	    {"exponential", sample_exponential,
		{0x3fe39db627089c71, 0x3ff889b25a666072, 0xd48eff1c2f4c6bf0}},
	    {"pareto", sample_pareto,
		{0x400c4317b90527b4, 0x401210276f1311f0, 0x8c9a0003f936274f}},
	    {"poisson", sample_poisson,
		{0x4086680000000000, 0x4086d00000000000, 0xa696d6406d320471}},
	    {"index", sample_index,
		{0x4000000000000000, 0x3ff0000000000000, 0x67a68decc91a200b}},
	    {"perm", sample_perm,
		{0x4224d5640a8c0000, 0x423f5979ce670000, 0x98f6fa66134f3d3b}},
	};

	for (size_t i = 0; i < LENGTH(known); i++) {
		struct rng r = start(100);
		uint64_t got[3] = {0};

		for (int j = 0; j < 10000; j++) {
			uint64_t bits = bits_of(known[i].sample(&r));

			if (j < 2)
				got[j] = bits;
			got[2] = (got[2] ^ bits) * 0x9e3779b97f4a7c15;
			got[2] ^= got[2] >> 32;
		}
		CHECK_MSG(memcmp(got, known[i].want, sizeof(got)) == 0,
		    "%s: bits %016" PRIx64 " %016" PRIx64 " %016" PRIx64,
		    known[i].name, got[0], got[1], got[2]);
	}
}

int
main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 500000;

	test_ends();
	test_bad_parameters();
	test_below(n);
	test_bernoulli(n);
	test_normal_inversion(n);
	test_normal(n);
	test_continuous(n);
	test_rows(n);
	test_poisson(n);
	test_poisson_ends(n);
	test_table(n);
	test_table_ends();
	test_perm_whole();
	test_perm_run();
	test_perm_small(n);
	test_perm_pairs(n);
	test_perm_halves(n);
	test_perm_large(n);
	test_bits();
	return check_end();
}
