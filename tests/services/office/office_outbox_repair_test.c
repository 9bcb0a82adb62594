/* office_outbox_repair_test.c - outboxes that were restored from a copy or are in use twice, and
 * centres that were restored: nothing is lost, nothing is there twice. */
#include "common/base/file.h"
#include "tests/services/office/sim.h"

#include <inttypes.h>

#define SEEDS 500

struct pair {
	struct centre centre;
	struct sim a;
	struct sim b;
	char *dir_a;
	char *dir_b;
	unsigned saved_a;
	unsigned saved_b;
	unsigned saved_before; /* by `a`, and then in both */
};

static void note(const struct pair *pair, const struct sim *sim, unsigned i, char out[32])
{
	(void)snprintf(out, 32, "<%c%03u>", sim == &pair->a ? 'a' : 'b', i);
}

static void save_next(struct pair *pair, struct sim *sim)
{
	char text[32];

	note(pair, sim, sim == &pair->a ? ++pair->saved_a : ++pair->saved_b, text);
	sim_save(sim, text);
}

static void copy_outbox(struct pair *pair)
{
	struct dd_error err;

	/* dd_store_copy renames its copy to a folder that must not be there yet. */
	test_tmpdir_end(pair->dir_b);
	pair->dir_b = dd_path(pair->dir_a, "copy");
	assert_int_equal(dd_store_copy(office_outbox_store(pair->a.outbox), pair->dir_b, &err), 0);
	pair->saved_before = pair->saved_a;
}

static void pair_open(struct pair *pair, uint64_t seed)
{
	memset(pair, 0, sizeof(*pair));
	pair->dir_a = test_tmpdir();
	pair->dir_b = test_tmpdir();
	centre_init(&pair->centre);
	sim_open(&pair->a, &pair->centre, seed, pair->dir_a);
}

/* The copy comes into use, by a client of its own. */
static void start_copy(struct pair *pair, uint64_t seed)
{
	sim_open(&pair->b, &pair->centre, seed + 1000000, pair->dir_b);
	memset(pair->b.client, 9, sizeof(pair->b.client));
}

static void pair_close(struct pair *pair)
{
	centre_fini(&pair->centre);
	test_tmpdir_end(pair->dir_b);
	test_tmpdir_end(pair->dir_a);
}

static void expect_once(struct pair *pair, const struct sim *sim, unsigned from, unsigned to)
{
	char text[32];
	size_t place;

	for (unsigned i = from; i <= to; i++) {
		int count;

		note(pair, sim, i, text);
		count = centre_count(&pair->centre, text, &place);
		if (count != 1)
			fail_msg("%s is %d times at the centre", text, count);
	}
}

static void expect_in_order(struct pair *pair, const struct sim *sim, unsigned from, unsigned to)
{
	size_t place = 0, before = 0;
	char text[32];

	for (unsigned i = from; i <= to; i++) {
		note(pair, sim, i, text);
		(void)centre_count(&pair->centre, text, &place);
		assert_true(i == from || place > before);
		before = place;
	}
}

static void a_restored_outbox_goes_on_in_a_new_stream_and_says_so(void **state)
{
	static struct pair pair;
	struct office_notice notice;

	(void)state;
	pair_open(&pair, 1);
	for (int i = 0; i < 5; i++)
		save_next(&pair, &pair.a);
	sim_settle(&pair.a);
	sim_link(&pair.a, DD_LINK_CONNECTING);
	save_next(&pair, &pair.a); /* waits in the copy, sent later by the original */
	copy_outbox(&pair);
	sim_link(&pair.a, DD_LINK_UP);
	for (int i = 0; i < 3; i++)
		save_next(&pair, &pair.a);
	sim_settle(&pair.a);
	sim_close(&pair.a);

	start_copy(&pair, 1);
	sim_link(&pair.b, DD_LINK_CONNECTING);
	for (int i = 0; i < 4; i++)
		save_next(&pair, &pair.b);
	sim_link(&pair.b, DD_LINK_UP);
	sim_settle(&pair.b);
	expect_once(&pair, &pair.a, 1, 9);
	expect_once(&pair, &pair.b, 1, 4);
	expect_in_order(&pair, &pair.b, 1, 4);
	assert_int_equal(office_outbox_stream_count(pair.b.outbox), 2);
	assert_int_equal(office_outbox_notice(pair.b.outbox, &notice), 0);
	assert_non_null(strstr(notice.text, "Nothing is lost"));
	/* And after a restart all is quiet. */
	sim_kill(&pair.b);
	sim_start(&pair.b);
	save_next(&pair, &pair.b);
	sim_settle(&pair.b);
	assert_int_equal(office_outbox_stream_count(pair.b.outbox), 2);
	expect_once(&pair, &pair.b, 1, 5);
	sim_close(&pair.b);
	pair_close(&pair);
}

