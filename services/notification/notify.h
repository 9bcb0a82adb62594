/* notify.h - the notification service: follows the log, decides what is told to whom, sends it. */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "common/app/app.h"
#include "common/base/alloc.h"
#include "common/eventlog/log_follower.h"
#include "common/net/bus.h"
#include "common/view/view.h"
#include "services/notification/notify_config.h"
#include "services/notification/notify_contacts.h"
#include "services/notification/notify_curl.h"
#include "services/notification/notify_engine.h"
#include "services/notification/notify_gateway.h"
#include "services/notification/notify_hooks.h"
#include "services/notification/notify_smtp.h"
#include "services/notification/notify_templates.h"

struct notify_door;
struct notify_hangup;

/* Outlives the service by the requests that are on their way when it is closed. */
struct notify_life {
	struct notify *notify; /* NULL: closed */
	unsigned refs;
};

struct notify {
	struct dd_app_context context;
	const struct notify_config *config; /* borrowed from the skeleton */
	struct notify_policy policy;
	struct view *view; /* owned, like all below */
	struct dd_access *access;
	struct dd_bus_client *task;
	struct dd_bus_client *log;
	struct dd_follower *follower;
	struct notify_curl *curl;
	struct notify_smtp *smtp;
	struct notify_gateways *gateways;
	struct notify_hooks *hooks;
	struct notify_templates *templates;
	struct notify_hangup *hangup;
	struct notify_contacts *contacts; /* NULL: the file could not be used */
	struct notify_engine *engine;
	struct notify_door *door;
	struct dd_timer *tick;
	struct dd_arena arena; /* for one reply of the task service */
	struct notify_life *life;
	bool turning; /* the each-turn callback is set */
	bool live;    /* the view has been at the head of the log */
	bool stopped; /* following has ended for good */
	bool disk_full;
	int64_t contacts_us;        /* monotonic: when the file was read last */
	char trouble[256];          /* with `stopped`: what helps */
	char contacts_trouble[256]; /* empty = none */
};

int notify_open(const struct dd_app_context *context, void **service_out, struct dd_error *err);
void notify_close(void *service);

/* With a trial clock, or where DONDOC_TRIAL=1: what is sent says that nothing of it is real. */
bool notify_is_trial(void);

/* What --check looks at besides the settings: the texts of mails. */
int notify_check(const void *settings, struct dd_error *err);

/* Let the engine do what is to be done; what cannot be survived ends the process. */
void notify_run(struct notify *notify);

/* notify_task.c: what the engine asks of the task service, by the bus. */
int notify_task_submit(void *arg, const struct notify_command *command);
int notify_task_fetch(void *arg, unsigned slot, const uint8_t digest[DD_HASH_LEN],
		      uint64_t min_sequence);
/* notify_post.c: mails and short messages, with addresses from the contacts. */
void notify_post_ways(void *arg, const struct view_digest *digest, struct notify_ways *ways_out);
bool notify_post_allowed(void *arg, const struct view_digest *digest, enum notify_channel channel);
int notify_post_send(void *arg, const struct notify_sending *sending,
		     struct notify_mailed *mailed_out);

struct notify_life *notify_life_begin(struct notify *notify);
/* The service, or NULL if it was closed meanwhile. */
struct notify *notify_life_end(struct notify_life *life);

#endif
