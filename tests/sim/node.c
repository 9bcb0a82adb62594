/* node.c - an office: its engine, its outbox, its client, and how it dies. */
#include "common/base/file.h"
#include "tests/sim/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_MAX 512 /* bytes of a client's report */

static char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

/* --- what the engine asks for ---------------------------------------------------------------- */

/* The options' arg must lead to both. */
struct desk {
	struct world *world;
	struct node *node;
};

/* One world per process, and its offices' desks with it. */
static struct desk desks[WORLD_OFFICES];

static uint64_t next_id(void *arg)
{
	struct desk *desk = arg;

	return ++desk->world->ids;
}

static void pending_add(struct node *node, uint64_t id)
{
	if (node->pending_count == node->pending_cap) {
		node->pending_cap = node->pending_cap == 0 ? 32 : node->pending_cap * 2;
		node->pending =
			dd_realloc(node->pending, node->pending_cap * sizeof(*node->pending));
	}
	node->pending[node->pending_count++] = id;
}

static bool pending_take(struct node *node, uint64_t id)
{
	for (size_t i = 0; i < node->pending_count; i++) {
		if (node->pending[i] != id)
			continue;
		node->pending[i] = node->pending[--node->pending_count];
		return true;
	}
	return false;
}

static int send_out(void *arg, uint64_t id, const uint8_t *data, size_t len, uint32_t deadline_ms)
{
	struct desk *desk = arg;
	struct world *world = desk->world;
	struct node *node = desk->node;
	struct event event = {.kind = EVENT_TO_CENTRE, .node = node->index, .life = node->life};
	struct event timeout = {
		.kind = EVENT_TIMEOUT, .node = node->index, .life = node->life, .id = id};

	if (node->die_after == 0)
		return 0; /* dead already: nothing leaves */
	if (node->die_after > 0)
		node->die_after--;
	if (!world->healed && world_chance(world, 2))
		return DD_ERR_RETRY;
	pending_add(node, id);
	world_plan(world, &timeout, (int64_t)deadline_ms * 1000);
	world_send(world, &event, data, len);
	return 0;
}

/* --- life ------------------------------------------------------------------------------------ */

static int64_t wall_us(const struct world *world, const struct node *node)
{
	return MACHINE_START + world->machine.now_us + node->skew_us;
}

static void tell_time(const struct world *world, struct node *node)
{
	office_core_time(node->core, wall_us(world, node), world->machine.now_us);
}

static void must(const struct world *world, const struct node *node, int rc,
		 const struct dd_error *err)
{
	if (rc != DD_OK)
		world_fail(world, "office %u failed: %d %s", node->index, rc, err->text);
}

/* After each call of the engine: the next wake, or the death that was due. */
static void after_call(struct world *world, struct node *node)
{
	struct event wake = {.kind = EVENT_WAKE, .node = node->index, .life = node->life};
	int64_t due;

	if (node->die_after == 0) {
		node_crash(world, node);
		return;
	}
	due = office_core_due(node->core);
	if (due == INT64_MAX)
		return;
	if (due <= world->machine.now_us)
		due = world->machine.now_us + 1000;
	if (node->wake_us != 0 && node->wake_us <= due)
		return;
	node->wake_us = due;
	world_plan(world, &wake, due - world->machine.now_us);
}

void node_link(struct world *world, struct node *node, bool up)
{
	struct dd_error err = {0};

	if (node->core == NULL)
		return;
	tell_time(world, node);
	must(world, node, office_core_link(node->core, up ? DD_LINK_UP : DD_LINK_CONNECTING, &err),
	     &err);
	after_call(world, node);
}

void node_open(struct world *world, struct node *node)
{
	struct office_core_options options = {.unit = node->who.unit,
					      .window = 1 + (uint32_t)world_random(world, 8),
					      .retry_ms = 200,
					      .send = true,
					      .gathers = world_random(world, 2) == 0,
					      .seed = world_random(world, UINT64_MAX),
					      .next_id = next_id,
					      .send_out = send_out,
					      .arg = &desks[node->index]};
	struct event link = {.kind = EVENT_LINK, .node = node->index};
	struct dd_error err = {0};

	must(world, node,
	     office_outbox_open(node->dir, 64u << 20, wall_us(world, node), &node->outbox, &err),
	     &err);
	options.outbox = node->outbox;
	node->core = office_core_new(&options);
	node->die_after = -1;
	node->wake_us = 0;
	link.life = ++node->life;
	world_plan(world, &link, (int64_t)world_random(world, WORLD_SECOND));
}

