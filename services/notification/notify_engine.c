/* notify_engine.c - commands, rounds of planning, and the order in which things are done. */
#include "services/notification/notify_impl.h"

#include "common/base/alloc.h"
#include "common/base/log.h"
#include "common/net/bus.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_US      (2 * DD_SECOND_US)  /* between two looks that found nothing */
#define LOOK_MOST_US (60 * DD_SECOND_US) /* time passes even if the log does not move */
#define PAUSE_US     (DD_SECOND_US)
#define PAUSE_MAX_US (60 * DD_SECOND_US)
#define REFUSALS_MAX 3 /* of one digest, before it is left for a person to see */

/* --- life ------------------------------------------------------------------------------------ */

struct notify_engine *notify_engine_new(const struct notify_engine_options *options)
{
	struct notify_engine *engine = dd_alloc(sizeof(*engine));

	engine->options = *options;
	engine->agenda = notify_agenda_new();
	engine->flushed_us = INT64_MIN / 2;
	view_changes_keep(options->view, &engine->changes);
	return engine;
}

void notify_engine_free(struct notify_engine *engine)
{
	if (engine == NULL)
		return;
	for (unsigned i = 0; i < NOTIFY_SLOTS; i++)
		notify_slot_end(&engine->slots[i]);
	view_changes_keep(engine->options.view, NULL);
	view_changes_fini(&engine->changes);
	notify_round_fini(&engine->round);
	notify_agenda_free(engine->agenda);
	notify_scene_free(engine->scene);
	notify_keep_end(engine);
	free(engine->open);
	free(engine);
}

void notify_engine_time(struct notify_engine *engine, int64_t wall_us, int64_t mono_us)
{
	engine->wall_us = wall_us;
	engine->mono_us = mono_us;
}

void notify_engine_moved(struct notify_engine *engine)
{
	engine->at_head = true;
}

/* --- commands -------------------------------------------------------------------------------- */

void notify_pause(struct notify_engine *engine, int64_t least_us)
{
	engine->pause_us = engine->pause_us == 0 ? PAUSE_US : engine->pause_us * 2;
	if (engine->pause_us < least_us)
		engine->pause_us = least_us;
	if (engine->pause_us > PAUSE_MAX_US)
		engine->pause_us = PAUSE_MAX_US;
	engine->pause_until_us = engine->mono_us + engine->pause_us;
}

void notify_submit_packed(struct notify_engine *engine, const struct notify_command *command)
{
	assert(!engine->flying[command->place]);
	if (engine->options.submit(engine->options.arg, command) != 0) {
		notify_pause(engine, 0);
		return;
	}
	engine->flying[command->place] = true;
	engine->plans_flying += command->place > NOTIFY_SLOTS;
}

int notify_submit(struct notify_engine *engine, unsigned place, const uint8_t stream[DD_ID_LEN],
		  const Dondoc__V1__CommandBody *body, struct dd_error *err)
{
	uint8_t packed[1024];
	struct notify_command command = {.place = place, .stream = stream, .body = packed};
	const int rc = notify_next_number(engine, stream, &command.number, err);

	if (rc != 0)
		return rc;
	command.body_len = dondoc__v1__command_body__get_packed_size(body);
	if (command.body_len > sizeof(packed))
		return dd_fail(err, DD_ERR_CORRUPT, "a command has %zu bytes", command.body_len);
	(void)dondoc__v1__command_body__pack(body, packed);
	notify_submit_packed(engine, &command);
	return 0;
}

int notify_next_number(struct notify_engine *engine, const uint8_t stream[DD_ID_LEN],
		       uint64_t *number_out, struct dd_error *err)
{
	const char *own = dd_principal_class_name(DD_PRINCIPAL_NOTIFICATION);
	struct view_stream known;
	const int rc = view_stream(engine->options.view, false, own, stream, &known);

	if (rc != 0 && rc != DD_ERR_NOT_FOUND)
		return dd_fail(err, rc, "a stream cannot be read from the view");
	*number_out = rc == 0 ? known.last_number + 1 : 1;
	return 0;
}

