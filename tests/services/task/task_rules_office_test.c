/* task_rules_office_test.c - invitations, keys that join by them, rotated keys, and whoever tries
 * what he may not. */
#include "tests/services/task/task_office_fixture.h"

/* --- inviting -------------------------------------------------------------------------------- */

static void an_invitation_names_a_unit_a_sound_key_and_an_end(void **state)
{
	static uint8_t low[VIEW_KEY_LEN]; /* zero: of low order */
	struct deciding *test = begin();
	Dondoc__V1__InviteOffice cmd = invitation(test, "U1", 't');

	(void)state;
	as_operator(test);
	cmd.unit = text_of("NOBODY");
	denied(test, COMMAND(INVITE_OFFICE), &cmd, REFUSAL(UNKNOWN_UNIT), "NOBODY");
	cmd.unit = text_of("");
	denied(test, COMMAND(INVITE_OFFICE), &cmd, REFUSAL(MISSING), "unit");
	cmd = invitation(test, "U1", 't');
	cmd.token.len = 31;
	denied(test, COMMAND(INVITE_OFFICE), &cmd, REFUSAL(MISSING), "token");
	cmd.token = (ProtobufCBinaryData){.data = low, .len = sizeof(low)};
	denied(test, COMMAND(INVITE_OFFICE), &cmd, REFUSAL(RANGE), "token");
	cmd = invitation(test, "U1", 't');
	cmd.valid_until_us = test->now_us;
	denied(test, COMMAND(INVITE_OFFICE), &cmd, REFUSAL(RANGE), "valid_until_us");
	cmd.valid_until_us = test->now_us + 31 * DD_DAY_US;
	denied(test, COMMAND(INVITE_OFFICE), &cmd, REFUSAL(RANGE), "valid_until_us");
	cmd = invitation(test, "U1", 't');
	(void)accepted(test, COMMAND(INVITE_OFFICE), &cmd);
	assert_int_equal(state_of(test, 't'), STATE(INVITED));
	denied(test, COMMAND(INVITE_OFFICE), &cmd, REFUSAL(DUPLICATE), "token");
	end(test);
}

static void who_may_invite_and_revoke(void **state)
{
	static const struct {
		char person;
		int role, scope;
		const char *of;
		Dondoc__V1__RefusalCode refusal;
	} cases[] = {
		{'a', DD_PERSON_ADMINISTRATOR, DD_SCOPE_ALL, "", REFUSAL(NONE)},
		{'b', DD_PERSON_ADMINISTRATOR, DD_SCOPE_OWN, "U1", REFUSAL(NONE)},
		{'c', DD_PERSON_ADMINISTRATOR, DD_SCOPE_OWN, "U2", REFUSAL(UNIT_SCOPE)},
		{'d', DD_PERSON_HEAD, DD_SCOPE_OWN, "U1", REFUSAL(NO_ROLE)},
		{'e', DD_PERSON_FOCAL, DD_SCOPE_OWN, "U1", REFUSAL(NO_ROLE)},
		{'f', DD_PERSON_AGENCY, DD_SCOPE_ALL, "", REFUSAL(NO_ROLE)},
	};
	struct deciding *test = begin();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Dondoc__V1__InviteOffice cmd = invitation(test, "U1", (char)('t' + (char)i));
		Dondoc__V1__RevokeOffice end_all = revoking("U1");

		as_operator(test);
		grant(test, cases[i].person, cases[i].role, cases[i].scope, cases[i].of);
		as_person(test, cases[i].person, cases[i].of);
		if (cases[i].refusal == REFUSAL(NONE)) {
			(void)accepted(test, COMMAND(INVITE_OFFICE), &cmd);
			(void)accepted(test, COMMAND(REVOKE_OFFICE), &end_all);
		} else {
			denied(test, COMMAND(INVITE_OFFICE), &cmd, cases[i].refusal, NULL);
			denied(test, COMMAND(REVOKE_OFFICE), &end_all, cases[i].refusal, NULL);
		}
	}
	/* Through a gateway a unit as such may not. */
	become(test, DD_PRINCIPAL_GATEWAY, "U1", 'g');
	{
		Dondoc__V1__InviteOffice cmd = invitation(test, "U1", 'z');

		denied(test, COMMAND(INVITE_OFFICE), &cmd, REFUSAL(NO_ROLE), NULL);
	}
	end(test);
}

