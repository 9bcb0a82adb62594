/* notify_contacts.h - where each unit's and person's messages go: a CSV file with the columns
 *
 *   unit,person,email,lang,phone,channels,note
 *
 * of which `unit` and one of `email` and `phone` are needed. `person` is the opaque id (32 hex
 * digits) of dondoc's roles: such a row is that person's own; a unit's own rows have none.
 * `channels` says by what he is reached, first things first: "zalo sms email"; empty = by mail
 * where there is an address, else by SMS. Addresses of persons live in this file alone; they never
 * enter the log or a log line. */
#ifndef NOTIFY_CONTACTS_H
#define NOTIFY_CONTACTS_H

#include "common/base/err.h"
#include "services/notification/notify_channel.h"
#include "services/notification/notify_mail.h"
#include <stdbool.h>
#include <stddef.h>

#define NOTIFY_PHONE_MAX 15 /* digits, with the country's first */

struct notify_contacts;

struct notify_contact {
	const char *email;       /* "" = none */
	const char *phone;       /* "84901234567"; "" = none */
	struct notify_ways ways; /* each has its address */
	bool english;
};

/* Whom a message is for: the unit, or one person (16 bytes; NULL = the unit). */
struct notify_reader {
	const char *unit;
	const uint8_t *person;
};

/* Read the file. Refused with the line: an unknown column, language or channel, a code or person
 * that is none, a bad address or number, a channel without its address, more than
 * NOTIFY_MAIL_TO_MAX rows of a unit and person. */
int notify_contacts_load(const char *path, struct notify_contacts **contacts_out,
			 struct dd_error *err) DD_MUST_CHECK;
void notify_contacts_free(struct notify_contacts *contacts); /* NULL is fine */

/* The reader's rows, borrowed, in the order of the file; 0 = none. A unit's are those without a
 * person, all of them where it has no others; a person's are those in that unit, else those
 * anywhere. */
size_t notify_contacts_find(const struct notify_contacts *contacts,
			    const struct notify_reader *reader,
			    const struct notify_contact *out[NOTIFY_MAIL_TO_MAX]);
/* The ways of all of these rows, in the order in which they name them. */
void notify_contacts_ways(const struct notify_contacts *contacts,
			  const struct notify_reader *reader, struct notify_ways *ways_out);
/* Whether the unit's first row asks for English. */
bool notify_contacts_english(const struct notify_contacts *contacts, const char *unit);
size_t notify_contacts_count(const struct notify_contacts *contacts);

#endif
