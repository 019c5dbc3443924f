# SPDX-License-Identifier: MIT
# gate.bats: `xbench gate`: verdicts, exit codes, and that it fails closed.

load gate_files.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	make_csv a.csv
	make_csv b.csv seed=2 start=10
}

# judge CODE TEXT [argument...]: the gate on a.csv ends with that exit code
# and says that.
judge() {
	local code=$1 text=$2
	shift 2
	run "$XBENCH" gate --baseline a.csv "$@"
	[ "$status" -eq "$code" ] || { echo "$status: $output"; return 1; }
	[[ "$output" == *"$text"* ]] || { echo "$output"; return 1; }
}

# change FILE SCRIPT: edit a file by awk; fields are split at commas.
change() {
	awk -F, -v OFS=, "$2" "$1" >changed && mv changed "$1"
}

@test "identical sides pass" {
	judge 0 "PASS: 0 FAIL, 0 MISSING, 0 INCONCLUSIVE, 4 PASS" b.csv
}

@test "a rise of 5 % in one row fails, and names the row" {
	make_csv b.csv seed=2 start=10 factor=1.05 hit=3
	judge 1 "FAIL: 1 FAIL, 0 MISSING, 0 INCONCLUSIVE, 3 PASS" b.csv
	[[ "$output" == *"FAIL    bench3"*"+5."* || "$output" == *"FAIL    bench3"*"+4."* ]]
	[[ "$output" == *"Next: "*"xbench ab"* ]]
}

@test "an injected rise makes it red, in the exit code and in JUnit" {
	judge 1 "injected: all costs after are +5 %" --inject 5% b.csv
	judge 1 '<testsuites name="xbench gate" tests="4" failures="4"' \
		--inject 5% --format junit b.csv
}

@test "a rise below the margin is ignored; a fall is reported and passes" {
	judge 0 "4 PASS (0 better)" --inject 0.5% b.csv
	judge 0 "4 PASS (4 better)" --inject=-5% b.csv
	[[ "$output" == *"PASS, better bench1"* ]]
}

@test "noise too great to tell is inconclusive" {
	make_csv a.csv noise=0.1
	make_csv b.csv noise=0.1 seed=2 start=10
	judge 4 "INCONCLUSIVE: 0 FAIL" b.csv
	judge 0 "INCONCLUSIVE" --allow-inconclusive b.csv
	judge 1 "FAIL: 0 FAIL" --strict b.csv
}

@test "fails closed: a missing row" {
	change b.csv '$12 != "bench2"'
	judge 4 "MISSING bench2/throughput (user): the new side has no such row" b.csv
	judge 4 "1 MISSING" --allow-inconclusive b.csv
}

@test "fails closed: a renamed row" {
	change b.csv '{ sub("bench2", "bench9") } 1'
	judge 4 "1 MISSING" b.csv
	[[ "$output" == *"note: 1 rows are new"* ]]
}

@test "fails closed: a row with an error, in one launch of fifty" {
	change b.csv '$12 == "bench2" && $7 == 9 {
		for (i = 14; i <= 27; i++) $i = ""
		$10 = ""; $29 = "error"; $30 = "the world died" } 1'
	judge 4 "1 of 50 launches: error: the world died" b.csv
}

@test "fails closed: a row that was skipped" {
	change b.csv '$12 == "bench2" {
		for (i = 14; i <= 27; i++) $i = ""
		$10 = ""; $29 = "skip"; $30 = "no such instruction" } 1'
	judge 4 "50 of 50 launches: skip" b.csv
}

@test "a contaminated launch takes its batch with it, and is told" {
	change b.csv '$12 == "bench2" && $7 == 9 {
		for (i = 14; i <= 18; i++) $i = ""; $29 = "contaminated" } 1'
	judge 0 "note: 1 batches of rows were incomplete" b.csv
	change b.csv '$12 == "bench2" {
		for (i = 14; i <= 18; i++) $i = ""; $29 = "contaminated" } 1'
	judge 4 "1 MISSING" b.csv
}

@test "a launch unlike the others is noise, most of them are not" {
	change b.csv '$7 == 9 { $10 = "unknown"; $16 = $17 = $18 = "" } 1'
	judge 0 "note: 4 batches of rows were incomplete" b.csv
	# Two of five native launches in each batch are no native row.
	change b.csv '$7 % 5 < 3 && $1 == 1 { $10 = "emulated" } 1'
	judge 5 "the fidelity differs in 4 rows" b.csv
}

@test "fails closed: the unit changed" {
	make_csv b.csv seed=2 start=10 unit=ns
	judge 5 "the unit differs or is missing in 4 rows" b.csv
	make_csv b.csv seed=2 start=10 source=pmu
	judge 5 'cycles are "calibrated" and "pmu"' b.csv
	make_csv b.csv seed=2 start=10 tsc_khz=2100000
	judge 5 "the TSC ticks differ" --metric tsc b.csv
}

