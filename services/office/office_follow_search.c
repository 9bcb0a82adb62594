/* office_follow_search.c - the last place that the centre's log and what was followed have in
 * common, and what begins there.
 *
 * A place that the log knows is right, and so are all before it: the place is found by halving.
 * From there the log is read on and compared record by record. A restored log says so itself: its
 * first other record is the event with which the new incarnation begins, naming just that place. */
#include "services/office/office_follow_impl.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/eventlog/position.h"
#include "common/net/envelope.h"
#include "services/office/office_door.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEADLINE_MS 30000u
#define RETRY_MS    5000u
#define STOPPED_MS  60000u
#define ASK_BYTES   4096u
#define ARENA_BYTES ((size_t)64 << 10) /* beside the slices */

typedef void taken(struct office_follow *follow, const Dondoc__V1__Reply *reply);

/* --- asking -------------------------------------------------------------------------------------
 */

struct search_call {
	struct office_life *life;
	taken *take;
};

static void on_reply(void *arg, int result, const uint8_t *data, size_t len)
{
	struct search_call *call = arg;
	struct office *office = office_life_end(call->life);
	taken *take = call->take;
	Dondoc__V1__Reply *reply = NULL;
	struct dd_arena arena;

	free(call);
	if (office == NULL)
		return;
	dd_arena_init(&arena, len + ARENA_BYTES);
	if (result == 0)
		reply = dd_reply_unpack(&arena, data, len);
	if (reply != NULL)
		take(office->follow, reply);
	else
		office_follow_later(office->follow, RETRY_MS);
	dd_arena_fini(&arena);
}

static void ask(struct office_follow *follow, const struct dd_position *after, taken *take)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__LogRead read = DONDOC__V1__LOG_READ__INIT;
	struct search_call *call = dd_alloc(sizeof(*call));
	Dondoc__V1__Position pb;
	uint8_t packed[256];
	size_t len;

	follow->asked = *after;
	dd_position_to_pb(&follow->asked, &pb);
	read.after = &pb;
	read.max_bytes = ASK_BYTES;
	request.version = 1;
	request.id = dd_bus_client_next_id(follow->client);
	request.deadline_ms = DEADLINE_MS;
	request.body_case = DONDOC__V1__REQUEST__BODY_LOG_READ;
	request.log_read = &read;
	len = dondoc__v1__request__pack(&request, packed);
	call->take = take;
	if (dd_bus_client_send(follow->client, request.id, packed, len, DEADLINE_MS, on_reply,
			       call) != 0) {
		free(call);
		office_follow_later(follow, RETRY_MS);
		return;
	}
	call->life = office_life_begin(follow->office);
}

/* --- what is found ------------------------------------------------------------------------------
 */

static void stop(struct office_follow *follow, const char *found)
{
	const struct dd_position *at = &office_kept_state(follow->kept)->at;
	char words[sizeof(follow->trouble)];
	char code[OFFICE_CODE_TEXT];
	struct dd_error err = {0};
	const bool known = strstr(follow->trouble, found) != NULL;

	(void)snprintf(words, sizeof(words),
		       "The centre's log is not the one that was followed: %s. What is shown here "
		       "stays as it was. Speak with the centre; to forget the copy and follow its "
		       "log as it is now: office.follow_anew: %s",
		       found, dd_hex(at->chain, OFFICE_CODE_BYTES, code));
	follow->state = OFFICE_STOPPED;
	office_follow_tell(follow, words);
	if (!known && office_outbox_tell(follow->office->outbox, words, dd_wall_us(), &err) != 0 &&
	    err.code == DD_ERR_IO)
		dd_app_die("office.store_failed", &err);
	office_follow_later(follow, STOPPED_MS);
}

