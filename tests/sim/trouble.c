/* trouble.c - what goes wrong, at random, and how it ends. */
#include "tests/sim/world.h"

#include <stdlib.h>

static void plan_next(struct world *world)
{
	struct event trouble = {.kind = EVENT_TROUBLE};

	world_plan(world, &trouble, (int64_t)world_random(world, 4 * WORLD_SECOND));
}

void trouble_begin(struct world *world)
{
	plan_next(world);
}

/* --- the centre ------------------------------------------------------------------------------ */

static void crash(struct world *world)
{
	if (world->centre.log != NULL)
		centre_crash(world, world_chance(world, 60));
}

/* Killed between two changes of the disk, also while it starts. */
static void die_in_the_middle(struct world *world)
{
	world->machine.dies_in = 1 + (long)world_random(world, 12);
}

/* Around the moment in which the log goes on in a new file. */
static void die_with_new_segment(struct world *world)
{
	world->machine.dies_after = 1 + (long)world_random(world, 9);
}

static void die_before_replies(struct world *world)
{
	world->centre.dies_before_replies = true;
}

static void fill_disk(struct world *world)
{
	struct event end = {.kind = EVENT_END_FULL};

	world->machine.full = true;
	world_plan(world, &end, (int64_t)world_random(world, 8 * WORLD_SECOND));
}

static void fail_a_flush(struct world *world)
{
	sim_fail_flush(world->machine.disk, 1 + (long)world_random(world, 3),
		       &world->machine.random);
}

static void jump(struct world *world)
{
	static const int64_t seconds[] = {-90000, -700, -300, 300, 700, 4000, 90000, 3000000};

	world->machine.offset_us =
		seconds[world_random(world, sizeof(seconds) / sizeof(seconds[0]))] * WORLD_SECOND;
	world->stats.jumps++;
}

/* --- offices and network --------------------------------------------------------------------- */

static struct node *some_node(struct world *world)
{
	return &world->nodes[world_random(world, WORLD_OFFICES)];
}

static void kill_offices(struct world *world)
{
	for (uint64_t i = world_random(world, 5) + 1; i > 0; i--)
		node_crash(world, some_node(world));
}

static void kill_while_sending(struct world *world)
{
	some_node(world)->die_after = 1 + (int)world_random(world, 4);
}

static void cut(struct world *world, struct node *node)
{
	struct event end = {.kind = EVENT_END_PARTITION, .node = node->index};

	node->partitioned = true;
	/* Some cuts are seen by the socket, some are only silence. */
	if (world_chance(world, 50))
		node_link(world, node, false);
	world_plan(world, &end, (int64_t)world_random(world, 25 * WORLD_SECOND));
}

static void cut_some(struct world *world)
{
	for (uint64_t i = world_random(world, 6) + 1; i > 0; i--)
		cut(world, some_node(world));
}

static void cut_all(struct world *world)
{
	for (uint32_t i = 0; i < WORLD_OFFICES; i++)
		cut(world, &world->nodes[i]);
}

static void end_cut(struct world *world, struct node *node)
{
	struct event link = {.kind = EVENT_LINK, .node = node->index, .life = node->life};

	if (!node->partitioned)
		return;
	node->partitioned = false;
	world_plan(world, &link, (int64_t)world_random(world, WORLD_SECOND));
}

/* --- all of it ------------------------------------------------------------------------------- */

typedef void trouble_fn(struct world *world);

void trouble_on_event(struct world *world, const struct event *event)
{
	static trouble_fn *const all[] = {
		crash,
		crash,
		die_in_the_middle,
		die_in_the_middle,
		die_before_replies,
		fill_disk,
		fail_a_flush,
		jump,
		kill_offices,
		kill_offices,
		cut_some,
		cut_all,
		kill_while_sending,
		kill_while_sending,
		world_drop_messages,
		fail_a_flush,
		die_with_new_segment,
		die_with_new_segment,
	};

	if (event->kind == EVENT_END_FULL) {
		world->machine.full = false;
	} else if (event->kind == EVENT_END_PARTITION) {
		end_cut(world, &world->nodes[event->node]);
	} else if (!world->healed) {
		all[world_random(world, sizeof(all) / sizeof(all[0]))](world);
		plan_next(world);
	}
}

void trouble_heal(struct world *world)
{
	world->healed = true;
	world->loss = 0;
	world->twice = 0;
	world->delay_us = 5000;
	world->machine.full = false;
	world->machine.offset_us = 0;
	world->machine.dies_in = 0;
	world->machine.dies_after = 0;
	world->centre.dies_before_replies = false;
	sim_fail_flush(world->machine.disk, 0, &world->machine.random);
	for (uint32_t i = 0; i < WORLD_OFFICES; i++) {
		if (world->nodes[i].core != NULL)
			world->nodes[i].die_after = -1;
		end_cut(world, &world->nodes[i]);
	}
}
