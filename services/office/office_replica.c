/* office_replica.c - see office_replica.h. */
#include "services/office/office_replica.h"

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "common/view/view_fix.h"
#include "common/view/view_folder.h"
#include "common/view/view_narrow.h"
#include "common/view/view_query.h"
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER     "view-"
#define FOLDER_LEN (sizeof(FOLDER) - 1)

struct office_replica {
	struct office_kept *kept; /* owned, as the two below */
	struct view *view;        /* NULL: it could not be opened */
	char *dir;                /* of the view */
	const char *data_dir;
	const char *unit;
	char principal[64];
	uint64_t generation; /* of the view */
	uint64_t limit;      /* what lies behind it the view cannot take */
	bool live;           /* what is built lies under its own name */
	struct dd_buf bytes; /* of the record last read for a history */
	char trouble[320];
};

/* --- folders ---------------------------------------------------------------------------------- */

static char *folder_of(const struct office_replica *replica, uint64_t generation)
{
	char name[40];

	(void)snprintf(name, sizeof(name), FOLDER "%" PRIu64, generation);
	return dd_path(replica->data_dir, name);
}

static void delete_folder(const char *dir)
{
	view_folder_clean(dir, UINT_MAX);
	if (rmdir(dir) != 0)
		dd_log(DD_LOG_WARN, "office.view_not_deleted", dd_f_text("path", dir));
}

static void on_name(void *arg, const char *name)
{
	struct office_replica *replica = arg;
	char *path;
	bool present;

	if (strncmp(name, FOLDER, FOLDER_LEN) != 0)
		return;
	path = dd_path(replica->data_dir, name);
	present = replica->dir != NULL && strcmp(path, replica->dir) == 0;
	if (!present)
		delete_folder(path);
	free(path);
}

/* What was built of other generations. */
static void clean(struct office_replica *replica)
{
	const struct dd_sys *sys = dd_sys();

	if (sys->list(sys->ctx, replica->data_dir, on_name, replica) != 0)
		dd_log(DD_LOG_WARN, "office.views_not_listed", dd_f_text("dir", replica->data_dir));
}

/* --- building --------------------------------------------------------------------------------- */

static void close_view(struct office_replica *replica)
{
	view_close(replica->view);
	replica->view = NULL;
}

static int open_view(struct office_replica *replica, struct dd_error *err)
{
	const struct view_options options = {.dir = replica->dir, .inline_store = true};

	replica->live = false;
	return view_open(&options, &replica->view, err);
}

/* A record as a frame of its own. The view looks at its place and its record alone. */
static int replay(struct view *view, const struct dd_position *at, const struct dd_record *record,
		  const struct dd_buf *bytes, struct dd_error *err)
{
	struct dd_position behind = *at;
	struct dd_frame_info info = {.flags = DD_FRAME_FILTERED, .count = 1};
	struct dd_buf frame = {0};
	int rc;

	memset(dd_buf_reserve(&frame, DD_FRAME_HEADER), 0, DD_FRAME_HEADER);
	frame.len = DD_FRAME_HEADER;
	dd_buf_add(&frame, bytes->data, bytes->len);
	info.length = (uint32_t)frame.len;
	info.base = record->sequence;
	memcpy(info.log_id, at->log_id, DD_ID_LEN);
	behind.sequence = record->sequence - 1;
	rc = view_pass_over(view, &behind, err);
	behind.sequence = record->sequence;
	if (rc == 0)
		rc = view_replay(view, frame.data, &info, &behind, err);
	dd_buf_fini(&frame);
	return rc;
}

/* All that is kept behind the view's place, up to `limit`. *last_out is the record that was tried
 * last. */
static int feed(struct office_replica *replica, uint64_t *last_out, struct dd_error *err)
{
	const struct office_kept_state *state = office_kept_state(replica->kept);
	struct dd_position at = state->at;
	struct dd_buf bytes = {0};
	struct dd_record record;
	int rc = 0;

	*last_out = view_position(replica->view)->sequence;
	while (rc == 0) {
		rc = office_kept_next(replica->kept, *last_out, &bytes, &record);
		if (rc == 0 && record.sequence > replica->limit)
			rc = DD_ERR_NOT_FOUND;
		if (rc != 0)
			break;
		*last_out = record.sequence;
		rc = replay(replica->view, &state->at, &record, &bytes, err);
	}
	dd_buf_fini(&bytes);
	if (rc != DD_ERR_NOT_FOUND)
		return rc;
	if (at.sequence > replica->limit)
		at.sequence = replica->limit;
	rc = view_pass_over(replica->view, &at, err);
	if (rc != 0)
		return rc;
	if (replica->live)
		return view_flush(replica->view, err);
	rc = view_live(replica->view, err);
	replica->live = rc == 0 && !view_store_full(replica->view);
	return rc;
}

static void tell_trouble(struct office_replica *replica, const char *words)
{
	if (strcmp(replica->trouble, words) == 0)
		return;
	(void)snprintf(replica->trouble, sizeof(replica->trouble), "%s", words);
	if (words[0] != '\0')
		dd_log(DD_LOG_ERROR, "office.view_behind", dd_f_text("reason", words));
}

/* The view meets a record that it cannot take: it shows how things were before that. */
static int feed_until(struct office_replica *replica, uint64_t bad, struct dd_error *err)
{
	uint64_t last;
	int rc;

	replica->limit = bad - 1;
	close_view(replica);
	rc = open_view(replica, err);
	return rc != 0 ? rc : feed(replica, &last, err);
}

