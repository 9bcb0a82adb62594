/* cli_backup_manifest.c - see cli_backup_manifest.h. */
#include "services/cli/cli_backup_manifest.h"
#include "common/base/alloc.h"
#include "common/base/file.h"
#include "common/base/text.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MANIFEST_MAX ((size_t)1 << 30)
#define HEX_MAX      (2 * DD_HASH_LEN + 1)

static const char *const secret_words[] = {"no", "yes", "sealed"};

/* --- entries ---------------------------------------------------------------------------------- */

void cli_manifest_add(struct cli_backup_manifest *manifest, const char *path,
		      const struct cli_backup_sum *sum)
{
	if (manifest->count == manifest->room) {
		manifest->room = manifest->room ? 2 * manifest->room : 64;
		manifest->entries =
			dd_realloc(manifest->entries, manifest->room * sizeof(*manifest->entries));
	}
	manifest->entries[manifest->count].path = dd_strdup(path);
	manifest->entries[manifest->count++].sum = *sum;
}

void cli_manifest_lack(struct cli_backup_manifest *manifest, const char *path,
		       const uint8_t hash[DD_HASH_LEN])
{
	struct cli_backup_entry *entry;

	manifest->lacks =
		dd_realloc(manifest->lacks, (manifest->lacking + 1) * sizeof(*manifest->lacks));
	entry = &manifest->lacks[manifest->lacking++];
	memset(entry, 0, sizeof(*entry));
	entry->path = dd_strdup(path);
	memcpy(entry->sum.hash, hash, DD_HASH_LEN);
}

static int by_path(const void *a, const void *b)
{
	const struct cli_backup_entry *one = a, *other = b;

	return strcmp(one->path, other->path);
}

const struct cli_backup_entry *cli_manifest_find(const struct cli_backup_manifest *manifest,
						 const char *path)
{
	size_t low = 0, high = manifest->count;

	while (low < high) {
		size_t at = low + (high - low) / 2;
		int order = strcmp(manifest->entries[at].path, path);

		if (order == 0)
			return &manifest->entries[at];
		if (order < 0)
			low = at + 1;
		else
			high = at;
	}
	return NULL;
}

uint64_t cli_manifest_bytes(const struct cli_backup_manifest *manifest)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < manifest->count; i++)
		bytes += manifest->entries[i].sum.size;
	return bytes;
}

void cli_manifest_fini(struct cli_backup_manifest *manifest)
{
	for (size_t i = 0; i < manifest->count; i++)
		free(manifest->entries[i].path);
	for (size_t i = 0; i < manifest->lacking; i++)
		free(manifest->lacks[i].path);
	free(manifest->entries);
	free(manifest->lacks);
	memset(manifest, 0, sizeof(*manifest));
}

/* --- writing ---------------------------------------------------------------------------------- */

/* One line: nothing that ends it. */
static void add_text(struct dd_buf *out, const char *name, const char *text)
{
	dd_buf_printf(out, "%s ", name);
	for (; *text; text++) {
		const char c = (unsigned char)*text < ' ' ? ' ' : *text;

		dd_buf_add(out, &c, 1);
	}
	dd_buf_text(out, "\n");
}

static void add_head(struct dd_buf *out, const struct cli_backup_manifest *manifest)
{
	char id[2 * DD_ID_LEN + 1], chain[HEX_MAX];

	dd_buf_printf(out,
		      "dondoc backup 1\nmade %" PRId64 "\nlog %s\nincarnation %" PRIu32
		      "\nsequence %" PRIu64 "\nchain %s\n",
		      manifest->made_us, dd_hex(manifest->at.log_id, DD_ID_LEN, id),
		      manifest->at.incarnation, manifest->at.sequence,
		      dd_hex(manifest->at.chain, DD_HASH_LEN, chain));
	add_text(out, "authority", manifest->authority);
	add_text(out, "build", manifest->build);
	add_text(out, "label", manifest->label);
	add_text(out, "secrets", secret_words[manifest->secrets]);
}

