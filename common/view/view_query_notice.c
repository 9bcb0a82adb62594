/* view_query_notice.c - list_digests, show_digest, list_reports. */
#include "common/base/id.h"
#include "common/view/view_answer.h"
#include "common/view/view_notice.h"
#include <string.h>

#define LIMIT_DEFAULT 100
#define LIMIT_MOST    1000

static uint32_t limit_of(uint32_t asked)
{
	uint32_t limit = asked != 0 ? asked : LIMIT_DEFAULT;

	return limit < LIMIT_MOST ? limit : LIMIT_MOST;
}

/* A person's id; zeros are nobody. */
static ProtobufCBinaryData id_of(uint8_t person[16])
{
	static const uint8_t nobody[16];

	return (ProtobufCBinaryData){.data = person,
				     .len = memcmp(person, nobody, sizeof(nobody)) == 0 ? 0 : 16};
}

/* --- digests ------------------------------------------------------------------------------ */

/* Of a report to a superior: about what, and what was decided. */
static void fill_release(struct answering *answering, const uint8_t digest[DD_HASH_LEN],
			 Dondoc__V1__DigestRow *row)
{
	struct view_release *release = pool_alloc(&answering->pool, sizeof(*release));
	Dondoc__V1__Actor *by;
	struct dd_key key;
	struct dd_val val;

	view_key_id(&key, VIEW_RELEASE, digest);
	if (answer_get(answering, &key, &val) != DD_OK || val.len != sizeof(*release))
		return;
	memcpy(release, val.data, sizeof(*release));
	row->plan = release->plan;
	if (release->sequence == 0)
		return;
	by = pool_alloc(&answering->pool, sizeof(*by));
	dondoc__v1__actor__init(by);
	by->unit = release->unit;
	by->person = id_of(release->person);
	row->release = (Dondoc__V1__ReleaseAction)release->action;
	row->release_reason = release->reason;
	row->release_us = release->decided_us;
	row->release_by_time = release->by_time != 0;
	row->release_by = by;
}

/* `digest` must live as long as the row. */
static Dondoc__V1__DigestRow *make_row(struct answering *answering, struct view_digest *digest)
{
	Dondoc__V1__DigestRow *row = pool_alloc(&answering->pool, sizeof(*row));
	union {
		const char *in;
		char *out;
	} name = {.in = answer_unit_name(answering, digest->unit)};

	dondoc__v1__digest_row__init(row);
	row->digest = (ProtobufCBinaryData){.data = digest->id, .len = sizeof(digest->id)};
	row->unit = digest->unit;
	row->unit_name = name.out;
	row->day = digest->day;
	row->state = (Dondoc__V1__DigestState)digest->state;
	row->intents = digest->intents;
	row->attempts = digest->attempts;
	row->planned_us = digest->planned_us;
	row->settled_us = digest->settled_us;
	row->reply = digest->reply;
	row->sequence = digest->planned_sequence;
	row->epoch = digest->epoch;
	row->channel = (Dondoc__V1__Channel)digest->channel;
	row->reached = digest->reached;
	row->refused = digest->refused;
	row->kind = (Dondoc__V1__DigestKind)digest->kind;
	row->person = id_of(digest->person);
	row->deputy_for = id_of(digest->deputy_for);
	if (digest->kind == DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR)
		fill_release(answering, digest->id, row);
	return row;
}

struct listing {
	struct answering *answering;
	const Dondoc__V1__ListDigests *query;
	uint32_t limit;
	struct answer_rows rows;
	bool cut;
};

/* Everything that waits for its release, of any day: the oldest first. */
static bool all_held(const Dondoc__V1__ListDigests *query)
{
	return query->state == DONDOC__V1__DIGEST_STATE__DIGEST_HELD && query->task == 0 &&
	       query->from_day == 0 && query->to_day == 0;
}

