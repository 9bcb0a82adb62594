/* task_import_fan_out.c - one sub-task a unit under a row with a collective lead. A part that is
 * there follows what the file has changed in its row and keeps what is its own. */
#include "common/base/alloc.h"
#include "common/view/view_task.h"
#include "common/view/view_walk.h"
#include "services/task/task_import_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool import_worked_on(const struct view_task *task)
{
	return task->state != DONDOC__V1__TASK_STATE__TASK_ASSIGNED || task->lead_changed ||
	       task->last_update != 0 || task->percent_from != 0 || task->step_from != 0 ||
	       task->pending_completion != 0 || task->pending_extension != 0 ||
	       task->pending_other != 0 || task->extensions_granted != 0 ||
	       task->extensions_refused != 0;
}

/* --- what has changed --------------------------------------------------------------------------
 */

static void follow_text(const char *before, char *after, char **field)
{
	if (strcmp(before, after) != 0)
		*field = after;
}

static void follow_texts(const Dondoc__V1__TaskFields *before, const Dondoc__V1__TaskFields *after,
			 Dondoc__V1__TaskFields *part)
{
	follow_text(before->content, after->content, &part->content);
	follow_text(before->product, after->product, &part->product);
	follow_text(before->target, after->target, &part->target);
	follow_text(before->note, after->note, &part->note);
	follow_text(before->time_text, after->time_text, &part->time_text);
	if (strcmp(before->coordinating_text, after->coordinating_text) == 0)
		return;
	part->coordinating_text = after->coordinating_text;
	part->coordinating_units = after->coordinating_units;
	part->n_coordinating_units = after->n_coordinating_units;
}

static bool same_timing(const Dondoc__V1__Timing *a, const Dondoc__V1__Timing *b)
{
	uint8_t *bytes;
	size_t len;
	bool same;

	if (!a || !b)
		return a == b;
	len = dondoc__v1__timing__get_packed_size(b);
	bytes = dd_alloc(len ? len : 1);
	dondoc__v1__timing__pack(b, bytes);
	same = import_same(&a->base, bytes, len);
	free(bytes);
	return same;
}

static void follow(const Dondoc__V1__TaskFields *before, const Dondoc__V1__TaskFields *after,
		   Dondoc__V1__TaskFields *part)
{
	follow_texts(before, after, part);
	if (before->area != after->area)
		part->area = after->area;
	if (before->start_day != after->start_day)
		part->start_day = after->start_day;
	if (before->due_day != after->due_day)
		part->due_day = after->due_day;
	if (before->recurrence != after->recurrence)
		part->recurrence = after->recurrence;
	if (before->position != after->position)
		part->position = after->position;
	if (!same_timing(before->timing, after->timing))
		part->timing = after->timing;
	part->parent = after->code;
}

/* --- events --------------------------------------------------------------------------------------
 */

static void list_part(struct import *import, struct import_place place, const struct view_task *old,
		      Dondoc__V1__TaskFields *part)
{
	if (!import_task_event(import, old, part)) {
		place.column = TASK_CONTENT;
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG);
	}
}

/* "1.2~SYT" under "1.2": made for a unit, not by hand. */
static bool is_part(const char *code, const char *whole)
{
	size_t len = strlen(whole);

	return strncmp(code, whole, len) == 0 && code[len] == '~';
}

static void change_part(struct import *import, struct import_place place,
			const struct import_known *known, uint64_t id,
			const Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__TaskFields *own = import_fields_of(import, id);
	Dondoc__V1__TaskFields part;
	struct view_task task;

	if (own && is_part(own->code, fields->code) &&
	    import_found(import, view_task(import->source->view, true, id, &task))) {
		part = *own;
		follow(known->fields, fields, &part);
		if (part.due_day != own->due_day && strcmp(part.time_text, fields->time_text) == 0)
			import_times_part(import, place, &part);
		list_part(import, place, &task, &part);
	}
	dondoc__v1__task_fields__free_unpacked(own, NULL);
}

static void change_parts(struct import *import, struct import_place place,
			 const struct import_known *known, const Dondoc__V1__TaskFields *fields)
{
	struct dd_error ignored;
	struct view_walk walk;
	struct dd_key prefix;
	int rc;

	view_key_u64(&prefix, VIEW_CHILD, known->task.id);
	rc = view_walk_open(import->source->view, &prefix, &walk, &ignored);
	if (!import_found(import, rc))
		return;
	while (view_walk_next(&walk))
		change_part(import, place, known, view_walk_number(&walk), fields);
	view_walk_close(&walk);
	(void)import_found(import, walk.rc);
}

/* As the row, but for the unit and what is the whole's alone. */
static void add_part(struct import *import, struct import_place place,
		     const Dondoc__V1__TaskFields *fields, char *unit)
{
	Dondoc__V1__TaskFields part = *fields;
	char code[2 * DD_TASK_CODE_MAX];
	uint64_t taken;

	(void)snprintf(code, sizeof(code), "%s~%s", fields->code, unit);
	if (!dd_task_code_valid(code)) {
		import_fault(import, place, code, DONDOC__V1__ROW_PROBLEM__ROW_BAD_CODE);
		return;
	}
	if (import_found(import,
			 view_task_by_code(import->source->view, true, import->plan, code, &taken)))
		return;
	part.code = code;
	part.parent = fields->code;
	part.fan_out = false;
	part.lead_unit = unit;
	part.lead_text = (char *)protobuf_c_empty_string;
	part.division = (char *)protobuf_c_empty_string;
	part.n_leads = 0;
	part.has_weight_case = DONDOC__V1__TASK_FIELDS__HAS_WEIGHT__NOT_SET;
	import_times_part(import, place, &part);
	list_part(import, place, NULL, &part);
}

void import_parts(struct import *import, struct import_place place,
		  const struct import_known *known, const Dondoc__V1__TaskFields *fields)
{
	place.column = TASK_CODE;
	if (known->there && !known->own_parts)
		change_parts(import, place, known, fields);
	for (size_t i = 0; i < known->units.count; i++)
		add_part(import, place, fields, known->units.list[i]);
}
