/* task_property_event.h - the log as it grows, event by event: followed by the model. */
#ifndef TESTS_SERVICES_TASK_PROPERTY_EVENT_H
#define TESTS_SERVICES_TASK_PROPERTY_EVENT_H

#include "tests/services/task/task_property_told.h"

static inline const struct model_row *model_row(Dondoc__V1__EventType type)
{
	for (size_t i = 0; i < sizeof(model_rows) / sizeof(model_rows[0]); i++)
		if (model_rows[i].type == type)
			return &model_rows[i];
	return NULL;
}

static inline void model_changed(const struct model_now *now)
{
	const struct model_plan *plan = model_plan(now->m, now->task->plan);

	now->task->unsure = true;
	if (plan != NULL && plan->state == DONDOC__V1__PLAN_STATE__PLAN_DRAFT)
		now->task->rebased = true;
}

/* An event about a task that is there. */
static inline void model_about(const struct model_now *now)
{
	const struct model_row *row = model_row(now->header->type);
	struct model_task *task = now->task;

	if (row == NULL)
		MODEL_WRONG(now, "the test does not know this kind of event about a task");
	if (now->header->subject_previous != task->last)
		MODEL_WRONG(now, "it follows %llu, but the last event about the task was %llu",
			    (unsigned long long)now->header->subject_previous,
			    (unsigned long long)task->last);
	/* What is held for the head is settled all the same. */
	if (task->removed && now->header->type != EVENT(OUTGOING_DECIDED))
		MODEL_WRONG(now, "the task was removed");
	if (!task->group && (row->from & (1u << task->state)) == 0)
		MODEL_WRONG(now, "it is forbidden in state %d", task->state);
	model_who(now, row->by);
	model_plan_open(now, row);
	model_keep_step(now);
	task->last = now->sequence;
	if (now->header->type == EVENT(TASK_PAUSED))
		model_paused(now, task->state);
	if (now->header->type == EVENT(TASK_REMOVED))
		task->removed = true;
	if (now->header->type == EVENT(TASK_KEPT))
		task->kept = true;
	if (now->header->type == EVENT(TASK_CHANGED) || now->header->type == EVENT(TASK_DATED))
		model_changed(now);
	if (row->to >= 0)
		model_state(now, row->to);
	else if (row->to == TO_TOLD)
		model_told(now);
}

static inline void model_added(const struct model_now *now)
{
	Dondoc__V1__TaskAdded *said = model_body(now, &dondoc__v1__task_added__descriptor);
	struct model_task *task = &now->m->tasks[now->m->task_count++];

	assert_true(now->m->task_count <= MODEL_TASKS);
	*task = (struct model_task){.id = now->sequence,
				    .last = now->sequence,
				    .state = DD_TASK_ASSIGNED,
				    .due = said->task->due_day,
				    .group = said->task->group,
				    .fan_out = said->task->fan_out,
				    .products = said->task->n_products};
	model_code(task->plan, said->task->plan);
	model_code(task->lead, said->task->lead_unit);
	model_code(task->division, said->task->division);
	if (now->header->subject_previous != 0)
		MODEL_WRONG(now, "a new task has a past");
	dondoc__v1__task_added__free_unpacked(said, NULL);
}

static inline void model_plan_set(const struct model_now *now)
{
	Dondoc__V1__PlanSet *said = model_body(now, &dondoc__v1__plan_set__descriptor);
	struct model_plan *plan = model_plan(now->m, said->plan->code);

	if (plan == NULL) {
		assert_true(now->m->plan_count < MODEL_PLANS);
		plan = &now->m->plans[now->m->plan_count++];
		model_code(plan->code, said->plan->code);
		plan->state =
			said->plan->kind == DONDOC__V1__PLAN_KIND__PLAN_KIND_OTHER ||
					said->plan->kind == DONDOC__V1__PLAN_KIND__PLAN_KIND_LOOSE
				? DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED
				: DONDOC__V1__PLAN_STATE__PLAN_DRAFT;
	}
	model_code(plan->assigner, said->plan->assigner_unit);
	dondoc__v1__plan_set__free_unpacked(said, NULL);
}

static inline void model_plan_moves(const struct model_now *now)
{
	struct model_plan *plan;

	if (now->header->type == EVENT(PLAN_PUBLISHED)) {
		Dondoc__V1__PlanPublished *said =
			model_body(now, &dondoc__v1__plan_published__descriptor);

		plan = model_plan(now->m, said->said->plan);
		if (plan == NULL || plan->state == DONDOC__V1__PLAN_STATE__PLAN_CLOSED)
			MODEL_WRONG(now, "plan %s cannot be published", said->said->plan);
		else
			plan->state = DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED;
		dondoc__v1__plan_published__free_unpacked(said, NULL);
	} else {
		Dondoc__V1__PlanClosed *said =
			model_body(now, &dondoc__v1__plan_closed__descriptor);

		plan = model_plan(now->m, said->said->plan);
		if (plan == NULL || plan->state == DONDOC__V1__PLAN_STATE__PLAN_CLOSED)
			MODEL_WRONG(now, "plan %s cannot be closed", said->said->plan);
		else
			plan->state = DONDOC__V1__PLAN_STATE__PLAN_CLOSED;
		dondoc__v1__plan_closed__free_unpacked(said, NULL);
	}
}

