/* view_query_people.c - roles, rights, and what a person leaves behind. */
#include "common/domain/unit_life.h"
#include "common/view/view_answer.h"
#include "common/view/view_unit.h"
#include <stdio.h>
#include <string.h>

#define HANDOVER_ROWS 200u

static int32_t day_of(struct answering *answering, int32_t asked)
{
	return asked != 0 ? asked : answering->context->today;
}

static uint64_t last_number(const struct answer_walk *walk)
{
	const uint8_t *at = walk->key.data;

	return walk->key.len > 8 ? dd_key_get_u64(at + walk->key.len - 8) : 0;
}

/* --- roles ----------------------------------------------------------------------------------- */

/* What a list asks for. */
struct people {
	struct answering *answering;
	const Dondoc__V1__ListPeople *list;
	int32_t day;
	struct answer_rows grants, deputies;
};

static bool find_grant(struct answering *answering, const uint8_t person[16], uint64_t id,
		       struct view_grant *out)
{
	struct view_grant grants[VIEW_GRANTS_MAX];
	size_t count;

	if (view_grants(answering->view, false, person, grants, &count) != DD_OK)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (grants[i].id == id) {
			*out = grants[i];
			return true;
		}
	}
	return false;
}

static void add_grant(struct people *people, uint64_t id, const struct dd_val *val)
{
	ProtobufCAllocator allocator = answer_allocator(people->answering);
	Dondoc__V1__GrantRow *row;
	Dondoc__V1__GrantRole *said =
		dondoc__v1__grant_role__unpack(&allocator, val->len, val->data);
	struct view_grant now;

	if (!said || said->person.len != 16 ||
	    !find_grant(people->answering, said->person.data, id, &now))
		return;
	if (people->list->person.len != 0 &&
	    (people->list->person.len != 16 ||
	     memcmp(people->list->person.data, said->person.data, 16) != 0))
		return;
	said->until_day = now.until_day; /* handed over: ended sooner */
	row = pool_alloc(&people->answering->pool, sizeof(*row));
	dondoc__v1__grant_row__init(row);
	row->grant = id;
	row->said = said;
	row->revoked_by = now.revoked_by;
	row->in_force =
		now.revoked_by == 0 && dd_unit_valid(now.from_day, now.until_day, people->day);
	if (row->in_force || people->list->with_past)
		answer_rows_add(people->answering, &people->grants, row);
}

static int walk_grants(struct people *people)
{
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	dd_key_begin(&key, VIEW_GRANT_BY_UNIT);
	if (people->list->unit[0] != '\0')
		dd_key_text(&key, people->list->unit);
	rc = answer_walk_open(people->answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk))
		add_grant(people, last_number(&walk), &walk.val);
	answer_walk_close(&walk);
	return walk.rc;
}

static bool has_person(const struct answer_rows *persons, const uint8_t *person)
{
	for (size_t i = 0; i < persons->count; i++) {
		if (memcmp(persons->items[i], person, 16) == 0)
			return true;
	}
	return false;
}

int answer_unit_persons(struct answering *answering, const char *unit,
			struct answer_rows *persons_out)
{
	Dondoc__V1__ListPeople list = DONDOC__V1__LIST_PEOPLE__INIT;
	struct people people = {.answering = answering, .list = &list};
	int rc;

	list.unit = (char *)unit; /* only read */
	people.day = answering->context->today;
	*persons_out = (struct answer_rows){0};
	rc = walk_grants(&people);
	for (size_t i = 0; i < people.grants.count; i++) {
		const Dondoc__V1__GrantRow *row = people.grants.items[i];

		if (!has_person(persons_out, row->said->person.data))
			answer_rows_add(answering, persons_out, row->said->person.data);
	}
	return rc;
}

/* --- deputies -------------------------------------------------------------------------------- */

