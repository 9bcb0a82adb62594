/* task_daily.c - see task_daily.h. */
#include "services/task/task_daily.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/view/view_daily.h"
#include "services/task/task_case.h"

/* Whether the rule would do it now: nothing is written, so it may be asked as often as one likes.
 */
static bool would_do(struct task_daily *daily, const struct dd_principal *who,
		     const uint8_t stream[DD_ID_LEN], const Dondoc__V1__CommandBody *body)
{
	const struct task_case c = {.view = daily->view,
				    .log = daily->log,
				    .files = daily->files,
				    .who = who,
				    .body = body,
				    .stream = stream,
				    .record_us = dd_wall_us(),
				    .last_record_us = dd_wall_us()};
	struct task_outcome *outcome = dd_alloc(sizeof(*outcome));
	bool does;

	task_rules_decide(&c, task_rules_kind(body), outcome);
	does = outcome->type != DONDOC__V1__EVENT_TYPE__EVENT_UNKNOWN || outcome->effects.count > 0;
	task_effects_free(outcome);
	free(outcome);
	return does;
}

static bool is_refusal(struct task_daily *daily, uint64_t sequence)
{
	Dondoc__V1__EventHeader *header = NULL;
	struct dd_buf frame = {0};
	struct dd_record record;
	struct dd_error err;
	bool is;

	if (daily->log != NULL &&
	    dd_eventlog_get(daily->log, sequence, &frame, &record, &err) == DD_OK)
		header = dondoc__v1__event_header__unpack(NULL, record.header_len, record.header);
	is = header != NULL && header->type == DONDOC__V1__EVENT_TYPE__EVENT_COMMAND_REFUSED;
	dondoc__v1__event_header__free_unpacked(header, NULL);
	dd_buf_fini(&frame);
	return is;
}

/* The number of the matter's next command; 0 = none is due. A matter that was refused comes again
 * when what it is about has changed since, or the rule no longer refuses it. Builds of once did not
 * keep their refusals for a person to see: what they refused is asked once more in any case. */
static uint64_t next_number(struct task_daily *daily, const struct dd_principal *self,
			    const uint8_t stream[DD_ID_LEN], const struct task_daily_matter *about,
			    const Dondoc__V1__CommandBody *body)
{
	struct view_stream known;
	uint64_t refused;
	bool again;

	if (view_stream(daily->view, true, self->text, stream, &known) != DD_OK)
		return 1;
	refused = view_daily_refused(daily->view, true, stream);
	if (refused != 0 && refused != known.last_sequence)
		return 0;
	again = refused != 0 ? about->changed > refused ||
				       (about->open && would_do(daily, self, stream, body))
			     : about->open && is_refusal(daily, known.last_sequence);
	return again ? known.last_number + 1 : 0;
}

bool task_daily_submit(struct task_daily *daily, const char *purpose,
		       const struct task_daily_matter *about, const Dondoc__V1__CommandBody *body)
{
	struct dd_principal self = {.cls = DD_PRINCIPAL_TASK};
	struct task_ticket nobody = {0};
	Dondoc__V1__Submit submit = DONDOC__V1__SUBMIT__INIT;
	uint8_t stream[DD_HASH_LEN];
	struct dd_hasher hasher;

	dd_hasher_init(&hasher, purpose);
	dd_hasher_add(&hasher, about->bytes, about->len);
	dd_hasher_end(&hasher, stream);
	snprintf(self.text, sizeof(self.text), "%s", dd_principal_class_name(self.cls));
	submit.number = next_number(daily, &self, stream, about, body);
	if (submit.number == 0)
		return false;
	submit.stream.data = stream;
	submit.stream.len = DD_ID_LEN;
	submit.body.len = dondoc__v1__command_body__get_packed_size(body);
	submit.body.data = dd_alloc(submit.body.len + 1);
	dondoc__v1__command_body__pack(body, submit.body.data);
	task_engine_submit(daily->engine, &nobody, &self, &submit);
	free(submit.body.data);
	return true;
}

/* Lists are LMDB's. It catches up by itself; under a load that never ends it is made to, once a
 * minute. */
static bool stored(struct task_daily *daily)
{
	struct dd_error err;
	int64_t now = dd_mono_us();

	if (!task_engine_busy(daily->engine) && view_lag(daily->view) == 0) {
		daily->waits_us = 0;
		return true;
	}
	if (daily->waits_us == 0)
		daily->waits_us = now;
	if (now - daily->waits_us < 60 * DD_SECOND_US)
		return false;
	daily->waits_us = 0;
	return view_flush(daily->view, &err) == DD_OK;
}

void task_daily_tick(struct task_daily *daily)
{
	int32_t today = dd_day_of(dd_wall_us());

	if (today == daily->done_day &&
	    (daily->seen == view_position(daily->view)->sequence || dd_mono_us() < daily->again_us))
		return;
	if (task_engine_held(daily->engine) != NULL || !stored(daily))
		return;
	daily->done_day = today;
	daily->seen = view_position(daily->view)->sequence;
	daily->again_us = dd_mono_us() + 60 * DD_SECOND_US;
	task_daily_instances(daily, today);
	task_daily_units(daily, today);
	task_daily_files(daily, today);
}
