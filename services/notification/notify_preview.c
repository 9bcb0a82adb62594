/* notify_preview.c - each task by itself gives its days; sorted and gathered they are the mails. */
#include "services/notification/notify_preview.h"

#include "common/base/alloc.h"
#include "common/domain/notice_id.h"
#include "common/view/view_notice.h"
#include <stdlib.h>
#include <string.h>

#define DAYS_MOST 2932896 /* 9999-12-31 */

struct saying {
	int32_t day;
	char unit[32];
	uint64_t task;
	int32_t due_day;
	int step;
	bool deferred;
};

struct previewing {
	const struct notify_context *context;
	int32_t from_day;
	int32_t to_day;
	struct saying *sayings; /* owned */
	size_t count, cap;
	bool cut;
};

int notify_preview_days(const Dondoc__V1__PreviewReminders *ask, int32_t today, int32_t *from_out,
			int32_t *to_out, struct dd_error *err)
{
	if (ask->from_day < -DAYS_MOST || ask->from_day > DAYS_MOST)
		return dd_fail(err, DD_ERR_INVALID, "the first day is out of range");
	*from_out = ask->from_day != 0 ? ask->from_day : today;
	*to_out = ask->to_day != 0 ? ask->to_day : *from_out + 30;
	if (*to_out < *from_out)
		return dd_fail(err, DD_ERR_INVALID, "the last day is before the first");
	if ((int64_t)*to_out - *from_out > NOTIFY_PREVIEW_DAYS)
		return dd_fail(err, DD_ERR_INVALID, "at most %d days are looked ahead",
			       NOTIFY_PREVIEW_DAYS);
	return 0;
}

/* --- one task -------------------------------------------------------------------------------- */

static bool was_told(const struct notify_context *context, const Dondoc__V1__TaskRow *row, int step)
{
	uint8_t intent[DD_HASH_LEN];
	uint8_t digest[DD_HASH_LEN];

	dd_intent_id(dd_reminder_rule(step), row->id, row->due_day, step, row->lead_unit, intent);
	return view_intent(context->view, false, intent, digest) != DD_ERR_NOT_FOUND;
}

static void say(struct previewing *previewing, const Dondoc__V1__TaskRow *row, int step,
		int32_t day, bool deferred)
{
	struct saying *saying;

	if (previewing->count == NOTIFY_PREVIEW_INTENTS) {
		previewing->cut = true;
		return;
	}
	if (previewing->count == previewing->cap) {
		previewing->cap = previewing->cap > 0 ? previewing->cap * 2 : 64;
		previewing->sayings = dd_realloc(previewing->sayings,
						 previewing->cap * sizeof(*previewing->sayings));
	}
	saying = &previewing->sayings[previewing->count++];
	memset(saying, 0, sizeof(*saying));
	saying->day = day;
	(void)strncpy(saying->unit, row->lead_unit, sizeof(saying->unit) - 1);
	saying->task = row->id;
	saying->due_day = row->due_day;
	saying->step = step;
	saying->deferred = deferred;
}

/* From the last step to the first: those that fall within the days, and the latest of those that
 * fell before, unless it or a later one was told. Of two that would be told on one day the later
 * is.
 */
static int preview_task(void *arg, const Dondoc__V1__TaskRow *row)
{
	struct previewing *previewing = arg;
	const struct notify_context *context = previewing->context;
	const struct dd_reminder_policy *steps = &context->policy->steps;

	const struct dd_calendar *own = view_calendars_of(context->calendars, row->lead_unit);
	const int32_t first = notify_send_day(context, row->lead_unit, previewing->from_day);
	int32_t after = previewing->to_day + 1; /* the day of the step that comes next */

	for (int i = steps->count - 1; i >= 0; i--) {
		const int step = steps->steps[i];
		const int32_t day = dd_reminder_step_day(own, row->due_day, step);
		const int32_t sent =
			day > first ? notify_send_day(context, row->lead_unit, day) : first;

		if (sent >= after)
			continue;
		if (was_told(context, row, step))
			break;
		if (day > first - context->policy->catch_up_days && day > context->told_until)
			say(previewing, row, step, sent, day < sent);
		after = sent;
		if (day <= first)
			break;
	}
	return 0;
}

/* --- the answer ------------------------------------------------------------------------------ */

