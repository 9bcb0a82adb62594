/* notify_door.c - see notify_door.h. */
#include "services/notification/notify_door.h"

#include "common/base/clock.h"
#include "common/net/envelope.h"
#include "services/notification/notify_hand.h"
#include "services/notification/notify_preview.h"
#include "services/notification/notify_status.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES  (256u << 10)
#define ENDPOINT_MAX 256
#define CLASSES      2

struct notify_door {
	struct notify *notify;
	struct dd_bus_server *server; /* owned */
	struct dd_arena arena;        /* for one request */
	char endpoints[CLASSES][ENDPOINT_MAX];
};

static int preview(struct notify *notify, const Dondoc__V1__PreviewReminders *ask,
		   struct dd_buf *out, struct dd_error *err)
{
	const int32_t today = dd_day_of(dd_wall_us());
	int32_t from, to;
	int rc = notify_preview_days(ask, today, &from, &to, err);

	if (rc == 0)
		rc = view_flush(notify->view, err);
	if (rc == 0)
		rc = notify_preview(notify->view, today, notify_engine_told_until(notify->engine),
				    ask, out, err);
	return rc;
}

static Dondoc__V1__ErrorCode error_of(int code)
{
	switch (code) {
	case DD_ERR_INVALID:
		return DONDOC__V1__ERROR_CODE__ERROR_MALFORMED;
	case DD_ERR_NOT_FOUND:
		return DONDOC__V1__ERROR_CODE__ERROR_NOT_FOUND;
	case DD_ERR_FULL:
	case DD_ERR_RETRY:
		return DONDOC__V1__ERROR_CODE__ERROR_BUSY;
	case DD_ERR_UNSUPPORTED:
		return DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED;
	default:
		return DONDOC__V1__ERROR_CODE__ERROR_INTERNAL;
	}
}

/* Who changes what other systems are told is at this machine. */
static int control(struct notify *notify, const struct dd_principal *who,
		   const Dondoc__V1__ControlHook *ask, struct dd_buf *out, struct dd_error *err)
{
	const uint64_t head = view_position(notify->view)->sequence;
	int rc;

	if (who->cls != DD_PRINCIPAL_OPERATOR)
		return dd_fail(err, DD_ERR_UNSUPPORTED,
			       "hooks are controlled on the service's own machine");
	rc = notify_hooks_control(notify->hooks, ask, head, err);
	return rc == 0 ? notify_hooks_list(notify->hooks, head, out, err) : rc;
}

static int copy_for_hand(struct notify *notify, const Dondoc__V1__CopyForHand *ask,
			 struct dd_buf *out, struct dd_error *err)
{
	const struct notify_hand_context context = {.view = notify->view,
						    .today = dd_day_of(dd_wall_us()),
						    .templates = notify->templates,
						    .console_url = notify->config->console_url,
						    .trial = notify_is_trial()};
	int rc = view_flush(notify->view, err);

	return rc == 0 ? notify_hand(&context, ask, out, err) : rc;
}

static int answer(struct notify *notify, const struct dd_principal *who,
		  const Dondoc__V1__Query *query, struct dd_buf *out, struct dd_error *err)
{
	switch (query->what_case) {
	case DONDOC__V1__QUERY__WHAT_SHOW_STATUS:
		return notify_status(notify, out, err);
	case DONDOC__V1__QUERY__WHAT_PREVIEW_REMINDERS:
		return preview(notify, query->preview_reminders, out, err);
	case DONDOC__V1__QUERY__WHAT_LIST_HOOKS:
		return notify_hooks_list(notify->hooks, view_position(notify->view)->sequence, out,
					 err);
	case DONDOC__V1__QUERY__WHAT_CONTROL_HOOK:
		return control(notify, who, query->control_hook, out, err);
	case DONDOC__V1__QUERY__WHAT_COPY_FOR_HAND:
		return copy_for_hand(notify, query->copy_for_hand, out, err);
	default:
		return dd_fail(err, DD_ERR_UNSUPPORTED,
			       "dondoc-notification answers preview_reminders, copy_for_hand, "
			       "list_hooks, control_hook and show_status");
	}
}

