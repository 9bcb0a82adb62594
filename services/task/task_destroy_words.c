/* task_destroy_words.c - what stays of an update, a request, a decision or a task's text whose
 * words go: the same message with its free texts empty. Units, codes, days, numbers, states, and
 * number, day and issuer of documents stay. */
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/view/view_evidence.h"
#include "common/view/view_task.h"
#include "common/view/view_walk.h"
#include "services/task/task_destroy.h"

#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* Fields of these names are written by people for people, in whichever of the messages. */
static bool is_words(const char *field)
{
	static const char *const names[] = {
		"note",      "reason",    "content", "product",
		"target",    "lead_text", "what",    "coordinating_text",
		"time_text", "text",      "part",    "event",
		"rest",      "title",     "group",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], field) == 0)
			return true;
	return false;
}

static void blank_message(ProtobufCMessage *message);

/* Our messages do not contain themselves: it ends. NOLINTNEXTLINE(misc-no-recursion) */
static void blank_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	void *at = (uint8_t *)message + field->offset;

	if (field->type == PROTOBUF_C_TYPE_STRING && field->label != PROTOBUF_C_LABEL_REPEATED &&
	    is_words(field->name)) {
		char **text = at;

		if (*text != protobuf_c_empty_string)
			free(*text);
		*text = (char *)protobuf_c_empty_string;
	} else if (field->type == PROTOBUF_C_TYPE_MESSAGE &&
		   field->label == PROTOBUF_C_LABEL_REPEATED) {
		size_t count = *(const size_t *)(const void *)((const uint8_t *)message +
							       field->quantifier_offset);
		ProtobufCMessage **items = *(ProtobufCMessage ***)at;

		for (size_t i = 0; i < count; i++)
			blank_message(items[i]);
	} else if (field->type == PROTOBUF_C_TYPE_MESSAGE && *(ProtobufCMessage **)at != NULL) {
		blank_message(*(ProtobufCMessage **)at);
	}
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static void blank_message(ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *of = message->descriptor;

	for (unsigned i = 0; i < of->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &of->fields[i];
		const void *which = (const uint8_t *)message + field->quantifier_offset;

		if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0 ||
		    *(const uint32_t *)which == field->id)
			blank_field(message, field);
	}
}

bool task_words_body(const struct task_words *words, Dondoc__V1__DestroyedRest *rest)
{
	const ProtobufCMessageDescriptor *of = view_body_of(words->header->type);
	ProtobufCMessage *body =
		of != NULL ? protobuf_c_message_unpack(of, NULL, words->body_len, words->body)
			   : NULL;

	if (body == NULL)
		return false;
	blank_message(body);
	rest->what_case = DONDOC__V1__DESTROYED_REST__WHAT_BODY;
	rest->type = (uint32_t)words->header->type;
	rest->task = words->header->subject;
	rest->replaced_by = words->replaced_by;
	rest->removed = words->removed;
	rest->body.data = dd_alloc(protobuf_c_message_get_packed_size(body) + 1);
	rest->body.len = protobuf_c_message_pack(body, rest->body.data);
	protobuf_c_message_free_unpacked(body, NULL);
	return true;
}

/* --- what ended a text ------------------------------------------------------------------------ */

static Dondoc__V1__EventType type_of(const struct task_case *c, uint64_t sequence)
{
	Dondoc__V1__EventType type = EVENT(UNKNOWN);
	Dondoc__V1__EventHeader *header = NULL;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;

	if (dd_eventlog_get(c->log, sequence, &frame, &record, &err) == DD_OK)
		header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	if (header != NULL)
		type = header->type;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	dd_buf_fini(&frame);
	return type;
}

/* Texts are kept under the event that ended them, in order. */
void task_words_ended(const struct task_case *c, struct task_words *words)
{
	Dondoc__V1__EventType type = EVENT(UNKNOWN);
	struct view_walk walk;
	struct dd_key prefix;
	struct dd_error err;
	uint64_t next = 0;

	view_key_u64(&prefix, VIEW_FIELDS_WAS, words->header->subject);
	if (view_walk_open(c->view, &prefix, &walk, &err) != DD_OK)
		return;
	while (next <= words->sequence && view_walk_next(&walk))
		next = view_walk_number(&walk);
	view_walk_close(&walk);
	if (next > words->sequence)
		type = type_of(c, next);
	words->removed = type == EVENT(TASK_REMOVED);
	if (words->removed || type == EVENT(TASK_CHANGED))
		words->replaced_by = next;
}
