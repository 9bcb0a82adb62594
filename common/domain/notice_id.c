/* notice_id.c - see notice_id.h. */
#include "common/domain/notice_id.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void add_u32(struct dd_hasher *hasher, uint32_t value)
{
	uint8_t bytes[4];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
	dd_hasher_add(hasher, bytes, sizeof(bytes));
}

static void add_u64(struct dd_hasher *hasher, uint64_t value)
{
	add_u32(hasher, (uint32_t)value);
	add_u32(hasher, (uint32_t)(value >> 32));
}

static void add_text(struct dd_hasher *hasher, const char *text)
{
	size_t len = strlen(text);

	assert(len <= UINT32_MAX);
	add_u32(hasher, (uint32_t)len);
	dd_hasher_add(hasher, text, len);
}

const char *dd_recipient(const char *unit, const uint8_t *person, char out[DD_RECIPIENT_TEXT])
{
	if (person == NULL)
		return unit;
	out[0] = '@';
	(void)dd_hex(person, DD_ID_LEN, out + 1);
	return out;
}

void dd_intent_id(const char *rule, uint64_t task, int32_t due_day, int32_t step, const char *unit,
		  uint8_t out[DD_HASH_LEN])
{
	struct dd_hasher hasher;

	dd_hasher_init(&hasher, "dondoc.intent.v1");
	add_text(&hasher, rule);
	add_u64(&hasher, task);
	add_u32(&hasher, (uint32_t)due_day);
	add_u32(&hasher, (uint32_t)step);
	add_text(&hasher, unit);
	dd_hasher_end(&hasher, out);
}

int dd_intent_compare(const struct dd_intent *a, const struct dd_intent *b)
{
	int rules = strcmp(a->rule, b->rule);

	if (a->task != b->task)
		return a->task < b->task ? -1 : 1;
	if (a->due_day != b->due_day)
		return a->due_day < b->due_day ? -1 : 1;
	if (rules != 0)
		return rules;
	if (a->step != b->step)
		return a->step < b->step ? -1 : 1;
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, DD_HASH_LEN);
}

void dd_digest_id_of(uint32_t kind, const char *recipient, int32_t day,
		     const uint8_t (*intents)[DD_HASH_LEN], size_t count, uint8_t out[DD_HASH_LEN])
{
	uint8_t sorted[DD_DIGEST_INTENTS_MAX][DD_HASH_LEN];
	struct dd_hasher hasher;

	assert(count >= 1 && count <= DD_DIGEST_INTENTS_MAX);
	memcpy(sorted, intents, count * DD_HASH_LEN);
	qsort(sorted, count, DD_HASH_LEN, compare_ids);
	dd_hasher_init(&hasher, kind == 0 ? "dondoc.digest.v1" : "dondoc.digest.v2");
	if (kind != 0)
		add_u32(&hasher, kind);
	add_text(&hasher, recipient);
	add_u32(&hasher, (uint32_t)day);
	add_u32(&hasher, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		assert(i == 0 || compare_ids(sorted[i - 1], sorted[i]) != 0);
		dd_hasher_add(&hasher, sorted[i], DD_HASH_LEN);
	}
	dd_hasher_end(&hasher, out);
}

void dd_digest_id(const char *unit, int32_t day, const uint8_t (*intents)[DD_HASH_LEN],
		  size_t count, uint8_t out[DD_HASH_LEN])
{
	dd_digest_id_of(0, unit, day, intents, count, out);
}
