/* task_import_members.c - who stands behind a collective unit ("126 xã, phường"): units named one
 * by one, or all of a kind, that are there on the plan's day. */
#include "common/base/alloc.h"
#include "common/domain/unit_life.h"
#include "common/view/view_walk.h"
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

#define KIND            "kind:"
#define COLLECTIVES_MAX 256u /* opened for one cell: they call one another */

/* --- as a file tells them -------------------------------------------------------------------- */

static bool names_somebody(struct import *import, const char *member)
{
	struct view_unit unit;

	if (strncmp(member, KIND, strlen(KIND)) == 0)
		return member[strlen(KIND)] != '\0';
	return import_unit_find(import, member, &unit);
}

void import_members_read(struct import *import, const struct import_table *table,
			 struct import_unit *unit, int column)
{
	struct import_place place = {table, unit->row, column};
	char *text = import_cell_tidy(table, unit->row, column);
	char *rest = text;
	char *piece;

	unit->members = dd_alloc((strlen(text) + 1) * sizeof(*unit->members));
	while ((piece = strsep(&rest, ";,"))) {
		size_t len;

		piece += strspn(piece, " ");
		for (len = strlen(piece); len && piece[len - 1] == ' '; len--)
			piece[len - 1] = '\0';
		if (!*piece)
			continue;
		if (names_somebody(import, piece))
			unit->members[unit->member_count++] = dd_strdup(piece);
		else
			import_fault(import, place, piece,
				     DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_UNIT);
	}
	free(text);
}

bool import_members_same(const struct import_unit *unit, const Dondoc__V1__UnitFields *known)
{
	bool same = known && known->n_members == unit->member_count;

	for (size_t i = 0; same && i < unit->member_count; i++)
		same = strcmp(known->members[i], unit->members[i]) == 0;
	return same || unit->member_count == 0;
}

/* --- on the plan's day -------------------------------------------------------------------------
 */

/* A plan without a day is for the units that have no end. */
static bool valid(const struct import *import, const struct view_unit *unit)
{
	if (import->plan_day == 0)
		return unit->valid_until == 0;
	return dd_unit_valid(unit->valid_from, unit->valid_until, import->plan_day);
}

bool import_unit_ended(const struct import *import, const struct view_unit *unit)
{
	return unit->valid_until != 0 && import->plan_day != 0 &&
	       unit->valid_until < import->plan_day;
}

/* Whether it is new among them. */
static bool add(struct import_codes *codes, const char *code)
{
	for (size_t i = 0; i < codes->count; i++)
		if (strcmp(codes->list[i], code) == 0)
			return false;
	if ((codes->count & (codes->count - 1)) == 0) /* full at each power of two */
		codes->list = dd_realloc(codes->list, (codes->count ? 2 * codes->count : 1) *
							      sizeof(*codes->list));
	memccpy(codes->list[codes->count++], code, '\0', sizeof(*codes->list));
	return true;
}

/* One cell's units under way. */
struct spreading {
	struct import *import;
	struct import_codes *codes;
	struct import_codes seen; /* owned; collective units that were opened */
	bool empty;               /* one of them has nobody */
};

static bool add_of_kind(struct spreading *spreading, const struct view_unit *unit, const char *kind)
{
	if (strcmp(unit->kind, kind) != 0 || unit->collective || !valid(spreading->import, unit))
		return false;
	(void)add(spreading->codes, unit->code);
	return true;
}

/* Units of the file go before those of the view. Whether there are any. */
static bool add_kind(struct spreading *spreading, const char *kind)
{
	struct import *import = spreading->import;
	struct dd_error ignored;
	struct view_walk walk;
	struct view_unit unit;
	struct dd_key prefix;
	bool any = false;
	int rc;

	for (size_t i = 0; i < import->unit_count; i++)
		any = add_of_kind(spreading, &import->units[i].unit, kind) || any;
	dd_key_begin(&prefix, VIEW_UNIT);
	rc = view_walk_open(import->source->view, &prefix, &walk, &ignored);
	if (!import_found(import, rc))
		return any;
	while (view_walk_next(&walk)) {
		if (walk.val.len < sizeof(unit))
			continue;
		memcpy(&unit, walk.val.data, sizeof(unit));
		if (!import_map_find(&import->unit_rows, unit.code))
			any = add_of_kind(spreading, &unit, kind) || any;
	}
	view_walk_close(&walk);
	(void)import_found(import, walk.rc);
	return any;
}

static void open_collective(struct spreading *spreading, const struct view_unit *unit);

/* Whether it stands for somebody; a collective unit among them is opened in its turn. */
static bool add_member(struct spreading *spreading, const char *member)
{
	struct view_unit unit;

	if (strncmp(member, KIND, strlen(KIND)) == 0)
		return add_kind(spreading, member + strlen(KIND));
	if (!import_unit_find(spreading->import, member, &unit))
		return false;
	if (unit.collective)
		open_collective(spreading, &unit);
	else if (valid(spreading->import, &unit))
		(void)add(spreading->codes, unit.code);
	else
		return false;
	return true;
}

static bool add_known(struct spreading *spreading, const char *code)
{
	struct import *import = spreading->import;
	Dondoc__V1__UnitFields *fields;
	const uint8_t *bytes;
	bool any = false;
	size_t len;

	if (!import_found(import, view_unit_fields(import->source->view, true, code, &bytes, &len)))
		return false;
	fields = dondoc__v1__unit_fields__unpack(NULL, len, bytes);
	for (size_t i = 0; fields && i < fields->n_members; i++)
		any = add_member(spreading, fields->members[i]) || any;
	dondoc__v1__unit_fields__free_unpacked(fields, NULL);
	return any;
}

/* Once each: collective units may name one another. */
static void open_collective(struct spreading *spreading, const struct view_unit *unit)
{
	struct import *import = spreading->import;
	const struct import_entry *entry = import_map_find(&import->unit_rows, unit->code);
	const struct import_unit *row = entry ? &import->units[entry->number] : NULL;
	bool any = false;

	if (spreading->seen.count == COLLECTIVES_MAX) {
		spreading->empty = true;
		return;
	}
	if (!add(&spreading->seen, unit->code))
		return;
	for (size_t i = 0; row && i < row->member_count; i++)
		any = add_member(spreading, row->members[i]) || any;
	if (!row || row->member_count == 0)
		any = add_known(spreading, unit->code);
	spreading->empty = spreading->empty || !any;
}

bool import_members_add(struct import *import, const struct view_unit *unit,
			struct import_codes *codes)
{
	struct spreading spreading = {.import = import, .codes = codes};

	if (unit->collective)
		open_collective(&spreading, unit);
	else
		(void)add(codes, unit->code);
	import_codes_free(&spreading.seen);
	return !spreading.empty;
}

static int by_code(const void *left, const void *right)
{
	return strcmp(left, right);
}

void import_codes_sort(struct import_codes *codes)
{
	if (codes->count > 0)
		qsort(codes->list, codes->count, sizeof(*codes->list), by_code);
}

void import_codes_free(struct import_codes *codes)
{
	free(codes->list);
	*codes = (struct import_codes){0};
}
