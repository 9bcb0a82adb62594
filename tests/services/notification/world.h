/* world.h - notification engines, each with a view in a folder of its own, a task service, a mail
 * server and a clock, all in one thread: what leaves an engine waits here until the test lets it
 * arrive, or lets it be lost. */
#ifndef TESTS_SERVICES_NOTIFICATION_WORLD_H
#define TESTS_SERVICES_NOTIFICATION_WORLD_H

#include "common/base/clock.h"
#include "common/view/view.h"
#include "services/notification/notify_engine.h"
#include "tests/services/notification/fake_task.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <unistd.h>

#define WORLD_NODES 2
#define MINUTE_US   (60 * DD_SECOND_US)
#define WORLD_FROM  (8 * 60) /* as the log says it */
#define WORLD_UNTIL (17 * 60)

/* What became of a digest at the mail server. */
struct world_mail {
	uint8_t digest[32];
	int copies;
	int windows; /* how often a copy was taken and its record was cut off */
};

enum mail_state { MAIL_NONE, MAIL_ON_WAY, MAIL_TAKEN, MAIL_REFUSED };

struct world_command {
	bool there;
	bool arrived; /* decided; the answer is on its way */
	uint8_t stream[16];
	uint64_t number;
	struct dd_buf body;
	enum fake_answer answer;
	uint64_t sequence;
};

struct world_node {
	struct world *world;
	int number;
	char dir[128]; /* of the view */
	struct view *view;
	struct notify_engine *engine; /* NULL: not running */
	size_t next_frame;
	uint8_t family[NOTIFY_FAMILY];
	int64_t clock_us; /* how far its clock is off */
	struct world_command commands[NOTIFY_COMMANDS];
	bool fetching[NOTIFY_SLOTS];
	uint8_t fetched[NOTIFY_SLOTS][32];
	enum mail_state mail[NOTIFY_SLOTS];
	enum notify_channel channel[NOTIFY_SLOTS];
	uint8_t mailing[NOTIFY_SLOTS][32];
	uint8_t taken[FAKE_DIGESTS][32]; /* by the mail server, in this life */
	size_t taken_count;
};

struct world {
	uint64_t random;
	struct fake_task task;
	struct notify_policy policy;
	int64_t wall_us, mono_us;
	struct world_node nodes[WORLD_NODES];
	struct world_mail mails[FAKE_DIGESTS];
	size_t mail_count;
	char *dir; /* owned */
	bool mail_server_down;
	bool weekends;              /* some are worked */
	bool two_ways;              /* readers can be reached by SMS, too */
	bool shorts_off;            /* nobody may get one more short message today */
	long commands, kills, lost; /* what was done, for the summary */
};

static inline uint64_t world_draw(struct world *world, uint64_t below)
{
	world->random ^= world->random << 13;
	world->random ^= world->random >> 7;
	world->random ^= world->random << 17;
	return world->random % below;
}

static inline bool world_chance(struct world *world, unsigned percent)
{
	return world_draw(world, 100) < percent;
}

static inline struct world_mail *world_mail(struct world *world, const uint8_t digest[32])
{
	struct world_mail *mail = NULL;

	for (size_t i = 0; i < world->mail_count && mail == NULL; i++)
		if (memcmp(world->mails[i].digest, digest, 32) == 0)
			mail = &world->mails[i];
	if (mail == NULL) {
		mail = &world->mails[world->mail_count++];
		memcpy(mail->digest, digest, 32);
	}
	return mail;
}

/* --- what leaves an engine ------------------------------------------------------------------- */

static inline int world_submit(void *arg, const struct notify_command *command)
{
	struct world_node *node = arg;
	struct world_command *sent = &node->commands[command->place];

	assert_true(command->place < NOTIFY_COMMANDS);
	assert_false(sent->there);
	sent->there = true;
	memcpy(sent->stream, command->stream, 16);
	sent->number = command->number;
	sent->arrived = false;
	dd_buf_clear(&sent->body);
	dd_buf_add(&sent->body, command->body, command->body_len);
	return 0;
}

