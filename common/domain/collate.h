/* collate.h - the order of Vietnamese texts: a ă â b c d đ e ê ... by letters first, then by tone
 * (none, huyền, hỏi, ngã, sắc, nặng), then small letters before capitals; numbers by their value
 * ("Phòng 2" before "Phòng 10"). Spaces and signs stand before digits, digits before letters. */
#ifndef DD_DOMAIN_COLLATE_H
#define DD_DOMAIN_COLLATE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes whose order by memcmp, the shorter one first where it begins the other, is that of the
 * texts. At most `cap` bytes are written: texts that agree that far are then taken for equal. Only
 * the first DD_COLLATE_LETTERS letters count. Composed and decomposed letters give the same key.
 * Bytes that are not UTF-8 count as signs. Returns the length. */
#define DD_COLLATE_LETTERS 400
size_t dd_collate_key(const char *text, uint8_t *out, size_t cap);

#endif
