/* task_rules_document.c - the written documents that steps rest on: named, not written out. */
#include "services/task/task_rules.h"

#include <string.h>

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

static const Dondoc__V1__Document *document_of(const Dondoc__V1__CommandBody *body,
					       enum dd_command_kind kind)
{
	switch ((int)kind) {
	case DD_COMMAND_REQUEST_COMPLETION:
		return body->request_completion->evidence;
	case DD_COMMAND_DECIDE_COMPLETION:
		return body->decide_completion->document;
	case DD_COMMAND_REQUEST_EXTENSION:
		return body->request_extension->basis;
	case DD_COMMAND_DECIDE_EXTENSION:
		return body->decide_extension->document;
	case DD_COMMAND_ASSIGN:
		return body->assign_task->document;
	default:
		return NULL;
	}
}

bool task_documents_fit(const Dondoc__V1__CommandBody *body, enum dd_command_kind kind,
			struct task_outcome *out)
{
	const Dondoc__V1__Document *document = document_of(body, kind);

	return document == NULL || document_fits(document, out);
}
