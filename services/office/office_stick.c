/* office_stick.c - see office_stick.h. */
#include "services/office/office_stick.h"

#include "common/base/buf.h"
#include "common/net/envelope.h"
#include "common/net/stick.h"
#include "services/office/office_stick_files.h"
#include <stdlib.h>
#include <string.h>

static int bad_keys(struct dd_error *err)
{
	return dd_fail(err, DD_ERR_INVALID,
		       "the keys of this office and of the centre are not "
		       "such that a file can be sealed");
}

/* Into the arena; NULL: there is no room. */
static uint8_t *kept(struct dd_arena *arena, const void *data, size_t len)
{
	uint8_t *copy = dd_arena_alloc(arena, len + 1);

	if (copy != NULL && len > 0)
		memcpy(copy, data, len);
	return copy;
}

static int no_room(struct dd_error *err)
{
	return dd_fail(err, DD_ERR_INVALID, "the record does not fit into the memory for a reply");
}

/* --- writing ---------------------------------------------------------------------------------- */

static int add_head(const struct office_stick *stick, Dondoc__V1__StickRecord *record,
		    const uint8_t batch[16], int64_t now_us, struct dd_arena *arena,
		    struct dd_error *err)
{
	Dondoc__V1__StickHead *head = dd_arena_alloc(arena, sizeof(*head));
	uint8_t office[32], centre[32];

	if (dd_curve_bytes(stick->key->public_key, office) != 0 ||
	    dd_curve_bytes(stick->centre_key, centre) != 0)
		return bad_keys(err);
	if (head == NULL)
		return no_room(err);
	dondoc__v1__stick_head__init(head);
	head->unit = (char *)stick->unit; /* all packed, not changed */
	head->build = (char *)stick->build;
	head->made_us = now_us;
	head->office = (ProtobufCBinaryData){.data = kept(arena, office, 32), .len = 32};
	head->centre = (ProtobufCBinaryData){.data = kept(arena, centre, 32), .len = 32};
	head->batch = (ProtobufCBinaryData){.data = kept(arena, batch, 16), .len = 16};
	if (head->office.data == NULL || head->centre.data == NULL || head->batch.data == NULL)
		return no_room(err);
	record->head = head;
	return 0;
}

static int seal(const struct office_stick *stick, Dondoc__V1__StickRequest *said,
		struct dd_arena *arena, Dondoc__V1__StickRecord *record, struct dd_error *err)
{
	struct dd_buf data = {0}, sealed = {0};
	uint8_t centre[32];
	int rc = dd_curve_bytes(stick->centre_key, centre);

	if (rc != 0)
		return bad_keys(err);
	(void)dd_buf_reserve(&data, dondoc__v1__stick_request__get_packed_size(said));
	data.len = dondoc__v1__stick_request__pack(said, data.data);
	rc = dd_stick_seal(stick->key, centre, DD_STICK_TO_CENTRE, &data, &sealed, err);
	if (rc == 0) {
		record->sealed.data = kept(arena, sealed.data, sealed.len);
		record->sealed.len = sealed.len;
		rc = record->sealed.data != NULL ? 0 : no_room(err);
	}
	dd_buf_fini(&data);
	dd_buf_fini(&sealed);
	return rc;
}

/* The request as the line would carry it. */
static int pack_report(const struct office_stick *stick, const struct office_item *item,
		       struct dd_buf *out, struct dd_error *err)
{
	const struct office_stream *stream = office_outbox_stream(stick->outbox, item->ordinal);
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	uint8_t id[DD_ID_LEN];
	uint8_t *body;
	int rc = office_outbox_body(stick->outbox, item->id, &body, &submit.body.len);

	if (rc != 0)
		return dd_fail(err, rc, "a report's bytes cannot be read from the outbox");
	memcpy(id, stream->id, sizeof(id));
	submit.stream = (ProtobufCBinaryData){.data = id, .len = sizeof(id)};
	submit.number = item->number;
	submit.body.data = body;
	request.version = 1;
	request.body_case = DONDOC__V1__REQUEST__BODY_SUBMIT;
	request.submit = &submit;
	(void)dd_buf_reserve(out, dondoc__v1__request__get_packed_size(&request));
	out->len = dondoc__v1__request__pack(&request, out->data);
	free(body);
	return 0;
}

