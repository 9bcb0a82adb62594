/* notify_hook.c - see notify_hook.h.
 *
 * The happy path: a follower of the log's own brings frames -> what the hook wants of them queues
 * up -> the first of the queue go out in one call -> taken: the place is kept, the next go. Not
 * taken: the same again after a pause, for ever, since order is promised. The queue is bounded:
 * where it is full the follower is given up, and taken up again behind the last frame read.
 *
 * The place that is kept is the end of a frame, from which the log can be read on, and the last
 * record told behind it. */
#include "services/notification/notify_hook.h"

#include "common/app/pb_json.h"
#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/log.h"
#include "services/notification/notify_channel.h"
#include "services/notification/notify_hook_event.h"
#include "services/notification/notify_http.h"
#include "services/notification/notify_mail.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_MAX      1000
#define QUEUE_BYTES    (4u << 20)
#define CALL_BYTES     (1u << 20) /* one event goes whatever its size */
#define CALL_MS        30000L
#define PAUSE_FIRST_US (5 * DD_SECOND_US)
#define PAUSE_MOST_US  (3600 * DD_SECOND_US)
#define KEEP_US        (10 * DD_SECOND_US) /* of a place that moves without anything to tell */
#define REPLY_MAX      200

struct item {
	uint64_t sequence;
	bool last; /* of its frame */
	struct dd_position end;
	char *json; /* owned */
	size_t len;
};

struct notify_hook {
	struct notify_hook_options options;
	struct dd_follower *follower; /* NULL: not reading */
	struct notify_hook_place place;
	struct dd_position read; /* the end of the last frame read */
	struct item *items;      /* owned */
	size_t first, count, cap, bytes;
	struct call *call; /* on its way; NULL = none */
	bool moved;        /* the place is not kept yet */
	bool full;         /* why the follower stopped */
	int64_t kept_us;   /* monotonic */
	int64_t next_us;   /* monotonic: not before; 0 = at once */
	uint32_t failures;
	uint64_t told;
	int64_t taken_us;
	uint8_t draw[DD_HASH_LEN];
	char reply[REPLY_MAX];
	char trouble[320];
};

/* Outlives a hook's change of mind. */
struct call {
	struct notify_hook *hook; /* NULL: nobody waits any more */
	size_t count;             /* of the queue's first */
};

/* --- the queue ------------------------------------------------------------------------------- */

static void queue_clear(struct notify_hook *hook)
{
	for (size_t i = 0; i < hook->count; i++)
		free(hook->items[hook->first + i].json);
	hook->first = hook->count = hook->bytes = 0;
}

static void queue_add(struct notify_hook *hook, uint64_t sequence, const struct dd_buf *json)
{
	struct item *item;

	if (hook->first + hook->count == hook->cap && hook->first > 0) {
		memmove(hook->items, hook->items + hook->first, hook->count * sizeof(*hook->items));
		hook->first = 0;
	}
	if (hook->count == hook->cap) {
		hook->cap = hook->cap > 0 ? hook->cap * 2 : 64;
		hook->items = dd_realloc(hook->items, hook->cap * sizeof(*hook->items));
	}
	item = &hook->items[hook->first + hook->count++];
	memset(item, 0, sizeof(*item));
	item->sequence = sequence;
	item->len = json->len;
	item->json = dd_alloc(json->len + 1);
	memcpy(item->json, json->data, json->len);
	hook->bytes += json->len;
}

/* The first of the queue were taken. */
static void queue_taken(struct notify_hook *hook, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct item *item = &hook->items[hook->first + i];

		hook->place.told = item->sequence;
		if (item->last)
			notify_hook_place_set(&hook->place, &item->end);
		hook->bytes -= item->len;
		free(item->json);
	}
	hook->first += count;
	hook->count -= count;
	if (hook->count == 0) {
		hook->first = 0;
		notify_hook_place_set(&hook->place, &hook->read);
	}
	hook->told += count;
}

static void keep(struct notify_hook *hook)
{
	struct dd_error err = {0};
	const int rc = notify_hook_save(hook->options.store, hook->options.config->name,
					&hook->place, &err);

	hook->kept_us = dd_mono_us();
	hook->moved = rc != 0;
	/* Not kept: what was taken will be told once more after a restart, under the same ids. */
	if (rc != 0)
		dd_log(DD_LOG_ERROR, "notification.hook_not_kept",
		       dd_f_text("hook", hook->options.config->name),
		       dd_f_text("reason", err.text));
}

/* --- reading --------------------------------------------------------------------------------- */

