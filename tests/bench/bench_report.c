/* bench_report.c - a request written from its end to its beginning, so that every length is known
 * when it is written. */
#include "tests/bench/bench_report.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "dondoc/v1/envelope.pb-c.h"

#define STREAM_LEN 16
#define NUMBER     0 /* kinds of content on the wire */
#define BYTES      2

/* About 300 bytes of body: what an office writes about a task. */
static const char note[] =
	"Đã hoàn thành dự thảo, lấy ý kiến 12 đơn vị; còn vướng mắc về kinh phí, đề nghị "
	"Sở Tài chính "
	"cho ý kiến trước ngày 20 để kịp trình Ủy ban nhân dân trong phiên họp tháng tới.";

_Static_assert(sizeof(note) + BENCH_UNIT_MAX + 200 < BENCH_REPORT_MAX, "room for all numbers");

/* --- writing: each puts itself before what `at` points to --------------------------------------
 */

static uint8_t *put_varint(uint8_t *at, uint64_t value)
{
	uint8_t *from;

	at -= (70 - __builtin_clzll(value | 1)) / 7;
	for (from = at; value > 0x7f; value >>= 7)
		*from++ = (uint8_t)(value | 0x80);
	*from = (uint8_t)value;
	return at;
}

/* Fields up to 15 have keys of one byte. */
static uint8_t *put_key(uint8_t *at, unsigned field, unsigned kind)
{
	*--at = (uint8_t)(field << 3 | kind);
	return at;
}

static uint8_t *put_chosen(uint8_t *at, unsigned field, uint64_t value)
{
	return put_key(put_varint(at, value), field, NUMBER);
}

/* Zero is not written, but where it was chosen among others. */
static uint8_t *put_number(uint8_t *at, unsigned field, uint64_t value)
{
	return value == 0 ? at : put_chosen(at, field, value);
}

/* Around what was written since `end`. */
static uint8_t *put_around(uint8_t *at, const uint8_t *end, unsigned field)
{
	return put_key(put_varint(at, (uint64_t)(end - at)), field, BYTES);
}

static uint8_t *put_bytes(uint8_t *at, unsigned field, const void *data, size_t len)
{
	const uint8_t *end = at;

	if (len == 0)
		return at;
	at -= len;
	memcpy(at, data, len);
	return put_around(at, end, field);
}

const uint8_t *bench_report_pack(const struct bench_report *report, uint8_t room[BENCH_REPORT_MAX],
				 size_t *len_out)
{
	uint8_t *end = room + BENCH_REPORT_MAX;
	uint8_t *at = end;
	uint8_t *part;

	assert(report->unit_len <= BENCH_UNIT_MAX);
	at = put_bytes(at, 4, note, sizeof(note) - 1);
	at = put_chosen(at, 2, report->percent);
	at = put_number(at, 1, report->task);
	at = put_around(at, end, 10); /* ReportProgress in CommandBody */
	part = at;
	at = put_around(put_number(at, 1, report->seen), part, 4); /* Base in CommandBody */
	at = put_number(at, 2, (uint64_t)report->fact_us);
	part = at;
	at = put_bytes(at, 3, report->unit, report->unit_len);
	at = put_bytes(at, 1, report->stream, STREAM_LEN);
	at = put_around(at, part, 1); /* Actor in CommandBody */
	at = put_around(at, end, 3);  /* CommandBody in Submit */
	at = put_number(at, 2, report->number);
	at = put_bytes(at, 1, report->stream, STREAM_LEN);
	at = put_around(at, end, 10); /* Submit in Request */
	at = put_number(at, 2, report->id);
	at = put_number(at, 1, 1);
	*len_out = (size_t)(end - at);
	return at;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct wire {
	const uint8_t *at, *end;
};

static bool take_varint(struct wire *wire, uint64_t *value_out)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && wire->at < wire->end; shift += 7) {
		uint8_t byte = *wire->at++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*value_out = value;
			return true;
		}
	}
	return false;
}

static bool take_key(struct wire *wire, unsigned field, unsigned kind)
{
	if (wire->at == wire->end || *wire->at != (field << 3 | kind))
		return false;
	wire->at++;
	return true;
}

/* The field's content ends where the message ends. */
static bool take_last(struct wire *wire, unsigned field)
{
	uint64_t len;

	return take_key(wire, field, BYTES) && take_varint(wire, &len) &&
	       len == (uint64_t)(wire->end - wire->at);
}

