/* task_property_told.h - what an event about a task says, and what follows from it, as the rules in
 * words have it. */
#ifndef TESTS_SERVICES_TASK_PROPERTY_TOLD_H
#define TESTS_SERVICES_TASK_PROPERTY_TOLD_H

#include "tests/services/task/task_property_model.h"

/* --- one event ------------------------------------------------------------------------------- */

struct model_now {
	struct model *m;
	uint64_t sequence;
	const Dondoc__V1__EventHeader *header;
	ProtobufCBinaryData body;
	struct model_task *task;
};

static inline void *model_body(const struct model_now *now, const ProtobufCMessageDescriptor *type)
{
	ProtobufCMessage *message =
		protobuf_c_message_unpack(type, NULL, now->body.len, now->body.data);

	assert_non_null(message);
	return message;
}

/* The history of a task, for whoever has to understand a seed that failed. */
static inline void model_tell(const struct model_task *task)
{
	for (size_t i = 0; task != NULL && i < task->step_count; i++)
		(void)fprintf(stderr,
			      "  event %llu of type %u in state %d, lead %s, due %d, %u %%\n",
			      (unsigned long long)task->steps[i].sequence, task->steps[i].type,
			      task->steps[i].state, task->steps[i].lead, task->steps[i].due,
			      task->steps[i].percent);
}

#define MODEL_WRONG(now, ...)                                                                      \
	do {                                                                                       \
		model_tell((now)->task);                                                           \
		(void)fprintf(stderr, "event %llu (type %d, task %llu): ",                         \
			      (unsigned long long)(now)->sequence, (int)(now)->header->type,       \
			      (unsigned long long)(now)->header->subject);                         \
		fail_msg(__VA_ARGS__);                                                             \
	} while (0)

/* A message that comes late speaks for what its unit has become since. */
static inline bool model_is(const struct model *m, const char *unit, const char *wanted, int depth)
{
	if (strcmp(unit, wanted) == 0)
		return true;
	for (size_t i = 0; depth < 8 && i < m->heir_count; i++)
		if (strcmp(m->heirs[i].from, unit) == 0 &&
		    model_is(m, m->heirs[i].to, wanted, depth + 1))
			return true;
	return false;
}

static inline void model_heirs(const struct model_now *now)
{
	Dondoc__V1__UnitsChanged *said = model_body(now, &dondoc__v1__units_changed__descriptor);
	struct model *m = now->m;

	for (size_t i = 0; i < said->said->n_from; i++)
		for (size_t j = 0; j < said->said->n_to && m->heir_count < 64; j++) {
			model_code(m->heirs[m->heir_count].from, said->said->from[i]);
			model_code(m->heirs[m->heir_count++].to, said->said->to[j]->code);
		}
	dondoc__v1__units_changed__free_unpacked(said, NULL);
}

/* A person may have rights that his unit has not: what of these is judged here is the state. */
static inline void model_who(const struct model_now *now, unsigned by)
{
	const Dondoc__V1__Actor *actor = now->header->actor;
	const char *principal = now->header->principal;
	const struct model_plan *plan = model_plan(now->m, now->task->plan);
	const char *unit = actor != NULL ? actor->unit : "";
	bool person = actor != NULL && actor->person.len > 0;

	/* What the head let go is a division's perhaps: the office is the head's. */
	if (now->header->let_go == NULL && strncmp(principal, "office/", 7) == 0 &&
	    strcmp(principal + 7, unit) != 0)
		MODEL_WRONG(now, "%s speaks for %s", principal, unit);
	if (strncmp(principal, "office/", 7) == 0 && by == BY_ASSIGNER)
		MODEL_WRONG(now, "an office decides");
	if (strcmp(principal, "task") == 0 && (by & BY_CLOCK) == 0)
		MODEL_WRONG(now, "the clock has done it");
	if (person || (by & (BY_COORDINATOR | BY_NAMED)) != 0 || strcmp(principal, "task") == 0)
		return;
	if ((by & BY_LEAD) != 0 && model_is(now->m, unit, now->task->lead, 0))
		return;
	if ((by & BY_DIVISION) != 0 && unit[0] != '\0' && strcmp(unit, now->task->division) == 0)
		return;
	if ((by & BY_ASSIGNER) != 0 && plan != NULL && model_is(now->m, unit, plan->assigner, 0))
		return;
	MODEL_WRONG(now, "unit '%s' has no right to it: the lead is %s, the assigner %s", unit,
		    now->task->lead, plan != NULL ? plan->assigner : "?");
}

static inline void model_state(const struct model_now *now, int state)
{
	now->task->state = state;
}

