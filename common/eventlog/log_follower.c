/* log_follower.c - asks for the log, chunk by chunk, and verifies what comes.
 *
 * Happy path: ask, get a chunk, verify each frame, hand it on, ask again; at the head the server
 * keeps the question until there is something new. No answer, or one that says "not now": ask again
 * after a pause, for ever. A place that the server does not have, or frames that do not fit to what
 * came before: stop and say so, because going on would build on another history. */
#include "common/eventlog/log_follower.h"
#include "common/base/alloc.h"
#include "common/base/log.h"
#include "common/eventlog/position.h"
#include "common/net/envelope.h"
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS      20000
#define DEADLINE_MS  (WAIT_MS + 10000)
#define PAUSE_MIN_MS 50
#define PAUSE_MAX_MS 5000
#define REPLY_ARENA  (64u << 10) /* beside the frames themselves */

/* Over a poor line: an answer is to take a second or two. */
#define BYTES_MIN   (4u << 10)
#define BYTES_BEGIN (16u << 10)
#define BYTES_MAX   (256u << 10)
#define FAST_MS     1000
#define SLOW_MS     4000

/* One question on its way; outlives a follower that is closed meanwhile. */
struct reading {
	struct dd_follower *follower; /* NULL = closed */
};

struct dd_follower {
	struct dd_follower_options options;
	struct dd_position at;
	struct dd_timer *pause;  /* owned */
	struct reading *reading; /* owned by the request */
	uint32_t pause_ms;
	uint32_t bytes; /* to ask for at once; 0 = as the server likes */
	uint64_t asked_ms;
	bool at_head; /* has been told so, and nothing came since */
	bool closed;
	bool calling; /* inside a callback: freed afterwards */
};

static void ask(void *arg);
static void on_reply(void *arg, int err, const uint8_t *data, size_t len);

static void ask_later(struct dd_follower *follower)
{
	dd_timer_start(follower->pause, follower->pause_ms, 0);
	follower->pause_ms =
		follower->pause_ms < PAUSE_MAX_MS / 2 ? 2 * follower->pause_ms : PAUSE_MAX_MS;
}

static uint64_t now_ms(const struct dd_follower *follower)
{
	return uv_now(dd_loop_uv(dd_bus_client_loop(follower->options.client)));
}

static void ask(void *arg)
{
	struct dd_follower *follower = arg;
	struct dd_bus_client *client = follower->options.client;
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__LogRead read = DONDOC__V1__LOG_READ__INIT;
	Dondoc__V1__Position after;
	uint8_t packed[256];
	size_t len;

	dd_position_to_pb(&follower->at, &after);
	read.after = &after;
	/* Where the head is must be known before it makes sense to wait there. */
	read.wait_ms = follower->at_head ? WAIT_MS : 0;
	read.max_bytes = follower->bytes;
	read.compact = follower->options.poor_line;
	follower->asked_ms = now_ms(follower);
	request.version = 1;
	request.id = dd_bus_client_next_id(client);
	request.deadline_ms = DEADLINE_MS;
	request.body_case = DONDOC__V1__REQUEST__BODY_LOG_READ;
	request.log_read = &read;
	assert(dondoc__v1__request__get_packed_size(&request) <= sizeof(packed));
	len = dondoc__v1__request__pack(&request, packed);
	follower->reading = dd_alloc(sizeof(*follower->reading));
	follower->reading->follower = follower;
	if (dd_bus_client_send(client, request.id, packed, len, DEADLINE_MS, on_reply,
			       follower->reading) != 0) {
		free(follower->reading);
		follower->reading = NULL;
		ask_later(follower);
	}
}

/* --- one frame ----------------------------------------------------------------------------- */

/* Before the first frame there is nothing to compare with: take the log that is there. */
static void begin(struct dd_follower *follower, const struct dd_frame_info *info)
{
	static const uint8_t none[DD_ID_LEN];

	if (follower->at.sequence > 0)
		return;
	if (memcmp(follower->at.log_id, none, DD_ID_LEN) == 0)
		memcpy(follower->at.log_id, info->log_id, DD_ID_LEN);
	dd_chain_first(follower->at.log_id, follower->at.chain);
}

