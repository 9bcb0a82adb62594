/* time_text_item.c - what recurs, goes on, waits for an event, or asks for another date. */
#include "common/domain/time_text_impl.h"

size_t tt_clause_end(const struct tt_text *text, size_t at)
{
	int depth = 0;

	for (; at < text->count; at++) {
		const struct tt_token *token = &text->tokens[at];

		if (token->kind != TT_MARK)
			continue;
		if (token->mark == ';' || (token->mark == ')' && depth == 0))
			return at;
		if (token->mark == '.' && (at + 1 == text->count || token->to < token[1].from))
			return at;
		depth += token->mark == '(' ? 1 : token->mark == ')' ? -1 : 0;
	}
	return at;
}

/* --- every week, month, quarter, year ------------------------------------------------------------
 */

enum unit { UNIT_DAY = 1, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR };
static const struct tt_phrase units[] = {{"ngày", "ngay", UNIT_DAY},
					 {"tuần", "tuan", UNIT_WEEK},
					 {"tháng", "thang", UNIT_MONTH},
					 {"quý", "quy", UNIT_QUARTER},
					 {"quí", "qui", UNIT_QUARTER},
					 {"năm", "nam", UNIT_YEAR},
					 {0}};

/* "quy định" is no quarter, "năm học" no year, "tháng 3" and "quý II" are points. */
static bool unit_ends(const struct tt_text *text, size_t next, int unit)
{
	static const struct tt_phrase not_quarters[] = {{"định", "dinh", 0},
							{"chế", "che", 0},
							{"hoạch", "hoach", 0},
							{"trình", "trinh", 0},
							{"mô", "mo", 0},
							{"chuẩn", "chuan", 0},
							{0}};
	struct tt_point point;
	int unused = 0;

	if (unit == UNIT_QUARTER && tt_any(text, next, not_quarters, &unused))
		return false;
	if (unit == UNIT_YEAR && (tt_phrase(text, next, "học", "hoc") || tt_year(text, next)))
		return false;
	return !tt_point(text, next - 1, &point);
}

/* True: it recurs so; false: nothing we could tell ("5 tháng một lần"). */
static bool set_every(struct tt_item *item, uint32_t count, int unit)
{
	item->every_weeks = unit == UNIT_WEEK && count > 1 ? (uint8_t)count : 0;
	item->kind = TT_EVERY;
	if (unit == UNIT_DAY && count == 1)
		item->kind = TT_CONTINUOUS;
	else if (unit == UNIT_WEEK && count <= 4)
		item->recurrence = DD_TIME_WEEKLY;
	else if ((unit == UNIT_MONTH && count == 3) || (unit == UNIT_QUARTER && count == 1))
		item->recurrence = DD_TIME_QUARTERLY;
	else if ((unit == UNIT_MONTH && count == 12) || (unit == UNIT_YEAR && count == 1))
		item->recurrence = DD_TIME_YEARLY;
	else if (unit == UNIT_MONTH && count == 1)
		item->recurrence = DD_TIME_MONTHLY;
	else if ((unit == UNIT_MONTH && count == 6) || (unit == UNIT_QUARTER && count == 2))
		item->recurrence = DD_TIME_HALF_YEARLY;
	else
		item->kind = TT_VAGUE;
	return item->kind != TT_VAGUE;
}

static size_t count_at(const struct tt_text *text, size_t at, uint32_t *count_out)
{
	static const struct tt_phrase numbers[] = {
		{"một", "mot", 1}, {"hai", "hai", 2}, {"ba", "ba", 3}, {"sáu", "sau", 6}, {0}};
	int number = 0;
	size_t next;

	if (tt_number(text, at, 1, 99)) {
		*count_out = text->tokens[at].value;
		return at + 1;
	}
	next = tt_any(text, at, numbers, &number);
	if (next)
		*count_out = (uint32_t)number;
	return next;
}

/* "một lần", "/lần", "1 lần"; 0 = there is none. */
static size_t times_once(const struct tt_text *text, size_t at)
{
	uint32_t count = 1;
	size_t next = tt_mark(text, at, '/') ? at + 1 : at;
	size_t number = count_at(text, next, &count);

	if (count != 1 || (!number && next == at))
		return 0;
	return tt_phrase(text, number ? number : next, "lần", "lan");
}

