/* view_query_units.c - units as a list, and one with its life. */
#include "common/base/text.h"
#include "common/domain/rights.h"
#include "common/domain/task_state.h"
#include "common/domain/unit_life.h"
#include "common/view/sheet.h"
#include "common/view/view_answer.h"
#include "common/view/view_unit.h"
#include <stdlib.h>
#include <string.h>

/* --- open tasks ------------------------------------------------------------------------------ */

/* How many open tasks each unit leads, by the number of its name in the sheet. */
struct open_tasks {
	struct sheet *sheet;
	uint32_t *counts;
};

static int count_open(struct answering *answering, struct open_tasks *open)
{
	const struct sheet_row *rows;
	int rc = sheet_of(answering->view, &open->sheet, answering->err);

	if (rc != DD_OK)
		return rc;
	rows = sheet_rows(open->sheet);
	open->counts = pool_zalloc(&answering->pool,
				   ((size_t)sheet_names(open->sheet) + 1) * sizeof(*open->counts));
	for (size_t i = 0; i < sheet_count(open->sheet); i++) {
		if (!rows[i].group && rows[i].lead != SHEET_NONE &&
		    (rows[i].flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) == 0 &&
		    dd_task_state_open((enum dd_task_state)rows[i].state))
			open->counts[rows[i].lead]++;
	}
	return DD_OK;
}

static uint32_t open_of(const struct open_tasks *open, const char *unit)
{
	uint32_t name = sheet_name(open->sheet, unit);

	return name == SHEET_NONE ? 0 : open->counts[name];
}

/* --- texts ----------------------------------------------------------------------------------- */

static char *text_copy(struct answering *answering, const char *text)
{
	return pool_memdup(&answering->pool, text, strlen(text) + 1);
}

static int unit_aliases(struct answering *answering, const char *unit, struct answer_rows *rows)
{
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	view_key_text(&key, VIEW_ALIAS, unit);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		char *alias = pool_zalloc(&answering->pool, walk.val.len + 1);

		memcpy(alias, walk.val.data, walk.val.len);
		answer_rows_add(answering, rows, alias);
	}
	answer_walk_close(&walk);
	return walk.rc;
}

/* The last text of a key: a code with its NUL. */
static const char *last_text(const struct answer_walk *walk)
{
	const char *key = walk->key.data;

	return walk->key.len > walk->prefix_len && key[walk->key.len - 1] == '\0'
		       ? key + walk->prefix_len
		       : "";
}

static int unit_children(struct answering *answering, const char *unit, struct answer_rows *rows)
{
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	view_key_text(&key, VIEW_UNIT_UNDER, unit);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk))
		answer_rows_add(answering, rows, text_copy(answering, last_text(&walk)));
	answer_walk_close(&walk);
	return walk.rc;
}

static void unit_heirs(struct answering *answering, const char *unit, struct answer_rows *rows)
{
	struct view_heir heir;

	for (size_t i = 0; view_unit_heir(answering->view, false, unit, i, &heir); i++)
		answer_rows_add(answering, rows, text_copy(answering, heir.to));
}

/* A unit as it was set; those of old logs have no packed fields behind them. */
static Dondoc__V1__UnitFields *unit_fields(struct answering *answering, const struct dd_val *val,
					   struct view_unit *unit)
{
	ProtobufCAllocator allocator = answer_allocator(answering);

	if (val->len < sizeof(*unit))
		return NULL;
	memcpy(unit, val->data, sizeof(*unit));
	return dondoc__v1__unit_fields__unpack(&allocator, val->len - sizeof(*unit),
					       (const uint8_t *)val->data + sizeof(*unit));
}

/* --- the list -------------------------------------------------------------------------------- */

/* What a list asks for, made ready. */
struct wanted {
	const Dondoc__V1__ListUnits *list;
	int32_t day;
	char *text; /* folded; NULL = any */
};

static bool wanted_unit(struct answering *answering, const struct wanted *wanted,
			const struct view_unit *unit)
{
	const Dondoc__V1__ListUnits *list = wanted->list;
	bool fits = true;
	char *name;

	if (!list->with_closed && unit->valid_until != 0 && unit->valid_until < wanted->day)
		return false;
	if (list->as_of_day != 0 && !list->with_closed && unit->valid_from > wanted->day)
		return false;
	if (list->kind[0] != '\0' && strcmp(list->kind, unit->kind) != 0)
		return false;
	if (list->under[0] != '\0' &&
	    !view_unit_within(answering->view, false, unit->code, list->under))
		return false;
	/* What several units do together has no head of its own. */
	if (list->without_head &&
	    (unit->collective || view_unit_headed(answering->view, false, unit->code, wanted->day)))
		return false;
	if (wanted->text) {
		name = dd_text_fold(unit->name);
		fits = name && (strstr(name, wanted->text) || strcmp(list->text, unit->code) == 0);
		free(name);
	}
	return fits;
}

