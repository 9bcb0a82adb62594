/* view_query_evidence.c - files and orders of destruction. */
#include "common/view/view_answer.h"
#include "common/view/view_evidence.h"
#include <string.h>

#define ROWS_MAX      10000u
#define DESTROYED_MAX 500u
#define ARRIVED_MAX   5000u

static ProtobufCBinaryData bytes_of(struct answering *answering, const uint8_t *data, size_t len)
{
	return (ProtobufCBinaryData){.data = pool_memdup(&answering->pool, data, len), .len = len};
}

static bool some(const uint8_t person[16])
{
	static const uint8_t nobody[16];

	return memcmp(person, nobody, sizeof(nobody)) != 0;
}

/* --- files ---------------------------------------------------------------------------------- */

static int file_head(struct answering *answering, const uint8_t hash[32], struct view_file *file)
{
	struct dd_val val;
	struct dd_key key;
	int rc;

	view_key_id(&key, VIEW_FILE, hash);
	rc = answer_get(answering, &key, &val);
	return rc == DD_OK ? view_head_split(&val, file, sizeof(*file), NULL) : rc;
}

static void fill_from_file(struct answering *answering, Dondoc__V1__FileRow *row,
			   const struct view_file *file)
{
	row->here = file->arrived != 0;
	row->destroyed_by = file->destroyed_by;
	if (file->arrived == 0)
		return;
	row->file->size = file->size;
	row->file->type = pool_memdup(&answering->pool, file->type, sizeof(file->type));
}

/* One file of one task. */
static int add_row(struct answering *answering, uint64_t task, const struct dd_val *val,
		   struct answer_rows *rows)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__FileRow *row = pool_alloc(&answering->pool, sizeof(*row));
	Dondoc__V1__AttachFile *said = NULL;
	struct view_file file = {.size = 0};
	struct view_file_of of;
	struct dd_val rest;

	if (view_head_split(val, &of, sizeof(of), &rest) == DD_OK)
		said = dondoc__v1__attach_file__unpack(&allocator, rest.len, rest.data);
	if (!said || !said->file || said->file->hash.len != 32)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a file's entry cannot be read");
	dondoc__v1__file_row__init(row);
	row->file = said->file;
	row->document = said->document;
	row->entry = said->entry;
	row->product = said->product;
	row->task = task;
	row->sequence = of.sequence;
	row->detached = of.detached != 0;
	if (file_head(answering, said->file->hash.data, &file) == DD_OK)
		fill_from_file(answering, row, &file);
	answer_rows_add(answering, rows, row);
	return DD_OK;
}

static int files_of_task(struct answering *answering, uint64_t task, struct answer_rows *rows)
{
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	view_key_u64(&key, VIEW_FILE_OF, task);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && rows->count < ROWS_MAX && answer_walk_next(&walk))
		rc = add_row(answering, task, &walk.val, rows);
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

/* The tombstone of a file: who ordered its destruction is all there is. */
static void add_destroyed(struct answering *answering, const uint8_t hash[32],
			  const struct view_file *file, struct answer_rows *rows)
{
	Dondoc__V1__FileRow *row = pool_alloc(&answering->pool, sizeof(*row));

	dondoc__v1__file_row__init(row);
	row->file = pool_alloc(&answering->pool, sizeof(*row->file));
	dondoc__v1__file_ref__init(row->file);
	row->file->hash = bytes_of(answering, hash, 32);
	row->destroyed_by = file->destroyed_by;
	answer_rows_add(answering, rows, row);
}

/* Whose office sent it; the unit that acted, where it was entered at the centre. */
static char *sender_of(struct answering *answering, uint64_t sequence)
{
	static const char office[] = "office/";
	const struct view_query_context *context = answering->context;
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__EventHeader *header = NULL;
	struct dd_record record;

	if (context->record && context->record(context->arg, sequence, &record) == DD_OK &&
	    record.kind != DD_RECORD_LEAF)
		header = dondoc__v1__event_header__unpack(&allocator, record.header_len,
							  record.header);
	if (header && strncmp(header->principal, office, sizeof(office) - 1) == 0)
		return header->principal + sizeof(office) - 1;
	return header && header->actor ? header->actor->unit : (char *)protobuf_c_empty_string;
}

