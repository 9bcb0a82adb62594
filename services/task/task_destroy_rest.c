/* task_destroy_rest.c - see task_destroy.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/view/view_evidence.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include "common/view/view_unit.h"
#include "services/task/task_destroy.h"

#define CODE(name)  DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name
#define REST(name)  DONDOC__V1__DESTROYED_REST__WHAT_##name

/* --- may it go ------------------------------------------------------------------------------- */

static bool ask_waits(const struct task_case *c, uint64_t task, uint64_t number)
{
	struct view_ask ask;

	return view_ask_get(c->view, true, task, number, &ask) == DD_OK &&
	       ask.state < DONDOC__V1__ASK_STATE__ASK_CLOSED;
}

static bool answer_waits(const struct task_case *c, const struct task_words *words)
{
	Dondoc__V1__AskAnswered *event =
		dondoc__v1__ask_answered__unpack(NULL, words->body_len, words->body);
	bool waits = event != NULL && event->said != NULL &&
		     ask_waits(c, words->header->subject, event->said->ask);

	dondoc__v1__ask_answered__free_unpacked(event, NULL);
	return waits;
}

static bool request_waits(const struct task_case *c, uint64_t sequence)
{
	struct view_request request;

	return view_request_get(c->view, true, sequence, &request) == DD_OK &&
	       request.closed_by == 0;
}

static bool outgoing_waits(const struct task_case *c, uint64_t sequence)
{
	struct view_held held;
	const uint8_t *bytes;
	size_t len;

	return view_held(c->view, true, sequence, &held, &bytes, &len) == DD_OK &&
	       held.decided_by == 0;
}

/* What somebody has still to decide or to answer must be readable until then. */
static const char *waits_as(const struct task_case *c, const struct task_words *words)
{
	switch ((int)words->header->type) {
	case EVENT(DELAY_EXPLAINED):
		return request_waits(c, words->sequence) ? "explanation" : NULL;
	case EVENT(UNIT_ASKED):
		return ask_waits(c, words->header->subject, words->sequence) ? "ask" : NULL;
	case EVENT(ASK_ANSWERED):
		return answer_waits(c, words) ? "ask" : NULL;
	case EVENT(OUTGOING_HELD):
		return outgoing_waits(c, words->sequence) ? "outgoing" : NULL;
	default: /* a report's values may wait as well */
		return request_waits(c, words->sequence) ? "request" : NULL;
	}
}

/* What the service itself was refused holds numbers, and no words of anybody. */
static bool is_services_own(const Dondoc__V1__EventHeader *header)
{
	return strcmp(header->principal, dd_principal_class_name(DD_PRINCIPAL_TASK)) == 0;
}

/* In a group an event takes effect with its end, for which its body is kept aside: what stays of it
 * then must lie in the log. */
static bool group_over(const struct task_case *c, enum view_redact how, uint64_t group)
{
	struct view_group found;

	return how == VIEW_REDACT_WORDS && view_group_find(c->view, true, group, &found) == DD_OK &&
	       found.last != 0;
}

static bool is_text(Dondoc__V1__EventType type)
{
	return type == EVENT(TASK_ADDED) || type == EVENT(TASK_CHANGED);
}

bool task_words_may_go(const struct task_case *c, const struct task_words *words,
		       struct task_outcome *out)
{
	bool attached = words->header->type == EVENT(FILE_ATTACHED);
	enum view_redact how = view_redactable(words->header->type);
	bool may = how != VIEW_REDACT_NO && !is_services_own(words->header) &&
		   (words->header->group == 0 || group_over(c, how, words->header->group));
	const char *waits;
	char number[32];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)words->sequence);
	if (attached || !may) {
		task_refuse(out, CODE(RANGE), "events", number,
			    attached ? "order the destruction of its file"
				     : "updates, requests, comments, explanations, questions, "
				       "answers, refusals, former texts of tasks and texts of "
				       "removed tasks");
		return false;
	}
	if (is_text(words->header->type) && words->replaced_by == 0) {
		task_refuse(out, CODE(RANGE), "events", number,
			    "the text is in force: correct or remove the task first");
		return false;
	}
	waits = waits_as(c, words);
	if (waits == NULL)
		return true;
	task_refuse(out, CODE(PENDING), waits, number, NULL);
	return false;
}

/* --- what stays ------------------------------------------------------------------------------ */

static void drop_text(char **text)
{
	if (*text != protobuf_c_empty_string)
		free(*text);
	*text = (char *)protobuf_c_empty_string;
}

static void drop_document(Dondoc__V1__Document **document)
{
	dondoc__v1__document__free_unpacked(*document, NULL);
	*document = NULL;
}

