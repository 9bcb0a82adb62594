/* rule.c - the days on which a rule speaks. Every kind is a row of hits whose days ascend; what is
 * too early for the plan, muted or promised raises the day behind which the first one counts. */
#include "common/domain/rule.h"

/* What one question needs. */
struct ask {
	const struct dd_rule *rule;
	const struct dd_rule_facts *facts;
	const struct dd_calendar *calendar;
	int32_t anchor;
};

/* --- days ------------------------------------------------------------------------------------ */

/* The day itself if it is worked, else the next that is. */
static int32_t worked_from(const struct ask *a, int32_t day)
{
	return dd_calendar_add(a->calendar, day, 0);
}

/* Step 0 of a day that is not worked falls before it: told afterwards, it would help nobody. */
static int32_t step_day(const struct ask *a, int32_t step)
{
	if (step != 0)
		return dd_calendar_add(a->calendar, a->anchor, step);
	if (dd_calendar_working(a->calendar, a->anchor))
		return a->anchor;
	return dd_calendar_add(a->calendar, a->anchor, -1);
}

/* --- who is asked ---------------------------------------------------------------------------- */

/* What is completed, paused, carried over, cancelled or waits for confirmation is not spoken of. */
static bool open_work(enum dd_task_state state)
{
	return state == DD_TASK_ASSIGNED || state == DD_TASK_IN_PROGRESS ||
	       state == DD_TASK_RETURNED;
}

static int32_t later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* The last report; without one the assignment; never before the work begins. */
static int32_t silent_since(const struct dd_rule_facts *facts)
{
	return later(facts->first_day,
		     facts->reported_day != 0 ? facts->reported_day : facts->assigned_day);
}

static bool superior_speaks(const struct dd_rule_facts *facts)
{
	return open_work(facts->state) && facts->due_day != 0 &&
	       facts->reacted_day < later(facts->due_day, facts->promised_day);
}

static bool spans(const struct dd_rule_facts *facts)
{
	return facts->first_day != 0 && facts->due_day > facts->first_day;
}

/* The day from which the rule counts; 0: it has nothing to say about this task. */
static int32_t anchor_of(enum dd_rule_kind kind, const struct dd_rule_facts *facts)
{
	const bool open = open_work(facts->state);

	switch (kind) {
	case DD_RULE_BEFORE:
	case DD_RULE_DUE:
	case DD_RULE_AFTER:
		return open ? facts->due_day : 0;
	case DD_RULE_PERIOD_REPORT:
	case DD_RULE_EXPECTED:
		return facts->due_day;
	case DD_RULE_SUPERIOR:
		return superior_speaks(facts) ? later(facts->due_day, facts->promised_day) : 0;
	case DD_RULE_NOT_BEGUN:
		return facts->state == DD_TASK_ASSIGNED && spans(facts) ? facts->due_day : 0;
	case DD_RULE_BEHIND:
		return open && facts->percent >= 0 && spans(facts) ? facts->due_day : 0;
	case DD_RULE_NO_UPDATE:
		return open ? silent_since(facts) : 0;
	case DD_RULE_WAITING:
		return open || facts->state == DD_TASK_AWAITING ? facts->waiting_day : 0;
	case DD_RULE_EVIDENCE:
		return open || facts->state == DD_TASK_AWAITING ? facts->evidence_day : 0;
	case DD_RULE_NOT_RECEIVED:
		return facts->state == DD_TASK_ASSIGNED && !facts->received ? facts->assigned_day
									    : 0;
	case DD_RULE_DISSEMINATION:
		return facts->received ? 0 : facts->assigned_day;
	case DD_RULE_PROMISE:
		return open ? facts->promised_day : 0;
	default:
		return 0; /* made by what happens, not by a day */
	}
}

/* What falls on this day or before it is none. */
static int32_t floor_of(const struct ask *a, int32_t after_day)
{
	int32_t floor = later(later(after_day, a->facts->started_day - 1), a->facts->muted_until);

	if (a->rule->kind == DD_RULE_AFTER)
		floor = later(floor, a->facts->promised_day);
	return floor;
}

/* --- steps ----------------------------------------------------------------------------------- */

static bool take(struct dd_rule_hit *hit, int32_t day, int32_t step)
{
	hit->day = day;
	hit->step = step;
	return true;
}

