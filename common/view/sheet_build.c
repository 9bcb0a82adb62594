/* sheet_build.c - the sheet made from LMDB by four walks, and kept up with the steps after that. */
#include "common/base/alloc.h"
#include "common/domain/rollup.h"
#include "common/view/sheet_impl.h"
#include "common/view/view_plan.h"
#include <stdlib.h>
#include <string.h>

/* A step that names more rows than this is dearer than a walk. */
#define STEP_ROWS_MOST 20000u

static struct sheet *new_sheet(void)
{
	struct sheet *sheet = dd_alloc(sizeof(*sheet));

	sheet->numbers = memtable_new();
	return sheet;
}

/* One record of any of the tables that the sheet is made of. NULL = deleted. */
static void take_record(struct sheet *sheet, const uint8_t *key, size_t key_len, const uint8_t *val,
			size_t len)
{
	uint64_t id = key_len == 9 ? dd_key_get_u64(key + 1) : 0;
	struct view_task task;
	struct view_life life;

	if (key[0] == VIEW_ORDER) {
		sheet_put_place(sheet, key, key_len, val);
	} else if (!val || key_len != 9) {
		sheet->stale = true;
	} else if (key[0] == VIEW_TASK && len == sizeof(task)) {
		memcpy(&task, val, sizeof(task));
		sheet->stale = !sheet_put_task(sheet, &task) || sheet->stale;
	} else if (key[0] == VIEW_FIELDS) {
		sheet_put_fields(sheet, id, val, len);
	} else if (key[0] == VIEW_SEARCH) {
		sheet_put_text(sheet, id, val, len);
	} else if (key[0] == VIEW_LIFE && len == sizeof(life)) {
		memcpy(&life, val, sizeof(life));
		sheet_put_life(sheet, id, &life);
	}
}

/* Tasks first: what the other tables tell belongs to a row. */
#define LARGE_STEP 10000u /* entries: some milliseconds of the loop */

static const char tables[] = {VIEW_TASK, VIEW_FIELDS, VIEW_LIFE, VIEW_ORDER, VIEW_SEARCH};
#define TABLES_BUILT 4 /* the texts only where they are asked for */

static int walk_table(struct view *view, struct sheet *sheet, char table, struct dd_error *err)
{
	struct view_walk walk;
	struct dd_key prefix;
	int rc;

	dd_key_begin(&prefix, table);
	rc = view_walk_open(view, &prefix, &walk, err);
	if (rc != DD_OK)
		return rc;
	while (view_walk_next(&walk))
		take_record(sheet, walk.key.data, walk.key.len, walk.val.data, walk.val.len);
	view_walk_close(&walk);
	return walk.rc == DD_OK ? DD_OK : dd_fail(err, walk.rc, "the view's store cannot be read");
}

static int build(struct view *view, struct dd_error *err)
{
	struct sheet *sheet = new_sheet();
	int rc = DD_OK;

	sheet->view = view;

	for (size_t i = 0; i < TABLES_BUILT && rc == DD_OK; i++)
		rc = walk_table(view, sheet, tables[i], err);
	if (rc != DD_OK) {
		sheet_free(sheet);
		return rc;
	}
	sheet->stale = false;
	sheet_link(sheet);
	view->sheet = sheet;
	return DD_OK;
}

int sheet_of(struct view *view, struct sheet **sheet_out, struct dd_error *err)
{
	int rc = DD_OK;

	if (view->sheet && view->sheet->stale) {
		sheet_free(view->sheet);
		view->sheet = NULL;
	}
	if (!view->sheet)
		rc = build(view, err);
	if (rc != DD_OK)
		return rc;
	sheet_settle(view->sheet);
	view->sheet->asked = true;
	*sheet_out = view->sheet;
	return DD_OK;
}

/* Progress from sub-tasks hangs on a setting. */
static void note_settings(struct sheet *sheet, const struct memtable *step)
{
	const struct memtable_entry *entry;

	if (!sheet->rolled_known)
		return;
	for (size_t at = 0; memtable_each(step, &at, &entry);) {
		if (entry->key[0] == VIEW_SETTING)
			sheet->rolled_known = false;
	}
}

void sheet_take(struct sheet *sheet, const struct memtable *step)
{
	const struct memtable_entry *entry;
	size_t rows = 0;

	/* Under load nobody waits for a sheet that nobody asks for. */
	if (!sheet->asked && memtable_count(step) > LARGE_STEP)
		sheet->stale = true;
	sheet->asked = false;
	if (sheet->stale)
		return;
	note_settings(sheet, step);
	for (size_t i = 0; i < sizeof(tables) && !sheet->stale; i++) {
		for (size_t at = 0; memtable_each(step, &at, &entry);) {
			if (entry->key[0] != (uint8_t)tables[i])
				continue;
			take_record(sheet, entry->key, entry->key_len,
				    entry->state == MEMTABLE_PRESENT ? entry->val : NULL,
				    entry->val_len);
			rows += tables[i] != VIEW_TASK;
		}
		if (rows > STEP_ROWS_MOST)
			sheet->stale = true;
	}
	sheet_link(sheet);
}

/* --- progress from sub-tasks ------------------------------------------------------------------ */

static bool in_base(const struct sheet_row *row)
{
	return !(row->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) &&
	       row->state != DONDOC__V1__TASK_STATE__TASK_CANCELLED &&
	       row->state != DONDOC__V1__TASK_STATE__TASK_CARRIED_OVER;
}

/* Whether the row's plan counts by weight; each plan is asked about once. */
static bool weighted(const struct sheet *sheet, uint8_t *plans, const struct sheet_row *row)
{
	enum { UNKNOWN = 0, PLAIN, BY_WEIGHT };
	const struct dd_policy *policy;

	if (row->plan == SHEET_NONE)
		return false;
	if (plans[row->plan] == UNKNOWN) {
		policy = view_policy(sheet->view, false, sheet_text(sheet, row->plan), "");
		plans[row->plan] = policy->value[DD_SETTING_WEIGHTS] != 0 ? BY_WEIGHT : PLAIN;
	}
	return plans[row->plan] == BY_WEIGHT;
}

const uint8_t *sheet_rolled(struct sheet *sheet)
{
	struct dd_rollup_node *nodes;
	uint8_t *plans;

	if (sheet->rolled_known)
		return sheet->rolled;
	free(sheet->rolled);
	sheet->rolled = dd_alloc(sheet->count + 1);
	nodes = dd_alloc((sheet->count + 1) * sizeof(*nodes));
	plans = dd_alloc(sheet->names + 1);
	for (size_t i = 0; i < sheet->count; i++) {
		const struct sheet_row *row = &sheet->rows[i];

		nodes[i] = (struct dd_rollup_node){
			.parent = row->parent ? sheet_find(sheet, row->parent) : DD_ROLLUP_NONE,
			.weight = row->parent && row->weight != 1 && weighted(sheet, plans, row)
					  ? row->weight
					  : 1,
			.percent = row->percent,
			.counts = in_base(row),
		};
	}
	dd_rollup(sheet->count, nodes, sheet->rolled);
	free(plans);
	free(nodes);
	sheet->rolled_known = true;
	return sheet->rolled;
}
