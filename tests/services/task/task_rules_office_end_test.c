/* task_rules_office_end_test.c - how keys of offices end: revoked with what was made from them, and
 * how those that are over make room. */
#include "tests/services/task/task_office_fixture.h"

/* The event that the command at hand becomes, which nobody applies. */
static Dondoc__V1__OfficeKeyRevoked *revoked_by(struct deciding *test)
{
	struct task_case c = {.view = test->view,
			      .who = &test->who,
			      .body = &test->body,
			      .record_us = test->now_us};
	Dondoc__V1__OfficeKeyRevoked *event;

	task_rules_decide(&c, DD_COMMAND_REVOKE_OFFICE, &test->out);
	assert_int_equal(test->out.effects.count, 1);
	event = dondoc__v1__office_key_revoked__unpack(NULL, test->out.effects.items[0].body_len,
						       test->out.effects.items[0].body);
	assert_non_null(event);
	task_events_free(&test->out.effects);
	return event;
}

/* --- revoking -------------------------------------------------------------------------------- */

static void a_unit_loses_all_its_keys_or_those_named(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__RevokeOffice cmd = revoking("U1");
	ProtobufCBinaryData named = key_of('k');

	(void)state;
	invite(test, "U1", 't');
	join(test, "U1", 't', 'k');
	invite(test, "U1", 'u');
	join(test, "U1", 'u', 'l');
	invite(test, "U1", 'v');
	as_operator(test);
	cmd.reason = text_of(" ");
	denied(test, COMMAND(REVOKE_OFFICE), &cmd, REFUSAL(MISSING), "reason");
	cmd = revoking("U2");
	denied(test, COMMAND(REVOKE_OFFICE), &cmd, REFUSAL(NOTHING_TO_DO), "U2");
	cmd.keys = &named;
	cmd.n_keys = 1;
	denied(test, COMMAND(REVOKE_OFFICE), &cmd, REFUSAL(UNKNOWN_ENTRY), "key");
	cmd.unit = text_of("U1");
	(void)accepted(test, COMMAND(REVOKE_OFFICE), &cmd);
	assert_int_equal(state_of(test, 'k'), STATE(REVOKED));
	assert_int_equal(state_of(test, 'l'), STATE(VALID));
	denied(test, COMMAND(REVOKE_OFFICE), &cmd, REFUSAL(NOTHING_TO_DO), NULL);
	cmd = revoking("U1");
	(void)accepted(test, COMMAND(REVOKE_OFFICE), &cmd);
	assert_int_equal(state_of(test, 'l'), STATE(REVOKED));
	assert_int_equal(state_of(test, 'v'), STATE(REVOKED));
	denied(test, COMMAND(REVOKE_OFFICE), &cmd, REFUSAL(NOTHING_TO_DO), "U1");
	/* One that only a file knows is ended by the log for good. */
	named = key_of('p');
	cmd.keys = &named;
	cmd.n_keys = 1;
	(void)accepted(test, COMMAND(REVOKE_OFFICE), &cmd);
	assert_int_equal(state_of(test, 'p'), STATE(REVOKED));
	end(test);
}

/* Whoever had the old key could have made the new one with it: the event says which ones go on, and
 * all of them end at one word. */
