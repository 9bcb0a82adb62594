/* cli_restore_make.c - see cli_restore_make.h. */
#include "services/cli/cli_restore_make.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "services/cli/cli_backup_check.h"
#include "services/cli/cli_seal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MAX ((size_t)8 << 20)
#define HALF       ".restoring"

/* --- alone ------------------------------------------------------------------------------------ */

int cli_restore_lock(struct cli_restore_job *job, struct dd_error *err)
{
	int rc = dd_dir_make(job->base, err);

	if (rc != 0)
		return rc;
	/* The folder itself is locked: no file of ours stays in it. */
	job->lock_fd = open(job->base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (job->lock_fd < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot open %s", job->base);
	if (flock(job->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return dd_fail(err, DD_ERR_REFUSED,
			       "another restore into %s is running: wait for it, or give another "
			       "folder with --data",
			       job->base);
	return 0;
}

/* --- what may be in the way ------------------------------------------------------------------- */

static int check_empty(const char *base, const char *name, struct dd_error *err)
{
	char *dir = dd_path(base, name);
	int rc = 0;

	if (!cli_backup_empty(dir))
		rc = dd_fail(err, DD_ERR_REFUSED,
			     "%s is not empty: stop the services, move that folder away (do not "
			     "delete it before all is well again), and restore then",
			     dir);
	free(dir);
	return rc;
}

/* An earlier run got as far as the last folder: what lies beside it is ours. */
static bool begun_before(const struct cli_restore_job *job)
{
	char *half = dd_path(job->base, "task" HALF);
	bool begun = access(half, F_OK) == 0;

	free(half);
	return begun;
}

int cli_restore_check(const struct cli_restore_job *job, struct dd_error *err)
{
	int rc = check_empty(job->base, "task", err);

	if (rc == 0 && !begun_before(job))
		rc = check_empty(job->base, "reporting", err);
	if (rc == 0 && job->secrets != NULL && !cli_backup_empty(job->secrets))
		rc = dd_fail(err, DD_ERR_REFUSED,
			     "%s is not empty: give an empty folder for keys and settings",
			     job->secrets);
	if (rc == 0 && job->secrets != NULL && job->manifest.secrets == CLI_SECRETS_NO)
		rc = dd_fail(err, DD_ERR_REFUSED, "%s was made without keys and settings",
			     job->backup);
	if (rc == 0 && job->secrets != NULL && job->manifest.secrets == CLI_SECRETS_SEALED &&
	    job->seal == NULL)
		rc = dd_fail(err, DD_ERR_REFUSED,
			     "keys and settings in %s are sealed: give --passphrase-file",
			     job->backup);
	return rc;
}

/* --- copying ---------------------------------------------------------------------------------- */

/* Whoever owns the folder above runs the services. */
static int give_to_owner(const struct cli_restore_job *job, const char *path, struct dd_error *err)
{
	struct stat about;

	if (geteuid() != 0 || stat(job->base, &about) != 0 || about.st_uid == 0)
		return 0;
	if (lchown(path, about.st_uid, about.st_gid) != 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "cannot give %s to its owner", path);
	return 0;
}

static bool is_right(const char *path, const struct cli_backup_sum *sum)
{
	struct cli_backup_sum there;
	struct dd_error ignored;

	return cli_backup_read(path, &there, &ignored) == 0 && cli_backup_same(&there, sum);
}

/* With real zeros behind a segment's end: a flush then changes no metadata. */
static int put_file(struct cli_restore_job *job, const struct cli_backup_entry *entry,
		    const char *root, const char *name, struct dd_error *err)
{
	char *from = dd_path(job->backup, entry->path), *to = dd_path(root, name);
	const struct cli_backup_piece piece = {.from = from};
	int rc = cli_backup_parents(root, name, err);

	if (rc == 0 && !is_right(to, &entry->sum))
		rc = cli_backup_copy(&piece, to, &entry->sum, err);
	job->files++;
	job->bytes += entry->sum.size;
	free(from);
	free(to);
	return rc;
}

/* Every entry whose path begins with `prefix`, below `root`. */
static int put_part(struct cli_restore_job *job, const char *prefix, const char *root,
		    struct dd_error *err)
{
	const size_t len = strlen(prefix);
	int rc = dd_dir_make(root, err);

	for (size_t i = 0; rc == 0 && i < job->manifest.count; i++) {
		const struct cli_backup_entry *entry = &job->manifest.entries[i];

		if (strncmp(entry->path, prefix, len) == 0)
			rc = put_file(job, entry, root, entry->path + len, err);
	}
	return rc;
}

/* --- the signing key -------------------------------------------------------------------------- */

static int read_secret(struct cli_restore_job *job, const struct cli_backup_entry *entry,
		       struct dd_buf *out, struct dd_error *err)
{
	char *path = dd_path(job->backup, entry->path);
	struct dd_buf sealed = {0};
	int rc;

	if (job->manifest.secrets != CLI_SECRETS_SEALED) {
		rc = dd_file_read(path, SECRET_MAX, out, err);
	} else {
		rc = dd_file_read(path, SECRET_MAX, &sealed, err);
		if (rc == 0)
			rc = cli_seal_get(job->seal, entry->path, &sealed, out, err);
		dd_buf_fini(&sealed);
	}
	free(path);
	return rc;
}

static void wipe(struct dd_buf *secret)
{
	if (secret->data != NULL)
		explicit_bzero(secret->data, secret->cap);
	dd_buf_fini(secret);
}

/* The key with which the log signs. Without it the log makes a new one, and the former signature
 * goes: it was checked with the backup. */
static int put_signing_key(struct cli_restore_job *job, const char *task, struct dd_error *err)
{
	const struct cli_backup_entry *entry =
		cli_manifest_find(&job->manifest, "secrets/checkpoint.key");
	char *key = dd_path(task, "log/checkpoint.key");
	char *sign = dd_path(task, "log/checkpoint"), *public = dd_path(task, "log/checkpoint.pub");
	struct dd_buf secret = {0};
	int rc = 0;

	if (entry != NULL && (job->manifest.secrets == CLI_SECRETS_OPEN || job->seal != NULL)) {
		rc = read_secret(job, entry, &secret, err);
		if (rc == 0)
			rc = dd_file_write(key, secret.data, secret.len, 0600, err);
	} else if ((unlink(sign) != 0 && errno != ENOENT) ||
		   (unlink(public) != 0 && errno != ENOENT)) {
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot remove %s", sign);
	}
	wipe(&secret);
	free(public);
	free(sign);
	free(key);
	return rc;
}

/* --- keys and settings ------------------------------------------------------------------------ */

static int put_secret(struct cli_restore_job *job, const struct cli_backup_entry *entry,
		      struct dd_error *err)
{
	const char *name = entry->path + strlen("secrets/");
	char *to = dd_path(job->secrets, name);
	struct dd_buf content = {0};
	int rc = read_secret(job, entry, &content, err);

	if (rc == 0)
		rc = cli_backup_parents(job->secrets, name, err);
	if (rc == 0)
		rc = dd_file_write(to, content.data, content.len, 0600, err);
	wipe(&content);
	free(to);
	return rc;
}

static int put_secrets(struct cli_restore_job *job, struct dd_error *err)
{
	int rc = job->secrets != NULL ? dd_dir_make(job->secrets, err) : 0;

	for (size_t i = 0; job->secrets != NULL && rc == 0 && i < job->manifest.count; i++) {
		if (strncmp(job->manifest.entries[i].path, "secrets/", 8) == 0)
			rc = put_secret(job, &job->manifest.entries[i], err);
	}
	return rc;
}

/* --- names ------------------------------------------------------------------------------------ */

struct giving {
	const struct cli_restore_job *job;
	const char *root;
	struct dd_error *err;
};

static int give_file(void *arg, const char *path)
{
	const struct giving *giving = arg;
	char *whole = dd_path(giving->root, path);
	int rc = give_to_owner(giving->job, whole, giving->err);

	for (char *slash = strrchr(whole, '/'); rc == 0 && strlen(whole) > strlen(giving->root);
	     slash = strrchr(whole, '/')) {
		*slash = '\0';
		rc = give_to_owner(giving->job, whole, giving->err);
	}
	free(whole);
	return rc;
}

/* The folder beside becomes the folder itself, which may be there and empty. */
static int name_it(const struct cli_restore_job *job, const char *half, const char *name,
		   struct dd_error *err)
{
	struct giving giving = {job, half, err};
	char *dir = dd_path(job->base, name);
	int rc = cli_backup_walk(half, give_file, &giving, err);

	if (rc == 0)
		rc = give_to_owner(job, half, err);
	if (rc == 0)
		rc = cli_backup_flush(half, err);
	if (rc == 0 && rmdir(dir) != 0 && errno != ENOENT)
		rc = dd_fail_errno(err, DD_ERR_REFUSED, errno, "%s is in the way", dir);
	if (rc == 0 && rename(half, dir) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot name %s", dir);
	free(dir);
	return rc != 0 ? rc : dd_dir_sync(job->base, err);
}

/* Everything of a part under its half name, or where an earlier run has put it already. */
static int make_reporting(struct cli_restore_job *job, const char *half, struct dd_error *err)
{
	char *dir = dd_path(job->base, "reporting");
	bool named = !cli_backup_empty(dir);
	int rc = put_part(job, "reporting/", named ? dir : half, err);

	free(dir);
	return rc;
}

struct sweep {
	const struct cli_restore_job *job;
	const char *half;
	struct dd_error *err;
};

/* A segment of another backup, whose restore was cut off here, would make the log another one. */
static int sweep_file(void *arg, const char *path)
{
	const struct sweep *sweep = arg;
	char *named = dd_path("task", path), *whole = dd_path(sweep->half, path);
	int rc = 0;

	if (cli_manifest_find(&sweep->job->manifest, named) == NULL && unlink(whole) != 0 &&
	    errno != ENOENT)
		rc = dd_fail_errno(sweep->err, DD_ERR_IO, errno, "cannot remove %s", whole);
	free(whole);
	free(named);
	return rc;
}

static int make_task(struct cli_restore_job *job, const char *half, struct dd_error *err)
{
	struct sweep sweep = {job, half, err};
	char *log = dd_path(half, "log");
	int rc = cli_backup_walk(half, sweep_file, &sweep, err);

	if (rc == 0)
		rc = put_part(job, "task/", half, err);

	if (rc == 0)
		rc = put_signing_key(job, half, err);
	if (rc == 0)
		rc = cli_backup_check_log(log, &job->manifest.at, err);
	if (rc == 0)
		rc = dd_restore_mark_write(half, &job->mark, err);
	free(log);
	return rc;
}

int cli_restore_run(struct cli_restore_job *job, struct dd_error *err)
{
	char *reporting = dd_path(job->base, "reporting" HALF);
	char *task = dd_path(job->base, "task" HALF);
	int rc = put_secrets(job, err);

	if (rc == 0)
		rc = dd_dir_make(task, err);
	if (rc == 0)
		rc = make_reporting(job, reporting, err);
	if (rc == 0)
		rc = make_task(job, task, err);
	if (rc == 0 && access(reporting, F_OK) == 0)
		rc = name_it(job, reporting, "reporting", err);
	if (rc == 0)
		rc = name_it(job, task, "task", err);
	free(task);
	free(reporting);
	return rc;
}