static int check_fit(const struct dd_follower *follower, const struct dd_frame_info *info,
		     struct dd_error *err)
{
	const struct dd_position *at = &follower->at;

	if (info->flags & DD_FRAME_SEGMENT_END || info->count == 0)
		return dd_fail(err, DD_ERR_CORRUPT, "a frame without records came from the log");
	if (memcmp(info->log_id, at->log_id, DD_ID_LEN) != 0)
		return dd_fail(err, DD_ERR_CONFLICT, "a frame of another log came");
	if (info->base != at->sequence + 1)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "after record %" PRIu64 " came a frame that begins with %" PRIu64,
			       at->sequence, info->base);
	if (info->incarnation < at->incarnation)
		return dd_fail(err, DD_ERR_CONFLICT,
			       "record %" PRIu64 " is of incarnation %" PRIu32
			       ", the one before of %" PRIu32,
			       info->base, info->incarnation, at->incarnation);
	if (memcmp(info->chain_before, at->chain, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CONFLICT,
			       "the log's history differs from ours at record %" PRIu64,
			       at->sequence);
	return 0;
}

static int take_frame(struct dd_follower *follower, const uint8_t *frame,
		      const struct dd_frame_info *info, struct dd_error *err)
{
	struct dd_position after = {.incarnation = info->incarnation,
				    .sequence = info->base + info->count - 1};
	int rc = dd_frame_check(frame, info->length, info, err);

	begin(follower, info);
	if (rc == 0)
		rc = check_fit(follower, info, err);
	if (rc != 0)
		return rc;
	memcpy(after.log_id, follower->at.log_id, DD_ID_LEN);
	memcpy(after.chain, follower->at.chain, DD_HASH_LEN);
	rc = dd_frame_verify(frame, info, after.chain, NULL, err);
	if (rc != 0)
		return rc;
	rc = follower->options.on_frame(follower->options.arg, frame, info, &after, err);
	if (rc == 0)
		follower->at = after;
	else if (err->code == 0)
		dd_fail(err, rc, "record %" PRIu64 " was not taken", info->base);
	return rc;
}

static int take_frames(struct dd_follower *follower, const ProtobufCBinaryData *frames,
		       struct dd_error *err)
{
	struct dd_frame_info info;
	size_t at;
	int rc = 0;

	for (at = 0; at < frames->len && rc == 0 && !follower->closed; at += info.length) {
		size_t left = frames->len - at;

		if (dd_frame_info(frames->data + at, left, &info) != 0 || info.length > left)
			return dd_fail(err, DD_ERR_CORRUPT,
				       "after record %" PRIu64 " came no whole frame",
				       follower->at.sequence);
		rc = take_frame(follower, frames->data + at, &info, err);
	}
	return rc;
}

/* --- one chunk ----------------------------------------------------------------------------- */

static int look_at_head(struct dd_follower *follower, const Dondoc__V1__Position *pb,
			bool got_frames, struct dd_error *err)
{
	struct dd_position head;

	if (!pb || !dd_position_from_pb(pb, &head))
		return dd_fail(err, DD_ERR_INVALID, "the server did not say where the head is");
	if (head.sequence < follower->at.sequence)
		return dd_fail(err, DD_ERR_CONFLICT,
			       "we have record %" PRIu64 ", the log ends at %" PRIu64,
			       follower->at.sequence, head.sequence);
	if (head.sequence > follower->at.sequence)
		return 0;
	if (head.sequence > 0 && memcmp(head.chain, follower->at.chain, DD_HASH_LEN) != 0)
		return dd_fail(err, DD_ERR_CONFLICT,
			       "the log's history differs from ours at its head, record %" PRIu64,
			       head.sequence);
	if (follower->at_head && !got_frames)
		return 0;
	follower->at_head = true;
	if (follower->options.on_caught_up)
		follower->options.on_caught_up(follower->options.arg, &follower->at);
	return 0;
}

static int take_chunk(struct dd_follower *follower, const Dondoc__V1__LogChunk *chunk,
		      struct dd_error *err)
{
	int rc = take_frames(follower, &chunk->frames, err);

	if (rc != 0 || follower->closed)
		return rc;
	rc = look_at_head(follower, chunk->head, chunk->frames.len > 0, err);
	follower->pause_ms = PAUSE_MIN_MS;
	return rc;
}

