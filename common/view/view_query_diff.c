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
	"files",
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
	bool day = (len > 4 && strcmp(field->name + len - 4, "_day") == 0) ||
		   strcmp(field->name, "day") == 0 || strncmp(field->name, "period_", 7) == 0;
	char text[DD_DAY_TEXT + 24] = "";

	if (value != 0 && day)
		dd_day_iso((int32_t)value, text);
	else if (!day)
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

/* Texts or numbers one after the other. */
static char *repeated_text(struct answering *answering, const ProtobufCFieldDescriptor *field,
			   size_t count, const void *items)
{
	size_t size = field->type == PROTOBUF_C_TYPE_STRING ? sizeof(char *) : sizeof(uint32_t);
	struct dd_buf buf = {0};
	char *out, *one;

	if (field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_INT64)
		size = sizeof(uint64_t);
	for (size_t i = 0; i < count; i++) {
		one = single_text(answering, field, (const uint8_t *)items + i * size);
		dd_buf_text(&buf, i > 0 ? ", " : "");
		dd_buf_text(&buf, one ? one : "");
	}
	out = pool_memdup(&answering->pool, dd_buf_cstr(&buf), buf.len + 1);
	dd_buf_fini(&buf);
	return out;
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

static const void *at_field(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return (const uint8_t *)message + field->offset;
}

static size_t count_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	size_t count;

	memcpy(&count, (const uint8_t *)message + field->quantifier_offset, sizeof(count));
	return count;
}

static char *field_text(struct answering *answering, const ProtobufCMessage *message,
			const ProtobufCFieldDescriptor *field)
{
	char *text;

	if (!is_set(message, field))
		return row_borrow("");
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return repeated_text(answering, field, count_of(message, field),
				     *(void *const *)at_field(message, field));
	text = single_text(answering, field, at_field(message, field));
	return text ? text : row_borrow("");
}

/* --- two messages -------------------------------------------------------------------------------
 */

struct pair {
	const ProtobufCMessage *before, *after;
	const char *prefix; /* of the names of their fields: "products[2]." */
	int depth;
};

#define DEPTH_MAX 3

static void differ(struct differing *differing, const struct pair *pair);

static void add_field(struct differing *differing, const char *prefix, const char *name,
		      char *before, char *after)
{
	struct answering *answering = differing->answering;
	Dondoc__V1__DiffField *found = pool_alloc(&answering->pool, sizeof(*found));
	size_t len = strlen(prefix), more = strlen(name) + 1;

	dondoc__v1__diff_field__init(found);
	found->name = pool_alloc(&answering->pool, len + more);
	memcpy(found->name, prefix, len);
	memcpy(found->name + len, name, more);
	found->before = before;
	found->after = after;
	found->by = differing->by;
	answer_rows_add(answering, &differing->fields, found);
}

/* A message that is not there has nothing in it. */
static const ProtobufCMessage *or_empty(struct answering *answering,
					const ProtobufCMessage *message,
					const ProtobufCMessageDescriptor *kind)
{
	ProtobufCMessage *empty;

	if (message)
		return message;
	empty = pool_alloc(&answering->pool, kind->sizeof_message);
	kind->message_init(empty);
	return empty;
}

/* Which = 0 for one that is not repeated. */
static void differ_within(struct differing *differing, const struct pair *outer,
			  const ProtobufCFieldDescriptor *field, const ProtobufCMessage *before,
			  const ProtobufCMessage *after, size_t which)
{
	struct pair pair = {.depth = outer->depth + 1};
	struct dd_buf prefix = {0};

	if (pair.depth > DEPTH_MAX)
		return;
	pair.before = or_empty(differing->answering, before, field->descriptor);
	pair.after = or_empty(differing->answering, after, field->descriptor);
	if (which == 0)
		dd_buf_printf(&prefix, "%s%s.", outer->prefix, field->name);
	else
		dd_buf_printf(&prefix, "%s%s[%zu].", outer->prefix, field->name, which);
	pair.prefix = dd_buf_cstr(&prefix);
	differ(differing, &pair);
	dd_buf_fini(&prefix);
}

/* Messages in a row are compared place by place. */
static void differ_each(struct differing *differing, const struct pair *pair,
			const ProtobufCFieldDescriptor *field)
{
	size_t before = count_of(pair->before, field), after = count_of(pair->after, field);
	ProtobufCMessage *const *old = *(ProtobufCMessage * *const *)at_field(pair->before, field);
	ProtobufCMessage *const *new = *(ProtobufCMessage * *const *)at_field(pair->after, field);

	for (size_t i = 0; i < before || i < after; i++)
		differ_within(differing, pair, field, i < before ? old[i] : NULL,
			      i < after ? new[i] : NULL, i + 1);
}

/* Dates and leads of the annex are those in force as well, until a decision moves one: a correction
 * that changes both alike is told once. */
static bool is_told(const struct differing *differing, const struct pair *pair, const char *name,
		    const char *before, const char *after)
{
	for (size_t i = 0; pair->depth == 0 && i < differing->fields.count; i++) {
		const Dondoc__V1__DiffField *told = differing->fields.items[i];

		if (strcmp(told->name, name) == 0 && strcmp(told->before, before) == 0 &&
		    strcmp(told->after, after) == 0)
			return true;
	}
	return false;
}

