/* cli_moment.c - see cli_moment.h. */
#include "services/cli/cli_moment.h"
#include "common/base/alloc.h"
#include "services/cli/cli_talk.h"
#include <stdlib.h>

void cli_go_on_behind(struct cli_paging *paging, const ProtobufCBinaryData *next)
{
	free(paging->mark.data);
	paging->mark = (ProtobufCBinaryData){0};
	if (next->len == 0)
		return;
	paging->mark.data = dd_memdup(next->data, next->len);
	paging->mark.len = next->len;
}

int cli_read_moment(const struct cli *cli, int word, Dondoc__V1__PlanMoment *moment_out)
{
	const char *text = cli_word(cli, word);

	if (cli_parse_moment(text ? text : "now", moment_out) == 0)
		return 0;
	return cli_misused(cli, TEXT_BAD_VALUE, "MOMENT", text, NULL);
}
