/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* defects.h - the list of lists: one line a file of the driver */
DEFECTS(defects_alloc)
DEFECTS(defects_protocol)
DEFECTS(defects_walk)
