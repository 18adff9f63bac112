/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* embedded_table.S - the packed table in the file that FWQUIRK_TABLE_FILE names, byte for byte */
	.section .rodata
	.balign 8
	.globl fwquirk_table
fwquirk_table:
	.incbin FWQUIRK_TABLE_FILE
	.globl fwquirk_table_end
fwquirk_table_end:
	.byte 0
	.section .note.GNU-stack, "", %progbits
