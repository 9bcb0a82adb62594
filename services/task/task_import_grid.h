/* task_import_grid.h - rows of cells, of a workbook or of CSV, and the codes that headings and
 * numbers make. For the files of the annex only. */
#ifndef DD_TASK_IMPORT_GRID_H
#define DD_TASK_IMPORT_GRID_H

#include "common/base/xlsx.h"
#include "services/task/task_import_parts.h"

struct import_grid {
	struct dd_xlsx *xlsx; /* owned; NULL = csv */
	struct dd_csv *csv;   /* owned; its header is row 0 */
	size_t rows;
	size_t columns;
};
void import_grid_fini(struct import_grid *grid);
const char *import_grid_cell(const struct import_grid *grid, size_t row, size_t column);
uint32_t import_grid_line(const struct import_grid *grid, size_t row);

/* --- task_import_sections.c: "A.", "I.", "1.", "a)" ------------------------------------------- */

enum { IMPORT_SECTIONS_MAX = 8 };
struct import_sections {
	struct {
		int level;
		char code[DD_TASK_CODE_MAX + 1];
	} open[IMPORT_SECTIONS_MAX];
	int depth;
	unsigned made; /* codes without a number */
};
/* The code of the innermost open section, "" outside of all. */
const char *import_section_code(const struct import_sections *sections);
/* A heading with its number ("II", "" = none) opens a section; its code. */
const char *import_section_open(struct import_sections *sections, const char *number);
/* The code of a row with this number in the open section; "" number: one is made. */
void import_section_row(struct import_sections *sections, const char *number,
			char code_out[DD_TASK_CODE_MAX + 1]);
/* The number at the head of a text, "IV. Hạ tầng số": its length with the mark behind, 0 = none;
 * the number itself in number_out. */
size_t import_section_number(const char *text, char number_out[DD_TASK_CODE_MAX + 1]);

#endif
