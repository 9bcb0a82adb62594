/* store.h - durable key-value tables. The only module that knows LMDB (store.c alone includes
 * lmdb.h). Always LMDB's default sync: no flag that weakens it is ever set (tests/lint/flags.sh
 * guards that). */
#ifndef DD_STORE_STORE_H
#define DD_STORE_STORE_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dd_store;
struct dd_txn;

struct dd_val {
	const void *data;
	size_t len;
};

/* Open or create the store in folder `dir` (made with mode 0700; wider is refused). One process and
 * one open per folder: a second is DD_ERR_REFUSED (flock, and a registry by device and inode).
 * `map_bytes` 0 = 64 GiB, sparse; smaller if the machine limits address space. */
int dd_store_open(const char *dir, uint64_t map_bytes, struct dd_store **store_out,
		  struct dd_error *err) DD_MUST_CHECK;
void dd_store_close(struct dd_store *store); /* NULL is fine. No transaction may be open. */

/* Readers of one store may be several per thread; one writer at a time, used by one thread only. */
int dd_txn_read(struct dd_store *store, struct dd_txn **txn_out,
		struct dd_error *err) DD_MUST_CHECK;
int dd_txn_write(struct dd_store *store, struct dd_txn **txn_out,
		 struct dd_error *err) DD_MUST_CHECK;
void dd_txn_abort(struct dd_txn *txn); /* ends a reader too; NULL is fine */
/* A reader gives up its snapshot but keeps its place; dd_txn_renew takes a fresh one. Cheap. */
void dd_txn_reset(struct dd_txn *txn);
int dd_txn_renew(struct dd_txn *txn) DD_MUST_CHECK;

/* Durable when this returns 0. The transaction is gone either way. DD_ERR_FULL: disk or map full,
 * nothing changed (LMDB says EIO on some full disks: statvfs decides). DD_ERR_IO: end the process.
 */
int dd_txn_commit(struct dd_txn *txn, struct dd_error *err) DD_MUST_CHECK;

/* `*val_out` lives until the transaction ends or writes. DD_ERR_NOT_FOUND; keys are 1..511 bytes.
 */
int dd_txn_get(struct dd_txn *txn, const void *key, size_t key_len, struct dd_val *val_out);
int dd_txn_put(struct dd_txn *txn, const void *key, size_t key_len, const void *data, size_t len,
	       struct dd_error *err) DD_MUST_CHECK;
int dd_txn_del(struct dd_txn *txn, const void *key,
	       size_t key_len); /* DD_ERR_NOT_FOUND is fine to ignore */

/* Walk keys in byte order. */
struct dd_cursor;
int dd_cursor_open(struct dd_txn *txn, struct dd_cursor **cursor_out,
		   struct dd_error *err) DD_MUST_CHECK;
void dd_cursor_close(struct dd_cursor *cursor); /* before its transaction ends */
/* The first key >= `key` that begins with the first `prefix_len` bytes of it; DD_ERR_NOT_FOUND. */
int dd_cursor_seek(struct dd_cursor *cursor, const void *key, size_t key_len, size_t prefix_len,
		   struct dd_val *key_out, struct dd_val *val_out);
/* The next with that prefix; DD_ERR_NOT_FOUND at its end. */
int dd_cursor_next(struct dd_cursor *cursor, struct dd_val *key_out, struct dd_val *val_out);
/* In a write transaction: put at the cursor's place; fastest when keys come sorted. */
int dd_cursor_put(struct dd_cursor *cursor, const void *key, size_t key_len, const void *data,
		  size_t len, struct dd_error *err) DD_MUST_CHECK;

/* Free the slots of readers that were killed. At start and every minute. */
void dd_store_reader_check(struct dd_store *store);

struct dd_store_stats {
	uint64_t file_bytes, used_bytes, entries, readers;
};
struct dd_store_stats dd_store_stats(struct dd_store *store);

/* A compact, consistent copy while the store is in use: written beside, fsynced, renamed to `dir`.
 */
int dd_store_copy(struct dd_store *store, const char *dir, struct dd_error *err) DD_MUST_CHECK;

#endif
