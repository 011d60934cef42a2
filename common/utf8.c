/* SPDX-License-Identifier: MIT */
#include "common/utf8.h"

size_t
utf8_first(struct str s, uint32_t *code)
{
	/* The code points that need 1, 2, 3 and 4 bytes begin here. */
	static const uint32_t least[] = {0, 0x80, 0x800, 0x10000, 0x110000};
	unsigned lead = s.n > 0 ? (unsigned char)s.p[0] : 0xff;
	size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	if ((lead & 0xc0) == 0x80 || lead >= 0xf8 || s.n < n)
		return 0;
	*code = n == 1 ? lead : lead & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		unsigned next = (unsigned char)s.p[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (next & 0x3f);
	}
	if (*code < least[n - 1] || *code >= least[4])
		return 0;
	return *code >= 0xd800 && *code <= 0xdfff ? 0 : n;
}

bool
utf8_valid(struct str s)
{
	uint32_t code;

	while (s.n > 0) {
		size_t n = utf8_first(s, &code);

		if (n == 0)
			return false;
		s.p += n;
		s.n -= n;
	}
	return true;
}