/* The i-th step of a rule that has a list of them, or one alone. */
static int32_t step_at(const struct dd_rule *rule, unsigned i)
{
	switch (rule->kind) {
	case DD_RULE_DUE:
		return 0;
	case DD_RULE_PROMISE:
		return 1;
	case DD_RULE_SUPERIOR:
		return rule->rungs[i].days;
	case DD_RULE_EVIDENCE:
	case DD_RULE_NOT_RECEIVED:
	case DD_RULE_DISSEMINATION:
		return rule->days;
	default:
		return rule->steps[i];
	}
}

static unsigned steps_of(const struct dd_rule *rule)
{
	switch (rule->kind) {
	case DD_RULE_BEFORE:
	case DD_RULE_AFTER:
	case DD_RULE_PERIOD_REPORT:
	case DD_RULE_EXPECTED:
		return rule->step_count;
	case DD_RULE_SUPERIOR:
		return rule->rung_count;
	default:
		return 1;
	}
}

static bool step_next(const struct ask *a, int32_t floor, struct dd_rule_hit *hit)
{
	const unsigned count = steps_of(a->rule);
	bool found = false;

	for (unsigned i = 0; i < count; i++) {
		const int32_t day = step_day(a, step_at(a->rule, i));

		if (found && day > hit->day)
			break;
		if (day <= floor)
			continue;
		hit->rung = (uint8_t)i;
		found = take(hit, day, step_at(a->rule, i));
	}
	return found;
}

static bool step_latest(const struct ask *a, int32_t today, struct dd_rule_hit *hit)
{
	for (unsigned i = steps_of(a->rule); i-- > 0;) {
		const int32_t day = step_day(a, step_at(a->rule, i));

		hit->rung = (uint8_t)i;
		if (day <= today)
			return take(hit, day, step_at(a->rule, i));
	}
	return false;
}

/* --- gaps ------------------------------------------------------------------------------------ */

/* The first offset beyond `past`, or (`latest`) the last that is not; in working days from the
 * anchor. 0: there is none. */
static int32_t gap_offset(const struct dd_rule *rule, int32_t past, bool latest)
{
	int32_t offset = 0, before = 0;
	int32_t gap = 0;

	for (unsigned i = 0; i < rule->gap_count && offset <= past; i++) {
		gap = rule->gaps[i];
		if (gap == 0) /* it ends here */
			return latest ? offset : 0;
		before = offset;
		offset += gap;
	}
	if (offset <= past) { /* the last one goes on for ever */
		before = offset + (past - offset) / gap * gap;
		offset = before + gap;
	}
	return latest ? before : offset;
}

static bool gap_next(const struct ask *a, int32_t floor, struct dd_rule_hit *hit)
{
	const int32_t from = later(floor, a->anchor);
	const int32_t past = dd_calendar_between(a->calendar, a->anchor, from);
	const int32_t offset = gap_offset(a->rule, past, false);

	return offset != 0 && take(hit, dd_calendar_add(a->calendar, from, offset - past), offset);
}

static bool gap_latest(const struct ask *a, int32_t today, struct dd_rule_hit *hit)
{
	const int32_t past = dd_calendar_between(a->calendar, a->anchor, today);
	const int32_t offset = today > a->anchor ? gap_offset(a->rule, past, true) : 0;
	int32_t back = offset - past;

	if (offset == 0)
		return false;
	if (!dd_calendar_working(a->calendar, today))
		back--;
	return take(hit, back == 0 ? today : dd_calendar_add(a->calendar, today, back), offset);
}

/* --- calendar days, over and over ------------------------------------------------------------ */

static int32_t round_day(const struct ask *a, int32_t round)
{
	return worked_from(a, a->anchor + round * a->rule->days);
}

/* Rounds that a row of free days moves to the same day are one, the last. */
static bool round_next(const struct ask *a, int32_t floor, struct dd_rule_hit *hit)
{
	int32_t round = floor > a->anchor ? (floor - a->anchor) / a->rule->days : 1;
	int32_t day;

	if (round < 1)
		round = 1;
	while ((day = round_day(a, round)) <= floor)
		round++;
	while (round_day(a, round + 1) == day)
		round++;
	return take(hit, day, round * a->rule->days);
}

static bool round_latest(const struct ask *a, int32_t today, struct dd_rule_hit *hit)
{
	int32_t round = today > a->anchor ? (today - a->anchor) / a->rule->days : 0;

	while (round > 0 && round_day(a, round) > today)
		round--;
	return round > 0 && take(hit, round_day(a, round), round * a->rule->days);
}

/* --- points of the time ---------------------------------------------------------------------- */

/* The first working day on which `percent` of the time is over; INT32_MAX: not before the due day,
 * and then others speak. */
