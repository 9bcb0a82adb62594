/* history_test.c - the checker itself: true histories pass, and each kind of damage to a history or
 * its log is found, many times over, at random places. */
#include "tests/support/harness.h"

#include "common/base/alloc.h"
#include "tests/support/history.h"
#include "tests/system/station.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS  150 /* of each mutation */
#define STREAMS 6
#define OPS     80

/* A world: what clients did, and the log that came of it. */
struct world {
	struct test_history history;
	struct test_log log;
	uint64_t state;
	int64_t now_us;
};

/* --- a true history --------------------------------------------------------------------------- */

static uint64_t below(struct world *world, uint64_t limit)
{
	return system_draw(&world->state) % limit;
}

static void fill(struct world *world, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)system_draw(&world->state);
}

static void add(struct world *world, enum test_line_kind kind, const struct test_entry *entry)
{
	struct test_line line = {.kind = kind, .us = ++world->now_us, .id = entry->id};

	if (kind == TEST_INVOKE)
		memcpy(line.content, entry->content, DD_HASH_LEN);
	if (kind == TEST_OK || kind == TEST_REFUSED) {
		line.sequence = entry->last;
		line.incarnation = entry->incarnation;
		memcpy(line.chain, entry->chain, DD_HASH_LEN);
	}
	test_history_add(&world->history, &line);
}

static void commit(struct world *world, struct test_entry *entry)
{
	struct test_log *log = &world->log;

	entry->first = ++log->head.sequence;
	log->head.sequence += below(world, 2);
	entry->last = log->head.sequence;
	log->entries[log->count++] = *entry;
}

/* Sendings without effect and without an answer are strewn in. */
static void begin(struct world *world, struct test_entry *entry)
{
	entry->id.number++;
	fill(world, entry->id.digest, DD_HASH_LEN);
	fill(world, entry->chain, DD_HASH_LEN);
	fill(world, entry->content, DD_HASH_LEN);
	entry->incarnation = 1;
	entry->refused = below(world, 10) == 0;
	add(world, TEST_INVOKE, entry);
	if (below(world, 4) != 0)
		return;
	add(world, below(world, 2) == 0 ? TEST_FAIL : TEST_INFO, entry);
	add(world, TEST_INVOKE, entry);
}

/* One op per stream is under way; each step one of them goes on. The last op of a stream may stay
 * without an answer. */
static void world_make(struct world *world, uint64_t seed)
{
	struct test_entry open[STREAMS];
	int phase[STREAMS] = {0};

	memset(world, 0, sizeof(*world));
	memset(open, 0, sizeof(open));
	world->state = seed;
	test_history_init(&world->history);
	world->log.entries = dd_alloc((OPS + STREAMS + 2) * sizeof(*world->log.entries));
	for (int s = 0; s < STREAMS; s++)
		fill(world, open[s].id.stream, DD_ID_LEN);
	while (world->log.count < OPS) {
		int s = (int)below(world, STREAMS);

		if (phase[s] == 0)
			begin(world, &open[s]);
		else if (phase[s] == 1)
			commit(world, &open[s]);
		else
			add(world, open[s].refused ? TEST_REFUSED : TEST_OK, &open[s]);
		phase[s] = (phase[s] + 1) % 3;
	}
}

static void world_end(struct world *world)
{
	test_history_fini(&world->history);
	test_log_fini(&world->log);
}

/* --- damage ----------------------------------------------------------------------------------- */

static struct test_line *answer_of(struct world *world, const struct test_entry *entry)
{
	for (size_t i = 0; i < world->history.count; i++) {
		struct test_line *line = &world->history.lines[i];

		if ((line->kind == TEST_OK || line->kind == TEST_REFUSED) &&
		    memcmp(&line->id, &entry->id, sizeof(line->id)) == 0)
			return line;
	}
	return NULL;
}

/* A random entry whose client has its answer. */
static size_t pick(struct world *world)
{
	for (;;) {
		size_t i = below(world, world->log.count);

		if (answer_of(world, &world->log.entries[i]) != NULL)
			return i;
	}
}

static void drop(struct world *world)
{
	size_t i = pick(world);

	memmove(&world->log.entries[i], &world->log.entries[i + 1],
		(world->log.count - i - 1) * sizeof(*world->log.entries));
	world->log.count--;
}

static void duplicate(struct world *world)
{
	struct test_entry copy = world->log.entries[pick(world)];

	commit(world, &copy);
}

static void swap(struct world *world)
{
	struct test_entry *a = &world->log.entries[pick(world)];
	struct test_entry *b = a;
	struct test_identity id;

	while (a == b)
		b = &world->log.entries[pick(world)];
	id = a->id;
	a->id = b->id;
	b->id = id;
}

static void alter_bytes(struct world *world)
{
	struct test_entry *entry = &world->log.entries[pick(world)];

	entry->id.digest[below(world, DD_HASH_LEN)] ^= (uint8_t)(1 + below(world, 255));
}

static void alter_text(struct world *world)
{
	struct test_entry *entry = &world->log.entries[pick(world)];

	while (entry->refused)
		entry = &world->log.entries[pick(world)];
	entry->content[below(world, DD_HASH_LEN)] ^= (uint8_t)(1 + below(world, 255));
}

static void alter_chain(struct world *world)
{
	struct test_entry *entry = &world->log.entries[pick(world)];

	entry->chain[below(world, DD_HASH_LEN)] ^= (uint8_t)(1 + below(world, 255));
}

static void turn_answer(struct world *world)
{
	struct test_entry *entry = &world->log.entries[pick(world)];

	entry->refused = !entry->refused;
}

static void invent(struct world *world)
{
	struct test_entry entry = {.incarnation = 1, .id = {.number = 1}};

	fill(world, entry.id.stream, DD_ID_LEN);
	fill(world, entry.id.digest, DD_HASH_LEN);
	commit(world, &entry);
}

