/* crowd.c - see crowd.h. */
#include "tests/system/crowd.h"

#include "common/base/clock.h"
#include "services/office/office_follow.h"
#include "tests/system/crowd_impl.h"
#include <pthread.h>
#include <stdlib.h>
#include <uv.h>

struct squad {
	struct crowd *crowd;
	size_t index;
	pthread_t thread;
	struct dd_loop *loop;
	uv_sem_t done; /* the work that was posted */
	void (*work)(struct squad *squad);
	struct crowd_state state;
};

struct crowd {
	struct crowd_options options;
	struct dd_access *access;
	struct crowd_office *offices; /* owned; number i is of squad i % threads */
	struct squad squads[CROWD_THREADS];
};

/* --- work on the loops' threads --------------------------------------------------------------- */

static void do_work(void *arg)
{
	struct squad *squad = arg;

	squad->work(squad);
	uv_sem_post(&squad->done);
}

/* On all threads side by side; waits for the last. */
static void everywhere(struct crowd *crowd, void (*work)(struct squad *squad))
{
	for (size_t i = 0; i < crowd->options.threads; i++) {
		crowd->squads[i].work = work;
		dd_loop_post(crowd->squads[i].loop, do_work, &crowd->squads[i]);
	}
	for (size_t i = 0; i < crowd->options.threads; i++)
		uv_sem_wait(&crowd->squads[i].done);
}

#define EACH_OFFICE(squad, i)                                                                      \
	for (size_t i = (squad)->index; i < (squad)->crowd->options.offices;                       \
	     i += (squad)->crowd->options.threads)

static void open_all(struct squad *squad)
{
	EACH_OFFICE(squad, i)
	crowd_office_open(&squad->crowd->offices[i], squad->loop, squad->crowd->access);
}

static void close_all(struct squad *squad)
{
	EACH_OFFICE(squad, i)
	crowd_office_close(&squad->crowd->offices[i]);
	dd_loop_stop(squad->loop);
}

static void save_one_each(struct squad *squad)
{
	EACH_OFFICE(squad, i)
	crowd_office_save(&squad->crowd->offices[i], &squad->crowd->options.centre->history);
}

static void look(struct squad *squad)
{
	squad->state = (struct crowd_state){0};
	EACH_OFFICE(squad, i)
	{
		struct office *office = squad->crowd->offices[i].office;
		struct office_core_status status;
		struct office_counts counts;

		office_core_status(office->core, &status);
		if (office_outbox_counts(office->outbox, &counts) != 0)
			system_die("an outbox cannot be read");
		squad->state.waiting += counts.waiting;
		squad->state.settled += status.settled && status.link == DD_LINK_UP;
		squad->state.at_head += office_follow_at_head(office->follow);
	}
}

/* --- life ------------------------------------------------------------------------------------- */

static void *run(void *arg)
{
	dd_loop_run(((struct squad *)arg)->loop);
	return NULL;
}

static void start_squad(struct crowd *crowd, size_t index)
{
	struct squad *squad = &crowd->squads[index];
	struct dd_error err;

	squad->crowd = crowd;
	squad->index = index;
	if (dd_loop_open(&squad->loop, &err) != 0 || uv_sem_init(&squad->done, 0) != 0 ||
	    pthread_create(&squad->thread, NULL, run, squad) != 0)
		system_die("no thread for the offices");
}

struct crowd *crowd_open(const struct crowd_options *options)
{
	struct crowd *crowd = dd_alloc(sizeof(*crowd));
	struct dd_error err;

	crowd->options = *options;
	crowd->offices = dd_alloc(options->offices * sizeof(*crowd->offices));
	for (size_t i = 0; i < options->offices; i++)
		crowd_office_init(&crowd->offices[i], options, i);
	if (dd_access_open(NULL, &crowd->access, &err) != 0)
		system_die("%s", err.text);
	for (size_t i = 0; i < options->threads; i++)
		start_squad(crowd, i);
	everywhere(crowd, open_all);
	return crowd;
}

void crowd_close(struct crowd *crowd)
{
	if (crowd == NULL)
		return;
	everywhere(crowd, close_all);
	for (size_t i = 0; i < crowd->options.threads; i++) {
		pthread_join(crowd->squads[i].thread, NULL);
		dd_loop_close(crowd->squads[i].loop);
		uv_sem_destroy(&crowd->squads[i].done);
	}
	dd_access_close(crowd->access);
	free(crowd->offices);
	free(crowd);
}

/* --- from outside ----------------------------------------------------------------------------- */

/* One each in turn, so that the loops are never away for long. */
void crowd_save(struct crowd *crowd, size_t reports)
{
	for (size_t i = 0; i < reports; i++)
		everywhere(crowd, save_one_each);
}

struct crowd_state crowd_look(struct crowd *crowd)
{
	struct crowd_state sum = {0};

	everywhere(crowd, look);
	for (size_t i = 0; i < crowd->options.threads; i++) {
		const struct crowd_state *state = &crowd->squads[i].state;

		sum.waiting += state->waiting;
		sum.settled += state->settled;
		sum.at_head += state->at_head;
	}
	return sum;
}

bool crowd_wait_ready(struct crowd *crowd, int ms)
{
	const int64_t until_us = dd_mono_us() + (int64_t)ms * 1000;
	struct crowd_state state;

	do {
		state = crowd_look(crowd);
		if (state.settled == crowd->options.offices &&
		    state.at_head == crowd->options.offices)
			return true;
		system_rest_ms(50);
	} while (dd_mono_us() < until_us);
	return false;
}

bool crowd_wait_empty(struct crowd *crowd, int ms)
{
	const int64_t until_us = dd_mono_us() + (int64_t)ms * 1000;

	do {
		if (crowd_look(crowd).waiting == 0)
			return true;
		system_rest_ms(50);
	} while (dd_mono_us() < until_us);
	return false;
}
