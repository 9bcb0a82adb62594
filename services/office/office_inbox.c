/* office_inbox.c - the folder: what lies in it, what has come to rest, and where it goes.
 *
 * The happy path: every few seconds the folder is listed (office_inbox_list.c); a file that has not
 * changed for some is read and handed to the outbox (office_inbox_sheet.c), then its answer is
 * written, and last the file is moved: killed anywhere before, it is read again, and the centre
 * knows its rows. The oldest file is first; a round ends after half a second, so that the door is
 * never shut for long, and the next one follows at once, however many files there are.
 * A full disk, or a folder that takes no answer, leaves the file where it is, and what is in the
 * outbox is not handed in once more. A folder that cannot be listed is told in the journal, once,
 * and tried again. */
#include "services/office/office_inbox.h"

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "services/office/office_inbox_list.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_MS     3000
#define SOON_MS     100 /* the round was ended before all was taken */
#define ROUND_US    500000
#define NAME_LEN    256
#define NAMES_MAX   1000
#define TAKEN       "da-nhan"
#define WRONG       "loi"
#define FILE_MODE   0660
#define FOLDER_MODE 0770

struct office_inbox {
	struct dd_timer *timer;
	struct inbox_sheets *sheets; /* owned */
	char *dir, *taken, *wrong;   /* owned */
	struct inbox_list list;
	size_t waiting;    /* files that lie there and wait for their turn */
	char trouble[320]; /* in words; "" = none */
	bool many;         /* that there are many was told */
};

/* --- files -------------------------------------------------------------------------------------
 */

static bool exists(const char *path)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);

	if (fd >= 0)
		sys->close(sys->ctx, fd);
	return fd >= 0 || errno != ENOENT;
}

/* "x.xlsx" in the folder, or "x-2.xlsx" where it is taken. The caller frees. */
static char *free_name(const char *folder, const char *stem, const char *ending)
{
	char name[2 * NAME_LEN];
	char *path = NULL;

	for (int i = 1; i < NAMES_MAX; i++) {
		if (i == 1)
			snprintf(name, sizeof(name), "%.200s%.40s", stem, ending);
		else
			snprintf(name, sizeof(name), "%.200s-%d%.40s", stem, i, ending);
		free(path);
		path = dd_path(folder, name);
		if (!exists(path))
			break;
	}
	return path;
}

/* The name without its ending; the ending goes to *ending_out. */
static void split_name(const char *name, char stem_out[NAME_LEN], const char **ending_out)
{
	const char *dot = strrchr(name, '.');
	size_t len = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);

	*ending_out = name + len;
	memcpy(stem_out, name, len);
	stem_out[len] = '\0';
}

/* Where a file of the folder will lie. The caller frees. */
static char *place_in(const char *folder, const char *name)
{
	char stem[NAME_LEN];
	const char *ending;

	split_name(name, stem, &ending);
	return free_name(folder, stem, ending);
}

static int move_to(const struct office_inbox *inbox, const char *name, const char *to,
		   struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *from = dd_path(inbox->dir, name);
	int rc = DD_OK;

	if (sys->rename(sys->ctx, from, to) != 0)
		rc = dd_fail(err, DD_ERR_IO, "cannot move %s to %s: %s", from, to, strerror(errno));
	free(from);
	return rc;
}

/* Beside the file as it will be called in `folder`; the caller frees *path_out. */
static int write_beside(const char *folder, const char *name, const char *ending,
			const struct dd_buf *content, char **path_out, struct dd_error *err)
{
	char stem[NAME_LEN];
	const char *old;

	split_name(name, stem, &old);
	*path_out = free_name(folder, stem, ending);
	return dd_file_write(*path_out, content->data, content->len, FILE_MODE, err);
}

/* --- one file -----------------------------------------------------------------------------------
 */

/* Without the file beside it, what was written says nothing, and would be written every round. */
static void unwrite(const struct inbox_paths *paths)
{
	const struct dd_sys *sys = dd_sys();

	(void)sys->unlink(sys->ctx, paths->answer);
}

