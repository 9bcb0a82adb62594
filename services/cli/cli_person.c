/* cli_person.c - who sits at this account: an opaque id. Names are nowhere in the log. */
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/id.h"
#include "services/cli/cli_talk.h"
#include <stdlib.h>
#include <string.h>

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

int cli_person(const struct cli *cli, uint8_t person_out[16])
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
