/* task_evidence.h - which files a task takes: judged before they are sent, and again when they are
 * attached. */
#ifndef TASK_EVIDENCE_H
#define TASK_EVIDENCE_H

#include "dondoc/v1/envelope.pb-c.h"
#include "services/task/task_rules.h"

/* The name is for people: no folder, nothing that a terminal would obey. Refuses and returns false
 * otherwise, as all of these. */
bool task_evidence_name_fits(const char *name, struct task_outcome *out);
/* Within policy "evidence.max_mib" of a plan and a unit; either may be NULL. */
bool task_evidence_size_fits(const struct task_case *c, const char *plan, const char *unit,
			     uint64_t size, struct task_outcome *out);
/* The first chunk of an upload, before anything of it is kept: what the sender says of the file is
 * judged as the rule will judge the file itself. What names no task (an import) has the bounds of
 * its sender's unit. *out is filled from nothing. */
bool task_evidence_may_begin(const struct task_case *c, const Dondoc__V1__FilePut *put,
			     struct task_outcome *out);

#endif