@test "fails closed: the operations of the body changed" {
	make_csv b.csv seed=2 start=10 ops=320
	judge 5 "the operations of the body differ in 4 rows" b.csv
	# A body of 64 and one of 32, in odd numbers of rounds.
	change a.csv '$19 == 640 { $19 = 64 * (11 + NR % 7 * 2) } 1'
	change b.csv '$19 == 320 { $19 = 32 * (21 + NR % 7 * 2) } 1'
	judge 5 "bench1/throughput (user): 64 and 32" b.csv
	# Within one side.
	change b.csv '$1 == 1 { $19 = $7 < 50 ? 192 : 64 } 1'
	judge 0 "4 PASS" b.csv
	change b.csv '$7 == 50 { $19 = 32 } 1'
	judge 5 "the operations of the body differ" b.csv
}

@test "operations that differ by the rounds alone are the same body" {
	change a.csv '$19 == 640 { $19 = 64 * (11 + NR % 7 * 2) } 1'
	change b.csv '$19 == 640 { $19 = 64 * (7 + NR % 5 * 2) } 1'
	judge 0 "4 PASS" b.csv
}

@test "fails closed: another machine" {
	make_csv b.csv seed=2 start=10 machine=cccc
	sed -i '1i # microcode: 0x2' b.csv
	judge 5 "the machines differ (aaaa and cccc)" b.csv
	[[ "$output" == *'microcode: "" and "0x2"'* ]]
}

@test "fails closed: another fidelity, or one that is not native" {
	make_csv b.csv seed=2 start=10 fidelity=emulated
	judge 5 "the fidelity differs in 4 rows" b.csv
	judge 5 "the fidelity differs" --allow-fidelity b.csv
	make_csv a.csv fidelity=emulated
	judge 5 "not native (--allow-fidelity" b.csv
	judge 0 "4 PASS" --allow-fidelity b.csv
}

@test "fails closed: a side made in one burst" {
	make_csv a.csv spacing=8
	judge 5 "a.csv was made in one burst" b.csv
	make_csv a.csv batches=5 spacing=20
	judge 5 "5 batches within 80 s" b.csv
	make_csv a.csv
	make_csv b.csv seed=2 start=10 spacing=8
	judge 5 "b.csv was made in one burst" b.csv
	make_csv b.csv seed=2 start=10
	change b.csv '{ sub(/2026-[^,]*Z/, "today") } 1'
	judge 5 "does not say when" b.csv
}

@test "fails closed: an empty file" {
	: >b.csv
	judge 2 "b.csv:1:1: there is no header" b.csv
	make_csv b.csv batches=0
	judge 4 "4 MISSING" b.csv
	make_csv a.csv batches=0
	judge 2 "nothing to compare" b.csv
}

@test "fails closed: nothing in common, nothing selected" {
	make_csv b.csv seed=2 start=10 name=other
	judge 4 "4 MISSING" b.csv
	judge 2 "nothing to compare" --select 'no*' b.csv
	judge 2 "nothing to compare" --backend kvm b.csv
}

@test "fails closed: a truncated file" {
	head -c -5 b.csv >t.csv
	judge 2 "t.csv:" t.csv
	head -c "$(($(wc -c <b.csv) / 2))" b.csv >t.csv
	judge 2 "t.csv:" t.csv
}

@test "fails closed: duplicate keys" {
	tail -n 1 b.csv >last && cat last >>b.csv
	judge 2 "the key of line" b.csv
}

@test "fails closed: the same measurement on both sides" {
	judge 5 "are the same measurement" a.csv
	cp a.csv copy.csv
	judge 5 "are the same measurement" copy.csv
}

@test "fails closed: a future schema" {
	change b.csv '$1 == 1 { $1 = 2 } 1'
	judge 2 "this xbench reads schema 1 only" b.csv
}

@test "fails closed: so many rows and so few batches that none can FAIL" {
	make_csv a.csv rows=60 batches=5 spacing=40
	make_csv b.csv rows=60 batches=5 spacing=40 seed=2 start=10
	# One order of 252 against 1 % of a 60th.
	judge 4 "5 and 5 batches can never FAIL among 60 rows: 8 a side are needed" b.csv
	judge 4 "60 INCONCLUSIVE" --allow-inconclusive --inject 50% b.csv
	judge 1 "1 FAIL" --select bench7 --inject 50% b.csv
}

@test "fails closed: batches of unlike size" {
	make_csv b.csv seed=2 start=10 launches=3
	judge 5 "the launches of a batch differ in number in 4 rows" b.csv
}

