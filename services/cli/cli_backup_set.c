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

/* A backup by what it covers, which no clock and no renaming can change. */
struct place {
	char *name; /* owned */
	struct dd_position at;
	int64_t made_us;
	bool known; /* its manifest can be read */
};

static int by_position(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	if (left->known != right->known)
		return left->known ? 1 : -1;
	if (left->at.incarnation != right->at.incarnation)
		return left->at.incarnation < right->at.incarnation ? -1 : 1;
	if (left->at.sequence != right->at.sequence)
		return left->at.sequence < right->at.sequence ? -1 : 1;
	if (left->made_us != right->made_us)
		return left->made_us < right->made_us ? -1 : 1;
	return strcmp(left->name, right->name);
}

static struct place place_of(const char *set, char *name)
{
	struct place place = {.name = name};
	struct cli_backup_manifest manifest;
	char *dir = dd_path(set, name);
	struct dd_error ignored;

	place.known = cli_manifest_read(dir, &manifest, &ignored) == 0;
	if (place.known) {
		place.at = manifest.at;
		place.made_us = manifest.made_us;
		cli_manifest_fini(&manifest);
	}
	free(dir);
	return place;
}

/* All that has a manifest, in order; those whose manifest is damaged come first. */
static int read_places(const char *set, struct place **places_out, size_t *count_out,
		       struct dd_error *err)
{
	struct cli_backup_names names;
	int rc = cli_backup_list(set, &names, err);

	*count_out = 0;
	*places_out = NULL;
	if (rc != 0)
		return rc;
	*places_out = dd_alloc((names.count + 1) * sizeof(**places_out));
	for (size_t i = 0; i < names.count; i++) {
		if (is_whole(set, names.items[i]))
			(*places_out)[(*count_out)++] = place_of(set, dd_strdup(names.items[i]));
	}
	cli_backup_names_fini(&names);
	if (*count_out > 1)
		qsort(*places_out, *count_out, sizeof(**places_out), by_position);
	return 0;
}

static void free_places(struct place *places, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(places[i].name);
	free(places);
}

int cli_backup_set(const char *set, struct cli_backup_names *names_out, struct dd_error *err)
{
	struct place *places;
	size_t count;
	int rc = read_places(set, &places, &count, err);

	memset(names_out, 0, sizeof(*names_out));
	if (rc != 0)
		return rc;
	names_out->items = dd_alloc((count + 1) * sizeof(*names_out->items));
	for (size_t i = 0; i < count; i++) {
		if (places[i].known)
			names_out->items[names_out->count++] = dd_strdup(places[i].name);
	}
	free_places(places, count);
	return 0;
}

/* What its name says, where nothing else does. */
static uint64_t named_sequence(const char *name)
{
	const char *dash = strrchr(name, '-');

	return dash != NULL ? strtoull(dash + 1, NULL, 10) : 0;
}

/* A damaged one that may be newer is not passed over in silence. */
static int check_newest(const char *set, const struct place *places, size_t count,
			struct dd_error *err)
{
	const struct place *newest = &places[count - 1];

	for (size_t i = 0; i < count && !places[i].known; i++) {
		if (!newest->known || named_sequence(places[i].name) > newest->at.sequence)
			return dd_fail(
				err, DD_ERR_CORRUPT,
				"the manifest of %s/%s is damaged, and by its name it is "
				"the newest: give the folder of the backup that you mean%s%s",
				set, places[i].name, newest->known ? ", such as " : "",
				newest->known ? newest->name : "");
	}
	return 0;
}

static int find_newest(const char *set, char **dir_out, struct dd_error *err)
{
	struct place *places;
	size_t count;
	int rc = read_places(set, &places, &count, err);

	if (rc == 0 && count == 0)
		rc = dd_fail(err, DD_ERR_NOT_FOUND,
			     "there is no whole backup in %s (a half one is called \"%s\": "
			     "the next dondoc backup goes on with it)",
			     set, CLI_BACKUP_UNFINISHED);
	else if (rc == 0)
		rc = check_newest(set, places, count, err);
	if (rc == 0)
		*dir_out = dd_path(set, places[count - 1].name);
	free_places(places, count);
	return rc;
}

int cli_backup_find(const char *path, char **dir_out, struct dd_error *err)
{
	char *manifest = dd_path(path, CLI_MANIFEST);
	int rc = 0;

	*dir_out = NULL;
	if (access(manifest, F_OK) == 0)
		*dir_out = dd_strdup(path);
	else
		rc = find_newest(path, dir_out, err);
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
