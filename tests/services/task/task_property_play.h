/* task_property_play.h - the kinds of commands that are played: how often each comes, who usually
 * gives it, about what, and what chance alone does not find; and where it is played. */
#ifndef TESTS_SERVICES_TASK_PROPERTY_PLAY_H
#define TESTS_SERVICES_TASK_PROPERTY_PLAY_H

#include "tests/services/task/task_property_random.h"

/* --- what chance alone does not find -----------------------------------------------------------
 */

static inline void play_put(char **text, const char *value)
{
	if (*text != protobuf_c_empty_string)
		free(*text);
	*text = dd_strdup(value);
}

static inline void play_tune_settings(struct play *p, ProtobufCMessage *message)
{
	static const char *const settings[][2] = {
		{"approval", "on"},     {"approval", "on"},         {"approval", "off"},
		{"decide.own", "on"},   {"life.return_days", "90"}, {"life.return_days", "0"},
		{"dependencies", "on"}, {"baselines", "on"}};
	Dondoc__V1__SetSettings *said = (Dondoc__V1__SetSettings *)message;

	for (size_t i = 0; i < said->n_settings; i++) {
		const char *const *setting =
			settings[i == 0 && play_chance(p, 40) ? 6 : play_below(p, 8)];

		play_put(&said->settings[i]->name, setting[0]);
		play_put(&said->settings[i]->value, setting[1]);
		play_put(&said->settings[i]->plan, "");
		play_put(&said->settings[i]->unit, "");
	}
}

static inline void play_tune_grant(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__GrantRole *said = (Dondoc__V1__GrantRole *)message;

	play_put(&said->unit,
		 said->scope == DONDOC__V1__SCOPE__SCOPE_ALL ? "" : play_units[play_below(p, 2)]);
	said->until_day = 0;
}

/* A report whose values wait, wherever there is one. */
static inline void play_tune_resolve(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__ResolveConflict *said = (Dondoc__V1__ResolveConflict *)message;

	for (size_t i = 0; i < MODEL_RECENT; i++) {
		if (!p->model.recent[i].waits || play_chance(p, 50))
			continue;
		said->task = p->model.recent[i].subject;
		said->entry = p->model.recent[i].sequence;
	}
}

static inline void play_tune_indicator(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__SetIndicator *said = (Dondoc__V1__SetIndicator *)message;

	if (said->fields == NULL)
		return;
	play_put(&said->fields->code, "CT1");
	said->fields->removed = play_chance(p, 10);
	said->fields->task = 0;
}

static inline void play_tune_measure(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__MeasureIndicator *said = (Dondoc__V1__MeasureIndicator *)message;

	play_put(&said->code, "CT1");
	said->withdrawn = play_chance(p, 15);
}

/* Products are numbered from 1. */
static inline void play_tune_add(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__AddTask *said = (Dondoc__V1__AddTask *)message;

	if (said->task == NULL)
		return;
	for (size_t i = 0; i < said->task->n_products; i++)
		said->task->products[i]->number = (uint32_t)i + 1;
	if (play_chance(p, 70))
		play_put(&said->task->plan, p->plan);
}

static inline void play_tune_product(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__ReportProduct *said = (Dondoc__V1__ReportProduct *)message;

	said->product = 1 + (play_chance(p, 15) ? 1 : 0);
}

/* Its content is to follow: files themselves are of other tests. */
static inline void play_tune_attach(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__AttachFile *said = (Dondoc__V1__AttachFile *)message;

	said->later = play_chance(p, 90);
	said->entry = 0;
	said->product = 0;
	if (said->file != NULL)
		play_put(&said->file->name, "bao-cao.pdf");
}

/* Of a file; what is destroyed of the log itself is of other tests. */
static inline void play_tune_order(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__OrderDestruction *said = (Dondoc__V1__OrderDestruction *)message;

	(void)p;
	free(said->events);
	said->events = NULL;
	said->n_events = 0;
}

static inline void play_tune_draft(struct play *p, ProtobufCMessage *message)
{
	play_put(&((Dondoc__V1__DraftPlan *)message)->from, p->plan);
}

