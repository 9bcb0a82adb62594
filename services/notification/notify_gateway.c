/* notify_gateway.c - see notify_gateway.h. */
#include "services/notification/notify_gateway.h"

#include "common/base/alloc.h"
#include "common/base/clock.h"
#include "common/base/config.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "services/notification/notify_fill.h"
#include "services/notification/notify_http.h"
#include "services/notification/notify_mail.h"
#include "services/notification/notify_secret.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CALL_MS      20000L
#define SECRET_LEAST 8
#define NUMBER_LEAST 7 /* digits in a row that may be somebody's */
#define FORM_TYPE    "application/x-www-form-urlencoded"

struct settings {
	char *url, *secret_file, *header, *type, *body, *template, *ok, *allow, *ca_file;
};

#define AT(member) offsetof(struct settings, member)

static const struct dd_setting table[] = {
	{.key = "gateway.url",
	 .offset = AT(url),
	 .text = NULL,
	 .help = "where to call, https://host/path; http:// only to addresses that allow lists"},
	{.key = "gateway.secret_file",
	 .offset = AT(secret_file),
	 .text = NULL,
	 .help = "file with the gateway's secret, mode 0600"},
	{.key = "gateway.header",
	 .offset = AT(header),
	 .text = "Authorization: Bearer {secret}",
	 .help = "the header that carries the secret"},
	{.key = "gateway.type",
	 .offset = AT(type),
	 .text = "application/json",
	 .help = "application/json or application/x-www-form-urlencoded"},
	{.key = "gateway.body",
	 .offset = AT(body),
	 .text = "{\"phone\":\"{phone}\",\"template_id\":\"{template}\",\"tracking_id\":\"{id}\","
		 "\"template_data\":{\"unit\":\"{unit_name}\",\"date\":\"{day}\","
		 "\"count\":\"{count}\"}}",
	 .help = "what to send: {phone} {template} {id} {unit} {unit_name} {day} {count} "
		 "{subject}"},
	{.key = "gateway.template",
	 .offset = AT(template),
	 .text = "",
	 .help = "the template's number at the gateway"},
	{.key = "gateway.ok",
	 .offset = AT(ok),
	 .text = "",
	 .help = "a text that only the answer to a message taken holds, as \"error\":0; empty = "
		 "the status 2xx says it"},
	{.key = "gateway.allow",
	 .offset = AT(allow),
	 .text = "",
	 .help = "private addresses and networks that may be reached, as 10.1.0.0/16"},
	{.key = "gateway.ca_file",
	 .offset = AT(ca_file),
	 .text = "",
	 .help = "certificates to trust instead of the system's"},
	{.key = NULL},
};

struct gateway {
	struct settings settings; /* owned, like the secret */
	struct notify_allow allow;
	char *secret;
	bool there;
};

struct notify_gateways {
	struct notify_curl *curl;
	struct gateway items[NOTIFY_CHANNELS];
};

/* --- settings -------------------------------------------------------------------------------- */

enum { PHONE, TEMPLATE, ID, UNIT, UNIT_NAME, DAY, COUNT, SUBJECT, VALUES };

static const struct notify_value no_values[VALUES + 1] = {
	[PHONE] = {"phone", ""}, [TEMPLATE] = {"template", ""},   [ID] = {"id", ""},
	[UNIT] = {"unit", ""},   [UNIT_NAME] = {"unit_name", ""}, [DAY] = {"day", ""},
	[COUNT] = {"count", ""}, [SUBJECT] = {"subject", ""},
};

static int check(struct gateway *gateway, struct dd_error *err)
{
	static const struct notify_value secret[] = {{"secret", ""}, {NULL, NULL}};
	const struct settings *settings = &gateway->settings;

	if (notify_http_check(settings->url, err) != 0)
		return dd_fail_context(err, "gateway.url");
	if (notify_allow_parse(settings->allow, &gateway->allow, err) != 0)
		return dd_fail_context(err, "gateway.allow");
	if (strcmp(settings->type, "application/json") != 0 &&
	    strcmp(settings->type, FORM_TYPE) != 0)
		return dd_fail(err, DD_ERR_INVALID, "gateway.type '%.60s': application/json or %s",
			       settings->type, FORM_TYPE);
	if (notify_fill_check(settings->body, no_values, err) != 0)
		return dd_fail_context(err, "gateway.body");
	if (notify_fill_check(settings->header, secret, err) != 0)
		return dd_fail_context(err, "gateway.header");
	if (!notify_mail_header_text(settings->header) || strchr(settings->header, ':') == NULL)
		return dd_fail(err, DD_ERR_INVALID, "gateway.header is one line 'Name: value'");
	return notify_secret_read("gateway.secret_file", settings->secret_file, SECRET_LEAST,
				  &gateway->secret, err);
}

