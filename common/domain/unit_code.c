/* unit_code.c - what a code may look like. */
#include "common/domain/unit_code.h"

#include <stddef.h>
#include <string.h>
#include <utf8proc.h>

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool ascii_code(const char *code, size_t max)
{
	size_t len = strnlen(code, max + 1);
	size_t i;

	if (len == 0 || len > max || !is_alnum(code[0]))
		return false;
	for (i = 1; i < len; i++) {
		if (!is_alnum(code[i]) && strchr(".-_", code[i]) == NULL)
			return false;
	}
	return true;
}

bool dd_unit_code_valid(const char *code)
{
	return ascii_code(code, DD_UNIT_CODE_MAX);
}

bool dd_plan_code_valid(const char *code)
{
	return ascii_code(code, DD_PLAN_CODE_MAX);
}

/* A person sees it and can type it: no separators, no control, format or unassigned characters. */
static bool printable(utf8proc_int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CN:
		return false;
	default:
		return true;
	}
}

bool dd_task_code_valid(const char *code)
{
	size_t left = strnlen(code, DD_TASK_CODE_MAX + 1);

	if (left == 0 || left > DD_TASK_CODE_MAX)
		return false;
	while (left > 0) {
		utf8proc_int32_t point;
		utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)code,
							 (utf8proc_ssize_t)left, &point);

		if (step <= 0 || point == '/' || !printable(point))
			return false;
		code += step;
		left -= (size_t)step;
	}
	return true;
}
