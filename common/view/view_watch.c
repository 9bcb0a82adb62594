/* view_watch.c - see view_watch.h. */
#include "common/view/view_watch.h"
#include "common/base/clock.h"
#include "common/view/sheet.h"
#include "common/view/view_calendar.h"
#include "common/view/view_figures.h"
#include "common/view/view_fix.h"
#include "common/view/view_plan.h"
#include "common/view/view_unit.h"
#include <stdlib.h>
#include <string.h>

#define TYPE(name) DONDOC__V1__EVENT_TYPE__EVENT_##name

/* Newest day first, so that one step finds the last day up to another. */
static void key_heard(struct dd_key *key, const char *unit, int32_t day)
{
	view_key_text(key, VIEW_HEARD, unit);
	dd_key_u32(key, view_day_bits(day) ^ UINT32_MAX);
}

/* --- applying ------------------------------------------------------------------------------- */

static bool reports(Dondoc__V1__EventType type)
{
	switch ((int)type) {
	case TYPE(PROGRESS_REPORTED):
	case TYPE(UNCHANGED_REPORTED):
	case TYPE(COMPLETION_REQUESTED):
	case TYPE(PRODUCT_REPORTED):
	case TYPE(UPDATE_REPLACED):
		return true;
	default:
		return false;
	}
}

static struct view_heard_near *near_of(struct view *view, const char *unit)
{
	if (!view->near_heard)
		view->near_heard = dd_alloc(VIEW_HEARD_NEAR * sizeof(*view->near_heard));
	return &view->near_heard[memtable_hash(0, unit, strlen(unit)) % VIEW_HEARD_NEAR];
}

/* Not LMDB's failure: the table only tells whom to ask, and the next report tries again. */
static bool withdrawn(struct view *view, bool with_batch, const struct view_heard *heard)
{
	struct view_entry entry;

	return view_entry_get(view, with_batch, heard->task, heard->sequence, &entry) == DD_OK &&
	       (entry.marks & VIEW_ENTRY_WITHDRAWN) != 0;
}

/* The first report of the day stands, unless it was withdrawn since. */
static bool stands(struct view *view, const struct dd_key *key)
{
	struct view_heard heard;
	struct dd_val val;

	if (view_get(view, true, key, &val) != DD_OK || val.len != sizeof(heard))
		return false;
	memcpy(&heard, val.data, sizeof(heard));
	return !withdrawn(view, true, &heard);
}

void view_note_heard(struct apply *apply)
{
	const Dondoc__V1__EventHeader *header = apply->event->header;
	const struct view_heard heard = {apply->event->sequence, apply->task.id};
	struct view_heard_near *near;
	struct dd_key key;
	int32_t day;

	if (header->unit[0] == '\0' || strlen(header->unit) >= sizeof(near->unit) ||
	    apply->view->under)
		return;
	if (header->type == TYPE(ENTRY_WITHDRAWN))
		near_of(apply->view, header->unit)->unit[0] = '\0';
	if (!reports(header->type))
		return;
	near = near_of(apply->view, header->unit);
	day = dd_day_of(apply->effect->header->record_us);
	if (near->day == day && strcmp(near->unit, header->unit) == 0)
		return;
	key_heard(&key, header->unit, day);
	if (!stands(apply->view, &key))
		view_put(apply->view, &key, &heard, sizeof(heard));
	strcpy(near->unit, header->unit);
	near->day = day;
}

/* --- asking --------------------------------------------------------------------------------- */

struct unit_watched {
	struct view_silent silent;
	uint8_t windowed; /* its window is known, and over */
	uint8_t doubtful; /* the only days on which it was heard began with a withdrawn report */
	uint8_t heard;    /* it was, all the same */
};

struct watching {
	struct view *view;
	const struct view_silent_ask *ask;
	const struct sheet *sheet;
	struct view_calendars *calendars; /* owned */
	struct memtable *units;           /* owned; code -> struct unit_watched * */
	struct view_plan plan;            /* asked for last */
	bool plan_known;
	struct dd_error *err;
};

static struct unit_watched *watched_unit(struct watching *watching, const char *code)
{
	size_t len = strlen(code) + 1;
	uint32_t hash = memtable_hash(0, code, len);
	const struct memtable_entry *entry;
	struct unit_watched *unit;

	if (memtable_get(watching->units, hash, code, len, &entry) == MEMTABLE_PRESENT) {
		memcpy(&unit, entry->val, sizeof(unit));
		return unit;
	}
	unit = dd_alloc(sizeof(*unit));
	strcpy(unit->silent.unit, code); /* from such a field */
	memtable_put(watching->units, hash, code, len, &unit, sizeof(unit));
	return unit;
}