/* Later days come first in both tables: begin at the last day that is asked for. */
static int open_list(struct listing *listing, struct answer_walk *walk)
{
	const Dondoc__V1__ListDigests *query = listing->query;
	struct dd_key key;
	size_t prefix;

	if (query->task != 0)
		view_key_u64(&key, VIEW_DIGEST_BY_TASK, query->task);
	else if (all_held(query)) /* few: the whole past need not be looked through */
		dd_key_begin(&key, VIEW_DIGEST_OPEN);
	else
		dd_key_begin(&key, VIEW_DIGEST_BY_DAY);
	prefix = key.len;
	if (query->to_day != 0)
		dd_key_u32(&key, view_day_bits(query->to_day) ^ UINT32_MAX);
	return answer_walk_from(listing->answering, &key, prefix, walk);
}

/* The digest whose id ends a key; NULL with words. */
static struct view_digest *digest_at(struct answering *answering, const struct dd_val *at)
{
	struct dd_key key;
	struct dd_val val;
	int rc = DD_ERR_CORRUPT;

	if (at->len >= DD_HASH_LEN) {
		view_key_id(&key, VIEW_DIGEST, (const uint8_t *)at->data + at->len - DD_HASH_LEN);
		rc = answer_get(answering, &key, &val);
	}
	if (rc == DD_OK && val.len == sizeof(struct view_digest))
		return pool_memdup(&answering->pool, val.data, val.len);
	dd_fail(answering->err, DD_ERR_CORRUPT, "a digest cannot be read from the view");
	return NULL;
}

/* Whether the walk has come to days before those asked for. The day follows the prefix. */
static bool past_first_day(const struct listing *listing, const struct answer_walk *walk)
{
	const uint8_t *at = (const uint8_t *)walk->key.data + walk->prefix_len;

	return listing->query->from_day != 0 && walk->key.len >= walk->prefix_len + 4 &&
	       dd_key_get_u32(at) > (view_day_bits(listing->query->from_day) ^ UINT32_MAX);
}

/* One key of either table; the unit is its value, so that others' digests need not be read. */
static int list_one(struct listing *listing, const struct answer_walk *walk, bool *end_out)
{
	const Dondoc__V1__ListDigests *query = listing->query;
	size_t unit_len = strlen(query->unit);
	struct view_digest *digest;

	*end_out = past_first_day(listing, walk);
	if (*end_out)
		return DD_OK;
	if (unit_len > 0 &&
	    (walk->val.len != unit_len || memcmp(walk->val.data, query->unit, unit_len) != 0))
		return DD_OK;
	digest = digest_at(listing->answering, &walk->key);
	if (!digest)
		return DD_ERR_CORRUPT;
	if (query->state != DONDOC__V1__DIGEST_STATE__DIGEST_UNKNOWN &&
	    (int)query->state != digest->state)
		return DD_OK;
	if (listing->rows.count == listing->limit) {
		listing->cut = true;
		*end_out = true;
		return DD_OK;
	}
	answer_rows_add(listing->answering, &listing->rows, make_row(listing->answering, digest));
	return DD_OK;
}

static int list_all(struct listing *listing)
{
	struct answer_walk walk;
	bool end = false;
	int rc = open_list(listing, &walk);

	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && !end && answer_walk_next(&walk))
		rc = list_one(listing, &walk, &end);
	answer_walk_close(&walk);
	return rc == DD_OK ? walk.rc : rc;
}

static void set_lease(struct answering *answering, Dondoc__V1__DigestList *list)
{
	struct view_lease *lease = pool_alloc(&answering->pool, sizeof(*lease));
	struct dd_key key;
	struct dd_val val;

	view_key_text(&key, VIEW_META, "lease");
	if (answer_get(answering, &key, &val) != DD_OK || val.len != sizeof(*lease))
		return;
	memcpy(lease, val.data, sizeof(*lease));
	list->lease_epoch = lease->epoch;
	list->lease_holder =
		(ProtobufCBinaryData){.data = lease->holder, .len = sizeof(lease->holder)};
}

int answer_list_digests(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__DigestList *list = pool_alloc(&answering->pool, sizeof(*list));
	struct listing listing = {
		.answering = answering,
		.query = query->list_digests,
		.limit = limit_of(query->list_digests->limit),
	};
	int rc = list_all(&listing);

	dondoc__v1__digest_list__init(list);
	list->rows = (Dondoc__V1__DigestRow **)listing.rows.items;
	list->n_rows = listing.rows.count;
	list->rows_cut = listing.cut;
	set_lease(answering, list);
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_DIGESTS;
	answering->answer.digests = list;
	return rc;
}

