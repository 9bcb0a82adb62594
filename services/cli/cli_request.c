/* cli_request.c - `request list` and `group list`: what waits for somebody, and what can be undone
 * as one. */
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_export.h"
#include "services/cli/cli_fix.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROWS     100
#define ROWS_MAX 1000

static const struct {
	int kind;
	const char *word; /* on the command line */
	const char *vi, *en;
} kinds[] = {
	{DONDOC__V1__REQUEST_KIND__REQUEST_COMPLETION, "completion", "Xác nhận hoàn thành",
	 "Completion"},
	{DONDOC__V1__REQUEST_KIND__REQUEST_EXTENSION, "extension", "Gia hạn", "Extension"},
	{DONDOC__V1__REQUEST_KIND__REQUEST_REFUSAL, "refusal", "Trả lại nhiệm vụ", "Refusal"},
	{DONDOC__V1__REQUEST_KIND__REQUEST_TRANSFER, "transfer", "Chuyển đơn vị", "Transfer"},
	{DONDOC__V1__REQUEST_KIND__REQUEST_EXPLANATION, "explanation", "Giải trình chậm",
	 "Explanation"},
	{DONDOC__V1__REQUEST_KIND__REQUEST_OUTGOING, "outgoing", "Chờ thủ trưởng đơn vị",
	 "Head of unit"},
	{DONDOC__V1__REQUEST_KIND__REQUEST_ASK, "ask", "Xin ý kiến", "Question"},
	{DONDOC__V1__REQUEST_KIND__REQUEST_CONFLICT, "conflict", "Xung đột số liệu", "Conflict"},
};

const char *cli_name_request(enum cli_lang lang, int kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].kind == kind)
			return lang == CLI_VI ? kinds[i].vi : kinds[i].en;
	return "?";
}

static int read_kind(const struct cli *cli, Dondoc__V1__RequestKind *kind_out)
{
	const char *word = cli->args.value[CLI_OPT_REQUEST_KIND];

	for (size_t i = 0; word && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(word, kinds[i].word) == 0) {
			*kind_out = (Dondoc__V1__RequestKind)kinds[i].kind;
			return 0;
		}
	}
	return word ? cli_misused(cli, TEXT_BAD_VALUE, "--request-kind", word, NULL) : 0;
}

/* --- request list -------------------------------------------------------------------------------
 */

static int read_requests(const struct cli *cli, Dondoc__V1__ListRequests *list)
{
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, ROWS_MAX, ROWS, &limit);

	if (rc == 0)
		rc = read_kind(cli, &list->kind);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_WAITING_SINCE, &list->older_than_day);
	if (rc != 0)
		return rc;
	list->limit = (uint32_t)limit;
	list->decider_unit = cli_option_text(cli, CLI_OPT_DECIDER);
	list->from_unit = cli_option_text(cli, CLI_OPT_FROM_UNIT);
	list->plan = cli_option_text(cli, CLI_OPT_PLAN);
	return 0;
}

void cli_request_words(const struct cli *cli, const Dondoc__V1__RequestRow *row, struct dd_buf *out)
{
	char day[CLI_DAY_TEXT];

	dd_buf_clear(out);
	if (row->proposed_due_day)
		dd_buf_printf(out, "%s ", cli_day(cli->lang, row->proposed_due_day, day));
	if (row->proposed_unit[0])
		dd_buf_printf(out, "%s ", row->proposed_unit);
	dd_buf_text(out, row->reason);
	if (row->basis) {
		dd_buf_text(out, out->len > 0 ? " [" : "[");
		cli_document_words(cli->lang, row->basis, out);
		dd_buf_text(out, "]");
	}
}

static void add_request(const struct cli *cli, const Dondoc__V1__RequestRow *row,
			struct cli_table *table)
{
	struct dd_buf words = {0};
	char day[CLI_DAY_TEXT], number[32];

	snprintf(number, sizeof(number), "%" PRIu64, row->request);
	cli_table_cell(table, number);
	cli_table_cell(table, cli_name_request(cli->lang, (int)row->kind));
	cli_table_cell(table, row->plan);
	cli_table_cell(table, row->code);
	cli_table_cell(table, row->content);
	cli_table_cell(table, row->from_unit);
	cli_table_cell(table, row->decider_unit);
	cli_table_cell(table, cli_day(cli->lang, row->since_day, day));
	cli_table_number(table, row->days_waiting);
	cli_request_words(cli, row, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static struct cli_table *requests_table(const struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_REQUEST), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_REQUEST_KIND), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_PLAN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CONTENT), true, false, 3},
		{cli_text(cli->lang, TEXT_COL_FROM_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DECIDER), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SINCE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DAYS_WAITING), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_REASON), true, false, 3},
	};

	return cli_table_new(columns, 10);
}

int cli_request_page(struct cli *cli, Dondoc__V1__ListRequests *list, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_REQUESTS;
	query.list_requests = list;
	rc = cli_query(cli, &query, reply_out);
	return rc == 0 ? cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_REQUESTS) : rc;
}

