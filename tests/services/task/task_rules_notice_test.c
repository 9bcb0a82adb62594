/* task_rules_notice_test.c - facts of services: what notification and reporting may tell, and when
 * it is too late, too early or said already. */
#include "tests/services/task/task_rules_notice_fixture.h"

#include "common/view/view_notice.h"
#include "dondoc/v1/query.pb-c.h"

#define DIGEST(name) DONDOC__V1__DIGEST_STATE__DIGEST_##name

static uint8_t digest[33];

static void hand_over(struct deciding *test, uint64_t epoch, uint32_t attempt)
{
	as_notification(test);
	ask(test, COMMAND(HAND_OVER_DIGEST), &dondoc__v1__hand_over_digest__descriptor);
	test->cmd.hand_over.digest = (ProtobufCBinaryData){.data = digest, .len = 32};
	test->cmd.hand_over.epoch = epoch;
	test->cmd.hand_over.attempt = attempt;
}

static void settle(struct deciding *test, uint64_t epoch, uint32_t attempt)
{
	as_notification(test);
	ask(test, COMMAND(SETTLE_DIGEST), &dondoc__v1__settle_digest__descriptor);
	test->cmd.settle.digest = (ProtobufCBinaryData){.data = digest, .len = 32};
	test->cmd.settle.epoch = epoch;
	test->cmd.settle.attempt = attempt;
	test->cmd.settle.reply = text_of("250 2.0.0 Ok");
}

/* A lease of epoch 1 and a planned digest. */
static struct deciding *begin_planned(void)
{
	struct deciding *test = begin();

	take_lease(test, 0);
	taken(test);
	plan_one(test);
	taken(test);
	memcpy(digest, test->out.digest, DD_HASH_LEN);
	return test;
}

static int state_of(struct deciding *test)
{
	struct view_digest found;

	assert_int_equal(view_digest(test->view, true, digest, &found), DD_OK);
	return found.state;
}

/* --- the lease ------------------------------------------------------------------------------- */

static void the_lease_goes_to_who_saw_the_last_epoch(void **state)
{
	struct deciding *test = begin();

	(void)state;
	take_lease(test, 1);
	refused(test, REFUSAL(LEASE), "0");
	take_lease(test, 0);
	taken(test);
	assert_int_equal(test->out.event.lease.epoch, 1);
	take_lease(test, 0); /* another process, which saw nothing */
	refused(test, REFUSAL(LEASE), "1");
	take_lease(test, 1);
	taken(test);
	take_lease(test, 2);
	test->cmd.lease.holder.len = 15;
	refused(test, REFUSAL(RANGE), "holder");
	end(test);
}

/* --- planning -------------------------------------------------------------------------------- */

static void a_digest_s_id_is_made_here_and_it_concerns_its_unit(void **state)
{
	struct deciding *test = begin();
	uint8_t id[1][DD_HASH_LEN], whole[DD_HASH_LEN];

	(void)state;
	plan_one(test);
	taken(test);
	dd_intent_id("before", test->task, DUE, -7, "U1", id[0]);
	dd_digest_id("U1", TODAY, (const uint8_t(*)[DD_HASH_LEN])id, 1, whole);
	assert_memory_equal(test->out.event.digest_planned.digest.data, whole, DD_HASH_LEN);
	assert_string_equal(test->out.unit, "U1");
	assert_int_equal(test->out.subject, 0);
	end(test);
}

static void an_intent_is_planned_once_for_ever(void **state)
{
	struct deciding *test = begin_planned();

	(void)state;
	plan_one(test);
	refused(test, REFUSAL(PENDING), "intent");
	plan(test, 3); /* among new ones, on another day, too */
	test->cmd.plan.day = TODAY + 1;
	refused(test, REFUSAL(PENDING), "intent");
	plan_one(test);
	test->cmd.plan.unit = text_of("U2"); /* another recipient is another intent */
	taken(test);
	end(test);
}

/* --- handing over ---------------------------------------------------------------------------- */

static void only_the_holder_of_the_lease_hands_over_and_counts_on(void **state)
{
	struct deciding *test = begin_planned();

	(void)state;
	hand_over(test, 0, 1);
	refused(test, REFUSAL(LEASE), "1");
	hand_over(test, 2, 1);
	refused(test, REFUSAL(LEASE), "1");
	hand_over(test, 1, 2);
	refused(test, REFUSAL(STATE), "planned");
	hand_over(test, 1, 0);
	refused(test, REFUSAL(STATE), "planned");
	hand_over(test, 1, 1);
	taken(test);
	assert_string_equal(test->out.unit, "U1");
	hand_over(test, 1, 1);
	refused(test, REFUSAL(STATE), "handing_over");
	hand_over(test, 1, 2);
	test->cmd.hand_over.digest.len = 33;
	refused(test, REFUSAL(RANGE), "digest");
	digest[5] ^= 1;
	hand_over(test, 1, 2);
	refused(test, REFUSAL(NO_REQUEST), "digest");
	settle(test, 1, 1);
	refused(test, REFUSAL(NO_REQUEST), "digest");
	end(test);
}

