/* cli_backup_set.c - the backups of a set. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "services/cli/cli_backup_make.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_whole(const char *set, const char *name)
{
	char *dir = dd_path(set, name), *manifest = dd_path(dir, CLI_MANIFEST);
	bool whole = strcmp(name, CLI_BACKUP_UNFINISHED) != 0 && strncmp(name, "old-", 4) != 0 &&
		     access(manifest, F_OK) == 0;

	free(manifest);
	free(dir);
	return whole;
}

/* Names begin with the time, so that their order is that of the backups. */
int cli_backup_set(const char *set, struct cli_backup_names *names_out, struct dd_error *err)
{
	size_t kept = 0;
	int rc = cli_backup_list(set, names_out, err);

	for (size_t i = 0; rc == 0 && i < names_out->count; i++) {
		if (is_whole(set, names_out->items[i]))
			names_out->items[kept++] = names_out->items[i];
		else
			free(names_out->items[i]);
	}
	names_out->count = kept;
	return rc;
}

int cli_backup_find(const char *path, char **dir_out, struct dd_error *err)
{
	struct cli_backup_names names;
	char *manifest = dd_path(path, CLI_MANIFEST);
	int rc = 0;

	*dir_out = NULL;
	if (access(manifest, F_OK) == 0) {
		*dir_out = dd_strdup(path);
	} else {
		rc = cli_backup_set(path, &names, err);
		if (rc == 0 && names.count > 0)
			*dir_out = dd_path(path, names.items[names.count - 1]);
		else if (rc == 0)
			rc = dd_fail(err, DD_ERR_NOT_FOUND,
				     "there is no whole backup in %s (a half one is called \"%s\": "
				     "the next dondoc backup goes on with it)",
				     path, CLI_BACKUP_UNFINISHED);
		cli_backup_names_fini(&names);
	}
	free(manifest);
	return rc;
}

/* --- thinning --------------------------------------------------------------------------------- */

static int remove_tree(const char *dir, struct dd_error *err)
{
	struct cli_backup_names names;
	int rc = cli_backup_list(dir, &names, err);

	for (size_t i = 0; rc == 0 && i < names.count; i++) {
		char *path = dd_path(dir, names.items[i]);
		struct stat about;

		if (lstat(path, &about) == 0 && S_ISDIR(about.st_mode))
			rc = remove_tree(path, err);
		else if (unlink(path) != 0 && errno != ENOENT)
			rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot remove %s", path);
		free(path);
	}
	cli_backup_names_fini(&names);
	if (rc == 0 && rmdir(dir) != 0 && errno != ENOENT)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot remove %s", dir);
	return rc;
}

/* Its name goes first: what is half removed is no backup. */
static int remove_one(const char *set, const char *name, struct dd_error *err)
{
	char *dir = dd_path(set, name);
	struct dd_buf old = {0};
	int rc = 0;

	dd_buf_printf(&old, "%s/old-%s", set, name);
	if (rename(dir, dd_buf_cstr(&old)) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot rename %s", dir);
	if (rc == 0)
		rc = dd_dir_sync(set, err);
	if (rc == 0)
		rc = remove_tree(dd_buf_cstr(&old), err);
	dd_buf_fini(&old);
	free(dir);
	return rc;
}

static int remove_leftovers(const char *set, struct dd_error *err)
{
	struct cli_backup_names names;
	int rc = cli_backup_list(set, &names, err);

	for (size_t i = 0; rc == 0 && i < names.count; i++) {
		char *dir = dd_path(set, names.items[i]);

		if (strncmp(names.items[i], "old-", 4) == 0)
			rc = remove_tree(dir, err);
		free(dir);
	}
	cli_backup_names_fini(&names);
	return rc;
}

int cli_backup_thin(const char *set, size_t keep, size_t *removed_out, struct dd_error *err)
{
	struct cli_backup_names names;
	int rc = remove_leftovers(set, err);

	*removed_out = 0;
	if (rc == 0)
		rc = cli_backup_set(set, &names, err);
	if (rc != 0)
		return rc;
	while (rc == 0 && names.count - *removed_out > keep) {
		rc = remove_one(set, names.items[*removed_out], err);
		if (rc == 0)
			(*removed_out)++;
	}
	cli_backup_names_fini(&names);
	return rc;
}
