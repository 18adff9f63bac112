/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* progress.h - how far a long run is, for somebody who waits at a terminal */
#ifndef FWQUIRK_PROGRESS_H
#define FWQUIRK_PROGRESS_H

#include <stddef.h>

/*
 * Call as often as you like. On standard error, where that is a terminal, from half a second after
 * the first call on, at most ten times a second; the line is wiped when all is done.
 */
void progress_show(size_t n_done, size_t n_all);

#endif
