/* sheet_value.c - what people write into cells: days, per cent, steps, yes. */
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/sheet/sheet_impl.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YEAR_FIRST 2000 /* "5/11/26" is of this century */

/* Day, month and year with one kind of separator, in this order. */
static bool parts_of(const char *text, int part[3])
{
	char separator = '\0';

	for (int i = 0; i < 3; i++) {
		int digits = 0;

		part[i] = 0;
		for (; isdigit((unsigned char)*text) && digits < 5; digits++)
			part[i] = part[i] * 10 + (*text++ - '0');
		if (digits == 0 || digits > (i == 2 ? 4 : 2) || (i == 2 && digits == 3))
			return false;
		while (*text == ' ')
			text++;
		if (i == 2)
			return *text == '\0';
		if (!*text || !strchr("/-.", *text) || (separator && *text != separator))
			return false;
		separator = *text++;
		while (*text == ' ')
			text++;
	}
	return false;
}

bool dd_sheet_read_day(const char *text, int32_t *day_out)
{
	char iso[32];
	int part[3];

	if (strncasecmp(text, "ngày ", strlen("ngày ")) == 0)
		text += strlen("ngày ");
	if (dd_day_parse(text, day_out) == DD_OK) /* a real date of the spreadsheet */
		return true;
	if (!parts_of(text, part))
		return false;
	if (part[2] < 100)
		part[2] += YEAR_FIRST;
	snprintf(iso, sizeof(iso), "%04d-%02d-%02d", part[2], part[1], part[0]);
	return dd_day_parse(iso, day_out) == DD_OK;
}

/* "50", "50%", "50 %", "0,5" and "0.5" are the same; "1" is one per cent. */
bool dd_sheet_read_percent(const char *text, uint32_t *percent_out)
{
	char plain[24];
	double value;
	char *end;
	size_t len = strlen(text);

	if (len == 0 || len >= sizeof(plain) || strspn(text, "0123456789.,% ") != len)
		return false;
	memcpy(plain, text, len + 1);
	for (char *at = plain; *at; at++)
		*at = *at == ',' ? '.' : *at;
	value = strtod(plain, &end);
	if (end == plain)
		return false;
	end += strspn(end, " ");
	if (strcmp(end, "%") != 0) {
		if (*end != '\0')
			return false;
		if (value > 0 && value < 1)
			value *= 100;
	}
	if (!(value >= 0 && value <= 100) || value - (double)(uint32_t)(value + 0.5) > 1e-6 ||
	    (double)(uint32_t)(value + 0.5) - value > 1e-6)
		return false;
	*percent_out = (uint32_t)(value + 0.5);
	return true;
}

/* Without regard to case, marks and blanks at the ends. */
static bool is_word(const char *text, const char *const *words)
{
	char *folded = dd_text_fold(text);
	bool found = false;

	for (; folded && *words && !found; words++)
		found = strcmp(folded, *words) == 0;
	free(folded);
	return found;
}

bool dd_sheet_read_step(const char *text, struct dd_sheet_said *said_out)
{
	static const char *const unchanged[] = {"khong thay doi", "khong doi", "khong co gi moi",
						"no change",      "unchanged", NULL};
	static const char *const steps[][8] = {
		{"chua", "chua lam", "chua thuc hien", "chua bat dau", "not begun", NULL},
		{"dang", "dang lam", "dang thuc hien", "dang trien khai", "under way", NULL},
		{"da trinh", "trinh", "submitted", NULL},
		{"xong", "da xong", "hoan thanh", "da hoan thanh", "finished", "done", NULL},
	};

	if (is_word(text, unchanged)) {
		said_out->unchanged = true;
		return true;
	}
	for (int i = 0; i < 4; i++) {
		if (!is_word(text, steps[i]))
			continue;
		said_out->has_step = true;
		said_out->step = (Dondoc__V1__ProgressStep)i;
		return true;
	}
	return false;
}

bool dd_sheet_read_yes(const char *text, bool *yes_out)
{
	static const char *const yes[] = {"co", "x", "v", "yes", "y", "dong y", "1", NULL};
	static const char *const no[] = {"khong", "no", "n", "0", "-", NULL};

	*yes_out = is_word(text, yes);
	return *yes_out || is_word(text, no);
}
