/* notify_say_impl.h - what the files of notify_say share. */
#ifndef NOTIFY_SAY_IMPL_H
#define NOTIFY_SAY_IMPL_H

#include "services/notification/notify_say.h"
#include "services/notification/notify_scene_impl.h"

/* One task about which something is said. */
struct saying {
	struct notify_scene *scene;
	const struct sheet_row *row;
	const struct notify_plan *plan;
	const struct dd_calendar *calendar; /* the lead's */
	struct view_place place;
	struct dd_rule_facts facts;
	int32_t over;      /* the last day of a silence that is over, of the rule asked for */
	int32_t over_from; /* and its first */
	const struct dd_rule *rule; /* that speaks */
	bool future;
	struct notify_says *says;
};

/* False: nobody is reminded of the task. */
bool saying_begin(struct saying *saying, struct notify_scene *scene, const struct sheet_row *row,
		  struct notify_says *says);
const struct dd_rule *saying_rule(struct saying *saying, size_t index);
/* The silences that hold this rule back are in the facts. */
void saying_mute(struct saying *saying, const struct dd_rule *rule);
/* To everybody for whom the rule speaks, if it was not told yet. */
void say_hit(struct saying *saying, const struct dd_rule *rule, const struct dd_rule_hit *hit);
void say_to(struct saying *saying, const struct notify_unit *unit, struct notify_say *say);
/* Reports to superiors: to who stands on the rung, today; to nobody where nobody does. */
void say_superior(struct saying *saying, unsigned to, struct notify_say *say);
/* Whether the reader of the digest is who the report on this step is for, today. */
bool superior_is(struct saying *saying, unsigned to, const struct view_digest *digest);
/* Somebody has said by when it will be done: its lateness is no news until then. */
bool saying_promised(const struct saying *saying);
bool by_days(enum dd_rule_kind kind);
bool in_family(enum dd_rule_kind kind);

/* What has happened to the task. */
void say_news(struct saying *saying, int32_t floor);
/* Whether what happened is still so, and still the reader's. */
bool news_holds(struct saying *saying, const Dondoc__V1__Intent *intent,
		const struct view_digest *digest);
/* What was due before reminders began, and what fell into a silence that is over: once. `newest` is
 * the day of what is said of the due day, 0 = nothing: it makes an older summary needless. */
void say_summaries(struct saying *saying, int32_t floor, int32_t newest);

#endif
