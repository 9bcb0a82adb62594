/* time_text.c - arbitrary bytes as a time text. */
#include "common/domain/time_text.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct dd_time_context context = {.issued_day = 20650, .year = 2026};
	struct dd_time_text read;
	char *text = malloc(len + 1);

	assert(text);
	memcpy(text, data, len);
	text[len] = '\0';
	dd_time_text_read(text, &context, &read);
	assert(read.recurrence <= DD_TIME_NINE_MONTHS);
	assert(read.milestone_count >= 0 && read.milestone_count <= DD_TIME_MILESTONES_MAX);
	assert(strlen(read.rest) < DD_TIME_WORDS_MAX &&
	       strlen(read.after.event) < DD_TIME_WORDS_MAX);
	free(text);
	return 0;
}
