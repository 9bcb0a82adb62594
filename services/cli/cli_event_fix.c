/* cli_event_fix.c - what a correction says in a task's history. */
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_event_list.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

static void add_number(enum cli_lang lang, enum cli_text text, uint64_t number, struct dd_buf *out)
{
	char digits[32];
	const char *args[] = {digits};

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	cli_fill(out, cli_text(lang, text), args, 1);
}

static void add_document(enum cli_lang lang, const Dondoc__V1__Document *document,
			 struct dd_buf *out)
{
	if (!document)
		return;
	dd_buf_text(out, " [");
	cli_document_words(lang, document, out);
	dd_buf_text(out, "]");
}

static void add_percent(bool there, uint32_t percent, struct dd_buf *out)
{
	if (there)
		dd_buf_printf(out, ", %" PRIu32 "%%", percent);
}

static void add_step(enum cli_lang lang, bool there, int step, struct dd_buf *out)
{
	if (there)
		cli_add_part(out, cli_name_step(lang, step));
}

void cli_on_entry_withdrawn(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__EntryWithdrawn *event = (const Dondoc__V1__EntryWithdrawn *)body;

	if (!event->said)
		return;
	add_number(lang, TEXT_EVENT_ENTRY, event->said->entry, out);
	add_percent(event->has_percent_case == DONDOC__V1__ENTRY_WITHDRAWN__HAS_PERCENT_PERCENT,
		    event->percent, out);
	add_step(lang, event->has_step_case == DONDOC__V1__ENTRY_WITHDRAWN__HAS_STEP_STEP,
		 (int)event->step, out);
	cli_add_text(out, event->said->reason);
}

void cli_on_update_replaced(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__UpdateReplaced *event = (const Dondoc__V1__UpdateReplaced *)body;

	if (!event->said)
		return;
	add_number(lang, TEXT_EVENT_ENTRY, event->said->entry, out);
	add_percent(event->has_percent_case == DONDOC__V1__UPDATE_REPLACED__HAS_PERCENT_PERCENT,
		    event->percent, out);
	add_step(lang, event->has_step_case == DONDOC__V1__UPDATE_REPLACED__HAS_STEP_STEP,
		 (int)event->step, out);
	cli_add_text(out, event->said->note);
	if (event->said->reason[0])
		dd_buf_printf(out, " (%s)", event->said->reason);
}

/* Which decision, and how the task stands again. */
void cli_on_decision_taken_back(enum cli_lang lang, const ProtobufCMessage *body,
				struct dd_buf *out)
{
	const Dondoc__V1__DecisionTakenBack *event = (const Dondoc__V1__DecisionTakenBack *)body;
	char day[CLI_DAY_TEXT];

	if (!event->said)
		return;
	add_number(lang, TEXT_EVENT_DECISION, event->said->decision, out);
	dd_buf_printf(out, " (%s): %s", cli_name_event(lang, (int)event->event_type),
		      cli_name_state(lang, (int)event->state));
	if (event->due_day)
		cli_add_part(out, cli_day(lang, event->due_day, day));
	cli_add_part(out, event->lead_unit);
	if (event->undo)
		cli_add_part(out, cli_text(lang, TEXT_EVENT_UNDONE_AT_ONCE));
	cli_add_text(out, event->said->reason);
	add_document(lang, event->said->document, out);
}

void cli_on_group_undone(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__GroupUndone *event = (const Dondoc__V1__GroupUndone *)body;
	char group[32], tasks[16], left[16];
	const char *args[] = {group, tasks, left};

	if (!event->said)
		return;
	snprintf(group, sizeof(group), "%" PRIu64, event->said->group);
	snprintf(tasks, sizeof(tasks), "%" PRIu32, event->tasks);
	snprintf(left, sizeof(left), "%" PRIu32, event->left);
	cli_fill(out, cli_text(lang, TEXT_EVENT_GROUP_UNDONE), args, 3);
	cli_add_text(out, event->said->reason);
	add_document(lang, event->said->document, out);
}

void cli_on_conflict_resolved(enum cli_lang lang, const ProtobufCMessage *body, struct dd_buf *out)
{
	const Dondoc__V1__ConflictResolved *event = (const Dondoc__V1__ConflictResolved *)body;

	if (!event->said)
		return;
	add_number(lang, TEXT_EVENT_ENTRY, event->said->entry, out);
	cli_add_part(out, cli_text(lang, event->said->take ? TEXT_EVENT_TAKEN : TEXT_EVENT_KEPT));
	add_percent(event->has_percent_case == DONDOC__V1__CONFLICT_RESOLVED__HAS_PERCENT_PERCENT,
		    event->percent, out);
	add_step(lang, event->has_step_case == DONDOC__V1__CONFLICT_RESOLVED__HAS_STEP_STEP,
		 (int)event->step, out);
	cli_add_text(out, event->said->reason);
}