static int unit_row(struct answering *answering, const struct wanted *wanted,
		    const struct open_tasks *open, const struct dd_val *val,
		    struct answer_rows *rows)
{
	struct answer_rows aliases = {0}, heirs = {0};
	Dondoc__V1__UnitFields *fields;
	Dondoc__V1__UnitRow *row;
	struct view_unit unit;
	int rc = DD_OK;

	fields = unit_fields(answering, val, &unit);
	if (!fields)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a unit cannot be read");
	if (!wanted_unit(answering, wanted, &unit))
		return DD_OK;
	row = pool_alloc(&answering->pool, sizeof(*row));
	dondoc__v1__unit_row__init(row);
	row->unit = fields;
	row->open_tasks = open_of(open, unit.code);
	row->closed = unit.valid_until != 0 && unit.valid_until < wanted->day;
	unit_heirs(answering, unit.code, &heirs);
	row->successors = (char **)heirs.items;
	row->n_successors = heirs.count;
	if (wanted->list->with_aliases)
		rc = unit_aliases(answering, unit.code, &aliases);
	row->aliases = (char **)aliases.items;
	row->n_aliases = aliases.count;
	answer_rows_add(answering, rows, row);
	return rc;
}

static int unit_rows(struct answering *answering, const struct wanted *wanted,
		     const struct open_tasks *open, struct answer_rows *rows)
{
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	dd_key_begin(&key, VIEW_UNIT);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk))
		rc = unit_row(answering, wanted, open, &walk.val, rows);
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

int answer_list_units(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__UnitList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct wanted wanted = {.list = query->list_units};
	struct open_tasks open;
	struct answer_rows rows = {0};
	int rc = count_open(answering, &open);

	wanted.day =
		wanted.list->as_of_day != 0 ? wanted.list->as_of_day : answering->context->today;
	wanted.text = wanted.list->text[0] != '\0' ? dd_text_fold(wanted.list->text) : NULL;
	if (rc == DD_OK)
		rc = unit_rows(answering, &wanted, &open, &rows);
	free(wanted.text);
	dondoc__v1__unit_list__init(list);
	list->rows = (Dondoc__V1__UnitRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_UNITS;
	answering->answer.units = list;
	return rc;
}

/* --- one unit -------------------------------------------------------------------------------- */

static bool among(const struct answer_rows *rows, const char *code)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (strcmp(rows->items[i], code) == 0)
			return true;
	}
	return false;
}

/* The units from which this one came by the change. */
static void came_from(struct answering *answering, const Dondoc__V1__ChangeUnits *said,
		      const char *unit, struct answer_rows *rows)
{
	for (size_t i = 0; i < said->n_from; i++) {
		if (strcmp(said->from[i], unit) == 0)
			return;
	}
	for (size_t i = 0; i < said->n_from; i++) {
		if (!among(rows, said->from[i]))
			answer_rows_add(answering, rows, said->from[i]);
	}
}

static int unit_change(struct answering *answering, uint64_t sequence,
		       Dondoc__V1__UnitDetail *detail, struct answer_rows *changes,
		       struct answer_rows *before)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__UnitChangeRow *row = pool_alloc(&answering->pool, sizeof(*row));
	struct view_unit_change change;
	const uint8_t *bytes;
	size_t len;

	if (view_unit_change(answering->view, false, sequence, &change, &bytes, &len) != DD_OK ||
	    change.withdrawn_by != 0)
		return DD_OK;
	dondoc__v1__unit_change_row__init(row);
	row->sequence = sequence;
	row->planned = change.effected_by == 0;
	row->change = dondoc__v1__change_units__unpack(&allocator, len, bytes);
	if (!row->change)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a change of units cannot be read");
	answer_rows_add(answering, changes, row);
	if (!row->planned)
		came_from(answering, row->change, detail->unit->code, before);
	return DD_OK;
}

static int unit_changes(struct answering *answering, Dondoc__V1__UnitDetail *detail)
{
	struct answer_rows changes = {0}, before = {0};
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	view_key_text(&key, VIEW_UNIT_LIFE, detail->unit->code);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		const uint8_t *at = walk.key.data;
		uint64_t sequence = walk.key.len > 8 ? dd_key_get_u64(at + walk.key.len - 8) : 0;

		if (sequence != 0)
			rc = unit_change(answering, sequence, detail, &changes, &before);
	}
	answer_walk_close(&walk);
	detail->changes = (Dondoc__V1__UnitChangeRow **)changes.items;
	detail->n_changes = changes.count;
	detail->predecessors = (char **)before.items;
	detail->n_predecessors = before.count;
	return rc == DD_OK ? walk.rc : rc;
}

