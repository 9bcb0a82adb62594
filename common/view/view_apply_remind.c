/* view_apply_remind.c - rules of reminders, their beginning, silences, days promised, what readers
 * say: what the events do. */
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/view/view_apply.h"
#include "common/view/view_records.h"
#include "common/view/view_remind.h"
#include <stdlib.h>
#include <string.h>

static void put_message(struct view *view, const struct dd_key *key, const void *head, size_t size,
			const ProtobufCMessage *message)
{
	struct dd_buf *buf = &view->scratch;
	size_t packed = protobuf_c_message_get_packed_size(message);

	dd_buf_clear(buf);
	dd_buf_add(buf, head, size);
	protobuf_c_message_pack(message, dd_buf_reserve(buf, packed + 1));
	view_put(view, key, buf->data, size + packed);
}

static int32_t today_of(const struct apply *apply)
{
	return dd_day_of(apply->effect->header->record_us);
}

void view_note_changed(struct apply *apply, const char *plan)
{
	const uint64_t sequence = apply->effect->sequence;
	struct dd_key key;

	view_key_texts(&key, VIEW_META, "changed", plan);
	view_put(apply->view, &key, &sequence, sizeof(sequence));
}

/* --- rules ----------------------------------------------------------------------------------- */

/* The list in force without the version of the same rule and scope, with the new one if it is one.
 * The messages stay their owners'. */
static void put_in_force(struct apply *apply, Dondoc__V1__ReminderRuleRow *row)
{
	Dondoc__V1__ReminderRuleList *before = view_rules_list(apply->view, true);
	Dondoc__V1__ReminderRuleList list = DONDOC__V1__REMINDER_RULE_LIST__INIT;
	const size_t count = before != NULL ? before->n_rows : 0;
	struct dd_key key;

	list.rows = dd_alloc((count + 1) * sizeof(*list.rows));
	for (size_t i = 0; i < count; i++) {
		const Dondoc__V1__ReminderRule *rule = before->rows[i]->rule;

		if (strcmp(rule->rule, row->rule->rule) != 0 ||
		    !view_scope_same(rule->scope, row->rule->scope))
			list.rows[list.n_rows++] = before->rows[i];
	}
	if (!row->removed)
		list.rows[list.n_rows++] = row;
	view_key_text(&key, VIEW_RULE, "");
	put_message(apply->view, &key, NULL, 0, &list.base);
	free(list.rows);
	dondoc__v1__reminder_rule_list__free_unpacked(before, NULL);
}

static void put_kind(struct apply *apply, const Dondoc__V1__ReminderRule *rule)
{
	const uint32_t kind = (uint32_t)rule->kind;
	struct dd_key key;

	view_key_rule_kind(&key, rule->rule);
	view_put(apply->view, &key, &kind, sizeof(kind));
}

int apply_reminder_rule_set(struct apply *apply, const void *body)
{
	const Dondoc__V1__SetReminderRule *said = ((const Dondoc__V1__ReminderRuleSet *)body)->said;
	Dondoc__V1__ReminderRuleRow row = DONDOC__V1__REMINDER_RULE_ROW__INIT;
	struct dd_key key;

	if (!said || !said->rule || said->rule->rule[0] == '\0')
		return apply_contradiction(apply, "it sets no rule");
	row.rule = said->rule;
	row.sequence = apply->effect->sequence;
	row.set_us = apply->effect->header->record_us;
	row.removed = said->removed;
	row.reason = said->reason;
	row.by = apply->event->header->actor;
	view_key_text(&key, VIEW_RULE, said->rule->rule);
	dd_key_u64(&key, row.sequence);
	put_message(apply->view, &key, NULL, 0, &row.base);
	put_in_force(apply, &row);
	if (!said->removed)
		put_kind(apply, said->rule);
	view_note_changed(apply, "");
	return DD_OK;
}

/* --- the beginning --------------------------------------------------------------------------- */

int apply_reminders_started(struct apply *apply, const void *body)
{
	const Dondoc__V1__StartReminders *said = ((const Dondoc__V1__RemindersStarted *)body)->said;
	struct view_start start = {.sequence = apply->effect->sequence};
	struct dd_key key;

	if (!said || said->plan[0] == '\0')
		return apply_contradiction(apply, "it names no plan");
	start.day = said->day != 0 ? said->day : today_of(apply);
	start.stopped = said->stop ? 1 : 0;
	view_key_text(&key, VIEW_START, said->plan);
	put_message(apply->view, &key, &start, sizeof(start), &said->base);
	return DD_OK;
}

/* --- silences -------------------------------------------------------------------------------- */

/* The list without what is over for long, `row` put in the place of its former self. */
static void put_silence(struct apply *apply, Dondoc__V1__SilenceRow *row)
{
	Dondoc__V1__SilenceList *before = view_silences(apply->view, true);
	Dondoc__V1__SilenceList list = DONDOC__V1__SILENCE_LIST__INIT;
	const size_t count = before != NULL ? before->n_rows : 0;
	const int32_t oldest = today_of(apply) - VIEW_SILENCE_KEEP_DAYS;
	struct dd_key key;

	list.rows = dd_alloc((count + 1) * sizeof(*list.rows));
	for (size_t i = 0; i < count; i++) {
		if (before->rows[i]->silence != row->silence &&
		    view_silence_last_day(before->rows[i]) >= oldest)
			list.rows[list.n_rows++] = before->rows[i];
	}
	list.rows[list.n_rows++] = row;
	view_key_u64(&key, VIEW_SILENCE, row->silence);
	put_message(apply->view, &key, NULL, 0, &row->base);
	view_key_u64(&key, VIEW_SILENCE, 0);
	put_message(apply->view, &key, NULL, 0, &list.base);
	free(list.rows);
	dondoc__v1__silence_list__free_unpacked(before, NULL);
}

