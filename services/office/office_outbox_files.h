/* office_outbox_files.h - the files that reports of the outbox name as evidence to follow, and how
 * far each has come; in the outbox's store. Their contents lie beside it (common/files).
 *
 * What a report names is noted in the transaction that saves the report. As in office_outbox.h each
 * function that changes something is one transaction, and fails likewise. */
#ifndef OFFICE_OUTBOX_FILES_H
#define OFFICE_OUTBOX_FILES_H

#include "services/office/office_outbox.h"

/* The numbers are those of dondoc.v1.OutboxFileState. */
enum office_file_state {
	OFFICE_FILE_AWAITED = 1,
	OFFICE_FILE_WAITING = 2,
	OFFICE_FILE_SENDING = 3,
	OFFICE_FILE_AT_CENTRE = 4,
	OFFICE_FILE_COVERED = 5,
	OFFICE_FILE_REFUSED = 6,
	OFFICE_FILE_DAMAGED = 7,
	OFFICE_FILE_UNWANTED = 8,
	OFFICE_FILE_DESTROYED = 9
};

#define OFFICE_FILE_NAME 256 /* with the NUL; longer ones the centre does not take */

/* Stored as it is; there is no padding. */
struct office_file {
	uint8_t hash[DD_HASH_LEN];
	uint64_t size; /* as its content has it, once that is here; before that as a report says */
	uint64_t sent; /* the centre had so much when it was last noted */
	uint64_t sequence; /* at the centre: the log's head when it told so */
	uint64_t task;     /* of the first report that names it */
	uint64_t item;     /* that report */
	int64_t added_us;
	int64_t changed_us;
	uint32_t incarnation; /* of `sequence` */
	uint32_t breaks;      /* of the line, with a piece of it on the way */
	uint32_t uses;        /* reports that name it */
	uint8_t state;        /* enum office_file_state */
	uint8_t reserved;
	uint16_t refusal; /* with OFFICE_FILE_REFUSED: a RefusalCode; `reason` has its arguments */
	char name[OFFICE_FILE_NAME];
	char reason[OFFICE_REASON_TEXT];
};

/* Between two arguments of a refusal in `reason`. */
#define OFFICE_FILE_SPLIT '\x1f'

/* A report that names a file. */
struct office_file_use {
	uint64_t item;
	uint64_t task;
	uint64_t reserved;
	char name[OFFICE_FILE_NAME];
};

/* DD_ERR_NOT_FOUND, DD_ERR_CORRUPT. */
int office_outbox_file(struct office_outbox *outbox, const uint8_t hash[DD_HASH_LEN],
		       struct office_file *file_out);
int office_outbox_file_put(struct office_outbox *outbox, const struct office_file *file,
			   struct dd_error *err) DD_MUST_CHECK;
/* All of them, by hash; `on_file` returns false to stop. */
int office_outbox_files(struct office_outbox *outbox,
			bool (*on_file)(void *arg, const struct office_file *file), void *arg);

/* What the reports that name a file want, and the `nth` (from 0) of those that the centre has
 * accepted. */
struct office_file_want {
	uint32_t open; /* not decided yet: queued, sent, held, in conflict */
	uint32_t accepted;
	struct office_file_use use; /* the `nth` accepted one; item 0 = there are not so many */
};
int office_outbox_file_want(struct office_outbox *outbox, const uint8_t hash[DD_HASH_LEN],
			    uint32_t nth, struct office_file_want *want_out);

/* The followed log has told that two persons had the file destroyed. */
bool office_outbox_file_destroyed(struct office_outbox *outbox, const uint8_t hash[DD_HASH_LEN]);

/* Grows with each report that names a file. */
uint64_t office_outbox_files_noted(const struct office_outbox *outbox);
/* Grows with whatever happens to any report: as long as it stays, each file is wanted as before. */
uint64_t office_outbox_files_moved(const struct office_outbox *outbox);

/* Within the transaction that saves the report. */
int office_files_note(struct office_outbox *outbox, const struct office_item *item,
		      const struct office_file_named *named, struct dd_error *err) DD_MUST_CHECK;

#endif
