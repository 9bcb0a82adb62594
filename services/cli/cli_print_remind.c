/* cli_print_remind.c - reminders: what is to come, what was sent, and one message as it was sent.
 */
#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/cli_channel.h"
#include "services/cli/cli_print.h"
#include "services/cli/cli_superior.h"
#include "services/cli/cli_table.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_unit.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <string.h>

static void cell_code(struct cli_table *table, const struct cli_codes *codes, uint64_t task)
{
	struct dd_buf words = {0};

	if (task != 0) /* else it is about the unit itself */
		cli_code_words(codes, task, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

static void cell_intent(const struct cli *cli, struct cli_table *table,
			const Dondoc__V1__Intent *intent)
{
	struct dd_buf words = {0};

	cli_intent_words(cli->lang, intent, &words);
	cli_table_cell(table, dd_buf_cstr(&words));
	dd_buf_fini(&words);
}

/* The beginning of a hash is enough to name it; a file gets all of it. */
static void cell_hash(const struct cli *cli, struct cli_table *table,
		      const ProtobufCBinaryData *hash)
{
	char hex[2 * DD_HASH_LEN + 1] = "";

	if (hash->len == DD_HASH_LEN)
		dd_hex(hash->data, hash->len, hex);
	if (cli->format != CLI_CSV)
		hex[CLI_HASH_SHORT] = '\0';
	cli_table_cell(table, hex);
}

static void cell_time(struct cli_table *table, int64_t us)
{
	char text[DD_TIME_TEXT];

	cli_table_cell(table, us ? dd_time_local(us, text) : "");
}

/* --- what is to come -------------------------------------------------------------------------- */

/* Which of day and unit the row before had too. */
struct repeated {
	bool day;
	bool unit;
};

static void cells_day_unit(const struct cli *cli, struct cli_table *table,
			   const Dondoc__V1__PreviewRow *row, struct repeated repeated)
{
	char day[CLI_DAY_TEXT];

	cli_table_cell(table, repeated.day ? "" : cli_day(cli->lang, row->day, day));
	cli_table_cell(table, repeated.unit ? "" : row->unit);
	cli_table_cell(table, repeated.unit ? "" : row->unit_name);
}

static void add_preview(const struct cli *cli, struct cli_table *table,
			const Dondoc__V1__PreviewRow *row, bool same_day,
			const struct cli_codes *codes)
{
	struct repeated repeated = {.day = same_day && cli->format != CLI_CSV};
	char day[CLI_DAY_TEXT];

	for (size_t i = 0; i < row->n_intents; i++) {
		const Dondoc__V1__Intent *intent = row->intents[i];

		cells_day_unit(cli, table, row, repeated);
		cell_code(table, codes, intent->task);
		cell_intent(cli, table, intent);
		cli_table_cell(table, cli_day(cli->lang, intent->due_day, day));
		cli_table_cell(table, row->deferred ? cli_text(cli->lang, TEXT_DEFERRED) : "");
		repeated.day = repeated.unit = cli->format != CLI_CSV;
	}
}

static void say_preview(const struct cli *cli, const Dondoc__V1__Preview *preview)
{
	char messages[24], reminders[24], sequence[24];

	snprintf(messages, sizeof(messages), "%" PRIu32, preview->messages);
	snprintf(reminders, sizeof(reminders), "%" PRIu32, preview->intents);
	snprintf(sequence, sizeof(sequence), "%" PRIu64, preview->as_of_sequence);
	cli_say(cli, TEXT_PREVIEW_TOTALS, messages, reminders, sequence, NULL);
}

void cli_print_preview(const struct cli *cli, const Dondoc__V1__Preview *preview,
		       const struct cli_codes *codes)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_DATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_TASK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_WHAT), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_DEFERRED), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 7);

	for (size_t i = 0; i < preview->n_rows; i++) {
		bool same_day = i > 0 && preview->rows[i - 1]->n_intents > 0 &&
				preview->rows[i - 1]->day == preview->rows[i]->day;

		add_preview(cli, table, preview->rows[i], same_day, codes);
	}
	cli_print_table(cli, table);
	cli_table_free(table);
	if (cli->format == CLI_TABLE)
		say_preview(cli, preview);
	if (preview->rows_cut)
		cli_complain(cli, TEXT_PREVIEW_CUT, NULL);
}