/* What the former lead has passed on within itself is not the new one's. */
static inline void model_lead(const struct model_now *now, const char *unit)
{
	model_code(now->task->lead, unit);
	now->task->division[0] = '\0';
}

static inline int32_t model_today(const struct model_now *now)
{
	return dd_day_of(now->header->record_us);
}

static inline void model_report(const struct model_now *now)
{
	Dondoc__V1__ProgressReported *said =
		model_body(now, &dondoc__v1__progress_reported__descriptor);

	if (said->has_percent_case == DONDOC__V1__PROGRESS_REPORTED__HAS_PERCENT_PERCENT &&
	    !said->percent_conflicts)
		now->task->percent = said->percent;
	if (now->task->state != DD_TASK_AWAITING)
		model_state(now, DD_TASK_IN_PROGRESS);
	dondoc__v1__progress_reported__free_unpacked(said, NULL);
}

static inline void model_completion(const struct model_now *now)
{
	Dondoc__V1__CompletionDecided *said =
		model_body(now, &dondoc__v1__completion_decided__descriptor);
	const struct model_step *request = model_step(now->task, said->request);

	if (request == NULL || request->type != EVENT(COMPLETION_REQUESTED))
		MODEL_WRONG(now, "it decides %llu, which is no request for completion",
			    (unsigned long long)said->request);
	if (said->confirmed)
		now->task->percent = 100;
	model_state(now, said->confirmed ? DD_TASK_COMPLETED : DD_TASK_RETURNED);
	dondoc__v1__completion_decided__free_unpacked(said, NULL);
}

static inline void model_extension(const struct model_now *now)
{
	Dondoc__V1__ExtensionDecided *said =
		model_body(now, &dondoc__v1__extension_decided__descriptor);

	if (said->granted && !now->task->unsure && said->due_day <= now->task->due)
		MODEL_WRONG(now, "an extension to an earlier day");
	if (said->granted)
		now->task->due = said->due_day;
	dondoc__v1__extension_decided__free_unpacked(said, NULL);
}

static inline void model_paused(const struct model_now *now, int from)
{
	now->task->paused_from = from;
	now->task->paused_day = model_today(now);
}

/* The days of the pause move the date in force, and nothing else. */
static inline void model_resumed(const struct model_now *now)
{
	Dondoc__V1__TaskResumed *said = model_body(now, &dondoc__v1__task_resumed__descriptor);
	struct model_task *task = now->task;
	int32_t days = model_today(now) - task->paused_day;

	if ((int32_t)said->paused_days != days)
		MODEL_WRONG(now, "paused for %u days, not %d", said->paused_days, days);
	if (!task->unsure && said->due_day != (task->due != 0 ? task->due + days : 0))
		MODEL_WRONG(now, "due day %d became %d after %d days", task->due, said->due_day,
			    days);
	if ((int)said->to != task->paused_from)
		MODEL_WRONG(now, "resumed to state %d", (int)said->to);
	task->due = said->due_day;
	task->paused += days;
	model_state(now, task->paused_from);
	dondoc__v1__task_resumed__free_unpacked(said, NULL);
}

/* An update of any kind is told as a report; what stands in the place of one is an update too. */
static inline bool model_is_update(uint32_t type)
{
	return type == EVENT(PROGRESS_REPORTED) || type == EVENT(UPDATE_REPLACED) ||
	       type == EVENT(UNCHANGED_REPORTED) || type == EVENT(PRODUCT_REPORTED);
}

/* With the only update the task is as if nobody had begun; other updates leave the state. */
static inline void model_update_withdrawn(const struct model_now *now, int state)
{
	int from = now->task->state;

	if (from == DD_TASK_COMPLETED)
		MODEL_WRONG(now, "an update of a completed task is withdrawn");
	if (state != from && (from != DD_TASK_IN_PROGRESS ||
			      (state != DD_TASK_ASSIGNED && state != DD_TASK_RETURNED)))
		MODEL_WRONG(now, "state %d became %d", from, state);
}

static inline void model_request_withdrawn(const struct model_now *now, uint32_t type, int was,
					   int state)
{
	int from = now->task->state;
	int back = type == EVENT(COMPLETION_REQUESTED) ? was : from;

	if (type == EVENT(COMPLETION_REQUESTED) && from != DD_TASK_AWAITING)
		MODEL_WRONG(now, "it does not wait for confirmation");
	if (from == DD_TASK_COMPLETED && type != EVENT(DELAY_EXPLAINED))
		MODEL_WRONG(now, "of a completed task only an explanation is withdrawn");
	if (state != back)
		MODEL_WRONG(now, "state %d comes back, not %d", state, back);
}