static void a_restored_centre_gets_again_what_it_lacks_under_the_same_numbers(void **state)
{
	static struct pair pair;
	struct office_item item;

	(void)state;
	pair_open(&pair, 2);
	for (int i = 0; i < 9; i++)
		save_next(&pair, &pair.a);
	sim_settle(&pair.a);
	centre_restore(&pair.centre, 4);
	/* Not even the connection breaks: it shows when the streams are asked about again. */
	while (pair.centre.count < 9)
		(void)sim_step(&pair.a, 1000000);
	sim_settle(&pair.a);
	expect_once(&pair, &pair.a, 1, 9);
	expect_in_order(&pair, &pair.a, 1, 9);
	assert_int_equal(office_outbox_stream_count(pair.a.outbox), 1);
	assert_int_equal(office_outbox_at(pair.a.outbox, 0, 9, &item), 0);
	assert_int_equal(item.receipt.incarnation, 2);
	sim_close(&pair.a);
	pair_close(&pair);
}

static void a_changed_log_is_told_and_reports_go_on_in_a_new_stream(void **state)
{
	static struct pair pair;
	struct office_notice notice;

	(void)state;
	pair_open(&pair, 3);
	for (int i = 0; i < 3; i++)
		save_next(&pair, &pair.a);
	sim_settle(&pair.a);
	pair.centre.log[2].chain[5] ^= 1;
	sim_link(&pair.a, DD_LINK_UP);
	sim_settle(&pair.a);
	assert_int_equal(office_outbox_stream_count(pair.a.outbox), 2);
	assert_int_equal(pair.centre.count, 3);
	assert_true(office_outbox_notice(pair.a.outbox, &notice) == 0);
	sim_close(&pair.a);
	pair_close(&pair);
}

/* Holes: numbers of a retired stream whose reports moved away are filled again at a restored
 * centre, so that what stands behind them can come. */
static void a_restored_centre_gets_a_retired_stream_back_across_its_holes(void **state)
{
	static struct pair pair;

	(void)state;
	pair_open(&pair, 4);
	pair.a.window = 1;
	for (int i = 0; i < 2; i++)
		save_next(&pair, &pair.a);
	sim_settle(&pair.a);
	copy_outbox(&pair);
	start_copy(&pair, 4);
	pair.b.window = 8;
	sim_settle(&pair.b);
	/* `a` takes number 3; `b` sends its 3, 4 and 5 without having looked. */
	save_next(&pair, &pair.a);
	sim_settle(&pair.a);
	for (int i = 0; i < 3; i++)
		save_next(&pair, &pair.b);
	sim_settle(&pair.b);
	assert_int_equal(office_outbox_stream_count(pair.b.outbox), 2);
	sim_close(&pair.a);
	centre_restore(&pair.centre, 2);
	sim_link(&pair.b, DD_LINK_UP);
	sim_settle(&pair.b);
	expect_once(&pair, &pair.b, 1, 3);
	expect_once(&pair, &pair.a, 1, 2);
	sim_close(&pair.b);
	pair_close(&pair);
}

/* --- seeded ---------------------------------------------------------------------------------- */

/* Its connections end with it: nothing of before arrives at the restored one. */
static void restore_centre(struct pair *pair, struct sim *sim)
{
	centre_restore(&pair->centre, sim_random(sim, pair->centre.count + 1));
	sim_drop_all(&pair->a);
	sim_drop_all(&pair->b);
}

