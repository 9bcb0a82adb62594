/* office_core_test.c - the engine against a fake centre: 600 seeded histories on a bad network with
 * kills, restarts and restored centres, and the rules one by one. */
#include "tests/services/office/sim.h"

#include <inttypes.h>

#define SEEDS 600

static const char *note_of(uint64_t i, char out[48])
{
	(void)snprintf(out, 48, "<%s-%04" PRIu64 ">", i % 11 == 5 ? "poison" : "report", i);
	return out;
}

/* One thing happens. */
static void random_step(struct sim *sim)
{
	char note[48];
	int outcome;

	switch (sim_random(sim, 40)) {
	case 0: /* killed, with what was just sent lost or not */
		sim_kill(sim);
		sim_start(sim);
		return;
	case 1: /* killed in the middle of sending */
		sim->die_after = (int)sim_random(sim, 4);
		(void)sim_submit(sim, sim->client_number + 1,
				 note_of(sim->client_number + 1, note));
		(void)sim_step(sim, 10000000);
		sim_kill(sim);
		sim_start(sim);
		return;
	case 2:
		sim_link(sim, DD_LINK_CONNECTING);
		sim_link(sim, DD_LINK_UP);
		return;
	case 3: /* the centre is restarted: what was on the wire is gone */
		sim_drop_all(sim);
		return;
	case 4:
		sim->centre->busy = !sim->centre->busy;
		return;
	case 5:
		sim->centre->denies = sim_random(sim, 4) == 0;
		return;
	case 6:
		if (sim_random(sim, 4) == 0)
			centre_restore(sim->centre, sim_random(sim, sim->centre->count + 1));
		return;
	case 7:
	case 8:
	case 9:
	case 10: /* the client sends its next command, once or (not having heard) twice */
		outcome = sim_submit(sim, sim->client_number + 1,
				     note_of(sim->client_number + 1, note));
		assert_int_equal(outcome, DONDOC__V1__OUTCOME__OUTCOME_SAVED);
		sim->client_number += sim_random(sim, 3) > 0 ? 1 : 0;
		return;
	default:
		(void)sim_step(sim, 2000000);
	}
}

static void expect_each_once_in_order(struct sim *sim)
{
	size_t place = 0, before = 0;
	char note[48];

	for (uint64_t i = 1; i <= sim->client_number; i++) {
		(void)note_of(i, note);
		assert_int_equal(centre_count(sim->centre, note, &place), 1);
		assert_true(i == 1 || place > before);
		before = place;
	}
	for (size_t i = 0; i < sim->centre->count; i++)
		assert_true(sim->centre->log[i].body_len > 0);
}

/* In a restored centre's log the order of what came again may differ only across streams. */
static void run_seed(uint64_t seed)
{
	static struct sim sim;
	struct centre centre;
	char *dir = test_tmpdir();
	char note[48];

	centre_init(&centre);
	sim_open(&sim, &centre, seed, dir);
	sim.bad_network = true;
	sim.gathers = seed % 2 == 0; /* from its first kill on */
	for (int i = 0; i < 250; i++)
		random_step(&sim);
	/* The client repeats what it has not heard of, then everything becomes good. */
	(void)sim_submit(&sim, sim.client_number + 1, note_of(sim.client_number + 1, note));
	sim.client_number++;
	centre.busy = false;
	centre.denies = false;
	sim.bad_network = false;
	sim_link(&sim, DD_LINK_UP);
	sim_settle(&sim);
	expect_each_once_in_order(&sim);
	assert_int_equal(office_outbox_stream_count(sim.outbox), 1);
	sim_close(&sim);
	centre_fini(&centre);
	test_tmpdir_end(dir);
}

static void each_report_reaches_the_centre_once_and_in_order(void **state)
{
	const char *only = getenv("DONDOC_SEED");

	(void)state;
	if (only != NULL) {
		run_seed(strtoull(only, NULL, 10));
		return;
	}
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		sim_seed = seed;
		run_seed(seed);
	}
	(void)fprintf(stderr, "seeds 1 to %d\n", SEEDS);
}

/* --- the rules one by one -------------------------------------------------------------------- */

struct world {
	struct sim sim;
	struct centre centre;
	char *dir;
};

static struct world *world_open(uint32_t window)
{
	struct world *world = dd_alloc(sizeof(*world));

	world->dir = test_tmpdir();
	centre_init(&world->centre);
	sim_open(&world->sim, &world->centre, 1, world->dir);
	sim_kill(&world->sim);
	world->sim.window = window;
	sim_start(&world->sim);
	return world;
}

static void world_close(struct world *world)
{
	sim_close(&world->sim);
	centre_fini(&world->centre);
	test_tmpdir_end(world->dir);
	free(world);
}

static void expect_once(struct world *world, const char *note)
{
	size_t place;

	assert_int_equal(centre_count(&world->centre, note, &place), 1);
}

static struct office_item item_at(struct sim *sim, uint32_t ordinal, uint64_t number)
{
	struct office_item item;

	assert_int_equal(office_outbox_at(sim->outbox, ordinal, number, &item), 0);
	return item;
}

