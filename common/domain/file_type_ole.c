/* file_type_ole.c - compound files: the names in their directory, found through their table of
 * sectors. */
#include "common/domain/file_type_impl.h"
#include <string.h>

#define HEADER      512u
#define FAT_IN_HEAD 109u
#define SECTORS_MAX 256u /* of the directory: more entries than an office file has */
#define ENTRY       128u
#define NAME_CAP    33u

struct compound {
	const struct dd_file_bytes *file;
	uint8_t header[HEADER];
	uint32_t sector; /* bytes */
	bool macros, embedded, encrypted;
	const char *type; /* literal; NULL = not known */
};

static bool sector_at(const struct compound *compound, uint32_t number, uint32_t offset, void *out,
		      size_t len)
{
	uint64_t at = ((uint64_t)number + 1) * compound->sector + offset;

	return dd_file_look(compound->file, at, out, len);
}

/* The sector behind this one. False at a place that the header's own part of the table does not
 * reach: that is 7 MB of sectors of 512 bytes, and 436 MB of the larger ones. */
static bool next_sector(const struct compound *compound, uint32_t number, uint32_t *next_out)
{
	uint32_t per_sector = compound->sector / 4, table = number / per_sector;
	uint8_t entry[4];

	if (table >= FAT_IN_HEAD ||
	    !sector_at(compound, dd_file_u32(compound->header + 76 + 4 * (size_t)table),
		       4 * (number % per_sector), entry, sizeof(entry)))
		return false;
	*next_out = dd_file_u32(entry);
	return true;
}

/* Names are in UTF-16; those that matter here are in ASCII. */
static void read_name(const uint8_t *entry, char name[NAME_CAP])
{
	uint32_t len = dd_file_u16(entry + 64) / 2;

	memset(name, 0, NAME_CAP);
	for (uint32_t i = 0; i + 1 < len && i < NAME_CAP - 1; i++)
		name[i] = entry[2 * i + 1] == 0 ? (char)entry[2 * i] : '?';
}

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names && strcmp(name, *names) != 0)
		names++;
	return *names != NULL;
}

static void take_name(struct compound *compound, const char *name)
{
	static const char *const macros[] = {"Macros", "_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT",
					     NULL};
	static const char *const embedded[] = {"\001Ole10Native", "Package", NULL};
	static const char *const encrypted[] = {"EncryptedPackage", "EncryptionInfo", NULL};
	static const struct {
		const char *stream, *type;
	} mains[] = {
		{"WordDocument", "application/msword"},
		{"Workbook", "application/vnd.ms-excel"},
		{"Book", "application/vnd.ms-excel"},
		{"PowerPoint Document", "application/vnd.ms-powerpoint"},
	};

	compound->macros = compound->macros || is_one_of(name, macros);
	compound->embedded = compound->embedded || is_one_of(name, embedded);
	compound->encrypted = compound->encrypted || is_one_of(name, encrypted);
	for (size_t i = 0; i < sizeof(mains) / sizeof(mains[0]); i++)
		if (strcmp(name, mains[i].stream) == 0)
			compound->type = mains[i].type;
}

static bool read_sector(struct compound *compound, uint32_t number)
{
	for (uint32_t at = 0; at < compound->sector; at += ENTRY) {
		uint8_t entry[ENTRY];
		char name[NAME_CAP];

		if (!sector_at(compound, number, at, entry, sizeof(entry)))
			return false;
		if (entry[66] == 0) /* free */
			continue;
		read_name(entry, name);
		take_name(compound, name);
	}
	return true;
}

static bool read_directory(struct compound *compound)
{
	static const uint32_t end = 0xfffffffeu;
	uint32_t number = dd_file_u32(compound->header + 48);

	for (uint32_t i = 0; number != end; i++)
		if (i == SECTORS_MAX || !read_sector(compound, number) ||
		    !next_sector(compound, number, &number))
			return false;
	return true;
}

struct dd_file_type dd_file_type_ole(const struct dd_file_bytes *file)
{
	struct compound compound = {.file = file};
	uint32_t shift;

	if (!dd_file_look(file, 0, compound.header, HEADER))
		return FILE_REFUSED(FILE_DAMAGED);
	shift = dd_file_u16(compound.header + 30);
	if (shift != 9 && shift != 12)
		return FILE_REFUSED(FILE_DAMAGED);
	compound.sector = 1u << shift;
	if (!read_directory(&compound))
		return FILE_REFUSED(FILE_DAMAGED);
	if (compound.encrypted)
		return FILE_REFUSED(FILE_ENCRYPTED);
	if (compound.type == NULL)
		return FILE_REFUSED("application/x-ole-storage");
	if (compound.macros)
		return FILE_REFUSED(FILE_MACROS);
	return compound.embedded ? FILE_REFUSED(FILE_EMBEDDED) : FILE_TAKEN(compound.type);
}