/* --- joining --------------------------------------------------------------------------------- */

static void an_invitation_is_good_once_and_for_one_key(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__JoinOffice cmd = joining('t', 'k');
	Dondoc__V1__JoinOffice other = joining('t', 'm');

	(void)state;
	invite(test, "U1", 't');
	come_with(test, DD_PRINCIPAL_ENROL, "U1", 't');
	(void)accepted(test, COMMAND(JOIN_OFFICE), &cmd);
	assert_int_equal(state_of(test, 't'), STATE(USED));
	assert_int_equal(state_of(test, 'k'), STATE(VALID));
	assert_string_equal(record_of(test, 'k').unit, "U1");
	assert_memory_equal(record_of(test, 't').successor, key_of('k').data, VIEW_KEY_LEN);
	denied(test, COMMAND(JOIN_OFFICE), &other, REFUSAL(TOKEN), "used");
	denied(test, COMMAND(JOIN_OFFICE), &cmd, REFUSAL(NOTHING_TO_DO), "U1");
	assert_int_equal(state_of(test, 'm'), STATE(UNKNOWN));
	end(test);
}

/* Two machines with the same invitation in one batch: the second finds it used. */
static void of_two_at_once_one_joins(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__JoinOffice first = joining('t', 'k'), second = joining('t', 'm');

	(void)state;
	invite(test, "U1", 't');
	come_with(test, DD_PRINCIPAL_ENROL, "U1", 't');
	(void)accepted(test, COMMAND(JOIN_OFFICE), &first);
	become(test, DD_PRINCIPAL_ENROL, "U1", 'x');
	come_with(test, DD_PRINCIPAL_ENROL, "U1", 't');
	denied(test, COMMAND(JOIN_OFFICE), &second, REFUSAL(TOKEN), "used");
	end(test);
}

static void an_invitation_that_does_not_hold(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__JoinOffice cmd = joining('t', 'k');
	Dondoc__V1__RevokeOffice revoke = revoking("U1");

	(void)state;
	/* Of another unit: the connection's key decides, whatever the text said. */
	invite(test, "U1", 't');
	come_with(test, DD_PRINCIPAL_ENROL, "U1", 't');
	test->actor.unit = text_of("U2");
	denied(test, COMMAND(JOIN_OFFICE), &cmd, REFUSAL(NOT_PERMITTED), "U2");
	/* Another token in the message than that of the connection. */
	invite(test, "U2", 'u');
	come_with(test, DD_PRINCIPAL_ENROL, "U2", 'u');
	denied(test, COMMAND(JOIN_OFFICE), &cmd, REFUSAL(TOKEN), "unknown");
	/* A key of an office in the place of a token. */
	cmd = joining('u', 'k');
	(void)accepted(test, COMMAND(JOIN_OFFICE), &cmd);
	cmd = joining('k', 'n');
	come_with(test, DD_PRINCIPAL_ENROL, "U2", 'k');
	denied(test, COMMAND(JOIN_OFFICE), &cmd, REFUSAL(TOKEN), "unknown");
	/* Expired, to the second. */
	cmd = joining('t', 'n');
	test->now_us += 7 * DD_DAY_US;
	come_with(test, DD_PRINCIPAL_ENROL, "U1", 't');
	denied(test, COMMAND(JOIN_OFFICE), &cmd, REFUSAL(TOKEN), "expired");
	assert_int_equal(state_of(test, 't'), STATE(EXPIRED));
	test->now_us -= 1;
	/* Revoked before it was used. */
	as_operator(test);
	(void)accepted(test, COMMAND(REVOKE_OFFICE), &revoke);
	come_with(test, DD_PRINCIPAL_ENROL, "U1", 't');
	denied(test, COMMAND(JOIN_OFFICE), &cmd, REFUSAL(TOKEN), "revoked");
	end(test);
}

