/* view_query_backup.c - the backups that cover the log, newest first, and its last restore. */
#include "common/view/view_answer.h"
#include "common/view/view_backup.h"
#include <string.h>

#define ROWS_DEFAULT 50u
#define ROWS_MAX     1000u

/* NULL with words. */
static Dondoc__V1__BackupRow *make_row(struct answering *answering, const struct answer_walk *walk)
{
	Dondoc__V1__BackupRow *row = pool_alloc(&answering->pool, sizeof(*row));
	ProtobufCAllocator allocator = answer_allocator(answering);
	const uint8_t *at = walk->val.data;
	Dondoc__V1__CoverBackup *said = NULL;

	if (walk->val.len > sizeof(int64_t) && walk->key.len == 1 + sizeof(uint64_t))
		said = dondoc__v1__cover_backup__unpack(&allocator, walk->val.len - sizeof(int64_t),
							at + sizeof(int64_t));
	if (!said) {
		dd_fail(answering->err, DD_ERR_CORRUPT, "a backup cannot be read from the view");
		return NULL;
	}
	dondoc__v1__backup_row__init(row);
	memcpy(&row->recorded_us, at, sizeof(int64_t));
	row->sequence = UINT64_MAX - dd_key_get_u64((const uint8_t *)walk->key.data + 1);
	row->position = said->position;
	row->manifest = said->manifest;
	row->label = said->label;
	row->bytes = said->bytes;
	row->files = said->files;
	row->with_secrets = said->with_secrets;
	return row;
}

static int list_rows(struct answering *answering, uint32_t limit, Dondoc__V1__BackupList *list)
{
	struct answer_rows rows = {0};
	struct answer_walk walk;
	struct dd_key prefix;
	int rc;

	dd_key_begin(&prefix, VIEW_BACKUP);
	rc = answer_walk_open(answering, &prefix, &walk);
	if (rc != DD_OK)
		return rc;
	while (rc == DD_OK && answer_walk_next(&walk)) {
		Dondoc__V1__BackupRow *row;

		if (rows.count == limit) {
			list->rows_cut = true;
			break;
		}
		row = make_row(answering, &walk);
		if (row)
			answer_rows_add(answering, &rows, row);
		else
			rc = DD_ERR_CORRUPT;
	}
	answer_walk_close(&walk);
	list->rows = (Dondoc__V1__BackupRow **)rows.items;
	list->n_rows = rows.count;
	return rc == DD_OK ? walk.rc : rc;
}

static int set_restore(struct answering *answering, Dondoc__V1__BackupList *list)
{
	Dondoc__V1__RestoreState *state = pool_alloc(&answering->pool, sizeof(*state));
	struct view_restore *restore = pool_alloc(&answering->pool, sizeof(*restore));
	struct dd_key key;
	struct dd_val val;
	int rc;

	view_key_text(&key, VIEW_META, "restore");
	rc = answer_get(answering, &key, &val);
	if (rc == DD_ERR_NOT_FOUND)
		return DD_OK;
	if (rc != DD_OK || val.len != sizeof(*restore))
		return dd_fail(answering->err, DD_ERR_CORRUPT,
			       "the last restore cannot be read from the view");
	memcpy(restore, val.data, sizeof(*restore));
	dondoc__v1__restore_state__init(state);
	state->incarnation = restore->incarnation;
	state->cut_after = restore->cut_after;
	state->restored_us = restore->restored_us;
	state->reason = restore->reason;
	state->released = restore->released;
	state->told_until_day = restore->told_until_day;
	list->restore = state;
	return DD_OK;
}

int answer_list_backups(struct answering *answering, const Dondoc__V1__Query *query)
{
	Dondoc__V1__BackupList *list = pool_alloc(&answering->pool, sizeof(*list));
	uint32_t limit = query->list_backups->limit;
	int rc;

	if (limit == 0)
		limit = ROWS_DEFAULT;
	else if (limit > ROWS_MAX)
		limit = ROWS_MAX;
	dondoc__v1__backup_list__init(list);
	rc = list_rows(answering, limit, list);
	if (rc == DD_OK)
		rc = set_restore(answering, list);
	answering->answer.what_case = DONDOC__V1__ANSWER__WHAT_BACKUPS;
	answering->answer.backups = list;
	return rc;
}
