/* cli_backup_make.c - see cli_backup_make.h: beginning, storing a file, the end. */
#include "services/cli/cli_backup_make.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/file.h"
#include "services/cli/cli_backup_check.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CHECKPOINT_MAX 4096
#define TRIES          3

/* --- beginning -------------------------------------------------------------------------------- */

/* Backups below what is backed up would grow without end, and one within another hides both. */
static int check_place(const struct cli_backup_job *job, struct dd_error *err)
{
	char *set = realpath(job->set, NULL), *base = realpath(job->base, NULL);
	char *manifest = dd_path(job->set, CLI_MANIFEST);
	size_t len = base != NULL ? strlen(base) : 0;
	int rc = 0;

	if (base == NULL)
		rc = dd_fail_errno(err, DD_ERR_NOT_FOUND, errno, "cannot open %s", job->base);
	else if (set != NULL && strncmp(set, base, len) == 0 &&
		 (set[len] == '/' || set[len] == '\0'))
		rc = dd_fail(
			err, DD_ERR_REFUSED,
			"%s lies within %s, which is to be backed up: give a folder elsewhere, "
			"on another disk",
			job->set, job->base);
	else if (access(manifest, F_OK) == 0)
		rc = dd_fail(err, DD_ERR_REFUSED,
			     "%s is one backup: give the folder above, which holds the set",
			     job->set);
	free(manifest);
	free(set);
	free(base);
	return rc;
}

