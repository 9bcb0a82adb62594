/* notify_letter.h - what a digest says before it is put into words: rows with the facts that made
 * a rule speak, and the order in which they are read. */
#ifndef NOTIFY_LETTER_H
#define NOTIFY_LETTER_H

#include "common/base/buf.h"
#include "common/domain/rule.h"
#include "common/domain/task_state.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers of PlanDigest.kind. */
enum notify_letter_kind {
	NOTIFY_LETTER_DAY = 0,
	NOTIFY_LETTER_IMMEDIATE = 1,
	NOTIFY_LETTER_SUPERIOR = 2,
	NOTIFY_LETTER_FIRST = 3,       /* what was late when reminders of the plan began */
	NOTIFY_LETTER_SILENCE_OVER = 4 /* what still holds after a silence */
};

/* Parts of a letter, in the order in which they are read: what to do first stands first. */
enum notify_section {
	NOTIFY_SUPERIOR = 0,   /* of other units, to whom stands above them */
	NOTIFY_OVERDUE_SILENT, /* overdue, and nothing was heard of it */
	NOTIFY_OVERDUE,
	NOTIFY_TODAY,
	NOTIFY_PROMISE,  /* the day promised has passed */
	NOTIFY_RETURNED, /* sent back to the unit */
	NOTIFY_ASKED,    /* another unit waits for an answer */
	NOTIFY_WAITING,  /* others wait for the reader's decision */
	NOTIFY_SOON,
	NOTIFY_REPORT, /* a period's report, an expected update of the unit */
	NOTIFY_NOT_RECEIVED,
	NOTIFY_NOT_BEGUN,
	NOTIFY_BEHIND,
	NOTIFY_NO_UPDATE,
	NOTIFY_EVIDENCE,
	NOTIFY_DISSEMINATION,
	NOTIFY_NEWS, /* assigned, decided, mentioned */
	NOTIFY_SECTION_COUNT
};

/* One reminder. Texts are borrowed; NULL is an empty one. */
struct notify_row {
	enum dd_rule_kind rule; /* that speaks; NONE, FIRST, SILENCE_OVER: by the due day alone */
	bool silent;            /* overdue, and nothing was heard for "remind.silent_days" */
	const char *plan;
	const char *code;    /* of the task; empty for a reminder about a unit or a plan */
	const char *content; /* of the task; the plan's title where it is about a plan */
	const char *lead;    /* name of the lead unit; empty where it is the reader's own */
	const char *asker;   /* ASKED: name of the unit that asks */
	int32_t due_day;     /* 0 = none */
	int days_left;       /* working days; negative = since the due day */
	enum dd_task_state state;
	int32_t since_day; /* the last report (0 = none yet), the request, the assignment, the day
			    * promised or announced, the publication: what the rule counts from */
	int percent;       /* reported; BEHIND */
	int percent_time;  /* of the time that is over; NOT_BEGUN, BEHIND */
};

struct notify_templates; /* notify_templates.h */

struct notify_letter {
	enum notify_letter_kind kind;
	const char *unit_name;
	const char *reader; /* the position read for, "Thủ trưởng đơn vị"; may be NULL */
	bool deputy;        /* it goes to who stands in for that position */
	const char *plan_name; /* FIRST: of which plan; may be NULL */
	int32_t day;
	const struct notify_row *rows; /* in any order */
	size_t count;
	size_t waiting;        /* tasks that do not fit into this digest and follow in the next */
	const char *report_to; /* may be empty */
	const char *url;       /* where the reader finds it; may be NULL */
	uint64_t as_of_sequence;
	bool english;
	bool trial;
	const struct notify_templates *templates; /* NULL: as shipped */
};

/* Where a row stands in a letter of `day`. */
enum notify_section notify_row_section(const struct notify_row *row, int32_t day);

/* What is to be read first: by section, then due day, plan, code. As qsort wants it. */
int notify_row_compare(const struct notify_row *a, const struct notify_row *b, int32_t day);

/* Where a unit's tasks stand: the setting notification.console_url, in which "{unit}" becomes the
 * unit's code ("" = of all). Appends; nothing where the setting is empty. */
void notify_link(struct dd_buf *out, const char *console_url, const char *unit);

#endif
