/* notify_plan.c - tasks out of the view, page by page, and what is due among them. */
#include "services/notification/notify_plan.h"

#include "common/base/alloc.h"
#include "common/domain/notice_id.h"
#include "common/view/view_notice.h"
#include "common/view/view_query.h"
#include "services/notification/notify_draft.h"
#include <stdlib.h>
#include <string.h>

#define PAGE_ROWS 1000
#define SEND_DAYS 366 /* in so many steps two calendars meet, or they never do */

int notify_calendars(struct view *view, struct view_calendars **calendars_out, struct dd_error *err)
{
	struct view_calendars *calendars = view_calendars_new(view, false);
	const int rc = view_calendars_failed(calendars);

	if (rc != 0) {
		view_calendars_free(calendars);
		return dd_fail(err, rc, "the calendar cannot be read from the view");
	}
	*calendars_out = calendars;
	return 0;
}

int32_t notify_send_day(const struct notify_context *context, const char *unit, int32_t day)
{
	const struct dd_calendar *for_all = view_calendars_of(context->calendars, "");
	const struct dd_calendar *own = view_calendars_of(context->calendars, unit);

	for (int tried = 0; tried < SEND_DAYS; tried++) {
		day = dd_calendar_add(for_all, day, 0);
		if (dd_calendar_working(own, day))
			break;
		day = dd_calendar_add(own, day, 0);
	}
	return day;
}

/* --- walking the tasks ----------------------------------------------------------------------- */

/* Ask the view; *answer_out is to be freed. */
static int ask(const struct notify_context *context, const Dondoc__V1__Query *query,
	       Dondoc__V1__Answer **answer_out, struct dd_error *err)
{
	const struct view_query_context asked = {.view = context->view, .today = context->today};
	struct dd_buf packed = {0};
	int rc = view_query(&asked, query, &packed, err);

	if (rc == 0)
		*answer_out = dondoc__v1__answer__unpack(NULL, packed.len, packed.data);
	dd_buf_fini(&packed);
	if (rc == 0 && *answer_out == NULL)
		rc = dd_fail(err, DD_ERR_CORRUPT, "an answer of the view cannot be read");
	return rc;
}