static int move_or_unwrite(struct office_inbox *inbox, const char *name,
			   const struct inbox_paths *paths, struct dd_error *err)
{
	int rc = move_to(inbox, name, paths->file, err);

	if (rc != DD_OK)
		unwrite(paths);
	return rc;
}

static int put_wrong(struct office_inbox *inbox, const char *name, const char *words,
		     struct dd_error *err)
{
	char *to = place_in(inbox->wrong, name), *path = NULL;
	struct dd_buf text = {0};
	int rc;

	dd_buf_printf(&text, "%s\r\n\r\n%s\r\n", name, words);
	rc = write_beside(inbox->wrong, name, ".txt", &text, &path, err);
	dd_buf_fini(&text);
	if (rc == DD_OK)
		rc = move_or_unwrite(inbox, name, &(struct inbox_paths){to, path}, err);
	free(path);
	free(to);
	if (rc == DD_OK)
		dd_log(DD_LOG_WARN, "office.inbox_refused", dd_f_text("file", name),
		       dd_f_text("why", words));
	return rc;
}

/* That its answer waits is kept before it is moved: whatever happens between the two, the answer is
 * completed, or the file is taken up once more. */
static int follow_and_move(struct office_inbox *inbox, struct inbox_file *seen,
			   const struct inbox_paths *paths, struct dd_error *err)
{
	uint64_t id;
	int rc = inbox_sheets_follow(inbox->sheets, seen->taken, paths, &id, err);

	if (rc != DD_OK) { /* the store is full */
		unwrite(paths);
		return rc;
	}
	rc = move_or_unwrite(inbox, seen->name, paths, err);
	if (rc != DD_OK)
		inbox_sheets_forget(inbox->sheets, id);
	return rc;
}

static int put_taken(struct office_inbox *inbox, struct inbox_file *seen, struct dd_error *err)
{
	char *to = place_in(inbox->taken, seen->name), *path = NULL;
	struct dd_buf answer = {0};
	int rc = inbox_sheet_answer(seen->taken, &answer, err);

	if (rc == DD_OK)
		rc = write_beside(inbox->taken, seen->name, inbox_sheet_ending(seen->taken),
				  &answer, &path, err);
	if (rc == DD_OK)
		rc = follow_and_move(inbox, seen, &(struct inbox_paths){to, path}, err);
	if (rc == DD_OK) {
		dd_log(DD_LOG_INFO, "office.inbox_taken", dd_f_text("file", seen->name));
		inbox_sheet_free(seen->taken);
		seen->taken = NULL;
	}
	free(path);
	free(to);
	dd_buf_fini(&answer);
	return rc;
}

/* Of other bytes under the same name nothing is in the outbox. */
static void compare_content(struct inbox_file *seen, const struct dd_buf *file)
{
	uint8_t content[DD_HASH_LEN];

	dd_hash(file->data, file->len, content);
	if (memcmp(content, seen->content, sizeof(content)) != 0) {
		inbox_sheet_free(seen->taken);
		seen->taken = NULL;
	}
	memcpy(seen->content, content, sizeof(content));
}

static int take_file(struct office_inbox *inbox, struct inbox_file *seen, struct dd_error *err)
{
	char *path = dd_path(inbox->dir, seen->name);
	struct dd_buf file = {0};
	int rc = inbox_file_read(path, &file, err);

	if (rc == DD_OK) {
		compare_content(seen, &file);
		rc = inbox_sheet_take(inbox->sheets, &file, &seen->taken, err);
	}
	if (rc == DD_ERR_INVALID) {
		char words[sizeof(err->text)];

		memcpy(words, err->text, sizeof(words));
		rc = put_wrong(inbox, seen->name, words, err);
	} else if (rc == DD_OK) {
		rc = put_taken(inbox, seen, err);
	}
	dd_buf_fini(&file);
	free(path);
	return rc;
}

/* --- a round ------------------------------------------------------------------------------------
 */

