# SPDX-License-Identifier: MIT
# ab.bats: `xbench ab` and `gate --aa`: commands measured in pairs.

load gate_files.bash

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir runs
	# measure SIDE NAME=VALUE...: a launch, with a noise of its own; it
	# notes its turn, and may be told to do otherwise in one of them.
	cat >measure <<-EOF
		#!/usr/bin/env bash
		. "$BATS_TEST_DIRNAME/gate_files.bash"
		side=\$1
		shift
		echo \$side >>turns
		turn=\$(wc -l <turns)
		[ -z "\$AT" ] || [ \$turn -ne "\$AT" ] || eval "\$DO"
		make_csv out-\$side batches=1 launches=1 seed=\$turn "\$@"
		cat out-\$side
	EOF
	chmod +x measure
}

# ab CODE TEXT [option...] -- CMD_A -- CMD_B
ab() {
	local code=$1 text=$2
	shift 2
	run "$XBENCH" ab --spacing 0 --seed 1 "$@"
	[ "$status" -eq "$code" ] || { echo "$status: $output"; return 1; }
	[[ "$output" == *"$text"* ]] || { echo "$output"; return 1; }
}

@test "identical sides pass at the first look" {
	ab 0 "PASS: 0 FAIL, 0 MISSING, 0 INCONCLUSIVE, 4 PASS" \
		-- ./measure a -- ./measure b
	[ "$(wc -l <turns)" -eq 48 ]
}

@test "a rise of 5 % in one row fails" {
	ab 1 "FAIL: 1 FAIL, 0 MISSING, 0 INCONCLUSIVE, 3 PASS" \
		-- ./measure a -- ./measure b factor=1.05 hit=2
	[[ "$output" == *"FAIL    bench2"* ]]
	ab 1 "4 FAIL" --inject 5% -- ./measure a -- ./measure b
}

@test "each pair is whole, and its order is by chance and by the seed" {
	ab 0 PASS -- ./measure a -- ./measure b
	paste -d '' - - <turns >pairs
	[ "$(sort -u pairs | paste -sd ' ')" = "ab ba" ]
	mv turns first
	ab 0 PASS -- ./measure a -- ./measure b
	cmp first turns
	rm turns
	run "$XBENCH" ab --spacing 0 --seed 2 -- ./measure a -- ./measure b
	! cmp -s first turns
}

@test "what is not decided goes on to 160 pairs, and is inconclusive" {
	ab 4 "1 INCONCLUSIVE" --select bench1 \
		-- ./measure a noise=0.2 -- ./measure b factor=1.05 noise=0.2
	[ "$(wc -l <turns)" -eq 320 ]
	[[ "$output" == *"after 160 pairs"* ]]
}

@test "a row that one side lacks is missing" {
	ab 4 "1 MISSING" -- ./measure a rows=5 -- ./measure b
	ab 4 "4 MISSING" -- ./measure a -- ./measure b name=other
}

@test "a command that fails ends it, with what it said" {
	export AT=7 DO="echo 'no such device' >&2; exit 9"
	ab 3 "exit code 9: no such device" -- ./measure a -- ./measure b
	[[ "$output" == *"pair 4"* ]]
	AT=
	ab 3 "no-such-command: No such file" -- ./measure a -- no-such-command
	ab 3 "signal 9" -- ./measure a -- sh -c 'kill -9 $$'
}

@test "output that is no result file ends it, and is kept" {
	ab 3 "its output is no result file (kept): /tmp/xbench-ab-" \
		-- ./measure a -- echo hello
	path=$(grep -o '/tmp/xbench-ab-[A-Za-z0-9]*' <<<"$output")
	[ "$(cat "$path")" = hello ]
	rm "$path"
}

@test "sides that may not be compared are refused" {
	ab 5 "the machines differ" -- ./measure a -- ./measure b machine=cccc
	ab 5 "the fidelity differs" -- ./measure a -- ./measure b fidelity=trapped
	ab 5 "the operations of the body differ" \
		-- ./measure a -- ./measure b ops=64
	ab 5 '"refused"' --format json \
		-- ./measure a -- ./measure b source=pmu
}

@test "a slot of less than five seconds is told" {
	ab 0 "slots less than 5 s apart" -- ./measure a -- ./measure b
}

@test "wrong usage exits 2" {
	ab 2 "two commands are needed" -- ./measure a
	ab 2 "two commands are needed" -- -- ./measure b
	ab 2 "is not a whole number" --seed x -- true -- true
	run "$XBENCH" ab --spacing now -- true -- true
	[ "$status" -eq 2 ]
	run "$XBENCH" ab --help
	[ "$status" -eq 0 ]
	[[ "$output" == *"--spacing"*"Exit code"* ]]
}

@test "gate --aa judges this program's own launches" {
	run "$XBENCH" gate --aa 2 --spacing 0 --backend user \
		--select 'imul_chain/throughput' --threshold 50% --margin 20%
	[ "$status" -eq 0 ]
	[[ "$output" == *"suite 2 of 2: 1 rows"* ]]
	[[ "$output" == *"identical sides: 0 of 2 suites FAILed"* ]]
	run "$XBENCH" gate --aa 1 --spacing 0 --backend user --inject 90% \
		--select 'imul_chain/throughput' --threshold 50% --margin 20%
	[ "$status" -eq 0 ]
	[[ "$output" == *"found in 1 of 1 resolvable rows"* ]]
	run "$XBENCH" gate --aa 1 --spacing 0 --select nothing
	[ "$status" -eq 3 ]
	run "$XBENCH" gate --aa 1 --baseline a.csv b.csv
	[ "$status" -eq 2 ]
}
