/* cli_proof.c - `remind proof`: was a unit told of a task, by which message, and what became of it.
 */
#include "common/base/clock.h"
#include "common/base/file.h"
#include "services/cli/cli_report.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_told.h"
#include "services/cli/cli_words.h"
#include "services/cli/cli_work.h"
#include <inttypes.h>
#include <string.h>

#define ROWS       200
#define ROWS_MAX   1000
#define FILE_MODE  0644
#define TIME_WORDS 40

/* --- words ---------------------------------------------------------------------------------- */

static bool by_hand(const Dondoc__V1__ToldRow *row)
{
	return row->digest.len == 0;
}

const char *cli_told_way(enum cli_lang lang, const Dondoc__V1__ToldRow *row)
{
	static const struct {
		const char *way;
		enum cli_text text;
	} ways[] = {{"email", TEXT_TOLD_EMAIL},
		    {"sms", TEXT_TOLD_SMS},
		    {"phone", TEXT_TOLD_PHONE},
		    {"paper", TEXT_TOLD_PAPER},
		    {"meeting", TEXT_TOLD_MEETING}};

	if (strcmp(row->way, "zalo") == 0)
		return "Zalo";
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(row->way, ways[i].way) == 0)
			return cli_text(lang, ways[i].text);
	return row->way;
}

void cli_told_what(enum cli_lang lang, const Dondoc__V1__ToldRow *row, struct dd_buf *out)
{
	Dondoc__V1__Intent intent = DONDOC__V1__INTENT__INIT;

	if (by_hand(row)) {
		dd_buf_text(out, cli_text(lang, TEXT_TOLD_BY_HAND));
		if (row->group[0] != '\0')
			dd_buf_printf(out, ": %s", row->group);
		return;
	}
	intent.rule = row->rule;
	intent.task = row->task;
	intent.due_day = row->due_day;
	intent.step = row->step;
	if (row->rule[0] != '\0')
		cli_intent_words(lang, &intent, out);
}

/* "16/03/2026 08:05"; the day alone where only that was said. */
static const char *time_words(enum cli_lang lang, int64_t us, char out[TIME_WORDS])
{
	char time[DD_TIME_TEXT], day[CLI_DAY_TEXT];
	const int32_t on = dd_day_of(us);

	(void)dd_time_local(us, time);
	if (us == dd_day_start_us(on))
		snprintf(out, TIME_WORDS, "%s", cli_day(lang, on, day));
	else
		snprintf(out, TIME_WORDS, "%s %.5s", cli_day(lang, on, day), time + 11);
	return out;
}

/* What was told by hand may be recorded later: then the proof says when it was. */
static void put_recorded(enum cli_lang lang, const Dondoc__V1__ToldRow *row, int64_t us,
			 struct dd_buf *out)
{
	const int32_t on = dd_day_of(row->planned_us);
	char day[CLI_DAY_TEXT];
	const char *args[] = {cli_day(lang, on, day)};

	if (row->planned_us != 0 && on != dd_day_of(us))
		cli_fill(out, cli_text(lang, TEXT_TOLD_RECORDED), args, 1);
}

/* "đã gửi 16/03/2026 08:05"; of what was told by hand: when, who says so, and since when. */
void cli_told_result(enum cli_lang lang, const Dondoc__V1__ToldRow *row, struct dd_buf *out)
{
	const char *state = by_hand(row) ? cli_text(lang, TEXT_TOLD_DONE)
					 : cli_name_digest(lang, (int)row->state);
	const int64_t us = row->delivered_us ? row->delivered_us : row->handed_us;
	char time[TIME_WORDS];
	const char *args[] = {state, us ? time_words(lang, us, time) : "",
			      row->by ? row->by->unit : ""};

	if (!us) {
		dd_buf_text(out, state);
	} else if (by_hand(row) && args[2][0] != '\0') {
		cli_fill(out, cli_text(lang, TEXT_TOLD_BY), args, 3);
		put_recorded(lang, row, us, out);
	} else {
		cli_fill(out, cli_text(lang, TEXT_TOLD_AT), args, 2);
	}
	if (row->note[0] != '\0')
		dd_buf_printf(out, ": %s", row->note);
}

/* --- table ---------------------------------------------------------------------------------- */

static void cell_buf(struct cli_table *table, struct dd_buf *text)
{
	cli_table_cell(table, dd_buf_cstr(text));
	dd_buf_clear(text);
}

