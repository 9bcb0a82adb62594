/* view_backup.h - the view's records of backups that cover the log and of its last restore. */
#ifndef DD_VIEW_VIEW_BACKUP_H
#define DD_VIEW_VIEW_BACKUP_H

#include "common/view/view.h"

/* VIEW_META "covered": up to where backups cover the log, whichever is newest. */
struct view_covered {
	uint64_t sequence;          /* of the event that said so */
	uint64_t covered;           /* everything up to this record lies in a verified backup */
	uint8_t chain[DD_HASH_LEN]; /* behind that record */
	uint32_t incarnation;       /* of that record */
	uint32_t reserved;
};
_Static_assert(sizeof(struct view_covered) == 24 + DD_HASH_LEN, "no padding");

/* VIEW_META "restore": the log was restored from a backup. */
struct view_restore {
	uint64_t sequence;  /* of the event that began the incarnation */
	uint64_t cut_after; /* the last record taken over from the backup */
	uint64_t released;  /* sequence of the event that let reminders go again; 0 = they wait */
	int64_t restored_us;
	uint32_t incarnation;
	int32_t told_until_day; /* once released: what was to be said by this day counts as said */
	char reason[200];       /* cut */
};
_Static_assert(sizeof(struct view_restore) == 240, "no padding");

/* DD_OK, DD_ERR_NOT_FOUND (no backup yet; never restored), DD_ERR_IO, DD_ERR_CORRUPT. */
int view_covered(struct view *view, bool with_batch, struct view_covered *out);
int view_restore(struct view *view, bool with_batch, struct view_restore *out);

#endif
