/* cli_export.c - `plan export` and the files of other lists: tasks as an annex that imports back
 * unchanged. */
#include "services/cli/cli_export.h"
#include "common/base/clock.h"
#include "common/base/csv.h"
#include "common/base/file.h"
#include "common/domain/annex_words.h"
#include "services/cli/cli_annex.h"
#include "services/cli/cli_fix.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_words.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PAGE      1000 /* tasks a question */
#define FILE_MODE 0666 /* the person's own mask decides */

const struct cli_export_column cli_export_columns[CLI_EXPORT_COLUMNS] = {
	[CLI_EXPORT_CODE] = {"code", "Mã nhiệm vụ", CLI_EXPORT_TEXT, 18},
	[CLI_EXPORT_AREA] = {"area", "Lĩnh vực", CLI_EXPORT_NUMBER, 8},
	[CLI_EXPORT_CONTENT] = {"content", "Nội dung nhiệm vụ", CLI_EXPORT_TEXT, 60},
	[CLI_EXPORT_PRODUCT] = {"product", "Sản phẩm", CLI_EXPORT_TEXT, 30},
	[CLI_EXPORT_LEAD] = {"lead_unit", "Cơ quan chủ trì", CLI_EXPORT_TEXT, 28},
	[CLI_EXPORT_COORDINATING] = {"coordinating_units", "Cơ quan phối hợp", CLI_EXPORT_TEXT, 28},
	[CLI_EXPORT_TIME] = {"time_text", "Thời hạn hoàn thành", CLI_EXPORT_TEXT, 20},
	[CLI_EXPORT_START] = {"start", "Ngày bắt đầu", CLI_EXPORT_DAY, 12},
	[CLI_EXPORT_DUE] = {"due", "Ngày kết thúc", CLI_EXPORT_DAY, 12},
	[CLI_EXPORT_RECURRENCE] = {"recurrence", "Chu kỳ thực hiện", CLI_EXPORT_TEXT, 12},
	[CLI_EXPORT_TARGET] = {"target", "Kết quả cần đạt", CLI_EXPORT_TEXT, 30},
	[CLI_EXPORT_NOTES] = {"notes", "Ghi chú", CLI_EXPORT_TEXT, 20},
	[CLI_EXPORT_PARENT] = {"parent", "Thuộc mã", CLI_EXPORT_TEXT, 14},
	[CLI_EXPORT_HEADING] = {"heading", "Là đề mục", CLI_EXPORT_TEXT, 8},
	[CLI_EXPORT_POSITION] = {"position", "Thứ tự trong phụ lục", CLI_EXPORT_NUMBER, 10},
	[CLI_EXPORT_FAN_OUT] = {"fan_out", "Tách theo đơn vị", CLI_EXPORT_TEXT, 10},
	[CLI_EXPORT_PRIORITY] = {"priority", "Nhiệm vụ ưu tiên", CLI_EXPORT_TEXT, 8},
	[CLI_EXPORT_LABELS] = {"labels", "Nhãn nhiệm vụ", CLI_EXPORT_TEXT, 12},
	[CLI_EXPORT_PLAN] = {"plan", "Mã kế hoạch", CLI_EXPORT_TEXT, 14},
	[CLI_EXPORT_DIVISION] = {"division", "Phòng phụ trách nhiệm vụ", CLI_EXPORT_TEXT, 14},
	[CLI_EXPORT_PRODUCTS] = {"products", "Danh mục sản phẩm (* nếu có)", CLI_EXPORT_TEXT, 30},
	[CLI_EXPORT_WEIGHT] = {"weight", "Trọng số nhiệm vụ", CLI_EXPORT_NUMBER, 8},
	[CLI_EXPORT_AREA_SECOND] = {"area_second", "Lĩnh vực thứ hai", CLI_EXPORT_NUMBER, 8},
	[CLI_EXPORT_TIME_READ] = {"time_read", "Đã đọc thời hạn", CLI_EXPORT_TEXT, 8},
	[CLI_EXPORT_SOURCE_KIND] = {"source_kind", "Nguồn giao việc", CLI_EXPORT_TEXT, 12},
	[CLI_EXPORT_SOURCE_NUMBER] = {"source_number", "Số văn bản giao việc", CLI_EXPORT_TEXT, 16},
	[CLI_EXPORT_SOURCE_DATE] = {"source_date", "Ngày văn bản giao việc", CLI_EXPORT_DAY, 12},
	[CLI_EXPORT_SOURCE_ISSUER] = {"source_issuer", "Cơ quan ban hành văn bản giao việc",
				      CLI_EXPORT_TEXT, 20},
	[CLI_EXPORT_SOURCE_TITLE] = {"source_title", "Trích yếu văn bản giao việc", CLI_EXPORT_TEXT,
				     30},
	[CLI_EXPORT_LEAD_PARTS] = {"lead_parts", "Phần việc của từng cơ quan chủ trì",
				   CLI_EXPORT_TEXT, 24},
	[CLI_EXPORT_PERIOD_FROM] = {"period_from", "Kỳ từ ngày", CLI_EXPORT_DAY, 12},
	[CLI_EXPORT_PERIOD_TO] = {"period_to", "Kỳ đến ngày", CLI_EXPORT_DAY, 12},
	[CLI_EXPORT_CHAIN] = {"chain", "Mã qua các năm", CLI_EXPORT_TEXT, 16},
	[CLI_EXPORT_CHAIN_DUE] = {"chain_due", "Hạn đầu tiên qua các năm", CLI_EXPORT_DAY, 12},
	[CLI_EXPORT_CHAIN_SLIPS] = {"chain_slips", "Số lần gia hạn các năm trước",
				    CLI_EXPORT_NUMBER, 8},
	[CLI_EXPORT_WAITS_FOR] = {"waits_for", "Chờ nhiệm vụ", CLI_EXPORT_TEXT, 14},
	[CLI_EXPORT_STATE] = {"state", "Trạng thái", CLI_EXPORT_TEXT, 18},
	[CLI_EXPORT_PERCENT] = {"percent", "Phần trăm", CLI_EXPORT_NUMBER, 9},
	[CLI_EXPORT_LEAD_NOW] = {"lead_now", "Đang chủ trì", CLI_EXPORT_TEXT, 24},
	[CLI_EXPORT_DUE_NOW] = {"due_now", "Hạn hiện hành", CLI_EXPORT_DAY, 12},
	[CLI_EXPORT_REQUESTS] = {"requests", "Đề nghị đang chờ", CLI_EXPORT_TEXT, 30},
};