/* --- one digest --------------------------------------------------------------------------- */

/* The plan as it lies in the log. NULL: redacted, or not to be seen from here. */
static Dondoc__V1__PlanDigest *plan_of(struct answering *answering, uint64_t sequence)
{
	const struct view_query_context *context = answering->context;
	ProtobufCAllocator allocator = answer_allocator(answering);
	Dondoc__V1__DigestPlanned *planned;
	struct dd_record record;

	if (!context->record || context->record(context->arg, sequence, &record) != DD_OK ||
	    record.kind != DD_RECORD_FULL)
		return NULL;
	planned = dondoc__v1__digest_planned__unpack(&allocator, record.body_len, record.body);
	return planned ? planned->plan : NULL;
}

int answer_show_digest(struct answering *answering, const Dondoc__V1__Query *query)
{
	const ProtobufCBinaryData *id = &query->show_digest->digest;
	Dondoc__V1__DigestDetail *detail = pool_alloc(&answering->pool, sizeof(*detail));
	struct view_digest *digest = pool_alloc(&answering->pool, sizeof(*digest));
	int rc;

	if (id->len != DD_HASH_LEN)
		return dd_fail(answering->err, DD_ERR_INVALID, "a digest's id has 32 bytes");
	rc = view_digest(answering->view, false, id->data, digest);
	if (rc == DD_ERR_NOT_FOUND)
		return dd_fail(answering->err, rc, "there is no such digest");
	if (rc != DD_OK)
		return dd_fail(answering->err, rc, "the digest cannot be read from the view");
	dondoc__v1__digest_detail__init(detail);
	detail->row = make_row(answering, digest);
	detail->plan = plan_of(answering, digest->planned_sequence);
	answering->answer.view_sequence = view_position(answering->view)->sequence;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_DIGEST;
	answering->answer.digest = detail;
	return DD_OK;
}

/* --- reports ------------------------------------------------------------------------------ */

static int report_row(struct answering *answering, const struct answer_walk *walk,
		      Dondoc__V1__ReportRow **row_out)
{
	Dondoc__V1__ReportRow *row = pool_alloc(&answering->pool, sizeof(*row));
	ProtobufCAllocator allocator = answer_allocator(answering);
	const uint8_t *at = walk->val.data;

	dondoc__v1__report_row__init(row);
	*row_out = row;
	if (walk->key.len >= 8 && walk->val.len >= sizeof(row->issued_us)) {
		const uint8_t *key_end = (const uint8_t *)walk->key.data + walk->key.len;

		row->sequence = dd_key_get_u64(key_end - 8) ^ UINT64_MAX;
		memcpy(&row->issued_us, at, sizeof(row->issued_us));
		row->report = dondoc__v1__issue_report__unpack(
			&allocator, walk->val.len - sizeof(row->issued_us),
			at + sizeof(row->issued_us));
	}
	if (!row->report)
		return dd_fail(answering->err, DD_ERR_CORRUPT, "a report cannot be read");
	return DD_OK;
}

int answer_list_reports(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__ReportList *list = pool_alloc(&answering->pool, sizeof(*list));
	uint32_t limit = limit_of(query->list_reports->limit);
	struct answer_rows rows = {0};
	Dondoc__V1__ReportRow *row;
	struct answer_walk walk;
	struct dd_key key;
	size_t bytes = 0;
	int rc;

	dd_key_begin(&key, VIEW_REPORT);
	rc = answer_walk_open(answering, &key, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && rows.count < limit && bytes < ANSWER_BYTES_MAX &&
	       answer_walk_next(&walk)) {
		rc = report_row(answering, &walk, &row);
		if (rc == DD_OK)
			answer_rows_add(answering, &rows, row);
		bytes += walk.val.len;
	}
	answer_walk_close(&walk);
	dondoc__v1__report_list__init(list);
	list->rows = (Dondoc__V1__ReportRow **)rows.items;
	list->n_rows = rows.count;
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_REPORTS;
	answering->answer.reports = list;
	return rc == DD_OK ? walk.rc : rc;
}
