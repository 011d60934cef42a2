/* SPDX-License-Identifier: MIT */

/* Every code point, encoded by the definition, and every pair of bytes. */

#include "common/utf8.h"
#include "tests/unit/check.h"

/* RFC 3629, section 3; the surrogates too, which are not to be accepted. */
static size_t
encode(uint32_t code, size_t n, char *to)
{
	static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};

	if (n == 1) {
		*to = (char)code;
		return 1;
	}
	for (size_t i = n - 1; i > 0; i--) {
		to[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	*to = (char)(leads[n] | code);
	return n;
}

static size_t
length(uint32_t code)
{
	return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

static void
check_code_points(void)
{
	unsigned wrong = 0;
	uint32_t got = 0;
	char text[4];

	for (uint32_t code = 0; code < 0x200000; code++) {
		size_t n = encode(code, length(code), text), found;
		bool valid = code < 0x110000 && (code & ~0x7ffu) != 0xd800;

		found = utf8_first((struct str){text, n}, &got);
		wrong += valid ? found != n || got != code : found != 0;
		/* Cut off, and with another byte behind. */
		wrong += utf8_first((struct str){text, n - 1}, &got) != 0;
	}
	CHECK_MSG(wrong == 0, "%u code points are wrong", wrong);
}

/* What has a shorter form is none. */
static void
check_overlong(void)
{
	char text[4];
	uint32_t got;

	for (size_t n = 2; n <= 4; n++) {
		uint32_t least = n == 2 ? 0x80 : n == 3 ? 0x800 : 0x10000;

		encode(least - 1, n, text);
		CHECK(utf8_first((struct str){text, n}, &got) == 0);
		encode(0, n, text);
		CHECK(utf8_first((struct str){text, n}, &got) == 0);
	}
}

/* Two bytes are two of ASCII, one character, or nothing. */
static void
check_pairs(void)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < 0x10000; i++) {
		char text[] = {(char)(i >> 8), (char)(i & 0xff)};
		bool ascii = i < 0x8000 && (i & 0x80) == 0;
		bool pair = i >= 0xc280 && i < 0xe000 && (i & 0xc0) == 0x80;

		wrong += utf8_valid((struct str){text, 2}) != (ascii || pair);
	}
	CHECK_MSG(wrong == 0, "%u pairs are wrong", wrong);
}

int
main(void)
{
	check_code_points();
	check_overlong();
	check_pairs();
	CHECK(utf8_valid((struct str){NULL, 0}));
	CHECK(utf8_valid(str_of("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80")));
	CHECK(!utf8_valid(str_of("caf\xe9")));
	return check_end();
}
