/* notify_draft.c - see notify_draft.h. */
#include "services/notification/notify_draft.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/domain/notice_id.h"
#include "services/notification/notify_units.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- rows ------------------------------------------------------------------------------------ */

static int32_t day_of_us(int64_t us)
{
	return us != 0 ? dd_day_of(us) : 0;
}

/* What the rule counts from. */
static int32_t since_of(const struct notify_say *say, const struct sheet_row *row)
{
	switch (say->kind) {
	case DD_RULE_WAITING:
	case DD_RULE_EVIDENCE:
	case DD_RULE_NOT_RECEIVED:
	case DD_RULE_PROMISE:
		return say->anchor;
	default:
		return day_of_us(row->reported_us);
	}
}

static int percent_of_time(const struct sheet_row *row, int32_t today)
{
	const int32_t first = row->start_day != 0 ? row->start_day : row->assigned_day;

	if (first == 0 || row->due_day <= first || today <= first)
		return 0;
	if (today >= row->due_day)
		return 100;
	return (int)((int64_t)(today - first) * 100 / (row->due_day - first));
}

/* Texts that names do not hold; owned by the row. */
static void read_texts(const struct notify_context *context, const struct sheet_row *from,
		       struct notify_row *row)
{
	struct view *view = notify_scene_view(context->scene);
	Dondoc__V1__TaskFields *fields = NULL;
	const uint8_t *bytes;
	size_t len;

	if (view_task_fields(view, false, from->id, &bytes, &len) == 0)
		fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);
	row->plan = dd_strdup(notify_scene_plan(context->scene, from)->code);
	row->code = dd_strdup(fields != NULL ? fields->code : "");
	row->content = dd_strdup(fields != NULL ? fields->content : "");
	if (fields != NULL)
		dondoc__v1__task_fields__free_unpacked(fields, NULL);
}

/* The lead's name where another reads it. */
static char *lead_name(const struct notify_draft *draft, const char *code)
{
	struct view *view = notify_scene_view(draft->context->scene);
	struct view_unit unit;

	if (strcmp(code, draft->unit) == 0)
		return NULL;
	if (view_unit(view, false, code, &unit) == 0 && unit.name[0] != '\0')
		return dd_strdup(unit.name);
	return dd_strdup(code);
}

/* Who is asked, or mentioned, may be a unit that does not read the task. */
static bool reads(const struct notify_draft *draft, const struct notify_say *say,
		  const struct sheet_row *row)
{
	struct notify_scene *scene = draft->context->scene;
	const struct sheet *sheet = notify_scene_sheet(scene);
	const uint32_t *names = sheet_coordinating(sheet, row);

	if (say->kind != DD_RULE_ASKED && say->kind != DD_RULE_MENTIONED)
		return true;
	for (uint16_t i = 0; i < row->coordinating; i++)
		if (strcmp(sheet_text(sheet, names[i]), draft->unit) == 0)
			return true;
	return strcmp(notify_scene_lead(scene, row)->code, draft->unit) == 0 ||
	       strcmp(notify_scene_plan(scene, row)->assigner, draft->unit) == 0;
}

static void fill_row(const struct notify_draft *draft, const struct notify_say *say,
		     const struct sheet_row *from, struct notify_row *row)
{
	struct notify_scene *scene = draft->context->scene;
	const int32_t today = notify_scene_today(scene);
	const struct notify_unit *lead = notify_scene_lead(scene, from);

	read_texts(draft->context, from, row);
	if (!reads(draft, say, from))
		((char *)row->content)[0] = '\0';
	row->lead = lead_name(draft, lead->code);
	row->rule = say->kind;
	row->silent = notify_scene_silent(scene, from);
	row->due_day = from->due_day;
	if (from->due_day != 0)
		row->days_left = dd_calendar_between(lead->calendar, today, from->due_day);
	row->state = (enum dd_task_state)from->state;
	row->since_day = since_of(say, from);
	row->percent = from->percent;
	row->percent_time = percent_of_time(from, today);
}