static void tell_trouble(struct office_inbox *inbox, const char *why)
{
	char words[sizeof(inbox->trouble)];

	snprintf(words, sizeof(words), "%s%s%s%.200s", why[0] != '\0' ? "Sheets from " : "",
		 why[0] != '\0' ? inbox->dir : "", why[0] != '\0' ? " wait: " : "", why);
	if (strcmp(words, inbox->trouble) == 0)
		return;
	memcpy(inbox->trouble, words, sizeof(words));
	if (why[0] != '\0')
		dd_log(DD_LOG_ERROR, "office.inbox_unusable", dd_f_text("folder", inbox->dir),
		       dd_f_text("why", why));
}

static bool make_folders(struct office_inbox *inbox)
{
	const struct dd_sys *sys = dd_sys();
	const char *const dirs[] = {inbox->dir, inbox->taken, inbox->wrong};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (sys->mkdir(sys->ctx, dirs[i], FOLDER_MODE) != 0 && errno != EEXIST) {
			tell_trouble(inbox, strerror(errno));
			return false;
		}
	}
	return true;
}

/* Those at rest, the oldest first, for half a second. One that cannot be taken now waits as a new
 * one does, so that the others have their turn. */
static void take_files(struct office_inbox *inbox)
{
	struct inbox_list *list = &inbox->list;
	const int64_t begun_us = dd_mono_us();
	const char *trouble = "";
	struct dd_error err = {0};
	size_t i;

	for (i = 0; i < list->resting; i++) {
		if (i > 0 && dd_mono_us() - begun_us >= ROUND_US)
			break;
		if (take_file(inbox, list->order[i], &err) != DD_OK) {
			list->order[i]->since_us = dd_mono_us();
			trouble = err.text;
		}
	}
	inbox->waiting = list->resting - i + list->left_out;
	tell_trouble(inbox, trouble);
}

static void tell_many(struct office_inbox *inbox)
{
	if (inbox->waiting > 0 && !inbox->many)
		dd_log(DD_LOG_INFO, "office.inbox_many", dd_f_text("folder", inbox->dir),
		       dd_f_uint("waiting", inbox->waiting));
	inbox->many = inbox->waiting > 0;
}

static void look(struct office_inbox *inbox)
{
	inbox->waiting = 0;
	if (!make_folders(inbox))
		return;
	if (inbox_list_look(&inbox->list, inbox->dir, dd_mono_us()) != 0) {
		tell_trouble(inbox, strerror(errno));
		return;
	}
	take_files(inbox);
	tell_many(inbox);
}

static void on_time(void *arg)
{
	struct office_inbox *inbox = arg;

	look(inbox);
	inbox_sheets_look(inbox->sheets);
	dd_timer_start(inbox->timer, inbox->waiting > 0 ? SOON_MS : LOOK_MS, 0);
}

size_t office_inbox_waiting(const struct office_inbox *inbox)
{
	return inbox != NULL ? inbox->waiting : 0;
}

const char *office_inbox_trouble(const struct office_inbox *inbox)
{
	return inbox != NULL ? inbox->trouble : "";
}

/* --- life ---------------------------------------------------------------------------------------
 */

struct office_inbox *office_inbox_open(struct office *office)
{
	struct office_inbox *inbox;

	if (office->config->inbox[0] == '\0')
		return NULL;
	inbox = dd_alloc(sizeof(*inbox));
	memset(inbox, 0, sizeof(*inbox));
	inbox->dir = dd_strdup(office->config->inbox);
	inbox->taken = dd_path(inbox->dir, TAKEN);
	inbox->wrong = dd_path(inbox->dir, WRONG);
	inbox->sheets = inbox_sheets_new(office);
	inbox->timer = dd_timer_open(office->context.loop, on_time, inbox);
	dd_timer_start(inbox->timer, LOOK_MS, 0);
	return inbox;
}

void office_inbox_close(struct office_inbox *inbox)
{
	if (inbox == NULL)
		return;
	dd_timer_close(inbox->timer);
	inbox_list_fini(&inbox->list);
	inbox_sheets_free(inbox->sheets);
	free(inbox->dir);
	free(inbox->taken);
	free(inbox->wrong);
	free(inbox);
}
