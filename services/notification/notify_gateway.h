/* notify_gateway.h - short messages through a gateway that is called by HTTP: a template that the
 * authority has registered there, and parameters. No free text of a task ever leaves that way.
 *
 * One YAML file a channel in the folder notification.gateways: sms.yaml, zalo.yaml. */
#ifndef NOTIFY_GATEWAY_H
#define NOTIFY_GATEWAY_H

#include "services/notification/notify_channel.h"
#include "services/notification/notify_curl.h"
#include "services/notification/notify_mailed.h"

struct notify_gateways;

/* `dir` "" or a folder without such files: no gateways. *err names file, line and remedy. */
int notify_gateways_open(struct notify_curl *curl, const char *dir,
			 struct notify_gateways **gateways_out, struct dd_error *err) DD_MUST_CHECK;
/* The same look at the files, for --check. */
int notify_gateways_check(const char *dir, struct dd_error *err) DD_MUST_CHECK;
/* After notify_curl_close(), which tells of what was on its way. NULL is fine. */
void notify_gateways_close(struct notify_gateways *gateways);

bool notify_gateways_have(const struct notify_gateways *gateways, enum notify_channel channel);

/* What a template may be filled with; borrowed. */
struct notify_short {
	const uint8_t *digest; /* 32 bytes */
	const char *const *phones;
	size_t phone_count;
	const char *unit;
	const char *unit_name;
	int32_t day;
	size_t count; /* of reminders */
	const char *subject;
};

/* One call a number; within NOTIFY_MAIL_US the outcome of all is told, once, from the loop. Not 0:
 * nothing will be told. The channel has a gateway. */
int notify_gateway_send(struct notify_gateways *gateways, enum notify_channel channel,
			const struct notify_short *message,
			void (*on_sent)(void *arg, const struct notify_mailed *mailed), void *arg,
			struct dd_error *err) DD_MUST_CHECK;

#endif
