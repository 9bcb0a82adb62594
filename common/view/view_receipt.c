/* view_receipt.c - see view_receipt.h. Plans and settings are looked up once each. */
#include "common/view/view_receipt.h"
#include "common/base/alloc.h"
#include "common/domain/task_state.h"
#include "common/view/view_calendar.h"
#include "common/view/view_plan.h"
#include <stdlib.h>
#include <string.h>

#define DAYS_MOST 365

/* By the number of a name, which a plan and a unit may share. */
struct known {
	bool plan;             /* the plan was looked up */
	bool draft;            /* it is one */
	int16_t plan_days;     /* set for the plan; see DAYS_* */
	int16_t unit_days;     /* set for the unit */
	int32_t published_day; /* of the plan */
	struct lasts *lasts;   /* by the unit's calendar; NULL = not looked for yet */
};
enum { DAYS_UNKNOWN = 0, DAYS_UNSET = -1, DAYS_FROM = 1 /* and the days */ };

/* Of one calendar, which most units share. */
struct lasts {
	struct lasts *next;
	const struct dd_calendar *calendar;
	int32_t last[DAYS_MOST + 1]; /* by days: the last day of assignment that is too long ago; 0
					= not worked out yet */
};

struct receipts {
	struct answering *answering;
	const struct sheet *sheet;
	struct view_calendars *calendars; /* owned */
	struct lasts *lasts;              /* owned */
	struct known *known;              /* owned; one a name */
	int32_t as_of;
	uint32_t days;
	int16_t for_all;
};

struct receipts *receipts_new(struct answering *answering, const struct sheet *sheet, uint32_t days,
			      int32_t as_of)
{
	struct receipts *receipts = dd_alloc(sizeof(*receipts));
	const struct dd_policy *policy = view_policy(answering->view, false, "", "");

	receipts->answering = answering;
	receipts->sheet = sheet;
	receipts->calendars = view_calendars_new(answering->view, false);
	receipts->known = dd_alloc((sheet_names(sheet) + 1) * sizeof(*receipts->known));
	receipts->as_of = as_of;
	receipts->days = days < DAYS_MOST ? days : DAYS_MOST;
	receipts->for_all = (int16_t)policy->value[DD_SETTING_RECEIVE_DAYS];
	return receipts;
}

void receipts_free(struct receipts *receipts)
{
	if (!receipts)
		return;
	while (receipts->lasts) {
		struct lasts *lasts = receipts->lasts;

		receipts->lasts = lasts->next;
		free(lasts);
	}
	view_calendars_free(receipts->calendars);
	free(receipts->known);
	free(receipts);
}

static const struct known *plan_of(struct receipts *receipts, uint32_t name)
{
	struct known *known = &receipts->known[name];
	struct view_plan plan;

	if (known->plan)
		return known;
	known->plan = true;
	if (view_plan(receipts->answering->view, false, sheet_text(receipts->sheet, name), &plan) ==
	    DD_OK) {
		known->draft = plan.state == DONDOC__V1__PLAN_STATE__PLAN_DRAFT;
		known->published_day = plan.published_day;
	}
	return known;
}

int32_t receipts_assigned(struct receipts *receipts, const struct sheet_row *row)
{
	const struct known *plan = row->plan != SHEET_NONE ? plan_of(receipts, row->plan) : NULL;

	if (!plan)
		return row->assigned_day;
	return view_assigned_in(plan->draft, plan->published_day, row->assigned_day);
}

/* The days set for just this plan or this unit; -1 = none. */
static int days_at(struct receipts *receipts, int16_t *known, const char *plan, const char *unit)
{
	int32_t value;

	if (*known == DAYS_UNKNOWN)
		*known = view_setting_at(receipts->answering->view, false, DD_SETTING_RECEIVE_DAYS,
					 plan, unit, &value)
				 ? (int16_t)(DAYS_FROM + value)
				 : DAYS_UNSET;
	return *known == DAYS_UNSET ? -1 : *known - DAYS_FROM;
}

static int allowed(struct receipts *receipts, const struct sheet_row *row)
{
	int days;

	if (receipts->days != 0)
		return (int)receipts->days;
	days = days_at(receipts, &receipts->known[row->lead].unit_days, "",
		       sheet_text(receipts->sheet, row->lead));
	if (days < 0 && row->plan != SHEET_NONE)
		days = days_at(receipts, &receipts->known[row->plan].plan_days,
			       sheet_text(receipts->sheet, row->plan), "");
	return days < 0 ? receipts->for_all : days;
}

/* By the calendar of the lead. */
static struct lasts *lasts_of(struct receipts *receipts, uint32_t lead)
{
	struct known *known = &receipts->known[lead];
	const struct dd_calendar *calendar;
	struct lasts *lasts = receipts->lasts;

	if (known->lasts)
		return known->lasts;
	calendar = view_calendars_of(receipts->calendars, sheet_text(receipts->sheet, lead));
	while (lasts && lasts->calendar != calendar)
		lasts = lasts->next;
	if (!lasts) {
		lasts = dd_alloc(sizeof(*lasts));
		lasts->calendar = calendar;
		lasts->next = receipts->lasts;
		receipts->lasts = lasts;
	}
	known->lasts = lasts;
	return lasts;
}

/* Whoever got it on this day or before has had it for more than so many working days. */
static int32_t last_day(const struct receipts *receipts, struct lasts *lasts, int days)
{
	int32_t *last = &lasts->last[days];
	int32_t day = receipts->as_of - 1;

	if (*last != 0)
		return *last;
	while (days > 0 && dd_calendar_add(lasts->calendar, day, days) >= receipts->as_of)
		day--;
	*last = day;
	return day;
}

bool receipts_missing(struct receipts *receipts, const struct sheet_row *row)
{
	int32_t assigned;

	if (row->group || row->lead == SHEET_NONE ||
	    row->receipt != DONDOC__V1__RECEIPT_STATE__RECEIPT_OPEN ||
	    !dd_task_state_open((enum dd_task_state)row->state) ||
	    (row->flags & (uint32_t)DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0)
		return false;
	assigned = receipts_assigned(receipts, row);
	return assigned != 0 && assigned <= last_day(receipts, lasts_of(receipts, row->lead),
						     allowed(receipts, row));
}
