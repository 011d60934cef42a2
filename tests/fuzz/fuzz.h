/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

/*
 * Targets: each gives the bytes of one case to a parser or a reader of
 * common/ or cmd/, and aborts if what comes back is not what its contract
 * promises.  tests/fuzz/libfuzzer.c looks for such cases, and tests/unit/fuzz.c
 * replays those that are kept in tests/fuzz/corpus.
 *
 * What reads streams calls die() for bad ones.  So harness.c stands in for the
 * modules in, out and die of common/: input comes from memory, output goes
 * there, and die() ends the case instead of the program.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/str.h"

struct fuzz_target {
	const char *name;
	void (*run)(struct str bytes);
};

extern const struct fuzz_target fuzz_targets[]; /* ends with a NULL name */

/* The target of that name, or NULL. */
const struct fuzz_target *fuzz_find(const char *name);

/*
 * Whether reader(arg) came back, rather than died.  Every file that it opens
 * holds the bytes, which read() gives out up to so many at a time.  Under
 * AddressSanitizer all that it allocated is gone afterwards.
 */
bool fuzz_reads(
    void (*reader)(void *), void *arg, struct str bytes, size_t piece);

/* What was written since fuzz_reads() began, to stdout and to any file. */
struct str fuzz_written(void);

/* abcsv, of which the first bytes choose the options. */
void fuzz_csv(struct str bytes);

/* End the program, as a crash does, unless the promise was kept. */
#define FUZZ_MUST(promise)                                               \
	do {                                                             \
		if (!(promise)) {                                        \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, \
			    __LINE__, #promise);                         \
			abort();                                         \
		}                                                        \
	} while (0)

#endif
