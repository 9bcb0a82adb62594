/* notify_config.h - the settings of the notification service, and the policy that follows. */
#ifndef NOTIFY_CONFIG_H
#define NOTIFY_CONFIG_H

#include "common/base/config.h"
#include <stdbool.h>
#include <stdint.h>

struct notify_config {
	char *data_dir; /* texts are owned by the settings */
	char *run_dir;
	char *contacts;
	char *gateways;
	char *hooks;
	int64_t daily_mails;
	int64_t daily_shorts;
	char *templates;
	char *console_url;
	char *smtp_url;
	char *smtp_from;
	char *smtp_from_name;
	char *smtp_tls;
	char *smtp_user;
	char *smtp_password_file;
	char *smtp_ca_file;
	int64_t smtp_attempts;
	bool enabled;
	char *before; /* this and the next five: not to be used any more */
	char *on_due;
	char *after;
	char *send_from;
	char *send_until;
	char *catch_up_days;
	int64_t incarnation;
	char *report_to;
};

extern const struct dd_setting notify_settings[];

/* What decides about reminders. */
struct notify_policy {
	bool enabled;
	uint32_t attempts;     /* hand-overs before a person must look */
	uint32_t incarnation;  /* a log restored since then is planned for, but nothing is sent */
	const char *report_to; /* borrowed from the settings */
};

/* Check what the table cannot, and fill the policy. *err names the setting and what helps. */
int notify_config_check(const struct notify_config *config, struct notify_policy *policy_out,
			struct dd_error *err) DD_MUST_CHECK;

#endif
