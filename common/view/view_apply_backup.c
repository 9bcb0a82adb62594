/* view_apply_backup.c - see view_backup.h. */
#include "common/view/view_apply.h"
#include "common/view/view_backup.h"
#include "common/view/view_records.h"
#include <string.h>

int view_covered(struct view *view, bool with_batch, struct view_covered *out)
{
	struct dd_key key;

	view_key_text(&key, VIEW_META, "covered");
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

int view_restore(struct view *view, bool with_batch, struct view_restore *out)
{
	struct dd_key key;

	view_key_text(&key, VIEW_META, "restore");
	return view_struct_get(view, with_batch, &key, out, sizeof(*out));
}

static void put_restore(struct apply *apply, const struct view_restore *restore)
{
	struct dd_key key;

	view_key_text(&key, VIEW_META, "restore");
	view_put(apply->view, &key, restore, sizeof(*restore));
}

int apply_incarnation(struct apply *apply, const void *body)
{
	const Dondoc__V1__Incarnation *event = body;
	struct view_restore restore = {.sequence = apply->event->sequence,
				       .cut_after = event->cut_after,
				       .restored_us = apply->event->header->record_us,
				       .incarnation = event->incarnation};

	if (event->cut_after >= apply->event->sequence)
		return apply_contradiction(apply, "it names a cut behind itself");
	view_text_copy(restore.reason, sizeof(restore.reason), event->reason);
	put_restore(apply, &restore);
	return DD_OK;
}

int apply_restore_released(struct apply *apply, const void *body)
{
	const Dondoc__V1__RestoreReleased *event = body;
	struct view_restore restore;
	int rc = view_restore(apply->view, true, &restore);

	if (rc == DD_ERR_NOT_FOUND || (rc == DD_OK && restore.incarnation != event->incarnation))
		return apply_contradiction(apply, "there is no such restore");
	if (rc != DD_OK)
		return dd_fail(apply->err, rc, "the view's store cannot be read");
	restore.released = apply->event->sequence;
	restore.told_until_day = event->told_until_day;
	put_restore(apply, &restore);
	return DD_OK;
}

static void put_row(struct apply *apply, const Dondoc__V1__CoverBackup *said)
{
	struct dd_buf *buf = &apply->view->scratch;
	size_t len = dondoc__v1__cover_backup__get_packed_size(said);
	struct dd_key key;

	dd_key_begin(&key, VIEW_BACKUP);
	dd_key_u64(&key, UINT64_MAX - apply->event->sequence);
	dd_buf_clear(buf);
	dd_buf_add(buf, &apply->event->header->record_us, sizeof(int64_t));
	dondoc__v1__cover_backup__pack(said, dd_buf_reserve(buf, len));
	view_put(apply->view, &key, buf->data, sizeof(int64_t) + len);
}

int apply_backup_covered(struct apply *apply, const void *body)
{
	const Dondoc__V1__CoverBackup *said = ((const Dondoc__V1__BackupCovered *)body)->said;
	struct view_covered covered = {.sequence = apply->event->sequence};
	struct view_covered before;
	struct dd_key key;
	int rc = view_covered(apply->view, true, &before);

	if (!said || !said->position || said->position->chain.len != DD_HASH_LEN)
		return apply_contradiction(apply, "it names no position");
	if (rc != DD_OK && rc != DD_ERR_NOT_FOUND)
		return dd_fail(apply->err, rc, "the view's store cannot be read");
	put_row(apply, said);
	if (rc == DD_OK && before.covered >= said->position->sequence)
		return DD_OK; /* an older copy takes nothing back */
	covered.covered = said->position->sequence;
	covered.incarnation = said->position->incarnation;
	memcpy(covered.chain, said->position->chain.data, DD_HASH_LEN);
	view_key_text(&key, VIEW_META, "covered");
	view_put(apply->view, &key, &covered, sizeof(covered));
	return DD_OK;
}
