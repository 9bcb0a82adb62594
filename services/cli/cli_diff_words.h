/* cli_diff_words.h - what differs between two moments of a task, in the user's language. */
#ifndef DD_SERVICES_CLI_DIFF_WORDS_H
#define DD_SERVICES_CLI_DIFF_WORDS_H

#include "common/base/buf.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/cli/cli_text.h"
#include <stdbool.h>

/* "products[2].text" as "Sản phẩm 2, nội dung". What has no name in the table keeps its own. */
void cli_diff_name(enum cli_lang lang, const char *name, struct dd_buf *out);
/* The value of such a field: days, states, steps, yes and no, minutes of a day as people say them.
 */
void cli_diff_value(enum cli_lang lang, const char *name, const char *value, struct dd_buf *out);
/* Bits that say nothing to people. */
bool cli_diff_for_people(const char *name);

#endif