/* Asked, answered, closed: by those concerned, in this order. */
static inline void model_waits(const struct model_now *now, struct model_event *kept)
{
	Dondoc__V1__ProgressReported *said =
		model_body(now, &dondoc__v1__progress_reported__descriptor);

	kept->waits = said->percent_conflicts || said->step_conflicts;
	dondoc__v1__progress_reported__free_unpacked(said, NULL);
}

static inline void model_asks(const struct model_now *now, struct model_event *kept)
{
	const Dondoc__V1__Actor *actor = now->header->actor;

	if (now->header->type == EVENT(UNIT_ASKED)) {
		Dondoc__V1__UnitAsked *said = model_body(now, &dondoc__v1__unit_asked__descriptor);

		model_code(kept->unit, said->said->unit);
		dondoc__v1__unit_asked__free_unpacked(said, NULL);
	} else if (now->header->type == EVENT(ASK_ANSWERED)) {
		Dondoc__V1__AskAnswered *said =
			model_body(now, &dondoc__v1__ask_answered__descriptor);
		const struct model_event *ask = model_recent(now->m, said->said->ask);

		if (ask != NULL && ask->type == EVENT(UNIT_ASKED) && actor->person.len == 0 &&
		    strcmp(ask->unit, actor->unit) != 0)
			MODEL_WRONG(now, "%s answers what %s was asked", actor->unit, ask->unit);
		dondoc__v1__ask_answered__free_unpacked(said, NULL);
	}
}

static inline void model_remember(const struct model_now *now)
{
	struct model_event *kept = &now->m->recent[now->m->recent_count++ % MODEL_RECENT];

	*kept = (struct model_event){.sequence = now->sequence,
				     .subject = now->header->subject,
				     .type = (uint32_t)now->header->type};
	if (now->header->actor != NULL)
		model_code(kept->by, now->header->actor->unit);
	model_asks(now, kept);
	if (now->header->type == EVENT(PROGRESS_REPORTED))
		model_waits(now, kept);
}

/* What is everybody's is not changed through a gateway by a unit that names no person. */
static inline void model_whole(const struct model_now *now)
{
	static const Dondoc__V1__EventType whole[] = {
		EVENT(LABEL_SET),
		EVENT(AREA_SET),
		EVENT(CALENDAR_DAY_SET),
		EVENT(SETTINGS_SET),
		EVENT(UNIT_SET),
		EVENT(UNIT_ALIAS_SET),
		EVENT(CHARGE_SET),
		EVENT(ROLE_GRANTED),
		EVENT(ROLE_REVOKED),
		EVENT(DEPUTY_SET),
		EVENT(HANDED_OVER),
		EVENT(UNITS_CHANGE_PLANNED),
		EVENT(UNITS_CHANGE_WITHDRAWN),
		EVENT(DESTRUCTION_ORDERED),
		EVENT(DESTRUCTION_CONFIRMED),
	};
	const Dondoc__V1__Actor *actor = now->header->actor;

	if (strcmp(now->header->principal, "gateway") != 0 ||
	    (actor != NULL && actor->person.len > 0))
		return;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		if (now->header->type == whole[i])
			MODEL_WRONG(now, "a unit has changed what is everybody's (%d)",
				    (int)whole[i]);
	}
}

static inline void model_event(struct model *m, uint64_t sequence, const struct dd_record *record)
{
	Dondoc__V1__EventHeader *header =
		dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	struct model_now now = {.m = m, .sequence = sequence, .header = header};
	uint8_t *body = dd_alloc(record->body_len + 1u);

	assert_non_null(header);
	if (record->body_len > 0)
		memcpy(body, record->body, record->body_len);
	now.body = (ProtobufCBinaryData){.len = record->body_len, .data = body};
	now.task = model_task(m, header->subject);
	if (m->tell)
		(void)fprintf(stderr, "%llu type %d task %llu group %llu: %s for %s\n",
			      (unsigned long long)sequence, (int)header->type,
			      (unsigned long long)header->subject,
			      (unsigned long long)header->group, header->principal,
			      header->actor != NULL ? header->actor->unit : "-");
	model_whole(&now);
	if (header->type == EVENT(TASK_ADDED))
		model_added(&now);
	else if (header->type == EVENT(PLAN_SET))
		model_plan_set(&now);
	else if (header->type == EVENT(PLAN_PUBLISHED) || header->type == EVENT(PLAN_CLOSED))
		model_plan_moves(&now);
	else if (header->type == EVENT(UNITS_CHANGED))
		model_heirs(&now);
	else if (now.task != NULL && header->type != EVENT(COMMAND_REFUSED))
		model_about(&now);
	if (header->type != EVENT(COMMAND_REFUSED))
		model_remember(&now);
	free(body);
	dondoc__v1__event_header__free_unpacked(header, NULL);
}

/* Everything that the log holds and was not seen yet. */
static inline void model_follow(struct model *m)
{
	while (m->seen < hall_head(m->hall)) {
		struct dd_buf frame = {0};
		struct dd_record record;

		m->seen++;
		assert_int_equal(
			dd_eventlog_get(m->hall->log, m->seen, &frame, &record, &m->hall->err),
			DD_OK);
		model_event(m, m->seen, &record);
		dd_buf_fini(&frame);
	}
}

#endif