static inline void model_withdrawn(const struct model_now *now)
{
	Dondoc__V1__EntryWithdrawn *said =
		model_body(now, &dondoc__v1__entry_withdrawn__descriptor);
	const struct model_step *entry = model_step(now->task, said->said->entry);
	bool update = said->event_type == EVENT(PROGRESS_REPORTED);

	if (entry == NULL ||
	    (update ? !model_is_update(entry->type) : entry->type != said->event_type)) {
		MODEL_WRONG(now, "it withdraws event %llu, which is no such entry of the task",
			    (unsigned long long)said->said->entry);
		return;
	}
	if (update)
		model_update_withdrawn(now, (int)said->state);
	else
		model_request_withdrawn(now, said->event_type, entry->state, (int)said->state);
	if (said->has_percent_case == DONDOC__V1__ENTRY_WITHDRAWN__HAS_PERCENT_PERCENT)
		now->task->percent = said->percent;
	model_state(now, (int)said->state);
	dondoc__v1__entry_withdrawn__free_unpacked(said, NULL);
}

static inline void model_values(const struct model_now *now, const ProtobufCMessageDescriptor *type)
{
	if (type == &dondoc__v1__update_replaced__descriptor) {
		Dondoc__V1__UpdateReplaced *said = model_body(now, type);

		if (said->has_percent_case == DONDOC__V1__UPDATE_REPLACED__HAS_PERCENT_PERCENT)
			now->task->percent = said->percent;
		dondoc__v1__update_replaced__free_unpacked(said, NULL);
	} else {
		Dondoc__V1__ConflictResolved *said = model_body(now, type);

		if (said->has_percent_case == DONDOC__V1__CONFLICT_RESOLVED__HAS_PERCENT_PERCENT)
			now->task->percent = said->percent;
		dondoc__v1__conflict_resolved__free_unpacked(said, NULL);
	}
}

/* What a decision has made is unmade: the state before it, the lead before it, and the date but for
 * days that were paused since. */
static inline void model_taken_back(const struct model_now *now)
{
	Dondoc__V1__DecisionTakenBack *said =
		model_body(now, &dondoc__v1__decision_taken_back__descriptor);
	const struct model_step *was = model_step(now->task, said->said->decision);
	struct model_task *task = now->task;
	bool term = said->event_type == EVENT(EXTENSION_DECIDED);
	bool lead = said->event_type == EVENT(TASK_ASSIGNED) ||
		    said->event_type == EVENT(REFUSAL_DECIDED) ||
		    said->event_type == EVENT(TRANSFER_DECIDED);

	if (was == NULL || was->type != said->event_type)
		MODEL_WRONG(now, "event %llu is no such decision about the task",
			    (unsigned long long)said->said->decision);
	if (!term && (int)said->state != was->state)
		MODEL_WRONG(now, "state %d comes back, not %d", (int)said->state, was->state);
	if (term && (int)said->state != task->state)
		MODEL_WRONG(now, "a date taken back has changed the state");
	if (term && !task->unsure && said->due_day != was->due + task->paused - was->paused)
		MODEL_WRONG(now, "due day %d comes back, not %d", said->due_day, was->due);
	if (!task->unsure && strcmp(said->lead_unit, lead ? was->lead : task->lead) != 0)
		MODEL_WRONG(now, "lead %s comes back, not %s", said->lead_unit,
			    lead ? was->lead : task->lead);
	if (was->type == EVENT(TASK_PAUSED) || was->type == EVENT(TASK_RESUMED)) {
		task->paused = was->paused;
		task->paused_day = was->paused_day;
		task->paused_from = was->paused_from;
	}
	if (task->state == DD_TASK_COMPLETED)
		task->percent = was->percent;
	task->due = said->due_day;
	task->taken_back = said->said->decision;
	model_code(task->lead, said->lead_unit);
	if (lead)
		memcpy(task->division, was->division, sizeof(task->division));
	model_state(now, (int)said->state);
	dondoc__v1__decision_taken_back__free_unpacked(said, NULL);
}

static inline void model_assigned(const struct model_now *now)
{
	Dondoc__V1__TaskAssigned *said = model_body(now, &dondoc__v1__task_assigned__descriptor);
	bool open = (IN_OPEN & (1 << now->task->state)) != 0;

	if (said->units_change == 0 && !open)
		MODEL_WRONG(now, "assigned by hand in state %d", now->task->state);
	model_lead(now, said->to_unit);
	dondoc__v1__task_assigned__free_unpacked(said, NULL);
}

static inline void model_carried(const struct model_now *now)
{
	Dondoc__V1__TaskCarried *said = model_body(now, &dondoc__v1__task_carried__descriptor);

	model_state(now, said->kind == DONDOC__V1__YEAR_END_KIND__YEAR_END_END
				 ? DD_TASK_CANCELLED
				 : DD_TASK_CARRIED_OVER);
	dondoc__v1__task_carried__free_unpacked(said, NULL);
}

