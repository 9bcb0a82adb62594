/* office_files.c - the engine for evidence: what is to be done with each file, inputs, what people
 * are shown. Sending is in office_files_send.c, the list in office_files_load.c. */
#include "services/office/office_files_impl.h"

#include "common/base/log.h"
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES  (256u << 10)
#define PAUSE_MAX_MS 60000u
#define LOOK_US      (INT64_C(600) * 1000000) /* a wall clock may be set while hours are waited for */

/* --- one file -------------------------------------------------------------------------------- */

struct office_files_entry *office_files_find(const struct office_files *files,
					     const uint8_t hash[DD_HASH_LEN])
{
	for (size_t i = 0; i < files->count; i++)
		if (memcmp(files->entries[i].file.hash, hash, DD_HASH_LEN) == 0)
			return &files->entries[i];
	return NULL;
}

bool office_files_goes(const struct office_files_entry *entry)
{
	return entry->type != NULL && entry->ready &&
	       (entry->file.state == OFFICE_FILE_WAITING ||
		entry->file.state == OFFICE_FILE_SENDING ||
		entry->file.state == OFFICE_FILE_REFUSED);
}

uint64_t office_files_left(const struct office_files_entry *entry)
{
	return entry->file.size > entry->file.sent ? entry->file.size - entry->file.sent : 0;
}

int office_files_store(struct office_files *files, struct office_files_entry *entry,
		       struct dd_error *err)
{
	int rc = office_outbox_file_put(files->options.outbox, &entry->file, err);

	return rc == DD_ERR_FULL ? 0 : rc;
}

int office_files_move(struct office_files *files, struct office_files_entry *entry,
		      enum office_file_state state, const char *reason, struct dd_error *err)
{
	struct office_file *file = &entry->file;

	file->state = (uint8_t)state;
	file->refusal = 0;
	file->changed_us = files->wall_us;
	memset(file->reason, 0, sizeof(file->reason));
	if (reason != NULL)
		memcpy(file->reason, reason, strnlen(reason, sizeof(file->reason) - 1));
	return office_files_store(files, entry, err);
}

int office_files_judge(struct office_files *files, struct office_files_entry *entry,
		       struct dd_error *err)
{
	struct office_file_want want;
	int rc =
		office_outbox_file_want(files->options.outbox, entry->file.hash, entry->use, &want);

	if (rc != 0)
		return dd_fail(err, rc, "the outbox's list of files cannot be read");
	entry->ready = want.use.item != 0;
	entry->as = want.use;
	if (want.accepted + want.open == 0 && entry->file.state != OFFICE_FILE_UNWANTED &&
	    entry->file.state != OFFICE_FILE_AT_CENTRE)
		return office_files_move(files, entry, OFFICE_FILE_UNWANTED, NULL, err);
	if (want.accepted + want.open > 0 && entry->file.state == OFFICE_FILE_UNWANTED)
		return office_files_move(files, entry, OFFICE_FILE_WAITING, NULL, err);
	return 0;
}

int office_files_open(const struct office_files_options *options, struct office_files **files_out,
		      struct dd_error *err)
{
	struct office_files *files = dd_alloc(sizeof(*files));
	int rc;

	files->options = *options;
	files->random = options->seed | 1;
	files->link = DD_LINK_CONNECTING;
	files->noted = UINT64_MAX; /* read it all */
	files->moved = UINT64_MAX;
	office_pace_init(&files->pace, options->kbps);
	dd_arena_init(&files->arena, ARENA_BYTES);
	rc = office_files_refresh(files, err);
	if (rc != 0) {
		office_files_close(files);
		return rc;
	}
	*files_out = files;
	return 0;
}

void office_files_close(struct office_files *files)
{
	if (files == NULL)
		return;
	dd_arena_fini(&files->arena);
	dd_buf_fini(&files->out);
	dd_buf_fini(&files->piece);
	free(files->entries);
	free(files);
}

void office_files_time(struct office_files *files, int64_t wall_us, int64_t mono_us)
{
	files->wall_us = wall_us;
	files->mono_us = mono_us;
}

/* xorshift64: only for jitter. */
static uint64_t next_random(struct office_files *files)
{
	files->random ^= files->random << 13;
	files->random ^= files->random >> 7;
	files->random ^= files->random << 17;
	return files->random;
}

void office_files_pause(struct office_files *files, const char *why)
{
	uint64_t us = (uint64_t)files->options.retry_ms
		      << (files->failures < 16 ? files->failures : 16);

	us = (us > PAUSE_MAX_MS ? PAUSE_MAX_MS : us) * 1000;
	files->failures++;
	files->not_before_us =
		files->mono_us + (int64_t)(us / 2 + next_random(files) % (us / 2 + 1));
	if (files->trouble[0] == '\0' && why[0] != '\0')
		dd_log(DD_LOG_WARN, "office.files_wait", dd_f_text("centre", why));
	memset(files->trouble, 0, sizeof(files->trouble));
	memcpy(files->trouble, why, strnlen(why, sizeof(files->trouble) - 1));
}