void notify_draft_add(struct notify_draft *draft, const struct notify_say *say,
		      const struct sheet_row *row)
{
	struct notify_draft_item *item;

	if (draft->count == draft->cap) {
		draft->cap = draft->cap > 0 ? draft->cap * 2 : 16;
		draft->items = dd_realloc(draft->items, draft->cap * sizeof(*draft->items));
	}
	item = &draft->items[draft->count++];
	memset(item, 0, sizeof(*item));
	item->say = *say;
	item->today = notify_scene_today(draft->context->scene);
	if (row != NULL)
		fill_row(draft, say, row, &item->row);
	else
		notify_units_row(draft->context->scene, say, draft->unit, &item->row);
}

void notify_draft_fini(struct notify_draft *draft)
{
	for (size_t i = 0; i < draft->count; i++) {
		free((char *)draft->items[i].row.plan);
		free((char *)draft->items[i].row.code);
		free((char *)draft->items[i].row.content);
		free((char *)draft->items[i].row.lead);
	}
	free(draft->items);
	memset(draft, 0, sizeof(*draft));
}

static int by_urgency(const void *a, const void *b)
{
	const struct notify_draft_item *x = a, *y = b;
	const int rows = notify_row_compare(&x->row, &y->row, x->today);

	if (rows != 0 || x->say.task != y->say.task)
		return rows != 0 ? rows : x->say.task < y->say.task ? -1 : 1;
	return strcmp(x->say.rule, y->say.rule);
}

/* A summary makes the message of its day one. */
static Dondoc__V1__DigestKind kind_of(const struct notify_draft *draft, size_t count)
{
	Dondoc__V1__DigestKind kind = DONDOC__V1__DIGEST_KIND__DIGEST_OF_DAY;

	if (draft->items[0].say.kind == DD_RULE_SUPERIOR)
		return DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR;
	if (draft->immediate)
		return DONDOC__V1__DIGEST_KIND__DIGEST_IMMEDIATE;
	for (size_t i = 0; i < count; i++) {
		if (draft->items[i].say.kind == DD_RULE_FIRST)
			return DONDOC__V1__DIGEST_KIND__DIGEST_FIRST;
		if (draft->items[i].say.kind == DD_RULE_SILENCE_OVER)
			kind = DONDOC__V1__DIGEST_KIND__DIGEST_SILENCE_OVER;
	}
	return kind;
}

/* --- the letter ------------------------------------------------------------------------------ */

/* The plan whose beginning a first summary is; false: it is that of several. */
static bool first_plan(const struct notify_draft *draft, size_t count, struct view_plan *plan_out)
{
	const char *plan = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct notify_draft_item *item = &draft->items[i];

		if (item->say.kind != DD_RULE_FIRST)
			continue;
		if (plan != NULL && strcmp(plan, item->row.plan) != 0)
			return false;
		plan = item->row.plan;
	}
	return plan != NULL &&
	       view_plan(notify_scene_view(draft->context->scene), false, plan, plan_out) == 0;
}

static bool somebody(const uint8_t person[16])
{
	static const uint8_t nobody[16];

	return memcmp(person, nobody, sizeof(nobody)) != 0;
}

/* The position for which a person reads it; his name is in no event. */
static void address(const struct notify_draft *draft, struct notify_letter *letter)
{
	const struct notify_say *say = &draft->items[0].say;

	if (!somebody(say->person))
		return;
	if (say->rung == DONDOC__V1__RUNG_TO__RUNG_TO_HEAD)
		letter->reader = letter->english ? "Head of the unit" : "Thủ trưởng đơn vị";
	else
		letter->reader = letter->english ? "Leader in charge" : "Lãnh đạo phụ trách";
	letter->deputy = somebody(say->deputy_for);
}

