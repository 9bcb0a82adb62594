/* report_tools.h - fonts that do not depend on the machine's settings, and the programs with which
 * renderings are read back. */
#ifndef TESTS_SERVICES_REPORTING_REPORT_TOOLS_H
#define TESTS_SERVICES_REPORTING_REPORT_TOOLS_H

#include "common/base/buf.h"
#include "tests/support/harness.h"
#include "tests/support/proc.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOOL_MS 20000

/* fontconfig and pango keep what they read for good. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\nleak:libpango\nleak:libcairo\nleak:libglib\nleak:libzmq.so";
}

/* Before the first use of a font. */
static inline void pin_fonts(const char *dir)
{
	char path[600], text[900];

	snprintf(path, sizeof(path), "%s/fonts.conf", dir);
	snprintf(text, sizeof(text),
		 "<?xml version=\"1.0\"?><fontconfig><dir>/usr/share/fonts/truetype</dir>"
		 "<cachedir>%s/fonts</cachedir></fontconfig>",
		 dir);
	test_write_file(path, text, strlen(text));
	setenv("FONTCONFIG_FILE", path, 1);
}

/* What the program writes on stdout; the caller frees. NULL: there is no such program here. */
static inline char *tool(const char *dir, const char *const argv[])
{
	char path[600];
	int status = test_proc_run(dir, "tool", argv, NULL, TOOL_MS);
	char *out;

	snprintf(path, sizeof(path), "%s/tool.out", dir);
	out = status == 0 ? test_read_file(path, NULL) : NULL;
	remove(path);
	if (status != 0 && status != 127 && status != -2)
		fail_msg("%s ended with %d", argv[0], status);
	return out;
}

static inline void keep_bytes(const char *dir, const char *name, const struct dd_buf *bytes)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	test_write_file(path, bytes->data, bytes->len);
}

/* Each text stands behind the one before. */
static inline void assert_in_order(const char *text, const char *const parts[], size_t count)
{
	const char *at = text;

	for (size_t i = 0; i < count; i++) {
		at = strstr(at, parts[i]);
		if (!at)
			fail_msg("'%s' is not there, or not behind '%s'", parts[i],
				 i > 0 ? parts[i - 1] : "the beginning");
		at += strlen(parts[i]);
	}
}

static inline size_t occurrences(const char *text, const char *part)
{
	size_t found = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + strlen(part), part))
		found++;
	return found;
}

#endif