static bool grant_in_force(struct answering *answering, const uint8_t person[16], uint64_t id,
			   int32_t day)
{
	struct view_grant grants[VIEW_GRANTS_MAX];
	size_t count;

	if (view_grants(answering->view, false, person, grants, &count) != DD_OK)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (grants[i].id == id)
			return grants[i].revoked_by == 0 &&
			       dd_unit_valid(grants[i].from_day, grants[i].until_day, day);
	}
	return false;
}

/* Who is head and who the focal person, by their roles; the one named by the unit itself counts
 * before. */
static int unit_people(struct answering *answering, Dondoc__V1__UnitDetail *detail, int32_t day)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	detail->focal_person = detail->unit->focal_person;
	view_key_text(&key, VIEW_GRANT_BY_UNIT, detail->unit->code);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		const uint8_t *at = walk.key.data;
		Dondoc__V1__GrantRole *said =
			dondoc__v1__grant_role__unpack(&allocator, walk.val.len, walk.val.data);

		if (!said || said->person.len != 16 || walk.key.len <= 8 ||
		    !grant_in_force(answering, said->person.data,
				    dd_key_get_u64(at + walk.key.len - 8), day))
			continue;
		if ((int)said->role == DD_PERSON_HEAD)
			detail->head_person = said->person;
		else if ((int)said->role == DD_PERSON_FOCAL && detail->focal_person.len == 0)
			detail->focal_person = said->person;
	}
	answer_walk_close(&walk);
	return walk.rc;
}

static bool has(char *const *texts, size_t count, const char *text)
{
	bool found = count == 0;

	for (size_t i = 0; i < count && !found; i++)
		found = strcmp(texts[i], text) == 0;
	return found;
}

static void unit_leaders(struct answering *answering, Dondoc__V1__UnitDetail *detail, int32_t day)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	struct answer_rows rows = {0};
	Dondoc__V1__UnitDetail *all = NULL;
	const uint8_t *bytes;
	size_t len;

	if (view_charges(answering->view, false, &bytes, &len) == DD_OK)
		all = dondoc__v1__unit_detail__unpack(&allocator, len, bytes);
	for (size_t i = 0; all && i < all->n_leaders; i++) {
		Dondoc__V1__SetCharge *charge = all->leaders[i];

		if (dd_unit_valid(charge->from_day, charge->until_day, day) &&
		    has(charge->units, charge->n_units, detail->unit->code) &&
		    has(charge->kinds, charge->n_kinds, detail->unit->kind))
			answer_rows_add(answering, &rows, charge);
	}
	detail->leaders = (Dondoc__V1__SetCharge **)rows.items;
	detail->n_leaders = rows.count;
}

static int unit_lists(struct answering *answering, Dondoc__V1__UnitDetail *detail)
{
	struct answer_rows aliases = {0}, children = {0}, heirs = {0};
	struct open_tasks open;
	int rc = count_open(answering, &open);

	if (rc == DD_OK)
		detail->open_tasks = open_of(&open, detail->unit->code);
	if (rc == DD_OK)
		rc = unit_aliases(answering, detail->unit->code, &aliases);
	if (rc == DD_OK)
		rc = unit_children(answering, detail->unit->code, &children);
	unit_heirs(answering, detail->unit->code, &heirs);
	detail->aliases = (char **)aliases.items;
	detail->n_aliases = aliases.count;
	detail->children = (char **)children.items;
	detail->n_children = children.count;
	detail->successors = (char **)heirs.items;
	detail->n_successors = heirs.count;
	return rc;
}

int answer_show_unit(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ShowUnit *show = query->show_unit;
	Dondoc__V1__UnitDetail *detail = pool_alloc(&answering->pool, sizeof(*detail));
	int32_t day = show->as_of_day != 0 ? show->as_of_day : answering->context->today;
	struct view_unit unit;
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_text(&key, VIEW_UNIT, show->unit);
	rc = answer_get(answering, &key, &val);
	if (rc != DD_OK)
		return dd_fail(answering->err, rc, "there is no unit %.40s", show->unit);
	dondoc__v1__unit_detail__init(detail);
	detail->unit = unit_fields(answering, &val, &unit);
	if (!detail->unit)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a unit cannot be read");
	rc = unit_lists(answering, detail);
	if (rc == DD_OK)
		rc = unit_changes(answering, detail);
	if (rc == DD_OK)
		rc = unit_people(answering, detail, day);
	unit_leaders(answering, detail, day);
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_UNIT_DETAIL;
	answering->answer.unit_detail = detail;
	return rc;
}