static void add_row(const struct cli *cli, struct cli_table *table, const Dondoc__V1__ToldRow *row)
{
	struct dd_buf text = {0};
	char day[CLI_DAY_TEXT];

	cli_table_cell(table, cli_day(cli->lang, row->day, day));
	cli_table_cell(table, row->unit);
	if (row->code[0] != '\0')
		dd_buf_printf(&text, "%s/%s", row->plan, row->code);
	cell_buf(table, &text);
	cli_told_what(cli->lang, row, &text);
	cell_buf(table, &text);
	cli_table_cell(table, cli_day(cli->lang, row->due_day, day));
	cli_table_cell(table, cli_told_way(cli->lang, row));
	cli_told_result(cli->lang, row, &text);
	cell_buf(table, &text);
	cli_table_cell(table, row->reply);
	cli_table_number(table, (long long)row->told);
	dd_buf_fini(&text);
}

static void print_rows(const struct cli *cli, const Dondoc__V1__ToldList *list)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_DATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TASK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_WHAT), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_WAY), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_RESULT), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_REPLY), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_RECORD), false, true, 0},
	};
	struct cli_table *table = cli_table_new(columns, 9);

	for (size_t i = 0; i < list->n_rows; i++)
		add_row(cli, table, list->rows[i]);
	cli_print_table(cli, table);
	cli_table_free(table);
}

/* --- was it told? --------------------------------------------------------------------------- */

/* Messages that were taken by the end of the day, and what was told by hand; a message counts once,
 * of however many tasks it tells. */
static void outcome_words(enum cli_lang lang, const Dondoc__V1__ToldList *list, int32_t until_day,
			  struct dd_buf *out)
{
	int64_t first = 0, last = 0;
	uint64_t former = 0;
	size_t count = 0;
	char times[24], from[TIME_WORDS], to[TIME_WORDS];

	for (size_t i = 0; i < list->n_rows; i++) {
		const Dondoc__V1__ToldRow *row = list->rows[i];
		const int64_t us = row->delivered_us;

		if (us == 0 || (until_day != 0 && dd_day_of(us) > until_day))
			continue;
		count += row->told != former;
		former = row->told;
		first = first == 0 || us < first ? us : first;
		last = us > last ? us : last;
	}
	if (count == 0) {
		dd_buf_text(out, cli_text(lang, TEXT_PROOF_NO));
		return;
	}
	snprintf(times, sizeof(times), "%zu", count);
	{
		const char *args[] = {times, time_words(lang, first, from),
				      time_words(lang, last, to)};

		cli_fill(out, cli_text(lang, TEXT_PROOF_YES), args, 3);
	}
}

/* --- the question --------------------------------------------------------------------------- */

struct asking {
	Dondoc__V1__ProveTold ask;
	Dondoc__V1__Reply *task;  /* owned; NULL = of any */
	Dondoc__V1__Reply *reply; /* owned */
};

static int read_days(const struct cli *cli, Dondoc__V1__ProveTold *ask)
{
	int32_t before = 0;
	int rc = cli_day_option(cli, CLI_OPT_FROM, &ask->from_day);

	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_TO, &ask->until_day);
	if (rc == 0)
		rc = cli_day_option(cli, CLI_OPT_BEFORE, &before);
	if (rc == 0 && before != 0 && (ask->until_day == 0 || before - 1 < ask->until_day))
		ask->until_day = before - 1;
	if (rc == 0 && ask->from_day != 0 && ask->until_day != 0 && ask->from_day > ask->until_day)
		rc = cli_misused(cli, TEXT_BAD_PERIOD, NULL);
	return rc;
}

static int read_asking(struct cli *cli, struct asking *asking)
{
	const char *word = cli->args.value[CLI_OPT_TASK];
	uint64_t limit;
	int rc = read_days(cli, &asking->ask);

	if (rc == 0)
		rc = cli_number_option(cli, CLI_OPT_LIMIT, ROWS_MAX, ROWS, &limit);
	if (rc == 0 && !word && !cli->args.value[CLI_OPT_UNIT])
		rc = cli_misused(cli, TEXT_PROOF_NEEDS, NULL);
	if (rc != 0)
		return rc;
	asking->ask.limit = (uint32_t)limit;
	asking->ask.unit = cli_option_text(cli, CLI_OPT_UNIT);
	rc = cli_connect(cli, "task");
	if (rc != 0 || !word)
		return rc;
	rc = cli_find_task(cli, word, 1, &asking->task);
	if (rc != 0)
		asking->task = NULL;
	else
		asking->ask.task = asking->task->answer->task->task->id;
	return rc;
}