/* What must be seen before the next decision about the same thing. */
static void need(struct notify_engine *engine, unsigned place, uint64_t sequence)
{
	uint64_t *of = &engine->plan_need;

	if (place < NOTIFY_SLOTS)
		of = &engine->slots[place].need;
	else if (place == NOTIFY_SLOTS)
		of = &engine->lease_need;
	if (sequence > *of)
		*of = sequence;
}

void notify_engine_submitted(struct notify_engine *engine, unsigned place,
			     enum notify_outcome outcome, uint64_t sequence)
{
	assert(engine->flying[place]);
	engine->flying[place] = false;
	engine->plans_flying -= place > NOTIFY_SLOTS;
	switch (outcome) {
	case NOTIFY_DECIDED:
		need(engine, place, sequence);
		engine->pause_us = 0;
		return;
	case NOTIFY_AGAIN:
		notify_pause(engine, 0);
		break;
	case NOTIFY_ODD:
		notify_pause(engine, 5 * DD_SECOND_US);
		break;
	}
	engine->fresh_look_us = 0; /* the log may not move, and still there is something to do */
}

/* --- time ------------------------------------------------------------------------------------ */

static int minute_of(const struct notify_engine *engine)
{
	const int64_t start_us = dd_day_start_us(dd_day_of(engine->wall_us));

	return (int)((engine->wall_us - start_us) / (60 * DD_SECOND_US));
}

bool notify_in_time(const struct notify_engine *engine)
{
	return engine->scene != NULL &&
	       notify_scene_in_time(engine->scene, dd_day_of(engine->wall_us), minute_of(engine));
}

bool notify_unit_in_time(const struct notify_engine *engine, const char *unit)
{
	return engine->scene != NULL &&
	       notify_scene_unit_in_time(engine->scene, unit, dd_day_of(engine->wall_us),
					 minute_of(engine));
}

bool notify_released(const struct notify_engine *engine, struct view_restore *restore_out)
{
	return view_restore(engine->options.view, false, restore_out) == 0 &&
	       restore_out->released != 0;
}

bool notify_sending_held(const struct notify_engine *engine)
{
	const uint32_t incarnation = view_position(engine->options.view)->incarnation;
	struct view_restore restore;

	return incarnation > engine->options.policy->incarnation &&
	       !(notify_released(engine, &restore) && restore.incarnation == incarnation);
}

struct notify_context notify_context_of(const struct notify_engine *engine)
{
	struct view_restore restore;
	const bool released = notify_released(engine, &restore);

	return (struct notify_context){.scene = engine->scene,
				       .policy = engine->options.policy,
				       .minute = minute_of(engine),
				       .told_until = released ? restore.told_until_day : 0,
				       .trial = engine->options.trial,
				       .english = engine->options.english,
				       .templates = engine->options.templates,
				       .console_url = engine->options.console_url,
				       .arg = engine->options.arg};
}

int32_t notify_engine_told_until(const struct notify_engine *engine)
{
	return notify_context_of(engine).told_until;
}

/* --- handing over ---------------------------------------------------------------------------- */

/* Nobody has decided on it in time. */
static int let_go(struct notify_engine *engine, unsigned place, struct view_digest *digest,
		  struct dd_error *err)
{
	Dondoc__V1__ReleaseDigest release = DONDOC__V1__RELEASE_DIGEST__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;

	release.digest.data = digest->id;
	release.digest.len = DD_HASH_LEN;
	release.action = DONDOC__V1__RELEASE_ACTION__RELEASE_SEND;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_RELEASE_DIGEST;
	body.release_digest = &release;
	return notify_submit(engine, place, digest->id, &body, err);
}

