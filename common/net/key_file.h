/* key_file.h - small files of lines "word value", as keys and admissions are kept in. */
#ifndef DD_NET_KEY_FILE_H
#define DD_NET_KEY_FILE_H

#include "common/base/buf.h"
#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>

#define DD_KEY_FILE_MAX 4096 /* bytes */

/* The value of the line that begins with `word`, copied into `out`. Lines that begin with '#' are
 * left out. DD_ERR_NOT_FOUND: no such line; DD_ERR_INVALID: two of them, or too long for `room`. */
int dd_key_file_value(struct dd_buf *file, const char *word, char *out, size_t room) DD_MUST_CHECK;

/* Whether the text is a key in Z85: 40 characters that decode to 32 bytes. */
bool dd_key_text_valid(const char *text);

#endif
