/* sheet_select.c - one pass over the places with cheap tests first; then only the page is sorted.
 */
#include "common/view/sheet_select.h"
#include "common/base/alloc.h"
#include <stdlib.h>
#include <string.h>

/* --- what follows from the dates ----------------------------------------------------------------
 */

static struct dd_task_clock clock_of(const struct sheet_row *row)
{
	return (struct dd_task_clock){
		.state = (enum dd_task_state)row->state,
		.due_day = row->due_day,
		.submitted_day = row->submitted_day,
		.decided_day = row->decided_day,
		.waited_days = row->waited_days,
	};
}

int32_t sheet_days_late(const struct sheet_row *row, const struct dd_judge *judge, int32_t as_of)
{
	struct dd_task_clock clock = clock_of(row);

	if (row->from_parts)
		return row->parts_late;
	return row->group ? 0 : dd_task_days_late(&clock, judge, as_of);
}

enum dd_bucket sheet_bucket(const struct sheet_row *row, const struct dd_judge *judge,
			    int32_t as_of)
{
	struct dd_task_clock clock = clock_of(row);

	if (row->from_parts)
		return (enum dd_bucket)row->parts_bucket;
	return dd_task_bucket_of(&clock, judge, as_of);
}

enum dd_time_state sheet_time_of(const struct dd_task_clock *clock, const struct dd_judge *judge,
				 int32_t as_of, int near_days)
{
	enum dd_time_state time;

	if (!dd_task_state_open(clock->state))
		return (enum dd_time_state)0;
	if (dd_task_bucket_of(clock, judge, as_of) == DD_BUCKET_OPEN_OVERDUE)
		return DD_TIME_OVERDUE;
	time = dd_time_state(clock->due_day, as_of, near_days);
	return time == DD_TIME_OVERDUE ? DD_TIME_IN_TERM : time;
}

static enum dd_time_state time_of_parts(const struct sheet_row *row, int32_t as_of, int near_days)
{
	enum dd_time_state time = dd_time_state(row->parts_due_day, as_of, near_days);

	if (!dd_task_state_open((enum dd_task_state)row->state))
		return (enum dd_time_state)0;
	if (row->parts_late > 0)
		return DD_TIME_OVERDUE;
	return time == DD_TIME_OVERDUE ? DD_TIME_IN_TERM : time;
}

enum dd_time_state sheet_time_state(const struct sheet_row *row, const struct dd_judge *judge,
				    int32_t as_of, int near_days)
{
	struct dd_task_clock clock = clock_of(row);

	if (row->from_parts)
		return time_of_parts(row, as_of, near_days);
	return row->group ? (enum dd_time_state)0 : sheet_time_of(&clock, judge, as_of, near_days);
}

bool sheet_explained(const struct sheet_row *row)
{
	return (row->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_EXPLAINED) != 0;
}

uint64_t sheet_flags(const struct sheet_row *row, const struct sheet_place *place, int32_t as_of)
{
	uint64_t flags = row->flags;

	if (row->state == DD_TASK_PAUSED && row->pause_until_day != 0 &&
	    row->pause_until_day < as_of)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_PAUSE_OVER;
	if (place && place->kind == SHEET_PLACE_GUEST)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_GUEST;
	return flags;
}

/* --- the tests ----------------------------------------------------------------------------------
 */

static bool has(const uint32_t *names, size_t count, uint32_t name)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i] == name)
			return true;
	}
	return false;
}

static bool has_label(const struct sheet *sheet, const struct sheet_filter *filter,
		      const struct sheet_row *row)
{
	const uint32_t *labels = sheet_labels(sheet, row);

	for (size_t i = 0; i < filter->label_count; i++) {
		if (filter->labels[i] != SHEET_NONE && has(labels, row->labels, filter->labels[i]))
			return true;
	}
	return filter->label_count == 0;
}

static bool names_match(const struct sheet *sheet, const struct sheet_filter *filter,
			const struct sheet_row *row)
{
	uint32_t division = row->passed_to != SHEET_NONE ? row->passed_to : row->division;

	if (filter->leads && (row->lead == SHEET_NONE || !filter->leads[row->lead]))
		return false;
	if (filter->by_area && filter->area != row->area &&
	    (row->area_second == 0 || filter->area != row->area_second))
		return false;
	if (filter->by_division && (division != filter->division || division == SHEET_NONE))
		return false;
	if (filter->by_occurrence &&
	    (row->occurrence != filter->occurrence || row->occurrence == SHEET_NONE))
		return false;
	if (filter->by_coordinating &&
	    !has(sheet_coordinating(sheet, row), row->coordinating, filter->coordinating))
		return false;
	return filter->label_count == 0 || has_label(sheet, filter, row);
}

static bool days_match(const struct sheet_filter *filter, const struct sheet_row *row)
{
	if (filter->due_from_day != 0 && row->due_day < filter->due_from_day)
		return false;
	if (filter->due_to_day != 0 && (row->due_day == 0 || row->due_day > filter->due_to_day))
		return false;
	if (filter->assigned_before_day != 0 && row->assigned_day >= filter->assigned_before_day)
		return false;
	if (filter->not_updated_since_us != 0 && row->updated_us >= filter->not_updated_since_us)
		return false;
	return filter->time == 0 ||
	       filter->time ==
		       sheet_time_state(row, &filter->judge, filter->as_of, filter->near_days);
}

