/* task_rules_product.c - the products of a task, each with an evidence state of its own. */
#include "services/task/task_life.h"
#include "services/task/task_product.h"
#include "services/task/task_rules_all.h"

#include <stdio.h>
#include <string.h>

static bool delivered(const struct task_case *c, uint64_t task, uint32_t number)
{
	struct view_product product;

	return view_product_get(c->view, true, task, number, &product) == DD_OK &&
	       (product.state == DONDOC__V1__PRODUCT_STATE__PRODUCT_DELIVERED ||
		product.state == DONDOC__V1__PRODUCT_STATE__PRODUCT_ACCEPTED);
}

bool task_products_delivered(const struct task_case *c, const Dondoc__V1__TaskFields *content,
			     struct task_outcome *out)
{
	char open[96] = "";
	size_t used = 0;

	for (size_t i = 0; i < content->n_products; i++) {
		const Dondoc__V1__Product *product = content->products[i];

		if (product->optional || delivered(c, out->task.id, product->number))
			continue;
		if (used + 16 < sizeof(open))
			used += (size_t)snprintf(open + used, sizeof(open) - used, "%s%u",
						 used > 0 ? ", " : "", product->number);
	}
	if (used == 0)
		return true;
	task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_PRODUCTS_OPEN, open, NULL, NULL);
	return false;
}

static bool has_product(const struct task_case *c, uint64_t task, uint32_t number)
{
	Dondoc__V1__TaskFields *content = task_content(c, task);
	bool found = false;

	for (size_t i = 0; content != NULL && i < content->n_products; i++)
		found = found || content->products[i]->number == number;
	dondoc__v1__task_fields__free_unpacked(content, NULL);
	return found;
}

/* The lead delivers; the deciding side says what it thinks of what was delivered. */
static bool step_allowed(const struct task_case *c, const Dondoc__V1__ReportProduct *cmd,
			 struct task_outcome *out)
{
	bool decides = cmd->state >= DONDOC__V1__PRODUCT_STATE__PRODUCT_ACCEPTED;
	unsigned roles = task_roles_of(c, &out->task, task_acting_unit(c));
	struct view_product now;

	if ((roles & (decides ? DD_ROLE_ASSIGNER : DD_ROLE_LEAD)) == 0) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NOT_PERMITTED,
			    task_acting_unit(c), dd_task_action_name(DD_ACT_PRODUCT), NULL);
		return false;
	}
	if (!decides)
		return task_not_refusing(out);
	if (view_product_get(c->view, true, out->task.id, cmd->product, &now) != DD_OK ||
	    now.state != DONDOC__V1__PRODUCT_STATE__PRODUCT_DELIVERED) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_NO_REQUEST, NULL, NULL, NULL);
		return false;
	}
	return cmd->state == DONDOC__V1__PRODUCT_STATE__PRODUCT_ACCEPTED ||
	       task_reason_given(out, "note", cmd->note);
}

void task_rule_report_product(const struct task_case *c, struct task_outcome *out)
{
	Dondoc__V1__ProductReported event = DONDOC__V1__PRODUCT_REPORTED__INIT;
	Dondoc__V1__ReportProduct *cmd = c->body->report_product;

	if (!task_open(c, cmd->task, DD_COMMAND_REPORT_PRODUCT, DD_ACT_PRODUCT, out))
		return;
	if (!has_product(c, cmd->task, cmd->product)) {
		task_refuse_entry(out, "product", cmd->product);
		return;
	}
	if ((unsigned)cmd->state > DONDOC__V1__PRODUCT_STATE__PRODUCT_RETURNED) {
		task_refuse(out, DONDOC__V1__REFUSAL_CODE__REFUSAL_RANGE, "state", NULL, NULL);
		return;
	}
	if (!step_allowed(c, cmd, out) || !task_note_fits(out, "note", cmd->note) ||
	    !task_files_known(c, cmd->files, cmd->n_files, out))
		return;
	if (cmd->state == DONDOC__V1__PRODUCT_STATE__PRODUCT_DELIVERED &&
	    !task_evidence_given(c, cmd->evidence, cmd->n_files, out))
		return;
	event.said = cmd;
	task_say(out, DONDOC__V1__EVENT_TYPE__EVENT_PRODUCT_REPORTED, NULL, &event.base);
}
