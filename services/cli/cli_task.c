/* cli_task.c - `task list`: which tasks, in which state, due when. */
#include "common/base/alloc.h"
#include "services/cli/cli.h"
#include "services/cli/cli_export.h"
#include "services/cli/cli_list.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <string.h>

#define PAGE       100
#define PAGE_MAX   1000
#define STATES_MAX 8

struct listing {
	Dondoc__V1__ListTasks list;
	Dondoc__V1__TaskState states[STATES_MAX];
	struct cli_filter_room room;
	struct cli_table *table; /* NULL for JSON, and where the list is exported */
	struct cli_export *export;
	uint32_t rows;
	uint32_t total;
	int32_t as_of_day;
};

/* "dang,tralai" */
static int read_states(const struct cli *cli, struct listing *listing)
{
	const char *rest = cli->args.value[CLI_OPT_STATE];
	char word[32];

	while (rest && *rest) {
		size_t n = strcspn(rest, ",");

		snprintf(word, sizeof(word), "%.*s", (int)n, rest);
		if (n >= sizeof(word) || listing->list.n_states == STATES_MAX ||
		    cli_parse_state(word, &listing->states[listing->list.n_states]) != 0)
			return cli_misused(cli, TEXT_BAD_VALUE, "--state", word, NULL);
		listing->list.n_states++;
		rest += n + (rest[n] == ',');
	}
	listing->list.states = listing->states;
	return 0;
}

static int read_numbers(const struct cli *cli, Dondoc__V1__ListTasks *list)
{
	bool all = cli->args.value[CLI_OPT_ALL] != NULL;
	uint64_t area, limit, offset;
	int rc = cli_number_option(cli, CLI_OPT_AREA, 1000, 0, &area);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_LIMIT, PAGE_MAX, all ? PAGE_MAX : PAGE, &limit);
	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_OFFSET, UINT32_MAX, 0, &offset);
	if (rc != 0)
		return rc;
	if (cli->args.value[CLI_OPT_AREA]) {
		list->has_area_case = DONDOC__V1__LIST_TASKS__HAS_AREA_AREA;
		list->area = (uint32_t)area;
	}
	list->limit = (uint32_t)limit;
	list->offset = (uint32_t)offset;
	return 0;
}

static char *option_text(const struct cli *cli, enum cli_opt option)
{
	const char *text = cli->args.value[option];

	return (char *)(text ? text : ""); /* packed, not changed */
}

static int read_filter(const struct cli *cli, struct listing *listing)
{
	Dondoc__V1__ListTasks *list = &listing->list;
	const char *time = cli->args.value[CLI_OPT_TIME];
	int rc;

	dondoc__v1__list_tasks__init(list);
	list->plan = option_text(cli, CLI_OPT_PLAN);
	list->unit = option_text(cli, CLI_OPT_UNIT);
	list->text = option_text(cli, CLI_OPT_TEXT);
	if (time && cli_parse_time_state(time, &list->time_state) != 0)
		return cli_misused(cli, TEXT_BAD_VALUE, "--time", time, NULL);
	rc = cli_day_option(cli, CLI_OPT_AS_OF, &list->as_of_day);
	if (rc == 0)
		rc = read_states(cli, listing);
	if (rc == 0)
		rc = cli_read_filter(cli, &listing->room, list);
	return rc == 0 ? read_numbers(cli, list) : rc;
}

/* Who leads it; of a task that many units answer: as the annex has it, or how many they are. */
static void add_lead(const struct cli *cli, const struct listing *listing,
		     const Dondoc__V1__TaskRow *row)
{
	char text[64];

	if (row->parts && !row->lead_unit[0] && !row->fields->lead_text[0]) {
		snprintf(text, sizeof(text), "%" PRIu32 " %s", row->parts->total,
			 cli_text(cli->lang, TEXT_PARTS_UNITS));
		cli_table_cell(listing->table, text);
		return;
	}
	cli_table_cell(listing->table, row->lead_name[0]   ? row->lead_name
				       : row->lead_unit[0] ? row->lead_unit
							   : row->fields->lead_text);
}

