/* centre.c - the task service without its sockets: what task.c and task_requests.c do with them is
 * done here with events. Its death may come between any two changes of its disk. */
#include "common/base/file.h"
#include "common/net/envelope.h"
#include "tests/sim/world.h"
#include "tests/support/tmpdir.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEGMENT_BYTES 65536u

/* --- answers --------------------------------------------------------------------------------- */

static void send_reply(struct world *world, uint32_t node, uint32_t life,
		       const Dondoc__V1__Reply *reply)
{
	struct event event = {.kind = EVENT_TO_NODE, .node = node, .life = life, .id = reply->id};
	struct dd_buf packed = {0};

	packed.len = dondoc__v1__reply__pack(
		reply, dd_buf_reserve(&packed, dondoc__v1__reply__get_packed_size(reply)));
	world_send(world, &event, packed.data, packed.len);
	dd_buf_fini(&packed);
}

static void on_reply(void *arg, const struct task_ticket *ticket,
		     const Dondoc__V1__SubmitReply *submit)
{
	struct world *world = arg;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__SubmitReply copy = *submit;
	uint32_t life;

	if (ticket->peer.listen >= WORLD_DESK_LISTEN) {
		operator_on_reply(world, ticket, submit);
		return;
	}
	memcpy(&life, ticket->peer.id + 1, sizeof(life));
	reply.id = ticket->request;
	reply.body_case = DONDOC__V1__REPLY__BODY_SUBMIT;
	reply.submit = &copy;
	send_reply(world, ticket->peer.id[0], life, &reply);
}

static void on_wake(void *arg)
{
	(void)arg; /* the end of a flush is an event of its own */
}

/* --- life ------------------------------------------------------------------------------------ */

void centre_init(struct world *world, const char *dir)
{
	struct centre *centre = &world->centre;

	centre->dir = dd_strdup(dir);
	centre->view_dir = dd_path(dir, "view");
	centre->files_dir = dd_path(dir, "files");
	dd_arena_init(&centre->arena, 2u << 20);
}

void centre_fini(struct world *world)
{
	struct centre *centre = &world->centre;

	centre_close(world);
	dd_arena_fini(&centre->arena);
	dd_buf_fini(&centre->answer);
	dd_buf_fini(&centre->source.frame);
	free(centre->dir);
	free(centre->view_dir);
	free(centre->files_dir);
}

static int open_stores(struct centre *centre, struct dd_error *err)
{
	struct view_options view = {
		.dir = centre->view_dir, .map_bytes = UINT64_C(1) << 30, .inline_store = true};
	struct dd_eventlog_options log = {.dir = SIM_DIR,
					  .segment_bytes = SEGMENT_BYTES,
					  .inline_commit = true,
					  .create = true};
	int rc = view_open(&view, &centre->view, err);

	if (rc != DD_OK)
		return rc;
	log.expect = *view_position(centre->view);
	rc = dd_eventlog_open(&log, &centre->log, err);
	return rc == DD_OK ? dd_files_open(centre->files_dir, &centre->files, err) : rc;
}

void centre_close(struct world *world)
{
	struct centre *centre = &world->centre;

	task_engine_close(centre->engine);
	dd_files_close(centre->files);
	view_close(centre->view);
	dd_eventlog_close(centre->log);
	centre->engine = NULL;
	centre->files = NULL;
	centre->view = NULL;
	centre->log = NULL;
	centre->life++;
	centre->turn_planned = false;
	centre->commit_planned = false;
}

static void plan_start(struct world *world)
{
	struct event start = {.kind = EVENT_CENTRE_START};

	world_plan(world, &start,
		   WORLD_SECOND / 10 + (int64_t)world_random(world, 4 * WORLD_SECOND));
}

/* Connections come back one after the other; some offices notice only by silence. */
static void greet_offices(struct world *world)
{
	for (uint32_t i = 0; i < WORLD_OFFICES; i++) {
		struct event link = {.kind = EVENT_LINK, .node = i, .life = world->nodes[i].life};

		if (world->healed || world_chance(world, 75))
			world_plan(world, &link, (int64_t)world_random(world, 2 * WORLD_SECOND));
	}
}

