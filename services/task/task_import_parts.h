/* task_import_parts.h - what the files of the import share. For them only.
 *
 * A part reads one table, tells what is wrong with its rows and adds its events; it goes on after
 * a fault, so that everything is told in one go. Units of the file go before those of the view. */
#ifndef DD_TASK_IMPORT_PARTS_H
#define DD_TASK_IMPORT_PARTS_H

#include "common/base/csv.h"
#include "common/domain/unit_code.h"
#include "common/view/view_calendar.h"
#include "common/view/view_timing.h"
#include "services/task/task_import.h"

/* --- task_import_map.c: names to numbers ---------------------------------------------------- */

struct import_entry {
	char *key; /* owned */
	uint32_t number;
	char text[DD_UNIT_CODE_MAX + 1];
};
struct import_map {
	void *root; /* a balanced tree: no input makes it slow */
};
/* The entry of `key`, made if there is none; *is_new_out tells. */
struct import_entry *import_map_add(struct import_map *map, const char *key, bool *is_new_out);
struct import_entry *import_map_find(const struct import_map *map, const char *key);
void import_map_fini(struct import_map *map);

/* --- the run -------------------------------------------------------------------------------- */

enum { IMPORT_COLUMNS_MAX = 40 };

struct import_column {
	const char *name;
	bool required; /* the file must have it */
};
struct import_spec {
	const char *file; /* as in RowReport */
	struct import_column columns[IMPORT_COLUMNS_MAX];
};
struct import_table {
	const struct import_spec *spec;
	struct dd_csv *csv;             /* owned; NULL if not given or unreadable */
	size_t rows;                    /* 0 if it cannot be used */
	int column[IMPORT_COLUMNS_MAX]; /* place in the file by place in the spec; -1 = none */
	uint32_t *lines;                /* owned; of an annex: where each row stood in its file */
	uint32_t header_line;           /* and its header; 0 = the table is the file itself */
};

/* One row of the units file. */
struct import_unit {
	struct view_unit unit;
	size_t row;
	uint32_t mark;  /* of the walk that came by; 0 = none yet */
	bool listed;    /* its event is there */
	char **members; /* owned, like the texts; as told by the file: none = as known */
	size_t member_count;
};

struct import {
	const struct task_import_source *source;
	struct task_import_result *result;
	int failed; /* the first error of the view; it is returned in the end */
	size_t event_cap;
	size_t row_cap;
	size_t told_kept;
	size_t faults_kept;
	struct import_unit *units; /* owned */
	size_t unit_count;
	struct import_map unit_rows; /* code to place in units */
	struct import_map names;     /* name key to code */
	struct import_map areas;     /* numbers, as text */
	struct import_map texts;     /* cells to the code they stand for, "" = none */
	size_t text_count;
	char *plan;                         /* code; of the command */
	const Dondoc__V1__Document *change; /* by which a published plan changes; NULL = none */
	const char *reason;
	bool due_locked; /* the plan is published and no document is named */
	bool fan_out;    /* every collective lead gives one sub-task a unit */
	Dondoc__V1__GoneTasks gone;
	int32_t plan_day;    /* of its document; 0 = not told */
	size_t part_count;   /* sub-tasks of collective leads */
	bool divisions_told; /* by a file of its own */
	bool read_times;     /* dates come from the time texts where the file has none */
	struct dd_time_context time;
	struct view_calendars *calendars; /* owned; NULL if no times are read */
	const char *default_lead;         /* a known code, or "" */
};

/* --- task_import_table.c -------------------------------------------------------------------- */

#define IMPORT_NO_ROW SIZE_MAX /* the file itself, not one of its rows */

/* Read the file named by `hash` (empty: a table without rows). What is wrong with the file as a
 * whole is told; an unknown file refuses. Negative: it could not be read. */
int import_table_open(struct import *import, const struct import_spec *spec,
		      const ProtobufCBinaryData *hash, struct import_table *table_out,
		      struct dd_error *err) DD_MUST_CHECK;
/* The bytes alone. False: there are none, or the command was refused; *rc_out tells a failure. */
bool import_file_read(struct import *import, const char *name, const ProtobufCBinaryData *hash,
		      struct dd_buf *bytes, int *rc_out, struct dd_error *err);
