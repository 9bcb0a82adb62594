/* view_walk.h - walks through what LMDB holds, for rules that need lists. What is not stored yet is
 * not seen: the caller has flushed (task_rules_want_all), or can live with a little less. */
#ifndef DD_VIEW_VIEW_WALK_H
#define DD_VIEW_VIEW_WALK_H

#include "common/view/view_impl.h"

struct view_walk {
	struct dd_cursor *cursor;
	bool begun;
	struct dd_key prefix;
	struct dd_val key, val; /* of the present entry; borrowed until the next step */
	int rc;                 /* DD_OK, or what ended the walk early */
};

/* All keys that begin with `prefix`. The walk ends with view_walk_close, before the view's next
 * turn. */
int view_walk_open(struct view *view, const struct dd_key *prefix, struct view_walk *walk,
		   struct dd_error *err) DD_MUST_CHECK;
bool view_walk_next(struct view_walk *walk); /* false: at the end, or see rc */
void view_walk_close(struct view_walk *walk);
/* The number at the end of the present key: most keys end with a task or a sequence. */
uint64_t view_walk_number(const struct view_walk *walk);

#endif
