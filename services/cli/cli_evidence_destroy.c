/* cli_evidence_destroy.c - `evidence order`, `confirm` and `orders`: destruction by two persons. */
#include "services/cli/cli_evidence.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/id.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"

#define EVENTS_MAX 1000

/* An order under way. */
struct order {
	Dondoc__V1__OrderDestruction said;
	Dondoc__V1__Document document;
	uint64_t events[EVENTS_MAX];
	Dondoc__V1__Reply *task, *files; /* owned */
	char *unit;                      /* owned; the agency that follows the plan up */
};

/* "4711,4712" */
static int read_events(struct cli *cli, struct order *order)
{
	const char *text = cli->args.value[CLI_OPT_EVENTS];
	const char *at = text;

	while (*at) {
		char number[24] = "";
		size_t len = strcspn(at, ",");

		if (len >= sizeof(number) || order->said.n_events == EVENTS_MAX)
			return cli_misused(cli, TEXT_BAD_VALUE, "--events", text, NULL);
		memcpy(number, at, len);
		if (cli_parse_number(number, UINT64_MAX, &order->events[order->said.n_events++]) !=
		    0)
			return cli_misused(cli, TEXT_BAD_VALUE, "--events", text, NULL);
		at += len + (at[len] == ',');
	}
	order->said.events = order->events;
	return cli_connect(cli, "task");
}

static int find_file(struct cli *cli, struct order *order)
{
	const Dondoc__V1__TaskRow *task;
	const Dondoc__V1__FileRow *row;
	int rc = cli_evidence_task(cli, &order->task);

	if (rc != 0)
		return rc;
	task = order->task->answer->task->task;
	rc = cli_evidence_files(cli, task->id, &order->files);
	if (rc != 0)
		return rc;
	row = cli_evidence_find(order->files->answer->files, cli_word(cli, 1));
	if (!row) {
		cli_complain(cli, TEXT_NO_SUCH_FILE, cli_word(cli, 1), NULL);
		return CLI_NOT_FOUND;
	}
	order->said.file = row->file->hash;
	return cli_acting_unit(cli, NULL) || !task->fields
		       ? 0
		       : cli_find_assigner(cli, task->fields->plan, &order->unit);
}

static int read_order(struct cli *cli, struct order *order)
{
	bool events = cli->args.value[CLI_OPT_EVENTS] != NULL;
	const char *reason;
	int rc = cli_text_option(cli, CLI_OPT_REASON, &reason);

	if (rc != 0)
		return rc;
	order->said.reason = (char *)reason; /* packed, not changed */
	order->said.document = cli_evidence_document(cli, &order->document, &rc);
	if (rc == 0 && !order->said.document)
		rc = cli_misused(cli, TEXT_OPTION_MISSING, "number", NULL);
	if (rc == 0 && events == (cli_word(cli, 0) != NULL))
		rc = cli_misused(cli, TEXT_ORDER_NEEDS, NULL);
	if (rc == 0 && !events && !cli_word(cli, 1))
		rc = cli_misused(cli, TEXT_ORDER_NEEDS, NULL);
	if (rc != 0)
		return rc;
	return events ? read_events(cli, order) : find_file(cli, order);
}

int cli_evidence_order(struct cli *cli)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	struct order order = {.task = NULL};
	int rc;

	dondoc__v1__order_destruction__init(&order.said);
	rc = read_order(cli, &order);
	if (rc == 0) {
		body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_ORDER_DESTRUCTION;
		body.order_destruction = &order.said;
		rc = cli_evidence_send(cli, &body,
				       cli_acting_unit(cli, order.unit ? order.unit : ""));
	}
	if (order.task)
		dondoc__v1__reply__free_unpacked(order.task, NULL);
	if (order.files)
		dondoc__v1__reply__free_unpacked(order.files, NULL);
	free(order.unit);
	return rc;
}