/* The rows of a CSV file; a second step finds the columns by name. */
void import_table_parse(struct import *import, struct import_table *table,
			const struct dd_buf *bytes);
void import_table_match(struct import *import, struct import_table *table);
/* A table without rows. */
void import_table_init(struct import_table *table, const struct import_spec *spec);
void import_table_close(struct import_table *table);
bool import_table_blank(const struct import_table *table, size_t row);
/* Whether the table of tasks is one that we wrote: it tells the place of each. */
bool import_table_exported(const struct import_table *table);
/* "" where there is none. Borrowed. */
const char *import_cell(const struct import_table *table, size_t row, int column);
/* The cell tidied; owned by the caller. */
char *import_cell_tidy(const struct import_table *table, size_t row, int column);
/* The cell as it is written, in NFC with its line breaks; owned by the caller. */
char *import_cell_written(const struct import_table *table, size_t row, int column);
/* The cell tidied, or NULL after telling that it is empty or over `max` bytes. */
char *import_cell_need(struct import *import, const struct import_table *table, size_t row,
		       int column, size_t max);

/* --- task_import_report.c ------------------------------------------------------------------- */

struct import_place {
	const struct import_table *table;
	size_t row;
	int column; /* of the spec; -1 = the row as a whole */
};
#define IMPORT_LAST_ROW UINT32_MAX /* no row of the file, and told behind them */
/* What is told about a place that no table has yet. */
struct import_spot {
	const char *file;
	uint32_t row;
	uint32_t line;
	const char *column;
};
void import_report(struct import *import, struct import_spot spot, const char *value,
		   Dondoc__V1__RowProblem problem, bool fault);
/* `value` is shortened; NULL = the cell. */
void import_fault(struct import *import, struct import_place place, const char *value,
		  Dondoc__V1__RowProblem problem);
void import_told(struct import *import, struct import_place place, const char *value,
		 Dondoc__V1__RowProblem problem);
/* Refuse the command itself; the first refusal stays. */
void import_refuse(struct import *import, Dondoc__V1__RefusalCode code, const char *argument,
		   const char *text);
/* Put the reports in order; faults become the refusal, and then there are no events. */
void import_conclude(struct import *import);

/* --- task_import_event.c -------------------------------------------------------------------- */

/* Add an event; false (and no event) if its body is too long. */
bool import_event(struct import *import, Dondoc__V1__EventType type, uint64_t subject,
		  const char *unit, const ProtobufCMessage *body);
/* Whether a look-up in the view found something; failures are kept for the end. */
bool import_found(struct import *import, int result);
/* Whether `message` packs to exactly these bytes. */
bool import_same(const ProtobufCMessage *message, const uint8_t *bytes, size_t len);
void import_count(struct import *import, bool was_there, bool same);

/* --- task_import_units.c -------------------------------------------------------------------- */

extern const struct import_spec import_units_spec;
extern const struct import_spec import_aliases_spec;
void import_units(struct import *import, const struct import_table *table);
void import_aliases(struct import *import, const struct import_table *table);

/* --- task_import_members.c: who stands behind a collective unit ---------------------------------
 */

/* Read the cell of members of a row of the units file; what names nobody is a fault. */
void import_members_read(struct import *import, const struct import_table *table,
			 struct import_unit *unit, int column);
/* Whether they are those of `known`; a file that tells none leaves them. */
bool import_members_same(const struct import_unit *unit, const Dondoc__V1__UnitFields *known);
/* Whether nobody is among them any more on the plan's day. */
bool import_unit_ended(const struct import *import, const struct view_unit *unit);
/* Codes without repetition. */
struct import_codes {
	char (*list)[DD_UNIT_CODE_MAX + 1]; /* owned */
	size_t count;
};
/* Add the units that are meant by `unit` on the plan's day: itself, or a collective unit's members,
 * by code; collective ones among them are opened in their turn. False: one of them has nobody. */
bool import_members_add(struct import *import, const struct view_unit *unit,
			struct import_codes *codes);
void import_codes_sort(struct import_codes *codes);
void import_codes_free(struct import_codes *codes);

/* --- task_import_areas.c -------------------------------------------------------------------- */