/* --- inputs ---------------------------------------------------------------------------------- */

int office_files_link(struct office_files *files, enum dd_link link, struct dd_error *err)
{
	struct office_files_entry *entry = office_files_find(files, files->flying);
	int rc = 0;

	if (files->request != 0) {
		/* At most this piece is lost; its answer, if one comes, says nothing any more. */
		files->request = 0;
		office_pace_broken(&files->pace);
		if (entry != NULL) {
			entry->file.breaks++;
			rc = office_files_store(files, entry, err);
		}
	}
	office_pace_up(&files->pace);
	files->link = link;
	files->not_before_us = files->mono_us;
	for (size_t i = 0; i < files->count; i++)
		files->entries[i].asked = false;
	return rc != 0 ? rc : office_files_wake(files, err);
}

int office_files_reply(struct office_files *files, uint64_t id, int result, const uint8_t *data,
		       size_t len, struct dd_error *err)
{
	struct office_files_entry *entry = office_files_find(files, files->flying);
	Dondoc__V1__Reply *reply = NULL;
	int rc = 0;

	if (id == 0 || id != files->request)
		return 0;
	files->request = 0;
	dd_arena_reset(&files->arena);
	if (result == 0)
		reply = dd_reply_unpack(&files->arena, data, len);
	if (reply == NULL) {
		files->timeouts++;
		office_pace_broken(&files->pace);
		office_files_pause(files, "");
		if (entry != NULL) {
			entry->asked = false;
			entry->file.breaks++;
			rc = office_files_store(files, entry, err);
		}
	} else if (entry != NULL) {
		files->timeouts = 0;
		rc = office_files_answered(files, entry, reply, err);
	}
	return rc != 0 ? rc : office_files_advance(files, err);
}

int office_files_wake(struct office_files *files, struct dd_error *err)
{
	int rc = office_files_refresh(files, err);

	return rc != 0 ? rc : office_files_advance(files, err);
}

int office_files_came(struct office_files *files, const uint8_t hash[DD_HASH_LEN],
		      struct dd_error *err)
{
	struct office_files_entry *entry;
	int rc = office_files_refresh(files, err);

	entry = office_files_find(files, hash);
	if (rc == 0 && entry != NULL)
		rc = office_files_look(files, entry, err);
	return rc != 0 ? rc : office_files_advance(files, err);
}

/* A backup has it: the list forgets it, and its content goes unless all is kept. First what is
 * noted, then the content: a content too many goes with the sweep. */
static int release(struct office_files *files, struct office_files_entry *entry,
		   struct dd_error *err)
{
	struct dd_error why = {0};
	int rc = office_files_move(files, entry, OFFICE_FILE_COVERED, NULL, err);

	if (rc == 0 && !files->options.keep)
		rc = dd_files_remove(files->options.files, entry->file.hash, &why);
	if (rc != 0 && err->code == 0)
		*err = why;
	*entry = files->entries[--files->count];
	return rc;
}

int office_files_covered(struct office_files *files, uint32_t incarnation, uint64_t sequence,
			 struct dd_error *err)
{
	int rc = 0;

	/* The backup's log goes further than it did when the file was there, so that the backup was
	 * made later, and files are copied after the log. */
	for (size_t i = files->count; rc == 0 && i > 0; i--) {
		struct office_files_entry *entry = &files->entries[i - 1];

		if (entry->file.state == OFFICE_FILE_AT_CENTRE && entry->file.sequence != 0 &&
		    entry->file.incarnation == incarnation && sequence > entry->file.sequence)
			rc = release(files, entry, err);
	}
	return rc;
}

int office_files_incarnation(struct office_files *files, uint32_t incarnation, struct dd_error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < files->count; i++) {
		struct office_files_entry *entry = &files->entries[i];

		if (entry->file.state != OFFICE_FILE_AT_CENTRE ||
		    entry->file.incarnation >= incarnation)
			continue;
		entry->asked = false;
		entry->file.sent = 0;
		rc = office_files_move(files, entry, OFFICE_FILE_WAITING, NULL, err);
	}
	return rc != 0 ? rc : office_files_wake(files, err);
}

int office_files_destroyed(struct office_files *files, const uint8_t hash[DD_HASH_LEN],
			   struct dd_error *err)
{
	struct office_files_entry *entry = office_files_find(files, hash);
	struct office_file file;
	int rc = office_outbox_file(files->options.outbox, hash, &file);

