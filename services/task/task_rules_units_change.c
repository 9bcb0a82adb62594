/* task_rules_units_change.c - units that are renamed, merged, split or abolished on a day: planned
 * by a person, effected by the task service when the day has come. */
#include "services/task/task_actor.h"
#include "services/task/task_case.h"
#include "services/task/task_rules_all.h"
#include "services/task/task_units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/domain/unit_code.h"
#include "common/view/view_unit.h"
#include "common/view/view_walk.h"

#define MOVES_MAX     1000u
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

/* --- what the change is ---------------------------------------------------------------------- */

static int compare_moves(const void *a, const void *b)
{
	uint64_t x = ((const struct dd_unit_move *)a)->task;
	uint64_t y = ((const struct dd_unit_move *)b)->task;

	return x < y ? -1 : x > y;
}

void task_units_change_init(struct task_units_change *change, const Dondoc__V1__ChangeUnits *said)
{
	change->to = dd_alloc((said->n_to + 1) * sizeof(*change->to));
	change->moves = dd_alloc((said->n_moves + 1) * sizeof(*change->moves));
	for (size_t i = 0; i < said->n_to; i++)
		change->to[i] = said->to[i]->code;
	for (size_t i = 0; i < said->n_moves; i++)
		change->moves[i] = (struct dd_unit_move){.task = said->moves[i]->task,
							 .to = said->moves[i]->to_unit};
	if (said->n_moves > 0)
		qsort(change->moves, said->n_moves, sizeof(*change->moves), compare_moves);
	change->is = (struct dd_unit_change){.kind = (enum dd_unit_change_kind)said->kind,
					     .day = said->day,
					     .from = (const char *const *)said->from,
					     .from_count = said->n_from,
					     .to = change->to,
					     .to_count = said->n_to,
					     .moves = change->moves,
					     .move_count = said->n_moves,
					     .default_to = said->default_to};
}

void task_units_change_fini(struct task_units_change *change)
{
	free(change->to);
	free(change->moves);
}

static bool led_by(const struct dd_unit_change *change, const char *lead)
{
	for (size_t i = 0; i < change->from_count; i++) {
		if (strcmp(change->from[i], lead) == 0)
			return true;
	}
	return false;
}

static bool goes_along(const struct view_task *task)
{
	return !task->group && task->state != DD_TASK_COMPLETED &&
	       task->state != DD_TASK_CARRIED_OVER && task->state != DD_TASK_CANCELLED &&
	       (task->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) == 0;
}

