/* SPDX-License-Identifier: MIT */
#ifndef COMMON_OPT_H
#define COMMON_OPT_H

/*
 * A program's command line as one table: what parses it, checks it and prints
 * --help.  Options may be written -x VALUE, -xVALUE, --name VALUE and
 * --name=VALUE, anywhere before "--", and long names are not abbreviated.
 * The last of a repeated option wins.  Anything wrong exits with a message
 * and the usage line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct opt {
	char letter;      /* 0 when there is only the long name */
	const char *name; /* without the dashes */
	const char *arg;  /* as --help names the value; NULL for a flag */
	const char *help; /* one line, no full stop */

	/* Just one of these says what is read and where it goes. */
	bool *flag;
	const char **text; /* any text that is not empty */
	uint64_t *count;   /* a whole number, within least and most */
	double *number;    /* within least and most */
	int64_t *time;     /* microseconds since 1970 */
	int *choice;       /* the index in choices of the word given */

	double least, most;         /* both included; both 0: no bounds */
	const char *const *choices; /* ends with NULL */
};

struct opt_program {
	const char *name;
	const char *operands;      /* as in the usage line; "" for none */
	const char *purpose;       /* one sentence for --help */
	const struct opt *options; /* ends with a NULL name */
	int least_operands, most_operands; /* most -1: any number */
};

/* The options that have one meaning in every program that has them. */
#define OPT_METRICS(to)                                                        \
	{                                                                      \
		.letter = 'm', .name = "metrics", .arg = "FILE", .text = (to), \
		.help = "metric definitions, a metrics TSV"                    \
	}
#define OPT_OUTPUT(to)                                                        \
	{                                                                     \
		.letter = 'o', .name = "output", .arg = "FILE", .text = (to), \
		.help = "write to FILE, which is replaced when it is whole"   \
	}
#define OPT_NO_HEADER(to)                                           \
	{                                                           \
		.name = "no-header", .flag = (to),                  \
		.help = "the stream has no header line, in and out" \
	}
#define OPT_COLUMNS(to)                                         \
	{                                                       \
		.name = "columns", .arg = "LIST", .text = (to), \
		.help = "the input's columns, with --no-header" \
	}
#define OPT_SORTED(to)                                                  \
	{                                                               \
		.name = "sorted", .flag = (to),                         \
		.help = "the input is sorted by user_id: little memory" \
	}
#define OPT_SEED(to)                                                      \
	{                                                                 \
		.letter = 's', .name = "seed", .arg = "N", .count = (to), \
		.help = "seed of the random numbers (default 1)"          \
	}

/*
 * To be called first in main().  Makes sure that descriptors 0 to 2 are open,
 * sets the program's name for messages, reads the options, moves the operands
 * to argv[0] and on, and returns their number.
 */
int opt_parse(const struct opt_program *, int argc, char **argv);

/* Exit with the message and the usage line: a fault of the command line. */
_Noreturn void opt_die(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * What to give tsv_open() as columns: NULL when the stream has a header, else
 * those of --columns, or without that option those of the page.
 */
const char *opt_columns(
    bool no_header, const char *columns, const char *otherwise);

/*
 * The next of the comma-separated names in *list, which moves past it; false
 * at the end.  An empty name is a fault of the option called name.
 */
struct str;
bool opt_next_name(const char *name, const char **list, struct str *item);

#endif