static int tasks_of_file(struct answering *answering, const uint8_t hash[32],
			 struct answer_rows *rows)
{
	struct view_file file;
	struct answer_walk walk;
	struct dd_val val;
	struct dd_key key;
	int rc = file_head(answering, hash, &file);

	if (rc == DD_ERR_NOT_FOUND)
		return dd_fail(answering->err, rc, "there is no such file");
	if (rc != DD_OK)
		return rc;
	if (file.destroyed_by != 0)
		add_destroyed(answering, hash, &file, rows);
	view_key_id(&key, VIEW_FILE, hash);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && rows->count < ROWS_MAX && answer_walk_next(&walk)) {
		uint64_t task;

		if (walk.key.len != VIEW_FILE_TASK_KEY)
			continue;
		task = dd_key_get_u64((const uint8_t *)walk.key.data + VIEW_FILE_TASK_KEY - 8);
		view_key_file_of(&key, task, hash);
		rc = answer_get(answering, &key, &val);
		if (rc == DD_OK)
			rc = add_row(answering, task, &val, rows);
		if (rc == DD_OK) {
			Dondoc__V1__FileRow *row = rows->items[rows->count - 1];

			row->unit = sender_of(answering, row->sequence);
		}
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

/* All that should lie in the folder of files. */
static int files_arrived(struct answering *answering, const ProtobufCBinaryData *after,
			 struct answer_rows *rows, ProtobufCBinaryData *next_out)
{
	struct view_file file;
	struct answer_walk walk;
	struct dd_key from;
	int rc;

	dd_key_begin(&from, VIEW_FILE);
	dd_key_bytes(&from, after->data, after->len);
	rc = answer_walk_from(answering, &from, 1, &walk);
	if (rc != DD_OK)
		return rc;
	while (rows->count < ARRIVED_MAX && answer_walk_next(&walk)) {
		const uint8_t *hash = (const uint8_t *)walk.key.data + 1;
		Dondoc__V1__FileRow *row;

		if (walk.key.len != 1 + 32 ||
		    (after->len == 32 && memcmp(hash, after->data, 32) <= 0) ||
		    view_head_split(&walk.val, &file, sizeof(file), NULL) != DD_OK ||
		    file.arrived == 0 || file.destroyed_by != 0)
			continue;
		row = pool_alloc(&answering->pool, sizeof(*row));
		dondoc__v1__file_row__init(row);
		row->file = pool_alloc(&answering->pool, sizeof(*row->file));
		dondoc__v1__file_ref__init(row->file);
		row->file->hash = bytes_of(answering, hash, 32);
		row->file->size = file.size;
		row->sequence = file.arrived;
		row->here = true;
		answer_rows_add(answering, rows, row);
		if (rows->count == ARRIVED_MAX)
			*next_out = row->file->hash;
	}
	answer_walk_close(&walk);
	return walk.rc;
}

int answer_list_files(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ListFiles *asked = query->list_files;
	Dondoc__V1__FileList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct answer_rows rows = {0};
	int rc;

	dondoc__v1__file_list__init(list);
	if (asked->arrived && (asked->after.len == 0 || asked->after.len == 32))
		rc = files_arrived(answering, &asked->after, &rows, &list->next);
	else if (asked->hash.len == 32)
		rc = tasks_of_file(answering, asked->hash.data, &rows);
	else if (asked->task != 0 && asked->hash.len == 0)
		rc = files_of_task(answering, asked->task, &rows);
	else
		rc = dd_fail(answering->err, DD_ERR_INVALID,
			     "ask for the files of a task, or for a file by its hash of 32 bytes");
	list->rows = (Dondoc__V1__FileRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_FILES;
	answering->answer.files = list;
	return rc;
}

/* --- orders of destruction ------------------------------------------------------------------- */

static int add_order(struct answering *answering, const struct answer_walk *walk, bool open_only,
		     struct answer_rows *rows)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__DestructionRow *row = pool_alloc(&answering->pool, sizeof(*row));
	struct view_destroy order;
	struct dd_val rest;

	if (walk->key.len != VIEW_DESTROY_ORDER_KEY) /* an event's tombstone */
		return DD_OK;
	dondoc__v1__destruction_row__init(row);
	if (view_head_split(&walk->val, &order, sizeof(order), &rest) == DD_OK)
		row->said = dondoc__v1__order_destruction__unpack(&allocator, rest.len, rest.data);
	if (!row->said)
		return dd_fail(answering->err, DD_ERR_CORRUPT,
			       "an order of destruction cannot be read");
	if (open_only && (order.refused || order.done != 0))
		return DD_OK;
	row->order = dd_key_get_u64((const uint8_t *)walk->key.data + 1);
	row->done = order.done != 0;
	row->refused = order.refused;
	if (some(order.ordered_by))
		row->ordered_by = bytes_of(answering, order.ordered_by, 16);
	if (some(order.decided_by))
		row->confirmed_by = bytes_of(answering, order.decided_by, 16);
	answer_rows_add(answering, rows, row);
	return DD_OK;
}

int answer_list_destructions(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__DestructionList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct answer_rows rows = {0};
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	dd_key_begin(&key, VIEW_DESTROY);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && rows.count < ROWS_MAX && answer_walk_next(&walk))
		rc = add_order(answering, &walk, query->list_destructions->open_only, &rows);
	answer_walk_close(&walk);
	dondoc__v1__destruction_list__init(list);
	list->rows = (Dondoc__V1__DestructionRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_DESTRUCTIONS;
	answering->answer.destructions = list;
	return rc == DD_OK ? walk.rc : rc;
}

/* --- commands that lost their words ------------------------------------------------------------
 */

/* The asker's own alone: by what the header keeps of the command. */
static void add_command(struct answering *answering, const struct answer_walk *walk,
			struct answer_rows *rows)
{
	const struct view_query_context *context = answering->context;
	ProtobufCAllocator allocator = answer_allocator(answering);
	uint64_t event = dd_key_get_u64((const uint8_t *)walk->key.data + 1);
	Dondoc__V1__EventHeader *header;
	Dondoc__V1__DestroyedRow *row;
	struct dd_record record;

	if (walk->val.len != sizeof(row->order) || !context->record || !context->principal ||
	    context->record(context->arg, event, &record) != DD_OK || record.kind == DD_RECORD_LEAF)
		return;
	header = dondoc__v1__event_header__unpack(&allocator, record.header_len, record.header);
	if (!header || !header->cause || strcmp(header->principal, context->principal) != 0)
		return;
	row = pool_alloc(&answering->pool, sizeof(*row));
	dondoc__v1__destroyed_row__init(row);
	row->event = event;
	memcpy(&row->order, walk->val.data, sizeof(row->order));
	row->stream = header->cause->stream;
	row->number = header->cause->number;
	answer_rows_add(answering, rows, row);
}

int answer_list_destroyed(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__DestroyedList *list = pool_alloc(&answering->pool, sizeof(*list));
	uint64_t after = query->list_destroyed->after;
	struct answer_rows rows = {0};
	struct answer_walk walk;
	struct dd_key key;
	int rc;

	dd_key_begin(&key, VIEW_DESTROY);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rows.count < DESTROYED_MAX && answer_walk_next(&walk)) {
		const uint8_t *at = walk.key.data;

		if (walk.key.len == VIEW_DESTROY_ORDER_KEY + 1 &&
		    at[VIEW_DESTROY_ORDER_KEY] == VIEW_DESTROY_EVENT &&
		    dd_key_get_u64(at + 1) > after)
			add_command(answering, &walk, &rows);
	}
	answer_walk_close(&walk);
	dondoc__v1__destroyed_list__init(list);
	list->rows = (Dondoc__V1__DestroyedRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_DESTROYED;
	answering->answer.destroyed = list;
	return walk.rc;
}
