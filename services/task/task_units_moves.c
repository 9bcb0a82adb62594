/* task_units_moves.c - the list of a split by a file: which open task goes to which heir. Every row
 * that is wrong is told, and every open task that the list leaves out; one fault refuses the whole.
 */
#include "services/task/task_units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/csv.h"
#include "common/base/text.h"
#include "common/view/view_unit.h"
#include "services/task/task_import.h"

#define FILE_BYTES_MAX (2u << 20)
#define FAULTS_MAX     1000u
#define VALUE_MAX      200u
#define REFUSAL(name)  DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define PROBLEM(name)  DONDOC__V1__ROW_PROBLEM__ROW_##name

/* An open task by the words that a row may have for it. */
struct named_task {
	uint64_t id;
	char *code, *plan; /* owned */
};

struct reading {
	const struct task_case *c;
	const struct dd_unit_change *change;
	const struct dd_unit_facts *facts;
	const Dondoc__V1__ChangeUnits *cmd;
	struct dd_csv *csv;       /* owned */
	int task, unit;           /* columns */
	struct named_task *names; /* owned; facts->open_count of them, by code and plan */
	uint64_t *row_of;         /* owned; of the open tasks: the row that names it; 0 = none */
	struct task_units_list *list;
	struct task_import_result *faults; /* owned */
};

/* --- faults ---------------------------------------------------------------------------------- */

/* `row` 0 is the first; SIZE_MAX = no row. */
static void fault(struct reading *r, size_t row, const char *column, const char *value,
		  Dondoc__V1__RowProblem problem)
{
	struct task_import_result *faults = r->faults;
	Dondoc__V1__RowReport *report;

	faults->fault_count++;
	if (faults->row_count == FAULTS_MAX) {
		faults->rows_cut = true;
		return;
	}
	report = dd_alloc(sizeof(*report));
	dondoc__v1__row_report__init(report);
	report->file = dd_strdup("moves");
	report->row = row == SIZE_MAX ? 0 : (uint32_t)row + 1;
	report->line = row == SIZE_MAX ? 0 : dd_csv_line(r->csv, row);
	report->column = dd_strdup(column);
	report->value = dd_strdup(value);
	report->value[dd_text_cut(value, VALUE_MAX)] = '\0';
	report->problem = problem;
	report->fault = true;
	faults->rows = dd_realloc(faults->rows, (faults->row_count + 1) * sizeof(void *));
	faults->rows[faults->row_count++] = report;
}

/* --- the file -------------------------------------------------------------------------------- */

static int column_of(const struct dd_csv *csv, const char *const *names)
{
	int column = -1;

	for (size_t i = 0; names[i] != NULL && column < 0; i++)
		column = dd_csv_column(csv, names[i]);
	return column;
}

/* False: the list cannot be read at all; a fault says so. */
static bool read_csv(struct reading *r, const struct dd_buf *bytes)
{
	static const char *const tasks[] = {"task", "key", "nhiệm vụ", "mã", NULL};
	static const char *const units[] = {"to_unit", "unit", "đơn vị", NULL};
	struct dd_error err;

	if (dd_csv_parse(bytes->data, bytes->len, &r->csv, &err) != DD_OK) {
		fault(r, SIZE_MAX, "", err.text, PROBLEM(BAD_CSV));
		return false;
	}
	r->task = column_of(r->csv, tasks);
	r->unit = column_of(r->csv, units);
	if (r->task < 0)
		fault(r, SIZE_MAX, "task", "", PROBLEM(MISSING_COLUMN));
	if (r->unit < 0)
		fault(r, SIZE_MAX, "to_unit", "", PROBLEM(MISSING_COLUMN));
	return r->task >= 0 && r->unit >= 0;
}

/* --- which task a row means ------------------------------------------------------------------ */

static int by_code(const void *a, const void *b)
{
	const struct named_task *x = a, *y = b;
	int order = strcmp(x->code, y->code);

	return order != 0 ? order : strcmp(x->plan, y->plan);
}

static void name_tasks(struct reading *r)
{
	size_t count = r->facts->open_count;

	r->names = dd_alloc((count + 1) * sizeof(*r->names));
	r->row_of = dd_alloc((count + 1) * sizeof(*r->row_of));
	for (size_t i = 0; i < count; i++) {
		Dondoc__V1__TaskFields *fields = NULL;
		const uint8_t *bytes;
		size_t len;

		if (view_task_fields(r->c->view, true, r->facts->open[i], &bytes, &len) == DD_OK)
			fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);
		r->names[i].id = r->facts->open[i];
		r->names[i].code = dd_strdup(fields != NULL ? fields->code : "");
		r->names[i].plan = dd_strdup(fields != NULL ? fields->plan : "");
		dondoc__v1__task_fields__free_unpacked(fields, NULL);
	}
	if (count > 0)
		qsort(r->names, count, sizeof(*r->names), by_code);
}

