/* csv_write.c - one field of a CSV file that a spreadsheet may open without running it. */
#include "common/base/csv.h"

#include <string.h>

static const char *skip_digits(const char *at)
{
	while (*at >= '0' && *at <= '9')
		at++;
	return at;
}

/* "-12", "+3.5", "-1,5": a sign in front of these is no formula. */
static bool plain_number(const char *text)
{
	const char *at = *text == '-' || *text == '+' ? text + 1 : text;
	const char *end = skip_digits(at);

	if (end == at)
		return false;
	if (*end == '.' || *end == ',') {
		at = end + 1;
		end = skip_digits(at);
		if (end == at)
			return false;
	}
	return *end == '\0';
}

/* What a spreadsheet would run: Excel, LibreOffice and Google all look behind blanks, and some turn
 * the full-width forms into the plain ones. */
bool dd_csv_formula(const char *text)
{
	static const char *const starts[] = {"=",
					     "+",
					     "-",
					     "@",
					     "\t",
					     "\r",
					     "\xef\xbc\x9d",
					     "\xef\xbc\x8b",
					     "\xef\xbc\x8d",
					     "\xef\xbc\xa0"};
	size_t i;

	if (plain_number(text))
		return false;
	for (;;) {
		if (*text == ' ' || *text == '\n')
			text++;
		else if (strncmp(text, "\xc2\xa0", 2) == 0)
			text += 2;
		else
			break;
	}
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (strncmp(text, starts[i], strlen(starts[i])) == 0)
			return true;
	}
	return false;
}

static bool needs_quotes(const char *text)
{
	size_t len = strlen(text);

	if (len == 0)
		return false;
	return strpbrk(text, ",;\"\r\n\t") != NULL || text[0] == ' ' || text[len - 1] == ' ';
}

void dd_csv_write_field(struct dd_buf *out, const char *text)
{
	bool quoted = needs_quotes(text);
	const char *mark = dd_csv_formula(text) ? "'" : "";

	if (!quoted) {
		dd_buf_text(out, mark);
		dd_buf_text(out, text);
		return;
	}
	dd_buf_text(out, "\"");
	dd_buf_text(out, mark);
	for (; *text != '\0'; text++)
		dd_buf_add(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
	dd_buf_text(out, "\"");
}