static inline int world_fetch(void *arg, unsigned slot, const uint8_t digest[32],
			      uint64_t min_sequence)
{
	struct world_node *node = arg;

	assert_false(node->fetching[slot]);
	assert_true(min_sequence <= node->world->task.head.sequence);
	node->fetching[slot] = true;
	memcpy(node->fetched[slot], digest, 32);
	return 0;
}

static inline bool world_open(const struct world *world, const struct world_node *node)
{
	const int64_t wall_us = world->wall_us + node->clock_us;
	const int32_t day = dd_day_of(wall_us);
	const int64_t minute = (wall_us - dd_day_start_us(day)) / MINUTE_US;

	return (world->weekends || dd_day_weekday(day) < 5) && minute >= WORLD_FROM &&
	       minute < WORLD_UNTIL;
}

/* Units named "KHONG..." have no address, as the service would find. */
static inline int world_send(void *arg, const struct notify_sending *sending,
			     struct notify_mailed *mailed_out)
{
	struct world_node *node = arg;
	const unsigned slot = sending->slot;
	const Dondoc__V1__PlanDigest *plan = sending->plan;

	assert_int_equal(node->mail[slot], MAIL_NONE);
	assert_true(world_open(node->world, node)); /* by its own clock */
	assert_true(strlen(plan->subject) > 0);
	if (strncmp(plan->unit, "KHONG", 5) == 0) {
		memset(mailed_out, 0, sizeof(*mailed_out));
		mailed_out->permanent = true;
		(void)snprintf(mailed_out->reply, sizeof(mailed_out->reply), "no address");
		return 1;
	}
	node->mail[slot] = MAIL_ON_WAY;
	node->channel[slot] = sending->channel;
	memcpy(node->mailing[slot], sending->digest->id, 32);
	return 0;
}

static inline void world_ways(void *arg, const struct view_digest *digest,
			      struct notify_ways *ways_out)
{
	const struct world_node *node = arg;

	(void)digest;
	ways_out->count = 0;
	notify_ways_add(ways_out, NOTIFY_EMAIL);
	if (node->world->two_ways)
		notify_ways_add(ways_out, NOTIFY_SMS);
}

static inline bool world_allowed(void *arg, const struct view_digest *digest,
				 enum notify_channel channel)
{
	const struct world_node *node = arg;

	(void)digest;
	return channel == NOTIFY_EMAIL || !node->world->shorts_off;
}

/* --- nodes ----------------------------------------------------------------------------------- */

static inline void world_now(struct world *world, struct world_node *node)
{
	notify_engine_time(node->engine, world->wall_us + node->clock_us, world->mono_us);
	fake_task_time(&world->task, world->wall_us, world->mono_us);
}

static inline void world_turn(struct world *world, struct world_node *node)
{
	struct dd_error err = {0};

	world_now(world, node);
	if (notify_engine_turn(node->engine, &err) != 0)
		fail_msg("the engine ends: %s", err.text);
}

static inline void world_start(struct world *world, int number)
{
	struct world_node *node = &world->nodes[number];
	const struct view_options view = {
		.dir = node->dir, .map_bytes = UINT64_C(64) << 20, .inline_store = true};
	struct notify_engine_options options = {.policy = &world->policy,
						.submit = world_submit,
						.fetch = world_fetch,
						.ways = world_ways,
						.allowed = world_allowed,
						.send = world_send,
						.arg = node};
	struct dd_error err = {0};

	node->world = world;
	node->number = number;
	if (view_open(&view, &node->view, &err) != 0)
		fail_msg("view: %s", err.text);
	node->next_frame = 0;
	options.view = node->view;
	memcpy(options.holder, node->family, NOTIFY_FAMILY);
	for (size_t i = NOTIFY_FAMILY; i < DD_ID_LEN; i++)
		options.holder[i] = (uint8_t)world_draw(world, 256);
	node->engine = notify_engine_new(&options);
}

