/* view_records.c - records into structs: the look-ups by key of view.h. */
#include "common/view/view_records.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "common/domain/area.h"
#include "common/domain/recurrence.h"
#include "dondoc/v1/query.pb-c.h"
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

void view_text_copy(char *into, size_t cap, const char *text)
{
	size_t len = dd_text_cut(text, cap - 1);

	memset(into, 0, cap);
	memcpy(into, text, len);
}

static int copy_struct(const struct dd_val *val, void *out, size_t size)
{
	if (val->len != size)
		return DD_ERR_CORRUPT;
	memcpy(out, val->data, size);
	return DD_OK;
}

int view_struct_get(struct view *view, bool with_batch, const struct dd_key *key, void *out,
		    size_t size)
{
	struct dd_val val;
	int rc = view_get(view, with_batch, key, &val);

	return rc == DD_OK ? copy_struct(&val, out, size) : rc;
}

/* A text without NUL, as it lies in the store. */
static int text_out(const struct dd_val *val, char *out, size_t cap)
{
	size_t len = val->len < cap ? val->len : cap - 1;

	memcpy(out, val->data, len);
	out[len] = '\0';
	return DD_OK;
}

static int get_text(struct view *view, bool with_batch, const struct dd_key *key, char *out,
		    size_t cap)
{
	struct dd_val val;
	int rc = view_get(view, with_batch, key, &val);

	return rc == DD_OK ? text_out(&val, out, cap) : rc;
}

int view_task(struct view *view, bool with_batch, uint64_t id, struct view_task *out)
{
	struct dd_key key;
	int rc;

	if (with_batch && view->near_known && view->near.id == id) {
		*out = view->near;
		return DD_OK;
	}
	view_key_u64(&key, VIEW_TASK, id);
	rc = view_struct_get(view, with_batch, &key, out, sizeof(*out));
	if (with_batch && rc == DD_OK && out->id == id) {
		view->near = *out;
		view->near_known = true;
	}
	return rc;
}

static int get_bytes(struct view *view, bool with_batch, const struct dd_key *key,
		     const uint8_t **bytes_out, size_t *len_out)
{
	struct dd_val val;
	int rc = view_get(view, with_batch, key, &val);

	if (rc != DD_OK)
		return rc;
	*bytes_out = val.data;
	*len_out = val.len;
	return DD_OK;
}

int view_task_fields(struct view *view, bool with_batch, uint64_t id, const uint8_t **bytes_out,
		     size_t *len_out)
{
	struct dd_key key;

	view_key_u64(&key, VIEW_FIELDS, id);
	return get_bytes(view, with_batch, &key, bytes_out, len_out);
}

/* Most tasks have no recurrence. */
static bool makes_tasks(uint32_t flags, uint8_t recurrence)
{
	return recurrence != 0 && dd_recurrence_periodic((enum dd_recurrence)recurrence) &&
	       (flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_INSTANCE) == 0;
}

bool view_task_is_template(const struct view_task *task)
{
	return task->group == 0 && makes_tasks(task->flags, task->recurrence);
}

uint8_t view_moment_flags(uint32_t flags, uint8_t recurrence)
{
	static const struct {
		uint32_t flag;
		uint8_t kept;
	} rows[] = {
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_FAN_OUT, VIEW_MOMENT_FAN_OUT},
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_PART, VIEW_MOMENT_PART},
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_PRIORITY, VIEW_MOMENT_PRIORITY},
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_EXPLAINED, VIEW_MOMENT_EXPLAINED},
		{DONDOC__V1__TASK_FLAG__TASK_FLAG_CARRIED, VIEW_MOMENT_CARRIED},
	};
	uint8_t kept = makes_tasks(flags, recurrence) ? VIEW_MOMENT_TEMPLATE : 0;

	if (flags == 0)
		return kept;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		kept |= (flags & rows[i].flag) != 0 ? rows[i].kept : 0;
	return kept;
}

static uint16_t at_most(uint32_t count)
{
	return count < UINT16_MAX ? (uint16_t)count : UINT16_MAX;
}

struct view_moment view_moment_of(const struct view_task *task, int64_t record_us)
{
	struct view_moment moment = {
		.record_us = record_us,
		.parent = task->parent,
		.due_day = task->due_day,
		.submitted_day = task->submitted_day,
		.decided_day = task->decided_day,
		.extensions = at_most(task->extensions_granted),
		.waited_days = at_most(task->waited_days),
		.state = task->state,
		.area = task->area,
		.group = task->group,
		.removed = (task->flags & DONDOC__V1__TASK_FLAG__TASK_FLAG_REMOVED) != 0,
		.flags = view_moment_flags(task->flags, task->recurrence),
	};

	memcpy(moment.plan, task->plan, sizeof(moment.plan));
	memcpy(moment.lead_unit, task->lead_unit, sizeof(moment.lead_unit));
	return moment;
}

int view_unit(struct view *view, bool with_batch, const char *code, struct view_unit *out)
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_text(&key, VIEW_UNIT, code);
	rc = view_get(view, with_batch, &key, &val);
	if (rc != DD_OK)
		return rc;
	if (val.len < sizeof(*out))
		return DD_ERR_CORRUPT;
	memcpy(out, val.data, sizeof(*out)); /* its packed UnitFields stand behind it */
	return DD_OK;
}

