/* notify_hooks.c - see notify_hooks.h. */
#include "services/notification/notify_hooks.h"

#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/net/bus.h"
#include "services/notification/notify_hook.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENDPOINT_BYTES 256
#define MAP_BYTES      (UINT64_C(16) << 20)
#define FAILURES_TOLD  5 /* in a row, before somebody should look */

struct notify_hooks {
	const struct notify_config *config;
	struct notify_curl *curl;
	struct notify_hook_config *configs; /* owned, like all below */
	size_t count;
	struct dd_store *store;
	struct dd_bus_client *logs[NOTIFY_HOOKS_MAX];
	struct notify_hook *items[NOTIFY_HOOKS_MAX]; /* NULL before the start */
};

/* --- life ------------------------------------------------------------------------------------ */

int notify_hooks_open(const struct notify_config *config, struct notify_curl *curl,
		      struct notify_hooks **hooks_out, struct dd_error *err)
{
	struct notify_hooks *hooks = dd_alloc(sizeof(*hooks));
	char *dir = dd_path(config->data_dir, "hooks");
	int rc;

	hooks->config = config;
	hooks->curl = curl;
	rc = notify_hook_configs(config->hooks, &hooks->configs, &hooks->count, err);
	if (rc == 0 && hooks->count > 0)
		rc = dd_store_open(dir, MAP_BYTES, &hooks->store, err);
	free(dir);
	if (rc != 0) {
		notify_hooks_close(hooks);
		return rc;
	}
	*hooks_out = hooks;
	return 0;
}

int notify_hooks_check(const char *dir, struct dd_error *err)
{
	struct notify_hook_config *configs;
	size_t count;
	const int rc = notify_hook_configs(dir, &configs, &count, err);

	if (rc == 0)
		notify_hook_configs_free(configs, count);
	return rc;
}

static int open_log(struct notify_hooks *hooks, struct dd_loop *loop,
		    struct dd_bus_client **log_out, struct dd_error *err)
{
	char endpoint[ENDPOINT_BYTES];
	const struct dd_bus_client_options options = {.loop = loop, .endpoint = endpoint};

	/* Its length was checked when the service's own connection was opened. */
	(void)snprintf(endpoint, sizeof(endpoint), "ipc://%s/tasklog/notification/bus",
		       hooks->config->run_dir);
	return dd_bus_client_open(&options, log_out, err);
}

int notify_hooks_start(struct notify_hooks *hooks, struct dd_loop *loop,
		       const struct dd_position *head, struct dd_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < hooks->count && rc == 0; i++) {
		struct notify_hook_options options = {.config = &hooks->configs[i],
						      .curl = hooks->curl,
						      .store = hooks->store,
						      .begin = head};

		rc = open_log(hooks, loop, &hooks->logs[i], err);
		options.log = hooks->logs[i];
		if (rc == 0)
			rc = notify_hook_open(&options, &hooks->items[i], err);
		if (rc == 0)
			notify_hook_tick(hooks->items[i]);
	}
	return rc;
}

void notify_hooks_close(struct notify_hooks *hooks)
{
	if (hooks == NULL)
		return;
	for (size_t i = 0; i < hooks->count; i++) {
		notify_hook_close(hooks->items[i]);
		if (hooks->logs[i] != NULL)
			dd_bus_client_close(hooks->logs[i]);
	}
	if (hooks->store != NULL)
		dd_store_close(hooks->store);
	notify_hook_configs_free(hooks->configs, hooks->count);
	free(hooks);
}

void notify_hooks_tick(struct notify_hooks *hooks)
{
	for (size_t i = 0; i < hooks->count; i++)
		if (hooks->items[i] != NULL)
			notify_hook_tick(hooks->items[i]);
}

/* --- what a person sees ---------------------------------------------------------------------- */

static void fill_row(const struct notify_hook *hook, uint64_t head, Dondoc__V1__HookRow *row)
{
	const struct notify_hook_config *config = notify_hook_config_of(hook);
	struct notify_hook_status status;

	notify_hook_status(hook, &status);
	dondoc__v1__hook_row__init(row);
	row->hook = (char *)config->name;
	row->paused = status.paused;
	row->position = status.position;
	row->head = head;
	row->told = status.told;
	row->waiting = (uint32_t)status.waiting;
	row->failures = status.failures;
	row->next_us = status.next_us;
	row->taken_us = status.taken_us;
	row->reply = (char *)status.reply;
	row->trouble = (char *)status.trouble;
	row->events = (char **)config->events;
	row->n_events = config->event_count;
	row->units = (char **)config->units;
	row->n_units = config->unit_count;
}

