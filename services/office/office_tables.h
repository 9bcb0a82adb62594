/* office_tables.h - the outbox's tables and their records; only office_outbox*.c include this.
 *
 *   M                          -> struct office_meta
 *   S ordinal                  -> struct office_stream
 *   I item                     -> struct office_item
 *   B item                     -> its bytes; none for an empty body
 *   N ordinal, number          -> item; 0 = a hole: what had the number moved to another stream
 *   U ordinal, number          -> item; only what is not settled
 *   C client stream, number    -> struct office_identity
 *   L client stream            -> its last number
 *   R item, incarnation, seq   -> chain hash: every receipt ever got, the log's outside witness
 *   X number                   -> struct office_notice
 *   E, e                       -> files that reports name: office_outbox_files.c
 *   D draft                    -> what people have begun: office_draft.c
 *   H item, step               -> struct office_step: office_past.c
 *   Z                          -> the centre's time: office_clock.c
 *   W number                   -> a sheet's answer that waits: office_inbox_wait.c */
#ifndef OFFICE_TABLES_H
#define OFFICE_TABLES_H

#include "common/store/key.h"
#include "services/office/office_outbox.h"

#define OFFICE_SCHEMA         1
#define OFFICE_WAITING_PREFIX 5 /* letter and ordinal: one stream's part of U */

struct office_meta {
	uint64_t schema;
	uint64_t items;   /* saved ever: the last item's id */
	uint64_t waiting; /* not settled */
	uint64_t notices; /* the last notice's number */
	uint64_t streams;
	uint64_t incarnation; /* the newest of the centre that a receipt named */
};

struct office_identity {
	uint64_t item;
	uint8_t digest[DD_HASH_LEN]; /* of the bytes the client gave */
};

/* What the centre has decided of an item and is not written yet. */
struct office_answer {
	uint64_t item;
	struct office_receipt receipt;
	int64_t now_us;
	enum office_state state;
};

/* Meta and streams are held in memory as the store has them; a transaction that fails brings them
 * back to that. */
struct office_outbox {
	struct dd_store *store; /* owned */
	struct dd_txn *reader;  /* owned; reset between calls */
	struct dd_txn *writer;  /* open only within a call */
	struct office_meta meta;
	struct office_stream *streams; /* owned; meta.streams of them */
	struct office_answer *answers; /* owned; each transaction writes them first */
	size_t answer_count;
	size_t answer_cap;
	uint64_t noted; /* how often a report that names a file was saved since it was opened */
	uint64_t moved; /* how often an item was written since then */
};

/* office_outbox.c: write the answers, within the transaction that has begun. */
int office_put_answers(struct office_outbox *outbox, struct dd_error *err) DD_MUST_CHECK;

struct dd_key office_key_meta(void);
struct dd_key office_key_stream(uint32_t ordinal);
struct dd_key office_key_item(uint64_t id);
struct dd_key office_key_body(uint64_t id);
struct dd_key office_key_number(uint32_t ordinal, uint64_t number);
struct dd_key office_key_waiting(uint32_t ordinal, uint64_t number);
struct dd_key office_key_client(const uint8_t stream[DD_ID_LEN], uint64_t number);
struct dd_key office_key_client_last(const uint8_t stream[DD_ID_LEN]);
struct dd_key office_key_receipt(uint64_t id, const struct office_receipt *receipt);
struct dd_key office_key_notice(uint64_t number);

/* A record of exactly `len` bytes. DD_ERR_CORRUPT: it has another length. */
int office_get(struct dd_txn *txn, const struct dd_key *key, void *out, size_t len);
int office_put(struct office_outbox *outbox, const struct dd_key *key, const void *data, size_t len,
	       struct dd_error *err) DD_MUST_CHECK;
int office_get_item(struct dd_txn *txn, uint64_t id, struct office_item *item_out);

/* A fresh snapshot; ended with dd_txn_reset before the call returns. */
int office_read(struct office_outbox *outbox, struct dd_txn **txn_out);

int office_load(struct office_outbox *outbox, struct dd_error *err) DD_MUST_CHECK;
int office_begin(struct office_outbox *outbox, struct dd_error *err) DD_MUST_CHECK;
/* Commit if `rc` is 0; else, or if that fails, nothing has changed. Returns what came of it. */
int office_end(struct office_outbox *outbox, int rc, struct dd_error *err) DD_MUST_CHECK;

/* Within a transaction. */
int office_put_meta(struct office_outbox *outbox, struct dd_error *err) DD_MUST_CHECK;
int office_put_stream(struct office_outbox *outbox, uint32_t ordinal,
		      struct dd_error *err) DD_MUST_CHECK;
/* A new stream with a random id, which is the current one from now on. */
int office_add_stream(struct office_outbox *outbox, int64_t now_us,
		      struct dd_error *err) DD_MUST_CHECK;
int office_add_notice(struct office_outbox *outbox, int64_t now_us, const char *text,
		      struct dd_error *err) DD_MUST_CHECK;
/* A new record under its number, waiting. */
int office_add_item(struct office_outbox *outbox, const struct office_item *item,
		    struct dd_error *err) DD_MUST_CHECK;
/* Move the item to a state, allowed by the table; its record and the waiting index follow. */
int office_put_state(struct office_outbox *outbox, struct office_item *item,
		     const struct office_change *change, int64_t now_us,
		     struct dd_error *err) DD_MUST_CHECK;
/* Cut at a character. */
void office_set_text(char *out, size_t size, const char *text);

#endif
