/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* embedded_sql.S - db/schema.sql and db/views.sql as NUL-terminated texts */
	.section .rodata
	.globl fwquirk_schema_sql
fwquirk_schema_sql:
	.incbin "db/schema.sql"
	.byte 0
	.globl fwquirk_views_sql
fwquirk_views_sql:
	.incbin "db/views.sql"
	.byte 0
	.section .note.GNU-stack, "", %progbits
