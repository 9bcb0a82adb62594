/* office_sender.c - commands out in order, answers in.
 *
 * The happy path is: up to a window of waiting reports is marked "sent" in one transaction, leaves,
 * and each answer settles its report (with `gathers`, many in one transaction). Possible failures:
 * no answer, "busy" and "gap" go back to the first number in question after a pause, all in a new
 * round, so that the many "gap" answers of one loss count once. "Denied" keeps everything and waits
 * long. "Conflict" retires the stream. */
#include "services/office/office_sender.h"

#include "common/base/buf.h"
#include "common/base/log.h"
#include "common/base/text.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Remember it; one of an earlier round gives up its place if need be. */
static void add_flight(struct office_core *core, const struct office_flight *flight)
{
	size_t at = core->flight_count;

	if (at == core->flight_cap) {
		for (at = 0; core->flights[at].round == core->round; at++)
			assert(at + 1 < core->flight_cap);
	} else {
		core->flight_count++;
	}
	core->flights[at] = *flight;
	core->in_round++;
}

static int send_one(struct office_core *core, uint64_t item, uint64_t number, struct dd_error *err)
{
	const struct office_stream *stream =
		office_outbox_stream(core->options.outbox, core->ordinal);
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	struct office_flight flight = {
		.item = item, .number = number, .ordinal = core->ordinal, .round = core->round};
	uint8_t *body = NULL;
	uint8_t id[DD_ID_LEN];
	size_t len;
	int rc = 0;

	memcpy(id, stream->id, sizeof(id));
	submit.stream.data = id;
	submit.stream.len = sizeof(id);
	submit.number = number;
	if (item != 0)
		rc = office_outbox_body(core->options.outbox, item, &body, &submit.body.len);
	if (rc != 0)
		return dd_fail(err, rc, "a report's bytes cannot be read from the outbox");
	submit.body.data = body;
	request.version = 1;
	request.id = flight.request = core->options.next_id(core->options.arg);
	request.deadline_ms = office_core_deadline(core);
	request.body_case = DONDOC__V1__REQUEST__BODY_SUBMIT;
	request.submit = &submit;
	dd_buf_clear(&core->out);
	len = dondoc__v1__request__get_packed_size(&request);
	(void)dondoc__v1__request__pack(&request, dd_buf_reserve(&core->out, len));
	free(body);
	if (core->options.send_out(core->options.arg, request.id, core->out.data, len,
				   request.deadline_ms) != 0)
		return DD_ERR_RETRY;
	add_flight(core, &flight);
	return 0;
}

