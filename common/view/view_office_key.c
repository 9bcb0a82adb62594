/* view_office_key.c - see view_office_key.h. */
#include "common/view/view_office_key.h"
#include "common/view/view_evidence.h"
#include <string.h>

int view_office_key(struct view *view, bool with_batch, const uint8_t key[VIEW_KEY_LEN],
		    struct view_office_key *out, struct dd_val *words_out)
{
	struct dd_key at;
	struct dd_val val;
	int rc;

	view_key_office_key(&at, key);
	rc = view_get(view, with_batch, &at, &val);
	return rc == DD_OK ? view_head_split(&val, out, sizeof(*out), words_out) : rc;
}

size_t view_office_keys(struct view *view, bool with_batch, const char *unit,
			uint8_t keys_out[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN])
{
	struct dd_key at;
	struct dd_val val;
	size_t count;

	view_key_text(&at, VIEW_OFFICE, unit);
	if (unit[0] == '\0' || view_get(view, with_batch, &at, &val) != DD_OK)
		return 0;
	count = val.len / VIEW_KEY_LEN;
	if (count > VIEW_OFFICE_KEYS_MAX)
		count = VIEW_OFFICE_KEYS_MAX;
	memcpy(keys_out, val.data, count * VIEW_KEY_LEN);
	return count;
}

size_t view_office_keys_open(struct view *view, const char *unit, int64_t now_us)
{
	uint8_t keys[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN];
	size_t count = view_office_keys(view, true, unit, keys);
	struct view_office_key known;
	size_t open = 0;

	for (size_t i = 0; i < count; i++) {
		if (view_office_key(view, true, keys[i], &known, NULL) == DD_OK &&
		    view_office_key_opens(&known, now_us))
			open++;
	}
	return open;
}

size_t view_offices_count(struct view *view, bool with_batch)
{
	struct dd_key at;
	struct dd_val val;

	view_key_text(&at, VIEW_OFFICE, "");
	return view_get(view, with_batch, &at, &val) == DD_OK ? val.len / VIEW_KEY_LEN : 0;
}

void view_offices(struct view *view, bool with_batch, view_office_each *each, void *arg)
{
	char unit[VIEW_KEY_LEN];
	struct dd_key at;
	struct dd_val val;
	bool more = true;

	view_key_text(&at, VIEW_OFFICE, "");
	/* Looked up anew each time: what is borrowed does not outlive what `each` looks up. */
	for (size_t i = 0; more && view_get(view, with_batch, &at, &val) == DD_OK &&
			   (i + 1) * sizeof(unit) <= val.len;
	     i++) {
		memcpy(unit, (const uint8_t *)val.data + i * sizeof(unit), sizeof(unit));
		more = each(arg, unit);
	}
}

uint64_t view_offices_changed(const struct view *view)
{
	return view->offices_changed;
}

Dondoc__V1__OfficeKeyState view_office_key_state(const struct view_office_key *key, int64_t now_us)
{
	bool over = key->until_us != 0 && key->until_us <= now_us;

	if (key->revoked)
		return DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_REVOKED;
	if (key->token && key->used)
		return DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_USED;
	if (key->token)
		return over ? DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_EXPIRED
			    : DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_INVITED;
	if (!key->replaced)
		return DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_VALID;
	return over ? DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_ENDED
		    : DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_REPLACED;
}

bool view_office_key_opens(const struct view_office_key *key, int64_t now_us)
{
	return !key->revoked && (key->until_us == 0 || key->until_us > now_us);
}