static bool rest_of_explained(Dondoc__V1__DestroyedRest *rest, const struct task_words *words)
{
	Dondoc__V1__DelayExplained *event =
		dondoc__v1__delay_explained__unpack(NULL, words->body_len, words->body);

	rest->what_case = REST(EXPLAINED);
	rest->explained = event;
	if (event == NULL || event->said == NULL)
		return false;
	drop_text(&event->said->facts);
	drop_document(&event->said->document);
	return true;
}

static bool rest_of_asked(Dondoc__V1__DestroyedRest *rest, const struct task_words *words)
{
	Dondoc__V1__UnitAsked *event =
		dondoc__v1__unit_asked__unpack(NULL, words->body_len, words->body);

	rest->what_case = REST(ASKED);
	rest->asked = event;
	if (event == NULL || event->said == NULL)
		return false;
	drop_text(&event->said->what);
	drop_document(&event->said->document);
	return true;
}

static bool rest_of_answered(Dondoc__V1__DestroyedRest *rest, const struct task_words *words)
{
	Dondoc__V1__AskAnswered *event =
		dondoc__v1__ask_answered__unpack(NULL, words->body_len, words->body);

	rest->what_case = REST(ANSWERED);
	rest->answered = event;
	if (event == NULL || event->said == NULL)
		return false;
	drop_text(&event->said->note);
	drop_document(&event->said->document);
	return true;
}

static bool rest_of_commented(Dondoc__V1__DestroyedRest *rest, const struct task_words *words)
{
	Dondoc__V1__Commented *event =
		dondoc__v1__commented__unpack(NULL, words->body_len, words->body);

	rest->what_case = REST(COMMENTED);
	rest->commented = event;
	if (event == NULL || event->said == NULL)
		return false;
	drop_text(&event->said->text);
	return true;
}

static bool rest_of_held(Dondoc__V1__DestroyedRest *rest, const struct task_words *words)
{
	Dondoc__V1__OutgoingHeld *event =
		dondoc__v1__outgoing_held__unpack(NULL, words->body_len, words->body);

	rest->what_case = REST(HELD);
	rest->held = event;
	if (event == NULL)
		return false;
	free(event->body.data);
	event->body = (ProtobufCBinaryData){.len = 0};
	return true;
}

Dondoc__V1__DestroyedRest *task_words_rest(const struct task_words *words)
{
	Dondoc__V1__DestroyedRest *rest = dd_alloc(sizeof(*rest));
	bool some = false;

	dondoc__v1__destroyed_rest__init(rest);
	rest->event = words->sequence;
	switch ((int)words->header->type) {
	case EVENT(DELAY_EXPLAINED):
		some = rest_of_explained(rest, words);
		break;
	case EVENT(UNIT_ASKED):
		some = rest_of_asked(rest, words);
		break;
	case EVENT(ASK_ANSWERED):
		some = rest_of_answered(rest, words);
		break;
	case EVENT(COMMENTED):
		some = rest_of_commented(rest, words);
		break;
	case EVENT(OUTGOING_HELD):
		some = rest_of_held(rest, words);
		break;
	default:
		some = view_redactable(words->header->type) == VIEW_REDACT_WORDS &&
		       task_words_body(words, rest);
		break;
	}
	if (some)
		return rest;
	dondoc__v1__destroyed_rest__free_unpacked(rest, NULL);
	return NULL;
}

/* --- the same words elsewhere ----------------------------------------------------------------- */

static uint64_t held_in(const struct dd_record *record)
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	Dondoc__V1__OutgoingDecided *decided = NULL;
	uint64_t held = 0;

	if (header != NULL && header->type == EVENT(OUTGOING_DECIDED) &&
	    record->kind == DD_RECORD_FULL)
		decided =
			dondoc__v1__outgoing_decided__unpack(NULL, record->body_len, record->body);
	if (decided != NULL && decided->said != NULL)
		held = decided->said->held;
	dondoc__v1__outgoing_decided__free_unpacked(decided, NULL);
	dondoc__v1__event_header__free_unpacked(header, NULL);
	return held;
}

/* The head's decision is the first event of the command that let it go. */
uint64_t task_words_held(const struct task_case *c, const struct task_words *words)
{
	const Dondoc__V1__Cause *cause = words->header->cause;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;
	uint64_t held = 0;

	if (cause == NULL || cause->index == 0 || cause->index >= words->sequence)
		return 0;
	if (dd_eventlog_get(c->log, words->sequence - cause->index, &frame, &record, &err) == DD_OK)
		held = held_in(&record);
	dd_buf_fini(&frame);
	return held;
}
