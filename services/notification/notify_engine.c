/* notify_engine.c - commands, the units to plan for, and the order in which things are done. */
#include "services/notification/notify_impl.h"

#include "common/base/alloc.h"
#include "common/base/log.h"
#include "common/net/bus.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_US      (10 * DD_SECOND_US) /* between two looks at all tasks that found nothing */
#define LOOK_MOST_US (60 * DD_SECOND_US) /* time passes even if the log does not move */
#define PAUSE_US     (DD_SECOND_US)
#define PAUSE_MAX_US (60 * DD_SECOND_US)
#define REFUSALS_MAX 3 /* of one digest, before it is left for a person to see */

/* --- life ------------------------------------------------------------------------------------ */

struct notify_engine *notify_engine_new(const struct notify_engine_options *options)
{
	struct notify_engine *engine = dd_alloc(sizeof(*engine));

	engine->options = *options;
	return engine;
}

void notify_engine_free(struct notify_engine *engine)
{
	if (engine == NULL)
		return;
	for (unsigned i = 0; i < NOTIFY_SLOTS; i++)
		notify_slot_end(&engine->slots[i]);
	notify_units_fini(&engine->units);
	view_calendars_free(engine->calendars);
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
	assert(!engine->submitting);
	if (engine->options.submit(engine->options.arg, command) == 0)
		engine->submitting = true;
	else
		notify_pause(engine, 0);
}

