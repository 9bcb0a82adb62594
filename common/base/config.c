/* config.c - settings from one YAML file: a mapping of sections, each a mapping of keys to scalars.
 * Everything is read and checked into a list of values beside the table; only then the service's
 * struct is filled. */
#include "common/base/config.h"

#include "common/base/alloc.h"
#include "common/base/buf.h"
#include "common/base/file.h"
#include "common/base/text.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define CONFIG_MAX_BYTES ((size_t)256 * 1024)
#define NAME_MAX_LEN     64

struct value {
	char *text; /* owned */
	int64_t number;
	bool given;
};

/* One reading. The values stand in the order of the table. */
struct reader {
	const char *path;
	const struct dd_setting *table;
	struct value *values; /* owned */
	struct dd_error *err;
	yaml_parser_t parser;
	yaml_event_t event; /* the last one taken */
};

static size_t table_len(const struct dd_setting *table)
{
	size_t n = 0;

	while (table[n].key != NULL)
		n++;
	return n;
}

/* Length of the section's part of a key; every key has one. */
static size_t section_len(const char *key)
{
	const char *dot = strchr(key, '.');

	assert(dot != NULL);
	return (size_t)(dot - key);
}

static bool in_section(const char *key, const char *section)
{
	size_t len = section_len(key);

	return strlen(section) == len && strncmp(key, section, len) == 0;
}

/* "port, host, ..." of one section, or the names of all sections if `section` is NULL. */
static const char *known(const struct reader *reader, const char *section, struct dd_buf *out)
{
	const struct dd_setting *s;
	const char *before = "";

	for (s = reader->table; s->key != NULL; s++) {
		size_t len = section_len(s->key);

		if (section != NULL && in_section(s->key, section))
			dd_buf_printf(out, "%s%s", out->len > 0 ? ", " : "", s->key + len + 1);
		if (section == NULL && strncmp(before, s->key, len + 1) != 0)
			dd_buf_printf(out, "%s%.*s", out->len > 0 ? ", " : "", (int)len, s->key);
		before = s->key;
	}
	return dd_buf_cstr(out);
}

static int fail_at(struct reader *reader, yaml_mark_t mark, const char *what)
{
	return dd_fail(reader->err, DD_ERR_INVALID, "%s:%zu:%zu: %s", reader->path, mark.line + 1,
		       mark.column + 1, what);
}

static int fail_unknown(struct reader *reader, const char *name, const char *section)
{
	yaml_mark_t mark = reader->event.start_mark;
	struct dd_buf list = {0};
	const char *names = known(reader, section, &list);

	if (section != NULL)
		dd_fail(reader->err, DD_ERR_INVALID,
			"%s:%zu:%zu: unknown key '%.64s' in section '%s'; known: %s", reader->path,
			mark.line + 1, mark.column + 1, name, section, names);
	else
		dd_fail(reader->err, DD_ERR_INVALID,
			"%s:%zu:%zu: unknown section '%.64s'; known: %s", reader->path,
			mark.line + 1, mark.column + 1, name, names);
	dd_buf_fini(&list);
	return DD_ERR_INVALID;
}

/* The next event into reader->event; the one before is freed. */
static int next(struct reader *reader)
{
	yaml_mark_t mark;

	yaml_event_delete(&reader->event);
	if (yaml_parser_parse(&reader->parser, &reader->event) != 0)
		return 0;
	memset(&reader->event, 0, sizeof(reader->event));
	mark = reader->parser.problem_mark;
	return fail_at(reader, mark,
		       reader->parser.problem != NULL ? reader->parser.problem : "not YAML");
}

/* The scalar's text if it is one without NUL, else NULL. Borrowed until next(). */
static const char *scalar(const struct reader *reader)
{
	const yaml_event_t *event = &reader->event;
	const char *text = (const char *)event->data.scalar.value;

	if (event->type != YAML_SCALAR_EVENT || strlen(text) != event->data.scalar.length)
		return NULL;
	return text;
}

static int parse_number(const struct dd_setting *s, const char *text, int64_t *out)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || *text == ' ')
		return DD_ERR_INVALID;
	if ((s->min != 0 || s->max != 0) && (number < s->min || number > s->max))
		return DD_ERR_INVALID;
	*out = number;
	return 0;
}

/* Take `text` as the value of `s`; `where` goes before the words of a failure. */
static int take(const struct dd_setting *s, const char *where, const char *text,
		struct value *value, struct dd_error *err)
{
	bool truth = strcmp(text, "true") == 0;

