/* file_type_zip.c - packages: which office program's they are, by the names in their directory, and
 * what they carry besides. */
#include "common/base/alloc.h"
#include "common/domain/file_type_impl.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define END_LEN       22u
#define COMMENT_MAX   65535u
#define DIRECTORY_MAX ((uint32_t)1 << 20)
#define ENTRY_LEN     46u
#define NAME_CAP      256u

struct package {
	bool macros, embedded, encrypted, content_types;
	const char *type; /* literal; NULL = no main part seen */
};

struct directory {
	uint32_t offset, size, count;
};

/* --- where the directory is ------------------------------------------------------------------ */

/* The end record lies at the very end, and the directory right before it: nothing is put in between
 * or in front that another reader would take for the file. */
static bool find_directory(const struct dd_file_bytes *file, struct directory *out)
{
	size_t len =
		file->size < END_LEN + COMMENT_MAX ? (size_t)file->size : END_LEN + COMMENT_MAX;
	uint8_t *tail = dd_alloc(len);
	bool found = false;

	if (!dd_file_look(file, file->size - len, tail, len))
		len = 0;
	for (size_t back = END_LEN; !found && back <= len; back++) {
		const uint8_t *at = tail + (len - back);
		uint64_t end = file->size - back;

		if (memcmp(at, "PK\x05\x06", 4) != 0 || dd_file_u16(at + 20) != back - END_LEN)
			continue;
		out->count = dd_file_u16(at + 10);
		out->size = dd_file_u32(at + 12);
		out->offset = dd_file_u32(at + 16);
		found = dd_file_u16(at + 8) == out->count && out->size <= DIRECTORY_MAX &&
			(uint64_t)out->offset + out->size == end;
		break;
	}
	free(tail);
	return found;
}

/* --- names ----------------------------------------------------------------------------------- */

static bool starts(const char *name, const char *with)
{
	return strncasecmp(name, with, strlen(with)) == 0;
}

static bool ends(const char *name, const char *with)
{
	size_t len = strlen(name), with_len = strlen(with);

	return len >= with_len && strcasecmp(name + len - with_len, with) == 0;
}

/* Parts of Office Open XML in bytes are settings of printers, or what nobody should open. */
static bool is_macro(const char *name)
{
	return ends(name, "vbaProject.bin") || ends(name, "vbaData.xml") ||
	       ends(name, "vbaProjectSignature.bin") || starts(name, "xl/macrosheets/") ||
	       starts(name, "Basic/") || starts(name, "Scripts/");
}

static bool is_embedded(const char *name)
{
	static const char *const endings[] = {".exe", ".dll", ".scr", ".js",  ".vbs",
					      ".bat", ".cmd", ".jar", ".msi", ".class"};

	if (ends(name, ".bin") && strstr(name, "printerSettings") == NULL &&
	    strstr(name, "customProperty") == NULL)
		return true;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (ends(name, endings[i]))
			return true;
	return strstr(name, "activeX/") != NULL;
}

static void take_name(struct package *package, const char *name)
{
#define OOXML "application/vnd.openxmlformats-officedocument."
	static const struct {
		const char *part, *type;
	} mains[] = {
		{"word/document.xml", OOXML "wordprocessingml.document"},
		{"xl/workbook.xml", OOXML "spreadsheetml.sheet"},
		{"ppt/presentation.xml", OOXML "presentationml.presentation"},
	};

	package->macros = package->macros || is_macro(name);
	package->embedded = package->embedded || is_embedded(name);
	package->content_types = package->content_types || strcmp(name, "[Content_Types].xml") == 0;
	for (size_t i = 0; i < sizeof(mains) / sizeof(mains[0]); i++)
		if (strcmp(name, mains[i].part) == 0)
			package->type = mains[i].type;
}

/* False if the directory is not laid out as its end record says. */
static bool walk(const struct dd_file_bytes *file, const struct directory *directory,
		 struct package *package)
{
	uint8_t *data = dd_alloc(directory->size + 1);
	uint32_t at = 0;
	bool good = dd_file_look(file, directory->offset, data, directory->size);

	for (uint32_t i = 0; good && i < directory->count; i++) {
		const uint8_t *entry = data + at;
		char name[NAME_CAP] = "";
		uint32_t name_len, room = directory->size - at;

		good = room >= ENTRY_LEN && memcmp(entry, "PK\x01\x02", 4) == 0;
		if (!good)
			break;
		name_len = dd_file_u16(entry + 28);
		at += ENTRY_LEN + name_len + dd_file_u16(entry + 30) + dd_file_u16(entry + 32);
		good = at <= directory->size && name_len < NAME_CAP &&
		       memchr(entry + ENTRY_LEN, 0, name_len) == NULL;
		if (good)
			memcpy(name, entry + ENTRY_LEN, name_len);
		package->encrypted = package->encrypted || (dd_file_u16(entry + 8) & 1u) != 0;
		take_name(package, name);
	}
	free(data);
	return good && at == directory->size;
}

/* --- OpenDocument ---------------------------------------------------------------------------- */

/* Its first entry is "mimetype", stored as it is. */
static const char *opendocument_type(const struct dd_file_bytes *file)
{
	static const char *const types[] = {
		"application/vnd.oasis.opendocument.text",
		"application/vnd.oasis.opendocument.spreadsheet",
		"application/vnd.oasis.opendocument.presentation",
	};
	uint8_t head[38 + 64];
	size_t len = file->size < sizeof(head) ? (size_t)file->size : sizeof(head);
	uint32_t size;

	if (len < 38 || !dd_file_look(file, 0, head, len) || dd_file_u16(head + 26) != 8 ||
	    dd_file_u16(head + 28) != 0 || dd_file_u16(head + 8) != 0 ||
	    memcmp(head + 30, "mimetype", 8) != 0)
		return NULL;
	size = dd_file_u32(head + 22);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (size == strlen(types[i]) && 38 + size <= len &&
		    memcmp(head + 38, types[i], size) == 0)
			return types[i];
	return NULL;
}

struct dd_file_type dd_file_type_zip(const struct dd_file_bytes *file)
{
	struct package package = {.type = NULL};
	struct directory directory;
	const char *type;

	if (!find_directory(file, &directory) || !walk(file, &directory, &package))
		return FILE_REFUSED(FILE_DAMAGED);
	type = package.content_types ? package.type : opendocument_type(file);
	if (package.encrypted)
		return FILE_REFUSED(FILE_ENCRYPTED);
	if (type == NULL)
		return FILE_REFUSED("application/zip");
	if (package.macros)
		return FILE_REFUSED(FILE_MACROS);
	return package.embedded ? FILE_REFUSED(FILE_EMBEDDED) : FILE_TAKEN(type);
}
