/* cli_draft.c - see cli_draft.h. */
#include "services/cli/cli_draft.h"
#include "common/app/app.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/net/envelope.h"
#include "services/cli/cli_plan_do.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_SHOWN      8 /* hex digits by which people name a draft */
#define ID_WORD_LEAST 4
#define BODY_ARENA    ((size_t)2 << 20)

int cli_office_named(struct cli *cli)
{
	return cli->args.value[CLI_OPT_ENDPOINT] ? 0 : cli_misused(cli, TEXT_WHICH_OFFICE, NULL);
}

/* --- asking -------------------------------------------------------------------------------- */

static int ask_drafts(struct cli *cli, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListDrafts list = DONDOC__V1__LIST_DRAFTS__INIT;
	int rc = cli_office_named(cli);

	if (rc != 0)
		return rc;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DRAFTS;
	query.list_drafts = &list;
	return cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_DRAFTS, reply_out);
}

static const char *id_text(const Dondoc__V1__DraftRow *row, char hex[2 * DD_ID_LEN + 1])
{
	hex[0] = '\0';
	if (row->draft && row->draft->id.len == DD_ID_LEN)
		dd_hex(row->draft->id.data, DD_ID_LEN, hex);
	return hex;
}

/* The one whose id begins with the word. */
static int find_draft(struct cli *cli, const char *word, Dondoc__V1__Reply **reply_out,
		      const Dondoc__V1__DraftRow **row_out)
{
	char hex[2 * DD_ID_LEN + 1];
	size_t found = 0;
	int rc = ask_drafts(cli, reply_out);

	if (rc != 0)
		return rc;
	for (size_t i = 0; i < (*reply_out)->answer->drafts->n_rows; i++) {
		const Dondoc__V1__DraftRow *row = (*reply_out)->answer->drafts->rows[i];

		if (strlen(word) < ID_WORD_LEAST ||
		    strncmp(id_text(row, hex), word, strlen(word)) != 0)
			continue;
		*row_out = row;
		found++;
	}
	if (found == 1)
		return 0;
	dondoc__v1__reply__free_unpacked(*reply_out, NULL);
	cli_complain(cli, found == 0 ? TEXT_NO_DRAFT : TEXT_MANY_DRAFTS, word, NULL);
	return CLI_NOT_FOUND;
}

static int office_do(struct cli *cli, Dondoc__V1__OfficeDo *asked)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__Reply *reply;
	int rc;

	request.body_case = DONDOC__V1__REQUEST__BODY_OFFICE_DO;
	request.office_do = asked;
	rc = cli_request(cli, &request, &reply);
	if (rc == 0)
		dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

/* --- keeping ------------------------------------------------------------------------------- */