/* Of those that LMDB had at the last look, as they are now. */
static int begin_open(struct notify_engine *engine, struct dd_error *err)
{
	unsigned at = 0;

	while (engine->open_next < engine->open_count && engine->epoch != 0 &&
	       engine->pause_until_us <= engine->mono_us) {
		struct view_digest digest;
		int rc;

		while (at < NOTIFY_SLOTS &&
		       (engine->slots[at].state != SLOT_FREE || engine->flying[at]))
			at++;
		if (at == NOTIFY_SLOTS)
			return 0;
		rc = view_digest(engine->options.view, false, engine->open[engine->open_next++],
				 &digest);
		if (rc != 0)
			return dd_fail(err, rc, "a digest cannot be read from the view");
		if (notify_say_release(engine->scene, &digest, engine->wall_us)) {
			rc = let_go(engine, at, &digest, err);
			if (rc != 0)
				return rc;
		} else if (notify_engine_digest_due(&digest, engine->epoch, engine->wall_us) &&
			   notify_unit_in_time(engine, digest.unit) &&
			   !notify_slot_has(engine, digest.id)) {
			notify_slot_begin(engine, at, &digest);
		}
	}
	return 0;
}

static int note_open(void *arg, const struct view_digest *digest)
{
	struct notify_engine *engine = arg;

	if (!notify_engine_digest_due(digest, engine->epoch, engine->wall_us) &&
	    !notify_say_release(engine->scene, digest, engine->wall_us))
		return 0;
	if (engine->open_count == engine->open_cap) {
		engine->open_cap = engine->open_cap > 0 ? engine->open_cap * 2 : 64;
		engine->open = dd_realloc(engine->open, engine->open_cap * sizeof(*engine->open));
	}
	memcpy(engine->open[engine->open_count++], digest->id, DD_HASH_LEN);
	return 0;
}

static int find_open(struct notify_engine *engine, struct dd_error *err)
{
	engine->open_count = engine->open_next = 0;
	if (notify_sending_held(engine))
		return 0;
	return view_open_digests(engine->options.view, note_open, engine, err);
}

/* --- planning -------------------------------------------------------------------------------- */

/* Submit the unit's digest unless it was refused again and again. */
static int submit_digest(struct notify_engine *engine, const struct notify_digest *digest,
			 struct dd_error *err)
{
	struct notify_command command = {.place = NOTIFY_SLOTS + 1,
					 .stream = digest->id,
					 .body = digest->body.data,
					 .body_len = digest->body.len};
	struct view_digest known;
	int rc = notify_next_number(engine, digest->id, &command.number, err);

	if (rc != 0)
		return rc;
	if (command.number > REFUSALS_MAX &&
	    view_digest(engine->options.view, false, digest->id, &known) != 0) {
		if (++engine->parked > engine->parked_told) {
			engine->parked_told = engine->parked;
			dd_log(DD_LOG_ERROR, "notification.digest_refused",
			       dd_f_text("unit", digest->unit));
		}
		return 0;
	}
	while (engine->flying[command.place])
		command.place++;
	notify_submit_packed(engine, &command);
	engine->planned = true;
	return 0;
}

static bool planning(const struct notify_engine *engine)
{
	return engine->round.next < engine->round.count;
}

static int plan_next(struct notify_engine *engine, struct dd_error *err)
{
	const struct notify_context context = notify_context_of(engine);
	int rc = 0;

	while (rc == 0 && planning(engine) && engine->plans_flying < NOTIFY_PLANS &&
	       engine->pause_until_us <= engine->mono_us) {
		struct notify_digest digest = {.body = {0}};

		rc = notify_round_digest(&context, &engine->round, &digest, err);
		if (rc == 0)
			rc = submit_digest(engine, &digest, err);
		else if (rc == DD_ERR_NOT_FOUND)
			rc = 0;
		dd_buf_fini(&digest.body);
	}
	return rc;
}

static int go_on_planning(struct notify_engine *engine, struct dd_error *err)
{
	const int rc = notify_look_after(engine, err);

	if (rc != 0)
		return rc == DD_ERR_FULL ? 0 : rc;
	if (engine->epoch == 0 || !notify_in_time(engine) ||
	    dd_day_of(engine->wall_us) != engine->round_day) {
		engine->round.count = engine->round.next = 0; /* decided anew at the next look */
		return 0;
	}
	return plan_next(engine, err);
}