static int load(struct gateway *gateway, const char *path, struct dd_error *err)
{
	int rc = dd_config_load(path, table, &gateway->settings, err);

	if (rc != 0)
		return rc;
	gateway->there = true;
	if (check(gateway, err) != 0)
		return dd_fail_context(err, "%s", path);
	return 0;
}

int notify_gateways_open(struct notify_curl *curl, const char *dir,
			 struct notify_gateways **gateways_out, struct dd_error *err)
{
	struct notify_gateways *gateways = dd_alloc(sizeof(*gateways));
	int rc = 0;

	gateways->curl = curl;
	for (int i = NOTIFY_SMS; i < NOTIFY_CHANNELS && rc == 0 && dir[0] != '\0'; i++) {
		char name[32];
		char *path;

		(void)snprintf(name, sizeof(name), "%s.yaml",
			       notify_channel_name((enum notify_channel)i));
		path = dd_path(dir, name);
		if (access(path, F_OK) == 0)
			rc = load(&gateways->items[i], path, err);
		free(path);
	}
	if (rc != 0) {
		notify_gateways_close(gateways);
		return rc;
	}
	*gateways_out = gateways;
	return 0;
}

void notify_gateways_close(struct notify_gateways *gateways)
{
	if (gateways == NULL)
		return;
	for (int i = 0; i < NOTIFY_CHANNELS; i++) {
		if (gateways->items[i].there)
			dd_config_fini(table, &gateways->items[i].settings);
		notify_secret_free(gateways->items[i].secret);
	}
	free(gateways);
}

int notify_gateways_check(const char *dir, struct dd_error *err)
{
	struct notify_gateways *gateways;
	const int rc = notify_gateways_open(NULL, dir, &gateways, err);

	if (rc == 0)
		notify_gateways_close(gateways);
	return rc;
}

bool notify_gateways_have(const struct notify_gateways *gateways, enum notify_channel channel)
{
	return gateways != NULL && channel < NOTIFY_CHANNELS && gateways->items[channel].there;
}

/* --- sending --------------------------------------------------------------------------------- */

struct sending {
	const struct gateway *gateway;
	size_t open; /* calls without an answer; and one while they are begun */
	bool for_good;
	struct notify_mailed mailed;
	void (*on_sent)(void *arg, const struct notify_mailed *mailed);
	void *arg;
};

static void end_one(struct sending *sending)
{
	struct notify_mailed *mailed = &sending->mailed;

	if (--sending->open > 0)
		return;
	mailed->delivered = mailed->reached > 0;
	mailed->permanent = !mailed->delivered && sending->for_good;
	mailed->unsure = !mailed->delivered && mailed->unsure;
	sending->on_sent(sending->arg, mailed);
	free(sending);
}

/* These say something about the message; others, among them 401 and 429, about us or the hour. */
static bool is_for_good(int status)
{
	return status == 400 || status == 404 || status == 413 || status == 422;
}

/* A gateway may repeat the number it was given; it must not stand in the log. */
static void hide_numbers(char *text)
{
	for (char *at = text; *at != '\0';) {
		const size_t len = strspn(at, "0123456789");

		if (len >= NUMBER_LEAST)
			memset(at, '#', len);
		at += len > 0 ? len : 1;
	}
}

