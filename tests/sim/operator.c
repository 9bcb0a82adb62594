/* operator.c - the person at the centre: brings the plan, decides, and looks after the clock. */
#include "tests/sim/world.h"
#include "tests/support/put_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static char *text_of(const char *text)
{
	char *same;

	memcpy(&same, &text, sizeof(same));
	return same;
}

/* --- the desks ------------------------------------------------------------------------------- */

void operator_on_reply(struct world *world, const struct task_ticket *ticket,
		       const Dondoc__V1__SubmitReply *reply)
{
	struct operator_desk *desk = &world->desks[ticket->peer.listen - WORLD_DESK_LISTEN];

	if (reply->outcome == DONDOC__V1__OUTCOME__OUTCOME_BUSY)
		return;
	if (reply->outcome != DONDOC__V1__OUTCOME__OUTCOME_ACCEPTED &&
	    reply->outcome != DONDOC__V1__OUTCOME__OUTCOME_REFUSED)
		world_fail(world, "the operator's command %" PRIu64 " got outcome %d", desk->number,
			   (int)reply->outcome);
	desk->len = 0;
}

static void submit_desk(struct world *world, int which)
{
	struct operator_desk *desk = &world->desks[which];
	struct task_ticket ticket = {.peer = {.listen = (uint8_t)(WORLD_DESK_LISTEN + which)}};
	struct dd_principal who = {.cls = DD_PRINCIPAL_OPERATOR, .text = "operator"};
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;

	if (desk->len == 0)
		return;
	submit.stream = (ProtobufCBinaryData){.len = DD_ID_LEN, .data = desk->stream};
	submit.number = desk->number;
	submit.body = (ProtobufCBinaryData){.len = desk->len, .data = desk->body};
	task_engine_submit(world->centre.engine, &ticket, &who, &submit);
}

static void put_on_desk(struct world *world, int which, Dondoc__V1__CommandBody *body)
{
	struct operator_desk *desk = &world->desks[which];
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;

	actor.unit = text_of("HN");
	body->actor = &actor;
	body->fact_us = MACHINE_START + world->machine.now_us;
	desk->number++;
	desk->len = dondoc__v1__command_body__pack(body, desk->body);
	body->actor = NULL;
}

/* The clock is set right, or believed as it is. */
static void confirm_clock(struct world *world)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ConfirmClock confirm = DONDOC__V1__CONFIRM_CLOCK__INIT;

	if (world_chance(world, 70))
		world->machine.offset_us = 0;
	if (world->machine.offset_us != 0)
		world->time_confused = true;
	confirm.reason = text_of("looked at the clock");
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_CLOCK;
	body.confirm_clock = &confirm;
	put_on_desk(world, DESK_CLOCK, &body);
}

static void return_completion(struct world *world)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__DecideCompletion decide = DONDOC__V1__DECIDE_COMPLETION__INIT;

	decide.task = world->nodes[world_random(world, WORLD_OFFICES)].tasks[1];
	decide.confirmed = world_chance(world, 30);
	decide.reason = text_of("not yet");
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DECIDE_COMPLETION;
	body.decide_completion = &decide;
	put_on_desk(world, DESK_DECISIONS, &body);
}

void operator_work(struct world *world)
{
	struct event again = {.kind = EVENT_OPERATOR};

	world_plan(world, &again, world->tempo * WORLD_SECOND);
	if (world->centre.log == NULL)
		return;
	if (world->desks[DESK_CLOCK].len == 0 && task_engine_held(world->centre.engine) != NULL)
		confirm_clock(world);
	if (world->desks[DESK_DECISIONS].len == 0 && !world->healed && world_chance(world, 50))
		return_completion(world);
	submit_desk(world, DESK_CLOCK);
	submit_desk(world, DESK_DECISIONS);
	centre_plan_turn(world, 0);
}

bool operator_waits(const struct world *world)
{
	return world->desks[DESK_CLOCK].len > 0 || world->desks[DESK_DECISIONS].len > 0;
}

/* --- the plan -------------------------------------------------------------------------------- */

static void bring_file(struct world *world, const struct dd_buf *text, uint8_t hash[DD_HASH_LEN])
{
	struct dd_files_chunk chunk = {
		.hash = hash, .size = text->len, .data = text->data, .len = text->len};
	struct dd_error err = {0};
	uint64_t stored;
	bool complete = false;

	dd_hash(text->data, text->len, hash);
	if (test_put_file(world->centre.files, &chunk, &stored, &complete, &err) != DD_OK ||
	    !complete)
		world_fail(world, "the plan's file: %s", err.text);
}

static void add_line(struct dd_buf *text, const char *line)
{
	dd_buf_add(text, line, strlen(line));
}

static void write_tables(struct dd_buf *units, struct dd_buf *tasks)
{
	char line[160];

	add_line(units, "code,name,kind,parent\nHN,UBND thành phố,province,\n");
	add_line(tasks, "code,area,content,lead_unit,due,recurrence\n");
	for (int i = 1; i <= WORLD_OFFICES; i++) {
		(void)snprintf(line, sizeof(line), "U%02d,Sở %02d,department,HN\n", i, i);
		add_line(units, line);
		(void)snprintf(line, sizeof(line),
			       "%dA,0,Việc A,U%02d,2026-12-31,once\n%dB,0,Việc B,U%02d,,once\n", i,
			       i, i, i);
		add_line(tasks, line);
	}
}

static void find_tasks(struct world *world)
{
	char code[16];

	for (int i = 0; i < WORLD_OFFICES; i++)
		for (int k = 0; k < 2; k++) {
			(void)snprintf(code, sizeof(code), "%d%c", i + 1, "AB"[k]);
			if (view_task_by_code(world->centre.view, false, "P", code,
					      &world->nodes[i].tasks[k]) != DD_OK)
				world_fail(world, "task %s is not there", code);
		}
}

void operator_import(struct world *world)
{
	struct centre *centre = &world->centre;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ImportPlan import = DONDOC__V1__IMPORT_PLAN__INIT;
	Dondoc__V1__PlanFields plan = DONDOC__V1__PLAN_FIELDS__INIT;
	uint8_t units_hash[DD_HASH_LEN], tasks_hash[DD_HASH_LEN];
	struct dd_buf units = {0}, tasks = {0};

	write_tables(&units, &tasks);
	bring_file(world, &units, units_hash);
	bring_file(world, &tasks, tasks_hash);
	dd_buf_fini(&units);
	dd_buf_fini(&tasks);
	plan.code = text_of("P");
	plan.title = text_of("Kế hoạch");
	plan.assigner_unit = text_of("HN");
	import.plan = &plan;
	import.units_file = (ProtobufCBinaryData){.len = DD_HASH_LEN, .data = units_hash};
	import.tasks_file = (ProtobufCBinaryData){.len = DD_HASH_LEN, .data = tasks_hash};
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN;
	body.import_plan = &import;
	put_on_desk(world, DESK_DECISIONS, &body);
	submit_desk(world, DESK_DECISIONS);
	task_engine_turn(centre->engine);
	dd_eventlog_run(centre->log);
	task_engine_committed(centre->engine);
	if (operator_waits(world))
		world_fail(world, "the plan was not taken");
	find_tasks(world);
}
