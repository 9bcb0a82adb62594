/* notify_texts.h - the texts of mails while the service runs: read at the start, again on SIGHUP.
 */
#ifndef NOTIFY_TEXTS_H
#define NOTIFY_TEXTS_H

#include "services/notification/notify.h"

/* Fill `templates` and begin to listen for SIGHUP. Texts that cannot be used: the service does not
 * start; later the former ones stay in use, and the log says why. */
int notify_texts_open(struct notify *notify, struct dd_error *err) DD_MUST_CHECK;
void notify_texts_close(struct notify *notify);

#endif
