/* notify_seeds_test.c - two services at once in a bad world, once per seed: killed at every step,
 * their stores deleted, clocks moved, answers lost, the mail server away, people changing tasks all
 * the while, and with them rules, silences, promises, beginnings. Afterwards everything heals, and
 * then: every intent exists exactly once, every digest reached the mail server, at most once more
 * per kill inside the window. DD_TEST_ROUNDS and DD_TEST_SEED choose how many and from where; a
 * failing seed is printed and replays exactly. */
#include "tests/services/notification/world.h"

#include "common/base/log.h"
#include "common/base/sys.h"
#include "tests/support/fake_clock.h"

#define SEEDS_DEFAULT 800
#define BEGINS        "2026-10-14"
#define UNITS         4
#define STEPS         220

#define RELEASE(name) DONDOC__V1__RELEASE_ACTION__RELEASE_##name

static const char *const units[UNITS] = {"SKHCN", "SYT", "STC", "KHONGCO"};

struct totals {
	long runs, digests, intents, copies, windows, kills, takeovers, lost, commands, refusals,
		dropped, held, let_go, by_time, put_away;
};

/* The salts of records are random too: draw them from the world, so that a seed replays. */
static struct world *drawing;

static void draw_bytes(void *ctx, void *out, size_t len)
{
	(void)ctx;
	for (size_t i = 0; i < len; i++)
		((uint8_t *)out)[i] = (uint8_t)world_draw(drawing, 256);
}

/* --- people ---------------------------------------------------------------------------------- */

static const char *any_unit(struct world *world)
{
	return units[world_draw(world, UNITS)];
}

static int32_t any_due(struct world *world)
{
	return dd_day_of(world->wall_us) - 6 + (int32_t)world_draw(world, 20);
}

/* A report to a superior that waits is let go, held or dropped, as a person likes. */
static void people_decide(struct world *world)
{
	for (size_t i = 0; i < world->task.digest_count; i++)
		if (world->task.digests[i].state == STATE(HELD) && world_chance(world, 25))
			fake_release(&world->task, &world->task.digests[i],
				     (Dondoc__V1__ReleaseAction)(1 + world_draw(world, 3)));
}

/* What holds back, lets go, or makes everything be looked at anew. */
static void people_rule(struct world *world, struct fake_work *work)
{
	const int32_t today = dd_day_of(world->task.record_us);
	Dondoc__V1__RuleScope scope = DONDOC__V1__RULE_SCOPE__INIT;

	switch (world_draw(world, 4)) {
	case 0:
		fake_rule(&world->task, "not-begun", world_chance(world, 60));
		break;
	case 1:
		scope.task = work->id;
		fake_silence(&world->task, &scope, "", today,
			     today + (int32_t)world_draw(world, 6));
		work->held = true;
		break;
	case 2:
		if (work->state != DD_TASK_ASSIGNED)
			break;
		fake_promise(&world->task, work, today + 1 + (int32_t)world_draw(world, 6));
		work->held = true;
		break;
	default:
		fake_start(&world->task, FAKE_PLAN, test_day(BEGINS) - 60);
		break;
	}
}

static void people_work(struct world *world)
{
	struct fake_work *work = &world->task.works[world_draw(world, world->task.work_count)];

	fake_task_time(&world->task, world->wall_us, world->mono_us);
	people_decide(world);
	if (world_chance(world, 30) && world->task.work_count < 24) {
		(void)fake_add(&world->task, any_unit(world), any_due(world), "Nhiệm vụ");
		return;
	}
	if (world_chance(world, 20)) {
		people_rule(world, work);
		return;
	}
	if (work->state != DD_TASK_ASSIGNED)
		return;
	switch (world_draw(world, 3)) {
	case 0:
		fake_complete(&world->task, work);
		break;
	case 1:
		fake_due(&world->task, work, any_due(world));
		break;
	default:
		fake_assign(&world->task, work, any_unit(world));
		break;
	}
}

/* --- the bad world --------------------------------------------------------------------------- */

static void network(struct world *world, struct world_node *node)
{
	for (unsigned i = 0; i < NOTIFY_COMMANDS; i++) {
		const struct world_command *command = &node->commands[i];

		if (!command->there || !world_chance(world, 60))
			continue;
		if (command->arrived)
			world_command_answered(world, node, i, world_chance(world, 90));
		else if (world_chance(world, 10))
			world_command_answered(world, node, i, false);
		else
			world_command_arrives(world, node, i);
	}
	for (unsigned i = 0; i < NOTIFY_SLOTS; i++) {
		if (node->fetching[i] && world_chance(world, 60))
			world_fetch_arrives(world, node, i, world_chance(world, 90));
		if (node->mail[i] == MAIL_ON_WAY && world_chance(world, 50))
			world_mail_arrives(world, node, i);
		else if (node->mail[i] > MAIL_ON_WAY && world_chance(world, 50))
			world_mail_answered(world, node, i);
	}
}

