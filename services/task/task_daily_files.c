/* task_daily_files.c - files that have arrived, and orders of destruction that two persons have
 * agreed on.
 *
 * An order is carried out in this order: the mark that the view is to be built anew, the file, the
 * bodies in the log, the event that says it is done. Wherever that ends it is done again from the
 * beginning, at once or after the next start, until the event is in the log. */
#include "services/task/task_daily.h"

#include <stdlib.h>
#include <string.h>

#include "common/app/app.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/view/view_evidence.h"
#include "services/task/task_daily_files.h"

#define AT_ONCE 64 /* orders a round: the rest comes with the next one */

/* --- files ------------------------------------------------------------------------------------ */

void task_daily_came(struct task_daily *daily, const struct view_awaited *awaited)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__FileCame came = DONDOC__V1__FILE_CAME__INIT;
	struct view_awaited about;
	struct dd_files_look look;
	struct dd_error err;

	if (dd_files_look(daily->files, awaited->hash, &look, &err) != DD_OK)
		return;
	if (!look.type.taken) {
		dd_log(DD_LOG_WARN, "task.file_type_refused", dd_f_text("type", look.type.type));
		if (dd_files_remove(daily->files, awaited->hash, &err) != DD_OK)
			dd_app_die("task.file_failed", &err);
		return;
	}
	memset(&about, 0, sizeof(about));
	memcpy(about.hash, awaited->hash, DD_HASH_LEN);
	about.promised = awaited->promised;
	came.hash = (ProtobufCBinaryData){.data = about.hash, .len = DD_HASH_LEN};
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_FILE_CAME;
	body.file_came = &came;
	task_daily_submit(daily, "dondoc file",
			  &(struct task_daily_matter){.bytes = &about, .len = sizeof(about)},
			  &body);
}

static void on_awaited(void *arg, const struct view_awaited *awaited)
{
	task_daily_came(arg, awaited);
}

/* --- orders ----------------------------------------------------------------------------------- */

static void carry_out(struct task_daily *daily, const struct view_ready *ready)
{
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__DestructionRun run = DONDOC__V1__DESTRUCTION_RUN__INIT;
	struct dd_error err;
	int r = task_destroy(daily, ready, &run.generation, &err);

	if (r == DD_ERR_IO)
		dd_app_die("task.destruction_failed", &err);
	if (r != DD_OK) {
		dd_log(DD_LOG_ERROR, "task.destruction_waits", dd_f_uint("order", ready->order),
		       dd_f_text("why", err.text));
		return;
	}
	run.order = ready->order;
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_DESTRUCTION_RUN;
	body.destruction_run = &run;
	/* The generation is part of the command, and another one after a repeated run. */
	task_daily_submit(
		daily, "dondoc destroy",
		&(struct task_daily_matter){.bytes = (uint64_t[]){ready->order, run.generation},
					    .len = 2 * sizeof(uint64_t)},
		&body);
	dd_log(DD_LOG_WARN, "task.destroyed", dd_f_uint("order", ready->order),
	       dd_f_uint("generation", run.generation),
	       dd_f_text("then", "restart the service: its view is built anew without the text"));
}

/* --- what nobody came back for ---------------------------------------------------------------- */

static bool is_claimed(void *arg, const uint8_t hash[DD_HASH_LEN])
{
	const struct task_daily *daily = arg;
	struct view_file file;
	int r = view_file(daily->view, true, hash, &file);

	/* What cannot be looked up stays; what was destroyed and sent again does not. */
	return r == DD_OK ? file.destroyed_by == 0 : r != DD_ERR_NOT_FOUND;
}

/* A service that ends between a file's name and the command that names the file leaves a file that
 * no task has. Its sender comes back, or never. */
static void sweep(struct task_daily *daily, int32_t today)
{
	const struct dd_files_claims claims = {.today = today, .claimed = is_claimed, .arg = daily};
	struct dd_error err;
	size_t removed;
	int r;

	if (today == 0 || daily->swept_day == today || dd_mono_us() < daily->sweeps_us)
		return;
	daily->swept_day = today;
	r = dd_files_sweep(daily->files, &claims, &removed, &err);
	if (r == DD_ERR_IO)
		dd_app_die("task.file_failed", &err);
	if (r != DD_OK)
		dd_log(DD_LOG_WARN, "task.files_not_swept", dd_f_text("why", err.text));
	else if (removed > 0)
		dd_log(DD_LOG_INFO, "task.files_unclaimed", dd_f_uint("removed", removed));
}

void task_daily_files(struct task_daily *daily, int32_t today)
{
	struct view_ready ready[AT_ONCE];
	size_t count;

	if (daily->files == NULL || daily->log == NULL)
		return;
	sweep(daily, today);
	view_files_awaited(daily->view, on_awaited, daily);
	count = view_orders_ready(daily->view, ready, AT_ONCE);
	for (size_t i = 0; i < count; i++) {
		carry_out(daily, &ready[i]);
		dondoc__v1__order_destruction__free_unpacked(ready[i].said, NULL);
	}
}
