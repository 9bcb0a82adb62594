/* view_folder.c - folders view-<schema> and view-<schema>.building. */
#include "common/view/view_folder.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_MAX_LEN 64

static char *folder_path(const char *dir, unsigned schema, const char *suffix)
{
	char name[NAME_MAX_LEN];

	snprintf(name, sizeof(name), "view-%u%s", schema, suffix);
	return dd_path(dir, name);
}

#define OUTDATED "outdated"

struct search {
	char name[NAME_MAX_LEN];
	bool found;
};

static int drop_outdated(const char *dir, struct dd_error *err);

static void on_name_searched(void *arg, const char *name)
{
	struct search *search = arg;

	if (strcmp(name, search->name) == 0)
		search->found = true;
}

static int find(const char *dir, struct search *search, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();

	if (sys->list(sys->ctx, dir, on_name_searched, search) != 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "%s: cannot list", dir);
	return DD_OK;
}

int view_folder_find(const char *dir, unsigned schema, char **path_out, bool *building_out,
		     struct dd_error *err)
{
	struct search search = {.found = false};
	int rc = dd_dir_make(dir, err);

	if (rc == DD_OK)
		rc = drop_outdated(dir, err);
	if (rc != DD_OK)
		return rc;
	snprintf(search.name, sizeof(search.name), "view-%u", schema);
	rc = find(dir, &search, err);
	if (rc != DD_OK)
		return rc;
	*building_out = !search.found;
	*path_out = folder_path(dir, schema, search.found ? "" : ".building");
	return DD_OK;
}

int view_folder_promote(const char *dir, unsigned schema, char **path, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *final = folder_path(dir, schema, "");
	int rc;

	if (sys->rename(sys->ctx, *path, final) != 0) {
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "%s: cannot rename to %s", *path, final);
		free(final);
		return rc;
	}
	free(*path);
	*path = final;
	return dd_dir_sync(dir, err);
}

/* --- deleting ----------------------------------------------------------------------------- */

static void on_name_unlinked(void *arg, const char *name)
{
	const struct dd_sys *sys = dd_sys();
	char *path = dd_path(arg, name);

	sys->unlink(sys->ctx, path);
	free(path);
}

static void delete_folder(const char *path)
{
	const struct dd_sys *sys = dd_sys();
	char *copy = dd_strdup(path);

	/* A folder is not a file: rmdir has no place in the table, and only an empty one goes. */
	if (sys->list(sys->ctx, path, on_name_unlinked, copy) != 0 || rmdir(path) != 0)
		dd_log(DD_LOG_WARN, "view.old_not_deleted", dd_f_text("path", path),
		       dd_f_text("why", strerror(errno)));
	free(copy);
}

struct cleaning {
	const char *dir;
	unsigned schema;
};

static void on_name_cleaned(void *arg, const char *name)
{
	const struct cleaning *cleaning = arg;
	char *end, *path;
	unsigned long schema;

	if (strncmp(name, "view-", 5) != 0)
		return;
	schema = strtoul(name + 5, &end, 10);
	if (end == name + 5 || schema >= cleaning->schema ||
	    (*end != '\0' && strcmp(end, ".building") != 0))
		return;
	path = dd_path(cleaning->dir, name);
	delete_folder(path);
	free(path);
}

void view_folder_clean(const char *dir, unsigned schema)
{
	const struct dd_sys *sys = dd_sys();
	struct cleaning cleaning = {.dir = dir, .schema = schema};

	if (sys->list(sys->ctx, dir, on_name_cleaned, &cleaning) != 0)
		dd_log(DD_LOG_WARN, "view.old_not_listed", dd_f_text("dir", dir));
}

/* --- what was destroyed --------------------------------------------------------------------- */

int view_folder_outdate(const char *dir, struct dd_error *err)
{
	char *path = dd_path(dir, OUTDATED);
	int rc = dd_file_write(path, "", 0, 0600, err);

	free(path);
	return rc;
}

/* The mark goes last: a kill in between begins again. */
static int drop_outdated(const char *dir, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	struct search search = {.name = OUTDATED};
	char *path;
	int rc = find(dir, &search, err);

	if (rc != DD_OK || !search.found)
		return rc;
	view_folder_clean(dir, UINT_MAX);
	rc = dd_dir_sync(dir, err);
	path = dd_path(dir, OUTDATED);
	if (rc == DD_OK && sys->unlink(sys->ctx, path) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot remove %s", path);
	free(path);
	return rc;
}
