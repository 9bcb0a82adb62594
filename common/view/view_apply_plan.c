/* view_apply_plan.c - plans published, taken note of, closed; tasks placed in a second plan;
 * occurrences, dependencies, the year's end. */
#include "common/base/clock.h"
#include "common/view/view_fix.h"
#include "common/view/view_life.h"
#include "common/view/view_plan.h"
#include "common/view/view_records.h"
#include <string.h>

/* --- the plan's record --------------------------------------------------------------------- */

static void put_plan(struct apply *apply, const struct view_plan *plan, const void *fields,
		     size_t len)
{
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;

	dd_buf_clear(buf);
	dd_buf_add(buf, plan, sizeof(*plan));
	dd_buf_add(buf, fields, len);
	view_key_text(&key, VIEW_PLAN, plan->code);
	view_put(apply->view, &key, buf->data, buf->len);
}

/* Change the struct and leave the fields as they are. */
static int change_plan(struct apply *apply, const char *code, struct view_plan *plan_out,
		       const uint8_t **fields_out, size_t *len_out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_text(&key, VIEW_PLAN, code);
	rc = view_get(apply->view, true, &key, &val);
	if (rc == DD_OK)
		rc = view_plan_split(&val, plan_out, fields_out, len_out);
	if (rc == DD_ERR_NOT_FOUND)
		return apply_contradiction(apply, "there is no plan %s", code);
	return rc;
}

int apply_plan_published(struct apply *apply, const void *body)
{
	const Dondoc__V1__PlanPublished *published = body;
	const Dondoc__V1__PublishPlan *said = published->said;
	struct view_plan plan;
	const uint8_t *fields;
	struct dd_key key;
	size_t len;
	int rc;

	if (!said)
		return apply_contradiction(apply, "it names no plan");
	rc = change_plan(apply, said->plan, &plan, &fields, &len);
	if (rc != DD_OK)
		return rc;
	plan.published = apply->event->sequence;
	if (plan.state == DONDOC__V1__PLAN_STATE__PLAN_DRAFT) {
		plan.state = DONDOC__V1__PLAN_STATE__PLAN_PUBLISHED;
		plan.published_day = dd_day_of(apply->event->header->record_us);
	}
	put_plan(apply, &plan, fields, len);
	len = dondoc__v1__plan_published__get_packed_size(published);
	dd_buf_clear(&apply->view->scratch);
	dondoc__v1__plan_published__pack(published, dd_buf_reserve(&apply->view->scratch, len));
	view_key_published(&key, said->plan, apply->event->sequence);
	view_put(apply->view, &key, apply->view->scratch.data, len);
	view_note_changed(apply, said->plan);
	return DD_OK;
}

int apply_plan_acknowledged(struct apply *apply, const void *body)
{
	const Dondoc__V1__AcknowledgePlan *said =
		((const Dondoc__V1__PlanAcknowledged *)body)->said;
	const Dondoc__V1__Actor *actor = apply->event->header->actor;
	struct dd_buf *buf = &apply->view->scratch;
	static const uint8_t nobody[16];
	struct dd_key key;
	size_t len;

	if (!said)
		return apply_contradiction(apply, "it names no plan");
	len = dondoc__v1__acknowledge_plan__get_packed_size(said);
	dd_buf_clear(buf);
	dondoc__v1__acknowledge_plan__pack(said, dd_buf_reserve(buf, len));
	view_key_ack(&key, said->plan, said->publication);
	dd_key_text(&key, said->unit);
	dd_key_bytes(&key,
		     said->own && actor && actor->person.len == 16 ? actor->person.data : nobody,
		     16);
	view_put(apply->view, &key, buf->data, len);
	return DD_OK;
}

int apply_plan_closed(struct apply *apply, const void *body)
{
	const Dondoc__V1__ClosePlan *said = ((const Dondoc__V1__PlanClosed *)body)->said;
	struct view_plan plan;
	const uint8_t *fields;
	size_t len;
	int rc;

	if (!said)
		return apply_contradiction(apply, "it names no plan");
	rc = change_plan(apply, said->plan, &plan, &fields, &len);
	if (rc != DD_OK)
		return rc;
	plan.state = DONDOC__V1__PLAN_STATE__PLAN_CLOSED;
	put_plan(apply, &plan, fields, len);
	return DD_OK;
}

/* Only told: the plan and its tasks come with events of their own. */
int apply_plan_drafted(struct apply *apply, const void *body)
{
	(void)apply;
	(void)body;
	return DD_OK;
}

/* --- one task in another plan ---------------------------------------------------------------- */

