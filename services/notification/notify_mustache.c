/* notify_mustache.c - see notify_mustache.h. A template is a row of parts; a section knows the part
 * behind its end. */
#include "services/notification/notify_mustache.h"

#include "common/base/alloc.h"
#include "common/base/text.h"
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8
#define NAME_MAX  40

enum part_kind { PART_WORDS, PART_VALUE, PART_SECTION, PART_INVERTED };

struct part {
	enum part_kind kind;
	uint32_t end; /* of a section: the part behind it */
	const char *words;
	size_t len;
	const struct notify_name *name;
	uint8_t level; /* of lists around, from which its value comes */
	uint16_t index;
	bool list;
};

struct notify_template {
	char *text; /* owned; parts point into it */
	struct part *parts;
	size_t count, cap;
};

/* --- reading -----------------------------------------------------------------------------------
 */

struct open_section {
	size_t part;
	size_t line;
	bool list; /* its items' names are known inside */
};

struct reading {
	struct notify_template *template;
	const char *file;
	const char *at, *end;
	size_t line;
	const struct notify_name *levels[DEPTH_MAX + 1];
	uint8_t level;
	struct open_section open[DEPTH_MAX];
	size_t depth;
	struct dd_error *err;
};

/* What stands between the signs. */
struct tag {
	const char *begin, *end; /* with the signs */
	char sign;               /* '#', '^', '/', '!'; 0 = a value */
	char name[NAME_MAX];
};

static struct part *add_part(struct reading *reading, enum part_kind kind)
{
	struct notify_template *template = reading->template;

	if (template->count == template->cap) {
		template->cap = template->cap > 0 ? template->cap * 2 : 32;
		template->parts =
			dd_realloc(template->parts, template->cap * sizeof(template->parts[0]));
	}
	template->parts[template->count] = (struct part){.kind = kind};
	return &template->parts[template->count++];
}

static void add_words(struct reading *reading, const char *to)
{
	struct part *part;

	if (reading->at >= to)
		return;
	part = add_part(reading, PART_WORDS);
	part->words = reading->at;
	part->len = (size_t)(to - reading->at);
}

static size_t count_lines(const char *from, const char *to)
{
	size_t count = 0;

	for (; from < to; from++)
		count += *from == '\n';
	return count;
}

static int wrong(const struct reading *reading, const char *what)
{
	return dd_fail(reading->err, DD_ERR_INVALID, "%s:%zu: %s", reading->file, reading->line,
		       what);
}

/* "{{", blanks, sign, blanks, name, blanks, "}}" */
static int read_tag(const struct reading *reading, const char *begin, struct tag *tag)
{
	const char *close = memmem(begin, (size_t)(reading->end - begin), "}}", 2);
	const char *at = begin + 2, *to = close;
	size_t len;

	if (close == NULL)
		return wrong(reading, "'{{' is not followed by '}}': close it");
	*tag = (struct tag){.begin = begin, .end = close + 2};
	while (at < to && *at == ' ')
		at++;
	if (at < to && strchr("{&>=", *at) != NULL)
		return wrong(reading, "'{{{', '{{&', '{{>' and '{{=' are not known here: values "
				      "are always escaped, write {{name}}");
	if (at < to && strchr("#^/!", *at) != NULL)
		tag->sign = *at++;
	if (tag->sign == '!')
		return 0;
	while (at < to && *at == ' ')
		at++;
	while (to > at && to[-1] == ' ')
		to--;
	len = (size_t)(to - at);
	if (len == 0 || len >= sizeof(tag->name))
		return wrong(reading, "between '{{' and '}}' stands the name of a value");
	memcpy(tag->name, at, len);
	return 0;
}

/* A tag that stands alone on its line takes the line with it. */
static void take_line(const struct reading *reading, struct tag *tag)
{
	const char *before = tag->begin, *after = tag->end;

	if (tag->sign == 0)
		return;
	while (before > reading->at && (before[-1] == ' ' || before[-1] == '\t'))
		before--;
	while (after < reading->end && (*after == ' ' || *after == '\t' || *after == '\r'))
		after++;
	if ((before > reading->template->text && before[-1] != '\n') ||
	    (after < reading->end && *after != '\n'))
		return;
	tag->begin = before;
	tag->end = after < reading->end ? after + 1 : after;
}

