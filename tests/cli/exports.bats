# SPDX-License-Identifier: MIT
# exports.bats: what the gate exports, read by those that it is meant for.

load gate_files.bash

COMPARE=/usr/share/benchmark/compare.py

setup() {
	cd "$BATS_TEST_TMPDIR"
	make_csv a.csv
	make_csv b.csv seed=2 start=10 factor=1.05 hit=3
}

gate() {
	"$XBENCH" gate --baseline a.csv "$@" b.csv || true
}

need() {
	"$@" >/dev/null 2>&1 || skip "not installed here: $*"
}

# A verdict of each kind: bench1 missing, bench2 unresolvable, bench3 FAIL.
three_kinds() {
	sed -i '/bench1/d' b.csv
	awk -F, -v OFS=, '$12 == "bench2" { $27 = 5 } 1' b.csv >c && mv c b.csv
}

@test "junit: the schema that Jenkins uses takes it" {
	need xmllint --version
	three_kinds
	for options in "" "--strict" "--metric ns"; do
		gate --format junit $options >g.xml
		xmllint --noout --schema "$DATA/junit.xsd" g.xml
	done
	"$XBENCH" gate --baseline a.csv a.csv --format junit >r.xml || true
	xmllint --noout --schema "$DATA/junit.xsd" r.xml
	# The schema is able to refuse.
	sed 's/<testsuites /&skipped="1" /' g.xml >bad.xml
	run xmllint --noout --schema "$DATA/junit.xsd" bad.xml
	[ "$status" -ne 0 ]
}

@test "junit: junitparser reads the verdicts" {
	need /usr/bin/python3 -c 'import junitparser'
	three_kinds
	gate --format junit >g.xml
	gate --format junit --strict >s.xml
	/usr/bin/python3 -c '
from junitparser import JUnitXml, Error, Failure, Skipped
def kinds(path):
    xml = JUnitXml.fromfile(path)
    suite, = list(xml)
    assert (suite.tests, suite.errors) == (4, 1)
    return suite, {c.name: [type(r) for r in c.result] for c in suite}
suite, k = kinds("g.xml")
assert (suite.failures, suite.skipped) == (1, 1), (suite.failures, suite.skipped)
assert k["bench1/throughput"] == [Error] and k["bench2/throughput"] == [Skipped]
assert k["bench3/throughput"] == [Failure] and k["bench4/throughput"] == []
suite, k = kinds("s.xml")
assert (suite.failures, suite.skipped) == (2, 0)
assert k["bench2/throughput"] == [Failure]'
}

@test "junit: text of the files cannot break the XML" {
	need xmllint --version
	sed -i 's/,ok,$/,error,<oops> \&amp; "" \x01/' b.csv
	sed -i 's/,error,\(.*\)$/,error,"\1"/' b.csv
	gate --format junit >g.xml
	grep -q 'oops' g.xml
	xmllint --noout --schema "$DATA/junit.xsd" g.xml
}

@test "gbench: compare.py sets before against after" {
	need test -f "$COMPARE"
	need /usr/bin/python3 -c 'import scipy.stats'
	gate --format gbench >g.json
	run /usr/bin/python3 "$COMPARE" --no-color filters g.json before after
	[ "$status" -eq 0 ]
	# Time, CPU, old and new: +5 % in bench3 only, and a U test of 10 and 10.
	[[ "$output" == *"[before vs. after]/user/bench3/throughput"* ]]
	grep -q 'bench3/throughput_pvalue.*U Test, Repetitions: 10 vs 10' <<<"$output"
	awk '/bench3\/throughput / && !/pvalue/ && !/mean|median|stddev|cv/ {
		n++; if (!($(NF - 5) > 0.03 && $(NF - 5) < 0.07)) bad = 1
	} END { exit bad || n != 10 }' <<<"$output"
}

@test "gbench: no value is NaN, and each time has its unit" {
	gate --format gbench >g.json
	/usr/bin/python3 -c '
import json
def refuse(word):
    raise SystemExit("not JSON: " + word)
g = json.load(open("g.json"), parse_constant=refuse)
assert g["context"]["json_schema_version"] == 1
assert len(g["benchmarks"]) == 4 * 2 * 10
for b in g["benchmarks"]:
    assert b["time_unit"] == "ns" and b["real_time"] > 0
    assert b["run_type"] == "iteration" and b["repetitions"] == 10'
}
