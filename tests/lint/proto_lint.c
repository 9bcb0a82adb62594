/* proto_lint.c - checks our messages: proto-lint check DESCRIPTORS RELEASED, or
 * proto-lint print DESCRIPTORS, whose output becomes RELEASED at a release. */
#include "common/base/file.h"
#include "tests/lint/proto_rules.h"
#include <stdio.h>
#include <string.h>

#define MAX_BYTES ((size_t)16 * 1024 * 1024)

static int read_set(const char *path, struct lint_set *set, struct dd_error *err)
{
	struct dd_buf data = {0};
	int rc = dd_file_read(path, MAX_BYTES, &data, err);

	if (rc == 0)
		rc = lint_set_read(data.data, data.len, set, err);
	dd_buf_fini(&data);
	return rc;
}

static size_t check(const struct lint_set *set, const char *released)
{
	struct dd_buf out = {0};
	size_t faults = lint_rules(set, &out) + lint_released(set, released, &out);

	fputs(dd_buf_cstr(&out), stdout);
	printf("%zu messages, %zu enums, %zu faults\n", set->message_count, set->enum_count,
	       faults);
	dd_buf_fini(&out);
	return faults;
}

static void print(const struct lint_set *set)
{
	struct dd_buf out = {0};

	lint_print(set, &out);
	fputs(dd_buf_cstr(&out), stdout);
	dd_buf_fini(&out);
}

int main(int argc, char **argv)
{
	struct lint_set set = {0};
	struct dd_buf released = {0};
	struct dd_error err = {0};
	size_t faults = 0;
	int rc = DD_ERR_INVALID;

	if (argc == 3 && strcmp(argv[1], "print") == 0) {
		rc = read_set(argv[2], &set, &err);
		if (rc == 0)
			print(&set);
	} else if (argc == 4 && strcmp(argv[1], "check") == 0) {
		rc = dd_file_read(argv[3], MAX_BYTES, &released, &err);
		if (rc == 0)
			rc = read_set(argv[2], &set, &err);
		if (rc == 0)
			faults = check(&set, dd_buf_cstr(&released));
	} else {
		dd_fail(&err, rc,
			"usage: proto-lint check DESCRIPTORS RELEASED | print DESCRIPTORS");
	}
	if (rc != 0)
		fprintf(stderr, "proto-lint: %s\n", err.text);
	lint_set_fini(&set);
	dd_buf_fini(&released);
	return rc != 0 ? 2 : faults > 0;
}
