/* view_dump.h - the whole content of a view's store, for comparing two of them byte by byte. */
#ifndef TESTS_SERVICES_TASK_VIEW_DUMP_H
#define TESTS_SERVICES_TASK_VIEW_DUMP_H

#include "common/base/buf.h"
#include "common/store/store.h"
#include "common/view/view.h"
#include <stdio.h>

static inline void view_dump_all(struct dd_cursor *cursor, struct dd_buf *out)
{
	struct dd_val key, val;

	for (int rc = dd_cursor_seek(cursor, "\0", 1, 0, &key, &val); rc == DD_OK;
	     rc = dd_cursor_next(cursor, &key, &val)) {
		dd_buf_add(out, &key.len, sizeof(key.len));
		dd_buf_add(out, key.data, key.len);
		dd_buf_add(out, &val.len, sizeof(val.len));
		dd_buf_add(out, val.data, val.len);
	}
}

/* Every key and value that the closed view in folder `dir` holds; `out` is cleared first. */
static inline int view_dump(const char *dir, struct dd_buf *out, struct dd_error *err)
{
	struct dd_store *store = NULL;
	struct dd_txn *txn = NULL;
	struct dd_cursor *cursor = NULL;
	char path[700];
	int rc;

	(void)snprintf(path, sizeof(path), "%s/view-%d", dir, VIEW_SCHEMA);
	dd_buf_clear(out);
	rc = dd_store_open(path, UINT64_C(1) << 30, &store, err);
	if (rc == DD_OK)
		rc = dd_txn_read(store, &txn, err);
	if (rc == DD_OK)
		rc = dd_cursor_open(txn, &cursor, err);
	if (rc == DD_OK)
		view_dump_all(cursor, out);
	dd_cursor_close(cursor);
	dd_txn_abort(txn);
	dd_store_close(store);
	return rc;
}

#endif
