/* office_outbox.h - the reports of an office that are on their way to the centre, durably.
 *
 * What is saved here is kept until a backup of the centre covers it: also what the centre has
 * accepted, so that a restored centre gets it again. Numbers, digests and receipts stay for good.
 * Every function that changes something is one transaction: it is durable when the function returns
 * 0, and nothing has changed otherwise. DD_ERR_FULL: the disk is full, the same call works when
 * there is space. DD_ERR_IO, DD_ERR_CORRUPT: end the process. */
#ifndef OFFICE_OUTBOX_H
#define OFFICE_OUTBOX_H

#include "common/base/err.h"
#include "common/eventlog/eventlog.h"
#include "common/store/store.h"
#include "services/office/office_item.h"

struct office_outbox;

/* Open or create the outbox in folder `dir`; a new one makes its own stream id. `map_bytes` as in
 * dd_store_open. */
int office_outbox_open(const char *dir, uint64_t map_bytes, int64_t now_us,
		       struct office_outbox **outbox_out, struct dd_error *err) DD_MUST_CHECK;
void office_outbox_close(struct office_outbox *outbox);
/* The store below, for tables whose letters the outbox does not use (office_replica). */
struct dd_store *office_outbox_store(struct office_outbox *outbox);

/* --- from the local clients ----------------------------------------------------------------- */

/* A file that a report names as evidence to follow. */
struct office_file_named {
	const uint8_t *hash; /* NULL = none; DD_HASH_LEN bytes */
	uint64_t size;
	const char *name;
};

struct office_command {
	uint8_t stream[DD_ID_LEN]; /* the local client's */
	uint64_t number;
	const uint8_t *body;
	size_t body_len;
	uint64_t task;
	const char *summary;
	struct office_file_named file; /* office_outbox_files.h */
};

enum office_save {
	OFFICE_SAVE_NEW,
	OFFICE_SAVE_SAME,   /* saved before, with the same bytes */
	OFFICE_SAVE_OTHER,  /* the number is taken by other bytes */
	OFFICE_SAVE_MISSING /* an earlier number has not come yet */
};

/* *expected_out is the number that must come next of that client's stream. */
int office_outbox_save(struct office_outbox *outbox, const struct office_command *command,
		       int64_t now_us, enum office_save *save_out, uint64_t *expected_out,
		       struct dd_error *err) DD_MUST_CHECK;

/* Send an empty command in the place of a report that has never left; `reason` may be empty.
 * DD_ERR_REFUSED: it may have left already. DD_ERR_NOT_FOUND. */
#define OFFICE_WITHDRAWN_HERE "withdrawn by the office"
int office_outbox_withdraw(struct office_outbox *outbox, uint64_t id, const char *reason,
			   int64_t now_us, struct dd_error *err) DD_MUST_CHECK;

/* --- towards the centre --------------------------------------------------------------------- */

/* The newest incarnation of the centre that a receipt named; 0 = no receipt yet. */
uint32_t office_outbox_incarnation(const struct office_outbox *outbox);
uint32_t office_outbox_stream_count(const struct office_outbox *outbox);
/* Borrowed until the next change. `ordinal` is below the count; the last is the current one. */
const struct office_stream *office_outbox_stream(const struct office_outbox *outbox,
						 uint32_t ordinal);

/* DD_ERR_NOT_FOUND: nothing has that number, or what had it moved to another stream. */
int office_outbox_at(struct office_outbox *outbox, uint32_t ordinal, uint64_t number,
		     struct office_item *item_out);
/* The report that a local client saved under its own stream and number. */
int office_outbox_of_client(struct office_outbox *outbox, const uint8_t stream[DD_ID_LEN],
			    uint64_t number, struct office_item *item_out);
/* The same by the stream's id. */
int office_outbox_find(struct office_outbox *outbox, const uint8_t stream[DD_ID_LEN],
		       uint64_t number, struct office_item *item_out);
/* The first report of the stream that is not settled and not in conflict, from `from` on. */
int office_outbox_first_waiting(struct office_outbox *outbox, uint32_t ordinal, uint64_t from,
				uint64_t *number_out);
/* The bytes of an item; caller frees *body_out. NULL for an empty body. */
int office_outbox_body(struct office_outbox *outbox, uint64_t id, uint8_t **body_out,
		       size_t *len_out);

/* These items go out now: once more an attempt, and their identity is exposed. */
int office_outbox_mark_sent(struct office_outbox *outbox, const uint64_t *ids, size_t count,
			    int64_t now_us, struct dd_error *err) DD_MUST_CHECK;

/* What became of an item; reason and receipt may be NULL. The move must be allowed. */
struct office_change {
	enum office_state state;
	const char *reason;
	const struct office_receipt *receipt;
};
int office_outbox_change(struct office_outbox *outbox, uint64_t id,
			 const struct office_change *change, int64_t now_us,
			 struct dd_error *err) DD_MUST_CHECK;

