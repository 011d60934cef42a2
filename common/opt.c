/* SPDX-License-Identifier: MIT */
#include "common/opt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/die.h"
#include "common/num.h"
#include "common/out.h"
#include "common/when.h"

#define OPT_VERSION "0.1.0"

static const struct opt_program *program;

static bool wants_help, wants_version;

static const struct opt common_options[] = {
    {.letter = 'h',
	.name = "help",
	.flag = &wants_help,
	.help = "print this help and exit"},
    {.letter = 'V',
	.name = "version",
	.flag = &wants_version,
	.help = "print the version and exit"},
    {.name = NULL},
};

/*
 * A descriptor that the caller closed would be given to the next file that is
 * opened, and output meant for stdout would then land in that file.  Each
 * closed one is opened in the direction that fails when it is used.
 */
static void
guard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", mode) != fd)
			exit(DIE_STATUS);
	}
}

static void
print_usage(struct out *o)
{
	out_printf(o, "usage: %s [OPTION ...]%s%s", program->name,
	    *program->operands != '\0' ? " " : "", program->operands);
}

_Noreturn void
opt_die(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	die("%s; usage: %s [OPTION ...]%s%s (try --help)", text, program->name,
	    *program->operands != '\0' ? " " : "", program->operands);
}

static void
print_options(struct out *o, const struct opt *options)
{
	for (const struct opt *x = options; x->name != NULL; x++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", x->name,
		    x->arg != NULL ? " " : "", x->arg != NULL ? x->arg : "");
		if (x->letter != 0)
			out_printf(
			    o, "  -%c, %-24s %s\n", x->letter, left, x->help);
		else
			out_printf(o, "      %-24s %s\n", left, x->help);
	}
}

static void
print_help(void)
{
	struct out o;

	out_open(&o, NULL);
	print_usage(&o);
	out_printf(&o, "\n%s\n\n", program->purpose);
	print_options(&o, program->options);
	print_options(&o, common_options);
	out_printf(&o, "\nThe manual: man %s\n", program->name);
	out_close(&o);
}

static void
print_version(void)
{
	struct out o;

	out_open(&o, NULL);
	out_printf(&o, "%s (abpipe) %s\n", program->name, OPT_VERSION);
	out_close(&o);
}

static _Noreturn void
bad_value(const struct opt *x, const char *what, const char *value)
{
	char quoted[DIE_QUOTE];

	opt_die("--%s: %s %s", x->name, what, die_quote(quoted, str_of(value)));
}

static bool
in_range(const struct opt *x, double value)
{
	return (x->least == 0 && x->most == 0) ||
	       (x->least <= value && value <= x->most);
}

static _Noreturn void
bad_range(const struct opt *x, const char *value)
{
	char low[NUM_SIZE + 1] = "", high[NUM_SIZE + 1] = "";
	char what[2 * NUM_SIZE + 32];

	low[num_format(low, x->least)] = '\0';
	high[num_format(high, x->most)] = '\0';
	snprintf(what, sizeof(what), "must be from %s to %s, is", low, high);
	bad_value(x, what, value);
}

static void
set_number(const struct opt *x, const char *value)
{
	struct decimal d;

	if (!num_parse(str_of(value), &d))
		bad_value(x, "bad number", value);
	if (!in_range(x, decimal_double(d)))
		bad_range(x, value);
	*x->number = decimal_double(d);
}

static void
set_count(const struct opt *x, const char *value)
{
	uint64_t n;

	if (!num_count(str_of(value), &n))
		bad_value(x, "bad whole number", value);
	if (!in_range(x, (double)n))
		bad_range(x, value);
	*x->count = n;
}

static void
set_choice(const struct opt *x, const char *value)
{
	char words[256] = "";
	size_t n = 0;

	for (int i = 0; x->choices[i] != NULL; i++) {
		if (strcmp(value, x->choices[i]) == 0) {
			*x->choice = i;
			return;
		}
		n += (size_t)snprintf(words + n, sizeof(words) - n, "%s%s",
		    i > 0 ? ", " : "", x->choices[i]);
	}
	opt_die("--%s: '%s' is none of: %s", x->name, value, words);
}