static int compare_tasks(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

int task_units_open(struct view *view, const struct dd_unit_change *change, uint64_t **tasks_out,
		    size_t *count_out)
{
	struct view_walk walk;
	struct view_task task;
	struct dd_error err;
	struct dd_key key;
	uint64_t *tasks = NULL;
	size_t count = 0, cap = 0;
	int rc;

	dd_key_begin(&key, VIEW_TASK);
	rc = view_walk_open(view, &key, &walk, &err);
	while (rc == DD_OK && view_walk_next(&walk)) {
		if (walk.val.len != sizeof(task))
			continue;
		memcpy(&task, walk.val.data, sizeof(task));
		if (!goes_along(&task) || !led_by(change, task.lead_unit))
			continue;
		if (count == cap) {
			cap = cap == 0 ? 256 : cap * 2;
			tasks = dd_realloc(tasks, cap * sizeof(*tasks));
		}
		tasks[count++] = task.id;
	}
	if (rc == DD_OK) {
		rc = walk.rc;
		view_walk_close(&walk);
	}
	if (count > 0)
		qsort(tasks, count, sizeof(*tasks), compare_tasks);
	*tasks_out = tasks;
	*count_out = count;
	return rc;
}

/* --- planning -------------------------------------------------------------------------------- */

static bool life_of(void *arg, const char *code, int32_t *from_out, int32_t *until_out)
{
	const struct task_case *c = arg;
	struct view_unit unit;

	if (view_unit(c->view, true, code, &unit) != DD_OK)
		return false;
	*from_out = unit.valid_from;
	*until_out = unit.valid_until;
	return true;
}

static void refuse_fault(struct task_outcome *out, enum dd_unit_fault fault,
			 const struct dd_unit_where *where)
{
	char task[32], count[32];

	snprintf(task, sizeof(task), "%" PRIu64, where->task);
	snprintf(count, sizeof(count), "%zu", where->count);
	switch (fault) {
	case DD_UNIT_FINE:
		break;
	case DD_UNIT_BAD_KIND:
		task_refuse(out, REFUSAL(RANGE), "kind", NULL, NULL);
		break;
	case DD_UNIT_BAD_DAY:
		task_refuse(out, REFUSAL(RANGE), "day", NULL, NULL);
		break;
	case DD_UNIT_BAD_FROM:
		task_refuse(out, REFUSAL(RANGE), "from", NULL, NULL);
		break;
	case DD_UNIT_BAD_TO:
		task_refuse(out, REFUSAL(RANGE), "to", where->unit, NULL);
		break;
	case DD_UNIT_TWICE:
		task_refuse(out, REFUSAL(DUPLICATE), "unit", where->unit, NULL);
		break;
	case DD_UNIT_UNKNOWN:
		task_refuse(out, REFUSAL(UNKNOWN_UNIT), where->unit, NULL, NULL);
		break;
	case DD_UNIT_CLOSED:
		task_refuse(out, REFUSAL(UNIT_CLOSED), where->unit, NULL, NULL);
		break;
	case DD_UNIT_SAME:
		task_refuse(out, REFUSAL(NOTHING_TO_DO), where->unit, NULL, NULL);
		break;
	case DD_UNIT_NO_DEFAULT:
		task_refuse(out, REFUSAL(MISSING), "default_to", NULL, NULL);
		break;
	case DD_UNIT_MOVE_TWICE:
		task_refuse(out, REFUSAL(DUPLICATE), "task", task, NULL);
		break;
	case DD_UNIT_MOVE_FOREIGN:
		task_refuse(out, REFUSAL(UNKNOWN_TASK), task, NULL, NULL);
		break;
	case DD_UNIT_MOVE_TO:
		task_refuse(out, REFUSAL(RANGE), "to_unit", where->unit, task);
		break;
	case DD_UNIT_LEFT_OUT:
		task_refuse(out, REFUSAL(NOT_COMPLETE_LIST), count, task, NULL);
		break;
	}
}

/* A unit that is made by the change needs a code and a name that nobody else bears then. */
static bool heir_fits(const struct task_case *c, const struct dd_unit_change *change,
		      const Dondoc__V1__UnitFields *heir, struct task_outcome *out)
{
	struct view_unit unit, holder;
	bool known = view_unit(c->view, true, heir->code, &unit) == DD_OK;
	char *folded, owner[32];
	bool taken;

	if (!dd_unit_code_valid(heir->code) || strlen(heir->kind) > 31 ||
	    strlen(heir->official_id) > 31 || strlen(heir->name) > 255) {
		task_refuse(out, REFUSAL(RANGE), "to", heir->code, NULL);
		return false;
	}
	if ((!known || change->kind == DD_UNIT_RENAMED) && task_text_empty(heir->name)) {
		task_refuse(out, REFUSAL(MISSING), "name", heir->code, NULL);
		return false;
	}
	if (heir->parent[0] != '\0' && view_unit(c->view, true, heir->parent, &holder) != DD_OK) {
		task_refuse(out, REFUSAL(UNKNOWN_UNIT), heir->parent, NULL, NULL);
		return false;
	}
	folded = dd_text_name_key(heir->name);
	taken = folded != NULL && folded[0] != '\0' &&
		view_unit_by_name(c->view, true, folded, owner) == DD_OK &&
		strcmp(owner, heir->code) != 0 && !led_by(change, owner) &&
		view_unit(c->view, true, owner, &holder) == DD_OK && holder.valid_until == 0;
	free(folded);
	if (taken)
		task_refuse(out, REFUSAL(DUPLICATE), heir->name, owner, NULL);
	return !taken;
}

static bool papers_there(const Dondoc__V1__ChangeUnits *cmd, struct task_outcome *out)
{
	if (!task_reason_given(out, "reason", cmd->reason))
		return false;
	if (!task_document_named(cmd->document)) {
		task_refuse(out, REFUSAL(MISSING), "document", NULL, NULL);
		return false;
	}
	if (cmd->n_moves > MOVES_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "moves", "1000", NULL);
		return false;
	}
	if (cmd->moves_file.len > 0 && cmd->n_moves > 0) {
		task_refuse(out, REFUSAL(RANGE), "moves", "moves_file", NULL);
		return false;
	}
	return true;
}

/* --- planning it ----------------------------------------------------------------------------- */

/* An heir is in the reach of whoever reaches it; a new one, of whoever reaches its parent. */
static bool heir_reached(const struct task_case *c, const Dondoc__V1__UnitFields *heir,
			 struct task_outcome *out)
{
	struct view_unit unit;
	bool known = view_unit(c->view, true, heir->code, &unit) == DD_OK;