static int take_lock(struct cli_backup_job *job, struct dd_error *err)
{
	char *path = dd_path(job->set, "LOCK");
	int rc = 0;

	job->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (job->lock_fd < 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot open %s", path);
	else if (flock(job->lock_fd, LOCK_EX | LOCK_NB) != 0)
		rc = dd_fail(err, DD_ERR_REFUSED, "another backup is being made in %s", job->set);
	free(path);
	return rc;
}

/* The newest whole one; one whose manifest is damaged is no help, and is told by `verify`. */
static int find_former(struct cli_backup_job *job, struct dd_error *err)
{
	struct cli_backup_names names;
	struct dd_error ignored;
	int rc = cli_backup_set(job->set, &names, err);

	if (rc != 0)
		return rc;
	for (size_t i = names.count; i > 0 && job->former_dir == NULL; i--) {
		char *dir = dd_path(job->set, names.items[i - 1]);

		if (cli_manifest_read(dir, &job->former, &ignored) == 0)
			job->former_dir = dir;
		else
			free(dir);
	}
	cli_backup_names_fini(&names);
	return 0;
}

static int read_checkpoint(struct cli_backup_job *job, struct dd_error *err)
{
	char *log = dd_path(job->base, "task/log");
	char *at = dd_path(log, "checkpoint"), *public = dd_path(log, "checkpoint.pub");
	int rc = dd_file_read(at, CHECKPOINT_MAX, &job->checkpoint, err);

	if (rc == 0)
		rc = dd_file_read(public, CHECKPOINT_MAX, &job->checkpoint_public, err);
	if (rc == DD_ERR_NOT_FOUND)
		rc = dd_fail(err, DD_ERR_NOT_FOUND, "there is no log of a task service in %s", log);
	free(public);
	free(at);
	free(log);
	return rc;
}

int cli_backup_begin(struct cli_backup_job *job, struct dd_error *err)
{
	char *manifest;
	int rc;

	job->lock_fd = -1;
	rc = check_place(job, err);
	if (rc == 0)
		rc = dd_dir_make(job->set, err);
	if (rc == 0)
		rc = check_place(job, err); /* now that it can be resolved */
	if (rc == 0)
		rc = take_lock(job, err);
	if (rc == 0)
		rc = find_former(job, err);
	if (rc == 0)
		rc = read_checkpoint(job, err);
	if (rc != 0)
		return rc;
	job->part = dd_path(job->set, CLI_BACKUP_UNFINISHED);
	manifest = dd_path(job->part, CLI_MANIFEST);
	if (unlink(manifest) != 0 && errno != ENOENT && errno != ENOTDIR)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot remove %s", manifest);
	free(manifest);
	return rc != 0 ? rc : dd_dir_make(job->part, err);
}

void cli_backup_end(struct cli_backup_job *job)
{
	cli_manifest_fini(&job->former);
	cli_manifest_fini(&job->now);
	dd_buf_fini(&job->checkpoint);
	dd_buf_fini(&job->checkpoint_public);
	free(job->former_dir);
	free(job->part);
	if (job->lock_fd >= 0)
		(void)close(job->lock_fd);
}

/* --- one file --------------------------------------------------------------------------------- */

/* What lies at `path` is what it should be. */
static bool is_there(const char *path, const struct cli_backup_sum *sum)
{
	struct cli_backup_sum there;
	struct dd_error ignored;
	struct stat about;

	return lstat(path, &about) == 0 && S_ISREG(about.st_mode) &&
	       (uint64_t)about.st_size == sum->size &&
	       cli_backup_read(path, &there, &ignored) == 0 && cli_backup_same(&there, sum);
}

/* The same file in the backup before, read once more: a damaged one is not handed on. */
static bool link_former(struct cli_backup_job *job, const char *path, const char *to,
			const struct cli_backup_sum *sum)
{
	const struct cli_backup_entry *entry =
		job->former_dir != NULL ? cli_manifest_find(&job->former, path) : NULL;
	char *from;
	bool linked;

	if (entry == NULL || !cli_backup_same(&entry->sum, sum))
		return false;
	from = dd_path(job->former_dir, path);
	(void)unlink(to);
	linked = is_there(from, sum) && link(from, to) == 0;
	free(from);
	return linked;
}

static int store_sum(struct cli_backup_job *job, const struct cli_backup_piece *piece,
		     const char *path, const struct cli_backup_sum *sum, struct dd_error *err)
{
	char *to = dd_path(job->part, path);
	int rc = cli_backup_parents(job->part, path, err);

	if (rc == 0 && is_there(to, sum)) {
		job->kept += sum->size;
	} else if (rc == 0 && link_former(job, path, to, sum)) {
		job->linked += sum->size;
	} else if (rc == 0 && piece != NULL) {
		rc = cli_backup_copy(piece, to, sum, err);
		job->copied += rc == 0 ? sum->size : 0;
	} else if (rc == 0) {
		rc = DD_ERR_NOT_FOUND;
	}
	if (rc == 0)
		cli_manifest_add(&job->now, path, sum);
	free(to);
	return rc;
}

/* A redaction may exchange a segment meanwhile. */
int cli_backup_store(struct cli_backup_job *job, const struct cli_backup_piece *piece,
		     const char *path, struct dd_error *err)
{
	struct cli_backup_sum sum;
	int rc = DD_ERR_CONFLICT;

	for (int i = 0; rc == DD_ERR_CONFLICT && i < TRIES; i++) {
		rc = cli_backup_piece_sum(piece, &sum, err);
		if (rc == 0)
			rc = store_sum(job, piece, path, &sum, err);
	}
	return rc;
}

/* Bytes that are in memory. */
static int store_bytes(struct cli_backup_job *job, const struct dd_buf *bytes, const char *path,
		       struct dd_error *err)
{
	struct cli_backup_sum sum = {.size = bytes->len};
	char *to = dd_path(job->part, path);
	int rc = cli_backup_parents(job->part, path, err);

	dd_hash(bytes->data, bytes->len, sum.hash);
	if (rc == 0)
		rc = dd_file_write(to, bytes->data, bytes->len, 0600, err);
	if (rc == 0 && !is_there(to, &sum))
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "%s reads back otherwise than it was written: use another disk", to);
	if (rc == 0)
		cli_manifest_add(&job->now, path, &sum);
	free(to);
	return rc;
}

/* --- files by their hash ---------------------------------------------------------------------- */

void cli_backup_missing(struct cli_backup_job *job, const char *path,
			const uint8_t hash[DD_HASH_LEN])
{
	const struct cli_backup_entry *entry = cli_manifest_find(&job->former, path);
	struct cli_backup_sum wanted = {.size = entry != NULL ? entry->sum.size : 0};
	struct dd_error ignored;

	memcpy(wanted.hash, hash, DD_HASH_LEN);
	if (entry == NULL || store_sum(job, NULL, path, &wanted, &ignored) != 0)
		cli_manifest_lack(&job->now, path, hash);
}

/* What its name says decides: damage in place, a place that cannot be read too, is mended from the
 * backup before, or told. */
static int store_named(struct cli_backup_job *job, const char *folder, const char *name,
		       struct dd_error *err)
{
	struct dd_buf path = {0}, from = {0};
	struct cli_backup_piece piece = {0};
	struct cli_backup_sum sum;
	uint8_t wanted[DD_HASH_LEN];
	int rc;

