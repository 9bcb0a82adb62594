/* descriptor.c - google/protobuf/descriptor.proto read by hand: a handful of field numbers instead
 * of generated code for a recursive proto2 file. */
#include "tests/lint/descriptor.h"

#include "common/base/alloc.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of the wire form. */
struct span {
	const uint8_t *at;
	const uint8_t *end;
};

/* One field of a message on the wire. */
struct item {
	uint32_t number;
	uint64_t value;    /* of a varint */
	struct span bytes; /* of a length-delimited one */
};

static bool varint(struct span *from, uint64_t *out)
{
	unsigned shift;

	*out = 0;
	for (shift = 0; shift < 64 && from->at < from->end; shift += 7) {
		uint8_t byte = *from->at++;

		*out |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return true;
	}
	return false;
}

/* 1 = an item, 0 = the end, -1 = damaged. */
static int next(struct span *from, struct item *item)
{
	uint64_t tag;
	uint64_t len;

	if (from->at == from->end)
		return 0;
	if (!varint(from, &tag))
		return -1;
	memset(item, 0, sizeof(*item));
	item->number = (uint32_t)(tag >> 3);
	switch (tag & 7) {
	case 0:
		return varint(from, &item->value) ? 1 : -1;
	case 1:
		len = 8;
		break;
	case 2:
		if (!varint(from, &len))
			return -1;
		break;
	case 5:
		len = 4;
		break;
	default:
		return -1;
	}
	if (len > (uint64_t)(from->end - from->at))
		return -1;
	item->bytes = (struct span){from->at, from->at + len};
	from->at += len;
	return 1;
}

static char *text_of(struct span bytes)
{
	size_t len = (size_t)(bytes.end - bytes.at);
	char *text = dd_alloc(len + 1);

	if (len > 0)
		memcpy(text, bytes.at, len);
	return text;
}

static void set_text(char **to, struct span bytes)
{
	free(*to);
	*to = text_of(bytes);
}

/* Room for one more at the end of an array; zeroed. */
static void *grow(void *array, size_t *count, size_t size)
{
	uint8_t *moved = dd_realloc(array, (*count + 1) * size);

	memset(moved + *count * size, 0, size);
	(*count)++;
	return moved;
}

/* "a.b" from scope and name. */
static char *full_name(const char *scope, const char *name)
{
	size_t size = strlen(scope) + strlen(name) + 2;
	char *full = dd_alloc(size);

	snprintf(full, size, "%s%s%s", scope, *scope != '\0' ? "." : "", name);
	return full;
}

/* The numbers of FieldDescriptorProto.Type. */
static const char *const type_names[] = {"?",        "double",   "float",   "int64",  "uint64",
					 "int32",    "fixed64",  "fixed32", "bool",   "string",
					 "group",    "?",        "bytes",   "uint32", "?",
					 "sfixed32", "sfixed64", "sint32",  "sint64"};

/* FieldDescriptorProto */
static int read_field(struct span from, struct lint_field *field)
{
	struct item item;
	uint64_t type = 0;
	int rc;

	field->oneof = -1;
	while ((rc = next(&from, &item)) > 0) {
		if (item.number == 1)
			set_text(&field->name, item.bytes);
		else if (item.number == 3)
			field->number = (uint32_t)item.value;
		else if (item.number == 4)
			field->repeated = item.value == 3;
		else if (item.number == 5)
			type = item.value;
		else if (item.number == 6 && item.bytes.at < item.bytes.end)
			set_text(&field->type, (struct span){item.bytes.at + 1, item.bytes.end});
		else if (item.number == 9)
			field->oneof = (int)item.value;
		else if (item.number == 17)
			field->proto3_optional = item.value != 0;
	}
	field->is_message = type == 10 || type == 11;
	if (field->type == NULL && type < sizeof(type_names) / sizeof(type_names[0]))
		field->type = dd_strdup(type_names[type]);
	return rc < 0 || field->name == NULL || field->type == NULL ? -1 : 0;
}

/* EnumValueDescriptorProto */
static int read_value(struct span from, struct lint_value *value)
{
	struct item item;
	int rc;

	while ((rc = next(&from, &item)) > 0) {
		if (item.number == 1)
			set_text(&value->name, item.bytes);
		else if (item.number == 2)
			value->number = (int32_t)item.value;
	}
	return rc < 0 || value->name == NULL ? -1 : 0;
}

/* Field 1 of a message, which is its name in all descriptors; NULL if it has none. */
static char *name_of(struct span from)
{
	struct item item;

	while (next(&from, &item) > 0) {
		if (item.number == 1)
			return text_of(item.bytes);
	}
	return NULL;
}

/* The full name of what `from` describes, or NULL. */
static char *name_in(const char *scope, struct span from)
{
	char *name = name_of(from);
	char *full = name != NULL ? full_name(scope, name) : NULL;

	free(name);
	return full;
}

