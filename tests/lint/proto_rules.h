/* proto_rules.h - what our messages must be, and what they must stay. */
#ifndef TESTS_LINT_PROTO_RULES_H
#define TESTS_LINT_PROTO_RULES_H

#include "common/base/buf.h"
#include "tests/lint/descriptor.h"

/* Each break of a rule is a line in `out`; returns how many. proto3 only; no `optional`; no maps;
 * no message that contains itself, also through others; an enum begins with 0; a oneof of one
 * member x is called has_x, and only those are. */
size_t lint_rules(const struct lint_set *set, struct dd_buf *out);

/* One line for each field and enum value:
 *   field <message> <number> <name> <type> single|repeated <oneof or ->
 *   value <enum> <number> <name> */
void lint_print(const struct lint_set *set, struct dd_buf *out);

/* Every line of `released` (in the form of lint_print; '#' begins a comment line) must still be
 * one of lint_print. Each that is not is a line in `out`; returns how many. */
size_t lint_released(const struct lint_set *set, const char *released, struct dd_buf *out);

#endif
