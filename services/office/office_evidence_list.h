/* office_evidence_list.h - evidence on its way, for people: rows of list_outbox and what the status
 * says of it. */
#ifndef OFFICE_EVIDENCE_LIST_H
#define OFFICE_EVIDENCE_LIST_H

#include "common/base/alloc.h"
#include "dondoc/v1/query.pb-c.h"
#include "services/office/office_files.h"

/* Add the files to the answer, newest first; in `arena`. `files` NULL, or one report asked for:
 * nothing is added. Not 0: they cannot be read. */
int office_evidence_list(const struct office_files *files, struct office_outbox *outbox,
			 const Dondoc__V1__ListOutbox *list, struct dd_arena *arena,
			 Dondoc__V1__Outbox *out);

/* What a person should know of it, as sentences; "" = nothing. */
#define OFFICE_EVIDENCE_TEXT 512
void office_evidence_health(const struct office_files_status *status,
			    char out[OFFICE_EVIDENCE_TEXT]);

#endif