static bool matches(const struct sheet *sheet, const struct sheet_filter *filter,
		    const struct sheet_place *place)
{
	const struct sheet_row *row = &sheet_rows(sheet)[place->row];
	uint64_t flags;

	if (place->kind == SHEET_PLACE_GUEST && filter->plan[0] == '\0')
		return false;
	if ((row->group && !filter->headings) || row->state >= 32 ||
	    !(filter->states & UINT32_C(1) << row->state))
		return false;
	if ((filter->parent != 0 && filter->parent != row->parent) ||
	    (filter->by_receipt && filter->receipt != row->receipt))
		return false;
	flags = sheet_flags(row, place, filter->as_of);
	if ((flags & filter->flags_all) != filter->flags_all || (flags & filter->flags_none) != 0)
		return false;
	if (!names_match(sheet, filter, row) || !days_match(filter, row))
		return false;
	return !filter->more || filter->more(filter->arg, row);
}

/* --- the order ----------------------------------------------------------------------------------
 */

struct candidate {
	int64_t key;
	const struct sheet_place *place;
};

struct sorting {
	const struct sheet *sheet;
	const struct sheet_filter *filter;
	const struct sheet_order *order;
};

/* The beginning of the content's key; the rest decides between equal ones. */
static int64_t content_key(const struct sheet *sheet, uint32_t row)
{
	const uint8_t *key = sheet_content_key(sheet, row);
	uint64_t begin = 0;

	for (size_t i = 0; i < 7; i++)
		begin = begin << 8 | key[i];
	return (int64_t)begin;
}

/* Tasks without a due day stand behind all others. */
static int64_t key_of(const struct sorting *sorting, const struct sheet_place *place)
{
	const struct sheet_row *row = &sheet_rows(sorting->sheet)[place->row];

	switch ((int)sorting->order->by) {
	case DONDOC__V1__TASK_SORT__TASK_SORT_DUE:
		return row->due_day != 0 ? row->due_day : INT64_MAX;
	case DONDOC__V1__TASK_SORT__TASK_SORT_UPDATED:
		return row->updated_us;
	case DONDOC__V1__TASK_SORT__TASK_SORT_LEAD:
		return row->lead != SHEET_NONE && sorting->order->ranks
			       ? (int64_t)sorting->order->ranks[row->lead]
			       : INT64_C(-1);
	case DONDOC__V1__TASK_SORT__TASK_SORT_CONTENT:
		return content_key(sorting->sheet, place->row);
	case DONDOC__V1__TASK_SORT__TASK_SORT_STATE:
		return row->state;
	case DONDOC__V1__TASK_SORT__TASK_SORT_DAYS_LATE:
		return sheet_days_late(row, &sorting->filter->judge, sorting->filter->as_of);
	default:
		return 0;
	}
}

static int compare(const void *left, const void *right, void *arg)
{
	const struct candidate *a = left, *b = right;
	const struct sorting *sorting = arg;
	int order = (a->key > b->key) - (a->key < b->key);

	if (order == 0 && sorting->order->by == DONDOC__V1__TASK_SORT__TASK_SORT_CONTENT)
		order = memcmp(sheet_content_key(sorting->sheet, a->place->row),
			       sheet_content_key(sorting->sheet, b->place->row), SHEET_KEY);
	if (order != 0)
		return sorting->order->descending ? -order : order;
	return (a->place > b->place) - (a->place < b->place);
}

/* Bring the `nth` smallest of items[from..until) to its place, smaller ones before it. */
static void select_nth(struct candidate *items, size_t from, size_t until, size_t nth,
		       struct sorting *sorting)
{
	while (until - from > 1 && nth < until) {
		struct candidate pivot = items[from + (until - 1 - from) / 2];
		size_t low = from, high = until - 1;

		for (;;) {
			struct candidate swapped;

			while (compare(&items[low], &pivot, sorting) < 0)
				low++;
			while (compare(&items[high], &pivot, sorting) > 0)
				high--;
			if (low >= high)
				break;
			swapped = items[low];
			items[low++] = items[high];
			items[high--] = swapped;
		}
		if (nth <= high)
			until = high + 1;
		else
			from = high + 1;
	}
}

static size_t page_of(struct candidate *items, size_t count, struct sorting *sorting,
		      const struct sheet_place **found_out)
{
	size_t from = sorting->order->offset, until;

	if (from >= count)
		return 0;
	until = count - from < sorting->order->limit ? count : from + sorting->order->limit;
	if (sorting->order->by != DONDOC__V1__TASK_SORT__TASK_SORT_PLAN) {
		select_nth(items, 0, count, from, sorting);
		select_nth(items, from, count, until, sorting);
		qsort_r(items + from, until - from, sizeof(*items), compare, sorting);
	}
	for (size_t i = from; i < until; i++) {
		bool turned = sorting->order->by == DONDOC__V1__TASK_SORT__TASK_SORT_PLAN &&
			      sorting->order->descending;

		found_out[i - from] = items[turned ? count - 1 - i : i].place;
	}
	return until - from;
}

size_t sheet_select(const struct sheet *sheet, const struct sheet_filter *filter,
		    const struct sheet_order *order, const struct sheet_place **found_out,
		    uint32_t *total_out)
{
	struct sorting sorting = {.sheet = sheet, .filter = filter, .order = order};
	size_t places, count = 0, found;
	const struct sheet_place *place = sheet_places(sheet, filter->plan, &places);
	struct candidate *items = dd_alloc((places + 1) * sizeof(*items));

	for (size_t i = 0; i < places; i++) {
		if (!matches(sheet, filter, &place[i]))
			continue;
		items[count++] =
			(struct candidate){.key = key_of(&sorting, &place[i]), .place = &place[i]};
	}
	found = page_of(items, count, &sorting, found_out);
	free(items);
	*total_out = (uint32_t)count;
	return found;
}
