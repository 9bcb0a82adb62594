/* image.c - see image.h. */
#include "tests/system/image.h"

#include "tests/support/tmpdir.h"
#include "tests/system/rec.h"
#include <stdio.h>
#include <string.h>

bool image_start_recorded(struct station *station, const char *recording, const char *fault)
{
	char dir[STATION_PATH + 32], out[STATION_PATH + 32];
	const char *const env[] = {"LD_PRELOAD=" SYSTEM_REC, dir, out, NULL};
	bool ready;

	snprintf(dir, sizeof(dir), REC_ENV_DIR "=%s", station->log);
	snprintf(out, sizeof(out), REC_ENV_OUT "=%s", recording);
	station->env = env;
	ready = fault == NULL ? station_start(station, false)
			      : station_start_faulty(station, fault);
	station->env = NULL;
	return ready;
}

static int open_image(const char *dir, uint64_t after, struct test_log *log, struct dd_error *err)
{
	const struct dd_eventlog_options options = {
		.dir = dir, .segment_bytes = 8 << 20, .inline_commit = true, .create = true};
	struct dd_eventlog *eventlog = NULL;
	struct dd_verify_report report;
	int rc = dd_eventlog_open(&options, &eventlog, err);

	memset(log, 0, sizeof(*log));
	if (rc == 0)
		rc = test_log_dump(eventlog, after, log, err);
	dd_eventlog_close(eventlog);
	return rc == 0 ? dd_eventlog_verify(dir, &log->head, &report, err) : rc;
}

enum image_state image_judge(const struct station *station, struct replay *replay, size_t upto,
			     uint64_t *random, struct test_verdict *verdict_out)
{
	enum image_state state = IMAGE_BROKEN;
	char *dir = test_tmpdir();
	struct test_log log;
	struct dd_error err;

	memset(verdict_out, 0, sizeof(*verdict_out));
	replay_crash(replay, upto, random, dir);
	if (open_image(dir, station->prepared, &log, &err) == 0) {
		test_history_check(&station->history, replay_time(replay, upto - 1), &log,
				   verdict_out);
		state = test_verdict_good(verdict_out) ? IMAGE_GOOD : IMAGE_LOSING;
	} else {
		snprintf(verdict_out->first, sizeof(verdict_out->first), "%.200s", err.text);
	}
	test_log_fini(&log);
	test_tmpdir_end(dir);
	return state;
}
