/* notify_scene_facts.c - one task as the rules ask for it, and the rules as they are for it. */
#include "services/notification/notify_scene_impl.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/domain/recurrence.h"
#include "common/view/view_evidence.h"
#include "common/view/view_fix.h"
#include "common/view/view_walk.h"
#include <stdlib.h>
#include <string.h>

#define FLAG(name) DONDOC__V1__TASK_FLAG__TASK_FLAG_##name

/* --- days promised --------------------------------------------------------------------------- */

/* Few tasks have one: which, is known without asking for each. */
static size_t promise_place(const struct notify_scene *scene, uint64_t task)
{
	size_t low = 0, high = scene->promised_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (scene->promised[middle] < task)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has_promise(const struct notify_scene *scene, uint64_t task)
{
	const size_t at = promise_place(scene, task);

	return at < scene->promised_count && scene->promised[at] == task;
}

static void add_promise(struct notify_scene *scene, uint64_t task)
{
	const size_t at = promise_place(scene, task);

	if (scene->promised_count == scene->promised_cap) {
		scene->promised_cap = scene->promised_cap > 0 ? scene->promised_cap * 2 : 64;
		scene->promised =
			dd_realloc(scene->promised, scene->promised_cap * sizeof(*scene->promised));
	}
	memmove(scene->promised + at + 1, scene->promised + at,
		(scene->promised_count - at) * sizeof(*scene->promised));
	scene->promised[at] = task;
	scene->promised_count++;
}

int notify_scene_promises(struct notify_scene *scene, struct dd_error *err)
{
	struct view_walk walk;
	struct dd_key prefix;
	int rc;

	dd_key_begin(&prefix, VIEW_PROMISE);
	rc = view_walk_open(scene->view, &prefix, &walk, err);
	if (rc != 0)
		return rc;
	while (view_walk_next(&walk))
		add_promise(scene, view_walk_number(&walk)); /* they come in order */
	view_walk_close(&walk);
	return walk.rc == 0 ? 0 : dd_fail(err, walk.rc, "the view's store cannot be read");
}

void notify_scene_touch(struct notify_scene *scene, uint64_t task)
{
	struct view_promise promise;
	struct view_task record;

	if (!has_promise(scene, task) && view_task(scene->view, false, task, &record) == 0 &&
	    view_promise(scene->view, false, &record, &promise) == 0 && promise.sequence != 0)
		add_promise(scene, task);
}

/* --- what takes a look-up -------------------------------------------------------------------- */

static int32_t day_of_us(int64_t us)
{
	return us != 0 ? dd_day_of(us) : 0;
}

static int32_t later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* Since when the oldest of its requests waits, and who decides it. */
static void ask_requests(struct notify_scene *scene, const struct view_task *task,
			 struct dd_rule_facts *facts)
{
	const uint64_t pending[] = {task->pending_completion, task->pending_extension,
				    task->pending_other};

	for (size_t i = 0; i < sizeof(pending) / sizeof(pending[0]); i++) {
		struct view_request request;

		if (pending[i] == 0 ||
		    view_request_get(scene->view, false, pending[i], &request) != 0 ||
		    request.closed_by != 0)
			continue;
		facts->reacted_day = later(facts->reacted_day, request.since_day);
		if (facts->waiting_day != 0 && facts->waiting_day <= request.since_day)
			continue;
		facts->waiting_day = request.since_day;
		memcpy(scene->decider, request.decider_unit, sizeof(scene->decider));
	}
}

static void ask_promise(struct notify_scene *scene, const struct view_task *task,
			struct dd_rule_facts *facts)
{
	struct view_promise promise;

	if (view_promise(scene->view, false, task, &promise) != 0)
		return;
	facts->promised_day = promise.day;
	facts->reacted_day = later(facts->reacted_day, promise.said_day);
}

static void ask_more(struct notify_scene *scene, const struct sheet_row *row,
		     struct dd_rule_facts *facts)
{
	const bool pending = (row->flags & FLAG(PENDING)) != 0;
	const bool promised = has_promise(scene, row->id);
	struct view_task task;
	struct dd_error err = {0};

	if (notify_scene_speaks(scene, DD_RULE_EVIDENCE) &&
	    view_evidence_awaited(scene->view, row->id, &facts->evidence_day, &err) != 0)
		facts->evidence_day = 0;
	if ((!pending && !promised) || view_task(scene->view, false, row->id, &task) != 0)
		return;
	if (pending)
		ask_requests(scene, &task, facts);
	if (promised)
		ask_promise(scene, &task, facts);
}

/* --- places ---------------------------------------------------------------------------------- */

struct view_place notify_scene_place(struct notify_scene *scene, const struct sheet_row *row)
{
	const struct notify_unit *lead = notify_scene_lead(scene, row);

	return (struct view_place){.plan = sheet_text(scene->sheet, row->plan),
				   .area = (uint32_t)row->area + 1,
				   .units = lead->chain,
				   .unit_count = lead->chain_count,
				   .task = row->id};
}

static struct view_place unit_place(struct notify_scene *scene, const char *code, const char *plan)
{
	const struct notify_unit *unit = notify_scene_unit(scene, code);

	return (struct view_place){
		.plan = plan, .units = unit->chain, .unit_count = unit->chain_count};
}

size_t notify_scene_rules(const struct notify_scene *scene)
{
	return view_rules_count(scene->rules);
}

static const struct dd_rule *on(const struct dd_rule *rule)
{
	return rule != NULL && rule->on ? rule : NULL;
}

const struct dd_rule *notify_scene_rule(struct notify_scene *scene, const struct sheet_row *row,
					size_t index)
{
	const struct view_place place = notify_scene_place(scene, row);

	return on(view_rules_at(scene->rules, index, &place));
}

const struct dd_rule *notify_scene_unit_rule(struct notify_scene *scene, size_t index,
					     const char *unit, const char *plan)
{
	const struct view_place place = unit_place(scene, unit, plan);

	return on(view_rules_at(scene->rules, index, &place));
}

bool notify_scene_unsubscribed(struct notify_scene *scene, const struct dd_rule *rule,
			       const char *unit)
{
	return rule->optional && view_subscribed_off(scene->view, false, unit, NULL, rule->id);
}

/* --- silences -------------------------------------------------------------------------------- */

int32_t notify_scene_muted(struct notify_scene *scene, const struct view_place *place,
			   const char *rule)
{
	if (scene->silences == NULL)
		return 0;
	return view_silent_until(scene->silences, rule, place, scene->today);
}

int32_t notify_scene_over(struct notify_scene *scene, const struct view_place *place,
			  const char *rule, int32_t *from_out)
{
	int32_t found = 0;

	*from_out = 0;

	for (size_t i = 0; scene->silences != NULL && i < scene->silences->n_rows; i++) {
		const Dondoc__V1__SilenceRow *silence = scene->silences->rows[i];
		const char *of = silence->said->rule;
		const int32_t last = view_silence_last_day(silence);

		if (last < scene->today && last >= silence->said->from_day && last > found &&
		    (of[0] == '\0' || strcmp(of, rule) == 0) &&
		    view_scope_means(silence->said->scope, place)) {
			found = last;
			*from_out = silence->said->from_day;
		}
	}
	return found;
}

bool notify_scene_silence_ahead(struct notify_scene *scene, const struct sheet_row *row,
				int32_t last_day)
{
	const struct view_place place = notify_scene_place(scene, row);

	for (size_t i = 0; scene->silences != NULL && i < scene->silences->n_rows; i++) {
		const Dondoc__V1__SilenceRow *silence = scene->silences->rows[i];

		if (view_silence_last_day(silence) >= scene->today &&
		    silence->said->from_day <= last_day &&
		    view_scope_means(silence->said->scope, &place))
			return true;
	}
	return false;
}

Dondoc__V1__SilenceList *notify_scene_silences_again(struct notify_scene *scene)
{
	Dondoc__V1__SilenceList *before = scene->silences;

	scene->silences = view_silences(scene->view, false);
	scene->units_known = false;
	return before;
}

static bool has_same(const Dondoc__V1__SilenceList *list, const Dondoc__V1__SilenceRow *silence)
{
	for (size_t i = 0; list != NULL && i < list->n_rows; i++)
		if (list->rows[i]->silence == silence->silence)
			return view_silence_last_day(list->rows[i]) ==
			       view_silence_last_day(silence);
	return false;
}

static bool only_in(const Dondoc__V1__SilenceList *list, const Dondoc__V1__SilenceList *other,
		    const struct view_place *place)
{
	for (size_t i = 0; list != NULL && i < list->n_rows; i++)
		if (!has_same(other, list->rows[i]) &&
		    view_scope_means(list->rows[i]->said->scope, place))
			return true;
	return false;
}

bool notify_scene_silenced_anew(struct notify_scene *scene, const struct sheet_row *row,
				const Dondoc__V1__SilenceList *before)
{
	struct view_place place;

	if (row->lead == SHEET_NONE || row->plan == SHEET_NONE)
		return false;
	place = notify_scene_place(scene, row);
	return only_in(scene->silences, before, &place) || only_in(before, scene->silences, &place);
}

/* A paused or closed parent mutes its children; a fan-out's parts are as open as they are. */
static bool parent_mutes(struct notify_scene *scene, const struct sheet_row *row)
{
	uint64_t id = row->parent;

	for (int depth = 0; id != 0 && depth < 16; depth++) {
		const uint32_t at = sheet_find(scene->sheet, id);
		const struct sheet_row *parent;

		if (at == SHEET_NONE)
			return false;
		parent = &sheet_rows(scene->sheet)[at];
		if (parent->own_state == DD_TASK_PAUSED || parent->own_state == DD_TASK_CANCELLED ||
		    parent->own_state == DD_TASK_CARRIED_OVER ||
		    (parent->own_state == DD_TASK_COMPLETED && !parent->group))
			return true;
		id = parent->parent;
	}
	return false;
}

/* --- facts ----------------------------------------------------------------------------------- */

/* What makes a task each period is none itself, where somebody makes them. */
static bool is_template(const struct notify_plan *plan, const struct sheet_row *row)
{
	return plan->makes_tasks && row->recurrence != 0 && !(row->flags & FLAG(INSTANCE)) &&
	       dd_recurrence_periodic((enum dd_recurrence)row->recurrence);
}

static bool works_on(const struct notify_plan *plan, const struct sheet_row *row)
{
	return plan->open || (plan->closed && (row->flags & FLAG(KEPT)));
}

static bool is_over(uint8_t state)
{
	return state == DD_TASK_COMPLETED || state == DD_TASK_CARRIED_OVER ||
	       state == DD_TASK_CANCELLED || state == DD_TASK_PAUSED;
}

bool notify_scene_open(struct notify_scene *scene, const struct sheet_row *row)
{
	const struct notify_plan *plan;

	if (row->group || row->lead == SHEET_NONE || row->plan == SHEET_NONE ||
	    (row->flags & FLAG(REMOVED)) || is_over(row->state))
		return false;
	plan = notify_scene_plan(scene, row);
	return works_on(plan, row) && !is_template(plan, row);
}

bool notify_scene_facts(struct notify_scene *scene, const struct sheet_row *row,
			struct dd_rule_facts *facts_out)
{
	const struct notify_plan *plan;
	struct view_place place;

	if (!notify_scene_open(scene, row))
		return false;
	plan = notify_scene_plan(scene, row);
	if (plan->started_day == 0 || parent_mutes(scene, row))
		return false;
	place = notify_scene_place(scene, row);
	*facts_out = (struct dd_rule_facts){
		.state = (enum dd_task_state)row->state,
		.first_day = row->start_day != 0 ? row->start_day : row->assigned_day,
		.assigned_day = row->assigned_day,
		.due_day = row->due_day,
		.reported_day = day_of_us(row->reported_us),
		.reacted_day = later(day_of_us(row->reported_us), row->submitted_day),
		.muted_until = notify_scene_muted(scene, &place, ""),
		.started_day = plan->started_day,
		.percent = plan->percent ? row->percent : -1,
		.received = row->receipt != DONDOC__V1__RECEIPT_STATE__RECEIPT_OPEN,
	};
	scene->decider[0] = '\0';
	ask_more(scene, row, facts_out);
	return true;
}

bool notify_scene_silent(struct notify_scene *scene, const struct sheet_row *row)
{
	const int32_t since = later(day_of_us(row->reported_us), row->assigned_day);

	return row->due_day != 0 && row->due_day < scene->today &&
	       scene->today - since > notify_scene_plan(scene, row)->silent_days;
}
