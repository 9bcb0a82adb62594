/* cli_past.h - what a change replaced: found among the older rows of the same history. */
#ifndef DD_SERVICES_CLI_PAST_H
#define DD_SERVICES_CLI_PAST_H

#include "common/base/buf.h"
#include "services/cli/cli.h"

/* Append "field: old -> new" for what row `at` of the history (newest first) changed, one after the
 * other with "; " between. Nothing where the older rows are not there to tell. */
void cli_past_words(enum cli_lang lang, const Dondoc__V1__TaskDetail *detail, size_t at,
		    struct dd_buf *out);

#endif
