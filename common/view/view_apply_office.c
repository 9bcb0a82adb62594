/* view_apply_office.c - invitations, keys of offices, and how they end. */
#include "common/view/view_life.h"
#include "common/view/view_office_key.h"
#include <string.h>

static int key_of(const struct apply *apply, const ProtobufCBinaryData *from,
		  uint8_t out[VIEW_KEY_LEN])
{
	if (from->len != VIEW_KEY_LEN)
		return apply_contradiction(apply, "a key has %zu bytes", from->len);
	memcpy(out, from->data, VIEW_KEY_LEN);
	return DD_OK;
}

static void put(struct apply *apply, const struct view_office_key *key,
		const Dondoc__V1__OfficeKeyRow *words)
{
	struct dd_key at;

	view_key_office_key(&at, key->key);
	view_record_put(apply->view, &at, key, sizeof(*key), &words->base);
	apply->view->offices_changed = apply->event->sequence;
}

/* --- which keys a unit has ------------------------------------------------------------------- */

static void list_unit(struct apply *apply, const char *unit)
{
	struct dd_buf *buf = &apply->view->scratch;
	char row[VIEW_KEY_LEN] = {0};
	struct dd_key at;
	struct dd_val val;

	view_key_text(&at, VIEW_OFFICE, "");
	dd_buf_clear(buf);
	if (view_get(apply->view, true, &at, &val) == DD_OK)
		dd_buf_add(buf, val.data, val.len);
	memcpy(row, unit, strlen(unit));
	dd_buf_add(buf, row, sizeof(row));
	view_put(apply->view, &at, buf->data, buf->len);
}

/* What is over makes room; its record stays. */
static bool stays(struct apply *apply, const uint8_t key[VIEW_KEY_LEN])
{
	struct view_office_key known;

	return view_office_key(apply->view, true, key, &known, NULL) != DD_OK ||
	       view_office_key_opens(&known, apply->event->header->record_us);
}

static int list_key(struct apply *apply, const struct view_office_key *key)
{
	uint8_t keys[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN];
	size_t count = view_office_keys(apply->view, true, key->unit, keys);
	size_t kept = 0;
	struct dd_key at;

	if (count == 0) /* a list has its last key at least: the unit is new */
		list_unit(apply, key->unit);
	for (size_t i = 0; i < count; i++) {
		if (memcmp(keys[i], key->key, VIEW_KEY_LEN) != 0 && stays(apply, keys[i]))
			memmove(keys[kept++], keys[i], VIEW_KEY_LEN);
	}
	if (kept == VIEW_OFFICE_KEYS_MAX)
		return apply_contradiction(apply, "a unit has more than %u keys",
					   VIEW_OFFICE_KEYS_MAX);
	memcpy(keys[kept++], key->key, VIEW_KEY_LEN);
	view_key_text(&at, VIEW_OFFICE, key->unit);
	view_put(apply->view, &at, keys, kept * VIEW_KEY_LEN);
	return DD_OK;
}

/* --- a key begins ---------------------------------------------------------------------------- */

static int begin(struct apply *apply, const ProtobufCBinaryData *of, const char *unit,
		 struct view_office_key *out)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->sequence = apply->event->sequence;
	out->since_us = apply->event->header->record_us;
	rc = apply_code(apply, out->unit, sizeof(out->unit), unit);
	return rc == DD_OK ? key_of(apply, of, out->key) : rc;
}

int apply_office_invited(struct apply *apply, const void *body)
{
	const Dondoc__V1__InviteOffice *said = ((const Dondoc__V1__OfficeInvited *)body)->said;
	Dondoc__V1__OfficeKeyRow words = DONDOC__V1__OFFICE_KEY_ROW__INIT;
	struct view_office_key key;
	int rc;

	if (!said)
		return apply_contradiction(apply, "it invites nobody");
	rc = begin(apply, &said->token, said->unit, &key);
	if (rc != DD_OK)
		return rc;
	key.token = 1;
	key.until_us = said->valid_until_us;
	words.label = said->label;
	put(apply, &key, &words);
	return list_key(apply, &key);
}

