/* unit_code.h - what a code may look like. */
#ifndef DD_DOMAIN_UNIT_CODE_H
#define DD_DOMAIN_UNIT_CODE_H

#include <stdbool.h>

#define DD_UNIT_CODE_MAX 31 /* bytes */
#define DD_PLAN_CODE_MAX 31
#define DD_TASK_CODE_MAX 63

/* Letters, digits, '.', '-', '_'; ASCII; 1..DD_UNIT_CODE_MAX bytes; begins with a letter or digit.
 */
bool dd_unit_code_valid(const char *code);
bool dd_plan_code_valid(const char *code);
/* As annexes have them: any printable UTF-8 without white space, '/' or control characters, 1..63
 * bytes. */
bool dd_task_code_valid(const char *code);

#endif
