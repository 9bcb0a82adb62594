/* office_kept_words.c - events that say something of what is kept: words that two persons had
 * destroyed are destroyed here too, as soon as that is heard; a backup of the centre covers more.
 */
#include "services/office/office_kept_impl.h"

#include "common/eventlog/chain.h"
#include "common/eventlog/frame_layout.h"
#include "common/eventlog/le.h"
#include "common/eventlog/position.h"
#include <string.h>

/* What the record becomes; as the log does it (common/eventlog/segment_redact.c). */
static void blank(struct dd_buf *out, const struct dd_record *old, const ProtobufCBinaryData *rest)
{
	const uint32_t body_len =
		rest != NULL ? DD_REST_AT + (uint32_t)rest->len : (uint32_t)DD_HASH_LEN;
	const size_t size = dd_record_size(old->header_len, body_len);
	uint8_t *at = dd_buf_reserve(out, size);
	uint8_t *body = at + DD_RECORD_HEADER + old->header_len;

	memset(at, 0, size);
	dd_put_u32(at, old->header_len);
	dd_put_u32(at + 4, body_len);
	dd_put_u32(at + 8, DD_RECORD_REDACTED);
	memcpy(at + DD_RECORD_HEADER, old->header, old->header_len);
	if (old->kind == DD_RECORD_REDACTED)
		memcpy(body, old->body, DD_HASH_LEN);
	else
		dd_chain_body(old->salt, old->body, old->body_len, body);
	if (rest != NULL) {
		body[DD_REST_AT - 1] = 1;
		if (rest->len > 0)
			memcpy(body + DD_REST_AT, rest->data, rest->len);
	}
	out->len += size;
}

/* NULL: nothing stays that we know of. */
static int destroy(struct office_kept *kept, uint64_t sequence, const ProtobufCBinaryData *rest,
		   struct dd_error *err)
{
	const struct dd_key key = office_kept_key('K', sequence);
	struct dd_record old;
	struct dd_buf out = {0};
	struct dd_val val;
	int rc = dd_txn_get(kept->writer, key.data, key.len, &val);

	if (rc == DD_ERR_NOT_FOUND)
		return 0;
	if (rc != 0 || !office_kept_parse(sequence, &val, &old))
		return dd_fail(err, rc != 0 ? rc : DD_ERR_CORRUPT, OFFICE_KEPT_WORDS);
	if (old.kind == DD_RECORD_REDACTED && (rest == NULL || old.body_len > DD_HASH_LEN))
		return 0;
	if (rest != NULL && rest->len > DD_REST_MAX)
		rest = NULL;
	blank(&out, &old, rest);
	rc = office_kept_put(kept, &key, out.data, out.len, err);
	kept->state.generation = kept->before.generation + 1;
	dd_buf_fini(&out);
	return rc;
}

/* office_outbox_files.c removes the file, if it is one that reports of this office name. */
static int note_file(struct office_kept *kept, const uint8_t *hash, uint64_t order,
		     struct dd_error *err)
{
	struct dd_key key;

	dd_key_begin(&key, '!');
	dd_key_bytes(&key, hash, DD_HASH_LEN);
	return office_kept_put(kept, &key, &order, sizeof(order), err);
}

static int heed_confirmed(struct office_kept *kept, const Dondoc__V1__DestructionConfirmed *said,
			  struct dd_error *err)
{
	int rc = 0;

	if (said->said == NULL || !said->said->confirmed)
		return 0;
	if (said->file.len == DD_HASH_LEN)
		rc = note_file(kept, said->file.data, said->said->order, err);
	for (size_t i = 0; rc == 0 && i < said->n_events; i++)
		rc = destroy(kept, said->events[i], NULL, err);
	return rc;
}

static int heed_rest(struct office_kept *kept, const Dondoc__V1__DestructionRest *said,
		     struct dd_error *err)
{
	const Dondoc__V1__DestroyedRest *rest = said->rest;

	if (rest == NULL)
		return 0;
	return destroy(
		kept, rest->event,
		rest->what_case == DONDOC__V1__DESTROYED_REST__WHAT_BODY ? &rest->body : NULL, err);
}

static void heed_covered(struct office_kept *kept, const Dondoc__V1__BackupCovered *said,
			 struct office_kept_taken *taken)
{
	struct dd_position position;

	memset(&position, 0, sizeof(position));
	if (said->said == NULL || !dd_position_from_pb(said->said->position, &position) ||
	    position.sequence <= kept->state.covered.sequence)
		return;
	kept->state.covered = position;
	taken->covered = true;
}

int office_kept_heed(struct office_kept *kept, const Dondoc__V1__EventHeader *header,
		     const struct dd_record *record, struct office_kept_taken *taken,
		     struct dd_error *err)
{
	const ProtobufCMessageDescriptor *type;
	ProtobufCMessage *said;
	int rc = 0;

	if (header->type == DONDOC__V1__EVENT_TYPE__EVENT_DESTRUCTION_CONFIRMED)
		type = &dondoc__v1__destruction_confirmed__descriptor;
	else if (header->type == DONDOC__V1__EVENT_TYPE__EVENT_DESTRUCTION_REST)
		type = &dondoc__v1__destruction_rest__descriptor;
	else if (header->type == DONDOC__V1__EVENT_TYPE__EVENT_BACKUP_COVERED)
		type = &dondoc__v1__backup_covered__descriptor;
	else
		return 0;
	if (record->kind != DD_RECORD_FULL)
		return 0;
	said = protobuf_c_message_unpack(type, NULL, record->body_len, record->body);
	if (said == NULL)
		return dd_fail(err, DD_ERR_INVALID, "event %llu: its body cannot be read",
			       (unsigned long long)record->sequence);
	if (type == &dondoc__v1__destruction_confirmed__descriptor)
		rc = heed_confirmed(kept, (const Dondoc__V1__DestructionConfirmed *)said, err);
	else if (type == &dondoc__v1__destruction_rest__descriptor)
		rc = heed_rest(kept, (const Dondoc__V1__DestructionRest *)said, err);
	else
		heed_covered(kept, (const Dondoc__V1__BackupCovered *)said, taken);
	protobuf_c_message_free_unpacked(said, NULL);
	return rc;
}
