/* view_remind.h - the view's records of reminders beside the rules: since when a plan's units are
 * reminded, silences, days promised, what readers said of reminders, what they turned off.
 *
 *   VIEW_START         plan -> struct view_start, packed StartReminders
 *   VIEW_SILENCE       0 -> packed SilenceList: those in force, to come, or over not long ago
 *                      silence -> packed SilenceRow: each there ever was
 *   VIEW_PROMISE       task -> struct view_promise
 *   VIEW_RULE_COUNT    rule -> struct view_rule_count
 *                      rule, digest, task -> struct view_dispute
 *   VIEW_SUBSCRIPTION  unit, person (zeros = the unit), rule -> nothing: turned off */
#ifndef DD_VIEW_VIEW_REMIND_H
#define DD_VIEW_VIEW_REMIND_H

#include "common/store/key.h"
#include "common/view/view_rules.h"

/* --- the beginning --------------------------------------------------------------------------- */

struct view_start {
	uint64_t sequence;
	int32_t day;      /* the first on which something is told */
	uint32_t stopped; /* nothing more, from `day` on */
};
_Static_assert(sizeof(struct view_start) == 16, "no padding");
/* DD_OK or DD_ERR_NOT_FOUND: reminders of the plan never began. */
int view_start(struct view *view, bool with_batch, const char *plan, struct view_start *out);
/* As dd_rule_facts wants it: 0 = not begun, or stopped. */
int32_t view_started_day(struct view *view, bool with_batch, const char *plan);

/* --- silences -------------------------------------------------------------------------------- */

#define VIEW_SILENCES_MAX 1000u /* in force or to come */
/* Days for which one that is over stays in the list: for its summary, after a time without service.
 */
#define VIEW_SILENCE_KEEP_DAYS 400

/* Those in force, to come, or over not long ago; freed with
 * dondoc__v1__silence_list__free_unpacked. NULL: there are none. */
Dondoc__V1__SilenceList *view_silences(struct view *view, bool with_batch);
/* Its last day, whether that was said at the beginning or by ending it: its summary follows it. Of
 * one that was ended before it began: the day before its first. */
int32_t view_silence_last_day(const Dondoc__V1__SilenceRow *row);
/* The last day, today or later, of the silences in force on `today` for the rule at the place,
 * those that follow on it without a day between among them; 0 = none is in force. `list` may be
 * NULL. */
int32_t view_silent_until(const Dondoc__V1__SilenceList *list, const char *rule,
			  const struct view_place *place, int32_t today);
/* One of any time; as view_silences. */
Dondoc__V1__SilenceRow *view_silence(struct view *view, bool with_batch, uint64_t silence);

/* --- days promised --------------------------------------------------------------------------- */

struct view_promise {
	uint64_t sequence;
	int32_t day;      /* 0 = none in force: the lead that gave it has the task no longer */
	int32_t said_day; /* on which it was given */
	uint32_t broken;  /* days promised before that passed without the work being handed in */
	uint32_t reserved;
	char unit[32]; /* who promised */
};
_Static_assert(sizeof(struct view_promise) == 56, "no padding");
/* Zeros if nothing was ever promised. */
int view_promise(struct view *view, bool with_batch, const struct view_task *task,
		 struct view_promise *out);
/* How many days promised have passed by the end of the day before `today`, the one in force among
 * them. */
uint32_t view_promises_broken(const struct view_promise *promise, const struct view_task *task,
			      int32_t today);

/* --- what readers say ------------------------------------------------------------------------ */

#define VIEW_CAUSES 6 /* of DisputeCause */
struct view_rule_count {
	uint64_t told;                  /* intents planned, wherever */
	uint64_t disputed[VIEW_CAUSES]; /* by DisputeCause; [0] is unused */
};
_Static_assert(sizeof(struct view_rule_count) == 56, "no padding");
/* Zeros if it never spoke. */
int view_rule_count(struct view *view, bool with_batch, const char *rule,
		    struct view_rule_count *out);

/* The newest answer counts. */
struct view_dispute {
	uint64_t sequence;
	uint32_t cause;
	uint32_t reserved;
};
_Static_assert(sizeof(struct view_dispute) == 16, "no padding");

/* Whether the unit (person NULL) or a person of it has turned the rule off. */
bool view_subscribed_off(struct view *view, bool with_batch, const char *unit,
			 const uint8_t person[16], const char *rule);

#endif