static void differ(struct differing *differing, const struct pair *pair)
{
	struct answering *answering = differing->answering;
	const ProtobufCMessageDescriptor *kind = pair->after->descriptor;

	for (unsigned i = 0; i < kind->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &kind->fields[i];
		char *old, *new;

		if (pair->depth == 0 && is_passed_over(field->name))
			continue;
		if (field->type == PROTOBUF_C_TYPE_MESSAGE &&
		    field->label == PROTOBUF_C_LABEL_REPEATED) {
			differ_each(differing, pair, field);
			continue;
		}
		if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
			differ_within(differing, pair, field,
				      *(ProtobufCMessage *const *)at_field(pair->before, field),
				      *(ProtobufCMessage *const *)at_field(pair->after, field), 0);
			continue;
		}
		old = field_text(answering, pair->before, field);
		new = field_text(answering, pair->after, field);
		if (strcmp(old, new) != 0 && !is_told(differing, pair, field->name, old, new))
			add_field(differing, pair->prefix, field->name, old, new);
	}
}

/* --- rows ---------------------------------------------------------------------------------------
 */

static void tell_both(Dondoc__V1__DiffRow *row, const Dondoc__V1__TaskRow *before,
		      const Dondoc__V1__TaskRow *after)
{
	const Dondoc__V1__TaskRow *newest = after ? after : before;

	row->task = newest->id;
	row->code = newest->fields->code;
	row->content = newest->fields->content;
	row->lead_unit = newest->lead_unit;
	if (before) {
		row->due_before = before->due_day;
		row->percent_before = before->percent;
		row->state_before = before->state;
	}
	if (after) {
		row->due_after = after->due_day;
		row->percent_after = after->percent;
		row->state_after = after->state;
	}
	if (row->due_before != 0 && row->due_after != 0)
		row->due_variance = row->due_after - row->due_before;
}

static Dondoc__V1__DiffRow *diff_row(struct answering *answering, Dondoc__V1__TaskRow *before,
				     Dondoc__V1__TaskRow *after)
{
	struct differing differing = {.answering = answering, .by = after ? after->version : 0};
	Dondoc__V1__DiffRow *row = pool_alloc(&answering->pool, sizeof(*row));

	dondoc__v1__diff_row__init(row);
	tell_both(row, before, after);
	row->kind = !before  ? DONDOC__V1__DIFF_KIND__DIFF_ADDED
		    : !after ? DONDOC__V1__DIFF_KIND__DIFF_REMOVED
			     : DONDOC__V1__DIFF_KIND__DIFF_CHANGED;
	if (!before || !after)
		return row;
	differ(&differing, &(struct pair){.before = &before->fields->base,
					  .after = &after->fields->base,
					  .prefix = ""});
	differ(&differing,
	       &(struct pair){.before = &before->base, .after = &after->base, .prefix = ""});
	row->fields = (Dondoc__V1__DiffField **)differing.fields.items;
	row->n_fields = differing.fields.count;
	return row;
}

/* *row_out = NULL: nothing differs, or it is a heading and only tasks are asked for. */
static int diff_task(struct answering *answering, struct view_past *past,
		     const Dondoc__V1__DiffPlan *ask, const struct at_member *member,
		     const Dondoc__V1__PlanDiff *diff, Dondoc__V1__DiffRow **row_out)
{
	Dondoc__V1__TaskRow *before = NULL, *after = NULL;
	int rc = at_row(answering, past, ask->plan, member, diff->from_sequence, &before);

	*row_out = NULL;
	if (rc == DD_OK)
		rc = at_row(answering, past, ask->plan, member, diff->to_sequence, &after);
	if (rc == DD_OK)
		rc = at_take_parts(answering, diff->from_sequence, before);
	if (rc == DD_OK)
		rc = at_take_parts(answering, diff->to_sequence, after);
	if (rc != DD_OK || (!before && !after) ||
	    (ask->every_task && (after ? after : before)->fields->group))
		return rc;
	*row_out = diff_row(answering, before, after);
	if (before && after && (*row_out)->n_fields == 0 && !ask->every_task)
		*row_out = NULL;
	return DD_OK;
}

static int by_task(const void *left, const void *right)
{
	const struct at_member *a = left, *b = right;

	return (a->task > b->task) - (a->task < b->task);
}

static uint32_t limit_of(uint32_t asked)
{
	if (asked == 0)
		return LIMIT_DEFAULT;
	return asked < LIMIT_MOST ? asked : LIMIT_MOST;
}

static int add_rows(struct answering *answering, const Dondoc__V1__DiffPlan *ask,
		    struct at_member *members, size_t count, Dondoc__V1__PlanDiff *diff)
{
	struct view_past *past = view_past_new(answering);
	uint64_t after = ask->after.len == PAGE_MARK ? dd_key_get_u64(ask->after.data) : 0;
	uint32_t limit = limit_of(ask->limit);
	struct answer_rows rows = {0};
	struct at_moved moved;
	uint64_t last = 0;
	size_t looked = 0;
	int rc = at_parts_moved(answering, members, count, diff->from_sequence, &moved);

	qsort(members, count, sizeof(*members), by_task);
	for (size_t i = 0; i < count && rc == DD_OK && rows.count < limit && looked < LOOKED_MOST;
	     i++) {
		Dondoc__V1__DiffRow *row;

		/* What has had no event since, nor any part of it, cannot differ. */
		if (members[i].task <= after ||
		    (members[i].version <= diff->from_sequence && !ask->every_task &&
		     !at_has_moved(&moved, members[i].task)))
			continue;
		rc = diff_task(answering, past, ask, &members[i], diff, &row);
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