/* EnumDescriptorProto */
static int read_enum(struct span from, const char *scope, struct lint_set *set)
{
	struct lint_enum *e;
	struct item item;
	int rc;

	set->enums = grow(set->enums, &set->enum_count, sizeof(*set->enums));
	e = &set->enums[set->enum_count - 1];
	e->name = name_in(scope, from);
	if (e->name == NULL)
		return -1;
	while ((rc = next(&from, &item)) > 0) {
		if (item.number != 2)
			continue;
		e->values = grow(e->values, &e->value_count, sizeof(*e->values));
		if (read_value(item.bytes, &e->values[e->value_count - 1]) != 0)
			return -1;
	}
	return rc;
}

/* MessageOptions */
static int read_options(struct span from, struct lint_message *message)
{
	struct item item;
	int rc;

	while ((rc = next(&from, &item)) > 0) {
		if (item.number == 7)
			message->map_entry = item.value != 0;
	}
	return rc;
}

/* One item of a DescriptorProto that is the message's own. */
static int read_part(const struct item *item, struct lint_message *message)
{
	switch (item->number) {
	case 2:
		message->fields =
			grow(message->fields, &message->field_count, sizeof(*message->fields));
		return read_field(item->bytes, &message->fields[message->field_count - 1]);
	case 7:
		return read_options(item->bytes, message);
	case 8:
		message->oneofs =
			grow(message->oneofs, &message->oneof_count, sizeof(*message->oneofs));
		message->oneofs[message->oneof_count - 1] = name_of(item->bytes);
		return message->oneofs[message->oneof_count - 1] != NULL ? 0 : -1;
	default:
		return 0;
	}
}

static bool oneofs_exist(const struct lint_message *message)
{
	size_t i;

	for (i = 0; i < message->field_count; i++) {
		if (message->fields[i].oneof >= (int)message->oneof_count)
			return false;
	}
	return true;
}

/* DescriptorProto. Nested types come behind it; the array may move, so it is found by index. */
static int read_message(struct span from, const char *scope, int depth, struct lint_set *set)
{
	size_t index = set->message_count;
	struct item item;
	int rc = 0;

	if (depth > 16)
		return -1;
	set->messages = grow(set->messages, &set->message_count, sizeof(*set->messages));
	set->messages[index].name = name_in(scope, from);
	if (set->messages[index].name == NULL)
		return -1;
	while (rc == 0 && (rc = next(&from, &item)) > 0) {
		const char *name = set->messages[index].name;

		if (item.number == 3)
			rc = read_message(item.bytes, name, depth + 1, set);
		else if (item.number == 4)
			rc = read_enum(item.bytes, name, set);
		else
			rc = read_part(&item, &set->messages[index]);
		if (rc == 0)
			continue;
		return -1;
	}
	return rc == 0 && oneofs_exist(&set->messages[index]) ? 0 : -1;
}

/* FileDescriptorProto */
static int read_file(struct span from, struct lint_set *set)
{
	struct span again = from;
	struct lint_file *file;
	struct item item;
	char *package = dd_strdup("");
	int rc;

	set->files = grow(set->files, &set->file_count, sizeof(*set->files));
	file = &set->files[set->file_count - 1];
	file->name = dd_strdup("");
	file->syntax = dd_strdup("");
	while ((rc = next(&from, &item)) > 0) {
		if (item.number == 1)
			set_text(&file->name, item.bytes);
		else if (item.number == 2)
			set_text(&package, item.bytes);
		else if (item.number == 12)
			set_text(&file->syntax, item.bytes);
	}
	while (rc == 0 && next(&again, &item) > 0) {
		if (item.number == 4)
			rc = read_message(item.bytes, package, 0, set);
		else if (item.number == 5)
			rc = read_enum(item.bytes, package, set);
	}
	free(package);
	return rc;
}

int lint_set_read(const void *data, size_t len, struct lint_set *set, struct dd_error *err)
{
	struct span from = {data, (const uint8_t *)data + len};
	struct item item;
	int rc;

	memset(set, 0, sizeof(*set));
	while ((rc = next(&from, &item)) > 0) {
		if (item.number == 1 && read_file(item.bytes, set) != 0)
			return dd_fail(err, DD_ERR_CORRUPT,
				       "not a descriptor set: file %zu cannot be read",
				       set->file_count);
	}
	if (rc < 0 || set->file_count == 0)
		return dd_fail(err, DD_ERR_CORRUPT, "not a descriptor set");
	return 0;
}

static void message_fini(struct lint_message *message)
{
	size_t i;

	for (i = 0; i < message->field_count; i++) {
		free(message->fields[i].name);
		free(message->fields[i].type);
	}
	for (i = 0; i < message->oneof_count; i++)
		free(message->oneofs[i]);
	free(message->fields);
	free(message->oneofs);
	free(message->name);
}

static void enum_fini(struct lint_enum *e)
{
	size_t i;

	for (i = 0; i < e->value_count; i++)
		free(e->values[i].name);
	free(e->values);
	free(e->name);
}

void lint_set_fini(struct lint_set *set)
{
	size_t i;

	for (i = 0; i < set->file_count; i++) {
		free(set->files[i].name);
		free(set->files[i].syntax);
	}
	for (i = 0; i < set->message_count; i++)
		message_fini(&set->messages[i]);
	for (i = 0; i < set->enum_count; i++)
		enum_fini(&set->enums[i]);
	free(set->files);
	free(set->messages);
	free(set->enums);
	memset(set, 0, sizeof(*set));
}
