/* notify_hook_event_test.c - what a hook is told of an event, which events it is told of, and how a
 * call is signed. */
#include "services/notification/notify_hook_event.h"

#include "common/base/clock.h"
#include "common/base/id.h"
#include "dondoc/v1/event.pb-c.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

#define EXPECTED_SIGNATURE "sha256=36479a37ec9a599aa18da3987bd48edeed8bb6e6c32b2463a51a062fb1b40b70"

static char *dir;

static void write_hook(const char *name, const char *more)
{
	char path[300], text[1024];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	(void)snprintf(text, sizeof(text),
		       "hook:\n  url: https://hook.example/a?key=1\n  secret_file: %s/secret\n%s",
		       dir, more);
	test_write_file(path, text, strlen(text));
}

static int setup(void **state)
{
	char path[300];

	(void)state;
	dir = test_tmpdir();
	(void)snprintf(path, sizeof(path), "%s/secret", dir);
	test_write_file(path, "mot-bi-mat-du-dai\n", 18);
	return chmod(path, 0600);
}

static int teardown(void **state)
{
	(void)state;
	test_tmpdir_end(dir);
	return 0;
}

/* One record as it would stand in a frame. */
struct made {
	uint8_t header[1024], body[1024];
	struct dd_record record;
	struct dd_frame_info info;
};

static void make(struct made *made, Dondoc__V1__EventType type, const char *unit)
{
	Dondoc__V1__EventHeader header = DONDOC__V1__EVENT_HEADER__INIT;
	Dondoc__V1__ClockConfirmed body = DONDOC__V1__CLOCK_CONFIRMED__INIT;

	memset(made, 0, sizeof(*made));
	header.type = type;
	header.unit = (char *)unit;
	header.other_unit = (char *)"HN";
	header.subject = 12;
	header.record_us = test_time("2026-10-14 08:10");
	body.reason = (char *)"đồng hồ \"đúng\"";
	made->record = (struct dd_record){.sequence = 345,
					  .kind = DD_RECORD_FULL,
					  .header = made->header,
					  .body = made->body};
	made->record.header_len = (uint32_t)dondoc__v1__event_header__pack(&header, made->header);
	made->record.body_len = (uint32_t)dondoc__v1__clock_confirmed__pack(&body, made->body);
	made->info.incarnation = 2;
	memset(made->info.log_id, 0xab, sizeof(made->info.log_id));
}

static const char *told(const char *more, struct made *made, struct dd_buf *out)
{
	struct notify_hook_config *configs;
	struct dd_error err = {0};
	size_t count;
	bool wanted;

	write_hook("mot.yaml", more);
	if (notify_hook_configs(dir, &configs, &count, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(count, 1);
	dd_buf_clear(out);
	wanted = notify_hook_event(&configs[0], &made->info, &made->record, out);
	notify_hook_configs_free(configs, count);
	return wanted ? dd_buf_cstr(out) : NULL;
}

#define CLOCK DONDOC__V1__EVENT_TYPE__EVENT_CLOCK_CONFIRMED

static void an_event_is_told_with_an_id_of_its_own(void **state)
{
	struct made made;
	struct dd_buf out = {0};

	(void)state;
	make(&made, CLOCK, "SYT");
	assert_string_equal(told("", &made, &out),
			    "{\"id\":\"abababababababababababababababab-2-345\",\"sequence\":"
			    "\"345\",\"type\":\"CLOCK_CONFIRMED\",\"recorded\":"
			    "\"2026-10-14T01:10:00.000000Z\",\"unit\":\"SYT\",\"other_unit\":"
			    "\"HN\",\"task\":\"12\"}");
	assert_non_null(strstr(told("  body: true\n", &made, &out),
			       ",\"body\":{\"reason\":\"đồng hồ \\\"đúng\\\"\"}}"));
	made.record.kind = DD_RECORD_REDACTED;
	made.record.body_len = DD_HASH_LEN;
	assert_non_null(strstr(told("  body: true\n", &made, &out), ",\"redacted\":true}"));
	made.record.kind = DD_RECORD_LEAF;
	assert_null(told("", &made, &out));
	/* of a newer build */
	make(&made, (Dondoc__V1__EventType)999, "SYT");
	assert_non_null(strstr(told("  body: true\n", &made, &out), "\"type\":\"999\""));
	dd_buf_fini(&out);
}

static void filters_choose_by_kind_and_unit(void **state)
{
	static const struct {
		const char *more;
		bool wanted;
	} cases[] = {
		{"", true},
		{"  events: clock_confirmed\n", true},
		{"  events: TASK_ASSIGNED, CLOCK_*\n", true},
		{"  events: TASK_*\n", false},
		{"  units: SYT\n", true},
		{"  units: STC,HN\n", true},
		{"  units: STC\n", false},
		{"  events: CLOCK_*\n  units: STC\n", false},
	};
	struct made made;
	struct dd_buf out = {0};

	(void)state;
	make(&made, CLOCK, "SYT");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if ((told(cases[i].more, &made, &out) != NULL) != cases[i].wanted)
			fail_msg("case %zu", i);
	dd_buf_fini(&out);
}

/* RFC 4231 has no such form; the number was made with Python's hmac. */
static void a_call_is_signed_over_time_and_body(void **state)
{
	char signature[NOTIFY_SIGNATURE];

	(void)state;
	notify_hook_sign("mot-bi-mat-du-dai", 1790000000, "{\"a\":1}", 7, signature);
	assert_string_equal(signature, EXPECTED_SIGNATURE);
	notify_hook_sign("mot-bi-mat-du-dai", 1790000001, "{\"a\":1}", 7, signature);
	assert_string_not_equal(signature, EXPECTED_SIGNATURE);
}

static void faulty_settings_are_refused_with_words(void **state)
{
	static const struct {
		const char *name, *more, *words;
	} cases[] = {
		{"mot.yaml", "  events: TASK_NEVER\n", "no kind of event 'TASK_NEVER'"},
		{"mot.yaml", "  units: 'S Y, !'\n", "hook.units"},
		{"mot.yaml", "  allow: intern\n", "hook.allow"},
		{"mot.yaml", "  batch: 0\n", "batch"},
		{"Mot.yaml", "", "a hook's name"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notify_hook_config *configs;
		struct dd_error err = {0};
		char path[300];
		size_t count;

		write_hook(cases[i].name, cases[i].more);
		assert_int_not_equal(notify_hook_configs(dir, &configs, &count, &err), 0);
		if (strstr(err.text, cases[i].words) == NULL)
			fail_msg("case %zu: %s", i, err.text);
		(void)snprintf(path, sizeof(path), "%s/%s", dir, cases[i].name);
		assert_int_equal(unlink(path), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_told_with_an_id_of_its_own),
		cmocka_unit_test(filters_choose_by_kind_and_unit),
		cmocka_unit_test(a_call_is_signed_over_time_and_body),
		cmocka_unit_test(faulty_settings_are_refused_with_words),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