static void cut(struct office_follow *follow, const struct dd_position *place,
		const Dondoc__V1__Incarnation *said)
{
	struct dd_error err = {0};
	char words[OFFICE_REASON_TEXT];
	int rc = office_kept_cut(follow->kept, place, &err);

	(void)snprintf(words, sizeof(words),
		       "The centre was restored from a copy (%.100s): its log goes on after record "
		       "%" PRIu64 ". What it lacks of this office's reports is sent again.",
		       said->reason, place->sequence);
	dd_log(DD_LOG_WARN, "office.centre_restored", dd_f_uint("after", place->sequence),
	       dd_f_uint("incarnation", said->incarnation));
	if (rc == 0)
		rc = office_outbox_tell(follow->office->outbox, words, dd_wall_us(), &err);
	if (rc == 0)
		rc = office_replica_follow(follow->office->replica, &err);
	if (rc == DD_ERR_FULL) {
		office_follow_later(follow, RETRY_MS);
		return;
	}
	if (rc != 0)
		dd_app_die("office.store_failed", &err);
	office_follow_tell(follow, "");
	office_door_moved(follow->office->door);
	office_follow_begin(follow);
}

/* The event with which an incarnation begins, if the frame begins with one that names its place.
 * The caller frees it. */
static Dondoc__V1__Incarnation *incarnation_of(const uint8_t *frame,
					       const struct dd_frame_info *info)
{
	Dondoc__V1__Incarnation *said = NULL;
	Dondoc__V1__EventHeader *header;
	struct dd_frame_iter iter;
	struct dd_record record;
	bool is;

	dd_frame_iter(&iter, frame, info);
	if (!dd_frame_next(&iter, &record) || record.kind != DD_RECORD_FULL)
		return NULL;
	header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	is = header != NULL && header->type == DONDOC__V1__EVENT_TYPE__EVENT_INCARNATION;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	if (is)
		said = dondoc__v1__incarnation__unpack(NULL, record.body_len, record.body);
	if (said != NULL &&
	    (said->cut_after != info->base - 1 || said->incarnation != info->incarnation)) {
		dondoc__v1__incarnation__free_unpacked(said, NULL);
		return NULL;
	}
	return said;
}

enum found { FOUND_SAME, FOUND_RESTORED, FOUND_OTHER, FOUND_END };

/* The slice against what was followed. *differs_out is the first record that is another one. */
static enum found compare(struct office_follow *follow, const uint8_t *frame,
			  const struct dd_frame_info *info, uint64_t *differs_out)
{
	uint8_t *leaves = dd_alloc((size_t)info->count * DD_HASH_LEN);
	uint8_t ours[DD_HASH_LEN], chain[DD_HASH_LEN];
	struct dd_error err = {0};
	enum found found = FOUND_SAME;

	memcpy(chain, info->chain_before, sizeof(chain));
	*differs_out = info->base;
	if (dd_frame_check(frame, info->length, info, &err) != 0 ||
	    dd_frame_verify(frame, info, chain, leaves, &err) != 0)
		found = FOUND_OTHER;
	for (uint32_t i = 0; found == FOUND_SAME && i < info->count; i++) {
		*differs_out = info->base + i;
		if (office_kept_leaf(follow->kept, info->base + i, ours) != 0)
			found = FOUND_END;
		else if (memcmp(ours, leaves + (size_t)i * DD_HASH_LEN, DD_HASH_LEN) != 0)
			found = FOUND_OTHER;
	}
	free(leaves);
	return found;
}

/* --- reading on ---------------------------------------------------------------------------------
 */

static void read_on(struct office_follow *follow, const Dondoc__V1__Reply *reply);