	switch (s->type) {
	case DD_SETTING_TEXT:
		free(value->text);
		value->text = dd_strdup(text);
		break;
	case DD_SETTING_BOOL:
		if (!truth && strcmp(text, "false") != 0)
			return dd_fail(err, DD_ERR_INVALID,
				       "%s: '%.64s' for '%s'; allowed: true, false", where, text,
				       s->key);
		value->number = truth;
		break;
	case DD_SETTING_INT:
		if (parse_number(s, text, &value->number) == 0)
			break;
		if (s->min == 0 && s->max == 0)
			return dd_fail(err, DD_ERR_INVALID,
				       "%s: '%.64s' for '%s'; allowed: a number", where, text,
				       s->key);
		return dd_fail(err, DD_ERR_INVALID,
			       "%s: '%.64s' for '%s'; allowed: a number from %lld to %lld", where,
			       text, s->key, (long long)s->min, (long long)s->max);
	}
	value->given = true;
	return 0;
}

/* The setting of a section's key, or -1. */
static long find(const struct dd_setting *table, const char *section, const char *name)
{
	long i;

	for (i = 0; table[i].key != NULL; i++) {
		const char *key = table[i].key;

		if (in_section(key, section) && strcmp(key + section_len(key) + 1, name) == 0)
			return i;
	}
	return -1;
}

/* reader->event is the key. */
static int read_pair(struct reader *reader, const char *section)
{
	char where[320];
	const char *text = scalar(reader);
	long i;
	int rc;

	if (text == NULL)
		return fail_at(reader, reader->event.start_mark, "a key must be a plain word");
	i = find(reader->table, section, text);
	if (i < 0)
		return fail_unknown(reader, text, section);
	if (reader->values[i].given)
		return fail_at(reader, reader->event.start_mark, "the key stands here twice");
	rc = next(reader);
	if (rc != 0)
		return rc;
	text = scalar(reader);
	if (text == NULL)
		return fail_at(reader, reader->event.start_mark,
			       "a value must be one text or number");
	snprintf(where, sizeof(where), "%s:%zu:%zu", reader->path,
		 reader->event.start_mark.line + 1, reader->event.start_mark.column + 1);
	return take(&reader->table[i], where, text, &reader->values[i], reader->err);
}

/* reader->event is the first one behind the section's name. */
static int read_section(struct reader *reader, const char *section)
{
	const char *text = scalar(reader);
	int rc;

	if (text != NULL && (*text == '\0' || strcmp(text, "~") == 0))
		return 0; /* a section with nothing under it */
	if (reader->event.type != YAML_MAPPING_START_EVENT)
		return fail_at(reader, reader->event.start_mark,
			       "a section holds lines of 'key: value'");
	for (;;) {
		rc = next(reader);
		if (rc != 0 || reader->event.type == YAML_MAPPING_END_EVENT)
			return rc;
		rc = read_pair(reader, section);
		if (rc != 0)
			return rc;
	}
}

static bool section_known(const struct dd_setting *table, const char *section)
{
	for (; table->key != NULL; table++) {
		if (in_section(table->key, section))
			return true;
	}
	return false;
}

/* reader->event is the section's name. */
static int read_named_section(struct reader *reader)
{
	char section[NAME_MAX_LEN];
	const char *text = scalar(reader);
	int rc;

	if (text == NULL)
		return fail_at(reader, reader->event.start_mark, "a section must be a plain word");
	if (strlen(text) >= sizeof(section) || !section_known(reader->table, text))
		return fail_unknown(reader, text, NULL);
	snprintf(section, sizeof(section), "%s", text);
	rc = next(reader);
	return rc != 0 ? rc : read_section(reader, section);
}

/* Past the beginnings of stream and document; an empty file ends at once. */
static int read_root(struct reader *reader)
{
	const char *text;
	int rc;

	do {
		rc = next(reader);
	} while (rc == 0 && (reader->event.type == YAML_STREAM_START_EVENT ||
			     reader->event.type == YAML_DOCUMENT_START_EVENT));
	if (rc != 0 || reader->event.type == YAML_STREAM_END_EVENT)
		return rc;
	text = scalar(reader);
	if (text != NULL && *text == '\0')
		return 0;
	if (reader->event.type != YAML_MAPPING_START_EVENT)
		return fail_at(reader, reader->event.start_mark,
			       "the file holds sections: 'name:'");
	for (;;) {
		rc = next(reader);
		if (rc != 0 || reader->event.type == YAML_MAPPING_END_EVENT)
			return rc;
		rc = read_named_section(reader);
		if (rc != 0)
			return rc;
	}
}

