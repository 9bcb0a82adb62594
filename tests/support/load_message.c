/* load_message.c - see load_message.h. */
#include "tests/support/load_message.h"

#include "common/base/clock.h"
#include "dondoc/v1/envelope.pb-c.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NOTE_MAX 4000u

static void write_note(const struct test_report *report, char note[NOTE_MAX + 1])
{
	size_t want = report->note_bytes < NOTE_MAX ? report->note_bytes : NOTE_MAX;
	char name[2 * DD_ID_LEN + 1];
	size_t len = (size_t)snprintf(note, NOTE_MAX + 1, "%s/%" PRIu64 "/%016" PRIx64,
				      dd_hex(report->stream, DD_ID_LEN, name), report->number,
				      report->salt);

	for (; len < want; len++)
		note[len] = (char)('a' + len % 26);
	note[len] = '\0';
}

/* protobuf-c's messages hold what they only read as if they might change it. */
static void borrow(ProtobufCBinaryData *to, const uint8_t *data, size_t len)
{
	memcpy(&to->data, &data, sizeof(data));
	to->len = len;
}

size_t test_report_pack(const struct test_report *report, uint8_t out[TEST_BODY_MAX],
			uint8_t content[DD_HASH_LEN])
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ReportProgress progress = DONDOC__V1__REPORT_PROGRESS__INIT;
	char note[NOTE_MAX + 1];
	char unit[64];

	write_note(report, note);
	dd_hash(note, strlen(note), content);
	snprintf(unit, sizeof(unit), "%s", report->unit);
	borrow(&actor.person, report->stream, DD_ID_LEN);
	actor.unit = unit;
	progress.task = report->task;
	progress.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	progress.percent = (uint32_t)(report->number % 100);
	progress.note = note;
	body.actor = &actor;
	body.fact_us = dd_wall_us();
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &progress;
	return dondoc__v1__command_body__pack(&body, out);
}

size_t test_submit_pack(uint64_t request, const struct test_identity *id, const uint8_t *body,
			size_t body_len, uint8_t out[TEST_REQUEST_MAX])
{
	Dondoc__V1__Request message = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;

	borrow(&submit.stream, id->stream, DD_ID_LEN);
	borrow(&submit.body, body, body_len);
	submit.number = id->number;
	message.version = 1;
	message.id = request;
	message.body_case = DONDOC__V1__REQUEST__BODY_SUBMIT;
	message.submit = &submit;
	return dondoc__v1__request__pack(&message, out);
}
