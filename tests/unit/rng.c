/* SPDX-License-Identifier: MIT */
/*
 * rng [N]: facts about common/rng, then statistics over N words (500,000).
 * A statistic is turned into a standard normal and fails past 3.72, which
 * happens by chance once in 5,000; the seeds are fixed.
 */

#include "common/rng.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/check.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define CHECK_Z(z, ...) CHECK_MSG(fabs(z) < 3.72, __VA_ARGS__)

enum { SEED = 2011 };

/* Wilson and Hilferty's approximation. */
static double
chi_square_z(double chi_square, double df)
{
	double v = 2 / (9 * df);

	return (cbrt(chi_square / df) - (1 - v)) / sqrt(v);
}

static double
equal_cells_z(const unsigned *count, size_t cells, double total)
{
	double want = total / (double)cells, sum = 0;

	for (size_t i = 0; i < cells; i++)
		sum += (count[i] - want) * (count[i] - want) / want;
	return chi_square_z(sum, (double)cells - 1);
}

static struct rng
place(uint64_t stream, uint64_t row)
{
	struct rng r;

	rng_start(&r, SEED, stream, (struct rng_row){{row}});
	return r;
}

/* Random123's kat_vectors, lines "philox4x64 10". */
static void
test_known_answers(void)
{
	static const struct {
		uint64_t counter[4], key[2], want[4];
	} known[] = {
	    {{0}, {0},
		{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b,
		    0x7e68b68aec7ba23b}},
	    {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
		{UINT64_MAX, UINT64_MAX},
		{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6,
		    0xa09caebf594f0ba0}},
	    {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
		 0x082efa98ec4e6c89},
		{0x452821e638d01377, 0xbe5466cf34e90c6c},
		{0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5,
		    0x57bd43b5e52b7fe6}},
	};

	for (size_t i = 0; i < LENGTH(known); i++) {
		uint64_t out[4];

		rng_philox(known[i].counter, known[i].key, out);
		CHECK_MSG(memcmp(out, known[i].want, sizeof(out)) == 0,
		    "known answer %zu", i);
		memcpy(out, known[i].counter, sizeof(out));
		rng_philox(out, known[i].key, out);
		CHECK_MSG(memcmp(out, known[i].want, sizeof(out)) == 0,
		    "known answer %zu in place", i);
	}
}

static void
test_multiply(void)
{
	static const struct {
		uint64_t a, b, high, low;
	} known[] = {
	    {UINT64_MAX, UINT64_MAX, UINT64_MAX - 1, 1},
	    {0x9e3779b97f4a7c15, 0xd2e7470ee14c6c93, 0x825871d395d60e00,
		0x3c970488cf5a1c0f},
	    {0xffffffff, 0xffffffff00000001, 0xfffffffe, 0x1ffffffff},
	    {0x1ffffffff, 0xffffffff00000000, 0x1fffffffd, 0x100000000},
	    {UINT64_C(1) << 63, 2, 1, 0},
	    {0, UINT64_MAX, 0, 0},
	};

	for (size_t i = 0; i < LENGTH(known); i++) {
		uint64_t high, low;

		low = rng_multiply(known[i].a, known[i].b, &high);
		CHECK_MSG(high == known[i].high && low == known[i].low,
		    "product %zu", i);
		low = rng_multiply(known[i].b, known[i].a, &high);
		CHECK_MSG(high == known[i].high && low == known[i].low,
		    "product %zu turned round", i);
	}
}

/* The words of a row are the blocks (0, row), (1, row), ... in order. */
static void
test_words(void)
{
	static const uint64_t want[] = {0xf1f8ee1d436eee39, 0xf0e3cc55e1c0f211,
	    0xd6f0d8abf6ce7396, 0x9879ec1e04eed410, 0x0cc3aa25609f4712,
	    0xc8d901e26bd80829, 0x3b6b038d48ac6693, 0xcc9d4784e20d4492};
	struct rng r, copy;

	rng_start(&r, 42, 7, (struct rng_row){{10, 20, 30}});
	copy = r;
	for (size_t i = 0; i < LENGTH(want); i++)
		CHECK_MSG(rng_next(&r) == want[i], "word %zu", i);
	for (size_t i = 0; i < LENGTH(want); i++)
		CHECK_MSG(rng_next(&copy) == want[i], "word %zu again", i);
}