/* kill -9: what was committed stays, and what is on the wire. */
void node_close(struct node *node)
{
	office_core_free(node->core);
	office_outbox_close(node->outbox);
	node->core = NULL;
	node->outbox = NULL;
	node->pending_count = 0;
}

void node_crash(struct world *world, struct node *node)
{
	struct event start = {.kind = EVENT_NODE_START, .node = node->index};

	if (node->core == NULL)
		return;
	node_close(node);
	world->stats.office_kills++;
	world_plan(world, &start, (int64_t)world_random(world, 8 * WORLD_SECOND));
}

void node_init(struct world *world, uint32_t index, const char *dir)
{
	struct node *node = &world->nodes[index];
	struct event client = {.kind = EVENT_CLIENT, .node = index};
	char name[24];

	desks[index] = (struct desk){.world = world, .node = node};
	node->index = index;
	node->who.cls = DD_PRINCIPAL_OFFICE;
	(void)snprintf(node->who.unit, sizeof(node->who.unit), "U%02u", index + 1);
	(void)snprintf(node->who.text, sizeof(node->who.text), "office/U%02u", index + 1);
	(void)snprintf(name, sizeof(name), "office-%02u", index);
	node->dir = dd_path(dir, name);
	node->skew_us = (int64_t)world_random(world, 7200 * WORLD_SECOND) - 3600 * WORLD_SECOND;
	dd_id_new(node->client);
	node->wants = 1 + (uint32_t)world_random(world, WORLD_REPORTS);
	node_open(world, node);
	world_plan(world, &client, (int64_t)world_random(world, 10 * WORLD_SECOND));
}

void node_fini(struct world *world, struct node *node)
{
	(void)world;
	node_close(node);
	free(node->pending);
	free(node->dir);
}

bool node_settled(const struct node *node)
{
	struct office_core_status status;
	struct office_counts counts;

	if (node->core == NULL || node->saved_count < node->wants)
		return false;
	office_core_status(node->core, &status);
	return status.settled && office_outbox_counts(node->outbox, &counts) == DD_OK &&
	       counts.waiting == 0;
}

/* --- the client ------------------------------------------------------------------------------ */

/* Report number `number`: what it is follows from `choice`, 0..99. */
static size_t make_report(const struct world *world, const struct node *node, uint64_t choice,
			  uint32_t number, uint8_t out[REPORT_MAX], enum fate *fate_out)
{
	const struct node *other = &world->nodes[(node->index + 1) % WORLD_OFFICES];
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	Dondoc__V1__RequestCompletion completion = DONDOC__V1__REQUEST_COMPLETION__INIT;
	Dondoc__V1__Document evidence = DONDOC__V1__DOCUMENT__INIT;
	char note[320];

	(void)snprintf(note, sizeof(note), "<%u-%u> %*s", node->index, number,
		       (int)(choice * 29 % 280), ".");
	actor.unit = text_of(node->who.unit);
	body.actor = &actor;
	body.fact_us = wall_us(world, node);
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &report;
	report.note = note;
	report.task = node->tasks[0];
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.percent = (uint32_t)(choice * 37 % 101);
	*fate_out = FATE_REFUSED;
	if (choice < 8) {
		report.percent = 101;
	} else if (choice < 16) {
		report.task = other->tasks[0];
	} else if (choice < 20) {
		report.task = 1000000;
	} else if (choice < 32) {
		*fate_out = FATE_EITHER;
		report.task = node->tasks[1];
	} else if (choice < 42) {
		*fate_out = FATE_EITHER;
		completion.task = node->tasks[1];
		completion.note = note;
		completion.evidence = &evidence;
		evidence.number = text_of("12/BC");
		body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REQUEST_COMPLETION;
		body.request_completion = &completion;
	} else {
		*fate_out = FATE_ACCEPTED;
	}
	return dondoc__v1__command_body__pack(&body, out);
}

