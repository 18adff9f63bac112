/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* identity_visit.c - a table of machines in, each machine to a visitor out, on every processor */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include <fwquirk/host/identity_table.h>

/* Places between two looks at the progress. */
#define STRIDE 1024u

struct run {
	const struct identity_table *table;
	const struct identity_visit *visit;
	unsigned n_workers;
	atomic_size_t n_done;
};

struct worker {
	struct run *run;
	unsigned number;
	pthread_t thread;
	bool has_thread;
};

unsigned identity_workers(void)
{
	cpu_set_t processors;
	int n = sched_getaffinity(0, sizeof(processors), &processors) ? 1 : CPU_COUNT(&processors);

	return n > (int)IDENTITY_MAX_WORKERS ? IDENTITY_MAX_WORKERS : n < 1 ? 1u : (unsigned)n;
}

static void visit_part(struct run *run, unsigned number)
{
	const struct identity_visit *visit = run->visit;
	size_t n_rows = run->table->n_rows;
	size_t at = n_rows * number / run->n_workers, end = n_rows * (number + 1) / run->n_workers;
	struct identity identity;

	while (at < end) {
		size_t stop = end - at > STRIDE ? at + STRIDE : end, n = stop - at;

		for (; at < stop; at++) {
			size_t row = visit->order ? visit->order[at] : at;

			identity_table_row(run->table, row, visit->wanted, &identity);
			visit->visit(visit->context[number], row, &identity);
		}
		n += atomic_fetch_add(&run->n_done, n);
		if (visit->progress && number == 0)
			visit->progress(n, n_rows);
	}
}

static void *work(void *worker_)
{
	struct worker *worker = worker_;

	visit_part(worker->run, worker->number);
	return NULL;
}

void identity_table_visit(const struct identity_table *table, const struct identity_visit *visit,
			  unsigned n_workers)
{
	struct run run = {.table = table, .visit = visit, .n_workers = n_workers};
	struct worker worker[IDENTITY_MAX_WORKERS];

	for (unsigned i = 1; i < n_workers; i++) {
		worker[i] = (struct worker){.run = &run, .number = i};
		worker[i].has_thread =
			pthread_create(&worker[i].thread, NULL, work, &worker[i]) == 0;
	}
	visit_part(&run, 0);
	for (unsigned i = 1; i < n_workers; i++) {
		if (worker[i].has_thread)
			pthread_join(worker[i].thread, NULL);
		else /* no thread to be had: the work is done all the same */
			visit_part(&run, i);
	}
	if (visit->progress)
		visit->progress(table->n_rows, table->n_rows);
}