/* Computed apart, from the description, in a language of long integers. */
static void
test_row_names(void)
{
	static const struct {
		const char *a, *b;
		uint64_t want[2];
	} known[] = {
	    {"", "", {0x3f2c7a5e2fc54cbe, 0x9299e6b4b0971281}},
	    {"a", "", {0x5536bbe6f77e04b1, 0x6bdf373b9bcfaccc}},
	    {"", "a", {0x4e1dd2247d3b4500, 0x14baccfdd5445027}},
	    {"2939", "0", {0xbdd0aa17d7a0105a, 0x09c702cb2f76fa25}},
	    {"user1234", "exp1", {0x77992ed38f695776, 0xa5c468e8df1336cd}},
	    {"123e4567-e89b-12d3-a456-426614174000", "checkout button",
		{0x5a4c3c75ca5db8df, 0xf4fba30a7dee264d}},
	    {"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6", "\x80",
		{0xf50c415cfad7ed6f, 0x7afb63135e4d2b64}},
	};
	struct rng_row row;

	for (size_t i = 0; i < LENGTH(known); i++) {
		row = rng_row_of(str_of(known[i].a), str_of(known[i].b));
		CHECK_MSG(row.word[0] == known[i].want[0] &&
			      row.word[1] == known[i].want[1] &&
			      row.word[2] == 0,
		    "row of '%s', '%s'", known[i].a, known[i].b);
	}
	row = rng_row_of((struct str){NULL, 0}, (struct str){NULL, 0});
	CHECK(row.word[0] == known[0].want[0]);
}

static int
compare_words(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static bool
all_differ(uint64_t *word, size_t n)
{
	qsort(word, n, sizeof(*word), compare_words);
	for (size_t i = 1; i < n; i++)
		if (word[i] == word[i - 1])
			return false;
	return true;
}

/* Every split of a text, and every pair of lengths of zeros, is a row of its
 * own, in each of its two words. */
static void
test_row_splits(void)
{
	static const char text[] = "abababababababababababababababababab";
	static const char zeros[24];
	uint64_t word[2][LENGTH(zeros) * LENGTH(zeros)];
	struct rng_row row;
	size_t n = 0;

	for (size_t i = 0; i < LENGTH(text); i++, n++) {
		row = rng_row_of((struct str){text, i},
		    (struct str){text + i, LENGTH(text) - 1 - i});
		word[0][n] = row.word[0];
		word[1][n] = row.word[1];
	}
	CHECK(all_differ(word[0], n) && all_differ(word[1], n));
	n = 0;
	for (size_t i = 0; i < LENGTH(zeros); i++)
		for (size_t j = 0; j < LENGTH(zeros); j++, n++) {
			row = rng_row_of(
			    (struct str){zeros, i}, (struct str){zeros, j});
			word[0][n] = row.word[0];
			word[1][n] = row.word[1];
		}
	CHECK(all_differ(word[0], n) && all_differ(word[1], n));
}

/* The names that people give are numbered: the rows are as random numbers,
 * n of which meet in 64 bits with probability n^2 / 2^65. */
static void
test_row_numbers(size_t n)
{
	uint64_t *word = malloc(n * sizeof(*word));
	static unsigned count[2][65536];
	char name[32];

	if (word == NULL)
		exit(2);
	for (size_t i = 0; i < n; i++) {
		int length = snprintf(name, sizeof(name), "user-%zu", i);
		struct rng_row row =
		    rng_row_of((struct str){name, (size_t)length}, str_of("1"));

		word[i] = row.word[0];
		count[0][row.word[0] >> 48]++;
		count[1][row.word[1] & 65535]++;
	}
	CHECK(all_differ(word, n));
	free(word);
	for (int i = 0; i < 2; i++)
		CHECK_Z(equal_cells_z(count[i], 65536, (double)n),
		    "rows of numbered names, word %d", i);
}

/* A changed bit of a name changes each bit of its row half of the time. */
static void
test_row_avalanche(size_t n)
{
	enum { NAME = 12, BITS = 8 * NAME };
	static unsigned changed[BITS][128];
	size_t trials = n / 1000;
	struct rng r = place(1, 0);
	double sum = 0;

	for (size_t i = 0; i < trials * BITS; i++) {
		uint64_t text[2] = {rng_next(&r), rng_next(&r)};
		char name[16];
		struct rng_row before, after;
		size_t bit = i % BITS;

		memcpy(name, text, sizeof(name));
		before = rng_row_of(
		    (struct str){name, 9}, (struct str){name + 9, NAME - 9});
		name[bit / 8] = (char)(name[bit / 8] ^ (1 << bit % 8));
		after = rng_row_of(
		    (struct str){name, 9}, (struct str){name + 9, NAME - 9});
		for (int j = 0; j < 128; j++)
			changed[bit][j] +=
			    (before.word[j / 64] ^ after.word[j / 64]) >>
				(j % 64) &
			    1;
	}
	for (int i = 0; i < BITS; i++)
		for (int j = 0; j < 128; j++) {
			double d = changed[i][j] - (double)trials / 2;

			sum += d * d / ((double)trials / 4);
		}
	CHECK_Z(chi_square_z(sum, BITS * 128), "avalanche");
}

static unsigned
bits_set(uint64_t x)
{
	unsigned n = 0;

	for (; x != 0; x &= x - 1)
		n++;
	return n;
}

/* Every byte, every pair of neighbouring bytes and every bit is even. */
static void
test_word_bits(size_t n)
{
	static unsigned byte[8][256], pair[65536], bit[64];
	struct rng r = place(2, 0);
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t w = rng_next(&r);

		for (int j = 0; j < 8; j++)
			byte[j][w >> 8 * j & 255]++;
		pair[w >> 8 & 65535]++;
		for (int j = 0; j < 64; j++)
			bit[j] += w >> j & 1;
	}
	for (int j = 0; j < 8; j++)
		CHECK_Z(equal_cells_z(byte[j], 256, (double)n), "byte %d", j);
	CHECK_Z(equal_cells_z(pair, 65536, (double)n), "pairs of bytes");
	for (int j = 0; j < 64; j++) {
		double d = bit[j] - (double)n / 2;

		sum += d * d / ((double)n / 4);
	}
	CHECK_Z(chi_square_z(sum, 64), "bits");
}

