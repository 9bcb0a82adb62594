/* machine.c - the table that leads to the simulated disk or to the real machine. */
#include "tests/sim/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define ROOT     "/sim"
#define FD_FIRST (1 << 20) /* from here on descriptors are the disk's */

static bool is_path(const char *path)
{
	size_t len = strlen(ROOT);

	return strncmp(path, ROOT, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static const struct dd_sys *by_path(struct machine *machine, const char *path)
{
	return is_path(path) ? &machine->files : dd_sys_real();
}

static const struct dd_sys *by_fd(struct machine *machine, int fd)
{
	return fd >= FD_FIRST ? &machine->files : dd_sys_real();
}

/* --- clocks and randomness ------------------------------------------------------------------- */

static int64_t machine_wall(void *ctx)
{
	struct machine *machine = ctx;

	return MACHINE_START + machine->now_us + machine->offset_us;
}

static int64_t machine_mono(void *ctx)
{
	struct machine *machine = ctx;

	return machine->now_us;
}

static void machine_random(void *ctx, void *out, size_t len)
{
	struct machine *machine = ctx;
	uint8_t *at = out;

	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)sim_random(&machine->random);
}

/* --- files ----------------------------------------------------------------------------------- */

/* Full file systems differ: some take what overwrites, some take a part. */
static bool no_space(struct machine *machine)
{
	if (!machine->full || sim_below(&machine->random, 4) == 0)
		return false;
	errno = ENOSPC;
	return true;
}

static int machine_open(void *ctx, const char *path, int flags, int mode)
{
	struct machine *machine = ctx;
	const struct dd_sys *sys = by_path(machine, path);

	if (sys == &machine->files && (flags & O_CREAT) && no_space(machine))
		return -1;
	return sys->open(sys->ctx, path, flags, mode);
}

static int machine_close(void *ctx, int fd)
{
	const struct dd_sys *sys = by_fd(ctx, fd);

	return sys->close(sys->ctx, fd);
}

static ssize_t machine_pread(void *ctx, int fd, void *out, size_t len, int64_t offset)
{
	const struct dd_sys *sys = by_fd(ctx, fd);

	return sys->pread(sys->ctx, fd, out, len, offset);
}

static ssize_t machine_pwrite(void *ctx, int fd, const void *data, size_t len, int64_t offset)
{
	struct machine *machine = ctx;
	const struct dd_sys *sys = by_fd(machine, fd);

	if (sys == &machine->files && no_space(machine)) {
		if (len < 2 || sim_below(&machine->random, 2) == 0)
			return -1;
		len /= 2; /* the rest is asked for again */
	}
	return sys->pwrite(sys->ctx, fd, data, len, offset);
}

static int machine_fdatasync(void *ctx, int fd)
{
	const struct dd_sys *sys = by_fd(ctx, fd);

	return sys->fdatasync(sys->ctx, fd);
}

static int machine_fsync(void *ctx, int fd)
{
	const struct dd_sys *sys = by_fd(ctx, fd);

	return sys->fsync(sys->ctx, fd);
}

static int machine_ftruncate(void *ctx, int fd, int64_t size)
{
	const struct dd_sys *sys = by_fd(ctx, fd);

	return sys->ftruncate(sys->ctx, fd, size);
}

static int64_t machine_size(void *ctx, int fd)
{
	const struct dd_sys *sys = by_fd(ctx, fd);

	return sys->size(sys->ctx, fd);
}

static int machine_mode(void *ctx, int fd)
{
	const struct dd_sys *sys = by_fd(ctx, fd);

	return sys->mode(sys->ctx, fd);
}

static int machine_rename(void *ctx, const char *from, const char *to)
{
	struct machine *machine = ctx;
	const struct dd_sys *sys = by_path(machine, from);

	if (machine->dies_after > 0 && is_path(to) && strstr(to, ".seg") != NULL) {
		machine->dies_in = machine->dies_after;
		machine->dies_after = 0;
	}
	return sys->rename(sys->ctx, from, to);
}

static int machine_unlink(void *ctx, const char *path)
{
	const struct dd_sys *sys = by_path(ctx, path);

	return sys->unlink(sys->ctx, path);
}

static int machine_mkdir(void *ctx, const char *path, int mode)
{
	const struct dd_sys *sys = by_path(ctx, path);

	return sys->mkdir(sys->ctx, path, mode);
}

static int machine_list(void *ctx, const char *dir, void (*on_name)(void *arg, const char *name),
			void *arg)
{
	const struct dd_sys *sys = by_path(ctx, dir);

	return sys->list(sys->ctx, dir, on_name, arg);
}

static int64_t machine_free_bytes(void *ctx, const char *path)
{
	struct machine *machine = ctx;
	const struct dd_sys *sys = by_path(machine, path);

	if (sys == &machine->files && machine->full)
		return 0;
	return sys->free_bytes(sys->ctx, path);
}

/* --- life ------------------------------------------------------------------------------------ */

static void on_change(void *arg)
{
	struct machine *machine = arg;

	if (machine->dies_in > 0 && --machine->dies_in == 0)
		machine_kill(machine);
}

void machine_init(struct machine *machine, uint64_t seed, bool lying_disk)
{
	memset(machine, 0, sizeof(*machine));
	machine->random.state = seed;
	machine->disk = sim_new();
	sim_drop_flushes(machine->disk, lying_disk);
	sim_on_change(machine->disk, on_change, machine);
	machine->files = *sim_table(machine->disk, seed);
	machine->table = (struct dd_sys){
		.ctx = machine,
		.wall_us = machine_wall,
		.mono_us = machine_mono,
		.random = machine_random,
		.open = machine_open,
		.close = machine_close,
		.pread = machine_pread,
		.pwrite = machine_pwrite,
		.fdatasync = machine_fdatasync,
		.fsync = machine_fsync,
		.ftruncate = machine_ftruncate,
		.size = machine_size,
		.mode = machine_mode,
		.rename = machine_rename,
		.unlink = machine_unlink,
		.mkdir = machine_mkdir,
		.list = machine_list,
		.free_bytes = machine_free_bytes,
	};
	dd_sys_set(&machine->table);
}

void machine_fini(struct machine *machine)
{
	dd_sys_set(NULL);
	sim_free(machine->disk);
	machine->disk = NULL;
}

void machine_kill(struct machine *machine)
{
	machine->dead = true;
	sim_kill(machine->disk);
}

void machine_restart(struct machine *machine, bool power_loss)
{
	machine->dies_in = 0;
	machine->dead = false;
	if (power_loss)
		sim_power_loss(machine->disk, &machine->random);
	else
		sim_revive(machine->disk);
	sim_on_change(machine->disk, on_change, machine);
}
