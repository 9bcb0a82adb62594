/* task_rules_notice.c - see task_rules_notice.h. A service may be wrong, old or restarted: what
 * must hold for ever is judged here, on the state at receipt. */
#include "services/task/task_rules_notice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/domain/notice_id.h"
#include "common/domain/rule.h"
#include "common/view/view_notice.h"
#include "dondoc/v1/query.pb-c.h"

#define SUBJECT_MAX  500u
#define TEXT_MAX     20000u
#define HTML_MAX     38000u
#define RULE_MAX     32u
#define REPLY_MAX    2000u
#define SCHEDULE_MAX 64u
#define FORMAT_MAX   16u
#define BUILD_MAX    200u
#define FILES_MAX    16u
#define CHANNEL_LAST DONDOC__V1__CHANNEL__CHANNEL_ZALO

#define REFUSE(code) DONDOC__V1__REFUSAL_CODE__REFUSAL_##code
#define EVENT(type)  DONDOC__V1__EVENT_TYPE__EVENT_##type
#define STATE(name)  DONDOC__V1__DIGEST_STATE__DIGEST_##name

struct number {
	char text[32];
};

static struct number number_of(uint64_t value)
{
	struct number number;

	snprintf(number.text, sizeof(number.text), "%" PRIu64, value);
	return number;
}

/* Refuse and return false if a text is too long, or is empty and may not be. */
static bool text_fits(struct task_outcome *out, const char *field, const char *text, size_t max,
		      bool required)
{
	if (required && text[0] == '\0') {
		task_refuse(out, REFUSE(MISSING), field, NULL, NULL);
		return false;
	}
	if (strlen(text) > max) {
		task_refuse(out, REFUSE(TOO_LARGE), field, number_of(max).text, NULL);
		return false;
	}
	return true;
}

static bool bytes_fit(struct task_outcome *out, const char *field, const ProtobufCBinaryData *data,
		      size_t len)
{
	if (data->len == len)
		return true;
	task_refuse(out, REFUSE(RANGE), field, number_of(data->len).text,
		    len == DD_HASH_LEN ? "32 bytes" : "16 bytes");
	return false;
}

static bool day_given(struct task_outcome *out, const char *field, int32_t day)
{
	if (day != 0)
		return true;
	task_refuse(out, REFUSE(MISSING), field, NULL, NULL);
	return false;
}

/* What was made from the log was made from what is durable. */
static bool position_known(const struct task_case *c, struct task_outcome *out, const char *field,
			   uint64_t sequence)
{
	uint64_t head = view_position(c->view)->sequence;
	char range[40];

	if (sequence <= head)
		return true;
	snprintf(range, sizeof(range), "0..%" PRIu64, head);
	task_refuse(out, REFUSE(RANGE), field, number_of(sequence).text, range);
	return false;
}

/* --- the lease ------------------------------------------------------------------------------- */

static uint64_t current_epoch(const struct task_case *c)
{
	struct view_lease lease;

	return view_lease(c->view, true, &lease) == DD_OK ? lease.epoch : 0;
}

static bool epoch_matches(struct task_outcome *out, uint64_t epoch, uint64_t current)
{
	if (epoch == current)
		return true;
	task_refuse(out, REFUSE(LEASE), number_of(current).text, NULL, NULL);
	return false;
}

void task_rule_take_lease(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__TakeLease *cmd = c->body->take_lease;
	Dondoc__V1__LeaseTaken *event = &out->event.lease;

	if (!bytes_fit(out, "holder", &cmd->holder, DD_ID_LEN) ||
	    !epoch_matches(out, cmd->after_epoch, current_epoch(c)))
		return;
	dondoc__v1__lease_taken__init(event);
	event->epoch = cmd->after_epoch + 1;
	event->holder = cmd->holder;
	task_take(out, EVENT(LEASE_TAKEN), &event->base);
}

/* --- planning -------------------------------------------------------------------------------- */

static struct dd_intent intent_of(const Dondoc__V1__Intent *intent)
{
	return (struct dd_intent){
		.rule = intent->rule,
		.task = intent->task,
		.due_day = intent->due_day,
		.step = intent->step,
	};
}

