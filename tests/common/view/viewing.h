/* viewing.h - folders, views and their whole content, for the tests of this folder. */
#ifndef TESTS_COMMON_VIEW_VIEWING_H
#define TESTS_COMMON_VIEW_VIEWING_H

#include "common/base/id.h"
#include "common/store/store.h"
#include "common/view/view.h"
#include "tests/common/view/history.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Words of the last failure. */
static struct dd_error why;

static inline void must_be_ok(int rc, const char *call)
{
	if (rc != DD_OK)
		fail_msg("%s: %d %s", call, rc, why.text);
}

#define must(call) must_be_ok((call), #call)

static inline struct view *open_view(const char *dir, bool inline_store)
{
	struct view_options options = {
		.dir = dir, .map_bytes = UINT64_C(1) << 30, .inline_store = inline_store};
	struct view *view = NULL;

	must(view_open(&options, &view, &why));
	return view;
}

/* One frame as the log would hand it over. */
static inline int replay_frame(struct view *view, const struct history_frame *frame,
			       struct dd_error *err)
{
	struct dd_frame_info info;
	int rc = dd_frame_info(frame->buf.data, frame->buf.len, &info);

	if (rc != DD_OK)
		return rc;
	return view_replay(view, frame->buf.data, &info, &frame->after, err);
}

/* All frames that the view lacks. */
static inline void replay_rest(struct view *view, const struct history *h)
{
	for (size_t i = 0; i < h->frame_count; i++) {
		if (h->frames[i].after.sequence > view_position(view)->sequence)
			must(replay_frame(view, &h->frames[i], &why));
	}
}

/* Apply one frame as the task service does: each record to the batch, then the commit. */
static inline int apply_frame_records(struct view *view, const struct history_frame *frame,
				      struct dd_error *err)
{
	struct dd_frame_info info;
	struct dd_frame_iter iter;
	struct dd_record record;
	int rc = dd_frame_info(frame->buf.data, frame->buf.len, &info);

	if (rc != DD_OK)
		return rc;
	dd_frame_iter(&iter, frame->buf.data, &info);
	while (rc == DD_OK && dd_frame_next(&iter, &record)) {
		Dondoc__V1__EventHeader *header =
			dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);

		rc = view_apply(view, record.sequence, header,
				&(struct view_body){record.body, record.body_len, NULL}, err);
		dondoc__v1__event_header__free_unpacked(header, NULL);
	}
	return rc;
}

static inline void live_frame(struct view *view, const struct history_frame *frame)
{
	view_batch_begin(view);
	must(apply_frame_records(view, frame, &why));
	view_batch_commit(view, &frame->after);
}

/* Every key and value in LMDB, one after the other. The view is closed. */
static inline void dump_view(const char *dir, struct dd_buf *out)
{
	struct dd_store *store = NULL;
	struct dd_txn *txn = NULL;
	struct dd_cursor *cursor = NULL;
	struct dd_val key, val;
	char path[600];
	int rc;

	snprintf(path, sizeof(path), "%s/view-%d", dir, VIEW_SCHEMA);
	must(dd_store_open(path, UINT64_C(1) << 30, &store, &why));
	must(dd_txn_read(store, &txn, &why));
	must(dd_cursor_open(txn, &cursor, &why));
	dd_buf_clear(out);
	for (rc = dd_cursor_seek(cursor, "\1", 1, 0, &key, &val); rc == DD_OK;
	     rc = dd_cursor_next(cursor, &key, &val)) {
		dd_buf_add(out, &key.len, sizeof(key.len));
		dd_buf_add(out, key.data, key.len);
		dd_buf_add(out, &val.len, sizeof(val.len));
		dd_buf_add(out, val.data, val.len);
	}
	dd_cursor_close(cursor);
	dd_txn_abort(txn);
	dd_store_close(store);
}

static inline void assert_same(const struct dd_buf *a, const struct dd_buf *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->data, b->data, a->len);
}

#endif
