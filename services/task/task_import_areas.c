/* task_import_areas.c - the areas of the programme: a number and a name. */
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AREA_AREA, AREA_NAME, AREA_NAME_EN };
const struct import_spec import_areas_spec = {
	"areas", {{"area", true}, {"name", true}, {"name_en", false}, {NULL, false}}};

#define AREA_MAX     255u /* what the view keeps */
#define NAME_LEN_MAX 255

/* Digits only; the number is at most AREA_MAX. */
static bool parse_area(const char *text, uint32_t *area_out)
{
	size_t len = strlen(text);

	if (len == 0 || len > 3 || strspn(text, "0123456789") != len)
		return false;
	*area_out = (uint32_t)strtoul(text, NULL, 10);
	return *area_out <= AREA_MAX;
}

static const char *area_key(uint32_t area, char out[16])
{
	(void)snprintf(out, 16, "%u", area);
	return out;
}

bool import_area_known(struct import *import, const char *text, uint32_t *area_out)
{
	char name[256];
	char key[16];

	*area_out = 0;
	if (!*text)
		return true;
	if (!parse_area(text, area_out))
		return false;
	return *area_out == 0 || import_map_find(&import->areas, area_key(*area_out, key)) ||
	       import_found(import, view_area(import->source->view, true, *area_out, name));
}

static void list_area(struct import *import, const struct import_table *table, size_t row,
		      uint32_t area)
{
	Dondoc__V1__AreaSet body = DONDOC__V1__AREA_SET__INIT;
	char *name = import_cell_need(import, table, row, AREA_NAME, NAME_LEN_MAX);
	char *name_en = import_cell_tidy(table, row, AREA_NAME_EN);
	struct import_place place = {table, row, AREA_NAME_EN};
	char old[256];
	bool was_there = import_found(import, view_area(import->source->view, true, area, old));
	bool same = name && was_there && strcmp(old, name) == 0;

	body.area = area;
	body.name = name;
	body.name_en = name_en;
	if (strlen(name_en) > NAME_LEN_MAX) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG);
	} else if (name) {
		import_count(import, was_there, same);
		if (!same)
			(void)import_event(import, DONDOC__V1__EVENT_TYPE__EVENT_AREA_SET, 0, "",
					   &body.base);
	}
	free(name);
	free(name_en);
}

static void read_area(struct import *import, const struct import_table *table, size_t row)
{
	struct import_place place = {table, row, AREA_AREA};
	char *number = import_cell_need(import, table, row, AREA_AREA, 64);
	uint32_t area;
	char key[16];
	bool is_new;

	if (!number)
		return;
	if (!parse_area(number, &area)) {
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_AREA);
	} else {
		(void)import_map_add(&import->areas, area_key(area, key), &is_new);
		if (is_new)
			list_area(import, table, row, area);
		else
			import_fault(import, place, NULL,
				     DONDOC__V1__ROW_PROBLEM__ROW_DUPLICATE_CODE);
	}
	free(number);
}

void import_areas(struct import *import, const struct import_table *table)
{
	for (size_t row = 0; row < table->rows; row++)
		if (!import_table_blank(table, row))
			read_area(import, table, row);
}
