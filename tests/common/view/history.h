/* history.h - random but lawful histories of a log, as frames, for the tests of this folder. The
 * same seed gives the same history. */
#ifndef TESTS_COMMON_VIEW_HISTORY_H
#define TESTS_COMMON_VIEW_HISTORY_H

#include "tests/common/view/history_reminders.h"

static inline void history_unit(struct history *h, int number, const char *name)
{
	Dondoc__V1__UnitSet body = DONDOC__V1__UNIT_SET__INIT;
	Dondoc__V1__UnitFields fields = DONDOC__V1__UNIT_FIELDS__INIT;
	struct history_event e;
	char code[16];

	snprintf(code, sizeof(code), "U%02d", number);
	fields.code = code;
	fields.name = lent(name);
	fields.kind = lent("sở");
	body.unit = &fields;
	history_header(h, &e, EVENT_TYPE(UNIT_SET));
	if (h->group == 0)
		history_cause(h, &e);
	history_add(h, &e.header, &body.base);
}

static inline void history_alias(struct history *h, int number, const char *alias)
{
	Dondoc__V1__UnitAliasSet body = DONDOC__V1__UNIT_ALIAS_SET__INIT;
	struct history_event e;
	char code[16];

	snprintf(code, sizeof(code), "U%02d", number);
	body.unit = code;
	body.alias = lent(alias);
	history_header(h, &e, EVENT_TYPE(UNIT_ALIAS_SET));
	if (h->group == 0)
		history_cause(h, &e);
	history_add(h, &e.header, &body.base);
}

static inline void history_plan(struct history *h, int number)
{
	Dondoc__V1__PlanSet body = DONDOC__V1__PLAN_SET__INIT;
	Dondoc__V1__PlanFields fields = DONDOC__V1__PLAN_FIELDS__INIT;
	struct history_event e;
	char code[16];

	snprintf(code, sizeof(code), "P%d", number);
	fields.code = code;
	fields.title = lent("Kế hoạch cải cách hành chính");
	fields.assigner_unit = lent("U00");
	body.plan = &fields;
	history_header(h, &e, EVENT_TYPE(PLAN_SET));
	if (h->group == 0)
		history_cause(h, &e);
	history_add(h, &e.header, &body.base);
}

/* Genesis, a calendar, areas, units and plans: the first frame. */
static inline void history_found(struct history *h)
{
	Dondoc__V1__Genesis genesis = DONDOC__V1__GENESIS__INIT;
	Dondoc__V1__AreaSet area = DONDOC__V1__AREA_SET__INIT;
	Dondoc__V1__CalendarDaySet day = DONDOC__V1__CALENDAR_DAY_SET__INIT;
	struct history_event e;
	char name[64];

	history_open_frame(h);
	genesis.authority = lent("Ủy ban nhân dân tỉnh");
	history_header(h, &e, EVENT_TYPE(GENESIS));
	history_add(h, &e.header, &genesis.base);
	for (uint32_t i = 0; i < 7; i++) {
		snprintf(name, sizeof(name), "Lĩnh vực %u", i);
		area.area = i;
		area.name = name;
		history_header(h, &e, EVENT_TYPE(AREA_SET));
		history_cause(h, &e);
		history_add(h, &e.header, &area.base);
	}
	day.day = HISTORY_DAY0 + 10;
	day.kind = DONDOC__V1__DAY_KIND__DAY_HOLIDAY;
	day.name = lent("Giỗ Tổ Hùng Vương");
	history_header(h, &e, EVENT_TYPE(CALENDAR_DAY_SET));
	history_cause(h, &e);
	history_add(h, &e.header, &day.base);
	for (int32_t i = 3; i > 0; i--) {
		day.day = HISTORY_DAY0 + 20 + i;
		day.unit = lent("U03");
		history_header(h, &e, EVENT_TYPE(CALENDAR_DAY_SET));
		history_cause(h, &e);
		history_add(h, &e.header, &day.base);
	}
	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "Đơn vị thứ %d", i);
		history_unit(h, i, name);
	}
	for (int i = 0; i < 3; i++)
		history_plan(h, i);
	history_close_frame(h);
}

static inline void history_open_group(struct history *h, struct history_event *e)
{
	Dondoc__V1__GroupOpened body = DONDOC__V1__GROUP_OPENED__INIT;

	history_header(h, e, EVENT_TYPE(GROUP_OPENED));
	history_cause(h, e);
	e->cause.count = 0;
	h->group = history_add(h, &e->header, &body.base);
}

static inline void history_close_group(struct history *h, struct history_event *e)
{
	Dondoc__V1__GroupClosed body = DONDOC__V1__GROUP_CLOSED__INIT;

	e->header.type = EVENT_TYPE(GROUP_CLOSED);
	e->header.group = h->group;
	e->cause.digest.len = 0;
	history_add(h, &e->header, &body.base);
	h->group = 0;
}

static inline void history_abandon_group(struct history *h)
{
	Dondoc__V1__GroupAbandoned body = DONDOC__V1__GROUP_ABANDONED__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(GROUP_ABANDONED));
	history_add(h, &e.header, &body.base);
	h->group = 0;
}

/* A group over two frames, closed or abandoned. An abandoned one leaves no tasks. */
static inline void history_import(struct history *h)
{
	uint32_t tasks = h->task_count;
	struct history_event e;

	history_open_frame(h);
	history_open_group(h, &e);
	for (int i = 0; i < 5; i++)
		history_add_task(h);
	history_close_frame(h);
	if (history_random(h, 2) == 0) /* it takes effect on the day on which it is closed */
		h->now_us += DD_DAY_US;
	e.header.record_us = h->now_us;
	history_open_frame(h);
	history_unit(h, (int)history_random(h, 12), "Sở mới");
	history_alias(h, (int)history_random(h, 12), "Sở tên khác");
	if (history_random(h, 3) != 0) {
		history_close_group(h, &e);
	} else {
		history_abandon_group(h);
		h->task_count = tasks;
		/* The number was not used up: no other command may have come in between here. */
		h->numbers[e.stream[0] - 'A']--;
	}
	history_close_frame(h);
}

static inline void history_aside(struct history *h)
{
	Dondoc__V1__CommandRefused refused = DONDOC__V1__COMMAND_REFUSED__INIT;
	struct history_event e;

	history_header(h, &e, EVENT_TYPE(COMMAND_REFUSED));
	history_cause(h, &e);
	if (history_random(h, 3) == 0) {
		e.header.type = (Dondoc__V1__EventType)777; /* newer, need not be understood */
		e.header.must_understand = 0;
	}
	history_add(h, &e.header, &refused.base);
}

/* Go on until `events` have happened. */
static inline void history_run(struct history *h, uint64_t events)
{
	if (h->frame_count == 0)
		history_found(h);
	while (h->next <= events) {
		uint64_t until;

		h->now_us += (int64_t)history_random(h, UINT64_C(12) * 3600) * DD_SECOND_US;
		if (h->task_count < HISTORY_TASKS - 10 && history_random(h, 12) == 0)
			history_import(h);
		history_open_frame(h);
		until = h->next + 1 + history_random(h, 20);
		history_aside(h);
		if (h->task_count > 0 && history_random(h, 2) == 0)
			history_notice(h);
		if (h->reminders && h->task_count > 0 && history_random(h, 3) == 0)
			history_reminder(h);
		while (h->next < until) {
			if (h->task_count < 20 || history_random(h, 20) == 0)
				if (!history_add_task(h))
					history_aside(h);
			if (h->task_count > 0)
				history_work(h, &h->tasks[history_random(h, h->task_count)]);
		}
		history_close_frame(h);
	}
}

#endif