/* --- a row
 * ---------------------------------------------------------------------------------------- */

static void put(struct cli_export_row *row, int column, const char *text)
{
	dd_buf_clear(&row->cells[column]);
	dd_buf_text(&row->cells[column], text);
}

static void put_number(struct cli_export_row *row, int column, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%" PRIu32, number);
	put(row, column, text);
}

static void put_day(struct cli_export_row *row, int column, int32_t day)
{
	char text[DD_DAY_TEXT];

	put(row, column, dd_day_iso(day, text));
}

/* As written in the annex; a task given by hand has codes only. */
static void put_list(struct cli_export_row *row, int column, const char *text, char *const *codes,
		     size_t count)
{
	put(row, column, text);
	for (size_t i = 0; !*text && i < count; i++)
		dd_buf_printf(&row->cells[column], "%s%s", i ? "; " : "", codes[i]);
}

static const char *recurrence_word(const struct cli_export_row *row,
				   const Dondoc__V1__TaskFields *fields)
{
	uint32_t recurrence = (uint32_t)fields->recurrence;
	const char *word = dd_annex_word(DD_ANNEX_RECURRENCE, recurrence, row->vietnamese);

	return (fields->group && recurrence == 0) || !word ? "" : word;
}

/* One a line, as `plan import` reads them; a line that goes on begins with blanks. */
static void put_products(struct cli_export_row *row, const Dondoc__V1__TaskFields *fields)
{
	struct dd_buf *cell = &row->cells[CLI_EXPORT_PRODUCTS];

	dd_buf_clear(cell);
	for (size_t i = 0; i < fields->n_products; i++) {
		const Dondoc__V1__Product *product = fields->products[i];
		const char *text = product->text;

		dd_buf_printf(cell, "%s%" PRIu32 ".%s ", i ? "\n" : "", product->number,
			      product->optional ? "*" : "");
		for (const char *end; (end = strchr(text, '\n')); text = end + 1)
			dd_buf_printf(cell, "%.*s\n   ", (int)(end - text), text);
		dd_buf_text(cell, text);
	}
}

static void put_source(struct cli_export_row *row, const Dondoc__V1__TaskFields *fields)
{
	const Dondoc__V1__Document *source = fields->source;
	const char *kind = dd_annex_word(DD_ANNEX_SOURCE, fields->source_kind, row->vietnamese);

	if (!kind)
		kind = dd_annex_word(DD_ANNEX_SOURCE, DONDOC__V1__SOURCE_KIND__SOURCE_OTHER,
				     row->vietnamese);
	put(row, CLI_EXPORT_SOURCE_KIND, fields->source_kind == 0 ? "" : kind);
	put(row, CLI_EXPORT_SOURCE_NUMBER, source ? source->number : "");
	put_day(row, CLI_EXPORT_SOURCE_DATE, source ? source->day : 0);
	put(row, CLI_EXPORT_SOURCE_ISSUER, source ? source->issuer : "");
	put(row, CLI_EXPORT_SOURCE_TITLE, source ? source->title : "");
}

