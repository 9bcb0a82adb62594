/* cli_event_superior.c - what was decided about a report to a superior, in a history. */
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event_list.h"
#include "services/cli/cli_superior.h"

void cli_on_digest_released(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__DigestReleased *event =
		(const Dondoc__V1__DigestReleased *)(const void *)body;

	if (!event->said)
		return;
	dd_buf_text(out, cli_release_words(lang, (int)event->said->action, event->by_time));
	cli_add_text(out, event->said->reason);
}
