/* time_text_part.c - the items of a text, and the parts it falls into. */
#include "common/domain/time_text_impl.h"
#include <string.h>

/* --- items ------------------------------------------------------------------------------------ */

/* What says something about time at `at`; nothing: 0. */
static size_t read_item(const struct tt_text *text, size_t at, struct tt_item *item)
{
	static size_t (*const kinds[])(const struct tt_text *, size_t, struct tt_item *) = {
		tt_proposal, tt_every, tt_moment, tt_after, tt_continuous, tt_event};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t next;

		*item = (struct tt_item){0};
		next = kinds[i](text, at, item);
		if (next) {
			item->from = at;
			item->to = next;
			return next;
		}
	}
	return 0;
}

static struct tt_part *last_part(struct tt_reading *reading)
{
	return &reading->parts[reading->part_count - 1];
}

/* A new part begins at `at`; one that is still empty goes on instead. */
static void open_part(struct tt_reading *reading, size_t at, bool strong)
{
	struct tt_part *part = reading->part_count ? last_part(reading) : NULL;

	if (part && part->from == at)
		return;
	if (reading->part_count == TT_PARTS_MAX) {
		reading->overflow = true;
		return;
	}
	if (part)
		part->to = at;
	reading->parts[reading->part_count++] =
		(struct tt_part){.from = at, .first_item = reading->item_count, .strong = strong};
}

static void add_item(struct tt_reading *reading, const struct tt_item *item)
{
	if (reading->item_count == TT_ITEMS_MAX) {
		reading->overflow = true;
		return;
	}
	reading->items[reading->item_count++] = *item;
	last_part(reading)->items++;
}

/* --- where a part ends --------------------------------------------------------------------------
 */

static bool full_stop(const struct tt_text *text, size_t at)
{
	return tt_mark(text, at, ';') ||
	       (tt_mark(text, at, '.') &&
		(at + 1 == text->count || text->tokens[at].to < text->tokens[at + 1].from));
}

/* "Danh mục trong Quý I/2026 Triển khai theo thời hạn …": a capital letter behind a date opens a
 * sentence of its own if that waits for an event. */
static void split_before_event(struct tt_reading *reading)
{
	struct tt_part *part = last_part(reading);
	const struct tt_item *moment =
		part->items ? &reading->items[reading->item_count - 1] : NULL;
	size_t at = moment ? moment->to : 0;

	if (!moment || moment->kind != TT_MOMENT || !tt_word(reading->text, at) ||
	    !reading->text->tokens[at].capital)
		return;
	open_part(reading, at, true);
}

/* The moment that ends at `at`, where a list may go on; NULL: none. */
static const struct tt_item *ends_at(const struct tt_reading *reading, size_t at)
{
	const struct tt_item *item =
		reading->item_count ? &reading->items[reading->item_count - 1] : NULL;

	return item && item->kind == TT_MOMENT && item->to == at && !item->range ? item : NULL;
}

/* Behind ',' or "và": does another time follow? It becomes a part of its own. */
static size_t read_list(struct tt_reading *reading, size_t at, bool bracket)
{
	const struct tt_text *text = reading->text;
	const struct tt_item *before = ends_at(reading, at);
	size_t from = tt_phrase(text, at, "và", "va");
	struct tt_item item = {0};
	size_t next = 0;

	if (!from && (tt_mark(text, at, ',') || tt_mark(text, at, '+') || tt_mark(text, at, '&')))
		from = at + 1;
	if (!from || bracket || last_part(reading)->items == 0)
		return 0;
	if (before && (next = tt_point_like(text, from, &before->from_point, &item.from_point))) {
		item.kind = TT_MOMENT;
		item.mode = before->mode;
		item.from = from;
		item.to = next;
	} else {
		next = read_item(text, from, &item);
		if (!next || item.kind == TT_EVENT || item.kind == TT_PROPOSAL)
			return 0;
		if (before && item.kind == TT_MOMENT && item.mode == TT_PLAIN)
			item.mode = before->mode;
	}
	open_part(reading, from, false);
	if (last_part(reading)->from == from)
		last_part(reading)[-1].to = at; /* without the comma or "và" */
	add_item(reading, &item);
	return next;
}

/* A line that begins with a time, perhaps behind a bullet, is a part. */
static bool opens_line(const struct tt_reading *reading, size_t at)
{
	const struct tt_text *text = reading->text;
	struct tt_item item;

	if (!text->tokens[at].line || reading->parts[reading->part_count - 1].items == 0)
		return false;
	if (tt_mark(text, at, '-') || tt_mark(text, at, '+') || tt_mark(text, at, '*'))
		return true;
	return read_item(text, at, &item) && item.kind == TT_MOMENT;
}

