/* view_rules_was.c - see view_rules_was.h. */
#include "common/view/view_rules_was.h"
#include "common/view/view_walk.h"
#include <string.h>

static const enum dd_setting settings[] = {DD_SETTING_JUDGE_WAITING, DD_SETTING_JUDGE_BY,
					   DD_SETTING_COUNT_FAN_OUT};

/* The row of the setting and the plan, made if there is none. NULL: no room. */
static struct view_rule_was *row_of(struct view_rules_was *rules, enum dd_setting setting,
				    const char *plan)
{
	struct view_rule_was *row = rules->rows;

	for (size_t i = 0; i < rules->count; i++, row++) {
		if (row->setting == setting && strcmp(row->plan, plan) == 0)
			return row;
	}
	if (rules->count == VIEW_RULES_MAX || strlen(plan) >= sizeof(row->plan))
		return NULL;
	rules->count++;
	row->setting = setting;
	strcpy(row->plan, plan);
	return row;
}

/* Key: table, name, plan, unit, sequence; value: when, and what. */
static int take(struct view_rules_was *rules, enum dd_setting setting, const struct view_walk *walk,
		int64_t until_us, uint64_t until)
{
	const char *plan = (const char *)walk->key.data + walk->prefix.len;
	const char *unit = plan + strlen(plan) + 1;
	struct view_rule_was *row;
	int64_t record_us;
	char text[64];
	int32_t value;
	size_t len = walk->val.len - sizeof(record_us);

	if (walk->val.len < sizeof(record_us) || len >= sizeof(text) || unit[0] != '\0')
		return DD_OK;
	memcpy(&record_us, walk->val.data, sizeof(record_us));
	memcpy(text, (const uint8_t *)walk->val.data + sizeof(record_us), len);
	text[len] = '\0';
	if ((until_us != 0 && record_us >= until_us) ||
	    (until != 0 && view_walk_number(walk) > until) ||
	    dd_policy_parse(setting, text, &value, NULL) != DD_OK)
		return DD_OK;
	row = row_of(rules, setting, plan);
	if (!row)
		return DD_ERR_FULL;
	row->value = value;
	return DD_OK;
}

static int read_setting(struct view *view, enum dd_setting setting, int64_t until_us,
			uint64_t until, struct view_rules_was *rules, struct dd_error *err)
{
	struct view_walk walk;
	struct dd_key prefix;
	int rc;

	view_key_text(&prefix, VIEW_SETTING_WAS, dd_policy_row(setting)->name);
	rc = view_walk_open(view, &prefix, &walk, err);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && view_walk_next(&walk))
		rc = take(rules, setting, &walk, until_us, until);
	view_walk_close(&walk);
	if (rc == DD_ERR_FULL)
		return dd_fail(err, rc, "more than %u plans have settings of their own",
			       VIEW_RULES_MAX);
	return walk.rc == DD_OK ? DD_OK : dd_fail(err, walk.rc, "the view's store cannot be read");
}

int view_rules_was(struct view *view, int64_t until_us, uint64_t until,
		   struct view_rules_was *rules_out, struct dd_error *err)
{
	int rc = DD_OK;

	rules_out->count = 0;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && rc == DD_OK; i++)
		rc = read_setting(view, settings[i], until_us, until, rules_out, err);
	return rc;
}

int32_t view_rules_value(const struct view_rules_was *rules, enum dd_setting setting,
			 const char *plan)
{
	const struct view_rule_was *row = rules->rows, *found = NULL;
	struct dd_policy shipped;

	for (size_t i = 0; i < rules->count; i++, row++) {
		if (row->setting != setting)
			continue;
		if (strcmp(row->plan, plan) == 0)
			return row->value;
		if (row->plan[0] == '\0')
			found = row;
	}
	if (found)
		return found->value;
	dd_policy_ship(&shipped);
	return shipped.value[setting];
}

struct dd_judge view_rules_judge(const struct view_rules_was *rules)
{
	return (struct dd_judge){
		.credit_waiting =
			view_rules_value(rules, DD_SETTING_JUDGE_WAITING, "") == DD_WAITING_CREDIT,
		.by_confirmation =
			view_rules_value(rules, DD_SETTING_JUDGE_BY, "") == DD_BY_CONFIRMATION,
	};
}
