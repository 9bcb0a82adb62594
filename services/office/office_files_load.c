/* office_files_load.c - the engine for evidence: the list of its files, as the outbox has it. */
#include "services/office/office_files_impl.h"

#include <stdlib.h>
#include <string.h>

int office_files_look(struct office_files *files, struct office_files_entry *entry,
		      struct dd_error *err)
{
	struct dd_files_look look;
	struct dd_error why;
	bool here = dd_files_look(files->options.files, entry->file.hash, &look, &why) == 0;

	entry->type = here ? look.type.type : NULL;
	entry->taken = here && look.type.taken;
	if (here)
		entry->file.size = look.size;
	if (here &&
	    (entry->file.state == OFFICE_FILE_AWAITED || entry->file.state == OFFICE_FILE_DAMAGED))
		return office_files_move(files, entry, OFFICE_FILE_WAITING, NULL, err);
	if (!here &&
	    (entry->file.state == OFFICE_FILE_WAITING || entry->file.state == OFFICE_FILE_SENDING))
		return office_files_move(files, entry, OFFICE_FILE_AWAITED, NULL, err);
	return 0;
}

struct loading {
	struct office_files *files;
	size_t known;    /* those before it were in the list already */
	uint32_t *order; /* owned; these by hash */
	size_t at;       /* of `order`: those before it come before the file at hand */
};

static int by_hash(const void *a, const void *b, void *arg)
{
	const struct office_files *files = arg;
	const uint32_t *x = a, *y = b;

	return memcmp(files->entries[*x].file.hash, files->entries[*y].file.hash, DD_HASH_LEN);
}

static void sort_known(struct loading *loading)
{
	loading->order = dd_alloc((loading->known + 1) * sizeof(*loading->order));
	for (size_t i = 0; i < loading->known; i++)
		loading->order[i] = (uint32_t)i;
	qsort_r(loading->order, loading->known, sizeof(*loading->order), by_hash, loading->files);
}

/* NULL: it is new. Files come by their hashes. */
static struct office_files_entry *known_of(struct loading *loading, const uint8_t hash[DD_HASH_LEN])
{
	struct office_files_entry *entries = loading->files->entries;

	for (; loading->at < loading->known; loading->at++) {
		struct office_files_entry *entry = &entries[loading->order[loading->at]];
		const int compared = memcmp(entry->file.hash, hash, DD_HASH_LEN);

		if (compared >= 0)
			return compared == 0 ? entry : NULL;
	}
	return NULL;
}

static bool on_file(void *arg, const struct office_file *file)
{
	struct loading *loading = arg;
	struct office_files *files = loading->files;
	struct office_files_entry *entry = known_of(loading, file->hash);

	if (entry != NULL) {
		if (entry->file.uses != file->uses) {
			entry->file.state = file->state;
			entry->file.refusal = file->refusal;
			memcpy(entry->file.reason, file->reason, sizeof(file->reason));
			entry->file.uses = file->uses;
			entry->use = 0;
			entry->not_before_us = 0;
		}
		return true;
	}
	if (file->state == OFFICE_FILE_COVERED || file->state == OFFICE_FILE_DESTROYED)
		return true;
	if (files->count == files->room) {
		files->room = files->room > 0 ? 2 * files->room : 16;
		files->entries = dd_realloc(files->entries, files->room * sizeof(*files->entries));
	}
	entry = &files->entries[files->count++];
	memset(entry, 0, sizeof(*entry));
	entry->file = *file;
	return true;
}

/* Read the list anew if reports have named files since. */
static int load(struct office_files *files, struct loading *loading, struct dd_error *err)
{
	const uint64_t noted = office_outbox_files_noted(files->options.outbox);
	int rc = 0;

	if (noted == files->noted)
		return 0;
	sort_known(loading);
	rc = office_outbox_files(files->options.outbox, on_file, loading);
	free(loading->order);
	if (rc != 0)
		return dd_fail(err, rc, "the outbox's list of files cannot be read");
	files->noted = noted;
	return 0;
}

int office_files_refresh(struct office_files *files, struct dd_error *err)
{
	const uint64_t moved = office_outbox_files_moved(files->options.outbox);
	struct loading loading = {.files = files, .known = files->count};
	int rc = load(files, &loading, err);

	for (size_t i = loading.known; rc == 0 && i < files->count; i++)
		rc = office_files_look(files, &files->entries[i], err);
	for (size_t i = 0; rc == 0 && moved != files->moved && i < files->count; i++)
		rc = office_files_judge(files, &files->entries[i], err);
	if (rc == 0)
		files->moved = moved;
	return rc;
}
