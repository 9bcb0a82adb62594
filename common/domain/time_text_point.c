/* time_text_point.c - days, months, quarters, parts of years and years as they are written. */
#include "common/base/clock.h"
#include "common/domain/time_text_impl.h"

static bool separator(const struct tt_text *text, size_t at)
{
	return tt_mark(text, at, '/') || tt_mark(text, at, '-') || tt_mark(text, at, '.');
}

/* "/2026", "năm 2026", "-2026", "2026", "của năm 2026"; the place behind, `at` itself if there is
 * none. */
static size_t year_behind(const struct tt_text *text, size_t at, int *year_out)
{
	size_t next = at;
	size_t word;

	if (separator(text, next) || tt_mark(text, next, ','))
		next++;
	if ((word = tt_phrase(text, next, "của", "cua")))
		next = word;
	if ((word = tt_phrase(text, next, "năm", "nam")))
		next = word;
	*year_out = 0;
	if (!tt_year(text, next))
		return at;
	*year_out = (int)text->tokens[next].value;
	return next + 1;
}

/* --- days --------------------------------------------------------------------------------------
 */

/* 2026-03-31 */
static size_t iso_date(const struct tt_text *text, size_t at, struct tt_point *point)
{
	if (!tt_year(text, at) || !tt_mark(text, at + 1, '-') || !tt_number(text, at + 2, 1, 12) ||
	    !tt_mark(text, at + 3, '-') || !tt_number(text, at + 4, 1, 31))
		return 0;
	*point = (struct tt_point){.kind = TT_DATE,
				   .year = (int)text->tokens[at].value,
				   .a = (int)text->tokens[at + 4].value,
				   .b = (int)text->tokens[at + 2].value};
	return at + 5;
}

/* The year of "31/3/2026" or "31/3/26" from the separator on. */
static size_t year_of_date(const struct tt_text *text, size_t at, char mark, struct tt_point *point)
{
	if (separator(text, at) && tt_year(text, at + 1)) {
		point->year = (int)text->tokens[at + 1].value;
		return at + 2;
	}
	if (!tt_mark(text, at, mark) || !tt_number(text, at + 1, 20, 99) ||
	    text->tokens[at + 1].digits != 2 || separator(text, at + 2))
		return at;
	point->year = 2000 + (int)text->tokens[at + 1].value;
	point->short_year = true;
	return at + 2;
}

/* "31/3/2026", "31.3.2026", "31/3"; without its year only with '/'. */
static size_t short_date(const struct tt_text *text, size_t at, struct tt_point *point)
{
	size_t next;
	char mark;

	if (!tt_number(text, at, 1, 31) || !separator(text, at + 1) ||
	    !tt_number(text, at + 2, 1, 12) || text->tokens[at + 2].digits > 2)
		return 0;
	mark = text->tokens[at + 1].mark;
	*point = (struct tt_point){.kind = TT_DATE,
				   .a = (int)text->tokens[at].value,
				   .b = (int)text->tokens[at + 2].value};
	next = year_of_date(text, at + 3, mark, point);
	if (point->year == 0 && (mark != '/' || tt_mark(text, at + 3, '/')))
		return 0;
	return next;
}

/* "ngày 20 tháng 12 năm 2026"; without the word "ngày" it needs its year. */
static size_t long_date(const struct tt_text *text, size_t at, bool told, struct tt_point *point)
{
	size_t next;

	if (!tt_number(text, at, 1, 31) || !(next = tt_phrase(text, at + 1, "tháng", "thang")) ||
	    !tt_number(text, next, 1, 12))
		return 0;
	*point = (struct tt_point){.kind = TT_DATE,
				   .a = (int)text->tokens[at].value,
				   .b = (int)text->tokens[next].value};
	next = year_behind(text, next + 1, &point->year);
	return told || point->year ? next : 0;
}

/* The 15 of "15-30/6/2026" and of "từ ngày 15 đến ngày 30/6/2026". */
static size_t lone_day(const struct tt_text *text, size_t at, struct tt_point *point)
{
	struct tt_point end;
	size_t to = 0;
	size_t word;

	if (!tt_number(text, at, 1, 31) || text->tokens[at].digits > 2)
		return 0;
	to = tt_mark(text, at + 1, '-') ? at + 2 : tt_phrase(text, at + 1, "đến", "den");
	if (to && (word = tt_phrase(text, to, "ngày", "ngay")))
		to = word;
	if (!to || !(short_date(text, to, &end) || long_date(text, to, true, &end)))
		return 0;
	*point = (struct tt_point){.kind = TT_DAY, .a = (int)text->tokens[at].value};
	return at + 1;
}

