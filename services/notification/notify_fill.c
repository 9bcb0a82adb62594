/* notify_fill.c - see notify_fill.h. */
#include "services/notification/notify_fill.h"

#include "common/app/pb_json.h"
#include <ctype.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyz_"

/* Length of the place that begins at `at` with its braces; 0 = none does. */
static size_t place_len(const char *at)
{
	const size_t len = strspn(at + 1, LETTERS);

	return at[0] == '{' && len > 0 && at[len + 1] == '}' ? len + 2 : 0;
}

static const struct notify_value *value_of(const struct notify_value *values, const char *at,
					   size_t len)
{
	for (; values->name != NULL; values++)
		if (strlen(values->name) == len - 2 && strncmp(values->name, at + 1, len - 2) == 0)
			return values;
	return NULL;
}

static void add_json(struct dd_buf *out, const char *text)
{
	struct dd_buf quoted = {0};

	dd_json_quote(&quoted, text);
	dd_buf_add(out, quoted.data + 1, quoted.len - 2);
	dd_buf_fini(&quoted);
}

static void add_form(struct dd_buf *out, const char *text)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (isalnum((unsigned char)*c) || strchr("-._~", *c) != NULL)
			dd_buf_add(out, c, 1);
		else
			dd_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*c);
	}
}

void notify_fill(struct dd_buf *out, const char *pattern, const struct notify_value *values,
		 enum notify_fill_as as)
{
	while (*pattern != '\0') {
		const size_t len = place_len(pattern);
		const struct notify_value *value = len > 0 ? value_of(values, pattern, len) : NULL;

		if (value == NULL) {
			dd_buf_add(out, pattern++, 1);
			continue;
		}
		if (as == NOTIFY_FILL_JSON)
			add_json(out, value->text);
		else if (as == NOTIFY_FILL_FORM)
			add_form(out, value->text);
		else
			dd_buf_text(out, value->text);
		pattern += len;
	}
}

int notify_fill_check(const char *pattern, const struct notify_value *values, struct dd_error *err)
{
	struct dd_buf known = {0};

	for (const struct notify_value *value = values; value->name != NULL; value++)
		dd_buf_printf(&known, " {%s}", value->name);
	for (; *pattern != '\0'; pattern++) {
		const size_t len = place_len(pattern);

		if (len == 0 || value_of(values, pattern, len) != NULL)
			continue;
		(void)dd_fail(err, DD_ERR_INVALID, "'%.*s' is unknown; there are:%s", (int)len,
			      pattern, dd_buf_cstr(&known));
		dd_buf_fini(&known);
		return DD_ERR_INVALID;
	}
	dd_buf_fini(&known);
	return 0;
}
