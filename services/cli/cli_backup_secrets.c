/* cli_backup_secrets.c - keys and settings into a backup, open or sealed. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "services/cli/cli_backup_make.h"
#include "services/cli/cli_seal.h"
#include <stdlib.h>
#include <string.h>

#define SECRET_MAX ((size_t)4 << 20)
#define SEAL_ROOM  ((size_t)1 << 10) /* what sealing adds, and more */

struct gathering {
	struct cli_backup_job *job;
	const char *folder; /* absolute */
	struct dd_error *err;
};

static void wipe(struct dd_buf *secret)
{
	if (secret->data != NULL)
		explicit_bzero(secret->data, secret->cap);
	dd_buf_fini(secret);
}

/* What lies on the disk opens, and holds what it should. */
static int open_again(struct cli_backup_job *job, const char *to, const char *path,
		      const struct dd_buf *content, struct dd_error *err)
{
	struct dd_buf sealed = {0}, opened = {0};
	int rc = dd_file_read(to, SECRET_MAX + SEAL_ROOM, &sealed, err);

	if (rc == 0)
		rc = cli_seal_get(job->seal, path, &sealed, &opened, err);
	if (rc == 0 &&
	    (opened.len != content->len ||
	     (content->len > 0 && memcmp(opened.data, content->data, content->len) != 0)))
		rc = DD_ERR_CORRUPT;
	if (rc != 0)
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "%s reads back otherwise than it was written: use another disk", to);
	wipe(&opened);
	dd_buf_fini(&sealed);
	return rc;
}

static int store_sealed(struct cli_backup_job *job, const char *from, const char *path,
			struct dd_error *err)
{
	struct dd_buf content = {0}, sealed = {0};
	struct cli_backup_sum sum = {0};
	char *to = dd_path(job->part, path);
	int rc = dd_file_read(from, SECRET_MAX, &content, err);

	if (rc == 0)
		rc = cli_seal_put(job->seal, path, &content, &sealed, err);
	if (rc == 0)
		rc = cli_backup_parents(job->part, path, err);
	if (rc == 0)
		rc = dd_file_write(to, sealed.data, sealed.len, 0600, err);
	if (rc == 0)
		rc = open_again(job, to, path, &content, err);
	if (rc == 0) {
		sum.size = sealed.len;
		dd_hash(sealed.data, sealed.len, sum.hash);
		cli_manifest_add(&job->now, path, &sum);
		job->copied += sealed.len;
	}
	wipe(&content);
	dd_buf_fini(&sealed);
	free(to);
	return rc;
}

static int store_secret(struct cli_backup_job *job, const char *from, const char *path,
			struct dd_error *err)
{
	const struct cli_backup_piece piece = {.from = from};

	job->now.secrets = job->seal != NULL ? CLI_SECRETS_SEALED : CLI_SECRETS_OPEN;
	return job->seal != NULL ? store_sealed(job, from, path, err)
				 : cli_backup_store(job, &piece, path, err);
}

static int on_secret(void *arg, const char *name)
{
	struct gathering *gathering = arg;
	char *from = dd_path(gathering->folder, name);
	struct dd_buf path = {0};
	int rc;

	dd_buf_printf(&path, "secrets%s", from);
	if (strpbrk(from, "\n\r"))
		rc = dd_fail(gathering->err, DD_ERR_INVALID,
			     "a name in %s has a line break: rename it", gathering->folder);
	else
		rc = store_secret(gathering->job, from, dd_buf_cstr(&path), gathering->err);
	dd_buf_fini(&path);
	free(from);
	return rc;
}

int cli_backup_secrets(struct cli_backup_job *job, const char *folder, struct dd_error *err)
{
	struct gathering gathering = {.job = job, .err = err};
	char *real = realpath(folder, NULL);
	int rc;

	if (real == NULL)
		return dd_fail(err, DD_ERR_NOT_FOUND,
			       "there is no folder %s: name the folders of keys and settings with "
			       "--secrets, or leave them out with --no-secrets",
			       folder);
	gathering.folder = real;
	rc = cli_backup_walk(real, on_secret, &gathering, err);
	free(real);
	return rc;
}

int cli_backup_checkpoint_key(struct cli_backup_job *job, struct dd_error *err)
{
	char *from = dd_path(job->base, "task/log/checkpoint.key");
	int rc = store_secret(job, from, "secrets/checkpoint.key", err);

	free(from);
	return rc;
}

/* --- opening ---------------------------------------------------------------------------------- */

static int open_one(const char *dir, const char *path, struct cli_seal *seal, struct dd_error *err)
{
	char *from = dd_path(dir, path);
	struct dd_buf sealed = {0}, opened = {0};
	int rc = dd_file_read(from, SECRET_MAX + SEAL_ROOM, &sealed, err);

	if (rc == 0)
		rc = cli_seal_get(seal, path, &sealed, &opened, err);
	wipe(&opened);
	dd_buf_fini(&sealed);
	free(from);
	return rc;
}

int cli_backup_open_secrets(const char *dir, const struct cli_backup_manifest *manifest,
			    struct cli_seal *seal, size_t *opened_out, struct dd_error *err)
{
	int rc = 0;

	*opened_out = 0;
	if (manifest->secrets != CLI_SECRETS_SEALED)
		return dd_fail(err, DD_ERR_INVALID,
			       "nothing in %s is sealed: leave out --passphrase-file", dir);
	for (size_t i = 0; rc == 0 && i < manifest->count; i++) {
		if (strncmp(manifest->entries[i].path, "secrets/", 8) != 0)
			continue;
		rc = open_one(dir, manifest->entries[i].path, seal, err);
		(*opened_out)++;
	}
	return rc;
}