/* Nothing may follow the one document. */
static int read_end(struct reader *reader)
{
	int rc;

	while (reader->event.type != YAML_STREAM_END_EVENT) {
		rc = next(reader);
		if (rc != 0)
			return rc;
		if (reader->event.type == YAML_DOCUMENT_START_EVENT)
			return fail_at(reader, reader->event.start_mark,
				       "a second document; only one is allowed");
	}
	return 0;
}

static int read_file(struct reader *reader)
{
	struct dd_buf content = {0};
	int rc = dd_file_read(reader->path, CONFIG_MAX_BYTES, &content, reader->err);

	if (rc != 0) {
		dd_buf_fini(&content);
		return rc;
	}
	if (yaml_parser_initialize(&reader->parser) == 0)
		abort();
	yaml_parser_set_input_string(&reader->parser, content.data, content.len);
	rc = read_root(reader);
	if (rc == 0)
		rc = read_end(reader);
	yaml_event_delete(&reader->event);
	yaml_parser_delete(&reader->parser);
	dd_buf_fini(&content);
	return rc;
}

/* "mail.host" gives DONDOC_MAIL_HOST. */
static void env_name(const char *key, char *out, size_t size)
{
	char *at = out + snprintf(out, size, "DONDOC_");

	assert(strlen(key) + sizeof("DONDOC_") <= size);
	for (; *key != '\0'; key++)
		*at++ = (char)(*key >= 'a' && *key <= 'z' ? *key - 'a' + 'A'
			       : *key == '.'              ? '_'
							  : *key);
	*at = '\0';
}

static int read_env(struct reader *reader)
{
	char name[NAME_MAX_LEN * 2];
	char where[NAME_MAX_LEN * 2 + 16];
	size_t i;

	for (i = 0; reader->table[i].key != NULL; i++) {
		const char *text;
		int rc;

		env_name(reader->table[i].key, name, sizeof(name));
		text = getenv(name);
		if (text == NULL)
			continue;
		snprintf(where, sizeof(where), "environment %s", name);
		if (!dd_text_valid(text, strlen(text)))
			return dd_fail(reader->err, DD_ERR_INVALID, "%s: not UTF-8", where);
		rc = take(&reader->table[i], where, text, &reader->values[i], reader->err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int fill_defaults(struct reader *reader)
{
	const struct dd_setting *s;
	struct value *value = reader->values;

	for (s = reader->table; s->key != NULL; s++, value++) {
		if (value->given)
			continue;
		if (s->type == DD_SETTING_TEXT && s->text == NULL)
			return dd_fail(reader->err, DD_ERR_INVALID,
				       "%s: '%s' is required and not set: %s",
				       reader->path != NULL ? reader->path : "settings", s->key,
				       s->help != NULL ? s->help : "");
		value->number = s->number;
		if (s->type == DD_SETTING_TEXT)
			value->text = dd_strdup(s->text);
	}
	return 0;
}

/* Texts move into the struct. */
static void fill(const struct reader *reader, void *into)
{
	const struct dd_setting *s;
	struct value *value = reader->values;
	bool truth;

	for (s = reader->table; s->key != NULL; s++, value++) {
		uint8_t *place = (uint8_t *)into + s->offset;

		truth = value->number != 0;
		switch (s->type) {
		case DD_SETTING_TEXT:
			memcpy(place, &value->text, sizeof(value->text));
			value->text = NULL;
			break;
		case DD_SETTING_INT:
			memcpy(place, &value->number, sizeof(value->number));
			break;
		case DD_SETTING_BOOL:
			memcpy(place, &truth, sizeof(truth));
			break;
		}
	}
}

int dd_config_load(const char *path, const struct dd_setting *table, void *into,
		   struct dd_error *err)
{
	struct reader reader = {.path = path, .table = table, .err = err};
	size_t len = table_len(table);
	size_t i;
	int rc = 0;

	reader.values = dd_alloc((len + 1) * sizeof(*reader.values));
	if (path != NULL)
		rc = read_file(&reader);
	if (rc == 0)
		rc = read_env(&reader);
	if (rc == 0)
		rc = fill_defaults(&reader);
	if (rc == 0)
		fill(&reader, into);
	for (i = 0; i < len; i++)
		free(reader.values[i].text);
	free(reader.values);
	return rc;
}

void dd_config_fini(const struct dd_setting *table, void *into)
{
	static const char *const none;

	for (; table->key != NULL; table++) {
		char *text;
		uint8_t *place = (uint8_t *)into + table->offset;

		if (table->type != DD_SETTING_TEXT)
			continue;
		memcpy(&text, place, sizeof(text));
		free(text);
		memcpy(place, &none, sizeof(none));
	}
}