static int walk_page(const Dondoc__V1__TaskList *list, notify_task_fn *fn, void *arg)
{
	for (size_t i = 0; i < list->n_rows; i++) {
		const Dondoc__V1__TaskRow *row = list->rows[i];
		int rc = 0;

		if (row->due_day != 0 && row->lead_unit[0] != '\0' && !row->fields->group)
			rc = fn(arg, row);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int notify_plan_tasks(const struct notify_context *context, const char *unit, const char *plan,
		      notify_task_fn *fn, void *arg, struct dd_error *err)
{
	Dondoc__V1__TaskState states[] = {DONDOC__V1__TASK_STATE__TASK_ASSIGNED,
					  DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS,
					  DONDOC__V1__TASK_STATE__TASK_RETURNED};
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	bool more = true;
	int rc = 0;

	list.unit = (char *)unit;
	list.plan = (char *)plan;
	list.states = states;
	list.n_states = sizeof(states) / sizeof(states[0]);
	list.as_of_day = context->today;
	list.limit = PAGE_ROWS;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	while (rc == 0 && more) {
		Dondoc__V1__Answer *answer = NULL;

		rc = ask(context, &query, &answer, err);
		if (rc != 0)
			break;
		rc = walk_page(answer->tasks, fn, arg);
		list.offset += (uint32_t)answer->tasks->n_rows;
		more = answer->tasks->n_rows > 0 && list.offset < answer->tasks->total;
		dondoc__v1__answer__free_unpacked(answer, NULL);
	}
	return rc;
}

/* --- what is due ----------------------------------------------------------------------------- */

static bool was_told(const struct notify_context *context, const Dondoc__V1__TaskRow *row, int step)
{
	uint8_t intent[DD_HASH_LEN];
	uint8_t digest[DD_HASH_LEN];

	dd_intent_id(dd_reminder_rule(step), row->id, row->due_day, step, row->lead_unit, intent);
	return view_intent(context->view, false, intent, digest) != DD_ERR_NOT_FOUND;
}

bool notify_plan_due(const struct notify_context *context, const Dondoc__V1__TaskRow *row,
		     int *step_out)
{
	const struct dd_reminder_policy *steps = &context->policy->steps;
	const struct dd_reminder_task task = {.state = (enum dd_task_state)row->state,
					      .due_day = row->due_day};
	struct dd_reminder_window window = {.after_day =
						    context->today - context->policy->catch_up_days,
					    .today = context->today};

	if (window.after_day < context->told_until)
		window.after_day = context->told_until;
	if (!dd_reminder_due(steps, view_calendars_of(context->calendars, row->lead_unit), &task,
			     &window, step_out))
		return false;
	/* A later step may have been told already, when the calendar was another one. */
	for (int i = 0; i < steps->count; i++)
		if (steps->steps[i] >= *step_out && was_told(context, row, steps->steps[i]))
			return false;
	return true;
}

/* --- units ----------------------------------------------------------------------------------- */

struct gathering {
	const struct notify_context *context;
	struct notify_units *units;
};

static size_t unit_place(const struct notify_units *units, const char *code, bool *found_out)
{
	size_t low = 0, high = units->count;

	*found_out = false;
	while (low < high && !*found_out) {
		const size_t middle = low + (high - low) / 2;
		const int order = strcmp(units->codes[middle], code);

		*found_out = order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

static void add_unit(struct notify_units *units, const char *code)
{
	bool found;
	size_t at = unit_place(units, code, &found);

	if (found || strlen(code) >= sizeof(units->codes[0]))
		return;
	if (units->count == units->cap) {
		units->cap = units->cap > 0 ? units->cap * 2 : 32;
		units->codes = dd_realloc(units->codes, units->cap * sizeof(units->codes[0]));
	}
	memmove(units->codes[at + 1], units->codes[at],
		(units->count - at) * sizeof(units->codes[0]));
	memset(units->codes[at], 0, sizeof(units->codes[at]));
	memcpy(units->codes[at], code, strlen(code));
	units->count++;
}

void notify_units_fini(struct notify_units *units)
{
	free(units->codes);
	memset(units, 0, sizeof(*units));
}

static int gather(void *arg, const Dondoc__V1__TaskRow *row)
{
	struct gathering *gathering = arg;
	int step;

	if (notify_plan_due(gathering->context, row, &step))
		add_unit(gathering->units, row->lead_unit);
	return 0;
}

/* One digest a unit a day: what comes up later in the day waits for the next morning. */
static int had_digest(const struct notify_context *context, const char *unit, bool *had_out,
		      struct dd_error *err)
{
	Dondoc__V1__ListDigests list = DONDOC__V1__LIST_DIGESTS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Answer *answer = NULL;
	int rc;

	list.unit = (char *)unit;
	list.from_day = context->today;
	list.to_day = context->today;
	list.limit = 1;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DIGESTS;
	query.list_digests = &list;
	rc = ask(context, &query, &answer, err);
	if (rc == 0)
		*had_out = answer->digests->n_rows > 0;
	dondoc__v1__answer__free_unpacked(answer, NULL);
	return rc;
}

int notify_plan_units(const struct notify_context *context, struct notify_units *units_out,
		      struct dd_error *err)
{
	struct gathering gathering = {.context = context, .units = units_out};
	size_t kept = 0;
	int rc;

	units_out->count = 0;
	rc = notify_plan_tasks(context, "", "", gather, &gathering, err);
	for (size_t i = 0; rc == 0 && i < units_out->count; i++) {
		bool had = false;

		rc = had_digest(context, units_out->codes[i], &had, err);
		if (!had)
			memmove(units_out->codes[kept++], units_out->codes[i],
				sizeof(units_out->codes[i]));
	}
	units_out->count = kept;
	return rc;
}

/* --- one digest ------------------------------------------------------------------------------ */

int notify_plan_digest(const struct notify_context *context, const char *unit,
		       struct notify_digest *digest_out, struct dd_error *err)
{
	struct notify_draft draft = {.context = context, .unit = unit};
	bool had = false;
	int rc = had_digest(context, unit, &had, err);

	if (rc == 0 && had)
		rc = DD_ERR_NOT_FOUND;
	if (rc == 0)
		rc = notify_plan_tasks(context, unit, "", notify_draft_add, &draft, err);
	if (rc == 0 && draft.count == 0)
		rc = DD_ERR_NOT_FOUND;
	if (rc == 0)
		notify_draft_finish(&draft, digest_out);
	notify_draft_fini(&draft);
	return rc;
}
