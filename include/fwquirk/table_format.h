/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table_format.h - bytes of the packed table; the host writes them, host and firmware read them */
#ifndef FWQUIRK_TABLE_FORMAT_H
#define FWQUIRK_TABLE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define TABLE_MAGIC         0x54515746u /* "FWQT" as bytes in the file */
#define TABLE_MAGIC_SWAPPED 0x46575154u
#define TABLE_VERSION       1u
#define TABLE_HEADER_SIZE   32u

#endif
