/* office_follow.c - see office_follow.h. */
#include "services/office/office_follow_impl.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "services/office/office_door.h"
#include "services/office/office_refresh.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the unit may not read need not be kept at once: a flush costs the disk more than it is
 * worth.
 */
#define HIDDEN_MS    2000u
#define SLICES_MAX   ((size_t)512 << 10)
#define AGAIN_MS     10000u
#define DAMAGED_MS   60000u
#define ADDRESS_TEXT 256

void office_follow_tell(struct office_follow *follow, const char *words)
{
	if (strcmp(follow->trouble, words) == 0)
		return;
	(void)snprintf(follow->trouble, sizeof(follow->trouble), "%s", words);
	if (words[0] != '\0')
		dd_log(DD_LOG_ERROR, "office.not_following", dd_f_text("reason", words));
}

void office_follow_later(struct office_follow *follow, uint64_t ms)
{
	dd_timer_start(follow->again, ms, 0);
}

static void stop_follower(struct office_follow *follow)
{
	dd_follower_close(follow->follower);
	follow->follower = NULL;
	follow->at_head = false;
	dd_buf_clear(&follow->slices);
	follow->readable = false;
	follow->waiting = false;
	dd_timer_stop(follow->soon);
}

/* --- keeping ------------------------------------------------------------------------------------
 */

static void show(struct office_follow *follow, const struct office_kept_taken *taken)
{
	struct office *office = follow->office;
	struct dd_error err = {0};

	if (office_replica_follow(office->replica, &err) != 0)
		dd_app_die("office.store_failed", &err);
	if (taken->covered)
		office_covered(office, &office_kept_state(follow->kept)->covered);
	if (taken->unsure)
		office_refresh_soon(office);
	office_door_moved(office->door);
}

/* 0, or why what has come was not kept: the follower then begins again from what is kept. */
static int keep(struct office_follow *follow)
{
	struct office_kept_taken taken;
	struct dd_error err = {0};
	int rc = 0;

	follow->waiting = false;
	dd_timer_stop(follow->soon);
	if (follow->slices.len == 0)
		return 0;
	rc = office_kept_take(follow->kept, &follow->slices, &follow->behind, &taken, &err);
	dd_buf_clear(&follow->slices);
	follow->readable = false;
	if (rc == DD_ERR_IO || rc == DD_ERR_CORRUPT)
		dd_app_die("office.store_failed", &err);
	if (rc == 0) {
		show(follow, &taken);
		return 0;
	}
	office_follow_tell(follow, rc == DD_ERR_FULL
					   ? "The disk is full: the centre's log is not followed; "
					     "free space in office.data_dir."
					   : err.text);
	return rc;
}

static void on_soon(void *arg)
{
	struct office_follow *follow = arg;

	if (keep(follow) == 0)
		return;
	stop_follower(follow);
	office_follow_later(follow, AGAIN_MS);
}

void office_follow_hurry(struct office_follow *follow)
{
	if (follow->waiting)
		dd_timer_start(follow->soon, 0, 0);
}

static bool any_readable(const uint8_t *slice, const struct dd_frame_info *info)
{
	struct dd_frame_iter iter;
	struct dd_record record;

	if (info->flags & DD_FRAME_RUN)
		return false;
	dd_frame_iter(&iter, slice, info);
	while (dd_frame_next(&iter, &record))
		if (record.kind != DD_RECORD_LEAF)
			return true;
	return false;
}

/* --- what the follower tells --------------------------------------------------------------------
 */

static int on_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
		    const struct dd_position *after, struct dd_error *err)
{
	struct office_follow *follow = arg;
	int rc = 0;

	dd_buf_add(&follow->slices, frame, info->length);
	follow->behind = *after;
	follow->readable = follow->readable || any_readable(frame, info);
	if (follow->slices.len >= SLICES_MAX)
		rc = keep(follow);
	else if (follow->readable)
		dd_timer_start(follow->soon, 0, 0);
	else if (!follow->waiting)
		dd_timer_start(follow->soon, HIDDEN_MS, 0);
	follow->waiting = follow->slices.len > 0;
	return rc == 0 ? 0 : dd_fail(err, rc, "what has come of the log was not kept");
}

static void on_caught_up(void *arg, const struct dd_position *head)
{
	struct office_follow *follow = arg;
	const bool first = !follow->at_head;

	(void)head;
	follow->at_head = true;
	office_follow_tell(follow, "");
	if (!first)
		return;
	dd_timer_start(follow->soon, 0, 0);
	follow->waiting = true;
	office_refresh_soon(follow->office);
}

static void on_stopped(void *arg, int code, const struct dd_error *why)
{
	struct office_follow *follow = arg;
	char words[sizeof(follow->trouble)];
	const bool ours = code == DD_ERR_FULL || keep(follow) != 0; /* told already */

	stop_follower(follow);
	if (code == DD_ERR_CONFLICT) {
		dd_log(DD_LOG_WARN, "office.log_differs", dd_f_text("reason", why->text));
		office_search_begin(follow);
		return;
	}
	if (!ours) {
		(void)snprintf(words, sizeof(words),
			       "The centre's log cannot be followed: %.300s. It is tried again.",
			       why->text);
		office_follow_tell(follow, words);
	}
	office_follow_later(follow, ours ? AGAIN_MS : DAMAGED_MS);
}

/* --- life ------------------------------------------------------------------------------------- */

void office_follow_begin(struct office_follow *follow)
{
	const struct dd_follower_options options = {.client = follow->client,
						    .from = office_kept_state(follow->kept)->at,
						    .on_frame = on_frame,
						    .on_stopped = on_stopped,
						    .on_caught_up = on_caught_up,
						    .arg = follow,
						    .poor_line = true};
	struct dd_error err = {0};

	follow->state = OFFICE_FOLLOWING;
	if (dd_follower_open(&options, &follow->follower, &err) != 0)
		dd_app_die("office.follow_failed", &err);
}