/* What stands beside the annex. */
static void put_beside(const Dondoc__V1__TaskFields *fields, struct cli_export_row *row)
{
	const Dondoc__V1__Timing *timing = fields->timing;

	put(row, CLI_EXPORT_DIVISION, fields->division);
	put_products(row, fields);
	put(row, CLI_EXPORT_WEIGHT, "");
	if (fields->has_weight_case == DONDOC__V1__TASK_FIELDS__HAS_WEIGHT_WEIGHT)
		put_number(row, CLI_EXPORT_WEIGHT, fields->weight);
	put(row, CLI_EXPORT_AREA_SECOND, "");
	if (fields->area_second != 0)
		put_number(row, CLI_EXPORT_AREA_SECOND, fields->area_second);
	put(row, CLI_EXPORT_TIME_READ,
	    !timing           ? ""
	    : timing->settled ? dd_annex_settled(row->vietnamese)
			      : "x");
	put_source(row, fields);
}

static void put_fields(const Dondoc__V1__TaskFields *fields, struct cli_export_row *row)
{
	put(row, CLI_EXPORT_CODE, fields->code);
	put_number(row, CLI_EXPORT_AREA, fields->area);
	put(row, CLI_EXPORT_CONTENT, fields->content);
	put(row, CLI_EXPORT_PRODUCT, fields->product);
	put(row, CLI_EXPORT_LEAD, *fields->lead_text ? fields->lead_text : fields->lead_unit);
	put_list(row, CLI_EXPORT_COORDINATING, fields->coordinating_text,
		 fields->coordinating_units, fields->n_coordinating_units);
	put(row, CLI_EXPORT_TIME, fields->time_text);
	put_day(row, CLI_EXPORT_START, fields->start_day);
	put_day(row, CLI_EXPORT_DUE, fields->due_day);
	put(row, CLI_EXPORT_RECURRENCE, recurrence_word(row, fields));
	put(row, CLI_EXPORT_TARGET, fields->target);
	put(row, CLI_EXPORT_NOTES, fields->note);
	/* a heading lies where its code says */
	put(row, CLI_EXPORT_PARENT, fields->group ? "" : fields->parent);
	put(row, CLI_EXPORT_HEADING, fields->group ? "x" : "");
	put_number(row, CLI_EXPORT_POSITION, fields->position);
	put(row, CLI_EXPORT_FAN_OUT, fields->fan_out ? "x" : "");
	put(row, CLI_EXPORT_PRIORITY, fields->priority ? "x" : "");
	put_list(row, CLI_EXPORT_LABELS, "", fields->labels, fields->n_labels);
	put(row, CLI_EXPORT_PLAN, fields->plan);
	put_beside(fields, row);
}

void cli_export_row(enum cli_lang lang, const Dondoc__V1__TaskRow *task, const char *requests,
		    struct cli_export_row *row)
{
	bool work = !task->fields->group;

	put_fields(task->fields, row);
	cli_export_ties(task, row);
	put(row, CLI_EXPORT_STATE, "");
	if (work)
		cli_state_words(lang, task, &row->cells[CLI_EXPORT_STATE]);
	put(row, CLI_EXPORT_PERCENT, "");
	if (work)
		put_number(row, CLI_EXPORT_PERCENT,
			   task->children > 0 ? task->rolled_percent : task->percent);
	put(row, CLI_EXPORT_LEAD_NOW, task->lead_name[0] ? task->lead_name : task->lead_unit);
	put_day(row, CLI_EXPORT_DUE_NOW, task->due_day);
	put(row, CLI_EXPORT_REQUESTS, requests);
}

void cli_export_row_free(struct cli_export_row *row)
{
	for (int i = 0; i < CLI_EXPORT_COLUMNS; i++)
		dd_buf_fini(&row->cells[i]);
}

void cli_export_csv_row(struct cli_export_row *row, struct dd_buf *out)
{

	for (int i = 0; i < CLI_EXPORT_COLUMNS; i++) {
		dd_csv_write_field(out, dd_buf_cstr(&row->cells[i]));
		dd_buf_text(out, i + 1 < CLI_EXPORT_COLUMNS ? "," : "\r\n");
	}
}

/* --- an export
 * ------------------------------------------------------------------------------------ */

static bool form_named(const char *word, enum cli_export_form *form_out)
{
	static const char *const words[] = {[CLI_EXPORT_AS_CSV] = "csv",
					    [CLI_EXPORT_AS_XLSX] = "xlsx",
					    [CLI_EXPORT_AS_PDF] = "pdf"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(word, words[i]) == 0) {
			*form_out = (enum cli_export_form)i;
			return true;
		}
	}
	return false;
}