/* "hằng quý", "mỗi tháng 1 lần", "định kỳ 2 tuần". */
static size_t every_by_word(const struct tt_text *text, size_t at, struct tt_item *item)
{
	static const struct tt_phrase heads[] = {{"hằng", "hang", 0},
						 {"hàng", "hang", 0},
						 {"mỗi", "moi", 0},
						 {"theo", "theo", 0},
						 {"định kỳ", "dinh ky", 0},
						 {"định kì", "dinh ki", 0},
						 {"từng", "tung", 0},
						 {"theo từng", "theo tung", 0},
						 {"định kỳ hằng", "dinh ky hang", 0},
						 {"định kỳ hàng", "dinh ky hang", 0},
						 {"định kỳ theo", "dinh ky theo", 0},
						 {"định kỳ mỗi", "dinh ky moi", 0},
						 {0}};
	uint32_t count = 1;
	int value = 0;
	size_t head = tt_any(text, at, heads, &value);
	size_t number = head ? count_at(text, head, &count) : 0;
	size_t next = head ? tt_any(text, number ? number : head, units, &value) : 0;
	size_t once;

	if (!next || !unit_ends(text, next, value))
		return 0;
	/* "theo từng tháng" fits, "theo từng nhiệm vụ" does not: that is an event */
	(void)set_every(item, count, value);
	once = times_once(text, next);
	return once ? once : next;
}

/* "2 tuần một lần", "1 lần/quý", "3 tháng/lần". */
static size_t every_by_times(const struct tt_text *text, size_t at, struct tt_item *item)
{
	uint32_t count = 1;
	uint32_t times = 1;
	int unit = 0;
	size_t next = count_at(text, at, &count);
	size_t word = next ? tt_phrase(text, next, "lần", "lan") : 0;

	if (word) {
		times = count;
		count = 1;
		next = tt_mark(text, word, '/') ? word + 1 : tt_phrase(text, word, "mỗi", "moi");
		next = next ? tt_any(text, next, units, &unit) : 0;
	} else {
		next = tt_any(text, next ? next : at, units, &unit);
		next = next ? times_once(text, next) : 0;
	}
	if (!next)
		return 0;
	if (!set_every(item, count, unit) || times != 1)
		item->kind = TT_VAGUE;
	return next;
}

/* What stands before it: "trước 16h00 thứ Sáu", "trước ngày 20". */
static size_t every_when(const struct tt_text *text, size_t at, struct tt_item *item)
{
	static const struct tt_phrase heads[] = {{"trước", "truoc", 1},
						 {"vào", "vao", 0},
						 {"chậm nhất", "cham nhat", 0},
						 {"chậm nhất vào", "cham nhat vao", 0},
						 {0}};
	struct tt_point date;
	int before = 0;
	size_t next = tt_any(text, at, heads, &before);
	size_t day;

	next = next ? next : at;
	if ((day = tt_clock(text, next, &item->minute)))
		next = day;
	before = before && !item->minute;
	if ((day = tt_weekday(text, next, &item->weekday))) {
		if (before)
			item->weekday = (uint8_t)(item->weekday > 1 ? item->weekday - 1 : 7);
		return day;
	}
	day = tt_phrase(text, next, "ngày", "ngay");
	if (!day || !tt_number(text, day, 1, 31) || tt_point(text, next, &date))
		return 0;
	/* before the first is the last of the month before: the end of the period */
	item->day_of_month = (uint8_t)(text->tokens[day].value - (uint32_t)before);
	return day + 1;
}

size_t tt_every(const struct tt_text *text, size_t at, struct tt_item *item)
{
	size_t when = every_when(text, at, item);
	size_t from = when ? when : at;
	size_t next;

	if (when && (next = tt_phrase(text, from, "của", "cua")))
		from = next;
	if (when && tt_mark(text, from, ','))
		from++;
	if (!(next = every_by_word(text, from, item)) && !(next = every_by_times(text, from, item)))
		return 0;
	if (when || item->kind != TT_EVERY)
		return next;
	from = tt_mark(text, next, ',') || tt_mark(text, next, '(') ? next + 1 : next;
	when = every_when(text, from, item);
	return when ? when : next;
}

