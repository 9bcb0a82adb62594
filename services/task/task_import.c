/* task_import.c - the import of a plan or a calendar, from its command to its result.
 *
 * The files are read, then the parts run in the order in which their events must be applied: each
 * finds what it needs in the file before it or in the view. All parts run even when an earlier one
 * has faults; only a command that is bad in itself ends at once. */
#include "services/task/task_import.h"
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

#define REFUSE(code) DONDOC__V1__REFUSAL_CODE__REFUSAL_##code

struct tables {
	struct import_table units;
	struct import_table aliases;
	struct import_table areas;
	struct import_table groups;
	struct import_table tasks;
	struct import_table divisions;
};

/* Headings among the tasks take the place of a file of groups; where there is one, that goes. */
static void read_annex(struct import *import, const Dondoc__V1__ImportPlan *command,
		       const struct dd_buf *bytes, struct tables *tables)
{
	struct import_table headings = {0};
	bool own = command->groups_file.len == 0;

	import_annex_open(import, command, bytes, &tables->tasks,
			  own ? &tables->groups : &headings);
	import_table_close(&headings);
}

static int open_tasks(struct import *import, const Dondoc__V1__ImportPlan *command,
		      struct tables *tables, struct dd_error *err)
{
	bool csv = command->format == DONDOC__V1__FILE_FORMAT__FILE_CSV;
	struct dd_buf bytes = {0};
	int rc;

	import_table_init(&tables->tasks, &import_tasks_spec);
	if (!import_file_read(import, import_tasks_spec.file, &command->tasks_file, &bytes, &rc,
			      err))
		return rc;
	if (csv)
		import_table_parse(import, &tables->tasks, &bytes);
	if (import_annex_wanted(command, &tables->tasks))
		read_annex(import, command, &bytes, tables);
	else
		import_table_match(import, &tables->tasks);
	dd_buf_fini(&bytes);
	return 0;
}

static int open_tables(struct import *import, const Dondoc__V1__ImportPlan *command,
		       struct tables *tables, struct dd_error *err)
{
	const struct {
		const struct import_spec *spec;
		const ProtobufCBinaryData *hash;
		struct import_table *table;
	} wanted[] = {
		{&import_units_spec, &command->units_file, &tables->units},
		{&import_aliases_spec, &command->aliases_file, &tables->aliases},
		{&import_areas_spec, &command->areas_file, &tables->areas},
		{&import_groups_spec, &command->groups_file, &tables->groups},
		{&import_divisions_spec, &command->divisions_file, &tables->divisions},
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		int result = import_table_open(import, wanted[i].spec, wanted[i].hash,
					       wanted[i].table, err);
		if (result != 0)
			return result;
	}
	return open_tasks(import, command, tables, err);
}

static void close_tables(struct tables *tables)
{
	import_table_close(&tables->units);
	import_table_close(&tables->aliases);
	import_table_close(&tables->areas);
	import_table_close(&tables->groups);
	import_table_close(&tables->tasks);
	import_table_close(&tables->divisions);
}

/* --- the plan itself ------------------------------------------------------------------------- */

static bool texts_valid(const Dondoc__V1__PlanFields *plan)
{
	const Dondoc__V1__Document *source = plan->source;
	const char *const texts[] = {plan->code,
				     plan->title,
				     plan->assigner_unit,
				     source ? source->number : "",
				     source ? source->issuer : "",
				     source ? source->title : ""};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!dd_text_valid(texts[i], strlen(texts[i])))
			return false;
	return true;
}