static int on_frame(void *arg, const uint8_t *frame, const struct dd_frame_info *info,
		    const struct dd_position *after, struct dd_error *err)
{
	struct notify_hook *hook = arg;
	const size_t before = hook->count;
	struct dd_frame_iter iter;
	struct dd_record record;
	struct dd_buf json = {0};

	hook->full = before >= QUEUE_MAX || hook->bytes >= QUEUE_BYTES;
	if (hook->full)
		return dd_fail(err, DD_ERR_RETRY, "the queue is full");
	dd_frame_iter(&iter, frame, info);
	while (dd_frame_next(&iter, &record)) {
		if (record.sequence <= hook->place.told ||
		    !notify_hook_event(hook->options.config, info, &record, &json))
			continue;
		queue_add(hook, record.sequence, &json);
		dd_buf_clear(&json);
	}
	dd_buf_fini(&json);
	hook->read = *after;
	if (hook->count > before) {
		struct item *last = &hook->items[hook->first + hook->count - 1];

		last->last = true;
		last->end = *after;
	} else if (hook->count == 0) {
		notify_hook_place_set(&hook->place, after);
		hook->moved = true;
	}
	return 0;
}

static void stop_reading(struct notify_hook *hook)
{
	dd_follower_close(hook->follower);
	hook->follower = NULL;
}

static void on_stopped(void *arg, int code, const struct dd_error *why)
{
	struct notify_hook *hook = arg;

	(void)code;
	stop_reading(hook);
	if (hook->full)
		return;
	(void)snprintf(hook->trouble, sizeof(hook->trouble),
		       "Hook %.31s cannot go on: %.120s. If the log was restored: dondoc hook "
		       "replay %.31s --after N.",
		       hook->options.config->name, why->text, hook->options.config->name);
	dd_log(DD_LOG_ERROR, "notification.hook_stopped",
	       dd_f_text("hook", hook->options.config->name), dd_f_text("reason", why->text));
}

static void read_on(struct notify_hook *hook)
{
	const struct dd_follower_options options = {.client = hook->options.log,
						    .from = hook->read,
						    .on_frame = on_frame,
						    .on_stopped = on_stopped,
						    .arg = hook};
	struct dd_error err = {0};

	if (hook->follower != NULL || hook->trouble[0] != '\0' || hook->place.paused ||
	    hook->count > QUEUE_MAX / 2)
		return;
	hook->full = false;
	if (dd_follower_open(&options, &hook->follower, &err) != 0)
		hook->follower = NULL;
}

/* --- calling --------------------------------------------------------------------------------- */

static void call_next(struct notify_hook *hook);

static void on_taken(struct notify_hook *hook, size_t count)
{
	queue_taken(hook, count);
	hook->failures = 0;
	hook->next_us = 0;
	hook->reply[0] = '\0';
	hook->taken_us = dd_wall_us();
	keep(hook);
}

static void on_failed(struct notify_hook *hook, const struct notify_http_answer *answer)
{
	char words[REPLY_MAX];

	if (answer->status >= 300 && answer->status < 400)
		(void)snprintf(words, sizeof(words), "HTTP %d: redirects are not followed",
			       answer->status);
	else if (answer->status != 0)
		(void)snprintf(words, sizeof(words), "HTTP %d %.150s", answer->status,
			       answer->text);
	else
		(void)snprintf(words, sizeof(words), "%.180s", answer->text);
	notify_mail_scrub(words, hook->reply, sizeof(hook->reply));
	hook->failures++;
	hook->next_us = dd_mono_us() + notify_pause_after(hook->failures, PAUSE_FIRST_US,
							  PAUSE_MOST_US, hook->draw);
	dd_log(DD_LOG_WARN, "notification.hook_failed",
	       dd_f_text("hook", hook->options.config->name), dd_f_uint("failures", hook->failures),
	       dd_f_text("reply", hook->reply));
}

static void on_answer(void *arg, const struct notify_http_answer *answer)
{
	struct call *call = arg;
	struct notify_hook *hook = call->hook;
	const size_t count = call->count;

	free(call);
	if (hook == NULL)
		return;
	hook->call = NULL;
	if (answer->status >= 200 && answer->status < 300)
		on_taken(hook, count);
	else
		on_failed(hook, answer);
	call_next(hook);
	read_on(hook);
}

static size_t make_body(const struct notify_hook *hook, struct dd_buf *body)
{
	const size_t most = (size_t)hook->options.config->settings.batch;
	size_t count = 0;

	dd_buf_text(body, "{\"hook\":");
	dd_json_quote(body, hook->options.config->name);
	dd_buf_text(body, ",\"events\":[");
	while (count < hook->count && count < most) {
		const struct item *item = &hook->items[hook->first + count];

		if (count > 0 && body->len + item->len > CALL_BYTES)
			break;
		if (count > 0)
			dd_buf_text(body, ",");
		dd_buf_add(body, item->json, item->len);
		count++;
	}
	dd_buf_text(body, "]}");
	return count;
}

static int post(struct notify_hook *hook, const struct dd_buf *body, struct call *call,
		struct dd_error *err)
{
	const struct notify_hook_config *config = hook->options.config;
	const int64_t now = dd_wall_us() / DD_SECOND_US;
	char signature[NOTIFY_SIGNATURE], signed_by[NOTIFY_SIGNATURE + 32], stamp[64], name[64];
	const struct notify_http_call http = {
		.url = config->settings.url,
		.headers = {"Content-Type: application/json", stamp, signed_by, name},
		.body = body->data,
		.body_len = body->len,
		.allow = &config->allow,
		.ca_file = config->settings.ca_file,
		.timeout_ms = CALL_MS};

