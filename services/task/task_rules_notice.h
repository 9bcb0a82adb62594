/* task_rules_notice.h - the rules for facts that services tell: who may send, what was planned to
 * be sent, what became of it, which reports were issued. Called from the table in task_rules.c. */
#ifndef TASK_RULES_NOTICE_H
#define TASK_RULES_NOTICE_H

#include "services/task/task_rules.h"

/* Each fills *out, which is empty, with an event or a refusal. */
void task_rule_take_lease(const struct task_case *c, struct task_outcome *out);
void task_rule_plan_digest(const struct task_case *c, struct task_outcome *out);
void task_rule_hand_over(const struct task_case *c, struct task_outcome *out);
void task_rule_settle(const struct task_case *c, struct task_outcome *out);
void task_rule_issue_report(const struct task_case *c, struct task_outcome *out);

#endif
