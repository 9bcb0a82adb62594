/* notify_contacts.c - see notify_contacts.h. */
#include "services/notification/notify_contacts.h"

#include "common/base/alloc.h"
#include "common/base/csv.h"
#include "common/base/file.h"
#include "common/base/text.h"
#include "common/domain/unit_code.h"
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (4u << 20)

struct contact {
	char *unit; /* owned, like the address */
	char *email;
	bool english;
};

struct notify_contacts {
	struct contact *items; /* owned; in the order of the file */
	size_t count;
};

static int check_columns(const struct dd_csv *csv, struct dd_error *err)
{
	for (size_t i = 0; i < dd_csv_columns(csv); i++) {
		const char *name = dd_csv_header(csv, i);

		if (strcmp(name, "unit") != 0 && strcmp(name, "email") != 0 &&
		    strcmp(name, "lang") != 0 && strcmp(name, "note") != 0)
			return dd_fail(err, DD_ERR_INVALID,
				       "column '%.40s' is unknown: unit, email, lang, note", name);
	}
	if (dd_csv_column(csv, "unit") < 0 || dd_csv_column(csv, "email") < 0)
		return dd_fail(err, DD_ERR_INVALID, "the columns unit and email are needed");
	return 0;
}

static size_t count_of(const struct notify_contacts *contacts, const char *unit)
{
	size_t count = 0;

	for (size_t i = 0; i < contacts->count; i++)
		count += strcmp(contacts->items[i].unit, unit) == 0;
	return count;
}

static int check_row(const struct notify_contacts *contacts, const struct contact *contact,
		     const char *lang, struct dd_error *err)
{
	if (!dd_unit_code_valid(contact->unit))
		return dd_fail(err, DD_ERR_INVALID, "'%.40s' is not a unit's code", contact->unit);
	if (!notify_mail_address(contact->email))
		return dd_fail(err, DD_ERR_INVALID, "the address of unit %s is not one",
			       contact->unit);
	if (lang[0] != '\0' && strcmp(lang, "vi") != 0 && strcmp(lang, "en") != 0)
		return dd_fail(err, DD_ERR_INVALID, "lang '%.20s': vi or en", lang);
	if (count_of(contacts, contact->unit) == NOTIFY_MAIL_TO_MAX)
		return dd_fail(err, DD_ERR_INVALID, "unit %s has more than %d addresses",
			       contact->unit, NOTIFY_MAIL_TO_MAX);
	return 0;
}

static char *tidy_cell(const struct dd_csv *csv, size_t row, const char *column)
{
	char *text = dd_text_tidy(dd_csv_cell(csv, row, dd_csv_column(csv, column)));

	return text != NULL ? text : dd_strdup("");
}

static int add_row(struct notify_contacts *contacts, const struct dd_csv *csv, size_t row,
		   struct dd_error *err)
{
	struct contact *contact = &contacts->items[contacts->count];
	char *lang = dd_csv_column(csv, "lang") >= 0 ? tidy_cell(csv, row, "lang") : dd_strdup("");
	int rc;

	contact->unit = tidy_cell(csv, row, "unit");
	contact->email = tidy_cell(csv, row, "email");
	contact->english = strcmp(lang, "en") == 0;
	rc = check_row(contacts, contact, lang, err);
	contacts->count++;
	free(lang);
	return rc == 0 ? 0 : dd_fail_context(err, "line %u", (unsigned)dd_csv_line(csv, row));
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
		contacts->items = dd_alloc((dd_csv_rows(csv) + 1) * sizeof(*contacts->items));
	for (size_t row = 0; rc == 0 && row < dd_csv_rows(csv); row++)
		rc = add_row(contacts, csv, row, err);
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
		free(contacts->items[i].unit);
		free(contacts->items[i].email);
	}
	free(contacts->items);
	free(contacts);
}

size_t notify_contacts_find(const struct notify_contacts *contacts, const char *unit,
			    const char *to_out[NOTIFY_MAIL_TO_MAX])
{
	size_t count = 0;

	for (size_t i = 0; contacts != NULL && i < contacts->count; i++)
		if (strcmp(contacts->items[i].unit, unit) == 0 && count < NOTIFY_MAIL_TO_MAX)
			to_out[count++] = contacts->items[i].email;
	return count;
}

bool notify_contacts_english(const struct notify_contacts *contacts, const char *unit)
{
	for (size_t i = 0; contacts != NULL && i < contacts->count; i++)
		if (strcmp(contacts->items[i].unit, unit) == 0)
			return contacts->items[i].english;
	return false;
}

size_t notify_contacts_count(const struct notify_contacts *contacts)
{
	return contacts != NULL ? contacts->count : 0;
}
