/* office_config.c - the table of settings, and what must fit together. */
#include "services/office/office_config.h"

#include "common/domain/unit_code.h"
#include "services/office/office_core.h"
#include "services/office/office_hours.h"
#include <string.h>

#define AT(member) offsetof(struct office_config, member)
#define Z85_KEY    40

const struct dd_setting office_settings[] = {
	{.key = "office.data_dir",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(data_dir),
	 .text = "/var/lib/dondoc/office",
	 .help = "folder of the outbox; belongs to this office alone, never copy it for another"},
	{.key = "office.run_dir",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(run_dir),
	 .text = "/run/dondoc",
	 .help = "folder of the local sockets"},
	{.key = "office.unit",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(unit),
	 .text = NULL,
	 .help = "code of the unit whose office this is"},
	{.key = "office.centre",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(centre),
	 .text = NULL,
	 .help = "where the centre's task service listens, tcp://address:port"},
	{.key = "office.centre_log",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(centre_log),
	 .text = "",
	 .help = "where the centre's log is read, tcp://address:port; empty = the next port"},
	{.key = "office.follow_anew",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(follow_anew),
	 .text = "",
	 .help = "the code that the status tells when the centre's log was exchanged: forget the "
		 "copy of it, once"},
	{.key = "office.refresh_s",
	 .type = DD_SETTING_INT,
	 .offset = AT(refresh_s),
	 .number = 60,
	 .min = 1,
	 .max = 3600,
	 .help = "how often the centre is asked which tasks the unit may see, in seconds"},
	{.key = "office.centre_key",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(centre_key),
	 .text = NULL,
	 .help = "the centre's public key, 40 characters"},
	{.key = "office.key",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(key),
	 .text = NULL,
	 .help = "file with this office's own key pair (dondoc keygen FILE)"},
	{.key = "office.window",
	 .type = DD_SETTING_INT,
	 .offset = AT(window),
	 .number = 64,
	 .min = 1,
	 .max = OFFICE_WINDOW_MAX,
	 .help = "how many reports may be on their way at once"},
	{.key = "office.retry_ms",
	 .type = DD_SETTING_INT,
	 .offset = AT(retry_ms),
	 .number = 1000,
	 .min = 10,
	 .max = 60000,
	 .help = "the first pause after a failure; it doubles up to a minute"},
	{.key = "office.send",
	 .type = DD_SETTING_BOOL,
	 .offset = AT(send),
	 .number = 1,
	 .help = "no = reports are kept here and nothing is sent"},
	{.key = "office.inbox",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(inbox),
	 .text = "",
	 .help = "folder into which people drop filled reporting sheets; empty = none"},
	{.key = "office.evidence_kbps",
	 .type = DD_SETTING_INT,
	 .offset = AT(evidence_kbps),
	 .number = 0,
	 .min = 0,
	 .max = 10000000,
	 .help = "how fast evidence goes to the centre at most, kilobits a second; 0 = no limit"},
	{.key = "office.evidence_hours",
	 .type = DD_SETTING_TEXT,
	 .offset = AT(evidence_hours),
	 .text = "",
	 .help = "evidence goes at these hours only (18:00-07:00); empty = always; reports always "
		 "go"},
	{.key = "office.evidence_keep",
	 .type = DD_SETTING_BOOL,
	 .offset = AT(evidence_keep),
	 .number = 0,
	 .help = "yes = files stay here also when a backup of the centre has them"},
	{.key = NULL},
};

int office_config_check(const struct office_config *config, struct dd_curve_key *key_out,
			struct dd_error *err)
{
	struct office_hours hours;

	if (!dd_unit_code_valid(config->unit))
		return dd_fail(err, DD_ERR_INVALID,
			       "office.unit '%s' is not a unit's code: 1 to %d letters, digits, "
			       "'.', '-' or '_', beginning with a letter or digit",
			       config->unit, DD_UNIT_CODE_MAX);
	if (config->data_dir[0] != '/' || config->run_dir[0] != '/')
		return dd_fail(err, DD_ERR_INVALID,
			       "office.data_dir and office.run_dir must be absolute paths");
	if (config->inbox[0] != '\0' && config->inbox[0] != '/')
		return dd_fail(err, DD_ERR_INVALID, "office.inbox must be an absolute path");
	if (strncmp(config->centre, "tcp://", 6) != 0)
		return dd_fail(err, DD_ERR_INVALID, "office.centre '%s' is not tcp://address:port",
			       config->centre);
	if (config->centre_log[0] != '\0' && strncmp(config->centre_log, "tcp://", 6) != 0)
		return dd_fail(err, DD_ERR_INVALID,
			       "office.centre_log '%s' is not tcp://address:port",
			       config->centre_log);
	if (strlen(config->centre_key) != Z85_KEY)
		return dd_fail(err, DD_ERR_INVALID,
			       "office.centre_key has %zu characters, a public key has %d: ask "
			       "the centre for the line 'public' of its key",
			       strlen(config->centre_key), Z85_KEY);
	if (office_hours_parse(config->evidence_hours, &hours, err) != 0)
		return dd_fail_context(err, "office.evidence_hours");
	if (dd_curve_load(config->key, key_out, err) != 0)
		return dd_fail_context(err, "office.key");
	return 0;
}
