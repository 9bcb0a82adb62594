/* cli_mail_read.c - lines, header fields, parts. All walks go forward over borrowed bytes. */
#include "services/cli/cli_mail_read.h"
#include "common/base/clock.h"
#include <string.h>
#include <strings.h>

#define DEPTH_MAX    8
#define PARTS_MAX    100
#define BOUNDARY_MAX 128 /* RFC 2046 allows 70 */

/* Take the next line off `rest`, without its end. False: nothing is left. */
static bool next_line(struct cli_span *rest, struct cli_span *line_out)
{
	const char *end = rest->len > 0 ? memchr(rest->at, '\n', rest->len) : NULL;
	size_t len = end ? (size_t)(end - rest->at) : rest->len;
	size_t taken = end ? len + 1 : len;

	if (rest->len == 0)
		return false;
	*line_out = (struct cli_span){rest->at, len};
	if (len > 0 && rest->at[len - 1] == '\r')
		line_out->len--;
	rest->at += taken;
	rest->len -= taken;
	return true;
}

static bool is_folded(struct cli_span line)
{
	return line.len > 0 && (line.at[0] == ' ' || line.at[0] == '\t');
}

/* The field's value on this line; NULL if the line is another field's. */
static const char *field_value(struct cli_span line, const char *name)
{
	size_t len = strlen(name);

	if (line.len <= len || line.at[len] != ':' || strncasecmp(line.at, name, len) != 0)
		return NULL;
	return line.at + len + 1;
}

/* The raw value, unfolded, in `out`. */
static bool raw_header(struct cli_span rest, const char *name, struct dd_buf *out)
{
	struct cli_span line;
	bool found = false;

	while (next_line(&rest, &line) && line.len > 0) {
		const char *value = found || is_folded(line) ? NULL : field_value(line, name);

		if (found && !is_folded(line))
			break;
		if (found)
			dd_buf_add(out, line.at, line.len);
		else if (value)
			dd_buf_add(out, value, (size_t)(line.at + line.len - value));
		found = found || value;
	}
	return found;
}

static struct cli_span span_of(const struct dd_buf *buf)
{
	return (struct cli_span){(const char *)buf->data, buf->len};
}

bool cli_mail_header(struct cli_span mail, const char *name, struct dd_buf *out)
{
	struct dd_buf raw = {0}, words = {0};
	bool found = raw_header(mail, name, &raw);
	const char *text = dd_buf_cstr(&raw);

	cli_mail_decode_words(text + strspn(text, " \t"), &words);
	cli_mail_scrub(span_of(&words), out);
	dd_buf_fini(&words);
	dd_buf_fini(&raw);
	return found;
}

static struct cli_span body_of(struct cli_span mail)
{
	struct cli_span line;

	while (next_line(&mail, &line) && line.len > 0)
		;
	return mail;
}

/* --- parts ------------------------------------------------------------------------------------ */

/* What the header says of a part's body. */
struct kind {
	struct dd_buf type;     /* owned: "text/plain; charset=utf-8" */
	struct dd_buf encoding; /* owned: "base64" */
};

static void read_kind(struct cli_span part, struct kind *kind)
{
	*kind = (struct kind){0};
	if (!raw_header(part, "Content-Type", &kind->type))
		dd_buf_text(&kind->type, "text/plain");
	(void)raw_header(part, "Content-Transfer-Encoding", &kind->encoding);
	(void)dd_buf_cstr(&kind->type);
	(void)dd_buf_cstr(&kind->encoding);
}

static void kind_fini(struct kind *kind)
{
	dd_buf_fini(&kind->type);
	dd_buf_fini(&kind->encoding);
}

/* Whether a field's value is this word, or begins with it if it ends with "/". */
static bool is_word(const struct dd_buf *value, const char *word)
{
	const char *text = (const char *)value->data;
	size_t len = strlen(word);

	text += strspn(text, " \t");
	return strncasecmp(text, word, len) == 0 &&
	       (word[len - 1] == '/' || strchr("; \t", text[len]));
}

/* A parameter of Content-Type, without its quotes; empty if there is none. */
static struct cli_span parameter(const struct dd_buf *type, const char *name)
{
	const char *at = strchr((const char *)type->data, ';');
	size_t len = strlen(name);

	for (; at; at = strchr(at, ';')) {
		at++;
		at += strspn(at, " \t");
		if (strncasecmp(at, name, len) != 0 || at[len] != '=')
			continue;
		at += len + 1;
		if (*at == '"')
			return (struct cli_span){at + 1, strcspn(at + 1, "\"")};
		return (struct cli_span){at, strcspn(at, "; \t")};
	}
	return (struct cli_span){"", 0};
}

static void decode_body(struct cli_span body, const struct kind *kind, struct dd_buf *out)
{
	struct dd_buf bytes = {0}, text = {0};

	if (is_word(&kind->encoding, "base64"))
		cli_mail_decode_base64(body, &bytes);
	else if (is_word(&kind->encoding, "quoted-printable"))
		cli_mail_decode_quoted(body, &bytes);
	else
		dd_buf_add(&bytes, body.at, body.len);
	(void)cli_mail_to_utf8(parameter(&kind->type, "charset"), span_of(&bytes), &text);
	cli_mail_scrub(span_of(&text), out);
	dd_buf_fini(&text);
	dd_buf_fini(&bytes);
}

