/* notify_smtp.h - mails to a mail server, on the loop. */
#ifndef NOTIFY_SMTP_H
#define NOTIFY_SMTP_H

#include "common/base/err.h"
#include "services/notification/notify_config.h"
#include "services/notification/notify_curl.h"
#include "services/notification/notify_mail.h"
#include "services/notification/notify_mailed.h"

struct notify_smtp;

/* Reads the password file, if one is named. `curl` and `config` are borrowed. */
int notify_smtp_open(struct notify_curl *curl, const struct notify_config *config,
		     struct notify_smtp **smtp_out, struct dd_error *err) DD_MUST_CHECK;
/* After notify_curl_close(), which tells of what was on its way. NULL is fine. */
void notify_smtp_close(struct notify_smtp *smtp);

/* Within NOTIFY_MAIL_US the outcome is told, once, from the loop. Everything is copied.
 * DD_ERR_INVALID: it cannot be a mail; nothing will be told. */
int notify_smtp_send(struct notify_smtp *smtp, const struct notify_mail *mail,
		     void (*on_mailed)(void *arg, const struct notify_mailed *mailed), void *arg,
		     struct dd_error *err) DD_MUST_CHECK;

#endif
