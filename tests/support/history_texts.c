/* history_texts.c - the judgement by texts, each of which exists once in the world. */
#include "common/base/alloc.h"
#include "tests/support/history.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
	const uint8_t *content;
	struct test_identity id;
	bool sent, answered;
	size_t logged;
};

static int by_content(const void *a, const void *b)
{
	const struct text *x = a, *y = b;

	return memcmp(x->content, y->content, DD_HASH_LEN);
}

static int by_id(const void *a, const void *b)
{
	const struct test_line *x = *(const struct test_line *const *)a;
	const struct test_line *y = *(const struct test_line *const *)b;
	int order = memcmp(&x->id, &y->id, sizeof(x->id));

	return order != 0 ? order : (x > y) - (x < y);
}

/* One text for each command that was sent; the answer's line has no text, its identity leads. */
static size_t gather_sent(const struct test_history *history, struct text *texts)
{
	const struct test_line **lines = dd_alloc((history->count + 1) * sizeof(const void *));
	size_t count = 0;

	for (size_t i = 0; i < history->count; i++)
		lines[i] = &history->lines[i];
	qsort(lines, history->count, sizeof(const void *), by_id);
	for (size_t i = 0; i < history->count; i++) {
		if (i == 0 || memcmp(&lines[i]->id, &lines[i - 1]->id, sizeof(lines[i]->id)) != 0)
			texts[count++] =
				(struct text){.content = lines[i]->content, .id = lines[i]->id};
		texts[count - 1].sent |= lines[i]->kind == TEST_INVOKE;
		texts[count - 1].answered |= lines[i]->kind == TEST_OK;
	}
	free(lines);
	return count;
}

static void found(struct test_verdict *verdict, size_t *counter, const char *what,
		  const struct test_identity *id)
{
	char stream[2 * 4 + 1];

	(*counter)++;
	if (verdict->first[0] == '\0')
		snprintf(verdict->first, sizeof(verdict->first), "%s: stream %s.. number %" PRIu64,
			 what, dd_hex(id->stream, 4, stream), id->number);
}

static void judge(const struct text *text, struct test_verdict *verdict)
{
	verdict->ops++;
	verdict->ok += text->answered;
	verdict->info += !text->answered;
	if (!text->sent)
		found(verdict, &verdict->phantom, "answered, but never sent", &text->id);
	if (text->answered && text->logged == 0)
		found(verdict, &verdict->lost, "answered, but not in the log", &text->id);
	if (text->logged > 1)
		found(verdict, &verdict->duplicate, "twice in the log", &text->id);
}

void test_history_check_texts(const struct test_history *history, const struct test_log *log,
			      struct test_verdict *verdict_out)
{
	struct text *texts = dd_alloc((history->count + 1) * sizeof(*texts));
	size_t count = gather_sent(history, texts);

	memset(verdict_out, 0, sizeof(*verdict_out));
	qsort(texts, count, sizeof(*texts), by_content);
	for (size_t i = 0; i < log->count; i++) {
		struct text key = {.content = log->entries[i].content};
		struct text *text = bsearch(&key, texts, count, sizeof(*texts), by_content);

		if (text != NULL)
			text->logged++;
		else
			found(verdict_out, &verdict_out->phantom, "in the log, but never sent",
			      &log->entries[i].id);
	}
	for (size_t i = 0; i < count; i++)
		judge(&texts[i], verdict_out);
	free(texts);
}
