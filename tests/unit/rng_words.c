/* SPDX-License-Identifier: MIT */
/*
 * rng_words SEED STREAM COUNT: writes COUNT words of that stream's row 0 to
 * stdout, eight bytes each, least significant first, for the test batteries:
 *	rng_words 1 0 100000000000 | dieharder -a -g 200
 *	rng_words 1 0 100000000000 | RNG_test stdin64
 * A reader that has had enough ends it by SIGPIPE.  Without arguments, as a
 * unit test, it writes nothing.
 */

#include "common/rng.h"

#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
	struct rng r;
	unsigned long long n;

	if (argc == 1)
		return 0;
	if (argc != 4) {
		fputs("usage: rng_words seed stream count\n", stderr);
		return 2;
	}
	rng_start(&r, strtoull(argv[1], NULL, 0), strtoull(argv[2], NULL, 0),
	    (struct rng_row){{0}});
	n = strtoull(argv[3], NULL, 0);
	while (n > 0) {
		unsigned char block[1024 * 8];
		size_t size = 0;

		for (; n > 0 && size < sizeof(block); n--) {
			uint64_t word = rng_next(&r);

			for (int i = 0; i < 8; i++)
				block[size++] =
				    (unsigned char)(word >> 8 * i & 255);
		}
		if (fwrite(block, 1, size, stdout) != size)
			break;
	}
	return fflush(stdout) != 0 || ferror(stdout) ? 1 : 0;
}
