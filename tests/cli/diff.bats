# SPDX-License-Identifier: MIT
# diff.bats: `xbench diff`: values and ratios side by side, no verdict.

load gate_files.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	make_csv a.csv
	make_csv b.csv factor=1.5 seed=2 start=10
}

@test "the ratio is the one that was put in, with its interval" {
	run "$XBENCH" diff --format csv a.csv b.csv
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "file,backend,family,benchmark,mode,metric,status,fidelity,batches,value,lo,hi,level,ratio,ratio_lo,ratio_hi,ratio_level" ]
	# Two lines a row; 1.5 lies within all 0.1 % around the ratio.
	[ "${#lines[@]}" -eq 9 ]
	"$XBENCH" diff --format csv a.csv b.csv | awk -F, '
		$1 == "b.csv" {
			n++
			if (!($14 > 1.49 && $14 < 1.51)) exit 1
			if (!($15 <= $14 && $14 <= $16 && $17 > 0.95)) exit 1
			if ($9 != 10 || $6 != "cycles") exit 1
		}
		END { if (n != 4) exit 1 }'
}

@test "the metric is cycles if all rows have them, else ns" {
	run "$XBENCH" diff a.csv b.csv
	[[ "$output" == *"cycles per operation"* ]]
	make_csv n.csv unit=ns
	run "$XBENCH" diff a.csv n.csv
	[[ "$output" == *"ns per operation"* ]]
	run "$XBENCH" diff --metric cycles a.csv n.csv
	[ "$status" -eq 4 ]
	[[ "$output" == *"other unit"* ]]
	run "$XBENCH" diff --metric tsc a.csv b.csv
	[ "$status" -eq 0 ]
	[[ "$output" == *"TSC ticks per operation"* ]]
}

@test "below three batches the interval is the range over launches" {
	make_csv two.csv batches=2
	run "$XBENCH" diff --format csv two.csv b.csv
	[[ "${lines[1]}" == two.csv,*,2,* ]]
	"$XBENCH" diff --format csv two.csv two.csv | awk -F, '
		NR > 1 && ($13 != "" || $17 != "") { exit 1 }'
	run "$XBENCH" diff two.csv b.csv
	[[ "$output" == *"fewer than 3 batches: the range over launches (4)"* ]]
}

@test "rows of one file only are listed, and not averaged" {
	make_csv more.csv rows=6 factor=2
	run "$XBENCH" diff a.csv more.csv
	[ "$status" -eq 0 ]
	[[ "$output" == *"bench5"*"missing"* ]]
	[[ "$output" == *"geometric mean 2.00"*"over the 4 of 6 rows"* ]]
	run "$XBENCH" diff more.csv a.csv
	[[ "$output" == *"bench6"*"missing"* ]]
}

@test "nothing in common is no quiet success" {
	make_csv other.csv name=other
	run "$XBENCH" diff a.csv other.csv
	[ "$status" -eq 4 ]
	[[ "$output" == *"no row has a value"* ]]
}

@test "a fidelity that differs is marked" {
	make_csv e.csv fidelity=emulated
	run "$XBENCH" diff a.csv e.csv
	[[ "$output" == *"] native"*"] emulated"* ]]
	[[ "$output" == *"compares a CPU with something else"* ]]
}

@test "json and markdown hold the same rows; json parses" {
	make_csv c.csv factor=3 seed=3
	"$XBENCH" diff --format json a.csv b.csv c.csv >d.json
	run /usr/bin/python3 -c '
import json
d = json.load(open("d.json"))
assert d["schema"] == 1 and d["unit"] == "cycles"
assert len(d["rows"]) == 12 and d["common_rows"] == 4
assert abs(d["geometric_means"][2] - 3) < 0.01
assert all(r["level"] > 0.95 for r in d["rows"])'
	[ "$status" -eq 0 ]
	run "$XBENCH" diff --format markdown a.csv b.csv c.csv
	[[ "$output" == *"| benchmark | mode | backend | A | B | B/A | C | C/A |"* ]]
	[ "$(grep -c '^| bench' <<<"$output")" -eq 5 ]
}

@test "wrong usage and unreadable files exit 2 and name the place" {
	run "$XBENCH" diff a.csv
	[ "$status" -eq 2 ]
	run "$XBENCH" diff --metric furlongs a.csv b.csv
	[ "$status" -eq 2 ]
	[[ "$output" == *"cycles, ns, tsc"* ]]
	run "$XBENCH" diff --format pdf a.csv b.csv
	[ "$status" -eq 2 ]
	head -c -3 b.csv >torn.csv
	run "$XBENCH" diff a.csv torn.csv
	[ "$status" -eq 2 ]
	[[ "$output" == *"torn.csv:"*"torn"* ]]
}