bool cli_export_command(const struct cli_command *command)
{
	return command->run == cli_plan_export || command->run == cli_task_list ||
	       command->run == cli_request_list;
}

bool cli_export_asked(const struct cli *cli)
{
	return cli->args.value[CLI_OPT_OUT] != NULL || cli->format == CLI_FILE;
}

int cli_export_begin(struct cli *cli, const char *title, bool requests, struct cli_export *out)
{
	const char *format = cli->args.value[CLI_OPT_FORMAT];
	const char *path = cli->args.value[CLI_OPT_OUT];
	const char *dot = path ? strrchr(path, '.') : NULL;
	struct dd_error err;
	int32_t day;
	int rc;

	*out = (struct cli_export){.cli = cli};
	if (format && !form_named(format, &out->form))
		return cli_misused(cli, TEXT_BAD_VALUE, "--format", format, NULL);
	if (!format && dot)
		(void)form_named(dot + 1, &out->form);
	rc = cli_connect(cli, "task");
	if (rc == 0)
		rc = cli_service_day(cli, &day);
	if (rc != 0)
		return rc;
	if (out->form == CLI_EXPORT_AS_XLSX)
		out->book = cli_workbook_new(cli->lang, &err);
	else if (out->form == CLI_EXPORT_AS_PDF)
		out->sheet = cli_sheet_new(cli->lang, title, day, requests, &err);
	if (out->form != CLI_EXPORT_AS_CSV && !out->book && !out->sheet)
		return cli_failed(cli, &err);
	if (!out->sheet)
		rc = cli_export_links(cli, title, &out->links);
	out->row.links = out->links ? out->links->answer->links : NULL;
	out->row.vietnamese = out->book && cli->lang == CLI_VI;
	if (rc != 0 || out->form != CLI_EXPORT_AS_CSV)
		return rc != 0 ? cli_export_end(out, rc) : 0;
	dd_buf_text(&out->csv, "\xef\xbb\xbf"); /* so that spreadsheets know it is UTF-8 */
	for (int i = 0; i < CLI_EXPORT_COLUMNS; i++)
		dd_buf_printf(&out->csv, "%s%s", cli_export_columns[i].name,
			      i + 1 < CLI_EXPORT_COLUMNS ? "," : "\r\n");
	return 0;
}

void cli_export_add(struct cli_export *export, const Dondoc__V1__TaskRow *task,
		    const char *requests)
{
	cli_export_row(export->cli->lang, task, requests, &export->row);
	export->count++;
	if (export->book)
		cli_workbook_row(export->book, &export->row);
	else if (export->sheet)
		cli_sheet_row(export->sheet, &export->row);
	else
		cli_export_csv_row(&export->row, &export->csv);
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

int cli_export_end(struct cli_export *export, int rc)
{
	struct dd_buf bytes = {0};
	struct dd_error err;
	int ended = 0;

	if (export->book)
		ended = cli_workbook_end(export->book, &bytes, &err);
	else if (export->sheet)
		ended = cli_sheet_end(export->sheet, &bytes, &err);
	if (rc == 0 && ended != 0)
		rc = cli_failed(export->cli, &err);
	if (rc == 0)
		rc = write_out(export->cli,
			       export->form == CLI_EXPORT_AS_CSV ? &export->csv : &bytes,
			       export->count);
	dd_buf_fini(&bytes);
	dd_buf_fini(&export->csv);
	cli_export_row_free(&export->row);
	dondoc__v1__reply__free_unpacked(export->links, NULL);
	return rc;
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

/* All tasks and headings of its own, in the order of the annex; a reply may hold fewer rows than
 * asked for. */
static int export_plan(struct cli *cli, const char *plan, struct cli_export *export)
{
	Dondoc__V1__Reply *reply;
	uint32_t offset = 0;
	size_t rows;

	do {
		int rc = ask_page(cli, plan, offset, &reply);

		if (rc != 0)
			return rc;
		rows = reply->answer->tasks->n_rows;
		for (size_t i = 0; i < rows; i++) {
			const Dondoc__V1__TaskRow *task = reply->answer->tasks->rows[i];

			if (task->fields && strcmp(task->fields->plan, plan) == 0)
				cli_export_add(export, task, "");
		}
		offset += (uint32_t)rows;
		dondoc__v1__reply__free_unpacked(reply, NULL);
	} while (rows > 0);
	return 0;
}

int cli_plan_export(struct cli *cli)
{
	struct cli_export export;
	int rc = cli_export_begin(cli, cli_word(cli, 0), false, &export);

	if (rc != 0)
		return rc;
	rc = export_plan(cli, cli_word(cli, 0), &export);
	return cli_export_end(&export, rc);
}
