/* office_files_send.c - one piece of evidence to the centre, and what its answer means. */
#include "services/office/office_files_impl.h"

#include "common/base/log.h"
#include <stdlib.h>
#include <string.h>

#define DEADLINE_MS 20000u
#define DOUBLINGS   3
#define AGAIN_US    (INT64_C(86400) * 1000000) /* what is refused is asked about once a day */
#define UNREAD_MAX  10 /* times that the disk may fail: a quarter of an hour */
#define READ_STEP   ((size_t)256 << 10)
#define STRANGE     "the centre gives an answer that this office does not understand: update it"

/* protobuf-c has no const texts; it does not write to these. */
static char *text_of(const char *text)
{
	union {
		const char *in;
		char *out;
	} both = {.in = text};

	return both.out;
}

static uint8_t *bytes_of(const uint8_t *bytes)
{
	union {
		const uint8_t *in;
		uint8_t *out;
	} both = {.in = bytes};

	return both.out;
}

/* --- sending --------------------------------------------------------------------------------- */

/* The file that goes on now: the one with the least left, of equals the older one. */
static struct office_files_entry *pick(struct office_files *files)
{
	struct office_files_entry *best = NULL;

	for (size_t i = 0; i < files->count; i++) {
		struct office_files_entry *entry = &files->entries[i];

		if (!office_files_goes(entry) || entry->not_before_us > files->mono_us)
			continue;
		if (best == NULL || office_files_left(entry) < office_files_left(best) ||
		    (office_files_left(entry) == office_files_left(best) &&
		     entry->file.added_us < best->file.added_us))
			best = entry;
	}
	return best;
}

/* What is kept here of it cannot be what was brought: the file is to be brought again. */
static int park_damaged(struct office_files *files, struct office_files_entry *entry,
			struct dd_error *err)
{
	struct dd_error why = {0};

	dd_log(DD_LOG_ERROR, "office.file_damaged", dd_f_uint("task", entry->file.task),
	       dd_f_text("remedy", "attach the file again"));
	entry->type = NULL;
	entry->file.sent = 0;
	if (dd_files_remove(files->options.files, entry->file.hash, &why) == DD_ERR_IO) {
		*err = why;
		return DD_ERR_IO;
	}
	return office_files_move(files, entry, OFFICE_FILE_DAMAGED,
				 "the copy kept at the office is damaged: attach the file again",
				 err);
}

/* The question before the first piece carries what the centre judges by; so does the first piece.
 */
static void fill_put(const struct office_files_entry *entry, Dondoc__V1__FilePut *put)
{
	put->hash = (ProtobufCBinaryData){.data = bytes_of(entry->file.hash), .len = DD_HASH_LEN};
	put->size = entry->file.size;
	if (put->offset > 0)
		return;
	put->task = entry->as.task;
	put->name = text_of(entry->as.name);
	put->type = text_of(entry->type);
	put->type_refused = !entry->taken;
}

static int send_put(struct office_files *files, struct office_files_entry *entry,
		    Dondoc__V1__FilePut *put)
{
	const struct office_files_options *options = &files->options;
	const uint32_t doublings = files->timeouts < DOUBLINGS ? files->timeouts : DOUBLINGS;
	Dondoc__V1__Request request = DONDOC__V1__REQUEST__INIT;

	fill_put(entry, put);
	request.version = 1;
	request.id = options->next_id(options->arg);
	request.deadline_ms = DEADLINE_MS << doublings;
	request.body_case = DONDOC__V1__REQUEST__BODY_FILE_PUT;
	request.file_put = put;
	dd_buf_clear(&files->out);
	(void)dd_buf_reserve(&files->out, dondoc__v1__request__get_packed_size(&request));
	files->out.len = dondoc__v1__request__pack(&request, files->out.data);
	if (options->send_out(options->arg, request.id, files->out.data, files->out.len,
			      request.deadline_ms) != 0) {
		office_files_pause(files, "");
		return 0;
	}
	files->request = request.id;
	memcpy(files->flying, entry->file.hash, DD_HASH_LEN);
	files->flying_len = put->chunk.len;
	files->flying_since_us = files->mono_us;
	files->sent += put->chunk.len;
	office_pace_sent(&files->pace, put->chunk.len, files->mono_us);
	return 0;
}