int cli_evidence_confirm(struct cli *cli)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ConfirmDestruction confirm = DONDOC__V1__CONFIRM_DESTRUCTION__INIT;
	const char *reason = cli->args.value[CLI_OPT_REASON];
	const char *word = cli_word(cli, 1);
	int rc = 0;

	if (cli_parse_number(cli_word(cli, 0), UINT64_MAX, &confirm.order) != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "ORDER", cli_word(cli, 0), NULL);
	confirm.confirmed = strcmp(word, "agree") == 0;
	if (!confirm.confirmed && strcmp(word, "refuse") != 0)
		return cli_misused(cli, TEXT_BAD_CHOICE, word, "agree, refuse", NULL);
	if (!confirm.confirmed)
		rc = cli_text_option(cli, CLI_OPT_REASON, &reason);
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	confirm.reason = (char *)(reason ? reason : ""); /* packed, not changed */
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_DESTRUCTION;
	body.confirm_destruction = &confirm;
	return cli_evidence_send(cli, &body, cli_acting_unit(cli, ""));
}

/* --- orders ----------------------------------------------------------------------------------- */

static enum cli_text state_of(const Dondoc__V1__DestructionRow *row)
{
	if (row->done)
		return TEXT_ORDER_DONE;
	if (row->refused)
		return TEXT_ORDER_REFUSED;
	return row->confirmed_by.len > 0 ? TEXT_ORDER_AGREED : TEXT_ORDER_WAITS;
}

static void person_cell(struct cli_table *table, const ProtobufCBinaryData *person)
{
	char hex[2 * DD_ID_LEN + 1] = "";

	if (person->len == DD_ID_LEN)
		dd_hex(person->data, DD_ID_LEN, hex);
	cli_table_cell(table, hex);
}

static void what_cell(const struct cli *cli, const Dondoc__V1__OrderDestruction *said,
		      struct cli_table *table)
{
	char text[2 * DD_HASH_LEN + 1];
	const char *args[] = {text};
	struct dd_buf words = {0};
	bool file = said->file.len == DD_HASH_LEN;

	if (file) {
		dd_hex(said->file.data, DD_HASH_LEN, text);
		text[CLI_HASH_SHORT] = '\0';
	} else {
		snprintf(text, sizeof(text), "%zu", said->n_events);
	}
	cli_fill(&words, cli_text(cli->lang, file ? TEXT_ORDER_WHAT_FILE : TEXT_ORDER_WHAT_EVENTS),
		 args, 1);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void add_order(const struct cli *cli, const Dondoc__V1__DestructionRow *row,
		      struct cli_table *table)
{
	struct dd_buf words = {0};

	cli_table_number(table, (long long)row->order);
	what_cell(cli, row->said, table);
	cli_table_cell(table, row->said->reason);
	cli_document_words(cli->lang, row->said->document, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	person_cell(table, &row->ordered_by);
	person_cell(table, &row->confirmed_by);
	cli_table_cell(table, cli_text(cli->lang, state_of(row)));
	dd_buf_fini(&words);
}

static void print_orders(const struct cli *cli, const Dondoc__V1__DestructionList *list)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_ORDER), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_ORDER_WHAT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_DOCUMENT), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_ORDERED_BY), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_AGREED_BY), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_FILE_STATE), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 7);

	for (size_t i = 0; i < list->n_rows; i++)
		if (list->rows[i]->said)
			add_order(cli, list->rows[i], table);
	cli_print_table(cli, table);
	cli_table_free(table);
}

int cli_evidence_orders(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListDestructions list = DONDOC__V1__LIST_DESTRUCTIONS__INIT;
	Dondoc__V1__Reply *reply;
	int rc = cli_connect(cli, "task");

	list.open_only = cli->args.value[CLI_OPT_OPEN] != NULL;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_DESTRUCTIONS;
	query.list_destructions = &list;
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_DESTRUCTIONS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->destructions->base);
	else
		print_orders(cli, reply->answer->destructions);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
