/* view_query.c - a query finds its answer: the table, and the short answers. */
#include "common/view/view_query.h"
#include "common/view/view_answer.h"
#include "common/view/view_records.h"
#include <string.h>

/* --- streams ------------------------------------------------------------------------------ */

/* The receipt's chain hash is the log's to tell; here it stays empty. */
static int answer_show_stream(struct answering *answering, const Dondoc__V1__Query *query)
{
	const ProtobufCBinaryData *id = &query->show_stream->stream;
	const char *principal = answering->context->principal;
	Dondoc__V1__StreamState *state = pool_alloc(&answering->pool, sizeof(*state));
	Dondoc__V1__Receipt *receipt = pool_alloc(&answering->pool, sizeof(*receipt));
	struct view_stream *stream = pool_alloc(&answering->pool, sizeof(*stream));
	int rc;

	if (!principal)
		return dd_fail(answering->err, DD_ERR_UNSUPPORTED, "no streams are told here");
	if (id->len != DD_ID_LEN)
		return dd_fail(answering->err, DD_ERR_INVALID, "a stream's id has 16 bytes");
	dondoc__v1__stream_state__init(state);
	dondoc__v1__receipt__init(receipt);
	rc = view_stream(answering->view, false, principal, id->data, stream);
	if (rc == DD_OK) {
		state->known = 1;
		state->last_number = stream->last_number;
		state->last_digest = (ProtobufCBinaryData){.data = stream->last_digest,
							   .len = sizeof(stream->last_digest)};
		receipt->incarnation = view_position(answering->view)->incarnation;
		receipt->sequence = stream->last_sequence;
		state->last_receipt = receipt;
	} else if (rc != DD_ERR_NOT_FOUND) {
		return dd_fail(answering->err, rc, "the stream cannot be read from the view");
	}
	answering->answer.view_sequence = view_position(answering->view)->sequence;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_STREAM;
	answering->answer.stream = state;
	return DD_OK;
}

/* --- the table ---------------------------------------------------------------------------- */

static answer_fn *const answers[] = {
	[DONDOC__V1__QUERY__WHAT_LIST_PLANS] = answer_list_plans,
	[DONDOC__V1__QUERY__WHAT_LIST_UNITS] = answer_list_units,
	[DONDOC__V1__QUERY__WHAT_LIST_TASKS] = answer_list_tasks,
	[DONDOC__V1__QUERY__WHAT_SHOW_TASK] = answer_show_task,
	[DONDOC__V1__QUERY__WHAT_COUNT_TASKS] = answer_count_tasks,
	[DONDOC__V1__QUERY__WHAT_SHOW_STREAM] = answer_show_stream,
	[DONDOC__V1__QUERY__WHAT_LIST_DIGESTS] = answer_list_digests,
	[DONDOC__V1__QUERY__WHAT_SHOW_DIGEST] = answer_show_digest,
	[DONDOC__V1__QUERY__WHAT_LIST_REPORTS] = answer_list_reports,
	[DONDOC__V1__QUERY__WHAT_LIST_REQUESTS] = answer_list_requests,
	[DONDOC__V1__QUERY__WHAT_LIST_SILENT] = answer_list_silent,
	[DONDOC__V1__QUERY__WHAT_LIST_DAILY] = answer_list_daily,
	[DONDOC__V1__QUERY__WHAT_LIST_CALENDAR] = answer_list_calendar,
	[DONDOC__V1__QUERY__WHAT_LIST_COMMENTS] = answer_list_comments,
	[DONDOC__V1__QUERY__WHAT_LIST_GROUPS] = answer_list_groups,
	[DONDOC__V1__QUERY__WHAT_LIST_PUBLICATIONS] = answer_list_publications,
	[DONDOC__V1__QUERY__WHAT_LIST_INDICATORS] = answer_list_indicators,
	[DONDOC__V1__QUERY__WHAT_LIST_BASELINES] = answer_list_baselines,
	[DONDOC__V1__QUERY__WHAT_LIST_FILTERS] = answer_list_filters,
	[DONDOC__V1__QUERY__WHAT_LIST_SETTINGS] = answer_list_settings,
	[DONDOC__V1__QUERY__WHAT_LIST_AREAS] = answer_list_areas,
	[DONDOC__V1__QUERY__WHAT_LIST_LINKS] = answer_list_links,
	[DONDOC__V1__QUERY__WHAT_READ_TIME] = answer_read_time,
	[DONDOC__V1__QUERY__WHAT_PAIR_PLANS] = answer_pair_plans,
	[DONDOC__V1__QUERY__WHAT_SHOW_UNIT] = answer_show_unit,
	[DONDOC__V1__QUERY__WHAT_LIST_PEOPLE] = answer_list_people,
	[DONDOC__V1__QUERY__WHAT_CHECK_RIGHT] = answer_check_right,
	[DONDOC__V1__QUERY__WHAT_SHOW_HANDOVER] = answer_show_handover,
	[DONDOC__V1__QUERY__WHAT_LIST_FILES] = answer_list_files,
	[DONDOC__V1__QUERY__WHAT_LIST_DESTRUCTIONS] = answer_list_destructions,
	[DONDOC__V1__QUERY__WHAT_LIST_DESTROYED] = answer_list_destroyed,
	[DONDOC__V1__QUERY__WHAT_SHOW_PLAN_AT] = answer_show_plan_at,
	[DONDOC__V1__QUERY__WHAT_LIST_BACKUPS] = answer_list_backups,
	[DONDOC__V1__QUERY__WHAT_DIFF_PLAN] = answer_diff_plan,
	[DONDOC__V1__QUERY__WHAT_LIST_REMINDER_RULES] = answer_list_reminder_rules,
	[DONDOC__V1__QUERY__WHAT_LIST_SILENCES] = answer_list_silences,
	[DONDOC__V1__QUERY__WHAT_LIST_REMINDER_STARTS] = answer_list_reminder_starts,
	[DONDOC__V1__QUERY__WHAT_PROVE_TOLD] = answer_prove_told,
	[DONDOC__V1__QUERY__WHAT_LIST_INBOX] = answer_list_inbox,
};

