/* view_rules_was.h - the settings by which figures are judged, as they were set at some time. */
#ifndef DD_VIEW_VIEW_RULES_WAS_H
#define DD_VIEW_VIEW_RULES_WAS_H

#include "common/domain/policy.h"
#include "common/domain/task_state.h"
#include "common/view/view_impl.h"

#define VIEW_RULES_MAX 512 /* values of the settings concerned, over all plans */

struct view_rules_was {
	size_t count;
	struct view_rule_was {
		enum dd_setting setting;
		int32_t value;
		char plan[32]; /* "" = for all */
	} rows[VIEW_RULES_MAX];
};

/* What was set by events recorded before `until_us` (0 = all) and up to `until` (0 = all); LMDB
 * alone. DD_ERR_FULL: more plans have values of their own than there is room for. */
int view_rules_was(struct view *view, int64_t until_us, uint64_t until,
		   struct view_rules_was *rules_out, struct dd_error *err) DD_MUST_CHECK;

/* The plan's value before the one for all before the shipped one. */
int32_t view_rules_value(const struct view_rules_was *rules, enum dd_setting setting,
			 const char *plan);
struct dd_judge view_rules_judge(const struct view_rules_was *rules);

#endif
