/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * hidden.h - included before everything else by the compiler's command line: what is declared is in
 * this image, so that the compiler refers to it by distance and needs no global offset table.
 */
#pragma GCC visibility push(hidden)
