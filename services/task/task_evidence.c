/* task_evidence.c - see task_evidence.h. */
#include <stdio.h>
#include <string.h>

#include "common/domain/file_name.h"
#include "common/domain/file_type.h"
#include "services/task/task_case.h"
#include "services/task/task_evidence.h"
#include "services/task/task_policy.h"

#define TYPE_MAX_LEN 95u
#define CODE(name)   DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

bool task_evidence_name_fits(const char *name, struct task_outcome *out)
{
	switch (dd_file_name(name)) {
	case DD_FILE_NAME_GOOD:
		return true;
	case DD_FILE_NAME_EMPTY:
		task_refuse(out, CODE(MISSING), "file.name", NULL, NULL);
		return false;
	case DD_FILE_NAME_LONG:
		task_refuse(out, CODE(TOO_LARGE), "file.name", "255", NULL);
		return false;
	case DD_FILE_NAME_HIDDEN:
		task_refuse(out, CODE(RANGE), "file.name", ".", NULL);
		return false;
	case DD_FILE_NAME_SIGN:
		task_refuse(out, CODE(RANGE), "file.name", "/ \\", NULL);
		return false;
	case DD_FILE_NAME_TEXT:
		task_refuse(out, CODE(RANGE), "file.name", "UTF-8", NULL);
		return false;
	}
	return false;
}

bool task_evidence_size_fits(const struct task_case *c, const char *plan, const char *unit,
			     uint64_t size, struct task_outcome *out)
{
	int32_t most = task_policy_value(c, DD_SETTING_EVIDENCE_MAX_MIB, plan, unit);
	char limit[32];

	if (size <= (uint64_t)most << 20)
		return true;
	snprintf(limit, sizeof(limit), "%d MiB", (int)most);
	task_refuse(out, CODE(TOO_LARGE), "file.size", limit, NULL);
	return false;
}

/* What the sender has found of the type, with the same eyes as ours. */
static bool type_fits(const Dondoc__V1__FilePut *put, struct task_outcome *out)
{
	size_t len = strlen(put->type);
	bool plain = len <= TYPE_MAX_LEN;

	if (!put->type_refused)
		return true;
	for (size_t i = 0; i < len; i++)
		plain = plain && put->type[i] > 0x20 && put->type[i] < 0x7f;
	task_refuse(out, CODE(FILE_TYPE), put->name, plain ? put->type : "", DD_FILE_TYPES_TAKEN);
	return false;
}

bool task_evidence_may_begin(const struct task_case *c, const Dondoc__V1__FilePut *put,
			     struct task_outcome *out)
{
	struct view_task task;
	char number[32];

	memset(out, 0, sizeof(*out));
	if (put->task == 0 && c->who->cls != DD_PRINCIPAL_OFFICE)
		return true;
	if (put->task == 0)
		return task_evidence_size_fits(c, NULL, c->who->unit, put->size, out);
	if (view_task(c->view, true, put->task, &task) != DD_OK) {
		snprintf(number, sizeof(number), "%llu", (unsigned long long)put->task);
		task_refuse(out, CODE(UNKNOWN_TASK), number, NULL, NULL);
		return false;
	}
	return task_evidence_name_fits(put->name, out) && type_fits(put, out) &&
	       task_evidence_size_fits(c, task.plan, task.lead_unit, put->size, out);
}
