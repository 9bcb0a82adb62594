/* task_rules_evidence.c - files that prove something: attached, taken off, arrived. */
#include <stdio.h>
#include <string.h>

#include "common/view/view_evidence.h"
#include "common/view/view_life.h"
#include "common/view/view_walk.h"
#include "services/task/task_actor.h"
#include "services/task/task_case.h"
#include "services/task/task_evidence.h"
#include "services/task/task_life.h"
#include "services/task/task_policy.h"
#include "services/task/task_rules_all.h"

#define CODE(name)  DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* --- what a command says of a file ------------------------------------------------------------ */

static bool hash_given(const ProtobufCBinaryData *hash, struct task_outcome *out)
{
	if (hash->len == DD_HASH_LEN)
		return true;
	task_refuse(out, CODE(MISSING), "file.hash", NULL, NULL);
	return false;
}

static bool size_fits(const struct task_case *c, const struct view_task *task, uint64_t size,
		      struct task_outcome *out)
{
	return task_evidence_size_fits(c, task->plan, task->lead_unit, size, out);
}

/* The update, request or product's event that the file belongs to is one about this task. */
static bool entry_of_task(const struct task_case *c, uint64_t task, uint64_t entry,
			  struct task_outcome *out)
{
	Dondoc__V1__EventHeader *header = NULL;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;
	char number[32];
	bool good = entry == 0;

	if (!good && c->log != NULL &&
	    dd_eventlog_get(c->log, entry, &frame, &record, &err) == DD_OK)
		header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	good = good || (header != NULL && header->subject == task);
	dondoc__v1__event_header__free_unpacked(header, NULL);
	dd_buf_fini(&frame);
	if (good)
		return true;
	snprintf(number, sizeof(number), "%llu", (unsigned long long)entry);
	task_refuse(out, CODE(UNKNOWN_ENTRY), "entry", number, NULL);
	return false;
}

/* --- attaching -------------------------------------------------------------------------------- */

/* What is here of the content decides, not what the sender says: fills size and type. A file that
 * is to follow is judged when it has arrived. */
static bool content_fits(const struct task_case *c, Dondoc__V1__AttachFile *said,
			 struct task_outcome *out)
{
	Dondoc__V1__FileRef *file = said->file;
	struct dd_files_look look;
	struct dd_error err;
	int r = c->files != NULL ? dd_files_look(c->files, file->hash.data, &look, &err)
				 : DD_ERR_NOT_FOUND;

	if (r != DD_OK && !said->later) {
		task_refuse(out, CODE(UNKNOWN_FILE), file->name, NULL, NULL);
		return false;
	}
	file->type = (char *)"";
	if (r != DD_OK)
		return size_fits(c, &out->task, file->size, out);
	said->later = 0;
	file->size = look.size;
	file->type = (char *)look.type.type;
	if (!look.type.taken) {
		task_refuse(out, CODE(FILE_TYPE), file->name, look.type.type, DD_FILE_TYPES_TAKEN);
		return false;
	}
	return size_fits(c, &out->task, look.size, out);
}

/* Not what is there already, and not what is about to be destroyed. */
static bool attachable(const struct task_case *c, const Dondoc__V1__AttachFile *said,
		       struct task_outcome *out)
{
	Dondoc__V1__AttachFile *before;
	struct view_destroy order;
	struct view_file file;
	struct view_file_of of;
	struct dd_val packed;
	bool same;

	if (view_file(c->view, true, said->file->hash.data, &file) == DD_OK &&
	    file.destroyed_by != 0 &&
	    view_destroy(c->view, true, file.destroyed_by, &order, NULL) == DD_OK &&
	    order.done == 0) {
		task_refuse(out, CODE(PENDING), "destruction", NULL, NULL);
		return false;
	}
	if (view_file_of(c->view, true, said->task, said->file->hash.data, &of, &packed) != DD_OK ||
	    of.detached != 0)
		return true;
	before = dondoc__v1__attach_file__unpack(NULL, packed.len, packed.data);
	/* To the task alone adds nothing to where it lies already. */
	same = before != NULL &&
	       ((said->entry == 0 && said->product == 0) ||
		(before->entry == said->entry && before->product == said->product));
	dondoc__v1__attach_file__free_unpacked(before, NULL);
	if (same)
		task_refuse(out, CODE(NOTHING_TO_DO), said->file->name, NULL, NULL);
	return !same;
}

/* Who is asked about a task, and has no other part in it, may attach what his answer rests on. */
static enum dd_command_kind attaches_as(const struct task_case *c,
					const Dondoc__V1__AttachFile *said)
{
	struct view_ask ask;

	if (view_ask_get(c->view, true, said->task, said->entry, &ask) != DD_OK ||
	    ask.state != DONDOC__V1__ASK_STATE__ASK_OPEN ||
	    strcmp(ask.unit, task_acting_unit(c)) != 0)
		return DD_COMMAND_ATTACH_FILE;
	return DD_COMMAND_ANSWER_ASK;
}

