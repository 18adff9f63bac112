# SPDX-License-Identifier: MIT OR GPL-2.0-only
# oracle.awk - a second reading of what dmidecode prints, by titles and patterns, to compare with
#
# In: texts, each behind a line of 0x01 and its name. Out: name, field, value with tabs between; a
# field without a value has no line. The first structure of a type counts. A title at the border begins
# a structure even when its head is hidden.

BEGIN {
	print "name\tfield\tvalue"
	n_chassis = split("Other,Unknown,Desktop,Low Profile Desktop,Pizza Box,Mini Tower,Tower,Portable,Laptop," \
		"Notebook,Hand Held,Docking Station,All In One,Sub Notebook,Space-saving,Lunch Box," \
		"Main Server Chassis,Expansion Chassis,Sub Chassis,Bus Expansion Chassis,Peripheral Chassis," \
		"RAID Chassis,Rack Mount Chassis,Sealed-case PC,Multi-system,CompactPCI,AdvancedTCA,Blade," \
		"Blade Enclosing,Tablet,Convertible,Detachable,IoT Gateway,Embedded PC,Mini PC,Stick PC", names, ",")
	for (i = 1; i <= n_chassis; i++)
		chassis[names[i]] = i
	section["BIOS Information"] = section["BIOS Information Block"] = "bios"
	section["System Information"] = section["System Information Block"] = "system"
	section["Base Board Information"] = section["Board Information Block"] = "board"
	section["Chassis Information"] = section["Chassis Information Block"] = "chassis"
	section["Processor Information"] = section["Processor"] = "processor"

	field["bios", "Vendor"] = "bios-vendor"
	field["bios", "Version"] = "bios-version"
	field["bios", "Release Date"] = field["bios", "Release"] = "bios-date"
	field["bios", "BIOS Revision"] = "bios-release"
	field["bios", "Firmware Revision"] = "ec-release"
	field["system", "Manufacturer"] = field["system", "Vendor"] = "sys-vendor"
	field["system", "Product Name"] = field["system", "Product"] = "product-name"
	field["system", "Version"] = "product-version"
	field["system", "SKU Number"] = "product-sku"
	field["system", "Family"] = "product-family"
	field["board", "Manufacturer"] = field["board", "Vendor"] = "board-vendor"
	field["board", "Product Name"] = field["board", "Product"] = "board-name"
	field["board", "Version"] = "board-version"
	field["chassis", "Type"] = field["chassis", "Chassis Type"] = "chassis-type"
	field["processor", "Version"] = field["processor", "Processor Version"] = "cpu-version"
	field["processor", "ID"] = "cpu-id"
}

{ sub(/\r$/, "") }

/^\001/ {
	name = substr($0, 2)
	current = ""
	split("", seen)
	split("", done)
	next
}

/^[ \t]*Handle 0x[0-9A-Fa-f]+(, DMI type [0-9]+, [0-9]+ bytes\.?)?$/ {
	current = ""
	awaits_title = 1
	next
}

awaits_title && /^[ \t]*DMI type [0-9]+, [0-9]+ bytes\.?$/ { next }

(awaits_title && NF) || /^(BIOS|System|Base Board|Chassis|Processor) Information$/ {
	awaits_title = 0
	title = $0
	gsub(/^[ \t]+|[ \t]+$/, "", title)
	current = title in section && !(section[title] in seen) ? section[title] : ""
	if (current != "")
		seen[current] = 1
	next
}

current != "" && match($0, /^[ \t]+[A-Za-z ]+:/) {
	key = substr($0, 1, RLENGTH - 1)
	sub(/^[ \t]+/, "", key)
	if (!((current, key) in field))
		next
	what = field[current, key]
	if (what in done)
		next
	done[what] = 1
	value = substr($0, RLENGTH + 1)
	sub(/^ /, "", value)
	if (value == "Not Specified" || value == "<BAD INDEX>")
		next
	if (what == "chassis-type") {
		if (!(value in chassis))
			next
		value = chassis[value]
	}
	if (what == "cpu-id") {
		n = split(value, byte, " ")
		value = "0x"
		for (i = n; i > 0; i--)
			value = value tolower(byte[i])
	}
	print name "\t" what "\t" value
}
