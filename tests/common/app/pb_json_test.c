/* pb_json_test.c - every message of proto/dondoc/v1 survives JSON, and bad JSON is named. */
#include "common/app/pb_json.h"
#include "common/base/alloc.h"
#include "dondoc/v1/envelope.pb-c.h"
#include "dondoc/v1/event.pb-c.h"
#include "tests/support/harness.h"
#include "tests/support/tmpdir.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPES_MAX 512

/* Roots from which every message is reached. */
static const ProtobufCMessageDescriptor *const roots[] = {
	&dondoc__v1__request__descriptor,
	&dondoc__v1__reply__descriptor,
	&dondoc__v1__command_body__descriptor,
	&dondoc__v1__event_header__descriptor,
	&dondoc__v1__genesis__descriptor,
	&dondoc__v1__stick_head__descriptor,
	&dondoc__v1__stick_request__descriptor,
	&dondoc__v1__stick_reply__descriptor,
	&dondoc__v1__sheet_head__descriptor,
	&dondoc__v1__sheet_task__descriptor,
	&dondoc__v1__sheet_answers__descriptor,
	&dondoc__v1__incarnation__descriptor,
	&dondoc__v1__command_refused__descriptor,
	&dondoc__v1__command_withdrawn__descriptor,
	&dondoc__v1__group_opened__descriptor,
	&dondoc__v1__group_closed__descriptor,
	&dondoc__v1__group_abandoned__descriptor,
	&dondoc__v1__clock_confirmed__descriptor,
	&dondoc__v1__unit_set__descriptor,
	&dondoc__v1__unit_alias_set__descriptor,
	&dondoc__v1__area_set__descriptor,
	&dondoc__v1__calendar_day_set__descriptor,
	&dondoc__v1__plan_set__descriptor,
	&dondoc__v1__task_added__descriptor,
	&dondoc__v1__task_changed__descriptor,
	&dondoc__v1__progress_reported__descriptor,
	&dondoc__v1__completion_requested__descriptor,
	&dondoc__v1__completion_decided__descriptor,
	&dondoc__v1__extension_requested__descriptor,
	&dondoc__v1__extension_decided__descriptor,
	&dondoc__v1__task_assigned__descriptor,
	&dondoc__v1__lease_taken__descriptor,
	&dondoc__v1__digest_planned__descriptor,
	&dondoc__v1__digest_handing_over__descriptor,
	&dondoc__v1__digest_settled__descriptor,
	&dondoc__v1__report_issued__descriptor,
	&dondoc__v1__task_received__descriptor,
	&dondoc__v1__refusal_requested__descriptor,
	&dondoc__v1__refusal_decided__descriptor,
	&dondoc__v1__transfer_requested__descriptor,
	&dondoc__v1__transfer_decided__descriptor,
	&dondoc__v1__task_paused__descriptor,
	&dondoc__v1__task_resumed__descriptor,
	&dondoc__v1__task_cancelled__descriptor,
	&dondoc__v1__task_removed__descriptor,
	&dondoc__v1__entry_withdrawn__descriptor,
	&dondoc__v1__update_replaced__descriptor,
	&dondoc__v1__decision_taken_back__descriptor,
	&dondoc__v1__group_undone__descriptor,
	&dondoc__v1__conflict_resolved__descriptor,
	&dondoc__v1__task_passed_on__descriptor,
	&dondoc__v1__outgoing_held__descriptor,
	&dondoc__v1__outgoing_decided__descriptor,
	&dondoc__v1__unchanged_reported__descriptor,
	&dondoc__v1__product_reported__descriptor,
	&dondoc__v1__delay_explained__descriptor,
	&dondoc__v1__explanation_decided__descriptor,
	&dondoc__v1__unit_asked__descriptor,
	&dondoc__v1__ask_answered__descriptor,
	&dondoc__v1__ask_closed__descriptor,
	&dondoc__v1__commented__descriptor,
	&dondoc__v1__plan_published__descriptor,
	&dondoc__v1__plan_acknowledged__descriptor,
	&dondoc__v1__plan_placed__descriptor,
	&dondoc__v1__occurrence_recorded__descriptor,
	&dondoc__v1__task_dated__descriptor,
	&dondoc__v1__dependency_set__descriptor,
	&dondoc__v1__indicator_set__descriptor,
	&dondoc__v1__indicator_measured__descriptor,
	&dondoc__v1__baseline_frozen__descriptor,
	&dondoc__v1__filter_saved__descriptor,
	&dondoc__v1__label_set__descriptor,
	&dondoc__v1__settings_set__descriptor,
	&dondoc__v1__task_carried__descriptor,
	&dondoc__v1__task_kept__descriptor,
	&dondoc__v1__plan_closed__descriptor,
	&dondoc__v1__plan_drafted__descriptor,
	&dondoc__v1__units_change_planned__descriptor,
	&dondoc__v1__units_change_moves__descriptor,
	&dondoc__v1__units_change_withdrawn__descriptor,
	&dondoc__v1__units_changed__descriptor,
	&dondoc__v1__charge_set__descriptor,
	&dondoc__v1__role_granted__descriptor,
	&dondoc__v1__role_revoked__descriptor,
	&dondoc__v1__deputy_set__descriptor,
	&dondoc__v1__handed_over__descriptor,
	&dondoc__v1__file_attached__descriptor,
	&dondoc__v1__file_arrived__descriptor,
	&dondoc__v1__file_detached__descriptor,
	&dondoc__v1__destruction_ordered__descriptor,
	&dondoc__v1__destruction_confirmed__descriptor,
	&dondoc__v1__destruction_done__descriptor,
	&dondoc__v1__destruction_rest__descriptor,
	&dondoc__v1__office_invited__descriptor,
	&dondoc__v1__office_joined__descriptor,
	&dondoc__v1__office_key_revoked__descriptor,
	&dondoc__v1__office_key_rotated__descriptor,
	&dondoc__v1__backup_covered__descriptor,
	&dondoc__v1__restore_released__descriptor,
	&dondoc__v1__reminder_rule_set__descriptor,
	&dondoc__v1__reminders_started__descriptor,
	&dondoc__v1__silence_set__descriptor,
	&dondoc__v1__silence_ended__descriptor,
	&dondoc__v1__day_promised__descriptor,
	&dondoc__v1__reminder_disputed__descriptor,
	&dondoc__v1__digest_released__descriptor,
	&dondoc__v1__told_by_hand__descriptor,
	&dondoc__v1__subscription_set__descriptor,
};

