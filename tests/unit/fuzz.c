/* SPDX-License-Identifier: MIT */

/*
 * Every case that is kept in tests/fuzz/corpus, through its target, which
 * ends the program if a promise is broken.
 */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/check.h"

/* A unit test is linked from one object. */
#include "tests/fuzz/csv.c"
#include "tests/fuzz/harness.c"
#include "tests/fuzz/targets.c"

#define CORPUS "tests/fuzz/corpus/"

/* Just the bytes, so that a read past them is seen. */
static struct str
load(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = NULL;
	long size = 0;

	if (f != NULL && fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	p = malloc((size_t)size);
	if (f == NULL || fseek(f, 0, SEEK_SET) != 0 ||
	    fread(p, 1, (size_t)size, f) != (size_t)size) {
		CHECK_MSG(false, "%s cannot be read", path);
		size = 0;
	}
	if (f != NULL)
		fclose(f);
	return (struct str){p, (size_t)size};
}

static void
replay(const struct fuzz_target *target, const char *file)
{
	char path[512];
	struct str bytes;

	snprintf(path, sizeof(path), CORPUS "%s/%s", target->name, file);
	bytes = load(path);
	/* A crash then names the case. */
	printf("%s\n", path);
	fflush(stdout);
	target->run(bytes);
	free((char *)bytes.p);
	check_made++;
}

int
main(void)
{
	for (const struct fuzz_target *t = fuzz_targets; t->name != NULL; t++) {
		int before = check_made;
		char path[512];
		const struct dirent *entry;
		DIR *dir;

		snprintf(path, sizeof(path), CORPUS "%s", t->name);
		dir = opendir(path);
		while (dir != NULL && (entry = readdir(dir)) != NULL)
			if (entry->d_name[0] != '.')
				replay(t, entry->d_name);
		if (dir != NULL)
			closedir(dir);
		CHECK_MSG(check_made > before, "%s has no cases", path);
	}
	return check_end();
}
