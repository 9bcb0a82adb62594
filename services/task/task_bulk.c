/* task_bulk.c - commands of many events: imports and what rules decide about many tasks. What a
 * rule decides goes into the batch like any command if it fits: one frame is all or nothing by
 * itself. A larger one, and every import, becomes a group of frames that has the log to itself and
 * takes effect with its closing event; a crash or a full disk in between leaves a group that is
 * then ended as abandoned, and the client sends again. */
#include "services/task/task_actor.h"
#include "services/task/task_batch.h"

#include <stdlib.h>
#include <string.h>

#include "common/app/app.h"
#include "common/base/log.h"

#define FRAME_EVENTS 1000u
#define FRAME_BYTES  (1u << 20)

static int read_file(void *arg, const uint8_t hash[32], struct dd_buf *out)
{
	struct task_engine *engine = arg;
	struct dd_error err;

	if (engine->options.files == NULL)
		return DD_ERR_NOT_FOUND;
	return dd_files_read(engine->options.files, hash, out, &err);
}

static bool is_dry_run(const Dondoc__V1__CommandBody *body)
{
	if (body->action_case == DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN)
		return body->import_plan->dry_run;
	return body->import_calendar->dry_run;
}

static void reply_dry_run(struct task_engine *engine, const struct task_ticket *ticket,
			  struct task_import_result *import)
{
	Dondoc__V1__SubmitReply reply = DONDOC__V1__SUBMIT_REPLY__INIT;
	Dondoc__V1__Refusal refusal = DONDOC__V1__REFUSAL__INIT;
	Dondoc__V1__ImportCounts counts;
	char *arguments[1];

	reply.outcome = DONDOC__V1__OUTCOME__OUTCOME_DRY_RUN;
	task_batch_import_reply(import, &reply, &counts);
	if (import->refusal != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE) {
		refusal.code = import->refusal;
		refusal.text = import->text;
		arguments[0] = (char *)import->argument;
		refusal.arguments = arguments;
		refusal.n_arguments = import->argument[0] != '\0';
		reply.refusal = &refusal;
	}
	task_batch_reply(engine, ticket, &reply);
}

static size_t events_size(const struct task_import_result *import)
{
	size_t size = 0;

	for (size_t i = 0; i < import->event_count; i++)
		size += import->events[i].body_len + 512; /* header and padding, generously */
	return size;
}

/* In a group the view does not see its members before the end: what this command said about a task
 * last is what the next event about it follows. */
static uint64_t previous_of(struct task_engine *engine, uint64_t subject, uint64_t group)
{
	const struct memtable_entry *said;
	struct view_task task;
	uint64_t previous = 0;
	uint32_t hash = memtable_hash(0, &subject, sizeof(subject));

	if (subject == 0)
		return 0;
	if (group != 0 && memtable_get(engine->bulk.said, hash, &subject, sizeof(subject), &said) ==
				  MEMTABLE_PRESENT) {
		memcpy(&previous, said->val, sizeof(previous));
		return previous;
	}
	if (view_task(engine->options.view, true, subject, &task) == DD_OK)
		previous = task.version;
	return previous;
}

static uint64_t emit_event(struct task_engine *engine, const struct task_origin *origin,
			   const struct task_event *event, uint64_t group)
{
	struct task_record record = {.type = (Dondoc__V1__EventType)event->type,
				     .bytes = event->body,
				     .len = event->body_len,
				     .subject = event->subject,
				     .previous = previous_of(engine, event->subject, group),
				     .unit = event->unit,
				     .other_unit = event->other_unit,
				     .group = group};
	Dondoc__V1__EventHeader *as = NULL;
	uint64_t sequence;

	if (event->as != NULL)
		as = dondoc__v1__event_header__unpack(NULL, event->as_len, event->as);
	record.as = as;
	sequence = task_batch_emit(engine, origin, &record);
	dondoc__v1__event_header__free_unpacked(as, NULL);
	if (sequence ==
	    0) { /* bodies and headers are bounded where they are made: our own mistake */
		struct dd_error err;

		dd_fail(&err, DD_ERR_INVALID, "an event of a command does not fit a record");
		dd_app_die("task.event_too_large", &err);
	}
	if (group != 0 && event->subject != 0)
		memtable_put(engine->bulk.said,
			     memtable_hash(0, &event->subject, sizeof(event->subject)),
			     &event->subject, sizeof(event->subject), &sequence, sizeof(sequence));
	return sequence;
}

