/* view_office_key.h - whose machine may speak for a unit: the keys of offices and the invitations
 * by which they come, as the log has them. */
#ifndef DD_VIEW_VIEW_OFFICE_KEY_H
#define DD_VIEW_VIEW_OFFICE_KEY_H

#include "common/view/view_apply.h"

#define VIEW_KEY_LEN 32u
/* Of one unit: those that open something. One that is over leaves the list when the next comes; its
 * record stays for ever, so that no key comes back. */
#define VIEW_OFFICE_KEYS_MAX 256u
#define VIEW_OFFICES_MAX     4096u /* units that ever had a key */

struct view_office_key {
	uint64_t
		sequence; /* of the event that admitted it; 0 = a file did, the log only ended it */
	uint64_t ended_by; /* that used, replaced or revoked it; 0 = none */
	int64_t since_us;
	int64_t until_us; /* 0 = open */
	uint8_t key[VIEW_KEY_LEN];
	uint8_t successor[VIEW_KEY_LEN]; /* of a token: the key that joined; of a key: the new one
					  */
	char unit[32];
	uint8_t token;
	uint8_t used;
	uint8_t replaced;
	uint8_t revoked;
	uint8_t reserved[4];
};
_Static_assert(sizeof(struct view_office_key) == 136, "no padding");

/* DD_ERR_NOT_FOUND: the log does not know it. Behind the record lies a packed OfficeKeyRow with
 * label, build and reason, borrowed until the next view_ call. `words_out` may be NULL. */
int view_office_key(struct view *view, bool with_batch, const uint8_t key[VIEW_KEY_LEN],
		    struct view_office_key *out, struct dd_val *words_out);
/* The keys in a unit's list, oldest first; returns how many. */
size_t view_office_keys(struct view *view, bool with_batch, const char *unit,
			uint8_t keys_out[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN]);
/* How many of them take a place in the list at a moment: those that open something then. */
size_t view_office_keys_open(struct view *view, const char *unit, int64_t now_us);
/* How many units ever had a key. */
size_t view_offices_count(struct view *view, bool with_batch);
/* Each unit that ever had a key. Stops when `each` says false. */
typedef bool view_office_each(void *arg, const char *unit);
void view_offices(struct view *view, bool with_batch, view_office_each *each, void *arg);
/* The last event about keys that was applied, be it durable or not. */
uint64_t view_offices_changed(const struct view *view);

/* What a key is at a moment. */
Dondoc__V1__OfficeKeyState view_office_key_state(const struct view_office_key *key, int64_t now_us);
/* Whether it opens anything then: an unused or used token whose time runs, a valid key, an old one
 * beside the new. */
bool view_office_key_opens(const struct view_office_key *key, int64_t now_us);

static inline void view_key_office_key(struct dd_key *key, const uint8_t of[VIEW_KEY_LEN])
{
	dd_key_begin(key, VIEW_OFFICE_KEY);
	dd_key_bytes(key, of, VIEW_KEY_LEN);
}

#endif
