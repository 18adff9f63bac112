# SPDX-License-Identifier: MIT OR GPL-2.0-only
# made-machines.awk - a table of N machines that nobody has: awk -v n=N -f made-machines.awk
#
# Machine i of `n` has model i % 40: 8 vendors, each with 5 products; versions 1.0 to 1.19 by i, dates with them. One
# in 10 has a placeholder as its product and a board name instead, one in 25 no version.
BEGIN {
	OFS = "\t"
	print "hwid", "sys_vendor", "product_name", "board_vendor", "board_name", "chassis_type", "bios_vendor", \
		"bios_version", "bios_date", "bios_revision", "arch"
	for (i = 0; i < n; i++) {
		vendor = "Maker " int(i % 40 / 5)
		product = "Model " i % 40
		minor = int(i / 40) % 20
		print "made-" i, vendor, i % 10 == 9 ? "To Be Filled By O.E.M." : product, \
			vendor, i % 10 == 9 ? "Board " i % 40 : "\\N", i % 2 ? "Notebook" : "Desktop", \
			"Firmware House", i % 25 == 24 ? "Not Specified" : "1." minor, \
			sprintf("%02d/15/%d", minor % 12 + 1, 2010 + minor), "5." minor, i % 7 ? "x86" : "aarch64"
	}
}