static void a_revoked_key_tells_what_was_made_from_it(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__RevokeOffice cmd = revoking("U1");
	Dondoc__V1__RotateOfficeKey first = rotating('k', 'l'), second = rotating('l', 'm');
	Dondoc__V1__OfficeKeyRevoked *event;
	ProtobufCBinaryData named = key_of('t');

	(void)state;
	invite(test, "U1", 't');
	join(test, "U1", 't', 'k');
	invite(test, "U1", 'u');
	join(test, "U1", 'u', 'n'); /* another machine of the unit */
	come_with(test, DD_PRINCIPAL_OFFICE, "U1", 'k');
	(void)accepted(test, COMMAND(ROTATE_OFFICE_KEY), &first);
	come_with(test, DD_PRINCIPAL_OFFICE, "U1", 'l');
	(void)accepted(test, COMMAND(ROTATE_OFFICE_KEY), &second);
	as_operator(test);
	cmd.keys = &named;
	cmd.n_keys = 1;
	/* The invitation alone: the three keys that came of it are told, the other machine's not.
	 */
	give(test, COMMAND(REVOKE_OFFICE), &cmd);
	event = revoked_by(test);
	assert_int_equal(event->n_keys, 1);
	assert_int_equal(event->n_successors, 3);
	dondoc__v1__office_key_revoked__free_unpacked(event, NULL);
	named = key_of('k');
	(void)accepted(test, COMMAND(REVOKE_OFFICE), &cmd);
	assert_int_equal(state_of(test, 'l'), STATE(REPLACED));
	denied(test, COMMAND(REVOKE_OFFICE), &cmd, REFUSAL(NOTHING_TO_DO), NULL);
	/* It is over itself, and still the key by which those are known. */
	cmd.with_successors = true;
	(void)accepted(test, COMMAND(REVOKE_OFFICE), &cmd);
	assert_int_equal(state_of(test, 'l'), STATE(REVOKED));
	assert_int_equal(state_of(test, 'm'), STATE(REVOKED));
	assert_int_equal(state_of(test, 'n'), STATE(VALID));
	denied(test, COMMAND(REVOKE_OFFICE), &cmd, REFUSAL(NOTHING_TO_DO), NULL);
	end(test);
}

/* A key a month for longer than any office lives; each waits for nothing but its days of overlap.
 */
static void a_unit_may_change_its_key_for_ever(void **state)
{
	enum { MONTHS = 400 };
	static uint8_t keys[MONTHS + 1][VIEW_KEY_LEN];
	uint8_t listed[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN];
	struct deciding *test = begin();
	Dondoc__V1__RotateOfficeKey cmd = rotating('k', 'l');
	struct view_office_key known;
	char text[41];

	(void)state;
	invite(test, "U1", 't');
	join(test, "U1", 't', 'k');
	memset(keys[0], 'k', VIEW_KEY_LEN);
	for (int i = 0; i < MONTHS; i++) {
		memset(keys[i + 1], 'y', VIEW_KEY_LEN);
		memcpy(keys[i + 1], &i, sizeof(i));
		come_with(test, DD_PRINCIPAL_OFFICE, "U1", 'k');
		dd_curve_text(keys[i], text);
		dd_curve_id(text, test->who.key);
		cmd.old_key = (ProtobufCBinaryData){.data = keys[i], .len = VIEW_KEY_LEN};
		cmd.key = (ProtobufCBinaryData){.data = keys[i + 1], .len = VIEW_KEY_LEN};
		(void)accepted(test, COMMAND(ROTATE_OFFICE_KEY), &cmd);
		tomorrow(test, 30);
	}
	assert_in_range(view_office_keys(test->view, true, "U1", listed), 1, 3);
	/* The first of them is known as long as the log: nobody registers it again, nor goes on
	 * with it. */
	assert_int_equal(view_office_key(test->view, true, keys[1], &known, NULL), DD_OK);
	assert_false(view_office_key_opens(&known, test->now_us));
	cmd.key = (ProtobufCBinaryData){.data = keys[1], .len = VIEW_KEY_LEN};
	cmd.old_key = (ProtobufCBinaryData){.data = keys[MONTHS], .len = VIEW_KEY_LEN};
	dd_curve_text(keys[MONTHS], text);
	come_with(test, DD_PRINCIPAL_OFFICE, "U1", 'k');
	dd_curve_id(text, test->who.key);
	denied(test, COMMAND(ROTATE_OFFICE_KEY), &cmd, REFUSAL(DUPLICATE), "key");
	end(test);
}

