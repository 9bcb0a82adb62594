/* sheet_place.c - the order of the annexes: which task stands where. */
#include "common/base/alloc.h"
#include "common/view/sheet_impl.h"
#include <stdlib.h>
#include <string.h>

void sheet_put_place(struct sheet *sheet, const uint8_t *key, size_t len, const uint8_t *kind)
{
	const char *plan = (const char *)key + 1;
	struct sheet_move *move;

	if (len < 1 + 1 + 12 || key[len - 13] != '\0')
		return;
	sheet->moves = sheet_grown(sheet->moves, sheet->moves_count, &sheet->moves_room,
				   sizeof(*sheet->moves));
	move = &sheet->moves[sheet->moves_count++];
	*move = (struct sheet_move){
		.place = {.task = dd_key_get_u64(key + len - 8),
			  .plan = sheet_number(sheet, plan),
			  .position = dd_key_get_u32(key + len - 12),
			  .kind = kind ? *kind : 0},
		.turn = (uint32_t)sheet->moves_count,
		.gone = kind == NULL,
	};
}

static int place_order(const struct sheet *sheet, const struct sheet_place *a,
		       const struct sheet_place *b)
{
	if (a->plan != b->plan)
		return strcmp(sheet_text(sheet, a->plan), sheet_text(sheet, b->plan));
	if (a->position != b->position)
		return a->position < b->position ? -1 : 1;
	return (a->task > b->task) - (a->task < b->task);
}

static int by_place(const void *left, const void *right, void *sheet)
{
	const struct sheet_move *a = left, *b = right;
	int order = place_order(sheet, &a->place, &b->place);

	return order != 0 ? order : (a->turn > b->turn) - (a->turn < b->turn);
}

/* Of several moves of one place the last counts. */
static void keep_last_moves(struct sheet *sheet)
{
	size_t n = 0;

	for (size_t i = 0; i < sheet->moves_count; i++) {
		if (i + 1 < sheet->moves_count &&
		    place_order(sheet, &sheet->moves[i].place, &sheet->moves[i + 1].place) == 0)
			continue;
		sheet->moves[n++] = sheet->moves[i];
	}
	sheet->moves_count = n;
}

/* Merge what moved into the places; where both have one, what moved is newer. */
void sheet_settle(struct sheet *sheet)
{
	struct sheet_place *merged;
	size_t i = 0, j = 0, n = 0;

	if (sheet->moves_count == 0)
		return;
	qsort_r(sheet->moves, sheet->moves_count, sizeof(*sheet->moves), by_place, sheet);
	keep_last_moves(sheet);
	merged = dd_alloc((sheet->places_count + sheet->moves_count) * sizeof(*merged));
	while (i < sheet->places_count || j < sheet->moves_count) {
		int order = j == sheet->moves_count ? -1
			    : i == sheet->places_count
				    ? 1
				    : place_order(sheet, &sheet->places[i], &sheet->moves[j].place);

		if (order < 0) {
			merged[n++] = sheet->places[i++];
			continue;
		}
		i += order == 0;
		merged[n] = sheet->moves[j].place;
		merged[n].row = sheet_find(sheet, merged[n].task);
		n += !sheet->moves[j++].gone && merged[n].row != SHEET_NONE;
	}
	free(sheet->places);
	sheet->places = merged;
	sheet->places_count = n;
	sheet->moves_count = 0;
}

/* The first place whose plan's code is not before `plan`, or not before or equal to it. */
static size_t place_bound(const struct sheet *sheet, const char *plan, bool behind)
{
	size_t low = 0, high = sheet->places_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(sheet_text(sheet, sheet->places[middle].plan), plan);

		if (order < 0 || (behind && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct sheet_place *sheet_places(const struct sheet *sheet, const char *plan,
				       size_t *count_out)
{
	size_t from = 0, until = sheet->places_count;

	if (plan[0] != '\0') {
		from = place_bound(sheet, plan, false);
		until = place_bound(sheet, plan, true);
	}
	*count_out = until - from;
	return until > from ? sheet->places + from : NULL;
}
