/* view_apply_told.c - somebody has told a unit of its tasks himself. */
#include "common/base/clock.h"
#include "common/view/view_apply.h"
#include "common/view/view_told.h"
#include <string.h>

/* The row that the proof shows, without the task. Borrows all from the event. */
static void fill_row(const struct apply *apply, const Dondoc__V1__RecordTold *said,
		     Dondoc__V1__ToldRow *row)
{
	const Dondoc__V1__EventHeader *header = apply->event->header;
	const int64_t told_us = said->told_us != 0 ? said->told_us : header->record_us;

	dondoc__v1__told_row__init(row);
	row->told = apply->event->sequence;
	row->unit = said->unit;
	row->day = dd_day_of(told_us);
	row->delivered_us = told_us;
	row->planned_us = header->record_us;
	row->way = said->way;
	row->by = header->actor;
	row->group = said->group;
	row->note = said->note;
}

/* The row by its unit and day, the day by the event. */
static void put_row(struct view *view, const Dondoc__V1__ToldRow *row,
		    const Dondoc__V1__RecordTold *said)
{
	struct dd_buf *buf = &view->scratch;
	const uint32_t size = (uint32_t)dondoc__v1__told_row__get_packed_size(row);
	struct dd_key key;

	dd_buf_clear(buf);
	dd_buf_add(buf, &size, sizeof(size));
	buf->len += dondoc__v1__told_row__pack(row, dd_buf_reserve(buf, size + 1));
	dd_buf_add(buf, said->tasks, said->n_tasks * sizeof(said->tasks[0]));
	view_key_told_unit(&key, said->unit);
	view_key_told_at(&key, row->day, row->told);
	view_put(view, &key, buf->data, buf->len);
	view_key_told_event(&key, row->told);
	view_put(view, &key, &row->day, sizeof(row->day));
}

int apply_told_by_hand(struct apply *apply, const void *body)
{
	const Dondoc__V1__RecordTold *said = ((const Dondoc__V1__ToldByHand *)body)->said;
	Dondoc__V1__ToldRow row;
	struct dd_key key;

	if (!said || said->unit[0] == '\0' || said->n_tasks == 0)
		return apply_contradiction(apply, "it tells nobody, or of nothing");
	fill_row(apply, said, &row);
	put_row(apply->view, &row, said);
	for (size_t i = 0; i < said->n_tasks; i++) {
		view_key_told_task(&key, said->tasks[i]);
		view_key_told_at(&key, row.day, row.told);
		view_put(apply->view, &key, said->unit, strlen(said->unit));
	}
	return DD_OK;
}

/* NULL: we do not have it, as at an office. */
static Dondoc__V1__ToldRow *find_row(struct view *view, uint64_t event, const char *unit)
{
	ProtobufCAllocator allocator = dd_arena_allocator(&view->arena);
	struct dd_key key;
	struct dd_val val;
	uint32_t size;
	int32_t day;

	view_key_told_event(&key, event);
	if (view_get(view, true, &key, &val) != DD_OK || val.len != sizeof(day))
		return NULL;
	memcpy(&day, val.data, sizeof(day));
	view_key_told_unit(&key, unit);
	view_key_told_at(&key, day, event);
	if (view_get(view, true, &key, &val) != DD_OK || val.len < sizeof(size))
		return NULL;
	memcpy(&size, val.data, sizeof(size));
	if (val.len < sizeof(size) + size)
		return NULL;
	return dondoc__v1__told_row__unpack(&allocator, size,
					    (const uint8_t *)val.data + sizeof(size));
}

void view_told_rest(struct apply *apply, uint64_t event, const Dondoc__V1__RecordTold *said,
		    bool *words_out)
{
	Dondoc__V1__ToldRow *row = said ? find_row(apply->view, event, said->unit) : NULL;

	if (!row)
		return;
	*words_out = *words_out || strcmp(row->group, said->group) != 0 ||
		     strcmp(row->note, said->note) != 0;
	row->group = said->group;
	row->note = said->note;
	put_row(apply->view, row, said);
}
