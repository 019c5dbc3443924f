# SPDX-License-Identifier: MIT
# gate_files.bash: result files for the tests of diff, gate and ab.

# make_csv FILE [NAME=VALUE...]: one file.  The noise is a sum of uniform
# numbers, about normal, with a standard deviation of NOISE.
#   rows=4 batches=10 launches=5 noise=0.002 factor=1 seed=1 spacing=20
#   start=0 (minute of the day) machine= subject= host= fidelity= ops= source=
#   unit=cycles (or ns: no cycles) name=bench backend=user quantum=0.01
#   hit=N: the factor is of row N alone
make_csv() {
	local file=$1
	shift
	local args=()
	for pair in "$@"; do args+=(-v "$pair"); done
	awk -v rows=4 -v batches=10 -v launches=5 -v noise=0.002 -v factor=1 \
		-v seed=1 -v spacing=20 -v start=0 -v machine=aaaa \
		-v subject=bbbb -v host=vm -v fidelity=native -v ops=640 \
		-v source=calibrated -v unit=cycles -v name=bench -v hit=0 \
		-v backend=user -v quantum=0.01 -v tsc_khz=2000000 \
		"${args[@]}" '
	function normal(   i, sum) {
		for (i = 0; i < 12; i++) sum += rand()
		return sum - 6
	}
	BEGIN {
		srand(seed)
		print "# cpu: test CPU"
		print "# tsc_khz: " tsc_khz
		print "# kernel: Linux " subject
		print "schema,machine,subject,cpu,host,batch,launch,started," \
			"backend,fidelity,family,benchmark,mode,tsc,ns,cycles," \
			"cycles_source,cycles_per_tick,ops,samples,dropped," \
			"tsc_min,tsc_p25,tsc_p50,tsc_p75,tsc_p99,quantum," \
			"flags,status,reason"
		for (b = 1; b <= batches; b++)
		for (l = 1; l <= launches; l++)
		for (r = 1; r <= rows; r++) {
			s = start * 60 + (b - 1) * spacing + l * spacing / 20
			tsc = 10 * r * (1 + noise * normal())
			if (!hit || hit == r) tsc *= factor
			printf "1,%s,%s,cpu,%s,%d,%d,", machine, subject, \
				host, b, (b - 1) * launches + l
			printf "2026-01-01T%02d:%02d:%02dZ,%s,%s,base,%s%d,", \
				s / 3600, s / 60 % 60, s % 60, backend, \
				fidelity, name, r
			printf "throughput,%.9g,%.9g,", tsc, tsc * 1e6 / tsc_khz
			if (unit == "cycles")
				printf "%.9g,%s,1.5,", tsc * 1.5, source
			else
				printf ",,,"
			printf "%d,31,0,,,,,,%.9g,,ok,\n", ops, quantum
		}
	}' >"$file"
}