/* A frame more, if there is one. At the head the engine is told. */
static inline bool world_feed(struct world *world, struct world_node *node)
{
	struct dd_error err = {0};
	bool fed = false;

	while (!fed && node->next_frame < world->task.frame_count) {
		const struct fake_frame *frame = &world->task.frames[node->next_frame++];
		struct dd_frame_info info;

		if (frame->after.sequence <= view_position(node->view)->sequence)
			continue;
		assert_int_equal(dd_frame_info(frame->bytes.data, frame->bytes.len, &info), 0);
		if (view_replay(node->view, frame->bytes.data, &info, &frame->after, &err) != 0)
			fail_msg("replay: %s", err.text);
		fed = true;
	}
	if (node->next_frame == world->task.frame_count)
		notify_engine_moved(node->engine);
	return fed;
}

static inline void world_feed_all(struct world *world, struct world_node *node)
{
	while (world_feed(world, node))
		;
}

static inline void world_taken(struct world *world, struct world_node *node, unsigned slot)
{
	assert_true(node->taken_count < FAKE_DIGESTS);
	memcpy(node->taken[node->taken_count++], node->mailing[slot], 32);
	world_mail(world, node->mailing[slot])->copies++;
	node->mail[slot] = MAIL_TAKEN;
}

/* kill -9, or an orderly end: the engine keeps nothing either way. The mail that is on its way may
 * have been taken just then; one that was taken and is not recorded is the window. */
static inline void world_kill(struct world *world, struct world_node *node)
{
	for (unsigned i = 0; i < NOTIFY_SLOTS; i++)
		if (node->mail[i] == MAIL_ON_WAY && world_chance(world, 50))
			world_taken(world, node, i);
	for (size_t i = 0; i < node->taken_count; i++)
		if (fake_task_digest(&world->task, node->taken[i])->state == STATE(HANDING_OVER))
			world_mail(world, node->taken[i])->windows++;
	node->taken_count = 0;
	notify_engine_free(node->engine);
	view_close(node->view);
	node->engine = NULL;
	node->view = NULL;
	for (unsigned i = 0; i < NOTIFY_COMMANDS; i++)
		node->commands[i].there = false;
	memset(node->fetching, 0, sizeof(node->fetching));
	memset(node->mail, 0, sizeof(node->mail));
	world->kills++;
}

/* Only while the node does not run. */
static inline void world_delete_store(struct world_node *node)
{
	char command[160];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", node->dir);
	assert_int_equal(system(command), 0);
}

/* --- what arrives ---------------------------------------------------------------------------- */

static inline void world_command_arrives(struct world *world, struct world_node *node,
					 unsigned place)
{
	struct world_command *command = &node->commands[place];

	fake_task_time(&world->task, world->wall_us, world->mono_us);
	command->answer =
		fake_task_submit(&world->task, command->stream, command->number, command->body.data,
				 command->body.len, &command->sequence);
	command->arrived = true;
	world->commands++;
}

/* The answer of the task service, or nothing but silence. */
static inline void world_command_answered(struct world *world, struct world_node *node,
					  unsigned place, bool answered)
{
	struct world_command *command = &node->commands[place];
	enum notify_outcome outcome = NOTIFY_AGAIN;

	if (answered && command->arrived)
		outcome = command->answer <= FAKE_REFUSED ? NOTIFY_DECIDED : NOTIFY_ODD;
	command->there = false;
	world->lost += !answered;
	world_now(world, node);
	notify_engine_submitted(node->engine, place, outcome, command->sequence);
}

/* All that are on their way arrive. False: there were none. */
static inline bool world_commands_arrive(struct world *world, struct world_node *node,
					 bool answered)
{
	bool any = false;

	for (unsigned i = 0; i < NOTIFY_COMMANDS; i++) {
		if (!node->commands[i].there)
			continue;
		world_command_arrives(world, node, i);
		world_command_answered(world, node, i, answered);
		any = true;
	}
	return any;
}