static int ask_proof(struct cli *cli, struct asking *asking)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	int rc;

	query.what_case = DONDOC__V1__QUERY__WHAT_PROVE_TOLD;
	query.prove_told = &asking->ask;
	rc = cli_query(cli, &query, &asking->reply);
	if (rc == 0)
		rc = cli_check_answer(cli, asking->reply, DONDOC__V1__ANSWER__WHAT_TOLD);
	if (rc != 0)
		asking->reply = NULL;
	return rc;
}

/* --- the page ------------------------------------------------------------------------------- */

static void name_asked(const struct asking *asking, struct dd_buf *unit, struct dd_buf *task)
{
	const Dondoc__V1__ToldList *list = asking->reply->answer->told;

	if (asking->ask.unit[0] != '\0')
		dd_buf_printf(unit, "%s (%s)", list->unit_name, asking->ask.unit);
	if (asking->task) {
		const Dondoc__V1__TaskFields *fields = asking->task->answer->task->task->fields;

		dd_buf_printf(task, "%s/%s – %s", fields->plan, fields->code, fields->content);
	}
}

static int write_page(struct cli *cli, const struct asking *asking, const char *outcome,
		      const char *path)
{
	struct dd_buf unit = {0}, task = {0}, bytes = {0};
	struct cli_proof proof = {.list = asking->reply->answer->told,
				  .outcome = outcome,
				  .from_day = asking->ask.from_day,
				  .until_day = asking->ask.until_day,
				  .sequence = asking->reply->answer->view_sequence};
	Dondoc__V1__Reply *status;
	struct dd_error err;
	char rows[24];
	int rc = cli_ask_status(cli, &status);

	if (rc != 0)
		return rc;
	name_asked(asking, &unit, &task);
	proof.authority = status->answer->status->authority;
	proof.trial = status->answer->status->trial_clock;
	proof.made_day = dd_day_of(cli_fact_time(status->answer->status));
	proof.unit = dd_buf_cstr(&unit);
	proof.task = dd_buf_cstr(&task);
	if (cli_proof_pdf(cli->lang, &proof, &bytes, &err) != 0 ||
	    dd_file_write(path, bytes.data, bytes.len, FILE_MODE, &err) != 0)
		rc = cli_failed(cli, &err);
	snprintf(rows, sizeof(rows), "%zu", proof.list->n_rows);
	if (rc == 0)
		cli_say(cli, TEXT_PROOF_WRITTEN, path, rows, NULL);
	dondoc__v1__reply__free_unpacked(status, NULL);
	dd_buf_fini(&unit);
	dd_buf_fini(&task);
	dd_buf_fini(&bytes);
	return rc;
}

static int show(struct cli *cli, const struct asking *asking)
{
	const Dondoc__V1__ToldList *list = asking->reply->answer->told;
	const char *path = cli->args.value[CLI_OPT_OUT];
	struct dd_buf outcome = {0};
	int rc = 0;

	/* "Not told" cannot be said of a list that is cut. */
	if (!list->rows_cut || list->n_rows > 0)
		outcome_words(cli->lang, list, asking->ask.until_day, &outcome);
	if (path) {
		rc = write_page(cli, asking, dd_buf_cstr(&outcome), path);
	} else if (cli->format == CLI_JSON) {
		cli_print_json(cli, &list->base);
	} else {
		print_rows(cli, list);
		if (cli->format == CLI_TABLE)
			fprintf(cli->out, "%s\n", dd_buf_cstr(&outcome));
	}
	if (list->rows_cut)
		cli_complain(cli, TEXT_PROOF_CUT, NULL);
	dd_buf_fini(&outcome);
	return rc;
}

int cli_remind_proof(struct cli *cli)
{
	const char *path = cli->args.value[CLI_OPT_OUT];
	struct asking asking = {.task = NULL};
	int rc = path ? cli_report_may_write(cli, path) : 0;

	dondoc__v1__prove_told__init(&asking.ask);
	if (rc == 0)
		rc = read_asking(cli, &asking);
	if (rc == 0)
		rc = ask_proof(cli, &asking);
	if (rc == 0)
		rc = show(cli, &asking);
	if (asking.task)
		dondoc__v1__reply__free_unpacked(asking.task, NULL);
	if (asking.reply)
		dondoc__v1__reply__free_unpacked(asking.reply, NULL);
	return rc;
}