struct types {
	const ProtobufCMessageDescriptor *list[TYPES_MAX];
	size_t count;
};

static void collect(struct types *types, const ProtobufCMessageDescriptor *type)
{
	for (size_t i = 0; i < types->count; i++) {
		if (types->list[i] == type)
			return;
	}
	assert_true(types->count < TYPES_MAX);
	types->list[types->count++] = type;
	for (unsigned i = 0; i < type->n_fields; i++) {
		if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			collect(types, type->fields[i].descriptor);
	}
}

static struct types all_types(void)
{
	struct types types = {.count = 0};

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		collect(&types, roots[i]);
	return types;
}

/* --- JSON made up from the descriptors alone ------------------------------------------------ */

struct maker {
	uint64_t seed;
	bool full; /* every field; else one member of each choice and about half of the rest */
};

static uint64_t draw(struct maker *maker)
{
	maker->seed = maker->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return maker->seed >> 33;
}

static void make_message(struct maker *maker, const ProtobufCMessageDescriptor *type,
			 struct dd_buf *out);

static void make_value(struct maker *maker, const ProtobufCFieldDescriptor *field,
		       struct dd_buf *out)
{
	const ProtobufCEnumDescriptor *choices = field->descriptor;

	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
		dd_buf_printf(out, "%d", -1 - (int)(draw(maker) % 100000));
		break;
	case PROTOBUF_C_TYPE_UINT32:
		dd_buf_printf(out, "%u", UINT32_MAX - (unsigned)(draw(maker) % 1000));
		break;
	case PROTOBUF_C_TYPE_INT64:
		dd_buf_printf(out, "\"%" PRId64 "\"", INT64_MIN + (int64_t)(draw(maker) % 1000));
		break;
	case PROTOBUF_C_TYPE_UINT64:
		dd_buf_printf(out, "\"%" PRIu64 "\"", UINT64_MAX - draw(maker) % 1000);
		break;
	case PROTOBUF_C_TYPE_DOUBLE:
		dd_buf_printf(out, "%.17g", 0.1 + (double)(draw(maker) % 1000));
		break;
	case PROTOBUF_C_TYPE_BOOL:
		dd_buf_text(out, "true");
		break;
	case PROTOBUF_C_TYPE_ENUM: /* not the first: that is the default */
		dd_buf_printf(out, "\"%s\"",
			      choices->values[1 + draw(maker) % (choices->n_values - 1)].name);
		break;
	case PROTOBUF_C_TYPE_STRING:
		dd_buf_printf(out, "\"Đôn \\\"đốc\\\" \\\\ \\n \\u0007 %u\"",
			      (unsigned)(draw(maker) % 1000));
		break;
	case PROTOBUF_C_TYPE_BYTES:
		dd_buf_printf(out, "\"00ff%04x\"", (unsigned)(draw(maker) % 65536));
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		make_message(maker, field->descriptor, out);
		break;
	default:
		fail_msg("a kind of field that no message had: %s", field->name);
	}
}