static inline void model_decided(const struct model_now *now)
{
	if (now->header->type == EVENT(REFUSAL_DECIDED)) {
		Dondoc__V1__RefusalDecided *refusal =
			model_body(now, &dondoc__v1__refusal_decided__descriptor);

		if (refusal->said->granted) {
			model_lead(now, refusal->said->to_unit);
			model_state(now, DD_TASK_ASSIGNED);
		}
		dondoc__v1__refusal_decided__free_unpacked(refusal, NULL);
	} else {
		Dondoc__V1__TransferDecided *transfer =
			model_body(now, &dondoc__v1__transfer_decided__descriptor);

		if (transfer->said->granted) /* what was done so far stays done */
			model_lead(now, transfer->said->to_unit);
		dondoc__v1__transfer_decided__free_unpacked(transfer, NULL);
	}
}

static inline void model_passed_on(const struct model_now *now)
{
	Dondoc__V1__TaskPassedOn *said = model_body(now, &dondoc__v1__task_passed_on__descriptor);
	int32_t day = said->said->internal_due_day;

	if (day != 0 && (day < model_today(now) ||
			 (now->task->due != 0 && !now->task->unsure && day > now->task->due)))
		MODEL_WRONG(now, "internal day %d, with due day %d", day, now->task->due);
	model_code(now->task->division, said->said->division);
	dondoc__v1__task_passed_on__free_unpacked(said, NULL);
}

static inline void model_told(const struct model_now *now)
{
	switch (now->header->type) {
	case EVENT(REFUSAL_DECIDED):
	case EVENT(TRANSFER_DECIDED):
		model_decided(now);
		break;
	case EVENT(TASK_ASSIGNED):
		model_assigned(now);
		break;
	case EVENT(PROGRESS_REPORTED):
		model_report(now);
		break;
	case EVENT(UNCHANGED_REPORTED):
	case EVENT(PRODUCT_REPORTED):
		if (now->task->state != DD_TASK_AWAITING)
			model_state(now, DD_TASK_IN_PROGRESS);
		break;
	case EVENT(TASK_PASSED_ON):
		model_passed_on(now);
		break;
	case EVENT(COMPLETION_DECIDED):
		model_completion(now);
		break;
	case EVENT(EXTENSION_DECIDED):
		model_extension(now);
		break;
	case EVENT(TASK_RESUMED):
		model_resumed(now);
		break;
	case EVENT(ENTRY_WITHDRAWN):
		model_withdrawn(now);
		break;
	case EVENT(UPDATE_REPLACED):
		model_values(now, &dondoc__v1__update_replaced__descriptor);
		break;
	case EVENT(CONFLICT_RESOLVED):
		model_values(now, &dondoc__v1__conflict_resolved__descriptor);
		break;
	case EVENT(DECISION_TAKEN_BACK):
		model_taken_back(now);
		break;
	case EVENT(TASK_CARRIED):
		model_carried(now);
		break;
	default:
		MODEL_WRONG(now, "the test does not know what follows from it");
	}
}

static inline void model_keep_step(const struct model_now *now)
{
	struct model_task *task = now->task;
	struct model_step *step;

	if (task->step_count == task->step_cap) {
		task->step_cap = task->step_cap == 0 ? 16 : task->step_cap * 2;
		task->steps = dd_realloc(task->steps, task->step_cap * sizeof(*task->steps));
	}
	step = &task->steps[task->step_count++];
	*step = (struct model_step){.sequence = now->sequence,
				    .type = (uint32_t)now->header->type,
				    .state = task->state,
				    .due = task->due,
				    .paused = task->paused,
				    .paused_day = task->paused_day,
				    .paused_from = task->paused_from,
				    .percent = task->percent};
	memcpy(step->lead, task->lead, sizeof(step->lead));
	memcpy(step->division, task->division, sizeof(step->division));
}

static inline void model_plan_open(const struct model_now *now, const struct model_row *row)
{
	const struct model_plan *plan = model_plan(now->m, now->task->plan);

	if (row->unpublished || plan == NULL)
		return;
	if (plan->state == DONDOC__V1__PLAN_STATE__PLAN_DRAFT && row->by == BY_LEAD)
		MODEL_WRONG(now, "plan %s is a draft", plan->code);
	if (plan->state == DONDOC__V1__PLAN_STATE__PLAN_CLOSED && !now->task->kept)
		MODEL_WRONG(now, "plan %s is closed", plan->code);
}

#endif
