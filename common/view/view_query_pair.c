/* view_query_pair.c - tasks of two plans that are the same by code or by text, and by nothing else:
 * a likeness of texts gave wrong pairs wherever it was tried. */
#include "common/base/text.h"
#include "common/view/view_answer.h"
#include <stdlib.h>
#include <string.h>

/* Tasks of one plan by code and by text. */
struct shelf {
	struct memtable *codes; /* code -> task */
	struct memtable *texts; /* hash of the text, as compared -> task; 0 = several have it */
	struct answer_rows tasks;
};

/* What stands on the shelf. */
struct item {
	uint64_t task;
	char *code;
	char *text; /* tidy, small letters, diacritics kept; "" = none */
};

static int read_item(struct answering *answering, uint64_t task, struct item *item)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__TaskFields *fields;
	struct dd_key key;
	struct dd_val val;
	char *text;
	int rc;

	view_key_u64(&key, VIEW_FIELDS, task);
	rc = answer_get(answering, &key, &val);
	fields =
		rc == DD_OK ? dondoc__v1__task_fields__unpack(&allocator, val.len, val.data) : NULL;
	if (!fields)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a task cannot be read");
	text = dd_text_name_key(fields->content);
	item->task = task;
	item->code = fields->code;
	item->text = pool_memdup(&answering->pool, text ? text : "", text ? strlen(text) + 1 : 1);
	free(text);
	return DD_OK;
}

static void put(struct memtable *table, const char *text, const struct item *item, bool once)
{
	const struct memtable_entry *entry;
	size_t len = strlen(text);
	uint32_t hash = memtable_hash(0, text, len);
	const struct item *none = NULL;

	if (len == 0)
		return;
	if (memtable_get(table, hash, text, len, &entry) == MEMTABLE_PRESENT && once)
		item = none; /* it tells nothing */
	memtable_put(table, hash, text, len, &item, sizeof(item));
}

static struct item *get(const struct memtable *table, const char *text)
{
	const struct memtable_entry *entry;
	size_t len = strlen(text);
	struct item *item = NULL;

	if (len > 0 &&
	    memtable_get(table, memtable_hash(0, text, len), text, len, &entry) == MEMTABLE_PRESENT)
		memcpy(&item, entry->val, sizeof(item));
	return item;
}

static int fill(struct answering *answering, const char *plan, struct shelf *shelf)
{
	struct answer_walk walk;
	struct view_task task;
	int rc = answer_tasks_open(answering, plan, &walk);

	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_tasks_next(answering, &walk, &task)) {
		struct item *item;

		if (task.group || strcmp(task.plan, plan) != 0)
			continue;
		item = pool_alloc(&answering->pool, sizeof(*item));
		rc = read_item(answering, task.id, item);
		if (rc != DD_OK)
			break;
		put(shelf->codes, item->code, item, false);
		put(shelf->texts, item->text, item, true);
		answer_rows_add(answering, &shelf->tasks, item);
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

static void add_pair(struct answering *answering, const struct item *item, const struct item *other,
		     struct answer_rows *rows)
{
	Dondoc__V1__PlanPair *row = pool_alloc(&answering->pool, sizeof(*row));

	dondoc__v1__plan_pair__init(row);
	row->task = item->task;
	row->other = other->task;
	row->code = item->code;
	row->other_code = other->code;
	row->same_code = strcmp(item->code, other->code) == 0;
	row->same_text = item->text[0] != '\0' && strcmp(item->text, other->text) == 0;
	answer_rows_add(answering, rows, row);
}

/* A text that stands several times in either plan pairs nothing. */
static void pair(struct answering *answering, const struct shelf *shelf, const struct shelf *others,
		 struct answer_rows *rows, bool *cut)
{
	for (size_t i = 0; i < shelf->tasks.count; i++) {
		const struct item *item = shelf->tasks.items[i];
		const struct item *by_code = get(others->codes, item->code);
		const struct item *by_text =
			get(shelf->texts, item->text) ? get(others->texts, item->text) : NULL;

		if (answering->pool.bytes > ANSWER_BYTES_MAX * 8) {
			*cut = true;
			return;
		}
		if (by_code)
			add_pair(answering, item, by_code, rows);
		if (by_text && by_text != by_code)
			add_pair(answering, item, by_text, rows);
	}
}

int answer_pair_plans(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__PairPlans *ask = query->pair_plans;
	Dondoc__V1__PlanPairs *pairs = pool_alloc(&answering->pool, sizeof(*pairs));
	struct shelf shelf = {.codes = memtable_new(), .texts = memtable_new()};
	struct shelf others = {.codes = memtable_new(), .texts = memtable_new()};
	struct answer_rows rows = {0};
	bool cut = false;
	int rc = DD_OK;

	if (ask->plan[0] == '\0' || ask->other[0] == '\0')
		rc = dd_fail(answering->err, DD_ERR_INVALID, "two plans are needed");
	if (rc == DD_OK)
		rc = fill(answering, ask->plan, &shelf);
	if (rc == DD_OK)
		rc = fill(answering, ask->other, &others);
	if (rc == DD_OK)
		pair(answering, &shelf, &others, &rows, &cut);
	memtable_free(shelf.codes);
	memtable_free(shelf.texts);
	memtable_free(others.codes);
	memtable_free(others.texts);
	dondoc__v1__plan_pairs__init(pairs);
	pairs->rows = (Dondoc__V1__PlanPair **)rows.items;
	pairs->n_rows = rows.count;
	pairs->rows_cut = cut;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_PLAN_PAIRS;
	answering->answer.plan_pairs = pairs;
	return rc;
}
