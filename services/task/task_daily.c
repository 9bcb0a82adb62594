/* task_daily.c - see task_daily.h. */
#include "services/task/task_daily.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/view/view_daily.h"

/* The number of the matter's next command; 0 = none is due. A matter that was refused comes again
 * when what it is about has changed since. */
static uint64_t next_number(struct task_daily *daily, const char *principal,
			    const uint8_t stream[DD_ID_LEN], uint64_t changed)
{
	struct view_stream known;
	uint64_t refused;

	if (view_stream(daily->view, true, principal, stream, &known) != DD_OK)
		return 1;
	refused = view_daily_refused(daily->view, true, stream);
	return refused != 0 && refused == known.last_sequence && changed > refused
		       ? known.last_number + 1
		       : 0;
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
	submit.number = next_number(daily, self.text, stream, about->changed);
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
