/* task_rules_release.c - a report to a superior leaves, waits on or is dropped: who follows up its
 * plan decides, or the time that the authority has set for it. */
#include "common/view/view_notice.h"
#include "services/task/task_case.h"
#include "services/task/task_life.h"
#include "services/task/task_plan.h"
#include "services/task/task_policy.h"
#include "services/task/task_rules_all.h"

#include <string.h>

#define REFUSAL(name) DONDOC__V1__REFUSAL_CODE__REFUSAL_##name
#define RELEASE(name) DONDOC__V1__RELEASE_ACTION__RELEASE_##name

static bool waits(const struct task_case *c, const ProtobufCBinaryData *id,
		  struct view_digest *digest, struct view_release *release,
		  struct task_outcome *out)
{
	if (id->len != DD_HASH_LEN) {
		task_refuse(out, REFUSAL(RANGE), "digest", "32 bytes", NULL);
		return false;
	}
	if (view_digest(c->view, true, id->data, digest) == DD_OK &&
	    digest->state == DONDOC__V1__DIGEST_STATE__DIGEST_HELD &&
	    view_release(c->view, true, id->data, release) == DD_OK)
		return true;
	task_refuse(out, REFUSAL(NOT_TOLD), "digest", NULL, NULL);
	return false;
}

static bool action_fits(const Dondoc__V1__ReleaseDigest *cmd, struct task_outcome *out)
{
	if (cmd->action == RELEASE(SEND))
		return task_note_fits(out, "reason", cmd->reason);
	if (cmd->action == RELEASE(HOLD) || cmd->action == RELEASE(DROP))
		return task_reason_given(out, "reason", cmd->reason);
	task_refuse(out, REFUSAL(RANGE), "action", "send|hold|drop", NULL);
	return false;
}

/* The service lets go what no person holds, where the authority wants that. How many hours it has
 * waited is the service's to count: it knows who works when. */
static bool time_may(const struct task_case *c, const Dondoc__V1__ReleaseDigest *cmd,
		     const struct view_release *release, struct task_outcome *out)
{
	if (cmd->action == RELEASE(SEND) && release->action == RELEASE(NONE) &&
	    task_policy_value(c, DD_SETTING_SUPERIOR_AUTO_HOURS, release->plan, NULL) > 0)
		return true;
	task_refuse(out, REFUSAL(NOT_PERMITTED), "notification", "release_digest", NULL);
	return false;
}

void task_rule_release_digest(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__DigestReleased event = DONDOC__V1__DIGEST_RELEASED__INIT;
	Dondoc__V1__ReleaseDigest *cmd = c->body->release_digest;
	const bool by_time = c->who->cls == DD_PRINCIPAL_NOTIFICATION;
	struct view_release release;
	struct view_digest digest;
	struct view_plan plan;

	if (!action_fits(cmd, out) || !waits(c, &cmd->digest, &digest, &release, out))
		return;
	if (by_time ? !time_may(c, cmd, &release, out)
		    : !task_plan_may(c, DD_COMMAND_RELEASE_DIGEST, release.plan, &plan, out))
		return;
	event.said = cmd;
	event.by_time = by_time;
	(void)task_effect_add(out, DONDOC__V1__EVENT_TYPE__EVENT_DIGEST_RELEASED, 0, digest.unit,
			      "", &event.base);
}