/* Two become one: of units that are there. */
static inline void play_tune_units(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__ChangeUnits *said = (Dondoc__V1__ChangeUnits *)message;

	if (play_chance(p, 20))
		return;
	said->kind = DONDOC__V1__UNIT_CHANGE_KIND__UNIT_MERGED;
	while (said->n_to > 1)
		dondoc__v1__unit_fields__free_unpacked(said->to[--said->n_to], NULL);
	if (said->n_to > 0)
		play_put(&said->to[0]->code, play_units[play_below(p, 5)]);
	if (said->n_to > 0)
		play_put(&said->to[0]->kind, "department");
	play_put(&said->reason, "sắp xếp lại");
	said->day = dd_day_of(dd_wall_us()) + (int32_t)play_below(p, 20);
}

/* The head says it for his own unit. */
static inline void play_tune_acknowledge(struct play *p, ProtobufCMessage *message)
{
	Dondoc__V1__AcknowledgePlan *said = (Dondoc__V1__AcknowledgePlan *)message;

	play_put(&said->unit, p->giver);
	said->own = play_chance(p, 10);
	said->persons_total = 10;
	said->persons_told = play_below(p, 12);
}

/* --- kinds of commands ------------------------------------------------------------------------ */

enum play_giver { GIVEN_BY_LEAD, GIVEN_BY_ASSIGNER, GIVEN_BY_EITHER, GIVEN_BY_ANY, GIVEN_BY_CLOCK };

