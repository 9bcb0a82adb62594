/* time_text_moment.c - "trước ngày 15/3/2026", "từ Quý I đến Quý III/2026", "trong tháng 5". */
#include "common/domain/time_text_impl.h"

enum prefix {
	PREFIX_NONE,
	PREFIX_IN,
	PREFIX_BY,
	PREFIX_BEFORE,
	PREFIX_FROM,
	PREFIX_LATER,
	PREFIX_END,   /* the end of: a day only behind "đến", "hết" or "trước" */
	PREFIX_VAGUE, /* the beginning or middle of: no day */
};
static const struct tt_phrase prefixes[] = {{"trong", "trong", PREFIX_IN},
					    {"cả", "ca", PREFIX_IN},
					    {"vào", "vao", PREFIX_NONE},
					    {"là", "la", PREFIX_NONE},
					    {"ngay trong", "ngay trong", PREFIX_IN},
					    {"từ nay", "tu nay", PREFIX_NONE},
					    {"đến", "den", PREFIX_BY},
					    {"tới", "toi", PREFIX_BY},
					    {"hết", "het", PREFIX_BY},
					    {"chậm nhất", "cham nhat", PREFIX_BY},
					    {"muộn nhất", "muon nhat", PREFIX_BY},
					    {"trễ nhất", "tre nhat", PREFIX_BY},
					    {"không quá", "khong qua", PREFIX_BY},
					    {"không muộn hơn", "khong muon hon", PREFIX_BY},
					    {"không chậm hơn", "khong cham hon", PREFIX_BY},
					    {"trước", "truoc", PREFIX_BEFORE},
					    {"từ", "tu", PREFIX_FROM},
					    {"kể từ", "ke tu", PREFIX_FROM},
					    {"bắt đầu từ", "bat dau tu", PREFIX_FROM},
					    {"sau", "sau", PREFIX_LATER},
					    {"cuối", "cuoi", PREFIX_END},
					    {"đầu", "dau", PREFIX_VAGUE},
					    {"giữa", "giua", PREFIX_VAGUE},
					    {"khoảng", "khoang", PREFIX_VAGUE},
					    {"dự kiến", "du kien", PREFIX_VAGUE},
					    {"thượng tuần", "thuong tuan", PREFIX_VAGUE},
					    {"trung tuần", "trung tuan", PREFIX_VAGUE},
					    {"hạ tuần", "ha tuan", PREFIX_VAGUE},
					    {"năm học", "nam hoc", PREFIX_VAGUE},
					    {"tuần đầu", "tuan dau", PREFIX_VAGUE},
					    {"tuần cuối", "tuan cuoi", PREFIX_VAGUE},
					    {0}};

static void take_prefix(struct tt_item *item, int prefix)
{
	static const uint8_t modes[] = {[PREFIX_IN] = TT_IN,
					[PREFIX_BY] = TT_BY,
					[PREFIX_BEFORE] = TT_BEFORE,
					[PREFIX_FROM] = TT_FROM,
					[PREFIX_LATER] = TT_LATER};

	if (prefix == PREFIX_NONE)
		return;
	if (prefix == PREFIX_VAGUE ||
	    (prefix == PREFIX_END && item->mode != TT_BY && item->mode != TT_BEFORE))
		item->kind = TT_VAGUE;
	else if (prefix == PREFIX_END)
		item->mode = TT_BY;
	else
		item->mode = modes[prefix];
}

/* "tuần 2 của", "tuần thứ ba": which days those are, nobody has written down. */
static size_t week_of(const struct tt_text *text, size_t at)
{
	size_t next = tt_phrase(text, at, "tuần", "tuan");
	size_t word;

	if (!next)
		return 0;
	if ((word = tt_phrase(text, next, "thứ", "thu")))
		next = word;
	if (!tt_number(text, next, 1, 53) && !tt_word(text, next))
		return 0;
	next++;
	word = tt_phrase(text, next, "của", "cua");
	return word ? word : next;
}

/* All that may stand before a point. */
static size_t read_prefixes(const struct tt_text *text, size_t at, struct tt_item *item)
{
	struct tt_point point;

	for (;;) {
		int prefix = PREFIX_NONE;
		uint8_t weekday;
		size_t next = tt_any(text, at, prefixes, &prefix);

		if (!next && (next = week_of(text, at)) && tt_point(text, next, &point))
			prefix = PREFIX_VAGUE;
		else if (next && week_of(text, at) == next)
			next = 0;
		if (!next)
			next = tt_clock(text, at, &item->minute);
		if (!next)
			next = tt_weekday(text, at, &weekday);
		if (!next)
			return at;
		take_prefix(item, prefix);
		at = next;
		if (tt_mark(text, at, ',') && item->minute)
			at++;
	}
}

