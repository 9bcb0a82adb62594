/* cli_year.h - the words for what becomes of a task at the year's end. */
#ifndef DD_SERVICES_CLI_YEAR_H
#define DD_SERVICES_CLI_YEAR_H

#include "dondoc/v1/plan.pb-c.h"

/* UNDECIDED for a word that is none of carry, merge, end, keep. */
Dondoc__V1__YearEndKind cli_year_kind(const char *word);

#endif
