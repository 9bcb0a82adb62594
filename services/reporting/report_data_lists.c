/* report_data_lists.c - the lists of a report: what is overdue, waits, was extended, was carried.
 */
#include "common/domain/fan_out.h"
#include "services/reporting/report_data_impl.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "3/126 đơn vị quá hạn": whoever answers for it, for a fan-out. */
static const char *lead_text(struct making *making, const struct view_figure *figure)
{
	char text[96];

	if (!figure->parts)
		return making_unit_name(making, figure->moment->lead_unit);
	(void)snprintf(text, sizeof(text), "%u/%u đơn vị quá hạn", figure->parts->late_open,
		       figure->parts->parts);
	return making_keep(making, text);
}

static struct report_item *put_item(struct making *making, struct growing *list,
				    const struct view_figure *figure,
				    const struct report_version *version,
				    const Dondoc__V1__TaskFields *fields)
{
	const struct view_moment *moment = figure->moment;
	struct report_item *item = making_add(making, list);

	*item = (struct report_item){
		.id = figure->task,
		.plan = making_keep(making, moment->plan),
		.code = making_keep(making, fields->code),
		.content = making_keep(making, fields->content),
		.product = making_keep(making, fields->product),
		.lead_unit = making_keep(making, moment->lead_unit),
		.lead_name = lead_text(making, figure),
		.first_due_day = version->first_due_day,
		.due_day = moment->due_day,
		.submitted_day = moment->submitted_day,
		.extensions = moment->extensions,
		.position = version->position,
		.state = figure->state,
		.explained = figure->tallied.explained,
	};
	return item;
}

static int32_t slipped(int32_t first_due_day, int32_t due_day)
{
	return first_due_day != 0 && due_day != 0 ? due_day - first_due_day : 0;
}

/* The chain's first due day and its extensions go with the task from year to year. */
static void put_carried(struct making *making, const struct view_figure *figure,
			const struct report_version *version, const Dondoc__V1__TaskFields *fields)
{
	struct report_item *item = put_item(making, &making->carried, figure, version, fields);

	if (fields->chain_first_due_day != 0)
		item->first_due_day = fields->chain_first_due_day;
	item->extensions += fields->chain_slips;
	item->days = slipped(item->first_due_day, item->due_day);
}

/* A task is overdue, or carried, as often as it counts; it waits for a decision, or got more time,
 * with the unit that asked for it. */
enum listed { LISTED_OVERDUE = 1, LISTED_AWAITING = 2, LISTED_EXTENDED = 4, LISTED_CARRIED = 8 };

static unsigned lists_of(const struct view_figure *figure)
{
	unsigned lists = 0;

	if (figure->in_total && figure->tallied.bucket == DD_BUCKET_OPEN_OVERDUE)
		lists |= LISTED_OVERDUE;
	if (figure->in_units && figure->state == DD_TASK_AWAITING)
		lists |= LISTED_AWAITING;
	if (figure->in_units && figure->moment->extensions > 0)
		lists |= LISTED_EXTENDED;
	if (figure->in_total && (figure->moment->flags & VIEW_MOMENT_CARRIED))
		lists |= LISTED_CARRIED;
	return lists;
}

static void put_lists(struct making *making, const struct view_figure *figure,
		      const struct report_version *version, const Dondoc__V1__TaskFields *fields)
{
	const struct view_moment *moment = figure->moment;
	unsigned lists = lists_of(figure);

	if (lists & LISTED_OVERDUE)
		put_item(making, &making->overdue, figure, version, fields)->days =
			figure->days_late;
	if (lists & LISTED_AWAITING)
		put_item(making, &making->awaiting, figure, version, fields)->days =
			making->report->ask.as_of_day - moment->submitted_day;
	if (lists & LISTED_EXTENDED)
		put_item(making, &making->extended, figure, version, fields)->days =
			slipped(version->first_due_day, moment->due_day);
	if (lists & LISTED_CARRIED)
		put_carried(making, figure, version, fields);
}

int making_list(struct making *making, const struct view_figure *figure)
{
	struct report_version version;
	Dondoc__V1__TaskFields *fields = NULL;
	struct dd_val packed;
	int rc;

	if (lists_of(figure) == 0)
		return DD_OK;
	rc = report_ledger_task(making->ledger, figure->task, &version, &packed);
	if (rc == DD_OK)
		fields = dondoc__v1__task_fields__unpack(NULL, packed.len, packed.data);
	if (!fields)
		return dd_fail(making->err, DD_ERR_CORRUPT,
			       "the ledger cannot tell task %" PRIu64
			       "; delete the folders 'ledger' and 'view' of reporting, they are "
			       "rebuilt",
			       figure->task);
	put_lists(making, figure, &version, fields);
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return DD_OK;
}

/* --- their order --------------------------------------------------------------------------------
 */

static int by_place(const void *left, const void *right)
{
	const struct report_item *a = left, *b = right;
	int order = strcmp(a->plan, b->plan);

	if (order == 0 && a->position != b->position)
		order = a->position < b->position ? -1 : 1;
	if (order == 0 && a->id != b->id)
		order = a->id < b->id ? -1 : 1;
	return order;
}

static int by_days(const void *left, const void *right)
{
	const struct report_item *a = left, *b = right;

	if (a->days != b->days)
		return a->days > b->days ? -1 : 1;
	return by_place(left, right);
}

void making_lists_end(struct making *making)
{
	struct report *report = making->report;

	report->overdue.items = making_sorted(&making->overdue, by_days, &report->overdue.count);
	report->awaiting.items = making_sorted(&making->awaiting, by_days, &report->awaiting.count);
	report->extended.items =
		making_sorted(&making->extended, by_place, &report->extended.count);
	report->carried.items = making_sorted(&making->carried, by_place, &report->carried.count);
}