/* The disk did not give it, which may pass: what is deleted too early is lost. */
static int wait_for_disk(struct office_files *files, struct office_files_entry *entry,
			 const struct dd_error *why)
{
	dd_log(DD_LOG_ERROR, "office.file_unread", dd_f_uint("task", entry->file.task),
	       dd_f_text("why", why->text));
	entry->not_before_us = files->mono_us + (INT64_C(1000000) << entry->failures);
	entry->failures++;
	return 0;
}

static int send_piece(struct office_files *files, struct office_files_entry *entry,
		      struct dd_error *err)
{
	Dondoc__V1__FilePut put = DONDOC__V1__FILE_PUT__INIT;
	struct dd_error why;
	uint64_t size;
	int rc;

	dd_buf_clear(&files->piece);
	put.offset = entry->asked ? entry->file.sent : 0;
	rc = dd_files_piece(files->options.files, entry->file.hash, put.offset,
			    entry->asked ? office_pace_piece(&files->pace) : 0, &files->piece,
			    &size, &why);
	if (rc == DD_ERR_IO && entry->failures < UNREAD_MAX)
		return wait_for_disk(files, entry, &why);
	if (rc != 0 || size != entry->file.size)
		return park_damaged(files, entry, err);
	put.chunk = (ProtobufCBinaryData){.data = files->piece.data, .len = files->piece.len};
	return send_put(files, entry, &put);
}

int office_files_advance(struct office_files *files, struct dd_error *err)
{
	const struct office_files_options *options = &files->options;
	struct office_files_entry *entry;
	int rc = 0;

	while (rc == 0 && options->send && files->link == DD_LINK_UP && files->request == 0 &&
	       files->mono_us >= files->not_before_us && files->mono_us >= files->pace.free_us &&
	       office_hours_open(&options->hours, files->wall_us) &&
	       !options->reports_first(options->arg)) {
		entry = pick(files);
		if (entry == NULL)
			break;
		rc = send_piece(files, entry, err);
	}
	return rc;
}

/* --- answers --------------------------------------------------------------------------------- */

/* The arguments of a refusal as the record has them. */
static void join_arguments(const Dondoc__V1__Refusal *refusal, char *out, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < refusal->n_arguments && used + 1 < size; i++) {
		const size_t len = strnlen(refusal->arguments[i], size - used - 2);

		memcpy(out + used, refusal->arguments[i], len);
		used += len;
		if (i + 1 < refusal->n_arguments)
			out[used++] = OFFICE_FILE_SPLIT;
	}
	out[used] = '\0';
}

/* For one report it is not taken; another that names it may stand for a task with other limits. */
static int on_refused(struct office_files *files, struct office_files_entry *entry,
		      const Dondoc__V1__Refusal *refusal, struct dd_error *err)
{
	char arguments[OFFICE_REASON_TEXT];
	struct office_file_want want;
	int rc;

	entry->use++;
	entry->asked = false;
	entry->file.sent = 0;
	rc = office_outbox_file_want(files->options.outbox, entry->file.hash, entry->use, &want);
	if (rc != 0)
		return dd_fail(err, rc, "the outbox's list of files cannot be read");
	if (want.use.item != 0 || want.open > 0)
		return office_files_judge(files, entry, err);
	join_arguments(refusal, arguments, sizeof(arguments));
	if (entry->file.state != OFFICE_FILE_REFUSED)
		dd_log(DD_LOG_WARN, "office.file_refused", dd_f_uint("task", entry->as.task),
		       dd_f_int("refusal", refusal->code));
	entry->use = 0;
	entry->not_before_us = files->mono_us + AGAIN_US;
	rc = office_files_judge(files, entry, err);
	if (rc == 0)
		rc = office_files_move(files, entry, OFFICE_FILE_REFUSED, arguments, err);
	entry->file.refusal = (uint16_t)refusal->code;
	return rc != 0 ? rc : office_files_store(files, entry, err);
}

