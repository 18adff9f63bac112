/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* embedded.h - files that the build puts into the tool as they are */
#ifndef FWQUIRK_HOST_EMBEDDED_H
#define FWQUIRK_HOST_EMBEDDED_H

#include <stdint.h>

/* db/schema.sql, db/views.sql and db/reports.sql, NUL-terminated. */
extern const char fwquirk_schema_sql[];
extern const char fwquirk_views_sql[];
extern const char fwquirk_reports_sql[];

/* The packed table of the shipped rules; empty in the first stage, which packs it. */
extern const uint8_t fwquirk_table[];
extern const uint8_t fwquirk_table_end[];

#endif