/* Where the code alone would be ambiguous, its plan is before it. */
static void add_row(const struct cli *cli, const struct listing *listing,
		    const Dondoc__V1__TaskRow *row)
{
	char day[CLI_DAY_TEXT];
	struct dd_buf text = {0};

	dd_buf_printf(&text, "%s%s%s", listing->list.plan[0] ? "" : row->fields->plan,
		      listing->list.plan[0] ? "" : "/", row->fields->code);
	cli_table_cell(listing->table, dd_buf_cstr(&text));
	cli_table_cell(listing->table, row->fields->content);
	add_lead(cli, listing, row);
	cli_table_cell(listing->table, row->due_day ? cli_day(cli->lang, row->due_day, day) : "-");
	dd_buf_clear(&text);
	cli_state_words(cli->lang, row, &text);
	cli_table_cell(listing->table, dd_buf_cstr(&text));
	dd_buf_clear(&text);
	dd_buf_printf(&text, "%" PRIu32 "%%",
		      row->children > 0 ? row->rolled_percent : row->percent);
	cli_table_cell(listing->table, dd_buf_cstr(&text));
	dd_buf_fini(&text);
}

/* One page; JSON is printed at once, one object a page. */
static int fetch(struct cli *cli, struct listing *listing, uint32_t *got_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__Reply *reply;
	const Dondoc__V1__TaskList *tasks;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &listing->list;
	rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_TASKS);
	if (rc != 0)
		return rc;
	tasks = reply->answer->tasks;
	if (!listing->table && !listing->export)
		cli_print_json(cli, &tasks->base);
	for (size_t i = 0; i < tasks->n_rows; i++) {
		if (!tasks->rows[i]->fields)
			continue;
		if (listing->export)
			cli_export_add(listing->export, tasks->rows[i], "");
		else if (listing->table)
			add_row(cli, listing, tasks->rows[i]);
	}
	*got_out = (uint32_t)tasks->n_rows;
	listing->rows += *got_out;
	listing->total = tasks->total;
	listing->as_of_day = tasks->as_of_day;
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return 0;
}

static void say_totals(const struct cli *cli, const struct listing *listing)
{
	char rows[16], total[16], day[CLI_DAY_TEXT];

	snprintf(rows, sizeof(rows), "%" PRIu32, listing->rows);
	snprintf(total, sizeof(total), "%" PRIu32, listing->total);
	cli_say(cli, TEXT_TASK_TOTALS, rows, total, cli_day(cli->lang, listing->as_of_day, day),
		NULL);
}

/* All of them, unless a limit was named. */
static int export_list(struct cli *cli, struct listing *listing)
{
	bool all = cli->args.value[CLI_OPT_LIMIT] == NULL;
	struct cli_export export;
	uint32_t got = 0;
	int rc = cli_export_begin(cli, listing->list.plan, false, &export);

	if (rc != 0)
		return rc;
	listing->export = &export;
	if (all)
		listing->list.limit = PAGE_MAX;
	do {
		rc = fetch(cli, listing, &got);
		listing->list.offset += got;
	} while (rc == 0 && all && got > 0 && listing->list.offset < listing->total);
	return cli_export_end(&export, rc);
}

int cli_task_list(struct cli *cli)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CONTENT), true, false, 3},
		{cli_text(cli->lang, TEXT_COL_LEAD), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_PROGRESS), false, true, 0},
	};
	bool all = cli->args.value[CLI_OPT_ALL] != NULL;
	struct listing listing = {0};
	uint32_t got = 0;
	int rc = read_filter(cli, &listing);

	if (rc == 0 && cli_export_asked(cli))
		return export_list(cli, &listing);
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc != 0)
		return rc;
	if (cli->format != CLI_JSON)
		listing.table = cli_table_new(columns, 6);
	do {
		rc = fetch(cli, &listing, &got);
		listing.list.offset += got;
	} while (rc == 0 && all && got > 0 && listing.list.offset < listing.total);
	if (rc == 0 && listing.table)
		cli_print_table(cli, listing.table);
	if (rc == 0 && cli->format == CLI_TABLE)
		say_totals(cli, &listing);
	cli_table_free(listing.table);
	return rc;
}