/* The centre found another hash: either it or we hold other bytes than were brought. */
static int on_other_bytes(struct office_files *files, struct office_files_entry *entry,
			  const char *words, struct dd_error *err)
{
	uint8_t found[DD_HASH_LEN];
	struct dd_hasher hasher;
	struct dd_error why;
	uint64_t at = 0, size = 1;

	dd_hasher_init(&hasher, "");
	while (at < size) {
		dd_buf_clear(&files->piece);
		if (dd_files_piece(files->options.files, entry->file.hash, at, READ_STEP,
				   &files->piece, &size, &why) != 0)
			break;
		dd_hasher_add(&hasher, files->piece.data, files->piece.len);
		at += files->piece.len;
	}
	dd_buf_fini(&files->piece);
	dd_hasher_end(&hasher, found);
	if (memcmp(found, entry->file.hash, DD_HASH_LEN) != 0)
		return park_damaged(files, entry, err);
	entry->asked = false;
	entry->file.sent = 0;
	office_files_pause(files, words);
	entry->not_before_us = files->mono_us +
			       (INT64_C(1000000) << (entry->failures < 16 ? entry->failures : 16));
	entry->failures++;
	return office_files_store(files, entry, err);
}

static int on_complete(struct office_files *files, struct office_files_entry *entry,
		       const Dondoc__V1__FileState *state, struct dd_error *err)
{
	entry->file.sent = entry->file.size;
	entry->file.sequence = state->sequence;
	entry->file.incarnation = state->incarnation;
	entry->failures = 0;
	dd_log(DD_LOG_INFO, "office.file_sent", dd_f_uint("task", entry->file.task),
	       dd_f_uint("bytes", entry->file.size), dd_f_uint("breaks", entry->file.breaks));
	return office_files_move(files, entry, OFFICE_FILE_AT_CENTRE, NULL, err);
}

/* What was sent is not there: it gave way to others, or the centre lost power. */
static int on_lost_there(struct office_files *files, struct office_files_entry *entry,
			 uint64_t stored)
{
	entry->file.sent = stored;
	office_files_pause(files, "the centre no longer has what was sent of a file");
	return 0;
}

static int on_state(struct office_files *files, struct office_files_entry *entry,
		    const Dondoc__V1__FileState *state, struct dd_error *err)
{
	const uint64_t before = entry->file.sent;

	if (state->refusal == NULL && !state->complete) {
		if (state->stored >= entry->file.size) {
			office_files_pause(files, STRANGE);
			return 0;
		}
		entry->asked = true;
		if (state->stored < before + files->flying_len && files->flying_len > 0)
			return on_lost_there(files, entry, state->stored);
	}
	files->failures = 0;
	memset(files->trouble, 0, sizeof(files->trouble));
	if (state->refusal != NULL)
		return on_refused(files, entry, state->refusal, err);
	if (state->complete)
		return on_complete(files, entry, state, err);
	entry->file.sent = state->stored;
	if (entry->file.state == OFFICE_FILE_REFUSED || (before == 0 && state->stored > 0) ||
	    (entry->file.state == OFFICE_FILE_SENDING && state->stored == 0))
		return office_files_move(
			files, entry, state->stored > 0 ? OFFICE_FILE_SENDING : OFFICE_FILE_WAITING,
			NULL, err);
	return 0;
}

int office_files_answered(struct office_files *files, struct office_files_entry *entry,
			  const Dondoc__V1__Reply *reply, struct dd_error *err)
{
	office_pace_answered(&files->pace, files->flying_len,
			     files->mono_us - files->flying_since_us);
	if (reply->body_case == DONDOC__V1__REPLY__BODY_FILE)
		return on_state(files, entry, reply->file, err);
	entry->asked = false;
	if (reply->body_case != DONDOC__V1__REPLY__BODY_ERROR) {
		office_files_pause(files, STRANGE);
		return 0;
	}
	if (reply->error->code == DONDOC__V1__ERROR_CODE__ERROR_MALFORMED)
		return on_other_bytes(files, entry, reply->error->text, err);
	office_files_pause(files, reply->error->text);
	return 0;
}

int office_files_told(struct office_files *files, const uint8_t hash[DD_HASH_LEN],
		      const Dondoc__V1__FileState *state, bool *whole_out, struct dd_error *err)
{
	struct office_files_entry *entry = office_files_find(files, hash);
	const bool flies =
		files->request != 0 && memcmp(files->flying, hash, sizeof(files->flying)) == 0;

	*whole_out = entry != NULL && !flies && state->complete && state->refusal == NULL &&
		     (entry->file.state == OFFICE_FILE_WAITING ||
		      entry->file.state == OFFICE_FILE_SENDING);
	return *whole_out ? on_complete(files, entry, state, err) : 0;
}
