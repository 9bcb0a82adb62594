/* notify_contacts.h - where each unit's mail goes: a CSV file unit,email,lang. Addresses of persons
 * live in this file alone; they never enter the log or a log line. */
#ifndef NOTIFY_CONTACTS_H
#define NOTIFY_CONTACTS_H

#include "common/base/err.h"
#include "services/notification/notify_mail.h"
#include <stdbool.h>
#include <stddef.h>

struct notify_contacts;

/* Read the file. A unit may have several rows. Refused with the line: an unknown column or
 * language, a code that is none, a bad address, more than NOTIFY_MAIL_TO_MAX addresses a unit. */
int notify_contacts_load(const char *path, struct notify_contacts **contacts_out,
			 struct dd_error *err) DD_MUST_CHECK;
void notify_contacts_free(struct notify_contacts *contacts); /* NULL is fine */

/* The unit's addresses, borrowed; 0 = none. */
size_t notify_contacts_find(const struct notify_contacts *contacts, const char *unit,
			    const char *to_out[NOTIFY_MAIL_TO_MAX]);
/* Whether the unit's first row asks for English. */
bool notify_contacts_english(const struct notify_contacts *contacts, const char *unit);
size_t notify_contacts_count(const struct notify_contacts *contacts);

#endif
