/* view_query_told.c - prove_told: was a unit told of a task, by which message, and what became of
 * it. Digests of a task are found by the task; those of a unit by looking into each day that has
 * any. What was told by hand stands beside them. */
#include "common/base/text.h"
#include "common/view/view_answer.h"
#include "common/view/view_notice.h"
#include "common/view/view_told.h"
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 200u
#define LIMIT_MOST    1000u
#define CONTENT_BYTES 240u

struct proving {
	struct answering *answering;
	const Dondoc__V1__ProveTold *ask;
	uint32_t newest, oldest; /* days as they stand in keys: newest <= key <= oldest */
	size_t limit;
	struct answer_rows rows; /* Dondoc__V1__ToldRow */
	bool cut;
};

static bool full(struct proving *proving)
{
	if (proving->rows.count < proving->limit)
		return false;
	proving->cut = true;
	return true;
}

static bool asked_unit(const struct proving *proving, const char *unit, size_t len)
{
	const char *asked = proving->ask->unit;

	return asked[0] == '\0' || (strlen(asked) == len && memcmp(asked, unit, len) == 0);
}

/* --- what a row says of its task -----------------------------------------------------------------
 */

static char *bytes_of(struct answering *answering, const void *data, size_t len)
{
	char *copy = pool_alloc(&answering->pool, len + 1);

	memcpy(copy, data, len);
	copy[len] = '\0';
	return copy;
}

/* Enough to know it by; cut behind a word. */
static char *short_text(struct answering *answering, const char *text)
{
	static const char more[] = "…";
	size_t len = dd_text_cut(text, CONTENT_BYTES);
	char *copy;

	if (text[len] == '\0')
		return bytes_of(answering, text, len);
	while (len > CONTENT_BYTES / 2 && text[len] != ' ')
		len--;
	len = dd_text_cut(text, len);
	copy = pool_alloc(&answering->pool, len + sizeof(more));
	memcpy(copy, text, len);
	memcpy(copy + len, more, sizeof(more));
	return copy;
}

/* Of a unit or a plan itself there is no task. */
static void name_task(struct answering *answering, uint64_t task, Dondoc__V1__ToldRow *row)
{
	ProtobufCAllocator allocator = answer_allocator(answering);
	const Dondoc__V1__TaskFields *fields = NULL;
	struct dd_key key;
	struct dd_val val;

	row->task = task;
	view_key_u64(&key, VIEW_FIELDS, task);
	if (task != 0 && answer_get(answering, &key, &val) == DD_OK)
		fields = dondoc__v1__task_fields__unpack(&allocator, val.len, val.data);
	if (fields == NULL)
		return;
	row->plan = fields->plan;
	row->code = fields->code;
	row->content = short_text(answering, fields->content);
}

/* --- digests -------------------------------------------------------------------------------- */

static const Dondoc__V1__PlanDigest *plan_of(struct answering *answering, uint64_t sequence)
{
	const struct view_query_context *context = answering->context;
	ProtobufCAllocator allocator = answer_allocator(answering);
	const Dondoc__V1__DigestPlanned *planned;
	struct dd_record record;

	if (!context->record || context->record(context->arg, sequence, &record) != DD_OK ||
	    record.kind != DD_RECORD_FULL)
		return NULL;
	planned = dondoc__v1__digest_planned__unpack(&allocator, record.body_len, record.body);
	return planned != NULL ? planned->plan : NULL;
}

static char *way_of(uint8_t channel)
{
	static char email[] = "email", sms[] = "sms", zalo[] = "zalo", none[] = "";

	switch ((int)channel) {
	case DONDOC__V1__CHANNEL__CHANNEL_EMAIL:
		return email;
	case DONDOC__V1__CHANNEL__CHANNEL_SMS:
		return sms;
	case DONDOC__V1__CHANNEL__CHANNEL_ZALO:
		return zalo;
	default:
		return none;
	}
}

static void set_id(ProtobufCBinaryData *into, uint8_t id[16])
{
	static const uint8_t nobody[16];

	if (memcmp(id, nobody, sizeof(nobody)) != 0)
		*into = (ProtobufCBinaryData){.data = id, .len = 16};
}

static Dondoc__V1__ToldRow *digest_row(struct answering *answering, struct view_digest *digest)
{
	Dondoc__V1__ToldRow *row = pool_alloc(&answering->pool, sizeof(*row));

	dondoc__v1__told_row__init(row);
	row->digest = (ProtobufCBinaryData){.data = digest->id, .len = sizeof(digest->id)};
	row->told = digest->planned_sequence;
	row->unit = digest->unit;
	row->day = digest->day;
	row->state = digest->state;
	row->planned_us = digest->planned_us;
	row->handed_us = digest->handed_us;
	if (digest->state == DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED)
		row->delivered_us = digest->settled_us;
	row->way = way_of(digest->channel);
	row->reply = digest->reply;
	row->attempts = digest->attempts;
	set_id(&row->person, digest->person);
	set_id(&row->deputy_for, digest->deputy_for);
	return row;
}

