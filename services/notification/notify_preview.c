/* notify_preview.c - each task by itself gives what is said of it; sorted and gathered they are the
 * messages. */
#include "services/notification/notify_preview.h"

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "services/notification/notify_preview_impl.h"
#include "services/notification/notify_scene_impl.h"
#include "services/notification/notify_units.h"
#include <stdlib.h>
#include <string.h>

#define DAYS_MOST 2932896 /* 9999-12-31 */

int notify_preview_days(const Dondoc__V1__PreviewReminders *ask, int32_t today, int32_t *from_out,
			int32_t *to_out, struct dd_error *err)
{
	if (ask->from_day < -DAYS_MOST || ask->from_day > DAYS_MOST)
		return dd_fail(err, DD_ERR_INVALID, "the first day is out of range");
	*from_out = ask->from_day != 0 ? ask->from_day : today;
	*to_out = ask->to_day != 0 ? ask->to_day : *from_out + 30;
	if (*to_out < *from_out)
		return dd_fail(err, DD_ERR_INVALID, "the last day is before the first");
	if ((int64_t)*to_out - *from_out > NOTIFY_PREVIEW_DAYS)
		return dd_fail(err, DD_ERR_INVALID, "at most %d days are looked ahead",
			       NOTIFY_PREVIEW_DAYS);
	return 0;
}

/* --- gathering ------------------------------------------------------------------------------- */

static bool wanted(const struct previewing *previewing, const struct sheet_row *row)
{
	const struct sheet *sheet = notify_scene_sheet(previewing->scene);
	const char *plan = previewing->ask->plan;

	return plan[0] == '\0' || strcmp(sheet_text(sheet, row->plan), plan) == 0;
}

static void gather_tasks(struct previewing *previewing)
{
	struct notify_scene *scene = previewing->scene;
	const struct sheet_row *rows = sheet_rows(notify_scene_sheet(scene));
	const size_t count = sheet_count(notify_scene_sheet(scene));

	for (size_t i = 0; i < count; i++) {
		if (!wanted(previewing, &rows[i]) || !notify_scene_open(scene, &rows[i]))
			continue;
		if (previewing->says.count > NOTIFY_PREVIEW_MOST) {
			previewing->cut = true;
			return;
		}
		previewing->not_started += notify_scene_plan(scene, &rows[i])->started_day == 0;
		if (notify_scene_silence_ahead(scene, &rows[i], previewing->to_day)) {
			notify_preview_live(previewing, &rows[i]);
			continue;
		}
		notify_say_pending(scene, &rows[i], previewing->told_until, &previewing->says);
		notify_say_future(scene, &rows[i], previewing->to_day, &previewing->says);
	}
}

static int gather(struct previewing *previewing, struct dd_error *err)
{
	int rc = 0;

	gather_tasks(previewing);
	/* What a unit is told about itself belongs to no plan. */
	if (previewing->ask->plan[0] == '\0' || previewing->ask->starting[0] != '\0')
		rc = notify_units_say(previewing->scene, previewing->told_until, &previewing->says,
				      err);
	if (rc == 0 && previewing->ask->plan[0] == '\0')
		rc = notify_units_future(previewing->scene, previewing->to_day, &previewing->says,
					 err);
	return rc;
}

/* --- what is one ----------------------------------------------------------------------------- */

static bool in_family(const struct notify_say *say)
{
	return say->kind == DD_RULE_BEFORE || say->kind == DD_RULE_DUE ||
	       say->kind == DD_RULE_AFTER;
}

static int by_matter(const void *a, const void *b)
{
	const struct notify_say *x = a, *y = b;
	const int units = strcmp(x->to->code, y->to->code);

	if (units != 0)
		return units;
	if (notify_say_apart(x, y) != 0)
		return notify_say_apart(x, y);
	if (x->task != y->task)
		return x->task < y->task ? -1 : 1;
	if (in_family(x) != in_family(y))
		return in_family(x) ? -1 : 1;
	if (!in_family(x) && strcmp(x->rule, y->rule) != 0)
		return strcmp(x->rule, y->rule);
	if (x->anchor != y->anchor)
		return x->anchor < y->anchor ? -1 : 1;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1) : x->step - y->step;
}