int cli_manifest_write(const char *dir, struct cli_backup_manifest *manifest, struct dd_error *err)
{
	char *path = dd_path(dir, CLI_MANIFEST);
	struct dd_buf text = {0};
	char hex[HEX_MAX];
	int rc;

	if (manifest->count > 1)
		qsort(manifest->entries, manifest->count, sizeof(*manifest->entries), by_path);
	add_head(&text, manifest);
	for (size_t i = 0; i < manifest->count; i++)
		dd_buf_printf(&text, "file %s %" PRIu64 " %s\n",
			      dd_hex(manifest->entries[i].sum.hash, DD_HASH_LEN, hex),
			      manifest->entries[i].sum.size, manifest->entries[i].path);
	for (size_t i = 0; i < manifest->lacking; i++)
		dd_buf_printf(&text, "lacks %s %s\n",
			      dd_hex(manifest->lacks[i].sum.hash, DD_HASH_LEN, hex),
			      manifest->lacks[i].path);
	dd_buf_printf(&text, "end %zu\n", manifest->count);
	dd_hash(text.data, text.len, manifest->hash);
	rc = dd_file_write(path, text.data, text.len, 0600, err);
	dd_buf_fini(&text);
	free(path);
	return rc;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct reader {
	char *at; /* the rest, cut into lines as it is read */
	char *end;
};

/* NULL at the end. A last line without its end is none. */
static char *next_line(struct reader *reader)
{
	char *line = reader->at;
	char *stop = memchr(line, '\n', (size_t)(reader->end - line));

	if (stop == NULL)
		return NULL;
	*stop = '\0';
	reader->at = stop + 1;
	return line;
}

/* The text behind "name "; NULL if the next line is another one. */
static char *field(struct reader *reader, const char *name)
{
	const size_t len = strlen(name);
	char *line = next_line(reader);

	if (line == NULL || strncmp(line, name, len) != 0 || line[len] != ' ')
		return NULL;
	return line + len + 1;
}

static bool number(const char *text, uint64_t max, uint64_t *out)
{
	char *end = NULL;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return false;
	*out = strtoull(text, &end, 10);
	return *end == '\0' && *out <= max;
}

static bool text_field(struct reader *reader, const char *name, char *out, size_t size)
{
	const char *text = field(reader, name);

	return text != NULL && snprintf(out, size, "%s", text) < (int)size;
}

static bool read_head(struct reader *reader, struct cli_backup_manifest *manifest)
{
	const char *first = next_line(reader), *id, *chain, *secrets;
	uint64_t made, incarnation;

	if (first == NULL || strcmp(first, "dondoc backup 1") != 0 ||
	    !number(field(reader, "made"), INT64_MAX, &made))
		return false;
	manifest->made_us = (int64_t)made;
	id = field(reader, "log");
	if (id == NULL || dd_hex_parse(id, manifest->at.log_id, DD_ID_LEN) != 0 ||
	    !number(field(reader, "incarnation"), UINT32_MAX, &incarnation) ||
	    !number(field(reader, "sequence"), UINT64_MAX, &manifest->at.sequence))
		return false;
	manifest->at.incarnation = (uint32_t)incarnation;
	chain = field(reader, "chain");
	if (chain == NULL || dd_hex_parse(chain, manifest->at.chain, DD_HASH_LEN) != 0 ||
	    !text_field(reader, "authority", manifest->authority, sizeof(manifest->authority)) ||
	    !text_field(reader, "build", manifest->build, sizeof(manifest->build)) ||
	    !text_field(reader, "label", manifest->label, sizeof(manifest->label)))
		return false;
	secrets = field(reader, "secrets");
	for (int i = 0; secrets != NULL && i < 3; i++)
		if (strcmp(secrets, secret_words[i]) == 0)
			manifest->secrets = (enum cli_backup_secrets)i;
	return secrets != NULL && manifest->at.sequence > 0;
}

/* A path that stays in its folder, whoever wrote the manifest. */
static bool path_fits(const char *path)
{
	if (path[0] == '\0' || path[0] == '/')
		return false;
	for (const char *at = path; at != NULL; at = strchr(at, '/')) {
		at += *at == '/';
		if (*at == '\0' || *at == '/' || strncmp(at, "../", 3) == 0 ||
		    strcmp(at, "..") == 0 || strncmp(at, "./", 2) == 0 || strcmp(at, ".") == 0)
			return false;
	}
	return true;
}

static bool read_file_line(char *line, struct cli_backup_manifest *manifest)
{
	const bool lacks = strncmp(line, "lacks ", 6) == 0;
	char *hash = line + (lacks ? 6 : 5), *rest = strchr(hash, ' '), *path;
	struct cli_backup_sum sum = {0};

	if (rest == NULL)
		return false;
	*rest++ = '\0';
	path = lacks ? rest : strchr(rest, ' ');
	if (path == NULL)
		return false;
	if (!lacks) {
		*path++ = '\0';
		if (!number(rest, INT64_MAX, &sum.size))
			return false;
	}
	if (dd_hex_parse(hash, sum.hash, DD_HASH_LEN) != 0 || !path_fits(path))
		return false;
	if (lacks)
		cli_manifest_lack(manifest, path, sum.hash);
	else if (manifest->count > 0 &&
		 strcmp(manifest->entries[manifest->count - 1].path, path) >= 0)
		return false;
	else
		cli_manifest_add(manifest, path, &sum);
	return true;
}

static bool read_all(struct reader *reader, struct cli_backup_manifest *manifest)
{
	uint64_t count;
	char *line;

	if (!read_head(reader, manifest))
		return false;
	while ((line = next_line(reader)) != NULL) {
		if (strncmp(line, "end ", 4) == 0)
			return number(line + 4, UINT64_MAX, &count) && count == manifest->count &&
			       reader->at == reader->end;
		if ((strncmp(line, "file ", 5) != 0 && strncmp(line, "lacks ", 6) != 0) ||
		    !read_file_line(line, manifest))
			return false;
	}
	return false;
}

int cli_manifest_read(const char *dir, struct cli_backup_manifest *manifest_out,
		      struct dd_error *err)
{
	char *path = dd_path(dir, CLI_MANIFEST);
	struct dd_buf text = {0};
	int rc = dd_file_read(path, MANIFEST_MAX, &text, err);

	memset(manifest_out, 0, sizeof(*manifest_out));
	if (rc == 0) {
		struct reader reader = {(char *)text.data, (char *)text.data + text.len};

		dd_hash(text.data, text.len, manifest_out->hash);
		if (text.len == 0 || memchr(text.data, '\0', text.len) != NULL ||
		    !read_all(&reader, manifest_out)) {
			cli_manifest_fini(manifest_out);
			rc = dd_fail(err, DD_ERR_CORRUPT,
				     "%s is damaged: use another backup of the set", path);
		}
	}
	dd_buf_fini(&text);
	free(path);
	return rc;
}
