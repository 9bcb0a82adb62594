/* notify_draft.c - see notify_draft.h. */
#include "services/notification/notify_draft.h"

#include "common/base/alloc.h"
#include "common/domain/notice_id.h"
#include "common/view/view_notice.h"
#include "dondoc/v1/command.pb-c.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int notify_draft_add(void *arg, const Dondoc__V1__TaskRow *row)
{
	struct notify_draft *draft = arg;
	const struct notify_context *context = draft->context;
	struct notify_draft_item *item;
	int step;

	if (!notify_plan_due(context, row, &step))
		return 0;
	if (draft->count == draft->cap) {
		draft->cap = draft->cap > 0 ? draft->cap * 2 : 16;
		draft->items = dd_realloc(draft->items, draft->cap * sizeof(*draft->items));
	}
	item = &draft->items[draft->count++];
	item->task = row->id;
	item->step = step;
	item->row = (struct notify_row){
		.plan = dd_strdup(row->fields->plan),
		.code = dd_strdup(row->fields->code),
		.content = dd_strdup(row->fields->content),
		.due_day = row->due_day,
		.days_left =
			dd_calendar_between(view_calendars_of(context->calendars, row->lead_unit),
					    context->today, row->due_day),
		.state = (enum dd_task_state)row->state,
	};
	return 0;
}

void notify_draft_fini(struct notify_draft *draft)
{
	for (size_t i = 0; i < draft->count; i++) {
		free((char *)draft->items[i].row.plan);
		free((char *)draft->items[i].row.code);
		free((char *)draft->items[i].row.content);
	}
	free(draft->items);
	memset(draft, 0, sizeof(*draft));
}

static int by_urgency(const void *a, const void *b)
{
	const struct notify_draft_item *x = a, *y = b;

	if (x->row.due_day != y->row.due_day)
		return x->row.due_day < y->row.due_day ? -1 : 1;
	return x->task < y->task ? -1 : x->task > y->task;
}

/* --- the letter ------------------------------------------------------------------------------ */

static void render(const struct notify_draft *draft, size_t count, struct notify_content *content)
{
	const struct notify_context *context = draft->context;
	struct notify_row rows[DD_DIGEST_INTENTS_MAX];
	struct view_unit unit;
	struct notify_letter letter = {
		.unit_name = draft->unit,
		.day = context->today,
		.rows = rows,
		.count = count,
		.waiting = draft->count - count,
		.report_to = context->policy->report_to,
		.as_of_sequence = view_position(context->view)->sequence,
		.english = context->english != NULL && context->english(context->arg, draft->unit),
		.trial = context->trial,
	};

	if (view_unit(context->view, false, draft->unit, &unit) == 0 && unit.name[0] != '\0')
		letter.unit_name = unit.name;
	for (size_t i = 0; i < count; i++)
		rows[i] = draft->items[i].row;
	notify_render(&letter, content);
}

/* --- the command ----------------------------------------------------------------------------- */

struct sheet {
	Dondoc__V1__Intent intents[DD_DIGEST_INTENTS_MAX];
	Dondoc__V1__Intent *list[DD_DIGEST_INTENTS_MAX];
};

static struct dd_intent intent_of(const Dondoc__V1__Intent *intent)
{
	return (struct dd_intent){.rule = intent->rule,
				  .task = intent->task,
				  .due_day = intent->due_day,
				  .step = intent->step};
}

static int by_intent(const void *a, const void *b)
{
	Dondoc__V1__Intent *const *x = a;
	Dondoc__V1__Intent *const *y = b;
	const struct dd_intent first = intent_of(*x), second = intent_of(*y);

	return dd_intent_compare(&first, &second);
}

static void fill_intents(const struct notify_draft *draft, size_t count, struct sheet *sheet)
{
	for (size_t i = 0; i < count; i++) {
		const struct notify_draft_item *item = &draft->items[i];

		dondoc__v1__intent__init(&sheet->intents[i]);
		sheet->intents[i].rule = (char *)dd_reminder_rule(item->step);
		sheet->intents[i].task = item->task;
		sheet->intents[i].due_day = item->row.due_day;
		sheet->intents[i].step = item->step;
		sheet->list[i] = &sheet->intents[i];
	}
	qsort(sheet->list, count, sizeof(void *), by_intent);
}

bool notify_plan_id(const Dondoc__V1__PlanDigest *plan, uint8_t out[DD_HASH_LEN])
{
	uint8_t ids[DD_DIGEST_INTENTS_MAX][DD_HASH_LEN];

	if (plan->n_intents == 0 || plan->n_intents > DD_DIGEST_INTENTS_MAX)
		return false;
	for (size_t i = 0; i < plan->n_intents; i++) {
		const struct dd_intent intent = intent_of(plan->intents[i]);

		if (i > 0) {
			const struct dd_intent before = intent_of(plan->intents[i - 1]);

			if (dd_intent_compare(&before, &intent) >= 0)
				return false;
		}
		dd_intent_id(intent.rule, intent.task, intent.due_day, intent.step, plan->unit,
			     ids[i]);
	}
	dd_digest_id(plan->unit, plan->day, (const uint8_t(*)[DD_HASH_LEN])ids, plan->n_intents,
		     out);
	return true;
}

static void pack(const Dondoc__V1__PlanDigest *plan, struct notify_digest *digest)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	const bool sound = notify_plan_id(plan, digest->id);

	assert(sound);
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_PLAN_DIGEST;
	body.plan_digest = (Dondoc__V1__PlanDigest *)plan;
	dd_buf_clear(&digest->body);
	digest->body.len = dondoc__v1__command_body__pack(
		&body,
		dd_buf_reserve(&digest->body, dondoc__v1__command_body__get_packed_size(&body)));
}

void notify_draft_finish(struct notify_draft *draft, struct notify_digest *digest_out)
{
	const size_t count =
		draft->count < DD_DIGEST_INTENTS_MAX ? draft->count : DD_DIGEST_INTENTS_MAX;
	struct sheet *sheet = dd_alloc(sizeof(*sheet));
	struct notify_content content = {{0}, {0}, {0}};
	Dondoc__V1__PlanDigest plan = DONDOC__V1__PLAN_DIGEST__INIT;

	assert(count > 0);
	qsort(draft->items, draft->count, sizeof(draft->items[0]), by_urgency);
	render(draft, count, &content);
	fill_intents(draft, count, sheet);
	plan.unit = (char *)draft->unit;
	plan.day = draft->context->today;
	plan.intents = sheet->list;
	plan.n_intents = count;
	plan.as_of_sequence = view_position(draft->context->view)->sequence;
	plan.subject = (char *)content.subject.data;
	plan.text = (char *)content.text.data;
	plan.html = (char *)content.html.data;
	pack(&plan, digest_out);
	notify_content_fini(&content);
	free(sheet);
}
