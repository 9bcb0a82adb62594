/* cli_life.h - commands of a task's life beside its daily work. */
#ifndef DD_SERVICES_CLI_LIFE_H
#define DD_SERVICES_CLI_LIFE_H

#include "services/cli/cli.h"
#include "services/cli/cli_work.h"

int cli_task_receive(struct cli *cli);
int cli_task_refuse(struct cli *cli);
int cli_task_transfer(struct cli *cli);
int cli_task_pause(struct cli *cli);
int cli_task_resume(struct cli *cli);
int cli_task_cancel(struct cli *cli);
int cli_task_remove(struct cli *cli);
int cli_task_pass(struct cli *cli);
int cli_task_unchanged(struct cli *cli);
int cli_task_product(struct cli *cli);
int cli_task_explain(struct cli *cli);
int cli_task_ask(struct cli *cli);
int cli_task_answer(struct cli *cli);
int cli_task_close_ask(struct cli *cli);
int cli_task_comment(struct cli *cli);
int cli_task_comments(struct cli *cli);

/* The documents that the options --basis-... and --evidence-... name; *document_out stays as it was
 * if none is given. */
int cli_work_basis(const struct cli *cli, struct cli_work *work,
		   Dondoc__V1__Document **document_out);
int cli_work_evidence(const struct cli *cli, struct cli_work *work,
		      Dondoc__V1__Document **document_out);

/* What `task show` tells beside the row; NULL = nothing. */
void cli_print_life(const struct cli *cli, const Dondoc__V1__LifeDetail *life);
/* The name of a ProductState. */
const char *cli_name_product(enum cli_lang lang, int state);

#endif
