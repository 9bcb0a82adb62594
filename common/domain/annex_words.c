/* annex_words.c - see annex_words.h. */
#include "common/domain/annex_words.h"
#include <stddef.h>
#include <string.h>

struct words {
	const char *en, *vi;
};

static const struct words recurrences[] = {
	{"once", "một lần"},
	{"continuous", "thường xuyên"},
	{"weekly", "hằng tuần"},
	{"monthly", "hằng tháng"},
	{"quarterly", "hằng quý"},
	{"yearly", "hằng năm"},
	{"event", "theo sự kiện"},
	{"milestones", "theo các mốc"},
	{"half_yearly", "6 tháng một lần"},
	{"nine_months", "9 tháng"},
};

static const struct words sources[] = {
	{"plan", "kế hoạch"},
	{"meeting", "kết luận cuộc họp"},
	{"remark", "ý kiến chỉ đạo"},
	{"document", "văn bản"},
	{"other", "khác"},
};

static const struct words settled = {"settled", "đã chốt"};

static const struct words *list_of(enum dd_annex_list list, uint32_t *count_out)
{
	if (list == DD_ANNEX_RECURRENCE) {
		*count_out = sizeof(recurrences) / sizeof(recurrences[0]);
		return recurrences;
	}
	*count_out = sizeof(sources) / sizeof(sources[0]);
	return sources;
}

const char *dd_annex_word(enum dd_annex_list list, uint32_t number, bool vietnamese)
{
	uint32_t count;
	const struct words *words = list_of(list, &count);

	if (number >= count)
		return NULL;
	return vietnamese ? words[number].vi : words[number].en;
}

bool dd_annex_number(enum dd_annex_list list, const char *key, uint32_t *number_out)
{
	uint32_t count;
	const struct words *words = list_of(list, &count);

	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(words[i].en, key) != 0 && strcmp(words[i].vi, key) != 0)
			continue;
		*number_out = i;
		return true;
	}
	return false;
}

const char *dd_annex_settled(bool vietnamese)
{
	return vietnamese ? settled.vi : settled.en;
}

bool dd_annex_is_settled(const char *key)
{
	return strcmp(key, settled.en) == 0 || strcmp(key, settled.vi) == 0;
}