static const struct play_kind {
	enum dd_command_kind kind;
	uint32_t weight;
	enum play_giver giver;
	bool (*after)(uint32_t type); /* mostly about a task of which such an event is the last of
					 its kind; NULL = any task */
	void (*tune)(struct play *p, ProtobufCMessage *message); /* NULL = as chance has made it */
} play_kinds[] = {
	{DD_COMMAND_REPORT, 30, GIVEN_BY_LEAD, NULL, NULL},
	{DD_COMMAND_REQUEST_COMPLETION, 14, GIVEN_BY_LEAD, NULL, NULL},
	{DD_COMMAND_DECIDE_COMPLETION, 14, GIVEN_BY_ASSIGNER, play_is_submission, NULL},
	{DD_COMMAND_REQUEST_EXTENSION, 10, GIVEN_BY_LEAD, NULL, NULL},
	{DD_COMMAND_DECIDE_EXTENSION, 10, GIVEN_BY_ASSIGNER, play_is_extension, NULL},
	{DD_COMMAND_ASSIGN, 5, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_RECEIVE_TASK, 4, GIVEN_BY_LEAD, NULL, NULL},
	{DD_COMMAND_REQUEST_REFUSAL, 5, GIVEN_BY_LEAD, play_is_added, NULL},
	{DD_COMMAND_DECIDE_REFUSAL, 6, GIVEN_BY_ASSIGNER, play_is_refusal, NULL},
	{DD_COMMAND_REQUEST_TRANSFER, 5, GIVEN_BY_LEAD, NULL, NULL},
	{DD_COMMAND_DECIDE_TRANSFER, 6, GIVEN_BY_ASSIGNER, play_is_transfer, NULL},
	{DD_COMMAND_PAUSE_TASK, 6, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_RESUME_TASK, 9, GIVEN_BY_ASSIGNER, play_is_pause, NULL},
	{DD_COMMAND_CANCEL_TASK, 3, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_REMOVE_TASK, 2, GIVEN_BY_ASSIGNER, play_is_added, NULL},
	{DD_COMMAND_WITHDRAW_ENTRY, 14, GIVEN_BY_LEAD, play_is_entry, NULL},
	{DD_COMMAND_REPLACE_UPDATE, 8, GIVEN_BY_LEAD, play_is_update, NULL},
	{DD_COMMAND_TAKE_BACK, 20, GIVEN_BY_ASSIGNER, play_is_decision, NULL},
	{DD_COMMAND_UNDO_GROUP, 8, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_RESOLVE_CONFLICT, 8, GIVEN_BY_EITHER, play_is_update, play_tune_resolve},
	{DD_COMMAND_PASS_ON, 4, GIVEN_BY_LEAD, NULL, NULL},
	{DD_COMMAND_DECIDE_OUTGOING, 8, GIVEN_BY_LEAD, play_is_held, NULL},
	{DD_COMMAND_REPORT_UNCHANGED, 4, GIVEN_BY_LEAD, NULL, NULL},
	{DD_COMMAND_REPORT_PRODUCT, 4, GIVEN_BY_EITHER, NULL, play_tune_product},
	{DD_COMMAND_EXPLAIN_DELAY, 6, GIVEN_BY_LEAD, NULL, NULL},
	{DD_COMMAND_DECIDE_EXPLANATION, 6, GIVEN_BY_ASSIGNER, play_is_explanation, NULL},
	{DD_COMMAND_ASK_UNIT, 5, GIVEN_BY_EITHER, NULL, NULL},
	{DD_COMMAND_ANSWER_ASK, 6, GIVEN_BY_ANY, play_is_ask, NULL},
	{DD_COMMAND_CLOSE_ASK, 5, GIVEN_BY_EITHER, play_is_answer, NULL},
	{DD_COMMAND_COMMENT, 4, GIVEN_BY_EITHER, NULL, NULL},
	{DD_COMMAND_CHANGE_MANY, 12, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_SET_PLAN, 2, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_PUBLISH_PLAN, 8, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_ACKNOWLEDGE_PLAN, 3, GIVEN_BY_ANY, NULL, play_tune_acknowledge},
	{DD_COMMAND_ADD_TASK, 5, GIVEN_BY_ASSIGNER, NULL, play_tune_add},
	{DD_COMMAND_CHANGE_TASK, 4, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_PLACE_PLAN, 3, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_RECORD_OCCURRENCE, 4, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_SET_DEPENDENCY, 6, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_SET_INDICATOR, 6, GIVEN_BY_ASSIGNER, NULL, play_tune_indicator},
	{DD_COMMAND_MEASURE_INDICATOR, 6, GIVEN_BY_EITHER, NULL, play_tune_measure},
	{DD_COMMAND_FREEZE_BASELINE, 2, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_SAVE_FILTER, 1, GIVEN_BY_ANY, NULL, NULL},
	{DD_COMMAND_SET_LABEL, 2, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_SET_AREA, 2, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_SET_SETTINGS, 8, GIVEN_BY_ASSIGNER, NULL, play_tune_settings},
	{DD_COMMAND_DECIDE_YEAR_END, 3, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_CLOSE_PLAN, 2, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_DRAFT_PLAN, 1, GIVEN_BY_ASSIGNER, NULL, play_tune_draft},
	{DD_COMMAND_SET_UNIT, 1, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_SET_ALIAS, 1, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_CHANGE_UNITS, 4, GIVEN_BY_ASSIGNER, NULL, play_tune_units},
	{DD_COMMAND_WITHDRAW_UNITS_CHANGE, 2, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_EFFECT_UNITS_CHANGE, 4, GIVEN_BY_CLOCK, NULL, NULL},
	{DD_COMMAND_SET_CHARGE, 1, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_GRANT_ROLE, 4, GIVEN_BY_ASSIGNER, NULL, play_tune_grant},
	{DD_COMMAND_REVOKE_ROLE, 1, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_SET_DEPUTY, 1, GIVEN_BY_ANY, NULL, NULL},
	{DD_COMMAND_ATTACH_FILE, 4, GIVEN_BY_EITHER, NULL, play_tune_attach},
	{DD_COMMAND_DETACH_FILE, 4, GIVEN_BY_EITHER, play_is_attached, NULL},
	{DD_COMMAND_ORDER_DESTRUCTION, 4, GIVEN_BY_ASSIGNER, NULL, play_tune_order},
	{DD_COMMAND_CONFIRM_DESTRUCTION, 4, GIVEN_BY_ASSIGNER, NULL, NULL},
	{DD_COMMAND_HAND_OVER_WORK, 1, GIVEN_BY_ASSIGNER, NULL, NULL},
};
#define PLAY_KINDS (sizeof(play_kinds) / sizeof(play_kinds[0]))