extern const struct import_spec import_areas_spec;
void import_areas(struct import *import, const struct import_table *table);
/* The number of a known area; "" and 0 are direction and steering and always known. */
bool import_area_known(struct import *import, const char *text, uint32_t *area_out);

/* --- task_import_names.c: who is meant ------------------------------------------------------ */

bool import_unit_find(struct import *import, const char *code, struct view_unit *unit_out);
/* By exact name, registered alias or code, and by nothing else. After units and aliases are read.
 */
bool import_unit_named(struct import *import, const char *text, struct view_unit *unit_out);
/* Whether `inner` is `outer` or lies somewhere under it. */
bool import_unit_within(struct import *import, const char *inner, const char *outer);
/* The codes in a cell of coordinating units, each once; what is nobody's name is told. The codes
 * and the array are the caller's. */
void import_unit_list(struct import *import, struct import_place place, char ***codes_out,
		      size_t *count_out);
/* The same for a cell of leads, cut at "và" too: only if all of it is names, two or more. */
bool import_lead_list(struct import *import, struct import_place place, char ***codes_out,
		      size_t *count_out);

/* --- task_import_row.c: one row of groups or tasks ------------------------------------------- */

enum {
	TASK_CODE,
	TASK_AREA,
	TASK_CONTENT,
	TASK_PRODUCT,
	TASK_LEAD,
	TASK_COORDINATING,
	TASK_TIME,
	TASK_START,
	TASK_DUE,
	TASK_RECURRENCE,
	TASK_TARGET,
	TASK_NOTES,
	TASK_PARENT,
	TASK_HEADING, /* not empty: the row is a group */
	TASK_POSITION,
	TASK_FAN_OUT, /* marked: a collective lead gives one sub-task a unit */
	TASK_PRIORITY,
	TASK_LABELS,
	TASK_PLAN, /* of an export over several plans: the row's own */
	TASK_DIVISION,
	TASK_PRODUCTS, /* one by one, each with its evidence */
	TASK_WEIGHT,
	TASK_AREA_SECOND,
	TASK_TIME_READ, /* marked: the time text was read; "settled": a person has looked at it */
	TASK_SOURCE_KIND,
	TASK_SOURCE_NUMBER,
	TASK_SOURCE_DATE,
	TASK_SOURCE_ISSUER,
	TASK_SOURCE_TITLE,
	TASK_LEAD_PARTS,  /* of several leads: which part each answers for */
	TASK_PERIOD_FROM, /* one period of the recurring task that it lies under */
	TASK_PERIOD_TO,
	TASK_CHAIN, /* plan/code of the years before, oldest first */
	TASK_CHAIN_DUE,
	TASK_CHAIN_SLIPS,
	TASK_WAITS_FOR, /* codes of the tasks before it, with days between */
	TASK_COLUMN_COUNT,
};
/* What the plan has under the row's code, and what the file says about it elsewhere. */
struct import_known {
	bool there;
	struct view_task task;
	Dondoc__V1__TaskFields *fields; /* owned; NULL if not there */
	bool own_parts;                 /* other rows of the file lie under this one */
	bool fan_out;                   /* out: the row is answered by its parts */
	struct import_codes units;      /* out: to each of these goes a part */
};
/* Fill `fields` (initialised; freed by import_row_free) from the row but for code, parent, division
 * and position, telling what is wrong. `known` takes what the lead means. */
void import_row_read(struct import *import, struct import_place place, struct import_known *known,
		     struct view_timing *timing, Dondoc__V1__TaskFields *fields);
void import_row_free(Dondoc__V1__TaskFields *fields);
/* A day, 0 for an empty cell; what is none is told. */
int32_t import_day_read(struct import *import, struct import_place place);

/* --- task_import_lead.c: who answers for a row ---------------------------------------------------
 */

/* One of several leads; the caller's. */
Dondoc__V1__LeadPart *import_lead_new(const char *unit, const char *part);
void import_lead_free(Dondoc__V1__LeadPart *lead);
/* The code of the lead, "" where there is none, the caller's; leads and lead_text of `fields` and
 * the parts in `known`. */
char *import_lead_read(struct import *import, struct import_place place, struct import_known *known,
		       Dondoc__V1__TaskFields *fields);

