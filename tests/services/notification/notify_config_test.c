/* notify_config_test.c - settings that do not fit together are refused with words. */
#include "services/notification/notify_config.h"

#include "tests/support/harness.h"
#include <stdlib.h>
#include <string.h>

static void settings_that_do_not_fit_together_are_refused(void **state)
{
	static const struct {
		const char *name, *value; /* put over the defaults */
		const char *second, *second_value;
		const char *words; /* NULL = fine */
	} cases[] = {
		{"DONDOC_SMTP_TLS", "none", NULL, NULL, NULL},
		{"DONDOC_SMTP_TLS", "starttls", NULL, NULL, NULL},
		{"DONDOC_SMTP_TLS", "maybe", NULL, NULL, "smtp.tls"},
		{"DONDOC_SMTP_TLS", "tls", NULL, NULL, "smtps://"},
		{"DONDOC_SMTP_TLS", "tls", "DONDOC_SMTP_URL", "smtps://mail.example:465", NULL},
		{"DONDOC_SMTP_TLS", "none", "DONDOC_SMTP_URL", "smtp://mail.example:25",
		 "this machine"},
		{"DONDOC_SMTP_TLS", "none", "DONDOC_SMTP_URL", "smtp://127.0.0.1.evil.example:25",
		 "this machine"},
		{"DONDOC_SMTP_TLS", "none", "DONDOC_SMTP_URL", "smtp://localhost.evil.example",
		 "this machine"},
		{"DONDOC_SMTP_TLS", "none", "DONDOC_SMTP_URL", "smtp://localhost:2525", NULL},
		{"DONDOC_SMTP_TLS", "none", "DONDOC_SMTP_URL", "smtp://[::1]:2525", NULL},
		{"DONDOC_SMTP_TLS", "none", "DONDOC_SMTP_URL", "smtp://127.0.0.1@mail.example",
		 "smtp.user"},
		{"DONDOC_SMTP_FROM", "not an address", NULL, NULL, "smtp.from"},
		{"DONDOC_SMTP_USER", "u", NULL, NULL, "smtp.password_file"},
		/* what the authority's rules say now: the command is named */
		{"DONDOC_REMIND_BEFORE", "7,3", NULL, NULL, "remind rule set before"},
		{"DONDOC_REMIND_ON_DUE", "true", NULL, NULL, "remind rule set due"},
		{"DONDOC_REMIND_AFTER", "1", NULL, NULL, "remind rule set after"},
		{"DONDOC_REMIND_SEND_FROM", "08:00", NULL, NULL, "remind.from"},
		{"DONDOC_REMIND_SEND_UNTIL", "17:00", NULL, NULL, "remind.until"},
		{"DONDOC_REMIND_CATCH_UP_DAYS", "30", NULL, NULL, "remind.max_age_days"},
		{"DONDOC_NOTIFICATION_CONSOLE_URL", "https://a.vn/?unit={unit}", NULL, NULL, NULL},
		{"DONDOC_NOTIFICATION_CONSOLE_URL", "a.vn", NULL, NULL, "console_url"},
		{"DONDOC_NOTIFICATION_CONSOLE_URL", "https://a.vn/\" x", NULL, NULL, "console_url"},
		{"DONDOC_NOTIFICATION_DATA_DIR", "here", NULL, NULL, "absolute"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct notify_config config = {0};
		struct notify_policy policy;
		struct dd_error err = {0};
		int rc;

		(void)setenv("DONDOC_SMTP_FROM", "nhac@mail.example", 1);
		(void)setenv(cases[i].name, cases[i].value, 1);
		if (cases[i].second != NULL)
			(void)setenv(cases[i].second, cases[i].second_value, 1);
		assert_int_equal(dd_config_load(NULL, notify_settings, &config, &err), 0);
		rc = notify_config_check(&config, &policy, &err);
		if ((rc == 0) != (cases[i].words == NULL) ||
		    (rc != 0 && strstr(err.text, cases[i].words) == NULL))
			fail_msg("%s=%s: %d %s", cases[i].name, cases[i].value, rc, err.text);
		dd_config_fini(notify_settings, &config);
		(void)unsetenv(cases[i].name);
		if (cases[i].second != NULL)
			(void)unsetenv(cases[i].second);
	}
}

static void as_shipped_nothing_is_sent_before_somebody_switches_it_on(void **state)
{
	struct notify_config config = {0};
	struct notify_policy policy;
	struct dd_error err = {0};

	(void)state;
	(void)setenv("DONDOC_SMTP_FROM", "nhac@mail.example", 1);
	assert_int_equal(dd_config_load(NULL, notify_settings, &config, &err), 0);
	assert_int_equal(notify_config_check(&config, &policy, &err), 0);
	assert_false(policy.enabled);
	assert_int_equal(policy.incarnation, 1);
	dd_config_fini(notify_settings, &config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_that_do_not_fit_together_are_refused),
		cmocka_unit_test(as_shipped_nothing_is_sent_before_somebody_switches_it_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
