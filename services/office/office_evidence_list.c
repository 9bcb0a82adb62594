/* office_evidence_list.c - see office_evidence_list.h. */
#include "services/office/office_evidence_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT 100u
#define LIMIT_MOST    1000u

struct listing {
	struct office_file_shown *rows; /* owned; `limit` of them, newest first */
	size_t count, limit;
	bool open_only, cut;
};

static bool is_open(const struct office_file *file)
{
	return file->state <= OFFICE_FILE_SENDING || file->state == OFFICE_FILE_REFUSED ||
	       file->state == OFFICE_FILE_DAMAGED;
}

/* Keep the newest; the same file again is told better by what comes later. */
static void insert(struct listing *listing, const struct office_file_shown *shown)
{
	size_t at = 0;

	while (at < listing->count && listing->rows[at].file.added_us >= shown->file.added_us)
		at++;
	if (at == listing->limit) {
		listing->cut = true;
		return;
	}
	if (listing->count == listing->limit) {
		listing->cut = true;
		listing->count--;
	}
	memmove(&listing->rows[at + 1], &listing->rows[at],
		(listing->count - at) * sizeof(*listing->rows));
	listing->rows[at] = *shown;
	listing->count++;
}

static bool on_shown(void *arg, const struct office_file_shown *shown)
{
	struct listing *listing = arg;

	if (!listing->open_only || is_open(&shown->file))
		insert(listing, shown);
	return true;
}

/* Those that the engine is done with. */
static bool on_file(void *arg, const struct office_file *file)
{
	const struct office_file_shown shown = {.file = *file};

	if (file->state == OFFICE_FILE_COVERED || file->state == OFFICE_FILE_DESTROYED)
		insert(arg, &shown);
	return true;
}

/* --- as messages ------------------------------------------------------------------------------ */

static char *text_in(struct dd_arena *arena, const char *text, size_t len)
{
	char *copy = dd_arena_alloc(arena, len + 1);

	if (copy != NULL) {
		memcpy(copy, text, len);
		copy[len] = '\0';
	}
	return copy;
}

static Dondoc__V1__Refusal *refusal_in(struct dd_arena *arena, const struct office_file *file)
{
	Dondoc__V1__Refusal *refusal = dd_arena_alloc(arena, sizeof(*refusal));
	const char *rest = file->reason;
	size_t room = 1;

	for (const char *at = rest; *at != '\0'; at++)
		room += *at == OFFICE_FILE_SPLIT;
	if (refusal == NULL)
		return NULL;
	dondoc__v1__refusal__init(refusal);
	refusal->code = (Dondoc__V1__RefusalCode)file->refusal;
	refusal->arguments = dd_arena_alloc(arena, room * sizeof(*refusal->arguments));
	if (refusal->arguments == NULL)
		return NULL;
	while (refusal->n_arguments < room) {
		const size_t len = strcspn(rest, "\x1f");
		char *argument = text_in(arena, rest, len);

		if (argument == NULL)
			return NULL;
		refusal->arguments[refusal->n_arguments++] = argument;
		rest += rest[len] != '\0' ? len + 1 : len;
	}
	return refusal;
}

static Dondoc__V1__OutboxFile *row_in(struct dd_arena *arena, const struct office_file_shown *shown)
{
	const struct office_file *file = &shown->file;
	Dondoc__V1__OutboxFile *row = dd_arena_alloc(arena, sizeof(*row));
	uint8_t *hash = dd_arena_alloc(arena, DD_HASH_LEN);

	if (row == NULL || hash == NULL)
		return NULL;
	dondoc__v1__outbox_file__init(row);
	memcpy(hash, file->hash, DD_HASH_LEN);
	row->hash = (ProtobufCBinaryData){.data = hash, .len = DD_HASH_LEN};
	row->size = file->size;
	row->sent = file->sent;
	row->state = (Dondoc__V1__OutboxFileState)file->state;
	row->waits = (Dondoc__V1__OutboxFileWait)shown->wait;
	row->until_us = shown->until_us;
	row->added_us = file->added_us;
	row->changed_us = file->changed_us;
	row->breaks = file->breaks;
	row->reports = file->uses;
	row->task = file->task;
	row->name = text_in(arena, file->name, strlen(file->name));
	row->reason = text_in(arena, file->reason, file->refusal == 0 ? strlen(file->reason) : 0);
	if (file->refusal != 0) {
		row->refusal = refusal_in(arena, file);
		if (row->refusal == NULL)
			return NULL;
	}
	return row->name != NULL && row->reason != NULL ? row : NULL;
}

static void fill(const struct listing *listing, struct dd_arena *arena, Dondoc__V1__Outbox *out)
{
	out->files_cut = listing->cut;
	out->files = dd_arena_alloc(arena, (listing->count + 1) * sizeof(*out->files));
	for (size_t i = 0; i < listing->count; i++) {
		Dondoc__V1__OutboxFile *row =
			out->files != NULL ? row_in(arena, &listing->rows[i]) : NULL;

		if (row == NULL) {
			out->files_cut = true;
			return;
		}
		out->files[out->n_files++] = row;
	}
}

int office_evidence_list(const struct office_files *files, struct office_outbox *outbox,
			 const Dondoc__V1__ListOutbox *list, struct dd_arena *arena,
			 Dondoc__V1__Outbox *out)
{
	struct listing listing = {.limit = list->limit, .open_only = list->open_only};
	int rc = 0;

	if (files == NULL || list->number != 0)
		return 0;
	if (listing.limit == 0)
		listing.limit = LIMIT_DEFAULT;
	if (listing.limit > LIMIT_MOST)
		listing.limit = LIMIT_MOST;
	listing.rows = dd_alloc((listing.limit + 1) * sizeof(*listing.rows));
	office_files_walk(files, on_shown, &listing);
	if (!listing.open_only)
		rc = office_outbox_files(outbox, on_file, &listing);
	if (rc == 0)
		fill(&listing, arena, out);
	free(listing.rows);
	return rc;
}

void office_evidence_health(const struct office_files_status *status,
			    char out[OFFICE_EVIDENCE_TEXT])
{
	out[0] = '\0';
	if (status->waiting > 0 && status->trouble[0] != '\0')
		(void)snprintf(out, OFFICE_EVIDENCE_TEXT,
			       "The centre takes no evidence just now (%s): %" PRIu32
			       " files wait here.%s",
			       status->trouble, status->waiting, status->parked > 0 ? " " : "");
	if (status->parked > 0)
		(void)snprintf(out + strlen(out), OFFICE_EVIDENCE_TEXT - strlen(out),
			       "%" PRIu32 " files of evidence do not reach the centre: see dondoc "
			       "evidence queue.",
			       status->parked);
}
