/* import.c - arbitrary bytes as the files of an import. The files are separated by lines of "---",
 * in the order units, aliases, areas, groups, tasks, divisions; one that begins with "date" is a
 * calendar. The view behind it knows one unit "V", one area and one task. */
#include "common/base/alloc.h"
#include "common/base/id.h"
#include "common/view/view_calendar.h"
#include "common/view/view_plan.h"
#include "common/view/view_walk.h"
#include "services/task/task_import.h"
#include "services/task/task_instance.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the view -------------------------------------------------------------------------------- */

int view_unit(struct view *view, bool with_batch, const char *code, struct view_unit *out)
{
	(void)view;
	(void)with_batch;
	if (strcmp(code, "V") != 0)
		return DD_ERR_NOT_FOUND;
	*out = (struct view_unit){.code = "V", .kind = "department", .name = "Đơn vị"};
	return 0;
}

/* Its lists are empty. */
int view_walk_open(struct view *view, const struct dd_key *prefix, struct view_walk *walk,
		   struct dd_error *err)
{
	(void)view;
	(void)err;
	*walk = (struct view_walk){.prefix = *prefix};
	return 0;
}

bool view_walk_next(struct view_walk *walk)
{
	(void)walk;
	return false;
}

void view_walk_close(struct view_walk *walk)
{
	(void)walk;
}

uint64_t view_walk_number(const struct view_walk *walk)
{
	(void)walk;
	return 0;
}

/* As shipped, but weights are used. */
const struct dd_policy *view_policy(struct view *view, bool with_batch, const char *plan,
				    const char *unit)
{
	static const struct dd_policy policy = {.value = {[DD_SETTING_WEIGHTS] = 1}};

	(void)view;
	(void)with_batch;
	(void)plan;
	(void)unit;
	return &policy;
}

int view_unit_fields(struct view *view, bool with_batch, const char *code,
		     const uint8_t **bytes_out, size_t *len_out)
{
	(void)view;
	(void)with_batch;
	(void)code;
	(void)bytes_out;
	(void)len_out;
	return DD_ERR_NOT_FOUND;
}

int view_unit_by_name(struct view *view, bool with_batch, const char *name_key, char code_out[32])
{
	(void)view;
	(void)with_batch;
	if (strcmp(name_key, "đơn vị") != 0)
		return DD_ERR_NOT_FOUND;
	memcpy(code_out, "V", 2);
	return 0;
}

int view_area(struct view *view, bool with_batch, uint32_t area, char name_out[256])
{
	(void)view;
	(void)with_batch;
	if (area != 1)
		return DD_ERR_NOT_FOUND;
	memcpy(name_out, "One", 4);
	return 0;
}

int view_task_by_code(struct view *view, bool with_batch, const char *plan, const char *code,
		      uint64_t *id_out)
{
	(void)view;
	(void)with_batch;
	(void)plan;
	*id_out = 7;
	return strcmp(code, "T") == 0 ? 0 : DD_ERR_NOT_FOUND;
}

int view_task(struct view *view, bool with_batch, uint64_t id, struct view_task *out)
{
	(void)view;
	(void)with_batch;
	*out = (struct view_task){.id = id, .plan = "P", .lead_unit = "V"};
	return 0;
}

int view_task_fields(struct view *view, bool with_batch, uint64_t id, const uint8_t **bytes_out,
		     size_t *len_out)
{
	static const uint8_t bytes[] = {0x0a, 1, 'P', 0x12, 1, 'T', 0x4a, 1, 'V'};

	(void)view;
	(void)with_batch;
	(void)id;
	*bytes_out = bytes;
	*len_out = sizeof(bytes);
	return 0;
}

int view_plan(struct view *view, bool with_batch, const char *code, struct view_plan *out)
{
	(void)view;
	(void)with_batch;
	(void)code;
	*out = (struct view_plan){.published = 3};
	return 0;
}

int view_plan_fields(struct view *view, bool with_batch, const char *code,
		     const uint8_t **bytes_out, size_t *len_out)
{
	(void)view;
	(void)with_batch;
	(void)code;
	*bytes_out = NULL;
	*len_out = 0;
	return DD_ERR_NOT_FOUND;
}

int view_calendar_day(struct view *view, bool with_batch, const char *unit, int32_t day,
		      uint8_t *kind_out, char name_out[256])
{
	(void)view;
	(void)with_batch;
	(void)unit;
	*kind_out = 1;
	name_out[0] = '\0';
	return day % 2 ? 0 : DD_ERR_NOT_FOUND;
}

size_t view_calendar_days(struct view *view, bool with_batch, const char *unit)
{
	(void)view;
	(void)with_batch;
	return *unit ? VIEW_CALENDAR_DAYS_MAX - 1 : 1;
}

/* One link, so that both ways are gone. */
int view_link(struct view *view, bool with_batch, uint64_t task, uint64_t predecessor,
	      int32_t *lag_out)
{
	(void)view;
	(void)with_batch;
	*lag_out = 5;
	return task == predecessor + 1 ? DD_OK : DD_ERR_NOT_FOUND;
}

