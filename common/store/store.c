/* store.c - durable key-value tables in LMDB. The only file that includes lmdb.h.
 *
 * What is handled here, so that nobody else has to know:
 * - MDB_NOTLS always: several readers per thread, and a reader beside the own writer.
 * - Sync is LMDB's default; WRITEMAP, NOSYNC, NOMETASYNC and MAPASYNC never appear.
 * - The map is huge and sparse from the start; where the address space is limited (RLIMIT_AS) it is
 *   halved until it fits. MDB_MAP_FULL is DD_ERR_FULL and leaves the store usable.
 * - MDB_MAP_RESIZED (another program grew the map): adopt the size and try again, as long as no
 *   transaction is open.
 * - A full disk comes as EIO or ENOSPC: statvfs decides between DD_ERR_FULL and DD_ERR_IO.
 * - Slots of killed readers are freed at the opening and by dd_store_reader_check.
 * - One open per folder and process, one process per folder, 0700/0600 (store_folder.c).
 * - Keys of 1..511 bytes are asserted. Transactions must not be held across a loop turn: a reader
 *   that stays makes the file grow; dd_txn_reset is the way to keep one cheaply. */
#include "common/store/store.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/store/store_folder.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAP_DEFAULT (UINT64_C(64) << 30)
#define MAP_LEAST   (UINT64_C(1) << 20)
#define KEY_MAX     511

struct dd_store {
	struct store_folder *folder; /* owned */
	MDB_env *env;                /* owned */
	MDB_dbi dbi;
	atomic_int open_txns; /* with a snapshot */
};

struct dd_txn {
	struct dd_store *store;
	MDB_txn *txn; /* owned */
	bool write;
	bool live; /* counts in open_txns */
};

struct dd_cursor {
	struct dd_store *store;
	MDB_cursor *cursor; /* owned */
	size_t prefix_len;
	uint8_t prefix[KEY_MAX];
};

static int fail(const struct dd_store *store, int rc, const char *what, struct dd_error *err)
{
	const char *dir = store_folder_dir(store->folder);

	if (rc == MDB_MAP_FULL)
		return dd_fail(err, DD_ERR_FULL,
			       "%s: %s: the store has reached its map size; raise it and restart",
			       dir, what);
	if (rc == ENOSPC || rc == EDQUOT || (rc == EIO && store_folder_full(store->folder)))
		return dd_fail(err, DD_ERR_FULL, "%s: %s: the disk is full; make space", dir, what);
	if (rc == MDB_CORRUPTED || rc == MDB_PAGE_NOTFOUND || rc == MDB_INVALID)
		return dd_fail(err, DD_ERR_CORRUPT,
			       "%s: %s: %s; a view is built again from the log when its folder is "
			       "deleted, an outbox is not: put a copy of it back",
			       dir, what, mdb_strerror(rc));
	return dd_fail(err, DD_ERR_IO, "%s: %s: %s", dir, what, mdb_strerror(rc));
}

/* --- opening ------------------------------------------------------------------------------ */

/* mdb_env_open tells only by ENOMEM that the map does not fit, and the environment is used up. */
static int env_open(struct dd_store *store, uint64_t map_bytes)
{
	int rc = mdb_env_create(&store->env);

	if (rc == 0)
		rc = mdb_env_set_mapsize(store->env, map_bytes);
	if (rc == 0)
		rc = mdb_env_open(store->env, store_folder_dir(store->folder), MDB_NOTLS, 0600);
	if (rc != 0) {
		mdb_env_close(store->env);
		store->env = NULL;
	}
	return rc;
}

static int env_open_fitting(struct dd_store *store, uint64_t map_bytes)
{
	int rc = env_open(store, map_bytes);

	while (rc == ENOMEM && map_bytes / 2 >= MAP_LEAST) {
		map_bytes /= 2;
		rc = env_open(store, map_bytes);
	}
	return rc;
}

/* A loss of power while the store was made may leave a file without its first two pages. As these
 * are flushed before anything is committed, a file that holds no more has never held anything: it
 * is made anew. */
