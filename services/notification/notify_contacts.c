/* notify_contacts.c - see notify_contacts.h. The rows are kept in the order of unit, person and
 * file, so that a reader's stand together. */
#include "services/notification/notify_contacts.h"

#include "common/base/alloc.h"
#include "common/base/csv.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "common/domain/unit_code.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX      (16u << 20)
#define COUNTRY       "84"
#define PHONE_LEAST   10 /* digits with the country's */
#define CHANNEL_BREAK " +/|"

static const uint8_t nobody[DD_ID_LEN];

struct row {
	char *unit, *email, *phone; /* owned */
	uint8_t person[DD_ID_LEN];  /* zeros = the unit's own */
	struct notify_contact contact;
	size_t number;
	unsigned line;
};

struct notify_contacts {
	struct row *rows; /* owned */
	size_t count;
	const struct row **by_person; /* owned; rows with a person, by person and number */
	size_t person_count;
};

/* --- one row --------------------------------------------------------------------------------- */

static int check_columns(const struct dd_csv *csv, struct dd_error *err)
{
	static const char *const known[] = {"unit",  "person",   "email", "lang",
					    "phone", "channels", "note"};

	for (size_t i = 0; i < dd_csv_columns(csv); i++) {
		const char *name = dd_csv_header(csv, i);
		bool found = false;

		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			found = found || strcmp(name, known[k]) == 0;
		if (!found)
			return dd_fail(err, DD_ERR_INVALID,
				       "column '%.40s' is unknown: unit, person, email, lang, "
				       "phone, channels, note",
				       name);
	}
	if (dd_csv_column(csv, "unit") < 0 ||
	    (dd_csv_column(csv, "email") < 0 && dd_csv_column(csv, "phone") < 0))
		return dd_fail(err, DD_ERR_INVALID,
			       "the columns unit and one of email and phone are needed");
	return 0;
}

static char *tidy_cell(const struct dd_csv *csv, size_t row, const char *column)
{
	const int at = dd_csv_column(csv, column);
	char *text = at >= 0 ? dd_text_tidy(dd_csv_cell(csv, row, at)) : NULL;

	return text != NULL ? text : dd_strdup("");
}

/* "0901 234 567", "+84 901.234.567" -> "84901234567". False: it is no number. */
static bool read_phone(const char *text, char out[NOTIFY_PHONE_MAX + 1])
{
	const bool abroad = text[0] == '+';
	size_t len = 0;

	for (const char *c = text + abroad; *c != '\0'; c++) {
		if (strchr(" .-()", *c) != NULL)
			continue;
		if (!isdigit((unsigned char)*c) || len + sizeof(COUNTRY) > NOTIFY_PHONE_MAX)
			return false;
		if (len == 0 && *c == '0' && !abroad) {
			memcpy(out, COUNTRY, strlen(COUNTRY));
			len = strlen(COUNTRY);
			continue;
		}
		out[len++] = *c;
	}
	out[len] = '\0';
	return len >= PHONE_LEAST && (abroad || strncmp(out, COUNTRY, strlen(COUNTRY)) == 0);
}

static int read_lang(struct row *row, const char *lang, struct dd_error *err)
{
	row->contact.english = strcmp(lang, "en") == 0;
	if (lang[0] != '\0' && strcmp(lang, "vi") != 0 && !row->contact.english)
		return dd_fail(err, DD_ERR_INVALID, "lang '%.20s': vi or en", lang);
	return 0;
}

static int read_person(struct row *row, const char *person, struct dd_error *err)
{
	if (person[0] == '\0')
		return 0;
	if (strlen(person) == 2 * sizeof(row->person) &&
	    dd_hex_parse(person, row->person, sizeof(row->person)) == 0 &&
	    memcmp(row->person, nobody, sizeof(nobody)) != 0)
		return 0;
	return dd_fail(err, DD_ERR_INVALID, "person: 32 hexadecimal digits (dondoc person list)");
}