/* The first report that waits, from (ordinal, number) on. DD_ERR_NOT_FOUND: there is none. */
static int find_waiting(const struct office_stick *stick, uint32_t ordinal, uint64_t number,
			struct office_item *item_out)
{
	int rc = DD_ERR_NOT_FOUND;

	while (rc == DD_ERR_NOT_FOUND && ordinal < office_outbox_stream_count(stick->outbox)) {
		uint64_t found;

		rc = office_outbox_first_waiting(stick->outbox, ordinal, number, &found);
		if (rc == 0)
			return office_outbox_at(stick->outbox, ordinal, found, item_out);
		ordinal++;
		number = 0;
	}
	return rc;
}

static int add_report(const struct office_stick *stick, struct office_item *item, int64_t now_us,
		      Dondoc__V1__StickRequest *said, struct dd_buf *packed, struct dd_error *err)
{
	/* "May have left" is durable before anything leaves. */
	int rc = office_outbox_mark_sent(stick->outbox, &item->id, 1, now_us, err);

	if (rc == 0)
		rc = pack_report(stick, item, packed, err);
	if (rc != 0)
		return rc;
	said->what_case = DONDOC__V1__STICK_REQUEST__WHAT_REQUEST;
	said->request = (ProtobufCBinaryData){.data = packed->data, .len = packed->len};
	return 0;
}

/* A record in the making. */
struct making {
	const struct office_stick *stick;
	const Dondoc__V1__StickNext *asked;
	int64_t now_us;
	struct dd_arena *arena;
	Dondoc__V1__StickRequest said;
	struct dd_buf packed; /* what it points to */
	Dondoc__V1__StickRecord *record;
};

/* Behind the reports. */
static int add_piece(struct making *making, struct dd_error *err)
{
	const struct office_stick_files from = {.outbox = making->stick->outbox,
						.files = making->stick->files,
						.most = making->asked->max_evidence,
						.arena = making->arena};
	Dondoc__V1__StickRecord *record = making->record;
	int rc = office_stick_piece(&from, record->place, &making->packed, record->left, err);

	if (rc == 0) {
		making->said.what_case = DONDOC__V1__STICK_REQUEST__WHAT_REQUEST;
		making->said.request = (ProtobufCBinaryData){.data = making->packed.data,
							     .len = making->packed.len};
	} else if (rc == DD_ERR_NOT_FOUND) {
		rc = 0;
		record->end = true;
		making->said.what_case = DONDOC__V1__STICK_REQUEST__WHAT_END;
		making->said.end = making->asked->index;
	}
	return rc;
}

static int add_next(struct making *making, struct dd_error *err)
{
	Dondoc__V1__StickRecord *record = making->record;
	struct office_item item;
	int rc = find_waiting(making->stick, making->asked->ordinal, making->asked->number, &item);

	if (rc == 0) {
		rc = add_report(making->stick, &item, making->now_us, &making->said,
				&making->packed, err);
		record->ordinal = item.ordinal;
		record->number = item.number + 1;
	} else if (rc == DD_ERR_NOT_FOUND) {
		record->ordinal = making->asked->ordinal;
		record->number = making->asked->number;
		rc = add_piece(making, err);
	}
	return rc;
}

/* What the last record said goes on from there. */
static int begin_record(struct making *making, struct dd_error *err)
{
	Dondoc__V1__StickRecord *record = dd_arena_alloc(making->arena, sizeof(*record));
	Dondoc__V1__StickPlace *place = dd_arena_alloc(making->arena, sizeof(*place));
	Dondoc__V1__StickLeft *left = dd_arena_alloc(making->arena, sizeof(*left));

	if (record == NULL || place == NULL || left == NULL)
		return no_room(err);
	dondoc__v1__stick_record__init(record);
	dondoc__v1__stick_place__init(place);
	dondoc__v1__stick_left__init(left);
	if (making->asked->place != NULL)
		*place = *making->asked->place;
	record->place = place;
	record->left = left;
	making->record = record;
	return 0;
}

int office_stick_next(const struct office_stick *stick, const Dondoc__V1__StickNext *asked,
		      int64_t now_us, struct dd_arena *arena, Dondoc__V1__StickRecord **record_out,
		      struct dd_error *err)
{
	struct making making = {.stick = stick, .asked = asked, .now_us = now_us, .arena = arena};
	uint8_t batch[16];
	int rc = begin_record(&making, err);