bool centre_open(struct world *world)
{
	struct centre *centre = &world->centre;
	struct task_engine_options options = {.inline_log = true,
					      .authority = "HN",
					      .build = "sim",
					      .wake = on_wake,
					      .reply = on_reply,
					      .arg = world};
	struct dd_error err = {0};
	int rc = open_stores(centre, &err);

	options.log = centre->log;
	options.view = centre->view;
	options.files = centre->files;
	if (rc == DD_OK)
		rc = task_engine_open(&options, &centre->engine, &err);
	if (rc != DD_OK && rc != DD_ERR_FULL && rc != DD_ERR_IO)
		world_fail(world, "the centre does not start: %s", err.text);
	if (rc != DD_OK || world->machine.dead) {
		if (world->healed)
			world_fail(world, "the healed centre does not start: %s", err.text);
		centre_crash(world, false);
		return false;
	}
	if (world->machine.offset_us != 0 && task_engine_held(centre->engine) == NULL)
		world->time_confused = true; /* a start cannot know of every wrong clock */
	centre->source.view = centre->view;
	centre->source.log = centre->log;
	greet_offices(world);
	return true;
}

/* What the view's store had on disk: its thread may have been behind when the process died. */
static void save_store(const struct centre *centre, char **path_out, char **data_out,
		       unsigned long *len_out)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "view-%d/data.mdb", VIEW_SCHEMA);
	*path_out = dd_path(centre->view_dir, name);
	*data_out = test_read_file(*path_out, len_out);
}

void centre_lose_view(struct world *world)
{
	struct centre *centre = &world->centre;

	test_tmpdir_end(centre->view_dir);
	centre->view_dir = dd_path(centre->dir, "view");
}

/* Engines that died with a batch in flight: a dead process frees nothing. One world per process. */
static struct {
	struct task_engine *engines[64];
	size_t count;
} grave;

/* A dead process closes nothing: an engine in the middle of a batch would wait for its end. */
static void bury_engine(struct world *world)
{
	struct centre *centre = &world->centre;

	if (centre->engine == NULL || !task_engine_busy(centre->engine))
		return;
	if (grave.count == sizeof(grave.engines) / sizeof(grave.engines[0]))
		world_fail(world, "too many crashes for the grave");
	grave.engines[grave.count++] = centre->engine;
	dd_eventlog_run(centre->log); /* on a dead disk: takes the batch out of the handover */
	centre->engine = NULL;
}

void centre_crash(struct world *world, bool power_loss)
{
	struct centre *centre = &world->centre;
	char *path = NULL, *data = NULL;
	unsigned long len = 0;

	machine_kill(&world->machine);
	if (centre->view != NULL)
		save_store(centre, &path, &data, &len);
	bury_engine(world);
	centre_close(world);
	if (data != NULL)
		test_write_file(path, data, len);
	free(path);
	free(data);
	if (world_chance(world, 20))
		centre_lose_view(world);
	machine_restart(&world->machine, power_loss);
	world->stats.kills++;
	world->stats.power_losses += power_loss;
	centre->dies_before_replies = false;
	plan_start(world);
}

/* --- messages -------------------------------------------------------------------------------- */

void centre_plan_turn(struct world *world, int64_t delay_us)
{
	struct centre *centre = &world->centre;
	struct event turn = {.kind = EVENT_TURN, .life = centre->life};

	if (centre->turn_planned || centre->commit_planned)
		return;
	centre->turn_planned = true;
	world_plan(world, &turn, delay_us);
}

static void answer_query(struct world *world, const struct event *event,
			 const Dondoc__V1__Request *request)
{
	struct centre *centre = &world->centre;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	Dondoc__V1__Error error = DONDOC__V1__ERROR__INIT;
	struct dd_error err = {0};
	Dondoc__V1__Answer *answer = NULL;

	reply.id = request->id;
	if (task_query_answer(&centre->source, &world->nodes[event->node].who, request->query,
			      &centre->answer, &error.code, &err) == DD_OK) {
		answer = dondoc__v1__answer__unpack(NULL, centre->answer.len, centre->answer.data);
		reply.body_case = DONDOC__V1__REPLY__BODY_ANSWER;
		reply.answer = answer;
	} else {
		world_fail(world, "office %u may not ask: %s", event->node, err.text);
	}
	send_reply(world, event->node, event->life, &reply);
	dondoc__v1__answer__free_unpacked(answer, NULL);
}