static void a_key_is_one_units_for_ever(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__JoinOffice cmd;
	Dondoc__V1__RevokeOffice revoke = revoking("U1");
	Dondoc__V1__InviteOffice again;

	(void)state;
	invite(test, "U1", 't');
	join(test, "U1", 't', 'k');
	invite(test, "U2", 'u');
	/* The key of U1's office, which is no secret, cannot become U2's. */
	cmd = joining('u', 'k');
	come_with(test, DD_PRINCIPAL_ENROL, "U2", 'u');
	denied(test, COMMAND(JOIN_OFFICE), &cmd, REFUSAL(DUPLICATE), "key");
	cmd = joining('u', 'u'); /* nor can the invitation's own */
	denied(test, COMMAND(JOIN_OFFICE), &cmd, REFUSAL(DUPLICATE), "key");
	assert_string_equal(record_of(test, 'k').unit, "U1");
	as_operator(test);
	(void)accepted(test, COMMAND(REVOKE_OFFICE), &revoke);
	again = invitation(test, "U1", 'v');
	(void)accepted(test, COMMAND(INVITE_OFFICE), &again);
	cmd = joining('v', 'k'); /* and one that was revoked never comes back */
	come_with(test, DD_PRINCIPAL_ENROL, "U1", 'v');
	denied(test, COMMAND(JOIN_OFFICE), &cmd, REFUSAL(DUPLICATE), "key");
	end(test);
}

/* What a file admits is no event, but nobody else may register it either: two units with one key
 * are both shut out, which is all that whoever tries it wants. */
static void a_key_that_a_file_gives_to_another_unit_is_taken(void **state)
{
	struct deciding *test = begin();
	char *dir = test_tmpdir(), *path = dd_path(dir, "hand.office");
	struct task_case c = {.view = test->view, .who = &test->who, .body = &test->body};
	Dondoc__V1__JoinOffice cmd = joining('t', 'p');
	char key[41], text[128];

	(void)state;
	dd_curve_text(key_of('p').data, key);
	snprintf(text, sizeof(text), "unit U3\npublic %s\n", key);
	test_write_file(path, text, strlen(text));
	assert_int_equal(dd_access_open(dir, &c.access, &test->err), 0);
	invite(test, "U1", 't');
	come_with(test, DD_PRINCIPAL_ENROL, "U1", 't');
	give(test, COMMAND(JOIN_OFFICE), &cmd);
	c.record_us = test->now_us;
	task_rules_decide(&c, DD_COMMAND_JOIN_OFFICE, &test->out);
	assert_int_equal(test->out.refusal, REFUSAL(DUPLICATE));
	assert_string_equal(test->out.arguments[1], "U3");
	/* Its own unit may take it over into the log. */
	invite(test, "U3", 'u');
	cmd = joining('u', 'p');
	come_with(test, DD_PRINCIPAL_ENROL, "U3", 'u');
	give(test, COMMAND(JOIN_OFFICE), &cmd);
	task_rules_decide(&c, DD_COMMAND_JOIN_OFFICE, &test->out);
	assert_int_equal(test->out.effects.count, 1);
	task_events_free(&test->out.effects);
	dd_access_close(c.access);
	free(path);
	test_tmpdir_end(dir);
	end(test);
}

/* --- rotating -------------------------------------------------------------------------------- */

