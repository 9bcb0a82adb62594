/* task_rules_undo_group.c - an import or an action on many tasks, undone as one: what nobody has
 * built on since goes back to how it was, the rest is left and counted. */
#include "services/task/task_undo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/view/view_walk.h"
#include "services/task/task_actor.h"
#include "services/task/task_rules_all.h"

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)   DONDOC__V1__EVENT_TYPE__EVENT_##name
#define GROUP_MAX     100000u /* as many as an import may fan out to */

struct member {
	uint64_t task;
	uint64_t sequence;
	uint32_t type;
};

struct undoing {
	const struct task_case *c;
	const Dondoc__V1__UndoGroup *cmd;
	struct view_group group;
	struct member *members; /* owned */
	size_t count;
	uint32_t undone, left;
	bool emit; /* else count only */
	struct task_outcome *out;
};

/* Nobody but the group has touched it. */
static bool untouched(const struct undoing *u, const struct view_task *task)
{
	return task->version <= u->group.last && task->state == DD_TASK_ASSIGNED &&
	       (task->flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) == 0 &&
	       !task_taken_up(u->c, task, task->id);
}

static bool undo_added(struct undoing *u, const struct view_task *task)
{
	Dondoc__V1__TaskRemoved event = DONDOC__V1__TASK_REMOVED__INIT;
	Dondoc__V1__RemoveTask said = DONDOC__V1__REMOVE_TASK__INIT;

	if (!untouched(u, task))
		return false;
	said.task = task->id;
	said.reason = u->cmd->reason;
	said.document = u->cmd->document;
	event.said = &said;
	return !u->emit || task_effect_add(u->out, EVENT(TASK_REMOVED), task->id, task->lead_unit,
					   NULL, &event.base);
}

/* Whether the content was changed again, after event `sequence`. */
static bool changed_since(const struct undoing *u, uint64_t task, uint64_t sequence)
{
	struct view_walk walk;
	struct dd_key prefix;
	struct dd_error err;
	bool later = false;

	view_key_u64(&prefix, VIEW_FIELDS_WAS, task);
	if (view_walk_open(u->c->view, &prefix, &walk, &err) != DD_OK)
		return true;
	while (view_walk_next(&walk))
		later = later || view_walk_number(&walk) > sequence;
	view_walk_close(&walk);
	return later;
}

static bool undo_changed(struct undoing *u, const struct view_task *task, uint64_t sequence)
{
	Dondoc__V1__TaskChanged event = DONDOC__V1__TASK_CHANGED__INIT;
	Dondoc__V1__TaskFields *fields;
	struct dd_key key;
	struct dd_val val;
	bool done;

	view_key_u64(&key, VIEW_FIELDS_WAS, task->id);
	dd_key_u64(&key, sequence);
	if (view_get(u->c->view, true, &key, &val) != DD_OK || changed_since(u, task->id, sequence))
		return false;
	fields = dondoc__v1__task_fields__unpack(NULL, val.len, val.data);
	if (fields == NULL || fields->content[0] == '\0') { /* the words were destroyed since */
		dondoc__v1__task_fields__free_unpacked(fields, NULL);
		return false;
	}
	event.task = fields;
	event.reason = u->cmd->reason;
	event.document = u->cmd->document;
	event.undo = true;
	done = !u->emit || task_effect_add(u->out, EVENT(TASK_CHANGED), task->id, task->lead_unit,
					   NULL, &event.base);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return done;
}

static bool undo_decided(struct undoing *u, const struct view_task *task, uint64_t sequence)
{
	Dondoc__V1__TakeBack said = DONDOC__V1__TAKE_BACK__INIT;
	struct task_undo t = {.task = *task};

	if (!task_look_back(u->c, sequence, &t) || dd_undo_ask(t.what, &t.facts) != DD_UNDO_YES)
		return false;
	said.reason = u->cmd->reason;
	said.document = u->cmd->document;
	return !u->emit || task_add_taken_back(u->out, &t, &said, false);
}