static inline const struct play_kind *play_kind(struct play *p)
{
	uint32_t sum = 0;
	uint32_t at;

	for (size_t i = 0; i < PLAY_KINDS; i++)
		sum += play_kinds[i].weight;
	at = play_below(p, sum);
	for (size_t i = 0;; i++) {
		if (at < play_kinds[i].weight)
			return &play_kinds[i];
		at -= play_kinds[i].weight;
	}
}

/* --- a command -------------------------------------------------------------------------------- */

static inline const char *play_giver_of(struct play *p, enum play_giver giver)
{
	const struct model_task *task = model_task(&p->model, p->task);
	const struct model_plan *plan = model_plan(&p->model, p->plan);
	uint64_t asked = play_event(p, play_is_ask, true);
	const struct model_event *ask = model_recent(&p->model, asked);

	if (play_chance(p, 12) || task == NULL || plan == NULL)
		return play_unit(p);
	if (giver == GIVEN_BY_EITHER)
		giver = play_chance(p, 50) ? GIVEN_BY_LEAD : GIVEN_BY_ASSIGNER;
	if (giver == GIVEN_BY_ANY)
		return asked != 0 && ask != NULL ? ask->unit : play_unit(p);
	return giver == GIVEN_BY_LEAD ? task->lead : plan->assigner;
}

static inline size_t play_principal(struct play *p, const struct play_kind *kind, const char *unit)
{
	if (kind->giver == GIVEN_BY_CLOCK)
		return PLAY_CLOCK;
	if (kind->kind >= DD_COMMAND_SET_LABEL && play_chance(p, 80))
		return PLAY_OPERATOR; /* through a gateway it takes a person with a role */
	if (strcmp(unit, "SYT") == 0 && play_chance(p, 40))
		return PLAY_SYT;
	if (strcmp(unit, "STC") == 0 && play_chance(p, 40))
		return PLAY_STC;
	if (play_chance(p, 3))
		return play_below(p, 5);
	return play_chance(p, 50) ? PLAY_OPERATOR : PLAY_GATEWAY;
}

static inline uint64_t play_task_with_products(struct play *p)
{
	for (size_t i = p->model.task_count; i > 0; i--)
		if (p->model.tasks[i - 1].products > 0 && play_chance(p, 50))
			return p->model.tasks[i - 1].id;
	return play_any_task(p);
}

static inline uint64_t play_suitable_task(struct play *p, const struct play_kind *kind)
{
	if (kind->kind == DD_COMMAND_REPORT_PRODUCT)
		return play_task_with_products(p);
	if (kind->after != NULL && play_chance(p, 75)) {
		uint32_t from = play_below(p, MODEL_RECENT);

		for (size_t i = 0; i < MODEL_RECENT; i++) {
			const struct model_event *event =
				&p->model.recent[(from + i) % MODEL_RECENT];

			if (event->subject != 0 && kind->after(event->type))
				return event->subject;
		}
	}
	return play_any_task(p);
}

/* A command of any kind, not sent yet; its number is not used up. */
static inline struct sent play_command(struct play *p, const struct play_kind *kind)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
		&dondoc__v1__command_body__descriptor, (unsigned)kind->kind);
	Dondoc__V1__CommandBody *body = dd_alloc(sizeof(*body));
	Dondoc__V1__Base *base = dd_alloc(sizeof(*base));
	Dondoc__V1__Actor *actor = dd_alloc(sizeof(*actor));
	const struct model_task *task;
	struct sent sent = {0};
	ProtobufCMessage *said;
	size_t who;

	p->task = play_suitable_task(p, kind);
	task = model_task(&p->model, p->task);
	p->plan = task != NULL && play_chance(p, 90) ? task->plan : play_plan(p);
	p->giver = play_giver_of(p, kind->giver);
	dondoc__v1__command_body__init(body);
	dondoc__v1__base__init(base);
	dondoc__v1__actor__init(actor);
	actor->unit = dd_strdup(p->giver);
	if (play_chance(p, kind->kind >= DD_COMMAND_ORDER_DESTRUCTION ? 80 : 20))
		actor->person = play_bytes(p, "person");
	base->task_version = task != NULL && play_chance(p, 75) ? task->last : 0;
	body->actor = actor;
	body->based_on = base;
	body->fact_us = dd_wall_us();
	body->action_case = (Dondoc__V1__CommandBody__ActionCase)kind->kind;
	said = play_message(p, field->descriptor, 0);
	if (kind->tune != NULL)
		kind->tune(p, said);
	/* All members of the oneof are pointers in one place. */
	memcpy((uint8_t *)body + field->offset, (void *)&said, sizeof(said));
	who = play_principal(p, kind, actor->unit);
	sent.who = &play_principals[who];
	sent.stream = (char)('a' + play_below(p, PLAY_STREAMS));
	sent_body(&sent, body);
	dondoc__v1__command_body__free_unpacked(body, NULL);
	return sent;
}