/* One member of each choice, drawn by the choice's own place. */
static bool wanted(struct maker *maker, const ProtobufCMessageDescriptor *type, unsigned index)
{
	const ProtobufCFieldDescriptor *field = &type->fields[index];
	unsigned members = 0, before = 0;

	if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
		return maker->full || draw(maker) % 2;
	for (unsigned i = 0; i < type->n_fields; i++) {
		if (!(type->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF) ||
		    type->fields[i].quantifier_offset != field->quantifier_offset)
			continue;
		members++;
		before += i < index ? 1 : 0;
	}
	return maker->seed % members == before;
}

static void make_message(struct maker *maker, const ProtobufCMessageDescriptor *type,
			 struct dd_buf *out)
{
	struct maker chooser = {.seed = draw(maker), .full = maker->full};
	const char *separator = "";

	dd_buf_text(out, "{");
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];
		struct maker coin = {.seed = chooser.seed + (maker->full ? 0 : i),
				     .full = maker->full};
		bool oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;

		if (!wanted(oneof ? &chooser : &coin, type, i))
			continue;
		dd_buf_printf(out, "%s\"%s\":", separator, field->name);
		separator = ",";
		if (field->label != PROTOBUF_C_LABEL_REPEATED) {
			make_value(maker, field, out);
			continue;
		}
		dd_buf_text(out, "[");
		make_value(maker, field, out);
		dd_buf_text(out, ",");
		make_value(maker, field, out);
		dd_buf_text(out, "]");
	}
	dd_buf_text(out, "}");
}

/* JSON to message, packed by protobuf-c, unpacked, and back: the same text. */
static void round_trip(const ProtobufCMessageDescriptor *type, struct dd_buf *json)
{
	ProtobufCMessage *message, *again;
	struct dd_buf back = {0};
	struct dd_error err = {0};
	uint8_t *packed;
	size_t len;

	if (dd_pb_from_json(type, dd_buf_cstr(json), json->len, &message, &err) != 0)
		fail_msg("%s: %s in %s", type->name, err.text, dd_buf_cstr(json));
	len = protobuf_c_message_get_packed_size(message);
	packed = dd_alloc(len + 1);
	assert_int_equal(protobuf_c_message_pack(message, packed), len);
	again = protobuf_c_message_unpack(type, NULL, len, packed);
	assert_non_null(again);
	dd_pb_to_json(again, &back);
	assert_string_equal(dd_buf_cstr(&back), dd_buf_cstr(json));
	protobuf_c_message_free_unpacked(message, NULL);
	protobuf_c_message_free_unpacked(again, NULL);
	free(packed);
	dd_buf_fini(&back);
}

static void every_message_survives_json_with_every_field_set(void **state)
{
	struct types types = all_types();

	(void)state;
	for (size_t i = 0; i < types.count; i++) {
		/* Often enough that each member of each choice comes up. */
		for (uint64_t seed = 0; seed < 64; seed++) {
			struct maker maker = {.seed = seed, .full = true};
			struct dd_buf json = {0};

			make_message(&maker, types.list[i], &json);
			round_trip(types.list[i], &json);
			dd_buf_fini(&json);
		}
	}
}

static void every_message_survives_json_with_some_fields_left_out(void **state)
{
	struct types types = all_types();

	(void)state;
	for (size_t i = 0; i < types.count; i++) {
		for (uint64_t seed = 100; seed < 132; seed++) {
			struct maker maker = {.seed = seed};
			struct dd_buf json = {0};

			make_message(&maker, types.list[i], &json);
			round_trip(types.list[i], &json);
			dd_buf_fini(&json);
		}
	}
}