/* --- what was sent ---------------------------------------------------------------------------- */

static void add_digest(const struct cli *cli, struct cli_table *table,
		       const Dondoc__V1__DigestRow *row)
{
	char day[CLI_DAY_TEXT];

	cli_table_cell(table, cli_day(cli->lang, row->day, day));
	cli_table_cell(table, row->unit);
	cli_table_cell(table, row->unit_name);
	cli_table_cell(table, cli_name_digest(cli->lang, (int)row->state));
	cli_table_number(table, row->intents);
	cli_table_number(table, row->attempts);
	cell_time(table, row->settled_us);
	cli_table_cell(table, cli_name_channel(cli->lang, (int)row->channel));
	cli_table_number(table, row->reached);
	cli_table_cell(table, row->reply);
	cli_table_number(table, (long long)row->sequence);
	cell_hash(cli, table, &row->digest);
}

static void print_digest_rows(const struct cli *cli, const Dondoc__V1__DigestList *list)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_DATE), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_UNIT), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_NAME), true, false, 2},
		{cli_text(cli->lang, TEXT_COL_STATE), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_TASKS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_ATTEMPTS), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_TIME), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_CHANNEL), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_TOLD_REACHED), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_REPLY), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_SEQUENCE), false, true, 0},
		{cli_text(cli->lang, TEXT_COL_MESSAGE), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 12);

	for (size_t i = 0; i < list->n_rows; i++)
		add_digest(cli, table, list->rows[i]);
	cli_print_table(cli, table);
	cli_table_free(table);
}

struct delivered {
	size_t count;
	int64_t first_us;
	int64_t last_us;
};

static struct delivered count_delivered(const Dondoc__V1__DigestList *list, int32_t to_day)
{
	struct delivered delivered = {0};

	for (size_t i = 0; i < list->n_rows; i++) {
		const Dondoc__V1__DigestRow *row = list->rows[i];

		if (row->state != DONDOC__V1__DIGEST_STATE__DIGEST_DELIVERED ||
		    (to_day && dd_day_of(row->settled_us) > to_day))
			continue;
		if (!delivered.count || row->settled_us < delivered.first_us)
			delivered.first_us = row->settled_us;
		if (!delivered.count || row->settled_us > delivered.last_us)
			delivered.last_us = row->settled_us;
		delivered.count++;
	}
	return delivered;
}

/* "Not told" cannot be said of a list that is cut. */
static void say_told(const struct cli *cli, const struct delivered *delivered, const char *task,
		     bool cut)
{
	char count[24], first[DD_TIME_TEXT], last[DD_TIME_TEXT];

	snprintf(count, sizeof(count), "%zu", delivered->count);
	if (delivered->count > 0)
		cli_say(cli, TEXT_TOLD, task, count, dd_time_local(delivered->first_us, first),
			dd_time_local(delivered->last_us, last), NULL);
	else if (!cut)
		cli_say(cli, TEXT_NOT_TOLD, task, NULL);
}

void cli_print_digests(const struct cli *cli, const Dondoc__V1__DigestList *list, const char *task,
		       int32_t to_day)
{
	struct delivered delivered = count_delivered(list, to_day);
	char rows[24], count[24];

	print_digest_rows(cli, list);
	if (cli->format == CLI_TABLE && task)
		say_told(cli, &delivered, task, list->rows_cut);
	else if (cli->format == CLI_TABLE) {
		snprintf(rows, sizeof(rows), "%zu", list->n_rows);
		snprintf(count, sizeof(count), "%zu", delivered.count);
		cli_say(cli, TEXT_DIGESTS_TOTALS, rows, count, NULL);
	}
	if (list->rows_cut)
		cli_complain(cli, TEXT_DIGESTS_CUT, NULL);
}

/* --- one message ------------------------------------------------------------------------------ */