/* What to do after a reply. */
enum next { NEXT_ASK, NEXT_ASK_LATER, NEXT_STOP };

static enum next take_error(struct dd_follower *follower, const Dondoc__V1__Error *error,
			    struct dd_error *err)
{
	if (error->code == DONDOC__V1__ERROR_CODE__ERROR_POSITION) {
		dd_fail(err, DD_ERR_CONFLICT, "the log refuses our place, record %" PRIu64 ": %s",
			follower->at.sequence, error->text);
		return NEXT_STOP;
	}
	dd_log(DD_LOG_WARN, "follower.not_now", dd_f_int("code", (int64_t)error->code),
	       dd_f_text("text", error->text));
	return NEXT_ASK_LATER;
}

/* Ask for more or less at once. An answer that stood waiting at the head tells nothing of the line,
 * and one that is not full nothing of how much it carries. */
static void learn_line(struct dd_follower *follower, bool answered, size_t len)
{
	uint64_t took = now_ms(follower) - follower->asked_ms;

	if (follower->bytes == 0)
		return;
	if (!answered || (!follower->at_head && took > SLOW_MS))
		follower->bytes /= 2;
	else if (!follower->at_head && took < FAST_MS && len > follower->bytes / 2)
		follower->bytes *= 2;
	if (follower->bytes < BYTES_MIN)
		follower->bytes = BYTES_MIN;
	if (follower->bytes > BYTES_MAX)
		follower->bytes = BYTES_MAX;
}

static enum next take_reply(struct dd_follower *follower, const uint8_t *data, size_t len,
			    struct dd_error *err)
{
	struct dd_arena arena;
	Dondoc__V1__Reply *reply;
	enum next next = NEXT_ASK_LATER;

	dd_arena_init(&arena, len + REPLY_ARENA);
	reply = dd_reply_unpack(&arena, data, len);
	if (reply && reply->body_case == DONDOC__V1__REPLY__BODY_LOG_CHUNK)
		next = take_chunk(follower, reply->log_chunk, err) == 0 ? NEXT_ASK : NEXT_STOP;
	else if (reply && reply->body_case == DONDOC__V1__REPLY__BODY_ERROR)
		next = take_error(follower, reply->error, err);
	dd_arena_fini(&arena);
	return next;
}

static void on_reply(void *arg, int err, const uint8_t *data, size_t len)
{
	struct reading *reading = arg;
	struct dd_follower *follower = reading->follower;
	struct dd_error why = {.text = ""};
	enum next next = NEXT_ASK_LATER;

	free(reading);
	if (!follower)
		return;
	follower->reading = NULL;
	follower->calling = true;
	learn_line(follower, err == 0, len);
	if (err == 0)
		next = take_reply(follower, data, len, &why);
	if (next == NEXT_STOP && !follower->closed)
		follower->options.on_stopped(follower->options.arg, why.code, &why);
	follower->calling = false;
	if (follower->closed)
		free(follower);
	else if (next == NEXT_ASK)
		ask(follower);
	else if (next == NEXT_ASK_LATER && err != DD_ERR_CLOSED)
		ask_later(follower);
}

/* --- life ---------------------------------------------------------------------------------- */

int dd_follower_open(const struct dd_follower_options *options, struct dd_follower **follower_out,
		     struct dd_error *err)
{
	struct dd_follower *follower;

	if (!options->client)
		return dd_fail(err, DD_ERR_INVALID, "a follower needs a connection");
	follower = dd_alloc(sizeof(*follower));
	follower->options = *options;
	follower->at = options->from;
	follower->pause_ms = PAUSE_MIN_MS;
	follower->bytes = options->poor_line ? BYTES_BEGIN : 0;
	follower->pause = dd_timer_open(dd_bus_client_loop(options->client), ask, follower);
	dd_timer_start(follower->pause, 0, 0);
	*follower_out = follower;
	return 0;
}

void dd_follower_close(struct dd_follower *follower)
{
	if (!follower)
		return;
	dd_timer_close(follower->pause);
	if (follower->reading)
		follower->reading->follower = NULL;
	follower->closed = true;
	if (!follower->calling)
		free(follower);
}
