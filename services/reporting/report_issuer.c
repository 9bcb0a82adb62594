/* report_issuer.c - see report_issuer.h. */
#include "services/reporting/report_issuer.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/view/view_notice.h"
#include "services/reporting/report_files.h"
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MISSED_MAX 24 /* months looked back for runs that were missed */
#define PAUSE_US   (INT64_C(5) * DD_SECOND_US)
#define TROUBLE_US (INT64_C(60) * DD_SECOND_US)

enum issuer_state { ISSUER_IDLE, ISSUER_SENT, ISSUER_WAITING, ISSUER_TAKEN };

struct report_issuer {
	struct report_issuer_options options;
	enum issuer_state state;
	int32_t day;        /* cut-off of the command in hand */
	struct dd_buf body; /* of that command */
	int64_t not_before_us;
	int32_t refused_day; /* of a final refusal: not tried again by this process */
	uint64_t issued;
	struct dd_error trouble; /* code 0 = none */
};

struct report_issuer *report_issuer_new(const struct report_issuer_options *options)
{
	struct report_issuer *issuer = dd_alloc(sizeof(*issuer));

	issuer->options = *options;
	issuer->not_before_us = INT64_MIN;
	return issuer;
}

void report_issuer_free(struct report_issuer *issuer)
{
	if (!issuer)
		return;
	dd_buf_fini(&issuer->body);
	free(issuer);
}

const char *report_issuer_trouble(const struct report_issuer *issuer)
{
	return issuer->trouble.code != 0 ? issuer->trouble.text : NULL;
}

uint64_t report_issuer_issued(const struct report_issuer *issuer)
{
	return issuer->issued;
}

void report_issuer_stream(const char *schedule, const char *plan, int32_t as_of_day,
			  uint8_t stream_out[16])
{
	const uint32_t bits = (uint32_t)as_of_day;
	const uint8_t day[4] = {(uint8_t)bits, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
				(uint8_t)(bits >> 24)};
	uint8_t hash[DD_HASH_LEN];
	struct dd_hasher hasher;

	dd_hasher_init(&hasher, "report");
	dd_hasher_add(&hasher, schedule, strlen(schedule) + 1); /* NULs keep them apart */
	dd_hasher_add(&hasher, plan, strlen(plan) + 1);
	dd_hasher_add(&hasher, day, sizeof(day));
	dd_hasher_end(&hasher, hash);
	memcpy(stream_out, hash, 16);
}

/* --- what is due ------------------------------------------------------------------------------ */

static bool shown(const struct report_issuer *issuer, int32_t day)
{
	uint64_t sequence;

	return view_scheduled_report(issuer->options.view, false, REPORT_MONTHLY,
				     issuer->options.plan, day, &sequence) == DD_OK;
}

/* The oldest run that was missed since the last one issued; where none ever was, the latest run
 * alone. 0: none is due. */
static int32_t due_day(const struct report_issuer *issuer, int64_t wall_us)
{
	const struct report_issuer_options *options = &issuer->options;
	int32_t latest = 0, oldest = 0, day;
	struct dd_position position;

	for (int back = 0; back < MISSED_MAX; back++) {
		day = report_schedule_cutoff(&options->schedule, wall_us, back);
		/* A refusal too is where an earlier run ended. */
		if (shown(issuer, day) || day == issuer->refused_day)
			return oldest;
		if (report_ledger_at_day(options->ledger, day, &position, NULL) != DD_OK)
			break;
		oldest = day;
		latest = latest == 0 ? day : latest;
	}
	return latest;
}

/* --- making it -------------------------------------------------------------------------------- */

/* A command in the making: the message borrows from here. */
struct issue {
	Dondoc__V1__ReportFile files[REPORT_FORMATS], *list[REPORT_FORMATS];
	uint8_t hashes[REPORT_FORMATS][DD_HASH_LEN];
	uint8_t data_hash[DD_HASH_LEN];
};

/* The messages only read their texts. */
static char *lend(const char *text)
{
	union {
		const char *in;
		char *out;
	} cast = {.in = text};

	return cast.out;
}

static int make_file(struct report_issuer *issuer, const struct report *report, int format,
		     struct issue *issue)
{
	const struct report_issuer_options *options = &issuer->options;
	Dondoc__V1__ReportFile *file = &issue->files[format];
	struct dd_buf bytes = {0};
	int rc = report_render(report, &options->dress, report_formats[format], &bytes,
			       &issuer->trouble);

	if (rc == DD_OK)
		rc = report_files_put(options->files_dir, &bytes, issue->hashes[format],
				      &issuer->trouble);
	dondoc__v1__report_file__init(file);
	file->format = lend(report_formats[format]);
	file->hash = (ProtobufCBinaryData){.data = issue->hashes[format], .len = DD_HASH_LEN};
	file->size = bytes.len;
	issue->list[format] = file;
	dd_buf_fini(&bytes);
	return rc;
}

static void make_body(struct report_issuer *issuer, const struct report *report,
		      struct issue *issue)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__IssueReport command = DONDOC__V1__ISSUE_REPORT__INIT;
	Dondoc__V1__Actor nobody = DONDOC__V1__ACTOR__INIT;
	size_t size;

	command.schedule = lend(REPORT_MONTHLY);
	command.plan = lend(report->ask.plan);
	command.as_of_day = report->ask.as_of_day;
	command.sequence = report->ask.position.sequence;
	command.data_hash = (ProtobufCBinaryData){.data = issue->data_hash, .len = DD_HASH_LEN};
	command.files = issue->list;
	command.n_files = REPORT_FORMATS;
	command.build = lend(issuer->options.dress.build);
	body.actor = &nobody;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ISSUE_REPORT;
	body.issue_report = &command;
	size = dondoc__v1__command_body__get_packed_size(&body);
	dd_buf_clear(&issuer->body);
	issuer->body.len =
		dondoc__v1__command_body__pack(&body, dd_buf_reserve(&issuer->body, size));
}

