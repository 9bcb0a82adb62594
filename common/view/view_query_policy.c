/* view_query_policy.c - settings in force, areas and labels, dependencies. */
#include "common/domain/area.h"
#include "common/domain/dependency.h"
#include "common/domain/task_state.h"
#include "common/view/view_answer.h"
#include "common/view/view_plan.h"
#include <string.h>

static char *text_in(struct answering *answering, const void *bytes, size_t len)
{
	char *text = pool_zalloc(&answering->pool, len + 1);

	memcpy(text, bytes, len);
	return text;
}

/* --- settings
 * ------------------------------------------------------------------------------------- */

/* The settings stored for one plan and one unit; NULL: none. */
static Dondoc__V1__SetSettings *stored(struct answering *answering, const char *plan,
				       const char *unit)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	struct dd_key key;
	struct dd_val val;

	view_key_texts(&key, VIEW_SETTING, plan, unit);
	if (answer_get(answering, &key, &val) != DD_OK)
		return NULL;
	return dondoc__v1__set_settings__unpack(&allocator, val.len, val.data);
}

static void overlay(Dondoc__V1__Setting **rows, const Dondoc__V1__SetSettings *settings)
{
	for (size_t i = 0; settings && i < settings->n_settings; i++) {
		enum dd_setting setting = dd_policy_find(settings->settings[i]->name);

		if (setting != DD_SETTING_COUNT)
			rows[setting] = settings->settings[i];
	}
}

/* Every setting with the value in force; plan and unit tell where it was set, both empty for all
 * and for the shipped ones. */
int answer_list_settings(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__SettingList *list = pool_alloc(&answering->pool, sizeof(*list));
	Dondoc__V1__Setting **rows =
		pool_zalloc(&answering->pool, DD_SETTING_COUNT * sizeof(*rows));
	const Dondoc__V1__ListSettings *asked = query->list_settings;

	for (int i = 0; i < DD_SETTING_COUNT; i++) {
		const struct dd_policy_row *row = dd_policy_row((enum dd_setting)i);

		rows[i] = pool_alloc(&answering->pool, sizeof(*rows[i]));
		dondoc__v1__setting__init(rows[i]);
		rows[i]->name = text_in(answering, row->name, strlen(row->name));
		rows[i]->value = text_in(answering, row->shipped, strlen(row->shipped));
	}
	overlay(rows, stored(answering, "", ""));
	if (asked->plan[0] != '\0')
		overlay(rows, stored(answering, asked->plan, ""));
	if (asked->unit[0] != '\0')
		overlay(rows, stored(answering, "", asked->unit));
	dondoc__v1__setting_list__init(list);
	list->rows = rows;
	list->n_rows = DD_SETTING_COUNT;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_SETTINGS;
	answering->answer.settings = list;
	return answer_check_plan(answering, asked->plan);
}

/* --- areas and labels
 * -------------------------------------------------------------------------------- */

static Dondoc__V1__AreaRow *area_row(struct answering *answering, const struct answer_walk *walk)
{
	Dondoc__V1__AreaRow *row = pool_alloc(&answering->pool, sizeof(*row));
	struct dd_key key;
	struct dd_val more;

	dondoc__v1__area_row__init(row);
	row->area = dd_key_get_u32((const uint8_t *)walk->key.data + walk->key.len - 4);
	row->name = text_in(answering, walk->val.data, walk->val.len);
	view_key_area(&key, row->area);
	key.data[0] = VIEW_AREA_MORE;
	if (answer_get(answering, &key, &more) == DD_OK && more.len >= 1) {
		row->retired = *(const uint8_t *)more.data != 0;
		row->name_en = text_in(answering, (const uint8_t *)more.data + 1, more.len - 1);
	}
	return row;
}

/* Those that every authority begins with, from `from` on and below `to`, where it has said nothing
 * else. */
static void add_shipped(struct answering *answering, uint32_t from, uint32_t to,
			struct answer_rows *rows)
{
	for (uint32_t area = from; area < to && area < DD_AREAS_SHIPPED; area++) {
		const char *name = dd_area_name(area), *name_en = dd_area_name_en(area);
		Dondoc__V1__AreaRow *row = pool_alloc(&answering->pool, sizeof(*row));

		dondoc__v1__area_row__init(row);
		row->area = area;
		row->name = text_in(answering, name, strlen(name));
		row->name_en = text_in(answering, name_en, strlen(name_en));
		answer_rows_add(answering, rows, row);
	}
}

static int add_areas(struct answering *answering, struct answer_rows *rows)
{
	struct answer_walk walk;
	struct dd_key prefix;
	uint32_t next = 0;
	int rc;

	dd_key_begin(&prefix, VIEW_AREA);
	rc = answer_walk_open(answering, &prefix, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		Dondoc__V1__AreaRow *row = area_row(answering, &walk);

		add_shipped(answering, next, row->area, rows);
		answer_rows_add(answering, rows, row);
		next = row->area + 1;
	}
	add_shipped(answering, next, DD_AREAS_SHIPPED, rows);
	answer_walk_close(&walk);
	return walk.rc;
}

