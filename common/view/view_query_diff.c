/* view_query_diff.c - diff_plan: what differs between a plan at two moments, field by field. */
#include "common/base/clock.h"
#include "common/view/view_at.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 200
#define LIMIT_MOST    1000
#define LOOKED_MOST   500 /* tasks gone through for one page: other questions wait meanwhile */
#define PAGE_MARK     8   /* bytes: the task behind which the next page goes on */

/* Of a row: what the clock, other tasks or names of today make of it is no difference. */
static const char *const passed_over[] = {
	"version",
	"days_left",
	"time_state",
	"days_late",
	"updated_us",
	"lead_name",
	"children",
	"rolled_percent",
	"parts",
	"pending_completion",
	"pending_extension",
	"pending_refusal",
	"pending_transfer",
	"fields",
	"products_open",
};

struct differing {
	struct answering *answering;
	struct answer_rows fields;
	uint64_t by;
};

static bool is_passed_over(const char *name)
{
	for (size_t i = 0; i < sizeof(passed_over) / sizeof(passed_over[0]); i++) {
		if (strcmp(name, passed_over[i]) == 0)
			return true;
	}
	return false;
}

/* --- one field as text --------------------------------------------------------------------------
 */

static char *number_text(struct answering *answering, const ProtobufCFieldDescriptor *field,
			 int64_t value)
{
	size_t len = strlen(field->name);
	char text[DD_DAY_TEXT + 24];

	if (value != 0 && len > 4 && strcmp(field->name + len - 4, "_day") == 0)
		dd_day_iso((int32_t)value, text);
	else
		snprintf(text, sizeof(text), "%" PRId64, value);
	return pool_memdup(&answering->pool, text, strlen(text) + 1);
}

static char *enum_text(struct answering *answering, const ProtobufCFieldDescriptor *field,
		       const void *at)
{
	const ProtobufCEnumValue *value =
		protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)at);

	return value ? row_borrow(value->name) : number_text(answering, field, *(const int *)at);
}

static char *single_text(struct answering *answering, const ProtobufCFieldDescriptor *field,
			 const void *at)
{
	char *const *text = at;

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return *text;
	case PROTOBUF_C_TYPE_ENUM:
		return enum_text(answering, field, at);
	case PROTOBUF_C_TYPE_BOOL:
		return row_borrow(*(const protobuf_c_boolean *)at ? "true" : "false");
	case PROTOBUF_C_TYPE_INT32:
		return number_text(answering, field, *(const int32_t *)at);
	case PROTOBUF_C_TYPE_UINT32:
		return number_text(answering, field, *(const uint32_t *)at);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_INT64:
		return number_text(answering, field, *(const int64_t *)at);
	default:
		return NULL;
	}
}

/* Texts one after the other; of messages only how many there are. */
static char *repeated_text(struct answering *answering, const ProtobufCFieldDescriptor *field,
			   size_t count, const void *items)
{
	char *const *texts = items;
	struct dd_buf buf = {0};
	char *out;

	if (field->type != PROTOBUF_C_TYPE_STRING)
		return number_text(answering, field, (int64_t)count);
	for (size_t i = 0; i < count; i++) {
		dd_buf_text(&buf, i > 0 ? ", " : "");
		dd_buf_text(&buf, texts[i]);
	}
	out = pool_memdup(&answering->pool, dd_buf_cstr(&buf), buf.len + 1);
	dd_buf_fini(&buf);
	return out;
}

/* A message within is told by its packed bytes in hexadecimal digits: it differs, or not. */
static char *message_text(struct answering *answering, const ProtobufCMessage *message)
{
	size_t len = message ? protobuf_c_message_get_packed_size(message) : 0;
	uint8_t *bytes = pool_alloc(&answering->pool, len + 1);
	char *text = pool_zalloc(&answering->pool, 2 * len + 1);

	if (message)
		protobuf_c_message_pack(message, bytes);
	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

static bool is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const uint8_t *base = (const uint8_t *)message;
	uint32_t which;

	if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
		return true;
	memcpy(&which, base + field->quantifier_offset, sizeof(which));
	return which == field->id;
}

static char *field_text(struct answering *answering, const ProtobufCMessage *message,
			const ProtobufCFieldDescriptor *field)
{
	const uint8_t *base = (const uint8_t *)message;
	const void *at = base + field->offset;
	size_t count;
	char *text;

	if (!is_set(message, field))
		return row_borrow("");
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&count, base + field->quantifier_offset, sizeof(count));
		return repeated_text(answering, field, count, *(void *const *)at);
	}
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return message_text(answering, *(ProtobufCMessage *const *)at);
	text = single_text(answering, field, at);
	return text ? text : row_borrow("");
}

/* --- rows ---------------------------------------------------------------------------------------
 */

static void differ(struct differing *differing, const ProtobufCMessage *before,
		   const ProtobufCMessage *after)
{
	struct answering *answering = differing->answering;
	const ProtobufCMessageDescriptor *kind = after->descriptor;

	for (unsigned i = 0; i < kind->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &kind->fields[i];
		Dondoc__V1__DiffField *found;
		char *old, *new;

		if (is_passed_over(field->name))
			continue;
		old = field_text(answering, before, field);
		new = field_text(answering, after, field);
		if (strcmp(old, new) == 0)
			continue;
		found = pool_alloc(&answering->pool, sizeof(*found));
		dondoc__v1__diff_field__init(found);
		found->name = row_borrow(field->name);
		found->before = old;
		found->after = new;
		found->by = differing->by;
		answer_rows_add(answering, &differing->fields, found);
	}
}

