/* view_query_time.c - how a time text would be understood in an annex of a plan. */
#include "common/view/view_answer.h"
#include "common/view/view_calendar.h"
#include "common/view/view_timing.h"
#include <string.h>

static const Dondoc__V1__PlanFields *plan_of(struct answering *answering, const char *code)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	const uint8_t *bytes;
	size_t len;

	if (!*code || view_plan_fields(answering->view, false, code, &bytes, &len) != DD_OK)
		return NULL;
	return dondoc__v1__plan_fields__unpack(&allocator, len, bytes);
}

int answer_read_time(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ReadTime *ask = query->read_time;
	Dondoc__V1__TaskFields *fields = pool_alloc(&answering->pool, sizeof(*fields));
	Dondoc__V1__TimeRead *answer = pool_alloc(&answering->pool, sizeof(*answer));
	struct view_timing *timing = pool_alloc(&answering->pool, sizeof(*timing));
	struct dd_time_context context = {.issued_day = ask->issued_day, .year = ask->year};
	struct view_calendars *calendars;
	struct view_unit unit;
	int rc = answer_check_plan(answering, ask->plan);

	if (rc != DD_OK)
		return rc;
	if (strlen(ask->text) > DD_TIME_TEXT_MAX)
		return dd_fail(answering->err, DD_ERR_INVALID, "read_time.text: at most %d bytes",
			       DD_TIME_TEXT_MAX);
	if (*ask->unit && view_unit(answering->view, false, ask->unit, &unit) != DD_OK)
		return dd_fail(answering->err, DD_ERR_NOT_FOUND, "there is no unit %s", ask->unit);
	view_timing_of_plan(plan_of(answering, ask->plan), &context.issued_day, &context.year);
	calendars = view_calendars_new(answering->view, false);
	context.calendar = view_calendars_of(calendars, ask->unit);
	dd_time_text_read(ask->text, &context, &timing->read);
	view_calendars_free(calendars);

	dondoc__v1__task_fields__init(fields);
	fields->plan = pool_memdup(&answering->pool, ask->plan, strlen(ask->plan) + 1);
	fields->time_text = pool_memdup(&answering->pool, ask->text, strlen(ask->text) + 1);
	fields->start_day = timing->read.start_day;
	fields->due_day = timing->read.due_day;
	fields->recurrence = (Dondoc__V1__Recurrence)timing->read.recurrence;
	if (view_timing_make(timing))
		fields->timing = &timing->timing;
	dondoc__v1__time_read__init(answer);
	answer->fields = fields;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_TIME_READ;
	answering->answer.time_read = answer;
	return DD_OK;
}
