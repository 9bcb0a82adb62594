/* cli_codes.h - codes of tasks by their ids: messages about reminders hold ids only, people know
 * codes. */
#ifndef DD_SERVICES_CLI_CODES_H
#define DD_SERVICES_CLI_CODES_H

#include "common/base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli;

struct cli_code {
	uint64_t id;
	char *code; /* owned; NULL = not known */
};

/* {0} is an empty one. */
struct cli_codes {
	struct cli_code *items; /* owned; by id once fetched */
	size_t len;
	size_t cap;
};

/* Ids may come more than once. */
void cli_codes_add(struct cli_codes *codes, uint64_t id);
/* Ask the service that is connected for all that were added; "PLAN/code", or the code alone without
 * `with_plan`. What it does not know stays an id; if it does not answer, that is told once. */
void cli_codes_fetch(struct cli *cli, struct cli_codes *codes, bool with_plan);
void cli_codes_fini(struct cli_codes *codes);

/* Append the task's code, or "#57": both are words for a task on the command line. */
void cli_code_words(const struct cli_codes *codes, uint64_t id, struct dd_buf *out);

#endif
