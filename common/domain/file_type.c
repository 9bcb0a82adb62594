/* file_type.c - by the first bytes; packages and compound files are looked into elsewhere. */
#include "common/domain/file_type.h"
#include "common/base/text.h"
#include "common/domain/file_type_impl.h"
#include <string.h>
#include <strings.h>

#define HEAD ((size_t)64 << 10)

bool dd_file_look(const struct dd_file_bytes *file, uint64_t offset, void *out, size_t len)
{
	return len <= file->size && offset <= file->size - len &&
	       file->read(file->arg, offset, out, len) == 0;
}

/* --- beginnings that tell all ---------------------------------------------------------------- */

struct beginning {
	const char *bytes;
	size_t len;
	struct dd_file_type type;
};

#define BEGIN(text) text, sizeof(text) - 1

/* Programs stand first: one that carries the mark of another kind further on is a program. */
static const struct beginning beginnings[] = {
	{BEGIN("MZ"), {"application/x-msdownload", false}},
	{BEGIN("\x7f"
	       "ELF"),
	 {"application/x-executable", false}},
	{BEGIN("#!"), {"text/x-script", false}},
	{BEGIN("\xca\xfe\xba\xbe"), {"application/java-vm", false}},
	{BEGIN("\xfe\xed\xfa"), {"application/x-mach-binary", false}},
	{BEGIN("\xce\xfa\xed\xfe"), {"application/x-mach-binary", false}},
	{BEGIN("\xcf\xfa\xed\xfe"), {"application/x-mach-binary", false}},
	{BEGIN("L\0\0\0\x01\x14\x02\0"), {"application/x-ms-shortcut", false}},
	{BEGIN("{\\rtf"), {"application/rtf", false}},
	{BEGIN("%PDF-"), {"application/pdf", true}},
	{BEGIN("\x89PNG\r\n\x1a\n"), {"image/png", true}},
	{BEGIN("\xff\xd8\xff"), {"image/jpeg", true}},
	{BEGIN("II*\0"), {"image/tiff", true}},
	{BEGIN("MM\0*"), {"image/tiff", true}},
	{BEGIN("-----BEGIN PKCS7-----"), {"application/pkcs7-signature", true}},
	{BEGIN("-----BEGIN CMS-----"), {"application/pkcs7-signature", true}},
	{BEGIN("7z\xbc\xaf\x27\x1c"), {"application/x-7z-compressed", false}},
	{BEGIN("Rar!\x1a\x07"), {"application/vnd.rar", false}},
	{BEGIN("\x1f\x8b"), {"application/gzip", false}},
};

static bool begins(const uint8_t *head, size_t len, const char *bytes, size_t bytes_len)
{
	return len >= bytes_len && memcmp(head, bytes, bytes_len) == 0;
}

/* A DER sequence whose first member is the object identifier of signed data (1.2.840.113549.1.7.2).
 */
static bool is_signature(const uint8_t *head, size_t len)
{
	static const uint8_t signed_data[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
					      0xf7, 0x0d, 0x01, 0x07, 0x02};
	size_t at = 2;

	if (len < 20 || head[0] != 0x30)
		return false;
	if (head[1] > 0x80 && head[1] <= 0x84)
		at += head[1] - 0x80u;
	return memcmp(head + at, signed_data, sizeof(signed_data)) == 0;
}

/* --- texts ----------------------------------------------------------------------------------- */

/* UTF-8 without control characters. `cut`: the file goes on, so a character may be cut in two. */
static bool is_text(const uint8_t *head, size_t len, bool cut)
{
	for (size_t i = 0; i < len; i++)
		if ((head[i] < 0x20 && !strchr("\t\n\r\f", head[i])) || head[i] == 0x7f)
			return false;
	for (size_t drop = 0; drop <= (cut ? 3u : 0u) && drop <= len; drop++)
		if (dd_text_valid(head, len - drop))
			return true;
	return false;
}

static bool contains(const char *text, size_t len, const char *what)
{
	size_t what_len = strlen(what);

	for (size_t i = 0; i + what_len <= len; i++)
		if (strncasecmp(text + i, what, what_len) == 0)
			return true;
	return false;
}

/* What a browser would run if it were shown to one. */
static struct dd_file_type text_type(const uint8_t *head, size_t len)
{
	static const char *const active[] = {"<script", "<html", "<!doctype html", "<svg",
					     "<iframe", "<?php", "<xsl:stylesheet"};
	const char *text = (const char *)head;
	bool xml;

	if (begins(head, len, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	while (len > 0 && strchr(" \t\r\n", *text)) {
		text++;
		len--;
	}
	xml = len >= 5 && memcmp(text, "<?xml", 5) == 0;
	if (len == 0 || *text != '<')
		return begins((const uint8_t *)text, len, "#!", 2) ? FILE_REFUSED("text/x-script")
								   : FILE_TAKEN("text/plain");
	for (size_t i = 0; i < sizeof(active) / sizeof(active[0]); i++)
		if (contains(text, len, active[i]))
			return FILE_REFUSED("text/html");
	return xml ? FILE_TAKEN("application/xml") : FILE_TAKEN("text/plain");
}

/* The rest of a text must be one too: a program may have a text before it. */
static bool rest_is_text(const struct dd_file_bytes *file)
{
	uint8_t tail[4096];
	uint64_t from = file->size > sizeof(tail) ? file->size - sizeof(tail) : 0;

	if (!dd_file_look(file, from, tail, (size_t)(file->size - from)))
		return false;
	for (size_t i = 0; i < (size_t)(file->size - from); i++)
		if (tail[i] == 0)
			return false;
	return true;
}

/* --- the whole ------------------------------------------------------------------------------- */

static struct dd_file_type by_head(const struct dd_file_bytes *file, const uint8_t *head,
				   size_t len)
{
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (begins(head, len, beginnings[i].bytes, beginnings[i].len))
			return beginnings[i].type;
	if (begins(head, len, "PK\x03\x04", 4) || begins(head, len, "PK\x05\x06", 4))
		return dd_file_type_zip(file);
	if (begins(head, len, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
		return dd_file_type_ole(file);
	if (is_signature(head, len))
		return FILE_TAKEN("application/pkcs7-signature");
	if (is_text(head, len, file->size > len) && rest_is_text(file))
		return text_type(head, len);
	return FILE_REFUSED("application/octet-stream");
}

struct dd_file_type dd_file_type(const struct dd_file_bytes *file)
{
	static const struct dd_file_type empty = {"application/x-empty", false};
	uint8_t head[HEAD];
	size_t len = file->size < HEAD ? (size_t)file->size : HEAD;

	if (len == 0)
		return empty;
	if (!dd_file_look(file, 0, head, len))
		return FILE_REFUSED(FILE_DAMAGED);
	return by_head(file, head, len);
}
