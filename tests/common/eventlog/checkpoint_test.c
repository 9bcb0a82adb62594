/* checkpoint_test.c - the signed position and its keys. */
#include "tests/support/harness.h"

#include "common/base/file.h"
#include "common/base/id.h"
#include "common/eventlog/checkpoint.h"
#include "tests/support/tmpdir.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *dir;
static struct dd_checkpoint_key key;
static struct dd_position at;

static int setup(void **state)
{
	(void)state;
	dir = test_tmpdir();
	memset(&at, 7, sizeof(at));
	at.incarnation = 3;
	at.sequence = 12345;
	return dd_checkpoint_key_open(dir, &key, NULL) != 0 ||
	       dd_checkpoint_write(dir, &key, &at, NULL) != 0;
}

static int teardown(void **state)
{
	(void)state;
	test_tmpdir_end(dir);
	return 0;
}

static void what_is_written_is_read(void **state)
{
	struct dd_position back;
	struct dd_checkpoint_key again;

	(void)state;
	assert_int_equal(dd_checkpoint_read(dir, &back, NULL), 0);
	assert_memory_equal(back.log_id, at.log_id, DD_ID_LEN);
	assert_memory_equal(back.chain, at.chain, DD_HASH_LEN);
	assert_int_equal(back.sequence, 12345);
	assert_int_equal(back.incarnation, 3);
	assert_int_equal(dd_checkpoint_key_open(dir, &again, NULL), 0);
	assert_memory_equal(again.secret, key.secret, sizeof(key.secret));
}

static void the_key_is_for_its_owner(void **state)
{
	char *path = dd_path(dir, "checkpoint.key");
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	free(path);
}

/* Any bit of any of the three files. */
static void a_changed_bit_is_seen(void **state)
{
	static const char *const names[] = {"checkpoint", "checkpoint.pub", "checkpoint.key"};

	(void)state;
	for (size_t file = 0; file < 3; file++) {
		char *path = dd_path(dir, names[file]);
		unsigned long len;
		char *data = test_read_file(path, &len);

		for (size_t bit = 0; bit < 8 * len; bit += 3) {
			struct dd_checkpoint_key again;
			struct dd_position back;
			int rc;

			data[bit / 8] = (char)(data[bit / 8] ^ 1 << bit % 8);
			test_write_file(path, data, len);
			data[bit / 8] = (char)(data[bit / 8] ^ 1 << bit % 8);
			rc = dd_checkpoint_read(dir, &back, NULL);
			if (file == 2)
				rc = dd_checkpoint_key_open(dir, &again, NULL);
			assert_int_equal(rc, DD_ERR_CORRUPT);
		}
		test_write_file(path, data, len - 1);
		test_write_file(path, data, len);
		free(data);
		free(path);
	}
}

static void remove_file(const char *name)
{
	char *path = dd_path(dir, name);

	assert_int_equal(unlink(path), 0);
	free(path);
}

static void what_can_be_made_again_is_and_the_rest_is_missed(void **state)
{
	struct dd_checkpoint_key again;
	struct dd_position back;

	(void)state;
	remove_file("checkpoint.pub");
	assert_int_equal(dd_checkpoint_read(dir, &back, NULL), DD_ERR_CORRUPT);
	assert_int_equal(dd_checkpoint_key_open(dir, &again, NULL), 0);
	assert_int_equal(dd_checkpoint_read(dir, &back, NULL), 0);
	remove_file("checkpoint.key");
	assert_int_equal(dd_checkpoint_key_open(dir, &again, NULL), DD_ERR_CORRUPT);
	remove_file("checkpoint.pub");
	remove_file("checkpoint");
	assert_int_equal(dd_checkpoint_read(dir, &back, NULL), DD_ERR_NOT_FOUND);
	assert_int_equal(dd_checkpoint_key_open(dir, &again, NULL), 0);
	assert_memory_not_equal(again.secret, key.secret, sizeof(key.secret));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read),
		TEST(the_key_is_for_its_owner),
		TEST(a_changed_bit_is_seen),
		TEST(what_can_be_made_again_is_and_the_rest_is_missed),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