void task_rule_attach_file(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__FileAttached event = DONDOC__V1__FILE_ATTACHED__INIT;
	Dondoc__V1__AttachFile said = *c->body->attach_file;
	Dondoc__V1__FileRef file;

	if (said.file == NULL) {
		task_refuse(out, CODE(MISSING), "file", NULL, NULL);
		return;
	}
	file = *said.file;
	said.file = &file;
	if (!hash_given(&file.hash, out) || !task_evidence_name_fits(file.name, out) ||
	    !task_find(c, said.task, attaches_as(c, &said), "attach_file", out) ||
	    !entry_of_task(c, said.task, said.entry, out) || !content_fits(c, &said, out) ||
	    !attachable(c, &said, out))
		return;
	event.said = &said;
	task_effect_add(out, EVENT(FILE_ATTACHED), out->subject, out->unit, NULL, &event.base);
}

void task_rule_detach_file(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__FileDetached event = DONDOC__V1__FILE_DETACHED__INIT;
	Dondoc__V1__DetachFile *said = c->body->detach_file;
	struct view_file_of of;

	if (!hash_given(&said->hash, out) || !task_reason_given(out, "reason", said->reason) ||
	    !task_find(c, said->task, DD_COMMAND_DETACH_FILE, "detach_file", out))
		return;
	if (view_file_of(c->view, true, said->task, said->hash.data, &of, NULL) != DD_OK) {
		task_refuse(out, CODE(UNKNOWN_FILE), NULL, NULL, NULL);
	} else if (of.detached != 0) {
		task_refuse(out, CODE(NOTHING_TO_DO), NULL, NULL, NULL);
	} else if (out->task.state == DD_TASK_COMPLETED) {
		/* What a confirmed completion rests on stays. */
		task_refuse(out, CODE(STATE), dd_task_state_name(DD_TASK_COMPLETED), "detach_file",
			    NULL);
	} else if (task_actor_corrects(c, DD_COMMAND_DETACH_FILE, of.sequence, out)) {
		event.said = said;
		task_effect_add(out, EVENT(FILE_DETACHED), out->subject, out->unit, NULL,
				&event.base);
	}
}

/* Whose evidence it is: nobody else is to learn its hash, by which he could attach it and read it.
 * Of more than two units the others see it with their task. */
static void find_owners(const struct task_case *c, const uint8_t *hash, char unit[32],
			char other[32])
{
	struct view_walk walk;
	struct view_task task;
	struct dd_error err;
	struct dd_key key;

	view_key_id(&key, VIEW_FILE, hash);
	if (view_walk_open(c->view, &key, &walk, &err) != DD_OK)
		return;
	while (other[0] == '\0' && view_walk_next(&walk)) {
		if (walk.key.len != VIEW_FILE_TASK_KEY ||
		    view_task(c->view, true, view_walk_number(&walk), &task) != DD_OK)
			continue;
		if (unit[0] == '\0')
			memcpy(unit, task.lead_unit, 32);
		else if (strcmp(unit, task.lead_unit) != 0)
			memcpy(other, task.lead_unit, 32);
	}
	view_walk_close(&walk);
}

/* The content of a file that was to follow is here. */
void task_rule_file_came(const struct task_case *c, struct task_outcome *out)
{
	const ProtobufCBinaryData *hash = &c->body->file_came->hash;
	Dondoc__V1__FileArrived event = DONDOC__V1__FILE_ARRIVED__INIT;
	char unit[32] = "", other[32] = "";
	struct dd_files_look look;
	struct view_file file;
	struct dd_error err;

	if (!hash_given(hash, out))
		return;
	if (view_file(c->view, true, hash->data, &file) != DD_OK || c->files == NULL ||
	    dd_files_look(c->files, hash->data, &look, &err) != DD_OK) {
		task_refuse(out, CODE(UNKNOWN_FILE), NULL, NULL, NULL);
	} else if (file.arrived != 0 || file.destroyed_by != 0) {
		task_refuse(out, CODE(NOTHING_TO_DO), NULL, NULL, NULL);
	} else if (!look.type.taken) {
		task_refuse(out, CODE(FILE_TYPE), "", look.type.type, DD_FILE_TYPES_TAKEN);
	} else {
		event.hash = *hash;
		event.size = look.size;
		event.type = (char *)look.type.type;
		find_owners(c, hash->data, unit, other);
		task_effect_add(out, EVENT(FILE_ARRIVED), 0, unit, other, &event.base);
	}
}