	if (rc != 0)
		return rc;
	dondoc__v1__stick_request__init(&making.said);
	if (asked->batch.len == sizeof(batch)) {
		memcpy(batch, asked->batch.data, sizeof(batch));
	} else {
		dd_id_new(batch);
		rc = add_head(stick, making.record, batch, now_us, arena, err);
	}
	making.said.batch = (ProtobufCBinaryData){.data = batch, .len = sizeof(batch)};
	making.said.index = asked->index;
	making.said.unit = (char *)stick->unit;
	if (rc == 0)
		rc = add_next(&making, err);
	if (rc == 0)
		rc = seal(stick, &making.said, arena, making.record, err);
	dd_buf_fini(&making.packed);
	*record_out = making.record;
	return rc;
}

/* --- answers ---------------------------------------------------------------------------------- */

/* An answer from before the centre was restored says nothing of the centre as it is. */
static bool outdated(const struct office_stick *stick, const Dondoc__V1__Reply *reply)
{
	const uint32_t now = office_outbox_incarnation(stick->outbox);

	if (reply->body_case == DONDOC__V1__REPLY__BODY_FILE)
		return reply->file->complete && reply->file->incarnation < now;
	return reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT &&
	       reply->submit->receipt != NULL && reply->submit->receipt->incarnation < now;
}

/* Of a file only that it is whole at the centre counts; all else is asked again over the line. */
static int settle_file(const struct office_stick *stick, const Dondoc__V1__StickReply *said,
		       const Dondoc__V1__Reply *reply, Dondoc__V1__StickSettled *settled,
		       struct dd_error *err)
{
	bool is = false;
	int rc = 0;

	if (stick->engine != NULL && reply->body_case == DONDOC__V1__REPLY__BODY_FILE)
		rc = office_files_told(stick->engine, said->file.data, reply->file, &is, err);
	settled->file = is;
	return rc;
}

static int settle(const struct office_stick *stick, struct office_core *core,
		  const Dondoc__V1__StickReply *said, struct dd_arena *arena,
		  Dondoc__V1__StickSettled *settled, struct dd_error *err)
{
	const Dondoc__V1__Reply *reply;
	bool is = false;
	int rc;

	settled->number = said->number;
	settled->end = said->what_case == DONDOC__V1__STICK_REPLY__WHAT_END;
	if (said->what_case != DONDOC__V1__STICK_REPLY__WHAT_REPLY ||
	    (said->stream.len != DD_ID_LEN && said->file.len != DD_HASH_LEN))
		return 0;
	reply = dd_reply_unpack(arena, said->reply.data, said->reply.len);
	if (reply == NULL)
		return dd_fail(err, DD_ERR_INVALID, "an answer of the centre cannot be read");
	if (outdated(stick, reply))
		return dd_fail(err, DD_ERR_REFUSED,
			       "these answers were made before the centre was restored from a "
			       "backup: write the file for the centre once more");
	if (said->stream.len != DD_ID_LEN)
		return settle_file(stick, said, reply, settled, err);
	rc = office_core_settle(core, said->stream.data, said->number, reply, &is, err);
	settled->settled = is;
	return rc;
}

int office_stick_settle(const struct office_stick *stick, struct office_core *core,
			const Dondoc__V1__StickSettle *asked, struct dd_arena *arena,
			Dondoc__V1__StickSettled *settled_out, struct dd_error *err)
{
	ProtobufCAllocator allocator = dd_arena_allocator(arena);
	const Dondoc__V1__StickReply *said = NULL;
	struct dd_buf data = {0};
	uint8_t centre[32];
	int rc = dd_curve_bytes(stick->centre_key, centre);

	dondoc__v1__stick_settled__init(settled_out);
	if (rc != 0)
		return bad_keys(err);
	rc = dd_stick_open(stick->key, centre, DD_STICK_TO_OFFICE, asked->sealed.data,
			   asked->sealed.len, &data, err);
	if (rc == 0)
		said = dondoc__v1__stick_reply__unpack(&allocator, data.len, data.data);
	dd_buf_fini(&data);
	if (rc == 0 && said == NULL)
		rc = dd_fail(err, DD_ERR_INVALID, "an answer of the centre cannot be read");
	return rc == 0 ? settle(stick, core, said, arena, settled_out, err) : rc;
}
