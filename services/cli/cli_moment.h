/* cli_moment.h - questions about a plan at one moment or between two, answered in pages. */
#ifndef DD_SERVICES_CLI_MOMENT_H
#define DD_SERVICES_CLI_MOMENT_H

#include "services/cli/cli_list.h"
#include "services/cli/cli_table.h"
#include <inttypes.h>
#include <stdio.h>

#define CLI_PAGE 500u

/* `mark` is where the next page goes on. */
struct cli_paging {
	struct cli_table *table;  /* NULL for JSON */
	ProtobufCBinaryData mark; /* owned */
	uint64_t from, to;
	uint32_t rows;
};

/* Keep where the page that was read ended; an empty mark = there is no more. */
void cli_go_on_behind(struct cli_paging *paging, const ProtobufCBinaryData *next);
/* One page of a difference, behind the last; the paging goes on. Caller frees the reply. An exit
 * code; 0 = there is one. */
int cli_ask_diff(struct cli *cli, Dondoc__V1__DiffPlan *ask, struct cli_paging *paging,
		 Dondoc__V1__Reply **reply_out);
/* The moment that the command's word number `word` names; now if there is none. */
int cli_read_moment(const struct cli *cli, int word, Dondoc__V1__PlanMoment *moment_out);

static inline void cli_say_number(char text[24], uint64_t number)
{
	snprintf(text, 24, "%" PRIu64, number);
}

#endif
