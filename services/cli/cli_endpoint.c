/* cli_endpoint.c - from a service's short name to its socket, and the connection to it. */
#include "common/base/alloc.h"
#include "services/cli/cli_talk.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUN_FOLDER "/run/dondoc"

/* ../run beside the program, as a build tree has it; NULL if there is none. */
static char *run_beside_program(void)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 16);
	char *slash;

	if (len <= 0)
		return NULL;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	memcpy(slash, "/../run", sizeof("/../run"));
	return realpath(path, NULL);
}

char *cli_run_folder(const char *env)
{
	char *found;

	if (env && *env)
		return dd_strdup(env);
	found = run_beside_program();
	return found ? found : dd_strdup(RUN_FOLDER);
}

/* The services of which there is one for all. */
static bool is_central(const char *name)
{
	static const char *const names[] = {"task", "tasklog", "notification", "reporting"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

char *cli_endpoint(const char *run, const char *name)
{
	struct dd_buf out = {0};

	if (strstr(name, "://"))
		return dd_strdup(name);
	if (is_central(name))
		dd_buf_printf(&out, "ipc://%s/%s/operator/bus", run, name);
	else if (strncmp(name, "office-", 7) == 0 && name[7] && !strchr(name, '/'))
		dd_buf_printf(&out, "ipc://%s/%s/local/bus", run, name);
	else
		return NULL;
	(void)dd_buf_cstr(&out);
	return (char *)out.data;
}

/* Keys go with tcp: without both, a CURVE server would only be silent. */
static int load_key(const struct cli *cli, const char *endpoint, struct dd_curve_key *key_out)
{
	const char *file = cli->args.value[CLI_OPT_KEY];
	const char *server = cli->args.value[CLI_OPT_SERVER_KEY];
	struct dd_error err;

	if (!file != !server)
		return cli_misused(cli, TEXT_KEY_PAIR, NULL);
	if (!file)
		return 0;
	if (strlen(server) != 40)
		return cli_misused(cli, TEXT_BAD_VALUE, "--server-key", server, NULL);
	if (strncmp(endpoint, "tcp://", 6) != 0)
		return cli_misused(cli, TEXT_KEY_IS_FOR_TCP, endpoint, NULL);
	if (dd_curve_load(file, key_out, &err) != 0)
		return cli_failed(cli, &err);
	return 0;
}

int cli_connect_to(struct cli *cli, const char *wanted)
{
	struct dd_client_options options = {.patience_ms = cli->wait_ms};
	struct dd_curve_key key;
	struct dd_error err;
	int rc;

	free(cli->target);
	cli->target = cli_endpoint(cli->run, wanted);
	if (!cli->target)
		return cli_misused(cli, TEXT_BAD_ENDPOINT, wanted, NULL);
	rc = load_key(cli, cli->target, &key);
	if (rc != 0)
		return rc;
	options.endpoint = cli->target;
	if (cli->args.value[CLI_OPT_KEY]) {
		options.key = &key;
		options.server_public = cli->args.value[CLI_OPT_SERVER_KEY];
	}
	dd_client_close(cli->client);
	cli->client = NULL;
	cli->told = 0;
	rc = dd_client_open(&options, &cli->client, &err);
	return rc != 0 ? cli_failed(cli, &err) : 0;
}

int cli_connect(struct cli *cli, const char *name)
{
	const char *given = cli->args.value[CLI_OPT_ENDPOINT];

	return cli_connect_to(cli, given ? given : name);
}
