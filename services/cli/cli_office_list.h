/* cli_office_list.h - offices as the centre knows them. */
#ifndef DD_SERVICES_CLI_OFFICE_LIST_H
#define DD_SERVICES_CLI_OFFICE_LIST_H

#include "dondoc/v1/office.pb-c.h"
#include "services/cli/cli.h"

int cli_office_list(struct cli *cli);
void cli_print_offices(const struct cli *cli, const Dondoc__V1__OfficeList *list);

#endif