/* A new draft, or the one that is named. */
static int which_draft(struct cli *cli, uint8_t id_out[DD_ID_LEN])
{
	const char *word = cli->args.value[CLI_OPT_DRAFT];
	const Dondoc__V1__DraftRow *row;
	Dondoc__V1__Reply *reply;
	int rc;

	if (strcmp(word, "new") == 0) {
		dd_id_new(id_out);
		return 0;
	}
	rc = find_draft(cli, word, &reply, &row);
	if (rc != 0)
		return rc;
	memcpy(id_out, row->draft->id.data, DD_ID_LEN);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

int cli_draft_keep(struct cli *cli, Dondoc__V1__CommandBody *body, const char *unit)
{
	Dondoc__V1__OfficeDo asked = DONDOC__V1__OFFICE_DO__INIT;
	Dondoc__V1__SaveDraft draft = DONDOC__V1__SAVE_DRAFT__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	uint8_t id[DD_ID_LEN];
	char hex[2 * DD_ID_LEN + 1];
	int rc = cli_office_named(cli);

	if (rc == 0)
		rc = which_draft(cli, id);
	if (rc != 0)
		return rc;
	draft.id = (ProtobufCBinaryData){.data = id, .len = sizeof(id)};
	actor.unit = (char *)(uintptr_t)unit; /* packed, not changed */
	body->actor = &actor;
	draft.body.len = dondoc__v1__command_body__get_packed_size(body);
	draft.body.data = dd_alloc(draft.body.len + 1);
	dondoc__v1__command_body__pack(body, draft.body.data);
	body->actor = NULL;
	draft.build = (char *)(uintptr_t)dd_app_build();
	asked.what_case = DONDOC__V1__OFFICE_DO__WHAT_SAVE_DRAFT;
	asked.save_draft = &draft;
	rc = office_do(cli, &asked);
	free(draft.body.data);
	if (rc != 0)
		return rc;
	dd_hex(id, sizeof(id), hex);
	hex[ID_SHOWN] = '\0';
	cli_say(cli, TEXT_DRAFT_KEPT, hex, NULL);
	return CLI_DONE;
}

/* --- showing ------------------------------------------------------------------------------- */

static void unknown_words(const Dondoc__V1__DraftRow *row, struct dd_buf *out)
{
	dd_buf_clear(out);
	for (size_t i = 0; i < row->n_unknown; i++)
		dd_buf_printf(out, "%s%s", i > 0 ? ", " : "", row->unknown[i]);
}

static void add_row(const struct cli *cli, const Dondoc__V1__DraftRow *row, struct cli_table *table)
{
	char hex[2 * DD_ID_LEN + 1], time[DD_TIME_TEXT];
	struct dd_buf words = {0};

	(void)id_text(row, hex);
	hex[ID_SHOWN] = '\0';
	cli_table_cell(table, hex);
	if (row->summary[0])
		cli_outbox_words(cli->lang, row->summary, &words);
	else
		dd_buf_text(&words, cli_text(cli->lang, TEXT_DRAFT_STRANGE));
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_clear(&words);
	if (row->task)
		dd_buf_printf(&words, "#%" PRIu64, row->task);
	cli_table_cell(table, dd_buf_cstr(&words));
	cli_table_cell(table, dd_time_local(row->changed_us, time));
	cli_table_cell(table, row->draft ? row->draft->note : "");
	unknown_words(row, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

int cli_draft_list(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_DRAFT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_COMMAND), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_TASK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CHANGED), false, false, 0},
		{cli_text(cli->lang, TEXT_LABEL_NOTE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNKNOWN_FIELDS), true, false, 0},
	};
	struct cli_table *table;
	Dondoc__V1__Reply *reply;
	int rc = ask_drafts(cli, &reply);

	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON) {
		cli_print_json(cli, &reply->answer->drafts->base);
	} else {
		table = cli_table_new(columns, 6);
		for (size_t i = 0; i < reply->answer->drafts->n_rows; i++)
			add_row(cli, reply->answer->drafts->rows[i], table);
		cli_print_table(cli, table);
		cli_table_free(table);
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

int cli_draft_show(struct cli *cli)
{
	const Dondoc__V1__DraftRow *row;
	Dondoc__V1__CommandBody *body;
	Dondoc__V1__Reply *reply;
	struct dd_buf words = {0};
	int rc = find_draft(cli, cli_word(cli, 0), &reply, &row);

	if (rc != 0)
		return rc;
	body = dondoc__v1__command_body__unpack(NULL, row->draft->body.len, row->draft->body.data);
	if (body) {
		cli_print_json(cli, &body->base);
		dondoc__v1__command_body__free_unpacked(body, NULL);
	}
	unknown_words(row, &words);
	if (row->n_unknown > 0)
		cli_complain(cli, TEXT_DRAFT_UNKNOWN, dd_buf_cstr(&words), row->draft->build, NULL);
	dd_buf_fini(&words);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- sending -------------------------------------------------------------------------------- */

/* Without what this build does not know. The message lies in an arena: nothing is to be freed. */
static void forget_unknown(ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	message->n_unknown_fields = 0;
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		uint8_t *at = (uint8_t *)message + field->offset;
		uint8_t *quantifier = (uint8_t *)message + field->quantifier_offset;
		ProtobufCMessage *inner, **many;
		size_t count = 1;
		uint32_t set = field->id;

		if (field->type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
			memcpy(&set, quantifier, sizeof(set));
		if (set != field->id)
			continue;
		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			memcpy(&count, quantifier, sizeof(count));
			memcpy(&many, at, sizeof(many));
		} else {
			memcpy(&inner, at, sizeof(inner));
			count = inner ? 1 : 0;
			many = &inner;
		}
		for (size_t n = 0; n < count; n++)
			forget_unknown(many[n]);
	}
}

/* Under the draft's id: the office lets the draft go with it, and takes it once. */
static int send_draft(struct cli *cli, const Dondoc__V1__DraftRow *row, struct dd_arena *arena)
{
	ProtobufCAllocator allocator = dd_arena_allocator(arena);
	Dondoc__V1__CommandBody *body = dondoc__v1__command_body__unpack(
		&allocator, row->draft->body.len, row->draft->body.data);
	struct dd_buf words = {0};
	Dondoc__V1__Reply *reply;
	int rc;

	unknown_words(row, &words);
	if (!body || (row->n_unknown > 0 && !cli->args.value[CLI_OPT_WITHOUT_UNKNOWN])) {
		cli_complain(cli, TEXT_DRAFT_UNKNOWN, dd_buf_cstr(&words), row->draft->build, NULL);
		dd_buf_fini(&words);
		return CLI_REFUSED;
	}
	dd_buf_fini(&words);
	forget_unknown(&body->base);
	dd_client_set_stream(cli->client, row->draft->id.data, 0);
	rc = cli_submit(cli, body, cli_acting_unit(cli, body->actor ? body->actor->unit : ""),
			&reply);
	if (rc != 0)
		return rc;
	rc = cli_outcome(cli, reply->submit);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

int cli_draft_send(struct cli *cli)
{
	const Dondoc__V1__DraftRow *row;
	Dondoc__V1__Reply *reply;
	struct dd_arena arena;
	int rc = find_draft(cli, cli_word(cli, 0), &reply, &row);

	if (rc != 0)
		return rc;
	dd_arena_init(&arena, BODY_ARENA);
	rc = send_draft(cli, row, &arena);
	dd_arena_fini(&arena);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return rc;
}

int cli_draft_drop(struct cli *cli)
{
	Dondoc__V1__OfficeDo asked = DONDOC__V1__OFFICE_DO__INIT;
	Dondoc__V1__DropDraft drop = DONDOC__V1__DROP_DRAFT__INIT;
	const Dondoc__V1__DraftRow *row;
	Dondoc__V1__Reply *reply;
	int rc = find_draft(cli, cli_word(cli, 0), &reply, &row);

	if (rc != 0)
		return rc;
	drop.id = row->draft->id;
	asked.what_case = DONDOC__V1__OFFICE_DO__WHAT_DROP_DRAFT;
	asked.drop_draft = &drop;
	rc = office_do(cli, &asked);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	if (rc != 0)
		return rc;
	cli_say(cli, TEXT_DRAFT_DROPPED, cli_word(cli, 0), NULL);
	return CLI_DONE;
}

/* --- taking a report out of the outbox -------------------------------------------------------- */

int cli_office_withdraw(struct cli *cli)
{
	Dondoc__V1__OfficeDo asked = DONDOC__V1__OFFICE_DO__INIT;
	Dondoc__V1__WithdrawItem item = DONDOC__V1__WITHDRAW_ITEM__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListOutbox list = DONDOC__V1__LIST_OUTBOX__INIT;
	Dondoc__V1__Reply *reply;
	const char *word = cli_word(cli, 0);
	int rc = cli_office_named(cli);

	word += word[0] == '#' ? 1 : 0;
	if (rc == 0 && cli_parse_number(word, UINT64_MAX, &list.number) != 0)
		rc = cli_misused(cli, TEXT_BAD_VALUE, "NUMBER", word, NULL);
	if (rc != 0)
		return rc;
	list.open_only = true;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_OUTBOX;
	query.list_outbox = &list;
	rc = cli_plan_ask(cli, &query, DONDOC__V1__ANSWER__WHAT_OUTBOX, &reply);
	if (rc != 0)
		return rc;
	if (reply->answer->outbox->n_rows == 1) {
		item.stream = reply->answer->outbox->rows[0]->stream;
		item.number = list.number;
		item.reason = cli_option_text(cli, CLI_OPT_REASON);
		asked.what_case = DONDOC__V1__OFFICE_DO__WHAT_WITHDRAW_ITEM;
		asked.withdraw_item = &item;
		rc = office_do(cli, &asked);
	} else {
		cli_complain(cli, TEXT_NO_WAITING_ITEM, word, NULL);
		rc = CLI_NOT_FOUND;
	}
	dondoc__v1__reply__free_unpacked(reply, NULL);
	if (rc != 0)
		return rc;
	cli_say(cli, TEXT_ITEM_WITHDRAWN, word, NULL);
	return CLI_DONE;
}
