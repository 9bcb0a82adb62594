/* rule.h - when which rule speaks about a task: a pure function of the rule, the task's facts, the
 * working calendar and the day, so that a year can be simulated and the next day be found without
 * asking day by day.
 *
 * A reminder is one (rule, anchor day, step): told once, for ever. The anchor is the day from which
 * the rule counts; a new one begins anew:
 *   BEFORE, DUE, AFTER          the due day in force
 *   PERIOD_REPORT, EXPECTED     `due_day`: that of the period's report
 *   SUPERIOR                    the due day, or the day promised where that is later: a broken
 *                               promise goes up the same rungs
 *   NOT_RECEIVED                the day of the assignment
 *   DISSEMINATION               `assigned_day`: the publication; `received`: confirmed
 *   NO_UPDATE                   the last report, or the assignment; never before the first day
 *   WAITING, EVIDENCE, PROMISE  the day of the request, of the announcement, promised
 *   NOT_BEGUN, BEHIND           the due day; they count between it and the first day
 * The step is in working days from the anchor (BEFORE, DUE, AFTER, SUPERIOR, PERIOD_REPORT,
 * EXPECTED, EVIDENCE, NOT_RECEIVED, DISSEMINATION; PROMISE: 1), in calendar days (NO_UPDATE,
 * WAITING), or in points of percent (NOT_BEGUN; BEHIND: so far behind, and again when it is as much
 * further behind). What something that happens makes (FIRST and the kinds after it) has no day
 * here. */
#ifndef DD_DOMAIN_RULE_H
#define DD_DOMAIN_RULE_H

#include "common/domain/calendar.h"
#include "common/domain/task_state.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The numbers of dondoc.v1.RuleKind; this file needs no protobuf. */
enum dd_rule_kind {
	DD_RULE_NONE = 0,
	DD_RULE_BEFORE,
	DD_RULE_DUE,
	DD_RULE_AFTER,
	DD_RULE_NOT_BEGUN,
	DD_RULE_NO_UPDATE,
	DD_RULE_BEHIND,
	DD_RULE_WAITING,
	DD_RULE_EVIDENCE,
	DD_RULE_NOT_RECEIVED,
	DD_RULE_PROMISE,
	DD_RULE_PERIOD_REPORT,
	DD_RULE_EXPECTED,
	DD_RULE_DISSEMINATION,
	DD_RULE_SUPERIOR,
	DD_RULE_FIRST,
	DD_RULE_SILENCE_OVER,
	DD_RULE_ASSIGNED,
	DD_RULE_RETURNED,
	DD_RULE_DECIDED,
	DD_RULE_ASKED,
	DD_RULE_MENTIONED,
	DD_RULE_KIND_COUNT
};

#define DD_RULE_ID_MAX    31u /* bytes: a-z, 0-9, '-' */
#define DD_RULE_STEPS_MAX 16u
#define DD_RULE_STEP_MOST 250 /* working days from the anchor, either way */
#define DD_RULE_GAP_MOST  250
#define DD_RULE_RUNGS_MAX 6u
#define DD_RULE_DAYS_MOST 365
#define DD_RULE_TO_ALL    7u /* RuleTo bits */

struct dd_rung {
	int32_t days; /* working days from the due day */
	uint8_t to;   /* RungTo */
};

/* One rule as it is in force for one task or unit. */
struct dd_rule {
	char id[DD_RULE_ID_MAX + 1];
	enum dd_rule_kind kind;
	bool on;
	bool immediate;
	bool optional;
	uint8_t to; /* RuleTo bits */
	int32_t days;
	int32_t percent;
	uint8_t step_count, gap_count, rung_count;
	int16_t steps[DD_RULE_STEPS_MAX]; /* ascending: -7, -3; before the due day they are below 0
					   */
	uint16_t gaps[DD_RULE_STEPS_MAX]; /* the last goes on for ever; 0 at the end: it ends there
					   */
	struct dd_rung rungs[DD_RULE_RUNGS_MAX];
};

/* The rules as shipped, in the order in which they are shown; NULL: no more. */
const struct dd_rule *dd_rule_shipped(size_t index);
const struct dd_rule *dd_rule_shipped_by_id(const char *id); /* NULL: none has this id */
/* The words for it, Vietnamese or English. */
const char *dd_rule_kind_name(enum dd_rule_kind kind, bool english);
/* Whether it has what its kind needs and nothing else. */
struct dd_rule_fault {
	const char *field; /* as in dondoc.v1.ReminderRule */
	char allowed[64];  /* "-250..-1", "none" */
};
bool dd_rule_check(const struct dd_rule *rule, struct dd_rule_fault *fault_out);

/* What is known of a task; days are local ones, 0 = none. */
struct dd_rule_facts {
	enum dd_task_state state; /* own, of the parts for a fan-out */
	int32_t first_day;        /* its start; its assignment where it has none */
	int32_t assigned_day;
	int32_t due_day;
	int32_t reported_day; /* the lead's last report */
	int32_t waiting_day;  /* since when a request waits for its decision */
	int32_t evidence_day; /* since when announced evidence is missing */
	int32_t promised_day; /* the promise in force */
	int32_t reacted_day;  /* the lead's last report, request, promise or explanation */
	int32_t muted_until;  /* the last day of a silence or pause in force; INT32_MAX = no end */
	int32_t started_day; /* from when the plan's units are reminded; 0 = not yet: nothing speaks
			      */
	int32_t percent;     /* reported; -1 = not used */
	bool received;
};

/* One reminder that falls on a day. */
struct dd_rule_hit {
	int32_t day;    /* always a working day by the calendar given */
	int32_t anchor; /* its `due_day` in the intent */
	int32_t step;   /* its `step` in the intent */
	uint8_t rung;   /* of SUPERIOR: which, from 0 */
};

/* The first hit of the rule that falls after `after_day` if nothing changes. False: none ever. What
 * fell before the plan's reminders began is none (RULE_FIRST tells it once). Days in which the task
 * is muted are passed over: what falls in them is none. AFTER and SUPERIOR wait for a promised day;
 * SUPERIOR has no hit once there was a reaction on or after its anchor. Of two steps that fall on
 * one day the later counts. `rule->on` is the caller's to look at. */
bool dd_rule_next(const struct dd_rule *rule, const struct dd_rule_facts *facts,
		  const struct dd_calendar *calendar, int32_t after_day,
		  struct dd_rule_hit *hit_out);

/* The latest hit that falls within after_day < day <= today: after a time without service a rule
 * speaks once, with its newest step. False: none. */
bool dd_rule_latest(const struct dd_rule *rule, const struct dd_rule_facts *facts,
		    const struct dd_calendar *calendar, int32_t after_day, int32_t today,
		    struct dd_rule_hit *hit_out);

#endif
