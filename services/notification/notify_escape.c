/* notify_escape.c - values as they may stand in a letter: on one line, cut where they are too long,
 * without what could change the letter around them. */
#include "services/notification/notify_mustache.h"

#include <string.h>

#define WORD_BYTES 24 /* no text is cut earlier than that for the sake of a whole word */

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

/* Where a text of too many characters ends: behind a word, if one ends near there. */
static size_t cut_words(const char *text, size_t chars)
{
	const size_t most = cut_chars(text, chars - 1);
	size_t len = most;

	while (len > 0 && text[len] != ' ')
		len--;
	return len > 0 && most - len <= WORD_BYTES ? len : most;
}

void notify_escape(struct dd_buf *out, const char *text, size_t chars, bool html)
{
	const size_t all = strlen(text);
	size_t len = chars > 0 ? cut_chars(text, chars) : all;

	if (len < all)
		len = cut_words(text, chars);
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
