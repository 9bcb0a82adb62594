/* file_type_impl.h - what the files file_type*.c share. */
#ifndef DD_DOMAIN_FILE_TYPE_IMPL_H
#define DD_DOMAIN_FILE_TYPE_IMPL_H

#include "common/domain/file_type.h"

#define FILE_TAKEN(name)   ((struct dd_file_type){name, true})
#define FILE_REFUSED(name) ((struct dd_file_type){name, false})

#define FILE_MACROS    "application/vnd.ms-office; macros"
#define FILE_EMBEDDED  "application/vnd.ms-office; embedded program"
#define FILE_ENCRYPTED "application/octet-stream; encrypted"
#define FILE_DAMAGED   "application/octet-stream; damaged"

/* False where the bytes do not lie in the file or cannot be read. */
bool dd_file_look(const struct dd_file_bytes *file, uint64_t offset, void *out, size_t len);

/* The file begins as a ZIP archive, or as a compound file (OLE). */
struct dd_file_type dd_file_type_zip(const struct dd_file_bytes *file);
struct dd_file_type dd_file_type_ole(const struct dd_file_bytes *file);

static inline uint32_t dd_file_u16(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8;
}

static inline uint32_t dd_file_u32(const uint8_t *at)
{
	return dd_file_u16(at) | dd_file_u16(at + 2) << 16;
}

#endif
