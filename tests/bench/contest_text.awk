# SPDX-License-Identifier: MIT OR GPL-2.0-only
# contest_text.awk - lines of contest.json in, a Markdown table out
function value(name,	found) {
	if (!match($0, "\"" name "\": (\"[^\"]*\"|[-0-9.]+)"))
		return ""
	found = substr($0, RSTART, RLENGTH)
	sub(/^"[^"]*": /, "", found)
	gsub(/"/, "", found)
	return found
}
function number(text) { return text == "" ? "" : text >= 1000 ? sprintf("%.0f", text) : text }
BEGIN {
	print "| rules | | bytes a rule | ns a lookup | instructions a lookup | build, ms | peak, KiB |"
	print "| --- | --- | --- | --- | --- | --- | --- |"
}
value("skipped") != "" { printf "| %s | %s | %s | | | | |\n", value("rules"), value("name"), value("skipped"); next }
{
	printf "| %s | %s | %s | %s | %s | %s | %s |\n", value("rules"), value("name"), value("bytes_per_rule"),
		number(value("ns")), value("instructions"), number(value("build_ms")), value("build_peak_kib")
}
