/* cli_mail_decode.c - encoded words, quoted-printable, base64, charsets. */
#include "services/cli/cli_mail_read.h"
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#define REPLACEMENT "\xef\xbf\xbd"

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

static void add_byte(struct dd_buf *out, int byte)
{
	const uint8_t one = (uint8_t)byte;

	dd_buf_add(out, &one, 1);
}

/* "=C3" at `at`; -1 if it is none. */
static int quoted_byte(struct cli_span text, size_t at)
{
	int high = at + 2 < text.len ? hex_value(text.at[at + 1]) : -1;
	int low = high >= 0 ? hex_value(text.at[at + 2]) : -1;

	return low >= 0 ? 16 * high + low : -1;
}

/* One line without its end. False: it goes on in the next. */
static bool decode_line(struct cli_span line, struct dd_buf *out)
{
	while (line.len > 0 && strchr(" \t\r", line.at[line.len - 1]))
		line.len--; /* these came from the way here */
	for (size_t i = 0; i < line.len; i++) {
		int byte = line.at[i] == '=' ? quoted_byte(line, i) : -1;

		if (byte < 0 && line.at[i] == '=' && i + 1 == line.len)
			return false;
		if (byte >= 0) {
			add_byte(out, byte);
			i += 2;
		} else {
			dd_buf_add(out, line.at + i, 1);
		}
	}
	return true;
}

void cli_mail_decode_quoted(struct cli_span text, struct dd_buf *out)
{
	while (text.len > 0) {
		const char *end = memchr(text.at, '\n', text.len);
		size_t len = end ? (size_t)(end - text.at) : text.len;

		if (decode_line((struct cli_span){text.at, len}, out) && end)
			dd_buf_text(out, "\n");
		text.at += len + (end ? 1 : 0);
		text.len -= len + (end ? 1 : 0);
	}
}

static int base64_value(char digit)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = digit ? strchr(digits, digit) : NULL;

	return found ? (int)(found - digits) : -1;
}

void cli_mail_decode_base64(struct cli_span text, struct dd_buf *out)
{
	unsigned bits = 0;
	int count = 0;

	for (size_t i = 0; i < text.len && text.at[i] != '='; i++) {
		int value = base64_value(text.at[i]);

		if (value < 0)
			continue;
		bits = (bits << 6 | (unsigned)value) & 0xffffff;
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		add_byte(out, (int)(bits >> count & 0xff));
	}
}

static bool is_charset(struct cli_span charset, const char *name)
{
	return charset.len == strlen(name) && strncasecmp(charset.at, name, charset.len) == 0;
}

bool cli_mail_to_utf8(struct cli_span charset, struct cli_span bytes, struct dd_buf *out)
{
	bool latin = is_charset(charset, "iso-8859-1") || is_charset(charset, "latin1");

	for (size_t i = 0; i < bytes.len; i++) {
		const unsigned char byte = (unsigned char)bytes.at[i];

		if (latin && byte >= 0x80) {
			add_byte(out, 0xc0 | byte >> 6);
			add_byte(out, 0x80 | (byte & 0x3f));
		} else {
			add_byte(out, byte);
		}
	}
	return latin || charset.len == 0 || is_charset(charset, "utf-8") ||
	       is_charset(charset, "us-ascii");
}

/* The Q of encoded words: quoted-printable with "_" for a blank, and no lines. */
static void decode_q(struct cli_span text, struct dd_buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		int byte = text.at[i] == '=' ? quoted_byte(text, i) : -1;

		if (byte >= 0) {
			add_byte(out, byte);
			i += 2;
		} else {
			add_byte(out, text.at[i] == '_' ? ' ' : text.at[i]);
		}
	}
}

/* "=?charset?Q?text?=" at the beginning of `text`: its length, 0 if there is none. */
static size_t decode_word(const char *text, struct dd_buf *out)
{
	struct cli_span charset = {text + 2, 0}, encoded;
	struct dd_buf bytes = {0}, words = {0};
	size_t start = out->len;
	char kind;
	bool known;

	if (strncmp(text, "=?", 2) != 0)
		return 0;
	charset.len = strcspn(charset.at, "?* \t");
	encoded.at = charset.at + strcspn(charset.at, "? \t"); /* a language may follow a "*" */
	kind = encoded.at[0] == '?' ? encoded.at[1] : '\0';
	if (!kind || !strchr("BbQq", kind) || encoded.at[2] != '?')
		return 0;
	encoded.at += 3;
	encoded.len = strcspn(encoded.at, "? \t");
	if (strncmp(encoded.at + encoded.len, "?=", 2) != 0)
		return 0;
	if (kind == 'B' || kind == 'b')
		cli_mail_decode_base64(encoded, &bytes);
	else
		decode_q(encoded, &bytes);
	known = cli_mail_to_utf8(charset, (struct cli_span){(const char *)bytes.data, bytes.len},
				 &words);
	if (known)
		dd_buf_add(out, words.data, words.len);
	else
		out->len = start;
	dd_buf_fini(&bytes);
	dd_buf_fini(&words);
	return known ? (size_t)(encoded.at + encoded.len + 2 - text) : 0;
}

void cli_mail_decode_words(const char *text, struct dd_buf *out)
{
	bool after_word = false;

	while (*text) {
		size_t blanks = strspn(text, " \t"), len, start = out->len;

		dd_buf_add(out, text, blanks);
		if (after_word && text[blanks] == '=')
			out->len = start;
		len = decode_word(text + blanks, out);
		if (len == 0) {
			out->len = start;
			len = text[blanks] ? 1 + strcspn(text + blanks + 1, " \t=") : 0;
			dd_buf_add(out, text, blanks + len);
			after_word = false;
		} else {
			after_word = true;
		}
		text += blanks + len;
	}
}

void cli_mail_scrub(struct cli_span bytes, struct dd_buf *out)
{
	while (bytes.len > 0) {
		utf8proc_int32_t point;
		utf8proc_ssize_t n =
			utf8proc_iterate((const utf8proc_uint8_t *)bytes.at,
					 bytes.len < 4 ? (utf8proc_ssize_t)bytes.len : 4, &point);
		size_t taken = n < 1 ? 1 : (size_t)n;

		if (n < 1 || point == 0)
			dd_buf_text(out, REPLACEMENT);
		else
			dd_buf_add(out, bytes.at, taken);
		bytes.at += taken;
		bytes.len -= taken;
	}
}
