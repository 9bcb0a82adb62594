/* store_test.c - against a real LMDB in a fresh folder. */
#include "common/store/store.h"
#include "tests/support/fault.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <lmdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Words of the last failure. */
static struct dd_error why;

static void must_be_ok(int rc, const char *call)
{
	if (rc != DD_OK)
		fail_msg("%s: %d %s", call, rc, why.text);
}

#define must(call) must_be_ok((call), #call)

static struct dd_store *open_store(const char *dir)
{
	struct dd_store *store = NULL;

	must(dd_store_open(dir, UINT64_C(1) << 28, &store, &why));
	return store;
}

static int put(struct dd_store *store, const char *key, const void *data, size_t len)
{
	struct dd_txn *txn;
	int rc = dd_txn_write(store, &txn, NULL);

	if (rc != DD_OK)
		return rc;
	rc = dd_txn_put(txn, key, strlen(key), data, len, NULL);
	if (rc != DD_OK) {
		dd_txn_abort(txn);
		return rc;
	}
	return dd_txn_commit(txn, NULL);
}

/* The value as text in `out`, "" if there is none. */
static const char *get(struct dd_store *store, const char *key, char out[64])
{
	struct dd_txn *txn = NULL;
	struct dd_val val;

	out[0] = '\0';
	must(dd_txn_read(store, &txn, &why));
	if (dd_txn_get(txn, key, strlen(key), &val) == DD_OK)
		snprintf(out, 64, "%.*s", (int)val.len, (const char *)val.data);
	dd_txn_abort(txn);
	return out;
}

static void what_is_committed_is_there_after_reopening(void **state)
{
	char *dir = test_tmpdir(), text[64];
	struct dd_store *store = open_store(dir);
	struct dd_txn *txn = NULL;

	(void)state;
	assert_int_equal(put(store, "a", "one", 3), DD_OK);
	must(dd_txn_write(store, &txn, &why));
	must(dd_txn_put(txn, "a", 1, "two", 3, &why));
	dd_txn_abort(txn);
	dd_store_close(store);
	store = open_store(dir);
	assert_string_equal(get(store, "a", text), "one");
	must(dd_txn_write(store, &txn, &why));
	assert_int_equal(dd_txn_del(txn, "b", 1), DD_ERR_NOT_FOUND);
	assert_int_equal(dd_txn_del(txn, "a", 1), DD_OK);
	must(dd_txn_commit(txn, &why));
	assert_string_equal(get(store, "a", text), "");
	dd_store_close(store);
	test_tmpdir_end(dir);
}

static void a_cursor_walks_exactly_the_keys_of_a_prefix_in_order(void **state)
{
	static const char *const keys[] = {"a1", "b1", "b2", "b3", "c1"};
	char *dir = test_tmpdir();
	struct dd_store *store = open_store(dir);
	struct dd_cursor *cursor = NULL;
	struct dd_txn *txn = NULL;
	struct dd_val key, val;
	int seen = 0, rc;

	(void)state;
	must(dd_txn_write(store, &txn, &why));
	must(dd_cursor_open(txn, &cursor, &why));
	for (size_t i = 5; i > 0; i--)
		must(dd_cursor_put(cursor, keys[i - 1], 2, "v", 1, &why));
	dd_cursor_close(cursor);
	must(dd_txn_commit(txn, &why));
	must(dd_txn_read(store, &txn, &why));
	must(dd_cursor_open(txn, &cursor, &why));
	for (rc = dd_cursor_seek(cursor, "b", 1, 1, &key, &val); rc == DD_OK;
	     rc = dd_cursor_next(cursor, &key, &val)) {
		seen++;
		assert_memory_equal(key.data, keys[seen], 2);
	}
	assert_int_equal(rc, DD_ERR_NOT_FOUND);
	assert_int_equal(seen, 3);
	assert_int_equal(dd_cursor_seek(cursor, "b2", 2, 1, &key, &val), DD_OK);
	assert_memory_equal(key.data, "b2", 2);
	assert_int_equal(dd_cursor_seek(cursor, "d", 1, 1, &key, &val), DD_ERR_NOT_FOUND);
	dd_cursor_close(cursor);
	dd_txn_abort(txn);
	dd_store_close(store);
	test_tmpdir_end(dir);
}

static void readers_keep_their_moment_until_they_renew(void **state)
{
	char *dir = test_tmpdir(), text[64];
	struct dd_store *store = open_store(dir);
	struct dd_txn *reader = NULL, *other = NULL;
	struct dd_val val;

	(void)state;
	assert_int_equal(put(store, "a", "one", 3), DD_OK);
	must(dd_txn_read(store, &reader, &why));
	must(dd_txn_read(store, &other, &why)); /* a second one in this thread */
	assert_int_equal(put(store, "a", "two", 3), DD_OK);
	assert_int_equal(dd_txn_get(reader, "a", 1, &val), DD_OK);
	assert_memory_equal(val.data, "one", 3);
	dd_txn_reset(reader);
	must(dd_txn_renew(reader));
	assert_int_equal(dd_txn_get(reader, "a", 1, &val), DD_OK);
	assert_memory_equal(val.data, "two", 3);
	assert_string_equal(get(store, "a", text), "two");
	assert_int_equal(dd_store_stats(store).readers, 2);
	dd_txn_abort(reader);
	dd_txn_abort(other);
	dd_store_close(store);
	test_tmpdir_end(dir);
}