static int add_labels(struct answering *answering, struct answer_rows *rows)
{
	struct answer_walk walk;
	struct dd_key prefix;
	int rc;

	dd_key_begin(&prefix, VIEW_LABEL);
	rc = answer_walk_open(answering, &prefix, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		Dondoc__V1__SetLabel *label = pool_alloc(&answering->pool, sizeof(*label));

		dondoc__v1__set_label__init(label);
		/* The code stands between the table's letter and its closing NUL. */
		label->code = text_in(answering, (const char *)walk.key.data + 1, walk.key.len - 2);
		label->name = text_in(answering, walk.val.data, walk.val.len);
		answer_rows_add(answering, rows, label);
	}
	answer_walk_close(&walk);
	return walk.rc;
}

int answer_list_areas(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__AreaList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct answer_rows areas = {0}, labels = {0};
	int rc = add_areas(answering, &areas);

	(void)query;
	if (rc == DD_OK)
		rc = add_labels(answering, &labels);
	dondoc__v1__area_list__init(list);
	list->areas = (Dondoc__V1__AreaRow **)areas.items;
	list->n_areas = areas.count;
	list->labels = (Dondoc__V1__SetLabel **)labels.items;
	list->n_labels = labels.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_AREAS;
	answering->answer.areas = list;
	return rc;
}

/* --- dependencies
 * ------------------------------------------------------------------------------------- */

static char *code_of(struct answering *answering, uint64_t task)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	const Dondoc__V1__TaskFields *fields = NULL;
	struct dd_key key;
	struct dd_val val;

	view_key_u64(&key, VIEW_FIELDS, task);
	if (answer_get(answering, &key, &val) == DD_OK)
		fields = dondoc__v1__task_fields__unpack(&allocator, val.len, val.data);
	return fields ? fields->code : (char *)protobuf_c_empty_string;
}

/* NULL: not of the plan that is asked for, or it does not slip and only such are wanted. */
static Dondoc__V1__LinkRow *link_row(struct answering *answering,
				     const Dondoc__V1__ListLinks *asked,
				     const struct answer_walk *walk)
{
	Dondoc__V1__LinkRow *row = pool_alloc(&answering->pool, sizeof(*row));
	const uint8_t *key = walk->key.data;
	struct view_task task, before;
	struct dd_dependency link = {0};

	dondoc__v1__link_row__init(row);
	if (walk->key.len < 17 || walk->val.len != sizeof(row->lag_days))
		return NULL;
	row->task = dd_key_get_u64(key + walk->key.len - 16);
	row->predecessor = dd_key_get_u64(key + walk->key.len - 8);
	memcpy(&row->lag_days, walk->val.data, sizeof(row->lag_days));
	if (answer_task(answering, row->task, &task) != DD_OK ||
	    answer_task(answering, row->predecessor, &before) != DD_OK ||
	    (asked->plan[0] != '\0' && strcmp(asked->plan, task.plan) != 0))
		return NULL;
	link.lag_days = row->lag_days;
	link.due_day = before.due_day;
	if (before.state == DONDOC__V1__TASK_STATE__TASK_COMPLETED)
		link.done_day = before.submitted_day;
	else if (before.due_day != 0 && before.due_day < answering->context->today)
		link.due_day = answering->context->today; /* overdue: not before today */
	link.begin_day = task.start_day != 0 ? task.start_day : task.due_day;
	if (dd_task_state_open((enum dd_task_state)task.state))
		row->slips = dd_dependency_slips(&link, &row->days);
	if (asked->slipped_only && !row->slips)
		return NULL;
	row->code = code_of(answering, row->task);
	row->predecessor_code = code_of(answering, row->predecessor);
	row->predecessor_plan = text_in(answering, before.plan, strlen(before.plan));
	return row;
}

int answer_list_links(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__LinkList *list = pool_alloc(&answering->pool, sizeof(*list));
	const Dondoc__V1__ListLinks *asked = query->list_links;
	struct answer_rows rows = {0};
	struct answer_walk walk;
	struct dd_key prefix;
	int rc = answer_check_plan(answering, asked->plan);

	dd_key_begin(&prefix, VIEW_LINK);
	if (asked->task != 0)
		dd_key_u64(&prefix, asked->task);
	if (rc == DD_OK)
		rc = answer_walk_open(answering, &prefix, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		Dondoc__V1__LinkRow *row = link_row(answering, asked, &walk);

		if (row)
			answer_rows_add(answering, &rows, row);
	}
	answer_walk_close(&walk);
	dondoc__v1__link_list__init(list);
	list->rows = (Dondoc__V1__LinkRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_LINKS;
	answering->answer.links = list;
	return walk.rc;
}
