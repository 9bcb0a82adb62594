/* permission.c - who may do what, as two tables. */
#include "common/domain/permission.h"

#include <stddef.h>
#include <string.h>

#define BIT(kind) (1U << (kind))
#define ALL       (BIT(DD_COMMAND_KIND_COUNT) - 1U)
#define FROM_LEAD                                                                                  \
	(BIT(DD_COMMAND_REPORT) | BIT(DD_COMMAND_REQUEST_COMPLETION) |                             \
	 BIT(DD_COMMAND_REQUEST_EXTENSION))
#define FROM_ASSIGNER                                                                              \
	(BIT(DD_COMMAND_DECIDE_COMPLETION) | BIT(DD_COMMAND_DECIDE_EXTENSION) |                    \
	 BIT(DD_COMMAND_ASSIGN) | BIT(DD_COMMAND_IMPORT_PLAN) | BIT(DD_COMMAND_IMPORT_CALENDAR))

/* Facts that a service alone can know; nobody else may claim them. */
#define FROM_NOTIFICATION                                                                          \
	(BIT(DD_COMMAND_TAKE_LEASE) | BIT(DD_COMMAND_PLAN_DIGEST) | BIT(DD_COMMAND_HAND_OVER) |    \
	 BIT(DD_COMMAND_SETTLE))
#define FROM_REPORTING BIT(DD_COMMAND_ISSUE_REPORT)
#define FROM_PEOPLE    (ALL & ~(FROM_NOTIFICATION | FROM_REPORTING))

/* Local readers have no commands. */
static const struct {
	const char *name;
	unsigned kinds;
} principals[] = {
	{"operator", FROM_PEOPLE},
	{"gateway", FROM_PEOPLE & ~BIT(DD_COMMAND_CONFIRM_CLOCK)},
	{"office", FROM_LEAD | BIT(DD_COMMAND_WITHDRAWN)},
	{"notification", FROM_NOTIFICATION},
	{"reporting", FROM_REPORTING},
	{"local", 0},
};

static const struct {
	enum dd_role role;
	unsigned kinds;
} roles_table[] = {
	{DD_ROLE_LEAD, FROM_LEAD},
	{DD_ROLE_COORDINATING, 0},
	{DD_ROLE_ASSIGNER, FROM_ASSIGNER},
};

static bool has(unsigned kinds, enum dd_command_kind kind)
{
	return (unsigned)kind < DD_COMMAND_KIND_COUNT && (kinds & BIT(kind)) != 0;
}

bool dd_permission_principal(const char *principal_class, enum dd_command_kind kind)
{
	size_t i;

	for (i = 0; i < sizeof(principals) / sizeof(principals[0]); i++) {
		if (strcmp(principal_class, principals[i].name) == 0)
			return has(principals[i].kinds, kind);
	}
	return false;
}

bool dd_permission_unit(unsigned roles, enum dd_command_kind kind)
{
	unsigned kinds = BIT(DD_COMMAND_WITHDRAWN);
	size_t i;

	for (i = 0; i < sizeof(roles_table) / sizeof(roles_table[0]); i++) {
		if ((roles & (unsigned)roles_table[i].role) != 0)
			kinds |= roles_table[i].kinds;
	}
	return has(kinds, kind);
}
