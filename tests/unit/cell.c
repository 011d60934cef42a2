/* SPDX-License-Identifier: MIT */

/* How numbers and names are shown to people. */

#include <float.h>

#include "common/cell.h"
#include "tests/unit/check.h"

static const struct cell_style mean = {.digits = 4, .unit = ""};
static const struct cell_style rate = {
    .digits = 4, .hundredfold = true, .unit = "%"};
static const struct cell_style lift = {
    .digits = 3, .signs = true, .hundredfold = true, .unit = "%"};

static struct cell cell;

static void
check_cell(int line, const char *want, size_t width)
{
	CHECK_MSG(str_eq(cell_str(&cell), str_of(want)) && cell.width == width,
	    "line %d: '%.*s' of width %zu, not '%s' of %zu", line, (int)cell.n,
	    cell.text, cell.width, want, width);
	cell_clear(&cell);
}

static void
check_numbers(void)
{
	static const struct {
		int line;
		double x, size; /* size 0: that of x */
		const struct cell_style *style;
		const char *want;
	} cases[] = {
	    {__LINE__, 3.8653730663865162, 0, &mean, "3.865"},
	    {__LINE__, -2.4912, 0, &mean, "-2.491"},
	    {__LINE__, 1234567.89, 0, &mean, "1234568"},
	    {__LINE__, 999949999, 0, &mean, "999949999"},
	    {__LINE__, 1e9, 0, &mean, "1.000e+09"},
	    {__LINE__, 1e-6, 0, &mean, "0.000001000"},
	    {__LINE__, 1e-7, 0, &mean, "1.000e-07"},
	    {__LINE__, DBL_MAX, 0, &mean, "1.798e+308"},
	    {__LINE__, 0, 0, &mean, "0"},
	    {__LINE__, -0.0, 0, &mean, "0"},
	    {__LINE__, NAN, 0, &mean, "-"},
	    /* Rounding may add a digit before the point. */
	    {__LINE__, 9.99951, 0, &mean, "10.00"},
	    {__LINE__, 9.99949, 0, &mean, "9.999"},
	    {__LINE__, 0.1088, 0, &rate, "10.88%"},
	    {__LINE__, 1, 0, &rate, "100.0%"},
	    {__LINE__, 0, 0, &rate, "0%"},
	    {__LINE__, 0.11397058823529416, 0, &lift, "+11.4%"},
	    {__LINE__, -0.0117423040304665, 0, &lift, "-1.17%"},
	    {__LINE__, 12.5, 0, &lift, "+1250%"},
	    {__LINE__, DBL_MAX, 0, &lift, "+1.80e+310%"},
	    {__LINE__, 5e-324, 0, &lift, "+4.94e-322%"},
	    /* Beside a greater one, and rounded away. */
	    {__LINE__, 0.0576, 0.2856, &lift, "+5.8%"},
	    {__LINE__, 0.0004, 0.2856, &lift, "0.0%"},
	    {__LINE__, -0.0004, 0.2856, &lift, "0.0%"},
	    {__LINE__, -0.0006, 0.2856, &lift, "-0.1%"},
	    {__LINE__, 0.02, 1e9, &mean, "2.000e-02"},
	    {__LINE__, 0, 1e9, &mean, "0"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double x = cases[i].x, size = cases[i].size;

		cell_number(&cell, x, size == 0 ? cell_size(&x, 1) : size,
		    cases[i].style);
		check_cell(cases[i].line, cases[i].want, strlen(cases[i].want));
	}
}

static void
check_p_values(void)
{
	static const struct {
		int line;
		double p, log10_p;
		const char *want;
	} cases[] = {
	    {__LINE__, 1, NAN, "1.000"},
	    {__LINE__, 0.18355454026436843, NAN, "0.184"},
	    {__LINE__, 0.04996, NAN, "0.0500"},
	    {__LINE__, 0.009091034202106147, NAN, "0.0091"},
	    {__LINE__, 0.00043, NAN, "0.00043"},
	    {__LINE__, 0.00001, NAN, "1.0e-05"},
	    {__LINE__, 2.3e-12, NAN, "2.3e-12"},
	    {__LINE__, 2.3e-12, -11.64, "2.3e-12"},
	    {__LINE__, 5e-324, NAN, "4.9e-324"},
	    {__LINE__, 0, NAN, "<1e-300"},
	    {__LINE__, 0, -400.3, "5.0e-401"},
	    {__LINE__, 0, -400.001, "1.0e-400"},
	    {__LINE__, 0, -400, "1.0e-400"},
	    {__LINE__, NAN, NAN, "-"},
	    {__LINE__, NAN, -3, "-"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cell_p_value(&cell, cases[i].p, cases[i].log10_p);
		check_cell(cases[i].line, cases[i].want, strlen(cases[i].want));
	}
}

static void
check_intervals(void)
{
	cell_interval(&cell, -0.0576, 0.2856, 0.2856, &lift);
	check_cell(__LINE__, "-5.8% to +28.6%", 15);
	cell_interval(&cell, NAN, 0.2856, 0.2856, &lift);
	check_cell(__LINE__, "- to +28.6%", 11);
	cell_interval(&cell, NAN, NAN, NAN, &lift);
	check_cell(__LINE__, "-", 1);
}

static void
check_names(void)
{
	cell_name(&cell, str_of("Ums\xc3\xa4tze, 14 Tage"), "");
	check_cell(__LINE__, "Ums\xc3\xa4tze, 14 Tage", 16);
	cell_name(&cell, str_of("\033[2J\x7f\r"), "");
	check_cell(__LINE__, "\\x1b[2J\\x7f\\x0d", 15);
	/* U+009B is a terminal's ESC [ in one character; U+00A0 is none. */
	cell_name(&cell,
	    str_of("\xc2\x9b"
		   "2J\xc2\xa0"),
	    "");
	check_cell(__LINE__,
	    "\\xc2\\x9b"
	    "2J\xc2\xa0",
	    11);
	cell_name(&cell, str_of("caf\xe9 \xed\xa0\x80"), "");
	check_cell(__LINE__, "caf\\xe9 \\xed\\xa0\\x80", 20);
	cell_name(&cell, str_of("a|b\\c\x01"), "|\\");
	check_cell(__LINE__, "a\\|b\\\\c\\\\x01", 12);
	cell_name(&cell, (struct str){"a\0b", 3}, "");
	check_cell(__LINE__, "a\\x00b", 6);
}

int
main(void)
{
	check_numbers();
	check_p_values();
	check_intervals();
	check_names();
	cell_free(&cell);
	return check_end();
}