static void an_old_key_goes_on_for_the_days_of_overlap(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__RotateOfficeKey cmd = rotating('k', 'l');
	struct view_office_key old;

	(void)state;
	invite(test, "U1", 't');
	join(test, "U1", 't', 'k');
	come_with(test, DD_PRINCIPAL_OFFICE, "U1", 'k');
	(void)accepted(test, COMMAND(ROTATE_OFFICE_KEY), &cmd);
	old = record_of(test, 'k');
	assert_int_equal(state_of(test, 'k'), STATE(REPLACED));
	assert_int_equal(state_of(test, 'l'), STATE(VALID));
	assert_int_equal(old.until_us, test->now_us + 14 * DD_DAY_US);
	/* Asked again it is the same; with yet another key it is somebody else's doing. */
	denied(test, COMMAND(ROTATE_OFFICE_KEY), &cmd, REFUSAL(NOTHING_TO_DO), NULL);
	cmd = rotating('k', 'm');
	denied(test, COMMAND(ROTATE_OFFICE_KEY), &cmd, REFUSAL(OVERTAKEN), NULL);
	assert_true(view_office_key_opens(&old, old.until_us - 1));
	assert_false(view_office_key_opens(&old, old.until_us));
	test->now_us = old.until_us;
	assert_int_equal(state_of(test, 'k'), STATE(ENDED));
	end(test);
}

static void the_days_of_overlap_are_the_units_setting(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__RotateOfficeKey cmd = rotating('k', 'l');

	(void)state;
	invite(test, "U1", 't');
	join(test, "U1", 't', 'k');
	as_operator(test);
	setting(test, "office.key_overlap_days", "3", "U1");
	come_with(test, DD_PRINCIPAL_OFFICE, "U1", 'k');
	(void)accepted(test, COMMAND(ROTATE_OFFICE_KEY), &cmd);
	assert_int_equal(record_of(test, 'k').until_us, test->now_us + 3 * DD_DAY_US);
	end(test);
}

static void a_key_changes_only_itself(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__RotateOfficeKey cmd;
	Dondoc__V1__RevokeOffice revoke = revoking("U1");

	(void)state;
	invite(test, "U1", 't');
	join(test, "U1", 't', 'k');
	invite(test, "U2", 'u');
	join(test, "U2", 'u', 'l');
	come_with(test, DD_PRINCIPAL_OFFICE, "U2", 'l');
	cmd = rotating('k', 'm'); /* another's */
	denied(test, COMMAND(ROTATE_OFFICE_KEY), &cmd, REFUSAL(NOT_PERMITTED), "old_key");
	cmd = rotating('l', 'k'); /* to another's */
	denied(test, COMMAND(ROTATE_OFFICE_KEY), &cmd, REFUSAL(DUPLICATE), "key");
	cmd = rotating('l', 'l'); /* to itself */
	denied(test, COMMAND(ROTATE_OFFICE_KEY), &cmd, REFUSAL(DUPLICATE), "key");
	/* What a file admits can be changed too; the old one then ends by its date. */
	cmd = rotating('p', 'q');
	come_with(test, DD_PRINCIPAL_OFFICE, "U3", 'p');
	(void)accepted(test, COMMAND(ROTATE_OFFICE_KEY), &cmd);
	assert_int_equal(state_of(test, 'p'), STATE(REPLACED));
	assert_string_equal(record_of(test, 'q').unit, "U3");
	/* A command that was on its way when its key was revoked. */
	as_operator(test);
	(void)accepted(test, COMMAND(REVOKE_OFFICE), &revoke);
	cmd = rotating('k', 'n');
	come_with(test, DD_PRINCIPAL_OFFICE, "U1", 'k');
	denied(test, COMMAND(ROTATE_OFFICE_KEY), &cmd, REFUSAL(NOT_PERMITTED), "old_key");
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_invitation_names_a_unit_a_sound_key_and_an_end),
		cmocka_unit_test(who_may_invite_and_revoke),
		cmocka_unit_test(an_invitation_is_good_once_and_for_one_key),
		cmocka_unit_test(of_two_at_once_one_joins),
		cmocka_unit_test(an_invitation_that_does_not_hold),
		cmocka_unit_test(a_key_is_one_units_for_ever),
		cmocka_unit_test(a_key_that_a_file_gives_to_another_unit_is_taken),
		cmocka_unit_test(an_old_key_goes_on_for_the_days_of_overlap),
		cmocka_unit_test(the_days_of_overlap_are_the_units_setting),
		cmocka_unit_test(a_key_changes_only_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
