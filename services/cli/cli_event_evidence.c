/* cli_event_evidence.c - what files and their destruction say in a history. */
#include "dondoc/v1/event.pb-c.h"
#include "dondoc/v1/evidence.pb-c.h"
#include "services/cli/cli_event_list.h"
#include "services/cli/cli_evidence.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>

static void add_document(enum cli_lang lang, const Dondoc__V1__Document *document,
			 struct dd_buf *out)
{
	if (!document)
		return;
	dd_buf_text(out, " [");
	cli_document_words(lang, document, out);
	dd_buf_text(out, "]");
}

static void add_order(enum cli_lang lang, uint64_t order, struct dd_buf *out)
{
	char number[24];
	const char *args[] = {number};

	snprintf(number, sizeof(number), "%" PRIu64, order);
	cli_fill(out, cli_text(lang, TEXT_SAID_ORDER), args, 1);
}

void cli_on_file_attached(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__AttachFile *said =
		((const Dondoc__V1__FileAttached *)(const void *)body)->said;

	if (!said || !said->file)
		return;
	dd_buf_text(out, said->file->name);
	if (said->later)
		cli_add_part(out, cli_text(lang, TEXT_FILE_AWAITED));
	else
		cli_add_part(out, said->file->type);
	add_document(lang, said->document, out);
}

void cli_on_file_detached(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__DetachFile *said =
		((const Dondoc__V1__FileDetached *)(const void *)body)->said;

	(void)lang;
	if (said)
		dd_buf_text(out, said->reason);
}

void cli_on_file_arrived(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__FileArrived *arrived = (const void *)body;

	(void)lang;
	dd_buf_text(out, arrived->type);
}

void cli_on_destruction_ordered(enum cli_lang lang, const ProtobufCMessage *body,
				struct dd_buf *out)
{
	const Dondoc__V1__OrderDestruction *said =
		((const Dondoc__V1__DestructionOrdered *)(const void *)body)->said;

	if (!said)
		return;
	dd_buf_text(out, said->reason);
	add_document(lang, said->document, out);
}

void cli_on_destruction_confirmed(enum cli_lang lang, const ProtobufCMessage *body,
				  struct dd_buf *out)
{
	const Dondoc__V1__ConfirmDestruction *said =
		((const Dondoc__V1__DestructionConfirmed *)(const void *)body)->said;

	if (!said)
		return;
	add_order(lang, said->order, out);
	cli_add_part(out, cli_text(lang, said->confirmed ? TEXT_ORDER_AGREED : TEXT_ORDER_REFUSED));
	cli_add_text(out, said->reason);
}

void cli_destroyed_words(enum cli_lang lang, uint64_t order, struct dd_buf *out)
{
	char number[24];
	const char *args[] = {number};

	if (order == 0) {
		dd_buf_text(out, cli_text(lang, TEXT_REDACTED));
		return;
	}
	snprintf(number, sizeof(number), "%" PRIu64, order);
	cli_fill(out, cli_text(lang, TEXT_DESTROYED_BY), args, 1);
}

void cli_on_destruction_done(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__DestructionDone *done = (const void *)body;

	add_order(lang, done->order, out);
}

/* Of the order, and of which event; the event's own line tells what it is. */
void cli_on_destruction_rest(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__DestructionRest *rest = (const void *)body;
	char number[32];

	add_order(lang, rest->order, out);
	if (!rest->rest)
		return;
	snprintf(number, sizeof(number), "%" PRIu64, rest->rest->event);
	cli_add_part(out, number);
}