static void say_totals(const struct cli *cli, size_t shown, uint32_t total)
{
	char rows[32], all[32];

	if (cli->format != CLI_TABLE)
		return;
	snprintf(rows, sizeof(rows), "%zu", shown);
	snprintf(all, sizeof(all), "%" PRIu32, total);
	cli_say(cli, TEXT_REQUEST_TOTALS, rows, all, NULL);
}

/* Page by page where all are wanted. */
static int print_requests(struct cli *cli, Dondoc__V1__ListRequests *list)
{
	struct cli_table *table = requests_table(cli);
	Dondoc__V1__Reply *reply = NULL, *before = NULL;
	bool more = true;
	size_t shown = 0;
	uint32_t total = 0;
	int rc = 0;

	while (more && (rc = cli_request_page(cli, list, &reply)) == 0) {
		const Dondoc__V1__RequestList *page = reply->answer->requests;

		for (size_t i = 0; i < page->n_rows; i++)
			add_request(cli, page->rows[i], table);
		shown += page->n_rows;
		total = page->total;
		list->after = page->next;
		more = cli->args.value[CLI_OPT_ALL] && page->next.len > 0 && page->n_rows > 0;
		if (before)
			dondoc__v1__reply__free_unpacked(before, NULL);
		before = reply;
	}
	if (rc == 0) {
		cli_print_table(cli, table);
		say_totals(cli, shown, total);
	}
	if (before)
		dondoc__v1__reply__free_unpacked(before, NULL);
	cli_table_free(table);
	return rc;
}

int cli_request_list(struct cli *cli)
{
	Dondoc__V1__ListRequests list = DONDOC__V1__LIST_REQUESTS__INIT;
	Dondoc__V1__Reply *reply;
	int rc = read_requests(cli, &list);

	if (rc == 0 && cli_export_asked(cli))
		return cli_request_export(cli, &list);
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	if (cli->format != CLI_JSON)
		return print_requests(cli, &list);
	rc = cli_request_page(cli, &list, &reply);
	if (rc != 0)
		return rc;
	cli_print_json(cli, &reply->answer->requests->base);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- group list ---------------------------------------------------------------------------------
 */

static const char *purpose_words(enum cli_lang lang, const char *purpose)
{
	static const struct {
		const char *purpose, *vi, *en;
	} names[] = {
		{"import", "Nhập kế hoạch", "Import"},
		{"bulk", "Thao tác hàng loạt", "Many tasks"},
		{"undo", "Hoàn tác", "Undo"},
		{"year-end", "Xử lý cuối năm", "Year's end"},
		{"units", "Sắp xếp đơn vị", "Change of units"},
		{"draft", "Dự thảo kế hoạch", "Draft of a plan"},
		{"fan-out", "Giao nhiều đơn vị", "One task for many units"},
		{"occurrence", "Ghi nhận sự kiện", "Occurrence"},
		{"unchanged", "Báo cáo không thay đổi", "No change"},
		{"", "Một lệnh", "One command"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(purpose, names[i].purpose) == 0)
			return lang == CLI_VI ? names[i].vi : names[i].en;
	return purpose;
}

static void add_group(const struct cli *cli, const Dondoc__V1__GroupRow *row,
		      struct cli_table *table)
{
	char number[32], time[DD_TIME_TEXT];

	snprintf(number, sizeof(number), "%" PRIu64, row->group);
	cli_table_cell(table, number);
	cli_table_cell(table, purpose_words(cli->lang, row->purpose));
	cli_table_cell(table, row->plan);
	cli_table_cell(table, dd_time_local(row->closed_us, time));
	cli_table_cell(table, row->unit);
	cli_table_number(table, row->count);
	snprintf(number, sizeof(number), "%" PRIu64, row->undone_by);
	cli_table_cell(table, row->undone_by ? number : "");
}

static void print_groups(const struct cli *cli, const Dondoc__V1__GroupList *groups)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_GROUP), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_PURPOSE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_PLAN), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TIME), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TASKS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_UNDONE_BY), false, true, 0},
	};
	struct cli_table *table = cli_table_new(columns, 7);

	for (size_t i = 0; i < groups->n_rows; i++)
		add_group(cli, groups->rows[i], table);
	cli_print_table(cli, table);
	cli_table_free(table);
}

int cli_group_list(struct cli *cli)
{
	Dondoc__V1__ListGroups list = DONDOC__V1__LIST_GROUPS__INIT;
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Reply *reply;
	uint64_t limit;
	int rc = cli_number_option(cli, CLI_OPT_LIMIT, ROWS_MAX, ROWS, &limit);

	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	list.limit = (uint32_t)limit;
	list.plan = cli_option_text(cli, CLI_OPT_PLAN);
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_GROUPS;
	query.list_groups = &list;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_GROUPS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->groups->base);
	else
		print_groups(cli, reply->answer->groups);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