static void a_refused_report_does_not_hold_up_the_next(void **state)
{
	struct world *world = world_open(4);
	struct office_item item;

	(void)state;
	sim_save(&world->sim, "<first>");
	sim_save(&world->sim, "<poison>");
	sim_save(&world->sim, "<third>");
	sim_settle(&world->sim);
	assert_int_equal(item_at(&world->sim, 0, 1).state, OFFICE_ACCEPTED);
	item = item_at(&world->sim, 0, 2);
	assert_int_equal(item.state, OFFICE_REFUSED);
	assert_int_equal(item.receipt.sequence, 2);
	item = item_at(&world->sim, 0, 3);
	assert_int_equal(item.state, OFFICE_ACCEPTED);
	assert_int_equal(item.receipt.sequence, 3);
	assert_memory_equal(item.receipt.chain, world->centre.log[2].chain, DD_HASH_LEN);
	world_close(world);
}

static void the_same_command_again_gets_the_same_answer_and_other_bytes_conflict(void **state)
{
	struct world *world = world_open(4);

	(void)state;
	sim_save(&world->sim, "<a>");
	assert_int_equal(sim_submit(&world->sim, 1, "<a>"), DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	sim_settle(&world->sim);
	assert_int_equal(sim_submit(&world->sim, 1, "<a>"), DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	assert_int_equal(sim_submit(&world->sim, 1, "<b>"), DONDOC__V1__OUTCOME__OUTCOME_CONFLICT);
	assert_int_equal(sim_submit(&world->sim, 3, "<c>"), DONDOC__V1__OUTCOME__OUTCOME_GAP);
	sim_settle(&world->sim);
	assert_int_equal(world->centre.count, 1);
	world_close(world);
}

static void denied_keeps_everything_and_goes_on_when_admitted(void **state)
{
	struct world *world = world_open(4);
	struct office_core_status status;

	(void)state;
	world->centre.denies = true;
	sim_save(&world->sim, "<a>");
	sim_save(&world->sim, "<b>");
	for (int i = 0; i < 200; i++)
		(void)sim_step(&world->sim, 1000000);
	office_core_status(world->sim.core, &status);
	assert_true(status.denied);
	assert_true(strlen(status.trouble) > 0);
	assert_int_equal(world->centre.count, 0);
	assert_true(world->centre.requests < 30);
	assert_int_equal(item_at(&world->sim, 0, 1).state, OFFICE_QUEUED);
	assert_true(strlen(item_at(&world->sim, 0, 1).reason) > 0);
	world->centre.denies = false;
	sim_settle(&world->sim);
	office_core_status(world->sim.core, &status);
	assert_false(status.denied);
	expect_once(world, "<a>");
	expect_once(world, "<b>");
	world_close(world);
}

static void a_busy_centre_is_asked_ever_more_rarely(void **state)
{
	struct world *world = world_open(4);

	(void)state;
	sim_settle(&world->sim);
	world->centre.busy = true;
	sim_save(&world->sim, "<a>");
	while (world->sim.now_us < INT64_C(3600) * 1000000)
		(void)sim_step(&world->sim, 1000000);
	assert_in_range(world->centre.requests, 60, 200);
	world->centre.busy = false;
	sim_settle(&world->sim);
	expect_once(world, "<a>");
	world_close(world);
}

static void a_withdrawn_report_uses_up_its_number_with_an_empty_command(void **state)
{
	struct world *world = world_open(4);
	struct dd_error err;

	(void)state;
	sim_link(&world->sim, DD_LINK_CONNECTING);
	sim_save(&world->sim, "<a>");
	sim_save(&world->sim, "<regretted>");
	sim_save(&world->sim, "<c>");
	assert_int_equal(office_outbox_withdraw(world->sim.outbox, 2, "", 5, &err), 0);
	sim_link(&world->sim, DD_LINK_UP);
	sim_settle(&world->sim);
	assert_int_equal(world->centre.count, 3);
	assert_int_equal(world->centre.log[1].body_len, 0);
	assert_int_equal(item_at(&world->sim, 0, 2).state, OFFICE_WITHDRAWN);
	assert_int_equal(office_outbox_withdraw(world->sim.outbox, 3, "", 5, &err), DD_ERR_REFUSED);
	/* The client's own bytes are still the identity of its command. */
	assert_int_equal(sim_submit(&world->sim, 2, "<regretted>"),
			 DONDOC__V1__OUTCOME__OUTCOME_SAVED);
	/* And a client may send an empty command itself. */
	sim_save(&world->sim, NULL);
	sim_settle(&world->sim);
	assert_int_equal(item_at(&world->sim, 0, 4).state, OFFICE_WITHDRAWN);
	world_close(world);
}

static void nothing_leaves_while_sending_is_switched_off(void **state)
{
	struct world *world = world_open(4);
	struct office_core_options options = {.outbox = world->sim.outbox,
					      .unit = "SYT",
					      .window = 4,
					      .retry_ms = 200,
					      .next_id = sim_next_id,
					      .send_out = sim_send,
					      .arg = &world->sim};

	(void)state;
	office_core_free(world->sim.core);
	sim_drop_all(&world->sim);
	world->sim.core = office_core_new(&options);
	sim_link(&world->sim, DD_LINK_UP);
	sim_save(&world->sim, "<kept>");
	assert_true(office_core_due(world->sim.core) == INT64_MAX);
	assert_int_equal(world->sim.message_count, 0);
	assert_int_equal(sim_waiting(&world->sim), 1);
	world_close(world);
}

static void expect_denied(struct world *world, uint8_t *body, size_t len,
			  Dondoc__V1__RefusalCode code)
{
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	Dondoc__V1__SubmitReply reply;
	struct dd_error err;

	submit.stream.data = world->sim.client;
	submit.stream.len = DD_ID_LEN;
	submit.number = 1;
	submit.body.data = body;
	submit.body.len = len;
	assert_int_equal(office_core_submit(world->sim.core, &submit, &reply, &err), 0);
	assert_int_equal(reply.outcome, DONDOC__V1__OUTCOME__OUTCOME_DENIED);
	assert_int_equal(reply.refusal->code, code);
	assert_true(strlen(reply.refusal->text) > 0);
}

static void what_can_be_judged_here_is_told_at_once_and_not_saved(void **state)
{
	static uint8_t garbage[] = {0xff, 0xff, 0xff};
	static uint8_t newer[] = {0xfa, 0x3f, 0x01, 'x'}; /* field 1023 */
	static uint8_t large[OFFICE_BODY_MAX + 1];
	struct world *world = world_open(4);
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__DecideCompletion decide = DONDOC__V1__DECIDE_COMPLETION__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	uint8_t packed[256], *other;
	size_t len;

	(void)state;
	expect_denied(world, garbage, sizeof(garbage), DONDOC__V1__REFUSAL_CODE__REFUSAL_MALFORMED);
	expect_denied(world, newer, sizeof(newer), DONDOC__V1__REFUSAL_CODE__REFUSAL_NEWER_CLIENT);
	expect_denied(world, large, sizeof(large), DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE);
	other = centre_body("STC", "<x>", &len);
	expect_denied(world, other, len, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED);
	free(other);
	actor.unit = test_text("SYT");
	body.actor = &actor;
	len = dondoc__v1__command_body__pack(&body, packed);
	expect_denied(world, packed, len, DONDOC__V1__REFUSAL_CODE__REFUSAL_MALFORMED);
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_COMPLETION;
	body.decide_completion = &decide;
	len = dondoc__v1__command_body__pack(&body, packed);
	expect_denied(world, packed, len, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED);
	assert_int_equal(sim_waiting(&world->sim), 0);
	sim_save(&world->sim, "<good>");
	world_close(world);
}

static void a_full_disk_is_told_and_reporting_goes_on_when_there_is_space(void **state)
{
	struct world *world = world_open(4);
	struct dd_error err;
	char note[48];
	int saved = 0;

	(void)state;
	sim_kill(&world->sim);
	assert_int_equal(office_outbox_open(world->dir, 192u << 10, 1, &world->sim.outbox, &err),
			 0);
	world->sim.core = office_core_new(&(struct office_core_options){.outbox = world->sim.outbox,
									.unit = "SYT",
									.window = 4,
									.retry_ms = 200,
									.send = true,
									.next_id = sim_next_id,
									.send_out = sim_send,
									.arg = &world->sim});
	while (saved < 5000 &&
	       sim_submit(&world->sim, (uint64_t)saved + 1, note_of((uint64_t)saved + 1, note)) ==
		       DONDOC__V1__OUTCOME__OUTCOME_SAVED)
		saved++;
	assert_in_range(saved, 5, 4999);
	/* Nothing can be marked as sent either: the link comes up, and nothing is wrong. */
	sim_link(&world->sim, DD_LINK_UP);
	for (int i = 0; i < 100; i++)
		(void)sim_step(&world->sim, 1000000);
	sim_kill(&world->sim);
	sim_start(&world->sim);
	world->sim.client_number = (uint64_t)saved;
	sim_save(&world->sim, note_of((uint64_t)saved + 1, note));
	sim_settle(&world->sim);
	expect_each_once_in_order(&world->sim);
	world_close(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_report_does_not_hold_up_the_next),
		cmocka_unit_test(
			the_same_command_again_gets_the_same_answer_and_other_bytes_conflict),
		cmocka_unit_test(denied_keeps_everything_and_goes_on_when_admitted),
		cmocka_unit_test(a_busy_centre_is_asked_ever_more_rarely),
		cmocka_unit_test(a_withdrawn_report_uses_up_its_number_with_an_empty_command),
		cmocka_unit_test(nothing_leaves_while_sending_is_switched_off),
		cmocka_unit_test(what_can_be_judged_here_is_told_at_once_and_not_saved),
		cmocka_unit_test(a_full_disk_is_told_and_reporting_goes_on_when_there_is_space),
		cmocka_unit_test_teardown(each_report_reaches_the_centre_once_and_in_order,
					  sim_tell_seed),
	};

	dd_id_start();
	sim_use_memory();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
