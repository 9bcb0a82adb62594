/* sheet.c - rows and names of the sheet. */
#include "common/view/sheet.h"
#include "common/base/alloc.h"
#include "common/domain/collate.h"
#include "common/view/sheet_impl.h"
#include <stdlib.h>
#include <string.h>

#define ROWS_FIRST     1024u
#define TAGS_LEFT_MOST ((size_t)1 << 20) /* of rows that changed: then all is built anew */

void *sheet_grown(void *items, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return items;
	*room = *room == 0 ? ROWS_FIRST : *room * 2;
	return dd_realloc(items, *room * size);
}

void sheet_free(struct sheet *sheet)
{
	if (!sheet)
		return;
	memtable_free(sheet->numbers);
	free(sheet->texts);
	pool_fini(&sheet->texts_pool);
	free(sheet->rows);
	free(sheet->keys);
	free(sheet->rolled);
	free(sheet->signatures);
	free(sheet->tags);
	free(sheet->places);
	free(sheet->moves);
	free(sheet->relink);
	pool_fini(&sheet->scratch);
	free(sheet);
}

/* --- names -------------------------------------------------------------------------------- */

uint32_t sheet_name(const struct sheet *sheet, const char *text)
{
	size_t len = strlen(text);
	const struct memtable_entry *entry;
	uint32_t number;

	if (memtable_get(sheet->numbers, memtable_hash(0, text, len), text, len, &entry) !=
	    MEMTABLE_PRESENT)
		return SHEET_NONE;
	memcpy(&number, entry->val, sizeof(number));
	return number;
}

uint32_t sheet_number(struct sheet *sheet, const char *text)
{
	uint32_t number = text[0] == '\0' ? SHEET_NONE : sheet_name(sheet, text);
	size_t len = strlen(text), room = sheet->names_room;

	if (number != SHEET_NONE || len == 0)
		return number;
	number = sheet->names;
	sheet->texts = sheet_grown(sheet->texts, number, &room, sizeof(*sheet->texts));
	sheet->names_room = (uint32_t)room;
	sheet->texts[number] = pool_memdup(&sheet->texts_pool, text, len + 1);
	sheet->names++;
	memtable_put(sheet->numbers, memtable_hash(0, text, len), text, len, &number,
		     sizeof(number));
	return number;
}

const char *sheet_text(const struct sheet *sheet, uint32_t name)
{
	return name < sheet->names ? sheet->texts[name] : "";
}

uint32_t sheet_names(const struct sheet *sheet)
{
	return sheet->names;
}

const uint32_t *sheet_labels(const struct sheet *sheet, const struct sheet_row *row)
{
	return row->labels > 0 ? sheet->tags + row->tags_at : NULL;
}

const uint32_t *sheet_coordinating(const struct sheet *sheet, const struct sheet_row *row)
{
	return row->coordinating > 0 ? sheet->tags + row->tags_at + row->labels : NULL;
}

/* --- rows --------------------------------------------------------------------------------- */

size_t sheet_count(const struct sheet *sheet)
{
	return sheet->count;
}

const struct sheet_row *sheet_rows(const struct sheet *sheet)
{
	return sheet->rows;
}

const uint8_t *sheet_content_key(const struct sheet *sheet, uint32_t row)
{
	return sheet->keys[row];
}

