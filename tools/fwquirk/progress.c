/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* progress.c - how far a run is in, a line that overwrites itself out; never prints to a file */
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define FIRST_AFTER_MS 500
#define THEN_EVERY_MS  100

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_show(size_t n_done, size_t n_all)
{
	static long long next_ms;
	static bool is_shown;
	long long now;

	if (!isatty(STDERR_FILENO))
		return;
	if (n_done >= n_all) {
		if (is_shown)
			fputs("\r\033[K", stderr);
		is_shown = false;
		next_ms = 0;
		return;
	}
	now = now_ms();
	if (!next_ms)
		next_ms = now + FIRST_AFTER_MS;
	if (now < next_ms)
		return;
	fprintf(stderr, "\r%zu of %zu machines, %zu %%", n_done, n_all, n_done * 100 / n_all);
	is_shown = true;
	next_ms = now + THEN_EVERY_MS;
}