/* A row for each reminder in it that is asked for; where its words may not be seen, one that names
 * the task alone. */
static void add_digest(struct proving *proving, struct view_digest *digest)
{
	struct answering *answering = proving->answering;
	const Dondoc__V1__PlanDigest *plan = plan_of(answering, digest->planned_sequence);
	Dondoc__V1__ToldRow *row;

	for (size_t i = 0; plan != NULL && i < plan->n_intents; i++) {
		const Dondoc__V1__Intent *intent = plan->intents[i];

		if (proving->ask->task != 0 && intent->task != proving->ask->task)
			continue;
		if (full(proving))
			return;
		row = digest_row(answering, digest);
		row->rule = intent->rule;
		row->due_day = intent->due_day;
		row->step = intent->step;
		name_task(answering, intent->task, row);
		answer_rows_add(answering, &proving->rows, row);
	}
	if (plan != NULL || full(proving))
		return;
	row = digest_row(answering, digest);
	name_task(answering, proving->ask->task, row);
	answer_rows_add(answering, &proving->rows, row);
}

static int load_digest(struct proving *proving, const uint8_t id[DD_HASH_LEN])
{
	struct answering *answering = proving->answering;
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_id(&key, VIEW_DIGEST, id);
	rc = answer_get(answering, &key, &val);
	if (rc != DD_OK || val.len != sizeof(struct view_digest))
		return dd_fail(answering->err, DD_ERR_CORRUPT,
			       "a digest cannot be read from the view");
	add_digest(proving, pool_memdup(&answering->pool, val.data, val.len));
	return DD_OK;
}

static const uint8_t *behind(const struct answer_walk *walk, size_t at)
{
	return (const uint8_t *)walk->key.data + at;
}