	return (!known || task_actor_reaches(c, DD_COMMAND_CHANGE_UNITS, heir->code, NULL, out)) &&
	       ((known && (heir->parent[0] == '\0' || strcmp(heir->parent, unit.parent) == 0)) ||
		task_actor_reaches(c, DD_COMMAND_CHANGE_UNITS, heir->parent, NULL, out));
}

static bool reaches_all(const struct task_case *c, const Dondoc__V1__ChangeUnits *cmd,
			const struct dd_unit_change *change, struct task_outcome *out)
{
	for (size_t i = 0; i < cmd->n_from; i++) {
		if (!task_actor_reaches(c, DD_COMMAND_CHANGE_UNITS, cmd->from[i], NULL, out))
			return false;
	}
	for (size_t i = 0; i < cmd->n_to; i++) {
		if (!heir_fits(c, change, cmd->to[i], out) || !heir_reached(c, cmd->to[i], out))
			return false;
	}
	return true;
}

/* Nor does work go to units that the actor does not reach. */
static bool targets_reached(const struct task_case *c, const Dondoc__V1__ChangeUnits *said,
			    struct task_outcome *out)
{
	const char *last = "";
	struct view_unit unit;

	for (size_t i = 0; i <= said->n_moves; i++) {
		const char *to = i == 0 ? said->default_to : said->moves[i - 1]->to_unit;

		if (strcmp(to, last) == 0 || view_unit(c->view, true, to, &unit) != DD_OK)
			continue; /* one that the change makes was looked at as an heir */
		if (!task_actor_reaches(c, DD_COMMAND_CHANGE_UNITS, to, NULL, out))
			return false;
		last = to;
	}
	return true;
}

/* A list of a file travels in parts of its own, before the plan: all of one command. */
static bool emit_parts(const struct task_units_list *list, uint32_t *parts_out,
		       struct task_outcome *out)
{
	uint32_t part = 0;

	for (size_t at = 0; at < list->count; at += TASK_UNITS_PART) {
		Dondoc__V1__UnitsChangeMoves event = DONDOC__V1__UNITS_CHANGE_MOVES__INIT;
		size_t left = list->count - at;

		event.moves = list->moves + at;
		event.n_moves = left < TASK_UNITS_PART ? left : TASK_UNITS_PART;
		event.part = part++;
		if (!task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_UNITS_CHANGE_MOVES, 0, "",
				     "", &event.base))
			return false;
	}
	*parts_out = part;
	return true;
}

static void emit_planned(const Dondoc__V1__ChangeUnits *cmd, const struct task_units_list *list,
			 struct task_outcome *out)
{
	Dondoc__V1__UnitsChangePlanned event = DONDOC__V1__UNITS_CHANGE_PLANNED__INIT;

	event.said = (Dondoc__V1__ChangeUnits *)cmd;
	event.moves = (uint32_t)(cmd->n_moves + list->count);
	if (emit_parts(list, &event.parts, out))
		(void)task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_UNITS_CHANGE_PLANNED, 0,
				      "", "", &event.base);
}

/* With the moves of the command or of its file. */
static void judge(const struct task_case *c, const struct dd_unit_facts *facts,
		  const struct task_units_list *list, struct task_outcome *out)
{
	const Dondoc__V1__ChangeUnits *cmd = c->body->change_units;
	Dondoc__V1__ChangeUnits whole = *cmd;
	struct task_units_change change;
	struct dd_unit_where where;
	enum dd_unit_fault fault;
	char count[32];

	if (list->count > 0) {
		whole.moves = list->moves;
		whole.n_moves = list->count;
	}
	task_units_change_init(&change, &whole);
	fault = dd_unit_change_check(&change.is, facts, &where);
	task_units_change_fini(&change);
	if (fault != DD_UNIT_FINE) {
		refuse_fault(out, fault, &where);
	} else if (!targets_reached(c, &whole, out)) {
		return;
	} else if (cmd->dry_run) {
		snprintf(count, sizeof(count), "%zu", facts->open_count);
		task_refuse(out, REFUSAL(NOTHING_TO_DO), "dry_run", count, NULL);
	} else {
		emit_planned(cmd, list, out);
	}
}

static void plan_change(const struct task_case *c, const struct dd_unit_change *change,
			struct task_outcome *out)
{
	const Dondoc__V1__ChangeUnits *cmd = c->body->change_units;
	struct dd_unit_facts facts = {
		.today = dd_day_of(c->record_us), .life = life_of, .arg = (void *)c};
	struct task_units_list list = {.count = 0};
	struct dd_unit_where where;
	uint64_t *open = NULL;
	enum dd_unit_fault fault;

