/* files_sweep.c - uploads that nobody came back for: whole files that no task has, and parts
 * that were never finished.
 *
 * A file does not know since when it waits, so that is kept beside the files: the list "unclaimed"
 * has a line for each, with the day on which it was first seen. A list that is lost costs nothing
 * but days. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/files/files_impl.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST          "unclaimed"
#define LIST_BYTES    ((size_t)64 << 20)
#define PART_DAYS_MAX 30
#define DAYS_AHEAD    366

struct waiting {
	uint8_t hash[DD_HASH_LEN];
	int32_t since;
	bool part;
};

struct sweep {
	struct dd_files *files;
	const struct dd_files_claims *claims;
	struct waiting *former; /* owned; of the list, by hash */
	size_t former_count;
	struct waiting *found; /* owned; of the folders */
	size_t found_count, room;
	bool parts; /* the folder that is listed */
};

static int by_hash(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;
	int order = memcmp(x->hash, y->hash, DD_HASH_LEN);

	return order != 0 ? order : (int)x->part - (int)y->part;
}

/* --- the list -------------------------------------------------------------------------------- */

/* "<hash> <day> <w or p>" */
static bool read_line(const char *line, struct waiting *out)
{
	char hex[DD_FILES_HEX + 1], kind;
	int day;

	if (sscanf(line, "%64[0-9a-f] %d %c", hex, &day, &kind) != 3 ||
	    strlen(hex) != DD_FILES_HEX || dd_hex_parse(hex, out->hash, DD_HASH_LEN) != 0)
		return false;
	out->since = day;
	out->part = kind == 'p';
	return true;
}

static int read_list(struct sweep *sweep, struct dd_error *err)
{
	char *path = dd_path(sweep->files->dir, LIST), *rest, *line;
	struct dd_buf text = {0};
	int rc = dd_file_read(path, LIST_BYTES, &text, err);

	free(path);
	if (rc == DD_ERR_NOT_FOUND || rc == DD_ERR_INVALID)
		rc = 0; /* none yet, or none that can be ours */
	rest = text.len > 0 ? dd_strdup(dd_buf_cstr(&text)) : NULL;
	sweep->former = dd_alloc((text.len / DD_FILES_HEX + 1) * sizeof(*sweep->former));
	for (char *at = rest; at != NULL && (line = strsep(&at, "\n")) != NULL;)
		if (read_line(line, &sweep->former[sweep->former_count]))
			sweep->former_count++;
	free(rest);
	dd_buf_fini(&text);
	if (sweep->former_count > 0)
		qsort(sweep->former, sweep->former_count, sizeof(*sweep->former), by_hash);
	return rc;
}

static int write_list(const struct sweep *sweep, struct dd_error *err)
{
	char *path = dd_path(sweep->files->dir, LIST);
	char hex[DD_FILES_HEX + 1];
	struct dd_buf text = {0};
	int rc;

	for (size_t i = 0; i < sweep->found_count; i++)
		dd_buf_printf(&text, "%s %d %c\n", dd_hex(sweep->found[i].hash, DD_HASH_LEN, hex),
			      (int)sweep->found[i].since, sweep->found[i].part ? 'p' : 'w');
	rc = dd_file_write(path, text.data, text.len, 0600, err);
	dd_buf_fini(&text);
	free(path);
	return rc;
}

/* --- what is there --------------------------------------------------------------------------- */

static int32_t since_of(const struct sweep *sweep, const struct waiting *found)
{
	const struct waiting *former = NULL;

	if (sweep->former_count > 0 && !dd_files_touched(sweep->files, found->hash))
		former =
			bsearch(found, sweep->former, sweep->former_count, sizeof(*found), by_hash);
	/* A clock that is set back makes no file older; one that was a year ahead is forgotten. */
	return former != NULL && former->since <= sweep->claims->today + DAYS_AHEAD
		       ? former->since
		       : sweep->claims->today;
}

static void on_name(void *arg, const char *name)
{
	struct sweep *sweep = arg;
	struct waiting found = {.part = sweep->parts};
	char hex[DD_FILES_HEX + 1];
	size_t len = strlen(name);

	if (len < DD_FILES_HEX || strcmp(name + DD_FILES_HEX, sweep->parts ? ".part" : "") != 0)
		return;
	memcpy(hex, name, DD_FILES_HEX);
	hex[DD_FILES_HEX] = '\0';
	if (dd_hex_parse(hex, found.hash, DD_HASH_LEN) != 0)
		return;
	if (!sweep->parts && sweep->claims->claimed(sweep->claims->arg, found.hash))
		return;
	found.since = since_of(sweep, &found);
	if (sweep->found_count == sweep->room) {
		sweep->room = sweep->room > 0 ? 2 * sweep->room : 64;
		sweep->found = dd_realloc(sweep->found, sweep->room * sizeof(*sweep->found));
	}
	sweep->found[sweep->found_count++] = found;
}

static int list(struct sweep *sweep, bool parts, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	const char *dir = parts ? sweep->files->incoming : sweep->files->dir;

	sweep->parts = parts;
	if (sys->list(sys->ctx, dir, on_name, sweep) == 0)
		return 0;
	return dd_fail_errno(err, DD_ERR_IO, errno, "cannot list folder %s", dir);
}

/* The list is written before anything goes: a kill in between only repeats the removal. One flush
 * for all: somebody may have left a hundred thousand. */
static int drop_old(struct sweep *sweep, size_t *removed_out, struct dd_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sweep->found_count; i++) {
		const struct waiting *found = &sweep->found[i];
		int32_t days = sweep->claims->today - found->since;

		if (days < (found->part ? PART_DAYS_MAX : DD_FILES_UNCLAIMED_DAYS))
			continue;
		if (found->part)
			dd_files_drop(sweep->files, found->hash);
		else
			rc = dd_files_unlink(sweep->files, found->hash, err);
		*removed_out += rc == 0;
	}
	if (rc == 0 && *removed_out > 0)
		rc = dd_files_sync(sweep->files, err);
	return rc;
}

int dd_files_sweep(struct dd_files *files, const struct dd_files_claims *claims,
		   size_t *removed_out, struct dd_error *err)
{
	struct sweep sweep = {.files = files, .claims = claims};
	int rc = read_list(&sweep, err);

	*removed_out = 0;
	if (rc == 0)
		rc = list(&sweep, false, err);
	if (rc == 0)
		rc = list(&sweep, true, err);
	if (rc == 0 && sweep.found_count + sweep.former_count > 0)
		rc = write_list(&sweep, err);
	if (rc == 0)
		rc = drop_old(&sweep, removed_out, err);
	free(sweep.former);
	free(sweep.found);
	return rc;
}
