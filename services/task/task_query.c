/* task_query.c - see task_query.h. */
#include "services/task/task_query.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/net/envelope.h"
#include "common/view/view_evidence.h"
#include "common/view/view_notice.h"
#include "common/view/view_query.h"
#include "common/view/view_walk.h"

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

/* An office sees the tasks that its unit leads or helps with. */
static bool office_may_see(struct task_query_source *source, const struct dd_principal *who,
			   const Dondoc__V1__ShowTask *show)
{
	struct view_task task;
	const uint8_t *bytes;
	size_t len;
	uint64_t id = show->task;
	bool found;

	if (id == 0 && view_task_by_code(source->view, false, show->plan, show->code, &id) != DD_OK)
		return show->plan[0] == '\0'; /* judged again by id in the answer */
	if (view_task(source->view, false, id, &task) != DD_OK)
		return true; /* "not found" comes by itself */
	found = strcmp(task.lead_unit, who->unit) == 0;
	if (found || view_task_fields(source->view, false, id, &bytes, &len) != DD_OK)
		return found;

	Dondoc__V1__TaskFields *fields = dondoc__v1__task_fields__unpack(NULL, len, bytes);

	for (size_t i = 0; fields != NULL && i < fields->n_coordinating_units; i++)
		found = found || strcmp(fields->coordinating_units[i], who->unit) == 0;
	dondoc__v1__task_fields__free_unpacked(fields, NULL);
	return found;
}

static bool own_digest(struct task_query_source *source, const struct dd_principal *who,
		       const ProtobufCBinaryData *id)
{
	struct view_digest digest;

	return id->len != DD_HASH_LEN || /* said by the view */
	       view_digest(source->view, false, id->data, &digest) != DD_OK ||
	       strcmp(digest.unit, who->unit) == 0;
}

/* One of a task that it may see. */
static bool own_files(struct task_query_source *source, const struct dd_principal *who,
		      const Dondoc__V1__ListFiles *list)
{
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;

	show.task = list->task;
	return list->task != 0 && list->hash.len == 0 && office_may_see(source, who, &show);
}

static bool own_file(struct task_query_source *source, const struct dd_principal *who,
		     const ProtobufCBinaryData *hash)
{
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	struct view_walk walk;
	struct dd_error err;
	struct dd_key key;
	bool own = false;

	if (hash->len != DD_HASH_LEN)
		return false;
	view_key_id(&key, VIEW_FILE, hash->data);
	if (view_walk_open(source->view, &key, &walk, &err) != DD_OK)
		return false;
	while (!own && view_walk_next(&walk)) {
		show.task = view_walk_number(&walk);
		own = walk.key.len == VIEW_FILE_TASK_KEY && office_may_see(source, who, &show);
	}
	view_walk_close(&walk);
	return own;
}

/* Of a task that it may see, or what was said to the unit itself. */
static bool own_talk(struct task_query_source *source, const struct dd_principal *who,
		     Dondoc__V1__ListComments *list)
{
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;

	if (list->task == 0) {
		list->mention_unit = (char *)who->unit;
		list->mention_person.len = 0;
		return true;
	}
	show.task = list->task;
	return office_may_see(source, who, &show);
}

/* Narrow what an office asks; DD_ERR_REFUSED where it may not ask at all. */
static int narrow(struct task_query_source *source, const struct dd_principal *who,
		  Dondoc__V1__Query *query, struct dd_error *err)
{
	if (who->cls != DD_PRINCIPAL_OFFICE)
		return DD_OK;
	switch (query->what_case) {
	case DONDOC__V1__QUERY__WHAT_LIST_TASKS:
		query->list_tasks->unit = (char *)who->unit;
		query->list_tasks->with_subunits = false;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_COUNT_TASKS:
		query->count_tasks->unit = (char *)who->unit;
		query->count_tasks->with_subunits = false;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_DIGESTS:
		query->list_digests->unit = (char *)who->unit;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_SHOW_DIGEST:
		if (!own_digest(source, who, &query->show_digest->digest))
			break;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_PEOPLE:
		query->list_people->unit = (char *)who->unit;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_PLANS:
	case DONDOC__V1__QUERY__WHAT_LIST_UNITS:
	case DONDOC__V1__QUERY__WHAT_SHOW_UNIT:
	case DONDOC__V1__QUERY__WHAT_LIST_AREAS:
	case DONDOC__V1__QUERY__WHAT_LIST_SETTINGS:
	case DONDOC__V1__QUERY__WHAT_READ_TIME:
	case DONDOC__V1__QUERY__WHAT_LIST_CALENDAR:
	case DONDOC__V1__QUERY__WHAT_SHOW_STREAM: /* the asker's own */
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_SHOW_TASK:
		if (!office_may_see(source, who, query->show_task))
			break;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_REQUESTS:
		/* What waits for the unit, or what it waits for. */
		if (strcmp(query->list_requests->decider_unit, who->unit) != 0)
			query->list_requests->from_unit = (char *)who->unit;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_COMMENTS:
		if (!own_talk(source, who, query->list_comments))
			break;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_LIST_FILES:
		if (!own_files(source, who, query->list_files))
			break;
		return DD_OK;
	case DONDOC__V1__QUERY__WHAT_FETCH_FILE:
		if (!own_file(source, who, &query->fetch_file->hash))
			break;
		return DD_OK;
	default:
		break;
	}
	return dd_fail(err, DD_ERR_REFUSED,
		       "an office may ask only for what concerns its unit (%s)", who->unit);
}