size_t tt_continuous(const struct tt_text *text, size_t at, struct tt_item *item)
{
	static const struct tt_phrase words[] = {
		{"thường xuyên", "thuong xuyen", 0},
		{"liên tục", "lien tuc", 0},
		{"xuyên suốt", "xuyen suot", 0},
		{"quanh năm", "quanh nam", 0},
		{"thường xuyên liên tục", "thuong xuyen lien tuc", 0},
		{0}};
	int unused = 0;

	item->kind = TT_CONTINUOUS;
	return tt_any(text, at, words, &unused);
}

/* --- so long after an event ----------------------------------------------------------------------
 */

/* "ban hành Kế hoạch", "ký Quyết định này": the document that brought the plan. */
static bool own_document(const struct tt_text *text, size_t at, size_t *next_out)
{
	static const struct tt_phrase acts[] = {{"ban hành", "ban hanh", 0},
						{"ký ban hành", "ky ban hanh", 0},
						{"được ban hành", "duoc ban hanh", 0},
						{"ký", "ky", 0},
						{0}};
	static const struct tt_phrase papers[] = {{"kế hoạch", "ke hoach", 0},
						  {"kế hoạch này", "ke hoach nay", 0},
						  {"quyết định này", "quyet dinh nay", 0},
						  {"nghị quyết này", "nghi quyet nay", 0},
						  {"chỉ thị này", "chi thi nay", 0},
						  {"công văn này", "cong van nay", 0},
						  {"văn bản này", "van ban nay", 0},
						  {"thông báo này", "thong bao nay", 0},
						  {"chương trình này", "chuong trinh nay", 0},
						  {0}};
	int unused = 0;
	size_t paper = tt_any(text, at, papers, &unused);
	size_t act = tt_any(text, paper ? paper : at, acts, &unused);
	size_t on;

	if (!act)
		return false;
	if (!paper)
		paper = tt_any(text, act, papers, &unused);
	else
		paper = 0;
	act = paper ? paper : act;
	on = tt_phrase(text, act, "trở đi", "tro di");
	*next_out = on ? on : act;
	return true;
}

/* A date that is a limit, or a count of days, inside of the words of an event. */
static bool limit_within(const struct tt_text *text, size_t from, size_t to)
{
	for (size_t at = from; at < to; at++) {
		struct tt_item item = {0};
		size_t next = tt_moment(text, at, &item);

		if (next && (item.mode == TT_BY || item.mode == TT_BEFORE || item.mode == TT_FROM))
			return true;
		item = (struct tt_item){0};
		if (tt_number(text, at, 1, 9999) && tt_after(text, at, &item))
			return true;
	}
	return false;
}

static bool ends_here(const struct tt_text *text, size_t at)
{
	return at == tt_clause_end(text, at) || tt_mark(text, at, ',');
}

static const struct tt_phrase after_links[] = {{"sau khi", "sau khi", 0},
					       {"kể từ khi", "ke tu khi", 0},
					       {"kể từ ngày", "ke tu ngay", 0},
					       {"kể từ", "ke tu", 0},
					       {"tính từ ngày", "tinh tu ngay", 0},
					       {"tính từ khi", "tinh tu khi", 0},
					       {"tính từ", "tinh tu", 0},
					       {"từ ngày", "tu ngay", 0},
					       {"từ khi", "tu khi", 0},
					       {"sau ngày", "sau ngay", 0},
					       {"sau", "sau", 0},
					       {"từ", "tu", 0},
					       {0}};

static size_t take_event(const struct tt_text *text, size_t at, struct tt_item *item)
{
	size_t next = tt_clause_end(text, at);
	size_t own;

	item->event = at;
	item->own = own_document(text, at, &own) && ends_here(text, own);
	item->left = !item->own && limit_within(text, at, next);
	return item->own ? own : next;
}

/* "từ ngày ban hành Kế hoạch trở đi". */
static size_t from_issue(const struct tt_text *text, size_t at, struct tt_item *item)
{
	static const struct tt_phrase heads[] = {{"từ ngày", "tu ngay", 0},
						 {"kể từ ngày", "ke tu ngay", 0},
						 {"từ khi", "tu khi", 0},
						 {"kể từ khi", "ke tu khi", 0},
						 {0}};
	int unused = 0;
	size_t next = tt_any(text, at, heads, &unused);
	size_t own;

	if (!next || !own_document(text, next, &own) ||
	    (!ends_here(text, own) && !tt_phrase(text, own, "đến", "den")))
		return 0;
	item->kind = TT_FROM_ISSUE;
	item->own = true;
	item->event = next;
	return own;
}

