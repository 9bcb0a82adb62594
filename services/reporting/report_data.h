/* report_data.h - what a report says: a pure function of the position, of how far later corrections
 * are known, of the plan and the cut-off day. Same positions, same content, for ever; who renders
 * it and when is not part of it. */
#ifndef REPORT_DATA_H
#define REPORT_DATA_H

#include "common/domain/rates.h"
#include "common/domain/task_state.h"
#include "common/view/pool.h"
#include "services/reporting/report_ledger.h"

/* What is asked for. */
struct report_ask {
	const char *plan;  /* "" = all plans together */
	int32_t as_of_day; /* terms are judged by the end of it */
	struct dd_position position;
	/* What was taken back, withdrawn or undone up to this position does not count, though it
	 * stood at `position`. Not before it. */
	uint64_t known;
	bool trial; /* invented data: every page and file says so */
};

/* A line of the tables: an area, a unit or a kind of unit. */
struct report_line {
	const char *key;
	const char *name;
	const char *kind; /* of a unit */
	struct dd_tally tally;
	bool open; /* of a unit: it has tasks that are still to be done */
};

/* A task in one of the lists. */
struct report_item {
	uint64_t id;
	const char *plan;
	const char *code;
	const char *content;
	const char *product;
	const char *lead_unit; /* code */
	const char *lead_name;
	int32_t first_due_day; /* of a carried task: of the first of its chain */
	int32_t due_day;
	int32_t submitted_day;
	uint32_t extensions; /* of a carried task: over its whole chain */
	uint32_t position;
	enum dd_task_state state;
	bool explained; /* its lateness, and that was accepted */
	int32_t days;   /* overdue, waited, or slipped: as the list is */
};

struct report_list {
	struct report_item *items;
	size_t count;
};

struct report_plan {
	const char *code;
	const char *title;
	const char *source_number;
	const char *source_issuer;
	const char *assigner_unit;
	const char *assigner_name;
	int32_t source_day;
};

struct report {
	struct pool pool; /* owns all that is pointed to */
	struct report_ask ask;
	const char *authority;
	struct report_plan *plans; /* by code: the one asked for, or all that have tasks */
	size_t plan_count;
	struct dd_judge judge; /* as set at the position */
	struct dd_tally all;
	struct dd_tally priority, carried_in; /* of all */
	/* Tasks that many units answer: `all` has so many of them once, for so many parts. */
	uint32_t fan_outs, parts;
	struct report_line *areas; /* by number */
	size_t area_count;
	struct report_line *units; /* lead units in force, by code; with parts of fan-outs */
	size_t unit_count;
	struct dd_tally units_sum;
	struct report_line *kinds; /* of these units, by name */
	size_t kind_count;
	struct dd_rate updates;      /* units that reported lately, of those with open tasks */
	struct report_list overdue;  /* most days first */
	struct report_list awaiting; /* longest waiting first */
	struct report_list extended; /* by plan and place in the annex */
	struct report_list carried;  /* from the year before; likewise */
};

#define REPORT_UPDATE_DAYS 30 /* "lately" */

/* Read view and ledger. DD_ERR_NOT_FOUND: no such plan at that position. DD_ERR_RETRY: the view has
 * not stored so much yet. *report_out is filled in any case: report_fini. The numbers add up: the
 * lines of areas sum to `all`, those of units to all - fan_outs + parts, and the list of overdue
 * tasks is as long as their bucket (asserted). */
int report_make(struct report_ledger *ledger, struct view *view, const struct report_ask *ask,
		struct report *report_out, struct dd_error *err) DD_MUST_CHECK;

/* The position up to which corrections count in a report of that day: what was known when it was
 * first issued, or all that is known by `head`. */
int report_known(struct view *view, const char *plan, int32_t day, uint64_t head,
		 uint64_t *known_out, struct dd_error *err) DD_MUST_CHECK;
void report_fini(struct report *report);

/* The last microsecond of the cut-off day: the date that every rendering bears. */
int64_t report_date_us(const struct report *report);

/* Canonical JSON: keys sorted, no blanks, whole numbers, days as "2026-03-31". Appended. */
void report_json(const struct report *report, struct dd_buf *out);

#endif
