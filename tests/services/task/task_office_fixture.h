/* task_office_fixture.h - keys of offices by letters, and whoever comes with them. */
#ifndef TESTS_SERVICES_TASK_OFFICE_FIXTURE_H
#define TESTS_SERVICES_TASK_OFFICE_FIXTURE_H

#include "common/base/file.h"
#include "common/view/view_office_key.h"
#include "tests/services/task/task_units_fixture.h"

#define STATE(name) DONDOC__V1__OFFICE_KEY_STATE__OFFICE_KEY_##name

/* --- keys ------------------------------------------------------------------------------------ */

/* A public key by one letter: any 32 bytes that are not of low order. */
static inline ProtobufCBinaryData key_of(char letter)
{
	static uint8_t keys[128][VIEW_KEY_LEN];
	uint8_t *key = keys[(size_t)letter];

	memset(key, letter, VIEW_KEY_LEN);
	return (ProtobufCBinaryData){.data = key, .len = VIEW_KEY_LEN};
}

static inline Dondoc__V1__OfficeKeyState state_of(struct deciding *test, char letter)
{
	struct view_office_key key;

	if (view_office_key(test->view, true, key_of(letter).data, &key, NULL) != DD_OK)
		return STATE(UNKNOWN);
	return view_office_key_state(&key, test->now_us);
}

static inline struct view_office_key record_of(struct deciding *test, char letter)
{
	struct view_office_key key;

	assert_int_equal(view_office_key(test->view, true, key_of(letter).data, &key, NULL), DD_OK);
	return key;
}

/* --- who ------------------------------------------------------------------------------------- */

static inline void come_with(struct deciding *test, enum dd_principal_class cls, const char *unit,
			     char letter)
{
	char text[41];

	become(test, cls, unit, letter);
	snprintf(test->who.unit, sizeof(test->who.unit), "%s", unit);
	dd_curve_text(key_of(letter).data, text);
	dd_curve_id(text, test->who.key);
}

static inline Dondoc__V1__InviteOffice invitation(const struct deciding *test, const char *unit,
						  char token)
{
	Dondoc__V1__InviteOffice cmd = DONDOC__V1__INVITE_OFFICE__INIT;

	cmd.unit = text_of(unit);
	cmd.token = key_of(token);
	cmd.valid_until_us = test->now_us + 7 * DD_DAY_US;
	cmd.label = text_of("máy chủ tầng 2");
	return cmd;
}

static inline void invite(struct deciding *test, const char *unit, char token)
{
	Dondoc__V1__InviteOffice cmd = invitation(test, unit, token);

	as_operator(test);
	(void)accepted(test, COMMAND(INVITE_OFFICE), &cmd);
}

static inline Dondoc__V1__JoinOffice joining(char token, char key)
{
	Dondoc__V1__JoinOffice cmd = DONDOC__V1__JOIN_OFFICE__INIT;

	cmd.token = key_of(token);
	cmd.key = key_of(key);
	cmd.build = text_of("0.4.0");
	return cmd;
}

static inline void join(struct deciding *test, const char *unit, char token, char key)
{
	Dondoc__V1__JoinOffice cmd = joining(token, key);

	come_with(test, DD_PRINCIPAL_ENROL, unit, token);
	(void)accepted(test, COMMAND(JOIN_OFFICE), &cmd);
}

static inline Dondoc__V1__RevokeOffice revoking(const char *unit)
{
	Dondoc__V1__RevokeOffice cmd = DONDOC__V1__REVOKE_OFFICE__INIT;

	cmd.unit = text_of(unit);
	cmd.reason = text_of("Máy chủ bị mất");
	return cmd;
}

static inline Dondoc__V1__RotateOfficeKey rotating(char old, char key)
{
	Dondoc__V1__RotateOfficeKey cmd = DONDOC__V1__ROTATE_OFFICE_KEY__INIT;

	cmd.old_key = key_of(old);
	cmd.key = key_of(key);
	return cmd;
}

#endif