static void free_units(struct watching *watching)
{
	size_t count;
	const struct memtable_entry **sorted = memtable_sorted(watching->units, &count);

	for (size_t i = 0; i < count; i++) {
		struct unit_watched *unit;

		memcpy(&unit, sorted[i]->val, sizeof(unit));
		free(unit);
	}
	free(sorted);
	memtable_free(watching->units);
}

/* The unit's own rule: a year has other periods for a commune than for a department. */
static void find_window(struct watching *watching, struct unit_watched *unit)
{
	const struct view_silent_ask *ask = watching->ask;
	struct view_silent *silent = &unit->silent;
	const struct dd_policy *policy = view_policy(watching->view, false, "", silent->unit);
	const struct dd_watch_rule rule = {
		.period = (enum dd_watch_period)policy->value[DD_SETTING_WATCH_PERIOD],
		.cut_day = policy->value[DD_SETTING_WATCH_CUT_DAY],
		.grace_days = policy->value[DD_SETTING_WATCH_GRACE],
		.calendar = view_calendars_of(watching->calendars, silent->unit),
	};
	bool is = ask->within != 0 ? dd_watch_window_at(&rule, ask->within, &silent->window)
				   : dd_watch_window_over(&rule, ask->day, &silent->window);

	unit->windowed = is && silent->window.due < ask->day;
	if (unit->windowed)
		silent->days_over =
			dd_calendar_between(rule.calendar, silent->window.due, ask->day);
}

/* Since when the lead has it; 0 = nobody has: the plan is a draft. Of a lead that has it no more
 * the day is not known: it had it. */
static int32_t assigned_day(struct watching *watching, const struct view_figure *figure)
{
	const char *plan = figure->moment->plan;
	uint32_t row = sheet_find(watching->sheet, figure->task);
	int32_t day = INT32_MIN;

	if (!watching->plan_known || strcmp(watching->plan.code, plan) != 0) {
		watching->plan_known =
			view_plan(watching->view, false, plan, &watching->plan) == DD_OK;
		if (!watching->plan_known)
			return 0;
	}
	if (row != SHEET_NONE &&
	    strcmp(sheet_text(watching->sheet, sheet_rows(watching->sheet)[row].lead),
		   figure->moment->lead_unit) == 0)
		day = sheet_rows(watching->sheet)[row].assigned_day;
	return view_assigned_day(&watching->plan, day);
}

static int on_open(void *arg, const struct view_figure *figure)
{
	struct watching *watching = arg;
	const char *lead = figure->moment->lead_unit;
	struct unit_watched *unit;
	int32_t since;

	if (!figure->in_units || lead[0] == '\0' || !dd_task_state_open(figure->state))
		return DD_OK;
	unit = watched_unit(watching, lead);
	if (unit->silent.window.to == 0)
		find_window(watching, unit);
	since = unit->windowed ? assigned_day(watching, figure) : 0;
	if (since != 0 && since <= unit->silent.window.to)
		unit->silent.open++;
	return DD_OK;
}

/* The days on which the unit was heard from, back from the end of its window. */
static int find_heard(struct watching *watching, struct unit_watched *unit)
{
	struct view_silent *silent = &unit->silent;
	struct dd_cursor *cursor;
	struct dd_key start, prefix;
	struct dd_val key, val;
	struct dd_txn *txn;
	int rc = view_snapshot(watching->view, &txn, watching->err);

	if (rc == DD_OK)
		rc = dd_cursor_open(txn, &cursor, watching->err);
	if (rc != DD_OK)
		return rc;
	view_key_text(&prefix, VIEW_HEARD, silent->unit);
	key_heard(&start, silent->unit, silent->window.due);
	rc = dd_cursor_seek(cursor, start.data, start.len, prefix.len, &key, &val);
	while (rc == DD_OK && val.len == sizeof(struct view_heard)) {
		struct view_heard heard;

		memcpy(&heard, val.data, sizeof(heard));
		silent->heard_day =
			(int32_t)(dd_key_get_u32((const uint8_t *)key.data + prefix.len) ^
				  UINT32_MAX ^ UINT32_C(0x80000000));
		silent->heard = heard.sequence;
		unit->heard = silent->heard_day >= silent->window.opens &&
			      !withdrawn(watching->view, false, &heard);
		unit->doubtful |= silent->heard_day >= silent->window.opens && !unit->heard;
		if (unit->heard || silent->heard_day < silent->window.opens)
			break;
		silent->heard_day = 0;
		silent->heard = 0;
		rc = dd_cursor_next(cursor, &key, &val);
	}
	dd_cursor_close(cursor);
	return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
}

