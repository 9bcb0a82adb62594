/* notify_render.c - one letter, twice: as plain text and as a table that mail programs and phones
 * show. Fewer rows are told if the bytes would not fit what a digest may hold. */
#include "services/notification/notify_render.h"

#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/notification/notify_print.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTENT_CHARS 160

/* A letter on its way into words. */
struct rendering {
	const struct notify_letter *letter;
	const struct notify_templates *templates;
	struct notify_printing printing;
	struct notify_row *rows; /* owned; in the order in which they are read */
	const struct notify_value *printed[NOTIFY_ROWS_MAX];
	size_t sizes[NOTIFY_SECTION_COUNT]; /* rows of each, shown or not */
	struct notify_value sections[NOTIFY_SECTION_COUNT][NOTIFY_IN_SECTION_COUNT];
	const struct notify_value *section_list[NOTIFY_SECTION_COUNT];
	struct notify_value values[NOTIFY_IN_LETTER_COUNT];
};

/* --- rows and sections -------------------------------------------------------------------------
 */

static int by_reading(const void *a, const void *b, void *day)
{
	return notify_row_compare(a, b, *(const int32_t *)day);
}

static void print_rows(struct rendering *rendering)
{
	const struct notify_letter *letter = rendering->letter;
	int32_t day = letter->day;
	size_t shown = letter->count < NOTIFY_ROWS_MAX ? letter->count : NOTIFY_ROWS_MAX;

	rendering->rows = dd_memdup(letter->rows, letter->count * sizeof(letter->rows[0]));
	qsort_r(rendering->rows, letter->count, sizeof(rendering->rows[0]), by_reading, &day);
	rendering->printing.of_plan = notify_rows_of_plans(letter->rows, letter->count);
	for (size_t i = 0; i < letter->count; i++)
		rendering->sizes[notify_row_section(&rendering->rows[i], day)]++;
	for (size_t i = 0; i < shown; i++)
		rendering->printed[i] =
			notify_print_row(&rendering->printing, &rendering->rows[i], i + 1);
}

/* The rows from `first` on that stand in its section; returns the one behind them. */
static size_t fill_section(struct rendering *rendering, size_t first, size_t rows,
			   struct notify_value *values)
{
	const int32_t day = rendering->letter->day;
	const enum notify_section section = notify_row_section(&rendering->rows[first], day);
	size_t end = first;

	while (end < rows && notify_row_section(&rendering->rows[end], day) == section)
		end++;
	memset(values, 0, NOTIFY_IN_SECTION_COUNT * sizeof(*values));
	values[NOTIFY_IN_TITLE].text = rendering->printing.words->sections[section];
	values[NOTIFY_IN_SIZE].text =
		notify_print_number(&rendering->printing, rendering->sizes[section]);
	values[NOTIFY_IN_URGENT].text = section <= NOTIFY_TODAY ? "1" : NULL;
	values[NOTIFY_IN_ROWS].items = &rendering->printed[first];
	values[NOTIFY_IN_ROWS].count = end - first;
	values[NOTIFY_IN_SECTION_KIND + section].text = "1";
	return end;
}

/* The first `rows` rows, and how many there are besides. */
static void fill_sections(struct rendering *rendering, size_t rows)
{
	const size_t others = rendering->letter->count - rows;
	size_t count = 0;

	for (size_t at = 0; at < rows; count++) {
		at = fill_section(rendering, at, rows, rendering->sections[count]);
		rendering->section_list[count] = rendering->sections[count];
	}
	rendering->values[NOTIFY_IN_SECTIONS].items = rendering->section_list;
	rendering->values[NOTIFY_IN_SECTIONS].count = count;
	rendering->values[NOTIFY_IN_OTHERS].text =
		others > 0 ? notify_print_number(&rendering->printing, others) : NULL;
}

/* --- the rest of the letter --------------------------------------------------------------------
 */

static const char *summary_of(struct rendering *rendering)
{
	size_t sums[NOTIFY_SUMS] = {0};

	for (size_t i = 0; i < NOTIFY_SECTION_COUNT; i++)
		sums[notify_sum_of((enum notify_section)i)] += rendering->sizes[i];
	return notify_print_summary(&rendering->printing, sums);
}

static const char *flag(bool set)
{
	return set ? "1" : NULL;
}

static void fill_values(struct rendering *rendering)
{
	const struct notify_letter *letter = rendering->letter;
	struct notify_printing *printing = &rendering->printing;
	struct notify_value *values = rendering->values;

	values[NOTIFY_IN_LANG].text = printing->words->lang;
	values[NOTIFY_IN_TRIAL].text = flag(letter->trial);
	values[NOTIFY_IN_UNIT].text = letter->unit_name;
	values[NOTIFY_IN_READER].text = letter->reader;
	values[NOTIFY_IN_DEPUTY].text = flag(letter->deputy);
	values[NOTIFY_IN_PLAN].text = letter->plan_name;
	values[NOTIFY_IN_DAY].text = notify_print_day(printing, letter->day);
	values[NOTIFY_IN_SUMMARY].text = summary_of(rendering);
	values[NOTIFY_IN_COUNT].text = notify_print_number(printing, letter->count);
	values[NOTIFY_IN_IMMEDIATE].text = flag(letter->kind == NOTIFY_LETTER_IMMEDIATE);
	values[NOTIFY_IN_SUPERIOR].text = flag(letter->kind == NOTIFY_LETTER_SUPERIOR);
	values[NOTIFY_IN_FIRST].text = flag(letter->kind == NOTIFY_LETTER_FIRST);
	values[NOTIFY_IN_SILENCE_OVER].text = flag(letter->kind == NOTIFY_LETTER_SILENCE_OVER);
	if (letter->waiting > 0)
		values[NOTIFY_IN_WAITING].text = notify_print_number(printing, letter->waiting);
	values[NOTIFY_IN_CONTACT].text = letter->report_to;
	values[NOTIFY_IN_URL].text = letter->url;
	values[NOTIFY_IN_POSITION].text =
		notify_print_number(printing, (size_t)letter->as_of_sequence);
}