static void an_empty_message_of_every_type_is_an_empty_object(void **state)
{
	struct types types = all_types();

	(void)state;
	for (size_t i = 0; i < types.count; i++) {
		struct dd_buf json = {0};

		dd_buf_text(&json, "{}");
		round_trip(types.list[i], &json);
		dd_buf_fini(&json);
	}
}

static size_t count_messages(const char *text)
{
	size_t count = 0;

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n' ? 1 : 0;
		count += strncmp(at, "message ", 8) == 0 ? 1 : 0;
	}
	return count;
}

static void the_tests_know_every_message_of_the_proto_files(void **state)
{
	static const char *const files[] = {
		"command", "common", "envelope", "event", "evidence", "fact",  "lifecycle", "log",
		"office",  "people", "plan",     "query", "timing",   "units", "remind"};
	const char *tests = strstr(__FILE__, "tests/common/app/");
	struct types types = all_types();
	size_t count = 0;

	(void)state;
	assert_non_null(tests);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[1000];
		char *text;

		snprintf(path, sizeof(path), "%.*sproto/dondoc/v1/%s.proto",
			 (int)(tests - __FILE__), __FILE__, files[i]);
		text = test_read_file(path, NULL);
		assert_non_null(text);
		count += count_messages(text);
		free(text);
	}
	assert_int_equal(types.count, count);
}

static void names_and_forms_are_the_documented_ones(void **state)
{
	Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
	Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
	Dondoc__V1__ReportProgress report = DONDOC__V1__REPORT_PROGRESS__INIT;
	uint8_t person[] = {0x0a, 0xff};
	struct dd_buf out = {0};

	(void)state;
	actor.person.data = person;
	actor.person.len = 2;
	actor.unit = (char *)"SYT";
	body.actor = &actor;
	body.fact_us = INT64_C(1791939923521796);
	body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_REPORT_PROGRESS;
	body.report_progress = &report;
	report.task = 57;
	report.has_percent_case = DONDOC__V1__REPORT_PROGRESS__HAS_PERCENT_PERCENT;
	report.has_step_case = DONDOC__V1__REPORT_PROGRESS__HAS_STEP_STEP;
	report.step = DONDOC__V1__PROGRESS_STEP__STEP_UNDER_WAY;
	dd_pb_to_json(&body.base, &out);
	assert_string_equal(dd_buf_cstr(&out), "{\"actor\":{\"person\":\"0aff\",\"unit\":\"SYT\"},"
					       "\"fact_us\":\"1791939923521796\","
					       "\"report_progress\":{\"task\":\"57\",\"percent\":0,"
					       "\"step\":\"STEP_UNDER_WAY\"}}");
	dd_buf_fini(&out);
}

static void what_is_no_message_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *json;
		const char *words;
	} cases[] = {
		{"", "line"},
		{"[]", "an object is wanted"},
		{"{\"id\":1} x", "line 1"},
		{"{\"id\":1,\"id\":2}", "duplicate"},
		{"{\"nonsense\":1}", "nonsense: no such field"},
		{"{\"ID\":1}", "ID: no such field"},
		{"{\"id\":-1}", "id: the integer is out of range"},
		{"{\"id\":\"-1\"}", "id: an integer"},
		{"{\"id\":\"18446744073709551616\"}", "id: an integer of at most 64 bits"},
		{"{\"id\":\"12x\"}", "id: an integer"},
		{"{\"id\":\" 12\"}", "id: an integer"},
		{"{\"id\":1.5}", "id: an integer"},
		{"{\"id\":null}", "id: an integer"},
		{"{\"id\":99999999999999999999}", "line 1"},
		{"{\"version\":4294967296}", "version: the integer is out of range"},
		{"{\"version\":\"x\"}", "version: an integer"},
		{"{\"correlation\":\"abc\"}", "correlation: bytes in hexadecimal"},
		{"{\"correlation\":\"zz\"}", "correlation: bytes in hexadecimal"},
		{"{\"correlation\":7}", "correlation: bytes in hexadecimal"},
		{"{\"submit\":[]}", "submit: an object is wanted"},
		{"{\"submit\":{},\"ping\":{}}", "ping: another member"},
		{"{\"query\":{\"list_tasks\":{\"states\":[\"TASK_PAUSED\",\"TASK_X\"]}}}",
		 "query.list_tasks.states[1]: no such value"},
		{"{\"query\":{\"list_tasks\":{\"states\":{}}}}",
		 "query.list_tasks.states: a list is wanted"},
		{"{\"query\":{\"list_tasks\":{\"states\":[99]}}}", "no such value"},
		{"{\"query\":{\"list_tasks\":{\"states\":[true]}}}", "the name of a value"},
		{"{\"query\":{\"list_tasks\":{\"with_groups\":1}}}", "true or false"},
		{"{\"query\":{\"list_tasks\":{\"plan\":7}}}", "query.list_tasks.plan: a text"},
		{"{\"query\":{\"list_tasks\":{\"plan\":\"a\\u0000b\"}}}", "line 1"},
		{"{\"query\":{\"list_tasks\":{\"plan\":\"\xff\"}}}", "line 1"},
		{"{\"query\":{\"list_tasks\":{\"as_of_day\":2147483648}}}", "out of range"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ProtobufCMessage *message = NULL;
		struct dd_error err = {0};

		assert_int_equal(dd_pb_from_json(&dondoc__v1__request__descriptor, cases[i].json,
						 strlen(cases[i].json), &message, &err),
				 DD_ERR_INVALID);
		if (!strstr(err.text, cases[i].words))
			fail_msg("%s: \"%s\" lacks \"%s\"", cases[i].json, err.text,
				 cases[i].words);
	}
}

