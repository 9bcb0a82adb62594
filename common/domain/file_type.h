/* file_type.h - what a file is, told by its content and never by its name, and whether it may be
 * kept as evidence. Reads nothing by itself: the bytes come through a function. */
#ifndef DD_DOMAIN_FILE_TYPE_H
#define DD_DOMAIN_FILE_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dd_file_bytes {
	uint64_t size;
	/* `len` bytes at `offset`, all within the file. 0, or negative where they cannot be read.
	 */
	int (*read)(void *arg, uint64_t offset, void *out, size_t len);
	void *arg;
};

struct dd_file_type {
	const char *type; /* "application/pdf"; a literal. Also of what is not taken */
	bool taken;
};

/* Taken: PDF, pictures (PNG, JPEG, TIFF), Office Open XML and OpenDocument texts, tables and slides
 * without macros, the older doc, xls and ppt without macros, XML, detached signatures (PKCS #7),
 * texts and tables in UTF-8. Everything else is not: programs and scripts, HTML, archives, files
 * with macros, embedded programs or a password, what pretends to be what it is not. Reads at most
 * 2 MiB, from wherever the format says; a file that contradicts itself is not taken.
 *
 * What it does not see: formulas of Excel 4.0 macro sheets in the older xls; a macro hidden under
 * the name of an ordinary part, which office programs do not run in a file of a type without
 * macros. */
struct dd_file_type dd_file_type(const struct dd_file_bytes *file);

/* The kinds that are taken, in words for a refusal. */
#define DD_FILE_TYPES_TAKEN                                                                        \
	"pdf, png, jpg, tiff, docx, xlsx, pptx, odt, ods, odp, doc, xls, ppt, xml, p7s, txt, csv"

#endif