int apply_silence_set(struct apply *apply, const void *body)
{
	Dondoc__V1__SetSilence *said = ((const Dondoc__V1__SilenceSet *)body)->said;
	Dondoc__V1__SilenceRow row = DONDOC__V1__SILENCE_ROW__INIT;

	if (!said || !said->scope || said->from_day == 0)
		return apply_contradiction(apply, "it silences nothing");
	row.silence = apply->event->sequence;
	row.said = said;
	row.by = apply->event->header->actor;
	row.set_us = apply->effect->header->record_us;
	put_silence(apply, &row);
	return DD_OK;
}

int apply_silence_ended(struct apply *apply, const void *body)
{
	const Dondoc__V1__SilenceEnded *ended = body;
	Dondoc__V1__SilenceRow *row =
		ended->said ? view_silence(apply->view, true, ended->said->silence) : NULL;

	if (!row)
		return apply_contradiction(apply, "there is no such silence");
	row->ended_day = ended->day;
	put_silence(apply, row);
	dondoc__v1__silence_row__free_unpacked(row, NULL);
	return DD_OK;
}

/* --- days promised --------------------------------------------------------------------------- */

int apply_day_promised(struct apply *apply, const void *body)
{
	const Dondoc__V1__PromiseDay *said = ((const Dondoc__V1__DayPromised *)body)->said;
	struct view_promise promise;
	struct dd_key key;
	int rc;

	if (!said || said->day == 0)
		return apply_contradiction(apply, "it promises no day");
	rc = view_promise(apply->view, true, &apply->task, &promise);
	if (rc != DD_OK)
		return dd_fail(apply->err, rc, "the view's store cannot be read");
	promise.broken = view_promises_broken(&promise, &apply->task, today_of(apply));
	promise.sequence = apply->event->sequence;
	promise.day = said->day;
	promise.said_day = today_of(apply);
	memcpy(promise.unit, apply->task.lead_unit, sizeof(promise.unit));
	view_key_u64(&key, VIEW_PROMISE, apply->task.id);
	view_put(apply->view, &key, &promise, sizeof(promise));
	return DD_OK;
}

/* --- what readers say ------------------------------------------------------------------------ */

static int put_count(struct apply *apply, const char *rule, const struct view_rule_count *count)
{
	struct dd_key key;

	view_key_text(&key, VIEW_RULE_COUNT, rule);
	view_put(apply->view, &key, count, sizeof(*count));
	return DD_OK;
}

int apply_reminder_disputed(struct apply *apply, const void *body)
{
	const Dondoc__V1__DisputeReminder *said =
		((const Dondoc__V1__ReminderDisputed *)body)->said;
	struct view_dispute dispute = {.sequence = apply->event->sequence}, before;
	struct view_rule_count count;
	struct dd_key key;

	if (!said || (unsigned)said->cause == 0 || (unsigned)said->cause >= VIEW_CAUSES)
		return apply_contradiction(apply, "it disputes nothing, or for no cause");
	if (view_rule_count(apply->view, true, said->rule, &count) != DD_OK)
		return dd_fail(apply->err, DD_ERR_IO, "the view's store cannot be read");
	view_key_text(&key, VIEW_RULE_COUNT, said->rule);
	dd_key_bytes(&key, said->digest.data, said->digest.len < 32 ? said->digest.len : 32);
	dd_key_u64(&key, said->task);
	if (view_struct_get(apply->view, true, &key, &before, sizeof(before)) == DD_OK &&
	    before.cause < VIEW_CAUSES && count.disputed[before.cause] > 0)
		count.disputed[before.cause]--;
	dispute.cause = (uint32_t)said->cause;
	view_put(apply->view, &key, &dispute, sizeof(dispute));
	count.disputed[dispute.cause]++;
	return put_count(apply, said->rule, &count);
}

/* One record for each rule that a digest tells by. */
int view_note_told(struct apply *apply, const Dondoc__V1__PlanDigest *plan)
{
	for (size_t i = 0; i < plan->n_intents; i++) {
		const char *rule = plan->intents[i]->rule;
		struct view_rule_count count;
		size_t first = 0;

		while (strcmp(plan->intents[first]->rule, rule) != 0)
			first++;
		if (first < i)
			continue;
		if (view_rule_count(apply->view, true, rule, &count) != DD_OK)
			return dd_fail(apply->err, DD_ERR_IO, "the view's store cannot be read");
		for (size_t j = i; j < plan->n_intents; j++)
			count.told += strcmp(plan->intents[j]->rule, rule) == 0;
		put_count(apply, rule, &count);
	}
	return DD_OK;
}

int apply_subscription_set(struct apply *apply, const void *body)
{
	static const uint8_t nobody[16];
	const Dondoc__V1__SetSubscription *said = ((const Dondoc__V1__SubscriptionSet *)body)->said;
	struct dd_key key;

	if (!said || (said->person.len != 0 && said->person.len != sizeof(nobody)))
		return apply_contradiction(apply, "it names no reader");
	view_key_text(&key, VIEW_SUBSCRIPTION, said->unit);
	dd_key_bytes(&key, said->person.len != 0 ? said->person.data : nobody, sizeof(nobody));
	dd_key_text(&key, said->rule);
	if (said->off)
		view_put(apply->view, &key, "", 0);
	else
		view_del(apply->view, &key);
	return DD_OK;
}