static void an_attempt_is_settled_by_who_began_it(void **state)
{
	struct deciding *test = begin_planned();

	(void)state;
	settle(test, 1, 1);
	refused(test, REFUSAL(STATE), "planned");
	hand_over(test, 1, 1);
	taken(test);
	settle(test, 2, 1);
	refused(test, REFUSAL(LEASE), "1");
	settle(test, 1, 2);
	refused(test, REFUSAL(STATE), "handing_over");
	settle(test, 1, 1);
	test->cmd.settle.delivered = 1;
	test->cmd.settle.final = 1;
	refused(test, REFUSAL(RANGE), "final");
	settle(test, 1, 1);
	test->cmd.settle.reply = long_text(2001);
	refused(test, REFUSAL(TOO_LARGE), "reply");
	settle(test, 1, 1);
	taken(test);
	assert_int_equal(state_of(test), DIGEST(WAITING));
	settle(test, 1, 1);
	refused(test, REFUSAL(STATE), "waiting");
	end(test);
}

/* The channel of each attempt, how many in a row, and which was given up are facts of the log. */
static void each_attempt_names_its_channel(void **state)
{
	struct deciding *test = begin_planned();
	struct view_digest known;

	(void)state;
	hand_over(test, 1, 1);
	test->cmd.hand_over.channel = (Dondoc__V1__Channel)9;
	refused(test, REFUSAL(RANGE), "channel");
	for (uint32_t attempt = 1; attempt <= 3; attempt++) {
		const Dondoc__V1__Channel channel = attempt < 3 ? DONDOC__V1__CHANNEL__CHANNEL_EMAIL
								: DONDOC__V1__CHANNEL__CHANNEL_SMS;

		hand_over(test, 1, attempt);
		test->cmd.hand_over.channel = channel;
		taken(test);
		settle(test, 1, attempt);
		test->cmd.settle.delivered = 1;
		test->cmd.settle.spent = 1;
		refused(test, REFUSAL(RANGE), "spent");
		settle(test, 1, attempt);
		test->cmd.settle.spent = attempt == 2;
		test->cmd.settle.delivered = attempt == 3;
		test->cmd.settle.reached = attempt == 3 ? 2 : 0;
		test->cmd.settle.refused = 1;
		taken(test);
		assert_int_equal(view_digest(test->view, true, digest, &known), DD_OK);
		assert_int_equal(known.channel, channel);
		assert_int_equal(known.tries, attempt < 3 ? attempt : 1);
		assert_int_equal(known.moves_on, attempt == 2);
		assert_int_equal(known.spent,
				 attempt >= 2 ? 1 << DONDOC__V1__CHANNEL__CHANNEL_EMAIL : 0);
	}
	assert_int_equal(known.reached, 2);
	assert_int_equal(known.refused, 1);
	assert_int_equal(known.state, DIGEST(DELIVERED));
	end(test);
}

static void what_is_delivered_or_given_up_is_not_handed_over_again(void **state)
{
	(void)state;
	for (int delivered = 0; delivered < 2; delivered++) {
		struct deciding *test = begin_planned();

		hand_over(test, 1, 1);
		taken(test);
		settle(test, 1, 1);
		test->cmd.settle.delivered = delivered;
		test->cmd.settle.final = !delivered;
		taken(test);
		assert_int_equal(state_of(test), delivered ? DIGEST(DELIVERED) : DIGEST(FAILED));
		hand_over(test, 1, 2);
		refused(test, REFUSAL(STATE), delivered ? "delivered" : "failed");
		end(test);
	}
}

static void an_old_holder_may_tell_the_outcome_until_another_begins_anew(void **state)
{
	struct deciding *test = begin_planned();

	(void)state;
	hand_over(test, 1, 1);
	taken(test);
	take_lease(test, 1);
	taken(test);
	hand_over(test, 1, 2);
	refused(test, REFUSAL(LEASE), "2");
	settle(test, 1, 1);
	decide(test);
	assert_int_equal(test->out.type, EVENT(DIGEST_SETTLED));
	hand_over(test, 2, 2);
	taken(test);
	settle(test, 1, 1);
	refused(test, REFUSAL(LEASE), "2");
	settle(test, 2, 2);
	test->cmd.settle.delivered = 1;
	taken(test);
	assert_int_equal(state_of(test), DIGEST(DELIVERED));
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lease_goes_to_who_saw_the_last_epoch),
		cmocka_unit_test(a_digest_s_id_is_made_here_and_it_concerns_its_unit),
		cmocka_unit_test(an_intent_is_planned_once_for_ever),
		cmocka_unit_test(only_the_holder_of_the_lease_hands_over_and_counts_on),
		cmocka_unit_test(an_attempt_is_settled_by_who_began_it),
		cmocka_unit_test(each_attempt_names_its_channel),
		cmocka_unit_test(what_is_delivered_or_given_up_is_not_handed_over_again),
		cmocka_unit_test(an_old_holder_may_tell_the_outcome_until_another_begins_anew),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
