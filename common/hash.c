/* SPDX-License-Identifier: MIT */
#include "common/hash.h"

#include <sys/random.h>

uint64_t hash_key[2];

void
hash_draw(void)
{
	if (getrandom(hash_key, sizeof(hash_key), 0) !=
	    (ssize_t)sizeof(hash_key))
		hash_key[0] =
		    (uint64_t)(uintptr_t)&hash_key ^ 0x9e3779b97f4a7c15u;
	hash_key[0] |= 1;
	hash_key[1] |= 1;
}
