/* notify_hook_store.c - see notify_hook_store.h. */
#include "services/notification/notify_hook_store.h"

#include "common/store/key.h"
#include <string.h>

#define TABLE 'h'

void notify_hook_place_set(struct notify_hook_place *place, const struct dd_position *at)
{
	memcpy(place->log_id, at->log_id, sizeof(place->log_id));
	memcpy(place->chain, at->chain, sizeof(place->chain));
	place->sequence = at->sequence;
	place->incarnation = at->incarnation;
}

struct dd_position notify_hook_place_at(const struct notify_hook_place *place)
{
	struct dd_position at = {.incarnation = place->incarnation, .sequence = place->sequence};

	memcpy(at.log_id, place->log_id, sizeof(at.log_id));
	memcpy(at.chain, place->chain, sizeof(at.chain));
	return at;
}

static void key_of(struct dd_key *key, const char *hook)
{
	dd_key_begin(key, TABLE);
	dd_key_text(key, hook);
}

int notify_hook_load(struct dd_store *store, const char *hook, struct notify_hook_place *place_out,
		     struct dd_error *err)
{
	struct dd_txn *txn;
	struct dd_val val;
	struct dd_key key;
	int rc = dd_txn_read(store, &txn, err);

	if (rc != 0)
		return rc;
	key_of(&key, hook);
	rc = dd_txn_get(txn, key.data, key.len, &val);
	if (rc == 0 && val.len != sizeof(*place_out))
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "the place of hook %s cannot be read: dondoc hook replay %s", hook,
			     hook);
	else if (rc == 0)
		memcpy(place_out, val.data, sizeof(*place_out));
	dd_txn_abort(txn);
	return rc;
}

int notify_hook_save(struct dd_store *store, const char *hook,
		     const struct notify_hook_place *place, struct dd_error *err)
{
	struct dd_txn *txn;
	struct dd_key key;
	int rc = dd_txn_write(store, &txn, err);

	if (rc != 0)
		return rc;
	key_of(&key, hook);
	rc = dd_txn_put(txn, key.data, key.len, place, sizeof(*place), err);
	if (rc == 0)
		return dd_txn_commit(txn, err);
	dd_txn_abort(txn);
	return rc;
}
