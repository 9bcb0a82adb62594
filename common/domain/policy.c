/* policy.c - the table of settings, and reading their values. */
#include "common/domain/policy.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWITCH(setting_name, shipped_value, plan, unit)                                            \
	{                                                                                          \
		.name = (setting_name), .kind = DD_POLICY_SWITCH, .words = {"off", "on"},          \
		.shipped = (shipped_value), .by_plan = (plan), .by_unit = (unit),                  \
	}

static const struct dd_policy_row rows[DD_SETTING_COUNT] = {
	[DD_SETTING_RECEIVE_DAYS] =
		{"life.receive_days", DD_POLICY_NUMBER, 0, 365, {0}, "2", true, true},
	[DD_SETTING_RETURN_DAYS] =
		{"life.return_days", DD_POLICY_NUMBER, 0, 365, {0}, "5", true, true},
	[DD_SETTING_UNDO_MINUTES] =
		{"life.undo_minutes", DD_POLICY_NUMBER, 0, 1440, {0}, "10", false, false},
	[DD_SETTING_EVIDENCE_REQUIRED] = {"evidence.required",
					  DD_POLICY_CHOICE,
					  0,
					  0,
					  {"document", "file", "both", "none"},
					  "document",
					  true,
					  false},
	[DD_SETTING_EVIDENCE_MAX_MIB] =
		{"evidence.max_mib", DD_POLICY_NUMBER, 1, 1024, {0}, "50", true, false},
	[DD_SETTING_JUDGE_WAITING] = {"judge.waiting",
				      DD_POLICY_CHOICE,
				      0,
				      0,
				      {"credit", "none"},
				      "credit",
				      false,
				      false},
	[DD_SETTING_JUDGE_BY] = {"judge.by",
				 DD_POLICY_CHOICE,
				 0,
				 0,
				 {"submission", "confirmation"},
				 "submission",
				 false,
				 false},
	[DD_SETTING_APPROVAL] = SWITCH("approval", "off", false, true),
	[DD_SETTING_APPROVAL_DAY] = {"approval.day",
				     DD_POLICY_CHOICE,
				     0,
				     0,
				     {"approved", "sent"},
				     "approved",
				     false,
				     true},
	[DD_SETTING_EXTENSION_BEFORE] =
		{"extension.days_before", DD_POLICY_NUMBER, 0, 365, {0}, "0", true, false},
	[DD_SETTING_EXTENSION_DECIDER] = {"extension.decider",
					  DD_POLICY_CHOICE,
					  0,
					  0,
					  {"agency", "leader"},
					  "agency",
					  true,
					  false},
	[DD_SETTING_DECIDE_LEADER] = SWITCH("decide.leader", "off", true, false),
	[DD_SETTING_DECIDE_OWN] = SWITCH("decide.own", "off", true, true),
	[DD_SETTING_PERCENT] = SWITCH("progress.percent", "on", true, false),
	[DD_SETTING_WEIGHTS] = SWITCH("progress.weights", "off", true, false),
	[DD_SETTING_DEPENDENCIES] = SWITCH("dependencies", "off", true, false),
	[DD_SETTING_DEPENDENCIES_BLOCK] = SWITCH("dependencies.block", "off", true, false),
	[DD_SETTING_BASELINES] = SWITCH("baselines", "off", true, false),
	[DD_SETTING_UNIT_LATE] = {"unit.late",
				  DD_POLICY_CHOICE,
				  0,
				  0,
				  {"successor", "refuse"},
				  "successor",
				  false,
				  false},
	[DD_SETTING_PEOPLE_REQUIRED] = SWITCH("people.required", "off", false, false),
	[DD_SETTING_CAUSES] = {"causes", DD_POLICY_TEXT, 0, 0, {0}, "", false, false},
	[DD_SETTING_COUNT_FAN_OUT] = {"count.fan_out",
				      DD_POLICY_CHOICE,
				      0,
				      0,
				      {"parent", "parts"},
				      "parent",
				      true,
				      false},
	[DD_SETTING_RECURRENCE_AHEAD] =
		{"recurrence.ahead_days", DD_POLICY_NUMBER, 0, 92, {0}, "0", true, false},
	[DD_SETTING_WATCH_PERIOD] = {"watch.period",
				     DD_POLICY_CHOICE,
				     0,
				     0,
				     {"none", "week", "month", "quarter"},
				     "month",
				     false,
				     true},
	[DD_SETTING_WATCH_CUT_DAY] =
		{"watch.cut_day", DD_POLICY_NUMBER, 0, 28, {0}, "0", false, true},
	[DD_SETTING_WATCH_GRACE] =
		{"watch.grace_days", DD_POLICY_NUMBER, 0, 60, {0}, "3", false, true},
	[DD_SETTING_KEY_OVERLAP] =
		{"office.key_overlap_days", DD_POLICY_NUMBER, 1, 90, {0}, "14", false, true},
	[DD_SETTING_REMIND_FROM] =
		{"remind.from", DD_POLICY_TIME, 0, 2359, {0}, "07:30", false, true},
	[DD_SETTING_REMIND_UNTIL] =
		{"remind.until", DD_POLICY_TIME, 0, 2359, {0}, "17:00", false, true},
	[DD_SETTING_REMIND_RHYTHM] = {"remind.rhythm",
				      DD_POLICY_CHOICE,
				      0,
				      0,
				      {"auto", "daily", "weekly"},
				      "auto",
				      false,
				      true},
	[DD_SETTING_REMIND_WEEKDAY] =
		{"remind.weekday", DD_POLICY_NUMBER, 1, 5, {0}, "1", false, true},
	[DD_SETTING_REMIND_CATCH_UP] = {"remind.catch_up",
					DD_POLICY_CHOICE,
					0,
					0,
					{"once", "skip", "all"},
					"once",
					false,
					false},
	[DD_SETTING_REMIND_MAX_AGE] =
		{"remind.max_age_days", DD_POLICY_NUMBER, 0, 365, {0}, "30", false, false},
	[DD_SETTING_REMIND_IMMEDIATE] =
		{"remind.immediate_max", DD_POLICY_NUMBER, 0, 100, {0}, "5", false, true},
	[DD_SETTING_REMIND_SILENT] =
		{"remind.silent_days", DD_POLICY_NUMBER, 1, 365, {0}, "30", true, false},
	[DD_SETTING_SUPERIOR_AUTO_HOURS] =
		{"superior.auto_hours", DD_POLICY_NUMBER, 0, 200, {0}, "0", true, false},
};

