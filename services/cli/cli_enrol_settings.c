/* cli_enrol_settings.c - the settings file of an office: written when it joins, read when its key
 * changes. */
#include "common/base/buf.h"
#include "common/base/file.h"
#include "services/cli/cli_enrol.h"
#include <string.h>

#define FILE_MAX (64u << 10)

/* --- reading --------------------------------------------------------------------------------- */

/* The value behind "key:" on a line of its own; quotes and what follows them are taken off. */
static bool value_on(const char *line, const char *name, char *out, size_t cap)
{
	size_t len = strlen(name);
	char quote;

	line += strspn(line, " \t");
	if (strncmp(line, name, len) != 0 || line[len] != ':')
		return false;
	line += len + 1;
	line += strspn(line, " \t");
	quote = *line == '\'' || *line == '"' ? *line++ : '\0';
	len = quote ? strcspn(line, quote == '"' ? "\"\r\n" : "'\r\n") : strcspn(line, " \t#\r\n");
	if (len == 0 || len >= cap)
		return false;
	memcpy(out, line, len);
	out[len] = '\0';
	return true;
}

static bool find(const char *text, const char *name, char *out, size_t cap)
{
	out[0] = '\0';
	for (const char *line = text; *line != '\0'; line += strcspn(line, "\n")) {
		line += strspn(line, "\n");
		if (value_on(line, name, out, cap))
			return true;
	}
	return false;
}

int cli_office_settings_read(const struct cli *cli, const char *path,
			     struct cli_office_settings *out)
{
	const struct {
		const char *name;
		char *into;
		size_t cap;
	} needed[] = {
		{"unit", out->unit, sizeof(out->unit)},
		{"centre", out->centre, sizeof(out->centre)},
		{"centre_key", out->centre_key, sizeof(out->centre_key)},
		{"key", out->key, sizeof(out->key)},
	};
	struct dd_buf file = {0};
	struct dd_error err;
	int rc = dd_file_read(path, FILE_MAX, &file, &err);

	if (rc != 0) {
		dd_buf_fini(&file);
		return rc == DD_ERR_NOT_FOUND ? CLI_NOT_FOUND : cli_failed(cli, &err);
	}
	for (size_t i = 0; rc == 0 && i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (!find(dd_buf_cstr(&file), needed[i].name, needed[i].into, needed[i].cap)) {
			cli_complain(cli, TEXT_BAD_OFFICE_CONFIG, path, needed[i].name, NULL);
			rc = CLI_USAGE;
		}
	}
	(void)find(dd_buf_cstr(&file), "centre_log", out->centre_log, sizeof(out->centre_log));
	dd_buf_fini(&file);
	return rc;
}

/* --- writing --------------------------------------------------------------------------------- */

/* Single quotes: what stands in them is the text itself, but for a quote, which is doubled. */
static void put(struct dd_buf *out, const char *name, const char *value)
{
	dd_buf_printf(out, "  %s: '", name);
	for (; *value != '\0'; value++) {
		if (*value == '\'')
			dd_buf_text(out, "'");
		dd_buf_add(out, value, 1);
	}
	dd_buf_text(out, "'\n");
}

int cli_office_settings_write(const struct cli *cli, const char *path, const char *data_dir,
			      const struct cli_office_settings *settings)
{
	struct dd_buf out = {0};
	struct dd_error err;
	int rc;

	dd_buf_printf(&out,
		      "# Settings of dondoc-office for unit %s, made by `dondoc office join`.\n"
		      "# All that can stand here: dondoc-office --help\n"
		      "office:\n",
		      settings->unit);
	put(&out, "unit", settings->unit);
	put(&out, "centre", settings->centre);
	if (settings->centre_log[0] != '\0')
		put(&out, "centre_log", settings->centre_log);
	put(&out, "centre_key", settings->centre_key);
	put(&out, "key", settings->key);
	put(&out, "data_dir", data_dir);
	put(&out, "run_dir", cli->run);
	rc = dd_file_write(path, out.data, out.len, 0644, &err);
	dd_buf_fini(&out);
	return rc != 0 ? cli_failed(cli, &err) : 0;
}
