/* cli_past.c - old and new values of each change in a task's history. */
#include "services/cli/cli_past.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "dondoc/v1/event.pb-c.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* What is known of the task before the row that is looked at. */
struct past {
	bool known;                     /* the history reaches back to where the task was added */
	Dondoc__V1__TaskFields *fields; /* owned; NULL = none */
	bool has_percent, has_step;
	uint32_t percent;
	int step;
	int32_t due_day;
	char lead[64];
};

/* 0 = cannot be told. */
static int type_of(const Dondoc__V1__HistoryRow *row)
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, row->header.len, row->header.data);
	int type = header && (!row->redacted || row->body.len > 0) ? (int)header->type : 0;

	if (header)
		dondoc__v1__event_header__free_unpacked(header, NULL);
	return type;
}

static void take_fields(struct past *past, const Dondoc__V1__TaskFields *fields)
{
	size_t len = dondoc__v1__task_fields__get_packed_size(fields);
	uint8_t *bytes = dd_alloc(len + 1);

	dondoc__v1__task_fields__pack(fields, bytes);
	if (past->fields)
		dondoc__v1__task_fields__free_unpacked(past->fields, NULL);
	past->fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);
	free(bytes);
}

static void take_added(struct past *past, const Dondoc__V1__HistoryRow *row)
{
	Dondoc__V1__TaskAdded *body =
		dondoc__v1__task_added__unpack(NULL, row->body.len, row->body.data);

	if (body && body->task) {
		take_fields(past, body->task);
		past->known = past->has_percent = past->has_step = true;
		past->due_day = body->task->due_day;
		snprintf(past->lead, sizeof(past->lead), "%s", body->task->lead_unit);
	}
	if (body)
		dondoc__v1__task_added__free_unpacked(body, NULL);
}

static void take_changed(struct past *past, const Dondoc__V1__HistoryRow *row)
{
	Dondoc__V1__TaskChanged *body =
		dondoc__v1__task_changed__unpack(NULL, row->body.len, row->body.data);

	if (body && body->task)
		take_fields(past, body->task);
	if (body)
		dondoc__v1__task_changed__free_unpacked(body, NULL);
}

static void take_report(struct past *past, const Dondoc__V1__HistoryRow *row)
{
	Dondoc__V1__ProgressReported *body =
		dondoc__v1__progress_reported__unpack(NULL, row->body.len, row->body.data);

	if (body && body->has_percent_case == DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT &&
	    !body->percent_conflicts) {
		past->percent = body->percent;
		past->has_percent = true;
	}
	if (body && body->has_step_case == DONDOC__V1__PROGRESS_REPORTED__HAS_STEP_STEP &&
	    !body->step_conflicts) {
		past->step = (int)body->step;
		past->has_step = true;
	}
	if (body)
		dondoc__v1__progress_reported__free_unpacked(body, NULL);
}

/* What is in force after a correction; NULL = the event does not say. */
static void take_progress(struct past *past, const uint32_t *percent, const int *step)
{
	if (percent) {
		past->percent = *percent;
		past->has_percent = true;
	}
	if (step) {
		past->step = *step;
		past->has_step = true;
	}
}

#define TAKE_CORRECTED(past, row, type, kind)                                                      \
	do {                                                                                       \
		Dondoc__V1__##type *said =                                                         \
			dondoc__v1__##kind##__unpack(NULL, (row)->body.len, (row)->body.data);     \
		int step = said ? (int)said->step : 0;                                             \
                                                                                                   \
		if (!said)                                                                         \
			break;                                                                     \
		take_progress((past), said->has_percent_case != 0 ? &said->percent : NULL,         \
			      said->has_step_case != 0 ? &step : NULL);                            \
		dondoc__v1__##kind##__free_unpacked(said, NULL);                                   \
	} while (0)

static void take_corrected(struct past *past, const Dondoc__V1__HistoryRow *row, int type)
{
	if (type == EVENT(CONFLICT_RESOLVED))
		TAKE_CORRECTED(past, row, ConflictResolved, conflict_resolved);
	else if (type == EVENT(ENTRY_WITHDRAWN))
		TAKE_CORRECTED(past, row, EntryWithdrawn, entry_withdrawn);
	else if (type == EVENT(UPDATE_REPLACED))
		TAKE_CORRECTED(past, row, UpdateReplaced, update_replaced);
}

static void take_extension(struct past *past, const Dondoc__V1__HistoryRow *row)
{
	Dondoc__V1__ExtensionDecided *body =
		dondoc__v1__extension_decided__unpack(NULL, row->body.len, row->body.data);

	if (body && body->granted)
		past->due_day = body->due_day;
	if (body)
		dondoc__v1__extension_decided__free_unpacked(body, NULL);
}