static int digests_of_task(struct proving *proving)
{
	struct answer_walk walk;
	struct dd_key key;
	size_t prefix;
	int rc;

	view_key_u64(&key, VIEW_DIGEST_BY_TASK, proving->ask->task);
	prefix = key.len;
	dd_key_u32(&key, proving->newest);
	rc = answer_walk_from(proving->answering, &key, prefix, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && !proving->cut && answer_walk_next(&walk)) {
		if (walk.key.len < prefix + 4 + DD_HASH_LEN ||
		    dd_key_get_u32(behind(&walk, prefix)) > proving->oldest)
			break;
		if (asked_unit(proving, walk.val.data, walk.val.len))
			rc = load_digest(proving, behind(&walk, walk.key.len - DD_HASH_LEN));
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

/* The unit's digests of one day. *day_out: the next day to look at; UINT32_MAX = there is none. */
static int digests_of_day(struct proving *proving, uint32_t day, uint32_t *day_out)
{
	struct answer_walk walk;
	struct dd_key key;
	size_t unit_end;
	int rc;

	dd_key_begin(&key, VIEW_DIGEST_BY_DAY);
	dd_key_u32(&key, day);
	dd_key_text(&key, proving->ask->unit);
	unit_end = key.len;
	*day_out = UINT32_MAX;
	rc = answer_walk_from(proving->answering, &key, 1, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && !proving->cut && answer_walk_next(&walk)) {
		const uint32_t found = dd_key_get_u32(behind(&walk, 1));

		if (walk.key.len == unit_end + DD_HASH_LEN &&
		    memcmp(walk.key.data, key.data, unit_end) == 0) {
			rc = load_digest(proving, behind(&walk, unit_end));
			continue;
		}
		*day_out = found > day ? found : day + 1;
		break;
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

static int digests_of_unit(struct proving *proving)
{
	uint32_t day = proving->newest;
	int rc = DD_OK;

	while (rc == DD_OK && !proving->cut && day <= proving->oldest && day != UINT32_MAX)
		rc = digests_of_day(proving, day, &day);
	return rc;
}

/* --- told by hand --------------------------------------------------------------------------- */

static int corrupt(struct answering *answering)
{
	return dd_fail(answering->err, DD_ERR_CORRUPT,
		       "what was told by hand cannot be read from the view");
}

/* One row for each task in it that is asked for. */
static int add_told(struct proving *proving, const struct dd_val *val)
{
	struct answering *answering = proving->answering;
	ProtobufCAllocator allocator = answer_allocator(answering);
	const Dondoc__V1__ToldRow *said = NULL;
	const uint8_t *at = val->data;
	uint32_t size = 0;
	uint64_t task;

	if (val->len >= sizeof(size))
		memcpy(&size, at, sizeof(size));
	if (val->len >= sizeof(size) + size)
		said = dondoc__v1__told_row__unpack(&allocator, size, at + sizeof(size));
	if (said == NULL)
		return corrupt(answering);
	for (size_t i = sizeof(size) + size; i + sizeof(task) <= val->len; i += sizeof(task)) {
		Dondoc__V1__ToldRow *row;

		memcpy(&task, at + i, sizeof(task));
		if (proving->ask->task != 0 && task != proving->ask->task)
			continue;
		if (full(proving))
			return DD_OK;
		row = pool_memdup(&answering->pool, said, sizeof(*said));
		name_task(answering, task, row);
		answer_rows_add(answering, &proving->rows, row);
	}
	return DD_OK;
}

/* `unit` told at the day and sequence that end a key. */
static int load_told(struct proving *proving, const char *unit, const uint8_t *at)
{
	struct dd_key key;
	struct dd_val val;

	view_key_told_unit(&key, unit);
	dd_key_bytes(&key, at, 12);
	if (answer_get(proving->answering, &key, &val) != DD_OK)
		return corrupt(proving->answering);
	return add_told(proving, &val);
}

static int told_by_hand(struct proving *proving)
{
	const bool by_task = proving->ask->task != 0;
	struct answering *answering = proving->answering;
	struct answer_walk walk;
	struct dd_key key;
	size_t prefix;
	int rc;

	if (by_task)
		view_key_told_task(&key, proving->ask->task);
	else
		view_key_told_unit(&key, proving->ask->unit);
	prefix = key.len;
	dd_key_u32(&key, proving->newest);
	rc = answer_walk_from(answering, &key, prefix, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && !proving->cut && answer_walk_next(&walk)) {
		if (walk.key.len != prefix + 12 ||
		    dd_key_get_u32(behind(&walk, prefix)) > proving->oldest)
			break;
		if (!by_task)
			rc = add_told(proving, &walk.val);
		else if (asked_unit(proving, walk.val.data, walk.val.len))
			rc = load_told(proving, bytes_of(answering, walk.val.data, walk.val.len),
				       behind(&walk, prefix));
	}
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

/* --- the answer ----------------------------------------------------------------------------- */

static int newest_first(const void *a, const void *b)
{
	const Dondoc__V1__ToldRow *x = *(void *const *)a, *y = *(void *const *)b;

	if (x->day != y->day)
		return x->day > y->day ? -1 : 1;
	if (x->told != y->told)
		return x->told > y->told ? -1 : 1;
	return x->task < y->task ? -1 : x->task > y->task;
}

/* Both kinds of rows, the newest `limit` of them. */
static int prove(struct proving *proving)
{
	const size_t limit = proving->limit;
	int rc = proving->ask->task != 0 ? digests_of_task(proving) : digests_of_unit(proving);
	const bool cut = proving->cut;

	/* Each kind may fill the answer alone: which rows are the newest is seen afterwards. */
	proving->limit = proving->rows.count + limit;
	proving->cut = false;
	if (rc == DD_OK)
		rc = told_by_hand(proving);
	if (rc != DD_OK)
		return rc;
	if (proving->rows.count > 1)
		qsort(proving->rows.items, proving->rows.count, sizeof(void *), newest_first);
	proving->cut = proving->cut || cut || proving->rows.count > limit;
	if (proving->rows.count > limit)
		proving->rows.count = limit;
	return DD_OK;
}

static uint32_t day_in_key(int32_t day)
{
	return view_day_bits(day) ^ UINT32_MAX;
}

int answer_prove_told(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__ProveTold *ask = query->prove_told;
	const uint32_t limit = ask->limit != 0 ? ask->limit : LIMIT_DEFAULT;
	struct proving proving = {
		.answering = answering,
		.ask = ask,
		.newest = ask->until_day != 0 ? day_in_key(ask->until_day) : 0,
		.oldest = ask->from_day != 0 ? day_in_key(ask->from_day) : UINT32_MAX - 1,
		.limit = limit < LIMIT_MOST ? limit : LIMIT_MOST,
	};
	Dondoc__V1__ToldList *list = pool_alloc(&answering->pool, sizeof(*list));
	union {
		const char *in;
		char *out;
	} name = {.in = answer_unit_name(answering, ask->unit)};
	int rc;

	if (ask->unit[0] == '\0' && ask->task == 0)
		return dd_fail(answering->err, DD_ERR_INVALID, "name a unit or a task");
	rc = prove(&proving);
	dondoc__v1__told_list__init(list);
	list->rows = (Dondoc__V1__ToldRow **)proving.rows.items;
	list->n_rows = proving.rows.count;
	list->rows_cut = proving.cut;
	if (ask->unit[0] != '\0')
		list->unit_name = name.out;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_TOLD;
	answering->answer.told = list;
	return rc;
}
