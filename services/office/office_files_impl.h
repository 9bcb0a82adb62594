/* office_files_impl.h - the inside of the engine for evidence; only office_files*.c include this.
 */
#ifndef OFFICE_FILES_IMPL_H
#define OFFICE_FILES_IMPL_H

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/net/envelope.h"
#include "dondoc/v1/envelope.pb-c.h"
#include "services/office/office_files.h"
#include "services/office/office_pace.h"

/* A file that is not done with. */
struct office_files_entry {
	struct office_file file; /* as it is in the store, but for `sent` and `breaks` */
	const char *type;        /* of the content, a literal; NULL = it is not here */
	bool taken;              /* files of that type are */
	bool asked;              /* since the line came up: `sent` is what the centre has */
	bool ready;              /* a report that names it is accepted: `as` */
	uint32_t use;            /* which of the accepted ones it goes with */
	uint32_t failures;       /* other bytes at the centre, or the disk gives none */
	int64_t not_before_us;
	struct office_file_use as;
};

struct office_files {
	struct office_files_options options;
	struct office_pace pace;
	int64_t wall_us, mono_us;
	uint64_t random;
	enum dd_link link;
	struct office_files_entry *entries; /* owned */
	size_t count, room;
	uint64_t noted;              /* of the outbox, when the list was loaded */
	uint64_t moved;              /* of the outbox, when it was found out what each file wants */
	uint64_t request;            /* on its way; 0 = none */
	uint8_t flying[DD_HASH_LEN]; /* which file it is of */
	size_t flying_len;
	int64_t flying_since_us;
	int64_t not_before_us; /* a pause of all */
	uint32_t failures;     /* pauses in a row */
	uint32_t timeouts;
	uint64_t sent;
	char trouble[OFFICE_REASON_TEXT];
	struct dd_arena arena;
	struct dd_buf out, piece;
};

/* It may go to the centre, or be asked about. */
bool office_files_goes(const struct office_files_entry *entry);
/* The pieces that lack there. */
uint64_t office_files_left(const struct office_files_entry *entry);

struct office_files_entry *office_files_find(const struct office_files *files,
					     const uint8_t hash[DD_HASH_LEN]);
/* Write the record as the entry has it. A full disk is no failure: it is written with the next
 * change, and until then a restart asks the centre again. */
int office_files_store(struct office_files *files, struct office_files_entry *entry,
		       struct dd_error *err) DD_MUST_CHECK;
/* The same in another state; `reason` may be NULL. */
int office_files_move(struct office_files *files, struct office_files_entry *entry,
		      enum office_file_state state, const char *reason,
		      struct dd_error *err) DD_MUST_CHECK;
/* Whether its content is here, and what it is. */
int office_files_look(struct office_files *files, struct office_files_entry *entry,
		      struct dd_error *err) DD_MUST_CHECK;
/* Read the list anew if reports have named files since; then find out what each file wants, if
 * anything has happened to a report: with thousands of files each report that is saved, and each
 * hand that knocks, would otherwise ask for all of them. */
int office_files_refresh(struct office_files *files, struct dd_error *err) DD_MUST_CHECK;
/* What the reports that name it want of it now. */
int office_files_judge(struct office_files *files, struct office_files_entry *entry,
		       struct dd_error *err) DD_MUST_CHECK;
void office_files_pause(struct office_files *files, const char *why);
/* What came of the piece that is on its way. */
int office_files_answered(struct office_files *files, struct office_files_entry *entry,
			  const Dondoc__V1__Reply *reply, struct dd_error *err) DD_MUST_CHECK;
/* Send what can be sent now. */
int office_files_advance(struct office_files *files, struct dd_error *err) DD_MUST_CHECK;

#endif