/* Data, bytes, files, in this order; the command's body at the end. */
static int make(struct report_issuer *issuer, int32_t day)
{
	const struct report_issuer_options *options = &issuer->options;
	struct report_ask ask = {.plan = options->plan, .as_of_day = day, .trial = options->trial};
	struct dd_buf json = {0};
	struct report report;
	struct issue issue;
	int rc = report_ledger_at_day(options->ledger, day, &ask.position, &issuer->trouble);

	if (rc != DD_OK)
		return rc;
	/* However late it is made, it is the same report: what is corrected after the day is in the
	 * next one. */
	ask.known = ask.position.sequence;
	rc = report_make(options->ledger, options->view, &ask, &report, &issuer->trouble);
	for (int i = 0; rc == DD_OK && i < REPORT_FORMATS; i++)
		rc = make_file(issuer, &report, i, &issue);
	if (rc == DD_OK) {
		report_json(&report, &json);
		dd_hash(json.data, json.len, issue.data_hash);
		make_body(issuer, &report, &issue);
		issuer->day = day;
	}
	dd_buf_fini(&json);
	report_fini(&report);
	return rc;
}

/* --- steps ------------------------------------------------------------------------------------ */

static void wait_for(struct report_issuer *issuer, enum issuer_state state, int64_t until_us)
{
	issuer->state = state;
	issuer->not_before_us = until_us;
}

static void send_it(struct report_issuer *issuer, int64_t mono_us)
{
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	uint8_t stream[16];

	report_issuer_stream(REPORT_MONTHLY, issuer->options.plan, issuer->day, stream);
	submit.stream = (ProtobufCBinaryData){.data = stream, .len = sizeof(stream)};
	submit.number = 1;
	submit.body = (ProtobufCBinaryData){.data = issuer->body.data, .len = issuer->body.len};
	issuer->state = ISSUER_SENT;
	if (issuer->options.send(issuer->options.arg, &submit) != 0)
		wait_for(issuer, ISSUER_WAITING, mono_us + PAUSE_US);
}

static void begin(struct report_issuer *issuer, int32_t day, int64_t mono_us)
{
	char text[DD_DAY_TEXT];

	issuer->trouble = (struct dd_error){0};
	if (make(issuer, day) != DD_OK) {
		dd_log(DD_LOG_ERROR, "reporting.not_made",
		       dd_f_text("as_of", dd_day_iso(day, text)),
		       dd_f_text("reason", issuer->trouble.text));
		wait_for(issuer, ISSUER_IDLE, mono_us + TROUBLE_US);
		return;
	}
	send_it(issuer, mono_us);
}

void report_issuer_turn(struct report_issuer *issuer, int64_t wall_us, int64_t mono_us)
{
	int32_t day;

	if (!issuer->options.schedule.on || issuer->state == ISSUER_SENT ||
	    mono_us < issuer->not_before_us)
		return;
	if (issuer->state == ISSUER_TAKEN && !shown(issuer, issuer->day))
		return;
	if (issuer->state == ISSUER_WAITING && !shown(issuer, issuer->day)) {
		send_it(issuer, mono_us);
		return;
	}
	issuer->state = ISSUER_IDLE;
	day = due_day(issuer, wall_us);
	if (day != 0)
		begin(issuer, day, mono_us);
}

static void refused(struct report_issuer *issuer, const Dondoc__V1__SubmitReply *reply)
{
	const char *words = reply->refusal && reply->refusal->text[0] != '\0' ? reply->refusal->text
									      : "no reason given";
	char text[DD_DAY_TEXT];

	issuer->refused_day = issuer->day;
	issuer->state = ISSUER_IDLE;
	(void)dd_fail(&issuer->trouble, DD_ERR_REFUSED,
		      "the report up to %s was not taken (outcome %d): %.300s",
		      dd_day_iso(issuer->day, text), (int)reply->outcome, words);
	dd_log(DD_LOG_ERROR, "reporting.refused", dd_f_text("reason", issuer->trouble.text));
}

static void accepted(struct report_issuer *issuer, const Dondoc__V1__SubmitReply *reply)
{
	char text[DD_DAY_TEXT];

	issuer->issued++;
	issuer->state = ISSUER_TAKEN;
	dd_log(DD_LOG_INFO, "reporting.issued", dd_f_text("as_of", dd_day_iso(issuer->day, text)),
	       dd_f_uint("sequence", reply->receipt ? reply->receipt->sequence : 0));
}

void report_issuer_answer(struct report_issuer *issuer, const Dondoc__V1__SubmitReply *reply,
			  int64_t mono_us)
{
	assert(issuer->state == ISSUER_SENT);
	if (!reply || reply->outcome == DONDOC__V1__OUTCOME__OUTCOME_BUSY)
		wait_for(issuer, ISSUER_WAITING, mono_us + PAUSE_US);
	else if (reply->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		accepted(issuer, reply);
	else
		refused(issuer, reply);
}