static bool stillborn(const struct dd_store *store)
{
	const struct dd_sys *sys = dd_sys();
	char *path = dd_path(store_folder_dir(store->folder), "data.mdb");
	struct stat st;
	bool is = stat(path, &st) == 0 && st.st_size <= 2 * sysconf(_SC_PAGESIZE) &&
		  sys->unlink(sys->ctx, path) == 0;

	free(path);
	return is;
}

static int env_open_or_anew(struct dd_store *store, uint64_t map_bytes)
{
	int rc = env_open_fitting(store, map_bytes);

	if (rc == MDB_INVALID && stillborn(store))
		rc = env_open_fitting(store, map_bytes);
	return rc == 0 ? mdb_env_sync(store->env, 1) : rc;
}

static int dbi_open(struct dd_store *store)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(store->env, NULL, 0, &txn);

	if (rc != 0)
		return rc;
	rc = mdb_dbi_open(txn, NULL, 0, &store->dbi);
	if (rc != 0) {
		mdb_txn_abort(txn);
		return rc;
	}
	return mdb_txn_commit(txn);
}

int dd_store_open(const char *dir, uint64_t map_bytes, struct dd_store **store_out,
		  struct dd_error *err)
{
	struct dd_store *store = dd_alloc(sizeof(*store));
	int rc = store_folder_take(dir, &store->folder, err);

	if (rc != DD_OK) {
		free(store);
		return rc;
	}
	rc = env_open_or_anew(store, map_bytes != 0 ? map_bytes : MAP_DEFAULT);
	if (rc == 0) {
		dd_store_reader_check(store);
		rc = dbi_open(store);
	}
	if (rc != 0)
		rc = fail(store, rc, "cannot open the store", err);
	else
		rc = dd_dir_sync(dir, err); /* LMDB does not make its new files' names durable */
	if (rc != DD_OK) {
		dd_store_close(store);
		return rc;
	}
	*store_out = store;
	return DD_OK;
}

void dd_store_close(struct dd_store *store)
{
	if (!store)
		return;
	assert(atomic_load(&store->open_txns) == 0);
	if (store->env)
		mdb_env_close(store->env);
	store_folder_give(store->folder);
	free(store);
}

/* --- transactions ------------------------------------------------------------------------- */

static int txn_begin(struct dd_store *store, bool write, struct dd_txn **txn_out,
		     struct dd_error *err)
{
	struct dd_txn *txn = dd_alloc(sizeof(*txn));
	unsigned flags = write ? 0 : MDB_RDONLY;
	int rc = mdb_txn_begin(store->env, NULL, flags, &txn->txn);

	if (rc == MDB_MAP_RESIZED && atomic_load(&store->open_txns) == 0) {
		rc = mdb_env_set_mapsize(store->env, 0);
		if (rc == 0)
			rc = mdb_txn_begin(store->env, NULL, flags, &txn->txn);
	}
	if (rc != 0) {
		free(txn);
		return fail(store, rc, "cannot begin a transaction", err);
	}
	txn->store = store;
	txn->write = write;
	txn->live = true;
	atomic_fetch_add(&store->open_txns, 1);
	*txn_out = txn;
	return DD_OK;
}

int dd_txn_read(struct dd_store *store, struct dd_txn **txn_out, struct dd_error *err)
{
	return txn_begin(store, false, txn_out, err);
}

int dd_txn_write(struct dd_store *store, struct dd_txn **txn_out, struct dd_error *err)
{
	return txn_begin(store, true, txn_out, err);
}

static void txn_dead(struct dd_txn *txn)
{
	if (txn->live)
		atomic_fetch_sub(&txn->store->open_txns, 1);
	txn->live = false;
}

void dd_txn_abort(struct dd_txn *txn)
{
	if (!txn)
		return;
	mdb_txn_abort(txn->txn);
	txn_dead(txn);
	free(txn);
}

void dd_txn_reset(struct dd_txn *txn)
{
	assert(!txn->write);
	if (!txn->live)
		return;
	mdb_txn_reset(txn->txn);
	txn_dead(txn);
}

