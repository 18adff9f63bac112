/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* table.S - the rule table and the SBAT data as sections of the image */
	.section .fwquirk, "a", @progbits
	.incbin	FWQUIRK_TABLE_FILE

/* https://github.com/rhboot/shim/blob/main/SBAT.md: component, generation, vendor, name, version, address */
	.section .sbat, "a", @progbits
	.ascii	"sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n"
	.ascii	"fwquirk,1,fwquirk,fwquirk,"
	.ascii	FWQUIRK_VERSION
	.ascii	",https://fwquirk.invalid/\n"
	.section .note.GNU-stack, "", @progbits
