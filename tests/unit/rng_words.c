/* SPDX-License-Identifier: MIT */
/*
 * rng_words SEED STREAM COUNT [streams N | rows N]: writes COUNT words to
 * stdout, eight bytes each, least significant first, for the test batteries
 * (tests/rng.sh).  They are those of the stream's row 0; with streams, those
 * of N streams from this one on, a word from each in turn; with rows, the
 * first N of row 0, the first N of row 1, and so on, as the generators of the
 * suite draw them.  A reader that has had enough ends it by SIGPIPE.  Without
 * arguments, as a unit test, it writes nothing.
 */

#include "common/rng.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STREAMS = 1024 };

struct words {
	uint64_t seed, stream;
	uint64_t streams; /* how many, side by side */
	uint64_t row;     /* how many words of each, or 0 for no end */
	struct rng at[STREAMS];
};

static uint64_t
word(struct words *w, uint64_t i)
{
	if (w->row > 0 && i % w->row == 0)
		rng_start(&w->at[0], w->seed, w->stream,
		    (struct rng_row){{i / w->row}});
	return rng_next(&w->at[i % w->streams]);
}

static int
write_words(struct words *w, uint64_t n)
{
	unsigned char block[1024 * 8];
	size_t size = 0;

	for (uint64_t i = 0; i < n; i++) {
		uint64_t x = word(w, i);

		for (int j = 0; j < 8; j++)
			block[size++] = (unsigned char)(x >> 8 * j & 255);
		if (size < sizeof(block) && i + 1 < n)
			continue;
		if (fwrite(block, 1, size, stdout) != size)
			return 1;
		size = 0;
	}
	return fflush(stdout) != 0;
}

/* False if there is no such layout. */
static bool
set_layout(struct words *w, const char *layout, uint64_t n)
{
	if (strcmp(layout, "streams") == 0 && n <= STREAMS)
		w->streams = n;
	else if (strcmp(layout, "rows") == 0)
		w->row = n;
	else
		return false;
	return n > 0;
}

int
main(int argc, char **argv)
{
	static struct words w = {.streams = 1};

	if (argc == 1)
		return 0;
	if (argc != 4 && (argc != 6 || !set_layout(&w, argv[4],
					   strtoull(argv[5], NULL, 0)))) {
		fputs("usage: rng_words seed stream count "
		      "[streams n | rows n]\n",
		    stderr);
		return 2;
	}
	w.seed = strtoull(argv[1], NULL, 0);
	w.stream = strtoull(argv[2], NULL, 0);
	for (uint64_t i = 0; i < w.streams; i++)
		rng_start(
		    &w.at[i], w.seed, w.stream + i, (struct rng_row){{0}});
	return write_words(&w, strtoull(argv[3], NULL, 0));
}