static int read_channels(struct row *row, const char *channels, struct dd_error *err)
{
	struct notify_ways *ways = &row->contact.ways;

	for (const char *at = channels + strspn(channels, CHANNEL_BREAK); *at != '\0';) {
		const size_t len = strcspn(at, CHANNEL_BREAK);
		const enum notify_channel channel = notify_channel_parse(at, len);

		if (channel == NOTIFY_NONE)
			return dd_fail(err, DD_ERR_INVALID, "channel '%.*s': email, sms, zalo",
				       (int)(len < 20 ? len : 20), at);
		if ((channel == NOTIFY_EMAIL ? row->email : row->phone)[0] == '\0')
			return dd_fail(err, DD_ERR_INVALID, "channel %s needs %s",
				       notify_channel_name(channel),
				       channel == NOTIFY_EMAIL ? "an email" : "a phone");
		notify_ways_add(ways, channel);
		at += len;
		at += strspn(at, CHANNEL_BREAK);
	}
	if (ways->count == 0)
		notify_ways_add(ways, row->email[0] != '\0' ? NOTIFY_EMAIL : NOTIFY_SMS);
	return 0;
}

static int read_addresses(struct row *row, struct dd_error *err)
{
	char phone[NOTIFY_PHONE_MAX + 1];

	if (!dd_unit_code_valid(row->unit))
		return dd_fail(err, DD_ERR_INVALID, "'%.40s' is not a unit's code", row->unit);
	if (row->email[0] == '\0' && row->phone[0] == '\0')
		return dd_fail(err, DD_ERR_INVALID, "unit %s: an email or a phone is needed",
			       row->unit);
	if (row->email[0] != '\0' && !notify_mail_address(row->email))
		return dd_fail(err, DD_ERR_INVALID, "the address of unit %s is not one", row->unit);
	if (row->phone[0] != '\0') {
		if (!read_phone(row->phone, phone))
			return dd_fail(err, DD_ERR_INVALID,
				       "the phone number of unit %s is not one, as 0901234567 or "
				       "+84901234567",
				       row->unit);
		free(row->phone);
		row->phone = dd_strdup(phone);
	}
	row->contact.email = row->email;
	row->contact.phone = row->phone;
	return 0;
}

static int add_row(struct notify_contacts *contacts, const struct dd_csv *csv, size_t at,
		   struct dd_error *err)
{
	struct row *row = &contacts->rows[contacts->count];
	char *lang = tidy_cell(csv, at, "lang");
	char *person = tidy_cell(csv, at, "person");
	char *channels = tidy_cell(csv, at, "channels");
	int rc;

	row->unit = tidy_cell(csv, at, "unit");
	row->email = tidy_cell(csv, at, "email");
	row->phone = tidy_cell(csv, at, "phone");
	row->number = contacts->count++;
	row->line = dd_csv_line(csv, at);
	rc = read_addresses(row, err);
	if (rc == 0)
		rc = read_lang(row, lang, err);
	if (rc == 0)
		rc = read_person(row, person, err);
	if (rc == 0)
		rc = read_channels(row, channels, err);
	free(lang);
	free(person);
	free(channels);
	return rc == 0 ? 0 : dd_fail_context(err, "line %u", row->line);
}

/* --- the whole file -------------------------------------------------------------------------- */

static int by_reader(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	int order = strcmp(a->unit, b->unit);

	if (order == 0)
		order = memcmp(a->person, b->person, sizeof(a->person));
	if (order == 0)
		order = a->number < b->number ? -1 : a->number > b->number;
	return order;
}

static int by_person(const void *left, const void *right)
{
	const struct row *const *a = left, *const *b = right;
	const int order = memcmp((*a)->person, (*b)->person, sizeof((*a)->person));

	return order != 0 ? order : ((*a)->number < (*b)->number ? -1 : 1);
}

static int arrange(struct notify_contacts *contacts, struct dd_error *err)
{
	size_t together = 0;

	qsort(contacts->rows, contacts->count, sizeof(*contacts->rows), by_reader);
	contacts->by_person = dd_alloc((contacts->count + 1) * sizeof(struct row *));
	for (size_t i = 0; i < contacts->count; i++) {
		const struct row *row = &contacts->rows[i];

		if (memcmp(row->person, nobody, sizeof(nobody)) != 0)
			contacts->by_person[contacts->person_count++] = row;
		together = i > 0 && strcmp(row[-1].unit, row->unit) == 0 &&
					   memcmp(row[-1].person, row->person,
						  sizeof(row->person)) == 0
				   ? together + 1
				   : 1;
		if (together > NOTIFY_MAIL_TO_MAX)
			return dd_fail(err, DD_ERR_INVALID,
				       "line %u: unit %s has more than %d addresses", row->line,
				       row->unit, NOTIFY_MAIL_TO_MAX);
	}
	qsort(contacts->by_person, contacts->person_count, sizeof(struct row *), by_person);
	return 0;
}