int dd_txn_renew(struct dd_txn *txn)
{
	assert(!txn->write && !txn->live);
	if (mdb_txn_renew(txn->txn) != 0)
		return DD_ERR_IO;
	atomic_fetch_add(&txn->store->open_txns, 1);
	txn->live = true;
	return DD_OK;
}

int dd_txn_commit(struct dd_txn *txn, struct dd_error *err)
{
	struct dd_store *store = txn->store;
	int rc = mdb_txn_commit(txn->txn);

	txn_dead(txn);
	free(txn);
	return rc == 0 ? DD_OK : fail(store, rc, "cannot commit", err);
}

/* --- single keys -------------------------------------------------------------------------- */

static MDB_val val_of(const void *data, size_t len)
{
	/* LMDB takes what it only reads as void * too. */
	union {
		const void *in;
		void *out;
	} cast = {.in = data};

	return (MDB_val){.mv_size = len, .mv_data = cast.out};
}

static MDB_val key_of(const void *key, size_t len)
{
	assert(len >= 1 && len <= KEY_MAX);
	return val_of(key, len);
}

int dd_txn_get(struct dd_txn *txn, const void *key, size_t key_len, struct dd_val *val_out)
{
	MDB_val k = key_of(key, key_len), v;
	int rc = mdb_get(txn->txn, txn->store->dbi, &k, &v);

	if (rc != 0)
		return rc == MDB_NOTFOUND ? DD_ERR_NOT_FOUND : DD_ERR_IO;
	*val_out = (struct dd_val){.data = v.mv_data, .len = v.mv_size};
	return DD_OK;
}

int dd_txn_put(struct dd_txn *txn, const void *key, size_t key_len, const void *data, size_t len,
	       struct dd_error *err)
{
	MDB_val k = key_of(key, key_len), v = val_of(data, len);
	int rc = mdb_put(txn->txn, txn->store->dbi, &k, &v, 0);

	return rc == 0 ? DD_OK : fail(txn->store, rc, "cannot write", err);
}

int dd_txn_del(struct dd_txn *txn, const void *key, size_t key_len)
{
	MDB_val k = key_of(key, key_len);
	int rc = mdb_del(txn->txn, txn->store->dbi, &k, NULL);

	if (rc == 0)
		return DD_OK;
	return rc == MDB_NOTFOUND ? DD_ERR_NOT_FOUND : fail(txn->store, rc, "cannot delete", NULL);
}

/* --- cursors ------------------------------------------------------------------------------ */

int dd_cursor_open(struct dd_txn *txn, struct dd_cursor **cursor_out, struct dd_error *err)
{
	struct dd_cursor *cursor = dd_alloc(sizeof(*cursor));
	int rc = mdb_cursor_open(txn->txn, txn->store->dbi, &cursor->cursor);

	if (rc != 0) {
		free(cursor);
		return fail(txn->store, rc, "cannot open a cursor", err);
	}
	cursor->store = txn->store;
	*cursor_out = cursor;
	return DD_OK;
}

void dd_cursor_close(struct dd_cursor *cursor)
{
	if (!cursor)
		return;
	mdb_cursor_close(cursor->cursor);
	free(cursor);
}

static int cursor_get(struct dd_cursor *cursor, MDB_val *key, MDB_cursor_op op,
		      struct dd_val *key_out, struct dd_val *val_out)
{
	MDB_val v;
	int rc = mdb_cursor_get(cursor->cursor, key, &v, op);

	if (rc != 0)
		return rc == MDB_NOTFOUND ? DD_ERR_NOT_FOUND : DD_ERR_IO;
	if (key->mv_size < cursor->prefix_len ||
	    memcmp(key->mv_data, cursor->prefix, cursor->prefix_len) != 0)
		return DD_ERR_NOT_FOUND;
	*key_out = (struct dd_val){.data = key->mv_data, .len = key->mv_size};
	*val_out = (struct dd_val){.data = v.mv_data, .len = v.mv_size};
	return DD_OK;
}

int dd_cursor_seek(struct dd_cursor *cursor, const void *key, size_t key_len, size_t prefix_len,
		   struct dd_val *key_out, struct dd_val *val_out)
{
	MDB_val k = key_of(key, key_len);

