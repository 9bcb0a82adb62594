/* task_import_gone.c - tasks that came with an annex and that the file no longer has: told, and
 * ended only where that was decided. */
#include "common/base/buf.h"
#include "common/domain/task_state.h"
#include "common/view/view_plan.h"
#include "common/view/view_walk.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

#define POSITION_BY_HAND 1000000u /* tasks given one by one stand behind it */

struct gone {
	struct import *import;
	const struct import_map *codes;
	bool headings;
};

/* Whether an annex would have it: not one that was given by hand, nor one that another stands
 * for. */
static bool of_annex(const struct gone *gone, const struct view_task *task,
		     const Dondoc__V1__TaskFields *fields)
{
	if (fields->source_kind != DONDOC__V1__SOURCE_KIND__SOURCE_PLAN || fields->instance_of != 0)
		return false;
	if (fields->code[0] == 'G' && task->position >= POSITION_BY_HAND &&
	    fields->code[1 + strspn(fields->code + 1, "0123456789")] == '\0')
		return false;
	return !task->group || gone->headings;
}

/* A part is the file's if the row of its whole is. */
static bool in_file(const struct gone *gone, const Dondoc__V1__TaskFields *fields)
{
	size_t len = strlen(fields->parent);

	if (import_map_find(gone->codes, fields->code))
		return true;
	return len > 0 && strncmp(fields->code, fields->parent, len) == 0 &&
	       fields->code[len] == '~' && import_map_find(gone->codes, fields->parent);
}

static void tell(const struct gone *gone, const Dondoc__V1__TaskFields *fields,
		 Dondoc__V1__RowProblem problem)
{
	struct import_spot spot = {"tasks", IMPORT_LAST_ROW, 0, "code"};
	struct dd_buf text = {0};

	dd_buf_printf(&text, "%s %s", fields->code, fields->content);
	import_report(gone->import, spot, dd_buf_cstr(&text), problem, false);
	dd_buf_fini(&text);
}

static void cancel(const struct gone *gone, const struct view_task *task,
		   const Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__TaskCancelled event = DONDOC__V1__TASK_CANCELLED__INIT;
	Dondoc__V1__CancelTask said = DONDOC__V1__CANCEL_TASK__INIT;
	struct import *import = gone->import;

	if (dd_task_state_after((enum dd_task_state)task->state, DD_ACT_CANCEL) < 0) {
		tell(gone, fields, DONDOC__V1__ROW_PROBLEM__ROW_WORKED_ON);
		return;
	}
	said.task = task->id;
	said.reason = (char *)import->reason;
	said.document = (Dondoc__V1__Document *)import->change; /* packed, not changed */
	event.said = &said;
	if (!import_event(import, DONDOC__V1__EVENT_TYPE__EVENT_TASK_CANCELLED, task->id,
			  task->lead_unit, &event.base))
		import_refuse(import, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, "reason",
			      "it is too long");
	import_count(import, true, false);
	tell(gone, fields, DONDOC__V1__ROW_PROBLEM__ROW_ENDED);
}

static void look_at(const struct gone *gone, const struct view_task *task)
{
	Dondoc__V1__TaskFields *fields = import_fields_of(gone->import, task->id);

	if (fields && of_annex(gone, task, fields) && !in_file(gone, fields)) {
		if (gone->import->gone == DONDOC__V1__GONE_TASKS__GONE_CANCELLED && !task->group)
			cancel(gone, task, fields);
		else
			tell(gone, fields, DONDOC__V1__ROW_PROBLEM__ROW_GONE);
	}
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
}

static bool over(const struct view_task *task)
{
	return task->state == DD_TASK_CANCELLED || task->state == DD_TASK_CARRIED_OVER ||
	       (task->flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0;
}

void import_gone(struct import *import, const struct import_map *codes, bool headings)
{
	struct gone gone = {import, codes, headings};
	struct dd_error ignored;
	struct view_walk walk;
	struct view_task task;
	struct dd_key prefix;

	if (import->gone == DONDOC__V1__GONE_TASKS__GONE_KEPT)
		return;
	view_key_text(&prefix, VIEW_ORDER, import->plan);
	if (!import_found(import, view_walk_open(import->source->view, &prefix, &walk, &ignored)))
		return;
	while (view_walk_next(&walk)) {
		bool guest =
			walk.val.len == 1 && *(const uint8_t *)walk.val.data == VIEW_ORDER_GUEST;

		if (!guest &&
		    import_found(import, view_task(import->source->view, true,
						   view_walk_number(&walk), &task)) &&
		    !over(&task))
			look_at(&gone, &task);
	}
	view_walk_close(&walk);
	(void)import_found(import, walk.rc);
}
