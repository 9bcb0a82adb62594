/* task_import_sections.c - codes for annexes whose numbers begin anew in each section: the number
 * of a row behind those of the headings above it. */
#include "services/task/task_import_grid.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What a number looks like tells how deep a heading lies: A, then I, then 1, then a. */
enum { LEVEL_LETTER, LEVEL_ROMAN, LEVEL_DIGITS, LEVEL_SMALL, LEVEL_OTHER };

static int level_of(const char *number)
{
	size_t len = strlen(number);

	if (len == 0)
		return LEVEL_OTHER;
	if (strspn(number, "IVXL") == len)
		return LEVEL_ROMAN;
	if (len == 1 && isupper((unsigned char)*number))
		return LEVEL_LETTER;
	if (isdigit((unsigned char)*number)) {
		int dots = 0;

		for (const char *at = number; *at; at++)
			dots += *at == '.';
		return LEVEL_DIGITS + (dots ? 2 + dots : 0);
	}
	return len == 1 ? LEVEL_SMALL : LEVEL_OTHER;
}

const char *import_section_code(const struct import_sections *sections)
{
	return sections->depth ? sections->open[sections->depth - 1].code : "";
}

/* `number` behind `section`, unless it has that at its head already. */
static void join(const char *section, const char *number, char out[DD_TASK_CODE_MAX + 1])
{
	size_t len = strlen(section);

	if (len == 0 || (strncmp(number, section, len) == 0 && number[len] == '.'))
		(void)snprintf(out, DD_TASK_CODE_MAX + 1, "%s", number);
	else
		(void)snprintf(out, DD_TASK_CODE_MAX + 1, "%s.%s", section, number);
}

const char *import_section_open(struct import_sections *sections, const char *number)
{
	int level = level_of(number);
	char made[16];

	while (sections->depth && (sections->open[sections->depth - 1].level >= level ||
				   sections->depth == IMPORT_SECTIONS_MAX))
		sections->depth--;
	if (!*number) {
		(void)snprintf(made, sizeof(made), "N%u", ++sections->made);
		number = made;
	}
	join(import_section_code(sections), number, sections->open[sections->depth].code);
	sections->open[sections->depth].level = level;
	return sections->open[sections->depth++].code;
}

void import_section_row(struct import_sections *sections, const char *number,
			char code_out[DD_TASK_CODE_MAX + 1])
{
	char made[16];

	if (!*number) {
		(void)snprintf(made, sizeof(made), "N%u", ++sections->made);
		number = made;
	}
	join(import_section_code(sections), number, code_out);
}

static bool in_number(unsigned char c)
{
	return isalnum(c) && c < 0x80;
}

size_t import_section_number(const char *text, char number_out[DD_TASK_CODE_MAX + 1])
{
	size_t len = 0;

	number_out[0] = '\0';
	while (in_number((unsigned char)text[len]) ||
	       (len && text[len] == '.' && in_number((unsigned char)text[len + 1])))
		len++;
	/* "Sở", "xây": a word, no number */
	if (len == 0 || len > 12 ||
	    (!isdigit((unsigned char)*text) && len > 1 && strspn(text, "IVXL") < len))
		return 0;
	if (text[len] != '\0' && text[len] != '.' && text[len] != ')' && text[len] != '/')
		return 0;
	memcpy(number_out, text, len);
	number_out[len] = '\0';
	return len + (text[len] != '\0');
}
