/* office_inbox_impl.h - what the files office_inbox_*.c share. */
#ifndef OFFICE_INBOX_IMPL_H
#define OFFICE_INBOX_IMPL_H

#include "services/office/office_inbox_sheet.h"
#include "services/office/office_inbox_wait.h"

struct inbox_sheet {
	struct dd_sheet *sheet;  /* owned */
	struct inbox_said *said; /* owned */
	size_t count;
	uint8_t content[DD_HASH_LEN];
};

struct inbox_sheets {
	struct office *office;
	uint8_t stream[DD_ID_LEN]; /* a new one with every start */
	uint64_t number;           /* the last that is used */
	bool waiting;              /* an answer may wait for the centre */
	bool told;                 /* that an answer cannot be written */
};

#endif
