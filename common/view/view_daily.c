/* view_daily.c - refusals of the service's own commands are kept: nobody waits for their
 * answers, so a person must be able to find them. */
#include "common/view/view_daily.h"
#include "common/view/view_apply.h"
#include "common/view/view_evidence.h"
#include "common/view/view_plan.h"
#include "common/view/view_records.h"
#include "common/view/view_task.h"
#include "common/view/view_unit.h"
#include "common/view/view_walk.h"
#include <string.h>

void view_key_daily(struct dd_key *key, uint64_t sequence)
{
	view_key_u64(key, VIEW_DAILY, sequence ^ UINT64_MAX);
}

void view_key_daily_stream(struct dd_key *key, const uint8_t stream[16])
{
	dd_key_begin(key, VIEW_DAILY);
	dd_key_bytes(key, stream, 16);
}

/* --- applying -------------------------------------------------------------------------------- */

static void put_row(struct apply *apply, const struct view_daily *row,
		    const Dondoc__V1__CommandRefused *refused)
{
	struct dd_buf *buf = &apply->view->scratch;
	size_t len = dondoc__v1__command_refused__get_packed_size(refused);
	struct dd_key key;

	dd_buf_clear(buf);
	dd_buf_add(buf, row, sizeof(*row));
	dondoc__v1__command_refused__pack(refused, dd_buf_reserve(buf, len));
	buf->len += len;
	view_key_daily(&key, row->sequence);
	view_put(apply->view, &key, buf->data, buf->len);
}

int apply_command_refused(struct apply *apply, const void *body)
{
	const Dondoc__V1__CommandRefused *refused = body;
	const Dondoc__V1__EventHeader *header = apply->event->header;
	struct view_daily row = {.sequence = apply->event->sequence,
				 .refused_us = header->record_us,
				 .action = refused->action};
	struct dd_key key;
	uint64_t former;

	if (refused->said.len == 0 || !header->cause || header->cause->stream.len != 16)
		return DD_OK;
	former = view_daily_refused(apply->view, true, header->cause->stream.data);
	if (former != 0) {
		view_key_daily(&key, former);
		view_del(apply->view, &key);
	}
	put_row(apply, &row, refused);
	view_key_daily_stream(&key, header->cause->stream.data);
	view_put(apply->view, &key, &row.sequence, sizeof(row.sequence));
	return DD_OK;
}

/* --- looking --------------------------------------------------------------------------------- */

uint64_t view_daily_refused(struct view *view, bool with_batch, const uint8_t stream[16])
{
	struct dd_key key;
	uint64_t sequence = 0;

	view_key_daily_stream(&key, stream);
	return view_struct_get(view, with_batch, &key, &sequence, sizeof(sequence)) == DD_OK
		       ? sequence
		       : 0;
}

static bool instance_open(struct view *view, const Dondoc__V1__MakeInstances *make)
{
	struct view_task task;
	struct view_plan plan;
	struct dd_key key;
	struct dd_val val;

	view_key_instance(&key, make->task, make->period_from);
	return view_get(view, false, &key, &val) == DD_ERR_NOT_FOUND &&
	       view_task(view, false, make->task, &task) == DD_OK &&
	       dd_task_state_open((enum dd_task_state)task.state) &&
	       (task.flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) == 0 &&
	       view_plan(view, false, task.plan, &plan) == DD_OK &&
	       plan.state == DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED;
}

static bool units_open(struct view *view, uint64_t change)
{
	struct view_unit_change found;
	const uint8_t *bytes;
	size_t len;

	return view_unit_change(view, false, change, &found, &bytes, &len) == DD_OK &&
	       found.effected_by == 0 && found.withdrawn_by == 0;
}

static bool file_open(struct view *view, const ProtobufCBinaryData *hash)
{
	struct view_file file;

	return hash->len == 32 && view_file(view, false, hash->data, &file) == DD_OK &&
	       file.arrived == 0 && file.destroyed_by == 0;
}

static bool order_open(struct view *view, uint64_t order)
{
	struct view_destroy state;

	return view_destroy(view, false, order, &state, NULL) == DD_OK && state.decided != 0 &&
	       !state.refused && state.done == 0;
}

bool view_daily_open(struct view *view, uint32_t action, const Dondoc__V1__CommandBody *body)
{
	if (body == NULL || (uint32_t)body->action_case != action)
		return false;
	switch (body->action_case) {
	case DONDOC__V1__COMMAND_BODY__ACTION_MAKE_INSTANCES:
		return instance_open(view, body->make_instances);
	case DONDOC__V1__COMMAND_BODY__ACTION_EFFECT_UNITS_CHANGE:
		return units_open(view, body->effect_units_change->change);
	case DONDOC__V1__COMMAND_BODY__ACTION_FILE_CAME:
		return file_open(view, &body->file_came->hash);
	case DONDOC__V1__COMMAND_BODY__ACTION_DESTRUCTION_RUN:
		return order_open(view, body->destruction_run->order);
	default:
		return false;
	}
}

static bool row_open(struct view *view, const struct dd_val *val)
{
	Dondoc__V1__CommandRefused *refused = NULL;
	Dondoc__V1__CommandBody *body = NULL;
	struct view_daily row;
	struct dd_val rest;
	bool open = false;

	if (view_head_split(val, &row, sizeof(row), &rest) == DD_OK)
		refused = dondoc__v1__command_refused__unpack(NULL, rest.len, rest.data);
	if (refused != NULL)
		body = dondoc__v1__command_body__unpack(NULL, refused->said.len,
							refused->said.data);
	if (body != NULL)
		open = view_daily_open(view, row.action, body);
	dondoc__v1__command_body__free_unpacked(body, NULL);
	dondoc__v1__command_refused__free_unpacked(refused, NULL);
	return open;
}

uint32_t view_daily_count(struct view *view)
{
	struct view_walk walk;
	struct dd_error ignored;
	struct dd_key prefix;
	uint32_t open = 0;

	dd_key_begin(&prefix, VIEW_DAILY);
	if (view_walk_open(view, &prefix, &walk, &ignored) != DD_OK)
		return 0;
	for (size_t seen = 0; seen < VIEW_DAILY_MAX && view_walk_next(&walk);) {
		if (walk.key.len != VIEW_DAILY_ROW_KEY)
			continue;
		seen++;
		open += row_open(view, &walk.val) ? 1u : 0u;
	}
	view_walk_close(&walk);
	return open;
}
