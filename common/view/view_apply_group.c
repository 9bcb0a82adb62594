/* view_apply_group.c - rows of one command in several frames. They are put aside as they come and
 * take effect, in order, with the closing event; or never. One group may be open. */
#include "common/view/view_fix.h"
#include "common/view/view_records.h"
#include <inttypes.h>
#include <string.h>

static void group_key(struct dd_key *key)
{
	view_key_text(key, VIEW_META, "group");
}

int view_group_get(struct view *view, struct view_group_record *out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	group_key(&key);
	rc = view_get(view, true, &key, &val);
	if (rc != DD_OK)
		return rc;
	if (val.len != sizeof(*out))
		return DD_ERR_CORRUPT;
	memcpy(out, val.data, sizeof(*out));
	return DD_OK;
}

uint64_t view_open_group(struct view *view)
{
	struct view_group_record group;

	return view_group_get(view, &group) == DD_OK ? group.sequence : 0;
}

/* The open group, which must be the one that the event names. */
static int own_group(struct view *view, const struct view_event *event,
		     struct view_group_record *group, struct dd_error *err)
{
	int rc = view_group_get(view, group);

	if (rc == DD_OK && group->sequence == event->header->group)
		return DD_OK;
	if (rc != DD_OK && rc != DD_ERR_NOT_FOUND)
		return dd_fail(err, rc, "the view's store cannot be read");
	return dd_fail(err, DD_ERR_CORRUPT,
		       "event %" PRIu64 " belongs to the group of event %" PRIu64
		       ", which is not open; verify the log",
		       event->sequence, event->header->group);
}

/* The stash: u32 length of the header, header, body. Of what is redacted, what stays of it. */
int apply_group_member(struct view *view, const struct view_event *event, struct dd_error *err)
{
	uint32_t header_len = (uint32_t)dondoc__v1__event_header__get_packed_size(event->header);
	struct view_group_record group = {0};
	struct dd_buf *buf = &view->scratch;
	struct dd_key key;
	int rc = own_group(view, event, &group, err);

	/* The opening was hidden from us: it cannot wait for a closing. */
	if (rc != DD_OK && view->partial)
		return view_apply_now(view, event, event, err);
	if (rc != DD_OK)
		return rc;
	if (event->redacted && !event->body) {
		view->partial = true;
		return DD_OK;
	}
	dd_buf_clear(buf);
	dd_buf_add(buf, &header_len, sizeof(header_len));
	dondoc__v1__event_header__pack(event->header, dd_buf_reserve(buf, header_len));
	buf->len += header_len;
	dd_buf_add(buf, event->body, event->body_len);
	view_key_stash(&key, group.sequence, event->sequence);
	view_put(view, &key, buf->data, buf->len);
	return DD_OK;
}

static int apply_stashed(struct view *view, uint64_t sequence, const struct dd_val *val,
			 const struct view_event *closing, struct dd_error *err)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&view->arena);
	size_t arena_used = view->arena.used;
	const uint8_t *at = val->data;
	struct view_event event = {.sequence = sequence};
	uint32_t header_len = 0;
	int rc;

	if (val->len >= sizeof(header_len))
		memcpy(&header_len, at, sizeof(header_len));
	if (val->len < sizeof(header_len) || val->len - sizeof(header_len) < header_len)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "event %" PRIu64 " lies damaged in the view; delete its folder",
			       sequence);
	at += sizeof(header_len);
	event.header = dondoc__v1__event_header__unpack(&allocator, header_len, at);
	if (!event.header)
		return dd_fail(err, DD_ERR_CORRUPT, "event %" PRIu64 ": its header cannot be read",
			       sequence);
	event.body = at + header_len;
	event.body_len = val->len - sizeof(header_len) - header_len;
	rc = view_apply_now(view, &event, closing, err);
	view_group_add(view, closing->header->group, &event);
	view->arena.used = arena_used;
	return rc;
}

/* Visit what was put aside, from the group's opening up to its `end`: apply it or not, then forget
 * it. Events of others may lie between. */
static int settle(struct view *view, uint64_t group, const struct view_event *end, bool effective,
		  struct dd_error *err)
{
	struct dd_val val;
	struct dd_key key;
	int rc = DD_OK;

	for (uint64_t at = group + 1; at < end->sequence && rc == DD_OK; at++) {
		view_key_stash(&key, group, at);
		if (view_get(view, true, &key, &val) != DD_OK)
			continue;
		if (effective)
			rc = apply_stashed(view, at, &val, end, err);
		view_del(view, &key);
	}
	group_key(&key);
	view_del(view, &key);
	return rc;
}

/* What the group is for, and whose: by this it is found when it is to be undone. */
static void note_group(struct view *view, const struct view_event *event)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&view->arena);
	size_t arena_used = view->arena.used;
	const Dondoc__V1__GroupOpened *opened =
		dondoc__v1__group_opened__unpack(&allocator, event->body_len, event->body);
	struct view_group group;

	view_group_begin(&group, event->sequence, event);
	if (opened) {
		view_text_copy(group.purpose, sizeof(group.purpose), opened->purpose);
		view_text_copy(group.plan, sizeof(group.plan), opened->plan);
	}
	view->arena.used = arena_used;
	view_group_put(view, &group);
}

/* The group is over: what is known of it for good, or that it never was. */
static void note_group_end(struct view *view, const struct view_event *event, bool effective)
{
	struct view_group group;
	struct dd_key key;

	if (view_group_find(view, true, event->header->group, &group) != DD_OK)
		return;
	if (effective) {
		view_group_end(view, &group, event);
		return;
	}
	view_key_group(&key, group.sequence);
	view_del(view, &key);
}

int apply_group_opened(struct view *view, const struct view_event *event, struct dd_error *err)
{
	struct view_group_record group = {.sequence = event->sequence};
	const Dondoc__V1__Cause *cause = event->header->cause;
	uint64_t open = view_open_group(view);
	struct dd_key key;

	if (open != 0 && !view->partial)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "event %" PRIu64 " opens a group while that of event %" PRIu64
			       " is open; verify the log",
			       event->sequence, open);
	/* Its end was hidden from us. */
	if (open != 0 && settle(view, open, event, false, err) != DD_OK)
		return DD_ERR_CORRUPT;
	if (cause && cause->digest.len == sizeof(group.digest))
		memcpy(group.digest, cause->digest.data, sizeof(group.digest));
	group_key(&key);
	view_put(view, &key, &group, sizeof(group));
	note_group(view, event);
	return DD_OK;
}

int apply_group_closed(struct view *view, const struct view_event *event, struct dd_error *err)
{
	struct view_group_record group = {0};
	int rc = own_group(view, event, &group, err);

	if (rc != DD_OK && view->partial)
		return DD_OK;
	if (rc == DD_OK)
		rc = settle(view, group.sequence, event, true, err);
	if (rc == DD_OK)
		note_group_end(view, event, true);
	if (rc == DD_OK && event->header->cause)
		rc = apply_cause(view, event, group.sequence, group.digest, err);
	return rc;
}

int apply_group_abandoned(struct view *view, const struct view_event *event, struct dd_error *err)
{
	struct view_group_record group = {0};
	int rc = own_group(view, event, &group, err);

	if (rc != DD_OK && view->partial)
		return DD_OK;
	if (rc == DD_OK)
		rc = settle(view, group.sequence, event, false, err);
	if (rc == DD_OK)
		note_group_end(view, event, false);
	return rc;
}