static void live(struct world *world, struct world_node *node)
{
	const uint64_t frames = world_draw(world, 6);

	for (uint64_t i = 0; i < frames && world_feed(world, node); i++)
		;
	world_turn(world, node);
	network(world, node);
	if (world_chance(world, 3))
		world_kill(world, node);
	else if (world_chance(world, 1))
		node->clock_us = ((int64_t)world_draw(world, 5) - 2) * 9 * 3600 * DD_SECOND_US;
	else if (world_chance(world, 5))
		node->clock_us = 0;
}

static void lie_dead(struct world *world, struct world_node *node)
{
	if (world_chance(world, 15))
		world_delete_store(node);
	if (world_chance(world, 5))
		for (size_t i = 0; i < NOTIFY_FAMILY; i++)
			node->family[i] = (uint8_t)world_draw(world, 256);
	if (world_chance(world, 30))
		world_start(world, node->number);
}

static void time_goes_on(struct world *world)
{
	static const int64_t steps[] = {DD_SECOND_US, DD_SECOND_US, 5 * DD_SECOND_US,
					20 * DD_SECOND_US, 60 * DD_SECOND_US};
	const int minute =
		(int)((world->wall_us - dd_day_start_us(dd_day_of(world->wall_us))) / MINUTE_US);

	world_pass(world, steps[world_draw(world, 5)]);
	if (world_chance(world, 2))
		world_pass(world, (int64_t)world_draw(world, 90) * MINUTE_US);
	if (minute > 17 * 60) /* nobody needs to live through the night */
		world_pass(world, (int64_t)(15 * 60) * MINUTE_US);
	if (world_chance(world, 3))
		world->mail_server_down = !world->mail_server_down;
}

static void bad_times(struct world *world)
{
	for (int i = 0; i < STEPS; i++) {
		for (int k = 0; k < WORLD_NODES; k++) {
			struct world_node *node = &world->nodes[k];

			if (node->engine != NULL)
				live(world, node);
			else
				lie_dead(world, node);
		}
		if (world_chance(world, 6))
			people_work(world);
		time_goes_on(world);
	}
}

/* Everybody well, nobody changes anything, for four days. */
static void heal(struct world *world)
{
	world->mail_server_down = false;
	for (int k = 0; k < WORLD_NODES; k++) {
		world->nodes[k].clock_us = 0;
		if (world->nodes[k].engine == NULL)
			world_start(world, k);
	}
	for (int day = 0; day < 4; day++) {
		world->wall_us = dd_day_start_us(dd_day_of(world->wall_us) + 1) +
				 (int64_t)(8 * 60) * MINUTE_US;
		world->mono_us += DD_DAY_US;
		for (int i = 0; i < 20; i++) {
			for (int k = 0; k < WORLD_NODES; k++)
				world_settle(world, &world->nodes[k]);
			world_pass(world, (i < 15 ? 1 : 30) * MINUTE_US);
		}
	}
}

/* --- the judgement --------------------------------------------------------------------------- */

static bool told(const struct world *world, const struct fake_work *work, int step)
{
	for (size_t i = 0; i < world->task.told_count; i++) {
		const struct fake_told *one = &world->task.told[i];

		if (!one->gone && one->task == work->id && one->due_day == work->due_day &&
		    one->step == step && strcmp(one->unit, work->unit) == 0)
			return true;
	}
	return false;
}

static int32_t step_day(const struct dd_calendar *calendar, int32_t due_day, int step)
{
	if (step != 0)
		return dd_calendar_add(calendar, due_day, step);
	return dd_calendar_working(calendar, due_day) ? due_day
						      : dd_calendar_add(calendar, due_day, -1);
}

/* The latest step that has fallen was told, unless the task needs nothing, or somebody held it
 * back: which of its steps are told then, notify_year_test compares. */
