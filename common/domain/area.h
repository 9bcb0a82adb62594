/* area.h - the areas that every authority begins with: those of the administrative reform programme
 * of 2021-2030 (Nghị quyết 76/NQ-CP) and, as 0, direction and steering. An authority renames them
 * and adds its own; what it has said goes before these. */
#ifndef DD_DOMAIN_AREA_H
#define DD_DOMAIN_AREA_H

#include <stdint.h>

#define DD_AREAS_SHIPPED 7 /* 0 .. 6 */

/* NULL: there is no such area. */
const char *dd_area_name(uint32_t area);
const char *dd_area_name_en(uint32_t area);

#endif
