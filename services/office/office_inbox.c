/* office_inbox.c - the folder: what lies in it, what has come to rest, and where it goes.
 *
 * The happy path: every few seconds the folder is listed; a file that has the size it had the last
 * time is read and handed to the outbox (office_inbox_sheet.c), then its answer is written, and
 * last the file is moved: killed anywhere before, it is read again, and the centre knows its rows.
 * A full disk, or a folder that takes no answer, leaves the file where it is, and what is in the
 * outbox is not handed in once more. A folder that cannot be listed is told in the journal, once,
 * and tried again. */
#include "services/office/office_inbox.h"

#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "common/base/sys.h"
#include "services/office/office_inbox_sheet.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LOOK_MS     3000
#define NAME_LEN    256
#define FILES_MAX   200 /* looked at in one round */
#define NAMES_MAX   1000
#define TAKEN       "da-nhan"
#define WRONG       "loi"
#define FILE_MODE   0660
#define FOLDER_MODE 0770

struct seen {
	char name[NAME_LEN];
	int64_t size;
	bool rests; /* it had the same size the last time */
	/* Owned; what of these bytes is in the outbox although the file could not be moved: the
	 * next round must not hand it in once more. */
	struct inbox_sheet *taken;
	uint8_t content[DD_HASH_LEN];
};

struct office_inbox {
	struct dd_timer *timer;
	struct inbox_sheets *sheets; /* owned */
	char *dir, *taken, *wrong;   /* owned */
	struct seen seen[FILES_MAX];
	size_t count;
	bool told; /* that the folder cannot be read */
};

/* --- files -------------------------------------------------------------------------------------
 */

static bool exists(const char *path)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY, 0);

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

static int move_to(struct office_inbox *inbox, const char *folder, const char *name,
		   struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *from = dd_path(inbox->dir, name);
	char stem[NAME_LEN];
	const char *ending;
	char *to;
	int rc = DD_OK;

	split_name(name, stem, &ending);
	to = free_name(folder, stem, ending);
	if (sys->rename(sys->ctx, from, to) != 0)
		rc = dd_fail(err, DD_ERR_IO, "cannot move %s to %s: %s", from, to, strerror(errno));
	free(from);
	free(to);
	return rc;
}

/* Beside the file as it will be called in `folder`. */
static int write_beside(const char *folder, const char *name, const char *ending,
			const struct dd_buf *content, char **path_out, struct dd_error *err)
{
	char stem[NAME_LEN];
	const char *old;
	char *path;
	int rc;

	split_name(name, stem, &old);
	path = free_name(folder, stem, ending);
	rc = dd_file_write(path, content->data, content->len, FILE_MODE, err);
	if (path_out != NULL)
		*path_out = path;
	else
		free(path);
	return rc;
}

/* Never through a link: whoever may drop files here must not have others read by us. */
static int read_whole(const char *path, struct dd_buf *out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	int64_t size = fd >= 0 ? sys->size(sys->ctx, fd) : -1;
	ssize_t got = 0;

	if (size >= 0 && size <= (int64_t)DD_SHEET_FILE_MAX) {
		uint8_t *room = dd_buf_reserve(out, (size_t)size + 1);

		while (out->len < (size_t)size &&
		       (got = sys->pread(sys->ctx, fd, room + out->len, (size_t)size - out->len,
					 (int64_t)out->len)) > 0)
			out->len += (size_t)got;
	}
	if (fd >= 0)
		sys->close(sys->ctx, fd);
	if (size > (int64_t)DD_SHEET_FILE_MAX)
		return dd_fail(err, DD_ERR_INVALID,
			       "tệp quá lớn (hơn 16 MiB): đây không phải phiếu báo "
			       "cáo / the file is too large for a sheet");
	if (size < 0 || got < 0)
		return dd_fail(err, DD_ERR_IO, "cannot read %s: %s", path, strerror(errno));
	return DD_OK;
}

/* --- one file -----------------------------------------------------------------------------------
 */

/* Without the file beside it, what was written says nothing, and would be written every round. */
static int move_or_unwrite(struct office_inbox *inbox, const char *folder, const char *name,
			   const char *written, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int rc = move_to(inbox, folder, name, err);

	if (rc != DD_OK)
		(void)sys->unlink(sys->ctx, written);
	return rc;
}

static int put_wrong(struct office_inbox *inbox, const char *name, const char *words,
		     struct dd_error *err)
{
	struct dd_buf text = {0};
	char *path = NULL;
	int rc;

	dd_buf_printf(&text, "%s\r\n\r\n%s\r\n", name, words);
	rc = write_beside(inbox->wrong, name, ".txt", &text, &path, err);
	dd_buf_fini(&text);
	if (rc == DD_OK)
		rc = move_or_unwrite(inbox, inbox->wrong, name, path, err);
	free(path);
	if (rc != DD_OK)
		return rc;
	dd_log(DD_LOG_WARN, "office.inbox_refused", dd_f_text("file", name),
	       dd_f_text("why", words));
	return rc;
}

