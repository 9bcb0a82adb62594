/* office_check.c - judging a command at the local door. */
#include "services/office/office_check.h"

#include "common/domain/permission.h"
#include "common/net/envelope.h"
#include "services/office/office_core.h"
#include <stdio.h>
#include <string.h>

/* The action's field in CommandBody: its number is the kind of the command, its name the summary.
 */
static const ProtobufCFieldDescriptor *action_of(const Dondoc__V1__CommandBody *body)
{
	if (body->action_case == DONDOC__V1__COMMAND_BODY__ACTION__NOT_SET)
		return NULL;
	return protobuf_c_message_descriptor_get_field(&dondoc__v1__command_body__descriptor,
						       (unsigned)body->action_case);
}

static void refuse(struct office_verdict *verdict, Dondoc__V1__RefusalCode code,
		   const char *argument, const char *words)
{
	verdict->code = code;
	verdict->argument = argument;
	(void)snprintf(verdict->text, sizeof(verdict->text), "%s", words);
}

/* All members of the oneof are pointers in one place; a task is field 1 of what names one. */
static uint64_t task_of(const Dondoc__V1__CommandBody *body)
{
	const ProtobufCMessage *said = &body->report_progress->base;
	const ProtobufCFieldDescriptor *field =
		protobuf_c_message_descriptor_get_field_by_name(said->descriptor, "task");
	uint64_t task = 0;

	if (field != NULL && field->type == PROTOBUF_C_TYPE_UINT64 &&
	    field->label != PROTOBUF_C_LABEL_REPEATED)
		memcpy(&task, (const uint8_t *)said + field->offset, sizeof(task));
	return task;
}

static void check_body(const Dondoc__V1__CommandBody *body, const char *unit,
		       struct office_verdict *verdict)
{
	const ProtobufCFieldDescriptor *row = action_of(body);
	char words[OFFICE_REASON_TEXT];

	if (dd_pb_unknown(&body->base)) {
		refuse(verdict, DONDOC__V1__REFUSAL_CODE__REFUSAL_NEWER_CLIENT, NULL,
		       "the command has fields that this dondoc-office does not know: update it");
	} else if (!dd_pb_valid(&body->base) || row == NULL) {
		refuse(verdict, DONDOC__V1__REFUSAL_CODE__REFUSAL_MALFORMED, NULL,
		       "the command has no action, a text that is not UTF-8 or an unknown value");
	} else if (body->actor == NULL || strcmp(body->actor->unit, unit) != 0) {
		(void)snprintf(words, sizeof(words),
			       "this is the office of unit %s: it takes reports of persons of "
			       "that unit only",
			       unit);
		refuse(verdict, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED, "actor.unit",
		       words);
	} else if (row->id == DD_COMMAND_ROTATE_OFFICE_KEY ||
		   !dd_permission_principal(dd_principal_class_name(DD_PRINCIPAL_OFFICE),
					    (enum dd_command_kind)row->id)) {
		(void)snprintf(words, sizeof(words), "%s is not for offices: do it at the centre",
			       row->name);
		refuse(verdict, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED, row->name, words);
	}
}

/* Evidence whose content is to follow the report. */
static void note_file(const Dondoc__V1__CommandBody *body, struct office_file_named *file_out)
{
	const Dondoc__V1__AttachFile *said = body->attach_file;

	if (body->action_case != DONDOC__V1__COMMAND_BODY__ACTION_ATTACH_FILE || !said->later ||
	    said->file == NULL || said->file->hash.len != DD_HASH_LEN)
		return;
	file_out->hash = said->file->hash.data;
	file_out->size = said->file->size;
	file_out->name = said->file->name;
}

void office_check_summary(const Dondoc__V1__CommandBody *body, const char **summary_out,
			  uint64_t *task_out)
{
	const ProtobufCFieldDescriptor *action = action_of(body);

	*summary_out = action != NULL ? action->name : "";
	*task_out = action != NULL ? task_of(body) : 0;
}

void office_check(const Dondoc__V1__Submit *submit, const char *unit, struct dd_arena *arena,
		  struct office_command *command_out, struct office_verdict *verdict_out)
{
	ProtobufCAllocator allocator = dd_arena_allocator(arena);
	Dondoc__V1__CommandBody *body;

	memset(verdict_out, 0, sizeof(*verdict_out));
	memset(command_out, 0, sizeof(*command_out));
	if (submit->stream.len != DD_ID_LEN || submit->number == 0 ||
	    submit->number == UINT64_MAX) {
		refuse(verdict_out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MALFORMED, "stream",
		       "a command needs a stream of 16 bytes and a number from 1 on");
		return;
	}
	if (submit->body.len > OFFICE_BODY_MAX) {
		refuse(verdict_out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, "body",
		       "the command has more than the 48 KiB that an office can send");
		return;
	}
	memcpy(command_out->stream, submit->stream.data, DD_ID_LEN);
	command_out->number = submit->number;
	command_out->body = submit->body.data;
	command_out->body_len = submit->body.len;
	command_out->summary = "withdrawn";
	if (submit->body.len == 0)
		return;
	body = dondoc__v1__command_body__unpack(&allocator, submit->body.len, submit->body.data);
	if (body == NULL) {
		refuse(verdict_out, DONDOC__V1__REFUSAL_CODE__REFUSAL_MALFORMED, NULL,
		       "the command cannot be read");
		return;
	}
	check_body(body, unit, verdict_out);
	if (verdict_out->code != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE)
		return;
	command_out->task = task_of(body);
	command_out->summary = action_of(body)->name;
	note_file(body, &command_out->file);
}