static inline void world_fetch_arrives(struct world *world, struct world_node *node, unsigned slot,
				       bool found)
{
	node->fetching[slot] = false;
	world_now(world, node);
	notify_engine_fetched(node->engine, slot,
			      found ? fake_task_plan(&world->task, node->fetched[slot]) : NULL);
}

static inline void world_mail_arrives(struct world *world, struct world_node *node, unsigned slot)
{
	node->mail[slot] = MAIL_REFUSED;
	if (world->mail_server_down && node->channel[slot] == NOTIFY_EMAIL)
		return;
	world_taken(world, node, slot);
}

static inline void world_mail_answered(struct world *world, struct world_node *node, unsigned slot)
{
	struct notify_mailed mailed = {.delivered = node->mail[slot] == MAIL_TAKEN};

	(void)snprintf(mailed.reply, sizeof(mailed.reply), "%s",
		       mailed.delivered ? "250 2.0.0 Ok" : "connection refused");
	node->mail[slot] = MAIL_NONE;
	world_now(world, node);
	notify_engine_sent(node->engine, slot, &mailed);
}

/* Everything that is on its way arrives, as long as there is something; time stands still. */
static inline void world_settle(struct world *world, struct world_node *node)
{
	for (int round = 0; round < 10000; round++) {
		bool more = false;

		world_feed_all(world, node);
		world_turn(world, node);
		more = world_commands_arrive(world, node, true);
		for (unsigned i = 0; i < NOTIFY_SLOTS; i++) {
			more = more || node->fetching[i] || node->mail[i] != MAIL_NONE;
			if (node->fetching[i])
				world_fetch_arrives(world, node, i, true);
			if (node->mail[i] == MAIL_ON_WAY)
				world_mail_arrives(world, node, i);
			if (node->mail[i] != MAIL_NONE)
				world_mail_answered(world, node, i);
		}
		if (!more && node->next_frame == world->task.frame_count)
			return;
	}
	fail_msg("the engine does not come to rest");
}

/* --- the world ------------------------------------------------------------------------------- */

static inline void world_pass(struct world *world, int64_t us)
{
	world->wall_us += us;
	world->mono_us += us;
}

static inline void world_begin(struct world *world, uint64_t seed, int64_t wall_us)
{
	memset(world, 0, sizeof(*world));
	world->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	world->wall_us = wall_us;
	world->mono_us = 3600 * DD_SECOND_US;
	world->policy = (struct notify_policy){
		.enabled = true, .attempts = 40, .incarnation = 1, .report_to = ""};
	world->dir = test_tmpdir();
	fake_task_begin(&world->task, wall_us);
	for (int i = 0; i < WORLD_NODES; i++) {
		struct world_node *node = &world->nodes[i];

		memset(node->family, 'A' + i, sizeof(node->family));
		(void)snprintf(node->dir, sizeof(node->dir), "%s/view%d", world->dir, i);
	}
}

static inline void world_end(struct world *world)
{
	for (int i = 0; i < WORLD_NODES; i++) {
		if (world->nodes[i].engine != NULL)
			world_kill(world, &world->nodes[i]);
		for (unsigned k = 0; k < NOTIFY_COMMANDS; k++)
			dd_buf_fini(&world->nodes[i].commands[k].body);
	}
	fake_task_end(&world->task);
	test_tmpdir_end(world->dir);
}

/* How many digests are in a state. */
static inline size_t world_count(const struct world *world, int state)
{
	size_t count = 0;

	for (size_t i = 0; i < world->task.digest_count; i++)
		count += world->task.digests[i].state == state;
	return count;
}

static inline size_t world_copies(const struct world *world)
{
	size_t copies = 0;

	for (size_t i = 0; i < world->mail_count; i++)
		copies += (size_t)world->mails[i].copies;
	return copies;
}

#endif
