/* task_import_products.c - the products of a task, one a line, as an export writes them. */
#include "services/task/task_import_parts.h"
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 1000 /* bytes, as for a task by hand */

/* "2.* text": what lies behind the number; NULL if the line has none. */
static char *behind_number(char *line, Dondoc__V1__Product *product)
{
	size_t digits = strspn(line, "0123456789");
	char *at = line + digits;

	if (digits == 0 || digits > 6 || *at++ != '.')
		return NULL;
	product->optional = *at == '*';
	at += product->optional ? 1 : 0;
	if (*at != ' ' && *at != '\0')
		return NULL;
	product->number = (uint32_t)strtoul(line, NULL, 10);
	return at + strspn(at, " ");
}

static bool number_taken(const struct import_marks *marks, size_t count, uint32_t number)
{
	for (size_t i = 0; i < count; i++)
		if (number != 0 && marks->products[i].number == number)
			return true;
	return false;
}

/* The line goes on with the product before, in the same memory: what lies there is used up. */
static void go_on(Dondoc__V1__Product *product, const char *line)
{
	size_t len = strlen(product->text);

	line += strspn(line, " \t");
	product->text[len] = '\n';
	memmove(product->text + len + 1, line, strlen(line) + 1);
}

static Dondoc__V1__RowProblem add_product(struct import_marks *marks, size_t *count, char *line)
{
	Dondoc__V1__Product *product;
	char *text;

	if (*count == IMPORT_PRODUCTS_MAX)
		return DONDOC__V1__ROW_PROBLEM__ROW_BAD_VALUE;
	product = &marks->products[*count];
	dondoc__v1__product__init(product);
	product->number = *count > 0 ? marks->products[*count - 1].number + 1 : 1;
	text = behind_number(line, product);
	product->text = text ? text : line;
	if (!*product->text || number_taken(marks, *count, product->number))
		return DONDOC__V1__ROW_PROBLEM__ROW_BAD_VALUE;
	marks->product_list[(*count)++] = product;
	return DONDOC__V1__ROW_PROBLEM__ROW_OK;
}

void import_products_read(struct import *import, struct import_place place,
			  struct import_marks *marks, Dondoc__V1__TaskFields *fields)
{
	Dondoc__V1__RowProblem problem = DONDOC__V1__ROW_PROBLEM__ROW_OK;
	size_t count = 0;
	char *rest;
	char *line;

	place.column = TASK_PRODUCTS;
	marks->products_text = import_cell_written(place.table, place.row, TASK_PRODUCTS);
	rest = marks->products_text;
	while (problem == DONDOC__V1__ROW_PROBLEM__ROW_OK && (line = strsep(&rest, "\n"))) {
		if (count > 0 && (*line == ' ' || *line == '\t'))
			go_on(&marks->products[count - 1], line);
		else if (line[strspn(line, " \t")] != '\0')
			problem = add_product(marks, &count, line);
	}
	for (size_t i = 0; i < count; i++)
		if (strlen(marks->products[i].text) > TEXT_MAX)
			problem = DONDOC__V1__ROW_PROBLEM__ROW_TOO_LONG;
	if (problem != DONDOC__V1__ROW_PROBLEM__ROW_OK)
		import_fault(import, place, NULL, problem);
	fields->n_products = count;
	fields->products = marks->product_list;
}