static void check_plan(struct import *import, const Dondoc__V1__PlanFields *plan)
{
	struct view_unit unit;

	if (!texts_valid(plan))
		import_refuse(import, REFUSE(MALFORMED), "plan", "a text is not UTF-8");
	else if (!*plan->code)
		import_refuse(import, REFUSE(MISSING), "plan.code", "the plan needs a code");
	else if (!dd_plan_code_valid(plan->code))
		import_refuse(import, REFUSE(RANGE), "plan.code",
			      "1 to 31 letters, digits and . - _, the first a letter or digit");
	else if (!*plan->title)
		import_refuse(import, REFUSE(MISSING), "plan.title", "the plan needs a title");
	else if (strlen(plan->title) > 511)
		import_refuse(import, REFUSE(RANGE), "plan.title", "at most 511 bytes");
	else if (!*plan->assigner_unit)
		import_refuse(import, REFUSE(MISSING), "plan.assigner_unit",
			      "name the unit that follows the plan up and confirms");
	else if (!import_unit_find(import, plan->assigner_unit, &unit))
		import_refuse(import, REFUSE(UNKNOWN_UNIT), "plan.assigner_unit",
			      "no unit has this code: add it to the units file");
}

/* What the command does not say of a plan that is there stays as it is: kind, period, whose it is.
 */
static Dondoc__V1__PlanFields completed(const Dondoc__V1__PlanFields *plan,
					const Dondoc__V1__PlanFields *known)
{
	Dondoc__V1__PlanFields fields = *plan;

	if (!known)
		return fields;
	if (fields.kind == DONDOC__V1__PLAN_KIND__PLAN_KIND_OTHER)
		fields.kind = known->kind;
	if (fields.from_day == 0 && fields.to_day == 0) {
		fields.from_day = known->from_day;
		fields.to_day = known->to_day;
	}
	if (!*fields.parent)
		fields.parent = known->parent;
	if (!*fields.owner_unit)
		fields.owner_unit = known->owner_unit;
	if (!fields.source)
		fields.source = known->source;
	return fields;
}

static void list_plan(struct import *import, const Dondoc__V1__PlanFields *plan)
{
	Dondoc__V1__PlanSet body = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields *known = NULL;
	Dondoc__V1__PlanFields fields;
	const uint8_t *bytes;
	size_t len;
	bool same = false;

	if (import_found(import,
			 view_plan_fields(import->source->view, true, plan->code, &bytes, &len)))
		known = dondoc__v1__plan_fields__unpack(NULL, len, bytes);
	fields = completed(plan, known);
	if (known)
		same = import_same(&fields.base, bytes, len);
	import_count(import, known != NULL, same);
	body.plan = &fields;
	if (!same &&
	    !import_event(import, DONDOC__V1__EVENT_TYPE__EVENT_PLAN_SET, 0, "", &body.base))
		import_refuse(import, REFUSE(TOO_LARGE), "plan", "its texts are too long");
	dondoc__v1__plan_fields__free_unpacked(known, NULL);
}

/* What can be said before any file is read. */
static void check_command(struct import *import, const Dondoc__V1__ImportPlan *command)
{
	bool rows = command->tasks_file.len > 0 || command->groups_file.len > 0;
	bool others = command->units_file.len > 0 || command->aliases_file.len > 0 ||
		      command->areas_file.len > 0 || command->divisions_file.len > 0;

	if (!command->plan && (rows || !others))
		import_refuse(import, REFUSE(MISSING), "plan", "say which plan the rows belong to");
}

static void check_default_lead(struct import *import, const char *code)
{
	struct view_unit unit;

	if (*code && !import_unit_find(import, code, &unit))
		import_refuse(import, REFUSE(UNKNOWN_UNIT), "default_lead",
			      "no unit has this code: add it to the units file");
	else
		import->default_lead = code;
}

/* A closed plan is read-only. */
static void check_open(struct import *import, const char *code)
{
	struct view_plan plan;

	if (import_found(import, view_plan(import->source->view, true, code, &plan)) &&
	    plan.state == DONDOC__V1__PLAN_STATE__PLAN_CLOSED)
		import_refuse(import, REFUSE(PLAN_STATE), "closed",
			      "the plan is closed: nothing in it changes any more");
}

/* A date of a published plan moves by a document only. */
static void note_change(struct import *import, const Dondoc__V1__ImportPlan *command)
{
	const Dondoc__V1__Document *change = command->change;
	bool named = change && (*change->number || *change->title);
	struct view_plan plan;

	import->change = named ? change : NULL;
	import->reason = command->reason;
	import->gone = command->gone;
	if (command->gone == DONDOC__V1__GONE_TASKS__GONE_CANCELLED && !*command->reason)
		import_refuse(import, REFUSE(MISSING), "reason",
			      "say why tasks that the file no longer has are ended");
	import->due_locked =
		!named &&
		import_found(import, view_plan(import->source->view, true, import->plan, &plan)) &&
		plan.published != 0;
}

