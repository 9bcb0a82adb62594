/* view_notice.c - see view_notice.h. */
#include "common/view/view_notice.h"
#include "common/base/id.h"
#include "common/view/view_records.h"
#include <string.h>

int view_lease(struct view *view, bool with_batch, struct view_lease *out)
{
	struct dd_key key;

	view_key_text(&key, VIEW_META, "lease");
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

int view_digest(struct view *view, bool with_batch, const uint8_t id[32], struct view_digest *out)
{
	struct dd_key key;

	view_key_id(&key, VIEW_DIGEST, id);
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

int view_intent(struct view *view, bool with_batch, const uint8_t intent[32],
		uint8_t digest_out[32])
{
	struct dd_key key;

	view_key_id(&key, VIEW_INTENT, intent);
	return view_struct_get(view, with_batch, &key, digest_out, DD_HASH_LEN);
}

int view_intent_free(struct view *view, bool with_batch, const uint8_t intent[32], bool *free_out)
{
	struct view_digest digest;
	uint8_t id[DD_HASH_LEN];
	int rc = view_intent(view, with_batch, intent, id);

	*free_out = rc == DD_ERR_NOT_FOUND;
	if (rc != DD_OK)
		return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
	rc = view_digest(view, with_batch, id, &digest);
	*free_out = rc == DD_OK && digest.unsaid != 0;
	return rc == DD_ERR_NOT_FOUND ? DD_ERR_CORRUPT : rc;
}

int view_release(struct view *view, bool with_batch, const uint8_t digest[32],
		 struct view_release *out)
{
	struct dd_key key;

	view_key_id(&key, VIEW_RELEASE, digest);
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

int view_scheduled_report(struct view *view, bool with_batch, const char *schedule,
			  const char *plan, int32_t as_of_day, uint64_t *sequence_out)
{
	struct dd_key key;

	view_key_scheduled(&key, schedule, plan, as_of_day);
	return view_struct_get(view, with_batch, &key, sequence_out, sizeof(*sequence_out));
}

/* The digest whose id ends a key, as LMDB has it. */
static int digest_at(struct dd_txn *txn, const struct dd_val *at, struct view_digest *out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	if (at->len < DD_HASH_LEN)
		return DD_ERR_CORRUPT;
	view_key_id(&key, VIEW_DIGEST, (const uint8_t *)at->data + at->len - DD_HASH_LEN);
	rc = dd_txn_get(txn, key.data, key.len, &val);
	if (rc == DD_OK && val.len == sizeof(*out)) {
		memcpy(out, val.data, sizeof(*out));
		return DD_OK;
	}
	return rc == DD_OK || rc == DD_ERR_NOT_FOUND ? DD_ERR_CORRUPT : rc;
}

/* Each digest whose id ends a key that begins with the first `prefix` bytes of `key`, from `key`
 * on. `last` bounds the day that follows the prefix, as it stands in keys; UINT32_MAX = none. */
struct notice_walk {
	const struct dd_key *key;
	size_t prefix;
	uint32_t last;
	view_digest_fn *fn;
	void *arg;
};

static bool walk_over(const struct notice_walk *walk, const struct dd_val *at)
{
	return walk->last != UINT32_MAX &&
	       (at->len < walk->prefix + 4 ||
		dd_key_get_u32((const uint8_t *)at->data + walk->prefix) > walk->last);
}

static int walk_digests(struct view *view, const struct notice_walk *walk, struct dd_error *err)
{
	const struct dd_key *key = walk->key;
	struct dd_cursor *cursor = NULL;
	struct view_digest digest;
	struct dd_txn *txn;
	struct dd_val at, val;
	int found, rc = view_snapshot(view, &txn, err);

	if (rc == DD_OK)
		rc = dd_cursor_open(txn, &cursor, err);
	if (rc != DD_OK)
		return rc;
	found = dd_cursor_seek(cursor, key->data, key->len, walk->prefix, &at, &val);
	while (rc == DD_OK && found == DD_OK && !walk_over(walk, &at)) {
		rc = digest_at(txn, &at, &digest);
		if (rc != DD_OK)
			dd_fail(err, rc, "%s: a digest cannot be read", view->path);
		else
			rc = walk->fn(walk->arg, &digest);
		if (rc == DD_OK)
			found = dd_cursor_next(cursor, &at, &val);
	}
	dd_cursor_close(cursor);
	if (rc == DD_OK && found != DD_OK && found != DD_ERR_NOT_FOUND)
		return dd_fail(err, found, "%s: cannot read the view's store", view->path);
	return rc;
}

int view_open_digests(struct view *view, view_digest_fn *fn, void *arg, struct dd_error *err)
{
	struct notice_walk walk = {.last = UINT32_MAX, .fn = fn, .arg = arg};
	struct dd_key key;

	dd_key_begin(&key, VIEW_DIGEST_OPEN);
	walk.key = &key;
	walk.prefix = key.len;
	return walk_digests(view, &walk, err);
}

int view_unit_digests(struct view *view, const char *unit, int32_t day, view_digest_fn *fn,
		      void *arg, struct dd_error *err)
{
	static const uint8_t none[DD_HASH_LEN];
	struct notice_walk walk = {.last = UINT32_MAX, .fn = fn, .arg = arg};
	struct dd_key key;

	view_key_digest_by_day(&key, day, unit, none);
	key.len -= DD_HASH_LEN;
	walk.key = &key;
	walk.prefix = key.len;
	return walk_digests(view, &walk, err);
}

int view_task_digests(struct view *view, uint64_t task, int32_t from_day, view_digest_fn *fn,
		      void *arg, struct dd_error *err)
{
	struct notice_walk walk = {.fn = fn, .arg = arg};
	struct dd_key key;

	view_key_u64(&key, VIEW_DIGEST_BY_TASK, task);
	walk.key = &key;
	walk.prefix = key.len;
	walk.last = view_day_bits(from_day) ^ UINT32_MAX;
	return walk_digests(view, &walk, err);
}
