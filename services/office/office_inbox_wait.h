/* office_inbox_wait.h - sheets whose answers are not final yet, durably: which file, which answer,
 * and which of its rows went into the outbox under which number. What only the file tells is read
 * from it again when the centre has decided. */
#ifndef OFFICE_INBOX_WAIT_H
#define OFFICE_INBOX_WAIT_H

#include "services/office/office_outbox.h"

/* One command of a row. Stored as it is; no padding. */
struct inbox_said {
	uint64_t number;  /* in the inbox's stream; 0 = it was not taken into the outbox */
	uint32_t row;     /* its number in the file */
	uint32_t action;  /* which kind of command */
	uint32_t refusal; /* why it was not taken; 0 = no reason was given */
	uint32_t reserved;
};

struct inbox_wait {
	uint64_t id;
	uint8_t stream[DD_ID_LEN];
	uint8_t content[DD_HASH_LEN]; /* of the file */
	char *file, *answer;          /* owned; paths */
	struct inbox_said *said;      /* owned */
	size_t count;
};

/* Durable when it returns 0; `wait->id` is set then. */
int inbox_wait_keep(struct office_outbox *outbox, struct inbox_wait *wait,
		    struct dd_error *err) DD_MUST_CHECK;
int inbox_wait_drop(struct office_outbox *outbox, uint64_t id, struct dd_error *err) DD_MUST_CHECK;
/* The first behind `after` (0 = all), in the order of keeping; the caller gives it back with
 * inbox_wait_fini. DD_ERR_NOT_FOUND: there are no more. */
int inbox_wait_next(struct office_outbox *outbox, uint64_t after, struct inbox_wait *wait_out);
void inbox_wait_fini(struct inbox_wait *wait);

#endif
