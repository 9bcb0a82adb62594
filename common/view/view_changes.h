/* view_changes.h - what has changed in LMDB since somebody looked, for an index over tasks that
 * somebody else keeps: which tasks, or that it must be made anew. */
#ifndef DD_VIEW_VIEW_CHANGES_H
#define DD_VIEW_VIEW_CHANGES_H

#include "common/view/view.h"

#define VIEW_CHANGES_MOST 65536u /* tasks; of more it is not told which */
#define VIEW_CHANGES_FEW  64u    /* plans and digests; of more neither */

struct view_changes {
	uint64_t *tasks; /* owned; some may be told more than once */
	size_t count, cap;
	bool all;      /* what many tasks hang on has changed: rules, settings, calendars, units */
	bool silences; /* their list has changed */
	char plans[VIEW_CHANGES_FEW][32]; /* that have changed, or whose reminders begin or end */
	size_t plan_count;
	/* Dropped unsaid: what they said may be planned again. */
	uint8_t drops[VIEW_CHANGES_FEW][32];
	size_t drop_count;
};

/* From now on each step that LMDB takes is noted in `changes`, which is borrowed until this is
 * called with NULL. One at a time. */
void view_changes_keep(struct view *view, struct view_changes *changes);
void view_changes_clear(struct view_changes *changes);
void view_changes_fini(struct view_changes *changes);

#endif
