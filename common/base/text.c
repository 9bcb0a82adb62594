/* text.c - Unicode text by utf8proc. */
#include "common/base/text.h"
#include "common/base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Eight bytes of ASCII without NUL: the most common case in most texts. */
static bool eight_ascii(const uint8_t *at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t highs = UINT64_C(0x8080808080808080);
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return ((word | (word - ones)) & highs) == 0;
}

bool dd_text_valid(const void *data, size_t len)
{
	const utf8proc_uint8_t *at = data;
	utf8proc_int32_t point;

	while (len > 0) {
		utf8proc_ssize_t step = 1;

		if (len >= 8 && eight_ascii(at))
			step = 8;
		else if (*at == 0 || *at >= 0x80)
			step = utf8proc_iterate(at, (utf8proc_ssize_t)len, &point);
		if (step <= 0 || *at == 0)
			return false;
		at += step;
		len -= (size_t)step;
	}
	return true;
}

/* NULL only if `text` is not UTF-8: missing memory is told apart and ends the process. */
static char *map(const char *text, utf8proc_option_t options)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t rc = utf8proc_map((const utf8proc_uint8_t *)text, 0, &out,
					   options | UTF8PROC_NULLTERM | UTF8PROC_STABLE);

	if (rc >= 0)
		return (char *)out;
	if (rc == UTF8PROC_ERROR_NOMEM)
		abort();
	return NULL;
}

static bool is_space(utf8proc_int32_t point)
{
	utf8proc_category_t category = utf8proc_category(point);

	if ((point >= '\t' && point <= '\r') || point == 0x85)
		return true;
	return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
	       category == UTF8PROC_CATEGORY_ZP;
}

/* One character at `at`, which is valid UTF-8 and not at its end. */
static size_t step_at(const char *at, utf8proc_int32_t *point_out)
{
	utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, point_out);

	assert(step > 0);
	return (size_t)step;
}

/* In place; `text` is valid. Each run of white space becomes one space, none at the ends. */
static void fold_spaces(char *text)
{
	const char *from = text;
	char *to = text;
	bool pending = false;

	while (*from != '\0') {
		utf8proc_int32_t point;
		size_t step = step_at(from, &point);

		if (is_space(point)) {
			pending = to != text;
		} else {
			if (pending)
				*to++ = ' ';
			pending = false;
			memmove(to, from, step);
			to += step;
		}
		from += step;
	}
	*to = '\0';
}

/* In place: CR LF and a lone CR become LF. */
static void unix_lines(char *text)
{
	const char *from;
	char *to = text;

	for (from = text; *from != '\0'; from++) {
		if (from[0] == '\r' && from[1] == '\n')
			continue;
		*to++ = *from == '\r' ? '\n' : *from;
	}
	*to = '\0';
}

/* In place; `text` is valid. White space at both ends goes. */
static void trim(char *text)
{
	const char *at = text;
	const char *begin = NULL;
	const char *end = text;

	while (*at != '\0') {
		utf8proc_int32_t point;
		size_t step = step_at(at, &point);

		if (!is_space(point)) {
			begin = begin != NULL ? begin : at;
			end = at + step;
		}
		at += step;
	}
	if (begin == NULL)
		begin = end;
	memmove(text, begin, (size_t)(end - begin));
	text[end - begin] = '\0';
}

char *dd_text_tidy(const char *text)
{
	char *out = map(text, UTF8PROC_COMPOSE);

	if (out != NULL)
		fold_spaces(out);
	return out;
}

/* Whether the text is UTF-8 of characters that are composed already and have no other form: ASCII,
 * the Latin letters of Vietnamese and its neighbours (U+00A0..027F, U+1E00..1EFF), and dashes and
 * quotes (U+2002..203F). Nearly every cell of an annex is; nothing is said about others. */
static bool plainly_composed(const char *text)
{
	const uint8_t *at = (const uint8_t *)text;

	while (*at) {
		size_t len = *at < 0x80 ? 1 : *at < 0xe0 ? 2 : 3;
		bool known = len == 1 || (*at >= 0xc3 && *at <= 0xc9) ||
			     (*at == 0xc2 && at[1] >= 0xa0) ||
			     (*at == 0xe1 && at[1] >= 0xb8 && at[1] <= 0xbb) ||
			     (*at == 0xe2 && at[1] == 0x80 && at[2] >= 0x82);

		for (size_t i = 1; known && i < len; i++)
			known = (at[i] & 0xc0) == 0x80;
		if (!known)
			return false;
		at += len;
	}
	return true;
}

char *dd_text_nfc(const char *text)
{
	char *out = plainly_composed(text) ? dd_strdup(text) : map(text, UTF8PROC_COMPOSE);

	if (out == NULL)
		return NULL;
	unix_lines(out);
	trim(out);
	return out;
}

/* U+0111 has no decomposition, so utf8proc leaves it; without this "don doc" misses "đôn đốc". */
static void d_without_bar(char *text)
{
	const char *from = text;
	char *to = text;

	while (*from != '\0') {
		if (memcmp(from, "đ", 2) == 0) {
			*to++ = 'd';
			from += 2;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
}

char *dd_text_fold(const char *text)
{
	char *out = map(text, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
				      UTF8PROC_STRIPMARK | UTF8PROC_IGNORE);

	if (out != NULL)
		d_without_bar(out);
	return out;
}

char *dd_text_name_key(const char *text)
{
	char *out = map(text, UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);

	if (out != NULL)
		fold_spaces(out);
	return out;
}

size_t dd_text_cut(const char *text, size_t max)
{
	size_t len = strnlen(text, max);

	if (len < max || text[len] == '\0')
		return len;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}
