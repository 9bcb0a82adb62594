/* view_query_calendar.c - the days that are not as their weekday says: all that were said, or those
 * in force for one unit. */
#include "common/base/text.h"
#include "common/domain/unit_life.h"
#include "common/view/view_answer.h"
#include "common/view/view_records.h"
#include <string.h>

#define ROWS_MAX 20000u

struct listing {
	struct answering *answering;
	const Dondoc__V1__ListCalendar *asked;
	struct answer_rows rows;
	char way[DD_UNIT_DEPTH_MAX + 1][32]; /* the unit asked for and those above it; last: all */
	size_t way_count;                    /* 0 = no unit is asked for */
	size_t distance;                     /* of the last row's unit */
	bool cut;
};

/* How far above the unit asked for stands who said it; way_count = nowhere on its way. */
static size_t distance_of(const struct listing *listing, const char *unit)
{
	size_t distance = 0;

	while (distance < listing->way_count && strcmp(listing->way[distance], unit) != 0)
		distance++;
	return distance;
}

static void note_way(struct listing *listing, const char *unit)
{
	struct view_unit found;
	char code[32];

	if (*unit == '\0')
		return;
	view_text_copy(code, sizeof(code), unit);
	while (code[0] != '\0' && listing->way_count < DD_UNIT_DEPTH_MAX) {
		memcpy(listing->way[listing->way_count++], code, sizeof(code));
		if (view_unit(listing->answering->view, false, code, &found) != DD_OK)
			break;
		memcpy(code, found.parent, sizeof(code));
	}
	listing->way[listing->way_count++][0] = '\0';
}

/* Whether the word of `unit` on this day counts; nearer than the last row's it takes its place. */
static bool counts(struct listing *listing, int32_t day, const char *unit)
{
	struct answer_rows *rows = &listing->rows;
	const Dondoc__V1__CalendarRow *last = rows->count > 0 ? rows->items[rows->count - 1] : NULL;
	size_t distance = distance_of(listing, unit);

	if (listing->way_count == 0)
		return true;
	if (distance == listing->way_count)
		return false;
	if (last && last->day == day) {
		if (distance > listing->distance)
			return false;
		rows->count--;
	}
	listing->distance = distance;
	return true;
}

static void add_day(struct listing *listing, const struct answer_walk *walk)
{
	struct answering *answering = listing->answering;
	const uint8_t *key = walk->key.data;
	const uint8_t *val = walk->val.data;
	const char *unit = (const char *)key + 5;
	int32_t day = (int32_t)(dd_key_get_u32(key + 1) ^ UINT32_C(0x80000000));
	Dondoc__V1__CalendarRow *row;
	char *name;

	if (!counts(listing, day, unit))
		return;
	row = pool_alloc(&answering->pool, sizeof(*row));
	name = pool_zalloc(&answering->pool, walk->val.len);
	memcpy(name, val + 1, walk->val.len - 1);
	dondoc__v1__calendar_row__init(row);
	row->day = day;
	row->kind = (Dondoc__V1__DayKind)val[0];
	row->name = name;
	row->unit = pool_memdup(&answering->pool, unit, strlen(unit) + 1);
	if (*unit)
		row->unit_name = (char *)answer_unit_name(answering, row->unit);
	answer_rows_add(answering, &listing->rows, row);
}

/* A key is its letter, the day, the unit and a NUL. */
static bool sound(const struct answer_walk *walk)
{
	const uint8_t *key = walk->key.data;

	return walk->key.len > 5 && key[walk->key.len - 1] == '\0' && walk->val.len > 0;
}

static int walk_days(struct listing *listing)
{
	const Dondoc__V1__ListCalendar *asked = listing->asked;
	struct answer_walk walk;
	struct dd_key from;
	int rc;

	dd_key_begin(&from, VIEW_DAY);
	if (asked->from_day != 0)
		dd_key_u32(&from, view_day_bits(asked->from_day));
	rc = answer_walk_from(listing->answering, &from, 1, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		if (asked->to_day != 0 && sound(&walk) &&
		    dd_key_get_u32((const uint8_t *)walk.key.data + 1) >
			    view_day_bits(asked->to_day))
			break;
		listing->cut = listing->rows.count == ROWS_MAX ||
			       listing->answering->pool.bytes > ANSWER_BYTES_MAX;
		if (listing->cut)
			break;
		if (sound(&walk))
			add_day(listing, &walk);
	}
	answer_walk_close(&walk);
	return walk.rc;
}

int answer_list_calendar(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ListCalendar *asked = query->list_calendar;
	struct listing *listing = pool_zalloc(&answering->pool, sizeof(*listing));
	Dondoc__V1__CalendarList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct view_unit unit;
	int rc;

	if (*asked->unit && view_unit(answering->view, false, asked->unit, &unit) != DD_OK)
		return dd_fail(answering->err, DD_ERR_NOT_FOUND, "there is no unit %s",
			       asked->unit);
	listing->answering = answering;
	listing->asked = asked;
	note_way(listing, asked->unit);
	rc = walk_days(listing);
	if (rc != DD_OK)
		return rc;
	dondoc__v1__calendar_list__init(list);
	list->rows = (Dondoc__V1__CalendarRow **)listing->rows.items;
	list->n_rows = listing->rows.count;
	list->rows_cut = listing->cut;
	if (*asked->unit)
		list->unit_name = pool_memdup(&answering->pool, unit.name, strlen(unit.name) + 1);
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_CALENDAR;
	answering->answer.calendar = list;
	return DD_OK;
}