uint32_t sheet_find(const struct sheet *sheet, uint64_t id)
{
	size_t low = 0, high = sheet->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sheet->rows[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sheet->count && sheet->rows[low].id == id ? (uint32_t)low : SHEET_NONE;
}

static struct sheet_row *new_row(struct sheet *sheet, uint64_t id)
{
	size_t room = sheet->room;

	if (sheet->count > 0 && sheet->rows[sheet->count - 1].id > id)
		return NULL;
	sheet->rows = sheet_grown(sheet->rows, sheet->count, &sheet->room, sizeof(*sheet->rows));
	if (sheet->room != room)
		sheet->keys = dd_realloc(sheet->keys, sheet->room * sizeof(*sheet->keys));
	memset(sheet->keys[sheet->count], 0, SHEET_KEY);
	sheet->rows[sheet->count] = (struct sheet_row){.id = id,
						       .division = SHEET_NONE,
						       .passed_to = SHEET_NONE,
						       .occurrence = SHEET_NONE,
						       .weight = 1};
	return &sheet->rows[sheet->count++];
}

static bool counts_as_child(const struct sheet_row *row)
{
	return row->parent != 0 && !(row->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED);
}

static void leave_parent(struct sheet *sheet, const struct sheet_row *row)
{
	uint32_t parent = counts_as_child(row) ? sheet_find(sheet, row->parent) : SHEET_NONE;

	if (parent != SHEET_NONE && sheet->rows[parent].children > 0)
		sheet->rows[parent].children--;
}

uint32_t sheet_task_flags(const struct view_task *task)
{
	uint32_t flags = task->flags;

	if (task->extensions_granted > 0)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_EXTENDED;
	if (task->pending_completion || task->pending_extension || task->pending_other)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_PENDING;
	if (task->conflicts > 0)
		flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_CONFLICT;
	return flags;
}

static void take_task(struct sheet *sheet, struct sheet_row *row, const struct view_task *task)
{
	row->parent = task->parent;
	row->updated_us = task->updated_us;
	row->reported_us = task->updated_us > task->lead_since_us ? task->updated_us : 0;
	row->plan = sheet_number(sheet, task->plan);
	row->lead = sheet_number(sheet, task->lead_unit);
	row->flags = sheet_task_flags(task);
	row->position = task->position;
	row->waited_days = task->waited_days;
	row->start_day = task->start_day;
	row->first_due_day = task->first_due_day;
	row->due_day = task->due_day;
	row->submitted_day = task->submitted_day;
	row->decided_day = task->decided_day;
	row->extensions =
		(uint16_t)(task->extensions_granted < UINT16_MAX ? task->extensions_granted
								 : UINT16_MAX);
	row->recurrence = task->recurrence;
	row->own_state = task->state;
	row->from_parts = false;
	row->assigned_day = task->assigned_day;
	row->area = task->area;
	row->state = task->state;
	row->receipt = task->receipt;
	row->step = task->step;
	row->percent = task->percent;
	row->group = task->group != 0;
}

bool sheet_put_task(struct sheet *sheet, const struct view_task *task)
{
	uint32_t at = sheet_find(sheet, task->id);
	struct sheet_row *row = at == SHEET_NONE ? new_row(sheet, task->id) : &sheet->rows[at];
	bool moved;

	if (!row)
		return false;
	moved = row->parent != task->parent ||
		((row->flags ^ task->flags) & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED);
	if (moved)
		leave_parent(sheet, row);
	take_task(sheet, row, task);
	sheet->judged = false;
	if (moved && counts_as_child(row)) {
		sheet->relink = sheet_grown(sheet->relink, sheet->relink_count, &sheet->relink_room,
					    sizeof(*sheet->relink));
		sheet->relink[sheet->relink_count++] = (uint32_t)(row - sheet->rows);
	}
	sheet->rolled_known = false;
	return true;
}

void sheet_link(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->relink_count; i++) {
		uint32_t parent = sheet_find(sheet, sheet->rows[sheet->relink[i]].parent);

		if (parent != SHEET_NONE)
			sheet->rows[parent].children++;
	}
	sheet->relink_count = 0;
}

/* --- what the row has from the content ------------------------------------------------------ */

static void *scratch_alloc(void *pool, size_t size)
{
	return pool_alloc(pool, size);
}

static void scratch_free(void *pool, void *piece)
{
	(void)pool;
	(void)piece;
}

static uint16_t add_tags(struct sheet *sheet, char *const *texts, size_t count)
{
	uint16_t added = 0;

	for (size_t i = 0; i < count && added < UINT16_MAX; i++) {
		uint32_t number = sheet_number(sheet, texts[i]);

		if (number == SHEET_NONE)
			continue;
		sheet->tags = sheet_grown(sheet->tags, sheet->tags_count, &sheet->tags_room,
					  sizeof(*sheet->tags));
		sheet->tags[sheet->tags_count++] = number;
		added++;
	}
	return added;
}

static void take_fields(struct sheet *sheet, struct sheet_row *row,
			const Dondoc__V1__TaskFields *fields)
{
	const Dondoc__V1__AfterEvent *after = fields->timing ? fields->timing->after : NULL;

	row->division = sheet_number(sheet, fields->division);
	row->occurrence = after ? sheet_number(sheet, after->code) : SHEET_NONE;
	row->area_second = (uint8_t)(fields->area_second <= UINT8_MAX ? fields->area_second : 0);
	row->weight = 1;
	if (fields->has_weight_case == DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT)
		row->weight = (uint16_t)(fields->weight <= 1000 ? fields->weight : 1000);
	row->tags_at = (uint32_t)sheet->tags_count;
	row->labels = add_tags(sheet, fields->labels, fields->n_labels);
	row->coordinating =
		add_tags(sheet, fields->coordinating_units, fields->n_coordinating_units);
}

void sheet_put_fields(struct sheet *sheet, uint64_t task, const uint8_t *bytes, size_t len)
{
	ProtobufCAllocator allocator = {scratch_alloc, scratch_free, &sheet->scratch};
	uint32_t at = sheet_find(sheet, task);
	const Dondoc__V1__TaskFields *fields;

	if (at == SHEET_NONE)
		return;
	fields = dondoc__v1__task_fields__unpack(&allocator, len, bytes);
	if (fields) {
		take_fields(sheet, &sheet->rows[at], fields);
		memset(sheet->keys[at], 0, SHEET_KEY);
		dd_collate_key(fields->content, sheet->keys[at], SHEET_KEY);
	}
	sheet->rolled_known = false;
	if (sheet->tags_count > TAGS_LEFT_MOST + 16 * sheet->count)
		sheet->stale = true;
	pool_clear(&sheet->scratch);
}

void sheet_put_life(struct sheet *sheet, uint64_t task, const struct view_life *life)
{
	uint32_t at = sheet_find(sheet, task);

	if (at == SHEET_NONE)
		return;
	sheet->rows[at].pause_until_day = life->pause_until_day;
	sheet->rows[at].passed_to = sheet_number(sheet, life->division);
}