static void render(const struct notify_draft *draft, size_t count, struct notify_content *content)
{
	const struct notify_context *context = draft->context;
	struct view *view = notify_scene_view(context->scene);
	struct notify_row rows[DD_DIGEST_INTENTS_MAX];
	struct view_unit unit;
	struct notify_letter letter = {
		.kind = (enum notify_letter_kind)kind_of(draft, count),
		.unit_name = draft->unit,
		.day = notify_scene_today(context->scene),
		.rows = rows,
		.count = count,
		.waiting = draft->count - count,
		.report_to = context->policy->report_to,
		.as_of_sequence = view_position(view)->sequence,
		.english = context->english != NULL && context->english(context->arg, draft->unit),
		.trial = context->trial,
		.templates = context->templates,
	};
	struct dd_buf link = {0};
	struct view_plan plan;

	if (letter.kind == NOTIFY_LETTER_SUPERIOR)
		address(draft, &letter);
	if (first_plan(draft, count, &plan) && plan.title[0] != '\0')
		letter.plan_name = plan.title;
	if (context->console_url != NULL) {
		notify_link(&link, context->console_url, draft->unit);
		letter.url = dd_buf_cstr(&link);
	}
	if (view_unit(view, false, draft->unit, &unit) == 0 && unit.name[0] != '\0')
		letter.unit_name = unit.name;
	for (size_t i = 0; i < count; i++)
		rows[i] = draft->items[i].row;
	notify_render(&letter, content);
	dd_buf_fini(&link);
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
		sheet->intents[i].rule = (char *)item->say.rule;
		sheet->intents[i].task = item->say.task;
		sheet->intents[i].due_day = item->say.anchor;
		sheet->intents[i].step = item->say.step;
		sheet->list[i] = &sheet->intents[i];
	}
	qsort(sheet->list, count, sizeof(void *), by_intent);
}

bool notify_plan_id(const Dondoc__V1__PlanDigest *plan, uint8_t out[DD_HASH_LEN])
{
	uint8_t ids[DD_DIGEST_INTENTS_MAX][DD_HASH_LEN];

	const char *to;
	char text[DD_RECIPIENT_TEXT];

	if (plan->n_intents == 0 || plan->n_intents > DD_DIGEST_INTENTS_MAX ||
	    (plan->person.len != 0 && plan->person.len != DD_ID_LEN) ||
	    (plan->deputy_for.len != 0 && plan->deputy_for.len != DD_ID_LEN))
		return false;
	to = view_plan_recipient(plan, text);
	for (size_t i = 0; i < plan->n_intents; i++) {
		const struct dd_intent intent = intent_of(plan->intents[i]);

		if (i > 0) {
			const struct dd_intent before = intent_of(plan->intents[i - 1]);

			if (dd_intent_compare(&before, &intent) >= 0)
				return false;
		}
		dd_intent_id(intent.rule, intent.task, intent.due_day, intent.step, to, ids[i]);
	}
	dd_digest_id_of(plan->kind, to, plan->day, (const uint8_t(*)[DD_HASH_LEN])ids,
			plan->n_intents, out);
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

static ProtobufCBinaryData id_of(uint8_t person[16])
{
	return (ProtobufCBinaryData){.data = person, .len = somebody(person) ? DD_ID_LEN : 0};
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
	plan.day = notify_scene_today(draft->context->scene);
	plan.kind = kind_of(draft, count);
	plan.person = id_of(draft->items[0].say.person);
	plan.deputy_for = id_of(draft->items[0].say.deputy_for);
	plan.intents = sheet->list;
	plan.n_intents = count;
	plan.as_of_sequence = view_position(notify_scene_view(draft->context->scene))->sequence;
	plan.subject = (char *)content.subject.data;
	plan.text = (char *)content.text.data;
	plan.html = (char *)content.html.data;
	pack(&plan, digest_out);
	(void)snprintf(digest_out->unit, sizeof(digest_out->unit), "%s", draft->unit);
	notify_content_fini(&content);
	free(sheet);
}
