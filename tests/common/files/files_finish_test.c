/* dd_files_finish_test.c - a large file over a link that breaks again and again. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/sys.h"
#include "common/files/files.h"
#include "tests/support/fault.h"
#include "tests/support/harness.h"
#include "tests/support/put_file.h"
#include "tests/support/tmpdir.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LARGE ((size_t)20 << 20)
#define CUT   ((size_t)300 << 10) /* the link breaks after so many bytes */
#define STEP  ((size_t)32 << 10)  /* an office's chunk over such a link */

struct link {
	char *dir;
	struct dd_files *files;
	struct dd_files_chunk chunk; /* its data is owned */
	uint8_t *content;
	uint64_t sent, stored;
	bool complete;
	struct dd_error err;
};

static void send_chunk(struct link *link, size_t len)
{
	link->chunk.offset = link->stored;
	link->chunk.data = link->content + link->stored;
	link->chunk.len = len;
	link->sent += len;
	assert_int_equal(test_put_file(link->files, &link->chunk, &link->stored, &link->complete,
				       &link->err),
			 0);
}

/* What is here is asked first; the chunk in which the link breaks is sent for nothing. */
static void until_it_breaks(struct link *link)
{
	size_t budget = CUT;

	link->stored = 0;
	send_chunk(link, 0);
	while (!link->complete) {
		size_t left = LARGE - (size_t)link->stored, len = left < STEP ? left : STEP;

		if (len > budget) {
			link->sent += budget;
			return;
		}
		budget -= len;
		send_chunk(link, len);
	}
}

/* The service ends each fifth time. Little is sent twice, and what arrives is what was sent. */
static void twenty_megabytes_arrive_over_a_link_that_is_cut(void **state)
{
	struct link link = {.dir = test_tmpdir(), .content = malloc(LARGE)};
	uint8_t hash[DD_HASH_LEN];
	struct dd_buf out = {0};

	(void)state;
	dd_id_start();
	assert_non_null(link.content);
	for (size_t i = 0; i < LARGE; i++)
		link.content[i] = (uint8_t)(i * 31 + (i >> 11));
	dd_hash(link.content, LARGE, hash);
	link.chunk.hash = hash;
	link.chunk.size = LARGE;
	assert_int_equal(dd_files_open(link.dir, &link.files, &link.err), 0);
	for (unsigned times = 0; !link.complete; times++) {
		assert_true(times < 100);
		if (times % 5 == 4) {
			dd_files_close(link.files);
			assert_int_equal(dd_files_open(link.dir, &link.files, &link.err), 0);
		}
		until_it_breaks(&link);
	}
	assert_true(link.sent < LARGE + LARGE / 10);
	assert_int_equal(dd_files_read(link.files, hash, &out, &link.err), 0);
	assert_int_equal(out.len, LARGE);
	dd_buf_fini(&out);
	dd_files_close(link.files);
	test_tmpdir_end(link.dir);
	free(link.content);
}

/* --- a part that goes while it is made a file ---------------------------------------------------
 */

static int fsync_and_lose_the_part(void *ctx, int fd)
{
	const struct dd_sys *real = dd_sys_real();

	real->unlink(real->ctx, ctx);
	return real->fsync(real->ctx, fd);
}

/* The list of parts was full just then, or the file was to be destroyed: no fault of the disk. */
static void a_part_that_had_to_give_way_while_it_was_hashed_begins_again(void **state)
{
	struct link link = {.dir = test_tmpdir()};
	static const char content[] = "content";
	struct dd_sys sys = *dd_sys_real();
	char hex[2 * DD_HASH_LEN + 1], part[512];
	uint8_t hash[DD_HASH_LEN];

	(void)state;
	dd_id_start();
	dd_hash(content, sizeof(content), hash);
	snprintf(part, sizeof(part), "%s/incoming/%s.part", link.dir,
		 dd_hex(hash, DD_HASH_LEN, hex));
	sys.ctx = part;
	sys.fsync = fsync_and_lose_the_part;
	link.chunk = (struct dd_files_chunk){hash, sizeof(content), 0, (const uint8_t *)content,
					     sizeof(content)};
	assert_int_equal(dd_files_open(link.dir, &link.files, &link.err), 0);
	dd_sys_set(&sys);
	assert_int_equal(
		test_put_file(link.files, &link.chunk, &link.stored, &link.complete, &link.err),
		DD_ERR_INVALID);
	dd_sys_set(NULL);
	assert_int_equal(link.stored, 0);
	assert_int_equal(
		test_put_file(link.files, &link.chunk, &link.stored, &link.complete, &link.err), 0);
	assert_true(link.complete);
	dd_files_close(link.files);
	test_tmpdir_end(link.dir);
}

/* --- what comes between the name and the event -------------------------------------------------
 */

struct upload {
	struct link link;
	uint8_t hash[DD_HASH_LEN];
};

#define CONTENT "%PDF-1.7 nội dung"

