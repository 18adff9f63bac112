# SPDX-License-Identifier: MIT OR GPL-2.0-only
# rules-of-machines.awk - a table of machines in, n rules for models of it out: awk -F '\t' -v n=1000 -f rules-of-machines.awk
#
# Every so many rows one rule, for a vendor and product not seen before: a quarter by a beginning of the product, a
# quarter bounded by date, a quarter by version, the last by nothing. With -v sql=1 the same as queries of a table `m`.
function quoted(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
function glob(s) { gsub(/[[*?]/, "[&]", s); gsub(/'/, "''", s); return s }
function trimmed(s) { gsub(/^ +| +$/, "", s); return s }
NR == 1 {
	for (i = 1; i <= NF; i++)
		column[$i] = i
	if (!sql)
		print "# SPDX-License-Identifier: CC0-1.0"
	next
}
made == n { exit }
{
	vendor = trimmed($column["sys_vendor"])
	product = trimmed($column["product_name"])
	if (NR % 13 || length(vendor) < 3 || length(product) < 3 || (vendor, product) in seen ||
	    (vendor product) ~ /O\.E\.M|[Dd]efault|System|Not |[^ -~]|  /)
		next
	seen[vendor, product] = 1
	kind = ++made % 4
	is_part = kind == 0 && length(product) > 8
	if (is_part)
		product = substr(product, 1, 8)
	if (sql) {
		printf "SELECT count(*) FROM m WHERE lower(trim(sys_vendor)) GLOB '%s' AND lower(trim(product_name)) GLOB '%s%s';\n", \
			glob(tolower(vendor)), glob(tolower(product)), is_part ? "*" : ""
		next
	}
	printf "\n[FWQ-%04d]\nTitle = Made %d\nDefect = other\nConfidence = reported\nMode = observe\n", made, made
	printf "Match = sys-vendor %s\nMatch = product-name %s%s\n", quoted(vendor), is_part ? "prefix " : "", quoted(product)
	print kind == 1 ? "Introduced = bios-date date 2012-01-01\nUnbounded = u" : \
		kind == 2 ? "Fixed = bios-version version dotted \"2.0\"" : "Unbounded = u"
	print "Workaround = drop-mat\nEvidence = https://example.org/" made
}
