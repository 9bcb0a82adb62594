/* ground.c - see ground.h. */
#include "tests/system/ground.h"

#include "tests/support/tmpdir.h"
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define RUN_MS 60000

void ground_path(char out[STATION_PATH], const char *dir, const char *name)
{
	if (snprintf(out, STATION_PATH, "%s/%s", dir, name) >= STATION_PATH)
		system_die("the path %s/%s is too long", dir, name);
}

void ground_begin(struct ground *g, int port)
{
	char data[STATION_PATH];

	memset(g, 0, sizeof(*g));
	g->seed = g->random = system_seed();
	g->top = test_tmpdir();
	ground_path(g->base, g->top, "base");
	ground_path(g->set, g->top, "set");
	ground_path(data, g->base, "task");
	if (mkdir(g->base, 0700) != 0)
		system_die("cannot make %s", g->base);
	station_init(&g->station, data, port);
	(void)snprintf(g->run_env, sizeof(g->run_env), "DONDOC_RUN=%s", g->station.run);
	(void)snprintf(g->state_env, sizeof(g->state_env), "XDG_STATE_HOME=%s/state", g->top);
	g->env[0] = g->run_env;
	g->env[1] = g->state_env;
	station_must_start(&g->station);
	station_prepare(&g->station, 20);
}

void ground_end(struct ground *g)
{
	station_fini(&g->station);
	test_tmpdir_end(g->top);
}

/* `dondoc` with up to eight words; its exit code. */
int ground_dondoc(struct ground *g, const char *const words[])
{
	const char *argv[12] = {DONDOC_CLI};

	for (size_t i = 0; words[i] != NULL; i++)
		argv[i + 1] = words[i];
	return test_proc_run(g->top, "dondoc", argv, g->env, RUN_MS);
}

int ground_backup(struct ground *g)
{
	return ground_dondoc(g, (const char *const[]){"backup", g->set, "--data", g->base,
						      "--no-secrets", NULL});
}

int ground_verify(struct ground *g, const char *what)
{
	return ground_dondoc(g, (const char *const[]){"backup", "verify", what, NULL});
}

int ground_restore(struct ground *g, const char *from, const char *to, bool drill)
{
	return ground_dondoc(g, (const char *const[]){"restore", from, "--data", to, "--reason",
						      "thử", drill ? "--drill" : NULL, NULL});
}

bool ground_said(const struct ground *g, const char *what)
{
	char path[STATION_PATH];
	char *words;
	bool found;

	ground_path(path, g->top, "dondoc.err");
	words = test_read_file(path, NULL);
	found = words != NULL && strstr(words, what) != NULL;
	free(words);
	return found;
}

struct test_load *ground_load(struct ground *g, uint64_t ops)
{
	struct test_load_options options = station_load(&g->station, g->client++, g->seed);

	options.ops = ops;
	return test_load_start(&options);
}

bool ground_report(struct ground *g, uint64_t ops)
{
	struct test_load *load = ground_load(g, ops);
	bool finished;

	for (int i = 0; i < 2000 && !test_load_finished(load); i++)
		system_rest_ms(10);
	finished = test_load_finished(load);
	return test_load_stop(load, 5000) && finished;
}

/* The newest whole backup of the set. */
bool ground_newest(const struct ground *g, char out[STATION_PATH])
{
	DIR *dir = opendir(g->set);
	char best[256] = "";
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] == '2' && strcmp(entry->d_name, best) > 0)
			(void)snprintf(best, sizeof(best), "%s", entry->d_name);
	if (dir != NULL)
		closedir(dir);
	ground_path(out, g->set, best);
	return best[0] != '\0';
}

/* The position at which a backup says it ends. */
struct dd_position ground_position(const char *backup_dir)
{
	struct dd_position at = {0};
	char path[STATION_PATH], id[40], chain[80];
	char *text, *from;

	ground_path(path, backup_dir, "MANIFEST");
	text = test_read_file(path, NULL);
	from = text != NULL ? strstr(text, "\nlog ") : NULL;
	if (from == NULL ||
	    sscanf(from, "\nlog %39s\nincarnation %" SCNu32 "\nsequence %" SCNu64 "\nchain %79s",
		   id, &at.incarnation, &at.sequence, chain) != 4 ||
	    dd_hex_parse(id, at.log_id, DD_ID_LEN) != 0 ||
	    dd_hex_parse(chain, at.chain, DD_HASH_LEN) != 0)
		system_die("%s has no position", path);
	free(text);
	return at;
}

int ground_count(const struct ground *g)
{
	DIR *dir = opendir(g->set);
	struct dirent *entry;
	int count = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		count += entry->d_name[0] == '2';
	if (dir != NULL)
		closedir(dir);
	return count;
}
