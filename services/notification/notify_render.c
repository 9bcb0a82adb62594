/* notify_render.c - one letter, twice: as plain text and as a table that mail programs and phones
 * show. Fewer rows are told if the bytes would not fit what a digest may hold. */
#include "services/notification/notify_render.h"

#include "common/base/clock.h"
#include "common/base/text.h"
#include "services/notification/notify_words.h"
#include <stdio.h>
#include <string.h>

#define CONTENT_CHARS 160

#pragma GCC diagnostic push
/* The formats are those of notify_words.c. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void words_number(struct dd_buf *out, const char *format, size_t number)
{
	char text[256];

	(void)snprintf(text, sizeof(text), format, number);
	dd_buf_text(out, text);
}

static void words_days(char *out, size_t size, const char *format, int days)
{
	(void)snprintf(out, size, format, days);
}

static void words_text(struct dd_buf *out, const char *format, const char *first,
		       const char *second)
{
	char text[1024];

	(void)snprintf(text, sizeof(text), format, first, second);
	dd_buf_text(out, text);
}

static void words_sequence(struct dd_buf *out, const char *format, uint64_t sequence)
{
	char text[512];

	(void)snprintf(text, sizeof(text), format, (unsigned long long)sequence);
	dd_buf_text(out, text);
}
#pragma GCC diagnostic pop

/* --- texts from the log ---------------------------------------------------------------------- */

/* Bytes of a character that must not reach a reader: controls, and marks that turn the direction
 * of writing around. 0 = an ordinary one. */
static size_t hidden_len(const unsigned char *at)
{
	if (at[0] < 0x20 || at[0] == 0x7f)
		return 1;
	if (at[0] != 0xe2)
		return 0;
	if (at[1] == 0x80 && ((at[2] >= 0x8b && at[2] <= 0x8f) || (at[2] >= 0xa8 && at[2] <= 0xae)))
		return 3; /* U+200B..200F, U+2028..202E */
	if (at[1] == 0x81 && at[2] >= 0xa0 && at[2] <= 0xaf)
		return 3; /* U+2060..206F */
	return 0;
}

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* The length of the text's first `chars` characters. */
static size_t cut_chars(const char *text, size_t chars)
{
	size_t at = 0, count = 0;

	while (text[at] != '\0') {
		if (((unsigned char)text[at] & 0xc0) != 0x80 && count++ == chars)
			break;
		at++;
	}
	return at;
}

/* On one line, at most `chars` characters (0 = all), for HTML or plain text. */
static void add_text(struct dd_buf *out, const char *text, size_t chars, bool html)
{
	const size_t all = strlen(text);
	size_t len = chars > 0 ? cut_chars(text, chars) : all;

	if (len < all)
		len = cut_chars(text, chars - 1);
	for (size_t i = 0; i < len;) {
		const size_t hidden = hidden_len((const unsigned char *)text + i);
		const char *entity = html ? entity_of(text[i]) : NULL;

		if (hidden > 0)
			dd_buf_text(out, hidden == 1 ? " " : "");
		else if (entity != NULL)
			dd_buf_text(out, entity);
		else
			dd_buf_add(out, text + i, 1);
		i += hidden > 0 ? hidden : 1;
	}
	if (len < all)
		dd_buf_text(out, "…");
}

/* Words with texts of others in them. */
static void add_words(struct dd_buf *out, const char *format, const char *first, const char *second,
		      bool html)
{
	struct dd_buf words = {0};

	words_text(&words, format, first, second);
	add_text(out, dd_buf_cstr(&words), 0, html);
	dd_buf_fini(&words);
}

/* --- what both forms say --------------------------------------------------------------------- */

enum kind { KIND_NEAR, KIND_TODAY, KIND_OVER };

static enum kind kind_of(const struct notify_row *row, int32_t day)
{
	if (row->due_day > day)
		return KIND_NEAR;
	return row->due_day == day ? KIND_TODAY : KIND_OVER;
}

static const char *days_text(const struct notify_row *row, const struct notify_letter *letter,
			     const struct notify_words *words, char out[64])
{
	const enum kind kind = kind_of(row, letter->day);
	const int days = row->days_left < 0 ? -row->days_left : row->days_left;

	if (kind == KIND_TODAY || (kind == KIND_NEAR && days == 0))
		return words->today;
	if (kind == KIND_OVER && days == 0)
		return words->over_none;
	if (days == 1)
		return kind == KIND_OVER ? words->over_one : words->left_one;
	words_days(out, 64, kind == KIND_OVER ? words->over : words->left, days);
	return out;
}