/* Keys that the log does not know, and that end at once, take no place in the unit's list. */
static void keys_that_nobody_knows_do_not_fill_a_units_list(void **state)
{
	static uint8_t keys[64][VIEW_KEY_LEN];
	uint8_t listed[VIEW_OFFICE_KEYS_MAX][VIEW_KEY_LEN];
	ProtobufCBinaryData named[64];
	struct deciding *test = begin();
	Dondoc__V1__RevokeOffice cmd = revoking("U1");

	(void)state;
	as_operator(test);
	cmd.keys = named;
	cmd.n_keys = 64;
	for (uint8_t round = 0; round < 8; round++) {
		for (uint8_t i = 0; i < 64; i++) {
			memset(keys[i], 'x', VIEW_KEY_LEN);
			keys[i][0] = i;
			keys[i][1] = round;
			named[i] = (ProtobufCBinaryData){.data = keys[i], .len = VIEW_KEY_LEN};
		}
		(void)accepted(test, COMMAND(REVOKE_OFFICE), &cmd);
	}
	invite(test, "U1", 't');
	assert_int_equal(view_office_keys(test->view, true, "U1", listed), 1);
	end(test);
}

static void a_key_that_a_file_gives_to_another_unit_is_not_revoked_in_ones_own_name(void **state)
{
	struct deciding *test = begin();
	char *dir = test_tmpdir(), *path = dd_path(dir, "hand.office");
	struct task_case c = {.view = test->view, .who = &test->who, .body = &test->body};
	Dondoc__V1__RevokeOffice cmd = revoking("U1");
	ProtobufCBinaryData named = key_of('p');
	char key[41], text[128];

	(void)state;
	dd_curve_text(named.data, key);
	snprintf(text, sizeof(text), "unit U3\npublic %s\n", key);
	test_write_file(path, text, strlen(text));
	assert_int_equal(dd_access_open(dir, &c.access, &test->err), 0);
	as_operator(test);
	cmd.keys = &named;
	cmd.n_keys = 1;
	give(test, COMMAND(REVOKE_OFFICE), &cmd);
	c.record_us = test->now_us;
	task_rules_decide(&c, DD_COMMAND_REVOKE_OFFICE, &test->out);
	assert_int_equal(test->out.refusal, REFUSAL(UNKNOWN_ENTRY));
	assert_string_equal(test->out.arguments[1], "U3");
	named = key_of('q'); /* no file has it either */
	give(test, COMMAND(REVOKE_OFFICE), &cmd);
	task_rules_decide(&c, DD_COMMAND_REVOKE_OFFICE, &test->out);
	assert_int_equal(test->out.refusal, REFUSAL(UNKNOWN_ENTRY));
	cmd = revoking("U3");
	named = key_of('p');
	cmd.keys = &named;
	cmd.n_keys = 1;
	give(test, COMMAND(REVOKE_OFFICE), &cmd);
	task_rules_decide(&c, DD_COMMAND_REVOKE_OFFICE, &test->out);
	assert_int_equal(test->out.effects.count, 1);
	task_events_free(&test->out.effects);
	dd_access_close(c.access);
	free(path);
	test_tmpdir_end(dir);
	end(test);
}

static void a_unit_has_room_for_so_many_open_keys_and_those_over_take_none(void **state)
{
	struct deciding *test = begin();
	Dondoc__V1__InviteOffice cmd;

	(void)state;
	as_operator(test);
	for (int round = 0; round < 30; round++) {
		for (char letter = 'A'; letter < 'A' + 16; letter++) {
			cmd = invitation(test, "U1", letter);
			cmd.token.data[31] = (uint8_t)(round + 1);
			(void)accepted(test, COMMAND(INVITE_OFFICE), &cmd);
		}
		cmd = invitation(test, "U1", 'Z');
		cmd.token.data[31] = (uint8_t)(round + 1);
		denied(test, COMMAND(INVITE_OFFICE), &cmd, REFUSAL(TOO_LARGE), "keys");
		tomorrow(test, 8);
	}
	end(test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_loses_all_its_keys_or_those_named),
		cmocka_unit_test(a_revoked_key_tells_what_was_made_from_it),
		cmocka_unit_test(a_unit_may_change_its_key_for_ever),
		cmocka_unit_test(keys_that_nobody_knows_do_not_fill_a_units_list),
		cmocka_unit_test(
			a_key_that_a_file_gives_to_another_unit_is_not_revoked_in_ones_own_name),
		cmocka_unit_test(a_unit_has_room_for_so_many_open_keys_and_those_over_take_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