/* --- task_import_fan_out.c: one sub-task a unit
 * ----------------------------------------------------- */

/* Whether somebody has done anything about it: it can be made into parts no more. */
bool import_worked_on(const struct view_task *task);
/* The parts of a task that is answered by them, after its own event: those that there are follow
 * what has changed in `fields`, those that are missing are added. */
void import_parts(struct import *import, struct import_place place,
		  const struct import_known *known, const Dondoc__V1__TaskFields *fields);

/* --- task_import_gone.c: what the file no longer has
 * ---------------------------------------------- */

/* `codes`: those of the file. Headings count only if the file has headings. */
void import_gone(struct import *import, const struct import_map *codes, bool headings);

/* --- task_import_marks.c: what an export tells beside the annex
 * ----------------------------------- */

/* "x" and the like; not "", "0", "không". */
bool import_marked(const struct import_table *table, size_t row, int column);
#define IMPORT_LABELS_MAX   20
#define IMPORT_PRODUCTS_MAX 50
struct import_marks {
	char *text; /* owned; the labels lie in it */
	char *labels[IMPORT_LABELS_MAX];
	char division[DD_UNIT_CODE_MAX + 1];
	char *products_text; /* owned; the texts of the products lie in it */
	Dondoc__V1__Product products[IMPORT_PRODUCTS_MAX];
	Dondoc__V1__Product *product_list[IMPORT_PRODUCTS_MAX];
	Dondoc__V1__Document source; /* owned texts */
	Dondoc__V1__Timing timing;
};
/* Priority, labels, division, products, weight, second area, source and whether the time text is
 * settled, each where the file has a column of it; borrowed from `marks`. */
void import_marks_read(struct import *import, struct import_place place, struct import_marks *marks,
		       Dondoc__V1__TaskFields *fields);
void import_marks_free(struct import_marks *marks);

/* --- task_import_links.c: what ties a task to units, periods and years --------------------------
 */

#define IMPORT_CHAIN_MAX 50
struct import_links {
	char *chain_text; /* owned; the codes lie in it */
	char *chain[IMPORT_CHAIN_MAX];
};
/* Parts of the leads, period, and the chain of years, each where the file has a column of it. What
 * the clock or the year's end has given a task stays as it is. */
void import_links_read(struct import *import, struct import_place place, struct import_links *links,
		       Dondoc__V1__TaskFields *fields);
void import_links_free(struct import_links *links);

/* --- task_import_waits.c: which tasks wait for which --------------------------------------------
 */

struct import_rows;
/* After all rows: what the file says of tasks that are there already. */
void import_waits(struct import *import, const struct import_table *table,
		  const struct import_rows *rows);

/* --- task_import_products.c ------------------------------------------------------------------- */

/* One a line: "1. text", "2.* text" where it may be missing; without a number the next one. A line
 * that begins with a blank goes on with the one before. */
void import_products_read(struct import *import, struct import_place place,
			  struct import_marks *marks, Dondoc__V1__TaskFields *fields);

/* --- task_import_keep.c: what a task keeps -------------------------------------------------------
 */

/* The content of task `id`; NULL: there is none. The caller frees. */
Dondoc__V1__TaskFields *import_fields_of(struct import *import, uint64_t id);
/* Into `fields` and `division` goes what the task has and its row does not say; borrowed from
 * `old`. */
void import_keep(const Dondoc__V1__TaskFields *old, struct import_place place, char division[32],
		 Dondoc__V1__TaskFields *fields);

/* --- task_import_likeness.c
 * ----------------------------------------------------------------------- */

/* Whether `after` is quite another text, not the same in other words. */
bool import_text_differs(const char *before, const char *after);

/* --- task_import_divisions.c ----------------------------------------------------------------- */

extern const struct import_spec import_divisions_spec;
/* Who inside the lead answers for a task: rows by the task's code. */
struct import_divisions {
	const struct import_table *table;
	struct import_map rows;
	bool *used; /* owned */
};
void import_divisions_open(struct import *import, const struct import_table *table,
			   struct import_divisions *divisions_out);
/* The division's code for the task, "" if there is none within its lead. */
void import_division_of(struct import *import, struct import_divisions *divisions, const char *code,
			const char *lead, char division_out[32]);