static int unknown(const struct reading *reading, const char *name)
{
	struct dd_buf known = {0};
	int rc;

	for (uint8_t level = reading->level + 1; level-- > 0;)
		for (const struct notify_name *n = reading->levels[level]; n->name != NULL; n++)
			dd_buf_printf(&known, "%s%s", known.len > 0 ? ", " : "", n->name);
	rc = dd_fail(reading->err, DD_ERR_INVALID,
		     "%s:%zu: '%s' is not known here; known are: %.600s", reading->file,
		     reading->line, name, dd_buf_cstr(&known));
	dd_buf_fini(&known);
	return rc;
}

static int find_name(const struct reading *reading, const char *name, struct part *part)
{
	for (uint8_t level = reading->level + 1; level-- > 0;) {
		const struct notify_name *names = reading->levels[level];

		for (uint16_t i = 0; names[i].name != NULL; i++) {
			if (strcmp(names[i].name, name) != 0)
				continue;
			part->name = &names[i];
			part->level = level;
			part->index = i;
			part->list = names[i].inside != NULL;
			return 0;
		}
	}
	return unknown(reading, name);
}

static int begin_section(struct reading *reading, const struct tag *tag)
{
	struct part *part = add_part(reading, tag->sign == '#' ? PART_SECTION : PART_INVERTED);
	int rc = find_name(reading, tag->name, part);

	if (rc != 0)
		return rc;
	if (reading->depth == DEPTH_MAX)
		return wrong(reading, "sections stand in each other too deeply: at most 8");
	reading->open[reading->depth++] =
		(struct open_section){.part = reading->template->count - 1,
				      .line = reading->line,
				      .list = part->list && tag->sign == '#'};
	if (part->list && tag->sign == '#')
		reading->levels[++reading->level] = part->name->inside;
	return 0;
}

static int end_section(struct reading *reading, const struct tag *tag)
{
	struct open_section *open;
	struct part *part;

	if (reading->depth == 0)
		return dd_fail(reading->err, DD_ERR_INVALID,
			       "%s:%zu: {{/%s}} closes nothing: take it away, or open with {{#%s}}",
			       reading->file, reading->line, tag->name, tag->name);
	open = &reading->open[reading->depth - 1];
	part = &reading->template->parts[open->part];
	if (strcmp(part->name->name, tag->name) != 0)
		return dd_fail(reading->err, DD_ERR_INVALID,
			       "%s:%zu: {{/%s}} stands where {{/%s}} (opened in line %zu) must be "
			       "closed first",
			       reading->file, reading->line, tag->name, part->name->name,
			       open->line);
	part->end = (uint32_t)reading->template->count;
	reading->level = (uint8_t)(reading->level - (open->list ? 1 : 0));
	reading->depth--;
	return 0;
}

static int add_tag(struct reading *reading, const struct tag *tag)
{
	struct part *part;
	int rc;

	switch (tag->sign) {
	case '!':
		return 0;
	case '/':
		return end_section(reading, tag);
	case '#':
	case '^':
		return begin_section(reading, tag);
	default:
		part = add_part(reading, PART_VALUE);
		rc = find_name(reading, tag->name, part);
		if (rc == 0 && part->list)
			return dd_fail(reading->err, DD_ERR_INVALID,
				       "%s:%zu: '%s' is a list: write {{#%s}} ... {{/%s}}",
				       reading->file, reading->line, tag->name, tag->name,
				       tag->name);
		return rc;
	}
}

/* One tag that begins there, with the words before it. */
static int read_part(struct reading *reading, const char *begin)
{
	struct tag tag;
	int rc;

	reading->line += count_lines(reading->at, begin);
	rc = read_tag(reading, begin, &tag);
	if (rc != 0)
		return rc;
	take_line(reading, &tag);
	add_words(reading, tag.begin);
	rc = add_tag(reading, &tag);
	reading->line += count_lines(begin, tag.end);
	reading->at = tag.end;
	return rc;
}

