/* task_rules_year.c - the year's end: each open task carried over, merged, ended or kept, and the
 * plan closed. */
#include "dondoc/v1/query.pb-c.h"
#include "services/task/task_plan.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/domain/unit_code.h"
#include "common/domain/year_end.h"

#define ROWS_MAX        1000u
#define CHAIN_MAX       50u
#define REFUSAL(name)   DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define EVENT(name)     DONDOC__V1__EVENT_TYPE__EVENT_##name
#define YEAR_END(name)  DONDOC__V1__YEAR_END_KIND__YEAR_END_##name
#define TASK_FLAG(name) DONDOC__V1__TASK_FLAG__TASK_FLAG_##name

struct deciding {
	const struct task_case *c;
	const Dondoc__V1__DecideYearEnd *cmd;
	struct task_outcome *out;
	const Dondoc__V1__YearEndRow *row;
	struct view_task task;
	Dondoc__V1__TaskFields *fields; /* owned */
};

static bool no(struct deciding *d, Dondoc__V1__RefusalCode code, const char *a, const char *b)
{
	return task_refused(d->out, code, a, b);
}

/* Open work: what stands for others (a heading, a fan-out, a recurring task) is not decided. */
static bool to_decide(const struct view_task *task)
{
	return task->group == 0 && (task->flags & (TASK_FLAG(REMOVED) | TASK_FLAG(FAN_OUT))) == 0 &&
	       task->state != DONDOC__V1__TASK_STATE__TASK_COMPLETED &&
	       task->state != DONDOC__V1__TASK_STATE__TASK_CARRIED_OVER &&
	       task->state != DONDOC__V1__TASK_STATE__TASK_CANCELLED;
}

/* --- one row ------------------------------------------------------------------------------------
 */

static bool add_carried(struct deciding *d, const char *code)
{
	Dondoc__V1__TaskCarried event = DONDOC__V1__TASK_CARRIED__INIT;
	const Dondoc__V1__YearEndRow *row = d->row;

	event.kind = row->kind;
	event.merged_into = row->kind == YEAR_END(MERGE) ? row->into : 0;
	event.reason = row->reason;
	event.document = d->cmd->document;
	if (row->kind == YEAR_END(CARRY)) {
		event.to_plan = d->cmd->next_plan;
		event.to_code = (char *)code;
	}
	return task_effect_add(d->out, EVENT(TASK_CARRIED), row->task, d->task.lead_unit, NULL,
			       &event.base);
}

/* The same task under its new number; progress begins anew, the chain tells what was. */
static bool add_next(struct deciding *d, const char *code)
{
	Dondoc__V1__TaskAdded event = DONDOC__V1__TASK_ADDED__INIT;
	Dondoc__V1__TaskFields *old = d->fields, next = *old;
	struct dd_chain chain = {old->chain_first_due_day, old->chain_slips};
	char *codes[CHAIN_MAX], link[128];
	size_t count = old->n_chain_codes < CHAIN_MAX ? old->n_chain_codes : CHAIN_MAX - 1;
	uint64_t parent;

	chain = dd_chain_carry(chain, d->task.first_due_day, d->task.extensions_granted);
	if (count > 0)
		memcpy(codes, old->chain_codes, count * sizeof(*codes));
	snprintf(link, sizeof(link), "%s/%s", d->task.plan, old->code);
	codes[count++] = link;
	next.plan = d->cmd->next_plan;
	next.code = (char *)code;
	next.lead_unit = d->task.lead_unit;
	next.due_day = d->row->due_day;
	next.start_day = 0;
	next.carried_from = d->row->task;
	next.chain_codes = codes;
	next.n_chain_codes = count;
	next.chain_first_due_day = chain.first_due_day;
	next.chain_slips = chain.slips;
	next.instance_of = 0;
	if (view_task_by_code(d->c->view, true, next.plan, next.parent, &parent) != DD_OK)
		next.parent = (char *)protobuf_c_empty_string;
	event.task = &next;
	event.document = d->cmd->document;
	return task_effect_add(d->out, EVENT(TASK_ADDED), 0, next.lead_unit, NULL, &event.base);
}

static bool code_taken_above(const struct deciding *d, const char *code)
{
	for (size_t i = 0; d->cmd->rows[i] != d->row; i++) {
		if (d->cmd->rows[i]->kind == YEAR_END(CARRY) &&
		    strcmp(d->cmd->rows[i]->code, code) == 0)
			return true;
	}
	return false;
}

static bool carry(struct deciding *d)
{
	const char *code = d->row->code[0] != '\0' ? d->row->code : d->fields->code;
	int32_t today = dd_day_of(d->c->record_us);
	char day[DD_DAY_TEXT];
	uint64_t owner;

	if (!dd_task_code_valid(code))
		return no(d, REFUSAL(RANGE), "code", code);
	if (code_taken_above(d, code) ||
	    view_task_by_code(d->c->view, true, d->cmd->next_plan, code, &owner) == DD_OK)
		return no(d, REFUSAL(DUPLICATE), code, d->cmd->next_plan);
	if (d->task.due_day != 0 && d->row->due_day == 0)
		return no(d, REFUSAL(MISSING), "due_day", d->fields->code);
	if (d->row->due_day != 0 && (d->row->due_day < today || d->row->due_day > today + 10980))
		return no(d, REFUSAL(RANGE), "due_day", dd_day_iso(d->row->due_day, day));
	return add_carried(d, code) && add_next(d, code);
}