/* Give it the next number of its stream, and send it. */
static inline uint64_t play_send(struct play *p, struct sent *sent)
{
	size_t who = (size_t)(sent->who - play_principals);

	sent->number = ++p->numbers[who][sent->stream - 'a'];
	return hall_submit(p->hall, sent);
}

/* --- where it is played ----------------------------------------------------------------------- */

#define PLAY_SHEET_P                                                                               \
	HALL_HEAD "1,0,Việc một,SYT,STC,,2026-06-30,once\n"                                    \
		  "2,1,Việc hai,STC,,,,continuous\n"                                             \
		  "3,1,Việc ba,SNV,SYT,,2026-03-05,once\n"                                       \
		  "4,2,Việc bốn,SYT,,,2026-02-20,once\n"
#define PLAY_SHEET_Q                                                                               \
	HALL_HEAD "1,0,Việc một,SYT,,,2026-03-10,once\n"                                       \
		  "2,2,Việc hai,STC,SNV,,2026-04-01,once\n"
#define PLAY_UNITS                                                                                 \
	HALL_UNITS "SNV,Sở Nội vụ,department,HN\n"                                           \
		   "SYT-P1,Phòng Kế hoạch,department,SYT\n"

#define PLAY_AREAS "area,name,name_en\n1,Thể chế,Institutions\n2,Thủ tục,Procedures\n"

static inline void play_import(struct play *p, uint64_t number, const char *code,
			       const char *assigner, const char *tasks)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ImportPlan import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	struct sent sent = {.who = &hall_operator, .stream = 'I', .number = number};
	uint8_t units_hash[DD_HASH_LEN], areas_hash[DD_HASH_LEN], tasks_hash[DD_HASH_LEN];

	hall_put(p->hall, PLAY_UNITS, units_hash);
	hall_put(p->hall, PLAY_AREAS, areas_hash);
	hall_put(p->hall, tasks, tasks_hash);
	plan.code = text_of(code);
	plan.title = text_of("Kế hoạch thử");
	plan.assigner_unit = text_of(assigner);
	import.plan = &plan;
	import.units_file = (ProtobufCBinaryData){.len = DD_HASH_LEN, .data = units_hash};
	import.areas_file = (ProtobufCBinaryData){.len = DD_HASH_LEN, .data = areas_hash};
	import.tasks_file = (ProtobufCBinaryData){.len = DD_HASH_LEN, .data = tasks_hash};
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &import;
	sent_body(&sent, &body);
	assert_int_equal(hall_do(p->hall, &sent)->outcome, OUTCOME(ACCEPTED));
}

static inline void play_open(struct play *p, struct hall *hall, uint64_t seed)
{
	memset(&p->model, 0, sizeof(p->model));
	memset(p->numbers, 0, sizeof(p->numbers));
	p->hall = hall;
	p->model.hall = hall;
	p->model.tell = getenv("DONDOC_SEED") != NULL && getenv("DONDOC_TELL") != NULL;
	p->random = seed * UINT64_C(0x2545F4914F6CDD1D);
	play_import(p, 1, "P", "HN", PLAY_SHEET_P);
	play_import(p, 2, "Q", "STC", PLAY_SHEET_Q);
	model_follow(&p->model);
}

#endif
