/* cli_export.c - `plan export`: the tasks of a plan as an annex that imports back unchanged. */
#include "services/cli/cli_export.h"
#include "common/base/clock.h"
#include "common/base/csv.h"
#include "common/base/file.h"
#include "services/cli/cli_annex.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE      1000 /* tasks a question */
#define FILE_MODE 0666 /* the person's own mask decides */

static const char *const columns[CLI_EXPORT_COLUMNS] = {
	"code",      "area",    "content", "product",    "lead_unit", "coordinating_units",
	"time_text", "start",   "due",     "recurrence", "target",    "notes",
	"parent",    "heading", "position"};

const char *cli_export_column(int column)
{
	return columns[column];
}

/* --- a row
 * ---------------------------------------------------------------------------------------- */

static void add_text(struct dd_buf *out, const char *text)
{
	dd_csv_write_field(out, text);
	dd_buf_add(out, ",", 1);
}

static void add_day(struct dd_buf *out, int32_t day)
{
	char text[DD_DAY_TEXT];

	add_text(out, dd_day_iso(day, text));
}

/* As written in the annex; a task given by hand has codes only. */
static void add_coordinating(struct dd_buf *out, const Dondoc__V1__TaskFields *fields)
{
	struct dd_buf codes = {0};

	for (size_t i = 0; i < fields->n_coordinating_units; i++)
		dd_buf_printf(&codes, "%s%s", i ? "; " : "", fields->coordinating_units[i]);
	add_text(out, *fields->coordinating_text ? fields->coordinating_text : dd_buf_cstr(&codes));
	dd_buf_fini(&codes);
}

static const char *recurrence_word(const Dondoc__V1__TaskFields *fields)
{
	static const char *const words[] = {"once",        "continuous", "weekly", "monthly",
					    "quarterly",   "yearly",     "event",  "milestones",
					    "half_yearly", "nine_months"};
	unsigned recurrence = (unsigned)fields->recurrence;

	if ((fields->group && recurrence == 0) || recurrence >= sizeof(words) / sizeof(words[0]))
		return "";
	return words[recurrence];
}

void cli_export_row(const Dondoc__V1__TaskFields *fields, struct dd_buf *out)
{
	char number[16];

	add_text(out, fields->code);
	snprintf(number, sizeof(number), "%" PRIu32, fields->area);
	add_text(out, number);
	add_text(out, fields->content);
	add_text(out, fields->product);
	add_text(out, *fields->lead_text ? fields->lead_text : fields->lead_unit);
	add_coordinating(out, fields);
	add_text(out, fields->time_text);
	add_day(out, fields->start_day);
	add_day(out, fields->due_day);
	add_text(out, recurrence_word(fields));
	add_text(out, fields->target);
	add_text(out, fields->note);
	/* a heading lies where its code says */
	add_text(out, fields->group ? "" : fields->parent);
	add_text(out, fields->group ? "x" : "");
	snprintf(number, sizeof(number), "%" PRIu32, fields->position);
	dd_csv_write_field(out, number);
	dd_buf_text(out, "\r\n");
}

/* --- the plan
 * ---------------------------------------------------------------------------------------- */

static int ask_page(struct cli *cli, const char *plan, uint32_t offset, Dondoc__V1__Reply **reply)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ListTasks list = DONDOC__V1__LIST_TASKS__INIT;
	int rc;

	list.plan = (char *)plan; /* packed, not changed */
	list.with_groups = true;
	list.limit = PAGE;
	list.offset = offset;
	query.what_case = DONDOC__V1__QUERY__WHAT_LIST_TASKS;
	query.list_tasks = &list;
	rc = cli_query(cli, &query, reply);
	return rc ? rc : cli_check_answer(cli, *reply, DONDOC__V1__ANSWER__WHAT_TASKS);
}

/* All tasks and headings, in the order of the annex; a reply may hold fewer rows than asked for. */
static int export_plan(struct cli *cli, const char *plan, struct dd_buf *out, uint32_t *count_out)
{
	Dondoc__V1__Reply *reply;
	size_t rows;

	*count_out = 0;
	do {
		int rc = ask_page(cli, plan, *count_out, &reply);

		if (rc != 0)
			return rc;
		rows = reply->answer->tasks->n_rows;
		for (size_t i = 0; i < rows; i++)
			if (reply->answer->tasks->rows[i]->fields)
				cli_export_row(reply->answer->tasks->rows[i]->fields, out);
		*count_out += (uint32_t)rows;
		dondoc__v1__reply__free_unpacked(reply, NULL);
	} while (rows > 0);
	return 0;
}

static int write_out(const struct cli *cli, const struct dd_buf *out, uint32_t count)
{
	const char *path = cli->args.value[CLI_OPT_OUT];
	struct dd_error err;
	char rows[16];

	if (!path || strcmp(path, "-") == 0) {
		fwrite(out->data, 1, out->len, cli->out);
		return CLI_DONE;
	}
	if (dd_file_write(path, out->data, out->len, FILE_MODE, &err) != 0)
		return cli_failed(cli, &err);
	snprintf(rows, sizeof(rows), "%" PRIu32, count);
	cli_say(cli, TEXT_EXPORTED, rows, path, NULL);
	return CLI_DONE;
}

int cli_plan_export(struct cli *cli)
{
	struct dd_buf out = {0};
	uint32_t count;
	int rc = cli_connect(cli, "task");

	if (rc != 0)
		return rc;
	dd_buf_text(&out, "\xef\xbb\xbf"); /* so that spreadsheets know it is UTF-8 */
	for (int i = 0; i < CLI_EXPORT_COLUMNS; i++)
		dd_buf_printf(&out, "%s%s", columns[i], i + 1 < CLI_EXPORT_COLUMNS ? "," : "\r\n");
	rc = export_plan(cli, cli_word(cli, 0), &out, &count);
	if (rc == 0)
		rc = write_out(cli, &out, count);
	dd_buf_fini(&out);
	return rc;
}