static bool intents_sorted(const Dondoc__V1__PlanDigest *cmd, struct task_outcome *out)
{
	if (cmd->n_intents == 0) {
		task_refuse(out, REFUSE(MISSING), "intents", NULL, NULL);
		return false;
	}
	if (cmd->n_intents > DD_DIGEST_INTENTS_MAX) {
		task_refuse(out, REFUSE(TOO_LARGE), "intents",
			    number_of(DD_DIGEST_INTENTS_MAX).text, NULL);
		return false;
	}
	for (size_t i = 1; i < cmd->n_intents; i++) {
		struct dd_intent former = intent_of(cmd->intents[i - 1]);
		struct dd_intent next = intent_of(cmd->intents[i]);

		if (dd_intent_compare(&former, &next) < 0)
			continue;
		task_refuse(out, REFUSE(RANGE), "intents", number_of(i).text,
			    "by task, due day, rule, step; each once");
		return false;
	}
	return true;
}

/* What a unit is told about itself or about a plan has no task: 0, or an event of the plan. */
static bool about_a_task(const Dondoc__V1__Intent *intent)
{
	const struct dd_rule *rule = dd_rule_shipped_by_id(intent->rule);

	return !rule || (rule->kind != DD_RULE_PERIOD_REPORT && rule->kind != DD_RULE_EXPECTED &&
			 rule->kind != DD_RULE_DISSEMINATION);
}

/* One intent: about a task that there is, and never told before. */
static bool intent_new(const struct task_case *c, const Dondoc__V1__Intent *intent,
		       uint8_t id_out[DD_HASH_LEN], struct task_outcome *out)
{
	const Dondoc__V1__PlanDigest *cmd = c->body->plan_digest;
	char hex[2 * DD_HASH_LEN + 1], to[DD_RECIPIENT_TEXT];
	struct view_task task;
	bool unsaid;

	if (!text_fits(out, "rule", intent->rule, RULE_MAX, true))
		return false;
	if (about_a_task(intent) &&
	    (view_task(c->view, true, intent->task, &task) != DD_OK || task.group)) {
		task_refuse(out, REFUSE(UNKNOWN_TASK), number_of(intent->task).text, NULL, NULL);
		return false;
	}
	dd_intent_id(intent->rule, intent->task, intent->due_day, intent->step,
		     view_plan_recipient(cmd, to), id_out);
	if (view_intent_free(c->view, true, id_out, &unsaid) == DD_OK && unsaid)
		return true;
	task_refuse(out, REFUSE(PENDING), "intent", dd_hex(id_out, DD_HASH_LEN, hex), NULL);
	return false;
}

static bool person_fits(struct task_outcome *out, const char *field,
			const ProtobufCBinaryData *person)
{
	return person->len == 0 || bytes_fit(out, field, person, DD_ID_LEN);
}

static bool kind_fits(const Dondoc__V1__PlanDigest *cmd, struct task_outcome *out)
{
	if (cmd->kind <= DONDOC__V1__DIGEST_KIND__DIGEST_SILENCE_OVER)
		return true;
	task_refuse(out, REFUSE(RANGE), "kind", number_of(cmd->kind).text, "0..4");
	return false;
}

/* A report to a superior is about one plan: who follows that up decides whether it leaves. */
static bool superior_fits(const struct task_case *c, const Dondoc__V1__PlanDigest *cmd,
			  struct task_outcome *out)
{
	struct view_task first, task;

	if (cmd->deputy_for.len > 0 && cmd->person.len == 0) {
		task_refuse(out, REFUSE(MISSING), "person", NULL, NULL);
		return false;
	}
	if (cmd->kind != DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR)
		return true;
	if (view_task(c->view, true, cmd->intents[0]->task, &first) != DD_OK)
		return true; /* what is said of an unknown task is refused anyway */
	for (size_t i = 1; i < cmd->n_intents; i++) {
		if (view_task(c->view, true, cmd->intents[i]->task, &task) != DD_OK ||
		    strcmp(task.plan, first.plan) == 0)
			continue;
		task_refuse(out, REFUSE(RANGE), "intents", task.plan, "of one plan");
		return false;
	}
	return true;
}