int notify_submit(struct notify_engine *engine, const uint8_t stream[DD_ID_LEN], uint64_t number,
		  const Dondoc__V1__CommandBody *body, struct dd_error *err)
{
	uint8_t packed[1024];
	struct notify_command command = {.stream = stream, .number = number, .body = packed};

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

void notify_engine_submitted(struct notify_engine *engine, enum notify_outcome outcome,
			     uint64_t sequence)
{
	engine->submitting = false;
	switch (outcome) {
	case NOTIFY_DECIDED:
		if (sequence > engine->need)
			engine->need = sequence;
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

static int refresh_calendars(struct notify_engine *engine, struct dd_error *err)
{
	const uint64_t at = view_position(engine->options.view)->sequence;
	struct view_calendars *calendars;
	int rc;

	if (engine->calendars != NULL && engine->calendars_at == at)
		return 0;
	rc = notify_calendars(engine->options.view, &calendars, err);
	if (rc != 0)
		return rc;
	view_calendars_free(engine->calendars);
	engine->calendars = calendars;
	engine->calendars_at = at;
	return 0;
}

bool notify_in_time(const struct notify_engine *engine)
{
	return engine->calendars != NULL &&
	       dd_reminder_working_time(view_calendars_of(engine->calendars, ""),
					&engine->options.policy->hours, engine->wall_us);
}

bool notify_works_today(const struct notify_engine *engine, const char *unit)
{
	return engine->calendars != NULL &&
	       dd_calendar_working(view_calendars_of(engine->calendars, unit),
				   dd_day_of(engine->wall_us));
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

	return (struct notify_context){.view = engine->options.view,
				       .policy = engine->options.policy,
				       .calendars = engine->calendars,
				       .today = dd_day_of(engine->wall_us),
				       .told_until = released ? restore.told_until_day : 0,
				       .trial = engine->options.trial,
				       .english = engine->options.english,
				       .arg = engine->options.arg};
}

/* --- the holder's work ----------------------------------------------------------------------- */

static int begin_digest(void *arg, const struct view_digest *stored)
{
	struct notify_engine *engine = arg;
	struct view_digest digest;
	unsigned at = 0;

	while (at < NOTIFY_SLOTS && engine->slots[at].state != SLOT_FREE)
		at++;
	if (at == NOTIFY_SLOTS || engine->pause_until_us > engine->mono_us)
		return DD_ERR_RETRY; /* ends the walk */
	if (view_digest(engine->options.view, false, stored->id, &digest) == 0 &&
	    notify_engine_digest_due(&digest, engine->epoch, engine->wall_us) &&
	    notify_works_today(engine, digest.unit) && !notify_slot_has(engine, digest.id))
		notify_slot_begin(engine, at, &digest);
	return 0;
}

static int begin_digests(struct notify_engine *engine, struct dd_error *err)
{
	int rc = 0;

	if (!notify_sending_held(engine))
		rc = view_open_digests(engine->options.view, begin_digest, engine, err);
	return rc == DD_ERR_RETRY ? 0 : rc;
}

/* Submit the unit's digest unless it was refused again and again. */
static int submit_digest(struct notify_engine *engine, const struct notify_digest *digest,
			 const char *unit, struct dd_error *err)
{
	struct notify_command command = {
		.stream = digest->id, .body = digest->body.data, .body_len = digest->body.len};
	int rc = notify_next_number(engine, digest->id, &command.number, err);

	if (rc != 0)
		return rc;
	if (command.number > REFUSALS_MAX) {
		if (++engine->parked > engine->parked_told) {
			engine->parked_told = engine->parked;
			dd_log(DD_LOG_ERROR, "notification.digest_refused",
			       dd_f_text("unit", unit));
		}
		return 0;
	}
	notify_submit_packed(engine, &command);
	return 0;
}

static int plan_next(struct notify_engine *engine, struct dd_error *err)
{
	const struct notify_context context = notify_context_of(engine);
	int rc = 0;

	while (rc == 0 && !engine->submitting && engine->pause_until_us <= engine->mono_us &&
	       engine->units_next < engine->units.count) {
		const char *unit = engine->units.codes[engine->units_next++];
		struct notify_digest digest = {.body = {0}};

		rc = notify_plan_digest(&context, unit, &digest, err);
		if (rc == 0)
			rc = submit_digest(engine, &digest, unit, err);
		else if (rc == DD_ERR_NOT_FOUND)
			rc = 0;
		dd_buf_fini(&digest.body);
	}
	return rc;
}

static int work(struct notify_engine *engine, struct dd_error *err)
{
	const struct notify_context context = notify_context_of(engine);
	int rc = begin_digests(engine, err);

	if (rc != 0 || engine->submitting)
		return rc;
	if (engine->units_next >= engine->units.count || engine->units_day != context.today) {
		engine->units_next = 0;
		engine->units_day = context.today;
		engine->parked = 0;
		rc = notify_plan_units(&context, &engine->units, err);
	}
	if (rc == 0)
		rc = plan_next(engine, err);
	return rc;
}

/* --- the turn -------------------------------------------------------------------------------- */

static bool time_to_look(const struct notify_engine *engine)
{
	const bool moved = view_position(engine->options.view)->sequence != engine->looked_at;

	if (engine->mono_us >= engine->fresh_look_us)
		return true;
	return engine->mono_us >= engine->look_us && moved;
}

static int look(struct notify_engine *engine, struct dd_error *err)
{
	uint64_t current = 0;
	bool unheld = false;
	int rc = view_flush(engine->options.view, err);

	/* A full disk keeps LMDB behind; the next look tries again. */
	if (rc != 0)
		return rc == DD_ERR_FULL ? 0 : rc;
	rc = refresh_calendars(engine, err);
	if (rc == 0)
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
	for (unsigned i = 0; i < NOTIFY_SLOTS && rc == 0 && !engine->submitting; i++)
		rc = notify_slot_turn(engine, i, err);
	return rc;
}

int notify_engine_turn(struct notify_engine *engine, struct dd_error *err)
{
	int rc;

	if (!engine->at_head || engine->submitting || !engine->options.policy->enabled ||
	    view_position(engine->options.view)->sequence < engine->need ||
	    engine->mono_us < engine->pause_until_us)
		return 0;
	rc = slots_turn(engine, err);
	if (rc != 0 || engine->submitting || !time_to_look(engine))
		return rc;
	rc = look(engine, err);
	engine->looked_at = view_position(engine->options.view)->sequence;
	/* What left changes the log: look again at once when it has. */
	engine->look_us = engine->submitting ? 0 : engine->mono_us + LOOK_US;
	engine->fresh_look_us = engine->mono_us + LOOK_MOST_US;
	return rc;
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
		.mails_delivered = engine->delivered,
		.mails_failed = engine->failed,
	};
	for (unsigned i = 0; i < NOTIFY_SLOTS; i++)
		status_out->busy_slots += engine->slots[i].state != SLOT_FREE;
}
