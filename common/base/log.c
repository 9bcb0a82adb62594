/* log.c - lines of JSON on stderr. */
#include "common/base/log.h"

#include "common/base/buf.h"
#include "common/base/clock.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

#define TEXT_MAX 1024 /* bytes of one text: a line stays far below what a pipe takes at once */

/* One stderr per process. Set before threads are started. */
static struct {
	char service[32];
	enum dd_log_level level;
} settings = {"dondoc", DD_LOG_INFO};

void dd_log_start(const char *service, enum dd_log_level level)
{
	snprintf(settings.service, sizeof(settings.service), "%s", service);
	settings.level = level;
}

static const char *level_name(enum dd_log_level level)
{
	switch (level) {
	case DD_LOG_DEBUG:
		return "debug";
	case DD_LOG_INFO:
		return "info";
	case DD_LOG_WARN:
		return "warn";
	case DD_LOG_ERROR:
		return "error";
	}
	return "error";
}

/* One character of `left` bytes; returns how many bytes it took. */
static size_t add_char(struct dd_buf *line, const char *at, size_t left)
{
	utf8proc_int32_t point;
	utf8proc_ssize_t step =
		utf8proc_iterate((const utf8proc_uint8_t *)at, (utf8proc_ssize_t)left, &point);

	if (step <= 0) {
		dd_buf_text(line, "\\ufffd");
		return 1;
	}
	if (point == '"' || point == '\\')
		dd_buf_printf(line, "\\%c", (char)point);
	else if (point < 0x20 || point == 0x7f)
		dd_buf_printf(line, "\\u%04x", (unsigned)point);
	else
		dd_buf_add(line, at, (size_t)step);
	return (size_t)step;
}

static void add_text(struct dd_buf *line, const char *text)
{
	size_t len = strnlen(text, TEXT_MAX);
	size_t at = 0;

	dd_buf_text(line, "\"");
	while (at < len)
		at += add_char(line, text + at, len - at);
	dd_buf_text(line, "\"");
}

static void add_value(struct dd_buf *line, const struct dd_field *field)
{
	switch (field->kind) {
	case DD_FIELD_TEXT:
		if (field->text != NULL)
			add_text(line, field->text);
		else
			dd_buf_text(line, "null");
		break;
	case DD_FIELD_INT:
		dd_buf_printf(line, "%lld", (long long)field->i);
		break;
	case DD_FIELD_UINT:
		dd_buf_printf(line, "%llu", (unsigned long long)field->u);
		break;
	case DD_FIELD_REAL:
		if (isfinite(field->real))
			dd_buf_printf(line, "%.9g", field->real);
		else
			dd_buf_text(line, "null");
		break;
	case DD_FIELD_BOOL:
		dd_buf_text(line, field->i != 0 ? "true" : "false");
		break;
	}
}

static void add_member(struct dd_buf *line, const char *key, const char *value)
{
	dd_buf_text(line, ",");
	add_text(line, key);
	dd_buf_text(line, ":");
	add_text(line, value);
}

/* What stderr does not take is lost: a service does not stop for its diagnostics. */
static void put(const struct dd_buf *line)
{
	ssize_t rc;

	do {
		rc = write(STDERR_FILENO, line->data, line->len);
	} while (rc < 0 && errno == EINTR);
}

void dd_log_line(enum dd_log_level level, const char *event, const struct dd_field *fields,
		 int count)
{
	struct dd_buf line = {0};
	char time[DD_TIME_TEXT];
	int saved = errno;
	int i;

	if (level < settings.level)
		return;
	dd_buf_printf(&line, "{\"time\":\"%s\"", dd_time_iso(dd_wall_us(), time));
	add_member(&line, "level", level_name(level));
	add_member(&line, "service", settings.service);
	add_member(&line, "event", event);
	for (i = 0; i < count; i++) {
		dd_buf_text(&line, ",");
		add_text(&line, fields[i].key);
		dd_buf_text(&line, ":");
		add_value(&line, &fields[i]);
	}
	dd_buf_text(&line, "}\n");
	put(&line);
	dd_buf_fini(&line);
	errno = saved;
}
