/* SPDX-License-Identifier: MIT */

/* What libFuzzer calls.  The target is named by the environment. */

#include <stdint.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct fuzz_target *target;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *wanted = getenv("FUZZ_TARGET");

	(void)argc;
	(void)argv;
	target = wanted != NULL ? fuzz_find(wanted) : NULL;
	if (target == NULL) {
		fputs("FUZZ_TARGET is not the name of a target\n", stderr);
		exit(2);
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	target->run((struct str){(const char *)data, size});
	return 0;
}
