/* cli_unit_show.c - `unit list`, `unit show`, `unit tree`, `plan pairs`. */
#include "services/cli/cli_table.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <inttypes.h>
#include <string.h>

static void join(char *const *texts, size_t count, struct dd_buf *out)
{
	for (size_t i = 0; i < count; i++)
		dd_buf_printf(out, "%s%s", i ? "; " : "", texts[i]);
}

static void cell_of_texts(struct cli_table *table, char *const *texts, size_t count)
{
	struct dd_buf words = {0};

	join(texts, count, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void cell_of_day(const struct cli *cli, struct cli_table *table, int32_t day)
{
	char text[CLI_DAY_TEXT];

	cli_table_cell(table, cli_day(cli->lang, day, text));
}

/* --- the list -------------------------------------------------------------------------------- */

static int fetch_units(struct cli *cli, Dondoc__V1__ListUnits *list, Dondoc__V1__Reply **reply_out)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	int rc = cli_connect(cli, "task");

	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_UNITS;
	query.list_units = list;
	if (rc == 0)
		rc = cli_query(cli, &query, reply_out);
	return rc == 0 ? cli_check_answer(cli, *reply_out, DONDOC__V1__ANSWER__WHAT_UNITS) : rc;
}

static void add_unit(const struct cli *cli, const Dondoc__V1__UnitRow *row, struct cli_table *table)
{
	cli_table_cell(table, row->unit->code);
	cli_table_cell(table, row->unit->name);
	cli_table_cell(table, row->unit->kind);
	cli_table_cell(table, row->unit->parent);
	cli_table_cell(table, row->unit->collective ? cli_text(cli->lang, TEXT_YES) : "");
	cli_table_number(table, row->open_tasks);
	cell_of_texts(table, row->aliases, row->n_aliases);
	cell_of_day(cli, table, row->unit->valid_until);
	cell_of_texts(table, row->successors, row->n_successors);
}

static void print_units(const struct cli *cli, const Dondoc__V1__UnitList *units)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_KIND), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_PARENT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_COLLECTIVE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_OPEN_TASKS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_ALIASES), true, false, 3},
		{cli_text(cli->lang, TEXT_COL_UNIT_END), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_HEIRS), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 9);

	for (size_t i = 0; i < units->n_rows; i++) {
		if (units->rows[i]->unit)
			add_unit(cli, units->rows[i], table);
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

int cli_unit_list(struct cli *cli)
{
	Dondoc__V1__ListUnits list = DONDOC__V1__LIST_UNITS__INIT;
	Dondoc__V1__Reply *reply;
	int rc = cli_day_option(cli, CLI_OPT_AS_OF, &list.as_of_day);

	list.with_aliases = true;
	list.with_closed = cli->args.value[CLI_OPT_ALL] != NULL;
	list.without_head = cli->args.value[CLI_OPT_NO_HEAD] != NULL;
	list.under = cli_option_text(cli, CLI_OPT_UNDER);
	list.kind = cli_option_text(cli, CLI_OPT_UNIT_KIND);
	list.text = cli_option_text(cli, CLI_OPT_TEXT);
	if (rc == 0)
		rc = fetch_units(cli, &list, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->units->base);
	else
		print_units(cli, reply->answer->units);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- the tree -------------------------------------------------------------------------------- */

struct tree {
	const struct cli *cli;
	const Dondoc__V1__UnitList *units;
	struct cli_table *table;
};

static bool listed(const struct tree *tree, const char *code)
{
	for (size_t i = 0; i < tree->units->n_rows; i++) {
		if (strcmp(tree->units->rows[i]->unit->code, code) == 0)
			return true;
	}
	return false;
}

static void add_branch(struct tree *tree, const Dondoc__V1__UnitRow *row, int depth)
{
	struct dd_buf code = {0};

	if (depth > 16)
		return;
	for (int i = 0; i < depth && tree->cli->format == CLI_TABLE; i++)
		dd_buf_text(&code, "· ");
	dd_buf_text(&code, row->unit->code);
	cli_table_cell(tree->table, dd_buf_cstr(&code));
	dd_buf_fini(&code);
	cli_table_cell(tree->table, row->unit->name);
	cli_table_cell(tree->table, row->unit->kind);
	cli_table_number(tree->table, row->open_tasks);
	for (size_t i = 0; i < tree->units->n_rows; i++) {
		const Dondoc__V1__UnitRow *child = tree->units->rows[i];

		if (child != row && strcmp(child->unit->parent, row->unit->code) == 0)
			add_branch(tree, child, depth + 1);
	}
}

static void print_tree(const struct cli *cli, const Dondoc__V1__UnitList *units)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_KIND), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_OPEN_TASKS), false, true, 0},
	};
	struct tree tree = {.cli = cli, .units = units, .table = cli_table_new(columns, 4)};

	for (size_t i = 0; i < units->n_rows; i++) {
		if (!listed(&tree, units->rows[i]->unit->parent))
			add_branch(&tree, units->rows[i], 0);
	}
	cli_print_table(cli, tree.table);
	cli_table_free(tree.table);
}