@test "unresolvable rows are inconclusive and say what could be seen" {
	make_csv a.csv quantum=0.19
	make_csv b.csv quantum=0.19 seed=2 start=10
	# Six steps of 0.19 are 11.4 % of 10, 2.85 % of 40.
	judge 4 "INCONCLUSIVE: 0 FAIL, 0 MISSING, 3 INCONCLUSIVE, 1 PASS" b.csv
	[[ "$output" == *"unresolvable"* && "$output" == *" 11.4 %"* ]]
}

@test "kernels are compared by the boot" {
	make_csv b.csv seed=2 start=10 subject=dddd
	judge 5 "the kernels differ" b.csv
	judge 0 "4 PASS" --margin 2% --threshold 4% b.csv
	local before=() after=()
	for i in 1 2 3 4 5 6 7 8 9 10; do
		make_csv a$i.csv batches=1 seed=$i start=$((2 * i))
		make_csv b$i.csv batches=1 seed=5$i start=$((2 * i + 1)) \
			subject=dddd factor=1.05
		before+=(--baseline a$i.csv)
		after+=(b$i.csv)
	done
	run "$XBENCH" gate "${before[@]}" "${after[@]}"
	[ "$status" -eq 1 ]
	[[ "$output" == *"4 FAIL"* ]]
}

@test "a side of several subjects is told" {
	change a.csv '$1 == 1 && $7 > 25 { $3 = "eeee" } 1'
	judge 0 "a.csv holds more than one subject" b.csv
}

@test "the metric is cycles if all selected rows before have them" {
	for file in a.csv b.csv; do
		change $file '$12 == "bench2" { $16 = $17 = $18 = "" } 1'
	done
	judge 0 "4 rows, ns per operation" b.csv
	judge 0 "3 rows, cycles per operation" --select 'bench[134]' b.csv
}

@test "selection makes the suite smaller" {
	judge 0 "2 rows, cycles" --select bench1 --select 'bench[4]/through*' b.csv
}

@test "wrong usage exits 2 and says what is right" {
	judge 2 "no file to judge"
	run "$XBENCH" gate b.csv
	[ "$status" -eq 2 ]
	[[ "$output" == *"no --baseline FILE"* ]]
	judge 2 "is not a share" --margin two b.csv
	judge 2 "is not a share" --alpha 0 b.csv
	judge 2 "is not below --threshold" --margin 3% b.csv
	judge 2 "contradict" --strict --allow-inconclusive b.csv
	judge 2 'there is no "qemu"' --backend qemu b.csv
	judge 2 "gbench knows times only" --format gbench --metric cycles b.csv
	judge 2 "there is no \"xml\"" --format xml b.csv
	run "$XBENCH" gate --help
	[ "$status" -eq 0 ]
	[[ "$output" == *"--allow-fidelity"*"Exit code"* ]]
}

@test "further formats go to files, also when refused" {
	judge 1 "FAIL: 4 FAIL" --inject 9% --also junit=g.xml \
		--also markdown=g.md b.csv
	grep -q 'failures="4"' g.xml
	grep -q '### xbench gate: FAIL' g.md
	judge 5 "not comparable" --also junit=r.xml a.csv
	grep -q 'errors="1"' r.xml
	judge 3 "No such file" --also junit=no/where.xml b.csv
	judge 2 "is not FORMAT=FILE" --also g.xml b.csv
	judge 2 "gbench knows times only" --metric tsc --also gbench=g b.csv
}

@test "csv and markdown hold every row" {
	judge 1 "verdict,better,backend,family,benchmark,mode" --format csv --inject 9% b.csv
	[ "$(grep -c '^FAIL,0,user,base,bench' <<<"$output")" -eq 4 ]
	judge 1 "### xbench gate: FAIL" --format markdown --inject 9% b.csv
	[ "$(grep -c '^| FAIL | bench' <<<"$output")" -eq 4 ]
}

@test "json parses and agrees with the exit code" {
	make_csv b.csv seed=2 start=10 factor=1.05 hit=3
	run "$XBENCH" gate --format json --baseline a.csv b.csv
	[ "$status" -eq 1 ]
	echo "$output" >g.json
	/usr/bin/python3 -c '
import json
g = json.load(open("g.json"))
assert g["exit_code"] == 1 and g["counts"]["FAIL"] == 1
row, = [r for r in g["rows"] if r["verdict"] == "FAIL"]
assert row["benchmark"] == "bench3" and 1.04 < row["ratio"] < 1.06
assert 0.01 < row["least_effect"] < 0.03 and row["n_before"] == 10'
	run "$XBENCH" gate --format json --baseline a.csv a.csv
	[ "$status" -eq 5 ]
	[[ "$output" == *'"refused": "a.csv and a.csv are the same'* ]]
}