static int work(struct notify_engine *engine, struct dd_error *err)
{
	const struct notify_context context = notify_context_of(engine);
	int rc = find_open(engine, err);

	engine->parked = 0;
	engine->planned = false;
	engine->round_day = dd_day_of(engine->wall_us);
	if (rc == 0)
		rc = notify_round_begin(&context, engine->agenda, &engine->round, err);
	return rc == 0 ? plan_next(engine, err) : rc;
}

/* --- the turn -------------------------------------------------------------------------------- */

static bool time_to_look(const struct notify_engine *engine)
{
	const uint64_t at = view_position(engine->options.view)->sequence;

	if (engine->flying[NOTIFY_SLOTS] || at < engine->lease_need || engine->plans_flying > 0 ||
	    at < engine->plan_need || planning(engine))
		return false;
	/* What was planned is to be sent. */
	return engine->mono_us >= engine->fresh_look_us || engine->planned ||
	       (engine->mono_us >= engine->look_us && at != engine->looked_at);
}

static int look(struct notify_engine *engine, struct dd_error *err)
{
	uint64_t current = 0;
	bool unheld = false;
	int rc;

	engine->flushed_us = INT64_MIN / 2;
	rc = notify_look_after(engine, err);
	/* A full disk keeps LMDB behind; the next look tries again. */
	if (rc != 0)
		return rc == DD_ERR_FULL ? 0 : rc;
	engine->planned = false;
	rc = notify_look_at_lease(engine, &current, &unheld, err);
	if (rc != 0)
		return rc;
	if (engine->epoch == 0)
		return unheld ? notify_take_lease(engine, current, err)
			      : notify_stand_by(engine, current, err);
	return notify_in_time(engine) ? work(engine, err) : 0;
}

static int slots_turn(struct notify_engine *engine, struct dd_error *err)
{
	uint64_t current = 0;
	bool unheld = false, any = false;
	int rc = 0;

	for (unsigned i = 0; i < NOTIFY_SLOTS; i++)
		any = any || engine->slots[i].state != SLOT_FREE;
	if (!any)
		return 0;
	rc = notify_look_at_lease(engine, &current, &unheld, err);
	for (unsigned i = 0; i < NOTIFY_SLOTS && rc == 0; i++)
		rc = notify_slot_turn(engine, i, err);
	return rc;
}

int notify_engine_turn(struct notify_engine *engine, struct dd_error *err)
{
	int rc;

	if (!engine->at_head || !engine->options.policy->enabled ||
	    engine->mono_us < engine->pause_until_us)
		return 0;
	rc = slots_turn(engine, err);
	if (rc == 0 && planning(engine))
		rc = go_on_planning(engine, err);
	if (rc == 0 && time_to_look(engine)) {
		rc = look(engine, err);
		engine->looked_at = view_position(engine->options.view)->sequence;
		/* What left changes the log: look again at once when it has. */
		engine->look_us = engine->flying[NOTIFY_SLOTS] ? 0 : engine->mono_us + LOOK_US;
		engine->fresh_look_us = engine->mono_us + LOOK_MOST_US;
	}
	return rc == 0 ? begin_open(engine, err) : rc;
}

void notify_engine_status(const struct notify_engine *engine,
			  struct notify_engine_status *status_out)
{
	*status_out = (struct notify_engine_status){
		.holds_lease = engine->epoch != 0,
		.working_time = notify_in_time(engine),
		.sending_held = notify_sending_held(engine),
		.epoch = engine->epoch,
		.parked = engine->parked,
		.next_day = notify_agenda_next(engine->agenda),
		.tasks = notify_agenda_count(engine->agenda),
		.agenda_made = engine->agenda_made,
		.agenda_bytes = notify_agenda_bytes(engine->agenda),
		.mails_delivered = engine->delivered,
		.mails_failed = engine->failed,
	};
	for (unsigned i = 0; i < NOTIFY_SLOTS; i++)
		status_out->busy_slots += engine->slots[i].state != SLOT_FREE;
}
