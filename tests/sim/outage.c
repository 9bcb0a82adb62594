/* outage.c - three days without a line.
 *
 * Some minutes all is well: reports go to the centre, and somebody on the line keeps a copy of each
 * message. Of some offices' outboxes a copy is made in the middle of that. Then every line is cut
 * for 72 hours; people go on reporting; some outboxes are lost with their disks, and the old copies
 * are put in their place. When the lines are there again, the messages of three days ago come once
 * more too, in any order. */
#include "common/base/file.h"
#include "tests/sim/world.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BEFORE_US  (40 * WORLD_SECOND)
#define OUTAGE_US  (72 * 3600 * WORLD_SECOND)
#define TEMPO      8000 /* a report of an office in some five hours */
#define RESTORED   5    /* offices 0.. whose outbox is an old copy afterwards */
#define OUTBOX_MAX (64u << 20)

void outage_capture(struct world *world, const struct event *event, const uint8_t *data, size_t len)
{
	struct event *kept;

	if (world->captured == NULL)
		world->captured = dd_alloc(OUTAGE_CAPTURED * sizeof(*world->captured));
	if (world->captured_count == OUTAGE_CAPTURED)
		return;
	kept = &world->captured[world->captured_count++];
	*kept = *event;
	kept->data = dd_memdup(data, len);
	kept->len = len;
}

/* --- copies of outboxes ---------------------------------------------------------------------- */

struct copy {
	struct dd_buf data;
	uint32_t saved_count;
};

static void start_again(struct world *world, struct node *node)
{
	struct event start = {.kind = EVENT_NODE_START, .node = node->index};

	world_plan(world, &start, WORLD_SECOND);
}

static void make_copy(struct world *world, struct node *node, struct copy *copy)
{
	char *path = dd_path(node->dir, "data.mdb");
	struct dd_error err = {0};

	node_close(node);
	if (dd_file_read(path, OUTBOX_MAX, &copy->data, &err) != 0)
		world_fail(world, "no copy of an outbox: %s", err.text);
	copy->saved_count = node->saved_count;
	free(path);
	start_again(world, node);
}

/* Reports saved since the copy are gone from the outbox: `sent` of them the centre has. The client
 * makes the others once more. */
static void put_back(struct world *world, struct node *node, const struct copy *copy, uint32_t sent)
{
	char *path = dd_path(node->dir, "data.mdb");
	char *lock = dd_path(node->dir, "lock.mdb");
	struct event client = {.kind = EVENT_CLIENT, .node = node->index};
	struct dd_error err = {0};

	node_close(node);
	(void)unlink(lock);
	if (unlink(path) != 0 ||
	    dd_file_write(path, copy->data.data, copy->data.len, 0600, &err) != 0)
		world_fail(world, "a copy of an outbox cannot be put back: %s", err.text);
	node->forgotten = sent - copy->saved_count;
	node->copied = copy->saved_count;
	node->put_back_at = dd_eventlog_head(world->centre.log).sequence;
	node->saved_count = copy->saved_count;
	node->restored = true;
	world->stats.restored++;
	world_plan(world, &client, (int64_t)world_random(world, 3600 * WORLD_SECOND));
	free(path);
	free(lock);
	start_again(world, node);
}

/* --- the days -------------------------------------------------------------------------------- */

static void live_until(struct world *world, int64_t us)
{
	while (world->machine.now_us < us)
		world_step(world);
}

/* Nobody has more to report for now. */
static void settle(struct world *world, uint32_t wants[WORLD_OFFICES])
{
	for (uint32_t i = 0; i < WORLD_OFFICES; i++) {
		wants[i] = world->nodes[i].wants;
		world->nodes[i].wants = world->nodes[i].saved_count;
	}
	world_converge(world, world->machine.now_us);
}

static void cut_all_lines(struct world *world, const uint32_t wants[WORLD_OFFICES])
{
	for (uint32_t i = 0; i < WORLD_OFFICES; i++) {
		struct node *node = &world->nodes[i];
		struct event client = {.kind = EVENT_CLIENT, .node = i};

		node->partitioned = true;
		node_link(world, node, false);
		if (node->saved_count >= wants[i])
			continue;
		node->wants = wants[i];
		world_plan(world, &client, (int64_t)world_random(world, 3600 * WORLD_SECOND));
	}
}

/* People whose reports would come hours later make them now. */
static void hurry(struct world *world)
{
	world->tempo = 1;
	for (uint32_t i = 0; i < WORLD_OFFICES; i++) {
		struct event client = {.kind = EVENT_CLIENT, .node = i};

		if (world->nodes[i].saved_count < world->nodes[i].wants)
			world_plan(world, &client, (int64_t)world_random(world, WORLD_SECOND));
	}
}

static void replay(struct world *world)
{
	for (size_t i = 0; i < world->captured_count; i++) {
		struct event message = world->captured[i];

		message.data = dd_memdup(world->captured[i].data, message.len);
		world_plan(world, &message, (int64_t)world_random(world, 20 * WORLD_SECOND));
		world->stats.replayed++;
	}
}

void outage_run(struct world *world)
{
	struct copy copies[RESTORED] = {{{0}, 0}};
	uint32_t wants[WORLD_OFFICES], sent[RESTORED];
	int64_t end_us;

	trouble_heal(world);
	world->twice = 10;
	world->capturing = true;
	world_begin(world);
	live_until(world, BEFORE_US / 2);
	for (uint32_t i = 0; i < RESTORED; i++)
		make_copy(world, &world->nodes[i], &copies[i]);
	live_until(world, BEFORE_US);
	settle(world, wants);
	world->capturing = false;
	for (uint32_t i = 0; i < RESTORED; i++)
		sent[i] = world->nodes[i].saved_count;
	cut_all_lines(world, wants);
	world->tempo = TEMPO;
	end_us = world->machine.now_us + OUTAGE_US;
	live_until(world, end_us - OUTAGE_US / 2);
	for (uint32_t i = 0; i < RESTORED; i++)
		put_back(world, &world->nodes[i], &copies[i], sent[i]);
	live_until(world, end_us);
	hurry(world);
	trouble_heal(world);
	replay(world);
	live_until(world, end_us + 25 * WORLD_SECOND);
	world_converge(world, end_us);
	for (uint32_t i = 0; i < RESTORED; i++)
		dd_buf_fini(&copies[i].data);
}