	notify_hook_sign(config->secret, now, body->data, body->len, signature);
	(void)snprintf(stamp, sizeof(stamp), "X-Dondoc-Timestamp: %" PRId64, now);
	(void)snprintf(signed_by, sizeof(signed_by), "X-Dondoc-Signature: %s", signature);
	(void)snprintf(name, sizeof(name), "X-Dondoc-Hook: %s", config->name);
	return notify_http_post(hook->options.curl, &http, on_answer, call, err);
}

static void call_next(struct notify_hook *hook)
{
	struct notify_http_answer failed = {.status = 0};
	struct dd_buf body = {0};
	struct dd_error err = {0};
	struct call *call;

	if (hook->call != NULL || hook->count == 0 || hook->place.paused ||
	    (hook->next_us != 0 && dd_mono_us() < hook->next_us))
		return;
	call = dd_alloc(sizeof(*call));
	call->hook = hook;
	call->count = make_body(hook, &body);
	if (post(hook, &body, call, &err) == 0) {
		hook->call = call;
	} else {
		free(call);
		failed.text = err.text;
		on_failed(hook, &failed);
	}
	dd_buf_fini(&body);
}

/* Its answer is of no account any more. */
static void forget_call(struct notify_hook *hook)
{
	if (hook->call != NULL)
		hook->call->hook = NULL;
	hook->call = NULL;
}

void notify_hook_tick(struct notify_hook *hook)
{
	if (hook->moved && dd_mono_us() - hook->kept_us >= KEEP_US)
		keep(hook);
	call_next(hook);
	read_on(hook);
}

/* --- by a person ----------------------------------------------------------------------------- */

int notify_hook_pause(struct notify_hook *hook, bool paused, struct dd_error *err)
{
	struct notify_hook_place place = hook->place;
	int rc;

	place.paused = paused;
	rc = notify_hook_save(hook->options.store, hook->options.config->name, &place, err);
	if (rc != 0)
		return rc;
	hook->place = place;
	hook->next_us = 0;
	if (paused)
		stop_reading(hook);
	else
		notify_hook_tick(hook);
	return 0;
}

int notify_hook_replay(struct notify_hook *hook, uint64_t after, struct dd_error *err)
{
	const struct notify_hook_place place = {.told = after, .paused = hook->place.paused};
	int rc = notify_hook_save(hook->options.store, hook->options.config->name, &place, err);

	if (rc != 0)
		return rc;
	forget_call(hook);
	stop_reading(hook);
	queue_clear(hook);
	hook->place = place;
	hook->read = notify_hook_place_at(&place);
	hook->trouble[0] = hook->reply[0] = '\0';
	hook->failures = 0;
	hook->next_us = 0;
	notify_hook_tick(hook);
	return 0;
}

void notify_hook_status(const struct notify_hook *hook, struct notify_hook_status *status_out)
{
	const uint64_t told = hook->place.told;

	*status_out = (struct notify_hook_status){
		.paused = hook->place.paused != 0,
		.position = told > hook->place.sequence ? told : hook->place.sequence,
		.told = hook->told,
		.waiting = hook->count,
		.failures = hook->failures,
		.taken_us = hook->taken_us,
		.reply = hook->reply,
		.trouble = hook->trouble,
	};
	if (hook->next_us != 0 && !status_out->paused)
		status_out->next_us = dd_wall_us() + hook->next_us - dd_mono_us();
}

const struct notify_hook_config *notify_hook_config_of(const struct notify_hook *hook)
{
	return hook->options.config;
}

/* --- life ------------------------------------------------------------------------------------ */

int notify_hook_open(const struct notify_hook_options *options, struct notify_hook **hook_out,
		     struct dd_error *err)
{
	struct notify_hook *hook = dd_alloc(sizeof(*hook));
	int rc;

	hook->options = *options;
	dd_hash(options->config->name, strlen(options->config->name), hook->draw);
	rc = notify_hook_load(options->store, options->config->name, &hook->place, err);
	if (rc == DD_ERR_NOT_FOUND) {
		notify_hook_place_set(&hook->place, options->begin);
		hook->place.told = options->begin->sequence;
		rc = notify_hook_save(options->store, options->config->name, &hook->place, err);
	}
	if (rc != 0) {
		free(hook);
		return rc;
	}
	hook->read = notify_hook_place_at(&hook->place);
	hook->kept_us = dd_mono_us();
	*hook_out = hook;
	return 0;
}

void notify_hook_close(struct notify_hook *hook)
{
	if (hook == NULL)
		return;
	forget_call(hook);
	stop_reading(hook);
	if (hook->moved)
		keep(hook);
	queue_clear(hook);
	free(hook->items);
	free(hook);
}
