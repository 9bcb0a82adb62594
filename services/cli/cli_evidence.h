/* cli_evidence.h - files as evidence, and their destruction. */
#ifndef DD_SERVICES_CLI_EVIDENCE_H
#define DD_SERVICES_CLI_EVIDENCE_H

#include "services/cli/cli.h"

int cli_evidence_attach(struct cli *cli);
int cli_evidence_list(struct cli *cli);
int cli_evidence_fetch(struct cli *cli);
int cli_evidence_detach(struct cli *cli);
int cli_evidence_order(struct cli *cli);
int cli_evidence_confirm(struct cli *cli);
int cli_evidence_orders(struct cli *cli);
int cli_evidence_queue(struct cli *cli);

/* The task that the first word names, connected; and its files. Replies are the caller's to free.
 */
int cli_evidence_task(struct cli *cli, Dondoc__V1__Reply **task_out);
int cli_evidence_files(struct cli *cli, uint64_t task, Dondoc__V1__Reply **files_out);
/* The one file among them that `word` names: by its name, or by at least 12 digits of its hash.
 * NULL if there is none, or more than one. */
const Dondoc__V1__FileRow *cli_evidence_find(const Dondoc__V1__FileList *files, const char *word);
/* The document that the options name; NULL if none is given. *rc_out as usual. */
Dondoc__V1__Document *cli_evidence_document(const struct cli *cli, Dondoc__V1__Document *document,
					    int *rc_out);
/* Send, tell, and free nothing but the reply. */
int cli_evidence_send(struct cli *cli, Dondoc__V1__CommandBody *body, const char *unit);

/* In place of words that were destroyed: by which order, where that is known. */
void cli_destroyed_words(enum cli_lang lang, uint64_t order, struct dd_buf *out);

#endif