static size_t step(struct tt_reading *reading, size_t at, int *depth)
{
	const struct tt_text *text = reading->text;
	struct tt_item item;
	size_t next;

	if (tt_mark(text, at, '(') || tt_mark(text, at, ')')) {
		*depth += tt_mark(text, at, '(') ? 1 : -1;
		return at + 1;
	}
	if (*depth <= 0 && full_stop(text, at)) {
		if (at + 1 < text->count)
			open_part(reading, at + 1, true);
		return at + 1;
	}
	if (*depth <= 0 && opens_line(reading, at))
		open_part(reading, at, true);
	if ((next = read_list(reading, at, *depth > 0)))
		return next;
	next = read_item(text, at, &item);
	if (!next)
		return at + 1;
	item.bracket = *depth > 0;
	if (item.kind == TT_EVENT && !item.bracket)
		split_before_event(reading);
	add_item(reading, &item);
	return next;
}

void tt_scan(struct tt_reading *reading)
{
	size_t at = 0;
	int depth = 0;

	open_part(reading, 0, true);
	while (at < reading->text->count)
		at = step(reading, at, &depth);
	last_part(reading)->to = reading->text->count;
}

/* --- questions about a part ----------------------------------------------------------------------
 */

const struct tt_item *tt_part_find(const struct tt_reading *reading, const struct tt_part *part,
				   enum tt_item_kind kind)
{
	const struct tt_item *inside = NULL;

	for (size_t i = 0; i < part->items; i++) {
		const struct tt_item *item = &reading->items[part->first_item + i];

		if (item->kind == kind && !item->bracket)
			return item;
		if (item->kind == kind && !inside)
			inside = item;
	}
	return inside;
}

size_t tt_part_count(const struct tt_reading *reading, const struct tt_part *part,
		     enum tt_item_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < part->items; i++)
		count += reading->items[part->first_item + i].kind == kind;
	return count;
}

static const struct tt_phrase time_words[] = {{"ngày", "ngày", 0},
					      {"tháng", "tháng", 0},
					      {"quý", "quý", 0},
					      {"quí", "quí", 0},
					      {"năm", "năm", 0},
					      {"tuần", "tuần", 0},
					      {"thang", "thang", 0},
					      {"hạn", "hạn", 0},
					      {"giờ", "giờ", 0},
					      {"tuan", "tuan", 0},
					      {0}};

/* "số 277/KH-UBND", "BCĐ57", "100%", "đợt 2" are no times. */
static bool plain_number(const struct tt_text *text, size_t at)
{
	static const struct tt_phrase numbered[] = {{"số", "so", 0},     {"đợt", "dot", 0},
						    {"lần", "lan", 0},   {"bước", "buoc", 0},
						    {"nhóm", "nhom", 0}, {0}};
	const struct tt_token *token = &text->tokens[at];

	int unused = 0;

	if (tt_mark(text, at + 1, '%'))
		return true;
	if (at == 0)
		return false;
	return tt_any(text, at - 1, numbered, &unused) ||
	       (token[-1].to == token->from && token[-1].kind == TT_WORD) ||
	       (at + 2 < text->count && tt_mark(text, at + 1, '/') && tt_word(text, at + 2));
}

bool tt_part_left(const struct tt_reading *reading, const struct tt_part *part)
{
	const struct tt_text *text = reading->text;
	size_t item = part->first_item;
	int unused = 0;

	for (size_t at = part->from; at < part->to; at++) {
		while (item < part->first_item + part->items && reading->items[item].to <= at)
			item++;
		if (item < part->first_item + part->items && reading->items[item].from <= at)
			continue;
		if (tt_any(text, at, time_words, &unused))
			return true;
		if (text->tokens[at].kind == TT_NUMBER && !plain_number(text, at))
			return true;
	}
	return false;
}

bool tt_names_unit(const struct tt_text *text, size_t from, size_t to)
{
	static const struct tt_phrase units[] = {{"sở", "so", 0},
						 {"ban", "ban", 0},
						 {"ngành", "nganh", 0},
						 {"ubnd", "ubnd", 0},
						 {"xã", "xa", 0},
						 {"phường", "phuong", 0},
						 {"phòng", "phong", 0},
						 {"đơn vị", "don vi", 0},
						 {"văn phòng", "van phong", 0},
						 {"địa phương", "dia phuong", 0},
						 {"cơ quan", "co quan", 0},
						 {0}};
	int unused = 0;

	/* not "ban hành" */
	for (size_t at = from; at < to; at++)
		if (tt_any(text, at, units, &unused) &&
		    !tt_phrase(text, at, "ban hành", "ban hanh"))
			return true;
	return false;
}

void tt_part_what(const struct tt_reading *reading, const struct tt_part *part,
		  const struct tt_item *item, char out[DD_TIME_WORDS_MAX])
{
	char behind[DD_TIME_WORDS_MAX];
	size_t len;

	if (!item) {
		tt_words(reading->text, part->from, part->to, out);
		return;
	}
	tt_words(reading->text, part->from, item->from, out);
	tt_words(reading->text, item->to, part->to, behind);
	len = strlen(out);
	if (*behind && len + 1 + strlen(behind) < DD_TIME_WORDS_MAX) {
		if (len)
			out[len++] = ' ';
		memcpy(out + len, behind, strlen(behind) + 1);
	}
}