/* Fill `picked` with what goes out next: reports that wait, and holes that the centre lacks. */
static int pick(struct office_core *core, uint32_t room, uint32_t *count_out, uint64_t *next_out)
{
	struct office_outbox *outbox = core->options.outbox;
	const uint64_t limit = office_core_limit(core);
	uint64_t number = core->next;
	uint64_t waiting = 0;
	uint32_t count = 0;
	int rc = 0;

	while (count < room && number <= limit) {
		struct office_item item;

		if (number > waiting)
			rc = office_outbox_first_waiting(outbox, core->ordinal, number, &waiting);
		if (rc != 0 || waiting > limit)
			break;
		if (number <= core->centre_last)
			number = waiting <= core->centre_last ? waiting : core->centre_last + 1;
		rc = office_outbox_at(outbox, core->ordinal, number, &item);
		if (rc != 0 && rc != DD_ERR_NOT_FOUND)
			break;
		if (rc == DD_ERR_NOT_FOUND && number > core->centre_last) {
			core->picked_numbers[count] = number;
			core->picked[count++] = 0;
		} else if (rc == 0 && (item.state == OFFICE_QUEUED || item.state == OFFICE_SENT)) {
			core->picked_numbers[count] = number;
			core->picked[count++] = item.id;
		}
		rc = 0;
		number++;
	}
	*count_out = count;
	*next_out = number;
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

static int mark_picked(struct office_core *core, uint32_t count, struct dd_error *err)
{
	uint64_t ids[OFFICE_WINDOW_MAX];
	size_t id_count = 0;

	for (uint32_t i = 0; i < count; i++)
		if (core->picked[i] != 0)
			ids[id_count++] = core->picked[i];
	if (id_count == 0)
		return 0;
	return office_outbox_mark_sent(core->options.outbox, ids, id_count, core->wall_us, err);
}

int office_send_waiting(struct office_core *core, struct dd_error *err)
{
	const uint32_t window = core->options.window;
	uint64_t next = core->next;
	uint32_t count = 0;
	int rc;

	if (core->in_round >= window)
		return 0;
	rc = pick(core, window - core->in_round, &count, &next);
	if (rc != 0)
		return dd_fail(err, rc, "the outbox cannot be read");
	if (count == 0)
		return 0;
	/* "May have left" is durable before anything leaves. */
	rc = mark_picked(core, count, err);
	if (rc != 0)
		return office_core_stored(core, rc);
	core->next = next;
	for (uint32_t i = 0; i < count; i++) {
		rc = send_one(core, core->picked[i], core->picked_numbers[i], err);
		if (rc == DD_ERR_RETRY) { /* the socket's queue is full */
			core->next = core->picked_numbers[i];
			office_core_pause(core, 0);
			return 0;
		}
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* --- answers --------------------------------------------------------------------------------- */

void office_core_denied(struct office_core *core, const char *words)
{
	if (!core->denied)
		dd_log(DD_LOG_ERROR, "office.denied", dd_f_text("unit", core->unit),
		       dd_f_text("centre", words));
	core->denied = true;
	memset(core->trouble, 0, sizeof(core->trouble));
	(void)snprintf(core->trouble, sizeof(core->trouble), "%s", words);
	office_core_pause_slow(core);
}

/* The report that the flight carried, if it still waits under that number. */
static int find_item(struct office_core *core, const struct office_flight *flight,
		     struct office_item *item_out)
{
	int rc;

	if (flight->item == 0)
		return DD_ERR_NOT_FOUND;
	rc = office_outbox_at(core->options.outbox, flight->ordinal, flight->number, item_out);
	if (rc == 0 && (item_out->id != flight->item || item_out->state != OFFICE_SENT))
		return DD_ERR_NOT_FOUND;
	return rc;
}

static void take_receipt(const Dondoc__V1__Receipt *from, struct office_receipt *receipt)
{
	memset(receipt, 0, sizeof(*receipt));
	if (from == NULL)
		return;
	receipt->incarnation = from->incarnation;
	receipt->sequence = from->sequence;
	if (from->chain.len == DD_HASH_LEN)
		memcpy(receipt->chain, from->chain.data, DD_HASH_LEN);
}

static void refusal_words(const Dondoc__V1__Refusal *refusal, char *out, size_t size)
{
	const ProtobufCEnumValue *value;
	struct dd_buf words = {0};

	if (refusal == NULL) {
		(void)snprintf(out, size, "refused");
		return;
	}
	value = protobuf_c_enum_descriptor_get_value(&dondoc__v1__refusal_code__descriptor,
						     (int)refusal->code);
	dd_buf_text(&words, value != NULL ? value->name : "REFUSED");
	for (size_t i = 0; i < refusal->n_arguments; i++)
		dd_buf_printf(&words, "%s%s", i > 0 ? ", " : " (", refusal->arguments[i]);
	dd_buf_printf(&words, "%s %s", refusal->n_arguments > 0 ? ")" : "", refusal->text);
	memcpy(out, dd_buf_cstr(&words), dd_text_cut(dd_buf_cstr(&words), size - 1));
	out[dd_text_cut(dd_buf_cstr(&words), size - 1)] = '\0';
	dd_buf_fini(&words);
}

/* The centre takes numbers without gaps: an answer to one means that it has all before. */
static void centre_has(struct office_core *core, const struct office_flight *flight)
{
	if (flight->ordinal == core->ordinal && flight->number > core->centre_last)
		core->centre_last = flight->number;
}

static int on_decided(struct office_core *core, const struct office_flight *flight,
		      const Dondoc__V1__SubmitReply *reply, struct dd_error *err)
{
	struct office_receipt receipt;
	struct office_change change = {.receipt = &receipt};
	struct office_item item;
	char words[OFFICE_REASON_TEXT] = "";
	int rc = find_item(core, flight, &item);

	centre_has(core, flight);
	core->failures = 0;
	core->denied = false;
	memset(core->trouble, 0, sizeof(core->trouble));
	if (rc != 0)
		return rc == DD_ERR_NOT_FOUND ? 0 : dd_fail(err, rc, "the outbox cannot be read");
	take_receipt(reply->receipt, &receipt);
	change.state = item.body_len == 0 || item.destroyed ? OFFICE_WITHDRAWN
		       : reply->held                        ? OFFICE_HELD
							    : OFFICE_ACCEPTED;
	if (reply->outcome == DONDOC__V1__OUTCOME__OUTCOME_REFUSED) {
		change.state = OFFICE_REFUSED;
		refusal_words(reply->refusal, words, sizeof(words));
	}
	if (core->options.gathers && words[0] == '\0') {
		office_outbox_answered(core->options.outbox, item.id, &change, core->wall_us);
		return 0;
	}
	change.reason = words;
	return office_core_stored(core, office_outbox_change(core->options.outbox, item.id, &change,
							     core->wall_us, err));
}

static int on_conflict(struct office_core *core, const struct office_flight *flight,
		       struct dd_error *err)
{
	const bool open = office_outbox_stream(core->options.outbox, flight->ordinal)->state !=
			  OFFICE_STREAM_RETIRING;
	const struct office_change there = {.state = OFFICE_ACCEPTED};
	struct office_item item;
	int rc = find_item(core, flight, &item);

	centre_has(core, flight);
	core->failures = 0;
	if (rc != 0)
		return rc == DD_ERR_NOT_FOUND ? 0 : dd_fail(err, rc, "the outbox cannot be read");
	if (item.destroyed) /* ours is empty: the centre still has what it answered once */
		return office_core_stored(core, office_outbox_change(core->options.outbox, item.id,
								     &there, core->wall_us, err));
	rc = office_core_stored(
		core, office_outbox_conflict(core->options.outbox, item.id, core->wall_us, err));
	if (rc != 0 || !open)
		return rc;
	dd_log(DD_LOG_ERROR, "office.conflict", dd_f_uint("stream", flight->ordinal),
	       dd_f_uint("number", flight->number));
	office_core_ask(core, flight->ordinal);
	return 0;
}

/* The centre misses an earlier number. If we hold that one for decided, the centre was restored. */
static int on_gap(struct office_core *core, const struct office_flight *flight, uint64_t expected,
		  struct dd_error *err)
{
	struct office_item item;
	int rc;

	office_core_pause(core, 0);
	if (expected == 0 || expected > flight->number) {
		office_core_ask(core, core->ordinal);
		return 0;
	}
	rc = office_outbox_at(core->options.outbox, core->ordinal, expected, &item);
	if (rc != 0 && rc != DD_ERR_NOT_FOUND)
		return dd_fail(err, rc, "the outbox cannot be read");
	if (rc == 0 && item.state != OFFICE_QUEUED && item.state != OFFICE_SENT) {
		office_core_ask(core, 0);
		return 0;
	}
	if (expected <= core->centre_last)
		core->centre_last = expected - 1;
	office_core_go_back(core, expected);
	return 0;
}

/* Not for ever: the report stays, and its reason is told. */
static int on_denied(struct office_core *core, const struct office_flight *flight,
		     const char *words, struct dd_error *err)
{
	const struct office_change change = {.state = OFFICE_QUEUED, .reason = words};
	struct office_item item;
	int rc = find_item(core, flight, &item);

	office_core_go_back(core, flight->number);
	if (rc == 0)
		rc = office_core_stored(core, office_outbox_change(core->options.outbox, item.id,
								   &change, core->wall_us, err));
	office_core_denied(core, words);
	return rc == DD_ERR_NOT_FOUND ? 0 : rc;
}

static int on_submit(struct office_core *core, const struct office_flight *flight,
		     const Dondoc__V1__SubmitReply *reply, struct dd_error *err)
{
	const bool current = flight->round == core->round && flight->ordinal == core->ordinal;

	switch (reply->outcome) {
	case DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED:
	case DONDOC__V1__OUTCOME__OUTCOME_REFUSED:
		return on_decided(core, flight, reply, err);
	case DONDOC__V1__OUTCOME__OUTCOME_CONFLICT:
		return on_conflict(core, flight, err);
	case DONDOC__V1__OUTCOME__OUTCOME_BUSY:
		if (current) {
			office_core_go_back(core, flight->number);
			office_core_pause(core, reply->retry_after_ms);
		}
		return 0;
	case DONDOC__V1__OUTCOME__OUTCOME_GAP:
		return current ? on_gap(core, flight, reply->expected, err) : 0;
	case DONDOC__V1__OUTCOME__OUTCOME_DENIED:
		return !current
			       ? 0
			       : on_denied(core, flight,
					   reply->refusal != NULL && reply->refusal->text[0] != '\0'
						   ? reply->refusal->text
						   : "the centre denies this office to send",
					   err);
	case DONDOC__V1__OUTCOME__OUTCOME_UNKNOWN:
	case DONDOC__V1__OUTCOME__OUTCOME_DRY_RUN:
	case DONDOC__V1__OUTCOME__OUTCOME_SAVED:
	default: /* from outside: any number */
		return !current ? 0
				: on_denied(core, flight,
					    "the centre gave an answer that this office does not "
					    "understand: update dondoc-office",
					    err);
	}
}

int office_on_flight(struct office_core *core, const struct office_flight *flight,
		     const Dondoc__V1__Reply *reply, struct dd_error *err)
{
	const bool current = flight->round == core->round && flight->ordinal == core->ordinal;
	const bool accepted = reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT &&
			      reply->submit->outcome == DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED;
	/* What is not the ordinary answer is judged by what the outbox knows. */
	int rc = accepted ? 0 : office_core_write(core, err);

	if (rc != 0)
		return rc;
	if (reply->body_case == DONDOC__V1__REPLY__BODY_SUBMIT)
		return on_submit(core, flight, reply->submit, err);
	if (!current)
		return 0;
	if (reply->body_case == DONDOC__V1__REPLY__BODY_ERROR &&
	    reply->error->code == DONDOC__V1__ERROR_CODE__ERROR_BUSY) {
		office_core_go_back(core, flight->number);
		office_core_pause(core, 0);
		return 0;
	}
	return on_denied(core, flight,
			 reply->body_case == DONDOC__V1__REPLY__BODY_ERROR
				 ? reply->error->text
				 : "the centre did not answer the report",
			 err);
}