/* False: a refusal, for the whole. */
static bool undo_member(struct undoing *u, const struct member *member)
{
	struct view_task *task = &u->out->task;
	bool done;

	if (view_task(u->c->view, true, member->task, task) != DD_OK) {
		u->left++;
		return true;
	}
	/* A removed task is past undoing; headings have no lead, but a plan that somebody follows
	 * up. */
	if ((task->flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0) {
		u->left++;
		return true;
	}
	if (task->group ? !task_actor_part(u->c, task, DD_COMMAND_UNDO_GROUP, "undo", u->out)
			: !task_find(u->c, member->task, DD_COMMAND_UNDO_GROUP, "undo", u->out))
		return false;
	if (member->type == EVENT(TASK_ADDED))
		done = undo_added(u, task);
	else if (member->type == EVENT(TASK_CHANGED))
		done = undo_changed(u, task, member->sequence);
	else
		done = undo_decided(u, task, member->sequence);
	u->undone += done ? 1 : 0;
	u->left += done ? 0 : 1;
	return true;
}

static bool undo_members(struct undoing *u, bool emit)
{
	u->emit = emit;
	u->undone = 0;
	u->left = 0;
	/* The last first: a part before the whole it belongs to. */
	for (size_t i = u->count; i > 0; i--)
		if (!undo_member(u, &u->members[i - 1]))
			return false;
	return true;
}

static void collect_members(struct undoing *u)
{
	struct view_walk walk;
	struct dd_key prefix;
	struct dd_error err;

	u->members = dd_alloc((size_t)GROUP_MAX * sizeof(*u->members));
	view_key_u64(&prefix, VIEW_GROUP_TASK, u->group.sequence);
	if (view_walk_open(u->c->view, &prefix, &walk, &err) != DD_OK)
		return;
	while (u->count < GROUP_MAX && view_walk_next(&walk)) {
		struct member *member = &u->members[u->count++];
		struct view_group_event event;

		memcpy(&event, walk.val.data, sizeof(event));
		member->task = event.task;
		member->type = event.type;
		member->sequence = view_walk_number(&walk);
	}
	view_walk_close(&walk);
}

static bool find_group(struct undoing *u)
{
	char number[32];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)u->cmd->group);
	if (view_group_find(u->c->view, true, u->cmd->group, &u->group) != DD_OK ||
	    u->group.last == 0 || strcmp(u->group.purpose, "undo") == 0) {
		task_refuse(u->out, REFUSAL(UNKNOWN_ENTRY), "group", number, NULL);
		return false;
	}
	if (u->group.undone_by != 0) {
		task_refuse(u->out, REFUSAL(NOTHING_TO_DO), "group", number, NULL);
		return false;
	}
	if (u->group.tasks > GROUP_MAX) {
		task_refuse(u->out, REFUSAL(TOO_LARGE), "group", "100000", NULL);
		return false;
	}
	return true;
}

void task_rule_undo_group(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__GroupUndone event = DONDOC__V1__GROUP_UNDONE__INIT;
	struct undoing u = {.c = c, .cmd = c->body->undo_group, .out = out};

	if (!find_group(&u) || !task_reason_given(out, "reason", u.cmd->reason))
		return;
	collect_members(&u);
	if (undo_members(&u, false)) {
		event.said = c->body->undo_group;
		event.tasks = u.undone;
		event.left = u.left;
		if (u.undone == 0) {
			task_refuse_undo(&(struct task_undo){.task = out->task}, DD_UNDO_OVERTAKEN,
					 out);
		} else if (task_effect_add(out, EVENT(GROUP_UNDONE), 0, u.group.unit, NULL,
					   &event.base)) {
			out->group = "undo";
			memcpy(out->group_plan, u.group.plan, sizeof(out->group_plan));
			undo_members(&u, true);
		}
	}
	free(u.members);
}