	assert(prefix_len <= key_len);
	memcpy(cursor->prefix, key, prefix_len);
	cursor->prefix_len = prefix_len;
	return cursor_get(cursor, &k, MDB_SET_RANGE, key_out, val_out);
}

int dd_cursor_next(struct dd_cursor *cursor, struct dd_val *key_out, struct dd_val *val_out)
{
	MDB_val k;

	return cursor_get(cursor, &k, MDB_NEXT, key_out, val_out);
}

int dd_cursor_put(struct dd_cursor *cursor, const void *key, size_t key_len, const void *data,
		  size_t len, struct dd_error *err)
{
	MDB_val k = key_of(key, key_len), v = val_of(data, len);
	int rc = mdb_cursor_put(cursor->cursor, &k, &v, 0);

	return rc == 0 ? DD_OK : fail(cursor->store, rc, "cannot write", err);
}

/* --- care --------------------------------------------------------------------------------- */

void dd_store_reader_check(struct dd_store *store)
{
	int freed;

	(void)mdb_reader_check(store->env, &freed);
}

static int count_reader(const char *line, void *arg)
{
	uint64_t *lines = arg;

	(void)line;
	(*lines)++;
	return 0;
}

struct dd_store_stats dd_store_stats(struct dd_store *store)
{
	struct dd_store_stats out = {0};
	MDB_envinfo info;
	MDB_stat stat;
	mdb_filehandle_t fd;
	struct stat st;
	uint64_t lines = 0;

	mdb_env_info(store->env, &info);
	mdb_env_stat(store->env, &stat);
	out.used_bytes = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
	out.entries = stat.ms_entries;
	if (mdb_env_get_fd(store->env, &fd) == 0 && fstat(fd, &st) == 0)
		out.file_bytes = (uint64_t)st.st_size;
	/* One line a reader, and a heading if there is any. */
	if (mdb_reader_list(store->env, count_reader, &lines) >= 0 && lines > 0)
		out.readers = lines - 1;
	return out;
}

static int sync_file(const char *path, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	int fd = sys->open(sys->ctx, path, O_RDWR, 0);
	int rc = DD_OK;

	if (fd < 0)
		return dd_fail_errno(err, DD_ERR_IO, errno, "%s: cannot open", path);
	if (sys->fsync(sys->ctx, fd) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "%s: cannot sync", path);
	sys->close(sys->ctx, fd);
	return rc;
}

/* Copy into the folder `beside`, which may hold what an interrupted copy left. */
static int copy_into(struct dd_store *store, const char *beside, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	char *file = dd_path(beside, "data.mdb");
	int rc = dd_dir_make(beside, err);

	if (rc == DD_OK) {
		sys->unlink(sys->ctx, file);
		rc = mdb_env_copy2(store->env, beside, MDB_CP_COMPACT);
		if (rc != 0)
			rc = fail(store, rc, "cannot copy the store", err);
	}
	if (rc == DD_OK)
		rc = sync_file(file, err);
	if (rc == DD_OK)
		rc = dd_dir_sync(beside, err);
	if (rc != DD_OK)
		sys->unlink(sys->ctx, file);
	free(file);
	return rc;
}

static int sync_parent(const char *dir, struct dd_error *err)
{
	char *parent = dd_path(dir, "..");
	int rc = dd_dir_sync(parent, err);

	free(parent);
	return rc;
}

int dd_store_copy(struct dd_store *store, const char *dir, struct dd_error *err)
{
	const struct dd_sys *sys = dd_sys();
	size_t len = strlen(dir);
	char *beside = dd_alloc(len + sizeof(".part"));
	int rc;

	memcpy(beside, dir, len);
	memcpy(beside + len, ".part", sizeof(".part"));
	rc = copy_into(store, beside, err);
	if (rc == DD_OK && sys->rename(sys->ctx, beside, dir) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno,
				   "%s: cannot put the copy there; it must be missing or empty",
				   dir);
	if (rc == DD_OK)
		rc = sync_parent(dir, err);
	free(beside);
	return rc;
}
