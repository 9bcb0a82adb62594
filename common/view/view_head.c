/* view_head.c - who heads a unit: those who have the role there, and on the units above it those
 * whose role reaches further down.
 *
 * Under the unit ("" = all of the authority) stands a row of struct view_head, what has ended among
 * them until there is need of its place. */
#include "common/domain/rights.h"
#include "common/view/view_impl.h"
#include "common/view/view_unit.h"
#include <string.h>

#define HEADS_MAX 32u
#define LEVELS    64 /* more than any tree has */

struct view_head {
	uint64_t grant;
	int32_t from_day;
	int32_t until_day; /* the last day; 0 = open */
	uint8_t scope;
	uint8_t reserved[7];
};
_Static_assert(sizeof(struct view_head) == 24, "no padding");

static size_t read_heads(struct view *view, bool with_batch, const char *unit,
			 struct view_head heads[HEADS_MAX])
{
	struct dd_key key;
	struct dd_val val;

	view_key_texts(&key, VIEW_META, "head", unit);
	if (view_get(view, with_batch, &key, &val) != DD_OK || val.len % sizeof(*heads) != 0 ||
	    val.len / sizeof(*heads) > HEADS_MAX)
		return 0;
	memcpy(heads, val.data, val.len);
	return val.len / sizeof(*heads);
}

static void put_heads(struct view *view, const char *unit, const struct view_head *heads,
		      size_t count)
{
	struct dd_key key;

	view_key_texts(&key, VIEW_META, "head", unit);
	view_put(view, &key, heads, count * sizeof(*heads));
}

static bool headed_at(struct view *view, bool with_batch, const char *unit, enum dd_scope scope,
		      int32_t day)
{
	struct view_head heads[HEADS_MAX];
	size_t count = read_heads(view, with_batch, unit, heads);

	for (size_t i = 0; i < count; i++) {
		if (heads[i].scope >= (uint8_t)scope &&
		    (heads[i].from_day == 0 || heads[i].from_day <= day) &&
		    (heads[i].until_day == 0 || day <= heads[i].until_day))
			return true;
	}
	return false;
}

bool view_unit_headed(struct view *view, bool with_batch, const char *unit, int32_t day)
{
	enum dd_scope scope = DD_SCOPE_OWN;
	struct view_unit at;
	char code[32] = "";

	memcpy(code, unit, strnlen(unit, sizeof(code) - 1));
	for (int level = 0; level < LEVELS && code[0] != '\0'; level++) {
		if (headed_at(view, with_batch, code, scope, day))
			return true;
		if (view_unit(view, with_batch, code, &at) != DD_OK)
			break;
		memcpy(code, at.parent, sizeof(code));
		scope = DD_SCOPE_SUBTREE;
	}
	return headed_at(view, with_batch, "", DD_SCOPE_ALL, day);
}

/* The place of the one that ends first. */
static size_t first_to_end(const struct view_head *heads, size_t count)
{
	size_t first = 0;

	for (size_t i = 1; i < count; i++) {
		if (heads[i].until_day != 0 &&
		    (heads[first].until_day == 0 || heads[i].until_day < heads[first].until_day))
			first = i;
	}
	return first;
}

void view_head_granted(struct view *view, const struct view_grant *grant)
{
	const char *unit = grant->scope == DD_SCOPE_ALL ? "" : grant->unit;
	struct view_head heads[HEADS_MAX];
	size_t count = read_heads(view, true, unit, heads);
	size_t at = count < HEADS_MAX ? count++ : first_to_end(heads, count);

	heads[at] = (struct view_head){.grant = grant->id,
				       .from_day = grant->from_day,
				       .until_day = grant->until_day,
				       .scope = grant->scope};
	put_heads(view, unit, heads, count);
}

void view_head_ended(struct view *view, const struct view_grant *grant)
{
	const char *unit = grant->scope == DD_SCOPE_ALL ? "" : grant->unit;
	struct view_head heads[HEADS_MAX];
	size_t count = read_heads(view, true, unit, heads), kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (heads[i].grant == grant->id && grant->revoked_by != 0)
			continue;
		if (heads[i].grant == grant->id)
			heads[i].until_day = grant->until_day;
		heads[kept++] = heads[i];
	}
	put_heads(view, unit, heads, kept);
}