static void nothing_is_missing(const struct world *world, const struct dd_calendar *calendar)
{
	static const int steps[] = {-7, -3, 0, 1};
	const int32_t today = dd_day_of(world->wall_us);

	for (size_t i = 0; i < world->task.work_count; i++) {
		const struct fake_work *work = &world->task.works[i];
		int latest = 99;

		for (int k = 0; k < 4; k++)
			if (step_day(calendar, work->due_day, steps[k]) <= today)
				latest = steps[k];
		if (work->state == DD_TASK_ASSIGNED && latest != 99 && !work->held &&
		    !told(world, work, latest))
			fail_msg("task %d of %s, due in %d days, lacks step %d", (int)work->id,
				 work->unit, work->due_day - today, latest);
	}
}

/* The log is the judge: read it as anybody would. */
static void count_planned(const struct world *world, size_t *digests_out, size_t *intents_out)
{
	uint8_t(*seen)[DD_HASH_LEN] = dd_alloc(FAKE_INTENTS * sizeof(*seen));

	*digests_out = *intents_out = 0;
	for (size_t i = 0; i < world->task.digest_count; i++) {
		Dondoc__V1__PlanDigest *plan =
			fake_task_plan(&world->task, world->task.digests[i].id);

		/* What was dropped unsaid may be told in another one. */
		const bool unsaid = world->task.digests[i].state == STATE(DROPPED) &&
				    !world->task.digests[i].unsure &&
				    world->task.digests[i].decided != RELEASE(DROP);
		char to[DD_RECIPIENT_TEXT];

		(*digests_out)++;
		for (size_t k = 0; !unsaid && k < plan->n_intents; k++) {
			const Dondoc__V1__Intent *intent = plan->intents[k];

			dd_intent_id(intent->rule, intent->task, intent->due_day, intent->step,
				     fake_recipient(plan, to), seen[*intents_out]);
			for (size_t m = 0; m < *intents_out; m++)
				assert_memory_not_equal(seen[m], seen[*intents_out], DD_HASH_LEN);
			(*intents_out)++;
		}
		dondoc__v1__plan_digest__free_unpacked(plan, NULL);
	}
	free(seen);
}

/* What a person has not let go, and no time, has never left. */
static void nothing_has_slipped_out(struct world *world, struct totals *totals)
{
	for (size_t i = 0; i < world->task.digest_count; i++) {
		const struct fake_digest *digest = &world->task.digests[i];

		if (digest->kind != DONDOC__V1__DIGEST_KIND__DIGEST_SUPERIOR)
			continue;
		if (digest->decided != RELEASE(SEND)) {
			assert_int_equal(digest->attempts, 0);
			assert_int_equal(world_mail(world, digest->id)->copies, 0);
			assert_true(digest->state == STATE(HELD) ||
				    digest->state == STATE(DROPPED));
		}
		totals->held += digest->state == STATE(HELD);
		totals->put_away += digest->decided == RELEASE(DROP);
		totals->let_go += digest->decided == RELEASE(SEND) && !digest->by_time;
		totals->by_time += digest->by_time;
	}
}

static void judge(struct world *world, struct totals *totals)
{
	struct dd_calendar *calendar = dd_calendar_new();
	size_t digests, intents, told_now = 0;

	nothing_is_missing(world, calendar);
	nothing_has_slipped_out(world, totals);
	count_planned(world, &digests, &intents);
	for (size_t i = 0; i < world->task.told_count; i++)
		told_now += !world->task.told[i].gone;
	assert_int_equal(intents, told_now);
	for (size_t i = 0; i < world->task.digest_count; i++) {
		const struct fake_digest *digest = &world->task.digests[i];
		const struct world_mail *mail = world_mail(world, digest->id);
		const bool reachable = strncmp(digest->unit, "KHONG", 5) != 0;

		if (digest->state == STATE(HELD))
			continue;
		if (digest->state == STATE(DROPPED)) {
			assert_true(mail->copies <= mail->windows);
			totals->dropped++;
		} else {
			assert_int_equal(digest->state,
					 reachable ? STATE(DELIVERED) : STATE(FAILED));
			assert_true(reachable ? mail->copies >= 1 : mail->copies == 0);
		}
		assert_true(mail->copies <= 1 + mail->windows);
		totals->copies += mail->copies;
		totals->windows += mail->windows;
		/* Clocks may be off: still no digest is of a day that is no working day. */
		assert_true(dd_calendar_working(calendar, digest->day));
	}
	/* What the mail server has is what was planned, under the same id. */
	for (size_t i = 0; i < world->mail_count; i++)
		assert_non_null(fake_task_digest(&world->task, world->mails[i].digest));
	totals->digests += (long)digests;
	totals->intents += (long)intents;
	dd_calendar_free(calendar);
}