	if (rc == DD_ERR_NOT_FOUND || (rc == 0 && file.state == OFFICE_FILE_DESTROYED))
		return 0;
	if (rc != 0)
		return dd_fail(err, rc, "the outbox's list of files cannot be read");
	/* The content first: what is noted is not looked at again. */
	rc = dd_files_remove(files->options.files, hash, err);
	file.state = OFFICE_FILE_DESTROYED;
	file.refusal = 0;
	file.changed_us = files->wall_us;
	memset(file.reason, 0, sizeof(file.reason));
	if (rc == 0)
		rc = office_outbox_file_put(files->options.outbox, &file, err);
	if (rc == 0 && entry != NULL)
		*entry = files->entries[--files->count];
	return rc == DD_ERR_FULL ? 0 : rc;
}

bool office_files_claimed(void *arg, const uint8_t hash[DD_HASH_LEN])
{
	const struct office_files *files = arg;
	struct office_file file;
	int rc = office_outbox_file(files->options.outbox, hash, &file);

	if (rc != 0)
		return rc != DD_ERR_NOT_FOUND; /* what cannot be looked up stays */
	if (file.state == OFFICE_FILE_COVERED)
		return files->options.keep;
	return file.state != OFFICE_FILE_UNWANTED && file.state != OFFICE_FILE_DESTROYED;
}

/* --- when to go on, and what is waited for ---------------------------------------------------- */

static int64_t later_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t office_files_due(const struct office_files *files)
{
	const struct office_files_options *options = &files->options;
	int64_t due = INT64_MAX, wait;

	if (!options->send || files->link != DD_LINK_UP || files->request != 0 ||
	    options->reports_first(options->arg))
		return INT64_MAX;
	for (size_t i = 0; i < files->count; i++)
		if (office_files_goes(&files->entries[i]) && files->entries[i].not_before_us < due)
			due = files->entries[i].not_before_us;
	if (due == INT64_MAX)
		return due;
	due = later_of(later_of(due, files->not_before_us), files->pace.free_us);
	wait = office_hours_next(&options->hours, files->wall_us) - files->wall_us;
	return later_of(due, files->mono_us + (wait < LOOK_US ? wait : LOOK_US));
}

static int64_t wall_of(const struct office_files *files, int64_t mono_us)
{
	return files->wall_us + (mono_us - files->mono_us);
}

/* A piece of it is on the line, or was the last one and the limit holds back the next. */
static bool is_flying(const struct office_files *files, const struct office_files_entry *entry)
{
	return (files->request != 0 ||
		(files->link == DD_LINK_UP && files->pace.free_us > files->mono_us)) &&
	       memcmp(files->flying, entry->file.hash, DD_HASH_LEN) == 0;
}

static enum office_file_wait wait_of(const struct office_files *files,
				     const struct office_files_entry *entry, int64_t *until_out)
{
	const struct office_hours *hours = &files->options.hours;
	const int64_t after = later_of(entry->not_before_us, files->not_before_us);

	*until_out = 0;
	if (entry->type == NULL)
		return OFFICE_WAIT_CONTENT;
	if (!entry->ready)
		return OFFICE_WAIT_REPORT;
	if (is_flying(files, entry))
		return OFFICE_WAIT_NOTHING;
	if (!files->options.send)
		return OFFICE_WAIT_OFF;
	if (files->link != DD_LINK_UP)
		return OFFICE_WAIT_LINK;
	if (!office_hours_open(hours, files->wall_us)) {
		*until_out = office_hours_next(hours, files->wall_us);
		return OFFICE_WAIT_HOURS;
	}
	if (after > files->mono_us) {
		*until_out = wall_of(files, after);
		return OFFICE_WAIT_CENTRE;
	}
	return OFFICE_WAIT_TURN;
}

void office_files_walk(const struct office_files *files,
		       bool (*on_shown)(void *arg, const struct office_file_shown *shown),
		       void *arg)
{
	bool more = true;

	for (size_t i = 0; more && i < files->count; i++) {
		const struct office_files_entry *entry = &files->entries[i];
		struct office_file_shown shown = {.file = entry->file};

		if (entry->file.state <= OFFICE_FILE_SENDING)
			shown.wait = wait_of(files, entry, &shown.until_us);
		if (shown.wait == OFFICE_WAIT_CENTRE)
			memcpy(shown.file.reason, files->trouble, sizeof(files->trouble));
		more = on_shown(arg, &shown);
	}
}

#define PARKED_SHOWN_US (INT64_C(7) * 86400 * 1000000)

void office_files_status(const struct office_files *files, struct office_files_status *status_out)
{
	memset(status_out, 0, sizeof(*status_out));
	for (size_t i = 0; i < files->count; i++) {
		const struct office_file *file = &files->entries[i].file;

		if (file->state <= OFFICE_FILE_SENDING) {
			status_out->waiting++;
			status_out->left += office_files_left(&files->entries[i]);
		}
		if ((file->state == OFFICE_FILE_REFUSED || file->state == OFFICE_FILE_DAMAGED) &&
		    files->wall_us - file->changed_us < PARKED_SHOWN_US)
			status_out->parked++;
	}
	status_out->sent = files->sent;
	memcpy(status_out->trouble, files->trouble, sizeof(files->trouble));
}
