/* view_notice_test.c - the lease, the life of a digest, and what cannot be. */
#include "tests/common/view/noticing.h"

static struct view_digest now(struct story *s, const struct history_digest *digest)
{
	struct view_digest found;

	assert_int_equal(view_digest(view_of(s), false, digest->id, &found), DD_OK);
	return found;
}

static int count_open(void *arg, const struct view_digest *digest)
{
	assert_true(digest->state == DIGEST_STATE(PLANNED) ||
		    digest->state == DIGEST_STATE(HANDING_OVER) ||
		    digest->state == DIGEST_STATE(WAITING));
	++*(int *)arg;
	return DD_OK;
}

static int open_digests(struct story *s)
{
	int count = 0;

	must(view_open_digests(view_of(s), count_open, &count, &why));
	return count;
}

/* --- the life of a digest -------------------------------------------------------------------- */

static void a_digest_goes_from_planned_to_delivered(void **state)
{
	struct history_digest *digest;
	struct view_digest found;
	struct view_lease lease;
	struct story s;

	(void)state;
	begin(&s);
	assert_int_equal(view_lease(view_of(&s), false, &lease), DD_ERR_NOT_FOUND);
	history_lease(&s.h);
	digest = history_plan_digest(&s.h);
	feed(&s);
	assert_int_equal(view_lease(view_of(&s), false, &lease), DD_OK);
	assert_int_equal(lease.epoch, 1);
	assert_int_equal(lease.taken_us, s.h.now_us);
	found = now(&s, digest);
	assert_int_equal(found.state, DIGEST_STATE(PLANNED));
	assert_int_equal(found.planned_sequence, digest->planned);
	assert_string_equal(found.unit, digest->unit);
	assert_int_equal(found.day, digest->day);
	assert_int_equal(open_digests(&s), 1);

	history_hand_over(&s.h, digest);
	history_settle(&s.h, digest, DIGEST_STATE(WAITING));
	feed(&s);
	assert_int_equal(now(&s, digest).state, DIGEST_STATE(WAITING));
	assert_int_equal(open_digests(&s), 1);
	history_hand_over(&s.h, digest);
	feed(&s);
	assert_int_equal(now(&s, digest).state, DIGEST_STATE(HANDING_OVER));
	history_settle(&s.h, digest, DIGEST_STATE(DELIVERED));
	feed(&s);
	found = now(&s, digest);
	assert_int_equal(found.state, DIGEST_STATE(DELIVERED));
	assert_int_equal(found.attempts, 2);
	assert_int_equal(found.epoch, 1);
	assert_int_equal(found.settled_sequence, s.h.next - 1);
	assert_string_equal(found.reply, "250 2.0.0 Ok");
	assert_int_equal(open_digests(&s), 0);
	end(&s);
}

static void a_new_holder_tries_again_what_another_had_begun(void **state)
{
	struct history_digest *digest;
	struct story s;

	(void)state;
	begin(&s);
	history_lease(&s.h);
	digest = history_plan_digest(&s.h);
	history_hand_over(&s.h, digest);
	history_lease(&s.h);
	history_hand_over(&s.h, digest);
	history_settle(&s.h, digest, DIGEST_STATE(FAILED));
	feed(&s);
	assert_int_equal(now(&s, digest).state, DIGEST_STATE(FAILED));
	assert_int_equal(now(&s, digest).epoch, 2);
	assert_int_equal(now(&s, digest).attempts, 2);
	assert_int_equal(open_digests(&s), 0);
	end(&s);
}

static void an_intent_leads_to_its_digest(void **state)
{
	uint8_t id[32], found[32];
	struct history_digest *digest;
	uint64_t task = 0;
	struct story s;

	(void)state;
	begin(&s);
	digest = history_plan_digest(&s.h);
	feed(&s);
	for (uint32_t i = 0; i < s.h.task_count && task == 0; i++) {
		dd_intent_id("before", s.h.tasks[i].id, 0, 1, digest->unit, id);
		if (view_intent(view_of(&s), false, id, found) == DD_OK)
			task = s.h.tasks[i].id;
	}
	assert_int_not_equal(task, 0);
	assert_memory_equal(found, digest->id, 32);
	dd_intent_id("before", task, 0, 1, "U99", id);
	assert_int_equal(view_intent(view_of(&s), false, id, found), DD_ERR_NOT_FOUND);
	end(&s);
}

/* --- damage ---------------------------------------------------------------------------------- */

enum damage {
	LEASE_SKIPS,
	HOLDER_SHORT,
	UNKNOWN_DIGEST,
	OLD_EPOCH,
	ATTEMPT_SKIPS,
	SETTLED_UNBEGUN,
	SETTLED_OTHER_ATTEMPT,
	HANDED_OVER_AFTER_END,
	PLANNED_TWICE,
	FALSE_ID,
	REPORT_TWICE,
	DAMAGES
};