static bool many_plans(const struct notify_letter *letter)
{
	for (size_t i = 1; i < letter->count; i++)
		if (strcmp(letter->rows[i].plan, letter->rows[0].plan) != 0)
			return true;
	return false;
}

static void add_code(struct dd_buf *out, const struct notify_row *row, bool with_plan, bool html)
{
	add_text(out, row->code, 0, html);
	if (!with_plan)
		return;
	dd_buf_text(out, " (");
	add_text(out, row->plan, 0, html);
	dd_buf_text(out, ")");
}

static void render_subject(const struct notify_letter *letter, const struct notify_words *words,
			   struct dd_buf *out)
{
	size_t counts[3] = {0, 0, 0};
	char day[DD_DAY_TEXT];
	bool first = true;

	for (size_t i = 0; i < letter->count; i++)
		counts[kind_of(&letter->rows[i], letter->day)]++;
	dd_buf_clear(out);
	dd_buf_text(out, letter->trial ? words->trial_subject : "");
	dd_buf_text(out, words->prefix);
	for (size_t i = 0; i < 3; i++) {
		if (counts[i] == 0)
			continue;
		words_number(out, first ? words->tasks[i] : words->more[i], counts[i]);
		first = false;
	}
	dd_buf_text(out, " – ");
	add_text(out, letter->unit_name, 0, false);
	dd_buf_printf(out, " (%s)", dd_day_vn(letter->day, day));
	if (out->len > NOTIFY_SUBJECT_MAX)
		out->len = dd_text_cut(dd_buf_cstr(out), NOTIFY_SUBJECT_MAX);
	(void)dd_buf_cstr(out);
}

/* --- plain text ------------------------------------------------------------------------------ */

static void text_row(const struct notify_letter *letter, const struct notify_words *words,
		     size_t at, struct dd_buf *out)
{
	const struct notify_row *row = &letter->rows[at];
	char day[DD_DAY_TEXT];
	char days[64];

	dd_buf_printf(out, "%zu. [", at + 1);
	add_code(out, row, many_plans(letter), false);
	dd_buf_text(out, "] ");
	add_text(out, row->content, CONTENT_CHARS, false);
	dd_buf_printf(out, "\n   %s: %s – %s – %s\n", words->due, dd_day_vn(row->due_day, day),
		      days_text(row, letter, words, days), words->states[row->state]);
}

static void render_text(const struct notify_letter *letter, const struct notify_words *words,
			size_t rows, struct dd_buf *out)
{
	char day[DD_DAY_TEXT];

	dd_buf_clear(out);
	if (letter->trial)
		dd_buf_printf(out, "*** %s ***\n\n", words->trial);
	add_words(out, words->intro, letter->unit_name, dd_day_vn(letter->day, day), false);
	dd_buf_text(out, "\n\n");
	for (size_t i = 0; i < rows; i++)
		text_row(letter, words, i, out);
	if (rows < letter->count) {
		words_number(out, words->others, letter->count - rows);
		dd_buf_text(out, "\n");
	}
	if (letter->waiting > 0) {
		words_number(out, words->waiting, letter->waiting);
		dd_buf_text(out, "\n");
	}
	dd_buf_printf(out, "\n%s\n", words->report);
	if (letter->report_to[0] != '\0') {
		add_words(out, words->report_to, letter->report_to, "", false);
		dd_buf_text(out, "\n");
	}
	dd_buf_text(out, "-- \n");
	words_sequence(out, words->automatic, letter->as_of_sequence);
	dd_buf_text(out, "\n");
	(void)dd_buf_cstr(out);
}

/* --- HTML ------------------------------------------------------------------------------------ */