int cli_unit_tree(struct cli *cli)
{
	Dondoc__V1__ListUnits list = DONDOC__V1__LIST_UNITS__INIT;
	Dondoc__V1__Reply *reply;
	int rc = cli_day_option(cli, CLI_OPT_AS_OF, &list.as_of_day);

	list.under = (char *)(cli_word(cli, 0) ? cli_word(cli, 0) : "");
	list.with_closed = cli->args.value[CLI_OPT_ALL] != NULL;
	if (rc == 0)
		rc = fetch_units(cli, &list, &reply);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->units->base);
	else
		print_tree(cli, reply->answer->units);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- one unit -------------------------------------------------------------------------------- */

static void print_texts(const struct cli *cli, enum cli_text label, char *const *texts,
			size_t count)
{
	struct dd_buf words = {0};

	join(texts, count, &words);
	cli_print_label(cli, label, (const char *)dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void print_person(const struct cli *cli, enum cli_text label,
			 const ProtobufCBinaryData *person)
{
	struct dd_buf words = {0};

	cli_person_words(person, &words);
	cli_print_label(cli, label, (const char *)dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void print_change(const struct cli *cli, const Dondoc__V1__UnitChangeRow *row)
{
	static const enum cli_text names[] = {
		TEXT_UNIT_CHANGE, TEXT_UNIT_RENAMED,   TEXT_UNIT_MERGED,
		TEXT_UNIT_SPLIT,  TEXT_UNIT_ABOLISHED,
	};
	size_t kind = (size_t)row->change->kind;
	struct dd_buf words = {0};
	char day[CLI_DAY_TEXT];

	dd_buf_printf(&words, "#%" PRIu64 " %s %s: ", row->sequence,
		      cli_day(cli->lang, row->change->day, day),
		      cli_text(cli->lang, names[kind < 5 ? kind : 0]));
	join(row->change->from, row->change->n_from, &words);
	dd_buf_text(&words, " → ");
	for (size_t i = 0; i < row->change->n_to; i++)
		dd_buf_printf(&words, "%s%s", i ? "; " : "", row->change->to[i]->code);
	if (row->planned)
		dd_buf_printf(&words, " (%s)", cli_text(cli->lang, TEXT_UNIT_PLANNED));
	cli_print_label(cli, TEXT_UNIT_CHANGE, (const char *)dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void print_unit(const struct cli *cli, const Dondoc__V1__UnitDetail *detail)
{
	const Dondoc__V1__UnitFields *unit = detail->unit;

	cli_print_label(cli, TEXT_COL_UNIT, unit->code);
	cli_print_label(cli, TEXT_COL_NAME, unit->name);
	cli_print_label(cli, TEXT_COL_KIND, unit->kind);
	cli_print_label(cli, TEXT_COL_PARENT, unit->parent);
	cli_print_label(cli, TEXT_COL_OFFICIAL_ID, unit->official_id);
	cli_print_label_day(cli, TEXT_COL_UNIT_BEGIN, unit->valid_from);
	cli_print_label_day(cli, TEXT_COL_UNIT_END, unit->valid_until);
	print_texts(cli, TEXT_COL_ALIASES, detail->aliases, detail->n_aliases);
	print_texts(cli, TEXT_COL_CHILDREN, detail->children, detail->n_children);
	print_texts(cli, TEXT_COL_FORMER, detail->predecessors, detail->n_predecessors);
	print_texts(cli, TEXT_COL_HEIRS, detail->successors, detail->n_successors);
	cli_print_label_number(cli, TEXT_COL_OPEN_TASKS, detail->open_tasks);
	print_person(cli, TEXT_COL_HEAD_PERSON, &detail->head_person);
	print_person(cli, TEXT_COL_FOCAL, &detail->focal_person);
	for (size_t i = 0; i < detail->n_leaders; i++)
		print_person(cli, TEXT_COL_LEADER, &detail->leaders[i]->person);
	for (size_t i = 0; i < detail->n_changes; i++)
		print_change(cli, detail->changes[i]);
}

int cli_unit_show(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ShowUnit show = DONDOC__V1__SHOW_UNIT__INIT;
	Dondoc__V1__Reply *reply;
	int rc = cli_day_option(cli, CLI_OPT_AS_OF, &show.as_of_day);

	if (cli->format == CLI_CSV)
		return cli_misused(cli, TEXT_NO_CSV, NULL);
	show.unit = (char *)cli_word(cli, 0);
	query.what_case = DONDOC__V1__QUERY__WHAT_SHOW_UNIT;
	query.show_unit = &show;
	if (rc == 0)
		rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_UNIT_DETAIL);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->unit_detail->base);
	else if (reply->answer->unit_detail->unit)
		print_unit(cli, reply->answer->unit_detail);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}

/* --- pairs of two plans ---------------------------------------------------------------------- */

static void print_pairs(const struct cli *cli, const Dondoc__V1__PlanPairs *pairs)
{
	const struct cli_column columns[] = {
		{cli_word(cli, 0), false, false, 0},
		{cli_word(cli, 1), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SAME_CODE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_SAME_TEXT), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 4);

	for (size_t i = 0; i < pairs->n_rows; i++) {
		const Dondoc__V1__PlanPair *pair = pairs->rows[i];

		cli_table_cell(table, pair->code);
		cli_table_cell(table, pair->other_code);
		cli_table_cell(table, pair->same_code ? cli_text(cli->lang, TEXT_YES) : "");
		cli_table_cell(table, pair->same_text ? cli_text(cli->lang, TEXT_YES) : "");
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

int cli_plan_pairs(struct cli *cli)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__PairPlans ask = DONDOC__V1__PAIR_PLANS__INIT;
	Dondoc__V1__Reply *reply;
	int rc = cli_connect(cli, "task");

	ask.plan = (char *)cli_word(cli, 0);
	ask.other = (char *)cli_word(cli, 1);
	query.what_case = DONDOC__V1__QUERY__WHAT_PAIR_PLANS;
	query.pair_plans = &ask;
	if (rc == 0)
		rc = cli_query(cli, &query, &reply);
	if (rc == 0)
		rc = cli_check_answer(cli, reply, DONDOC__V1__ANSWER__WHAT_PLAN_PAIRS);
	if (rc != 0)
		return rc;
	if (cli->format == CLI_JSON)
		cli_print_json(cli, &reply->answer->plan_pairs->base);
	else
		print_pairs(cli, reply->answer->plan_pairs);
	dondoc__v1__reply__free_unpacked(reply, NULL);
	return CLI_DONE;
}
