/* hook_test.c - another system is told by HTTP what happens: by real processes, with a receiver
 * that refuses and hangs up, and a notification service that is killed at any moment. Every event
 * comes, in order, at least once, signed, and with the id that it had the first time. */
#include "tests/system/station.h"

#include "common/app/client.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "tests/support/peer.h"
#include <inttypes.h>
#include <signal.h>
#include <sodium.h>

#define PATIENCE_MS 60000
#define SECRET      "mot-bi-mat-du-dai"
#define ROUNDS      6
#define EVENTS_MAX  4096

struct ground {
	struct station station;
	struct test_proc notification;
	struct peer peer;
	char config[STATION_PATH], hooks[STATION_PATH];
	struct dd_client *task, *door;
	uint64_t random;
	int read;                 /* requests looked at */
	uint64_t reached;         /* the highest sequence that came */
	uint64_t next;            /* the sequence that must come next, or an earlier one again */
	char ids[EVENTS_MAX][80]; /* by sequence */
	size_t again;             /* events that came more than once */
};

static void path_of(char out[STATION_PATH], const char *dir, const char *name)
{
	if (snprintf(out, STATION_PATH, "%s/%s", dir, name) >= STATION_PATH)
		system_die("the path %s/%s is too long", dir, name);
}

/* --- processes ------------------------------------------------------------------------------- */

static void write_settings(struct ground *g)
{
	char path[STATION_PATH], data[STATION_PATH], text[4096];
	int len;

	path_of(data, g->station.dir, "notification");
	path_of(path, g->station.dir, "contacts.csv");
	test_write_file(path, "unit,email\n", 11);
	len = snprintf(
		text, sizeof(text),
		"notification:\n  data_dir: %s\n  run_dir: %s\n  contacts: %s\n  hooks: %s\n"
		"smtp:\n  url: 'smtp://127.0.0.1:1'\n  from: nhac@mail.example\n  tls: none\n"
		"remind:\n  enabled: false\n",
		data, g->station.run, path, g->hooks);
	test_write_file(g->config, text, (unsigned long)len);
	path_of(path, g->station.dir, "secret");
	test_write_file(path, SECRET "\n", strlen(SECRET) + 1);
	if (mkdir(g->hooks, 0700) != 0 || chmod(path, 0600) != 0)
		system_die("the hooks' folder cannot be made");
	len = snprintf(text, sizeof(text),
		       "hook:\n  url: http://127.0.0.1:%d/dondoc\n  secret_file: %s\n"
		       "  allow: 127.0.0.1\n  batch: 7\n  body: true\n",
		       g->peer.port, path);
	path_of(path, g->hooks, "dieu-hanh.yaml");
	test_write_file(path, text, (unsigned long)len);
}

static void start_notification(struct ground *g)
{
	char program[STATION_PATH];
	const char *const argv[] = {program, "--config", g->config, NULL};

	(void)snprintf(program, sizeof(program), "%.400s", DONDOC_TASK);
	(void)snprintf(strrchr(program, '/'), 32, "/dondoc-notification");
	test_proc_fini(&g->notification);
	if (!test_proc_start(&g->notification, g->station.dir, "notification", argv, NULL) ||
	    !test_proc_wait_err(&g->notification, "notification.live", PATIENCE_MS)) {
		char *words = test_read_file(g->notification.err_path, NULL);

		system_die("dondoc-notification does not start:\n%s", words != NULL ? words : "");
	}
}

static void begin(struct ground *g)
{
	struct dd_client_options options = {.patience_ms = PATIENCE_MS};
	char door[STATION_PATH + 64];
	struct dd_error err;

	memset(g, 0, sizeof(*g));
	station_init(&g->station, NULL, 0);
	peer_start(&g->peer, g->station.dir, "http_sink.py", NULL);
	path_of(g->config, g->station.dir, "notification.yaml");
	path_of(g->hooks, g->station.dir, "hooks");
	write_settings(g);
	station_must_start(&g->station);
	station_prepare(&g->station, 3);
	options.endpoint = g->station.endpoint;
	if (dd_client_open(&options, &g->task, &err) != 0)
		system_die("%s", err.text);
	(void)snprintf(door, sizeof(door), "ipc://%s/notification/operator/bus", g->station.run);
	options.endpoint = door;
	if (dd_client_open(&options, &g->door, &err) != 0)
		system_die("%s", err.text);
}