/* Tells which rows nobody used. */
void import_divisions_close(struct import *import, struct import_divisions *divisions);

/* --- task_import_tasks.c -------------------------------------------------------------------- */

extern const struct import_spec import_groups_spec;
extern const struct import_spec import_tasks_spec;
extern const struct import_spec import_annex_groups_spec; /* headings in the file of tasks */
/* Count a task and add its event, if it is new or changed. False: it is too long. */
bool import_task_event(struct import *import, const struct view_task *old,
		       Dondoc__V1__TaskFields *fields);
/* Whether the plan has it already, and as what. */
bool import_in_view(struct import *import, const char *code, struct view_task *task_out);

#define IMPORT_NO_PARENT SIZE_MAX

/* A row whose code is sound. */
struct import_row {
	char *code; /* owned */
	size_t row;
	size_t under; /* the row of the file that it names as its parent */
	bool has_parts;
	bool taken;
};
struct import_rows {
	struct import_row *list; /* owned */
	size_t count;
};
struct import_work {
	struct import *import;
	struct import_map codes;  /* of both files */
	struct import_map groups; /* of the groups file; the number is the row (from 1) of the first
				   * task in it, 0 = none */
	struct import_map places; /* of the tasks file: place in `tasks` by code */
	struct import_rows tasks;
	struct import_divisions divisions;
};

/* --- task_import_parent.c: what a row lies under
 * -------------------------------------------------- */

/* Note for each task which other row of the file it lies under. */
void import_parents_note(struct import_work *work, const struct import_table *table);
/* The code of the row's parent, "" = top: the task or heading that it names, else the longest part
 * of its code before a '.' that is a heading. What names nothing, or goes in a circle, is told. The
 * caller frees. */
char *import_parent_of(struct import_work *work, const struct import_table *table, size_t row,
		       const char *code);
/* By the code alone, as for headings. */
char *import_parent_by_code(struct import_work *work, const char *code);
void import_tasks(struct import *import, const struct import_table *groups,
		  const struct import_table *tasks, const struct import_table *divisions);

/* --- task_import_annex.c: a file as the authority made it ------------------------------------- */

/* Whether the file of tasks is read so: another form than the plain table, or its cells need the
 * rows above. */
bool import_annex_wanted(const Dondoc__V1__ImportPlan *command, const struct import_table *tasks);
/* Read the annex into a table of tasks and one of the headings among them. What is wrong with it
 * is told. `bytes` are those of a workbook, else `tasks_out` holds the CSV and is replaced. */
void import_annex_open(struct import *import, const Dondoc__V1__ImportPlan *command,
		       const struct dd_buf *bytes, struct import_table *tasks_out,
		       struct import_table *groups_out);

/* --- task_import_header.c: which column is which field ------------------------------------------
 */

#define IMPORT_NUMBER_FIELD  TASK_COLUMN_COUNT /* "STT": a number within its section, not a code */
#define IMPORT_READING_FIELD (TASK_COLUMN_COUNT + 1) /* for people: passed over */
/* The field (TASK_…) that a header names; -1 = none. The command's own names go first. */
int import_header_field(const Dondoc__V1__ImportPlan *command, const char *header);

/* --- task_import_times.c: dates from the words ---------------------------------------------------
 */

void import_times_open(struct import *import, const Dondoc__V1__ImportPlan *command);
/* Fill start, due, recurrence and timing of `fields` from its time text where the row has none of
 * them; what differs or is doubtful is told. `timing` must outlive `fields`. */
void import_times_read(struct import *import, struct import_place place, struct view_timing *timing,
		       Dondoc__V1__TaskFields *fields);
/* The due day of a part whose words are the row's: working days are those of its own unit. */
void import_times_part(struct import *import, struct import_place place,
		       Dondoc__V1__TaskFields *part);
/* Whether the file has dates of its own for the row; those stay. */
bool import_own_dates(const struct import_place *place);
/* Whether the file says that a person has looked at the words. */
bool import_time_settled(const struct import_place *place);

/* --- task_import_calendar.c ----------------------------------------------------------------- */

extern const struct import_spec import_days_spec;
void import_days(struct import *import, const struct import_table *table);

#endif