static int not_closed(const struct reading *reading)
{
	const struct open_section *open = &reading->open[reading->depth - 1];
	const char *name = reading->template->parts[open->part].name->name;

	return dd_fail(reading->err, DD_ERR_INVALID,
		       "%s:%zu: the section '%s' is not closed: add {{/%s}}", reading->file,
		       open->line, name, name);
}

static int read_all(struct reading *reading)
{
	const char *begin;
	int rc = 0;

	while (rc == 0 &&
	       (begin = memmem(reading->at, (size_t)(reading->end - reading->at), "{{", 2)) != NULL)
		rc = read_part(reading, begin);
	if (rc != 0)
		return rc;
	add_words(reading, reading->end);
	return reading->depth > 0 ? not_closed(reading) : 0;
}

int notify_template_parse(const char *file, const char *text, size_t len,
			  const struct notify_name *names, struct notify_template **template_out,
			  struct dd_error *err)
{
	struct notify_template *template;
	struct reading reading = {.file = file, .line = 1, .levels = {names}, .err = err};
	int rc;

	if (len > NOTIFY_TEMPLATE_MAX)
		return dd_fail(err, DD_ERR_INVALID, "%s is longer than %d bytes: shorten it", file,
			       NOTIFY_TEMPLATE_MAX);
	if (!dd_text_valid(text, len))
		return dd_fail(err, DD_ERR_INVALID, "%s is not UTF-8: save it as UTF-8", file);
	template = dd_alloc(sizeof(*template));
	template->text = dd_alloc(len + 1);
	memcpy(template->text, text, len);
	reading.template = template;
	reading.at = template->text;
	reading.end = template->text + len;
	rc = read_all(&reading);
	if (rc == 0)
		*template_out = template;
	else
		notify_template_free(template);
	return rc;
}

void notify_template_free(struct notify_template *template)
{
	if (template == NULL)
		return;
	free(template->text);
	free(template->parts);
	free(template);
}

bool notify_template_uses(const struct notify_template *template, const char *name)
{
	for (size_t i = 0; i < template->count; i++)
		if (template->parts[i].name != NULL &&
		    strcmp(template->parts[i].name->name, name) == 0)
			return true;
	return false;
}

/* --- writing -----------------------------------------------------------------------------------
 */

struct writing {
	const struct part *parts;
	const struct notify_value *levels[DEPTH_MAX + 1];
	bool html;
	struct dd_buf *out;
};

static void write_parts(struct writing *writing, size_t from, size_t to, uint8_t level);

static bool is_there(const struct part *part, const struct notify_value *value)
{
	return part->list ? value->count > 0 : value->text != NULL && value->text[0] != '\0';
}

static void write_section(struct writing *writing, size_t at, uint8_t level)
{
	const struct part *part = &writing->parts[at];
	const struct notify_value *value = &writing->levels[part->level][part->index];

	if (part->kind == PART_INVERTED) {
		if (!is_there(part, value))
			write_parts(writing, at + 1, part->end, level);
		return;
	}
	if (!part->list && is_there(part, value))
		write_parts(writing, at + 1, part->end, level);
	for (size_t i = 0; part->list && i < value->count; i++) {
		writing->levels[level + 1] = value->items[i];
		write_parts(writing, at + 1, part->end, (uint8_t)(level + 1));
	}
}

static void write_value(const struct writing *writing, const struct part *part)
{
	const struct notify_value *value = &writing->levels[part->level][part->index];

	if (value->text != NULL)
		notify_escape(writing->out, value->text, 0, writing->html);
}

/* As deep as the template's sections stand in each other: at most 8. */
static void write_parts(struct writing *writing, size_t from, size_t to, uint8_t level)
{
	for (size_t i = from; i < to;) {
		const struct part *part = &writing->parts[i];

		i = part->end > 0 ? part->end : i + 1;
		if (part->kind == PART_WORDS)
			dd_buf_add(writing->out, part->words, part->len);
		else if (part->kind == PART_VALUE)
			write_value(writing, part);
		else
			write_section(writing, (size_t)(part - writing->parts), level);
	}
}

void notify_template_render(const struct notify_template *template,
			    const struct notify_value *values, bool html, struct dd_buf *out)
{
	struct writing writing = {
		.parts = template->parts, .levels = {values}, .html = html, .out = out};

	write_parts(&writing, 0, template->count, 0);
}