static void on_query(struct notify_door *door, const struct dd_bus_peer *peer,
		     const struct dd_principal *who, const Dondoc__V1__Request *request)
{
	struct notify *notify = door->notify;
	Dondoc__V1__Reply reply = DONDOC__V1__REPLY__INIT;
	struct dd_buf out = {0};
	struct dd_error err = {0};
	int rc;

	if (view_position(notify->view)->sequence < request->min_sequence)
		rc = dd_fail(&err, DD_ERR_RETRY, "that position has not been read here yet");
	else
		rc = answer(notify, who, request->query, &out, &err);
	if (rc == 0)
		reply.answer = dondoc__v1__answer__unpack(NULL, out.len, out.data);
	dd_buf_fini(&out);
	if (reply.answer == NULL) {
		(void)dd_reply_error(door->server, peer, request->id, error_of(rc), err.text);
		return;
	}
	reply.id = request->id;
	reply.body_case = DONDOC__V1__REPLY__BODY_ANSWER;
	(void)dd_reply_send(door->server, peer, &reply);
	dondoc__v1__answer__free_unpacked(reply.answer, NULL);
}

static void on_request(void *arg, const struct dd_bus_peer *peer, const struct dd_principal *who,
		       const uint8_t *data, size_t len)
{
	struct notify_door *door = arg;
	const Dondoc__V1__Request *request;

	dd_arena_reset(&door->arena);
	request = dd_request_unpack(&door->arena, data, len);
	if (request == NULL || request->version != 1 || !dd_pb_valid(&request->base))
		(void)dd_reply_error(door->server, peer, dd_request_id(data, len),
				     DONDOC__V1__ERROR_CODE__ERROR_MALFORMED,
				     "not a request of version 1");
	else if (request->body_case == DONDOC__V1__REQUEST__BODY_QUERY)
		on_query(door, peer, who, request);
	else if (request->body_case == DONDOC__V1__REQUEST__BODY_PING)
		(void)dd_reply_pong(door->server, peer, who, request->id);
	else
		(void)dd_reply_error(door->server, peer, request->id,
				     DONDOC__V1__ERROR_CODE__ERROR_UNSUPPORTED,
				     "dondoc-notification takes questions only");
}

int notify_door_open(struct notify *notify, struct notify_door **door_out, struct dd_error *err)
{
	static const enum dd_principal_class classes[CLASSES] = {DD_PRINCIPAL_OPERATOR,
								 DD_PRINCIPAL_GATEWAY};
	struct notify_door *door = dd_alloc(sizeof(*door));
	struct dd_bus_listen listens[CLASSES] = {{.endpoint = NULL}};
	const struct dd_bus_server_options options = {.loop = notify->context.loop,
						      .listens = listens,
						      .listen_count = CLASSES,
						      .access = notify->access,
						      .on_request = on_request,
						      .arg = door};
	int rc = 0;

	door->notify = notify;
	dd_arena_init(&door->arena, ARENA_BYTES);
	for (size_t i = 0; i < CLASSES && rc == 0; i++) {
		const int len =
			snprintf(door->endpoints[i], ENDPOINT_MAX, "ipc://%s/notification/%s/bus",
				 notify->config->run_dir, dd_principal_class_name(classes[i]));

		if (len < 0 || len >= ENDPOINT_MAX)
			rc = dd_fail(err, DD_ERR_INVALID, "notification.run_dir is too long: '%s'",
				     notify->config->run_dir);
		listens[i].endpoint = door->endpoints[i];
		listens[i].cls = classes[i];
	}
	if (rc == 0)
		rc = dd_bus_server_open(&options, &door->server, err);
	if (rc != 0) {
		notify_door_close(door);
		return rc;
	}
	*door_out = door;
	return 0;
}

void notify_door_close(struct notify_door *door)
{
	if (door == NULL)
		return;
	if (door->server != NULL)
		dd_bus_server_close(door->server);
	dd_arena_fini(&door->arena);
	free(door);
}
