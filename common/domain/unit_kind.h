/* unit_kind.h - what the usual kinds of units are called. A kind is a word that the authority
 * chooses; these are those of the shipped files. */
#ifndef DD_DOMAIN_UNIT_KIND_H
#define DD_DOMAIN_UNIT_KIND_H

#include <stdbool.h>

/* The kind itself where it is none of the usual. */
const char *dd_unit_kind_name(const char *kind, bool vietnamese);

#endif