static void
set(const struct opt *x, const char *value)
{
	if (x->flag != NULL) {
		*x->flag = true;
		return;
	}
	if (*value == '\0')
		opt_die("--%s: its value is empty", x->name);
	if (x->text != NULL)
		*x->text = value;
	else if (x->count != NULL)
		set_count(x, value);
	else if (x->number != NULL)
		set_number(x, value);
	else if (x->choice != NULL)
		set_choice(x, value);
	else if (x->time != NULL && !when_parse(str_of(value), x->time))
		bad_value(x, "bad time", value);
}

/* The option that a letter, or a name of n bytes, stands for. */
static const struct opt *
find(char letter, const char *name, size_t n)
{
	const struct opt *tables[] = {program->options, common_options};

	for (size_t t = 0; t < 2; t++)
		for (const struct opt *x = tables[t]; x->name != NULL; x++)
			if (name == NULL ? x->letter == letter
					 : strlen(x->name) == n &&
					       memcmp(x->name, name, n) == 0)
				return x;
	return NULL;
}

/* Read "--name", "--name=value" or "--name value"; argv[i] is that word.
 * Returns the index of the last word that was used. */
static int
read_long(int argc, char **argv, int i)
{
	const char *name = argv[i] + 2, *equals = strchr(name, '=');
	size_t n = equals != NULL ? (size_t)(equals - name) : strlen(name);
	const struct opt *x = find(0, name, n);
	char quoted[DIE_QUOTE];

	if (x == NULL)
		opt_die(
		    "unknown option %s", die_quote(quoted, str_of(argv[i])));
	if (x->flag != NULL && equals != NULL)
		opt_die("--%s takes no value", x->name);
	if (x->flag == NULL && equals == NULL && ++i == argc)
		opt_die("--%s needs a value: %s", x->name, x->arg);
	set(x, equals != NULL ? equals + 1 : argv[i]);
	return i;
}

/* Read one word of letters; as read_long(). */
static int
read_letters(int argc, char **argv, int i)
{
	for (const char *p = argv[i] + 1; *p != '\0'; p++) {
		const struct opt *x = find(*p, NULL, 0);
		struct str letter = {p, 1};
		char quoted[DIE_QUOTE];

		if (x == NULL)
			opt_die(
			    "unknown option -%s", die_quote(quoted, letter));
		if (x->flag != NULL) {
			set(x, "");
			continue;
		}
		if (p[1] == '\0' && ++i == argc)
			opt_die("-%c needs a value: %s", *p, x->arg);
		set(x, p[1] != '\0' ? p + 1 : argv[i]);
		break;
	}
	return i;
}

int
opt_parse(const struct opt_program *p, int argc, char **argv)
{
	int operands = 0, i;

	program = p;
	guard_descriptors();
	/* A file that would grow past its limit is an error like another. */
	signal(SIGXFSZ, SIG_IGN);
	die_name(p->name);
	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (argv[i][0] != '-' || argv[i][1] == '\0')
			argv[operands++] = argv[i];
		else if (argv[i][1] == '-')
			i = read_long(argc, argv, i);
		else
			i = read_letters(argc, argv, i);
	}
	for (i++; i < argc; i++)
		argv[operands++] = argv[i];
	if (wants_help)
		print_help();
	else if (wants_version)
		print_version();
	if (wants_help || wants_version)
		exit(0);
	if (operands < p->least_operands)
		opt_die("missing operand");
	if (p->most_operands >= 0 && operands > p->most_operands)
		opt_die("extra operand '%s'", argv[p->most_operands]);
	return operands;
}

const char *
opt_columns(bool no_header, const char *columns, const char *otherwise)
{
	if (columns != NULL && !no_header)
		opt_die("--columns goes with --no-header");
	if (!no_header)
		return NULL;
	return columns != NULL ? columns : otherwise;
}

bool
opt_next_name(const char *name, const char **list, struct str *item)
{
	const char *end;

	if (*list == NULL)
		return false;
	end = strchr(*list, ',');
	*item = (struct str){
	    *list, end != NULL ? (size_t)(end - *list) : strlen(*list)};
	if (item->n == 0)
		opt_die("--%s: an empty name in the list", name);
	*list = end != NULL ? end + 1 : NULL;
	return true;
}
