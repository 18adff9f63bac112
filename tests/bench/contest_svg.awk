# SPDX-License-Identifier: MIT OR GPL-2.0-only
# contest_svg.awk - lines of contest.json in, two plots side by side out: bytes a rule and nanoseconds a lookup, both axes logarithmic
function value(name,	found) {
	if (!match($0, "\"" name "\": (\"[^\"]*\"|[-0-9.]+)"))
		return ""
	found = substr($0, RSTART, RLENGTH)
	sub(/^"[^"]*": /, "", found)
	gsub(/"/, "", found)
	return found
}
function log10(x) { return log(x) / log(10) }
function x_of(n, left) { return left + (log10(n) - 2) * 110 }
function y_of(v, low, high) { return 330 - (log10(v) - low) / (high - low) * 270 }
function plot(left, what, title, low, high,	i, k, n, path, p) {
	printf "<text x=\"%d\" y=\"40\" class=\"t\">%s</text>\n", left, title
	for (i = low; i <= high; i++) {
		printf "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"g\"/>\n", left, left + 330, y_of(10 ^ i, low, high), y_of(10 ^ i, low, high)
		printf "<text x=\"%d\" y=\"%.1f\" class=\"a\" text-anchor=\"end\">%s</text>\n", left - 6, y_of(10 ^ i, low, high) + 4, i < 6 ? 10 ^ i : "10^" i
	}
	for (i = 2; i <= 5; i++)
		printf "<text x=\"%.1f\" y=\"350\" class=\"a\" text-anchor=\"middle\">%d rules</text>\n", x_of(10 ^ i, left), 10 ^ i
	for (k = 1; k <= n_names; k++) {
		path = ""
		for (i = 1; i <= n_sizes; i++) {
			p = figure[names[k], sizes[i], what]
			if (p > 0)
				path = path sprintf(" %.1f,%.1f", x_of(sizes[i], left), y_of(p, low, high))
		}
		printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%d\"/>\n", path, colour[k], k <= 2 ? 3 : 1.5
	}
}
value("skipped") != "" { next }
{
	name = value("name")
	rules = value("rules")
	if (!(name in seen)) { seen[name] = 1; names[++n_names] = name }
	if (!(rules in seen_size)) { seen_size[rules] = 1; sizes[++n_sizes] = rules }
	figure[name, rules, "bytes"] = value("bytes_per_rule")
	figure[name, rules, "ns"] = value("ns")
}
END {
	split("#0b6e4f #3fb68b #c0392b #e67e22 #2c6fbb #8e44ad #777777", colour, " ")
	print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 430\" font-family=\"sans-serif\">"
	print "<!-- SPDX-License-Identifier: MIT OR GPL-2.0-only; made by tests/bench/contest.sh -->"
	print "<style>.t{font-size:15px;font-weight:bold}.a{font-size:11px;fill:#444}.g{stroke:#ddd}</style>"
	print "<rect width=\"860\" height=\"430\" fill=\"#fff\"/>"
	plot(70, "bytes", "bytes a rule", 0, 3)
	plot(500, "ns", "nanoseconds a lookup", 2, 8)
	for (k = 1; k <= n_names; k++) {
		printf "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>", 70 + (k - 1) % 4 * 200, 378 + int((k - 1) / 4) * 20, colour[k]
		printf "<text x=\"%d\" y=\"%d\" class=\"a\">%s</text>\n", 90 + (k - 1) % 4 * 200, 384 + int((k - 1) / 4) * 20, names[k]
	}
	print "</svg>"
}
