/* world.c - time, what happens when, and the network. */
#include "tests/sim/world.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TROUBLE_US (60 * WORLD_SECOND)
#define HEALING_US (1800 * WORLD_SECOND) /* by then everything must have converged */

void world_fail(const struct world *world, const char *fmt, ...)
{
	va_list args;

	(void)fprintf(stderr, "seed %" PRIu64 " at %.6f s: ", world->seed,
		      (double)world->machine.now_us / (double)WORLD_SECOND);
	va_start(args, fmt);
	(void)vfprintf(stderr, fmt, args);
	va_end(args);
	(void)fprintf(stderr, "\n");
	_exit(3);
}

uint64_t world_random(struct world *world, uint64_t below)
{
	return sim_below(&world->random, below);
}

bool world_chance(struct world *world, unsigned of_100)
{
	return world_random(world, 100) < of_100;
}

/* --- the heap -------------------------------------------------------------------------------- */

static bool before(const struct event *a, const struct event *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void swap(struct event *a, struct event *b)
{
	struct event kept = *a;

	*a = *b;
	*b = kept;
}

void world_plan(struct world *world, const struct event *event, int64_t delay_us)
{
	size_t at = world->event_count++;

	if (world->event_count > world->event_cap) {
		world->event_cap = world->event_cap == 0 ? 256 : world->event_cap * 2;
		world->events =
			dd_realloc(world->events, world->event_cap * sizeof(*world->events));
	}
	world->events[at] = *event;
	world->events[at].at_us = world->machine.now_us + delay_us;
	world->events[at].order = ++world->order;
	for (; at > 0 && before(&world->events[at], &world->events[(at - 1) / 2]);
	     at = (at - 1) / 2)
		swap(&world->events[at], &world->events[(at - 1) / 2]);
}

static void sift_down(struct world *world, size_t at)
{
	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < world->event_count &&
			    before(&world->events[child], &world->events[least]))
				least = child;
		if (least == at)
			return;
		swap(&world->events[at], &world->events[least]);
		at = least;
	}
}

static struct event take_next(struct world *world)
{
	struct event event;

	assert(world->event_count > 0);
	event = world->events[0];
	world->events[0] = world->events[--world->event_count];
	world->events[world->event_count].data = NULL;
	sift_down(world, 0);
	return event;
}

void world_drop_messages(struct world *world)
{
	size_t kept = 0;

	for (size_t i = 0; i < world->event_count; i++) {
		struct event *event = &world->events[i];

		if (event->kind == EVENT_TO_CENTRE || event->kind == EVENT_TO_NODE) {
			free(event->data);
			world->stats.lost++;
			continue;
		}
		world->events[kept++] = *event;
	}
	world->event_count = kept;
	for (size_t i = kept / 2 + 1; i > 0; i--)
		sift_down(world, i - 1);
}

/* --- the network ----------------------------------------------------------------------------- */

static int64_t travel(struct world *world)
{
	int64_t most = world->delay_us;

	if (!world->healed && world_chance(world, 3))
		most = 20 * WORLD_SECOND; /* longer than anybody waits */
	return 200 + (int64_t)world_random(world, (uint64_t)most);
}

void world_send(struct world *world, const struct event *event, const uint8_t *data, size_t len)
{
	int copies = world_chance(world, world->twice) ? 2 : 1;

	world->stats.sent++;
	if (world->capturing && event->kind == EVENT_TO_CENTRE)
		outage_capture(world, event, data, len);
	if (world->nodes[event->node].partitioned || world_chance(world, world->loss)) {
		world->stats.lost++;
		return;
	}
	for (int i = 0; i < copies; i++) {
		struct event message = *event;

		message.data = dd_memdup(data, len);
		message.len = len;
		world_plan(world, &message, travel(world));
	}
}

/* --- life ------------------------------------------------------------------------------------ */

struct world *world_new(uint64_t seed, const char *dir, bool lying_disk)
{
	struct world *world = dd_alloc(sizeof(*world));

