/* office_kept_impl.h - tables and transactions of what is kept; only office_kept*.c include this.
 *
 *   P                 -> struct office_kept_state
 *   F last sequence   -> struct office_trace of a slice, then the leaf of each of its records
 *   K sequence        -> a record as it lies in a frame
 *   A task, sequence  -> nothing: that record is about the task
 *   G task            -> struct office_kept_task
 *   ! hash            -> the order by which the file was destroyed (office_outbox_files.h) */
#ifndef OFFICE_KEPT_IMPL_H
#define OFFICE_KEPT_IMPL_H

#include "common/store/key.h"
#include "services/office/office_kept.h"

#define OFFICE_KEPT_SCHEMA 1
#define OFFICE_KEPT_WORDS  "the copy of the centre's log kept here is damaged"

/* Of each slice that was followed, hidden or not; the leaves of its records stand behind it. */
struct office_trace {
	uint64_t base;
	int64_t record_us;
	uint32_t incarnation;
	uint32_t count;
	uint8_t chain[DD_HASH_LEN]; /* after it */
};

/* A task of which something is kept. */
struct office_kept_task {
	uint64_t version; /* all up to this record is here; 0 = that is not known */
	uint32_t flags;   /* of ReadableFlag, as the centre told; 0 = not yet */
	uint32_t reserved;
};

struct office_kept {
	struct dd_store *store; /* borrowed */
	const char *unit;       /* borrowed */
	struct dd_txn *reader;  /* owned; reset between calls */
	struct dd_txn *writer;  /* open only within a call */
	struct office_kept_state state;
	struct office_kept_state before; /* comes back if a transaction fails */
};

struct dd_key office_kept_key(char table, uint64_t number);
struct dd_key office_kept_key_about(uint64_t task, uint64_t sequence);

int office_kept_begin(struct office_kept *kept, struct dd_error *err) DD_MUST_CHECK;
/* Commit if `rc` is 0; else, or if that fails, nothing has changed. */
int office_kept_end(struct office_kept *kept, int rc, struct dd_error *err) DD_MUST_CHECK;
int office_kept_put(struct office_kept *kept, const struct dd_key *key, const void *data,
		    size_t len, struct dd_error *err) DD_MUST_CHECK;

/* The first key at or behind `key` with its first `prefix` bytes; key and value (which may be NULL)
 * are borrowed until the transaction writes or ends. */
int office_kept_seek(struct dd_txn *txn, const struct dd_key *key, size_t prefix,
		     struct dd_val *key_out, struct dd_val *val_out);
/* A record as it lies in a frame. False: it cannot be one. */
bool office_kept_parse(uint64_t sequence, const struct dd_val *val, struct dd_record *record_out);
/* DD_ERR_NOT_FOUND, DD_ERR_CORRUPT. */
int office_kept_get_task(struct dd_txn *txn, uint64_t task, struct office_kept_task *out);
int office_kept_put_task(struct office_kept *kept, uint64_t task,
			 const struct office_kept_task *row, struct dd_error *err) DD_MUST_CHECK;
/* The slice that holds `sequence`. */
int office_kept_trace(struct dd_txn *txn, uint64_t sequence, struct office_trace *trace_out,
		      struct dd_val *leaves_out);
/* Keep a record, or what came of it since; within a transaction. */
int office_kept_put_record(struct office_kept *kept, const struct dd_record *record, uint64_t task,
			   struct dd_error *err) DD_MUST_CHECK;
int office_kept_del_record(struct office_kept *kept, uint64_t sequence, uint64_t task,
			   struct dd_error *err) DD_MUST_CHECK;
/* What an event says of others that are kept: words that were destroyed (office_kept_words.c),
 * backups. */
int office_kept_heed(struct office_kept *kept, const Dondoc__V1__EventHeader *header,
		     const struct dd_record *record, struct office_kept_taken *taken,
		     struct dd_error *err) DD_MUST_CHECK;

#endif