/* The day as of which units are meant. */
static void note_day(struct import *import, const Dondoc__V1__ImportPlan *command)
{
	int year = 0;

	import->plan_day = command->issued_day;
	view_timing_of_plan(command->plan, &import->plan_day, &year);
}

static void run_parts(struct import *import, const Dondoc__V1__ImportPlan *command,
		      const struct tables *tables)
{
	import->fan_out = command->fan_out;
	note_day(import, command);
	import_units(import, &tables->units);
	import_aliases(import, &tables->aliases);
	import_areas(import, &tables->areas);
	if (!command->plan)
		return;
	check_plan(import, command->plan);
	check_default_lead(import, command->default_lead);
	if (import->result->refusal == REFUSE(NONE))
		check_open(import, command->plan->code);
	if (import->result->refusal != REFUSE(NONE))
		return;
	import->plan = command->plan->code;
	list_plan(import, command->plan);
	note_change(import, command);
	import_times_open(import, command);
	import_tasks(import, &tables->groups, &tables->tasks, &tables->divisions);
}

/* --- entry ----------------------------------------------------------------------------------- */

static void begin(struct import *import, const struct task_import_source *source,
		  struct task_import_result *result)
{
	*result = (struct task_import_result){.argument = ""};
	*import = (struct import){.source = source, .result = result, .default_lead = ""};
}

static void units_free(struct import *import)
{
	for (size_t i = 0; i < import->unit_count; i++) {
		for (size_t j = 0; j < import->units[i].member_count; j++)
			free(import->units[i].members[j]);
		free(import->units[i].members);
	}
	free(import->units);
}

static int end(struct import *import, int result, struct dd_error *err)
{
	if (import->calendars)
		(void)import_found(import, view_calendars_failed(import->calendars));
	import_conclude(import);
	import_map_fini(&import->unit_rows);
	import_map_fini(&import->names);
	import_map_fini(&import->areas);
	import_map_fini(&import->texts);
	view_calendars_free(import->calendars);
	units_free(import);
	if (result == 0 && import->failed)
		return dd_fail(err, import->failed, "import: the view cannot be read");
	return result;
}

int task_import_plan(const struct task_import_source *source, const Dondoc__V1__ImportPlan *command,
		     struct task_import_result *result_out, struct dd_error *err)
{
	struct tables tables = {0};
	struct import import;
	int result = 0;

	begin(&import, source, result_out);
	check_command(&import, command);
	if (result_out->refusal == REFUSE(NONE))
		result = open_tables(&import, command, &tables, err);
	if (result == 0 && result_out->refusal == REFUSE(NONE))
		run_parts(&import, command, &tables);
	result = end(&import, result, err);
	close_tables(&tables);
	return result;
}

int task_import_calendar(const struct task_import_source *source,
			 const Dondoc__V1__ImportCalendar *command,
			 struct task_import_result *result_out, struct dd_error *err)
{
	struct import_table days = {0};
	struct import import;
	int result = 0;

	begin(&import, source, result_out);
	if (command->days_file.len == 0)
		import_refuse(&import, REFUSE(MISSING), "days_file", "name the uploaded file");
	else
		result = import_table_open(&import, &import_days_spec, &command->days_file, &days,
					   err);
	if (result == 0 && result_out->refusal == REFUSE(NONE))
		import_days(&import, &days);
	result = end(&import, result, err);
	import_table_close(&days);
	return result;
}

void task_import_free(struct task_import_result *result)
{
	for (size_t i = 0; i < result->event_count; i++) {
		free(result->events[i].body);
		free(result->events[i].as);
	}
	free(result->events);
	for (size_t i = 0; i < result->row_count; i++)
		dondoc__v1__row_report__free_unpacked(result->rows[i], NULL);
	free(result->rows);
	*result = (struct task_import_result){.argument = ""};
}