static void begin(struct upload *up)
{
	*up = (struct upload){.link = {.dir = test_tmpdir()}};
	dd_id_start();
	dd_hash(CONTENT, sizeof(CONTENT), up->hash);
	up->link.chunk = (struct dd_files_chunk){up->hash, sizeof(CONTENT), 0,
						 (const uint8_t *)CONTENT, sizeof(CONTENT)};
	assert_int_equal(dd_files_open(up->link.dir, &up->link.files, &up->link.err), 0);
}

static int put(struct upload *up)
{
	return test_put_file(up->link.files, &up->link.chunk, &up->link.stored, &up->link.complete,
			     &up->link.err);
}

static int look(struct upload *up)
{
	struct dd_files_look out;

	return dd_files_look(up->link.files, up->hash, &out, &up->link.err);
}

static void finish(struct upload *up)
{
	dd_files_close(up->link.files);
	test_tmpdir_end(up->link.dir);
}

/* The folder cannot be flushed for want of space: the file has its name, but nobody is told that it
 * is here, and the next attempt flushes again instead of believing the name. */
static void a_full_disk_after_the_rename_loses_nothing_and_promises_nothing(void **state)
{
	(void)state;
	for (long at = 1; at <= 3; at++) { /* the file, its folder, the folder of parts */
		struct upload up;
		long flushed;

		test_fault_start(NULL);
		begin(&up);
		test_fault_set(TEST_FSYNC, TEST_FAIL, at, 1, ENOSPC);
		assert_int_equal(put(&up), DD_ERR_FULL);
		assert_false(up.link.complete);
		assert_int_equal(look(&up), DD_ERR_NOT_FOUND);
		flushed = test_fault_count(TEST_FSYNC);
		assert_int_equal(put(&up), 0);
		assert_true(up.link.complete);
		assert_int_equal(test_fault_count(TEST_FSYNC), flushed + 3);
		assert_int_equal(look(&up), 0);
		finish(&up);
		test_fault_end();
	}
}

/* As above, and then the service ends: what it finds when it starts it has flushed. */
static void a_restart_after_a_flush_that_failed_flushes(void **state)
{
	struct upload up;
	long flushed;

	(void)state;
	test_fault_start(NULL);
	begin(&up);
	test_fault_set(TEST_FSYNC, TEST_FAIL, 2, 1, ENOSPC);
	assert_int_equal(put(&up), DD_ERR_FULL);
	dd_files_close(up.link.files);
	flushed = test_fault_count(TEST_FSYNC);
	assert_int_equal(dd_files_open(up.link.dir, &up.link.files, &up.link.err), 0);
	assert_true(test_fault_count(TEST_FSYNC) >= flushed + 2);
	assert_int_equal(look(&up), 0);
	assert_int_equal(put(&up), 0);
	assert_true(up.link.complete);
	finish(&up);
	test_fault_end();
}

/* --- what nobody comes back for ------------------------------------------------------------------
 */

static bool by_flag(void *arg, const uint8_t hash[DD_HASH_LEN])
{
	(void)hash;
	return *(bool *)arg;
}

static size_t sweep(struct upload *up, int32_t today, bool claimed)
{
	const struct dd_files_claims claims = {.today = today, .claimed = by_flag, .arg = &claimed};
	size_t removed;

	assert_int_equal(dd_files_sweep(up->link.files, &claims, &removed, &up->link.err), 0);
	return removed;
}

static void reopen(struct upload *up)
{
	dd_files_close(up->link.files);
	assert_int_equal(dd_files_open(up->link.dir, &up->link.files, &up->link.err), 0);
}

static void a_file_that_no_task_has_goes_after_a_week(void **state)
{
	struct upload up;

	(void)state;
	begin(&up);
	assert_int_equal(put(&up), 0);
	reopen(&up);
	assert_int_equal(sweep(&up, 1000, false), 0);
	assert_int_equal(sweep(&up, 1006, false), 0);
	reopen(&up);                                 /* the days are kept on disk */
	assert_int_equal(sweep(&up, 900, false), 0); /* a clock that was set back removes nothing */
	assert_int_equal(sweep(&up, 1006, false), 0);
	assert_int_equal(look(&up), 0);
	assert_int_equal(put(&up), 0); /* somebody is told that it is here: the days begin anew */
	assert_int_equal(sweep(&up, 1007, false), 0);
	reopen(&up);
	assert_int_equal(sweep(&up, 1013, false), 0);
	assert_int_equal(sweep(&up, 1014, false), 1);
	assert_int_equal(look(&up), DD_ERR_NOT_FOUND);
	assert_int_equal(sweep(&up, 1015, false), 0);
	finish(&up);
}

/* Whoever leaves many files must not stop the service for as many flushes. */
static void many_files_go_with_one_flush(void **state)
{
	struct upload up;
	long flushed;

	(void)state;
	test_fault_start(NULL);
	begin(&up);
	for (uint8_t i = 0; i < 100; i++) {
		dd_hash(&i, 1, up.hash);
		up.link.chunk.size = up.link.chunk.len = 1;
		up.link.chunk.data = &i;
		assert_int_equal(put(&up), 0);
	}
	reopen(&up);
	assert_int_equal(sweep(&up, 1000, false), 0);
	flushed = test_fault_count(TEST_FSYNC);
	assert_int_equal(sweep(&up, 1007, false), 100);
	assert_true(test_fault_count(TEST_FSYNC) - flushed < 10);
	assert_int_equal(look(&up), DD_ERR_NOT_FOUND);
	finish(&up);
	test_fault_end();
}

