/* cli_backup_log.c - the log's share of a backup: full segments as plain files, the last one up to
 * the head that was told. Below that the bytes of a running log do not change. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/eventlog/segment.h"
#include "services/cli/cli_backup_make.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Where the frame that ends with `head` ends. */
static int find_end(const char *log, uint64_t base, const struct dd_position *head,
		    uint64_t *end_out, uint64_t *size_out, struct dd_error *err)
{
	struct dd_segment_file file;
	struct dd_frame_info info;
	const uint8_t *data;
	uint64_t at = DD_SEGMENT_HEADER;
	int rc = dd_segment_open(&file, log, base, false, err);

	if (rc != 0)
		return rc;
	*size_out = file.header.size;
	for (;;) {
		rc = dd_segment_look(&file, at, DD_FRAME_HEADER, &data, err);
		if (rc != 0)
			break;
		if (dd_frame_info(data, DD_FRAME_HEADER, &info) != 0 ||
		    info.base > head->sequence || info.length > file.header.size - at) {
			rc = dd_fail(err, DD_ERR_CORRUPT,
				     "%s does not have record %" PRIu64
				     " where it should be: see dondoc log verify",
				     file.path, head->sequence);
			break;
		}
		at += info.length;
		if (info.flags != DD_FRAME_SEGMENT_END &&
		    info.base + info.count - 1 >= head->sequence)
			break;
	}
	dd_segment_close(&file);
	*end_out = at;
	return rc;
}

static int store_segment(struct cli_backup_job *job, const char *log, uint64_t base, bool full,
			 const struct dd_position *head, struct dd_error *err)
{
	char name[DD_SEGMENT_NAME];
	char *from = dd_path(log, dd_segment_name(base, ".seg", name));
	char *path = dd_path("task/log", name);
	struct cli_backup_piece piece = {.from = from};
	int rc = 0;

	if (!full)
		rc = find_end(log, base, head, &piece.len, &piece.size, err);
	if (rc == 0)
		rc = cli_backup_store(job, &piece, path, err);
	free(path);
	free(from);
	return rc;
}

int cli_backup_log(struct cli_backup_job *job, const struct dd_position *head, struct dd_error *err)
{
	char *log = dd_path(job->base, "task/log");
	uint64_t *bases = NULL;
	size_t count = 0;
	int rc = 0;

	job->now.at = *head;
	if (job->former_dir != NULL && memcmp(job->former.at.log_id, head->log_id, DD_ID_LEN) != 0)
		rc = dd_fail(err, DD_ERR_REFUSED,
			     "%s holds backups of another log: give a folder of its own", job->set);
	if (rc == 0)
		rc = dd_segment_list(log, &bases, &count, err);
	for (size_t i = 0; rc == 0 && i < count && bases[i] <= head->sequence; i++) {
		bool full = i + 1 < count && bases[i + 1] - 1 <= head->sequence;

		rc = store_segment(job, log, bases[i], full, head, err);
	}
	free(bases);
	free(log);
	return rc;
}
