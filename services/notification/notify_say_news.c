/* notify_say_news.c - what has happened to a task: it was assigned, sent back, decided about,
 * another unit is asked, or mentioned in a comment. Told once, while it is news; a state that has
 * gone again is none. */
#include "services/notification/notify_say_impl.h"

#include "common/base/clock.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include "common/view/view_walk.h"
#include "dondoc/v1/lifecycle.pb-c.h"
#include <string.h>

#define NEWS_DAYS 5  /* so that what happened before a long weekend still is */
#define ASKS_MOST 64 /* of one task, the newest */

struct news {
	struct saying *saying;
	const struct dd_rule *rule;
	int32_t floor;
};

/* A number that differs for each event about one task. */
static int32_t step_of(uint64_t sequence)
{
	return (int32_t)(sequence & INT32_MAX);
}

static bool is_news(const struct news *news, int32_t day)
{
	return day > news->floor && day <= news->saying->scene->today &&
	       day >= news->saying->facts.started_day && day > news->saying->facts.muted_until;
}

static void say_event(struct news *news, int32_t day, uint64_t sequence)
{
	const struct dd_rule_hit hit = {.day = day, .anchor = day, .step = step_of(sequence)};

	if (is_news(news, day))
		say_hit(news->saying, news->rule, &hit);
}

/* The last decision of a class that is in force. */
static void say_decision(struct news *news, enum view_fix_class class)
{
	struct view *view = news->saying->scene->view;
	const uint64_t task = news->saying->row->id;
	struct view_undo_last last;
	struct view_undo undo;
	const uint8_t *life;
	size_t len;

	if (view_undo_last(view, false, task, &last) != 0 || last.by_class[class] == 0 ||
	    view_undo_get(view, false, task, last.by_class[class], &undo, &life, &len) != 0 ||
	    undo.taken_back_by != 0)
		return;
	say_event(news, dd_day_of(undo.record_us), last.by_class[class]);
}

/* Something that was said to a unit. */
static void say_said(struct news *news, const char *unit, int32_t day, int32_t anchor,
		     uint64_t sequence)
{
	struct notify_say say = {.kind = news->rule->kind,
				 .task = news->saying->row->id,
				 .anchor = anchor,
				 .step = step_of(sequence),
				 .day = day,
				 .immediate = news->rule->immediate};

	memcpy(say.rule, news->rule->id, sizeof(say.rule));
	news->saying->rule = news->rule;
	say_to(news->saying, notify_scene_unit(news->saying->scene, unit), &say);
}

/* To each unit that is asked, as long as it has not answered. */
static void say_questions(struct news *news)
{
	struct view *view = news->saying->scene->view;
	const uint64_t task = news->saying->row->id;
	struct view_ask ask;
	uint64_t at = 0;

	if (view_newest_get(view, false, VIEW_ASK, task, &at) != 0)
		return;
	for (int i = 0; at != 0 && i < ASKS_MOST; i++, at = ask.previous) {
		struct view_request request;

		if (view_ask_get(view, false, task, at, &ask) != 0)
			return;
		if (ask.answered_by == 0 && view_request_get(view, false, at, &request) == 0 &&
		    request.closed_by == 0 && is_news(news, request.since_day))
			say_said(news, ask.unit, request.since_day, ask.due_day, at);
	}
}

/* To each unit that a comment mentions; two comments of one day are two. */
static void say_mentions(struct news *news)
{
	struct dd_error err = {0};
	struct view_walk walk;
	struct dd_key key;

	view_key_u64(&key, VIEW_TALK, news->saying->row->id);
	if (view_walk_open(news->saying->scene->view, &key, &walk, &err) != 0)
		return;
	while (view_walk_next(&walk)) {
		struct view_talk talk;
		const char *units = (const char *)walk.val.data + sizeof(talk);

		if (walk.val.len < sizeof(talk)) /* a comment that was destroyed */
			continue;
		memcpy(&talk, walk.val.data, sizeof(talk));
		for (uint32_t i = 0; i < talk.units && is_news(news, talk.day); i++) {
			say_said(news, units, talk.day, talk.day, view_walk_number(&walk));
			units += strlen(units) + 1;
		}
	}
	view_walk_close(&walk);
}

static void say_one(struct news *news)
{
	const struct sheet_row *row = news->saying->row;
	const struct dd_rule_hit assigned = {.day = row->assigned_day, .anchor = row->assigned_day};

	switch (news->rule->kind) {
	case DD_RULE_ASSIGNED:
		if (!news->saying->facts.received && is_news(news, row->assigned_day))
			say_hit(news->saying, news->rule, &assigned);
		break;
	case DD_RULE_RETURNED:
		if (news->saying->facts.state == DD_TASK_RETURNED)
			say_decision(news, VIEW_FIX_COMPLETION);
		break;
	case DD_RULE_DECIDED:
		say_decision(news, VIEW_FIX_EXTENSION);
		say_decision(news, VIEW_FIX_LEAD);
		break;
	case DD_RULE_ASKED:
		say_questions(news);
		break;
	case DD_RULE_MENTIONED:
		say_mentions(news);
		break;
	default:
		break;
	}
}

static void say_each(struct saying *saying, int32_t floor)
{
	static const enum dd_rule_kind kinds[] = {DD_RULE_ASSIGNED, DD_RULE_RETURNED,
						  DD_RULE_DECIDED, DD_RULE_ASKED,
						  DD_RULE_MENTIONED};
	struct news news = {.saying = saying, .floor = floor};
	bool any = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		any = any || notify_scene_speaks(saying->scene, kinds[i]);
	for (size_t i = 0; any && i < notify_scene_rules(saying->scene); i++) {
		news.rule = notify_scene_rule(saying->scene, saying->row, i);
		if (news.rule == NULL || by_days(news.rule->kind))
			continue;
		saying_mute(saying, news.rule);
		say_one(&news);
	}
}

void say_news(struct saying *saying, int32_t floor)
{
	const int32_t oldest = saying->scene->today - NEWS_DAYS - 1;

	say_each(saying, floor > oldest ? floor : oldest);
}

bool news_holds(struct saying *saying, const Dondoc__V1__Intent *intent,
		const struct view_digest *digest)
{
	struct notify_says says = {0};
	bool holds = false;

	saying->says = &says;
	saying->future = true; /* what was told already is what is asked about */
	say_each(saying, INT32_MIN);
	for (size_t i = 0; i < says.count && !holds; i++)
		holds = strcmp(says.items[i].rule, intent->rule) == 0 &&
			says.items[i].anchor == intent->due_day &&
			says.items[i].step == intent->step &&
			strcmp(says.items[i].to->code, digest->unit) == 0;
	notify_says_fini(&says);
	return holds;
}