enum delimiter { DELIMITER_NONE, DELIMITER_PART, DELIMITER_END };

static enum delimiter delimiter(struct cli_span line, struct cli_span boundary)
{
	size_t len = boundary.len + 2;

	if (line.len < len || memcmp(line.at, "--", 2) != 0 ||
	    memcmp(line.at + 2, boundary.at, boundary.len) != 0)
		return DELIMITER_NONE;
	if (line.len >= len + 2 && memcmp(line.at + len, "--", 2) == 0)
		return DELIMITER_END;
	while (len < line.len && (line.at[len] == ' ' || line.at[len] == '\t'))
		len++;
	return len == line.len ? DELIMITER_PART : DELIMITER_NONE;
}

/* The next part of a multipart body: from behind one delimiter to the line break before the next.
 * `rest` begins behind a delimiter. False: it was the last. */
static bool next_part(struct cli_span *rest, struct cli_span boundary, struct cli_span *part_out)
{
	const char *start = rest->at;
	struct cli_span line;
	const char *end = start;

	if (!start)
		return false;
	while (next_line(rest, &line)) {
		enum delimiter found = delimiter(line, boundary);

		if (found == DELIMITER_NONE) {
			end = line.at + line.len;
			continue;
		}
		if (found == DELIMITER_END)
			rest->at = NULL;
		*part_out = (struct cli_span){start, (size_t)(end - start)};
		return true;
	}
	rest->at = NULL; /* cut short: what there is */
	*part_out = (struct cli_span){start, (size_t)(end - start)};
	return true;
}

static int find_part(struct cli_span part, const char *type, int depth, struct dd_buf *out);

static int find_in_parts(struct cli_span rest, struct cli_span boundary, const char *type,
			 int depth, struct dd_buf *out)
{
	struct cli_span part;
	int rc = DD_ERR_NOT_FOUND;

	if (boundary.len == 0 || boundary.len > BOUNDARY_MAX ||
	    !next_part(&rest, boundary, &part)) /* what stands before the first is for nobody */
		return DD_ERR_NOT_FOUND;
	for (int i = 0; i < PARTS_MAX && rc != 0 && next_part(&rest, boundary, &part); i++)
		rc = find_part(part, type, depth, out);
	return rc;
}

static int find_part(struct cli_span part, const char *type, int depth, struct dd_buf *out)
{
	int rc = DD_ERR_NOT_FOUND;
	struct kind kind;

	read_kind(part, &kind);
	if (is_word(&kind.type, type)) {
		decode_body(body_of(part), &kind, out);
		rc = 0;
	} else if (is_word(&kind.type, "multipart/") && depth < DEPTH_MAX) {
		rc = find_in_parts(body_of(part), parameter(&kind.type, "boundary"), type,
				   depth + 1, out);
	}
	kind_fini(&kind);
	return rc;
}

int cli_mail_part(struct cli_span mail, const char *type, struct dd_buf *out)
{
	return find_part(mail, type, 0, out);
}

/* --- dates ------------------------------------------------------------------------------------ */

/* A number of at most four digits and what must follow it. */
static bool take_number(const char **text, const char *after, int *value_out)
{
	const char *at = *text + strspn(*text, " ");
	size_t digits = strspn(at, "0123456789");

	*value_out = 0;
	for (size_t i = 0; i < digits && i < 4; i++)
		*value_out = 10 * *value_out + (at[i] - '0');
	at += digits;
	*text = at + strlen(after);
	return digits > 0 && digits <= 4 && strncmp(at, after, strlen(after)) == 0;
}

static bool take_month(const char **text, int *month_out)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	*text += strspn(*text, " ");
	for (int i = 0; i < 12; i++) {
		if (strncasecmp(*text, months + 3 * (size_t)i, 3) == 0) {
			*month_out = i + 1;
			*text += 3;
			return true;
		}
	}
	return false;
}

/* "+0700"; what is not of this form is UTC. */
static int64_t zone_us(const char *text)
{
	const char *at = text + strspn(text, " ");
	int value;
	const char *digits = at + 1;

	if ((*at != '+' && *at != '-') || !take_number(&digits, "", &value))
		return 0;
	return (*at == '-' ? -60 : 60) * DD_SECOND_US * (value / 100 * 60 + value % 100);
}

int cli_mail_date(const char *text, int64_t *us_out)
{
	const char *comma = strchr(text, ',');
	const char *at = comma ? comma + 1 : text;
	struct dd_date date;
	int hour, minute, second;

	if (!take_number(&at, " ", &date.day) || !take_month(&at, &date.month) ||
	    !take_number(&at, " ", &date.year) || !take_number(&at, ":", &hour) ||
	    !take_number(&at, ":", &minute) || !take_number(&at, "", &second))
		return DD_ERR_INVALID;
	if (date.year < 1970 || date.day < 1 || date.day > 31 || hour > 23 || minute > 59 ||
	    second > 60)
		return DD_ERR_INVALID;
	*us_out = (int64_t)dd_day_from_date(date) * DD_DAY_US +
		  ((hour * INT64_C(60) + minute) * 60 + second) * DD_SECOND_US - zone_us(at);
	return 0;
}
