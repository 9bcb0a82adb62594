/* task_restored.c - what a restored log must not be told by numbers of the part that it lost. */
#include "services/task/task_batch.h"

#include <string.h>

#include "common/view/view_backup.h"

void task_restored_load(struct task_engine *engine)
{
	struct view_restore restore;

	if (view_restore(engine->options.view, true, &restore) != DD_OK)
		return;
	engine->cut_incarnation = restore.incarnation;
	engine->cut_after = restore.cut_after;
}

/* Fields that name something by the number of its record, whatever action has them. */
static const char *const references[] = {
	"task",     "tasks",       "request",  "entry",    "order",       "change",
	"group",    "held",        "grant",    "into",     "publication", "occurrence",
	"reply_to", "explanation", "event",    "events",   "predecessor", "ask",
	"parent",   "comment",     "decision", "question",
};

static bool is_reference(const ProtobufCFieldDescriptor *field)
{
	if (field->type != PROTOBUF_C_TYPE_UINT64)
		return false;
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++)
		if (strcmp(field->name, references[i]) == 0)
			return true;
	return false;
}

/* The highest number that one field of `message` names. */
static uint64_t highest_in(const uint8_t *message, const ProtobufCFieldDescriptor *field)
{
	const uint64_t *numbers;
	uint64_t highest = 0;
	size_t count;

	if (field->label != PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&highest, message + field->offset, sizeof(highest));
		return highest;
	}
	memcpy(&count, message + field->quantifier_offset, sizeof(count));
	memcpy(&numbers, message + field->offset, sizeof(numbers));
	for (size_t i = 0; i < count; i++)
		highest = numbers[i] > highest ? numbers[i] : highest;
	return highest;
}

/* The highest number of a record that an action names; 0 = none. */
static uint64_t highest_named(const Dondoc__V1__CommandBody *body)
{
	const ProtobufCFieldDescriptor *action = protobuf_c_message_descriptor_get_field(
		body->base.descriptor, (unsigned)body->action_case);
	const ProtobufCMessageDescriptor *type;
	const uint8_t *message;
	uint64_t highest = 0;

	if (action == NULL || action->type != PROTOBUF_C_TYPE_MESSAGE)
		return 0;
	type = action->descriptor;
	memcpy(&message, (const uint8_t *)body + action->offset, sizeof(message));
	for (unsigned i = 0; i < type->n_fields; i++) {
		uint64_t number =
			is_reference(&type->fields[i]) ? highest_in(message, &type->fields[i]) : 0;

		highest = number > highest ? number : highest;
	}
	return highest;
}

bool task_restored_lost(const struct task_engine *engine, const Dondoc__V1__CommandBody *body)
{
	const Dondoc__V1__Position *seen = body->last_seen;

	return engine->cut_incarnation != 0 && seen != NULL && seen->log_id.len != 0 &&
	       seen->incarnation < engine->cut_incarnation && seen->sequence > engine->cut_after &&
	       highest_named(body) > engine->cut_after;
}
