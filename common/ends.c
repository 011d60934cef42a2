/* SPDX-License-Identifier: MIT */
/*
 * Vectors classify 64 bytes at once.  What takes the time then is the loop
 * over the ends among them: their number is different each time, and so the
 * branch behind the last one is guessed wrong.  AVX-512 does without: it packs
 * the numbers of the bytes that are ends, and writes 16 of them at a time,
 * whether or not there are as many.  That takes a third of the time, and saves
 * abwindow and abagg 5 % of theirs.
 */
#include "common/ends.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif

static bool
anywhere(void)
{
	return true;
}

/* Without a branch, and without vectors. */
static struct ends
find_bytes(const char *text, size_t start, size_t end, uint32_t *at)
{
	struct ends e = {0};

	for (; start < end; start++) {
		char c = text[start];

		at[e.n] = (uint32_t)start;
		e.n += c == '\t' || c == '\n';
		e.lines += c == '\n';
		e.nul |= c == '\0';
	}
	return e;
}

#ifdef __SSE2__
static inline uint64_t
mask64(__m128i a, __m128i b, __m128i c, __m128i d)
{
	return (uint64_t)_mm_movemask_epi8(a) |
	       (uint64_t)_mm_movemask_epi8(b) << 16 |
	       (uint64_t)_mm_movemask_epi8(c) << 32 |
	       (uint64_t)_mm_movemask_epi8(d) << 48;
}

/* How many bytes of four masks are set, in two sums. */
static inline __m128i
count64(__m128i a, __m128i b, __m128i c, __m128i d)
{
	const __m128i zero = _mm_setzero_si128();
	/* A mask is 0 or -1. */
	__m128i n = _mm_add_epi8(_mm_add_epi8(a, b), _mm_add_epi8(c, d));

	return _mm_sad_epu8(_mm_sub_epi8(zero, n), zero);
}

static struct ends
find_sse2(const char *text, size_t start, size_t end, uint32_t *at)
{
	const __m128i line = _mm_set1_epi8('\n'), tab = _mm_set1_epi8('\t');
	__m128i lines = _mm_setzero_si128(), least = line;
	struct ends e = {0};
	uint64_t sums[2], mask;

	for (; start < end; start += 64) {
		const __m128i *v = (const void *)(text + start);
		__m128i a = _mm_loadu_si128(v), b = _mm_loadu_si128(v + 1);
		__m128i c = _mm_loadu_si128(v + 2), d = _mm_loadu_si128(v + 3);
		__m128i ends_a, ends_b, ends_c, ends_d;

		least = _mm_min_epu8(least,
		    _mm_min_epu8(_mm_min_epu8(a, b), _mm_min_epu8(c, d)));
		ends_a = _mm_cmpeq_epi8(a, line);
		ends_b = _mm_cmpeq_epi8(b, line);
		ends_c = _mm_cmpeq_epi8(c, line);
		ends_d = _mm_cmpeq_epi8(d, line);
		lines = _mm_add_epi64(
		    lines, count64(ends_a, ends_b, ends_c, ends_d));
		ends_a = _mm_or_si128(ends_a, _mm_cmpeq_epi8(a, tab));
		ends_b = _mm_or_si128(ends_b, _mm_cmpeq_epi8(b, tab));
		ends_c = _mm_or_si128(ends_c, _mm_cmpeq_epi8(c, tab));
		ends_d = _mm_or_si128(ends_d, _mm_cmpeq_epi8(d, tab));
		mask = mask64(ends_a, ends_b, ends_c, ends_d);
		for (; mask != 0; mask &= mask - 1)
			at[e.n++] =
			    (uint32_t)start + (uint32_t)__builtin_ctzll(mask);
	}
	_mm_storeu_si128((void *)sums, lines);
	e.lines = (size_t)(sums[0] + sums[1]);
	/* The least of all bytes is NUL if one of them is. */
	e.nul = _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128()));
	return e;
}
#endif

#ifdef __x86_64__
static bool
on_avx512(void)
{
	return __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vbmi2") &&
	       __builtin_cpu_supports("popcnt");
}

#define AVX512 __attribute__((target("avx512bw,avx512vbmi2,popcnt")))

/* Adds start to 16 numbers of bytes. */
static inline AVX512 void
put16(uint32_t *at, size_t start, __m128i numbers)
{
	_mm512_storeu_si512(at, _mm512_add_epi32(_mm512_cvtepu8_epi32(numbers),
				    _mm512_set1_epi32((int)(uint32_t)start)));
}

static AVX512 struct ends
find_avx512(const char *text, size_t start, size_t end, uint32_t *at)
{
	const __m512i line = _mm512_set1_epi8('\n'),
		      tab = _mm512_set1_epi8('\t');
	uint8_t numbers[64];
	struct ends e = {0};
	uint64_t nuls = 0;
	__m512i all;

	for (uint8_t i = 0; i < 64; i++)
		numbers[i] = i;
	all = _mm512_loadu_si512(numbers);
	for (; start < end; start += 64) {
		__m512i v = _mm512_loadu_si512(text + start), these;
		uint64_t lines = _mm512_cmpeq_epi8_mask(v, line);
		uint64_t mask = lines | _mm512_cmpeq_epi8_mask(v, tab);
		size_t n = (size_t)__builtin_popcountll(mask);

		nuls |= _mm512_testn_epi8_mask(v, v);
		e.lines += (size_t)__builtin_popcountll(lines);
		these = _mm512_maskz_compress_epi8(mask, all);
		put16(at, start, _mm512_castsi512_si128(these));
		if (n > 16)
			put16(at + 16, start,
			    _mm512_extracti32x4_epi32(these, 1));
		if (n > 32) {
			put16(at + 32, start,
			    _mm512_extracti32x4_epi32(these, 2));
			put16(at + 48, start,
			    _mm512_extracti32x4_epi32(these, 3));
		}
		at += n;
		e.n += n;
	}
	e.nul = nuls != 0;
	return e;
}
#endif

const struct ends_way ends_ways[] = {
#ifdef __x86_64__
    {"AVX-512", on_avx512, find_avx512},
#endif
#ifdef __SSE2__
    {"SSE2", anywhere, find_sse2},
#endif
    {"bytes", anywhere, find_bytes},
};
const size_t ends_n_ways = sizeof(ends_ways) / sizeof(ends_ways)[0];

struct ends
ends_find(const char *text, size_t start, size_t end, uint32_t *at)
{
	const struct ends_way *way = ends_ways;

	while (!way->runs())
		way++;
	return way->find(text, start, end, at);
}
