/* noticing.h - a view with a few tasks, and events about reminders that it is fed as they come. */
#ifndef TESTS_COMMON_VIEW_NOTICING_H
#define TESTS_COMMON_VIEW_NOTICING_H

#include "common/view/view_notice.h"
#include "tests/common/view/asking.h"

struct story {
	char *dir;
	struct history h;
	struct asked asked;
	size_t fed;
};

static inline struct view *view_of(struct story *s)
{
	return s->asked.view;
}

/* Close the open frame and let the view see it in LMDB; the next events go into the next. */
static inline void feed(struct story *s)
{
	history_close_frame(&s->h);
	for (; s->fed < s->h.frame_count; s->fed++)
		must(replay_frame(view_of(s), &s->h.frames[s->fed], &why));
	must(view_flush(view_of(s), &why));
	history_open_frame(&s->h);
}

static inline void begin(struct story *s)
{
	memset(s, 0, sizeof(*s));
	s->dir = test_tmpdir();
	s->asked.h = &s->h;
	s->asked.view = open_view(s->dir, true);
	s->asked.today = HISTORY_DAY0;
	history_begin(&s->h, 77);
	history_found(&s->h);
	history_open_frame(&s->h);
	while (s->h.task_count < 3)
		history_add_task(&s->h);
	feed(s);
}

static inline void end(struct story *s)
{
	test_tmpdir_end(s->dir);
	end_asking(&s->asked, &s->h);
}

#endif
