/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

/*
 * What every unit test needs: count the checks, print each failure with its
 * place, and end with `return check_end();`, which fails if any check did or
 * if none was made.
 */

#include <math.h>
#include <stdio.h>

static int check_made, check_failed;

#define CHECK(cond) check_report((cond) != 0, __FILE__, __LINE__, "%s", #cond)
/* As CHECK, with a printf format and arguments of one's own as the text. */
#define CHECK_MSG(cond, ...) \
	check_report((cond) != 0, __FILE__, __LINE__, __VA_ARGS__)

#define check_report(ok, file, line, ...)              \
	do {                                           \
		check_made++;                          \
		if (!(ok)) {                           \
			check_failed++;                \
			printf("%s:%d: ", file, line); \
			printf(__VA_ARGS__);           \
			putchar('\n');                 \
		}                                      \
	} while (0)

/* |got - want| / |want|; 0 when equal, infinity when either is not finite. */
static inline double
check_error(double got, double want)
{
	if (got == want)
		return 0;
	if (!isfinite(got) || !isfinite(want) || want == 0)
		return INFINITY;
	return fabs((got - want) / want);
}

static inline int
check_end(void)
{
	printf("%d checks, %d failed\n", check_made, check_failed);
	return check_failed > 0 || check_made == 0;
}

#endif