/* The first with this code; its place among the names, or their number. */
static size_t first_with(const struct reading *r, const char *code)
{
	size_t low = 0, high = r->facts->open_count;

	while (low < high) {
		size_t at = low + (high - low) / 2;

		if (strcmp(r->names[at].code, code) < 0)
			low = at + 1;
		else
			high = at;
	}
	return low;
}

static size_t count_with(const struct reading *r, size_t first, const char *code, const char *plan,
			 uint64_t *id_out)
{
	size_t count = 0;

	for (size_t i = first; i < r->facts->open_count && strcmp(r->names[i].code, code) == 0;
	     i++) {
		if (plan[0] != '\0' && strcmp(r->names[i].plan, plan) != 0)
			continue;
		*id_out = r->names[i].id;
		count++;
	}
	return count;
}

/* "#57", "PLAN/CODE", or a code that one plan alone has among these tasks. */
static bool find_task(const struct reading *r, const char *word, uint64_t *id_out,
		      Dondoc__V1__RowProblem *problem_out)
{
	char plan[40] = "", *end;
	const char *slash = strchr(word, '/');
	const char *code = slash != NULL ? slash + 1 : word;
	size_t count;

	*problem_out = PROBLEM(NOT_THEIRS);
	if (word[0] == '#') {
		*id_out = strtoull(word + 1, &end, 10);
		return word[1] != '\0' && *end == '\0';
	}
	if (slash != NULL && (size_t)(slash - word) >= sizeof(plan))
		return false;
	if (slash != NULL)
		memcpy(plan, word, (size_t)(slash - word));
	count = count_with(r, first_with(r, code), code, plan, id_out);
	if (count > 1)
		*problem_out = PROBLEM(AMBIGUOUS);
	return count == 1;
}

/* --- which unit ------------------------------------------------------------------------------ */

/* By its code, or by its name exactly, of the heirs that are to be made too. */
static bool find_unit(const struct reading *r, const char *word, char code_out[32])
{
	char *folded;
	bool found;

	for (size_t i = 0; i < r->cmd->n_to; i++) {
		const Dondoc__V1__UnitFields *heir = r->cmd->to[i];

		if (strlen(heir->code) < 32 &&
		    (strcmp(heir->code, word) == 0 || strcmp(heir->name, word) == 0)) {
			snprintf(code_out, 32, "%s", heir->code);
			return true;
		}
	}
	if (strlen(word) < 32 && dd_unit_takes_part(r->change, r->facts, word)) {
		snprintf(code_out, 32, "%s", word);
		return true;
	}
	folded = dd_text_name_key(word);
	found = folded != NULL && view_unit_by_name(r->c->view, true, folded, code_out) == DD_OK &&
		dd_unit_takes_part(r->change, r->facts, code_out);
	free(folded);
	return found;
}

/* --- rows ------------------------------------------------------------------------------------ */

static size_t place_of(const struct dd_unit_facts *facts, uint64_t task)
{
	size_t low = 0, high = facts->open_count;

	while (low < high) {
		size_t at = low + (high - low) / 2;

		if (facts->open[at] < task)
			low = at + 1;
		else
			high = at;
	}
	return low < facts->open_count && facts->open[low] == task ? low : facts->open_count;
}

static void take_move(struct reading *r, uint64_t task, const char *unit)
{
	Dondoc__V1__TaskMove *move = dd_alloc(sizeof(*move));

	dondoc__v1__task_move__init(move);
	move->task = task;
	move->to_unit = dd_strdup(unit);
	r->list->moves[r->list->count++] = move;
}

static void take_row(struct reading *r, size_t row)
{
	const char *task = dd_csv_cell(r->csv, row, r->task);
	const char *unit = dd_csv_cell(r->csv, row, r->unit);
	Dondoc__V1__RowProblem problem;
	char code[32], first[64];
	uint64_t id = 0;
	size_t at;

	if (task[0] == '\0')
		fault(r, row, "task", "", PROBLEM(MISSING_VALUE));
	if (unit[0] == '\0')
		fault(r, row, "to_unit", "", PROBLEM(MISSING_VALUE));
	if (task[0] == '\0' || unit[0] == '\0')
		return;
	if (!find_unit(r, unit, code)) {
		fault(r, row, "to_unit", unit, PROBLEM(NO_HEIR));
		return;
	}
	at = find_task(r, task, &id, &problem) ? place_of(r->facts, id) : r->facts->open_count;
	if (at == r->facts->open_count) {
		fault(r, row, "task", task, problem);
	} else if (r->row_of[at] != 0) {
		snprintf(first, sizeof(first), "%.40s = %" PRIu64, task, r->row_of[at]);
		fault(r, row, "task", first, PROBLEM(DUPLICATE_CODE));
	} else {
		r->row_of[at] = row + 1;
		take_move(r, id, code);
	}
}

