/* task_import_marks.c - what an export tells of a task beside the annex, so that the same task
 * comes of it in another store. */
#include "common/base/text.h"
#include "common/domain/annex_words.h"
#include "common/view/view_plan.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MAX 1000u

bool import_marked(const struct import_table *table, size_t row, int column)
{
	static const char *const no[] = {"", "0", "-", "không", "no", "false"};
	char *key = dd_text_name_key(import_cell(table, row, column));
	bool yes = true;

	assert(key); /* the whole file was checked to be UTF-8 */
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		yes = yes && strcmp(key, no[i]) != 0;
	free(key);
	return yes;
}

static void read_labels(struct import *import, struct import_place place,
			struct import_marks *marks, Dondoc__V1__TaskFields *fields)
{
	char *rest;
	char *label;

	place.column = TASK_LABELS;
	marks->text = import_cell_tidy(place.table, place.row, TASK_LABELS);
	rest = marks->text;
	fields->labels = marks->labels;
	fields->n_labels = 0;
	while ((label = strsep(&rest, ";,"))) {
		label += strspn(label, " ");
		for (size_t len = strlen(label); len && label[len - 1] == ' '; len--)
			label[len - 1] = '\0';
		if (!*label)
			continue;
		if (fields->n_labels == IMPORT_LABELS_MAX || strlen(label) > DD_TASK_CODE_MAX) {
			import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_VALUE);
			return;
		}
		marks->labels[fields->n_labels++] = label;
	}
}

static bool has(const struct import_place *place, int column)
{
	return place->table->column[column] >= 0;
}

/* Within the lead, as in a file of divisions. */
static void read_division(struct import *import, struct import_place place,
			  struct import_marks *marks, Dondoc__V1__TaskFields *fields)
{
	char *name = import_cell_tidy(place.table, place.row, TASK_DIVISION);
	struct view_unit unit = {.code = ""};
	bool known = !*name || import_unit_named(import, name, &unit);

	place.column = TASK_DIVISION;
	if (!known)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_UNIT);
	else if (*name &&
		 (!*fields->lead_unit || !import_unit_within(import, unit.code, fields->lead_unit)))
		import_told(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_DIVISION_UNUSED);
	else
		memcpy(marks->division, unit.code, sizeof(unit.code));
	fields->division = marks->division;
	free(name);
}

/* A weight is given only while they are used; one that is there stays. */
static void read_weight(struct import *import, struct import_place place,
			Dondoc__V1__TaskFields *fields)
{
	char *text = import_cell_tidy(place.table, place.row, TASK_WEIGHT);
	bool was = fields->has_weight_case == DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT;
	size_t len = strlen(text);
	uint32_t weight = 0;

	place.column = TASK_WEIGHT;
	if (len < 5 && strspn(text, "0123456789") == len)
		weight = (uint32_t)strtoul(text, NULL, 10);
	else
		weight = UINT32_MAX;
	if (weight > WEIGHT_MAX)
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_VALUE);
	else if (len > 0 && !(was && fields->weight == weight) &&
		 !view_policy(import->source->view, true, import->plan, "")
			  ->value[DD_SETTING_WEIGHTS])
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_WEIGHTS_OFF);
	fields->has_weight_case = len > 0 ? DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT
					  : DONDOC__V1__TASK_FIELDS__HAS_WEIGHT__NOT_SET;
	fields->weight = len > 0 ? weight : 0;
	free(text);
}

static void read_area_second(struct import *import, struct import_place place,
			     Dondoc__V1__TaskFields *fields)
{
	char *text = import_cell_tidy(place.table, place.row, TASK_AREA_SECOND);

	place.column = TASK_AREA_SECOND;
	if (!import_area_known(import, text, &fields->area_second))
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_UNKNOWN_AREA);
	free(text);
}

static void read_source_kind(struct import *import, struct import_place place,
			     Dondoc__V1__TaskFields *fields)
{
	char *key = dd_text_name_key(import_cell(place.table, place.row, TASK_SOURCE_KIND));

	fields->source_kind = DONDOC__V1__SOURCE_KIND__SOURCE_PLAN;
	place.column = TASK_SOURCE_KIND;
	if (*key && !dd_annex_number(DD_ANNEX_SOURCE, key, &fields->source_kind))
		import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_VALUE);
	free(key);
}

static void read_source(struct import *import, struct import_place place,
			struct import_marks *marks, Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__Document *source = &marks->source;

	source->number = import_cell_written(place.table, place.row, TASK_SOURCE_NUMBER);
	source->issuer = import_cell_written(place.table, place.row, TASK_SOURCE_ISSUER);
	source->title = import_cell_written(place.table, place.row, TASK_SOURCE_TITLE);
	place.column = TASK_SOURCE_DATE;
	source->day = import_day_read(import, place);
	fields->source =
		source->day || *source->number || *source->issuer || *source->title ? source : NULL;
}

/* What is marked stands beside what the words say, or alone. */
static void read_settled(struct import_place place, struct import_marks *marks,
			 Dondoc__V1__TaskFields *fields)
{
	bool settled = import_time_settled(&place);

	if (settled == (fields->timing && fields->timing->settled))
		return;
	if (fields->timing)
		marks->timing = *fields->timing;
	marks->timing.settled = settled;
	fields->timing = &marks->timing;
}

void import_marks_read(struct import *import, struct import_place place, struct import_marks *marks,
		       Dondoc__V1__TaskFields *fields)
{
	*marks = (struct import_marks){0};
	dondoc__v1__document__init(&marks->source);
	dondoc__v1__timing__init(&marks->timing);
	if (has(&place, TASK_PRIORITY))
		fields->priority = import_marked(place.table, place.row, TASK_PRIORITY);
	if (has(&place, TASK_LABELS))
		read_labels(import, place, marks, fields);
	if (has(&place, TASK_DIVISION) && !import->divisions_told)
		read_division(import, place, marks, fields);
	if (has(&place, TASK_PRODUCTS))
		import_products_read(import, place, marks, fields);
	if (has(&place, TASK_WEIGHT))
		read_weight(import, place, fields);
	if (has(&place, TASK_AREA_SECOND))
		read_area_second(import, place, fields);
	if (has(&place, TASK_SOURCE_KIND))
		read_source_kind(import, place, fields);
	if (has(&place, TASK_SOURCE_NUMBER) || has(&place, TASK_SOURCE_TITLE))
		read_source(import, place, marks, fields);
	if (has(&place, TASK_TIME_READ) && !fields->group)
		read_settled(place, marks, fields);
}

void import_marks_free(struct import_marks *marks)
{
	free(marks->text);
	free(marks->products_text);
	if (marks->source.number == protobuf_c_empty_string)
		return; /* not read */
	free(marks->source.number);
	free(marks->source.issuer);
	free(marks->source.title);
}
