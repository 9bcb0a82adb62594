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

/* The task that an action is about; 0 = none. */
static uint64_t task_of(const Dondoc__V1__CommandBody *body)
{
	const ProtobufCFieldDescriptor *action = protobuf_c_message_descriptor_get_field(
		body->base.descriptor, (unsigned)body->action_case);
	const ProtobufCFieldDescriptor *field;
	const uint8_t *message;
	uint64_t task;

	if (action == NULL || action->type != PROTOBUF_C_TYPE_MESSAGE)
		return 0;
	field = protobuf_c_message_descriptor_get_field_by_name(action->descriptor, "task");
	if (field == NULL || field->type != PROTOBUF_C_TYPE_UINT64 ||
	    field->label == PROTOBUF_C_LABEL_REPEATED)
		return 0;
	memcpy(&message, (const uint8_t *)body + action->offset, sizeof(message));
	memcpy(&task, message + field->offset, sizeof(task));
	return task;
}

bool task_restored_lost(const struct task_engine *engine, const Dondoc__V1__CommandBody *body)
{
	const Dondoc__V1__Position *seen = body->last_seen;

	return engine->cut_incarnation != 0 && seen != NULL && seen->log_id.len != 0 &&
	       seen->incarnation < engine->cut_incarnation && seen->sequence > engine->cut_after &&
	       task_of(body) > engine->cut_after;
}
