/* notice_id.h - the identities of what people are told: an intent and a digest are known by what
 * they say, so that the same thing decided twice is one thing.
 *
 * BLAKE2b-256 for its own purpose; integers little-endian, texts preceded by their length as four
 * bytes. These bytes are in the log for ever: they never change. */
#ifndef DD_DOMAIN_NOTICE_ID_H
#define DD_DOMAIN_NOTICE_ID_H

#include "common/base/id.h"
#include <stddef.h>
#include <stdint.h>

#define DD_DIGEST_INTENTS_MAX 200u /* one message tells no more */

/* What one unit is to be told about one task; borrowed texts. */
struct dd_intent {
	const char *rule; /* stable id of the rule */
	uint64_t task;
	int32_t due_day;
	int32_t step; /* working days from the due day */
};

/* Who is told: a unit's code, or "@" and a person's id in hexadecimal digits, longer than any code.
 * `person` NULL = the unit itself. */
#define DD_RECIPIENT_TEXT 34
const char *dd_recipient(const char *unit, const uint8_t *person, char out[DD_RECIPIENT_TEXT]);

/* `unit` is the recipient's text. */
void dd_intent_id(const char *rule, uint64_t task, int32_t due_day, int32_t step, const char *unit,
		  uint8_t out[DD_HASH_LEN]);

/* The order of intents in a digest: by task, due day, rule (bytes), step. As of strcmp; 0 = the
 * same intent. */
int dd_intent_compare(const struct dd_intent *a, const struct dd_intent *b);

/* The id of one message to `unit` on `day`. The ids are hashed in the order of their bytes, so
 * their order here is of no account; none may occur twice; 1..DD_DIGEST_INTENTS_MAX of them. */
void dd_digest_id(const char *unit, int32_t day, const uint8_t (*intents)[DD_HASH_LEN],
		  size_t count, uint8_t out[DD_HASH_LEN]);
/* Of a message of any kind (DigestKind); kind 0 has the id above. */
void dd_digest_id_of(uint32_t kind, const char *recipient, int32_t day,
		     const uint8_t (*intents)[DD_HASH_LEN], size_t count, uint8_t out[DD_HASH_LEN]);

#endif