static void take_whole(struct task_engine *engine, const struct task_queued *item,
		       const struct task_origin *origin, struct task_import_result *import)
{
	struct task_origin each = *origin;
	struct task_pending *entry;
	uint64_t first = 0;
	uint64_t last = 0;

	each.count = (uint32_t)import->event_count;
	for (size_t i = 0; i < import->event_count; i++) {
		each.index = (uint32_t)i;
		each.digest = i == 0 ? origin->digest : NULL;
		last = emit_event(engine, &each, &import->events[i], 0);
		if (i == 0)
			first = last;
	}
	entry = task_batch_pending(engine->open, &item->ticket, first, last, origin->digest);
	entry->import = import;
	entry->held = import->event_count == 1 &&
		      import->events[0].type == DONDOC__V1__EVENT_TYPE__EVENT_OUTGOING_HELD;
	engine->stats.accepted++;
}

static struct task_origin bulk_origin(struct task_bulk *bulk, Dondoc__V1__CommandBody *body)
{
	struct task_origin origin = {.who = &bulk->who,
				     .body = body,
				     .stream = bulk->stream,
				     .number = bulk->number,
				     .seen = bulk->seen,
				     .index = bulk->index};

	return origin;
}

/* What `begin_group` says of the group. */
struct group_words {
	const char *purpose, *plan;
};

static void begin_group(struct task_engine *engine, const struct task_queued *item,
			const struct task_origin *origin, struct task_import_result *import,
			const struct group_words *words)
{
	struct task_bulk *bulk = &engine->bulk;
	Dondoc__V1__GroupOpened event = DONDOC__V1__GROUP_OPENED__INIT;
	struct task_record record = {.type = DONDOC__V1__EVENT_TYPE__EVENT_GROUP_OPENED,
				     .message = &event.base};
	struct task_origin opening = *origin;

	event.purpose = (char *)words->purpose;
	event.plan = (char *)words->plan;
	memtable_clear(bulk->said);
	opening.count = 0;
	bulk->active = true;
	bulk->import = import;
	bulk->ticket = item->ticket;
	bulk->who = item->who;
	memcpy(bulk->stream, item->stream, sizeof(bulk->stream));
	bulk->number = item->number;
	bulk->seen = origin->seen;
	memcpy(bulk->digest, origin->digest, DD_HASH_LEN);
	dd_buf_clear(&bulk->body);
	dd_buf_add(&bulk->body, task_queue_body(&engine->queue, item), item->body_len);
	bulk->next = 0;
	bulk->index = 1;
	bulk->group = task_batch_emit(engine, &opening, &record);
}

static void close_group(struct task_engine *engine, struct task_origin *origin)
{
	struct task_bulk *bulk = &engine->bulk;
	Dondoc__V1__GroupClosed event = DONDOC__V1__GROUP_CLOSED__INIT;
	struct task_record record = {.type = DONDOC__V1__EVENT_TYPE__EVENT_GROUP_CLOSED,
				     .message = &event.base,
				     .group = bulk->group};
	Dondoc__V1__ImportCounts counts;
	uint64_t sequence;

	event.count = (uint32_t)bulk->import->event_count;
	if (!bulk->import->plain) {
		counts = task_batch_import_counts(bulk->import);
		event.counts = &counts;
	}
	origin->index = bulk->index;
	origin->digest = bulk->digest;
	sequence = task_batch_emit(engine, origin, &record);
	task_batch_pending(engine->open, &bulk->ticket, bulk->group, sequence, bulk->digest)
		->import = bulk->import;
	bulk->closing = true;
	engine->stats.accepted++;
}

