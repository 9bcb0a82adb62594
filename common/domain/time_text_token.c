/* time_text_token.c - the text of a cell as words, numbers and marks. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "common/domain/time_text_impl.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Line breaks go through the folding of white space as this. */
#define BREAK '\x1f'

static bool is_letter(unsigned char c)
{
	return isalpha(c) || c >= 0x80;
}

/* The dashes U+2010..2015 and U+2212, of three bytes each. */
static bool is_dash(const char *at)
{
	return (memcmp(at, "\xe2\x80", 2) == 0 && at[2] >= '\x90' && at[2] <= '\x95') ||
	       memcmp(at, "\xe2\x88\x92", 3) == 0;
}

/* Marks of three bytes: dashes, quotes, dots. */
static bool is_wide_mark(const char *at)
{
	return strlen(at) >= 3 && (memcmp(at, "\xe2\x80", 2) == 0 || is_dash(at));
}

static size_t token_len(const char *at, struct tt_token *token)
{
	size_t len = 0;

	if (isdigit((unsigned char)*at)) {
		token->kind = TT_NUMBER;
		for (; isdigit((unsigned char)at[len]); len++)
			if (len < 8)
				token->value = token->value * 10 + (uint32_t)(at[len] - '0');
		token->digits = len < 255 ? (uint8_t)len : 255;
		return len;
	}
	if (is_wide_mark(at)) {
		token->kind = TT_MARK;
		token->mark = is_dash(at) ? '-' : '"';
		return 3;
	}
	if (!is_letter((unsigned char)*at)) {
		token->kind = TT_MARK;
		token->mark = *at;
		return 1;
	}
	token->kind = TT_WORD;
	while (is_letter((unsigned char)at[len]) && !is_wide_mark(at + len))
		len++;
	return len;
}

static void cut_tokens(struct tt_text *text)
{
	size_t len = strlen(text->key);
	bool line = true;

	text->tokens = dd_alloc((len + 1) * sizeof(*text->tokens));
	for (size_t at = 0; at < len;) {
		struct tt_token token = {.from = (uint16_t)at, .line = line};

		if (text->key[at] == ' ' || text->key[at] == BREAK) {
			line = line || text->key[at] == BREAK;
			at++;
			continue;
		}
		at += token_len(text->key + at, &token);
		token.to = (uint16_t)at;
		token.capital = memcmp(text->key + token.from, text->shown + token.from,
				       (size_t)(token.to - token.from)) != 0;
		text->tokens[text->count++] = token;
		line = false;
	}
}

void tt_open(struct tt_text *text, const char *written)
{
	char *whole = dd_text_nfc(written);
	size_t len = whole ? dd_text_cut(whole, DD_TIME_TEXT_MAX) : 0;

	*text = (struct tt_text){0};
	if (!whole)
		whole = dd_strdup("");
	text->cut = whole[len] != '\0';
	whole[len] = '\0';
	for (char *at = whole; *at; at++)
		if (*at == '\n')
			*at = BREAK;
	text->shown = dd_text_tidy(whole);
	text->key = dd_text_name_key(whole);
	/* Small letters of a foreign script may be longer: then the words are told in those. */
	if (strlen(text->shown) != strlen(text->key)) {
		free(text->shown);
		text->shown = dd_strdup(text->key);
	}
	cut_tokens(text);
	for (char *at = text->shown; *at; at++)
		if (*at == BREAK)
			*at = ' ';
	free(whole);
}

void tt_close(struct tt_text *text)
{
	free(text->shown);
	free(text->key);
	free(text->tokens);
}

/* Tokens from `at` on against words with single spaces. */
static size_t match(const struct tt_text *text, size_t at, const char *words)
{
	while (*words) {
		size_t len = strcspn(words, " ");
		const struct tt_token *token = &text->tokens[at];

		if (at >= text->count || (size_t)(token->to - token->from) != len ||
		    memcmp(text->key + token->from, words, len) != 0)
			return 0;
		at++;
		words += len;
		words += *words == ' ';
	}
	return at;
}

size_t tt_phrase(const struct tt_text *text, size_t at, const char *spelled, const char *plain)
{
	size_t next = match(text, at, spelled);

	return next ? next : match(text, at, plain);
}

size_t tt_any(const struct tt_text *text, size_t at, const struct tt_phrase *list, int *value_out)
{
	size_t best = 0;

	for (; list->spelled; list++) {
		size_t next = tt_phrase(text, at, list->spelled, list->plain);

		if (next > best) {
			best = next;
			*value_out = list->value;
		}
	}
	return best;
}

bool tt_mark(const struct tt_text *text, size_t at, char mark)
{
	return at < text->count && text->tokens[at].kind == TT_MARK &&
	       text->tokens[at].mark == mark;
}

bool tt_word(const struct tt_text *text, size_t at)
{
	return at < text->count && text->tokens[at].kind == TT_WORD;
}

bool tt_number(const struct tt_text *text, size_t at, uint32_t low, uint32_t high)
{
	const struct tt_token *token = &text->tokens[at];

	return at < text->count && token->kind == TT_NUMBER && token->digits <= 6 &&
	       token->value >= low && token->value <= high;
}

bool tt_year(const struct tt_text *text, size_t at)
{
	return tt_number(text, at, 1990, 2100) && text->tokens[at].digits == 4;
}

static bool outer_mark(const struct tt_text *text, size_t at)
{
	static const char marks[] = ".,;:-()+*/\"";

	return text->tokens[at].kind == TT_MARK && strchr(marks, text->tokens[at].mark);
}

void tt_words(const struct tt_text *text, size_t from, size_t to, char out[DD_TIME_WORDS_MAX])
{
	size_t len;

	out[0] = '\0';
	while (from < to && outer_mark(text, from))
		from++;
	while (from < to && outer_mark(text, to - 1))
		to--;
	if (from >= to)
		return;
	len = (size_t)(text->tokens[to - 1].to - text->tokens[from].from);
	if (len >= DD_TIME_WORDS_MAX)
		len = dd_text_cut(text->shown + text->tokens[from].from, DD_TIME_WORDS_MAX - 1);
	memcpy(out, text->shown + text->tokens[from].from, len);
	out[len] = '\0';
}