static void on_again(void *arg)
{
	struct office_follow *follow = arg;

	if (follow->state == OFFICE_FOLLOWING)
		office_follow_begin(follow);
	else if (follow->state == OFFICE_STOPPED)
		office_search_begin(follow);
	else
		office_search_step(follow);
}

/* A question that was on the way when the line broke gets no answer: it is asked again at once, not
 * when its time is over. */
static void on_link(void *arg, enum dd_link link)
{
	struct office_follow *follow = arg;
	const bool again = follow->broken && link == DD_LINK_UP;

	follow->broken = link != DD_LINK_UP;
	if (!again || follow->follower == NULL)
		return;
	if (keep(follow) == 0) {
		stop_follower(follow);
		office_follow_begin(follow);
	} else {
		stop_follower(follow);
		office_follow_later(follow, AGAIN_MS);
	}
}

/* By the code that the trouble told, so that it counts once and for just that state. */
static int forget_if_wanted(struct office_follow *follow, struct dd_error *err)
{
	static const struct dd_position beginning;
	const struct dd_position *at = &office_kept_state(follow->kept)->at;
	char code[OFFICE_CODE_TEXT];
	int rc;

	if (at->sequence == 0 || strcmp(follow->office->config->follow_anew,
					dd_hex(at->chain, OFFICE_CODE_BYTES, code)) != 0)
		return 0;
	rc = office_kept_cut(follow->kept, &beginning, err);
	if (rc == 0)
		rc = office_outbox_tell(follow->office->outbox,
					"The copy of the centre's log was forgotten as "
					"office.follow_anew says; it is followed anew.",
					dd_wall_us(), err);
	return rc != 0 ? rc : office_replica_follow(follow->office->replica, err);
}

static int open_client(struct office_follow *follow, struct dd_error *err)
{
	const struct office_config *config = follow->office->config;
	struct dd_bus_client_options options = {.loop = follow->office->context.loop,
						.key = &follow->office->key,
						.server_public = config->centre_key,
						.on_link = on_link,
						.arg = follow};
	char *endpoint = office_follow_endpoint(config, err);
	int rc = endpoint != NULL ? 0 : err->code;

	options.endpoint = endpoint;
	if (rc == 0)
		rc = dd_bus_client_open(&options, &follow->client, err);
	if (rc != 0)
		(void)dd_fail_context(err, "office.centre_log");
	free(endpoint);
	return rc;
}

/* ZeroMQ tries again after ever longer pauses; a new socket tries at once. */
void office_follow_link_up(struct office_follow *follow)
{
	struct dd_error err = {0};
	bool kept;

	if (follow == NULL || dd_bus_client_link(follow->client) == DD_LINK_UP)
		return;
	kept = keep(follow) == 0;
	stop_follower(follow);
	dd_bus_client_close(follow->client);
	follow->broken = false;
	if (open_client(follow, &err) != 0)
		dd_app_die("office.follow_failed", &err);
	if (follow->state != OFFICE_FOLLOWING)
		return; /* its own timer goes on */
	dd_timer_stop(follow->again);
	if (kept)
		office_follow_begin(follow);
	else
		office_follow_later(follow, AGAIN_MS);
}

int office_follow_open(struct office *office, struct office_follow **follow_out,
		       struct dd_error *err)
{
	struct office_follow *follow = dd_alloc(sizeof(*follow));
	int rc;

	follow->office = office;
	follow->kept = office_replica_kept(office->replica);
	follow->soon = dd_timer_open(office->context.loop, on_soon, follow);
	follow->again = dd_timer_open(office->context.loop, on_again, follow);
	rc = open_client(follow, err);
	if (rc == 0)
		rc = forget_if_wanted(follow, err);
	if (rc != 0) {
		office_follow_close(follow);
		return rc;
	}
	office_follow_begin(follow);
	*follow_out = follow;
	return 0;
}

void office_follow_close(struct office_follow *follow)
{
	if (follow == NULL)
		return;
	dd_follower_close(follow->follower);
	dd_bus_client_close(follow->client);
	dd_timer_close(follow->soon);
	dd_timer_close(follow->again);
	dd_buf_fini(&follow->slices);
	free(follow);
}

void office_follow_rekey(struct office_follow *follow, const struct dd_curve_key *key)
{
	dd_bus_client_rekey(follow->client, key);
}

bool office_follow_at_head(const struct office_follow *follow)
{
	return follow->at_head;
}

const char *office_follow_trouble(const struct office_follow *follow)
{
	return follow->trouble;
}

char *office_follow_endpoint(const struct office_config *config, struct dd_error *err)
{
	char text[ADDRESS_TEXT];
	const char *colon;
	char *end;
	long port;
	int len;

	if (config->centre_log[0] != '\0')
		return dd_strdup(config->centre_log);
	colon = strrchr(config->centre, ':');
	port = colon != NULL ? strtol(colon + 1, &end, 10) : 0;
	if (colon == NULL || *end != '\0' || port < 1 || port > 65534) {
		(void)dd_fail(err, DD_ERR_INVALID,
			      "the log's address does not follow from office.centre '%s': set "
			      "office.centre_log",
			      config->centre);
		return NULL;
	}
	len = snprintf(text, sizeof(text), "%.*s:%ld", (int)(colon - config->centre),
		       config->centre, port + 1);
	if (len < 0 || (size_t)len >= sizeof(text)) {
		(void)dd_fail(err, DD_ERR_INVALID, "office.centre is too long");
		return NULL;
	}
	return dd_strdup(text);
}
