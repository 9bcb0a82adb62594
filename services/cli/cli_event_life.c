/* cli_event_life.c - what happened to a task beside its daily work, in words. */
#include "dondoc/v1/event.pb-c.h"
#include "dondoc/v1/lifecycle.pb-c.h"
#include "services/cli/cli_event_list.h"
#include "services/cli/cli_life.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>

/* Every event here holds what was said; one without it has nothing to tell. */
#define SAID(type, body) (((const Dondoc__V1__##type *)(body))->said)

static void add_document(enum cli_lang lang, const Dondoc__V1__Document *document,
			 struct dd_buf *out)
{
	struct dd_buf words = {0};

	cli_document_words(lang, document, &words);
	if (words.len > 0)
		dd_buf_printf(out, "%s[%s]", out->len > 0 ? " " : "", dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void add_move(struct dd_buf *out, const char *from, const char *to)
{
	dd_buf_printf(out, "%s%s \xe2\x86\x92 %s", out->len > 0 ? ", " : "", from, to);
}

static void add_until(enum cli_lang lang, enum cli_text text, int32_t day, struct dd_buf *out)
{
	char words[CLI_DAY_TEXT];
	const char *args[] = {cli_day(lang, day, words)};

	if (day == 0)
		return;
	dd_buf_text(out, out->len > 0 ? ", " : "");
	cli_fill(out, cli_text(lang, text), args, 1);
}

static void add_days(enum cli_lang lang, enum cli_text text, uint32_t days, struct dd_buf *out)
{
	char number[16];
	const char *args[] = {number};

	if (days == 0)
		return;
	snprintf(number, sizeof(number), "%" PRIu32, days);
	dd_buf_text(out, out->len > 0 ? ", " : "");
	cli_fill(out, cli_text(lang, text), args, 1);
}

static void add_agreed(enum cli_lang lang, bool granted, struct dd_buf *out)
{
	dd_buf_text(out, cli_text(lang, granted ? TEXT_EVENT_AGREED : TEXT_EVENT_NOT_AGREED));
}

/* --- receipt, refusal, transfer ----------------------------------------------------------------
 */

void cli_on_task_received(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__ReceiveTask *said = SAID(TaskReceived, body);

	(void)lang;
	cli_add_text(out, said ? said->note : "");
}

void cli_on_refusal_requested(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__RequestRefusal *said = SAID(RefusalRequested, body);

	if (!said)
		return;
	if (said->proposed_unit[0])
		dd_buf_printf(out, "\xe2\x86\x92 %s", said->proposed_unit);
	cli_add_text(out, said->reason);
	add_document(lang, said->basis, out);
}

void cli_on_refusal_decided(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__RefusalDecided *event = (const Dondoc__V1__RefusalDecided *)body;
	const Dondoc__V1__DecideRefusal *said = event->said;

	if (!said)
		return;
	add_agreed(lang, said->granted, out);
	if (said->granted)
		add_move(out, event->from_unit, said->to_unit);
	cli_add_text(out, said->reason);
	add_document(lang, said->document, out);
}

void cli_on_transfer_requested(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__RequestTransfer *said = SAID(TransferRequested, body);

	if (!said)
		return;
	dd_buf_printf(out, "\xe2\x86\x92 %s", said->to_unit);
	cli_add_text(out, said->reason);
	add_document(lang, said->basis, out);
}

void cli_on_transfer_decided(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__TransferDecided *event = (const Dondoc__V1__TransferDecided *)body;
	const Dondoc__V1__DecideTransfer *said = event->said;

	if (!said)
		return;
	add_agreed(lang, said->granted, out);
	if (said->granted)
		add_move(out, event->from_unit, said->to_unit);
	cli_add_text(out, said->reason);
	add_document(lang, said->document, out);
}

/* --- pause, end, within the unit ----------------------------------------------------------------
 */

void cli_on_task_paused(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__PauseTask *said = SAID(TaskPaused, body);

	if (!said)
		return;
	add_until(lang, TEXT_EVENT_UNTIL, said->until_day, out);
	cli_add_text(out, said->reason);
	add_document(lang, said->document, out);
}

void cli_on_task_resumed(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__TaskResumed *event = (const Dondoc__V1__TaskResumed *)body;

	if (!event->said)
		return;
	add_days(lang, TEXT_EVENT_PAUSED_DAYS, event->paused_days, out);
	add_until(lang, TEXT_EVENT_NEW_DUE, event->due_day, out);
	cli_add_text(out, event->said->reason);
	add_document(lang, event->said->document, out);
}

void cli_on_task_cancelled(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__CancelTask *said = SAID(TaskCancelled, body);

	if (!said)
		return;
	cli_add_text(out, said->reason);
	add_document(lang, said->document, out);
}

void cli_on_task_removed(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__RemoveTask *said = SAID(TaskRemoved, body);

	if (!said)
		return;
	cli_add_text(out, said->reason);
	add_document(lang, said->document, out);
}

void cli_on_task_passed_on(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__PassOn *said = SAID(TaskPassedOn, body);

	if (!said)
		return;
	dd_buf_text(out, said->division[0] ? said->division : cli_text(lang, TEXT_EVENT_TO_ITSELF));
	add_until(lang, TEXT_EVENT_UNTIL, said->internal_due_day, out);
	cli_add_text(out, said->note);
}

void cli_add_filler(enum cli_lang lang, const char *filled_by, struct dd_buf *out)
{
	if (filled_by[0])
		dd_buf_printf(out, "%s(%s: %s)", out->len > 0 ? " " : "",
			      cli_text(lang, TEXT_EVENT_FILLED_BY), filled_by);
}

void cli_on_unchanged_reported(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	cli_add_text(out, ((const Dondoc__V1__UnchangedReported *)body)->note);
	cli_add_filler(lang, ((const Dondoc__V1__UnchangedReported *)body)->filled_by, out);
}

void cli_on_product_reported(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__ReportProduct *said = SAID(ProductReported, body);
	char number[16];
	const char *args[2] = {number, ""};

	if (!said)
		return;
	snprintf(number, sizeof(number), "%" PRIu32, said->product);
	args[1] = cli_name_product(lang, (int)said->state);
	cli_fill(out, cli_text(lang, TEXT_EVENT_PRODUCT), args, 2);
	cli_add_text(out, said->note);
	add_document(lang, said->evidence, out);
}

/* --- lateness, questions, comments ---------------------------------------------------------------
 */

void cli_on_delay_explained(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__ExplainDelay *said = SAID(DelayExplained, body);
	const char *cause = ((const Dondoc__V1__DelayExplained *)body)->cause_text;
	char from[CLI_DAY_TEXT], to[CLI_DAY_TEXT];

	if (!said)
		return;
	dd_buf_printf(out, "%s \xe2\x80\x93 %s", cli_day(lang, said->from_day, from),
		      cli_day(lang, said->to_day, to));
	if (cause[0])
		cli_add_part(out, cause);
	if (said->waited_for[0])
		cli_add_part(out, said->waited_for);
	cli_add_text(out, said->facts);
	add_document(lang, said->document, out);
}

void cli_on_explanation_decided(enum cli_lang lang, const ProtobufCMessage *body,
				struct dd_buf *out)
{
	const Dondoc__V1__DecideExplanation *said = SAID(ExplanationDecided, body);

	if (!said)
		return;
	dd_buf_text(out,
		    cli_text(lang, said->accepted ? TEXT_EVENT_ACCEPTED : TEXT_EVENT_NOT_ACCEPTED));
	cli_add_text(out, said->reason);
	add_document(lang, said->document, out);
}

void cli_on_unit_asked(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__AskUnit *said = SAID(UnitAsked, body);

	if (!said)
		return;
	dd_buf_text(out, said->unit);
	add_until(lang, TEXT_EVENT_UNTIL, said->due_day, out);
	cli_add_text(out, said->what);
	add_document(lang, said->document, out);
}

void cli_on_ask_answered(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__AskAnswered *event = (const Dondoc__V1__AskAnswered *)body;

	if (!event->said)
		return;
	dd_buf_printf(out, "#%" PRIu64, event->said->ask);
	add_days(lang, TEXT_EVENT_LATE_DAYS, event->days_late, out);
	cli_add_text(out, event->said->note);
	add_document(lang, event->said->document, out);
}

void cli_on_ask_closed(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__AskClosed *event = (const Dondoc__V1__AskClosed *)body;
	enum cli_text how = TEXT_EVENT_ASK_DONE;

	if (!event->said)
		return;
	if (event->state == DONDOC__V1__ASK_STATE__ASK_OPEN)
		how = TEXT_EVENT_ASK_AGAIN;
	else if (event->state == DONDOC__V1__ASK_STATE__ASK_WITHDRAWN)
		how = TEXT_EVENT_ASK_TAKEN_BACK;
	dd_buf_printf(out, "#%" PRIu64 ", %s", event->said->ask, cli_text(lang, how));
	cli_add_text(out, event->said->reason);
}

void cli_on_commented(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__Comment *said = SAID(Commented, body);

	(void)lang;
	cli_add_text(out, said ? said->text : "");
}

const char *cli_name_product(enum cli_lang lang, int state)
{
	/* By ProductState. */
	static const enum cli_text names[] = {TEXT_PRODUCT_OPEN, TEXT_PRODUCT_DRAFTED,
					      TEXT_PRODUCT_DELIVERED, TEXT_PRODUCT_ACCEPTED,
					      TEXT_PRODUCT_RETURNED};

	return state >= 0 && (size_t)state < sizeof(names) / sizeof(names[0])
		       ? cli_text(lang, names[state])
		       : "?";
}
