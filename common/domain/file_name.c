/* file_name.c - see file_name.h. */
#include "common/domain/file_name.h"

#include "common/base/text.h"
#include <string.h>

enum dd_file_name dd_file_name(const char *name)
{
	const size_t len = strlen(name);

	if (strspn(name, " \t\r\n") == len)
		return DD_FILE_NAME_EMPTY;
	if (len > DD_FILE_NAME_MAX)
		return DD_FILE_NAME_LONG;
	if (name[0] == '.')
		return DD_FILE_NAME_HIDDEN;
	for (size_t i = 0; i < len; i++) {
		const unsigned char byte = (unsigned char)name[i];

		if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\')
			return DD_FILE_NAME_SIGN;
	}
	return dd_text_valid(name, len) ? DD_FILE_NAME_GOOD : DD_FILE_NAME_TEXT;
}
