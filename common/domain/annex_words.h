/* annex_words.h - words of an annex that stand for a number, in both languages: how often a task
 * recurs, where it comes from. An export writes one language, an import reads both. */
#ifndef DD_DOMAIN_ANNEX_WORDS_H
#define DD_DOMAIN_ANNEX_WORDS_H

#include <stdbool.h>
#include <stdint.h>

enum dd_annex_list {
	DD_ANNEX_RECURRENCE, /* numbers of Recurrence */
	DD_ANNEX_SOURCE      /* numbers of SourceKind */
};

/* NULL if the list has no such number. */
const char *dd_annex_word(enum dd_annex_list list, uint32_t number, bool vietnamese);
/* `key` is tidy and in small letters (dd_text_name_key). False: it is none of the words. */
bool dd_annex_number(enum dd_annex_list list, const char *key, uint32_t *number_out);

/* That a person has looked at what was read of the time text. */
const char *dd_annex_settled(bool vietnamese);
bool dd_annex_is_settled(const char *key);

#endif