static int put_taken(struct office_inbox *inbox, struct seen *seen, struct dd_error *err)
{
	struct dd_buf answer = {0};
	char *path = NULL;
	int rc = inbox_sheet_answer(seen->taken, &answer, err);

	if (rc == DD_OK)
		rc = write_beside(inbox->taken, seen->name, inbox_sheet_ending(seen->taken),
				  &answer, &path, err);
	if (rc == DD_OK)
		rc = move_or_unwrite(inbox, inbox->taken, seen->name, path, err);
	if (rc == DD_OK) {
		dd_log(DD_LOG_INFO, "office.inbox_taken", dd_f_text("file", seen->name));
		inbox_sheets_follow(inbox->sheets, seen->taken, path);
		seen->taken = NULL;
	}
	free(path);
	dd_buf_fini(&answer);
	return rc;
}

/* Of other bytes under the same name nothing is in the outbox. */
static void compare_content(struct seen *seen, const struct dd_buf *file)
{
	uint8_t content[DD_HASH_LEN];

	dd_hash(file->data, file->len, content);
	if (memcmp(content, seen->content, sizeof(content)) != 0) {
		inbox_sheet_free(seen->taken);
		seen->taken = NULL;
	}
	memcpy(seen->content, content, sizeof(content));
}

static int take_file(struct office_inbox *inbox, struct seen *seen, struct dd_error *err)
{
	char *path = dd_path(inbox->dir, seen->name);
	struct dd_buf file = {0};
	int rc = read_whole(path, &file, err);

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

struct listing {
	struct office_inbox *inbox;
	struct seen found[FILES_MAX];
	size_t count;
};

/* Hidden files, and those that Office keeps beside an open document, are nobody's sheet. */
static void on_name(void *arg, const char *name)
{
	struct listing *listing = arg;

	if (name[0] == '.' || strncmp(name, "~$", 2) == 0 || strcmp(name, TAKEN) == 0 ||
	    strcmp(name, WRONG) == 0 || strlen(name) >= NAME_LEN || listing->count == FILES_MAX)
		return;
	snprintf(listing->found[listing->count].name, NAME_LEN, "%s", name);
	listing->found[listing->count++].size = -1;
}

static int64_t size_of(const struct office_inbox *inbox, const char *name)
{
	const struct dd_sys *sys = dd_sys();
	char *path = dd_path(inbox->dir, name);
	int fd = sys->open(sys->ctx, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	int64_t size = -1;

	if (fd >= 0 && S_ISREG((mode_t)sys->mode(sys->ctx, fd)))
		size = sys->size(sys->ctx, fd);
	if (fd >= 0)
		sys->close(sys->ctx, fd);
	free(path);
	return size;
}

static void forget_taken(struct office_inbox *inbox)
{
	for (size_t i = 0; i < inbox->count; i++)
		inbox_sheet_free(inbox->seen[i].taken);
	inbox->count = 0;
}

static void compare(struct listing *listing)
{
	struct office_inbox *inbox = listing->inbox;

	for (size_t i = 0; i < listing->count; i++) {
		struct seen *now = &listing->found[i];

		now->size = size_of(inbox, now->name);
		for (size_t k = 0; k < inbox->count; k++) {
			struct seen *before = &inbox->seen[k];

			if (strcmp(now->name, before->name) != 0)
				continue;
			now->rests = now->size > 0 && now->size == before->size;
			now->taken = before->taken;
			memcpy(now->content, before->content, sizeof(now->content));
			before->taken = NULL;
		}
	}
	forget_taken(inbox);
	memcpy(inbox->seen, listing->found, listing->count * sizeof(listing->found[0]));
	inbox->count = listing->count;
}

static void tell_once(struct office_inbox *inbox, const char *why)
{
	if (!inbox->told)
		dd_log(DD_LOG_ERROR, "office.inbox_unusable", dd_f_text("folder", inbox->dir),
		       dd_f_text("why", why));
	inbox->told = true;
}

static bool make_folders(struct office_inbox *inbox)
{
	const struct dd_sys *sys = dd_sys();
	const char *const dirs[] = {inbox->dir, inbox->taken, inbox->wrong};

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (sys->mkdir(sys->ctx, dirs[i], FOLDER_MODE) != 0 && errno != EEXIST) {
			tell_once(inbox, strerror(errno));
			return false;
		}
	}
	return true;
}

static void look(struct office_inbox *inbox)
{
	const struct dd_sys *sys = dd_sys();
	struct listing *listing = dd_alloc(sizeof(*listing));
	struct dd_error err = {0};

	memset(listing, 0, sizeof(*listing));
	listing->inbox = inbox;
	if (!make_folders(inbox)) {
		free(listing);
		return;
	}
	if (sys->list(sys->ctx, inbox->dir, on_name, listing) != 0) {
		tell_once(inbox, strerror(errno));
		free(listing);
		return;
	}
	compare(listing);
	for (size_t i = 0; i < inbox->count; i++) {
		if (!inbox->seen[i].rests)
			continue;
		if (take_file(inbox, &inbox->seen[i], &err) != DD_OK)
			tell_once(inbox, err.text);
		else
			inbox->told = false;
	}
	free(listing);
}

static void on_time(void *arg)
{
	struct office_inbox *inbox = arg;

	look(inbox);
	inbox_sheets_look(inbox->sheets);
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
	dd_timer_start(inbox->timer, LOOK_MS, LOOK_MS);
	return inbox;
}

void office_inbox_close(struct office_inbox *inbox)
{
	if (inbox == NULL)
		return;
	dd_timer_close(inbox->timer);
	forget_taken(inbox);
	inbox_sheets_free(inbox->sheets);
	free(inbox->dir);
	free(inbox->taken);
	free(inbox->wrong);
	free(inbox);
}