static Dondoc__V1__DiffRow *diff_row(struct answering *answering, Dondoc__V1__TaskRow *before,
				     Dondoc__V1__TaskRow *after)
{
	struct differing differing = {.answering = answering, .by = after ? after->version : 0};
	Dondoc__V1__DiffRow *row = pool_alloc(&answering->pool, sizeof(*row));

	dondoc__v1__diff_row__init(row);
	row->task = after ? after->id : before->id;
	row->code = after ? after->fields->code : before->fields->code;
	row->kind = !before  ? DONDOC__V1__DIFF_KIND__DIFF_ADDED
		    : !after ? DONDOC__V1__DIFF_KIND__DIFF_REMOVED
			     : DONDOC__V1__DIFF_KIND__DIFF_CHANGED;
	if (!before || !after)
		return row;
	differ(&differing, &before->fields->base, &after->fields->base);
	differ(&differing, &before->base, &after->base);
	if (before->due_day != 0 && after->due_day != 0)
		row->due_variance = after->due_day - before->due_day;
	row->fields = (Dondoc__V1__DiffField **)differing.fields.items;
	row->n_fields = differing.fields.count;
	return row;
}

/* *row_out = NULL: nothing differs. */
static int diff_task(struct answering *answering, struct view_past *past, const char *plan,
		     const struct at_member *member, const Dondoc__V1__PlanDiff *diff,
		     Dondoc__V1__DiffRow **row_out)
{
	Dondoc__V1__TaskRow *before = NULL, *after = NULL;
	int rc = at_row(answering, past, plan, member, diff->from_sequence, &before);

	*row_out = NULL;
	if (rc == DD_OK)
		rc = at_row(answering, past, plan, member, diff->to_sequence, &after);
	if (rc != DD_OK || (!before && !after))
		return rc;
	*row_out = diff_row(answering, before, after);
	if (before && after && (*row_out)->n_fields == 0)
		*row_out = NULL;
	return DD_OK;
}

static int by_task(const void *left, const void *right)
{
	const struct at_member *a = left, *b = right;

	return (a->task > b->task) - (a->task < b->task);
}

static int add_rows(struct answering *answering, const Dondoc__V1__DiffPlan *ask,
		    struct at_member *members, size_t count, Dondoc__V1__PlanDiff *diff)
{
	struct view_past *past = view_past_new(answering);
	uint64_t after = ask->after.len == PAGE_MARK ? dd_key_get_u64(ask->after.data) : 0;
	uint32_t limit = ask->limit != 0 && ask->limit < LIMIT_MOST ? ask->limit : LIMIT_DEFAULT;
	struct answer_rows rows = {0};
	uint64_t last = 0;
	size_t looked = 0;
	int rc = DD_OK;

	qsort(members, count, sizeof(*members), by_task);
	for (size_t i = 0; i < count && rc == DD_OK && rows.count < limit && looked < LOOKED_MOST;
	     i++) {
		Dondoc__V1__DiffRow *row;

		/* What has had no event since cannot differ. */
		if (members[i].task <= after || members[i].version <= diff->from_sequence)
			continue;
		rc = diff_task(answering, past, ask->plan, &members[i], diff, &row);
		if (rc == DD_OK && row)
			answer_rows_add(answering, &rows, row);
		last = members[i].task;
		looked++;
	}
	view_past_free(past);
	if (rows.count >= limit || looked >= LOOKED_MOST) {
		struct dd_key key;

		dd_key_begin(&key, '@');
		dd_key_u64(&key, last);
		diff->next.data = pool_memdup(&answering->pool, key.data + 1, PAGE_MARK);
		diff->next.len = PAGE_MARK;
	}
	diff->rows = (Dondoc__V1__DiffRow **)rows.items;
	diff->n_rows = rows.count;
	return rc;
}

int answer_diff_plan(struct answering *answering, const Dondoc__V1__Query *query)
{
	const Dondoc__V1__DiffPlan *ask = query->diff_plan;
	Dondoc__V1__PlanDiff *diff = pool_alloc(&answering->pool, sizeof(*diff));
	struct at_member *members;
	size_t count;
	int rc = answer_check_plan(answering, ask->plan);

	dondoc__v1__plan_diff__init(diff);
	if (rc == DD_OK && ask->plan[0] == '\0')
		rc = dd_fail(answering->err, DD_ERR_INVALID, "no plan is named");
	if (rc == DD_OK)
		rc = at_resolve(answering, ask->plan, ask->from, &diff->from_sequence);
	if (rc == DD_OK)
		rc = at_resolve(answering, ask->plan, ask->to, &diff->to_sequence);
	if (rc == DD_OK && diff->from_sequence > diff->to_sequence)
		rc = dd_fail(answering->err, DD_ERR_INVALID,
			     "the second moment is before the first one");
	if (rc == DD_OK)
		rc = at_members(answering, ask->plan, diff->to_sequence, &members, &count);
	if (rc == DD_OK)
		rc = add_rows(answering, ask, members, count, diff);
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_PLAN_DIFF;
	answering->answer.plan_diff = diff;
	return rc;
}
