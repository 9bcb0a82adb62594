/* task_rules_backup.c - an operator says that a backup covers the log, and that a restored log is
 * the one that goes on. */
#include "common/base/clock.h"
#include "common/eventlog/position.h"
#include "common/view/view_backup.h"
#include "services/task/task_case.h"
#include "services/task/task_rules_all.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LABEL_MAX     200u
#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name

static void refuse_position(uint64_t sequence, struct task_outcome *out)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, sequence);
	task_refuse(out, REFUSAL(NOT_THIS_LOG), digits, NULL, NULL);
}

/* Nothing but this very log, durable up to there, is covered: offices free what they keep. */
static bool position_ours(const struct task_case *c, const Dondoc__V1__Position *pb,
			  struct task_outcome *out)
{
	struct dd_position position, there;
	struct dd_error ignored;

	if (pb == NULL || !dd_position_from_pb(pb, &position) || position.sequence == 0) {
		task_refuse(out, REFUSAL(MISSING), "position", NULL, NULL);
		return false;
	}
	if (position.sequence > dd_eventlog_head(c->log).sequence ||
	    dd_eventlog_position(c->log, position.sequence, &there, &ignored) != DD_OK ||
	    !dd_position_same(&position, &there)) {
		refuse_position(position.sequence, out);
		return false;
	}
	return true;
}

void task_rule_cover_backup(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__BackupCovered event = DONDOC__V1__BACKUP_COVERED__INIT;
	Dondoc__V1__CoverBackup *cmd = c->body->cover_backup;

	if (cmd->manifest.len != DD_HASH_LEN) {
		task_refuse(out, REFUSAL(RANGE), "manifest", "32 bytes", NULL);
		return;
	}
	if (strlen(cmd->label) > LABEL_MAX) {
		task_refuse(out, REFUSAL(TOO_LARGE), "label", "200", NULL);
		return;
	}
	if (!position_ours(c, cmd->position, out))
		return;
	event.said = cmd;
	task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_BACKUP_COVERED, 0, "", NULL,
			&event.base);
}

void task_rule_release_restore(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__RestoreReleased event = DONDOC__V1__RESTORE_RELEASED__INIT;
	const Dondoc__V1__ReleaseRestore *cmd = c->body->release_restore;
	const uint32_t now = view_position(c->view)->incarnation;
	struct view_restore restore;
	char text[40];

	if (!task_reason_given(out, "reason", cmd->reason))
		return;
	snprintf(text, sizeof(text), "%" PRIu32, now);
	if (view_restore(c->view, true, &restore) != DD_OK || restore.released != 0 ||
	    (cmd->incarnation != 0 && cmd->incarnation != restore.incarnation)) {
		task_refuse(out, REFUSAL(NOTHING_HELD), text, NULL, NULL);
		return;
	}
	event.incarnation = restore.incarnation;
	event.reason = cmd->reason;
	event.told_until_day =
		cmd->told_until_day != 0 ? cmd->told_until_day : dd_day_of(restore.restored_us);
	if (event.told_until_day < 0 || event.told_until_day > dd_day_of(c->record_us)) {
		snprintf(text, sizeof(text), "%" PRId32, event.told_until_day);
		task_refuse(out, REFUSAL(RANGE), "told_until_day", text, "..today");
		return;
	}
	task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_RESTORE_RELEASED, 0, "", NULL,
			&event.base);
}
