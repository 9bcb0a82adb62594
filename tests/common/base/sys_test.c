/* sys_test.c - the real machine, the tables put in its place, and the trial clock. */
#include "common/base/sys.h"

#include "common/base/clock.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fault.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int setup(void **state)
{
	*state = test_tmpdir();
	return 0;
}

static int teardown(void **state)
{
	test_tmpdir_end(*state);
	dd_sys_set(NULL);
	return 0;
}

static void count_name(void *arg, const char *name)
{
	assert_true(strcmp(name, ".") != 0 && strcmp(name, "..") != 0);
	*(int *)arg += 1;
}

static void a_file_is_written_read_and_found(void **state)
{
	const struct dd_sys *sys = dd_sys();
	char path[300];
	char out[8] = {0};
	int names = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/a", (char *)*state);
	fd = sys->open(sys->ctx, path, O_RDWR | O_CREAT, 0640);
	assert_true(fd >= 0);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	assert_int_equal(sys->pwrite(sys->ctx, fd, "hello", 5, 2), 5);
	assert_int_equal(sys->size(sys->ctx, fd), 7);
	assert_int_equal(sys->pread(sys->ctx, fd, out, 5, 2), 5);
	assert_string_equal(out, "hello");
	assert_int_equal(sys->ftruncate(sys->ctx, fd, 3), 0);
	assert_int_equal(sys->size(sys->ctx, fd), 3);
	assert_int_equal(sys->fdatasync(sys->ctx, fd) + sys->fsync(sys->ctx, fd), 0);
	assert_true(S_ISREG((unsigned)sys->mode(sys->ctx, fd)));
	assert_int_equal(sys->close(sys->ctx, fd), 0);
	assert_int_equal(sys->list(sys->ctx, *state, count_name, &names), 0);
	assert_int_equal(names, 1);
	assert_int_equal(sys->unlink(sys->ctx, path), 0);
	assert_int_equal(sys->unlink(sys->ctx, path), -1);
	assert_int_equal(errno, ENOENT);
	assert_true(sys->free_bytes(sys->ctx, *state) > 0);
}