static bool content_fits(const Dondoc__V1__PlanDigest *cmd, struct task_outcome *out)
{
	return kind_fits(cmd, out) && person_fits(out, "person", &cmd->person) &&
	       person_fits(out, "deputy_for", &cmd->deputy_for) &&
	       text_fits(out, "subject", cmd->subject, SUBJECT_MAX, true) &&
	       text_fits(out, "text", cmd->text, TEXT_MAX, true) &&
	       text_fits(out, "html", cmd->html, HTML_MAX, false);
}

void task_rule_plan_digest(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__PlanDigest *cmd = c->body->plan_digest;
	Dondoc__V1__DigestPlanned *event = &out->event.digest_planned;
	uint8_t ids[DD_DIGEST_INTENTS_MAX][DD_HASH_LEN];
	char to[DD_RECIPIENT_TEXT];
	struct view_unit unit;

	if (view_unit(c->view, true, cmd->unit, &unit) != DD_OK) {
		task_refuse(out, REFUSE(UNKNOWN_UNIT), cmd->unit, NULL, NULL);
		return;
	}
	if (!day_given(out, "day", cmd->day) || !content_fits(cmd, out) ||
	    !position_known(c, out, "as_of_sequence", cmd->as_of_sequence) ||
	    !intents_sorted(cmd, out) || !superior_fits(c, cmd, out))
		return;
	for (size_t i = 0; i < cmd->n_intents; i++) {
		if (!intent_new(c, cmd->intents[i], ids[i], out))
			return;
	}
	dd_digest_id_of(cmd->kind, view_plan_recipient(cmd, to), cmd->day,
			(const uint8_t(*)[DD_HASH_LEN])ids, cmd->n_intents, out->digest);
	memcpy(out->unit, unit.code, sizeof(out->unit));
	dondoc__v1__digest_planned__init(event);
	event->digest = (ProtobufCBinaryData){.data = out->digest, .len = DD_HASH_LEN};
	event->plan = c->body->plan_digest;
	task_take(out, EVENT(DIGEST_PLANNED), &event->base);
}

/* --- handing over ---------------------------------------------------------------------------- */

