/* history_notices.h - reminders and reports in a history: leases, digests and what becomes of them.
 */
#ifndef TESTS_COMMON_VIEW_HISTORY_NOTICES_H
#define TESTS_COMMON_VIEW_HISTORY_NOTICES_H

#include "common/domain/notice_id.h"
#include "dondoc/v1/query.pb-c.h"
#include "tests/common/view/history_events.h"

#define DIGEST_STATE(name) DONDOC__V1__DIGEST_STATE__DIGEST_##name

static inline void history_lease(struct history *h)
{
	Dondoc__V1__LeaseTaken body = DONDOC__V1__LEASE_TAKEN__INIT;
	struct history_event e;
	uint8_t holder[16];

	memset(holder, (int)(++h->epoch & 0xff), sizeof(holder));
	body.epoch = h->epoch;
	body.holder = (ProtobufCBinaryData){.data = holder, .len = sizeof(holder)};
	history_header(h, &e, EVENT_TYPE(LEASE_TAKEN));
	history_cause(h, &e);
	history_add(h, &e.header, &body.base);
}

/* A digest of up to four intents, each with a step that no other has. */
static inline struct history_digest *history_plan_digest(struct history *h)
{
	struct history_digest *digest = &h->digests[h->digest_count++];
	Dondoc__V1__DigestPlanned body = DONDOC__V1__DIGEST_PLANNED__INIT;
	Dondoc__V1__PlanDigest plan = DONDOC__V1__PLAN_DIGEST__INIT;
	Dondoc__V1__Intent intents[4], *rows[4];
	uint8_t ids[4][DD_HASH_LEN];
	struct history_event e;

	memset(digest, 0, sizeof(*digest));
	snprintf(digest->unit, sizeof(digest->unit), "U%02u", (unsigned)history_random(h, 12));
	digest->day = dd_day_of(h->now_us);
	plan.unit = digest->unit;
	plan.day = digest->day;
	plan.subject = lent("Nhắc việc");
	plan.text = lent("Các nhiệm vụ sắp đến hạn");
	plan.n_intents = 1 + history_random(h, 4);
	for (size_t i = 0; i < plan.n_intents; i++) {
		dondoc__v1__intent__init(&intents[i]);
		intents[i].rule = lent("before");
		intents[i].task = h->tasks[history_random(h, h->task_count)].id;
		intents[i].step = ++h->intents;
		rows[i] = &intents[i];
		dd_intent_id(intents[i].rule, intents[i].task, 0, intents[i].step, plan.unit,
			     ids[i]);
	}
	plan.intents = rows;
	dd_digest_id(plan.unit, plan.day, (const uint8_t(*)[DD_HASH_LEN])ids, plan.n_intents,
		     digest->id);
	body.digest = (ProtobufCBinaryData){.data = digest->id, .len = DD_HASH_LEN};
	body.plan = &plan;
	history_header(h, &e, EVENT_TYPE(DIGEST_PLANNED));
	history_cause(h, &e);
	e.header.unit = digest->unit;
	digest->state = DIGEST_STATE(PLANNED);
	digest->planned = history_add(h, &e.header, &body.base);
	return digest;
}

static inline void history_hand_over(struct history *h, struct history_digest *digest)
{
	Dondoc__V1__DigestHandingOver body = DONDOC__V1__DIGEST_HANDING_OVER__INIT;
	struct history_event e;

	body.digest = (ProtobufCBinaryData){.data = digest->id, .len = DD_HASH_LEN};
	body.epoch = digest->epoch = h->epoch;
	body.attempt = ++digest->attempts;
	history_header(h, &e, EVENT_TYPE(DIGEST_HANDING_OVER));
	history_cause(h, &e);
	e.header.unit = digest->unit;
	history_add(h, &e.header, &body.base);
	digest->state = DIGEST_STATE(HANDING_OVER);
}

static inline void history_settle(struct history *h, struct history_digest *digest, int state)
{
	Dondoc__V1__DigestSettled body = DONDOC__V1__DIGEST_SETTLED__INIT;
	Dondoc__V1__SettleDigest settled = DONDOC__V1__SETTLE_DIGEST__INIT;
	struct history_event e;

	settled.digest = (ProtobufCBinaryData){.data = digest->id, .len = DD_HASH_LEN};
	settled.epoch = digest->epoch;
	settled.attempt = digest->attempts;
	settled.delivered = state == DIGEST_STATE(DELIVERED);
	settled.final = state == DIGEST_STATE(FAILED);
	settled.reply = lent("250 2.0.0 Ok");
	body.settled = &settled;
	history_header(h, &e, EVENT_TYPE(DIGEST_SETTLED));
	history_cause(h, &e);
	e.header.unit = digest->unit;
	history_add(h, &e.header, &body.base);
	digest->state = state;
}

/* `schedule` "" = asked for by a person. */
static inline uint64_t history_report(struct history *h, const char *schedule, int32_t day)
{
	Dondoc__V1__ReportIssued body = DONDOC__V1__REPORT_ISSUED__INIT;
	Dondoc__V1__IssueReport report = DONDOC__V1__ISSUE_REPORT__INIT;
	Dondoc__V1__ReportFile file = DONDOC__V1__REPORT_FILE__INIT, *files = &file;
	uint8_t hash[32];
	struct history_event e;

	memset(hash, 0xab, sizeof(hash));
	report.schedule = lent(schedule);
	report.as_of_day = day;
	report.sequence = h->next - 1;
	report.data_hash = (ProtobufCBinaryData){.data = hash, .len = sizeof(hash)};
	file.format = lent("pdf");
	file.hash = report.data_hash;
	file.size = 12345;
	report.files = &files;
	report.n_files = 1;
	body.report = &report;
	history_header(h, &e, EVENT_TYPE(REPORT_ISSUED));
	history_cause(h, &e);
	return history_add(h, &e.header, &body.base);
}

/* One event of these, as it may come. */
static inline void history_notice(struct history *h)
{
	static const int ends[] = {DIGEST_STATE(DELIVERED), DIGEST_STATE(WAITING),
				   DIGEST_STATE(FAILED)};
	struct history_digest *digest;

	if (h->epoch == 0 || history_random(h, 12) == 0) {
		history_lease(h);
		return;
	}
	if (history_random(h, 12) == 0) {
		history_report(h, "", dd_day_of(h->now_us) - 1);
		return;
	}
	if (h->digest_count == 0 ||
	    (h->digest_count < HISTORY_DIGESTS && history_random(h, 3) == 0)) {
		history_plan_digest(h);
		return;
	}
	digest = &h->digests[history_random(h, h->digest_count)];
	if (digest->state == DIGEST_STATE(HANDING_OVER) && history_random(h, 4) != 0)
		history_settle(h, digest, ends[history_random(h, 3)]);
	else if (digest->state != DIGEST_STATE(DELIVERED) && digest->state != DIGEST_STATE(FAILED))
		history_hand_over(h, digest);
}

#endif
