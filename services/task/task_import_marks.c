/* task_import_marks.c - priority and labels of an annex that was exported. */
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

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
		label[strcspn(label, " ")] = '\0';
		if (!*label)
			continue;
		if (fields->n_labels == IMPORT_LABELS_MAX || strlen(label) > DD_TASK_CODE_MAX) {
			import_fault(import, place, NULL, DONDOC__V1__ROW_PROBLEM__ROW_BAD_VALUE);
			return;
		}
		marks->labels[fields->n_labels++] = label;
	}
}

void import_marks_read(struct import *import, struct import_place place, struct import_marks *marks,
		       Dondoc__V1__TaskFields *fields)
{
	*marks = (struct import_marks){0};
	if (place.table->column[TASK_PRIORITY] >= 0)
		fields->priority = import_marked(place.table, place.row, TASK_PRIORITY);
	if (place.table->column[TASK_LABELS] >= 0)
		read_labels(import, place, marks, fields);
}

void import_marks_free(struct import_marks *marks)
{
	free(marks->text);
}