static void integers_may_be_numbers_or_texts(void **state)
{
	static const char *const jsons[] = {"{\"id\":12,\"version\":\"3\"}",
					    "{\"id\":\"12\",\"version\":3}"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		ProtobufCMessage *message;
		const Dondoc__V1__Request *request;
		struct dd_error err;

		assert_int_equal(dd_pb_from_json(&dondoc__v1__request__descriptor, jsons[i],
						 strlen(jsons[i]), &message, &err),
				 0);
		request = (const Dondoc__V1__Request *)message;
		assert_int_equal(request->id, 12);
		assert_int_equal(request->version, 3);
		protobuf_c_message_free_unpacked(message, NULL);
	}
}

static void numbers_that_are_none_survive(void **state)
{
	static const char *const texts[] = {"\"NaN\"", "\"Infinity\"", "\"-Infinity\"", "0.5"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct dd_buf json = {0};

		dd_buf_printf(&json, "{\"value\":%s}", texts[i]);
		round_trip(&dondoc__v1__metric__descriptor, &json);
		dd_buf_fini(&json);
	}
}

static void an_unknown_enum_value_is_written_as_its_number(void **state)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	struct dd_buf out = {0};

	(void)state;
	header.type = (Dondoc__V1__EventType)999;
	dd_pb_to_json(&header.base, &out);
	assert_string_equal(dd_buf_cstr(&out), "{\"type\":999}");
	dd_buf_fini(&out);
}

static void text_that_is_not_utf8_becomes_replacement_characters(void **state)
{
	struct dd_buf out = {0};

	(void)state;
	dd_json_quote(&out, "a\xff\xc4\x91\xc3(\x1b\x7f");
	assert_string_equal(dd_buf_cstr(&out),
			    "\"a\xef\xbf\xbd\xc4\x91\xef\xbf\xbd(\\u001b\\u007f\"");
	dd_buf_fini(&out);
}

static void too_much_text_is_refused_before_it_is_read(void **state)
{
	size_t len = (size_t)DD_PB_JSON_MAX + 1;
	char *text = dd_alloc(len);
	ProtobufCMessage *message;
	struct dd_error err;

	(void)state;
	memset(text, ' ', len);
	assert_int_equal(
		dd_pb_from_json(&dondoc__v1__request__descriptor, text, len, &message, &err),
		DD_ERR_INVALID);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_survives_json_with_every_field_set),
		cmocka_unit_test(every_message_survives_json_with_some_fields_left_out),
		cmocka_unit_test(an_empty_message_of_every_type_is_an_empty_object),
		cmocka_unit_test(the_tests_know_every_message_of_the_proto_files),
		cmocka_unit_test(names_and_forms_are_the_documented_ones),
		cmocka_unit_test(what_is_no_message_is_refused_with_its_place),
		cmocka_unit_test(integers_may_be_numbers_or_texts),
		cmocka_unit_test(numbers_that_are_none_survive),
		cmocka_unit_test(an_unknown_enum_value_is_written_as_its_number),
		cmocka_unit_test(text_that_is_not_utf8_becomes_replacement_characters),
		cmocka_unit_test(too_much_text_is_refused_before_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