static bool merge(struct deciding *d)
{
	struct view_task into;
	char number[24];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)d->row->into);
	if (d->row->into == d->row->task ||
	    view_task(d->c->view, true, d->row->into, &into) != DD_OK || !to_decide(&into))
		return no(d, REFUSAL(UNKNOWN_TASK), number, "into");
	return task_plan_writable(d->c, into.plan, d->out) && add_carried(d, "");
}

static bool keep(struct deciding *d)
{
	Dondoc__V1__TaskKept event = DONDOC__V1__TASK_KEPT__INIT;

	if (!task_reason_given(d->out, "reason", d->row->reason))
		return false;
	event.reason = d->row->reason;
	event.document = d->cmd->document;
	return task_effect_add(d->out, EVENT(TASK_KEPT), d->row->task, d->task.lead_unit, NULL,
			       &event.base);
}

static bool decide_row(struct deciding *d)
{
	switch (d->row->kind) {
	case YEAR_END(CARRY):
		return carry(d);
	case YEAR_END(MERGE):
		return merge(d);
	case YEAR_END(END):
		return task_reason_given(d->out, "reason", d->row->reason) && add_carried(d, "");
	case YEAR_END(KEEP):
		return keep(d);
	default:
		return no(d, REFUSAL(MISSING), "kind", d->fields->code);
	}
}

static bool find_row(struct deciding *d)
{
	char number[24];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)d->row->task);
	if (view_task(d->c->view, true, d->row->task, &d->task) != DD_OK ||
	    strcmp(d->task.plan, d->cmd->plan) != 0)
		return no(d, REFUSAL(UNKNOWN_TASK), number, NULL);
	if (!to_decide(&d->task))
		return no(d, REFUSAL(STATE), dd_task_state_name((enum dd_task_state)d->task.state),
			  "year_end");
	for (size_t i = 0; d->cmd->rows[i] != d->row; i++) {
		if (d->cmd->rows[i]->task == d->row->task)
			return no(d, REFUSAL(DUPLICATE), number, NULL);
	}
	d->fields = task_fields_of(d->c, d->row->task);
	return d->fields != NULL || no(d, REFUSAL(UNKNOWN_TASK), number, NULL);
}

/* --- all rows
 * ------------------------------------------------------------------------------------- */

static bool next_plan_fits(const struct task_case *c, const Dondoc__V1__DecideYearEnd *cmd,
			   struct task_outcome *out)
{
	struct view_plan next;

	for (size_t i = 0; i < cmd->n_rows; i++) {
		if (cmd->rows[i]->kind != YEAR_END(CARRY))
			continue;
		if (strcmp(cmd->plan, cmd->next_plan) == 0)
			return task_refused(out, REFUSAL(UNKNOWN_PLAN), cmd->next_plan, NULL);
		return task_plan_may(c, DD_COMMAND_DECIDE_YEAR_END, cmd->next_plan, &next, out) &&
		       task_plan_writable(c, cmd->next_plan, out);
	}
	return true;
}

void task_rule_decide_year_end(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__DecideYearEnd *cmd = c->body->decide_year_end;
	struct view_plan plan;
	bool fine = true;

	if (!task_plan_may(c, DD_COMMAND_DECIDE_YEAR_END, cmd->plan, &plan, out) ||
	    !task_plan_writable(c, cmd->plan, out) || !next_plan_fits(c, cmd, out))
		return;
	if (cmd->n_rows == 0 || cmd->n_rows > ROWS_MAX) {
		task_refuse(out, cmd->n_rows == 0 ? REFUSAL(MISSING) : REFUSAL(TOO_LARGE), "rows",
			    "1000", NULL);
		return;
	}
	for (size_t i = 0; fine && i < cmd->n_rows; i++) {
		struct deciding d = {.c = c, .cmd = cmd, .out = out, .row = cmd->rows[i]};

		fine = find_row(&d) && decide_row(&d);
		dondoc__v1__task_fields__free_unpacked(d.fields, NULL);
	}
	if (!fine)
		return;
	out->group = "year-end";
	snprintf(out->group_plan, sizeof(out->group_plan), "%s", cmd->plan);
}

/* --- closing
 * ---------------------------------------------------------------------------------------- */

struct open_tasks {
	uint32_t undecided;
	uint32_t kept;
};

static bool count_open(void *arg, const struct view_task *task)
{
	struct open_tasks *open = arg;
	bool recurring = (task->flags & TASK_FLAG(RECURRING)) != 0 && task->due_day == 0;

	if (!to_decide(task))
		return true;
	if ((task->flags & TASK_FLAG(KEPT)) != 0)
		open->kept++;
	else if (!recurring)
		open->undecided++;
	return true;
}

void task_rule_close_plan(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__PlanClosed event = DONDOC__V1__PLAN_CLOSED__INIT;
	Dondoc__V1__ClosePlan *cmd = c->body->close_plan;
	struct open_tasks open = {0};
	struct view_plan plan;
	char count[16];

	if (!task_plan_may(c, DD_COMMAND_CLOSE_PLAN, cmd->plan, &plan, out) ||
	    !task_plan_writable(c, cmd->plan, out) ||
	    !task_reason_given(out, "reason", cmd->reason))
		return;
	task_plan_walk(c, cmd->plan, count_open, &open);
	if (open.undecided > 0) {
		snprintf(count, sizeof(count), "%u", open.undecided);
		task_refuse(out, REFUSAL(UNDECIDED), count, NULL, NULL);
		return;
	}
	event.said = cmd;
	event.kept = open.kept;
	task_effect_add(out, EVENT(PLAN_CLOSED), 0, "", NULL, &event.base);
}