static bool same_matter(const struct notify_say *x, const struct notify_say *y)
{
	return x->to == y->to && notify_say_apart(x, y) == 0 && x->task == y->task &&
	       x->anchor == y->anchor && in_family(x) == in_family(y) &&
	       (in_family(x) || strcmp(x->rule, y->rule) == 0);
}

/* Of what would be told on one day about one matter only the last is; what is told by then makes
 * what fell before it old. */
static void keep_last(struct previewing *previewing)
{
	struct notify_says *says = &previewing->says;
	size_t kept = 0;

	if (says->count > 0)
		qsort(says->items, says->count, sizeof(says->items[0]), by_matter);
	for (size_t i = 0; i < says->count; i++) {
		const struct notify_say *say = &says->items[i];

		if (say->told || say->send_day > previewing->to_day ||
		    (previewing->ask->unit[0] != '\0' &&
		     strcmp(say->to->code, previewing->ask->unit) != 0) ||
		    (i + 1 < says->count && same_matter(say, say + 1) &&
		     say[1].send_day <= say->send_day))
			continue;
		says->items[kept++] = *say;
	}
	says->count = kept;
}

/* --- messages -------------------------------------------------------------------------------- */

static int by_day(const void *a, const void *b)
{
	const struct notify_say *x = a, *y = b;
	const int units = strcmp(x->to->code, y->to->code);

	if (x->send_day != y->send_day)
		return x->send_day < y->send_day ? -1 : 1;
	if (units != 0)
		return units;
	if (x->immediate != y->immediate)
		return x->immediate ? -1 : 1;
	if (notify_say_apart(x, y) != 0)
		return notify_say_apart(x, y);
	if (x->task != y->task)
		return x->task < y->task ? -1 : 1;
	if (strcmp(x->rule, y->rule) != 0)
		return strcmp(x->rule, y->rule);
	return x->step - y->step;
}

/* What does not fit into a message is told in the next, where what has become newer by then takes
 * its place. */
static void order(struct previewing *previewing)
{
	struct notify_says *says = &previewing->says;
	int32_t from = previewing->from_day;

	do {
		keep_last(previewing);
		if (says->count > 0)
			qsort(says->items, says->count, sizeof(says->items[0]), by_day);
	} while (notify_preview_spill(previewing, &from));
}

static int prepare(struct previewing *previewing, struct dd_error *err)
{
	const Dondoc__V1__PreviewReminders *ask = previewing->ask;
	int rc = 0;

	for (size_t i = 0; i < ask->n_changed && rc == 0; i++)
		rc = notify_scene_change(previewing->scene, ask->changed[i], err);
	if (rc == 0 && ask->starting[0] != '\0')
		rc = notify_scene_start(previewing->scene, ask->starting, previewing->from_day,
					err);
	return rc;
}

int notify_preview(struct view *view, int32_t today, int32_t told_until,
		   const Dondoc__V1__PreviewReminders *ask, struct dd_buf *answer_out,
		   struct dd_error *err)
{
	struct previewing previewing = {.ask = ask, .told_until = told_until};
	int rc = notify_preview_days(ask, today, &previewing.from_day, &previewing.to_day, err);

	if (rc == 0)
		rc = notify_scene_new(view, previewing.from_day, &previewing.scene, err);
	if (rc != 0)
		return rc;
	rc = prepare(&previewing, err);
	if (rc == 0)
		rc = gather(&previewing, err);
	if (rc == 0) {
		order(&previewing);
		notify_preview_pack(&previewing, answer_out);
	}
	notify_says_fini(&previewing.says);
	notify_scene_free(previewing.scene);
	return rc;
}
