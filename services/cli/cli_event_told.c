/* cli_event_told.c - what was told by hand, in a history. */
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event_list.h"

void cli_on_told_by_hand(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__RecordTold *said =
		((const Dondoc__V1__ToldByHand *)(const void *)body)->said;

	(void)lang;
	if (!said)
		return;
	dd_buf_printf(out, "%s, %s, #%zu", said->unit, said->way, said->n_tasks);
	if (said->group[0] != '\0')
		cli_add_part(out, said->group);
	cli_add_text(out, said->note);
}