static void on_answer(void *arg, const struct notify_http_answer *answer)
{
	struct sending *sending = arg;
	struct notify_mailed *mailed = &sending->mailed;
	const char *ok = sending->gateway->settings.ok;
	char words[160];

	if (answer->status >= 200 && answer->status < 300 && strstr(answer->text, ok) != NULL) {
		mailed->reached++;
	} else {
		mailed->refused++;
		mailed->unsure = mailed->unsure || answer->unsure;
		sending->for_good = sending->for_good && is_for_good(answer->status);
	}
	if (answer->status != 0)
		(void)snprintf(words, sizeof(words), "HTTP %d %.140s", answer->status,
			       answer->text);
	else
		(void)snprintf(words, sizeof(words), "%.150s", answer->text);
	hide_numbers(words);
	if (mailed->reply[0] == '\0' || mailed->refused > 0)
		notify_mail_scrub(words, mailed->reply, sizeof(mailed->reply));
	end_one(sending);
}

/* The same for every copy of a message to a number, and says nothing about either. */
static void call_id(const struct notify_short *message, const char *phone, char out[33])
{
	struct dd_hasher hasher;
	uint8_t id[DD_HASH_LEN];

	dd_hasher_init(&hasher, "notify.short");
	dd_hasher_add(&hasher, message->digest, DD_HASH_LEN);
	dd_hasher_add(&hasher, phone, strlen(phone));
	dd_hasher_end(&hasher, id);
	(void)dd_hex(id, 16, out);
}

static void make_body(const struct gateway *gateway, const struct notify_short *message,
		      const char *phone, struct dd_buf *out)
{
	const struct dd_date day = dd_day_to_date(message->day);
	struct notify_value values[VALUES + 1];
	char date[32], count[24], id[33];

	(void)snprintf(date, sizeof(date), "%02d/%02d/%04d", day.day, day.month, day.year);
	(void)snprintf(count, sizeof(count), "%zu", message->count);
	call_id(message, phone, id);
	memcpy(values, no_values, sizeof(values));
	values[PHONE].text = phone;
	values[TEMPLATE].text = gateway->settings.template;
	values[ID].text = id;
	values[UNIT].text = message->unit;
	values[UNIT_NAME].text = message->unit_name;
	values[DAY].text = date;
	values[COUNT].text = count;
	values[SUBJECT].text = message->subject;
	notify_fill(out, gateway->settings.body, values,
		    strcmp(gateway->settings.type, FORM_TYPE) == 0 ? NOTIFY_FILL_FORM
								   : NOTIFY_FILL_JSON);
}

static int call_one(struct notify_gateways *gateways, struct sending *sending,
		    const struct notify_short *message, const char *phone, struct dd_error *err)
{
	const struct gateway *gateway = sending->gateway;
	const struct notify_value secret[] = {{"secret", gateway->secret}, {NULL, NULL}};
	struct dd_buf header = {0}, body = {0};
	char type[80];
	struct notify_http_call call = {.url = gateway->settings.url,
					.allow = &gateway->allow,
					.ca_file = gateway->settings.ca_file,
					.timeout_ms = CALL_MS};
	int rc;

	(void)snprintf(type, sizeof(type), "Content-Type: %s", gateway->settings.type);
	notify_fill(&header, gateway->settings.header, secret, NOTIFY_FILL_PLAIN);
	make_body(gateway, message, phone, &body);
	call.headers[0] = dd_buf_cstr(&header);
	call.headers[1] = type;
	call.body = body.data;
	call.body_len = body.len;
	sending->open++;
	rc = notify_http_post(gateways->curl, &call, on_answer, sending, err);
	sending->open -= rc != 0;
	memset(header.data, 0, header.len);
	dd_buf_fini(&header);
	dd_buf_fini(&body);
	return rc;
}

int notify_gateway_send(struct notify_gateways *gateways, enum notify_channel channel,
			const struct notify_short *message,
			void (*on_sent)(void *arg, const struct notify_mailed *mailed), void *arg,
			struct dd_error *err)
{
	struct sending *sending = dd_alloc(sizeof(*sending));
	int rc = 0;

	sending->gateway = &gateways->items[channel];
	sending->for_good = true;
	sending->on_sent = on_sent;
	sending->arg = arg;
	for (size_t i = 0; i < message->phone_count && rc == 0; i++)
		rc = call_one(gateways, sending, message, message->phones[i], err);
	/* What has begun is waited for. */
	if (sending->open > 0)
		return 0;
	free(sending);
	return rc != 0 ? rc : dd_fail(err, DD_ERR_INVALID, "there is no number");
}