/* The same, but it is written with the next transaction, whoever begins that, or when
 * office_outbox_write is called: many answers cost one flush. Until then the item is read as it
 * was. An answer that is lost on the way is no harm: the report goes again and gets the same one.
 * An item that has been settled meanwhile stays as it is. No reason. */
void office_outbox_answered(struct office_outbox *outbox, uint64_t id,
			    const struct office_change *change, int64_t now_us);
bool office_outbox_unwritten(const struct office_outbox *outbox); /* there are such answers */
int office_outbox_write(struct office_outbox *outbox, struct dd_error *err) DD_MUST_CHECK;

/* --- when centre and outbox differ (office_outbox_repair.c) ---------------------------------- */

/* The centre lacks what it had answered after number `after`: all that goes out again. *count_out
 * tells how much; a notice says so if there is any. */
int office_outbox_requeue(struct office_outbox *outbox, uint32_t ordinal, uint64_t after,
			  int64_t now_us, uint64_t *count_out, struct dd_error *err) DD_MUST_CHECK;

/* Whatever the centre had answered about the stream is in doubt: all of it goes out again, and gets
 * the same answers where it is still there. */
int office_outbox_doubt(struct office_outbox *outbox, uint32_t ordinal, int64_t now_us,
			struct dd_error *err) DD_MUST_CHECK;
/* Somebody else has used the stream, and the centre was restored since all of it was asked about:
 * others may have taken its numbers. */
bool office_outbox_doubtful(const struct office_outbox *outbox, uint32_t ordinal);

/* Somebody else has used the stream. Everything up to `known_to` (the centre's last number) or that
 * may have left is to be asked about under its old number; the notice `why` is kept. Says the same
 * again without harm: then only what is to be asked about may grow. */
int office_outbox_retire(struct office_outbox *outbox, uint32_t ordinal, uint64_t known_to,
			 const char *why, int64_t now_us, struct dd_error *err) DD_MUST_CHECK;

/* The centre has other bytes under an item's number: the item waits for a new one, and its stream
 * is retired in the same transaction. */
int office_outbox_conflict(struct office_outbox *outbox, uint64_t id, int64_t now_us,
			   struct dd_error *err) DD_MUST_CHECK;

/* All that may have left is settled or in conflict: the rest of a retiring stream gets numbers in
 * the current stream, or in a new one if the retiring one was the current. */
int office_outbox_move(struct office_outbox *outbox, uint32_t ordinal, int64_t now_us,
		       struct dd_error *err) DD_MUST_CHECK;

/* --- destruction (office_outbox_blank.c) ------------------------------------------------------ */

/* The centre says that the words of the command under this number are destroyed: what the outbox
 * keeps of it goes too, but for digest and receipt. Harmless if that is so already, or if the
 * outbox has no such number, or something under it that still waits. *blanked_out: it was not so
 * before. */
int office_outbox_blank(struct office_outbox *outbox, const uint8_t stream[DD_ID_LEN],
			uint64_t number, bool *blanked_out, struct dd_error *err) DD_MUST_CHECK;

/* --- what a backup covers (office_outbox_free.c) -----------------------------------------------
 */

/* The centre's backup covers its log up to there. `incarnation_at` (which must not write) tells
 * under which incarnation the log has that record; false: that is not known here. */
struct office_backup {
	struct dd_position covered;
	bool (*incarnation_at)(void *arg, uint64_t sequence, uint32_t *incarnation_out);
	void *arg;
};
/* Of reports answered by then the bytes go, some thousand in one call; number, digest and receipt
 * stay. *freed_out 0: there are no more. */
int office_outbox_free(struct office_outbox *outbox, const struct office_backup *backup,
		       size_t *freed_out, struct dd_error *err) DD_MUST_CHECK;

/* --- for people ------------------------------------------------------------------------------ */

struct office_counts {
	uint64_t waiting;
	int64_t oldest_us; /* when the oldest waiting one was saved; 0 = none waits */
	uint64_t saved;    /* ever */
	uint64_t notices;
};
int office_outbox_counts(struct office_outbox *outbox, struct office_counts *counts_out);

/* Newest first; `on_item` returns false to stop. */
int office_outbox_walk(struct office_outbox *outbox, bool open_only,
		       bool (*on_item)(void *arg, const struct office_item *item), void *arg);
/* The same for what is not settled, in no order; costs nothing where nothing waits. */
int office_outbox_walk_open(struct office_outbox *outbox,
			    bool (*on_item)(void *arg, const struct office_item *item), void *arg);
/* Keep a sentence that a person must read. */
int office_outbox_tell(struct office_outbox *outbox, const char *text, int64_t now_us,
		       struct dd_error *err) DD_MUST_CHECK;

struct office_notice {
	int64_t at_us;
	char text[OFFICE_REASON_TEXT];
};
/* The newest; DD_ERR_NOT_FOUND if there has been none. */
int office_outbox_notice(struct office_outbox *outbox, struct office_notice *notice_out);

#endif
