/* key_file.c - see key_file.h. */
#include "common/net/key_file.h"
#include <stdint.h>
#include <string.h>
#include <zmq.h>

#define KEY_TEXT 40

static const char *value_of(const char *line, size_t len, const char *word)
{
	size_t word_len = strlen(word);

	if (len <= word_len || memcmp(line, word, word_len) != 0 || line[word_len] != ' ')
		return NULL;
	return line + word_len + 1;
}

static int copy_value(const char *value, const char *end, char *out, size_t room)
{
	size_t len;

	while (value < end && *value == ' ')
		value++;
	while (end > value && (end[-1] == ' ' || end[-1] == '\r'))
		end--;
	len = (size_t)(end - value);
	if (len == 0 || len >= room || memchr(value, 0, len))
		return DD_ERR_INVALID;
	memcpy(out, value, len);
	out[len] = 0;
	return 0;
}

int dd_key_file_value(struct dd_buf *file, const char *word, char *out, size_t room)
{
	const char *at = dd_buf_cstr(file);
	const char *end = at + file->len;
	int rc = DD_ERR_NOT_FOUND;

	while (at < end) {
		const char *line_end = memchr(at, '\n', (size_t)(end - at));
		const char *value;

		if (!line_end)
			line_end = end;
		value = value_of(at, (size_t)(line_end - at), word);
		if (value) {
			if (rc != DD_ERR_NOT_FOUND)
				return DD_ERR_INVALID;
			rc = copy_value(value, line_end, out, room);
		}
		at = line_end + 1;
	}
	return rc;
}

bool dd_key_text_valid(const char *text)
{
	uint8_t key[32];

	/* The decoder takes any bytes for digits: look at the alphabet first. */
	return strlen(text) == KEY_TEXT &&
	       strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    ".-:+=^!/*?&<>()[]{}@%$#") == KEY_TEXT &&
	       zmq_z85_decode(key, text) != NULL;
}
