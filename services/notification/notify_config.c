/* notify_config.c - the table of settings, and what must fit together. */
#include "services/notification/notify_config.h"

#include "services/notification/notify_mail.h"
#include <stddef.h>
#include <string.h>

#define REPORT_TO_MAX 300

#define AT(member)   offsetof(struct notify_config, member)
#define TEXT(k, m)   .key = (k), .type = DD_SETTING_TEXT, .offset = AT(m)
#define NUMBER(k, m) .key = (k), .type = DD_SETTING_INT, .offset = AT(m)
#define YES_NO(k, m) .key = (k), .type = DD_SETTING_BOOL, .offset = AT(m)

const struct dd_setting notify_settings[] = {
	{TEXT("notification.data_dir", data_dir), .text = "/var/lib/dondoc/notification",
	 .help = "folder of the view; its folder view/ may be deleted, it comes back"},
	{TEXT("notification.run_dir", run_dir), .text = "/run/dondoc",
	 .help = "folder of the local sockets"},
	{TEXT("notification.contacts", contacts), .text = "/etc/dondoc/contacts.csv",
	 .help = "CSV file unit,email,lang: where each unit's mail goes; read again by itself"},
	{TEXT("smtp.url", smtp_url), .text = "smtp://127.0.0.1:2525",
	 .help = "the mail server, smtp://host:port or smtps://host:port"},
	{TEXT("smtp.from", smtp_from), .text = NULL, .help = "the sender's address"},
	{TEXT("smtp.from_name", smtp_from_name), .text = "Theo dõi, đôn đốc nhiệm vụ",
	 .help = "the sender's name; may be empty"},
	{TEXT("smtp.tls", smtp_tls), .text = "starttls",
	 .help = "starttls, tls, or none (only towards this machine itself)"},
	{TEXT("smtp.user", smtp_user), .text = "", .help = "empty = without log-in"},
	{TEXT("smtp.password_file", smtp_password_file), .text = "",
	 .help = "file with the password, mode 0600; needed with smtp.user"},
	{NUMBER("smtp.attempts", smtp_attempts), .number = 40, .min = 1, .max = 1000,
	 .help = "hand-overs of one mail before it is given up and a person must look"},
	{YES_NO("remind.enabled", enabled), .number = 0,
	 .help = "yes = plan and send; look at the preview before"},
	{TEXT("remind.before", before), .text = "7,3",
	 .help = "working days before the due day; may be empty"},
	{YES_NO("remind.on_due", on_due), .number = 1, .help = "remind on the due day"},
	{TEXT("remind.after", after), .text = "1",
	 .help = "working days after the due day; may be empty"},
	{TEXT("remind.send_from", send_from), .text = "08:00", .help = "nothing leaves earlier"},
	{TEXT("remind.send_until", send_until), .text = "17:00", .help = "nothing leaves later"},
	{NUMBER("remind.catch_up_days", catch_up_days), .number = 3650, .min = 1, .max = 36500,
	 .help = "a step that fell longer ago, because nothing was sent then, is not told"},
	{NUMBER("remind.incarnation", incarnation), .number = 1, .min = 1, .max = UINT32_MAX,
	 .help = "incarnations of the log up to this one need no release after a restore "
		 "(dondoc restore release)"},
	{TEXT("remind.report_to", report_to), .text = "",
	 .help = "whom the mail's footer names for questions; may be empty"},
	{.key = NULL},
};

/* What stands between "://" and the port or path. */
static bool url_is_loopback(const char *url)
{
	static const char *const hosts[] = {"127.", "localhost", "[::1]"};
	const char *host = strstr(url, "://");

	host = host != NULL ? host + 3 : url;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		const size_t len = strlen(hosts[i]);

		if (strncmp(host, hosts[i], len) != 0)
			continue;
		if (i == 0)
			return strspn(host, "0123456789.") == strcspn(host, ":/");
		return host[len] == ':' || host[len] == '/' || host[len] == '\0';
	}
	return false;
}

static int check_smtp(const struct notify_config *config, struct dd_error *err)
{
	const bool tls = strcmp(config->smtp_tls, "tls") == 0;
	const bool none = strcmp(config->smtp_tls, "none") == 0;

	if (!tls && !none && strcmp(config->smtp_tls, "starttls") != 0)
		return dd_fail(err, DD_ERR_INVALID, "smtp.tls '%s': starttls, tls or none",
			       config->smtp_tls);
	if (strchr(config->smtp_url, '@') != NULL)
		return dd_fail(err, DD_ERR_INVALID,
			       "smtp.url holds a user: that belongs to smtp.user and "
			       "smtp.password_file");
	if (strncmp(config->smtp_url, tls ? "smtps://" : "smtp://", tls ? 8 : 7) != 0)
		return dd_fail(err, DD_ERR_INVALID, "smtp.url '%s' does not fit smtp.tls: %s",
			       config->smtp_url, tls ? "smtps://host:port" : "smtp://host:port");
	if (none && !url_is_loopback(config->smtp_url))
		return dd_fail(err, DD_ERR_INVALID,
			       "smtp.tls none is only for a mail server on this machine; '%s' is "
			       "not, use starttls or tls",
			       config->smtp_url);
	if (!notify_mail_address(config->smtp_from))
		return dd_fail(err, DD_ERR_INVALID, "smtp.from '%s' is not a mail address",
			       config->smtp_from);
	if (!notify_mail_header_text(config->smtp_from_name))
		return dd_fail(err, DD_ERR_INVALID, "smtp.from_name has a line break");
	if ((config->smtp_user[0] != '\0') != (config->smtp_password_file[0] != '\0'))
		return dd_fail(err, DD_ERR_INVALID,
			       "smtp.user and smtp.password_file belong together");
	return 0;
}

static int check_hours(const struct notify_config *config, struct dd_reminder_hours *hours,
		       struct dd_error *err)
{
	if (dd_reminder_minutes_parse(config->send_from, &hours->from, err) != 0)
		return dd_fail_context(err, "remind.send_from");
	if (dd_reminder_minutes_parse(config->send_until, &hours->until, err) != 0)
		return dd_fail_context(err, "remind.send_until");
	if (hours->from >= hours->until)
		return dd_fail(err, DD_ERR_INVALID,
			       "remind.send_from %s is not before remind.send_until %s",
			       config->send_from, config->send_until);
	return 0;
}

int notify_config_check(const struct notify_config *config, struct notify_policy *policy_out,
			struct dd_error *err)
{
	int rc = check_smtp(config, err);

	if (config->data_dir[0] != '/' || config->run_dir[0] != '/')
		return dd_fail(err, DD_ERR_INVALID,
			       "notification.data_dir and notification.run_dir must be absolute "
			       "paths");
	if (rc != 0)
		return rc;
	if (strlen(config->report_to) > REPORT_TO_MAX ||
	    !notify_mail_header_text(config->report_to))
		return dd_fail(err, DD_ERR_INVALID,
			       "remind.report_to is one line of at most %d bytes", REPORT_TO_MAX);
	if (dd_reminder_policy_parse(config->before, config->on_due, config->after,
				     &policy_out->steps, err) != 0)
		return dd_fail_context(err, "remind.before, remind.after");
	rc = check_hours(config, &policy_out->hours, err);
	policy_out->enabled = config->enabled;
	policy_out->catch_up_days = (int32_t)config->catch_up_days;
	policy_out->attempts = (uint32_t)config->smtp_attempts;
	policy_out->incarnation = (uint32_t)config->incarnation;
	policy_out->report_to = config->report_to;
	return rc;
}