const struct dd_policy_row *dd_policy_row(enum dd_setting setting)
{
	assert((unsigned)setting < DD_SETTING_COUNT);
	return &rows[setting];
}

enum dd_setting dd_policy_find(const char *name)
{
	int at = 0;

	while (at < DD_SETTING_COUNT && strcmp(rows[at].name, name) != 0)
		at++;
	return (enum dd_setting)at;
}

const char *dd_policy_range(enum dd_setting setting, char out[DD_POLICY_RANGE_TEXT])
{
	const struct dd_policy_row *row = dd_policy_row(setting);
	size_t len = 0;

	out[0] = '\0';
	if (row->kind == DD_POLICY_NUMBER)
		snprintf(out, DD_POLICY_RANGE_TEXT, "%d..%d", row->min, row->max);
	else if (row->kind == DD_POLICY_TIME)
		snprintf(out, DD_POLICY_RANGE_TEXT, "%02d:%02d..%02d:%02d", row->min / 100,
			 row->min % 100, row->max / 100, row->max % 100);
	else if (row->kind == DD_POLICY_TEXT)
		snprintf(out, DD_POLICY_RANGE_TEXT, "0..%u bytes", DD_POLICY_TEXT_MAX);
	for (int i = 0; i < DD_POLICY_WORDS_MAX && row->words[i] != NULL; i++)
		len += (size_t)snprintf(out + len, DD_POLICY_RANGE_TEXT - len, "%s%s",
					i == 0 ? "" : "|", row->words[i]);
	return out;
}

/* "730", "0730", "7:30" and "07:30" alike are 730; -1: none of them. */
static int32_t time_of(const char *value)
{
	const char *colon = strchr(value, ':');
	size_t len = strlen(value);
	int32_t time = 0;

	if (len < 3 || len > 5 || colon == value || (colon != NULL && strlen(colon) != 3) ||
	    (colon == NULL && len > 4))
		return -1;
	for (const char *at = value; *at != '\0'; at++) {
		if (at == colon)
			continue;
		if (*at < '0' || *at > '9')
			return -1;
		time = time * 10 + (*at - '0');
	}
	return time % 100 < 60 ? time : -1;
}

/* The place of a value; -1: not allowed. */
static int32_t place_of(const struct dd_policy_row *row, const char *value)
{
	char *end;
	long number;

	if (row->kind == DD_POLICY_TEXT)
		return strlen(value) <= DD_POLICY_TEXT_MAX ? 0 : -1;
	if (row->kind == DD_POLICY_TIME) {
		int32_t time = time_of(value);

		return time >= row->min && time <= row->max ? time : -1;
	}
	if (row->kind == DD_POLICY_NUMBER) {
		if (value[0] < '0' || value[0] > '9' || strlen(value) > 9)
			return -1;
		number = strtol(value, &end, 10);
		return *end == '\0' && number >= row->min && number <= row->max ? (int32_t)number
										: -1;
	}
	for (int i = 0; i < DD_POLICY_WORDS_MAX && row->words[i] != NULL; i++) {
		if (strcmp(row->words[i], value) == 0)
			return i;
	}
	return -1;
}

int dd_policy_parse(enum dd_setting setting, const char *value, int32_t *out, struct dd_error *err)
{
	int32_t place = place_of(dd_policy_row(setting), value);
	char range[DD_POLICY_RANGE_TEXT];

	if (place < 0)
		return dd_fail(err, DD_ERR_INVALID, "the setting %s may be %s, not \"%.40s\"",
			       rows[setting].name, dd_policy_range(setting, range), value);
	*out = place;
	return DD_OK;
}

void dd_policy_ship(struct dd_policy *policy)
{
	for (int i = 0; i < DD_SETTING_COUNT; i++) {
		policy->value[i] = place_of(&rows[i], rows[i].shipped);
		assert(policy->value[i] >= 0);
	}
}

size_t dd_policy_item(const char *list, uint32_t number, const char **item_out)
{
	while (*list != '\0') {
		size_t len = strcspn(list, ";");
		const char *from = list + strspn(list, " \t\r\n;");
		const char *end = list + len;

		list = end + (*end == ';' ? 1 : 0);
		while (end > from && strchr(" \t\r\n", end[-1]) != NULL)
			end--;
		if (end <= from || --number > 0)
			continue;
		*item_out = from;
		return (size_t)(end - from);
	}
	return 0;
}

void dd_policy_items_text(const char *list, char *out, size_t cap)
{
	const char *item;
	size_t len, used = 0;

	out[0] = '\0';
	for (uint32_t number = 1; (len = dd_policy_item(list, number, &item)) > 0; number++) {
		int wrote = snprintf(out + used, cap - used, "%s%u %.*s", used > 0 ? "; " : "",
				     number, (int)len, item);

		if (wrote < 0 || (size_t)wrote >= cap - used) {
			out[used] = '\0';
			return;
		}
		used += (size_t)wrote;
	}
}