/* A slice behind `asked`; true: go on with the next. */
static bool judge(struct office_follow *follow, const uint8_t *frame,
		  const struct dd_frame_info *info)
{
	struct dd_position place = follow->asked;
	Dondoc__V1__Incarnation *said = NULL;
	char words[120];
	uint64_t differs;
	enum found found;

	if (info->base != place.sequence + 1 ||
	    memcmp(info->chain_before, place.chain, DD_HASH_LEN) != 0) {
		(void)snprintf(words, sizeof(words), "behind record %" PRIu64 " it does not fit",
			       place.sequence);
		stop(follow, words);
		return false;
	}
	if (info->incarnation > office_kept_state(follow->kept)->at.incarnation)
		said = incarnation_of(frame, info);
	if (said != NULL) {
		cut(follow, &place, said);
		dondoc__v1__incarnation__free_unpacked(said, NULL);
		return false;
	}
	found = compare(follow, frame, info, &differs);
	if (found == FOUND_OTHER) {
		(void)snprintf(words, sizeof(words),
			       "record %" PRIu64 " is another one, and no restore was told",
			       differs);
		stop(follow, words);
		return false;
	}
	if (found == FOUND_END) { /* all that was followed is there */
		office_follow_begin(follow);
		return false;
	}
	follow->asked.incarnation = info->incarnation;
	follow->asked.sequence = info->base + info->count - 1;
	memcpy(follow->asked.chain, info->chain_after, DD_HASH_LEN);
	return true;
}

static void at_end(struct office_follow *follow)
{
	const struct dd_position *at = &office_kept_state(follow->kept)->at;
	char words[120];

	if (follow->asked.sequence >= at->sequence) {
		office_follow_begin(follow);
		return;
	}
	(void)snprintf(words, sizeof(words),
		       "it ends at record %" PRIu64 ", %" PRIu64 " were followed",
		       follow->asked.sequence, at->sequence);
	stop(follow, words);
}

static void read_on(struct office_follow *follow, const Dondoc__V1__Reply *reply)
{
	const ProtobufCBinaryData *frames;
	struct dd_frame_info info;

	if (reply->body_case != DONDOC__V1__REPLY__BODY_LOG_CHUNK) {
		office_follow_later(follow, RETRY_MS);
		return;
	}
	frames = &reply->log_chunk->frames;
	if (frames->len == 0) {
		at_end(follow);
		return;
	}
	for (size_t at = 0; at < frames->len; at += info.length) {
		const size_t left = frames->len - at;

		if (dd_frame_info(frames->data + at, left, &info) != 0 || info.length > left) {
			office_follow_later(follow, RETRY_MS);
			return;
		}
		if (follow->asked.sequence ==
		    0) { /* from the beginning: a log begins with its id */
			if (memcmp(info.log_id, office_kept_state(follow->kept)->at.log_id,
				   DD_ID_LEN) != 0) {
				stop(follow, "it is another log");
				return;
			}
			memcpy(follow->asked.log_id, info.log_id, DD_ID_LEN);
			dd_chain_first(info.log_id, follow->asked.chain);
		}
		if (!judge(follow, frames->data + at, &info))
			return;
	}
	ask(follow, &follow->asked, read_on);
}

/* --- halving ------------------------------------------------------------------------------------
 */

static void take_place(struct office_follow *follow, const Dondoc__V1__Reply *reply)
{
	if (reply->body_case == DONDOC__V1__REPLY__BODY_LOG_CHUNK) {
		follow->good = follow->asked;
	} else if (reply->body_case == DONDOC__V1__REPLY__BODY_ERROR &&
		   reply->error->code == DONDOC__V1__ERROR_CODE__ERROR_POSITION) {
		follow->bad = follow->asked.sequence;
	} else {
		office_follow_later(follow, RETRY_MS);
		return;
	}
	office_search_step(follow);
}

void office_search_step(struct office_follow *follow)
{
	struct dd_position place;

	while (follow->bad - follow->good.sequence > 1) {
		const uint64_t middle =
			follow->good.sequence + (follow->bad - follow->good.sequence) / 2;

		if (office_kept_place(follow->kept, middle - 1, &place) == 0 &&
		    place.sequence < follow->bad) {
			ask(follow, &place, take_place);
			return;
		}
		follow->bad = middle; /* no place from there on */
	}
	ask(follow, &follow->good, read_on);
}

void office_search_begin(struct office_follow *follow)
{
	const struct dd_position *at = &office_kept_state(follow->kept)->at;

	follow->state = OFFICE_SEARCHING;
	memset(&follow->good, 0, sizeof(follow->good));
	follow->bad = at->sequence + 1; /* our own place may be good by now */
	office_search_step(follow);
}
