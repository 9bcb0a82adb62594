/* view_walk.c - see view_walk.h. */
#include "common/view/view_walk.h"

int view_walk_open(struct view *view, const struct dd_key *prefix, struct view_walk *walk,
		   struct dd_error *err)
{
	struct dd_txn *txn;
	int rc = view_snapshot(view, &txn, err);

	*walk = (struct view_walk){.prefix = *prefix};
	return rc == DD_OK ? dd_cursor_open(txn, &walk->cursor, err) : rc;
}

bool view_walk_next(struct view_walk *walk)
{
	int rc;

	if (walk->begun)
		rc = dd_cursor_next(walk->cursor, &walk->key, &walk->val);
	else
		rc = dd_cursor_seek(walk->cursor, walk->prefix.data, walk->prefix.len,
				    walk->prefix.len, &walk->key, &walk->val);
	walk->begun = true;
	if (rc != DD_OK && rc != DD_ERR_NOT_FOUND)
		walk->rc = rc;
	return rc == DD_OK;
}

void view_walk_close(struct view_walk *walk)
{
	dd_cursor_close(walk->cursor);
	walk->cursor = NULL;
}

uint64_t view_walk_number(const struct view_walk *walk)
{
	const uint8_t *key = walk->key.data;

	return walk->key.len >= 8 ? dd_key_get_u64(key + walk->key.len - 8) : 0;
}