int view_plan_split(const struct dd_val *val, struct view_plan *plan_out,
		    const uint8_t **fields_out, size_t *len_out)
{
	if (val->len < sizeof(*plan_out))
		return DD_ERR_CORRUPT;
	memcpy(plan_out, val->data, sizeof(*plan_out));
	*fields_out = (const uint8_t *)val->data + sizeof(*plan_out);
	*len_out = val->len - sizeof(*plan_out);
	return DD_OK;
}

static struct view_plan *near_plan(struct view *view, const char *code)
{
	return &view->near_plans[memtable_hash(view->seed, code, strlen(code)) % VIEW_NEAR_PLANS];
}

int view_plan(struct view *view, bool with_batch, const char *code, struct view_plan *out)
{
	struct view_plan *near = near_plan(view, code);
	const uint8_t *fields;
	struct dd_key key;
	struct dd_val val;
	size_t len;
	int rc;

	if (with_batch && code[0] != '\0' && strcmp(near->code, code) == 0) {
		*out = *near;
		return DD_OK;
	}
	view_key_text(&key, VIEW_PLAN, code);
	rc = view_get(view, with_batch, &key, &val);
	if (rc == DD_OK)
		rc = view_plan_split(&val, out, &fields, &len);
	if (with_batch && rc == DD_OK)
		*near = *out;
	return rc;
}

int view_plan_fields(struct view *view, bool with_batch, const char *code,
		     const uint8_t **bytes_out, size_t *len_out)
{
	struct view_plan plan;
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_text(&key, VIEW_PLAN, code);
	rc = view_get(view, with_batch, &key, &val);
	return rc == DD_OK ? view_plan_split(&val, &plan, bytes_out, len_out) : rc;
}

/* What the authority has said, else what every authority begins with. */
int view_area(struct view *view, bool with_batch, uint32_t area, char name_out[256])
{
	const char *shipped = dd_area_name(area);
	struct dd_key key;
	int rc;

	view_key_area(&key, area);
	rc = get_text(view, with_batch, &key, name_out, 256);
	if (rc != DD_ERR_NOT_FOUND || !shipped)
		return rc;
	view_text_copy(name_out, 256, shipped);
	return DD_OK;
}

int view_unit_by_name(struct view *view, bool with_batch, const char *name_key, char code_out[32])
{
	struct dd_key key;

	view_key_text(&key, VIEW_NAME, name_key);
	return get_text(view, with_batch, &key, code_out, 32);
}

int view_task_by_code(struct view *view, bool with_batch, const char *plan, const char *code,
		      uint64_t *id_out)
{
	struct dd_key key;

	view_key_texts(&key, VIEW_CODE, code, plan);
	return view_struct_get(view, with_batch, &key, id_out, sizeof(*id_out));
}

int view_stream(struct view *view, bool with_batch, const char *principal, const uint8_t stream[16],
		struct view_stream *out)
{
	struct dd_key key;

	view_key_stream(&key, principal, stream);
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

int64_t view_reported_us(struct view *view, bool with_batch, const char *unit, const char *plan)
{
	int64_t reported_us = 0;
	struct dd_key key;

	view_key_reported(&key, unit, plan);
	return view_struct_get(view, with_batch, &key, &reported_us, sizeof(reported_us)) == DD_OK
		       ? reported_us
		       : 0;
}

int view_seen(struct view *view, bool with_batch, const char *principal, const uint8_t of[8],
	      uint64_t *seen_out)
{
	struct dd_key key;

	view_key_seen(&key, principal, of);
	return view_struct_get(view, with_batch, &key, seen_out, sizeof(*seen_out));
}

int view_command(struct view *view, bool with_batch, const char *principal,
		 const uint8_t stream[16], uint64_t number, struct view_command *out)
{
	struct dd_key key;

	view_key_command(&key, principal, stream, number);
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

void view_stream_tag(const char *principal, const uint8_t stream[16], uint8_t out[16])
{
	_Static_assert(crypto_shorthash_siphashx24_BYTES == 16, "SipHash-128");
	_Static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16, "a stream id is a key");
	const uint8_t *text = (const uint8_t *)principal;
	int rc = crypto_shorthash_siphashx24(out, text, strlen(principal), stream);

	assert(rc == 0);
}

/* A day: one byte of kind, then its name. */
int view_calendar_day(struct view *view, bool with_batch, const char *unit, int32_t day,
		      uint8_t *kind_out, char name_out[256])
{
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_day(&key, unit, day);
	rc = view_get(view, with_batch, &key, &val);
	if (rc != DD_OK)
		return rc;
	if (val.len < 1)
		return DD_ERR_CORRUPT;
	*kind_out = *(const uint8_t *)val.data;
	val = (struct dd_val){.data = (const uint8_t *)val.data + 1, .len = val.len - 1};
	return text_out(&val, name_out, 256);
}

int view_authority(struct view *view, char name_out[256])
{
	struct dd_key key;

	view_key_text(&key, VIEW_META, "authority");
	return get_text(view, false, &key, name_out, 256);
}
