/* principal.c - the classes of those who may connect. */
#include "common/net/bus.h"
#include <string.h>

static const char *const class_names[] = {
	[DD_PRINCIPAL_NONE] = "none",
	[DD_PRINCIPAL_OPERATOR] = "operator",
	[DD_PRINCIPAL_GATEWAY] = "gateway",
	[DD_PRINCIPAL_OFFICE] = "office",
	[DD_PRINCIPAL_NOTIFICATION] = "notification",
	[DD_PRINCIPAL_REPORTING] = "reporting",
	[DD_PRINCIPAL_LOCAL] = "local",
	[DD_PRINCIPAL_TASK] = "task",
	[DD_PRINCIPAL_ENROL] = "enrol",
};
#define CLASSES (sizeof(class_names) / sizeof(class_names[0]))

const char *dd_principal_class_name(enum dd_principal_class cls)
{
	return (size_t)cls < CLASSES ? class_names[cls] : class_names[DD_PRINCIPAL_NONE];
}

enum dd_principal_class dd_principal_class_of(const char *name)
{
	size_t i;

	for (i = 0; i < CLASSES; i++)
		if (i != DD_PRINCIPAL_TASK && i != DD_PRINCIPAL_ENROL &&
		    strcmp(name, class_names[i]) == 0)
			return (enum dd_principal_class)i;
	return DD_PRINCIPAL_NONE;
}
