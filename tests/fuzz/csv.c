/* SPDX-License-Identifier: MIT */

/*
 * abcsv, whole but for its main(), which reads options and cannot run twice.
 * The first byte of a case says which options, the second is the delimiter.
 */

/* What stands beside it has these names too. */
#define main abcsv_main
#define check_end abcsv_check_end
#define program abcsv_program
int abcsv_main(int argc, char **argv);
#include "cmd/abcsv.c"
#undef main
#undef check_end
#undef program
#include "tests/fuzz/fuzz.h"

/* The bits of the first byte. */
enum { FUZZ_REPLACE = 1, FUZZ_INDEX = 2, FUZZ_BARE = 4, FUZZ_COLUMNS = 8 };

static void
fuzz_options(struct str bytes, char separator[2])
{
	unsigned bits = (unsigned char)bytes.p[0];

	separator[0] = bytes.p[1];
	separator[1] = '\0';
	delimiter = separator;
	replacement = bits & FUZZ_REPLACE ? "~" : NULL;
	keep_index = bits & FUZZ_INDEX;
	no_header = bits & FUZZ_BARE;
	columns = bits & FUZZ_COLUMNS ? "a,b" : NULL;
}

/* As main() does. */
static void
fuzz_convert(void *arg)
{
	struct csv *c = arg;

	*c = (struct csv){.line = 1, .row_line = 1};
	check_options();
	in_open(&c->in, "input");
	out_open(&c->out, NULL);
	c->in_header = columns == NULL && !no_header;
	if (columns != NULL)
		take_names_of_option(c);
	skip_mark(c);
	do
		scan(c);
	while (fill(c));
	abcsv_check_end(c);
	in_close(&c->in);
	out_close(&c->out);
}

/* Lines, all with as many tabs, and neither CR nor NUL. */
static bool
fuzz_is_tsv(struct str s)
{
	size_t tabs = 0, first = SIZE_MAX;

	if (s.n > 0 && s.p[s.n - 1] != '\n')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' || s.p[i] == '\0')
			return false;
		tabs += s.p[i] == '\t';
		if (s.p[i] != '\n')
			continue;
		if (first == SIZE_MAX)
			first = tabs;
		if (tabs != first)
			return false;
		tabs = 0;
	}
	return true;
}

void
fuzz_csv(struct str bytes)
{
	static const size_t pieces[] = {SIZE_MAX, 1, 7};
	static unsigned char all_kinds[256];
	static struct rule all_rules[STATES][KINDS];
	static char first[1 << 20];
	char separator[2];
	size_t first_n = 0;
	bool first_reads = false;

	if (bytes.n < 2 || bytes.p[1] == '\0')
		return;
	if (all_kinds['\n'] != LF) {
		memcpy(all_kinds, kinds, sizeof(kinds));
		memcpy(all_rules, rules, sizeof(rules));
	}
	fuzz_options(bytes, separator);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct str text = {bytes.p + 2, bytes.n - 2}, written;
		struct csv c;
		bool reads;

		memcpy(kinds, all_kinds, sizeof(kinds));
		memcpy(rules, all_rules, sizeof(rules));
		reads = fuzz_reads(fuzz_convert, &c, text, pieces[i]);
		written = fuzz_written();
		FUZZ_MUST(!reads || fuzz_is_tsv(written));
		if (i == 0) {
			memcpy(first, written.p, written.n);
			first_n = written.n;
			first_reads = reads;
		}
		FUZZ_MUST(reads == first_reads);
		FUZZ_MUST(
		    !reads || str_eq(written, (struct str){first, first_n}));
	}
}
