/* task_product.h - what the products of a task say to its completion. */
#ifndef TASK_PRODUCT_H
#define TASK_PRODUCT_H

#include "services/task/task_case.h"

/* Whether every product that is required was delivered with evidence; refuses otherwise. */
bool task_products_delivered(const struct task_case *c, const Dondoc__V1__TaskFields *content,
			     struct task_outcome *out);

#endif
