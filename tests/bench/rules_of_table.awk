# SPDX-License-Identifier: MIT OR GPL-2.0-only
# rules_of_table.awk - a table of machines in, up to `n` rules about models of it out, as rule text
function quoted(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}
BEGIN {
	FS = "\t"
	step = step ? step : 1
	print "# SPDX-License-Identifier: CC0-1.0\n# made"
}
NR == 1 {
	for (i = 1; i <= NF; i++)
		column[$i] = i
	next
}
NR % step { next }
{
	vendor = $column["sys_vendor"]
	product = $column["product_name"]
	if (vendor !~ /[A-Za-z][A-Za-z]/ || product !~ /[A-Za-z0-9][A-Za-z0-9]/ || seen[vendor, product]++)
		next
	if (vendor ~ /illed|anufacturer|efault|Specified/ || product ~ /Product Name|illed|efault|Specified/)
		next
	id = sprintf("%04d", ++made)
	print "\n[FWQ-" id "]\nTitle = Made rule " id "\nDefect = other\nConfidence = reported\nMode = observe"
	print "Match = sys-vendor " quoted(vendor) "\nMatch = product-name " quoted(product)
	if (made % 2)
		print "Fixed = bios-date date 20" 10 + made % 14 "-06-30"
	else
		print "Unbounded = made"
	print "Evidence = https://example.org/" id
	if (made == n)
		exit
}
