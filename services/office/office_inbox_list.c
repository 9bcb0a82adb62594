/* office_inbox_list.c - see office_inbox_list.h. */
#include "services/office/office_inbox_list.h"

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAME_LONGEST 255u
#define ROOM_FIRST   64u

struct listing {
	struct inbox_list *list;
	size_t room;
};

static void on_name(void *arg, const char *name)
{
	struct listing *listing = arg;
	struct inbox_list *list = listing->list;

	if (name[0] == '.' || strncmp(name, "~$", 2) == 0 || strlen(name) > NAME_LONGEST)
		return;
	if (list->count == INBOX_FILES_MAX) {
		list->left_out++;
		return;
	}
	if (list->count == listing->room) {
		listing->room = listing->room == 0 ? ROOM_FIRST : 2 * listing->room;
		list->files = dd_realloc(list->files, listing->room * sizeof(*list->files));
	}
	memset(&list->files[list->count], 0, sizeof(*list->files));
	list->files[list->count++].name = dd_strdup(name);
}

/* False: it is no file. The date is asked of the machine itself: it orders, and decides nothing. */
static bool measure(const char *dir, struct inbox_file *file)
{
	char *path = dd_path(dir, file->name);
	struct stat st;
	const bool is_file = lstat(path, &st) == 0 && S_ISREG(st.st_mode);

	if (is_file) {
		file->size = st.st_size;
		file->modified_us =
			(int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000;
	}
	free(path);
	return is_file;
}

static int by_name(const void *a, const void *b)
{
	const struct inbox_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int by_age(const void *a, const void *b)
{
	const struct inbox_file *x = *(struct inbox_file *const *)a;
	const struct inbox_file *y = *(struct inbox_file *const *)b;

	if (x->modified_us != y->modified_us)
		return x->modified_us < y->modified_us ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void forget(struct inbox_file *file)
{
	free(file->name);
	inbox_sheet_free(file->taken);
}

static void keep_files(struct inbox_list *list, const char *dir)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (measure(dir, &list->files[i]))
			list->files[kept++] = list->files[i];
		else
			forget(&list->files[i]);
	}
	list->count = kept;
	if (kept > 0)
		qsort(list->files, kept, sizeof(*list->files), by_name);
}

/* What was known of each goes on. */
static void compare(struct inbox_list *list, struct inbox_list *before, int64_t mono_us)
{
	list->order = dd_alloc((list->count + 1) * sizeof(struct inbox_file *));
	for (size_t i = 0; i < list->count; i++) {
		struct inbox_file *now = &list->files[i];
		struct inbox_file *then = before->count == 0
						  ? NULL
						  : bsearch(now, before->files, before->count,
							    sizeof(*before->files), by_name);

		now->since_us = mono_us;
		if (then == NULL)
			continue;
		if (then->size == now->size && then->modified_us == now->modified_us)
			now->since_us = then->since_us;
		now->taken = then->taken;
		memcpy(now->content, then->content, sizeof(now->content));
		then->taken = NULL;
		if (now->size > 0 && mono_us - now->since_us >= INBOX_REST_US)
			list->order[list->resting++] = now;
	}
	if (list->resting > 0)
		qsort(list->order, list->resting, sizeof(struct inbox_file *), by_age);
}

int inbox_list_look(struct inbox_list *list, const char *dir, int64_t mono_us)
{
	const struct dd_sys *sys = dd_sys();
	struct inbox_list found = {0};
	struct listing listing = {.list = &found};
	int why;

	if (sys->list(sys->ctx, dir, on_name, &listing) != 0) {
		why = errno;
		inbox_list_fini(&found);
		errno = why;
		return -1;
	}
	keep_files(&found, dir);
	compare(&found, list, mono_us);
	inbox_list_fini(list);
	*list = found;
	return 0;
}

int inbox_file_read(const char *path, struct dd_buf *out, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	int64_t size = fd >= 0 ? sys->size(sys->ctx, fd) : -1;
	ssize_t got = 0;
	int why;

	if (size >= 0 && size <= (int64_t)DD_SHEET_FILE_MAX) {
		uint8_t *room = dd_buf_reserve(out, (size_t)size + 1);

		while (out->len < (size_t)size &&
		       (got = sys->pread(sys->ctx, fd, room + out->len, (size_t)size - out->len,
					 (int64_t)out->len)) > 0)
			out->len += (size_t)got;
	}
	why = errno;
	if (fd >= 0)
		sys->close(sys->ctx, fd);
	if (size > (int64_t)DD_SHEET_FILE_MAX)
		return dd_fail(err, DD_ERR_INVALID,
			       "tệp quá lớn (hơn 16 MiB): đây không phải phiếu báo "
			       "cáo / the file is too large for a sheet");
	if (size < 0 || got < 0)
		return dd_fail(err, fd < 0 && why == ENOENT ? DD_ERR_NOT_FOUND : DD_ERR_IO,
			       "cannot read %s: %s", path, strerror(why));
	return DD_OK;
}

void inbox_list_fini(struct inbox_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		forget(&list->files[i]);
	free(list->files);
	free(list->order);
	memset(list, 0, sizeof(*list));
}
