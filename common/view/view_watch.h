/* view_watch.h - which units have been heard from, and which should have been (domain/watch.h).
 *
 * A unit is heard from by whatever reports on its work: progress, no change, a product, a request
 * for confirmation. The days on which it was are kept for good, so that the question can be asked
 * as of any day. A report that was withdrawn is none, as far as it was the first of its day. */
#ifndef DD_VIEW_VIEW_WATCH_H
#define DD_VIEW_VIEW_WATCH_H

#include "common/domain/watch.h"
#include "common/view/view_apply.h"
#include "common/view/view_impl.h"

/* VIEW_HEARD: unit, day -> the first report that the unit sent on this day. */
struct view_heard {
	uint64_t sequence;
	uint64_t task;
};

/* After an event about a task was applied: is the unit heard from? */
void view_note_heard(struct apply *apply);

/* Whether the unit was heard from in the window. Where the first report of a day was withdrawn,
 * what came after it on that day does not count here. LMDB alone. */
bool view_heard_in(struct view *view, const char *unit, const struct dd_watch_window *window);

struct view_silent_ask {
	int32_t day;      /* asked on this day: only windows that were over before it count */
	bool past;        /* `day` is over: tasks as they were at the end of it */
	int32_t within;   /* the period in which this day lies; 0 = the last one that is over */
	const char *unit; /* with the units below it; "" = all */
	const char *plan; /* work of this plan; "" = all */
};

struct view_silent {
	char unit[32];
	struct dd_watch_window window;
	uint32_t open;      /* tasks that it had to report on */
	int32_t days_over;  /* working days by its calendar from the due day to `day` */
	int32_t heard_day;  /* when it was last heard from before; 0 = never */
	uint64_t heard;     /* that report's sequence */
	uint8_t person[16]; /* its focal person; zeros = none named */
};

/* Each unit that leads open tasks, given to it by the end of the period in plans that were
 * published, and was not heard from in the window. A collective unit
 * ("126 communes") has nobody who could report; its members have the parts of a fan-out. In the
 * order of codes. LMDB alone. */
typedef int view_silent_fn(void *arg, const struct view_silent *silent);
struct view_watched {
	uint32_t expected; /* units whose window is over and that had something to report on */
	uint32_t silent;
};
int view_silent_units(struct view *view, const struct view_silent_ask *ask, view_silent_fn *fn,
		      void *arg, struct view_watched *watched_out,
		      struct dd_error *err) DD_MUST_CHECK;

#endif