/* What an opening gives here while a child has the store open. */
static int refused_while_a_child_has_it(const char *dir)
{
	struct dd_store *store = NULL;
	int ready[2], rc;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (dd_store_open(dir, UINT64_C(1) << 28, &store, &why) != DD_OK ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	rc = dd_store_open(dir, 0, &store, &why);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(ready[0]);
	close(ready[1]);
	return rc;
}

static void a_second_opening_is_refused_in_this_and_in_another_process(void **state)
{
	char *dir = test_tmpdir(), *link_dir = test_tmpdir(), path[600];
	struct dd_store *store = open_store(dir), *second = NULL;

	(void)state;
	assert_int_equal(dd_store_open(dir, 0, &second, &why), DD_ERR_REFUSED);
	snprintf(path, sizeof(path), "%s/other-name", link_dir);
	assert_int_equal(symlink(dir, path), 0);
	assert_int_equal(dd_store_open(path, 0, &second, &why), DD_ERR_REFUSED);
	/* The refused ones did not let go of the first one's lock. */
	assert_int_equal(put(store, "a", "one", 3), DD_OK);
	dd_store_close(store);

	assert_int_equal(refused_while_a_child_has_it(dir), DD_ERR_REFUSED);
	dd_store_close(open_store(dir));
	test_tmpdir_end(link_dir);
	test_tmpdir_end(dir);
}

static void a_folder_that_others_may_enter_is_refused_and_files_are_ours_alone(void **state)
{
	char *dir = test_tmpdir(), path[600];
	struct dd_store *store = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(chmod(dir, 0750), 0);
	assert_int_equal(dd_store_open(dir, 0, &store, &why), DD_ERR_REFUSED);
	assert_non_null(strstr(why.text, "chmod 700"));
	snprintf(path, sizeof(path), "%s/new", dir);
	assert_int_equal(chmod(dir, 0700), 0);
	store = open_store(path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	snprintf(path, sizeof(path), "%s/new/data.mdb", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	dd_store_close(store);
	test_tmpdir_end(dir);
}

/* Another program (a backup, say) that reads until it is killed; it knows LMDB, not our lock. */
static void read_until_killed(const char *dir, int go, int ready)
{
	MDB_env *env;
	MDB_txn *txn;
	char byte;

	if (read(go, &byte, 1) != 1 || mdb_env_create(&env) != 0 ||
	    mdb_env_open(env, dir, MDB_NOTLS | MDB_RDONLY, 0600) != 0 ||
	    mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) != 0 || write(ready, "x", 1) != 1)
		_exit(1);
	pause();
	_exit(0);
}

static void the_slot_of_a_killed_reader_is_freed(void **state)
{
	char *dir = test_tmpdir(), byte;
	struct dd_store *store;
	int go[2], ready[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		read_until_killed(dir, go[0], ready[1]);
	store = open_store(dir);
	assert_int_equal(put(store, "a", "one", 3), DD_OK);
	assert_int_equal(write(go[1], "x", 1), 1);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(dd_store_stats(store).readers, 1);
	dd_store_reader_check(store);
	assert_int_equal(dd_store_stats(store).readers, 1); /* it lives */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(dd_store_stats(store).readers, 1);
	dd_store_reader_check(store);
	assert_int_equal(dd_store_stats(store).readers, 0);
	dd_store_close(store);
	close(go[0]);
	close(go[1]);
	close(ready[0]);
	close(ready[1]);
	test_tmpdir_end(dir);
}

static void a_full_map_changes_nothing_and_leaves_the_store_usable(void **state)
{
	char *dir = test_tmpdir(), text[64];
	struct dd_store *store = NULL;
	static const char big[300000];

	(void)state;
	must(dd_store_open(dir, UINT64_C(1) << 20, &store, &why));
	assert_int_equal(put(store, "a", "one", 3), DD_OK);
	assert_int_equal(put(store, "b", big, sizeof(big)), DD_OK);
	assert_int_equal(put(store, "c", big, sizeof(big)), DD_OK);
	assert_int_equal(put(store, "d", big, sizeof(big)), DD_OK);
	assert_int_equal(put(store, "e", big, sizeof(big)), DD_ERR_FULL);
	assert_string_equal(get(store, "a", text), "one");
	assert_int_equal(put(store, "a", "two", 3), DD_OK);
	assert_string_equal(get(store, "a", text), "two");
	dd_store_close(store);
	test_tmpdir_end(dir);
}

static void a_full_disk_changes_nothing_and_the_store_goes_on_when_there_is_space(void **state)
{
	static const char big[600000];
	char *dir = test_tmpdir(), text[64], ballast[600];
	struct dd_store *store;
	FILE *file;

	(void)state;
	if (mount("tmpfs", dir, "tmpfs", 0, "size=2m,mode=700") != 0) {
		print_message("skipped: no right to mount a small disk\n");
		test_tmpdir_end(dir);
		skip();
	}
	store = open_store(dir);
	assert_int_equal(put(store, "a", "one", 3), DD_OK);
	snprintf(ballast, sizeof(ballast), "%s/ballast", dir);
	file = fopen(ballast, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(big, 1, sizeof(big), file), sizeof(big));
	assert_int_equal(fwrite(big, 1, sizeof(big), file), sizeof(big));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(put(store, "b", big, sizeof(big)), DD_OK);
	assert_int_equal(put(store, "c", big, sizeof(big)), DD_ERR_FULL);
	assert_string_equal(get(store, "a", text), "one");
	assert_string_equal(get(store, "c", text), "");
	assert_int_equal(unlink(ballast), 0);
	assert_int_equal(put(store, "c", big, sizeof(big)), DD_OK);
	dd_store_close(store);
	assert_int_equal(umount(dir), 0);
	test_tmpdir_end(dir);
}

static void an_input_output_error_is_told_apart_from_a_full_disk(void **state)
{
	static const char big[600000];
	char *dir = test_tmpdir();
	struct dd_store *store;

	(void)state;
	if (mount("tmpfs", dir, "tmpfs", 0, "size=1m,mode=700") != 0) {
		print_message("skipped: no right to mount a small disk\n");
		test_tmpdir_end(dir);
		skip();
	}
	store = open_store(dir);
	assert_int_equal(put(store, "a", big, sizeof(big)), DD_OK);
	/* The same error of LMDB, on a machine that says there is much space. */
	test_fault_start(NULL);
	test_fault_free_bytes(INT64_C(1) << 40);
	{
		int rc = put(store, "b", big, sizeof(big));

		assert_int_equal(rc, DD_ERR_IO);
		test_fault_free_bytes(0);
		assert_int_equal(put(store, "b", big, sizeof(big)), DD_ERR_FULL);
	}
	test_fault_end();
	dd_store_close(store);
	assert_int_equal(umount(dir), 0);
	test_tmpdir_end(dir);
}

static void a_limited_address_space_gets_a_smaller_map(void **state)
{
	char *dir = test_tmpdir();
	int status = -1;
	pid_t pid;

	(void)state;
	if (SANITIZED) {
		print_message("skipped: a sanitizer needs what this test takes away\n");
		test_tmpdir_end(dir);
		skip();
	}
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit limit = {.rlim_cur = UINT64_C(4) << 30, .rlim_max = RLIM_INFINITY};
		struct dd_store *store = NULL;
		char text[64];

		if (setrlimit(RLIMIT_AS, &limit) != 0 ||
		    dd_store_open(dir, 0, &store, NULL) != DD_OK ||
		    put(store, "a", "one", 3) != DD_OK || strcmp(get(store, "a", text), "one") != 0)
			_exit(1);
		dd_store_close(store);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	test_tmpdir_end(dir);
}

static void a_copy_is_complete_and_can_be_made_while_the_store_is_in_use(void **state)
{
	char *dir = test_tmpdir(), to[600], beside[620], text[64];
	struct dd_store *store, *copy;

	(void)state;
	snprintf(to, sizeof(to), "%s/store", dir);
	store = open_store(to);
	assert_int_equal(put(store, "a", "one", 3), DD_OK);
	snprintf(to, sizeof(to), "%s/copy", dir);
	snprintf(beside, sizeof(beside), "%s.part", to);
	/* What an interrupted copy left must not be in the way. */
	assert_int_equal(mkdir(beside, 0700), 0);
	snprintf(text, sizeof(text), "half");
	snprintf(beside, sizeof(beside), "%s.part/data.mdb", to);
	test_write_file(beside, text, 4);
	must(dd_store_copy(store, to, &why));
	assert_int_equal(put(store, "a", "two", 3), DD_OK);
	copy = open_store(to);
	assert_string_equal(get(copy, "a", text), "one");
	/* A copy never overwrites another. */
	assert_int_equal(dd_store_copy(store, to, &why), DD_ERR_IO);
	assert_string_equal(get(copy, "a", text), "one");
	dd_store_close(copy);
	dd_store_close(store);
	test_tmpdir_end(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_committed_is_there_after_reopening),
		cmocka_unit_test(a_cursor_walks_exactly_the_keys_of_a_prefix_in_order),
		cmocka_unit_test(readers_keep_their_moment_until_they_renew),
		cmocka_unit_test(a_second_opening_is_refused_in_this_and_in_another_process),
		cmocka_unit_test(
			a_folder_that_others_may_enter_is_refused_and_files_are_ours_alone),
		cmocka_unit_test(the_slot_of_a_killed_reader_is_freed),
		cmocka_unit_test(a_full_map_changes_nothing_and_leaves_the_store_usable),
		cmocka_unit_test(
			a_full_disk_changes_nothing_and_the_store_goes_on_when_there_is_space),
		cmocka_unit_test(an_input_output_error_is_told_apart_from_a_full_disk),
		cmocka_unit_test(a_limited_address_space_gets_a_smaller_map),
		cmocka_unit_test(a_copy_is_complete_and_can_be_made_while_the_store_is_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