static void failures_come_back_as_of_system_calls(void **state)
{
	const struct dd_sys *sys = dd_sys();
	char path[300];
	int names = 0;

	snprintf(path, sizeof(path), "%s/none/a", (char *)*state);
	assert_int_equal(sys->open(sys->ctx, path, O_RDONLY, 0), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(sys->list(sys->ctx, path, count_name, &names), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(sys->size(sys->ctx, -1), -1);
	assert_int_equal(sys->mode(sys->ctx, -1), -1);
	assert_int_equal(sys->free_bytes(sys->ctx, path), -1);
	assert_int_equal(sys->rename(sys->ctx, path, path), -1);
	assert_int_equal(sys->mkdir(sys->ctx, path, 0700), -1);
}

static void random_bytes_differ_each_time(void **state)
{
	const struct dd_sys *sys = dd_sys();
	static uint8_t a[70000];
	static uint8_t b[70000];

	(void)state;
	sys->random(sys->ctx, a, sizeof(a));
	sys->random(sys->ctx, b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	assert_memory_not_equal(a + sizeof(a) - 32, b + sizeof(b) - 32, 32);
}

static void the_monotonic_clock_never_goes_back(void **state)
{
	int64_t last = dd_mono_us();
	int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		int64_t now = dd_mono_us();

		assert_true(now >= last);
		last = now;
	}
}

static void another_table_takes_the_machines_place_until_taken_away(void **state)
{
	(void)state;
	assert_ptr_equal(dd_sys(), dd_sys_real());
	test_clock_start(12345);
	assert_int_equal(dd_wall_us(), 12345);
	test_clock_advance(5);
	assert_int_equal(dd_wall_us(), 12350);
	test_clock_set_wall(1);
	assert_int_equal(dd_wall_us(), 1);
	assert_int_equal(dd_mono_us(), INT64_C(3600) * DD_SECOND_US + 5);
	test_clock_end();
	assert_ptr_equal(dd_sys(), dd_sys_real());
}

static void the_trial_clock_starts_where_told_and_runs_on(void **state)
{
	int64_t start = test_time("2026-10-14 08:10");
	int64_t before;
	int64_t wall;
	int64_t after;

	(void)state;
	assert_int_equal(dd_sys_trial(), 0);
	before = dd_mono_us();
	dd_sys_set_trial(start);
	assert_int_equal(dd_sys_trial(), 1);
	wall = dd_wall_us();
	after = dd_mono_us();
	assert_in_range(wall - start, 0, after - before);
	usleep(2000);
	assert_true(dd_wall_us() - wall >= 2000);
	/* Only the wall clock is on trial. */
	assert_ptr_equal(dd_sys()->pwrite, dd_sys_real()->pwrite);
	assert_true(dd_sys_real()->wall_us(NULL) != dd_wall_us());
	dd_sys_set(NULL);
	assert_int_equal(dd_sys_trial(), 0);
}

static int fake_send(void *ctx, void *msg, void *socket, int flags)
{
	(void)ctx;
	(void)msg;
	(void)socket;
	return flags;
}

static void sockets_are_handed_to_the_real_and_the_trial_table(void **state)
{
	(void)state;
	assert_null(dd_sys()->sock_send);
	dd_sys_set_sockets(fake_send, fake_send);
	assert_ptr_equal(dd_sys()->sock_send, fake_send);
	dd_sys_set_trial(0);
	assert_ptr_equal(dd_sys()->sock_recv, fake_send);
	dd_sys_set_sockets(NULL, NULL);
}

static void a_test_can_fail_the_nth_call_of_any_kind(void **state)
{
	const struct dd_sys *sys;
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/a", (char *)*state);
	test_fault_start(NULL);
	sys = dd_sys();
	fd = sys->open(sys->ctx, path, O_RDWR | O_CREAT, 0600);
	test_fault_set(TEST_PWRITE, TEST_FAIL, 2, 1, EIO);
	assert_int_equal(sys->pwrite(sys->ctx, fd, "abcd", 4, 0), 4);
	assert_int_equal(sys->pwrite(sys->ctx, fd, "abcd", 4, 4), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(sys->pwrite(sys->ctx, fd, "abcd", 4, 4), 4);
	test_fault_set(TEST_PWRITE, TEST_SHORT, 1, 1, 0);
	assert_int_equal(sys->pwrite(sys->ctx, fd, "abcd", 4, 8), 2);
	test_fault_set(TEST_PWRITE, TEST_TEAR, 1, 1, ENOSPC);
	assert_int_equal(sys->pwrite(sys->ctx, fd, "abcd", 4, 10), -1);
	assert_int_equal(errno, ENOSPC);
	assert_int_equal(sys->size(sys->ctx, fd), 12);
	test_fault_any_write(TEST_FAIL, 2, EROFS);
	assert_int_equal(sys->fdatasync(sys->ctx, fd), 0);
	assert_int_equal(sys->fdatasync(sys->ctx, fd), -1);
	assert_int_equal(sys->unlink(sys->ctx, path), -1);
	assert_int_equal(errno, EROFS);
	test_fault_any_write(TEST_FAIL, 0, 0);
	assert_int_equal(test_fault_count(TEST_PWRITE), 5);
	assert_int_equal(test_fault_write_count(), 9);
	test_fault_free_bytes(4096);
	assert_int_equal(sys->free_bytes(sys->ctx, *state), 4096);
	assert_int_equal(sys->close(sys->ctx, fd), 0);
	test_fault_end();
	assert_ptr_equal(dd_sys(), dd_sys_real());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_is_written_read_and_found, setup, teardown),
		cmocka_unit_test_setup_teardown(failures_come_back_as_of_system_calls, setup,
						teardown),
		cmocka_unit_test(random_bytes_differ_each_time),
		cmocka_unit_test(the_monotonic_clock_never_goes_back),
		cmocka_unit_test(another_table_takes_the_machines_place_until_taken_away),
		cmocka_unit_test_setup_teardown(the_trial_clock_starts_where_told_and_runs_on,
						setup, teardown),
		cmocka_unit_test_setup_teardown(sockets_are_handed_to_the_real_and_the_trial_table,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_test_can_fail_the_nth_call_of_any_kind, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