static void random_step(struct pair *pair, struct sim *sim)
{
	switch (sim_random(sim, 30)) {
	case 0:
		sim_kill(sim);
		sim_start(sim);
		return;
	case 1:
		sim_link(sim, DD_LINK_CONNECTING);
		sim_link(sim, DD_LINK_UP);
		return;
	case 2:
		if (sim_random(sim, 6) == 0)
			restore_centre(pair, sim);
		return;
	case 3:
	case 4:
	case 5:
		save_next(pair, sim);
		return;
	default:
		(void)sim_step(sim, 2000000);
	}
}

static void make_good(struct sim *sim)
{
	sim->bad_network = false;
	sim_link(sim, DD_LINK_UP);
}

static void both_settle(struct pair *pair)
{
	/* What one sends may be news for the other: several rounds. */
	for (int round = 0; round < 3; round++) {
		make_good(&pair->a);
		sim_settle(&pair->a);
		make_good(&pair->b);
		sim_settle(&pair->b);
	}
}

static void run_clones(uint64_t seed)
{
	static struct pair pair;

	pair_open(&pair, seed);
	pair.a.bad_network = true;
	for (int i = 0; i < 60; i++)
		random_step(&pair, &pair.a);
	copy_outbox(&pair);
	start_copy(&pair, seed);
	pair.b.bad_network = true;
	for (int i = 0; i < 200; i++) {
		struct sim *sim = sim_random(&pair.a, 2) == 0 ? &pair.a : &pair.b;

		random_step(&pair, sim);
	}
	both_settle(&pair);
	expect_once(&pair, &pair.a, 1, pair.saved_a);
	expect_once(&pair, &pair.b, 1, pair.saved_b);
	sim_close(&pair.a);
	sim_close(&pair.b);
	pair_close(&pair);
}

static void run_restored(uint64_t seed)
{
	static struct pair pair;

	pair_open(&pair, seed);
	pair.a.bad_network = true;
	for (int i = 0; i < 60; i++)
		random_step(&pair, &pair.a);
	copy_outbox(&pair);
	for (int i = 0; i < 60; i++)
		random_step(&pair, &pair.a);
	/* The original's disk dies with what it had not sent: that is lost with it. */
	make_good(&pair.a);
	sim_settle(&pair.a);
	sim_close(&pair.a);
	start_copy(&pair, seed);
	pair.b.bad_network = true;
	for (int i = 0; i < 150; i++)
		random_step(&pair, &pair.b);
	make_good(&pair.b);
	sim_settle(&pair.b);
	expect_once(&pair, &pair.a, 1, pair.saved_before);
	expect_once(&pair, &pair.b, 1, pair.saved_b);
	sim_close(&pair.b);
	pair_close(&pair);
}

static void run_seeds(void (*run)(uint64_t seed))
{
	const char *only = getenv("DONDOC_SEED");

	if (only != NULL) {
		run(strtoull(only, NULL, 10));
		return;
	}
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		sim_seed = seed;
		run(seed);
	}
	(void)fprintf(stderr, "seeds 1 to %d\n", SEEDS);
}

static void two_copies_in_use_lose_nothing_and_double_nothing(void **state)
{
	(void)state;
	run_seeds(run_clones);
}

static void a_restored_copy_loses_nothing_and_doubles_nothing(void **state)
{
	(void)state;
	run_seeds(run_restored);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_restored_outbox_goes_on_in_a_new_stream_and_says_so),
		cmocka_unit_test(a_restored_centre_gets_again_what_it_lacks_under_the_same_numbers),
		cmocka_unit_test(a_changed_log_is_told_and_reports_go_on_in_a_new_stream),
		cmocka_unit_test(a_restored_centre_gets_a_retired_stream_back_across_its_holes),
		cmocka_unit_test_teardown(two_copies_in_use_lose_nothing_and_double_nothing,
					  sim_tell_seed),
		cmocka_unit_test_teardown(a_restored_copy_loses_nothing_and_doubles_nothing,
					  sim_tell_seed),
	};

	dd_id_start();
	sim_use_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
