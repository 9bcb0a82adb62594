/* task_life.c - see task_life.h. */
#include "services/task/task_life.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/view/view_evidence.h"
#include "services/task/task_policy.h"

int32_t task_today(const struct task_case *c)
{
	return dd_day_of(c->record_us);
}

const char *task_acting_unit(const struct task_case *c)
{
	return c->body->actor != NULL ? c->body->actor->unit : "";
}

void task_say(struct task_outcome *out, Dondoc__V1__EventType type, const char *other_unit,
	      const ProtobufCMessage *message)
{
	task_effect_add(out, type, out->subject, out->unit, other_unit, message);
}

bool task_note_fits(struct task_outcome *out, const char *field, const char *note)
{
	char limit[32];

	if (strlen(note) <= TASK_NOTE_MAX)
		return true;
	snprintf(limit, sizeof(limit), "%u", TASK_NOTE_MAX);
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, field, limit, NULL);
	return false;
}

bool task_document_given(struct task_outcome *out, const char *field,
			 const Dondoc__V1__Document *document)
{
	if (task_document_named(document))
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, field, NULL, NULL);
	return false;
}

bool task_unit_lives(const struct task_case *c, const char *code, struct task_outcome *out)
{
	struct view_unit unit;
	char day[DD_DAY_TEXT];

	if (view_unit(c->view, true, code, &unit) != DD_OK) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNKNOWN_UNIT, code, NULL, NULL);
		return false;
	}
	if (unit.valid_until == 0 || task_today(c) <= unit.valid_until)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNIT_CLOSED, code,
		    dd_day_iso(unit.valid_until, day), NULL);
	return false;
}

bool task_day_within(struct task_outcome *out, const char *field, int32_t day, int32_t from,
		     int32_t to)
{
	char value[DD_DAY_TEXT], first[DD_DAY_TEXT], last[DD_DAY_TEXT];
	char range[2 * DD_DAY_TEXT + 4];

	if (day >= from && (to == 0 || day <= to))
		return true;
	snprintf(range, sizeof(range), "%s..%s", dd_day_iso(from, first),
		 to != 0 ? dd_day_iso(to, last) : "");
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, field, dd_day_iso(day, value),
		    range);
	return false;
}

bool task_other_pending(struct task_outcome *out, Dondoc__V1__RequestKind kind, uint64_t named)
{
	const struct view_task *task = &out->task;

	if (task->pending_other != 0 && task->pending_other_kind == (uint8_t)kind &&
	    (named == 0 || named == task->pending_other))
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NO_REQUEST, NULL, NULL, NULL);
	return false;
}

static const char *other_name(uint8_t kind)
{
	switch (kind) {
	case DONDOC__V1__REQUEST_KIND__REQUEST_REFUSAL:
		return "refusal";
	case DONDOC__V1__REQUEST_KIND__REQUEST_TRANSFER:
		return "transfer";
	default:
		return "explanation";
	}
}

bool task_other_free(struct task_outcome *out)
{
	if (out->task.pending_other == 0)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_PENDING,
		    other_name(out->task.pending_other_kind), NULL, NULL);
	return false;
}

bool task_not_refusing(struct task_outcome *out)
{
	return out->task.pending_other_kind != DONDOC__V1__REQUEST_KIND__REQUEST_REFUSAL ||
	       task_other_free(out);
}

bool task_files_known(const struct task_case *c, const ProtobufCBinaryData *files, size_t count,
		      struct task_outcome *out)
{
	struct view_file_of file;
	char hex[2 * DD_HASH_LEN + 1];

	for (size_t i = 0; i < count; i++) {
		if (files[i].len != DD_HASH_LEN) {
			task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, "files", NULL,
				    NULL);
			return false;
		}
		if (view_file_of(c->view, true, out->task.id, files[i].data, &file, NULL) ==
			    DD_OK &&
		    file.detached == 0)
			continue;
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNKNOWN_FILE,
			    dd_hex(files[i].data, DD_HASH_LEN, hex), NULL, NULL);
		return false;
	}
	return true;
}

bool task_evidence_given(const struct task_case *c, const Dondoc__V1__Document *document,
			 size_t files, struct task_outcome *out)
{
	int32_t wanted = task_policy_value(c, DD_SETTING_EVIDENCE_REQUIRED, out->task.plan,
					   out->task.lead_unit);

	if ((wanted == DD_EVIDENCE_DOCUMENT || wanted == DD_EVIDENCE_BOTH) &&
	    !task_document_given(out, "evidence", document))
		return false;
	if ((wanted == DD_EVIDENCE_FILE || wanted == DD_EVIDENCE_BOTH) && files == 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MISSING, "files", NULL, NULL);
		return false;
	}
	return true;
}

void task_refuse_entry(struct task_outcome *out, const char *what, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNKNOWN_ENTRY, what, text, NULL);
}

Dondoc__V1__TaskFields *task_content(const struct task_case *c, uint64_t task)
{
	const uint8_t *bytes;
	size_t len;

	if (view_task_fields(c->view, true, task, &bytes, &len) != DD_OK)
		return NULL;
	return dondoc__v1__task_fields__unpack(NULL, len, bytes);
}
