/* task_import.h - annexes as people make them (CSV) become events, or a list of what is wrong.
 *
 * Reads the view and bytes, writes nothing: the same input gives the same output. Everything that
 * is wrong is told by row, in all files; one fault refuses the whole. Units are known only by their
 * exact name, a registered alias or their code: nothing is guessed. */
#ifndef DD_TASK_IMPORT_H
#define DD_TASK_IMPORT_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/view/view.h"
#include "dondoc/v1/command.pb-c.h"
#include "services/task/task_event.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of faults, and of what is only told, more than this are counted, not kept. */
#define TASK_IMPORT_ROWS_MAX 50000u

struct task_import_source {
	struct view *view; /* look-ups go through its batch layer */
	/* The content of an uploaded file, appended to `out`. DD_ERR_NOT_FOUND: there is none. */
	int (*file)(void *arg, const uint8_t hash[32], struct dd_buf *out);
	void *arg;
};

struct task_import_result {
	/* In the order in which they must be applied: units (parents first), aliases, areas, plan,
	 * groups (parents first), tasks; or days. None if `refusal` is set. None without a refusal:
	 * everything is there already. */
	struct task_event *events; /* owned */
	size_t event_count;
	/* Of a rule's events, not of an import: its answer has neither rows nor counts. */
	bool plain;
	/* Faults and what is only told, by file and row; fits SubmitReply.rows. */
	Dondoc__V1__RowReport **rows; /* owned */
	size_t row_count;
	bool rows_cut;        /* there were more than are kept */
	uint32_t fault_count; /* of all, also those cut */
	/* Rows of all files, and the plan as one. */
	uint32_t added;
	uint32_t changed;
	uint32_t unchanged;
	/* RefusalCode; REFUSAL_NONE = the events may be taken. */
	uint32_t refusal;
	const char *argument; /* field or file that the refusal is about; "" = none; static */
	char text[504];       /* the refusal in words: first place and remedy */
};

/* Fill *result_out (task_import_free, also after a failure). 0 also when the result is a refusal.
 * Negative: the view or a file could not be read; *err tells. */
int task_import_plan(const struct task_import_source *source, const Dondoc__V1__ImportPlan *command,
		     struct task_import_result *result_out, struct dd_error *err) DD_MUST_CHECK;
int task_import_calendar(const struct task_import_source *source,
			 const Dondoc__V1__ImportCalendar *command,
			 struct task_import_result *result_out, struct dd_error *err) DD_MUST_CHECK;
/* Frees what the result holds and leaves it empty. */
void task_import_free(struct task_import_result *result);

#endif