void task_bulk_continue(struct task_engine *engine)
{
	struct task_bulk *bulk = &engine->bulk;
	Dondoc__V1__CommandBody *body =
		dondoc__v1__command_body__unpack(NULL, bulk->body.len, bulk->body.data);
	struct task_origin origin = bulk_origin(bulk, body);

	while (bulk->next < bulk->import->event_count &&
	       dd_frame_count(&engine->open->frame) < FRAME_EVENTS &&
	       engine->open->frame.len < FRAME_BYTES) {
		origin.index = bulk->index++;
		emit_event(engine, &origin, &bulk->import->events[bulk->next++], bulk->group);
	}
	if (bulk->next == bulk->import->event_count &&
	    dd_frame_count(&engine->open->frame) < FRAME_EVENTS)
		close_group(engine, &origin);
	dondoc__v1__command_body__free_unpacked(body, NULL);
}

void task_bulk_end(struct task_engine *engine)
{
	struct task_bulk *bulk = &engine->bulk;

	if (bulk->active && !bulk->closing) {
		task_import_free(bulk->import);
		free(bulk->import);
	}
	bulk->import = NULL;
	bulk->active = false;
	bulk->closing = false;
	dd_buf_fini(&bulk->body);
}

/* What the importer said no to, or what changes nothing, is a refusal like any other. */
static void refuse_import(struct task_engine *engine, const struct task_queued *item,
			  const struct task_origin *origin, struct task_import_result *import)
{
	struct task_outcome outcome = {.effects = {0}};
	Dondoc__V1__RefusalCode code = (Dondoc__V1__RefusalCode)import->refusal;

	if (code == DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE)
		code = DONDOC__V1__REFUSAL_CODE__REFUSAL_NOTHING_TO_DO;
	task_refuse(&outcome, code, import->argument[0] != '\0' ? import->argument : NULL, NULL,
		    NULL);
	task_decide_refuse_import(engine, item, origin, &outcome, import);
}

static const char *plan_of(const Dondoc__V1__CommandBody *body)
{
	if (body->action_case != DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN ||
	    body->import_plan->plan == NULL)
		return "";
	return body->import_plan->plan->code;
}

/* A plan belongs to the agency that follows it up: its unit alone changes it, and only an operator
 * hands it to another agency. */
static bool may_import(struct task_engine *engine, const struct task_queued *item,
		       const Dondoc__V1__CommandBody *body)
{
	const Dondoc__V1__ImportPlan *import = body->import_plan;
	const char *unit = body->actor != NULL ? body->actor->unit : "";
	struct view_plan plan;

	if (item->who.cls == DD_PRINCIPAL_OPERATOR ||
	    body->action_case != DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN ||
	    import->plan == NULL)
		return true;
	if (strcmp(import->plan->assigner_unit, unit) != 0)
		return false;
	return view_plan(engine->options.view, true, import->plan->code, &plan) != DD_OK ||
	       strcmp(plan.assigner_unit, unit) == 0;
}

/* Units and areas that come with a plan are everybody's. */
static bool lists_fit(const struct task_case *c, const Dondoc__V1__CommandBody *body,
		      struct task_outcome *outcome)
{
	const Dondoc__V1__ImportPlan *import = body->import_plan;

	if (body->action_case != DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN)
		return true;
	if ((import->units_file.len > 0 || import->aliases_file.len > 0) &&
	    !task_actor_for_all(c, DD_COMMAND_CHANGE_UNITS, outcome))
		return false;
	return import->areas_file.len == 0 || task_actor_for_all(c, DD_COMMAND_SET_AREA, outcome);
}

/* And a person, by his roles. */
static bool person_may(struct task_engine *engine, const struct task_queued *item,
		       const Dondoc__V1__CommandBody *body, struct task_outcome *outcome)
{
	struct task_case c = {.view = engine->options.view,
			      .who = &item->who,
			      .body = body,
			      .record_us = engine->open->record_us};

	return task_actor_admits(&c, task_rules_kind(body), outcome) &&
	       lists_fit(&c, body, outcome);
}