static void take_assigned(struct past *past, const Dondoc__V1__HistoryRow *row)
{
	Dondoc__V1__TaskAssigned *body =
		dondoc__v1__task_assigned__unpack(NULL, row->body.len, row->body.data);

	if (body)
		snprintf(past->lead, sizeof(past->lead), "%s", body->to_unit);
	if (body)
		dondoc__v1__task_assigned__free_unpacked(body, NULL);
}

static void take(struct past *past, const Dondoc__V1__HistoryRow *row)
{
	int type = type_of(row);

	switch (type) {
	case EVENT(TASK_ADDED):
		take_added(past, row);
		break;
	case EVENT(TASK_CHANGED):
		take_changed(past, row);
		break;
	case EVENT(PROGRESS_REPORTED):
		take_report(past, row);
		break;
	case EVENT(EXTENSION_DECIDED):
		take_extension(past, row);
		break;
	case EVENT(TASK_ASSIGNED):
		take_assigned(past, row);
		break;
	default:
		take_corrected(past, row, type);
		break;
	}
}

static void say(struct dd_buf *out, const char *name, const char *before, const char *after)
{
	if (strcmp(before, after) != 0)
		dd_buf_printf(out, "%s%s: %s -> %s", out->len > 0 ? "; " : "", name,
			      before[0] ? before : "-", after[0] ? after : "-");
}

static void say_day(enum cli_lang lang, struct dd_buf *out, enum cli_text name, int32_t before,
		    int32_t after)
{
	char old[CLI_DAY_TEXT], new[CLI_DAY_TEXT];

	if (before != after)
		say(out, cli_text(lang, name), before ? cli_day(lang, before, old) : "",
		    after ? cli_day(lang, after, new) : "");
}

static void say_fields(enum cli_lang lang, const Dondoc__V1__TaskFields *before,
		       const Dondoc__V1__TaskFields *after, struct dd_buf *out)
{
	say(out, cli_text(lang, TEXT_COL_CODE), before->code, after->code);
	say(out, cli_text(lang, TEXT_LABEL_CONTENT), before->content, after->content);
	say(out, cli_text(lang, TEXT_LABEL_PRODUCT), before->product, after->product);
	say(out, cli_text(lang, TEXT_LABEL_TARGET), before->target, after->target);
	say(out, cli_text(lang, TEXT_LABEL_LEAD), before->lead_unit, after->lead_unit);
	say(out, cli_text(lang, TEXT_LABEL_COORDINATING), before->coordinating_text,
	    after->coordinating_text);
	say(out, cli_text(lang, TEXT_LABEL_DIVISION), before->division, after->division);
	say(out, cli_text(lang, TEXT_LABEL_TIME_TEXT), before->time_text, after->time_text);
	say_day(lang, out, TEXT_LABEL_START, before->start_day, after->start_day);
	say_day(lang, out, TEXT_LABEL_DUE, before->due_day, after->due_day);
	say(out, cli_text(lang, TEXT_LABEL_NOTE), before->note, after->note);
}

static void say_progress(enum cli_lang lang, const struct past *before, const struct past *after,
			 struct dd_buf *out)
{
	char old[16], new[16];

	snprintf(old, sizeof(old), "%" PRIu32 "%%", before->percent);
	snprintf(new, sizeof(new), "%" PRIu32 "%%", after->percent);
	if (before->has_percent)
		say(out, cli_text(lang, TEXT_COL_PROGRESS), old, new);
	if (before->has_step && before->step != after->step)
		say(out, cli_text(lang, TEXT_LABEL_STATE), cli_name_step(lang, before->step),
		    cli_name_step(lang, after->step));
}

void cli_past_words(enum cli_lang lang, const Dondoc__V1__TaskDetail *detail, size_t at,
		    struct dd_buf *out)
{
	struct past past = {0}, before;
	struct dd_buf words = {0};
	Dondoc__V1__TaskFields *fields;

	for (size_t i = detail->n_history; i > at + 1; i--)
		take(&past, detail->history[i - 1]);
	before = past;
	past.fields = NULL;
	take(&past, detail->history[at]);
	fields = past.fields;
	if (before.fields && fields)
		say_fields(lang, before.fields, fields, &words);
	say_progress(lang, &before, &past, &words);
	if (before.known && !fields)
		say_day(lang, &words, TEXT_LABEL_DUE, before.due_day, past.due_day);
	if (before.known && !fields)
		say(&words, cli_text(lang, TEXT_LABEL_LEAD), before.lead, past.lead);
	if (words.len > 0)
		dd_buf_text(out, dd_buf_cstr(&words));
	if (fields)
		dondoc__v1__task_fields__free_unpacked(fields, NULL);
	if (before.fields)
		dondoc__v1__task_fields__free_unpacked(before.fields, NULL);
	dd_buf_fini(&words);
}
