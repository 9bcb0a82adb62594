/* view_changes.c - the keys of a step say what it changes. */
#include "common/view/view_changes.h"

#include "common/base/alloc.h"
#include "common/view/view_impl.h"
#include "common/view/view_notice.h"
#include <stdlib.h>
#include <string.h>

void view_changes_keep(struct view *view, struct view_changes *changes)
{
	view->changes = changes;
}

void view_changes_clear(struct view_changes *changes)
{
	changes->count = 0;
	changes->all = changes->silences = false;
	changes->plan_count = changes->drop_count = 0;
}

void view_changes_fini(struct view_changes *changes)
{
	free(changes->tasks);
	memset(changes, 0, sizeof(*changes));
}

static void add_task(struct view_changes *changes, uint64_t task)
{
	if (changes->count > 0 && changes->tasks[changes->count - 1] == task)
		return;
	if (changes->count == VIEW_CHANGES_MOST) {
		changes->all = true;
		return;
	}
	if (changes->count == changes->cap) {
		changes->cap = changes->cap > 0 ? changes->cap * 2 : 256;
		changes->tasks = dd_realloc(changes->tasks, changes->cap * sizeof(*changes->tasks));
	}
	changes->tasks[changes->count++] = task;
}

/* Tables whose keys begin with a task. */
static bool of_a_task(uint8_t table)
{
	return table == VIEW_TASK || table == VIEW_LIFE || table == VIEW_DIGEST_BY_TASK ||
	       table == VIEW_UNDO || table == VIEW_ASK || table == VIEW_FIELDS ||
	       table == VIEW_PROMISE || table == VIEW_FILE_OF || table == VIEW_TALK;
}

static bool of_many(uint8_t table)
{
	return table == VIEW_DAYS || table == VIEW_SETTING || table == VIEW_UNIT ||
	       table == VIEW_RULE || table == VIEW_SUBSCRIPTION || table == VIEW_GRANT_BY_UNIT ||
	       table == VIEW_CHARGE;
}

/* Tables whose keys are a plan's code. */
static bool of_a_plan(uint8_t table)
{
	return table == VIEW_PLAN || table == VIEW_START;
}

static void add_plan(struct view_changes *changes, const struct memtable_entry *entry)
{
	const char *code = (const char *)entry->key + 1;
	const size_t len = entry->key_len - 1;

	if (len == 0 || len > sizeof(changes->plans[0]) || code[len - 1] != '\0') {
		changes->all = true;
		return;
	}
	for (size_t i = 0; i < changes->plan_count; i++)
		if (strcmp(changes->plans[i], code) == 0)
			return;
	if (changes->plan_count == VIEW_CHANGES_FEW)
		changes->all = true;
	else
		memcpy(changes->plans[changes->plan_count++], code, len);
}

/* What it said may be planned again, and it does not tell of which tasks that was. */
static void note_drop(struct view_changes *changes, const struct memtable_entry *entry)
{
	struct view_digest digest;

	if (entry->state != MEMTABLE_PRESENT || entry->val_len != sizeof(digest))
		return;
	memcpy(&digest, entry->val, sizeof(digest));
	if (digest.unsaid == 0)
		return;
	if (changes->drop_count == VIEW_CHANGES_FEW)
		changes->all = true;
	else
		memcpy(changes->drops[changes->drop_count++], digest.id, sizeof(digest.id));
}

void view_changes_note(struct view_changes *changes, const struct memtable *step)
{
	const struct memtable_entry *entry;

	for (size_t at = 0; !changes->all && memtable_each(step, &at, &entry);) {
		const uint8_t table = entry->key[0];

		if (of_a_task(table) && entry->key_len >= 9)
			add_task(changes, dd_key_get_u64(entry->key + 1));
		else if (of_many(table))
			changes->all = true;
		else if (of_a_plan(table))
			add_plan(changes, entry);
		else if (table == VIEW_SILENCE)
			changes->silences = true;
		else if (table == VIEW_DIGEST)
			note_drop(changes, entry);
	}
}