static size_t date(const struct tt_text *text, size_t at, struct tt_point *point)
{
	size_t number = tt_phrase(text, at, "ngày", "ngay");
	bool told = number != 0;
	size_t next;

	if (!told)
		number = at;
	if ((next = iso_date(text, number, point)) || (next = short_date(text, number, point)) ||
	    (next = long_date(text, number, told, point)))
		return next;
	return lone_day(text, number, point);
}

/* --- quarters ----------------------------------------------------------------------------------
 */

static const struct tt_phrase quarter_numbers[] = {
	{"i", "i", 1},     {"ii", "ii", 2}, {"iii", "iii", 3}, {"iv", "iv", 4}, {"một", "mot", 1},
	{"hai", "hai", 2}, {"ba", "ba", 3}, {"bốn", "bon", 4}, {"tư", "tu", 4}, {0}};
static const struct tt_phrase quarter_words[] = {
	{"qi", "quyi", 1},     {"qii", "quyii", 2}, {"qiii", "quyiii", 3},
	{"qiv", "quyiv", 4},   {"quýi", "qi", 1},   {"quýii", "qii", 2},
	{"quýiii", "qiii", 3}, {"quýiv", "qiv", 4}, {0}};

static size_t quarter_number(const struct tt_text *text, size_t at, int *quarter_out)
{
	if (!tt_number(text, at, 1, 4))
		return tt_any(text, at, quarter_numbers, quarter_out);
	*quarter_out = (int)text->tokens[at].value;
	return at + 1;
}

static size_t quarter(const struct tt_text *text, size_t at, struct tt_point *point)
{
	static const struct tt_phrase heads[] = {
		{"quý", "quy", 0}, {"quí", "qui", 0}, {"q", "q", 0}, {0}};
	int number = 0;
	size_t next = tt_any(text, at, quarter_words, &number);

	if (!next) {
		next = tt_any(text, at, heads, &number);
		if (next && tt_mark(text, next, '.'))
			next++;
		next = next ? quarter_number(text, next, &number) : 0;
	}
	if (!next)
		return 0;
	*point = (struct tt_point){.kind = TT_QUARTER, .a = number};
	return year_behind(text, next, &point->year);
}

/* --- months and parts of a year ------------------------------------------------------------------
 */

/* "tháng 3/2026", "tháng 3". */
static size_t month(const struct tt_text *text, size_t at, struct tt_point *point)
{
	size_t next = tt_phrase(text, at, "tháng", "thang");

	if (!next || !tt_number(text, next, 1, 12) || text->tokens[next].digits > 2)
		return 0;
	*point = (struct tt_point){.kind = TT_MONTH, .b = (int)text->tokens[next].value};
	return year_behind(text, next + 1, &point->year);
}

/* The tail of something that is no date ("32/1/2026", "Tháng 13-2026") is no point either. */
static bool broken_off(const struct tt_text *text, size_t at)
{
	if (at < 2)
		return false;
	return tt_mark(text, at - 1, '/') ||
	       (separator(text, at - 1) && tt_number(text, at - 2, 0, 99));
}

/* "12/2026": the word is missing, so only its end is told. */
static size_t bare_month(const struct tt_text *text, size_t at, struct tt_point *point)
{
	if (!tt_number(text, at, 1, 12) || text->tokens[at].digits > 2 || broken_off(text, at) ||
	    !separator(text, at + 1) || !tt_year(text, at + 2))
		return 0;
	*point = (struct tt_point){.kind = TT_BARE_MONTH,
				   .b = (int)text->tokens[at].value,
				   .year = (int)text->tokens[at + 2].value};
	return at + 3;
}

/* "6 tháng đầu năm 2026", "nửa cuối năm". */
static size_t half(const struct tt_text *text, size_t at, struct tt_point *point)
{
	static const struct tt_phrase ends[] = {{"đầu", "dau", 0}, {"cuối", "cuoi", 1}, {0}};
	size_t next = tt_phrase(text, at, "nửa", "nua");
	int months = 6;
	int end = 0;
	size_t word;

	if (!next && tt_number(text, at, 1, 11)) {
		months = (int)text->tokens[at].value;
		next = tt_phrase(text, at + 1, "tháng", "thang");
	}
	if (!next || !(next = tt_any(text, next, ends, &end)))
		return 0;
	word = tt_phrase(text, next, "năm", "nam");
	if (!word && !tt_year(text, next))
		return 0;
	*point = (struct tt_point){
		.kind = TT_HALF, .a = end ? 13 - months : 1, .b = end ? 12 : months};
	next = year_behind(text, next, &point->year);
	return point->year ? next : word;
}

