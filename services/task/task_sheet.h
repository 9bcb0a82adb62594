/* task_sheet.h - commands that come from a row of a reporting sheet (common/sheet). */
#ifndef TASK_SHEET_H
#define TASK_SHEET_H

#include "services/task/task_rules.h"

/* Ids of their length, and no long name. */
bool task_sheet_fits(const Dondoc__V1__SheetRow *sheet);
/* Whether the sheet has not said just this before; else a refusal that names the event. */
bool task_sheet_news(const struct task_case *c, struct task_outcome *out);
/* Who filled it in; "" where the command comes from no sheet. Borrowed from the command. */
char *task_sheet_filler(const struct task_case *c);
/* What a unit reports on a sheet the agency that follows it up may hand in for it. */
bool task_sheet_by_agency(const struct task_case *c, unsigned roles, enum dd_command_kind kind);
/* 16 bytes that stand for who sets a value: sheet and unit, so that a corrected sheet is no
 * conflict with itself. */
void task_sheet_tag(const struct task_case *c, uint8_t tag_out[16]);

#endif
