/* office_stick_files.c - see office_stick_files.h. */
#include "services/office/office_stick_files.h"

#include "common/net/envelope.h"
#include <string.h>

#define PIECE     ((size_t)64 << 10) /* a sealed record has room for it */
#define NAMES_MAX 5u

/* Smaller ones first; the hash decides between equals. */
struct order {
	uint64_t size;
	uint8_t hash[DD_HASH_LEN];
};

struct search {
	const struct office_stick_files *from;
	const struct order *after; /* NULL = from the first on */
	struct office_file best;
	bool found;
	Dondoc__V1__StickLeft *left; /* NULL = not counted */
};

static int compare(const struct office_file *file, uint64_t size, const uint8_t *hash)
{
	if (file->size != size)
		return file->size < size ? -1 : 1;
	return memcmp(file->hash, hash, DD_HASH_LEN);
}

/* Its content is here, and the centre has it not. */
static bool waits(const struct office_stick_files *from, const struct office_file *file)
{
	struct dd_files_look look;
	struct dd_error err;

	return (file->state == OFFICE_FILE_WAITING || file->state == OFFICE_FILE_SENDING) &&
	       dd_files_look(from->files, file->hash, &look, &err) == 0 && look.type.taken &&
	       look.size == file->size;
}

static char *kept_text(struct dd_arena *arena, const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = dd_arena_alloc(arena, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

static void count_left(struct search *search, const struct office_file *file)
{
	Dondoc__V1__StickLeft *left = search->left;
	char *name = NULL;

	left->files++;
	left->bytes += file->size;
	if (left->n_names < NAMES_MAX)
		name = kept_text(search->from->arena, file->name);
	if (name != NULL)
		left->names[left->n_names++] = name;
}

static bool on_file(void *arg, const struct office_file *file)
{
	struct search *search = arg;

	if ((search->after != NULL &&
	     compare(file, search->after->size, search->after->hash) <= 0) ||
	    !waits(search->from, file))
		return true;
	if (search->left != NULL)
		count_left(search, file);
	else if (!search->found || compare(file, search->best.size, search->best.hash) < 0)
		search->best = *file;
	search->found = true;
	return true;
}

static int look(struct search *search, struct dd_error *err)
{
	const int rc = office_outbox_files(search->from->outbox, on_file, search);

	return rc != 0 ? dd_fail(err, rc, "the outbox's list of files cannot be read") : 0;
}

/* The first that comes after what has gone, if it fits; then so do none of the larger ones. */
static int next_file(const struct office_stick_files *from, const struct order *after,
		     const Dondoc__V1__StickPlace *place, struct office_file *file_out,
		     struct dd_error *err)
{
	struct search search = {.from = from, .after = after};
	int rc = look(&search, err);

	if (rc != 0)
		return rc;
	if (!search.found || place->bytes + search.best.size > from->most)
		return DD_ERR_NOT_FOUND;
	*file_out = search.best;
	return 0;
}

static int tell_left(const struct office_stick_files *from, const struct order *after,
		     Dondoc__V1__StickLeft *left, struct dd_error *err)
{
	struct search search = {.from = from, .after = after, .left = left};
	int rc;

	left->names = dd_arena_alloc(from->arena, NAMES_MAX * sizeof(*left->names));
	if (left->names == NULL)
		return dd_fail(err, DD_ERR_INVALID, "the reply has no room for what is left");
	rc = look(&search, err);
	return rc != 0 ? rc : DD_ERR_NOT_FOUND;
}

/* The request as the line would carry it. */
static int pack_piece(const struct office_stick_files *from, const struct office_file *file,
		      uint64_t offset, struct dd_buf *packed, size_t *len_out, struct dd_error *err)
{
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;
	Dondoc__V1__FilePut put = DONDOC__V1__FILE_PUT__INIT;
	struct office_file copy = *file;
	struct dd_files_look looked;
	struct dd_buf piece = {0};
	int rc = dd_files_look(from->files, file->hash, &looked, err);

	if (rc == 0)
		rc = dd_files_piece(from->files, file->hash, offset, PIECE, &piece, &put.size, err);
	if (rc == 0) {
		put.hash = (ProtobufCBinaryData){.data = copy.hash, .len = DD_HASH_LEN};
		put.offset = offset;
		put.chunk = (ProtobufCBinaryData){.data = piece.data, .len = piece.len};
		if (offset == 0) {
			put.task = copy.task;
			put.name = copy.name;
			put.type = (char *)looked.type.type; /* packed, not changed */
		}
		request.version = 1;
		request.body_case = DONDOC__V1__REQUEST__BODY_FILE_PUT;
		request.file_put = &put;
		(void)dd_buf_reserve(packed, dondoc__v1__request__get_packed_size(&request));
		packed->len = dondoc__v1__request__pack(&request, packed->data);
	}
	*len_out = piece.len;
	dd_buf_fini(&piece);
	return rc;
}

/* The file that is under way, while it is still to go. */
static bool under_way(const struct office_stick_files *from, const Dondoc__V1__StickPlace *place,
		      struct office_file *file_out)
{
	return place->file.len == DD_HASH_LEN &&
	       office_outbox_file(from->outbox, place->file.data, file_out) == 0 &&
	       place->offset < file_out->size && waits(from, file_out);
}

int office_stick_piece(const struct office_stick_files *from, Dondoc__V1__StickPlace *place,
		       struct dd_buf *packed, Dondoc__V1__StickLeft *left, struct dd_error *err)
{
	struct order after = {0};
	const bool any = place->file.len == DD_HASH_LEN;
	struct office_file file;
	size_t len = 0;
	int rc = 0;

	if (from->files == NULL)
		return DD_ERR_NOT_FOUND;
	if (any && office_outbox_file(from->outbox, place->file.data, &file) == 0) {
		after.size = file.size;
		memcpy(after.hash, file.hash, sizeof(after.hash));
	}
	if (!under_way(from, place, &file)) {
		rc = next_file(from, any ? &after : NULL, place, &file, err);
		if (rc == DD_ERR_NOT_FOUND)
			return tell_left(from, any ? &after : NULL, left, err);
		if (rc != 0)
			return rc;
		place->file.data = dd_arena_alloc(from->arena, DD_HASH_LEN);
		if (place->file.data == NULL)
			return dd_fail(err, DD_ERR_INVALID, "the reply has no room for a file");
		memcpy(place->file.data, file.hash, DD_HASH_LEN);
		place->file.len = DD_HASH_LEN;
		place->bytes += file.size;
		place->offset = 0;
	}
	rc = pack_piece(from, &file, place->offset, packed, &len, err);
	place->offset += len;
	place->files += rc == 0 && place->offset >= file.size;
	return rc;
}
