/* office_compare.c - what the centre has of a stream against what the outbox has.
 *
 * The happy path is: the centre's last number is one that the outbox knows with the same digest and
 * receipt; what waits is sent. Behind: the centre was restored; what it lacks is sent again. Ahead
 * or different: somebody else has used the stream, which is retired. */
#include "services/office/office_sender.h"

#include "common/base/log.h"
#include <string.h>

/* What the centre shows of us to those who look after offices (`dondoc office list`). */
static void tell(struct office_core *core, Dondoc__V1__OfficeTells *tells)
{
	struct office_counts counts;

	if (office_outbox_counts(core->options.outbox, &counts) != 0)
		return;
	tells->backlog = counts.waiting < UINT32_MAX ? (uint32_t)counts.waiting : UINT32_MAX;
	tells->oldest_us = counts.oldest_us;
	if (core->options.followed != NULL)
		tells->sequence = core->options.followed(core->options.arg);
	if (core->options.build != NULL)
		tells->build = (char *)core->options.build; /* packed, not changed */
}

int office_send_ask(struct office_core *core)
{
	const struct office_stream *stream =
		office_outbox_stream(core->options.outbox, core->ordinal);
	uint8_t id[DD_ID_LEN];
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowStream show = DONDOC__V1__SHOW_STREAM__INIT;
	Dondoc__V1__OfficeTells tells = DONDOC__V1__OFFICE_TELLS__INIT;
	size_t len;

	memcpy(id, stream->id, sizeof(id));
	show.stream.data = id;
	show.stream.len = sizeof(id);
	tell(core, &tells);
	show.tells = &tells;
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_STREAM;
	query.show_stream = &show;
	request.version = 1;
	request.id = core->options.next_id(core->options.arg);
	request.deadline_ms = office_core_deadline(core);
	request.body_case = DONDOC__V1__REQUEST__BODY_QUERY;
	request.query = &query;
	dd_buf_clear(&core->out);
	len = dondoc__v1__request__get_packed_size(&request);
	(void)dondoc__v1__request__pack(&request, dd_buf_reserve(&core->out, len));
	core->asked = request.id;
	core->phase = OFFICE_ASKING;
	if (core->options.send_out(core->options.arg, request.id, core->out.data, len,
				   request.deadline_ms) != 0) {
		core->asked = 0;
		core->phase = OFFICE_ASK;
		office_core_pause(core, 0);
	}
	return 0;
}

/* Receipts of the same command differ. What a side does not know proves nothing. */
static bool receipt_differs(const struct office_receipt *ours, const Dondoc__V1__Receipt *theirs)
{
	if (theirs == NULL || theirs->sequence == 0 || ours->sequence == 0)
		return false;
	if (theirs->sequence != ours->sequence)
		return true;
	return theirs->chain.len == DD_HASH_LEN &&
	       memcmp(theirs->chain.data, ours->chain, DD_HASH_LEN) != 0;
}

#define NOTHING_LOST "Nothing is lost; reports go on in a new stream. "

static const char ahead[] =
	"The centre knows more of this outbox than the outbox itself: an old copy was restored, or "
	"the outbox was copied and is in use twice. " NOTHING_LOST
	"Look for reports made after the copy.";
static const char differs[] =
	"The centre's last report of this outbox is another one: the outbox was copied and is in "
	"use twice, or an old copy was restored. " NOTHING_LOST
	"Let only one dondoc-office use it.";
static const char changed[] =
	"The centre's receipt for a report differs from the one it gave before: its log was "
	"changed. Reports go on in a new stream; tell the centre and keep this outbox as the "
	"witness.";

/* What the centre's last number tells: *why_out is NULL if nobody else has used the stream;
 * *doubt_out: even what was answered is to be asked about again. */