static int feed_all(struct office_replica *replica, struct dd_error *err)
{
	struct dd_error again = {0};
	uint64_t last = 0;
	int rc = feed(replica, &last, err);

	if (rc == DD_ERR_CORRUPT && replica->limit == UINT64_MAX) {
		/* Perhaps only this view is damaged. */
		dd_log(DD_LOG_WARN, "office.view_built_anew", dd_f_text("reason", err->text));
		close_view(replica);
		delete_folder(replica->dir);
		rc = open_view(replica, err);
		if (rc == 0)
			rc = feed(replica, &last, err);
	}
	if (rc == DD_ERR_CORRUPT || rc == DD_ERR_UNSUPPORTED) {
		tell_trouble(replica, err->text);
		rc = feed_until(replica, last, &again);
		if (rc != 0)
			*err = again;
	} else if (rc == DD_ERR_FULL) {
		tell_trouble(replica, err->text);
		rc = 0;
	} else if (rc == 0 && replica->limit == UINT64_MAX) {
		tell_trouble(replica, view_store_full(replica->view)
					      ? "The disk is full: what is shown of the tasks "
						"stays behind; free space in office.data_dir."
					      : "");
	}
	return rc;
}

/* The view of another generation, and only then the old one is gone. */
static int renew(struct office_replica *replica, struct dd_error *err)
{
	struct view *old = replica->view;
	char *old_dir = replica->dir;
	int rc;

	replica->generation = office_kept_state(replica->kept)->generation;
	replica->dir = folder_of(replica, replica->generation);
	replica->limit = UINT64_MAX;
	replica->view = NULL;
	rc = open_view(replica, err);
	if (rc == 0)
		rc = feed_all(replica, err);
	view_close(old);
	free(old_dir);
	if (rc == 0)
		clean(replica);
	return rc;
}

int office_replica_follow(struct office_replica *replica, struct dd_error *err)
{
	int rc;

	if (replica->view == NULL ||
	    replica->generation != office_kept_state(replica->kept)->generation)
		rc = renew(replica, err);
	else
		rc = feed_all(replica, err);
	if (rc == 0 || rc == DD_ERR_IO)
		return rc;
	/* Without a view the centre is asked. */
	tell_trouble(replica, err->text);
	close_view(replica);
	return 0;
}

/* --- life ------------------------------------------------------------------------------------- */

int office_replica_open(const struct office_replica_options *options,
			struct office_replica **replica_out, struct dd_error *err)
{
	struct office_replica *replica = dd_alloc(sizeof(*replica));
	int rc = office_kept_open(options->store, options->unit, &replica->kept, err);

	replica->data_dir = options->data_dir;
	replica->unit = options->unit;
	(void)snprintf(replica->principal, sizeof(replica->principal), "office/%s", options->unit);
	if (rc == 0)
		rc = office_replica_follow(replica, err);
	if (rc != 0) {
		office_replica_close(replica);
		return rc;
	}
	*replica_out = replica;
	return 0;
}

void office_replica_close(struct office_replica *replica)
{
	if (replica == NULL)
		return;
	close_view(replica);
	office_kept_close(replica->kept);
	dd_buf_fini(&replica->bytes);
	free(replica->dir);
	free(replica);
}

struct office_kept *office_replica_kept(struct office_replica *replica)
{
	return replica->kept;
}

const char *office_replica_trouble(const struct office_replica *replica)
{
	return replica->trouble;
}

const struct dd_position *office_replica_at(const struct office_replica *replica)
{
	static const struct dd_position none;

	return replica->view != NULL ? view_position(replica->view) : &none;
}

bool office_replica_ready(const struct office_replica *replica)
{
	return replica->view != NULL && office_kept_state(replica->kept)->fresh_us != 0;
}

/* --- answers ---------------------------------------------------------------------------------- */

static int read_record(void *arg, uint64_t sequence, struct dd_record *record_out)
{
	struct office_replica *replica = arg;

	return office_kept_record(replica->kept, sequence, &replica->bytes, record_out);
}

int office_replica_answer(struct office_replica *replica, Dondoc__V1__Query *query, int32_t today,
			  struct dd_buf *out, struct dd_error *err)
{
	struct view_query_context context = {.view = replica->view,
					     .today = today,
					     .principal = replica->principal,
					     .record = read_record,
					     .arg = replica};
	struct dd_error turn = {0};
	int rc;

	dd_buf_clear(out);
	if (!office_replica_ready(replica))
		return dd_fail(err, DD_ERR_RETRY,
			       "the tasks of the unit have not been fetched from the centre yet");
	rc = view_narrow(replica->view, replica->unit, query, err);
	if (rc == 0)
		rc = view_query(&context, query, out, err);
	if (rc == 0 && query->what_case == DONDOC__V1__QUERY__WHAT_SHOW_TASK &&
	    !view_narrow_detail(replica->view, replica->unit, out))
		rc = dd_fail(err, DD_ERR_NOT_FOUND, "no such task of unit %s", replica->unit);
	/* The snapshot is given up. */
	if (view_turn(replica->view, &turn) == DD_ERR_IO)
		rc = dd_fail(err, DD_ERR_IO, "%s", turn.text);
	return rc;
}

int office_replica_conflict(struct office_replica *replica, uint64_t task, uint64_t sequence,
			    bool *conflict_out)
{
	struct view_entry entry;
	int rc;

	if (!office_replica_ready(replica) || office_replica_at(replica)->sequence < sequence)
		return DD_ERR_RETRY;
	rc = view_entry_get(replica->view, false, task, sequence, &entry);
	*conflict_out = rc == 0 && (entry.marks & VIEW_ENTRY_CONFLICT) != 0;
	return rc;
}