bool view_heard_in(struct view *view, const char *unit, const struct dd_watch_window *window)
{
	struct dd_error err = {0};
	struct watching watching = {.view = view, .err = &err};
	struct unit_watched watched = {.silent = {.window = *window}};

	(void)strncpy(watched.silent.unit, unit, sizeof(watched.silent.unit) - 1);
	return find_heard(&watching, &watched) == DD_OK && watched.heard;
}

/* A unit whose first report of a day was withdrawn may have sent another on the same day: the task
 * tells. */
static int on_doubtful(void *arg, const struct view_figure *figure)
{
	struct watching *watching = arg;
	struct unit_watched *unit;
	struct view_task task;
	const struct dd_watch_window *window;
	int32_t day;

	if (!figure->in_units || figure->moment->lead_unit[0] == '\0')
		return DD_OK;
	unit = watched_unit(watching, figure->moment->lead_unit);
	if (!unit->doubtful || unit->heard ||
	    view_task(watching->view, false, figure->task, &task) != DD_OK)
		return DD_OK;
	window = &unit->silent.window;
	day = task.last_update != 0 ? dd_day_of(task.updated_us) : 0;
	unit->heard = (day >= window->opens && day <= window->due) ||
		      (task.submitted_day >= window->opens && task.submitted_day <= window->due);
	return DD_OK;
}

static int each_unit(struct watching *watching, int (*fn)(struct watching *, struct unit_watched *))
{
	size_t count;
	const struct memtable_entry **sorted = memtable_sorted(watching->units, &count);
	int rc = DD_OK;

	for (size_t i = 0; i < count && rc == DD_OK; i++) {
		struct unit_watched *unit;

		memcpy(&unit, sorted[i]->val, sizeof(unit));
		if (unit->silent.open > 0)
			rc = fn(watching, unit);
	}
	free(sorted);
	return rc;
}

static int look_again(struct watching *watching, const struct view_figures_ask *figures)
{
	size_t count;
	const struct memtable_entry **sorted = memtable_sorted(watching->units, &count);
	bool doubtful = false;

	for (size_t i = 0; i < count; i++) {
		const struct unit_watched *unit;

		memcpy(&unit, sorted[i]->val, sizeof(unit));
		doubtful |= unit->doubtful && !unit->heard;
	}
	free(sorted);
	return doubtful
		       ? view_figures(watching->view, figures, on_doubtful, watching, watching->err)
		       : DD_OK;
}

static int give(struct watching *watching, view_silent_fn *fn, void *arg,
		struct view_watched *watched_out)
{
	size_t count;
	const struct memtable_entry **sorted = memtable_sorted(watching->units, &count);
	const char *root = watching->ask->unit;
	int rc = DD_OK;

	for (size_t i = 0; i < count && rc == DD_OK; i++) {
		struct unit_watched *unit;
		struct view_unit record = {.collective = 0};

		memcpy(&unit, sorted[i]->val, sizeof(unit));
		(void)view_unit(watching->view, false, unit->silent.unit, &record);
		if (unit->silent.open == 0 || record.collective ||
		    (root[0] != '\0' &&
		     !view_unit_within(watching->view, false, unit->silent.unit, root)))
			continue;
		watched_out->expected++;
		if (unit->heard)
			continue;
		watched_out->silent++;
		memcpy(unit->silent.person, record.focal_person, sizeof(unit->silent.person));
		rc = fn(arg, &unit->silent);
	}
	free(sorted);
	return rc;
}

int view_silent_units(struct view *view, const struct view_silent_ask *ask, view_silent_fn *fn,
		      void *arg, struct view_watched *watched_out, struct dd_error *err)
{
	struct watching watching = {.view = view,
				    .ask = ask,
				    .calendars = view_calendars_new(view, false),
				    .units = memtable_new(),
				    .err = err};
	const struct view_figures_ask figures = {
		.plan = ask->plan,
		.as_of = ask->day,
		.now = !ask->past,
		.until_us = ask->past ? dd_day_start_us(ask->day + 1) : 0,
		.count_parts = true,
	};
	struct sheet *sheet;
	int rc = sheet_of(view, &sheet, err);

	*watched_out = (struct view_watched){0};
	if (rc == DD_OK) {
		watching.sheet = sheet;
		rc = view_figures(view, &figures, on_open, &watching, err);
	}
	if (rc == DD_OK)
		rc = each_unit(&watching, find_heard);
	if (rc == DD_OK)
		rc = look_again(&watching, &figures);
	if (rc == DD_OK)
		rc = give(&watching, fn, arg, watched_out);
	view_calendars_free(watching.calendars);
	free_units(&watching);
	return rc;
}
