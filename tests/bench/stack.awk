# SPDX-License-Identifier: MIT OR GPL-2.0-only
# stack.awk - call graphs with stack sizes (gcc -fcallgraph-info=su) in, the deepest way down from -v root=NAME out
#
# Every call counts, whether a machine ever leads to it or not; one through a pointer, one of itself or a size that is not fixed ends it.
function die(why) { print "stack.awk: " why >"/dev/stderr"; failed = 1; exit 1 }
function part(name,	found) {
	if (!match($0, name ": \"[^\"]*\""))
		return ""
	found = substr($0, RSTART, RLENGTH)
	sub(/^[a-z]*: "/, "", found)
	return substr(found, 1, length(found) - 1)
}
function depth(name,	n, i, callee, most) {
	if (name in known)
		return known[name]
	if (name == "__indirect_call" || is_open[name])
		die(name ": no bound")
	is_open[name] = 1
	n = split(calls[name], callee, " ")
	for (i = 1; i <= n; i++)
		if (depth(callee[i]) > most) {
			most = depth(callee[i])
			deepest[name] = callee[i]
		}
	is_open[name] = 0
	return known[name] = own[name] + most
}
/^node: / {
	label = part("label")
	title = part("title")
	if (match(label, /[0-9]+ bytes \([a-z,]*\)/)) {
		if (label !~ /bytes \(static\)/)
			die(label)
		own[title] = substr(label, RSTART, RLENGTH) + 0
	}
}
/^edge: / { calls[part("sourcename")] = calls[part("sourcename")] " " part("targetname") }
END {
	if (failed)
		exit 1
	if (!(root in own))
		die(root ": not there")
	print depth(root)
	for (name = root; name in deepest; name = deepest[name])
		printf "%s %d, ", name, own[name] >"/dev/stderr"
	printf "%s %d\n", name, own[name] >"/dev/stderr"
}