	if (!reaches_all(c, cmd, change, out))
		return;
	if (task_units_open(c->view, change, &open, &facts.open_count) != DD_OK) {
		task_refuse(out, REFUSAL(UNKNOWN_TASK), "-", NULL, NULL);
		free(open);
		return;
	}
	facts.open = open;
	fault = dd_unit_change_units(change, &facts, &where);
	if (fault != DD_UNIT_FINE)
		refuse_fault(out, fault, &where);
	else if (cmd->moves_file.len == 0 || task_units_list_read(c, change, &facts, &list, out))
		judge(c, &facts, &list, out);
	task_units_list_free(&list);
	free(open);
}

void task_rule_change_units(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__ChangeUnits *cmd = c->body->change_units;
	struct task_units_change change;

	if (!papers_there(cmd, out))
		return;
	task_units_change_init(&change, cmd);
	plan_change(c, &change.is, out);
	task_units_change_fini(&change);
}

/* The change that a command names and that still waits for its day. */
static bool planned(const struct task_case *c, uint64_t sequence, struct view_unit_change *change,
		    Dondoc__V1__ChangeUnits **said_out, struct task_outcome *out)
{
	const uint8_t *bytes;
	char number[32];
	size_t len;

	*said_out = NULL;
	snprintf(number, sizeof(number), "%" PRIu64, sequence);
	if (view_unit_change(c->view, true, sequence, change, &bytes, &len) != DD_OK) {
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "units_change", number, NULL);
		return false;
	}
	if (change->effected_by != 0 || change->withdrawn_by != 0) {
		task_refuse(out, REFUSAL(NOTHING_TO_DO), number, NULL, NULL);
		return false;
	}
	*said_out = dondoc__v1__change_units__unpack(NULL, len, bytes);
	return *said_out != NULL;
}

/* The list of a file, as it was when the change was planned. */
static bool add_list(const struct task_case *c, const struct view_unit_change *change,
		     Dondoc__V1__ChangeUnits *said)
{
	for (uint32_t part = 0; part < change->parts; part++) {
		Dondoc__V1__UnitsChangeMoves *moves = NULL;
		const uint8_t *bytes;
		size_t len;

		if (view_unit_change_part(c->view, true, change->list, part, &bytes, &len) == DD_OK)
			moves = dondoc__v1__units_change_moves__unpack(NULL, len, bytes);
		if (moves == NULL)
			return false;
		said->moves = dd_realloc(said->moves, (said->n_moves + moves->n_moves + 1) *
							      sizeof(*said->moves));
		memcpy(said->moves + said->n_moves, moves->moves,
		       moves->n_moves * sizeof(*moves->moves));
		said->n_moves += moves->n_moves;
		moves->n_moves = 0; /* they are the other's now */
		dondoc__v1__units_change_moves__free_unpacked(moves, NULL);
	}
	return true;
}

void task_rule_withdraw_units_change(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__WithdrawUnitsChange *cmd = c->body->withdraw_units_change;
	Dondoc__V1__UnitsChangeWithdrawn event = DONDOC__V1__UNITS_CHANGE_WITHDRAWN__INIT;
	Dondoc__V1__ChangeUnits *said = NULL;
	struct view_unit_change change;
	bool may = planned(c, cmd->change, &change, &said, out) &&
		   task_reason_given(out, "reason", cmd->reason);

	for (size_t i = 0; may && i < said->n_from; i++)
		may = task_actor_reaches(c, DD_COMMAND_CHANGE_UNITS, said->from[i], NULL, out);
	dondoc__v1__change_units__free_unpacked(said, NULL);
	if (!may)
		return;
	event.change = cmd->change;
	event.reason = cmd->reason;
	(void)task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_UNITS_CHANGE_WITHDRAWN, 0, "", "",
			      &event.base);
}

void task_rule_effect_units_change(const struct task_case *c, struct task_outcome *out)
{
	uint64_t sequence = c->body->effect_units_change->change;
	Dondoc__V1__ChangeUnits *said = NULL;
	struct view_unit_change change;
	char day[DD_DAY_TEXT];

	if (!planned(c, sequence, &change, &said, out))
		return;
	if (change.day > dd_day_of(c->record_us))
		task_refuse(out, REFUSAL(RANGE), "day", dd_day_iso(change.day, day), NULL);
	else if (!add_list(c, &change, said))
		task_refuse(out, REFUSAL(UNKNOWN_ENTRY), "moves_file", NULL, NULL);
	else
		task_units_effect(c, sequence, said, out);
	dondoc__v1__change_units__free_unpacked(said, NULL);
}