int notify_hooks_list(const struct notify_hooks *hooks, uint64_t head, struct dd_buf *answer_out,
		      struct dd_error *err)
{
	Dondoc__V1__Answer answer = DONDOC__V1__ANSWER__INIT;
	Dondoc__V1__HookList list = DONDOC__V1__HOOK_LIST__INIT;
	Dondoc__V1__HookRow rows[NOTIFY_HOOKS_MAX];
	Dondoc__V1__HookRow *pointers[NOTIFY_HOOKS_MAX];
	char *urls[NOTIFY_HOOKS_MAX];

	if (hooks->count > 0 && hooks->items[hooks->count - 1] == NULL)
		return dd_fail(err, DD_ERR_RETRY,
			       "the log has not been read to its end yet: ask again");
	for (size_t i = 0; i < hooks->count; i++) {
		fill_row(hooks->items[i], head, &rows[i]);
		urls[i] = dd_strdup(hooks->configs[i].settings.url);
		urls[i][strcspn(urls[i], "?")] = '\0'; /* behind it there may be secrets */
		rows[i].url = urls[i];
		pointers[i] = &rows[i];
	}
	list.rows = pointers;
	list.n_rows = hooks->count;
	answer.view_sequence = head;
	answer.what_case = DONDOC__V1__ANSWER__WHAT_HOOKS;
	answer.hooks = &list;
	answer_out->len += dondoc__v1__answer__pack(
		&answer, dd_buf_reserve(answer_out, dondoc__v1__answer__get_packed_size(&answer)));
	for (size_t i = 0; i < hooks->count; i++)
		free(urls[i]);
	return 0;
}

static struct notify_hook *find(const struct notify_hooks *hooks, const char *name)
{
	for (size_t i = 0; i < hooks->count; i++)
		if (strcmp(hooks->configs[i].name, name) == 0)
			return hooks->items[i];
	return NULL;
}

int notify_hooks_control(struct notify_hooks *hooks, const Dondoc__V1__ControlHook *ask,
			 uint64_t head, struct dd_error *err)
{
	struct notify_hook *hook = find(hooks, ask->hook);

	if (hook == NULL)
		return dd_fail(err, DD_ERR_NOT_FOUND,
			       "there is no hook '%.40s' here: dondoc hook list", ask->hook);
	switch (ask->action) {
	case DONDOC__V1__HOOK_ACTION__HOOK_PAUSE:
		return notify_hook_pause(hook, true, err);
	case DONDOC__V1__HOOK_ACTION__HOOK_RESUME:
		return notify_hook_pause(hook, false, err);
	case DONDOC__V1__HOOK_ACTION__HOOK_REPLAY:
		if (ask->after > head)
			return dd_fail(err, DD_ERR_INVALID,
				       "the log ends with record %" PRIu64
				       ": nothing follows %" PRIu64,
				       head, ask->after);
		return notify_hook_replay(hook, ask->after, err);
	case DONDOC__V1__HOOK_ACTION__HOOK_ACTION_NONE:
	default: /* from outside: any number */
		return dd_fail(err, DD_ERR_INVALID, "pause, resume or replay");
	}
}

bool notify_hooks_trouble(const struct notify_hooks *hooks, char *out, size_t size)
{
	for (size_t i = 0; i < hooks->count; i++) {
		struct notify_hook_status status;

		if (hooks->items[i] == NULL)
			continue;
		notify_hook_status(hooks->items[i], &status);
		if (status.trouble[0] != '\0')
			(void)snprintf(out, size, "%s", status.trouble);
		else if (status.failures >= FAILURES_TOLD)
			(void)snprintf(out, size,
				       "Hook %s is not taken, %u times in a row: dondoc hook "
				       "list.",
				       hooks->configs[i].name, status.failures);
		else
			continue;
		return true;
	}
	return false;
}