/* --- forms --------------------------------------------------------------------------------------
 */

static void render_form(const struct rendering *rendering, enum notify_template_kind kind,
			struct dd_buf *out)
{
	dd_buf_clear(out);
	notify_template_render(
		notify_templates_get(rendering->templates, kind, rendering->letter->english),
		rendering->values, kind == NOTIFY_TEMPLATE_HTML, out);
	(void)dd_buf_cstr(out);
}

/* A subject is one line. */
static void render_subject(const struct rendering *rendering, struct dd_buf *out)
{
	struct dd_buf raw = {0};
	const char *text;

	render_form(rendering, NOTIFY_TEMPLATE_SUBJECT, &raw);
	dd_buf_clear(out);
	while (raw.len > 0 && strchr(" \r\n\t", raw.data[raw.len - 1]) != NULL)
		raw.len--;
	text = dd_buf_cstr(&raw);
	notify_escape(out, text, 0, false);
	if (out->len > NOTIFY_SUBJECT_MAX)
		out->len = dd_text_cut(dd_buf_cstr(out), NOTIFY_SUBJECT_MAX);
	(void)dd_buf_cstr(out);
	dd_buf_fini(&raw);
}

static bool fits(const struct notify_content *content)
{
	return content->text.len <= NOTIFY_TEXT_MAX && content->html.len <= NOTIFY_HTML_MAX;
}

static void render(struct rendering *rendering, struct notify_content *content)
{
	const size_t count = rendering->letter->count;
	size_t rows = count < NOTIFY_ROWS_MAX ? count : NOTIFY_ROWS_MAX;

	rendering->printing.words =
		rendering->letter->english ? &notify_words_en : &notify_words_vi;
	rendering->printing.day = rendering->letter->day;
	rendering->printing.content_chars = CONTENT_CHARS;
	print_rows(rendering);
	fill_values(rendering);
	for (;;) {
		fill_sections(rendering, rows);
		render_form(rendering, NOTIFY_TEMPLATE_TEXT, &content->text);
		render_form(rendering, NOTIFY_TEMPLATE_HTML, &content->html);
		if (rows == 0 || fits(content))
			break;
		rows -= rows / 16 + 1;
	}
	render_subject(rendering, &content->subject);
	free(rendering->rows);
	pool_fini(&rendering->printing.pool);
}

void notify_render(const struct notify_letter *letter, struct notify_content *content_out)
{
	struct rendering *rendering = dd_alloc(sizeof(*rendering));
	struct notify_templates *shipped = NULL;
	struct dd_error err = {0};
	int rc;

	rendering->letter = letter;
	rendering->templates = letter->templates;
	if (letter->templates == NULL) {
		rc = notify_templates_load("", &shipped, &err);
		assert(rc == 0);
		(void)rc;
		rendering->templates = shipped;
	}
	render(rendering, content_out);
	notify_templates_free(shipped);
	free(rendering);
}

void notify_content_fini(struct notify_content *content)
{
	dd_buf_fini(&content->subject);
	dd_buf_fini(&content->text);
	dd_buf_fini(&content->html);
}

/* --- trying templates ----------------------------------------------------------------------------
 */

#define TRIED_ROWS 20 /* of full length, of which some must find room */

int notify_render_try(const struct notify_templates *templates, struct dd_error *err)
{
	struct notify_row rows[TRIED_ROWS];
	struct notify_content content = {{0}, {0}, {0}};
	struct notify_letter letter = {.unit_name = "Sở Khoa học và Công nghệ thành phố Hà Nội",
				       .day = 20000,
				       .rows = rows,
				       .count = TRIED_ROWS,
				       .trial = true,
				       .templates = templates};
	char text[CONTENT_CHARS + 1];
	int rc = 0;

	memset(text, 'm', CONTENT_CHARS);
	text[CONTENT_CHARS] = '\0';
	for (size_t i = 0; i < TRIED_ROWS; i++)
		rows[i] = (struct notify_row){.plan = i % 2 > 0 ? "KH38-2026" : "KH40-2026",
					      .code = "KH20_TT_N01.1.1",
					      .content = text,
					      .due_day = 19990 + (int32_t)i,
					      .days_left = (int)i - 10};
	for (int english = 0; english < 2 && rc == 0; english++) {
		letter.english = english != 0;
		notify_render(&letter, &content);
		if (!fits(&content) || strstr((char *)content.text.data, "mmm") == NULL ||
		    strstr((char *)content.html.data, "mmm") == NULL)
			rc = dd_fail(err, DD_ERR_INVALID,
				     "digest.%s.txt or digest.%s.html leaves no room for rows: "
				     "shorten its fixed texts",
				     english != 0 ? "en" : "vi", english != 0 ? "en" : "vi");
	}
	notify_content_fini(&content);
	return rc;
}
