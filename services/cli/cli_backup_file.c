/* cli_backup_file.c - see cli_backup_file.h. */
#include "services/cli/cli_backup_file.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 20)

bool cli_backup_same(const struct cli_backup_sum *a, const struct cli_backup_sum *b)
{
	return a->size == b->size && memcmp(a->hash, b->hash, DD_HASH_LEN) == 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

static int open_file(const char *path, int *fd_out, struct dd_error *err)
{
	*fd_out = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd_out >= 0)
		return 0;
	return dd_fail_errno(err, errno == ENOENT ? DD_ERR_NOT_FOUND : DD_ERR_IO, errno,
			     "cannot open %s", path);
}

/* At most `left` bytes; 0 at the end; an error: DD_ERR_CORRUPT is a bad place on the disk. */
static ssize_t read_some(int fd, uint8_t *out, uint64_t left, const char *path,
			 struct dd_error *err)
{
	size_t want = left < PIECE ? (size_t)left : PIECE;
	ssize_t got;

	do
		got = read(fd, out, want);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		got = dd_fail_errno(err, errno == EIO ? DD_ERR_CORRUPT : DD_ERR_IO, errno,
				    "cannot read %s", path);
	return got;
}

int cli_backup_read(const char *path, struct cli_backup_sum *sum_out, struct dd_error *err)
{
	const struct cli_backup_piece piece = {.from = path};

	return cli_backup_piece_sum(&piece, sum_out, err);
}

/* Hands the bytes of a piece on, the zeros behind too. */
struct pump {
	struct dd_hasher hasher;
	uint64_t done;
	int to; /* -1 = only hashed */
	const char *to_path;
	uint8_t *block; /* owned */
};

