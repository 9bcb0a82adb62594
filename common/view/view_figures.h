/* view_figures.h - which tasks count, and how each stands: the one rule for figures, whoever shows
 * them (count_tasks, reports).
 *
 * Headings, what was removed, and what makes a task each period do not count. A task that stands in
 * two plans counts in its own. A fan-out counts as "count.fan_out" says for its plan: as one, whose
 * state follows from its parts (dd_fan_out), or by its parts. Among units its parts count in any
 * case, for it has no lead of its own. */
#ifndef DD_VIEW_VIEW_FIGURES_H
#define DD_VIEW_VIEW_FIGURES_H

#include "common/domain/rates.h"
#include "common/view/view_impl.h"

struct view_figures_ask {
	const char *plan; /* "" = all */
	int32_t as_of;    /* terms are judged by the end of it */
	bool now;         /* as things are; else as they were recorded, by what follows */
	int64_t until_us; /* events recorded before it; 0 = all */
	uint64_t until;   /* events up to this position; 0 = all */
	/* Corrections of earlier entries count up to this position: what was known when the figures
	 * were given out. 0 = all that is known. */
	uint64_t known;
	bool count_parts; /* fan-outs by their parts, whatever is set */
};

struct dd_fan_out;

/* One that counts. */
struct view_figure {
	uint64_t task;
	const struct view_moment *moment; /* its plan, lead and area; of a fan-out its own */
	enum dd_task_state state;         /* of a fan-out: as its parts have it */
	int32_t days_late;                /* 0 = in time */
	int64_t updated_us;               /* its lead's last progress report; only as things are */
	struct dd_tallied tallied;
	const struct dd_fan_out *parts; /* of a fan-out; else NULL */
	bool in_total;                  /* counts in the whole, in its plan and area */
	bool in_units;                  /* counts with its lead */
};

/* Each that counts; another answer than DD_OK ends the walk and is returned. */
typedef int view_figure_fn(void *arg, const struct view_figure *figure);
int view_figures(struct view *view, const struct view_figures_ask *ask, view_figure_fn *fn,
		 void *arg, struct dd_error *err) DD_MUST_CHECK;

#endif