static size_t year(const struct tt_text *text, size_t at, struct tt_point *point)
{
	static const struct tt_phrase heads[] = {
		{"năm", "nam", 0},       {"giai đoạn", "giai doan", 0}, {"các năm", "cac nam", 0},
		{"cả năm", "ca nam", 0}, {"thời kỳ", "thoi ky", 0},     {0}};
	int unused = 0;
	size_t next = tt_any(text, at, heads, &unused);

	if (!next && broken_off(text, at))
		return 0;
	if (!next)
		next = at;
	if (!tt_year(text, next))
		return 0;
	*point = (struct tt_point){.kind = TT_YEAR, .year = (int)text->tokens[next].value};
	return next + 1;
}

size_t tt_point(const struct tt_text *text, size_t at, struct tt_point *point_out)
{
	static size_t (*const kinds[])(const struct tt_text *, size_t, struct tt_point *) = {
		date, quarter, half, month, bare_month, year};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t next = kinds[i](text, at, point_out);

		if (next)
			return next;
	}
	return 0;
}

size_t tt_point_like(const struct tt_text *text, size_t at, const struct tt_point *like,
		     struct tt_point *point_out)
{
	struct tt_point point = {.kind = like->kind};
	size_t next = 0;

	if (like->kind == TT_QUARTER) {
		next = quarter_number(text, at, &point.a);
	} else if (like->kind == TT_MONTH && tt_number(text, at, 1, 12)) {
		point.b = (int)text->tokens[at].value;
		next = at + 1;
	}
	if (!next)
		return 0;
	next = year_behind(text, next, &point.year);
	/* "Quý I, 3 đơn vị", "tháng 3, 15/4/2026": no more of the list */
	if (point.year == 0 && (tt_word(text, next) || separator(text, next)) &&
	    !tt_phrase(text, next, "và", "va") && !tt_phrase(text, next, "đến", "den") &&
	    !tt_mark(text, next, '-'))
		return 0;
	*point_out = point;
	return next;
}

/* --- their days ----------------------------------------------------------------------------------
 */

static int month_len(int year, int month)
{
	static const int len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return len[month - 1] + (month == 2 && leap);
}

static int32_t first_of(int year, int month)
{
	return dd_day_from_date((struct dd_date){year, month, 1});
}

static int32_t last_of(int year, int month)
{
	return dd_day_from_date((struct dd_date){year, month, month_len(year, month)});
}

bool tt_point_days(const struct tt_point *point, int32_t *first_out, int32_t *last_out)
{
	int from = point->b;
	int to = point->b;

	if (point->year == 0 || (point->kind <= TT_BARE_MONTH && point->b == 0))
		return false;
	switch ((enum tt_point_kind)point->kind) {
	case TT_DATE:
	case TT_DAY:
		if (point->a > month_len(point->year, point->b))
			return false;
		*first_out = first_of(point->year, point->b) + point->a - 1;
		*last_out = *first_out;
		return true;
	case TT_MONTH:
	case TT_BARE_MONTH:
		break;
	case TT_QUARTER:
		from = 3 * point->a - 2;
		to = 3 * point->a;
		break;
	case TT_HALF:
		from = point->a;
		break;
	case TT_YEAR:
		from = 1;
		to = 12;
		break;
	}
	*first_out = first_of(point->year, from);
	*last_out = last_of(point->year, to);
	return true;
}

bool dd_time_after(int32_t day, const struct dd_time_after *after,
		   const struct dd_calendar *calendar, int32_t *day_out)
{
	struct dd_date date = dd_day_to_date(day);
	int count = (int)after->count;
	int months;

	if (after->count > 10000)
		return false;
	switch ((enum dd_time_span)after->span) {
	case DD_SPAN_NONE:
	case DD_SPAN_DAYS:
		*day_out = day + count;
		return true;
	case DD_SPAN_WORKING_DAYS:
		if (calendar)
			*day_out = dd_calendar_add(calendar, day, count);
		return calendar != NULL;
	case DD_SPAN_WEEKS:
		*day_out = day + 7 * count;
		return true;
	case DD_SPAN_MONTHS:
	case DD_SPAN_YEARS:
		break;
	}
	months = date.month - 1 + (after->span == DD_SPAN_YEARS ? 12 * count : count);
	date.year += months / 12;
	date.month = months % 12 + 1;
	if (date.year > 9999)
		return false;
	if (date.day > month_len(date.year, date.month))
		date.day = month_len(date.year, date.month);
	*day_out = dd_day_from_date(date);
	return true;
}