static int judge_last(struct office_core *core, const Dondoc__V1__StreamState *centre,
		      const char **why_out, bool *doubt_out)
{
	const struct office_stream *stream =
		office_outbox_stream(core->options.outbox, core->ordinal);
	struct office_item item;
	int rc;

	*why_out = centre->last_number > stream->last_number ? ahead : NULL;
	if (*why_out != NULL || centre->last_number == 0)
		return 0;
	rc = office_outbox_at(core->options.outbox, core->ordinal, centre->last_number, &item);
	if (rc != 0)
		return rc == DD_ERR_NOT_FOUND ? 0 : rc; /* a hole: it is not ours anyway */
	*doubt_out = office_state_settled((enum office_state)item.state);
	if (centre->last_digest.len == DD_HASH_LEN &&
	    memcmp(centre->last_digest.data, item.digest, DD_HASH_LEN) != 0) {
		*why_out = differs;
		return 0;
	}
	*doubt_out = *doubt_out && receipt_differs(&item.receipt, centre->last_receipt);
	/* Under a newer incarnation the centre was restored and got the report again already. One
	 * that does not name the incarnation may have been. */
	if (*doubt_out && centre->last_receipt->incarnation != 0 &&
	    centre->last_receipt->incarnation <= item.receipt.incarnation)
		*why_out = changed;
	return 0;
}

/* The centre lacks what it had answered: that goes out again. */
static int requeue(struct office_core *core, uint64_t after, struct dd_error *err)
{
	const struct office_stream *stream =
		office_outbox_stream(core->options.outbox, core->ordinal);
	uint64_t count = 0;
	int rc;

	if (after >= stream->last_number)
		return 0;
	rc = office_outbox_requeue(core->options.outbox, core->ordinal, after, core->wall_us,
				   &count, err);
	if (rc == 0 && count > 0)
		dd_log(DD_LOG_WARN, "office.centre_behind", dd_f_uint("stream", core->ordinal),
		       dd_f_uint("centre_has", after), dd_f_uint("sent_again", count));
	return rc;
}

static int retire(struct office_core *core, uint64_t centre_last, const char *why,
		  struct dd_error *err)
{
	const struct office_stream *stream =
		office_outbox_stream(core->options.outbox, core->ordinal);

	if (stream->state == OFFICE_STREAM_OPEN)
		dd_log(DD_LOG_ERROR, "office.stream_retiring", dd_f_uint("stream", core->ordinal),
		       dd_f_text("why", why));
	return office_outbox_retire(core->options.outbox, core->ordinal, centre_last, why,
				    core->wall_us, err);
}

static int compare(struct office_core *core, const Dondoc__V1__StreamState *centre,
		   struct dd_error *err)
{
	struct office_outbox *outbox = core->options.outbox;
	const uint64_t last = centre->known ? centre->last_number : 0;
	const uint8_t state = office_outbox_stream(outbox, core->ordinal)->state;
	bool doubt = false;
	const char *why = NULL;
	int rc = requeue(core, last, err);

	if (rc != 0)
		return rc;
	rc = judge_last(core, centre, &why, &doubt);
	if (rc != 0)
		return dd_fail(err, rc, "the outbox cannot be read");
	if (doubt || (state == OFFICE_STREAM_OPEN && why != NULL) ||
	    office_outbox_doubtful(outbox, core->ordinal))
		rc = office_outbox_doubt(outbox, core->ordinal, core->wall_us, err);
	if (rc == 0 &&
	    (state == OFFICE_STREAM_RETIRING || (state == OFFICE_STREAM_OPEN && why != NULL)))
		rc = retire(core, last, why, err);
	if (rc != 0)
		return rc;
	core->centre_last = last;
	core->next = 1;
	core->phase = OFFICE_SENDING;
	return 0;
}

int office_on_asked(struct office_core *core, const Dondoc__V1__Reply *reply, struct dd_error *err)
{
	const bool answered = reply->body_case == DONDOC__V1__REPLY__BODY_ANSWER &&
			      reply->answer->what_case == DONDOC__V1__ANSWER__WHAT_STREAM;
	int rc;

	core->phase = OFFICE_ASK;
	if (!answered) {
		const bool error = reply->body_case == DONDOC__V1__REPLY__BODY_ERROR;

		if (error && reply->error->code == DONDOC__V1__ERROR_CODE__ERROR_BUSY)
			office_core_pause(core, 0);
		else
			office_core_denied(core, error ? reply->error->text : "no stream's state");
		return 0;
	}
	rc = office_core_stored(core, compare(core, reply->answer->stream, err));
	if (rc == 0 && core->phase == OFFICE_SENDING) {
		core->check_us = core->mono_us + OFFICE_CHECK_US;
		core->failures = 0;
	}
	return rc;
}