/* --- one seed -------------------------------------------------------------------------------- */

static void run_seed(uint64_t seed, struct totals *totals, uint8_t chain_out[DD_HASH_LEN])
{
	struct world *world = dd_alloc(sizeof(*world));
	struct dd_sys table = *dd_sys_real();
	Dondoc__V1__Rung rungs[2];

	drawing = world;
	table.random = draw_bytes;
	dd_sys_set(&table);
	dondoc__v1__rung__init(&rungs[0]);
	dondoc__v1__rung__init(&rungs[1]);
	rungs[0].days = 1;
	rungs[1].days = 3;
	rungs[0].to = rungs[1].to = DONDOC__V1__RUNG_TO__RUNG_TO_AGENCY;
	world_begin(world, seed, test_time(BEGINS " 07:50"));
	world->wall_us += (int64_t)world_draw(world, 600) * MINUTE_US;
	for (size_t i = 0; i < UNITS; i++)
		fake_unit(&world->task, units[i], "Đơn vị");
	fake_unit(&world->task, "TD", "Văn phòng");
	for (int i = 0; i < 8; i++)
		(void)fake_add(&world->task, any_unit(world), any_due(world), "Nhiệm vụ");
	if (seed % 2 == 0)
		fake_superior(&world->task, rungs, 2);
	if (seed % 4 == 0)
		fake_setting(&world->task, "superior.auto_hours", "5");
	world_start(world, 0);
	world_start(world, 1);
	bad_times(world);
	heal(world);
	judge(world, totals);
	memcpy(chain_out, world->task.head.chain, DD_HASH_LEN);
	totals->runs++;
	totals->kills += world->kills;
	totals->takeovers += (long)world->task.epoch;
	totals->lost += world->lost;
	totals->commands += world->commands;
	totals->refusals += (long)world->task.refusals;
	world_end(world);
	free(world);
	dd_sys_set(NULL);
	drawing = NULL;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

static void in_a_bad_world_every_intent_exists_once_and_every_digest_arrives(void **state)
{
	const uint64_t count =
		number_of("DD_NOTIFY_SEEDS", number_of("DD_TEST_ROUNDS", SEEDS_DEFAULT));
	const uint64_t first = number_of("DD_TEST_SEED", 1);
	struct totals totals = {0};
	uint8_t chain[DD_HASH_LEN];

	(void)state;
	for (uint64_t seed = first; seed < first + count; seed++) {
		(void)fprintf(stderr, "\rseed %llu ", (unsigned long long)seed);
		run_seed(seed, &totals, chain);
	}
	(void)fprintf(stderr, "\r");
	printf("notify seeds=%ld digests=%ld intents=%ld commands=%ld refused=%ld lost_answers=%ld "
	       "kills=%ld leases=%ld windows=%ld copies=%ld no_longer_so=%ld waiting=%ld "
	       "let_go=%ld by_time=%ld put_away=%ld missing=0 doubled=0 "
	       "bound=%.5f\n",
	       totals.runs, totals.digests, totals.intents, totals.commands, totals.refusals,
	       totals.lost, totals.kills, totals.takeovers, totals.windows, totals.copies,
	       totals.dropped, totals.held, totals.let_go, totals.by_time, totals.put_away,
	       3.0 / (double)(totals.runs > 0 ? totals.runs : 1));
	/* The world was bad enough to mean something. */
	if (totals.runs >= 100) {
		assert_true(totals.windows > totals.runs / 20);
		assert_true(totals.copies > totals.digests / 2);
		assert_true(totals.lost > totals.runs && totals.kills > totals.runs);
		assert_true(totals.dropped > totals.runs / 20);
		assert_true(totals.held > 0 && totals.let_go > 0 && totals.by_time > 0 &&
			    totals.put_away > 0);
	}
}

static void the_same_seed_ends_with_the_same_log(void **state)
{
	uint8_t chains[3][DD_HASH_LEN];
	struct totals totals = {0};

	(void)state;
	run_seed(77, &totals, chains[0]);
	run_seed(77, &totals, chains[1]);
	run_seed(78, &totals, chains[2]);
	assert_memory_equal(chains[0], chains[1], DD_HASH_LEN);
	assert_memory_not_equal(chains[0], chains[2], DD_HASH_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_ends_with_the_same_log),
		cmocka_unit_test(in_a_bad_world_every_intent_exists_once_and_every_digest_arrives),
	};

	dd_id_start();
	/* Thousands of stores: in memory where there is such a folder. */
	if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
	dd_log_start("seeds", DD_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
