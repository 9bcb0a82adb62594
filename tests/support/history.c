/* history.c - the lines, as they come from the clients' threads. */
#include "tests/support/history.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void test_history_init(struct test_history *history)
{
	memset(history, 0, sizeof(*history));
	pthread_mutex_init(&history->lock, NULL);
}

void test_history_fini(struct test_history *history)
{
	free(history->lines);
	pthread_mutex_destroy(&history->lock);
}

void test_history_add(struct test_history *history, const struct test_line *line)
{
	struct test_line *to;

	pthread_mutex_lock(&history->lock);
	if (history->count == history->cap) {
		history->cap = history->cap == 0 ? 1024 : history->cap * 2;
		history->lines = dd_realloc(history->lines, history->cap * sizeof(*history->lines));
	}
	to = &history->lines[history->count++];
	*to = *line;
	/* Taken under the lock, so that lines are in order of time. An invocation is added before
	 * it is sent and an answer after it came, so the time errs to the safe side. */
	if (to->us == 0)
		to->us = dd_mono_us();
	pthread_mutex_unlock(&history->lock);
}

void test_history_write(const struct test_history *history, const char *path)
{
	static const char *const kinds[] = {"invoke", "ok", "refused", "fail", "info"};
	FILE *file = fopen(path, "w");

	if (file == NULL)
		return;
	for (size_t i = 0; i < history->count; i++) {
		const struct test_line *line = &history->lines[i];
		char stream[2 * DD_ID_LEN + 1];
		char digest[2 * 8 + 1];

		fprintf(file,
			"{\"t_us\":%" PRId64 ",\"proc\":%d,\"type\":\"%s\",\"stream\":\"%s\","
			"\"number\":%" PRIu64 ",\"hash\":\"%s\",\"seq\":%" PRIu64
			",\"incarnation\":%" PRIu32 "}\n",
			line->us, line->client, kinds[line->kind],
			dd_hex(line->id.stream, DD_ID_LEN, stream), line->id.number,
			dd_hex(line->id.digest, 8, digest), line->sequence, line->incarnation);
	}
	(void)fclose(file);
}