bool bench_reply_accepted(const uint8_t *data, size_t len, uint64_t *id_out)
{
	struct wire wire = {.at = data, .end = data + len};
	uint64_t outcome;

	*id_out = 0;
	if (take_key(&wire, 1, NUMBER) && !take_varint(&wire, id_out))
		return false;
	return take_last(&wire, 10) && take_key(&wire, 1, NUMBER) && take_varint(&wire, &outcome) &&
	       outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED && take_last(&wire, 2);
}

/* --- is it what protobuf-c makes? --------------------------------------------------------------
 */

static size_t pack_slowly(const struct bench_report *from, uint8_t *out)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__Base base = DONDOC__V1__BASE__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	uint8_t packed[BENCH_REPORT_MAX];

	actor.person.data = (uint8_t *)from->stream;
	actor.person.len = STREAM_LEN;
	actor.unit = (char *)from->unit;
	report.task = from->task;
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.percent = from->percent;
	report.note = (char *)note;
	body.actor = &actor;
	base.task_version = from->seen;
	body.based_on = &base;
	body.fact_us = from->fact_us;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &report;
	submit.stream = actor.person;
	submit.number = from->number;
	submit.body.data = packed;
	submit.body.len = dondoc__v1__command_body__pack(&body, packed);
	request.version = 1;
	request.id = from->id;
	request.body_case = DONDOC__V1__REQUEST__BODY_SUBMIT;
	request.submit = &submit;
	return dondoc__v1__request__pack(&request, out);
}

static bool packs_equal(const struct bench_report *report)
{
	uint8_t slow[BENCH_REPORT_MAX], room[BENCH_REPORT_MAX];
	size_t slow_len = pack_slowly(report, slow);
	size_t len;
	const uint8_t *fast = bench_report_pack(report, room, &len);

	return len == slow_len && memcmp(fast, slow, len) == 0;
}

static bool reads_equal(uint64_t id, Dondoc__V1__Outcome outcome)
{
	uint8_t chain[32] = {1};
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__SubmitReply submit = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__Receipt receipt = DONDOC__V1__RECEIPT__INIT;
	uint8_t packed[256];
	uint64_t id_read;
	size_t len;

	receipt.incarnation = 1;
	receipt.sequence = id + 1;
	receipt.chain.data = chain;
	receipt.chain.len = sizeof(chain);
	submit.outcome = outcome;
	submit.receipt = &receipt;
	reply.id = id;
	reply.body_case = DONDOC__V1__REPLY__BODY_SUBMIT;
	reply.submit = &submit;
	len = dondoc__v1__reply__pack(&reply, packed);
	if (outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED)
		return !bench_reply_accepted(packed, len, &id_read);
	return bench_reply_accepted(packed, len, &id_read) && id_read == id &&
	       !bench_reply_accepted(packed, len - 1, &id_read);
}

int bench_report_check(const char *unit)
{
	static const uint64_t values[] = {0,     1,     99,         127,       128,
					  16383, 16384, 1ull << 35, INT64_MAX, UINT64_MAX};
	static const uint8_t stream[STREAM_LEN] = {9, 8, 7};
	size_t count = sizeof(values) / sizeof(values[0]);
	bool equal = true;

	if (strlen(unit) > BENCH_UNIT_MAX) {
		fprintf(stderr, "the unit's code has more than %d bytes\n", BENCH_UNIT_MAX);
		return -1;
	}
	for (size_t i = 0; i < count * count; i++) {
		struct bench_report report = {.id = values[i % count],
					      .stream = stream,
					      .unit = unit,
					      .unit_len = strlen(unit),
					      .number = values[i / count],
					      .fact_us = (int64_t)values[(i + 3) % count],
					      .seen = values[(i / count + 7) % count],
					      .task = values[(i / count + 5) % count],
					      .percent = (uint32_t)(i % 101)};

		equal = equal && packs_equal(&report);
	}
	for (size_t i = 0; i < count; i++)
		equal = equal && reads_equal(values[i], DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED) &&
			reads_equal(values[i], DONDOC__V1__OUTCOME__OUTCOME_REFUSED);
	if (!equal)
		fprintf(stderr, "the messages have changed: bench_report.c must follow\n");
	return equal ? 0 : -1;
}
