/* task_record.c - one event becomes a record of the batch: header, body, and its effect on the
 * batch layer. */
#include "services/task/task_batch.h"

#include <string.h>

#include "common/app/app.h"
#include "services/task/task_case.h"

/* What changes no task's state and no right: an older office that does not know it may pass over it
 * and go on. */
static bool must_understand(Dondoc__V1__EventType type)
{
	switch ((int)type) {
	case DONDOC__V1__EVENT_TYPE__EVENT_COMMENTED:
	case DONDOC__V1__EVENT_TYPE__EVENT_FILTER_SAVED:
	case DONDOC__V1__EVENT_TYPE__EVENT_LABEL_SET:
	case DONDOC__V1__EVENT_TYPE__EVENT_BASELINE_FROZEN:
	case DONDOC__V1__EVENT_TYPE__EVENT_INDICATOR_SET:
	case DONDOC__V1__EVENT_TYPE__EVENT_INDICATOR_MEASURED:
	case DONDOC__V1__EVENT_TYPE__EVENT_PLAN_ACKNOWLEDGED:
	case DONDOC__V1__EVENT_TYPE__EVENT_PLAN_DRAFTED:
	case DONDOC__V1__EVENT_TYPE__EVENT_BACKUP_COVERED:
	case DONDOC__V1__EVENT_TYPE__EVENT_REMINDER_RULE_SET:
	case DONDOC__V1__EVENT_TYPE__EVENT_REMINDERS_STARTED:
	case DONDOC__V1__EVENT_TYPE__EVENT_SILENCE_SET:
	case DONDOC__V1__EVENT_TYPE__EVENT_SILENCE_ENDED:
	case DONDOC__V1__EVENT_TYPE__EVENT_DAY_PROMISED:
	case DONDOC__V1__EVENT_TYPE__EVENT_REMINDER_DISPUTED:
	case DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_RELEASED:
	case DONDOC__V1__EVENT_TYPE__EVENT_TOLD_BY_HAND:
	case DONDOC__V1__EVENT_TYPE__EVENT_SUBSCRIPTION_SET:
		return false;
	default:
		return true;
	}
}

/* Only what is there can have been seen; once for each command is enough. */
static uint64_t seen_of(const struct task_engine *engine, const struct task_origin *origin)
{
	const Dondoc__V1__Position *seen = origin->body != NULL ? origin->body->last_seen : NULL;

	return seen != NULL && origin->index == 0 && seen->sequence <= engine->head.sequence
		       ? seen->sequence
		       : 0;
}

static void fill_header(const struct task_engine *engine, const struct task_origin *origin,
			const struct task_record *record, Dondoc__V1__EventHeader *header,
			Dondoc__V1__Cause *cause)
{
	const Dondoc__V1__CommandBody *body = origin->body;

	dondoc__v1__event_header__init(header);
	header->type = record->type;
	header->version = 1;
	header->must_understand = must_understand(record->type);
	header->record_us = engine->open->record_us;
	header->fact_us = engine->open->record_us;
	header->actor = body != NULL ? body->actor : NULL;
	if (body != NULL)
		header->correlation = body->correlation;
	if (body != NULL && body->fact_us != 0) { /* services' facts carry no time */
		header->fact_doubtful =
			task_fact_doubtful(engine->options.log, origin->seen, engine->head.sequence,
					   body, engine->open->record_us);
		header->fact_us = body->fact_us;
	}
	header->seen = seen_of(engine, origin);
	if (body != NULL && body->sheet != NULL) {
		header->sheet = body->sheet->sheet;
		if (record->type != DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_REFUSED)
			header->sheet_row = body->sheet->row;
	}
	if (record->as != NULL) {
		header->sheet = record->as->sheet;
		header->actor = record->as->actor;
		header->fact_us = record->as->fact_us;
		header->fact_doubtful = record->as->fact_doubtful;
		header->let_go = record->as->let_go;
	}
	if (origin->who != NULL && origin->who->cls == DD_PRINCIPAL_OFFICE) {
		header->key.data = (uint8_t *)origin->who->key;
		header->key.len = sizeof(origin->who->key);
	}
	header->principal = (char *)(origin->who != NULL ? origin->who->text : "task");
	header->unit = (char *)(record->unit != NULL ? record->unit : "");
	header->other_unit = (char *)(record->other_unit != NULL ? record->other_unit : "");
	header->subject = record->subject;
	header->subject_previous = record->previous;
	header->group = record->group;
	if (origin->stream == NULL)
		return;
	dondoc__v1__cause__init(cause);
	cause->stream.data = (uint8_t *)origin->stream;
	cause->stream.len = 16;
	cause->number = origin->number;
	cause->index = origin->index;
	cause->count = origin->count;
	if (origin->digest != NULL) {
		cause->digest.data = (uint8_t *)origin->digest;
		cause->digest.len = DD_HASH_LEN;
	}
	header->cause = cause;
}

uint64_t task_batch_emit(struct task_engine *engine, const struct task_origin *origin,
			 const struct task_record *record)
{
	Dondoc__V1__EventHeader header;
	Dondoc__V1__Cause cause;
	struct dd_error err;
	uint8_t *header_at;
	uint8_t *body_at;
	uint64_t sequence = engine->open->base + dd_frame_count(&engine->open->frame);
	size_t body_len = record->len;
	struct task_record r = *record;

	if (record->message != NULL)
		body_len = protobuf_c_message_get_packed_size(record->message);
	if (r.type == DONDOC__V1__EVENT_TYPE__EVENT_TASK_ADDED)
		r.subject = sequence;
	fill_header(engine, origin, &r, &header, &cause);

	size_t header_len = dondoc__v1__event_header__get_packed_size(&header);

	if (header_len > DD_HEADER_MAX || body_len > DD_BODY_MAX ||
	    dd_frame_add(&engine->open->frame, (uint32_t)header_len, (uint32_t)body_len, &header_at,
			 &body_at) != DD_OK)
		return 0;
	dondoc__v1__event_header__pack(&header, header_at);
	if (record->message != NULL)
		protobuf_c_message_pack(record->message, body_at);
	else if (body_len > 0)
		memcpy(body_at, record->bytes, body_len);
	if (view_apply(engine->options.view, sequence, &header,
		       &(struct view_body){body_at, body_len, record->message}, &err) != DD_OK)
		dd_app_die("task.view_contradicted", &err);
	return sequence;
}
