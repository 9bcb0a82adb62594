/* task_rules_document.c - the lengths of what a command says: documents are named, not written out,
 * and texts are notes, not files. */
#include "services/task/task_rules.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 4000u /* bytes; rules may ask for less */

/* A document names itself by number, issuer and title; it is no place for its text. */
static bool document_fits(const Dondoc__V1__Document *document, struct task_outcome *out)
{
	const struct {
		const char *name, *text, *limit;
		size_t max;
	} fields[] = {
		{"document.number", document->number, "100", 100},
		{"document.issuer", document->issuer, "300", 300},
		{"document.title", document->title, "500", 500},
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strlen(fields[i].text) <= fields[i].max)
			continue;
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, fields[i].name,
			    fields[i].limit, NULL);
		return false;
	}
	return true;
}

static bool text_fits(const char *name, const char *text, struct task_outcome *out)
{
	if (text == NULL || strlen(text) <= TEXT_MAX)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_TOO_LARGE, name, "4000", NULL);
	return false;
}

static bool field_fits(const ProtobufCMessage *said, const ProtobufCFieldDescriptor *field,
		       struct task_outcome *out)
{
	const void *pointer;

	if (field->label == PROTOBUF_C_LABEL_REPEATED ||
	    (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE))
		return true;
	if ((field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0)
		return true;
	memcpy(&pointer, (const uint8_t *)said + field->offset, sizeof(pointer));
	if (pointer == NULL)
		return true;
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return text_fits(field->name, pointer, out);
	return field->descriptor != &dondoc__v1__document__descriptor ||
	       document_fits(pointer, out);
}

bool task_documents_fit(const Dondoc__V1__CommandBody *body, enum dd_command_kind kind,
			struct task_outcome *out)
{
	const ProtobufCMessage *said = &body->report_progress->base; /* whichever it is */

	if (kind == DD_COMMAND_PLAN_DIGEST || kind == DD_COMMAND_ISSUE_REPORT)
		return true; /* whole messages, bounded by their rules */
	for (unsigned i = 0; i < said->descriptor->n_fields; i++)
		if (!field_fits(said, &said->descriptor->fields[i], out))
			return false;
	return true;
}