static void html_row(const struct notify_letter *letter, const struct notify_words *words,
		     size_t at, struct dd_buf *out)
{
	const struct notify_row *row = &letter->rows[at];
	const bool over = kind_of(row, letter->day) == KIND_OVER;
	char day[DD_DAY_TEXT];
	char days[64];

	dd_buf_text(out, "<tr valign=top><td>");
	add_code(out, row, many_plans(letter), true);
	dd_buf_text(out, "</td><td>");
	add_text(out, row->content, CONTENT_CHARS, true);
	dd_buf_printf(out, "</td><td>%s</td><td%s>%s</td><td>%s</td></tr>\n",
		      dd_day_vn(row->due_day, day), over ? " style=\"color:#a00\"" : "",
		      days_text(row, letter, words, days), words->states[row->state]);
}

static void html_head(const struct notify_letter *letter, const struct notify_words *words,
		      struct dd_buf *out)
{
	char day[DD_DAY_TEXT];

	dd_buf_printf(out,
		      "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
		      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		      "</head>\n<body style=\"margin:0;padding:12px;font:15px/1.45 "
		      "Arial,Helvetica,sans-serif;color:#222;background:#fff\">\n",
		      words->lang);
	if (letter->trial)
		dd_buf_printf(out,
			      "<p style=\"padding:8px;border:2px solid #a00;color:#a00;"
			      "font-weight:bold\">%s</p>\n",
			      words->trial);
	dd_buf_text(out, "<p>");
	add_words(out, words->intro, letter->unit_name, dd_day_vn(letter->day, day), true);
	dd_buf_text(out,
		    "</p>\n<table border=1 cellpadding=6 cellspacing=0 style=\"border-"
		    "collapse:collapse;border-color:#bbb;width:100%;max-width:900px;overflow-"
		    "wrap:anywhere;font:"
		    "14px/1.4 Arial,Helvetica,sans-serif\">\n<col width=18%><col width=40%><col "
		    "width=13%><col width=15%><col width=14%>\n<tr align=left "
		    "style=\"background:#eef2f7\">");
	for (size_t i = 0; i < 5; i++)
		dd_buf_printf(out, "<th>%s</th>", words->columns[i]);
	dd_buf_text(out, "</tr>\n");
}

static void html_foot(const struct notify_letter *letter, const struct notify_words *words,
		      size_t rows, struct dd_buf *out)
{
	dd_buf_text(out, "</table>\n");
	if (rows < letter->count) {
		dd_buf_text(out, "<p>");
		words_number(out, words->others, letter->count - rows);
		dd_buf_text(out, "</p>\n");
	}
	if (letter->waiting > 0) {
		dd_buf_text(out, "<p>");
		words_number(out, words->waiting, letter->waiting);
		dd_buf_text(out, "</p>\n");
	}
	dd_buf_printf(out, "<p>%s", words->report);
	if (letter->report_to[0] != '\0') {
		dd_buf_text(out, " ");
		add_words(out, words->report_to, letter->report_to, "", true);
	}
	dd_buf_text(out, "</p>\n<p style=\"font-size:13px;color:#555;border-top:1px solid "
			 "#ccc;padding-top:8px\">");
	words_sequence(out, words->automatic, letter->as_of_sequence);
	dd_buf_text(out, "</p>\n</body></html>\n");
}

static void render_html(const struct notify_letter *letter, const struct notify_words *words,
			size_t rows, struct dd_buf *out)
{
	dd_buf_clear(out);
	html_head(letter, words, out);
	for (size_t i = 0; i < rows; i++)
		html_row(letter, words, i, out);
	html_foot(letter, words, rows, out);
	(void)dd_buf_cstr(out);
}

/* --- the letter ------------------------------------------------------------------------------ */

void notify_render(const struct notify_letter *letter, struct notify_content *content_out)
{
	const struct notify_words *words = letter->english ? &notify_words_en : &notify_words_vi;
	size_t rows = letter->count < NOTIFY_ROWS_MAX ? letter->count : NOTIFY_ROWS_MAX;

	render_subject(letter, words, &content_out->subject);
	for (;;) {
		render_text(letter, words, rows, &content_out->text);
		render_html(letter, words, rows, &content_out->html);
		if (rows == 0 || (content_out->text.len <= NOTIFY_TEXT_MAX &&
				  content_out->html.len <= NOTIFY_HTML_MAX))
			return;
		rows -= rows / 16 + 1;
	}
}

void notify_content_fini(struct notify_content *content)
{
	dd_buf_fini(&content->subject);
	dd_buf_fini(&content->text);
	dd_buf_fini(&content->html);
}