/* Where a person says who gets what, every open task has its row. */
static void tell_left_out(struct reading *r)
{
	char word[80];

	if (!dd_unit_needs_list(r->change))
		return;
	for (size_t i = 0; i < r->facts->open_count; i++) {
		const struct named_task *name = &r->names[i];

		if (r->row_of[place_of(r->facts, name->id)] != 0)
			continue;
		snprintf(word, sizeof(word), "%.31s/%.40s", name->plan, name->code);
		fault(r, SIZE_MAX, "task", word, PROBLEM(LEFT_OUT));
	}
}

static void read_rows(struct reading *r)
{
	size_t rows = dd_csv_rows(r->csv);

	if (rows > TASK_UNITS_MOVES_MAX) {
		fault(r, TASK_UNITS_MOVES_MAX, "", "20000", PROBLEM(TOO_LONG));
		return;
	}
	r->list->moves = dd_alloc((rows + 1) * sizeof(*r->list->moves));
	name_tasks(r);
	for (size_t i = 0; i < rows; i++)
		take_row(r, i);
	tell_left_out(r);
	for (size_t i = 0; i < r->facts->open_count; i++) {
		free(r->names[i].code);
		free(r->names[i].plan);
	}
	free(r->names);
	free(r->row_of);
}

/* --- the whole ------------------------------------------------------------------------------- */

static bool read_file(const struct task_case *c, const ProtobufCBinaryData *hash,
		      struct dd_buf *bytes, struct task_outcome *out)
{
	struct dd_files_look look;
	struct dd_error err;
	int rc = DD_ERR_NOT_FOUND;

	if (hash->len != DD_HASH_LEN) {
		task_refuse(out, REFUSAL(RANGE), "moves_file", NULL, NULL);
		return false;
	}
	if (c->files != NULL)
		rc = dd_files_look(c->files, hash->data, &look, &err);
	if (rc == DD_OK && look.size > FILE_BYTES_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "moves_file", "2 MiB", NULL);
		return false;
	}
	if (rc == DD_OK)
		rc = dd_files_read(c->files, hash->data, bytes, &err);
	if (rc != DD_OK)
		task_refuse(out, REFUSAL(UNKNOWN_FILE), "moves_file", NULL, NULL);
	return rc == DD_OK;
}

static int by_task(const void *a, const void *b)
{
	const Dondoc__V1__TaskMove *const *x = a, *const *y = b;

	return (*x)->task < (*y)->task ? -1 : (*x)->task > (*y)->task;
}

bool task_units_list_read(const struct task_case *c, const struct dd_unit_change *change,
			  const struct dd_unit_facts *facts, struct task_units_list *list,
			  struct task_outcome *out)
{
	const Dondoc__V1__ChangeUnits *cmd = c->body->change_units;
	struct reading r = {.c = c, .change = change, .facts = facts, .cmd = cmd, .list = list};
	struct dd_buf bytes = {0};
	bool good;

	*list = (struct task_units_list){.count = 0};
	if (!read_file(c, &cmd->moves_file, &bytes, out)) {
		dd_buf_fini(&bytes);
		return false;
	}
	r.faults = dd_alloc(sizeof(*r.faults));
	r.faults->argument = "";
	if (read_csv(&r, &bytes))
		read_rows(&r);
	dd_csv_free(r.csv);
	dd_buf_fini(&bytes);
	if (list->count > 0)
		qsort(list->moves, list->count, sizeof(*list->moves), by_task);
	good = r.faults->fault_count == 0;
	if (!good) {
		task_refuse(out, REFUSAL(IMPORT_FAULTS), "moves_file", NULL, NULL);
		out->faults = r.faults;
		return false;
	}
	task_import_free(r.faults);
	free(r.faults);
	return true;
}

void task_units_list_free(struct task_units_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		dondoc__v1__task_move__free_unpacked(list->moves[i], NULL);
	free(list->moves);
	*list = (struct task_units_list){.count = 0};
}
