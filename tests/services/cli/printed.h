/* printed.h - a struct cli without a service, and what the printing functions wrote. */
#ifndef TESTS_SERVICES_CLI_PRINTED_H
#define TESTS_SERVICES_CLI_PRINTED_H

#include "services/cli/cli.h"
#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

struct printed {
	struct cli cli;
	char *out;      /* owned; complete after printed_end */
	char *problems; /* owned */
	size_t out_len;
	size_t problems_len;
};

static inline void printed_begin(struct printed *printed, enum cli_lang lang,
				 enum cli_format format)
{
	*printed = (struct printed){0};
	printed->cli.lang = lang;
	printed->cli.format = format;
	printed->cli.out = open_memstream(&printed->out, &printed->out_len);
	printed->cli.problems = open_memstream(&printed->problems, &printed->problems_len);
}

static inline void printed_end(struct printed *printed)
{
	fclose(printed->cli.out);
	fclose(printed->cli.problems);
}

static inline void printed_fini(struct printed *printed)
{
	free(printed->out);
	free(printed->problems);
}

/* The rest of a test's line: the whole output is this. */
static inline void printed_is(struct printed *printed, const char *out, const char *problems)
{
	printed_end(printed);
	assert_string_equal(printed->out, out);
	assert_string_equal(printed->problems, problems);
	printed_fini(printed);
}

#endif
