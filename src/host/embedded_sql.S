/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* embedded_sql.S - db/schema.sql, db/views.sql and db/reports.sql as NUL-terminated texts */
	.section .rodata
	.globl fwquirk_schema_sql
fwquirk_schema_sql:
	.incbin "db/schema.sql"
	.byte 0
	.globl fwquirk_views_sql
fwquirk_views_sql:
	.incbin "db/views.sql"
	.byte 0
	.globl fwquirk_reports_sql
fwquirk_reports_sql:
	.incbin "db/reports.sql"
	.byte 0
	.section .note.GNU-stack, "", %progbits