/* Of a report to a superior: what was decided last, by whom, why. */
static void print_release(const struct cli *cli, const Dondoc__V1__DigestRow *row)
{
	const char *words = cli_release_words(cli->lang, (int)row->release, row->release_by_time);
	struct dd_buf line = {0};
	char time[DD_TIME_TEXT];

	if (words[0] == '\0')
		return;
	dd_buf_printf(&line, "%s, %s", words, dd_time_local(row->release_us, time));
	if (row->release_by != NULL && row->release_by->unit[0] != '\0')
		dd_buf_printf(&line, ", %s", row->release_by->unit);
	if (row->release_by != NULL && row->release_by->person.len == 16) {
		dd_buf_text(&line, " ");
		cli_person_words(&row->release_by->person, &line);
	}
	if (row->release_reason[0] != '\0')
		dd_buf_printf(&line, ": %s", row->release_reason);
	cli_print_label(cli, TEXT_LABEL_RELEASE, dd_buf_cstr(&line));
	dd_buf_fini(&line);
}

static void print_head(const struct cli *cli, const Dondoc__V1__DigestRow *row)
{
	struct dd_buf unit = {0}, reader = {0};

	dd_buf_printf(&unit, "%s %s", row->unit, row->unit_name);
	cli_print_label_hash(cli, TEXT_LABEL_MESSAGE, &row->digest);
	cli_print_label(cli, TEXT_LABEL_UNIT, dd_buf_cstr(&unit));
	cli_reader_words(cli->lang, row, &reader);
	cli_print_label(cli, TEXT_LABEL_READER, dd_buf_cstr(&reader));
	cli_print_label_day(cli, TEXT_LABEL_DAY, row->day);
	cli_print_label(cli, TEXT_LABEL_STATE, cli_name_digest(cli->lang, (int)row->state));
	cli_print_label_number(cli, TEXT_LABEL_ATTEMPTS, row->attempts);
	cli_print_label_time(cli, TEXT_LABEL_PLANNED, row->planned_us);
	print_release(cli, row);
	cli_print_label_time(cli, TEXT_LABEL_SETTLED, row->settled_us);
	cli_print_label(cli, TEXT_LABEL_CHANNEL, cli_name_channel(cli->lang, (int)row->channel));
	cli_print_label_number(cli, TEXT_LABEL_REACHED, row->reached);
	cli_print_label(cli, TEXT_LABEL_REPLY, row->reply);
	cli_print_label_number(cli, TEXT_LABEL_SEQUENCE, row->sequence);
	cli_print_label_number(cli, TEXT_LABEL_EPOCH, row->epoch);
	dd_buf_fini(&reader);
	dd_buf_fini(&unit);
}

static void print_intents(const struct cli *cli, const Dondoc__V1__PlanDigest *plan,
			  const struct cli_codes *codes)
{
	const struct cli_column columns[] = {
		{cli_text(cli->lang, TEXT_COL_TASK), false, false, 0},
		{cli_text(cli->lang, TEXT_COL_WHAT), true, false, 0},
		{cli_text(cli->lang, TEXT_COL_DUE), false, false, 0},
	};
	struct cli_table *table = cli_table_new(columns, 3);
	char day[CLI_DAY_TEXT];

	for (size_t i = 0; i < plan->n_intents; i++) {
		cell_code(table, codes, plan->intents[i]->task);
		cell_intent(cli, table, plan->intents[i]);
		cli_table_cell(table, cli_day(cli->lang, plan->intents[i]->due_day, day));
	}
	cli_print_table(cli, table);
	cli_table_free(table);
}

void cli_print_digest(const struct cli *cli, const Dondoc__V1__DigestDetail *detail,
		      const struct cli_codes *codes)
{
	const Dondoc__V1__PlanDigest *plan = detail->plan;

	print_head(cli, detail->row);
	if (!plan) {
		cli_say(cli, TEXT_CONTENT_HIDDEN, NULL);
		return;
	}
	cli_print_label_number(cli, TEXT_LABEL_AS_OF_SEQUENCE, plan->as_of_sequence);
	cli_print_label(cli, TEXT_LABEL_SUBJECT, plan->subject);
	fputc('\n', cli->out);
	cli_print_text(cli, plan->text);
	fputc('\n', cli->out);
	print_intents(cli, plan, codes);
}
