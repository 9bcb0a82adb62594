/* task_import_units.c - units and their aliases. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The note is for the people who keep the file; it goes no further. */
enum { UNIT_CODE, UNIT_NAME, UNIT_KIND, UNIT_PARENT, UNIT_NOTE, UNIT_MEMBERS };
const struct import_spec import_units_spec = {"units",
					      {{"code", true},
					       {"name", true},
					       {"kind", true},
					       {"parent", true},
					       {"note", false},
					       {"members", false},
					       {NULL, false}}};

enum { ALIAS_CODE, ALIAS_ALIAS, ALIAS_NOTE };
const struct import_spec import_aliases_spec = {
	"aliases", {{"code", true}, {"alias", true}, {"note", false}, {NULL, false}}};

#define NAME_LEN_MAX 255 /* what the view keeps */
#define KIND_LEN_MAX 31

static void put(char *to, size_t size, const char *text)
{
	(void)snprintf(to, size, "%s", text ? text : "");
}

/* --- units ----------------------------------------------------------------------------------- */

static bool collective_kind(const char *kind)
{
	return strcmp(kind, "group") == 0 || strcmp(kind, "commune_group") == 0;
}

/* Make `key` lead to `code`. False: it leads to another unit, here or in the view. */
static bool claim_name(struct import *import, const char *name, const char *code)
{
	char *key = dd_text_name_key(name);
	struct import_entry *entry;
	char holder[32];
	bool is_new;
	bool mine = true;

	assert(key);
	if (!import_map_find(&import->names, key) &&
	    import_found(import, view_unit_by_name(import->source->view, true, key, holder)))
		mine = strcmp(holder, code) == 0;
	if (mine) {
		entry = import_map_add(&import->names, key, &is_new);
		if (is_new)
			put(entry->text, sizeof(entry->text), code);
		mine = strcmp(entry->text, code) == 0;
	}
	free(key);
	return mine;
}

/* Note the row's code; NULL if it is not one, or there twice. */
static struct import_unit *begin_unit(struct import *import, const struct import_table *table,
				      size_t row)
{
	struct import_place place = {table, row, UNIT_CODE};
	char *code = import_cell_need(import, table, row, UNIT_CODE, DD_UNIT_CODE_MAX);
	struct import_unit *unit = NULL;
	struct import_entry *entry;
	bool is_new;

	if (!code)
		return NULL;
	if (!dd_unit_code_valid(code)) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_CODE);
		goto out;
	}
	entry = import_map_add(&import->unit_rows, code, &is_new);
	if (!is_new) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_DUPLICATE_CODE);
		goto out;
	}
	entry->number = (uint32_t)import->unit_count;
	unit = &import->units[import->unit_count++];
	unit->row = row;
	put(unit->unit.code, sizeof(unit->unit.code), code);
out:
	free(code);
	return unit;
}

static void read_unit(struct import *import, const struct import_table *table, size_t row)
{
	struct import_unit *unit = begin_unit(import, table, row);
	struct import_place place = {table, row, UNIT_NAME};
	char *name = import_cell_need(import, table, row, UNIT_NAME, NAME_LEN_MAX);
	char *kind = import_cell_need(import, table, row, UNIT_KIND, KIND_LEN_MAX);

	if (unit) {
		put(unit->unit.name, sizeof(unit->unit.name), name);
		put(unit->unit.kind, sizeof(unit->unit.kind), kind);
		unit->unit.collective = collective_kind(unit->unit.kind);
	}
	if (unit && name && !claim_name(import, name, unit->unit.code))
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_ALIAS_TAKEN);
	free(name);
	free(kind);
}

/* After all units are noted: a parent, or a member, may come further down in the file. */
static void read_parent(struct import *import, const struct import_table *table,
			struct import_unit *unit)
{
	struct import_place place = {table, unit->row, UNIT_PARENT};
	char *parent = import_cell_tidy(table, unit->row, UNIT_PARENT);
	struct view_unit found;

	if (*parent && !import_unit_find(import, parent, &found))
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_PARENT);
	else
		put(unit->unit.parent, sizeof(unit->unit.parent), parent);
	free(parent);
	import_members_read(import, table, unit, UNIT_MEMBERS);
	unit->unit.collective = unit->unit.collective || unit->member_count > 0;
}

static bool same_unit(const struct view_unit *a, const struct view_unit *b)
{
	return strcmp(a->parent, b->parent) == 0 && strcmp(a->kind, b->kind) == 0 &&
	       strcmp(a->name, b->name) == 0 && a->collective == b->collective;
}

/* As it is known; NULL: it is new. What a file does not say of a unit stays: its validity, official
 * id, focal person, members. */
static Dondoc__V1__UnitFields *known_unit(struct import *import, const char *code)
{
	const uint8_t *bytes;
	size_t len;

	if (!import_found(import, view_unit_fields(import->source->view, true, code, &bytes, &len)))
		return NULL;
	return dondoc__v1__unit_fields__unpack(NULL, len, bytes);
}

/* What the view knows of the unit and the file does not say; its members make it collective. */
static void take_known(struct import_unit *row, const struct view_unit *old,
		       const Dondoc__V1__UnitFields *known)
{
	row->unit.valid_from = old->valid_from;
	row->unit.valid_until = old->valid_until;
	if (known && known->n_members > 0)
		row->unit.collective = 1;
}

