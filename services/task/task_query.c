/* task_query.c - see task_query.h. */
#include "services/task/task_query.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/net/envelope.h"
#include "common/view/view_evidence.h"
#include "common/view/view_narrow.h"
#include "common/view/view_query.h"

bool task_query_ready(const struct task_query_source *source, const Dondoc__V1__Request *request)
{
	return view_stored(source->view) >= request->min_sequence;
}

static int read_record(void *arg, uint64_t sequence, struct dd_record *record_out)
{
	struct task_query_source *source = arg;
	struct dd_error err;

	return dd_eventlog_get(source->log, sequence, &source->frame, record_out, &err);
}

/* The view knows where a stream's last command ended; the chain hash there is the log's to tell. */
static int add_chain(struct task_query_source *source, struct dd_buf *answer, struct dd_error *err)
{
	Dondoc__V1__Answer *a = dondoc__v1__answer__unpack(NULL, answer->len, answer->data);
	Dondoc__V1__Receipt *receipt = a != NULL && a->what_case == DONDOC__V1__ANSWER__WHAT_STREAM
					       ? a->stream->last_receipt
					       : NULL;
	struct dd_position position;
	int r = DD_OK;

	if (receipt != NULL)
		r = dd_eventlog_position(source->log, receipt->sequence, &position, err);
	if (receipt != NULL && r == DD_OK) {
		receipt->incarnation = position.incarnation;
		receipt->chain.data = dd_memdup(position.chain, DD_HASH_LEN);
		receipt->chain.len = DD_HASH_LEN;
		dd_buf_clear(answer);
		answer->len += dondoc__v1__answer__pack(
			a, dd_buf_reserve(answer, dondoc__v1__answer__get_packed_size(a)));
	}
	dondoc__v1__answer__free_unpacked(a, NULL);
	return r;
}

/* --- files ------------------------------------------------------------------------------------ */

static int pack_answer(const Dondoc__V1__Answer *answer, struct dd_buf *out)
{
	size_t len = dondoc__v1__answer__get_packed_size(answer);

	out->len += dondoc__v1__answer__pack(answer, dd_buf_reserve(out, len));
	return DD_OK;
}

/* Only what is evidence of a task: other uploads are nobody's to read back. */
static int fetch_file(struct task_query_source *source, const Dondoc__V1__FetchFile *fetch,
		      struct dd_buf *out, struct dd_error *err)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__FileBytes bytes = DONDOC__V1__FILE_BYTES__INIT;
	struct dd_buf piece = {0};
	struct view_file file;
	size_t max = fetch->max_bytes;
	int r;

	if (fetch->hash.len != DD_HASH_LEN)
		return dd_fail(err, DD_ERR_INVALID, "a file's hash has 32 bytes");
	if (max == 0 || max > DD_FILES_CHUNK_MAX)
		max = DD_FILES_CHUNK_MAX;
	r = view_file(source->view, false, fetch->hash.data, &file);
	if (r != DD_OK || source->files == NULL)
		return dd_fail(err, DD_ERR_NOT_FOUND, "there is no such file");
	if (file.destroyed_by != 0)
		return dd_fail(err, DD_ERR_NOT_FOUND, "the file was destroyed by order %llu",
			       (unsigned long long)file.destroyed_by);
	r = dd_files_piece(source->files, fetch->hash.data, fetch->offset, max, &piece, &bytes.size,
			   err);
	bytes.data = (ProtobufCBinaryData){.data = piece.data, .len = piece.len};
	bytes.offset = fetch->offset;
	bytes.type = file.type;
	answer.view_sequence = view_stored(source->view);
	answer.what_case = DONDOC__V1__ANSWER__WHAT_FILE_BYTES;
	answer.file_bytes = &bytes;
	if (r == DD_OK)
		r = pack_answer(&answer, out);
	dd_buf_fini(&piece);
	return r;
}

static Dondoc__V1__ErrorCode error_of(int code)
{
	switch (code) {
	case DD_ERR_NOT_FOUND:
		return DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND;
	case DD_ERR_CONFLICT:
		return DONDOC__V1__ERROR_CODE__ERROR_AMBIGUOUS;
	case DD_ERR_REFUSED:
		return DONDOC__V1__ERROR_CODE__ERROR_NOT_PERMITTED;
	case DD_ERR_INVALID:
		return DONDOC__V1__ERROR_CODE__ERROR_MALFORMED;
	case DD_ERR_UNSUPPORTED:
		return DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED;
	default:
		return DONDOC__V1__ERROR_CODE__ERROR_INTERNAL;
	}
}

/* What offices alone are told, with rights of its own. DD_ERR_UNSUPPORTED: not such a question. */
static int answer_records(struct task_query_source *source, const struct dd_principal *who,
			  const Dondoc__V1__Query *query, struct dd_buf *out, struct dd_error *err)
{
	const struct task_records_source records = {
		.view = source->view, .log = source->log, .records = &source->records};

	switch ((int)query->what_case) {
	case DONDOC__V1__QUERY__WHAT_LIST_READABLE:
		return task_records_list(&records, who, query->list_readable, out, err);
	case DONDOC__V1__QUERY__WHAT_READ_RECORDS:
		return task_records_read(&records, who, query->read_records, out, err);
	default:
		return DD_ERR_UNSUPPORTED;
	}
}

int task_query_answer(struct task_query_source *source, const struct dd_principal *who,
		      Dondoc__V1__Query *query, struct dd_buf *answer_out,
		      Dondoc__V1__ErrorCode *code_out, struct dd_error *err)
{
	struct view_query_context context = {.view = source->view,
					     .today = dd_day_of(dd_wall_us()),
					     .principal = who->text,
					     .record = read_record,
					     .arg = source};
	const bool office = who->cls == DD_PRINCIPAL_OFFICE;
	int r;

	dd_buf_clear(answer_out);
	r = answer_records(source, who, query, answer_out, err);
	if (r != DD_ERR_UNSUPPORTED) {
		*code_out = error_of(r);
		return r;
	}
	r = office ? view_narrow(source->view, who->unit, query, err) : DD_OK;
	if (r == DD_OK && query->what_case == DONDOC__V1__QUERY__WHAT_FETCH_FILE)
		r = fetch_file(source, query->fetch_file, answer_out, err);
	else if (r == DD_OK)
		r = view_query(&context, query, answer_out, err);
	if (r == DD_OK && query->what_case == DONDOC__V1__QUERY__WHAT_SHOW_STREAM)
		r = add_chain(source, answer_out, err);
	if (r == DD_OK && office && query->what_case == DONDOC__V1__QUERY__WHAT_SHOW_TASK &&
	    !view_narrow_detail(source->view, who->unit, answer_out))
		r = dd_fail(err, DD_ERR_NOT_FOUND, "no such task of unit %s", who->unit);
	if (r != DD_OK)
		*code_out = error_of(r);
	return r;
}
