/* view_calendar.c - days that were said for all and for units: applying and looking up. The words
 * of a day stand by themselves; beside them all days of one unit make one record, so that a rule
 * reads a calendar with one look-up. */
#include "common/view/view_calendar.h"
#include "common/base/text.h"
#include "common/view/view_apply.h"
#include "common/view/view_records.h"
#include <stdlib.h>
#include <string.h>

/* One of the days of a unit; by day. */
struct said {
	int32_t day;
	uint8_t kind;
	uint8_t reserved[3];
};
_Static_assert(sizeof(struct said) == 8, "no padding");

_Static_assert((int)DD_DAY_ORDINARY == (int)DONDOC__V1__DAY_KIND__DAY_ORDINARY, "");
_Static_assert((int)DD_DAY_HOLIDAY == (int)DONDOC__V1__DAY_KIND__DAY_HOLIDAY, "");
_Static_assert((int)DD_DAY_COMPENSATORY == (int)DONDOC__V1__DAY_KIND__DAY_COMPENSATORY, "");
_Static_assert((int)DD_DAY_WORKED == (int)DONDOC__V1__DAY_KIND__DAY_WORKED, "");

static struct said said_at(const struct dd_val *val, size_t at)
{
	struct said said;

	memcpy(&said, (const uint8_t *)val->data + at * sizeof(said), sizeof(said));
	return said;
}

/* The days of one unit; none is DD_OK with 0. Borrowed as by view_get. */
static int get_days(struct view *view, bool with_batch, const char *unit, struct dd_val *val_out,
		    size_t *count_out)
{
	struct dd_key key;
	int rc;

	*count_out = 0;
	view_key_text(&key, VIEW_DAYS, unit);
	rc = view_get(view, with_batch, &key, val_out);
	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (rc == DD_OK && val_out->len % sizeof(struct said) != 0)
		rc = DD_ERR_CORRUPT;
	if (rc == DD_OK)
		*count_out = val_out->len / sizeof(struct said);
	return rc;
}

size_t view_calendar_days(struct view *view, bool with_batch, const char *unit)
{
	struct dd_val val;
	size_t count;

	return get_days(view, with_batch, unit, &val, &count) == DD_OK ? count : 0;
}

/* Whether any unit ever had days of its own. */
static void key_of_mark(struct dd_key *key)
{
	view_key_text(key, VIEW_META, "unit-days");
}

/* --- applying -------------------------------------------------------------------------------- */

/* The first place whose day is not before `day`. */
static size_t place_of(const struct dd_val *val, size_t count, int32_t day)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (said_at(val, middle).day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int put_days(struct apply *apply, const char *unit, const Dondoc__V1__CalendarDaySet *set)
{
	const struct said said = {.day = set->day, .kind = (uint8_t)set->kind};
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_val val = {0};
	struct dd_key key;
	size_t count, at, rest;
	int rc = get_days(apply->view, true, unit, &val, &count);

	if (rc != DD_OK)
		return dd_fail(apply->err, rc, "the calendar cannot be read from the view");
	at = place_of(&val, count, set->day);
	rest = at < count && said_at(&val, at).day == set->day ? at + 1 : at;
	dd_buf_clear(buf);
	if (at > 0)
		dd_buf_add(buf, val.data, at * sizeof(said));
	if (set->kind != DONDOC__V1__DAY_KIND__DAY_AS_ABOVE)
		dd_buf_add(buf, &said, sizeof(said));
	if (rest < count)
		dd_buf_add(buf, (const uint8_t *)val.data + rest * sizeof(said),
			   (count - rest) * sizeof(said));
	view_key_text(&key, VIEW_DAYS, unit);
	if (buf->len > 0)
		view_put(apply->view, &key, buf->data, buf->len);
	else
		view_del(apply->view, &key);
	return DD_OK;
}

static void put_words(struct apply *apply, const char *unit, const Dondoc__V1__CalendarDaySet *set)
{
	uint8_t record[256];
	size_t len = dd_text_cut(set->name, sizeof(record) - 1);
	struct dd_key key;

	record[0] = (uint8_t)set->kind;
	memcpy(record + 1, set->name, len);
	view_key_day(&key, unit, set->day);
	if (set->kind != DONDOC__V1__DAY_KIND__DAY_AS_ABOVE)
		view_put(apply->view, &key, record, len + 1);
	else
		view_del(apply->view, &key);
}

int apply_calendar_day_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__CalendarDaySet *set = body;
	char unit[32];
	struct dd_key key;
	int rc = apply_code(apply, unit, sizeof(unit), set->unit);

	if (rc != DD_OK)
		return rc;
	if ((unsigned)set->kind > DONDOC__V1__DAY_KIND__DAY_AS_ABOVE)
		return apply_contradiction(apply, "there is no kind of day %d", (int)set->kind);
	if (unit[0] == '\0' && set->kind == DONDOC__V1__DAY_KIND__DAY_AS_ABOVE)
		return apply_contradiction(apply, "nothing is above what is said for all");
	put_words(apply, unit, set);
	rc = put_days(apply, unit, set);
	view_note_changed(apply, "");
	if (rc != DD_OK || unit[0] == '\0')
		return rc;
	key_of_mark(&key);
	view_put(apply->view, &key, "\1", 1);
	return DD_OK;
}

/* --- calendars ------------------------------------------------------------------------------- */