int notify_contacts_load(const char *path, struct notify_contacts **contacts_out,
			 struct dd_error *err)
{
	struct notify_contacts *contacts = dd_alloc(sizeof(*contacts));
	struct dd_csv *csv = NULL;
	struct dd_buf file = {0};
	int rc = dd_file_read(path, FILE_MAX, &file, err);

	if (rc == 0)
		rc = dd_csv_parse(file.data, file.len, &csv, err);
	if (rc == 0)
		rc = check_columns(csv, err);
	if (rc == 0)
		contacts->rows = dd_alloc((dd_csv_rows(csv) + 1) * sizeof(*contacts->rows));
	for (size_t row = 0; rc == 0 && row < dd_csv_rows(csv); row++)
		rc = add_row(contacts, csv, row, err);
	if (rc == 0)
		rc = arrange(contacts, err);
	dd_csv_free(csv);
	dd_buf_fini(&file);
	if (rc != 0) {
		notify_contacts_free(contacts);
		return dd_fail_context(err, "notification.contacts %s", path);
	}
	*contacts_out = contacts;
	return 0;
}

void notify_contacts_free(struct notify_contacts *contacts)
{
	if (contacts == NULL)
		return;
	for (size_t i = 0; i < contacts->count; i++) {
		free(contacts->rows[i].unit);
		free(contacts->rows[i].email);
		free(contacts->rows[i].phone);
	}
	free(contacts->rows);
	free(contacts->by_person);
	free(contacts);
}

/* --- looking up ------------------------------------------------------------------------------ */

/* The first row of the unit; `count` if there is none. */
static size_t first_of_unit(const struct notify_contacts *contacts, const char *unit)
{
	size_t low = 0, high = contacts->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(contacts->rows[middle].unit, unit) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < contacts->count && strcmp(contacts->rows[low].unit, unit) == 0
		       ? low
		       : contacts->count;
}

/* Rows of the unit; of one person alone if `person` is not NULL. */
static size_t find_in_unit(const struct notify_contacts *contacts, const char *unit,
			   const uint8_t *person,
			   const struct notify_contact *out[NOTIFY_MAIL_TO_MAX])
{
	size_t count = 0;

	for (size_t i = first_of_unit(contacts, unit);
	     i < contacts->count && count < NOTIFY_MAIL_TO_MAX; i++) {
		const struct row *row = &contacts->rows[i];

		if (strcmp(row->unit, unit) != 0)
			break;
		if (person == NULL || memcmp(row->person, person, sizeof(row->person)) == 0)
			out[count++] = &row->contact;
	}
	return count;
}

static size_t find_anywhere(const struct notify_contacts *contacts, const uint8_t *person,
			    const struct notify_contact *out[NOTIFY_MAIL_TO_MAX])
{
	size_t low = 0, high = contacts->person_count, count = 0;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (memcmp(contacts->by_person[middle]->person, person, DD_ID_LEN) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < contacts->person_count && count < NOTIFY_MAIL_TO_MAX &&
	       memcmp(contacts->by_person[low]->person, person, DD_ID_LEN) == 0;
	     low++)
		out[count++] = &contacts->by_person[low]->contact;
	return count;
}

size_t notify_contacts_find(const struct notify_contacts *contacts,
			    const struct notify_reader *reader,
			    const struct notify_contact *out[NOTIFY_MAIL_TO_MAX])
{
	size_t count;

	if (contacts == NULL)
		return 0;
	count = find_in_unit(contacts, reader->unit,
			     reader->person != NULL ? reader->person : nobody, out);
	if (count > 0)
		return count;
	return reader->person != NULL ? find_anywhere(contacts, reader->person, out)
				      : find_in_unit(contacts, reader->unit, NULL, out);
}

void notify_contacts_ways(const struct notify_contacts *contacts,
			  const struct notify_reader *reader, struct notify_ways *ways_out)
{
	const struct notify_contact *found[NOTIFY_MAIL_TO_MAX];
	const size_t count = notify_contacts_find(contacts, reader, found);

	ways_out->count = 0;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < found[i]->ways.count; k++)
			notify_ways_add(ways_out, (enum notify_channel)found[i]->ways.channel[k]);
}

bool notify_contacts_english(const struct notify_contacts *contacts, const char *unit)
{
	const struct notify_contact *found[NOTIFY_MAIL_TO_MAX];
	const struct notify_reader reader = {.unit = unit};

	return notify_contacts_find(contacts, &reader, found) > 0 && found[0]->english;
}

size_t notify_contacts_count(const struct notify_contacts *contacts)
{
	return contacts != NULL ? contacts->count : 0;
}
