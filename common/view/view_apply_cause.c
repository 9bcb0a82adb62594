/* view_apply_cause.c - which commands became which events: one effect per command, for ever. */
#include "common/view/view_apply.h"
#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* `stream` comes out zeroed if it is new. */
static int load_stream(struct view *view, const Dondoc__V1__EventHeader *header,
		       struct view_stream *stream)
{
	int rc = view_stream(view, true, header->principal, header->cause->stream.data, stream);

	if (rc != DD_ERR_NOT_FOUND)
		return rc;
	memset(stream, 0, sizeof(*stream));
	return DD_OK;
}

static int advance_stream(struct view_stream *stream, const struct view_event *event,
			  const uint8_t *digest, struct dd_error *err)
{
	const Dondoc__V1__Cause *cause = event->header->cause;

	if (cause->number < stream->last_number ||
	    (cause->number == stream->last_number && (cause->index == 0 || cause->count == 0)))
		return dd_fail(err, DD_ERR_CORRUPT,
			       "event %" PRIu64 ": command %" PRIu64
			       " of a stream that is at %" PRIu64
			       " already: one command would have two effects; verify the log",
			       event->sequence, cause->number, stream->last_number);
	stream->last_number = cause->number;
	stream->last_sequence = event->sequence;
	if (cause->digest.len == sizeof(stream->last_digest))
		memcpy(stream->last_digest, cause->digest.data, sizeof(stream->last_digest));
	else if (digest)
		memcpy(stream->last_digest, digest, sizeof(stream->last_digest));
	return DD_OK;
}

/* What the client had seen. An office cannot leave it behind with a new stream or an old one: once
 * in a while its streams are brought to the furthest of them. */
static int advance_seen(struct view *view, const Dondoc__V1__EventHeader *header,
			struct view_stream *stream)
{
	uint64_t shared = 0;
	struct dd_key key;
	int rc;

	if (header->seen > stream->seen)
		stream->seen = header->seen;
	if (header->key.len != 8 ||
	    (stream->shared_us != 0 && header->record_us - stream->shared_us < VIEW_SHARED_US))
		return DD_OK;
	rc = view_seen(view, true, header->principal, header->key.data, &shared);
	if (rc != DD_OK && rc != DD_ERR_NOT_FOUND)
		return rc;
	if (shared > stream->seen) {
		stream->seen = shared;
	} else if (shared < stream->seen) {
		view_key_seen(&key, header->principal, header->key.data);
		view_put(view, &key, &stream->seen, sizeof(stream->seen));
	}
	stream->shared_us = header->record_us;
	return DD_OK;
}

int apply_cause(struct view *view, const struct view_event *event, uint64_t first,
		const uint8_t *digest, struct dd_error *err)
{
	const Dondoc__V1__Cause *cause = event->header->cause;
	const char *principal = event->header->principal;
	struct view_command command = {.first = first, .last = event->sequence};
	struct view_stream stream;
	struct dd_key key;
	int rc;

	if (cause->stream.len != 16 || cause->index >= event->sequence)
		return dd_fail(err, DD_ERR_CORRUPT, "event %" PRIu64 ": its cause is malformed",
			       event->sequence);
	rc = load_stream(view, event->header, &stream);
	if (rc == DD_OK)
		rc = advance_seen(view, event->header, &stream);
	if (rc != DD_OK)
		return dd_fail(err, rc, "the view's store cannot be read");
	rc = advance_stream(&stream, event, digest, err);
	if (rc != DD_OK)
		return rc;
	view_key_stream(&key, principal, cause->stream.data);
	view_put(view, &key, &stream, sizeof(stream));
	view_key_command(&key, principal, cause->stream.data, cause->number);
	view_put(view, &key, &command, sizeof(command));
	return DD_OK;
}