static void set_unit(struct import *import, struct import_unit *row,
		     const Dondoc__V1__UnitFields *known)
{
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;

	if (known)
		fields = *known;
	fields.code = row->unit.code;
	fields.name = row->unit.name;
	fields.kind = row->unit.kind;
	fields.parent = row->unit.parent;
	fields.collective = row->unit.collective;
	if (row->member_count > 0) {
		fields.members = row->members;
		fields.n_members = row->member_count;
	}
	body.unit = &fields;
	(void)import_event(import, DONDOC__V1__EVENT_TYPE__EVENT_UNIT_SET, 0, "", &body.base);
}

static void list_unit(struct import *import, struct import_unit *row)
{
	struct view_unit old;
	bool was_there =
		import_found(import, view_unit(import->source->view, true, row->unit.code, &old));
	Dondoc__V1__UnitFields *known = was_there ? known_unit(import, row->unit.code) : NULL;
	bool same;

	if (was_there)
		take_known(row, &old, known);
	same = was_there && same_unit(&old, &row->unit) && import_members_same(row, known);
	row->listed = true;
	import_count(import, was_there, same);
	if (!same)
		set_unit(import, row, known);
	dondoc__v1__unit_fields__free_unpacked(known, NULL);
}

/* The row of the file that is next above `code`, past units that only the view has; NULL at the
 * top. Of the view's units at most so many are passed: its own chains have no circles, so more
 * than that is one through the file, which ends at a row that was marked. */
static struct import_unit *row_above(struct import *import, const char *code)
{
	struct view_unit unit;
	char at[32];

	put(at, sizeof(at), code);
	for (int step = 0; *at && step < 256; step++) {
		const struct import_entry *entry = import_map_find(&import->unit_rows, at);

		if (entry)
			return &import->units[entry->number];
		if (!import_found(import, view_unit(import->source->view, true, at, &unit)))
			return NULL;
		put(at, sizeof(at), unit.parent);
	}
	return NULL;
}

/* Walk up from `unit` over rows that no walk has seen; they end in `path`, lowest first. Meeting a
 * row of this very walk again is a circle. */
static size_t walk_up(struct import *import, const struct import_table *table,
		      struct import_unit *unit, uint32_t mark, struct import_unit **path)
{
	size_t len = 0;

	while (unit && unit->mark == 0) {
		unit->mark = mark;
		path[len++] = unit;
		unit = row_above(import, unit->unit.parent);
	}
	if (unit && unit->mark == mark) {
		struct import_place place = {table, unit->row, UNIT_PARENT};

		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_CYCLE);
	}
	return len;
}

static void list_units(struct import *import, const struct import_table *table)
{
	struct import_unit **path = dd_alloc(import->unit_count * sizeof(struct import_unit *));

	for (size_t i = 0; i < import->unit_count; i++) {
		size_t len = walk_up(import, table, &import->units[i], (uint32_t)i + 1, path);

		while (len > 0) /* parents first */
			list_unit(import, path[--len]);
	}
	free(path);
}

void import_units(struct import *import, const struct import_table *table)
{
	if (table->rows == 0)
		return;
	import->units = dd_alloc(table->rows * sizeof(*import->units));
	for (size_t row = 0; row < table->rows; row++)
		if (!import_table_blank(table, row))
			read_unit(import, table, row);
	for (size_t i = 0; i < import->unit_count; i++)
		read_parent(import, table, &import->units[i]);
	if (import->unit_count > 0)
		list_units(import, table);
}

/* --- aliases --------------------------------------------------------------------------------- */

/* Whether the alias leads to the unit already: in the view, or by a row or name before. */
static bool alias_known(struct import *import, const char *alias)
{
	char *key = dd_text_name_key(alias);
	char holder[32];
	bool known;

	assert(key);
	known = import_map_find(&import->names, key) ||
		import_found(import, view_unit_by_name(import->source->view, true, key, holder));
	free(key);
	return known;
}

static void list_alias(struct import *import, const struct import_table *table, size_t row,
		       char *code, char *alias)
{
	Dondoc__V1__UnitAliasSet body = DONDOC__V1__UNIT_ALIAS_SET__INIT;
	struct import_place place = {table, row, ALIAS_ALIAS};
	bool known = alias_known(import, alias);

	if (!claim_name(import, alias, code)) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_ALIAS_TAKEN);
		return;
	}
	import_count(import, known, known);
	if (known)
		return;
	body.unit = code;
	body.alias = alias;
	body.note = import_cell_tidy(table, row, ALIAS_NOTE);
	place.column = ALIAS_NOTE;
	if (!import_event(import, DONDOC__V1__EVENT_TYPE__EVENT_UNIT_ALIAS_SET, 0, "", &body.base))
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG);
	free(body.note);
}

static void read_alias(struct import *import, const struct import_table *table, size_t row)
{
	struct import_place place = {table, row, ALIAS_CODE};
	char *code = import_cell_need(import, table, row, ALIAS_CODE, DD_UNIT_CODE_MAX);
	char *alias = import_cell_need(import, table, row, ALIAS_ALIAS, NAME_LEN_MAX);
	struct view_unit unit;

	if (code && !import_unit_find(import, code, &unit))
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_UNIT);
	else if (code && alias)
		list_alias(import, table, row, code, alias);
	free(code);
	free(alias);
}

void import_aliases(struct import *import, const struct import_table *table)
{
	for (size_t row = 0; row < table->rows; row++)
		if (!import_table_blank(table, row))
			read_alias(import, table, row);
}