/* --- a key ends ------------------------------------------------------------------------------ */

/* What was said of it at its beginning; the message lies in the view's arena. */
static Dondoc__V1__OfficeKeyRow *words_of(struct apply *apply, const struct dd_val *val)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&apply->view->arena);

	return dondoc__v1__office_key_row__unpack(&allocator, val->len, val->data);
}

/* Bring the record of a key, or begin one for a key that only a file admitted. */
static int recall(struct apply *apply, const ProtobufCBinaryData *of, const char *unit,
		  struct view_office_key *key_out, Dondoc__V1__OfficeKeyRow *words_out)
{
	Dondoc__V1__OfficeKeyRow *words;
	uint8_t key[VIEW_KEY_LEN];
	struct dd_val val;
	int rc = key_of(apply, of, key);

	dondoc__v1__office_key_row__init(words_out);
	if (rc != DD_OK)
		return rc;
	if (view_office_key(apply->view, true, key, key_out, &val) != DD_OK) {
		rc = begin(apply, of, unit, key_out);
		key_out->sequence = 0;
		return rc == DD_OK ? list_key(apply, key_out) : rc;
	}
	words = words_of(apply, &val);
	if (!words)
		return apply_contradiction(apply, "what is known of a key cannot be read");
	*words_out = *words;
	return DD_OK;
}

int apply_office_joined(struct apply *apply, const void *body)
{
	const Dondoc__V1__OfficeJoined *joined = body;
	Dondoc__V1__OfficeKeyRow words;
	struct view_office_key token;
	struct view_office_key key;
	const char *unit = apply->event->header->unit;
	int rc;

	if (!joined->said)
		return apply_contradiction(apply, "it has no key");
	rc = recall(apply, &joined->said->token, unit, &token, &words);
	if (rc == DD_OK)
		rc = begin(apply, &joined->said->key, token.unit, &key);
	if (rc != DD_OK)
		return rc;
	token.token = 1;
	token.used = 1;
	token.ended_by = apply->event->sequence;
	memcpy(token.successor, key.key, VIEW_KEY_LEN);
	put(apply, &token, &words);
	/* Which machine it is, as it says itself, else as it was invited. */
	if (joined->said->label[0] != '\0')
		words.label = joined->said->label;
	words.build = joined->said->build;
	put(apply, &key, &words);
	return list_key(apply, &key);
}

int apply_office_key_rotated(struct apply *apply, const void *body)
{
	const Dondoc__V1__OfficeKeyRotated *rotated = body;
	Dondoc__V1__OfficeKeyRow words;
	struct view_office_key old;
	struct view_office_key key;
	const char *unit = apply->event->header->unit;
	int rc;

	if (!rotated->said)
		return apply_contradiction(apply, "it has no key");
	rc = recall(apply, &rotated->said->old_key, unit, &old, &words);
	if (rc == DD_OK)
		rc = begin(apply, &rotated->said->key, old.unit, &key);
	if (rc != DD_OK)
		return rc;
	old.replaced = 1;
	old.until_us = rotated->old_until_us;
	old.ended_by = apply->event->sequence;
	memcpy(old.successor, key.key, VIEW_KEY_LEN);
	put(apply, &old, &words);
	words.build = rotated->said->build;
	put(apply, &key, &words);
	return list_key(apply, &key);
}

int apply_office_key_revoked(struct apply *apply, const void *body)
{
	const Dondoc__V1__OfficeKeyRevoked *revoked = body;
	Dondoc__V1__OfficeKeyRow words;
	struct view_office_key key;
	int rc = DD_OK;

	if (!revoked->said)
		return apply_contradiction(apply, "it revokes nothing");
	for (size_t i = 0; rc == DD_OK && i < revoked->n_keys; i++) {
		rc = recall(apply, &revoked->keys[i], revoked->said->unit, &key, &words);
		if (rc != DD_OK)
			break;
		key.revoked = 1;
		key.until_us = apply->event->header->record_us;
		key.ended_by = apply->event->sequence;
		words.reason = revoked->said->reason;
		put(apply, &key, &words);
	}
	return rc;
}