size_t tt_after(const struct tt_text *text, size_t at, struct tt_item *item)
{
	static const struct tt_phrase heads[] = {{"trong", "trong", 0},
						 {"trong vòng", "trong vong", 0},
						 {"trong thời hạn", "trong thoi han", 0},
						 {"trong thời gian", "trong thoi gian", 0},
						 {"chậm nhất", "cham nhat", 0},
						 {"không quá", "khong qua", 0},
						 {"tối đa", "toi da", 0},
						 {"sau", "sau", 0},
						 {"thời hạn", "thoi han", 0},
						 {"chậm nhất là", "cham nhat la", 0},
						 {"chậm nhất sau", "cham nhat sau", 0},
						 {0}};
	static const struct tt_phrase spans[] = {
		{"ngày làm việc", "ngay lam viec", DD_SPAN_WORKING_DAYS},
		{"ngày", "ngay", DD_SPAN_DAYS},
		{"tuần", "tuan", DD_SPAN_WEEKS},
		{"tháng", "thang", DD_SPAN_MONTHS},
		{"năm", "nam", DD_SPAN_YEARS},
		{0}};
	int value = 0;
	size_t next = from_issue(text, at, item);

	if (next)
		return next;
	next = tt_any(text, at, heads, &value);
	next = next ? next : at;
	if (!tt_number(text, next, 1, 9999) || tt_year(text, next))
		return 0;
	item->count = text->tokens[next].value;
	next = tt_any(text, next + 1, spans, &value);
	if (!next || tt_number(text, next, 0, 9999))
		return 0;
	item->kind = TT_AFTER;
	item->span = (uint8_t)value;
	item->event = next;
	at = tt_any(text, next, after_links, &value);
	return at ? take_event(text, at, item) : next;
}

/* --- an event, a proposal ------------------------------------------------------------------------
 */

size_t tt_event(const struct tt_text *text, size_t at, struct tt_item *item)
{
	static const struct tt_phrase heads[] = {
		{"theo", "theo", 0},           {"khi", "khi", 0},
		{"sau khi", "sau khi", 0},     {"ngay sau khi", "ngay sau khi", 0},
		{"ngay sau", "ngay sau", 0},   {"ngay khi", "ngay khi", 0},
		{"trước khi", "truoc khi", 0}, {"sau", "sau", 0},
		{"tùy theo", "tuy theo", 0},   {"tuỳ theo", "tuy theo", 0},
		{"tùy thuộc", "tuy thuoc", 0}, {"căn cứ", "can cu", 0},
		{"đột xuất", "dot xuat", 0},   {"cùng với", "cung voi", 0},
		{"kể từ khi", "ke tu khi", 0}, {"kể từ ngày", "ke tu ngay", 0},
		{"từ khi", "tu khi", 0},       {0}};
	/* "khi nào xong thì thôi" names no event. */
	static const struct tt_phrase whenever[] = {{"nào", "nao", 0}, {0}};
	int unused = 0;
	size_t next = tt_any(text, at, heads, &unused);

	if (!next || tt_any(text, next, whenever, &unused))
		return 0;
	item->kind = TT_EVENT;
	item->event = at;
	item->left = limit_within(text, next, tt_clause_end(text, at));
	return tt_clause_end(text, at);
}

size_t tt_proposal(const struct tt_text *text, size_t at, struct tt_item *item)
{
	static const struct tt_phrase asks[] = {{"đề xuất", "de xuat", 0},
						{"đề nghị", "de nghi", 0},
						{"xin", "xin", 0},
						{"kiến nghị", "kien nghi", 0},
						{0}};
	static const struct tt_phrase whats[] = {{"hạn", "han", 0},
						 {"thời hạn", "thoi han", 0},
						 {"thời gian", "thoi gian", 0},
						 {"gia hạn", "gia han", 0},
						 {"lùi", "lui", 0},
						 {"điều chỉnh", "dieu chinh", 0},
						 {"kéo dài", "keo dai", 0},
						 {"thay đổi", "thay doi", 0},
						 {"chuyển sang", "chuyen sang", 0},
						 {"đổi", "doi", 0},
						 {0}};
	int unused = 0;
	size_t next = tt_any(text, at, asks, &unused);

	if (next && tt_mark(text, next, ':'))
		next++;
	if (!next || !tt_any(text, next, whats, &unused))
		return 0;
	item->kind = TT_PROPOSAL;
	return text->count;
}