/* --- events ---------------------------------------------------------------------------------- */

/* Whether it is accepted or refused, an event says so. */
static void make_events(struct ground *g, int count)
{
	for (int i = 0; i < count; i++) {
		Dondoc__V1__CommandBody body = DONDOC__V1__COMMAND_BODY__INIT;
		Dondoc__V1__ConfirmClock confirm = DONDOC__V1__CONFIRM_CLOCK__INIT;
		Dondoc__V1__Actor actor = DONDOC__V1__ACTOR__INIT;
		Dondoc__V1__Reply *reply;
		struct dd_error err;

		actor.unit = (char *)STATION_UNIT;
		confirm.reason = (char *)"thử";
		body.actor = &actor;
		body.fact_us = dd_wall_us();
		body.action_case = DONDOC__V1__COMMAND_BODY__ACTION_CONFIRM_CLOCK;
		body.confirm_clock = &confirm;
		if (dd_client_command(g->task, &body, &reply, &err) != 0)
			system_die("a command got no answer: %s", err.text);
		dondoc__v1__reply__free_unpacked(reply, NULL);
	}
}

static uint64_t head_of(struct ground *g)
{
	uint64_t head;

	if (!station_head(&g->station, PATIENCE_MS, &head))
		system_die("the task service does not tell its head");
	return head;
}

/* The signature as somebody else would check it. */
static void check_signature(const char *request, const char *body)
{
	const char *stamp = strstr(request, "X-Dondoc-Timestamp: ");
	const char *said = strstr(request, "X-Dondoc-Signature: sha256=");
	uint8_t mac[crypto_auth_hmacsha256_BYTES];
	char hex[2 * sizeof(mac) + 1], number[32];
	crypto_auth_hmacsha256_state state;

	if (stamp == NULL || said == NULL || sscanf(stamp + 20, "%30[0-9]", number) != 1)
		system_die("a call is not signed:\n%.600s", request);
	crypto_auth_hmacsha256_init(&state, (const uint8_t *)SECRET, strlen(SECRET));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)number, strlen(number));
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)".", 1);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)body, strlen(body));
	crypto_auth_hmacsha256_final(&state, mac);
	if (strncmp(said + 27, dd_hex(mac, sizeof(mac), hex), sizeof(hex) - 1) != 0)
		system_die("a call is signed wrongly");
}

static void check_event(struct ground *g, const char *event)
{
	const char *at = strstr(event, "\"sequence\":\"");
	const uint64_t sequence = at != NULL ? strtoull(at + 12, NULL, 10) : 0;
	char id[80] = "";

	if (sequence == 0 || sequence >= EVENTS_MAX || sscanf(event, "{\"id\":\"%70[^\"]", id) != 1)
		system_die("an event cannot be read: %.200s", event);
	if (g->ids[sequence][0] != '\0' && strcmp(g->ids[sequence], id) != 0)
		system_die("event %" PRIu64 " was %s and is %s", sequence, g->ids[sequence], id);
	if (sequence > g->next)
		system_die("event %" PRIu64 " came where %" PRIu64 " was to come", sequence,
			   g->next);
	g->again += g->ids[sequence][0] != '\0';
	(void)snprintf(g->ids[sequence], sizeof(g->ids[sequence]), "%s", id);
	g->next = sequence + 1;
	if (sequence > g->reached)
		g->reached = sequence;
}

static void check_request(struct ground *g, char *request)
{
	char *body = strstr(request, "\n\n");

	if (body == NULL || strstr(request, "X-Dondoc-Hook: dieu-hanh\n") == NULL)
		system_die("a call lacks its head:\n%.600s", request);
	check_signature(request, body + 2);
	for (char *at = strstr(body, "{\"id\":\""); at != NULL; at = strstr(at + 1, "{\"id\":\""))
		check_event(g, at);
}

/* Look at what came since the last time; what was refused came, too. */
static void look(struct ground *g)
{
	char name[32];

	for (;;) {
		char *request;

		(void)snprintf(name, sizeof(name), "%d.req", g->read + 1);
		if (!peer_has(&g->peer, name))
			return;
		request = peer_file(&g->peer, name);
		check_request(g, request);
		free(request);
		g->read++;
	}
}

