/* office_desk.c - see office_desk.h. */
#include "services/office/office_desk.h"

#include "common/base/buf.h"
#include "services/office/office_check.h"
#include "services/office/office_draft.h"
#include "services/office/office_past.h"
#include <string.h>

#define ROWS_MAX    500u
#define UNKNOWN_MAX 50u

/* --- taking a report out ---------------------------------------------------------------------- */

static int withdraw(struct office_outbox *outbox, const Dondoc__V1__WithdrawItem *asked,
		    int64_t now_us, struct dd_error *err)
{
	struct office_item item;
	int rc = DD_ERR_NOT_FOUND;

	if (asked->stream.len == DD_ID_LEN)
		rc = office_outbox_find(outbox, asked->stream.data, asked->number, &item);
	if (rc != 0)
		return dd_fail(err, rc, "the outbox has no report %llu of that stream",
			       (unsigned long long)asked->number);
	return office_outbox_withdraw(outbox, item.id, asked->reason, now_us, err);
}

int office_desk_do(struct office_outbox *outbox, const Dondoc__V1__OfficeDo *asked, int64_t now_us,
		   struct dd_error *err)
{
	switch ((int)asked->what_case) {
	case DONDOC__V1__OFFICE_DO__WHAT_SAVE_DRAFT:
		return office_draft_save(outbox, asked->save_draft, now_us, err);
	case DONDOC__V1__OFFICE_DO__WHAT_DROP_DRAFT:
		return office_draft_drop(outbox, &asked->drop_draft->id, err);
	case DONDOC__V1__OFFICE_DO__WHAT_WITHDRAW_ITEM:
		return withdraw(outbox, asked->withdraw_item, now_us, err);
	default:
		return dd_fail(err, DD_ERR_INVALID,
			       "this dondoc-office does not know what is asked: update it");
	}
}

/* --- drafts ----------------------------------------------------------------------------------- */

struct listing {
	struct dd_arena *arena;
	Dondoc__V1__DraftList *list;
	bool failed;
};

static char *copy_text(struct listing *listing, const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = dd_arena_alloc(listing->arena, size);

	if (copy == NULL)
		listing->failed = true;
	else
		memcpy(copy, text, size);
	return copy;
}

static ProtobufCBinaryData copy_bytes(struct listing *listing, const ProtobufCBinaryData *from)
{
	ProtobufCBinaryData copy = {.len = from->len,
				    .data = dd_arena_alloc(listing->arena, from->len + 1)};

	if (copy.data == NULL)
		listing->failed = true;
	else if (from->len > 0)
		memcpy(copy.data, from->data, from->len);
	return copy;
}

static void add_unknown(struct listing *listing, const char *path, Dondoc__V1__DraftRow *row)
{
	if (row->unknown == NULL)
		row->unknown = dd_arena_alloc(listing->arena, UNKNOWN_MAX * sizeof(char *));
	if (row->unknown == NULL)
		listing->failed = true;
	else if (row->n_unknown < UNKNOWN_MAX)
		row->unknown[row->n_unknown++] = copy_text(listing, path);
}

/* What this build does not know, by the path to it. Messages do not recurse (tests/lint). */
static void list_unknown(struct listing *listing, const ProtobufCMessage *message,
			 const char *prefix, Dondoc__V1__DraftRow *row)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	struct dd_buf path = {0};

	for (unsigned i = 0; i < message->n_unknown_fields; i++) {
		dd_buf_clear(&path);
		dd_buf_printf(&path, "%s%u", prefix, message->unknown_fields[i].tag);
		add_unknown(listing, dd_buf_cstr(&path), row);
	}
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		const uint8_t *at = (const uint8_t *)message + field->offset;
		const bool oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
		const ProtobufCMessage *inner;
		uint32_t set;

		if (field->type != PROTOBUF_C_TYPE_MESSAGE ||
		    field->label == PROTOBUF_C_LABEL_REPEATED)
			continue;
		memcpy(&set, (const uint8_t *)message + field->quantifier_offset, sizeof(set));
		if (oneof && set != field->id)
			continue;
		memcpy(&inner, at, sizeof(inner));
		if (inner == NULL)
			continue;
		dd_buf_clear(&path);
		dd_buf_printf(&path, "%s%s.", prefix, field->name);
		list_unknown(listing, inner, dd_buf_cstr(&path), row);
	}
	dd_buf_fini(&path);
}

