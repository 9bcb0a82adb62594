/* proto_rules.c - the rules of our messages over a descriptor set. */
#include "tests/lint/proto_rules.h"

#include "common/base/alloc.h"
#include <stdlib.h>
#include <string.h>

static size_t check_files(const struct lint_set *set, struct dd_buf *out)
{
	size_t faults = 0;
	size_t i;

	for (i = 0; i < set->file_count; i++) {
		if (strcmp(set->files[i].syntax, "proto3") == 0)
			continue;
		dd_buf_printf(out, "%s: must say syntax = \"proto3\"\n", set->files[i].name);
		faults++;
	}
	return faults;
}

static size_t check_enums(const struct lint_set *set, struct dd_buf *out)
{
	size_t faults = 0;
	size_t i;

	for (i = 0; i < set->enum_count; i++) {
		const struct lint_enum *e = &set->enums[i];

		if (e->value_count > 0 && e->values[0].number == 0)
			continue;
		dd_buf_printf(out, "%s: the first value must be 0: what an old reader takes\n",
			      e->name);
		faults++;
	}
	return faults;
}

static size_t check_fields(const struct lint_message *message, struct dd_buf *out)
{
	size_t faults = 0;
	size_t i;

	if (message->map_entry) {
		dd_buf_printf(out, "%s: a map: its order on the wire is not fixed; use repeated\n",
			      message->name);
		faults++;
	}
	for (i = 0; i < message->field_count; i++) {
		if (!message->fields[i].proto3_optional)
			continue;
		dd_buf_printf(
			out,
			"%s.%s: 'optional' is unknown to protobuf-c; use oneof has_%s { ... }\n",
			message->name, message->fields[i].name, message->fields[i].name);
		faults++;
	}
	return faults;
}

/* The members of a oneof: their count, and the last one. */
static size_t members(const struct lint_message *message, int oneof, const struct lint_field **last)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < message->field_count; i++) {
		if (message->fields[i].oneof != oneof)
			continue;
		*last = &message->fields[i];
		count++;
	}
	return count;
}

static size_t check_oneofs(const struct lint_message *message, struct dd_buf *out)
{
	size_t faults = 0;
	size_t i;

	for (i = 0; i < message->oneof_count; i++) {
		const char *name = message->oneofs[i];
		bool has = strncmp(name, "has_", 4) == 0;
		const struct lint_field *field = NULL;
		size_t count = members(message, (int)i, &field);

		if (count == 1 &&
		    (field->proto3_optional || (has && strcmp(name + 4, field->name) == 0)))
			continue;
		if (count != 1 && !has)
			continue;
		dd_buf_printf(out,
			      count == 1
				      ? "%s: oneof %s has one member %s and must be called has_%s\n"
				      : "%s: oneof %s must have one member, as its name says\n",
			      message->name, name, field != NULL ? field->name : "",
			      field != NULL ? field->name : "");
		faults++;
	}
	return faults;
}

static size_t message_index(const struct lint_set *set, const char *name)
{
	size_t i;

	for (i = 0; i < set->message_count; i++) {
		if (strcmp(set->messages[i].name, name) == 0)
			break;
	}
	return i;
}

/* Mark in `seen` everything that can lie inside message `from`, at any depth. */
static void reach(const struct lint_set *set, size_t from, bool *seen)
{
	const struct lint_message *message = &set->messages[from];
	size_t i;

	for (i = 0; i < message->field_count; i++) {
		size_t to;

		if (!message->fields[i].is_message)
			continue;
		to = message_index(set, message->fields[i].type);
		if (to == set->message_count || seen[to])
			continue;
		seen[to] = true;
		reach(set, to, seen);
	}
}

static size_t check_recursion(const struct lint_set *set, struct dd_buf *out)
{
	bool *seen = dd_alloc(set->message_count + 1);
	size_t faults = 0;
	size_t i;

	for (i = 0; i < set->message_count; i++) {
		memset(seen, 0, set->message_count);
		reach(set, i, seen);
		if (!seen[i])
			continue;
		dd_buf_printf(out, "%s: contains itself: depth must be bounded by the schema\n",
			      set->messages[i].name);
		faults++;
	}
	free(seen);
	return faults;
}

size_t lint_rules(const struct lint_set *set, struct dd_buf *out)
{
	size_t faults = check_files(set, out) + check_enums(set, out);
	size_t i;

	for (i = 0; i < set->message_count; i++)
		faults +=
			check_fields(&set->messages[i], out) + check_oneofs(&set->messages[i], out);
	return faults + check_recursion(set, out);
}

static void print_message(const struct lint_message *message, struct dd_buf *out)
{
	size_t i;

	for (i = 0; i < message->field_count; i++) {
		const struct lint_field *field = &message->fields[i];

		dd_buf_printf(out, "field %s %u %s %s %s %s\n", message->name, field->number,
			      field->name, field->type, field->repeated ? "repeated" : "single",
			      field->oneof >= 0 ? message->oneofs[field->oneof] : "-");
	}
}

void lint_print(const struct lint_set *set, struct dd_buf *out)
{
	size_t i;
	size_t k;

	for (i = 0; i < set->message_count; i++)
		print_message(&set->messages[i], out);
	for (i = 0; i < set->enum_count; i++) {
		const struct lint_enum *e = &set->enums[i];

		for (k = 0; k < e->value_count; k++)
			dd_buf_printf(out, "value %s %d %s\n", e->name, e->values[k].number,
				      e->values[k].name);
	}
}

/* Whether `text` has `line` (with its '\n') as a whole line. */
static bool has_line(const char *text, const char *line)
{
	const char *at = text;

	while ((at = strstr(at, line)) != NULL) {
		if (at == text || at[-1] == '\n')
			return true;
		at++;
	}
	return false;
}

size_t lint_released(const struct lint_set *set, const char *released, struct dd_buf *out)
{
	struct dd_buf now = {0};
	struct dd_buf line = {0};
	size_t faults = 0;

	lint_print(set, &now);
	while (*released != '\0') {
		size_t len = strcspn(released, "\n");

		dd_buf_clear(&line);
		dd_buf_add(&line, released, len);
		dd_buf_text(&line, "\n");
		if (len > 0 && *released != '#' &&
		    !has_line(dd_buf_cstr(&now), dd_buf_cstr(&line))) {
			dd_buf_printf(out, "released and no longer true: %s", dd_buf_cstr(&line));
			faults++;
		}
		released += len + (released[len] == '\n');
	}
	dd_buf_fini(&line);
	dd_buf_fini(&now);
	return faults;
}
