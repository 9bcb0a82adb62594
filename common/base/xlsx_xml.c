/* xlsx_xml.c - elements of a part, one after the other. The only file that knows expat. */
#include "common/base/xlsx_impl.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE (1 << 20) /* bytes a step */

struct xlsx_xml {
	const struct xlsx_handlers *handlers;
	void *arg;
	XML_Parser parser;
	unsigned depth;
	const char *stopped; /* why; NULL = not */
};

static const char *plain_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct xlsx_xml *xml = arg;

	if (xml->stopped)
		return;
	if (++xml->depth > XLSX_DEPTH_MAX) {
		xlsx_xml_stop(xml, "elements nested too deep");
		return;
	}
	xml->handlers->start(xml, plain_name(name), (const char *const *)attributes);
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
	struct xlsx_xml *xml = arg;

	if (xml->stopped)
		return;
	xml->depth--;
	xml->handlers->end(xml, plain_name(name));
}

static void XMLCALL on_text(void *arg, const XML_Char *text, int len)
{
	struct xlsx_xml *xml = arg;

	if (!xml->stopped)
		xml->handlers->text(xml, text, (size_t)len);
}

/* A document type may define entities that grow without end; no spreadsheet program writes one. */
static void XMLCALL on_doctype(void *arg, const XML_Char *name, const XML_Char *system,
			       const XML_Char *public, int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	xlsx_xml_stop(arg, "it has a document type");
}

void *xlsx_xml_arg(struct xlsx_xml *xml)
{
	return xml->arg;
}

void xlsx_xml_stop(struct xlsx_xml *xml, const char *words)
{
	if (xml->stopped)
		return;
	xml->stopped = words;
	XML_StopParser(xml->parser, XML_FALSE);
}

const char *xlsx_attribute(const char *const *attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(plain_name(attributes[0]), name) == 0)
			return attributes[1];
	return "";
}

/* Expat 2.9, as in Debian 13, calls the one deprecated that Debian 12 has. */
static unsigned long line_number(const struct xlsx_xml *xml)
{
#if XML_MAJOR_VERSION > 2 || XML_MINOR_VERSION >= 9
	return (unsigned long)XML_GetCurrentLineNumber64(xml->parser);
#else
	return (unsigned long)XML_GetCurrentLineNumber(xml->parser);
#endif
}

static int parse_error(const struct xlsx_xml *xml, const char *part, struct dd_error *err)
{
	const char *words =
		xml->stopped ? xml->stopped : XML_ErrorString(XML_GetErrorCode(xml->parser));

	return dd_fail(err, DD_ERR_INVALID, "%s line %lu: %s", part, line_number(xml), words);
}

int xlsx_xml_parse(const struct dd_buf *bytes, const char *part,
		   const struct xlsx_handlers *handlers, void *arg, struct dd_error *err)
{
	struct xlsx_xml xml = {.handlers = handlers, .arg = arg};
	int rc = DD_OK;

	xml.parser = XML_ParserCreate(NULL);
	if (!xml.parser)
		abort(); /* no memory: as in dd_alloc there is no way on */
	XML_SetUserData(xml.parser, &xml);
	XML_SetElementHandler(xml.parser, on_start, on_end);
	XML_SetCharacterDataHandler(xml.parser, on_text);
	XML_SetStartDoctypeDeclHandler(xml.parser, on_doctype);
	for (size_t at = 0; at == 0 || at < bytes->len; at += PIECE) {
		size_t len = bytes->len - at < PIECE ? bytes->len - at : PIECE;
		bool last = at + len == bytes->len;

		if (XML_Parse(xml.parser, (const char *)bytes->data + at, (int)len, last) !=
		    XML_STATUS_OK) {
			rc = parse_error(&xml, part, err);
			break;
		}
	}
	XML_ParserFree(xml.parser);
	return rc;
}