static int32_t percent_day(const struct ask *a, int32_t percent)
{
	const struct dd_rule_facts *facts = a->facts;
	const int64_t span = (int64_t)facts->due_day - facts->first_day;
	int32_t day;

	if (percent > 100)
		return INT32_MAX;
	day = worked_from(a, facts->first_day + (int32_t)((span * percent + 99) / 100));
	return day <= facts->due_day ? day : INT32_MAX;
}

/* The share of the time at the i-th point, from 1; it comes once for NOT_BEGUN. */
static int32_t share_at(const struct ask *a, int32_t i)
{
	if (a->rule->kind == DD_RULE_NOT_BEGUN)
		return i == 1 ? a->rule->percent : INT32_MAX;
	return a->facts->percent + i * a->rule->percent;
}

/* Points that free days move to the same day are one, the last. */
static bool share_next(const struct ask *a, int32_t floor, struct dd_rule_hit *hit)
{
	bool found = false;

	for (int32_t i = 1;; i++) {
		const int32_t day = percent_day(a, share_at(a, i));

		if (day == INT32_MAX || (found && day > hit->day))
			return found;
		if (day > floor)
			found = take(hit, day, i * a->rule->percent);
	}
}

static bool share_latest(const struct ask *a, int32_t today, struct dd_rule_hit *hit)
{
	bool found = false;

	for (int32_t i = 1; percent_day(a, share_at(a, i)) <= today; i++)
		found = take(hit, percent_day(a, share_at(a, i)), i * a->rule->percent);
	return found;
}

/* --- both questions -------------------------------------------------------------------------- */

static bool next_of(const struct ask *a, int32_t floor, struct dd_rule_hit *hit)
{
	switch (a->rule->kind) {
	case DD_RULE_NOT_BEGUN:
	case DD_RULE_BEHIND:
		return share_next(a, floor, hit);
	case DD_RULE_NO_UPDATE:
		return round_next(a, floor, hit);
	case DD_RULE_WAITING:
		return take(hit, round_day(a, 1), a->rule->days);
	case DD_RULE_AFTER:
		if (a->rule->gap_count > 0)
			return gap_next(a, floor, hit);
		return step_next(a, floor, hit);
	default:
		return step_next(a, floor, hit);
	}
}

static bool latest_of(const struct ask *a, int32_t today, struct dd_rule_hit *hit)
{
	switch (a->rule->kind) {
	case DD_RULE_NOT_BEGUN:
	case DD_RULE_BEHIND:
		return share_latest(a, today, hit);
	case DD_RULE_NO_UPDATE:
		return round_latest(a, today, hit);
	case DD_RULE_WAITING:
		return take(hit, round_day(a, 1), a->rule->days);
	case DD_RULE_AFTER:
		if (a->rule->gap_count > 0)
			return gap_latest(a, today, hit);
		return step_latest(a, today, hit);
	default:
		return step_latest(a, today, hit);
	}
}

/* False: the rule says nothing about this task, whatever the day. */
static bool ask_begin(struct ask *a, const struct dd_rule *rule, const struct dd_rule_facts *facts,
		      const struct dd_calendar *calendar)
{
	*a = (struct ask){rule, facts, calendar, 0};
	if (facts->started_day == 0 || facts->muted_until == INT32_MAX)
		return false;
	a->anchor = anchor_of(rule->kind, facts);
	return a->anchor != 0;
}

bool dd_rule_next(const struct dd_rule *rule, const struct dd_rule_facts *facts,
		  const struct dd_calendar *calendar, int32_t after_day,
		  struct dd_rule_hit *hit_out)
{
	struct ask a;
	int32_t floor;

	if (!ask_begin(&a, rule, facts, calendar))
		return false;
	floor = floor_of(&a, after_day);
	*hit_out = (struct dd_rule_hit){.anchor = a.anchor};
	return next_of(&a, floor, hit_out) && hit_out->day > floor;
}

bool dd_rule_latest(const struct dd_rule *rule, const struct dd_rule_facts *facts,
		    const struct dd_calendar *calendar, int32_t after_day, int32_t today,
		    struct dd_rule_hit *hit_out)
{
	struct ask a;

	if (!ask_begin(&a, rule, facts, calendar))
		return false;
	*hit_out = (struct dd_rule_hit){.anchor = a.anchor};
	return latest_of(&a, today, hit_out) && hit_out->day <= today &&
	       hit_out->day > floor_of(&a, after_day);
}
