/* notify_config.c - the table of settings, and what must fit together. */
#include "services/notification/notify_config.h"

#include "services/notification/notify_mail.h"
#include <stddef.h>
#include <string.h>

#define REPORT_TO_MAX   300
#define CONSOLE_URL_MAX 200

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
	 .help = "CSV file unit,person,email,lang,phone,channels: how each unit and person is "
		 "reached; read again by itself"},
	{TEXT("notification.gateways", gateways), .text = "",
	 .help = "folder with sms.yaml, zalo.yaml: gateways of short messages; empty = none"},
	{TEXT("notification.hooks", hooks), .text = "",
	 .help = "folder with one NAME.yaml for each system that is told what happens; empty = "
		 "none"},
	{NUMBER("notification.daily_mails", daily_mails), .number = 20, .min = 1, .max = 1000,
	 .help = "mails to one recipient on one day; what is more waits for the next"},
	{NUMBER("notification.daily_shorts", daily_shorts), .number = 3, .min = 1, .max = 100,
	 .help = "short messages to one recipient on one day; what is more waits for the next"},
	{TEXT("notification.templates", templates), .text = "",
	 .help = "folder with the authority's own texts of mails (see deploy/templates); read "
		 "again "
		 "on SIGHUP; empty = the shipped ones"},
	{TEXT("notification.console_url", console_url), .text = "",
	 .help = "where readers see their tasks, https://...; {unit} in it becomes the unit's "
		 "code; "
		 "empty = no link"},
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
	{TEXT("smtp.ca_file", smtp_ca_file), .text = "",
	 .help = "certificates to trust instead of the system's"},
	{NUMBER("smtp.attempts", smtp_attempts), .number = 40, .min = 1, .max = 1000,
	 .help = "hand-overs of one mail before it is given up and a person must look"},
	{YES_NO("remind.enabled", enabled), .number = 0,
	 .help = "yes = plan and send; look at the preview before"},
	{TEXT("remind.before", before), .text = "", .help = "gone: dondoc remind rule set before"},
	{TEXT("remind.on_due", on_due), .text = "", .help = "gone: dondoc remind rule set due"},
	{TEXT("remind.after", after), .text = "", .help = "gone: dondoc remind rule set after"},
	{TEXT("remind.send_from", send_from), .text = "",
	 .help = "gone: dondoc settings set remind.from"},
	{TEXT("remind.send_until", send_until), .text = "",
	 .help = "gone: dondoc settings set remind.until"},
	{TEXT("remind.catch_up_days", catch_up_days), .text = "",
	 .help = "gone: dondoc settings set remind.max_age_days"},
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

static int check_console(const struct notify_config *config, struct dd_error *err)
{
	const char *url = config->console_url;

	if (url[0] == '\0')
		return 0;
	if (strlen(url) > CONSOLE_URL_MAX || strpbrk(url, " \t\r\n\"<>") != NULL ||
	    (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0))
		return dd_fail(err, DD_ERR_INVALID,
			       "notification.console_url '%.80s' is not an address of at most %d "
			       "bytes: write it as https://dondoc.example/?unit={unit}",
			       url, CONSOLE_URL_MAX);
	return 0;
}

/* What was a setting of this file and is now said once for the whole authority, in the log. */
static int check_gone(const struct notify_config *config, struct dd_error *err)
{
	const struct {
		const char *value, *name, *now;
	} gone[] = {
		{config->before, "before", "dondoc remind rule set before --steps 7,3"},
		{config->on_due, "on_due", "dondoc remind rule set due --on"},
		{config->after, "after", "dondoc remind rule set after --steps 1"},
		{config->send_from, "send_from", "dondoc settings set remind.from 08:00"},
		{config->send_until, "send_until", "dondoc settings set remind.until 17:00"},
		{config->catch_up_days, "catch_up_days",
		 "dondoc settings set remind.max_age_days 30"},
	};

	for (size_t i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		if (gone[i].value[0] != '\0')
			return dd_fail(err, DD_ERR_INVALID,
				       "remind.%s is no setting of this file any more: take it "
				       "out, and say '%s' once",
				       gone[i].name, gone[i].now);
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
	if (rc == 0)
		rc = check_console(config, err);
	if (rc != 0)
		return rc;
	if (strlen(config->report_to) > REPORT_TO_MAX ||
	    !notify_mail_header_text(config->report_to))
		return dd_fail(err, DD_ERR_INVALID,
			       "remind.report_to is one line of at most %d bytes", REPORT_TO_MAX);
	rc = check_gone(config, err);
	policy_out->enabled = config->enabled;
	policy_out->attempts = (uint32_t)config->smtp_attempts;
	policy_out->incarnation = (uint32_t)config->incarnation;
	policy_out->report_to = config->report_to;
	return rc;
}