	if (dd_hex_parse(name, wanted, DD_HASH_LEN) != 0)
		return 0; /* on its way, or none of ours */
	dd_buf_printf(&path, "%s/%s", folder, name);
	dd_buf_printf(&from, "%s/%s", job->base, dd_buf_cstr(&path));
	piece.from = dd_buf_cstr(&from);
	rc = cli_backup_read(piece.from, &sum, err);
	if (rc == 0 && memcmp(sum.hash, wanted, DD_HASH_LEN) == 0) {
		rc = store_sum(job, &piece, dd_buf_cstr(&path), &sum, err);
	} else if (rc == 0 || rc == DD_ERR_CORRUPT) {
		rc = 0;
		cli_backup_missing(job, dd_buf_cstr(&path), wanted);
	} else if (rc == DD_ERR_NOT_FOUND) {
		rc = 0; /* destroyed by order meanwhile */
	}
	dd_buf_fini(&path);
	dd_buf_fini(&from);
	return rc;
}

static int store_folder(struct cli_backup_job *job, const char *folder, struct dd_error *err)
{
	char *dir = dd_path(job->base, folder);
	struct cli_backup_names names;
	int rc = cli_backup_list(dir, &names, err);

	for (size_t i = 0; rc == 0 && i < names.count; i++)
		rc = store_named(job, folder, names.items[i], err);
	cli_backup_names_fini(&names);
	free(dir);
	return rc;
}

int cli_backup_files(struct cli_backup_job *job, struct dd_error *err)
{
	int rc = store_bytes(job, &job->checkpoint, "task/log/checkpoint", err);

	if (rc == 0)
		rc = store_bytes(job, &job->checkpoint_public, "task/log/checkpoint.pub", err);
	if (rc == 0)
		rc = store_folder(job, "task/files", err);
	return rc != 0 ? rc : store_folder(job, "reporting/files", err);
}

/* --- the end ---------------------------------------------------------------------------------- */

struct sweep {
	const char *root;
	const struct cli_backup_manifest *manifest;
};

/* What an earlier run left and nobody wants any more. */
static int sweep_file(void *arg, const char *path)
{
	const struct sweep *sweep = arg;
	char *whole;

	if (strcmp(path, CLI_MANIFEST) == 0 || cli_manifest_find(sweep->manifest, path) != NULL)
		return 0;
	whole = dd_path(sweep->root, path);
	(void)unlink(whole);
	free(whole);
	return 0;
}

static int name_it(struct cli_backup_job *job, char **dir_out, struct dd_error *err)
{
	time_t made = (time_t)(job->now.made_us / DD_SECOND_US);
	struct tm utc;
	char name[80], stamp[32];
	char *dir;

	(void)gmtime_r(&made, &utc);
	(void)strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	(void)snprintf(name, sizeof(name), "%s-%" PRIu64, stamp, job->now.at.sequence);
	dir = dd_path(job->set, name);
	if (rename(job->part, dir) != 0) {
		int rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot name %s", dir);

		free(dir);
		return rc;
	}
	*dir_out = dir;
	return dd_dir_sync(job->set, err);
}

/* What the event will say is there, is there. */
static int read_again(const struct cli_backup_job *job, const char *dir, struct dd_error *err)
{
	struct cli_backup_manifest back;
	int rc = cli_manifest_read(dir, &back, err);

	if (rc == 0 && memcmp(back.hash, job->now.hash, DD_HASH_LEN) != 0)
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "the manifest of %s reads back otherwise than it was written", dir);
	cli_manifest_fini(&back);
	return rc;
}

int cli_backup_finish(struct cli_backup_job *job, char **dir_out, struct dd_error *err)
{
	struct sweep sweep = {job->part, &job->now};
	char *log = dd_path(job->part, "task/log");
	int rc = cli_backup_check_log(log, &job->now.at, err);

	free(log);
	job->now.made_us = dd_wall_us();
	if (rc == 0)
		rc = cli_backup_flush(job->part, err);
	if (rc == 0)
		rc = cli_manifest_write(job->part, &job->now, err);
	if (rc == 0)
		rc = cli_backup_walk(job->part, sweep_file, &sweep, err);
	if (rc == 0)
		rc = name_it(job, dir_out, err);
	return rc != 0 ? rc : read_again(job, *dir_out, err);
}