/* The client was told each time that nothing happened. */
static void deny(struct world *world)
{
	const struct test_entry *entry = &world->log.entries[pick(world)];

	for (size_t i = 0; i < world->history.count; i++) {
		struct test_line *line = &world->history.lines[i];

		if (line->kind != TEST_INVOKE &&
		    memcmp(&line->id, &entry->id, sizeof(line->id)) == 0)
			line->kind = TEST_FAIL;
	}
}

static struct test_entry *sent_last(struct world *world)
{
	struct test_entry *entry = &world->log.entries[world->log.count - 1];

	while (answer_of(world, entry) == NULL)
		entry--;
	return entry;
}

/* The log puts a command before one that was answered before it was sent: both receipts agree with
 * that log, only time does not. */
static void reorder(struct world *world)
{
	struct test_entry *late = sent_last(world);
	struct test_line *answer = answer_of(world, late);

	for (size_t i = 0; i < world->log.count; i++) {
		if (&world->log.entries[i] == late)
			continue;
		world->log.entries[i].first += 10;
		world->log.entries[i].last += 10;
		if (answer_of(world, &world->log.entries[i]) != NULL)
			answer_of(world, &world->log.entries[i])->sequence += 10;
	}
	late->first = late->last = answer->sequence = 1 + below(world, 9);
}

/* --- tests ------------------------------------------------------------------------------------ */

static void true_histories_pass(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct test_verdict verdict;
		struct world world;

		world_make(&world, seed);
		test_history_check(&world.history, 0, &world.log, &verdict);
		if (!test_verdict_good(&verdict))
			fail_msg("seed %u: %s", (unsigned)seed, verdict.first);
		assert_int_equal(verdict.ok + verdict.refused + verdict.info + verdict.fail,
				 verdict.ops);
		world_end(&world);
	}
}

static const struct mutation {
	const char *name;
	void (*apply)(struct world *world);
	size_t counter; /* offset of the one that must have found it */
} mutations[] = {
	{"drop", drop, offsetof(struct test_verdict, lost)},
	{"duplicate", duplicate, offsetof(struct test_verdict, duplicate)},
	{"swap", swap, offsetof(struct test_verdict, altered)},
	{"alter bytes", alter_bytes, offsetof(struct test_verdict, altered)},
	{"alter text", alter_text, offsetof(struct test_verdict, altered)},
	{"alter chain", alter_chain, offsetof(struct test_verdict, altered)},
	{"turn answer", turn_answer, offsetof(struct test_verdict, altered)},
	{"invent", invent, offsetof(struct test_verdict, phantom)},
	{"deny", deny, offsetof(struct test_verdict, undead)},
	{"reorder", reorder, offsetof(struct test_verdict, reorder)},
};

static bool is_found(const struct mutation *mutation, uint64_t seed)
{
	struct test_verdict verdict;
	struct world world;
	size_t count;

	world_make(&world, seed);
	mutation->apply(&world);
	test_history_check(&world.history, 0, &world.log, &verdict);
	memcpy(&count, (const char *)&verdict + mutation->counter, sizeof(count));
	world_end(&world);
	if (count == 0)
		fprintf(stderr, "'%s' with seed %llu was not found (first: %s)\n", mutation->name,
			(unsigned long long)seed, verdict.first);
	return count > 0;
}

static void every_mutation_is_found(void **unused)
{
	uint64_t seed = system_seed();
	size_t missed = 0, tried = 0;

	(void)unused;
	for (size_t m = 0; m < sizeof(mutations) / sizeof(mutations[0]); m++) {
		for (uint64_t i = 0; i < ROUNDS; i++) {
			missed += !is_found(&mutations[m], seed + i * 1000 + m);
			tried++;
		}
	}
	printf("checker seed=%llu mutations=%zu missed=%zu\n", (unsigned long long)seed, tried,
	       missed);
	assert_int_equal(missed, 0);
}

/* Offices number anew: then only texts are compared. */
static void texts_are_there_once(void **unused)
{
	(void)unused;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct test_verdict verdict;
		struct world world;

		world_make(&world, seed);
		test_history_check_texts(&world.history, &world.log, &verdict);
		assert_true(test_verdict_good(&verdict));
		assert_true(verdict.ok > 0);
		duplicate(&world);
		test_history_check_texts(&world.history, &world.log, &verdict);
		assert_int_equal(verdict.duplicate, 1);
		world.log.count--;
		alter_text(&world);
		test_history_check_texts(&world.history, &world.log, &verdict);
		assert_int_equal(verdict.phantom, 1);
		assert_int_equal(verdict.lost, 1);
		world_end(&world);
	}
}

/* A crash image shows the past: answers that came later prove nothing about it. */
static void lines_after_the_moment_do_not_count(void **unused)
{
	struct test_verdict verdict;
	struct world world;
	int64_t middle;

	(void)unused;
	world_make(&world, 5);
	middle = world.history.lines[world.history.count / 2].us;
	while (world.log.count > 0 &&
	       (answer_of(&world, &world.log.entries[world.log.count - 1]) == NULL ||
		answer_of(&world, &world.log.entries[world.log.count - 1])->us > middle))
		world.log.count--;
	test_history_check(&world.history, 0, &world.log, &verdict);
	assert_true(verdict.lost > 0);
	test_history_check(&world.history, middle, &world.log, &verdict);
	assert_true(verdict.lost == 0);
	assert_true(verdict.ok > 0);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(true_histories_pass),
		cmocka_unit_test(every_mutation_is_found),
		cmocka_unit_test(texts_are_there_once),
		cmocka_unit_test(lines_after_the_moment_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
