/* notify_year_test.c - a whole year with the real holidays and the tasks of a real plan: the engine
 * lives through it day by day, and what was mailed is compared with what year_expected.py computes
 * from what happened, the words of the rules and the calendar; that program knows nothing of this
 * code. DD_TEST_SEED chooses another year. */
#define FAKE_TASKS   512
#define FAKE_DIGESTS 8192
#define FAKE_INTENTS 32768
#include "tests/services/notification/year.h"

#include "common/base/log.h"
#include "tests/support/fake_clock.h"
#include "tests/support/proc.h"

#define PATIENCE_MS 600000
#define YEAR_LINE   200

/* --- one year -------------------------------------------------------------------------------- */

static void special_days(struct year *y, int32_t day)
{
	/* announced three days before; a Saturday that is worked, told the day before yesterday */
	if (day == test_day("2026-06-15"))
		year_day(y, "", test_day("2026-06-18"), DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
	if (day == test_day("2026-07-09"))
		year_day(y, "", test_day("2026-07-11"), DONDOC__V1__DAY_KIND__DAY_WORKED);
	/* and one unit's own */
	if (day == test_day("2026-03-02")) {
		year_day(y, "STC", test_day("2026-03-05"), DONDOC__V1__DAY_KIND__DAY_HOLIDAY);
		year_day(y, "STC", test_day("2026-03-07"), DONDOC__V1__DAY_KIND__DAY_WORKED);
		year_day(y, "STC", test_day("2026-04-30"), DONDOC__V1__DAY_KIND__DAY_ORDINARY);
	}
	if (day == test_day("2026-05-11"))
		year_silence(y, "unit", "SKHCN", "", day, day + 13);
	if (day == test_day("2026-08-10"))
		year_silence(y, "plan", "KH1", "no-update", day + 2, day + 20);
	if (day == test_day("2026-09-21"))
		year_silence(y, "unit", "XA1", "", day, day + 9);
	if (day == test_day("2026-04-15"))
		year_start(y, "KH2", test_day("2026-04-18"));
	if (day == test_day("2026-08-24"))
		year_rule(y, "after", true, (int[]){1, 5, 20, -1}, false);
}

static void live(struct year *y)
{
	const int32_t first = test_day("2026-01-01"), last = test_day("2026-12-31");
	struct world *world = &y->world;
	size_t planned = 0;

	for (int32_t day = first; day <= last; day++) {
		y->today = day;
		world->wall_us = dd_day_start_us(day) + 7 * 60 * MINUTE_US;
		world->mono_us += DD_DAY_US;
		fake_task_time(&world->task, world->wall_us, world->mono_us);
		special_days(y, day);
		year_people(y);
		for (int hour = 0; hour < 3; hour++) {
			world_pass(world, 60 * MINUTE_US);
			world_settle(world, &world->nodes[0]);
		}
		for (; planned < world->task.digest_count; planned++)
			assert_int_equal(world->task.digests[planned].day, day);
	}
	year_says(y, first, "end");
}

/* What the mail server has, in the form of the other program. */
static char *mailed(struct year *y, size_t *count_out)
{
	struct world *world = &y->world;
	char(*lines)[YEAR_LINE] = dd_alloc((size_t)FAKE_INTENTS * YEAR_LINE);
	struct dd_buf text = {0};
	size_t count = 0;

	for (size_t i = 0; i < world->task.digest_count; i++) {
		const struct fake_digest *digest = &world->task.digests[i];
		Dondoc__V1__PlanDigest *plan = fake_task_plan(&world->task, digest->id);

		assert_int_equal(digest->state, STATE(DELIVERED));
		assert_int_equal(world_mail(world, digest->id)->copies, 1);
		for (size_t k = 0; k < plan->n_intents; k++) {
			const Dondoc__V1__Intent *intent = plan->intents[k];

			(void)snprintf(lines[count++], YEAR_LINE, "%d %s %s %llu %d %d\n",
				       (int)digest->day, digest->unit, intent->rule,
				       (unsigned long long)intent->task, (int)intent->due_day,
				       (int)intent->step);
		}
		dondoc__v1__plan_digest__free_unpacked(plan, NULL);
	}
	for (size_t i = 0; i < count; i++)
		dd_buf_add(&text, lines[i], strlen(lines[i]));
	free(lines);
	*count_out = count;
	return (char *)dd_buf_cstr(&text); /* its owner is the caller now */
}

/* --- the comparison -------------------------------------------------------------------------- */

static const char *beside(const char *name, char out[512])
{
	const char *slash = strrchr(__FILE__, '/');

	(void)snprintf(out, 512, "%.*s/%s", (int)(slash - __FILE__), __FILE__, name);
	return out;
}

/* `without`: a holiday that the other program shall not know; "" = none. To be freed. */
static char *expected(struct year *y, const char *without)
{
	char script[512], holidays[512], first[16], last[16], name[32];
	const char *argv[] = {"python3", script,      y->path, holidays, first,
			      last,      "--without", without, NULL};
	char path[512];

	(void)snprintf(first, sizeof(first), "%d", (int)test_day("2026-01-01"));
	(void)snprintf(last, sizeof(last), "%d", (int)test_day("2026-12-31"));
	(void)snprintf(name, sizeof(name), "expected%s", without);
	beside("year_expected.py", script);
	year_sample("holidays-vn.csv", holidays);
	if (test_proc_run(y->world.dir, name, argv, NULL, PATIENCE_MS) != 0) {
		(void)snprintf(path, sizeof(path), "%s/%s.err", y->world.dir, name);
		fail_msg("python3 failed: %s", test_read_file(path, NULL));
	}
	(void)snprintf(path, sizeof(path), "%s/%s.out", y->world.dir, name);
	return test_read_file(path, NULL);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of a text, sorted; they point into it. */
static char **lines_of(char *text, size_t *count_out)
{
	char **lines = dd_alloc((strlen(text) / 2 + 1) * sizeof(*lines));
	char *save = NULL;
	size_t count = 0;

	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		lines[count++] = line;
	qsort(lines, count, sizeof(*lines), by_text);
	*count_out = count;
	return lines;
}

/* How many lines are in one only; each is printed if `tell`. */
static size_t differences(char *actual_text, char *expected_text, bool tell)
{
	size_t na, ne, i = 0, k = 0, found = 0;
	char **actual = lines_of(actual_text, &na), **want = lines_of(expected_text, &ne);

	while (i < na || k < ne) {
		const int order = i == na ? 1 : k == ne ? -1 : strcmp(actual[i], want[k]);

		if (order == 0) {
			i++;
			k++;
			continue;
		}
		found++;
		if (tell)
			printf("%s %s\n", order < 0 ? "told:    " : "expected:",
			       order < 0 ? actual[i] : want[k]);
		if (order < 0)
			i++;
		else
			k++;
	}
	free(actual);
	free(want);
	return found;
}

static void compare(struct year *y, const char *without, bool same)
{
	size_t count, found;
	char *actual = mailed(y, &count);
	char *want = expected(y, without);

	assert_true(count > 1000); /* it says something */
	found = differences(actual, want, same);
	printf("year: %zu told, without \"%s\" %zu differences\n", count, without, found);
	free(actual);
	free(want);
	if (same)
		assert_int_equal(found, 0);
	else
		assert_true(found > 0);
}

static void every_kind_has_spoken(struct year *y)
{
	static const char *const rules[] = {"before",  "due",         "after",        "not-begun",
					    "promise", "no-update",   "not-received", "waiting",
					    "first",   "silence-over"};
	size_t count;
	char *actual = mailed(y, &count);
	char word[48];

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		(void)snprintf(word, sizeof(word), " %s ", rules[i]);
		if (strstr(actual, word) == NULL)
			fail_msg("in the whole year rule '%s' never spoke", rules[i]);
	}
	free(actual);
}

static void a_year(uint64_t seed)
{
	struct year *y = dd_alloc(sizeof(*y));

	year_begin(y, seed, test_time("2026-01-01 06:00"));
	live(y);
	every_kind_has_spoken(y);
	compare(y, "", true);
	/* a comparison that cannot fail is worth nothing */
	compare(y, "2026-04-27", false);
	year_end(y);
	free(y);
}

static void in_a_year_exactly_what_the_words_say_is_told_and_on_its_day(void **state)
{
	const char *seed = getenv("DD_TEST_SEED");

	(void)state;
	a_year(seed != NULL ? strtoull(seed, NULL, 10) : 1);
	if (seed == NULL)
		a_year(4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_a_year_exactly_what_the_words_say_is_told_and_on_its_day),
	};

	dd_id_start();
	if (getenv("TMPDIR") == NULL && access("/dev/shm", W_OK) == 0)
		(void)setenv("TMPDIR", "/dev/shm", 1);
	dd_log_start("year", DD_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
