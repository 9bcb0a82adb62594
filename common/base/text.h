/* text.h - Unicode text: validity, normal form, comparison without regard to case and diacritics.
 */
#ifndef DD_BASE_TEXT_H
#define DD_BASE_TEXT_H

#include "common/base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* Whether the bytes are UTF-8 without NUL. */
bool dd_text_valid(const void *data, size_t len);

/* NFC, white space (line breaks, tabs, no-break spaces too) folded to single spaces and trimmed.
 * Caller frees. NULL if not UTF-8. */
char *dd_text_tidy(const char *text);

/* NFC only, line breaks kept as '\n', trimmed. Caller frees. NULL if not UTF-8. */
char *dd_text_nfc(const char *text);

/* For search: NFKD, case folded, marks stripped, đ to d. "đôn đốc" gives "don doc". Caller frees.
 * NULL if not UTF-8. */
char *dd_text_fold(const char *text);

/* For names of units: tidy and case folded, diacritics kept. Caller frees. NULL if not UTF-8. */
char *dd_text_name_key(const char *text);

/* The length of the longest prefix of at most `max` bytes that ends at a character. */
size_t dd_text_cut(const char *text, size_t max);

#endif