static void plan_badly(struct history *h, enum damage damage)
{
	if (damage == FALSE_ID) {
		/* Another day than the one in the id. */
		Dondoc__V1__DigestPlanned body = DONDOC__V1__DIGEST_PLANNED__INIT;
		Dondoc__V1__PlanDigest plan = DONDOC__V1__PLAN_DIGEST__INIT;
		Dondoc__V1__Intent intent = DONDOC__V1__INTENT__INIT, *row = &intent;
		struct history_event e;
		uint8_t id[32];

		plan.unit = lent("U01");
		plan.day = 7;
		plan.intents = &row;
		plan.n_intents = 1;
		dd_intent_id("", 0, 0, 0, "U01", id);
		dd_digest_id("U01", 8, (const uint8_t(*)[DD_HASH_LEN])id, 1, id);
		body.digest = (ProtobufCBinaryData){.data = id, .len = sizeof(id)};
		body.plan = &plan;
		history_header(h, &e, EVENT_TYPE(DIGEST_PLANNED));
		history_add(h, &e.header, &body.base);
		return;
	}
	h->random = 5;
	history_plan_digest(h);
	h->random = 5;
	h->intents = 0;
	history_plan_digest(h);
}

static void hand_over_badly(struct history *h, enum damage damage)
{
	struct history_digest *digest = history_plan_digest(h);

	if (damage == UNKNOWN_DIGEST)
		digest->id[0] ^= 1;
	if (damage == ATTEMPT_SKIPS)
		digest->attempts = 1;
	if (damage == OLD_EPOCH)
		h->epoch--;
	if (damage == SETTLED_UNBEGUN) {
		history_settle(h, digest, DIGEST_STATE(DELIVERED));
		return;
	}
	history_hand_over(h, digest);
	if (damage == SETTLED_OTHER_ATTEMPT) {
		digest->attempts++;
		history_settle(h, digest, DIGEST_STATE(DELIVERED));
	}
	if (damage == HANDED_OVER_AFTER_END) {
		history_settle(h, digest, DIGEST_STATE(DELIVERED));
		history_hand_over(h, digest);
	}
}

static void damage_it(struct history *h, enum damage damage)
{
	Dondoc__V1__LeaseTaken lease = DONDOC__V1__LEASE_TAKEN__INIT;
	struct history_event e;

	switch (damage) {
	case LEASE_SKIPS:
		h->epoch++;
		history_lease(h);
		break;
	case HOLDER_SHORT:
		lease.epoch = h->epoch + 1;
		history_header(h, &e, EVENT_TYPE(LEASE_TAKEN));
		history_add(h, &e.header, &lease.base);
		break;
	case PLANNED_TWICE:
	case FALSE_ID:
		plan_badly(h, damage);
		break;
	case REPORT_TWICE:
		history_report(h, "monthly", HISTORY_DAY0);
		history_report(h, "monthly", HISTORY_DAY0);
		break;
	case UNKNOWN_DIGEST:
	case OLD_EPOCH:
	case ATTEMPT_SKIPS:
	case SETTLED_UNBEGUN:
	case SETTLED_OTHER_ATTEMPT:
	case HANDED_OVER_AFTER_END:
	case DAMAGES:
		hand_over_badly(h, damage);
		break;
	}
}

static void events_that_contradict_the_view_are_damage(void **state)
{
	static const char *const words[DAMAGES] = {
		[LEASE_SKIPS] = "cannot become 3",
		[HOLDER_SHORT] = "16 bytes",
		[UNKNOWN_DIGEST] = "no such digest",
		[OLD_EPOCH] = "epoch 0 hands over",
		[ATTEMPT_SKIPS] = "attempt 2 on a digest",
		[SETTLED_UNBEGUN] = "attempt 0 of epoch 0 ends",
		[SETTLED_OTHER_ATTEMPT] = "attempt 2 of epoch 1 ends",
		[HANDED_OVER_AFTER_END] = "in state 3",
		[PLANNED_TWICE] = "planned twice",
		[FALSE_ID] = "not that of its intents",
		[REPORT_TWICE] = "issued the same report",
	};

	(void)state;
	for (int damage = 0; damage < DAMAGES; damage++) {
		struct story s;

		begin(&s);
		history_lease(&s.h);
		feed(&s);
		damage_it(&s.h, (enum damage)damage);
		history_close_frame(&s.h);
		view_batch_begin(view_of(&s));
		assert_int_equal(
			apply_frame_records(view_of(&s), &s.h.frames[s.h.frame_count - 1], &why),
			DD_ERR_CORRUPT);
		if (!strstr(why.text, words[damage]))
			fail_msg("damage %d: %s", damage, why.text);
		view_batch_drop(view_of(&s));
		end(&s);
	}
}

/* --- layers ---------------------------------------------------------------------------------- */

static void what_a_dropped_batch_planned_was_never_planned(void **state)
{
	struct history_digest *digest;
	struct view_digest found;
	struct story s;

	(void)state;
	begin(&s);
	digest = history_plan_digest(&s.h);
	history_close_frame(&s.h);
	view_batch_begin(view_of(&s));
	must(apply_frame_records(view_of(&s), &s.h.frames[s.h.frame_count - 1], &why));
	assert_int_equal(view_digest(view_of(&s), true, digest->id, &found), DD_OK);
	assert_int_equal(view_digest(view_of(&s), false, digest->id, &found), DD_ERR_NOT_FOUND);
	view_batch_drop(view_of(&s));
	assert_int_equal(view_digest(view_of(&s), true, digest->id, &found), DD_ERR_NOT_FOUND);
	assert_int_equal(open_digests(&s), 0);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_digest_goes_from_planned_to_delivered),
		cmocka_unit_test(a_new_holder_tries_again_what_another_had_begun),
		cmocka_unit_test(an_intent_leads_to_its_digest),
		cmocka_unit_test(events_that_contradict_the_view_are_damage),
		cmocka_unit_test(what_a_dropped_batch_planned_was_never_planned),
	};

	dd_id_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
