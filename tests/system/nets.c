/* nets.c - see nets.h. A host is a process that sleeps in a network of its own: what is to run
 * there enters by its id, and the kernel takes the network away when the last of them has ended. */
#include "tests/system/nets.h"

#include "tests/support/tmpdir.h"
#include "tests/system/station.h"
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMAND_MS  10000
#define COMMAND_LEN 1024

static int shell(const char *dir, const char *command)
{
	const char *const argv[] = {"sh", "-c", command, NULL};

	return test_proc_run(dir, "net", argv, NULL, COMMAND_MS);
}

__attribute__((format(printf, 2, 3))) static void must(const char *dir, const char *fmt, ...)
{
	char command[COMMAND_LEN];
	va_list args;
	int status;

	va_start(args, fmt);
	(void)vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	status = shell(dir, command);
	if (status != 0)
		system_die("status %d of: %s", status, command);
}

/* --- our own network -------------------------------------------------------------------------- */

static bool write_map(const char *path, unsigned outside)
{
	char text[32];
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int len = snprintf(text, sizeof(text), "0 %u 1", outside);
	bool good = fd >= 0 && write(fd, text, (size_t)len) == len;

	if (fd >= 0)
		(void)close(fd);
	return good;
}

/* Who is not root becomes it in a world of users of its own, as `unshare -Urn` does. */
static bool leave(void)
{
	const unsigned uid = geteuid(), gid = getegid();
	int fd;

	if (uid == 0)
		return unshare(CLONE_NEWNET) == 0;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return false;
	fd = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (write(fd, "deny", 4) != 4)
			fprintf(stderr, "setgroups stays as it is\n");
		(void)close(fd);
	}
	return write_map("/proc/self/uid_map", uid) && write_map("/proc/self/gid_map", gid);
}

bool nets_open(const char *dir)
{
	static const struct {
		const char *name, *command;
	} needed[] = {
		{"ip", "ip link set lo up"},
		{"veth", "ip link add probe type veth peer name probe2"},
		{"nft with random loss",
		 "nft add table inet probe && nft 'add chain inet probe i { type filter hook input "
		 "priority 0; }' && nft 'add rule inet probe i numgen random mod 100 < 5 drop' && "
		 "nft delete table inet probe"},
		{"tc with tbf", "tc qdisc add dev probe root tbf rate 64kbit burst 4kb latency "
				"400ms"},
		{"nsenter", "nsenter --version && ip link del probe"},
	};

	if (!leave()) {
		fprintf(stderr, "skipped: no network namespace can be made here\n");
		return false;
	}
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (shell(dir, needed[i].command) == 0)
			continue;
		fprintf(stderr, "skipped: this machine lacks %s\n", needed[i].name);
		return false;
	}
	return true;
}

/* --- hosts ------------------------------------------------------------------------------------ */

/* The holder is in its own network when its link differs from ours. */
static void wait_for_holder(const struct nets_host *host)
{
	char path[64], ours[64] = "", theirs[64] = "";

	(void)snprintf(path, sizeof(path), "/proc/%s/ns/net", host->pid);
	if (readlink("/proc/self/ns/net", ours, sizeof(ours) - 1) < 0)
		system_die("our network has no name");
	for (int i = 0; i < 1000; i++) {
		if (readlink(path, theirs, sizeof(theirs) - 1) > 0 && strcmp(ours, theirs) != 0)
			return;
		system_rest_ms(5);
	}
	system_die("host %d does not begin", host->index);
}

void nets_host_open(struct nets_host *host, const char *dir, int index)
{
	const char *const argv[] = {"unshare", "-n", "sleep", "86400", NULL};
	char name[16];

	memset(host, 0, sizeof(*host));
	host->dir = dir;
	host->index = index;
	(void)snprintf(name, sizeof(name), "host%d", index);
	if (!test_proc_start(&host->holder, dir, name, argv, NULL))
		system_die("host %d cannot be started", index);
	(void)snprintf(host->pid, sizeof(host->pid), "%d", (int)host->holder.pid);
	(void)snprintf(host->centre, sizeof(host->centre), "10.99.%d.1", index);
	wait_for_holder(host);
	host->enter[0] = "nsenter";
	host->enter[1] = "-t";
	host->enter[2] = host->pid;
	host->enter[3] = "-n";
	host->enter[4] = "--";
	must(dir,
	     "ip link add v%d type veth peer name line netns %s && ip addr add 10.99.%d.1/24 dev "
	     "v%d "
	     "&& ip link set v%d up",
	     index, host->pid, index, index, index);
	must(dir,
	     "nsenter -t %s -n -- sh -c 'ip addr add 10.99.%d.2/24 dev line && ip link set line up "
	     "&& "
	     "ip link set lo up'",
	     host->pid, index);
	must(dir,
	     "nft add table inet h%d && nft 'add chain inet h%d i { type filter hook input "
	     "priority 0; }' && nft 'add chain inet h%d o { type filter hook output priority 0; }'",
	     index, index, index);
}

void nets_host_close(struct nets_host *host)
{
	test_proc_fini(&host->holder);
}

/* --- faults ----------------------------------------------------------------------------------- */

static void slow(const struct nets_host *host)
{
	static const char shape[] = "root tbf rate 64kbit burst 4kb latency 400ms";

	must(host->dir, "tc qdisc add dev v%d %s && nsenter -t %s -n -- tc qdisc add dev line %s",
	     host->index, shape, host->pid, shape);
}

static void drop(const struct nets_host *host, bool in, bool out, const char *which)
{
	const int n = host->index;

	if (in)
		must(host->dir, "nft 'add rule inet h%d i iifname \"v%d\" %s drop'", n, n, which);
	if (out)
		must(host->dir, "nft 'add rule inet h%d o oifname \"v%d\" %s drop'", n, n, which);
}

void nets_break(const struct nets_host *host, enum nets_fault fault, unsigned percent)
{
	char which[64] = "";

	switch (fault) {
	case NETS_LOSSY:
		(void)snprintf(which, sizeof(which), "numgen random mod 100 < %u", percent);
		drop(host, true, true, which);
		return;
	case NETS_DEAF:
		drop(host, false, true, which);
		return;
	case NETS_MUTE:
		drop(host, true, false, which);
		return;
	case NETS_CUT:
		drop(host, true, true, which);
		return;
	case NETS_SLOW:
		slow(host);
		return;
	case NETS_DOWN:
		must(host->dir, "ip link set v%d down", host->index);
		return;
	case NETS_FAULTS:
		return;
	}
}

void nets_heal(const struct nets_host *host)
{
	const int n = host->index;

	must(host->dir, "nft flush table inet h%d && ip link set v%d up", n, n);
	must(host->dir,
	     "tc qdisc del dev v%d root 2>/dev/null; nsenter -t %s -n -- tc qdisc del dev line "
	     "root "
	     "2>/dev/null; true",
	     n, host->pid);
}

const char *nets_fault_name(enum nets_fault fault)
{
	static const char *const names[] = {"lossy", "deaf", "mute", "cut", "slow", "down"};

	return fault < NETS_FAULTS ? names[fault] : "?";
}
