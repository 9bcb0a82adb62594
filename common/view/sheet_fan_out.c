/* sheet_fan_out.c - fan-outs stand as their parts do. */
#include "common/base/alloc.h"
#include "common/domain/fan_out.h"
#include "common/view/sheet_impl.h"
#include <stdlib.h>

#define FLAG(name) DONDOC__V1__TASK_FLAG__TASK_FLAG_##name

struct judging {
	struct sheet *sheet;
	struct dd_fan_out *fan_outs; /* owned; those that have parts */
	uint32_t *rows;              /* owned; the row of each */
	size_t count, room, rows_room;
	uint64_t parent; /* of the part before: the parts of one mostly lie together */
	size_t last;     /* its number */
};

/* The number of the parent's fan-out; SIZE_MAX: it is none. */
static size_t fan_out_of(struct judging *judging, uint64_t parent)
{
	uint32_t at;
	size_t i = 0;

	if (judging->parent == parent)
		return judging->last;
	at = sheet_find(judging->sheet, parent);
	if (at == SHEET_NONE || !(judging->sheet->rows[at].flags & FLAG(FAN_OUT)))
		return SIZE_MAX;
	/* Its number is kept in the row meanwhile. */
	if (judging->sheet->rows[at].from_parts) {
		i = (size_t)judging->sheet->rows[at].parts_due_day;
	} else {
		i = judging->count;
		judging->fan_outs = sheet_grown(judging->fan_outs, i, &judging->room,
						sizeof(*judging->fan_outs));
		judging->rows =
			sheet_grown(judging->rows, i, &judging->rows_room, sizeof(*judging->rows));
		judging->fan_outs[i] = (struct dd_fan_out){.parts = 0};
		judging->rows[i] = at;
		judging->sheet->rows[at].from_parts = true;
		judging->sheet->rows[at].parts_due_day = (int32_t)i;
		judging->count++;
	}
	judging->parent = parent;
	judging->last = i;
	return i;
}

static void add_part(struct judging *judging, const struct sheet_row *row)
{
	size_t fan_out = fan_out_of(judging, row->parent);
	const struct dd_task_clock clock = {
		.state = (enum dd_task_state)row->state,
		.due_day = row->due_day,
		.submitted_day = row->submitted_day,
		.decided_day = row->decided_day,
		.waited_days = row->waited_days,
	};

	if (fan_out != SIZE_MAX)
		dd_fan_out_add(&judging->fan_outs[fan_out], &clock,
			       (row->flags & FLAG(EXPLAINED)) != 0, &judging->sheet->judge,
			       judging->sheet->judged_as_of);
}

static bool is_part(const struct sheet_row *row)
{
	return (row->flags & (FLAG(PART) | FLAG(REMOVED) | FLAG(FAN_OUT))) == FLAG(PART) &&
	       !row->group && row->state < DD_TASK_STATE_COUNT;
}

static void put_fan_out(struct sheet_row *row, const struct dd_fan_out *fan_out)
{
	row->state = (uint8_t)dd_fan_out_state(fan_out);
	row->submitted_day = row->state == DD_TASK_COMPLETED ? fan_out->last_submitted_day : 0;
	row->parts_late = dd_fan_out_days_late(fan_out);
	row->parts_due_day = fan_out->next_due_day;
	row->parts_bucket = (uint8_t)dd_fan_out_bucket(fan_out);
}

/* What it has from its record; a fan-out hands in nothing itself. */
static void forget_parts(struct sheet_row *row)
{
	row->from_parts = false;
	row->state = row->own_state;
	row->submitted_day = 0;
}

static bool same(const struct sheet *sheet, const struct dd_judge *judge, int32_t as_of)
{
	return sheet->judged && sheet->judged_as_of == as_of &&
	       sheet->judge.credit_waiting == judge->credit_waiting &&
	       sheet->judge.by_confirmation == judge->by_confirmation;
}

void sheet_judge(struct sheet *sheet, const struct dd_judge *judge, int32_t as_of)
{
	struct judging judging = {.sheet = sheet};

	if (same(sheet, judge, as_of))
		return;
	sheet->judged = true;
	sheet->judge = *judge;
	sheet->judged_as_of = as_of;
	for (size_t i = 0; i < sheet->count; i++) {
		if (sheet->rows[i].from_parts)
			forget_parts(&sheet->rows[i]);
	}
	for (size_t i = 0; i < sheet->count; i++) {
		if (is_part(&sheet->rows[i]))
			add_part(&judging, &sheet->rows[i]);
	}
	for (size_t i = 0; i < judging.count; i++)
		put_fan_out(&sheet->rows[judging.rows[i]], &judging.fan_outs[i]);
	free(judging.fan_outs);
	free(judging.rows);
}
