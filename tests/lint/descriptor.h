/* descriptor.h - a FileDescriptorSet of protoc, flattened to what the rules look at. */
#ifndef TESTS_LINT_DESCRIPTOR_H
#define TESTS_LINT_DESCRIPTOR_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lint_field {
	char *name; /* owned, as all texts here */
	char *type; /* "int32", or the full name of a message or enum */
	bool is_message;
	bool repeated;
	bool proto3_optional;
	uint32_t number;
	int oneof; /* index in the message's oneofs; -1 = none */
};

struct lint_message {
	char *name; /* full: "dondoc.v1.Position" */
	bool map_entry;
	struct lint_field *fields;
	size_t field_count;
	char **oneofs;
	size_t oneof_count;
};

struct lint_value {
	char *name;
	int32_t number;
};

struct lint_enum {
	char *name; /* full */
	struct lint_value *values;
	size_t value_count;
};

struct lint_file {
	char *name;
	char *syntax; /* "" = proto2 */
};

struct lint_set {
	struct lint_file *files;
	size_t file_count;
	struct lint_message *messages; /* nested ones too */
	size_t message_count;
	struct lint_enum *enums;
	size_t enum_count;
};

/* Read the bytes that protoc --descriptor_set_out wrote. On failure the set may be partly filled;
 * lint_set_fini() in any case. */
int lint_set_read(const void *data, size_t len, struct lint_set *set,
		  struct dd_error *err) DD_MUST_CHECK;
void lint_set_fini(struct lint_set *set);

#endif