static int put(struct pump *pump, const uint8_t *data, size_t len, struct dd_error *err)
{
	dd_hasher_add(&pump->hasher, data, len);
	pump->done += len;
	for (size_t at = 0; pump->to >= 0 && at < len;) {
		ssize_t n = write(pump->to, data + at, len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return dd_fail_errno(
				err, errno == ENOSPC || errno == EDQUOT ? DD_ERR_FULL : DD_ERR_IO,
				errno, "cannot write %s", pump->to_path);
		at += (size_t)n;
	}
	return 0;
}

static int pump_file(struct pump *pump, const struct cli_backup_piece *piece, int from,
		     struct dd_error *err)
{
	uint64_t left = piece->size != 0 ? piece->len : UINT64_MAX;
	int rc = 0;

	while (rc == 0 && left > 0) {
		ssize_t got = read_some(from, pump->block, left, piece->from, err);

		if (got < 0)
			return (int)got;
		if (got == 0)
			break;
		left -= (uint64_t)got;
		rc = put(pump, pump->block, (size_t)got, err);
	}
	if (rc == 0 && piece->size != 0 && left > 0)
		return dd_fail(err, DD_ERR_CORRUPT, "%s is shorter than it should be", piece->from);
	return rc;
}

static int pump_zeros(struct pump *pump, const struct cli_backup_piece *piece, struct dd_error *err)
{
	const int to = pump->to;
	int rc = 0;

	pump->to = -1; /* a hole reads as zeros */
	memset(pump->block, 0, PIECE);
	while (rc == 0 && pump->done < piece->size) {
		uint64_t left = piece->size - pump->done;

		rc = put(pump, pump->block, left < PIECE ? (size_t)left : PIECE, err);
	}
	pump->to = to;
	if (rc == 0 && to >= 0 && piece->size != 0 && ftruncate(to, (off_t)piece->size) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot size %s", pump->to_path);
	return rc;
}

static int pump_piece(const struct cli_backup_piece *piece, int to, const char *to_path,
		      struct cli_backup_sum *sum_out, struct dd_error *err)
{
	struct pump pump = {.to = to, .to_path = to_path};
	int from;
	int rc = open_file(piece->from, &from, err);

	if (rc != 0)
		return rc;
	/* What memory has was written or read by somebody; what the disk has is asked. */
	(void)posix_fadvise(from, 0, 0, POSIX_FADV_DONTNEED);
	dd_hasher_init(&pump.hasher, "");
	pump.block = dd_alloc(PIECE);
	rc = pump_file(&pump, piece, from, err);
	if (rc == 0)
		rc = pump_zeros(&pump, piece, err);
	free(pump.block);
	(void)close(from);
	sum_out->size = pump.done;
	dd_hasher_end(&pump.hasher, sum_out->hash);
	return rc;
}

int cli_backup_piece_sum(const struct cli_backup_piece *piece, struct cli_backup_sum *sum_out,
			 struct dd_error *err)
{
	return pump_piece(piece, -1, NULL, sum_out, err);
}

/* --- writing ---------------------------------------------------------------------------------- */

static int write_beside(const struct cli_backup_piece *piece, const char *beside,
			struct cli_backup_sum *sum_out, struct dd_error *err)
{
	int to = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc;

	if (to < 0)
		return dd_fail_errno(err, errno == ENOSPC ? DD_ERR_FULL : DD_ERR_IO, errno,
				     "cannot make %s", beside);
	rc = pump_piece(piece, to, beside, sum_out, err);
	if (rc == 0 && fsync(to) != 0)
		rc = dd_fail_errno(err, errno == ENOSPC ? DD_ERR_FULL : DD_ERR_IO, errno,
				   "cannot flush %s", beside);
	if (close(to) != 0 && rc == 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot close %s", beside);
	return rc;
}

int cli_backup_copy(const struct cli_backup_piece *piece, const char *to,
		    const struct cli_backup_sum *sum, struct dd_error *err)
{
	struct cli_backup_sum written, back;
	struct dd_buf beside = {0};
	int rc;

	dd_buf_printf(&beside, "%s.new", to);
	rc = write_beside(piece, dd_buf_cstr(&beside), &written, err);
	if (rc == 0 && !cli_backup_same(&written, sum))
		rc = dd_fail(err, DD_ERR_CONFLICT, "%s changes while it is copied", piece->from);
	if (rc == 0)
		rc = cli_backup_read(dd_buf_cstr(&beside), &back, err);
	if (rc == 0 && !cli_backup_same(&back, sum))
		rc = dd_fail(err, DD_ERR_CORRUPT,
			     "%s reads back otherwise than it was written: use another disk", to);
	if (rc == 0 && rename(dd_buf_cstr(&beside), to) != 0)
		rc = dd_fail_errno(err, DD_ERR_IO, errno, "cannot name %s", to);
	if (rc != 0)
		(void)unlink(dd_buf_cstr(&beside));
	dd_buf_fini(&beside);
	return rc;
}

/* --- folders ---------------------------------------------------------------------------------- */

int cli_backup_parents(const char *root, const char *path, struct dd_error *err)
{
	char *whole = dd_path(root, path);
	int rc = 0;

	for (char *at = whole + strlen(root) + 1; rc == 0 && (at = strchr(at, '/')) != NULL; at++) {
		*at = '\0';
		if (mkdir(whole, 0700) != 0 && errno != EEXIST)
			rc = dd_fail_errno(err, errno == ENOSPC ? DD_ERR_FULL : DD_ERR_IO, errno,
					   "cannot make the folder %s", whole);
		*at = '/';
	}
	free(whole);
	return rc;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void on_name(void *arg, const char *name)
{
	struct cli_backup_names *names = arg;

	names->items = dd_realloc(names->items, (names->count + 1) * sizeof(*names->items));
	names->items[names->count++] = dd_strdup(name);
}

int cli_backup_list(const char *dir, struct cli_backup_names *names_out, struct dd_error *err)
{
	memset(names_out, 0, sizeof(*names_out));
	if (dd_sys()->list(dd_sys()->ctx, dir, on_name, names_out) != 0 && errno != ENOENT) {
		int why = errno;

		cli_backup_names_fini(names_out);
		return dd_fail_errno(err, DD_ERR_IO, why, "cannot read the folder %s", dir);
	}
	if (names_out->count > 1)
		qsort(names_out->items, names_out->count, sizeof(*names_out->items), by_text);
	return 0;
}

void cli_backup_names_fini(struct cli_backup_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	memset(names, 0, sizeof(*names));
}

bool cli_backup_empty(const char *dir)
{
	struct cli_backup_names names;
	struct dd_error ignored;
	bool empty = cli_backup_list(dir, &names, &ignored) == 0 && names.count == 0;

	cli_backup_names_fini(&names);
	return empty;
}

struct walk {
	const char *root;
	int (*on_file)(void *arg, const char *path);
	void *arg;
	bool folders; /* flush the folders instead */
	struct dd_error *err;
};

static int walk_dir(struct walk *walk, const char *below, int depth);

static int walk_one(struct walk *walk, const char *path, int depth)
{
	char *whole = dd_path(walk->root, path);
	struct stat about;
	int rc = 0;

	if (lstat(whole, &about) != 0)
		rc = errno == ENOENT ? 0
				     : dd_fail_errno(walk->err, DD_ERR_IO, errno,
						     "cannot look at %s", whole);
	else if (S_ISDIR(about.st_mode) && depth < 16)
		rc = walk_dir(walk, path, depth + 1);
	else if (S_ISREG(about.st_mode) && !walk->folders)
		rc = walk->on_file(walk->arg, path);
	free(whole);
	return rc;
}

static int walk_dir(struct walk *walk, const char *below, int depth)
{
	char *dir = below[0] ? dd_path(walk->root, below) : dd_strdup(walk->root);
	struct cli_backup_names names;
	int rc = cli_backup_list(dir, &names, walk->err);

	for (size_t i = 0; rc == 0 && i < names.count; i++) {
		char *path = below[0] ? dd_path(below, names.items[i]) : dd_strdup(names.items[i]);

		rc = walk_one(walk, path, depth);
		free(path);
	}
	cli_backup_names_fini(&names);
	if (rc == 0 && walk->folders)
		rc = dd_dir_sync(dir, walk->err);
	free(dir);
	return rc;
}

int cli_backup_walk(const char *root, int (*on_file)(void *arg, const char *path), void *arg,
		    struct dd_error *err)
{
	struct walk walk = {.root = root, .on_file = on_file, .arg = arg, .err = err};

	return walk_dir(&walk, "", 0);
}

int cli_backup_flush(const char *root, struct dd_error *err)
{
	struct walk walk = {.root = root, .folders = true, .err = err};

	return walk_dir(&walk, "", 0);
}
