/* office_draft.h - reports that people have begun and not sent: kept over restarts and versions.
 *
 * A draft is the bytes of a CommandBody as its client packed them, whole or not yet: fields that
 * this build does not know stay in them. It goes with the first command that a client saves under
 * the draft's id as its stream, in the same transaction, so that a draft never leaves twice and is
 * never lost between the two. */
#ifndef OFFICE_DRAFT_H
#define OFFICE_DRAFT_H

#include "dondoc/v1/office.pb-c.h"
#include "services/office/office_outbox.h"

#define OFFICE_DRAFTS_MAX     2000u
#define OFFICE_DRAFT_BODY_MAX 49152u /* bytes: what can leave at all */
#define OFFICE_DRAFT_NOTE_MAX 500u

/* Keep it, in the place of what was kept under its id. DD_ERR_INVALID with words: no id of 16
 * bytes, too large, no command; DD_ERR_REFUSED: it was sent already, or there are too many.
 * DD_ERR_FULL: not kept. */
int office_draft_save(struct office_outbox *outbox, const Dondoc__V1__SaveDraft *draft,
		      int64_t now_us, struct dd_error *err) DD_MUST_CHECK;
/* DD_ERR_NOT_FOUND. */
int office_draft_drop(struct office_outbox *outbox, const ProtobufCBinaryData *id,
		      struct dd_error *err) DD_MUST_CHECK;

struct office_draft_seen {
	const Dondoc__V1__SaveDraft *draft; /* borrowed for the call */
	int64_t begun_us;
	int64_t changed_us;
};
/* All of them, or the one with this id (16 bytes, NULL = all), in the order of ids. `on_draft`
 * returns false to stop. */
int office_draft_walk(struct office_outbox *outbox, const uint8_t *id,
		      bool (*on_draft)(void *arg, const struct office_draft_seen *seen), void *arg);

/* For office_outbox.c, within its transaction: the draft with this id is sent. */
int office_draft_sent(struct office_outbox *outbox, const uint8_t id[DD_ID_LEN],
		      struct dd_error *err) DD_MUST_CHECK;

#endif