static bool same(const ProtobufCBinaryData *a, const ProtobufCBinaryData *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Deputies of those whose roles are listed; of a person asked for, also those for whom he stands
 * in. A person without roles in the unit asked for is not that unit's to ask about. */
static bool deputy_wanted(const struct people *people, const Dondoc__V1__SetDeputy *said)
{
	if (people->list->unit[0] != '\0' && people->grants.count == 0)
		return false;
	if (people->list->person.len != 0)
		return same(&people->list->person, &said->person) ||
		       same(&people->list->person, &said->deputy);
	for (size_t i = 0; i < people->grants.count; i++) {
		const Dondoc__V1__GrantRow *row = people->grants.items[i];

		if (same(&row->said->person, &said->person))
			return true;
	}
	return false;
}

static int walk_deputies(struct people *people)
{
	ProtobufCAllocator allocator = answer_allocator(people->answering);
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	dd_key_begin(&key, VIEW_DEPUTY_OF);
	rc = answer_walk_open(people->answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (answer_walk_next(&walk)) {
		Dondoc__V1__DeputyRow *row = pool_alloc(&people->answering->pool, sizeof(*row));

		dondoc__v1__deputy_row__init(row);
		/* Of the key: the table, the person, the sequence, the first day. */
		if (walk.key.len != 1 + 16 + 8 + 4)
			continue;
		row->sequence = dd_key_get_u64((const uint8_t *)walk.key.data + 17);
		row->said = dondoc__v1__set_deputy__unpack(&allocator, walk.val.len, walk.val.data);
		if (!row->said || !deputy_wanted(people, row->said))
			continue;
		row->in_force =
			dd_unit_valid(row->said->from_day, row->said->until_day, people->day);
		if (row->in_force || people->list->with_past || row->said->from_day > people->day)
			answer_rows_add(people->answering, &people->deputies, row);
	}
	answer_walk_close(&walk);
	return walk.rc;
}

int answer_list_people(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__PeopleList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct people people = {.answering = answering, .list = query->list_people};
	int rc;

	people.day = day_of(answering, query->list_people->as_of_day);
	rc = walk_grants(&people);
	if (rc == DD_OK)
		rc = walk_deputies(&people);
	dondoc__v1__people_list__init(list);
	list->grants = (Dondoc__V1__GrantRow **)people.grants.items;
	list->n_grants = people.grants.count;
	list->deputies = (Dondoc__V1__DeputyRow **)people.deputies.items;
	list->n_deputies = people.deputies.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_PEOPLE;
	answering->answer.people = list;
	return rc;
}

/* --- may he? --------------------------------------------------------------------------------- */

struct asked {
	struct answering *answering;
	const Dondoc__V1__CheckRight *check;
	const char *unit; /* for which he speaks */
	enum dd_command_kind kind;
	struct view_task task;
	bool has_task;
	Dondoc__V1__RightAnswer *answer;
	char *arguments[3];
};

static void no(struct asked *asked, Dondoc__V1__RefusalCode code, const char *a, const char *b)
{
	const char *given[] = {a, b};

	asked->answer->allowed = false;
	asked->answer->refusal = (uint32_t)code;
	asked->answer->arguments = asked->arguments;
	for (size_t i = 0; i < 2 && given[i]; i++)
		asked->arguments[asked->answer->n_arguments++] =
			pool_memdup(&asked->answering->pool, given[i], strlen(given[i]) + 1);
}

static bool coordinates(struct asked *asked)
{
	ProtobufCAllocator allocator = answer_allocator(asked->answering);
	Dondoc__V1__TaskFields *fields = NULL;
	const uint8_t *bytes;
	size_t len;

	if (view_task_fields(asked->answering->view, false, asked->task.id, &bytes, &len) == DD_OK)
		fields = dondoc__v1__task_fields__unpack(&allocator, len, bytes);
	for (size_t i = 0; fields && i < fields->n_coordinating_units; i++) {
		if (strcmp(fields->coordinating_units[i], asked->unit) == 0)
			return true;
	}
	return false;
}

static unsigned roles_of(struct asked *asked)
{
	const char *code = asked->has_task ? asked->task.plan : asked->check->plan;
	struct view_plan plan;
	unsigned roles = DD_ROLE_NONE;

	if (asked->has_task && strcmp(asked->task.lead_unit, asked->unit) == 0)
		roles |= DD_ROLE_LEAD;
	if (view_plan(asked->answering->view, false, code, &plan) == DD_OK &&
	    strcmp(plan.assigner_unit, asked->unit) == 0)
		roles |= DD_ROLE_ASSIGNER;
	if (asked->has_task && roles == DD_ROLE_NONE && coordinates(asked))
		roles |= DD_ROLE_COORDINATING;
	return roles;
}

static void by_unit(struct asked *asked)
{
	bool about = asked->has_task || asked->check->plan[0] != '\0';

	asked->answer->allowed = dd_permission_principal("gateway", asked->kind) &&
				 (!about || dd_permission_unit(roles_of(asked), asked->kind));
	if (!asked->answer->allowed)
		no(asked, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED,
		   asked->unit[0] != '\0' ? asked->unit : "-",
		   dd_right_class_name(dd_right_class_of(asked->kind)));
}

static void no_role(struct asked *asked)
{
	char roles[96];

	dd_rights_roles_text(asked->kind, roles, sizeof(roles));
	no(asked, DONDOC__V1__REFUSAL_CODE__REFUSAL_NO_ROLE,
	   dd_right_class_name(dd_right_class_of(asked->kind)), roles);
}

static bool within(void *arg, const char *unit, const char *root)
{
	return view_unit_within(arg, false, unit, root);
}

static void by_role(struct asked *asked, const struct view_person *person)
{
	struct answering *answering = asked->answering;
	struct dd_rights_asker asker = {.grants = person->grants,
					.count = person->count,
					.today = answering->context->today,
					.unit = asked->unit,
					.within = within,
					.arg = answering->view};
	const struct dd_grant *by = NULL;
	enum dd_right_answer answer;

	if (dd_permission_whole(asked->kind) == DD_WHOLE_ALL)
		asker.unit = "";
	if (asked->has_task) {
		asker.lead = asked->task.lead_unit;
		asker.in_charge = view_in_charge(answering->view, false, person->id, &asked->task,
						 asker.today);
	}
	answer = dd_rights_ask(&asker, asked->kind, &by);
	if (by) {
		asked->answer->by_role = (Dondoc__V1__Role)by->role;
		if (by->deputy)
			asked->answer->deputy_for = (ProtobufCBinaryData){
				.data = pool_memdup(&answering->pool, by->of, 16), .len = 16};
	}
	if (answer == DD_RIGHT_YES)
		asked->answer->allowed = true;
	else if (answer == DD_RIGHT_YES_BY_UNIT)
		by_unit(asked);
	else if (answer == DD_RIGHT_NO_ROLE)
		no_role(asked);
	else
		no(asked, DONDOC__V1__REFUSAL_CODE__REFUSAL_UNIT_SCOPE, asked->unit, NULL);
}

/* As the rules judge it, but for what a setting adds (leaders who decide, late messages). */
int answer_check_right(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__CheckRight *check = query->check_right;
	const Dondoc__V1__Actor *actor = check->actor;
	struct asked *asked = pool_zalloc(&answering->pool, sizeof(*asked));
	struct view_person person = {.judged = false};
	int rc = DD_OK;

	if (check->action == 0 || check->action >= DD_COMMAND_KIND_COUNT)
		return dd_fail(answering->err, DD_ERR_INVALID, "there is no such action");
	asked->answering = answering;
	asked->check = check;
	asked->kind = (enum dd_command_kind)check->action;
	asked->unit = check->unit[0] != '\0' ? check->unit : actor ? actor->unit : "";
	asked->answer = pool_alloc(&answering->pool, sizeof(*asked->answer));
	dondoc__v1__right_answer__init(asked->answer);
	if (check->task != 0) {
		rc = answer_task(answering, check->task, &asked->task);
		asked->has_task = rc == DD_OK;
	}
	if (rc != DD_OK)
		return rc;
	if (actor && actor->person.len == 16)
		view_person_read(answering->view, false, actor->person.data,
				 answering->context->today, &person);
	if (person.judged)
		by_role(asked, &person);
	else if (dd_permission_whole(asked->kind) != DD_WHOLE_NOT)
		no_role(asked); /* not a unit's to do */
	else
		by_unit(asked);
	view_person_fini(&person);
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_RIGHT;
	answering->answer.right = asked->answer;
	return DD_OK;
}

/* --- what a person leaves -------------------------------------------------------------------- */

static int add_waiting(struct answering *answering, const char *unit, struct answer_rows *rows,
		       bool *cut)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListRequests list = DONDOC__V1__LIST_REQUESTS__INIT;
	int rc;

	list.decider_unit = (char *)unit;
	list.limit = HANDOVER_ROWS;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REQUESTS;
	query.list_requests = &list;
	rc = answer_list_requests(answering, &query);
	if (rc != DD_OK)
		return rc;
	for (size_t i = 0; i < answering->answer.requests->n_rows; i++)
		answer_rows_add(answering, rows, answering->answer.requests->rows[i]);
	*cut = *cut || answering->answer.requests->next.len > 0;
	return DD_OK;
}

static int add_open(struct answering *answering, const char *unit, struct answer_rows *rows,
		    bool *cut)
{
	Dondoc__V1__TaskState open[] = {
		DONDOC__V1__TASK_STATE__TASK_ASSIGNED,
		DONDOC__V1__TASK_STATE__TASK_IN_PROGRESS,
		DONDOC__V1__TASK_STATE__TASK_AWAITING_CONFIRMATION,
		DONDOC__V1__TASK_STATE__TASK_RETURNED,
		DONDOC__V1__TASK_STATE__TASK_PAUSED,
	};
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	int rc;

	list.unit = (char *)unit;
	list.states = open;
	list.n_states = sizeof(open) / sizeof(open[0]);
	list.limit = HANDOVER_ROWS;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	rc = answer_list_tasks(answering, &query);
	if (rc != DD_OK)
		return rc;
	for (size_t i = 0; i < answering->answer.tasks->n_rows; i++)
		answer_rows_add(answering, rows, answering->answer.tasks->rows[i]);
	*cut = *cut || answering->answer.tasks->total > answering->answer.tasks->n_rows;
	return DD_OK;
}

/* Each unit once in which the person has a role. */
static int add_units(struct answering *answering, const struct people *people,
		     struct answer_rows *waiting, struct answer_rows *open, bool *cut)
{
	int rc = DD_OK;

	for (size_t i = 0; i < people->grants.count && rc == DD_OK; i++) {
		const Dondoc__V1__GrantRow *row = people->grants.items[i];
		bool before = row->said->unit[0] == '\0';

		for (size_t j = 0; j < i && !before; j++) {
			const Dondoc__V1__GrantRow *other = people->grants.items[j];

			before = strcmp(other->said->unit, row->said->unit) == 0;
		}
		if (before)
			continue;
		rc = add_waiting(answering, row->said->unit, waiting, cut);
		if (rc == DD_OK)
			rc = add_open(answering, row->said->unit, open, cut);
	}
	return rc;
}

int answer_show_handover(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__Handover *handover = pool_alloc(&answering->pool, sizeof(*handover));
	Dondoc__V1__ListPeople list = DONDOC__V1__LIST_PEOPLE__INIT;
	struct people people = {.answering = answering, .list = &list};
	struct answer_rows waiting = {0}, open = {0};
	bool cut = false;
	int rc;

	if (query->show_handover->person.len != 16)
		return dd_fail(answering->err, DD_ERR_INVALID, "a person's id has 16 bytes");
	list.person = query->show_handover->person;
	list.unit = query->show_handover->unit;
	people.day = answering->context->today;
	rc = walk_grants(&people);
	if (rc == DD_OK)
		rc = add_units(answering, &people, &waiting, &open, &cut);
	dondoc__v1__handover__init(handover);
	handover->waiting = (Dondoc__V1__RequestRow **)waiting.items;
	handover->n_waiting = waiting.count;
	handover->grants = (Dondoc__V1__GrantRow **)people.grants.items;
	handover->n_grants = people.grants.count;
	handover->open = (Dondoc__V1__TaskRow **)open.items;
	handover->n_open = open.count;
	handover->rows_cut = cut;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_HANDOVER;
	answering->answer.handover = handover;
	return rc;
}
