/* log.h - the process's own diagnostics: one JSON object a line on stderr. Not the event log. */
#ifndef DD_BASE_LOG_H
#define DD_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum dd_log_level { DD_LOG_DEBUG, DD_LOG_INFO, DD_LOG_WARN, DD_LOG_ERROR };

/* `service` is copied. Lines below `level` are left out. Default: "dondoc", info. */
void dd_log_start(const char *service, enum dd_log_level level);

/* One field of a line. Build with the macros. */
struct dd_field {
	const char *key;
	enum { DD_FIELD_TEXT, DD_FIELD_INT, DD_FIELD_UINT, DD_FIELD_REAL, DD_FIELD_BOOL } kind;
	const char *text;
	int64_t i;
	uint64_t u;
	double real;
};
#define dd_f_text(k, v) ((struct dd_field){.key = (k), .kind = DD_FIELD_TEXT, .text = (v)})
#define dd_f_int(k, v)  ((struct dd_field){.key = (k), .kind = DD_FIELD_INT, .i = (v)})
#define dd_f_uint(k, v) ((struct dd_field){.key = (k), .kind = DD_FIELD_UINT, .u = (v)})
#define dd_f_real(k, v) ((struct dd_field){.key = (k), .kind = DD_FIELD_REAL, .real = (v)})
#define dd_f_bool(k, v) ((struct dd_field){.key = (k), .kind = DD_FIELD_BOOL, .i = (v)})

/* `event` is a stable dotted name, "log.recovered". No personal data, no bodies of messages.
 * Thread-safe: a line is one write. Usage:
 *   dd_log(DD_LOG_INFO, "task.ready", dd_f_uint("sequence", seq), dd_f_text("dir", dir)); */
void dd_log_line(enum dd_log_level level, const char *event, const struct dd_field *fields,
		 int count);
#define dd_log(level, event, ...)                                                                  \
	dd_log_line(                                                                               \
		(level), (event), (const struct dd_field[]){__VA_ARGS__},                          \
		(int)(sizeof((const struct dd_field[]){__VA_ARGS__}) / sizeof(struct dd_field)))
#define dd_log0(level, event) dd_log_line((level), (event), 0, 0)

#endif
