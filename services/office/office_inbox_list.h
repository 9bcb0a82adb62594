/* office_inbox_list.h - what lies in the folder for sheets, from one look to the next: which files
 * have come to rest, and which of them is the oldest. */
#ifndef OFFICE_INBOX_LIST_H
#define OFFICE_INBOX_LIST_H

#include "common/base/id.h"
#include "services/office/office_inbox_sheet.h"

#define INBOX_REST_US   2900000 /* a file that is still being written grows within that */
#define INBOX_FILES_MAX 20000u  /* looked at in one round; the others when these are gone */

struct inbox_file {
	char *name; /* owned */
	int64_t size;
	int64_t modified_us;
	int64_t since_us; /* of the monotonic clock: it has been like that */
	/* Owned; what of these bytes is in the outbox although the file could not be moved: the
	 * next round must not hand it in once more. */
	struct inbox_sheet *taken;
	uint8_t content[DD_HASH_LEN];
};

struct inbox_list {
	struct inbox_file *files;  /* owned; by name */
	struct inbox_file **order; /* owned; those at rest, the oldest first */
	size_t count, resting;
	size_t left_out; /* for which there was no room */
};

/* Hidden files, those that Office keeps beside an open document, folders and links are passed
 * over. -1 and errno: the folder cannot be read. */
int inbox_list_look(struct inbox_list *list, const char *dir, int64_t mono_us);
void inbox_list_fini(struct inbox_list *list);

/* The bytes of a sheet. Never through a link, and never waiting for a pipe: whoever may drop files
 * must not have others read by us, nor have us stand still. */
int inbox_file_read(const char *path, struct dd_buf *out, struct dd_error *err) DD_MUST_CHECK;

#endif