static const char *state_name(uint8_t state)
{
	static const char *const names[] = {
		[STATE(UNKNOWN)] = "unknown",
		[STATE(PLANNED)] = "planned",
		[STATE(HANDING_OVER)] = "handing_over",
		[STATE(DELIVERED)] = "delivered",
		[STATE(WAITING)] = "waiting",
		[STATE(FAILED)] = "failed",
		[STATE(HELD)] = "held",
		[STATE(DROPPED)] = "dropped",
	};

	return state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

static bool digest_known(const struct task_case *c, const ProtobufCBinaryData *id,
			 struct view_digest *digest, struct task_outcome *out)
{
	if (!bytes_fit(out, "digest", id, DD_HASH_LEN))
		return false;
	if (view_digest(c->view, true, id->data, digest) != DD_OK) {
		task_refuse(out, REFUSE(NO_REQUEST), "digest", NULL, NULL);
		return false;
	}
	memcpy(out->unit, digest->unit, sizeof(out->unit));
	return true;
}

static void refuse_state(struct task_outcome *out, const struct view_digest *digest,
			 const char *action)
{
	task_refuse(out, REFUSE(STATE), state_name(digest->state), action,
		    number_of(digest->attempts).text);
}

void task_rule_hand_over(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__HandOverDigest *cmd = c->body->hand_over_digest;
	Dondoc__V1__DigestHandingOver *event = &out->event.handing_over;
	struct view_digest digest;

	if (!digest_known(c, &cmd->digest, &digest, out) ||
	    !epoch_matches(out, cmd->epoch, current_epoch(c)))
		return;
	if (digest.state == STATE(DELIVERED) || digest.state == STATE(FAILED) ||
	    digest.state == STATE(DROPPED) || digest.state == STATE(HELD) ||
	    digest.attempts == UINT32_MAX || cmd->attempt != digest.attempts + 1) {
		refuse_state(out, &digest, "hand_over");
		return;
	}
	if ((int)cmd->channel < 0 || (int)cmd->channel > CHANNEL_LAST) {
		task_refuse(out, REFUSE(RANGE), "channel", number_of((uint64_t)cmd->channel).text,
			    "email, sms, zalo");
		return;
	}
	dondoc__v1__digest_handing_over__init(event);
	event->digest = cmd->digest;
	event->epoch = cmd->epoch;
	event->attempt = cmd->attempt;
	event->channel = cmd->channel;
	task_take(out, EVENT(DIGEST_HANDING_OVER), &event->base);
}

/* Whoever began the attempt may tell how it ended, even if the lease has gone on meanwhile: it is a
 * fact. Once another has begun an attempt of its own, it is too late. */
void task_rule_settle(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__SettleDigest *cmd = c->body->settle_digest;
	Dondoc__V1__DigestSettled *event = &out->event.digest_settled;
	struct view_digest digest;

	if (!digest_known(c, &cmd->digest, &digest, out) ||
	    !text_fits(out, "reply", cmd->reply, REPLY_MAX, false))
		return;
	if (cmd->delivered && (cmd->final || cmd->spent)) {
		task_refuse(out, REFUSE(RANGE), cmd->final ? "final" : "spent", "true",
			    "false when delivered");
		return;
	}
	if (cmd->dropped && !cmd->final) {
		task_refuse(out, REFUSE(RANGE), "dropped", "true", "only with final");
		return;
	}
	if (digest.state == STATE(HANDING_OVER) && !epoch_matches(out, cmd->epoch, digest.epoch))
		return;
	if (digest.state != STATE(HANDING_OVER) || cmd->attempt != digest.attempts) {
		refuse_state(out, &digest, "settle");
		return;
	}
	dondoc__v1__digest_settled__init(event);
	event->settled = c->body->settle_digest;
	task_take(out, EVENT(DIGEST_SETTLED), &event->base);
}

/* --- reports --------------------------------------------------------------------------------- */

static bool files_fit(const Dondoc__V1__IssueReport *cmd, struct task_outcome *out)
{
	if (cmd->n_files == 0) {
		task_refuse(out, REFUSE(MISSING), "files", NULL, NULL);
		return false;
	}
	if (cmd->n_files > FILES_MAX) {
		task_refuse(out, REFUSE(TOO_LARGE), "files", number_of(FILES_MAX).text, NULL);
		return false;
	}
	for (size_t i = 0; i < cmd->n_files; i++) {
		if (!text_fits(out, "format", cmd->files[i]->format, FORMAT_MAX, true) ||
		    !bytes_fit(out, "hash", &cmd->files[i]->hash, DD_HASH_LEN))
			return false;
	}
	return true;
}

/* A schedule's report is issued once; a person may ask for the same again and again. */
static bool report_new(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__IssueReport *cmd = c->body->issue_report;
	uint64_t sequence;

	if (cmd->schedule[0] == '\0' ||
	    view_scheduled_report(c->view, true, cmd->schedule, cmd->plan, cmd->as_of_day,
				  &sequence) == DD_ERR_NOT_FOUND)
		return true;
	task_refuse(out, REFUSE(PENDING), "report", number_of(sequence).text, NULL);
	return false;
}

void task_rule_issue_report(const struct task_case *c, struct task_outcome *out)
{
	const Dondoc__V1__IssueReport *cmd = c->body->issue_report;
	Dondoc__V1__ReportIssued *event = &out->event.report_issued;
	struct view_plan plan;

	if (!text_fits(out, "schedule", cmd->schedule, SCHEDULE_MAX, false) ||
	    !text_fits(out, "build", cmd->build, BUILD_MAX, false) ||
	    !day_given(out, "as_of_day", cmd->as_of_day) ||
	    !position_known(c, out, "sequence", cmd->sequence) ||
	    !bytes_fit(out, "data_hash", &cmd->data_hash, DD_HASH_LEN) || !files_fit(cmd, out))
		return;
	if (cmd->plan[0] != '\0' && view_plan(c->view, true, cmd->plan, &plan) != DD_OK) {
		task_refuse(out, REFUSE(RANGE), "plan", cmd->plan, "a plan that there is");
		return;
	}
	if (!report_new(c, out))
		return;
	dondoc__v1__report_issued__init(event);
	event->report = c->body->issue_report;
	task_take(out, EVENT(REPORT_ISSUED), &event->base);
}