/* Words at neighbouring places differ in half of their bits, and the places
 * of the differences and the products of the words say nothing. */
static void
test_neighbours(size_t n)
{
	static const char *const what[] = {"seed", "stream", "row", "row 2^63",
	    "part", "lag 1", "lag 2", "lag 3", "lag 4", "lag 5"};
	enum { PLACES = LENGTH(what) };
	static unsigned changed[PLACES][64];
	double different[PLACES] = {0}, product[PLACES] = {0};

	for (uint64_t i = 0; i < n; i += 8) {
		const uint64_t high = UINT64_C(1) << 63;
		struct rng r[PLACES];

		for (size_t j = 0; j < PLACES; j++)
			r[j] = place(3, i);
		rng_start(&r[0], SEED + 1, 3, (struct rng_row){{i}});
		rng_start(&r[1], SEED, 4, (struct rng_row){{i}});
		rng_start(&r[2], SEED, 3, (struct rng_row){{i + 1}});
		rng_start(&r[3], SEED, 3, (struct rng_row){{i ^ high}});
		rng_start(&r[4], SEED, 3, (struct rng_row){{i, 0, 1}});
		for (size_t j = 5; j < PLACES; j++)
			for (size_t lag = j - 4; lag > 0; lag--)
				rng_next(&r[j]);
		for (size_t j = 0; j < PLACES; j++) {
			struct rng here = place(3, i);

			for (int k = 0; k < 8; k++) {
				uint64_t a = rng_next(&here);
				uint64_t b = rng_next(&r[j]);

				different[j] += bits_set(a ^ b);
				changed[j][(a ^ b) >> 58]++;
				product[j] += ((double)a * 0x1p-64 - 0.5) *
					      ((double)b * 0x1p-64 - 0.5);
			}
		}
	}
	n = (n + 7) / 8 * 8;
	for (size_t j = 0; j < PLACES; j++) {
		CHECK_Z((different[j] - 32.0 * (double)n) / sqrt(16.0 * n),
		    "bits that differ: %s", what[j]);
		CHECK_Z(equal_cells_z(changed[j], 64, (double)n),
		    "pattern of difference: %s", what[j]);
		CHECK_Z(product[j] * 12 / sqrt((double)n), "correlation: %s",
		    what[j]);
	}
}

int
main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 500000;

	test_known_answers();
	test_multiply();
	test_words();
	test_row_names();
	test_row_splits();
	test_row_numbers(n);
	test_row_avalanche(n);
	test_word_bits(n);
	test_neighbours(n);
	return check_end();
}