void centre_on_message(struct world *world, const struct event *event)
{
	struct centre *centre = &world->centre;
	struct task_ticket ticket = {.peer = {.len = 14}};
	Dondoc__V1__Request *request;

	if (centre->log == NULL) {
		world->stats.lost++;
		return;
	}
	dd_arena_reset(&centre->arena);
	request = dd_request_unpack(&centre->arena, event->data, event->len);
	if (request == NULL)
		world_fail(world, "office %u sent what is no request", event->node);
	if (request->body_case == DONDOC__V1__REQUEST__BODY_QUERY) {
		answer_query(world, event, request);
		return;
	}
	ticket.request = request->id;
	ticket.peer.id[0] = (uint8_t)event->node;
	memcpy(ticket.peer.id + 1, &event->life, sizeof(event->life));
	task_engine_submit(centre->engine, &ticket, &world->nodes[event->node].who,
			   request->submit);
	centre_plan_turn(world, (int64_t)world_random(world, 2000));
}

/* --- batches --------------------------------------------------------------------------------- */

static void store_step(struct world *world)
{
	struct dd_error err;

	if (view_turn(world->centre.view, &err) != DD_OK)
		world_fail(world, "the view: %s", err.text);
	if (world_chance(world, 30) && view_flush(world->centre.view, &err) != DD_OK)
		world_fail(world, "the view's store: %s", err.text);
}

void centre_on_turn(struct world *world)
{
	struct centre *centre = &world->centre;
	struct event commit = {.kind = EVENT_COMMIT, .life = centre->life};

	centre->turn_planned = false;
	store_step(world);
	task_engine_turn(centre->engine);
	if (!task_engine_busy(centre->engine))
		return;
	centre->commit_planned = true;
	world_plan(world, &commit, 200 + (int64_t)world_random(world, 20000));
}

/* A record bears a wrong time only if somebody believed the clock. */
static void check_time(const struct world *world)
{
	int64_t ahead =
		dd_eventlog_head_us(world->centre.log) - (MACHINE_START + world->machine.now_us);

	if (!world->time_confused && (ahead > 600 * WORLD_SECOND || ahead < -600 * WORLD_SECOND))
		world_fail(world, "a record is %" PRId64 " s off the true time",
			   ahead / WORLD_SECOND);
}

void centre_on_commit(struct world *world)
{
	struct centre *centre = &world->centre;
	uint64_t head = dd_eventlog_head(centre->log).sequence;
	uint64_t full = dd_eventlog_stats(centre->log).full;

	centre->commit_planned = false;
	dd_eventlog_run(centre->log);
	/* The service answers as soon as the frame is durable, while the commit thread may still
	 * write what can wait: it may die there, and the answers are given. */
	if (world->machine.dead && dd_eventlog_head(centre->log).sequence > head &&
	    world_chance(world, 50))
		task_engine_committed(centre->engine);
	if (world->machine.dead || centre->dies_before_replies) {
		centre_crash(world, world_chance(world, 50));
		return;
	}
	if (dd_eventlog_stats(centre->log).full > full) {
		world->stats.full++;
	} else if (dd_eventlog_head(centre->log).sequence == head) {
		/* A write or a flush failed: here the engine ends the process. */
		world->stats.flush_failures++;
		centre_crash(world, false);
		return;
	} else {
		check_time(world);
	}
	world->stats.batches++;
	task_engine_committed(centre->engine);
	centre_plan_turn(world, 100);
}

void centre_on_tick(struct world *world)
{
	struct event tick = {.kind = EVENT_TICK};

	world_plan(world, &tick, WORLD_SECOND);
	if (world->centre.log == NULL)
		return;
	task_engine_watch_clock(world->centre.engine);
	centre_plan_turn(world, 0);
}
