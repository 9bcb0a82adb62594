/* store_folder.c - one owner per folder.
 *
 * LMDB opened twice by one process loses its locks when the second is closed, and two writing
 * processes would only exclude each other within one transaction. So a folder has one owner: a list
 * by device and inode within the process, and flock on the file LOCK between processes. */
#include "common/store/store_folder.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

/* Less than one write of LMDB (64 pages) with room to spare. */
#define NEXT_TO_NOTHING (INT64_C(1) << 20)

struct store_folder {
	struct store_folder *next;
	char *dir; /* owned */
	dev_t device;
	ino_t inode;
	int lock_fd;
	bool listed;
};

/* LMDB's rule "once per process" makes this list one per process too. */
static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct store_folder *list;

static bool list_add(struct store_folder *folder)
{
	bool fresh = true;

	pthread_mutex_lock(&list_lock);
	for (struct store_folder *at = list; at; at = at->next) {
		if (at->device == folder->device && at->inode == folder->inode)
			fresh = false;
	}
	if (fresh) {
		folder->next = list;
		list = folder;
		folder->listed = true;
	}
	pthread_mutex_unlock(&list_lock);
	return fresh;
}

static void list_remove(struct store_folder *folder)
{
	struct store_folder **at = &list;

	pthread_mutex_lock(&list_lock);
	while (*at && *at != folder)
		at = &(*at)->next;
	assert(*at == folder);
	*at = folder->next;
	pthread_mutex_unlock(&list_lock);
}

/* Find out which folder it is and that only its owner may enter. */
static int identify(struct store_folder *folder, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	struct stat st;
	int fd = sys->open(sys->ctx, folder->dir, O_RDONLY | O_DIRECTORY, 0);
	int rc;

	if (fd < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "%s: cannot open the folder",
				     folder->dir);
	rc = fstat(fd, &st);
	sys->close(sys->ctx, fd);
	if (rc != 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "%s: cannot look at the folder",
				     folder->dir);
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return dd_fail(err, DD_ERR_REFUSED,
			       "%s: others may enter this folder (mode %03o); chmod 700 it",
			       folder->dir, (unsigned)(st.st_mode & 0777));
	folder->device = st.st_dev;
	folder->inode = st.st_ino;
	return DD_OK;
}

static int lock(struct store_folder *folder, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *path = dd_path(folder->dir, "LOCK");
	int rc = DD_OK;

	folder->lock_fd = sys->open(sys->ctx, path, O_RDWR | O_CREAT, 0600);
	if (folder->lock_fd < 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "%s: cannot open", path);
	else if (flock(folder->lock_fd, LOCK_EX | LOCK_NB) != 0)
		rc = dd_fail_errno(err, errno == EWOULDBLOCK ? DD_ERR_REFUSED : DD_ERR_IO, errno,
				   "%s: another process uses this store, or it cannot be locked",
				   folder->dir);
	free(path);
	return rc;
}

int store_folder_take(const char *dir, struct store_folder **folder_out, struct dd_error *err)
{
	struct store_folder *folder;
	int rc = dd_dir_make(dir, err);

	if (rc != DD_OK)
		return rc;
	folder = dd_alloc(sizeof(*folder));
	folder->dir = dd_strdup(dir);
	folder->lock_fd = -1;
	rc = identify(folder, err);
	if (rc == DD_OK && !list_add(folder))
		rc = dd_fail(err, DD_ERR_REFUSED, "%s: this process has the store open already",
			     dir);
	if (rc == DD_OK)
		rc = lock(folder, err);
	if (rc != DD_OK) {
		store_folder_give(folder);
		return rc;
	}
	*folder_out = folder;
	return DD_OK;
}

void store_folder_give(struct store_folder *folder)
{
	const struct dd_sys *sys = dd_sys();

	if (!folder)
		return;
	if (folder->lock_fd >= 0)
		sys->close(sys->ctx, folder->lock_fd);
	if (folder->listed)
		list_remove(folder);
	free(folder->dir);
	free(folder);
}

bool store_folder_full(const struct store_folder *folder)
{
	const struct dd_sys *sys = dd_sys();
	int64_t left = sys->free_bytes(sys->ctx, folder->dir);

	return left >= 0 && left < NEXT_TO_NOTHING;
}

const char *store_folder_dir(const struct store_folder *folder)
{
	return folder->dir;
}
