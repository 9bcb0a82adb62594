/* view_replay.c - frames of the log into the view, at start and at an office. */
#include "common/view/view_apply.h"
#include "common/view/view_impl.h"
#include <assert.h>
#include <string.h>

static int replay_record(struct view *view, const struct dd_record *record, struct dd_error *err)
{
	Dondoc__V1__EventHeader *header;
	ProtobufCAllocator allocator;
	const uint8_t *body;
	uint32_t body_len;

	/* Hidden from us: there may be gaps in what we know of tasks and streams. */
	if (record->kind == DD_RECORD_LEAF) {
		view->partial = true;
		return DD_OK;
	}
	dd_arena_reset(&view->arena);
	allocator = dd_arena_allocator(&view->arena);
	header = dondoc__v1__event_header__unpack(&allocator, record->header_len, record->header);
	if (!header)
		return dd_fail(err, DD_ERR_CORRUPT, "event %llu: its header cannot be read",
			       (unsigned long long)record->sequence);
	(void)dd_record_body(record, &body, &body_len);
	return view_apply_event(view,
				&(struct view_event){
					.sequence = record->sequence,
					.header = header,
					.body = body,
					.body_len = body_len,
					.redacted = record->kind == DD_RECORD_REDACTED,
				},
				err);
}

static int check_place(const struct view *view, const struct dd_frame_info *info,
		       struct dd_error *err)
{
	const struct dd_position *position = &view->position;

	if (info->base > position->sequence + 1)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the view is at event %llu and the frame begins at %llu: events are "
			       "missing",
			       (unsigned long long)position->sequence,
			       (unsigned long long)info->base);
	if (position->sequence > 0 && memcmp(position->log_id, info->log_id, DD_ID_LEN) != 0)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "the view is of another log than the frame at event %llu; delete "
			       "the folder %s, it is rebuilt",
			       (unsigned long long)info->base, view->path);
	return DD_OK;
}

int view_replay(struct view *view, const uint8_t *frame, const struct dd_frame_info *info,
		const struct dd_position *after, struct dd_error *err)
{
	struct dd_frame_iter iter;
	struct dd_record record;
	int rc = check_place(view, info, err);

	assert(!view->batch_open && !view->batch_flying);
	if (rc != DD_OK || after->sequence <= view->position.sequence)
		return rc;
	rc = view_replay_room(view, after->sequence - view->position.sequence, err);
	if (rc != DD_OK)
		return rc;
	view_note_begin(view);
	dd_frame_iter(&iter, frame, info);
	while (rc == DD_OK && dd_frame_next(&iter, &record)) {
		if (record.sequence > view->position.sequence)
			rc = replay_record(view, &record, err);
	}
	if (rc != DD_OK) {
		view->broken = true;
		return rc;
	}
	view->position = *after;
	return view_replay_step(view, err);
}

int view_pass_over(struct view *view, const struct dd_position *to, struct dd_error *err)
{
	assert(!view->batch_open && !view->batch_flying);
	if (to->sequence <= view->position.sequence)
		return DD_OK;
	view_note_begin(view);
	view->partial = true;
	view->position = *to;
	return view_replay_step(view, err);
}