/* Days of a unit are its administrators' too; those of all, of who reaches all. */
static bool days_fit(struct task_engine *engine, const struct task_queued *item,
		     const Dondoc__V1__CommandBody *body, const struct task_import_result *import,
		     struct task_outcome *outcome)
{
	const struct task_case c = {.view = engine->options.view,
				    .who = &item->who,
				    .body = body,
				    .record_us = engine->open->record_us};
	bool fit = true;

	if (body->action_case != DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_CALENDAR ||
	    !task_actor_judged(&c))
		return true;
	for (size_t i = 0; fit && i < import->event_count; i++) {
		Dondoc__V1__CalendarDaySet *day = dondoc__v1__calendar_day_set__unpack(
			NULL, import->events[i].body_len, import->events[i].body);

		fit = day == NULL ||
		      task_actor_reaches(&c, DD_COMMAND_IMPORT_CALENDAR, day->unit, NULL, outcome);
		dondoc__v1__calendar_day_set__free_unpacked(day, NULL);
	}
	return fit;
}

bool task_bulk_take(struct task_engine *engine, const struct task_queued *item,
		    const struct task_origin *origin)
{
	struct task_import_source source = {
		.view = engine->options.view, .file = read_file, .arg = engine};
	const Dondoc__V1__CommandBody *body = origin->body;
	struct task_import_result *import;
	struct task_outcome outcome = {.effects = {0}};
	struct dd_error err;
	bool answered;
	int r;

	if (!may_import(engine, item, body)) {
		task_refuse(&outcome, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED,
			    body->actor != NULL ? body->actor->unit : "-", "import", NULL);
		task_decide_refuse(engine, item, origin, &outcome);
		return true;
	}
	if (!person_may(engine, item, body, &outcome)) {
		task_decide_refuse(engine, item, origin, &outcome);
		return true;
	}
	/* It walks the plan and the units, and then has the log to itself. */
	if (!task_decide_stored(engine, item, &answered))
		return answered;
	import = dd_alloc(sizeof(*import));
	if (body->action_case == DONDOC__V1__COMMAND_BODY__ACTION_IMPORT_PLAN)
		r = task_import_plan(&source, body->import_plan, import, &err);
	else
		r = task_import_calendar(&source, body->import_calendar, import, &err);
	if (r != DD_OK) {
		dd_log(DD_LOG_ERROR, "task.import_failed", dd_f_text("why", err.text));
		task_batch_busy(engine, &item->ticket, 1000);
	} else if (!days_fit(engine, item, body, import, &outcome)) {
		task_decide_refuse(engine, item, origin, &outcome);
	} else if (is_dry_run(body)) {
		reply_dry_run(engine, &item->ticket, import);
	} else if (import->refusal != DONDOC__V1__REFUSAL_CODE__REFUSAL_NONE ||
		   import->event_count == 0) {
		refuse_import(engine, item, origin, import);
		return true;
	} else {
		begin_group(engine, item, origin, import,
			    &(struct group_words){"import", plan_of(body)});
		task_bulk_continue(engine);
		return true;
	}
	task_import_free(import);
	free(import);
	return true;
}

bool task_bulk_effects(struct task_engine *engine, const struct task_queued *item,
		       const struct task_origin *origin, struct task_outcome *outcome)
{
	struct task_import_result *effects = dd_alloc(sizeof(*effects));
	bool fits;

	effects->plain = true;
	effects->events = outcome->effects.items;
	effects->event_count = outcome->effects.count;
	outcome->effects = (struct task_events){0};
	fits = dd_frame_count(&engine->open->frame) + effects->event_count <= FRAME_EVENTS &&
	       engine->open->frame.len + events_size(effects) <= FRAME_BYTES;
	if (outcome->group == NULL && fits) {
		take_whole(engine, item, origin, effects);
		return true;
	}
	if (dd_frame_count(&engine->open->frame) == 0 && engine->flying == NULL) {
		begin_group(engine, item, origin, effects,
			    &(struct group_words){outcome->group != NULL ? outcome->group : "bulk",
						  outcome->group_plan});
		task_bulk_continue(engine);
		return true;
	}
	task_import_free(effects);
	free(effects);
	return false;
}
