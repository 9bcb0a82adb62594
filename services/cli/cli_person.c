/* cli_person.c - who sits at this account, and the directory of names that this account keeps for
 * itself: in the log are opaque ids alone. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "common/base/text.h"
#include "services/cli/cli_talk.h"
#include "services/cli/cli_unit.h"
#include <stdlib.h>
#include <string.h>

#define NAMES_BYTES_MAX (1u << 20)

/* ${XDG_STATE_HOME:-~/.local/state}/dondoc; caller frees. NULL: neither is known. */
static char *state_folder(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (state && *state)
		return dd_path(state, "dondoc");
	return home && *home ? dd_path(home, ".local/state/dondoc") : NULL;
}

static int read_person(const char *path, uint8_t person_out[DD_ID_LEN], struct dd_error *err)
{
	struct dd_buf text = {0};
	int rc = dd_file_read(path, 64, &text, err);

	if (rc == 0) {
		char *line = (char *)dd_buf_cstr(&text);

		line[strcspn(line, "\r\n")] = '\0';
		if (dd_hex_parse(line, person_out, DD_ID_LEN) != 0)
			rc = dd_fail(err, DD_ERR_INVALID,
				     "%s: not 32 hexadecimal digits; remove it", path);
	}
	dd_buf_fini(&text);
	return rc;
}

static int make_person(const char *folder, const char *path, uint8_t person_out[DD_ID_LEN],
		       struct dd_error *err)
{
	char text[2 * DD_ID_LEN + 2];
	int rc = dd_dir_make(folder, err);

	if (rc != 0)
		return rc;
	dd_id_new(person_out);
	dd_hex(person_out, DD_ID_LEN, text);
	memcpy(text + (size_t)2 * DD_ID_LEN, "\n", 2);
	return dd_file_write(path, text, strlen(text), 0600, err);
}

/* The id of this account; made at the first use. */
static int own_person(const struct cli *cli, uint8_t person_out[DD_ID_LEN])
{
	char *folder = state_folder();
	struct dd_error err;
	char *path;
	int rc;

	if (!folder) {
		cli_complain(cli, TEXT_NO_HOME, NULL);
		return CLI_INTERNAL;
	}
	path = dd_path(folder, "person");
	rc = read_person(path, person_out, &err);
	if (rc == DD_ERR_NOT_FOUND)
		rc = make_person(folder, path, person_out, &err);
	free(path);
	free(folder);
	return rc != 0 ? cli_failed(cli, &err) : 0;
}

int cli_person(const struct cli *cli, uint8_t person_out[16])
{
	const char *other = getenv("DONDOC_PERSON");

	return other && *other ? cli_person_parse(cli, other, person_out)
			       : own_person(cli, person_out);
}

/* --- names ----------------------------------------------------------------------------------- */

/* people.csv: id,name a line. NULL: none yet, or it cannot be read. Caller frees. */
static char *read_names(void)
{
	char *folder = state_folder(), *path, *text = NULL;
	struct dd_buf buf = {0};
	struct dd_error err;

	if (!folder)
		return NULL;
	path = dd_path(folder, "people.csv");
	if (dd_file_read(path, NAMES_BYTES_MAX, &buf, &err) == 0)
		text = dd_strdup((const char *)dd_buf_cstr(&buf));
	dd_buf_fini(&buf);
	free(path);
	free(folder);
	return text;
}

/* The next line's id and name; false: no more. Cuts `*at` up. */
static bool next_name(char **at, uint8_t id_out[DD_ID_LEN], const char **name_out)
{
	while (*at && **at) {
		char *line = *at, *end = line + strcspn(line, "\r\n"), *comma;
		bool last = *end == '\0';

		*end = '\0';
		*at = last ? end : end + 1;
		comma = strchr(line, ',');
		if (!comma)
			continue;
		*comma = '\0';
		if (dd_hex_parse(line, id_out, DD_ID_LEN) != 0)
			continue;
		*name_out = comma + 1;
		return true;
	}
	return false;
}

int cli_person_parse(const struct cli *cli, const char *word, uint8_t person_out[16])
{
	char *names, *at, *wanted, *key;
	const char *name;
	uint8_t id[DD_ID_LEN];
	bool found = false;

	if (strcmp(word, "me") == 0)
		return own_person(cli, person_out);
	if (dd_hex_parse(word, person_out, DD_ID_LEN) == 0)
		return 0;
	names = at = read_names();
	wanted = dd_text_name_key(word);
	while (wanted && !found && next_name(&at, id, &name)) {
		key = dd_text_name_key(name);
		found = key && strcmp(key, wanted) == 0;
		free(key);
	}
	free(wanted);
	free(names);
	if (!found) {
		cli_complain(cli, TEXT_NO_PERSON, word, NULL);
		return CLI_NOT_FOUND;
	}
	memcpy(person_out, id, sizeof(id));
	return 0;
}

void cli_person_words(const ProtobufCBinaryData *person, struct dd_buf *out)
{
	char *names = read_names(), *at = names;
	char hex[2 * DD_ID_LEN + 1];
	const char *name;
	uint8_t id[DD_ID_LEN];

	if (person->len != DD_ID_LEN) {
		free(names);
		return;
	}
	while (next_name(&at, id, &name)) {
		if (memcmp(id, person->data, DD_ID_LEN) == 0) {
			dd_buf_text(out, name);
			free(names);
			return;
		}
	}
	dd_hex(person->data, DD_ID_LEN, hex);
	dd_buf_text(out, hex);
	free(names);
}

/* Write all names again, with this one changed; an empty one is left out. */
static int write_names(const struct cli *cli, const char *folder, const uint8_t person[DD_ID_LEN],
		       const char *name)
{
	char *path = dd_path(folder, "people.csv"), *names = read_names(), *at = names;
	char hex[2 * DD_ID_LEN + 1];
	struct dd_buf text = {0};
	struct dd_error err;
	const char *other;
	uint8_t id[DD_ID_LEN];
	int rc;

	while (next_name(&at, id, &other)) {
		dd_hex(id, DD_ID_LEN, hex);
		if (memcmp(id, person, DD_ID_LEN) != 0)
			dd_buf_printf(&text, "%s,%s\n", hex, other);
	}
	dd_hex(person, DD_ID_LEN, hex);
	if (*name)
		dd_buf_printf(&text, "%s,%s\n", hex, name);
	rc = dd_dir_make(folder, &err);
	if (rc == 0)
		rc = dd_file_write(path, text.data, text.len, 0600, &err);
	dd_buf_fini(&text);
	free(names);
	free(path);
	return rc != 0 ? cli_failed(cli, &err) : 0;
}

int cli_person_name(struct cli *cli)
{
	const char *name = cli_word(cli, 1) ? cli_word(cli, 1) : "";
	char *folder = state_folder(), *tidy = dd_text_tidy(name);
	uint8_t person[DD_ID_LEN];
	int rc = cli_person_parse(cli, cli_word(cli, 0), person);

	if (rc == 0 && (!tidy || strpbrk(tidy, ",\"")))
		rc = cli_misused(cli, TEXT_BAD_VALUE, "NAME", name, NULL);
	if (rc == 0 && !folder) {
		cli_complain(cli, TEXT_NO_HOME, NULL);
		rc = CLI_INTERNAL;
	}
	if (rc == 0)
		rc = write_names(cli, folder, person, tidy);
	free(tidy);
	free(folder);
	return rc;
}