static void wait_until(struct ground *g, uint64_t sequence)
{
	for (int waited = 0; g->reached < sequence; waited += 20) {
		if (waited > PATIENCE_MS)
			system_die("event %" PRIu64 " does not come; the last was %" PRIu64,
				   sequence, g->reached);
		system_rest_ms(20);
		look(g);
	}
}

/* --- by hand --------------------------------------------------------------------------------- */

static Dondoc__V1__Reply *control(struct ground *g, Dondoc__V1__HookAction action, uint64_t after,
				  struct dd_error *err)
{
	Dondoc__V1__Query query = DONDOC__V1__QUERY__INIT;
	Dondoc__V1__ControlHook ask = DONDOC__V1__CONTROL_HOOK__INIT;
	Dondoc__V1__Reply *reply = NULL;

	ask.hook = (char *)"dieu-hanh";
	ask.action = action;
	ask.after = after;
	query.what_case = DONDOC__V1__QUERY__WHAT_CONTROL_HOOK;
	query.control_hook = &ask;
	return dd_client_query(g->door, &query, 0, &reply, err) == 0 ? reply : NULL;
}

static void must_control(struct ground *g, Dondoc__V1__HookAction action, uint64_t after)
{
	struct dd_error err = {0};
	Dondoc__V1__Reply *reply = control(g, action, after, &err);

	if (reply == NULL || reply->answer->hooks->n_rows != 1)
		system_die("the hook cannot be controlled: %s", err.text);
	dondoc__v1__reply__free_unpacked(reply, NULL);
}

/* --- the stories ----------------------------------------------------------------------------- */

static void what_happens_is_told(struct ground *g)
{
	uint64_t begun = head_of(g);

	start_notification(g);
	make_events(g, 30);
	g->next = begun + 1; /* what was before is not a new hook's */
	wait_until(g, head_of(g));
}

static void kills_in_between(struct ground *g)
{
	static const char *const answers[] = {NULL, "500\n\nnot now", "0\n\n", NULL};

	for (int round = 0; round < ROUNDS; round++) {
		peer_answer(&g->peer, answers[system_draw(&g->random) % 4]);
		make_events(g, 5 + (int)(system_draw(&g->random) % 30));
		system_rest_ms((int)(system_draw(&g->random) % 60));
		test_proc_kill(&g->notification);
		look(g);
		/* What was told and not kept comes again, from where it was kept last. */
		peer_answer(&g->peer, NULL);
		start_notification(g);
		wait_until(g, head_of(g));
	}
}

static void a_pause_loses_nothing(struct ground *g)
{
	int before;

	must_control(g, DONDOC__V1__HOOK_ACTION__HOOK_PAUSE, 0);
	system_rest_ms(500);
	look(g);
	before = g->read;
	make_events(g, 10);
	test_proc_kill(&g->notification);
	start_notification(g); /* it is still paused */
	system_rest_ms(1500);
	look(g);
	if (g->read != before)
		system_die("a paused hook was told something");
	must_control(g, DONDOC__V1__HOOK_ACTION__HOOK_RESUME, 0);
	wait_until(g, head_of(g));
}

static void everything_can_be_told_again(struct ground *g)
{
	const uint64_t head = head_of(g);
	struct dd_error err = {0};

	if (control(g, DONDOC__V1__HOOK_ACTION__HOOK_REPLAY, head + 1, &err) != NULL)
		system_die("what is not there was promised again");
	look(g);
	g->next = 1;
	g->reached = 0;
	must_control(g, DONDOC__V1__HOOK_ACTION__HOOK_REPLAY, 0);
	wait_until(g, head);
	for (uint64_t i = 1; i <= head; i++)
		if (g->ids[i][0] == '\0')
			system_die("event %" PRIu64 " never came", i);
}

int main(void)
{
	static struct ground g;
	const uint64_t seed = system_seed();

	begin(&g);
	g.random = seed;
	what_happens_is_told(&g);
	kills_in_between(&g);
	a_pause_loses_nothing(&g);
	everything_can_be_told_again(&g);
	printf("hooks: %d kills, %" PRIu64
	       " events in %d calls, %zu of them once more; seed %" PRIu64 "\n",
	       ROUNDS + 1, g.reached, g.read, g.again, seed);
	dd_client_close(g.door);
	dd_client_close(g.task);
	test_proc_kill(&g.notification);
	test_proc_fini(&g.notification);
	peer_stop(&g.peer);
	station_fini(&g.station);
	return 0;
}
