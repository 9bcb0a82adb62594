/* task_import_likeness.c - whether two texts of one code are the same task in other words: how many
 * pairs of neighbouring words of the shorter one the other has too. */
#include "common/base/alloc.h"
#include "common/base/text.h"
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

#define LEAST_SHARE 4 /* one pair of so many in common is enough */

struct pairs {
	uint32_t *list; /* owned; rising */
	size_t count;
};

static int rising(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left;
	uint32_t b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static uint32_t mix(uint32_t hash, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)text[i]) * 16777619u;
	return hash;
}

/* Words without their marks; the first makes a pair with nothing. */
static struct pairs pairs_of(const char *text)
{
	char *folded = dd_text_fold(text);
	struct pairs pairs = {0};
	const char *at = folded ? folded : "";
	uint32_t before = 0;

	pairs.list = dd_alloc((strlen(at) / 2 + 1) * sizeof(*pairs.list));
	for (;;) {
		size_t len;

		at += strspn(at, " \t\r\n.,;:()-/\"'");
		len = strcspn(at, " \t\r\n.,;:()-/\"'");
		if (len == 0)
			break;
		pairs.list[pairs.count++] = mix(before, at, len);
		before = mix(2166136261u, at, len);
		at += len;
	}
	if (pairs.count > 0)
		qsort(pairs.list, pairs.count, sizeof(*pairs.list), rising);
	free(folded);
	return pairs;
}

static size_t common(const struct pairs *a, const struct pairs *b)
{
	size_t found = 0;

	for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
		if (a->list[i] == b->list[j]) {
			found++;
			i++;
			j++;
		} else if (a->list[i] < b->list[j]) {
			i++;
		} else {
			j++;
		}
	}
	return found;
}

bool import_text_differs(const char *before, const char *after)
{
	struct pairs a, b;
	size_t shorter;
	bool differs;

	if (strcmp(before, after) == 0)
		return false;
	a = pairs_of(before);
	b = pairs_of(after);
	shorter = a.count < b.count ? a.count : b.count;
	differs = common(&a, &b) * LEAST_SHARE < shorter;
	free(a.list);
	free(b.list);
	return differs;
}
