/* restore_mark.c - see restore_mark.h. */
#include "common/eventlog/restore_mark.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/sys.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK_MAX 1024

int dd_restore_mark_write(const char *dir, const struct dd_restore_mark *mark, struct dd_error *err)
{
	char id[2 * DD_ID_LEN + 1], chain[2 * DD_HASH_LEN + 1], reason[DD_RESTORE_REASON];
	char *path = dd_path(dir, DD_RESTORE_MARK);
	struct dd_buf text = {0};
	int rc;

	(void)snprintf(reason, sizeof(reason), "%s", mark->reason);
	for (char *at = reason; *at; at++)
		if ((unsigned char)*at < ' ')
			*at = ' ';
	dd_buf_printf(&text,
		      "dondoc restored 1\nlog %s\nsequence %" PRIu64 "\nchain %s\nfrom %" PRIu32
		      "\nincarnation %" PRIu32 "\nreason %s\n",
		      dd_hex(mark->at.log_id, DD_ID_LEN, id), mark->at.sequence,
		      dd_hex(mark->at.chain, DD_HASH_LEN, chain), mark->at.incarnation,
		      mark->incarnation, reason);
	rc = dd_file_write(path, text.data, text.len, 0600, err);
	dd_buf_fini(&text);
	free(path);
	return rc;
}

static int parse(const char *text, struct dd_restore_mark *mark)
{
	char id[2 * DD_ID_LEN + 1], chain[2 * DD_HASH_LEN + 1];
	int end = 0;
	size_t len;

	if (sscanf(text,
		   "dondoc restored 1\nlog %32[0-9a-f]\nsequence %" SCNu64
		   "\nchain %64[0-9a-f]\nfrom %" SCNu32 "\nincarnation %" SCNu32 "\nreason%n",
		   id, &mark->at.sequence, chain, &mark->at.incarnation, &mark->incarnation,
		   &end) != 5 ||
	    end == 0 || text[end] != ' ')
		return DD_ERR_CORRUPT;
	len = strcspn(text + end + 1, "\n");
	if (text[(size_t)end + 1 + len] != '\n' || len >= sizeof(mark->reason))
		return DD_ERR_CORRUPT;
	memcpy(mark->reason, text + end + 1, len);
	if (dd_hex_parse(id, mark->at.log_id, DD_ID_LEN) != 0 ||
	    dd_hex_parse(chain, mark->at.chain, DD_HASH_LEN) != 0 ||
	    mark->incarnation <= mark->at.incarnation || mark->at.sequence == 0)
		return DD_ERR_CORRUPT;
	return 0;
}

int dd_restore_mark_read(const char *dir, struct dd_restore_mark *mark_out, struct dd_error *err)
{
	char *path = dd_path(dir, DD_RESTORE_MARK);
	struct dd_buf text = {0};
	int rc = dd_file_read(path, MARK_MAX, &text, err);

	memset(mark_out, 0, sizeof(*mark_out));
	if (rc == 0 && parse(dd_buf_cstr(&text), mark_out) != 0)
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "%s cannot be read: restore the backup once more into an empty folder",
			     path);
	dd_buf_fini(&text);
	free(path);
	return rc;
}

int dd_restore_mark_remove(const char *dir, struct dd_error *err)
{
	char *path = dd_path(dir, DD_RESTORE_MARK);
	int rc = 0;

	if (dd_sys()->unlink(dd_sys()->ctx, path) != 0 && errno != ENOENT)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot remove %s", path);
	free(path);
	return rc != 0 ? rc : dd_dir_sync(dir, err);
}

int dd_restore_mark_fits(const struct dd_restore_mark *mark, struct dd_eventlog *log,
			 bool *begun_out, struct dd_error *err)
{
	struct dd_position head = dd_eventlog_head(log), there = head;
	int rc = 0;

	*begun_out = head.sequence > mark->at.sequence;
	if (*begun_out)
		rc = dd_eventlog_position(log, mark->at.sequence, &there, err);
	if (rc != 0)
		return rc;
	if (memcmp(there.log_id, mark->at.log_id, DD_ID_LEN) != 0 ||
	    there.sequence != mark->at.sequence ||
	    memcmp(there.chain, mark->at.chain, DD_HASH_LEN) != 0 ||
	    (*begun_out && head.incarnation < mark->incarnation))
		return dd_fail(err, DD_ERR_REFUSED,
			       "the file %s says that the log was restored up to record %" PRIu64
			       ", but the log is another one (it ends at %" PRIu64
			       "): restore the backup once more into an empty folder",
			       DD_RESTORE_MARK, mark->at.sequence, head.sequence);
	return 0;
}
