/* SPDX-License-Identifier: MIT */
#ifndef COMMON_UTF8_H
#define COMMON_UTF8_H

/* UTF-8 as RFC 3629 defines it: nothing longer than needed, no surrogates. */

#include <stdint.h>

#include "common/str.h"

/*
 * The bytes, 1 to 4, of the character that s begins with, and its code point;
 * 0 if s is empty or begins with none.
 */
size_t utf8_first(struct str s, uint32_t *code);

/* Whether s is nothing but characters. */
bool utf8_valid(struct str s);

#endif