static int begin(struct answering *answering)
{
	struct dd_position cursor;
	bool partial;
	int rc = view_snapshot(answering->view, &answering->txn, answering->err);

	if (rc == DD_OK)
		rc = view_cursor_get(answering->txn, &cursor, &partial, answering->err);
	dondoc__v1__answer__init(&answering->answer);
	if (rc == DD_OK)
		answering->answer.view_sequence = cursor.sequence;
	return rc;
}

#define DAY_MOST                                                                                   \
	4000000 /* some 11,000 years either way: what is counted on from there fits too            \
		 */

static int check_one_day(const ProtobufCFieldDescriptor *asked, const uint8_t *message,
			 const char *name, struct dd_error *err)
{
	const ProtobufCFieldDescriptor *field =
		protobuf_c_message_descriptor_get_field_by_name(asked->descriptor, name);
	int32_t day;

	if (!field || field->type != PROTOBUF_C_TYPE_INT32)
		return DD_OK;
	memcpy(&day, message + field->offset, sizeof(day));
	if (day >= -DAY_MOST && day <= DAY_MOST)
		return DD_OK;
	return dd_fail(err, DD_ERR_INVALID, "%s.%s: %d is a day of no calendar", asked->name, name,
		       (int)day);
}

/* Whatever the question, its days are such that can be counted with. */
static int check_days(const Dondoc__V1__Query *query, struct dd_error *err)
{
	const ProtobufCFieldDescriptor *asked = protobuf_c_message_descriptor_get_field(
		query->base.descriptor, (unsigned)query->what_case);
	const uint8_t *message;
	int rc;

	memcpy(&message, (const uint8_t *)query + asked->offset, sizeof(message));
	rc = check_one_day(asked, message, "as_of_day", err);
	return rc == DD_OK ? check_one_day(asked, message, "within_day", err) : rc;
}

int view_query(const struct view_query_context *context, const Dondoc__V1__Query *query,
	       struct dd_buf *out, struct dd_error *err)
{
	struct dd_error own = {0};
	struct answering answering = {.context = context, .view = context->view, .err = &own};
	size_t kind = (size_t)query->what_case, size;
	int rc;

	if (kind >= sizeof(answers) / sizeof(answers[0]) || !answers[kind])
		return dd_fail(err, DD_ERR_UNSUPPORTED, "this query is not one for a view");
	rc = check_days(query, &own);
	if (rc == DD_OK)
		rc = begin(&answering);
	if (rc == DD_OK)
		rc = answers[kind](&answering, query);
	if (rc == DD_OK) {
		size = dondoc__v1__answer__get_packed_size(&answering.answer);
		out->len += dondoc__v1__answer__pack(&answering.answer, dd_buf_reserve(out, size));
	}
	pool_fini(&answering.pool);
	if (rc != DD_OK)
		dd_fail(err, rc, "%s", own.text[0] ? own.text : "the view's store cannot be read");
	return rc;
}
