/* tmpdir.c - folders and files of tests, straight from libc: the code under test may be failing. */
#include "tests/support/tmpdir.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void die(const char *what, const char *path)
{
	fprintf(stderr, "test support: %s %s: ", what, path);
	perror(NULL);
	abort();
}

char *test_tmpdir(void)
{
	const char *base = getenv("TMPDIR");
	char *dir = NULL;

	if (base == NULL || *base == '\0')
		base = "/tmp";
	if (asprintf(&dir, "%s/dondoc-test-XXXXXX", base) < 0 || mkdtemp(dir) == NULL)
		die("cannot make a folder in", base);
	return dir;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)type;
	(void)place;
	return remove(path);
}

/* A test may have taken the right to look into a folder away; ours it is all the same. */
static int open_up(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)st;
	(void)place;
	if (type == FTW_DNR || type == FTW_D)
		chmod(path, 0700);
	return 0;
}

void test_tmpdir_end(char *dir)
{
	if (dir == NULL)
		return;
	nftw(dir, open_up, 16, FTW_PHYS);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(dir);
}

char *test_read_file(const char *path, unsigned long *len_out)
{
	FILE *file = fopen(path, "rb");
	size_t cap = 65536;
	size_t len = 0;
	char *text;
	size_t got;

	if (file == NULL)
		return NULL;
	text = malloc(cap + 1);
	while (text != NULL && (got = fread(text + len, 1, cap - len, file)) > 0) {
		len += got;
		if (len == cap) {
			cap *= 2;
			text = realloc(text, cap + 1);
		}
	}
	if (text == NULL || ferror(file))
		die("cannot read", path);
	fclose(file);
	text[len] = '\0';
	if (len_out != NULL)
		*len_out = len;
	return text;
}

void test_write_file(const char *path, const void *data, unsigned long len)
{
	FILE *file = fopen(path, "wb");

	if (file == NULL || fwrite(data, 1, len, file) != len || fclose(file) != 0)
		die("cannot write", path);
}