static Dondoc__V1__Outcome submit(struct world *world, struct node *node, uint64_t number,
				  uint8_t *body, size_t len)
{
	Dondoc__V1__Submit command = DONDOC__V1__SUBMIT__INIT;
	Dondoc__V1__SubmitReply reply;
	struct dd_error err = {0};

	command.stream = (ProtobufCBinaryData){.len = DD_ID_LEN, .data = node->client};
	command.number = number;
	command.body = (ProtobufCBinaryData){.len = len, .data = body};
	tell_time(world, node);
	must(world, node, office_core_submit(node->core, &command, &reply, &err), &err);
	must(world, node, err.code, &err);
	return reply.outcome;
}

/* Only what never left may be taken back, and only until then. */
static void maybe_withdraw(struct world *world, struct node *node, struct saved *saved)
{
	struct dd_error err = {0};
	int rc;

	if (!world_chance(world, 15))
		return;
	rc = office_outbox_withdraw(node->outbox, node->saved_count, "", wall_us(world, node),
				    &err);
	if (rc == DD_OK)
		saved->fate = FATE_WITHDRAWN;
	else if (rc != DD_ERR_REFUSED)
		must(world, node, rc, &err);
	world->stats.withdrawn += rc == DD_OK;
}

static void report_next(struct world *world, struct node *node)
{
	struct saved *saved = &node->saved[node->saved_count];
	uint32_t number = node->saved_count + 1;
	uint8_t body[REPORT_MAX];
	size_t len = make_report(world, node, world_random(world, 100), number, body, &saved->fate);

	dd_hash(body, len, saved->digest);
	if (submit(world, node, number, body, len) != DONDOC__V1__OUTCOME__OUTCOME_SAVED)
		world_fail(world, "office %u did not save report %u", node->index, number);
	node->saved_count++;
	world->stats.reports++;
	/* It did not hear the answer, or it makes a mistake. */
	if (world_chance(world, 20) &&
	    submit(world, node, number, body, len) != DONDOC__V1__OUTCOME__OUTCOME_SAVED)
		world_fail(world, "office %u does not know report %u again", node->index, number);
	body[len - 1] ^= 1;
	if (world_chance(world, 5) &&
	    submit(world, node, number, body, len) == DONDOC__V1__OUTCOME__OUTCOME_SAVED)
		world_fail(world, "office %u saved other bytes as report %u", node->index, number);
	maybe_withdraw(world, node, saved);
	after_call(world, node);
}

static void on_client(struct world *world, struct node *node)
{
	struct event again = {.kind = EVENT_CLIENT, .node = node->index};

	if (node->core != NULL && node->saved_count < node->wants)
		report_next(world, node);
	if (node->saved_count < node->wants)
		world_plan(world, &again,
			   world->tempo * (int64_t)world_random(world, 5 * WORLD_SECOND));
}

/* --- events ---------------------------------------------------------------------------------- */

static void on_reply(struct world *world, struct node *node, const struct event *event)
{
	struct dd_error err = {0};
	int result = event->kind == EVENT_TIMEOUT ? DD_ERR_RETRY : DD_OK;

	if (!pending_take(node, event->id))
		return;
	tell_time(world, node);
	must(world, node,
	     office_core_reply(node->core, event->id, result, event->data, event->len, &err), &err);
	after_call(world, node);
}

static void on_wake(struct world *world, struct node *node, const struct event *event)
{
	struct dd_error err = {0};

	if (event->at_us == node->wake_us)
		node->wake_us = 0;
	tell_time(world, node);
	must(world, node, office_core_wake(node->core, &err), &err);
	after_call(world, node);
}

void node_on_event(struct world *world, const struct event *event)
{
	struct node *node = &world->nodes[event->node];

	if (event->kind == EVENT_CLIENT) {
		on_client(world, node);
		return;
	}
	if (event->kind == EVENT_NODE_START) {
		if (node->core == NULL)
			node_open(world, node);
		return;
	}
	if (node->core == NULL || event->life != node->life)
		return;
	if (event->kind == EVENT_WAKE) {
		on_wake(world, node, event);
	} else if (event->kind != EVENT_LINK) {
		on_reply(world, node, event);
	} else if (!node->partitioned) {
		node_link(world, node, false);
		if (node->core != NULL)
			node_link(world, node, true);
	}
}