static void a_file_that_a_task_has_stays_for_ever(void **state)
{
	struct upload up;

	(void)state;
	begin(&up);
	assert_int_equal(put(&up), 0);
	reopen(&up);
	assert_int_equal(sweep(&up, 1000, false), 0);
	assert_int_equal(sweep(&up, 2000, true), 0);
	assert_int_equal(sweep(&up, 3000, false), 0); /* it was not in the list any more */
	assert_int_equal(look(&up), 0);
	finish(&up);
}

static void a_part_that_is_never_finished_goes_after_a_month(void **state)
{
	struct upload up;

	(void)state;
	begin(&up);
	up.link.chunk.len = 5;
	assert_int_equal(put(&up), 0);
	assert_int_equal(sweep(&up, 1000, false), 0);
	assert_int_equal(sweep(&up, 1029, false), 0);
	up.link.chunk.len = 0;
	assert_int_equal(put(&up), 0);
	assert_int_equal(up.link.stored, 5);
	assert_int_equal(sweep(&up, 1030, false), 1);
	assert_int_equal(put(&up), 0);
	assert_int_equal(up.link.stored, 0);
	finish(&up);
}

/* --- what must not happen
 * -------------------------------------------------------------------------- */

static void a_link_in_the_place_of_a_file_is_not_followed(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		char hex[2 * DD_HASH_LEN + 1], path[512], target[512];
		unsigned long len;
		struct upload up;
		char *data;

		begin(&up);
		snprintf(target, sizeof(target), "%s/target", up.link.dir);
		test_write_file(target, "important", 9);
		dd_hex(up.hash, DD_HASH_LEN, hex);
		snprintf(path, sizeof(path), "%s/%s%s%s", up.link.dir, i == 0 ? "incoming/" : "",
			 hex, i == 0 ? ".part" : "");
		assert_int_equal(symlink(target, path), 0);
		assert_int_equal(put(&up), DD_ERR_IO);
		data = test_read_file(target, &len);
		assert_int_equal(len, 9);
		assert_memory_equal(data, "important", 9);
		free(data);
		finish(&up);
	}
}

static void uploads_leave_the_log_its_space(void **state)
{
	struct upload up;

	(void)state;
	test_fault_start(NULL);
	begin(&up);
	test_fault_free_bytes(DD_FILES_LAST);
	up.link.chunk.size = DD_FILES_LAST / DD_FILES_SMALL + 1;
	assert_int_equal(put(&up), DD_ERR_FULL);
	up.link.chunk.size = sizeof(CONTENT);
	test_fault_free_bytes(DD_FILES_LAST - 1);
	assert_int_equal(put(&up), DD_ERR_FULL);
	test_fault_free_bytes(DD_FILES_LAST);
	assert_int_equal(put(&up), 0);
	test_fault_free_bytes(0); /* what is here already needs none */
	assert_int_equal(put(&up), 0);
	assert_true(up.link.complete);
	finish(&up);
	test_fault_end();
}

/* Sixty-four may be on their way at once: what was free when each began is not free any more. */
static void an_upload_that_began_stops_where_others_took_the_space(void **state)
{
	struct upload up;

	(void)state;
	test_fault_start(NULL);
	begin(&up);
	up.link.chunk.len = 5;
	assert_int_equal(put(&up), 0);
	test_fault_free_bytes(100);
	up.link.chunk.offset = 5;
	up.link.chunk.data += 5;
	assert_int_equal(put(&up), DD_ERR_FULL);
	assert_int_equal(up.link.stored, 5);
	up.link.chunk.len = 0; /* it stays, and can be asked for */
	assert_int_equal(put(&up), 0);
	assert_int_equal(up.link.stored, 5);
	test_fault_free_bytes(-1);
	up.link.chunk.len = sizeof(CONTENT) - 5;
	assert_int_equal(put(&up), 0);
	assert_true(up.link.complete);
	finish(&up);
	test_fault_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twenty_megabytes_arrive_over_a_link_that_is_cut),
		cmocka_unit_test(a_part_that_had_to_give_way_while_it_was_hashed_begins_again),
		cmocka_unit_test(a_full_disk_after_the_rename_loses_nothing_and_promises_nothing),
		cmocka_unit_test(a_restart_after_a_flush_that_failed_flushes),
		cmocka_unit_test(a_file_that_no_task_has_goes_after_a_week),
		cmocka_unit_test(many_files_go_with_one_flush),
		cmocka_unit_test(a_file_that_a_task_has_stays_for_ever),
		cmocka_unit_test(a_part_that_is_never_finished_goes_after_a_month),
		cmocka_unit_test(a_link_in_the_place_of_a_file_is_not_followed),
		cmocka_unit_test(uploads_leave_the_log_its_space),
		cmocka_unit_test(an_upload_that_began_stops_where_others_took_the_space),
	};

	return cmocka_run_group_tests_name("common.files.files_finish", tests, NULL, NULL);
}
