/* office_evidence.h - evidence at an office: taken in at the local door, whole and durable, and
 * brought to the centre behind the reports that name it (office_files.h). Holds folder, engine,
 * upload threads and timer together. */
#ifndef OFFICE_EVIDENCE_H
#define OFFICE_EVIDENCE_H

#include "dondoc/v1/envelope.pb-c.h"
#include "services/office/office.h"
#include "services/office/office_files.h"

struct office_evidence;

/* The folder "files" in the office's data folder. `office` is borrowed; its outbox and engine are
 * there already. */
int office_evidence_open(struct office *office, struct office_evidence **evidence_out,
			 struct dd_error *err) DD_MUST_CHECK;
void office_evidence_close(struct office_evidence *evidence); /* NULL is fine */

/* The link to the centre has changed. */
void office_evidence_link(struct office_evidence *evidence, enum dd_link link);
/* A report was saved or answered. */
void office_evidence_look(struct office_evidence *evidence);
/* A chunk at the local door; it is answered there now or later. `server` is borrowed and stays. */
void office_evidence_put(struct office_evidence *evidence, struct dd_bus_server *server,
			 const struct dd_bus_peer *peer, const Dondoc__V1__Request *request);
/* A backup covers the centre's log up to here. */
void office_evidence_covered(struct office_evidence *evidence, const struct dd_position *position);

/* A piece of a file that is kept here; false: ask the centre for it. Packed data in `data_out`. */
bool office_evidence_fetch(struct office_evidence *evidence, const Dondoc__V1__FetchFile *fetch,
			   struct dd_buf *data_out, Dondoc__V1__FileBytes *bytes_out);

/* NULL where there is none (tests). */
const struct office_files *office_evidence_files(const struct office_evidence *evidence);
/* For what goes another way than the line: engine, told the time, and contents; NULL as above. */
struct office_files *office_evidence_engine(struct office_evidence *evidence);
const struct dd_files *office_evidence_store(const struct office_evidence *evidence);

#endif