static int by_day(const void *a, const void *b)
{
	const struct saying *x = a, *y = b;
	const int units = strcmp(x->unit, y->unit);

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (units != 0)
		return units;
	if (x->task != y->task)
		return x->task < y->task ? -1 : 1;
	return x->step - y->step;
}

struct sheet {
	Dondoc__V1__Intent *intents;
	Dondoc__V1__Intent **intent_list;
	Dondoc__V1__PreviewRow *rows;
	Dondoc__V1__PreviewRow **row_list;
	char (*names)[256];
};

static void begin_row(const struct notify_context *context, struct saying *saying,
		      struct sheet *sheet, size_t at)
{
	Dondoc__V1__PreviewRow *row = &sheet->rows[at];
	struct view_unit unit;

	dondoc__v1__preview_row__init(row);
	row->day = saying->day;
	row->unit = saying->unit;
	if (view_unit(context->view, false, saying->unit, &unit) == 0)
		memcpy(sheet->names[at], unit.name, sizeof(unit.name));
	row->unit_name = sheet->names[at];
	sheet->row_list[at] = row;
}

static void add_intent(const struct saying *saying, struct sheet *sheet, size_t at,
		       Dondoc__V1__PreviewRow *row)
{
	Dondoc__V1__Intent *intent = &sheet->intents[at];

	dondoc__v1__intent__init(intent);
	intent->rule = (char *)dd_reminder_rule(saying->step);
	intent->task = saying->task;
	intent->due_day = saying->due_day;
	intent->step = saying->step;
	sheet->intent_list[at] = intent;
	if (row->n_intents == 0)
		row->intents = &sheet->intent_list[at];
	row->n_intents++;
	row->deferred = row->deferred || saying->deferred;
}

static size_t fill_rows(struct previewing *previewing, struct sheet *sheet)
{
	size_t rows = 0;

	for (size_t i = 0; i < previewing->count; i++) {
		struct saying *saying = &previewing->sayings[i];
		const bool fresh = i == 0 || saying->day != saying[-1].day ||
				   strcmp(saying->unit, saying[-1].unit) != 0;

		if (fresh && rows == NOTIFY_PREVIEW_ROWS) {
			previewing->cut = true;
			break;
		}
		if (fresh)
			begin_row(previewing->context, saying, sheet, rows++);
		add_intent(saying, sheet, i, &sheet->rows[rows - 1]);
	}
	return rows;
}

static void pack(struct previewing *previewing, struct dd_buf *out)
{
	struct sheet sheet = {
		.intents = dd_alloc((previewing->count + 1) * sizeof(*sheet.intents)),
		.intent_list = dd_alloc((previewing->count + 1) * sizeof(void *)),
		.rows = dd_alloc(NOTIFY_PREVIEW_ROWS * sizeof(*sheet.rows)),
		.row_list = dd_alloc(NOTIFY_PREVIEW_ROWS * sizeof(void *)),
		.names = dd_alloc(NOTIFY_PREVIEW_ROWS * sizeof(*sheet.names)),
	};
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__Preview preview = DONDOC__V1__PREVIEW__INIT;

	preview.n_rows = fill_rows(previewing, &sheet);
	preview.rows = sheet.row_list;
	preview.as_of_sequence = view_position(previewing->context->view)->sequence;
	preview.rows_cut = previewing->cut;
	answer.view_sequence = preview.as_of_sequence;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_PREVIEW;
	answer.preview = &preview;
	out->len += dondoc__v1__answer__pack(
		&answer, dd_buf_reserve(out, dondoc__v1__answer__get_packed_size(&answer)));
	free(sheet.intents);
	free(sheet.intent_list);
	free(sheet.rows);
	free(sheet.row_list);
	free(sheet.names);
}

int notify_preview(const struct notify_context *context, const Dondoc__V1__PreviewReminders *ask,
		   struct dd_buf *answer_out, struct dd_error *err)
{
	struct previewing previewing = {.context = context};
	int rc = notify_preview_days(ask, context->today, &previewing.from_day, &previewing.to_day,
				     err);

	if (rc != 0)
		return rc;
	rc = notify_plan_tasks(context, ask->unit, ask->plan, preview_task, &previewing, err);
	if (rc == 0) {
		if (previewing.count > 0)
			qsort(previewing.sayings, previewing.count, sizeof(previewing.sayings[0]),
			      by_day);
		pack(&previewing, answer_out);
	}
	free(previewing.sayings);
	return rc;
}
