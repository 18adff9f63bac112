/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* scan_queue.c - units in, what workers print of them out in the same order; never more than a few
 * batches in memory */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "scan_parts.h"

/* A batch is worth the locking, and small enough for a few of them to be on their way. */
#define BATCH_UNITS   64u
#define BATCH_BYTES   ((size_t)1 << 20)
#define BATCHES_A_JOB 4u

struct batch {
	struct unit unit[BATCH_UNITS];
	size_t n, size;
	char *out;
	size_t out_size;
	struct scan_counts counts;
	bool is_done;
};

struct queue {
	const struct scan *scan;
	pthread_mutex_t lock;
	pthread_cond_t has_work, has_room;
	/* Rings of n_slots: batch number b is in slot b % n_slots. */
	struct batch **slot;
	size_t n_slots;
	uint64_t n_put, n_taken, n_emitted;
	bool is_closed;
	struct batch *filling; /* of the reader */
	struct scan_counts counts;
	pthread_t *thread;
	unsigned n_threads;
};

/* One batch in work, on the stack of its worker. */
struct work {
	struct queue *queue;
	struct batch *batch;
	FILE *out;
};

static void tell(void *context, const struct scan_machine *machine)
{
	struct work *work = context;
	const struct scan *scan = work->queue->scan;
	struct scan_counts *counts = &work->batch->counts;

	counts->n_errors += machine->error != NULL;
	counts->n_machines += machine->error == NULL;
	counts->n_known_bad += machine->n_hits > 0;
	/* Summed in place: an addition that no other worker can miss. */
	for (size_t i = 0; i < machine->n_hits; i++)
		__atomic_fetch_add(&work->queue->counts.by_rule[machine->hit[i]], 1,
				   __ATOMIC_RELAXED);
	scan->print(scan->context, work->out, machine);
}

static void batch_run(struct queue *queue, struct batch *batch)
{
	struct work work = {.queue = queue, .batch = batch};

	work.out = open_memstream(&batch->out, &batch->out_size);
	if (!work.out)
		abort();
	for (size_t i = 0; i < batch->n; i++) {
		unit_run(&batch->unit[i], queue->scan->table, tell, &work);
		unit_free(&batch->unit[i]);
	}
	if (fclose(work.out))
		abort();
}

/* With the lock: everything that is done and whose turn it is. */
static void emit_done(struct queue *queue)
{
	while (queue->n_emitted < queue->n_put) {
		struct batch **slot = &queue->slot[queue->n_emitted % queue->n_slots];
		struct batch *batch = *slot;

		if (!batch->is_done)
			return;
		queue->counts.n_machines += batch->counts.n_machines;
		queue->counts.n_known_bad += batch->counts.n_known_bad;
		queue->counts.n_errors += batch->counts.n_errors;
		queue->scan->emit(queue->scan->context, batch->out, batch->out_size,
				  &queue->counts);
		free(batch->out);
		free(batch);
		*slot = NULL;
		queue->n_emitted++;
		pthread_cond_signal(&queue->has_room);
	}
}

static void *worker_run(void *queue_)
{
	struct queue *queue = queue_;

	pthread_mutex_lock(&queue->lock);
	for (;;) {
		struct batch *batch;

		while (queue->n_taken == queue->n_put && !queue->is_closed)
			pthread_cond_wait(&queue->has_work, &queue->lock);
		if (queue->n_taken == queue->n_put)
			break;
		batch = queue->slot[queue->n_taken++ % queue->n_slots];
		pthread_mutex_unlock(&queue->lock);
		batch_run(queue, batch);
		pthread_mutex_lock(&queue->lock);
		batch->is_done = true;
		emit_done(queue);
	}
	pthread_mutex_unlock(&queue->lock);
	return NULL;
}

static void *zeroed(size_t n, size_t size)
{
	void *memory = calloc(n, size);

	if (!memory)
		abort();
	return memory;
}

struct queue *queue_begin(const struct scan *scan)
{
	struct queue *queue = zeroed(1, sizeof(*queue));
	unsigned n_jobs = scan->n_jobs < SCAN_MAX_JOBS ? scan->n_jobs : SCAN_MAX_JOBS;

	queue->scan = scan;
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->has_work, NULL);
	pthread_cond_init(&queue->has_room, NULL);
	queue->n_slots = (size_t)BATCHES_A_JOB * (n_jobs ? n_jobs : 1);
	queue->slot = zeroed(queue->n_slots, sizeof(struct batch *));
	queue->counts.by_rule = zeroed(scan->table->n_rules + 1, sizeof(uint64_t));
	queue->thread = zeroed(n_jobs + 1, sizeof(pthread_t));
	/* As many threads as there are to be had; without one the reader does the work. */
	while (queue->n_threads < n_jobs &&
	       !pthread_create(&queue->thread[queue->n_threads], NULL, worker_run, queue))
		queue->n_threads++;
	return queue;
}

void queue_flush(struct queue *queue)
{
	struct batch *batch = queue->filling;

	if (!batch)
		return;
	queue->filling = NULL;
	if (!queue->n_threads)
		batch_run(queue, batch);
	pthread_mutex_lock(&queue->lock);
	while (queue->n_put - queue->n_emitted == queue->n_slots)
		pthread_cond_wait(&queue->has_room, &queue->lock);
	batch->is_done = !queue->n_threads;
	queue->slot[queue->n_put++ % queue->n_slots] = batch;
	if (batch->is_done) {
		queue->n_taken = queue->n_put;
		emit_done(queue);
	}
	pthread_cond_signal(&queue->has_work);
	pthread_mutex_unlock(&queue->lock);
}

void queue_put(struct queue *queue, struct unit unit)
{
	struct batch *batch = queue->filling;

	if (!batch)
		batch = queue->filling = zeroed(1, sizeof(*batch));
	batch->unit[batch->n++] = unit;
	batch->size += unit.size;
	if (batch->n == BATCH_UNITS || batch->size >= BATCH_BYTES)
		queue_flush(queue);
}

void queue_end(struct queue *queue, struct scan_counts *counts)
{
	queue_flush(queue);
	pthread_mutex_lock(&queue->lock);
	queue->is_closed = true;
	pthread_cond_broadcast(&queue->has_work);
	pthread_mutex_unlock(&queue->lock);
	for (unsigned i = 0; i < queue->n_threads; i++)
		pthread_join(queue->thread[i], NULL);
	*counts = queue->counts;
	pthread_mutex_destroy(&queue->lock);
	pthread_cond_destroy(&queue->has_work);
	pthread_cond_destroy(&queue->has_room);
	free(queue->slot);
	free(queue->thread);
	free(queue);
}