static size_t range_link(const struct tt_text *text, size_t at, struct tt_item *item)
{
	static const struct tt_phrase links[] = {{"đến", "den", 0},
						 {"đến hết", "den het", 0},
						 {"đến cuối", "den cuoi", 0},
						 {"đến hết ngày", "den het ngay", 0},
						 {"tới", "toi", 0},
						 {"đến trước", "den truoc", 1},
						 {0}};
	int before = 0;
	size_t next = tt_any(text, at, links, &before);

	item->until_before = before != 0;
	return next || !tt_mark(text, at, '-') ? next : at + 1;
}

/* "đến Quý III/2026" behind a point. */
static size_t read_range(const struct tt_text *text, size_t at, struct tt_item *item)
{
	size_t link = range_link(text, at, item);
	size_t next = 0;

	if (link)
		next = tt_point_like(text, link, &item->from_point, &item->to_point);
	if (link && !next)
		next = tt_point(text, link, &item->to_point);
	if (!next || item->to_point.kind == TT_DAY)
		return at;
	item->range = true;
	if (item->from_point.kind == TT_DAY)
		item->from_point.b = item->to_point.b;
	if (item->from_point.kind == TT_DAY || item->from_point.year == 0)
		item->from_point.year = item->to_point.year;
	return next;
}

size_t tt_moment(const struct tt_text *text, size_t at, struct tt_item *item)
{
	size_t next = read_prefixes(text, at, item);
	size_t word;

	next = tt_point(text, next, &item->from_point);
	if (!next)
		return 0;
	if (item->mode != TT_BY && item->mode != TT_BEFORE && item->mode != TT_LATER)
		next = read_range(text, next, item);
	if (item->from_point.kind == TT_DAY && !item->range)
		return 0; /* of which month? */
	if ((word = tt_phrase(text, next, "trở đi", "tro di"))) {
		item->mode = TT_FROM;
		next = word;
	}
	return next;
}

/* --- hours and days of the week -----------------------------------------------------------------
 */

/* "16:30", but not "đợt 1: 30/6". */
static bool minutes_glued(const struct tt_text *text, size_t at)
{
	const struct tt_token *token = &text->tokens[at];

	return tt_number(text, at, 0, 59) && token->digits == 2 &&
	       token->from == token[-2].to + 1 && !tt_mark(text, at + 1, '/');
}

size_t tt_clock(const struct tt_text *text, size_t at, uint16_t *minute_out)
{
	static const struct tt_phrase hours[] = {{"h", "g", 0}, {"giờ", "gio", 0}, {0}};
	uint32_t minute = 0;
	int unused = 0;
	size_t next;
	size_t word;

	if (!tt_number(text, at, 0, 24))
		return 0;
	next = tt_mark(text, at + 1, ':') ? at + 2 : tt_any(text, at + 1, hours, &unused);
	if (!next || (tt_mark(text, at + 1, ':') && !minutes_glued(text, next)))
		return 0;
	if (tt_number(text, next, 0, 59) && text->tokens[next].digits == 2 &&
	    !tt_mark(text, next + 1, '/'))
		minute = text->tokens[next++].value;
	if ((word = tt_phrase(text, next, "phút", "phut")))
		next = word;
	minute += 60 * text->tokens[at].value;
	*minute_out = minute < 24 * 60 ? (uint16_t)minute : 24 * 60 - 1;
	return next;
}

size_t tt_weekday(const struct tt_text *text, size_t at, uint8_t *weekday_out)
{
	static const struct tt_phrase days[] = {
		{"thứ hai", "thu hai", 1}, {"thứ ba", "thu ba", 2},     {"thứ tư", "thu tu", 3},
		{"thứ năm", "thu nam", 4}, {"thứ sáu", "thu sau", 5},   {"thứ bảy", "thu bay", 6},
		{"thứ bẩy", "thu bay", 6}, {"chủ nhật", "chu nhat", 7}, {0}};
	int day = 0;
	size_t next = tt_any(text, at, days, &day);

	if (!next && (next = tt_phrase(text, at, "thứ", "thu"))) {
		if (!tt_number(text, next, 2, 7))
			return 0;
		day = (int)text->tokens[next++].value - 1;
	}
	if (next)
		*weekday_out = (uint8_t)day;
	return next;
}