	world->seed = seed;
	world->tempo = 1;
	world->random.state = seed * 2 + 1;
	machine_init(&world->machine, seed * 2, lying_disk);
	world->loss = (unsigned)world_random(world, 20);
	world->twice = (unsigned)world_random(world, 20);
	world->delay_us = 1000 + (int64_t)world_random(world, 400000);
	for (int i = 0; i < DESK_COUNT; i++)
		dd_id_new(world->desks[i].stream);
	centre_init(world, dir);
	if (!centre_open(world))
		world_fail(world, "the centre does not start on a good machine");
	for (uint32_t i = 0; i < WORLD_OFFICES; i++)
		node_init(world, i, dir);
	operator_import(world);
	return world;
}

void world_free(struct world *world)
{
	for (uint32_t i = 0; i < WORLD_OFFICES; i++)
		node_fini(world, &world->nodes[i]);
	centre_fini(world);
	for (size_t i = 0; i < world->event_count; i++)
		free(world->events[i].data);
	free(world->events);
	for (size_t i = 0; i < world->captured_count; i++)
		free(world->captured[i].data);
	free(world->captured);
	machine_fini(&world->machine);
	free(world);
}

static void happen(struct world *world, const struct event *event)
{
	switch (event->kind) {
	case EVENT_TO_NODE:
	case EVENT_TIMEOUT:
	case EVENT_WAKE:
	case EVENT_LINK:
	case EVENT_NODE_START:
	case EVENT_CLIENT:
		node_on_event(world, event);
		return;
	case EVENT_TO_CENTRE:
		centre_on_message(world, event);
		return;
	case EVENT_CENTRE_START:
		if (world->centre.log == NULL)
			(void)centre_open(world);
		return;
	case EVENT_TURN:
		if (event->life == world->centre.life)
			centre_on_turn(world);
		return;
	case EVENT_COMMIT:
		if (event->life == world->centre.life)
			centre_on_commit(world);
		return;
	case EVENT_TICK:
		centre_on_tick(world);
		return;
	case EVENT_OPERATOR:
		operator_work(world);
		return;
	case EVENT_TROUBLE:
	case EVENT_END_FULL:
	case EVENT_END_PARTITION:
		trouble_on_event(world, event);
		return;
	}
}

void world_step(struct world *world)
{
	struct event event = take_next(world);

	world->machine.now_us = event.at_us;
	happen(world, &event);
	free(event.data);
}

bool world_converged(const struct world *world)
{
	const struct centre *centre = &world->centre;

	if (centre->log == NULL || task_engine_busy(centre->engine) ||
	    task_engine_held(centre->engine) != NULL ||
	    task_engine_stats(centre->engine).queued > 0 || operator_waits(world))
		return false;
	for (uint32_t i = 0; i < WORLD_OFFICES; i++)
		if (!node_settled(&world->nodes[i]))
			return false;
	return true;
}

static void still_waiting(const struct world *world)
{
	const struct centre *centre = &world->centre;
	const char *held = centre->log != NULL ? task_engine_held(centre->engine) : NULL;

	for (uint32_t i = 0; i < WORLD_OFFICES; i++)
		if (!node_settled(&world->nodes[i]))
			(void)fprintf(stderr, "office %u has not settled: %s, %u of %u reports\n",
				      i, world->nodes[i].core != NULL ? "up" : "down",
				      world->nodes[i].saved_count, world->nodes[i].wants);
	world_fail(world, "no convergence: centre %s, held: %s",
		   centre->log != NULL ? "up" : "down", held != NULL ? held : "no");
}

void world_begin(struct world *world)
{
	struct event tick = {.kind = EVENT_TICK};
	struct event person = {.kind = EVENT_OPERATOR};

	world_plan(world, &tick, WORLD_SECOND);
	world_plan(world, &person, WORLD_SECOND);
}

void world_converge(struct world *world, int64_t since_us)
{
	while (!world_converged(world)) {
		if (world->machine.now_us > since_us + HEALING_US)
			still_waiting(world);
		world_step(world);
	}
}

void world_run(struct world *world)
{
	world_begin(world);
	trouble_begin(world);
	while (world->machine.now_us < TROUBLE_US)
		world_step(world);
	trouble_heal(world);
	world_converge(world, TROUBLE_US);
}