struct known {
	char unit[32];
	const struct dd_calendar *calendar; /* its own, or that of a unit above it */
	struct dd_calendar *own;            /* owned; NULL = it says nothing itself */
};

struct view_calendars {
	struct view *view;
	bool with_batch;
	bool by_unit; /* some unit has days of its own */
	int failed;
	dd_unit_parent_fn *parent_of; /* NULL = the view's tree */
	void *arg;
	struct dd_calendar *for_all; /* owned */
	struct known *known;         /* owned; by unit */
	size_t count, cap;
};

/* Lay what was said for just the unit over `calendar`. */
static void lay(struct view_calendars *calendars, const struct dd_val *days, size_t count,
		struct dd_calendar *calendar)
{
	for (size_t i = 0; i < count; i++) {
		struct said said = said_at(days, i);

		if (said.kind <= DD_DAY_WORKED)
			dd_calendar_set(calendar, said.day, (enum dd_day_kind)said.kind);
		else
			calendars->failed = DD_ERR_CORRUPT;
	}
}

static size_t days_of(struct view_calendars *calendars, const char *unit, struct dd_val *days_out)
{
	size_t count;
	int rc = get_days(calendars->view, calendars->with_batch, unit, days_out, &count);

	if (rc != DD_OK && calendars->failed == DD_OK)
		calendars->failed = rc;
	return count;
}

struct view_calendars *view_calendars_new(struct view *view, bool with_batch)
{
	struct view_calendars *calendars = dd_alloc(sizeof(*calendars));
	struct dd_val val;
	struct dd_key key;
	size_t count;
	int rc;

	calendars->view = view;
	calendars->with_batch = with_batch;
	calendars->for_all = dd_calendar_new();
	count = days_of(calendars, "", &val);
	lay(calendars, &val, count, calendars->for_all);
	key_of_mark(&key);
	rc = view_get(view, with_batch, &key, &val);
	calendars->by_unit = rc == DD_OK;
	if (rc != DD_OK && rc != DD_ERR_NOT_FOUND && calendars->failed == DD_OK)
		calendars->failed = rc;
	return calendars;
}

void view_calendars_free(struct view_calendars *calendars)
{
	if (!calendars)
		return;
	for (size_t i = 0; i < calendars->count; i++)
		dd_calendar_free(calendars->known[i].own);
	free(calendars->known);
	dd_calendar_free(calendars->for_all);
	free(calendars);
}

void view_calendars_tree(struct view_calendars *calendars, dd_unit_parent_fn *parent_of, void *arg)
{
	calendars->parent_of = parent_of;
	calendars->arg = arg;
}

int view_calendars_failed(const struct view_calendars *calendars)
{
	return calendars->failed;
}

static bool find(const struct view_calendars *calendars, const char *unit, size_t *place_out)
{
	size_t low = 0, high = calendars->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(calendars->known[middle].unit, unit);

		if (order == 0) {
			*place_out = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*place_out = low;
	return false;
}

static void keep(struct view_calendars *calendars, const struct known *known, size_t at)
{
	if (calendars->count == calendars->cap) {
		calendars->cap = calendars->cap > 0 ? 2 * calendars->cap : 64;
		calendars->known =
			dd_realloc(calendars->known, calendars->cap * sizeof(*calendars->known));
	}
	memmove(calendars->known + at + 1, calendars->known + at,
		(calendars->count - at) * sizeof(*calendars->known));
	calendars->known[at] = *known;
	calendars->count++;
}

static bool parent_of(const struct view_calendars *calendars, const char *unit, char parent_out[32])
{
	struct view_unit found;

	if (calendars->parent_of)
		return calendars->parent_of(calendars->arg, unit, parent_out);
	if (view_unit(calendars->view, calendars->with_batch, unit, &found) != DD_OK)
		return false;
	memcpy(parent_out, found.parent, sizeof(found.parent));
	return true;
}

/* The units from `unit` up that are not known yet; *above_out is what is in force above them. */
static size_t way_up(struct view_calendars *calendars, const char *unit, char (*way)[32],
		     const struct dd_calendar **above_out)
{
	size_t count = 0, at;
	char code[32];

	*above_out = calendars->for_all;
	view_text_copy(code, sizeof(code), unit);
	while (code[0] != '\0' && count < DD_UNIT_DEPTH_MAX) {
		if (find(calendars, code, &at)) {
			*above_out = calendars->known[at].calendar;
			break;
		}
		memcpy(way[count++], code, sizeof(code));
		if (!parent_of(calendars, code, code))
			break;
	}
	return count;
}

const struct dd_calendar *view_calendars_of(struct view_calendars *calendars, const char *unit)
{
	char way[DD_UNIT_DEPTH_MAX][32];
	const struct dd_calendar *above;
	size_t left;

	if (!calendars->by_unit || unit[0] == '\0')
		return calendars->for_all;
	left = way_up(calendars, unit, way, &above);
	while (left-- > 0) {
		struct known known = {.calendar = above};
		struct dd_val days;
		size_t count, at;

		if (find(calendars, way[left], &at))
			continue; /* the tree goes in a circle: the first stays */
		count = days_of(calendars, way[left], &days);
		memcpy(known.unit, way[left], sizeof(known.unit));
		if (count > 0) {
			known.own = dd_calendar_copy(above);
			lay(calendars, &days, count, known.own);
			known.calendar = known.own;
		}
		keep(calendars, &known, at);
		above = known.calendar;
	}
	return above;
}