/* Sub-tasks of other units are not the office's to see. */
static void hide_children(struct task_query_source *source, const struct dd_principal *who,
			  Dondoc__V1__TaskDetail *detail)
{
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	size_t kept = 0;

	for (size_t i = 0; i < detail->n_children; i++) {
		Dondoc__V1__TaskRow *child = detail->children[i];

		show.task = child->id;
		if (office_may_see(source, who, &show))
			detail->children[kept++] = child;
		else
			dondoc__v1__task_row__free_unpacked(child, NULL);
	}
	detail->n_children = kept;
}

/* A code without a plan is resolved by the view: see that what came out is the office's own. */
static bool answer_visible(struct task_query_source *source, const struct dd_principal *who,
			   struct dd_buf *answer)
{
	Dondoc__V1__Answer *a = dondoc__v1__answer__unpack(NULL, answer->len, answer->data);
	Dondoc__V1__ShowTask show = DONDOC__V1__SHOW_TASK__INIT;
	bool visible = false;

	if (a != NULL && a->what_case == DONDOC__V1__ANSWER__WHAT_TASK && a->task->task != NULL) {
		show.task = a->task->task->id;
		visible = office_may_see(source, who, &show);
	}
	if (visible && a->task->n_children > 0) {
		hide_children(source, who, a->task);
		dd_buf_clear(answer);
		answer->len += dondoc__v1__answer__pack(
			a, dd_buf_reserve(answer, dondoc__v1__answer__get_packed_size(a)));
	}
	dondoc__v1__answer__free_unpacked(a, NULL);
	return visible;
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
	if (max == 0 || max > TASK_FILES_CHUNK_MAX)
		max = TASK_FILES_CHUNK_MAX;
	r = view_file(source->view, false, fetch->hash.data, &file);
	if (r != DD_OK || source->files == NULL)
		return dd_fail(err, DD_ERR_NOT_FOUND, "there is no such file");
	if (file.destroyed_by != 0)
		return dd_fail(err, DD_ERR_NOT_FOUND, "the file was destroyed by order %llu",
			       (unsigned long long)file.destroyed_by);
	r = task_files_piece(source->files, fetch->hash.data, fetch->offset, max, &piece,
			     &bytes.size, err);
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

int task_query_answer(struct task_query_source *source, const struct dd_principal *who,
		      Dondoc__V1__Query *query, struct dd_buf *answer_out,
		      Dondoc__V1__ErrorCode *code_out, struct dd_error *err)
{
	struct view_query_context context = {.view = source->view,
					     .today = dd_day_of(dd_wall_us()),
					     .principal = who->text,
					     .record = read_record,
					     .arg = source};
	int r = narrow(source, who, query, err);

	dd_buf_clear(answer_out);
	if (r == DD_OK && query->what_case == DONDOC__V1__QUERY__WHAT_FETCH_FILE)
		r = fetch_file(source, query->fetch_file, answer_out, err);
	else if (r == DD_OK)
		r = view_query(&context, query, answer_out, err);
	if (r == DD_OK && query->what_case == DONDOC__V1__QUERY__WHAT_SHOW_STREAM)
		r = add_chain(source, answer_out, err);
	if (r == DD_OK && who->cls == DD_PRINCIPAL_OFFICE &&
	    query->what_case == DONDOC__V1__QUERY__WHAT_SHOW_TASK &&
	    !answer_visible(source, who, answer_out))
		r = dd_fail(err, DD_ERR_NOT_FOUND, "no such task of unit %s", who->unit);
	if (r != DD_OK)
		*code_out = error_of(r);
	return r;
}

/* What is about a task, and what is said to one unit or about one unit's command. */
static bool for_one_unit(const Dondoc__V1__EventHeader *header)
{
	switch ((int)header->type) {
	case DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_REFUSED:
	case DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_PLANNED:
	case DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_HANDING_OVER:
	case DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_SETTLED:
		return true;
	default: /* an event that names a unit concerns that unit, whatever comes to be added */
		return header->subject != 0 || header->unit[0] != '\0';
	}
}

bool task_query_visible(void *arg, const struct dd_principal *who, const struct dd_record *record)
{
	Dondoc__V1__EventHeader *header;
	bool visible;

	(void)arg;
	if (who->cls != DD_PRINCIPAL_OFFICE)
		return true;
	if (record->kind == DD_RECORD_LEAF)
		return false;
	header = dondoc__v1__event_header__unpack(NULL, record->header_len, record->header);
	if (header == NULL)
		return false;
	visible = !for_one_unit(header) || strcmp(header->unit, who->unit) == 0 ||
		  strcmp(header->other_unit, who->unit) == 0;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	return visible;
}
