/* view_fix_count.c - which of a task's moments count for a day: all that are known to be right now,
 * or, for a day that a report has locked, all that were taken for right then. */
#include "common/view/view_fix.h"
#include "common/view/view_walk.h"
#include "dondoc/v1/command.pb-c.h"
#include <string.h>

static void note_void(struct view_voids *voids, uint64_t from, uint64_t by)
{
	if (voids->count == VIEW_VOIDS_MAX) {
		memmove(&voids->items[0], &voids->items[1],
			(VIEW_VOIDS_MAX - 1) * sizeof(voids->items[0]));
		voids->count--;
	}
	voids->items[voids->count++] = (struct view_void){.from = from, .by = by};
}

int view_voids_get(struct dd_txn *txn, uint64_t task, struct view_voids *out)
{
	struct dd_cursor *cursor;
	struct dd_error err;
	struct dd_key prefix;
	struct dd_val key, val;
	int rc = dd_cursor_open(txn, &cursor, &err);

	out->count = 0;
	if (rc != DD_OK)
		return rc;
	view_key_u64(&prefix, VIEW_VOID, task);
	for (rc = dd_cursor_seek(cursor, prefix.data, prefix.len, prefix.len, &key, &val);
	     rc == DD_OK; rc = dd_cursor_next(cursor, &key, &val)) {
		uint64_t by = 0;

		if (val.len == sizeof(by))
			memcpy(&by, val.data, sizeof(by));
		note_void(out, dd_key_get_u64((const uint8_t *)key.data + prefix.len), by);
	}
	dd_cursor_close(cursor);
	return rc == DD_ERR_NOT_FOUND ? DD_OK : rc;
}

bool view_moment_counts(const struct view_voids *voids, uint64_t moment, uint64_t locked)
{
	for (size_t i = 0; i < voids->count; i++) {
		const struct view_void *v = &voids->items[i];

		if (moment >= v->from && moment < v->by && (locked == 0 || v->by <= locked))
			return false;
	}
	return true;
}

/* The position that a report shows, if it locks the day for the plan; 0 = it does not. */
static uint64_t locks(const struct view_walk *walk, const char *plan, int32_t day)
{
	const uint8_t *packed = (const uint8_t *)walk->val.data + sizeof(int64_t);
	Dondoc__V1__IssueReport *report;
	uint64_t at = 0;

	if (walk->val.len < sizeof(int64_t))
		return 0;
	report = dondoc__v1__issue_report__unpack(NULL, walk->val.len - sizeof(int64_t), packed);
	if (report && report->as_of_day == day &&
	    (report->plan[0] == '\0' || strcmp(report->plan, plan) == 0))
		at = report->sequence != 0 ? report->sequence : view_walk_number(walk) ^ UINT64_MAX;
	dondoc__v1__issue_report__free_unpacked(report, NULL);
	return at;
}

int view_locked_by(struct view *view, const char *plan, int32_t day, uint64_t *sequence_out,
		   struct dd_error *err)
{
	struct view_walk walk;
	struct dd_key key;
	int rc;

	*sequence_out = 0;
	dd_key_begin(&key, VIEW_REPORT);
	rc = view_walk_open(view, &key, &walk, err);
	if (rc != DD_OK)
		return rc;
	while (view_walk_next(&walk)) {
		uint64_t at = locks(&walk, plan, day);

		if (at != 0 && (*sequence_out == 0 || at < *sequence_out))
			*sequence_out = at;
	}
	view_walk_close(&walk);
	return walk.rc == DD_OK ? DD_OK : dd_fail(err, walk.rc, "the view's store cannot be read");
}