static void read_body(struct listing *listing, const ProtobufCBinaryData *bytes,
		      Dondoc__V1__DraftRow *row)
{
	Dondoc__V1__CommandBody *body =
		dondoc__v1__command_body__unpack(NULL, bytes->len, bytes->data);
	const char *summary = "";

	if (body == NULL)
		return;
	office_check_summary(body, &summary, &row->task);
	row->summary = copy_text(listing, summary);
	list_unknown(listing, &body->base, "", row);
	dondoc__v1__command_body__free_unpacked(body, NULL);
}

static bool add_row(void *arg, const struct office_draft_seen *seen)
{
	struct listing *listing = arg;
	Dondoc__V1__DraftRow *row = dd_arena_alloc(listing->arena, sizeof(*row));
	Dondoc__V1__SaveDraft *draft = dd_arena_alloc(listing->arena, sizeof(*draft));

	listing->failed = row == NULL || draft == NULL;
	if (listing->failed || listing->list->n_rows == ROWS_MAX) {
		listing->list->rows_cut = true;
		return false;
	}
	dondoc__v1__draft_row__init(row);
	dondoc__v1__save_draft__init(draft);
	draft->id = copy_bytes(listing, &seen->draft->id);
	draft->body = copy_bytes(listing, &seen->draft->body);
	draft->note = copy_text(listing, seen->draft->note);
	draft->build = copy_text(listing, seen->draft->build);
	row->draft = draft;
	row->begun_us = seen->begun_us;
	row->changed_us = seen->changed_us;
	read_body(listing, &seen->draft->body, row);
	if (listing->failed) {
		listing->list->rows_cut = true;
		return false;
	}
	listing->list->rows[listing->list->n_rows++] = row;
	return true;
}

Dondoc__V1__DraftList *office_desk_drafts(struct office_outbox *outbox,
					  const Dondoc__V1__ListDrafts *list,
					  struct dd_arena *arena)
{
	struct listing listing = {.arena = arena};
	const uint8_t *id = list->id.len == DD_ID_LEN ? list->id.data : NULL;

	listing.list = dd_arena_alloc(arena, sizeof(*listing.list));
	if (listing.list == NULL)
		return NULL;
	dondoc__v1__draft_list__init(listing.list);
	listing.list->rows = dd_arena_alloc(arena, ROWS_MAX * sizeof(void *));
	if (listing.list->rows == NULL || office_draft_walk(outbox, id, add_row, &listing) != 0)
		return NULL;
	return listing.list;
}

/* --- the steps of a report -------------------------------------------------------------------- */

struct steps {
	struct dd_arena *arena;
	Dondoc__V1__OutboxRow *row;
	bool failed;
};

static void add_step(void *arg, const struct office_step *step)
{
	struct steps *steps = arg;
	const size_t size = strlen(step->reason) + 1;
	Dondoc__V1__OutboxStep *out = dd_arena_alloc(steps->arena, sizeof(*out));
	char *reason = dd_arena_alloc(steps->arena, size);

	if (out == NULL || reason == NULL) {
		steps->failed = true;
		return;
	}
	dondoc__v1__outbox_step__init(out);
	out->state = (Dondoc__V1__OutboxState)step->state;
	out->at_us = step->at_us;
	out->attempts = step->attempts;
	out->reason = memcpy(reason, step->reason, size);
	steps->row->steps[steps->row->n_steps++] = out;
}

bool office_desk_steps(struct office_outbox *outbox, Dondoc__V1__Outbox *out,
		       struct dd_arena *arena)
{
	struct steps steps = {.arena = arena};
	struct office_item item;

	for (size_t i = 0; i < out->n_rows; i++) {
		Dondoc__V1__OutboxRow *row = out->rows[i];

		steps.row = row;
		row->steps = dd_arena_alloc(arena, OFFICE_PAST_MAX * sizeof(void *));
		if (row->steps == NULL ||
		    office_outbox_find(outbox, row->stream.data, row->number, &item) != 0 ||
		    office_past_walk(outbox, &item, add_step, &steps) != 0 || steps.failed)
			return false;
	}
	return true;
}
