/* notify_texts.c - see notify_texts.h. */
#include "services/notification/notify_texts.h"

#include "common/base/log.h"
#include "services/notification/notify_render.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct notify_hangup {
	uv_signal_t signal;
	struct notify *notify;
};

static int load(const char *dir, struct notify_templates **templates_out, struct dd_error *err)
{
	struct notify_templates *templates;
	int rc = notify_templates_load(dir, &templates, err);

	if (rc != 0)
		return rc;
	rc = notify_render_try(templates, err);
	if (rc == 0)
		*templates_out = templates;
	else
		notify_templates_free(templates);
	return rc;
}

static void on_hangup(uv_signal_t *handle, int number)
{
	struct notify *notify = ((struct notify_hangup *)handle->data)->notify;
	struct notify_templates *fresh;
	struct dd_error err = {0};

	(void)number;
	if (load(notify->config->templates, &fresh, &err) != 0) {
		dd_log(DD_LOG_ERROR, "notification.templates_unusable",
		       dd_f_text("reason", err.text));
		return;
	}
	notify_templates_replace(notify->templates, fresh);
	dd_log(DD_LOG_INFO, "notification.templates_read",
	       dd_f_uint("own", notify_templates_own(notify->templates)));
}

int notify_texts_open(struct notify *notify, struct dd_error *err)
{
	struct notify_hangup *hangup;
	int rc = load(notify->config->templates, &notify->templates, err);

	if (rc != 0)
		return rc;
	hangup = dd_alloc(sizeof(*hangup));
	hangup->notify = notify;
	hangup->signal.data = hangup;
	rc = uv_signal_init(dd_loop_uv(notify->context.loop), &hangup->signal);
	if (rc != 0) {
		free(hangup);
		return dd_fail(err, DD_ERR_IO, "signals cannot be listened for: %s",
			       uv_strerror(rc));
	}
	notify->hangup = hangup;
	rc = uv_signal_start(&hangup->signal, on_hangup, SIGHUP);
	return rc == 0 ? 0 : dd_fail(err, DD_ERR_IO, "SIGHUP: %s", uv_strerror(rc));
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void notify_texts_close(struct notify *notify)
{
	if (notify->hangup != NULL)
		uv_close((uv_handle_t *)&notify->hangup->signal, on_closed);
	notify->hangup = NULL;
	notify_templates_free(notify->templates);
	notify->templates = NULL;
}

int notify_check(const void *settings, struct dd_error *err)
{
	const struct notify_config *config = settings;
	struct notify_templates *templates = NULL;
	struct notify_policy policy;
	int rc = notify_config_check(config, &policy, err);

	if (rc == 0)
		rc = notify_gateways_check(config->gateways, err);
	if (rc == 0)
		rc = notify_hooks_check(config->hooks, err);
	if (rc == 0)
		rc = load(config->templates, &templates, err);
	if (rc == 0)
		printf("settings: no fault found; texts of mails: %zu of the authority, the others "
		       "shipped\n",
		       notify_templates_own(templates));
	notify_templates_free(templates);
	return rc;
}