int apply_plan_placed(struct apply *apply, const void *body)
{
	const Dondoc__V1__PlacePlan *said = ((const Dondoc__V1__PlanPlaced *)body)->said;
	const uint8_t guest = VIEW_ORDER_GUEST;
	struct dd_key order, key;

	if (!said)
		return apply_contradiction(apply, "it names no plan");
	view_key_order(&order, said->plan, said->position, apply->task.id);
	view_key_guest(&key, said->plan, said->position, apply->task.id);
	if (said->removed) {
		view_del(apply->view, &order);
		view_del(apply->view, &key);
		return DD_OK;
	}
	view_put(apply->view, &order, &guest, sizeof(guest));
	view_put(apply->view, &key, said->code, strlen(said->code));
	return DD_OK;
}

/* --- occurrences and dependencies ------------------------------------------------------------- */

int apply_occurrence_recorded(struct apply *apply, const void *body)
{
	const Dondoc__V1__RecordOccurrence *said =
		((const Dondoc__V1__OccurrenceRecorded *)body)->said;
	struct view_occurrence record = {.sequence = apply->event->sequence};
	struct dd_key key;

	if (!said)
		return apply_contradiction(apply, "it names no occurrence");
	record.day = said->day;
	view_key_texts(&key, VIEW_OCCURRENCE, said->plan, said->code);
	view_put(apply->view, &key, &record, sizeof(record));
	return DD_OK;
}

/* The first date that a task gets is its baseline. */
int apply_task_dated(struct apply *apply, const void *body)
{
	const Dondoc__V1__TaskDated *dated = body;
	struct view_task *task = &apply->task;

	task->start_day = dated->start_day;
	task->due_day = dated->due_day;
	if (task->first_due_day == 0)
		task->first_due_day = dated->due_day;
	return DD_OK;
}

/* The list of a task's predecessors, with one more or one less. */
static void note_predecessor(struct apply *apply, uint64_t predecessor, bool removed)
{
	struct dd_buf *buf = &apply->view->scratch;
	struct dd_key key;
	struct dd_val val;

	dd_buf_clear(buf);
	view_key_u64(&key, VIEW_BEFORE, apply->task.id);
	if (view_get(apply->view, true, &key, &val) == DD_OK) {
		for (size_t at = 0; at + sizeof(predecessor) <= val.len; at += sizeof(predecessor))
			if (memcmp((const uint8_t *)val.data + at, &predecessor,
				   sizeof(predecessor)) != 0)
				dd_buf_add(buf, (const uint8_t *)val.data + at,
					   sizeof(predecessor));
	}
	if (!removed)
		dd_buf_add(buf, &predecessor, sizeof(predecessor));
	if (buf->len > 0)
		view_put(apply->view, &key, buf->data, buf->len);
	else
		view_del(apply->view, &key);
}

int apply_dependency_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__SetDependency *said = ((const Dondoc__V1__DependencySet *)body)->said;
	struct dd_key key, back;

	if (!said)
		return apply_contradiction(apply, "it names no task");
	view_key_pair(&key, VIEW_LINK, apply->task.id, said->predecessor);
	view_key_pair(&back, VIEW_LINK_BACK, said->predecessor, apply->task.id);
	note_predecessor(apply, said->predecessor, said->removed);
	if (said->removed) {
		view_del(apply->view, &key);
		view_del(apply->view, &back);
		return DD_OK;
	}
	view_put(apply->view, &key, &said->lag_days, sizeof(said->lag_days));
	view_put(apply->view, &back, &said->lag_days, sizeof(said->lag_days));
	return DD_OK;
}

/* --- the year's end ----------------------------------------------------------------------------
 */

int apply_task_carried(struct apply *apply, const void *body)
{
	const Dondoc__V1__TaskCarried *carried = body;
	struct view_task *task = &apply->task;
	struct view_life life;
	int rc = view_fix_decision(apply);

	if (rc == DD_OK)
		rc = view_life_get(apply->view, true, task->id, &life);
	/* What waited for a decision is settled by the year's end. */
	if (rc == DD_OK)
		rc = view_drop_pending(apply);
	if (rc != DD_OK)
		return rc;
	life.year_end = (uint8_t)carried->kind;
	life.carried_to = carried->merged_into;
	view_life_put(apply, &life);
	task->state = carried->kind == DONDOC__V1__YEAR_END_KIND__YEAR_END_END
			      ? DONDOC__V1__TASK_STATE__TASK_CANCELLED
			      : DONDOC__V1__TASK_STATE__TASK_CARRIED_OVER;
	return DD_OK;
}

int apply_task_kept(struct apply *apply, const void *body)
{
	struct view_life life;
	int rc = view_life_get(apply->view, true, apply->task.id, &life);

	(void)body;
	if (rc != DD_OK)
		return rc;
	life.year_end = DONDOC__V1__YEAR_END_KIND__YEAR_END_KEEP;
	view_life_put(apply, &life);
	apply->task.flags |= DONDOC__V1__TASK_FLAG__TASK_FLAG_KEPT;
	return DD_OK;
}