size_t view_predecessors(struct view *view, bool with_batch, uint64_t task, uint64_t *out,
			 size_t max)
{
	(void)view;
	(void)with_batch;
	if (task > 1 && max > 0)
		out[0] = task - 1;
	return task > 1 ? 1 : 0;
}

bool task_instance_made(struct view *view, uint64_t task, int32_t period_from)
{
	(void)view;
	return (task + (uint64_t)period_from) % 2 == 0;
}

/* One calendar for all. */
struct view_calendars {
	struct dd_calendar *calendar;
};

struct view_calendars *view_calendars_new(struct view *view, bool with_batch)
{
	struct view_calendars *calendars = dd_alloc(sizeof(*calendars));

	(void)view;
	(void)with_batch;
	calendars->calendar = dd_calendar_new();
	return calendars;
}

void view_calendars_free(struct view_calendars *calendars)
{
	if (calendars)
		dd_calendar_free(calendars->calendar);
	free(calendars);
}

void view_calendars_tree(struct view_calendars *calendars, dd_unit_parent_fn *parent_of, void *arg)
{
	char parent[32];

	(void)calendars;
	(void)parent_of(arg, "V", parent);
}

const struct dd_calendar *view_calendars_of(struct view_calendars *calendars, const char *unit)
{
	(void)unit;
	return calendars->calendar;
}

int view_calendars_failed(const struct view_calendars *calendars)
{
	(void)calendars;
	return 0;
}

/* --- the files ------------------------------------------------------------------------------- */

enum { FILES = 6 };
struct input {
	const uint8_t *from[FILES];
	size_t len[FILES];
};

static void split(const uint8_t *data, size_t len, struct input *input)
{
	for (int i = 0; i < FILES; i++) {
		const uint8_t *end = len ? memmem(data, len, "---\n", 4) : NULL;
		size_t taken = end && i < FILES - 1 ? (size_t)(end - data) : len;

		input->from[i] = data;
		input->len[i] = taken;
		data += taken;
		len -= taken;
		if (len >= 4) {
			data += 4;
			len -= 4;
		}
	}
}

/* The hash says which file it is. */
static int give(void *arg, const uint8_t hash[32], struct dd_buf *out)
{
	const struct input *input = arg;

	dd_buf_add(out, input->from[hash[0]], input->len[hash[0]]);
	return 0;
}

static void check(const struct task_import_result *result)
{
	assert((result->fault_count > 0) ==
	       (result->refusal == DONDOC__V1__REFUSAL_CODE__REFUSAL_IMPORT_FAULTS));
	assert(result->refusal == DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE ||
	       result->event_count == 0);
	for (size_t i = 0; i < result->event_count; i++) {
		const struct task_event *event = &result->events[i];

		assert(event->body_len <= DD_BODY_MAX);
		assert(memchr(event->unit, '\0', sizeof(event->unit)));
	}
}

static void assert_same(const struct task_import_result *a, const struct task_import_result *b)
{
	assert(a->event_count == b->event_count && a->row_count == b->row_count);
	assert(a->refusal == b->refusal && strcmp(a->text, b->text) == 0);
	for (size_t i = 0; i < a->event_count; i++) {
		assert(a->events[i].body_len == b->events[i].body_len);
		assert(memcmp(a->events[i].body, b->events[i].body, a->events[i].body_len) == 0);
	}
}

static void run(struct input *input, struct task_import_result *result)
{
	static uint8_t hashes[FILES][32] = {{0}, {1}, {2}, {3}, {4}, {5}};
	struct task_import_source source = {.file = give, .arg = input};
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	Dondoc__V1__ImportPlan command = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__ImportCalendar calendar = DONDOC__V1__IMPORT_CALENDAR__INIT;
	char code[] = "P", title[] = "Plan", assigner[] = "V";
	ProtobufCBinaryData *files[FILES] = {&command.units_file, &command.aliases_file,
					     &command.areas_file, &command.groups_file,
					     &command.tasks_file, &command.divisions_file};
	int rc;

	plan.code = code;
	plan.title = title;
	plan.assigner_unit = assigner;
	command.plan = &plan;
	/* half of the inputs are read as an annex */
	command.inherit = input->len[4] % 2 == 1;
	command.read_times = command.inherit;
	command.fan_out = input->len[4] % 3 == 1;
	for (int i = 0; i < FILES; i++)
		if (input->len[i] > 0)
			*files[i] = (ProtobufCBinaryData){32, hashes[i]};
	calendar.days_file = (ProtobufCBinaryData){32, hashes[0]};
	if (input->len[0] >= 4 && memcmp(input->from[0], "date", 4) == 0)
		rc = task_import_calendar(&source, &calendar, result, NULL);
	else
		rc = task_import_plan(&source, &command, result, NULL);
	assert(rc == 0);
	check(result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct task_import_result first;
	struct task_import_result second;
	struct input input;

	split(data, len, &input);
	run(&input, &first);
	run(&input, &second);
	assert_same(&first, &second);
	task_import_free(&first);
	task_import_free(&second);
	return 0;
}
