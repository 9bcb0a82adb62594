/* policy.h - the settings that the rules read: names, kinds, bounds and shipped values, in one
 * table. A setting is valid for all, for one plan or for one unit; the nearest wins. */
#ifndef DD_DOMAIN_POLICY_H
#define DD_DOMAIN_POLICY_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DD_POLICY_TEXT_MAX 2000u /* bytes of a text's value */

enum dd_setting {
	DD_SETTING_RECEIVE_DAYS,       /* "life.receive_days": until "not received" is told */
	DD_SETTING_RETURN_DAYS,        /* "life.return_days": within which a lead may refuse */
	DD_SETTING_UNDO_MINUTES,       /* "life.undo_minutes": same person, right after */
	DD_SETTING_EVIDENCE_REQUIRED,  /* "evidence.required": enum dd_evidence_required */
	DD_SETTING_EVIDENCE_MAX_MIB,   /* "evidence.max_mib" */
	DD_SETTING_JUDGE_WAITING,      /* "judge.waiting": enum dd_judge_waiting */
	DD_SETTING_JUDGE_BY,           /* "judge.by": enum dd_judge_by */
	DD_SETTING_APPROVAL,           /* "approval": the head lets everything out of the unit */
	DD_SETTING_APPROVAL_DAY,       /* "approval.day": enum dd_approval_day */
	DD_SETTING_EXTENSION_BEFORE,   /* "extension.days_before": 0 = any time */
	DD_SETTING_EXTENSION_DECIDER,  /* "extension.decider": enum dd_extension_decider */
	DD_SETTING_DECIDE_LEADER,      /* "decide.leader": the leader in charge decides too */
	DD_SETTING_DECIDE_OWN,         /* "decide.own": a lead that is the agency confirms itself */
	DD_SETTING_PERCENT,            /* "progress.percent" */
	DD_SETTING_WEIGHTS,            /* "progress.weights" */
	DD_SETTING_DEPENDENCIES,       /* "dependencies" */
	DD_SETTING_DEPENDENCIES_BLOCK, /* "dependencies.block": no completion before predecessors */
	DD_SETTING_BASELINES,          /* "baselines" */
	DD_SETTING_UNIT_LATE,          /* "unit.late": enum dd_unit_late */
	DD_SETTING_PEOPLE_REQUIRED,    /* "people.required": commands name a person */
	DD_SETTING_CAUSES,             /* "causes": of delays, split by ';' */
	DD_SETTING_COUNT_FAN_OUT,      /* "count.fan_out": enum dd_count_fan_out */
	DD_SETTING_RECURRENCE_AHEAD,   /* "recurrence.ahead_days": before a period begins */
	DD_SETTING_WATCH_PERIOD,       /* "watch.period": enum dd_watch_period */
	DD_SETTING_WATCH_CUT_DAY,      /* "watch.cut_day": 0 = the month's last day */
	DD_SETTING_WATCH_GRACE,        /* "watch.grace_days": working days */
	DD_SETTING_KEY_OVERLAP,      /* "office.key_overlap_days": an old key beside the new one */
	DD_SETTING_REMIND_FROM,      /* "remind.from": messages leave from this time of day */
	DD_SETTING_REMIND_UNTIL,     /* "remind.until" */
	DD_SETTING_REMIND_RHYTHM,    /* "remind.rhythm": enum dd_remind_rhythm */
	DD_SETTING_REMIND_WEEKDAY,   /* "remind.weekday": of the weekly one; 1 = Monday */
	DD_SETTING_REMIND_CATCH_UP,  /* "remind.catch_up": enum dd_remind_catch_up */
	DD_SETTING_REMIND_MAX_AGE,   /* "remind.max_age_days": what is older is not told */
	DD_SETTING_REMIND_IMMEDIATE, /* "remind.immediate_max": a recipient and day */
	DD_SETTING_REMIND_SILENT,    /* "remind.silent_days": "overdue and silent" */
	DD_SETTING_SUPERIOR_AUTO_HOURS, /* "superior.auto_hours": working ones; 0 = never */
	DD_SETTING_COUNT
};

/* In the order of the words in the table. */
enum dd_evidence_required {
	DD_EVIDENCE_DOCUMENT,
	DD_EVIDENCE_FILE,
	DD_EVIDENCE_BOTH,
	DD_EVIDENCE_NONE
};
enum dd_judge_waiting { DD_WAITING_CREDIT, DD_WAITING_NONE };
enum dd_judge_by { DD_BY_SUBMISSION, DD_BY_CONFIRMATION };
enum dd_approval_day { DD_APPROVAL_DAY_APPROVED, DD_APPROVAL_DAY_SENT };
enum dd_extension_decider { DD_DECIDER_AGENCY, DD_DECIDER_LEADER };
enum dd_unit_late { DD_LATE_SUCCESSOR, DD_LATE_REFUSE };
enum dd_count_fan_out { DD_FAN_OUT_PARENT, DD_FAN_OUT_PARTS };
enum dd_remind_rhythm {
	DD_RHYTHM_AUTO, /* communes weekly, others daily */
	DD_RHYTHM_DAILY,
	DD_RHYTHM_WEEKLY
};
/* After a time without service. */
enum dd_remind_catch_up { DD_CATCH_UP_ONCE, DD_CATCH_UP_SKIP, DD_CATCH_UP_ALL };

enum dd_policy_kind {
	DD_POLICY_NUMBER, /* min..max */
	DD_POLICY_SWITCH, /* "off" = 0, "on" = 1 */
	DD_POLICY_CHOICE, /* one of the words; the value is its place */
	DD_POLICY_TIME,   /* of day, as "07:30" or "730"; the value is HHMM: 730 */
	DD_POLICY_TEXT    /* has no number */
};

#define DD_POLICY_WORDS_MAX 4

struct dd_policy_row {
	const char *name;
	enum dd_policy_kind kind;
	int32_t min, max;                       /* of a number */
	const char *words[DD_POLICY_WORDS_MAX]; /* of a choice */
	const char *shipped;
	bool by_plan; /* may be set for one plan */
	bool by_unit; /* may be set for one unit */
};

/* What is in force for one plan and one unit. Texts are not here: they are read where needed. */
struct dd_policy {
	int32_t value[DD_SETTING_COUNT];
};

const struct dd_policy_row *dd_policy_row(enum dd_setting setting);
/* DD_SETTING_COUNT for a name that is none. */
enum dd_setting dd_policy_find(const char *name);
/* The number that stands for a value; 0 for texts. DD_ERR_INVALID with what is allowed. */
int dd_policy_parse(enum dd_setting setting, const char *value, int32_t *out,
		    struct dd_error *err) DD_MUST_CHECK;
/* What a value may be, in words: "0..365", "off|on", "00:00..23:59", "document|file|both|none". */
#define DD_POLICY_RANGE_TEXT 64
const char *dd_policy_range(enum dd_setting setting, char out[DD_POLICY_RANGE_TEXT]);
void dd_policy_ship(struct dd_policy *policy); /* all shipped values */

/* The items of a text that is a list ("causes"): split by ';', without the blanks around them,
 * numbered from 1; empty ones are none. Returns the length of item `number` and where it begins;
 * 0: there is no such item. */
size_t dd_policy_item(const char *list, uint32_t number, const char **item_out);
/* All of them, "1 nguyên nhân; 2 ...", whole ones only. */
void dd_policy_items_text(const char *list, char *out, size_t cap);

#endif
