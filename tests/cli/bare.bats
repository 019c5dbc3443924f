#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# bare.bats: the bare image's log, whole and torn; image files; a QEMU that
# is no QEMU.  The real one is in tests/system.
load helpers

HEADER=schema,machine,subject,cpu,host,batch,launch,started,backend,fidelity
HEADER+=,family,benchmark,mode,tsc,ns,cycles,cycles_source,cycles_per_tick,ops
HEADER+=,samples,dropped,tsc_min,tsc_p25,tsc_p50,tsc_p75,tsc_p99,quantum,flags
HEADER+=,status,reason

# row LAUNCH BENCHMARK TSC
row()
{
    printf '1,m,s,c,h,1,%s,t,bare,emulated,gs,%s,fenced,%s,2,,,,64,' "$@"
    printf '31,0,1,2,3,4,5,.5,,ok,\n'
}

# Number the lines of standard input and give them checksums, as the image
# does; the algorithm is zlib's and not the program's.
frame()
{
    python3 -c '
import sys, zlib
for number, line in enumerate(sys.stdin.read().splitlines()):
    text = f"{number:06} {line}"
    crc = zlib.crc32(text.encode())
    sys.stdout.write(f"@xb {number:06} {crc:08x} {line}\r\n")'
}

# A boot of two launches: 7 lines, 0 to 6.
boot()
{
    {
        echo "# cpu: Some CPU"
        echo "# seed: 7"
        echo "$HEADER"
        row 1 swapgs 10
        row 1 rdgsbase 20
        row 2 swapgs 11
        echo "end 6 done nmis=${1:-0} user_nmis=0"
    } | frame
}

@test "a whole log" {
    boot >log
    run --separate-stderr "$XBENCH" import log --output a.csv
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    contains "$output" "a.csv: 3 rows, 2 launches, 1 boots"
    [ "$(meta a.csv cpu)" = "Some CPU" ]
    [ "$(cells a.csv launch benchmark tsc | tr '\t\n' '  ')" = \
        "1 swapgs 10 1 rdgsbase 20 2 swapgs 11 " ]
    "$XBENCH" report a.csv >shown
    grep -q swapgs shown
}

@test "among boot messages, terminal codes and other line ends" {
    {
        printf 'SeaBIOS\r\n\033[2J\033[1;1Hno end of line@xb is no line'
        printf '\n\000\377\r\r\nmenu: '
        boot | sed 's/^@xb 000003/\x1b[0m&/' | tr -d '\r'
        printf 'login: @xb '
    } >log
    run --separate-stderr "$XBENCH" import log -o a.csv
    [ "$status" -eq 4 ] # two marks that are no lines
    contains "$stderr" "line 2 is torn"
    lacks "$stderr" missing
    [ "$(cells a.csv benchmark | wc -l)" -eq 3 ]

    boot | sed 's/^@xb 000003/\x1b[0m noise &/' >log
    run --separate-stderr "$XBENCH" import - -o a.csv <log
    [ "$status" -eq 0 ]
    [ "$(cells a.csv benchmark | wc -l)" -eq 3 ]
}

@test "any changed byte of any line is found" {
    boot >whole
    bytes=$(stat -c %s whole)
    for ((at = 0; at < bytes; at += 13)); do
        # Ends of lines may be changed by terminals; the rest may not.
        [ "$(dd if=whole bs=1 skip=$at count=1 status=none |
            od -An -tx1 | tr -d ' ')" != 0d ] || continue
        cp whole log
        printf '\176' | dd of=log bs=1 seek=$at conv=notrunc status=none
        cmp -s whole log && continue
        code=0
        "$XBENCH" import log -o a.csv >/dev/null 2>err || code=$?
        [ $code -eq 4 ] || [ $code -eq 2 ] ||
            { echo "byte $at: exit code $code"; return 1; }
    done
}

@test "a torn line: which, and the rest is kept" {
    boot | sed '5s/rdgs/rd/' >log
    run --separate-stderr "$XBENCH" import log -o a.csv
    [ "$status" -eq 4 ]
    contains "$stderr" "log: line 5 is torn"
    contains "$stderr" "lines 4 to 4 of boot 1 are missing"
    [ "$(cells a.csv benchmark | tr '\n' ' ')" = "swapgs swapgs " ]
    contains "$(meta a.csv incomplete)" "line 5"
}

@test "missing lines: which" {
    boot | sed '4,5d' >log
    run --separate-stderr "$XBENCH" import log -o a.csv
    [ "$status" -eq 4 ]
    contains "$stderr" "lines 3 to 4 of boot 1 are missing"
    lacks "$stderr" torn
    [ "$(cells a.csv launch)" = 2 ]
}

@test "no end line: the machine died" {
    boot | sed '$d' >log
    run --separate-stderr "$XBENCH" import log -o a.csv
    [ "$status" -eq 4 ]
    contains "$stderr" "boot 1 has no end line"
    [ "$(cells a.csv benchmark | wc -l)" -eq 3 ]
}

@test "several boots are batches, and their launches count on" {
    { boot; boot; } >log
    run --separate-stderr "$XBENCH" import log -o a.csv
    [ "$status" -eq 0 ]
    contains "$output" "6 rows, 4 launches, 2 boots"
    [ "$(cells a.csv batch launch | tr '\t\n' '- ')" = \
        "1-1 1-1 1-2 2-3 2-3 2-4 " ]
}

@test "a boot that died before another" {
    { boot | head -n 5; boot; } >log
    run --separate-stderr "$XBENCH" import log -o a.csv
    [ "$status" -eq 4 ]
    contains "$stderr" "boot 1 has no end line"
    [ "$(cells a.csv batch | sort | uniq -c | tr -s ' \n' ' ')" = " 2 1 3 2 " ]
}

@test "NMIs and complaints of the image are told" {
    boot 12 >log
    run --separate-stderr "$XBENCH" import log -o a.csv
    [ "$status" -eq 0 ]
    contains "$stderr" "boot 1 saw 12 NMIs"
    { echo "! exception 13"; echo "end 1 failed nmis=0 user_nmis=0"; } |
        frame >log
    run --separate-stderr "$XBENCH" import log -o b.csv
    refused 2
    contains "$stderr" "boot 1 says: exception 13"
    [ ! -e b.csv ]
}

@test "no rows: another port, or no log" {
    echo "SeaBIOS" >log
    run --separate-stderr "$XBENCH" import log -o a.csv
    refused 2
    contains "$stderr" "log: no row of a bare image"
    [ ! -e a.csv ]
    boot | sed 3d >log # without the header
    run --separate-stderr "$XBENCH" import log -o a.csv
    refused 2
    contains "$stderr" "boot 1 has no header: its 3 rows are lost"
    run --separate-stderr "$XBENCH" import absent -o a.csv
    refused 2
    contains "$stderr" "absent: No such file"
}

@test "usage of import and image" {
    for words in "import" "import log" "import -o a" "import a b -o c" \
        "image" "image x" "image --append select=x -o y"; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr "$XBENCH" $words
        refused 2
    done
    for command in import image; do
        run --separate-stderr "$XBENCH" $command --help
        [ "$status" -eq 0 ]
        contains "$output" "usage: xbench $command"
    done
    run --separate-stderr "$XBENCH" image --iso x.iso --append 'a; b'
    refused 2
    is_empty .
}

@test "image writes the ELF file" {
    run --separate-stderr "$XBENCH" image -o x.elf
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "$(head -c 4 x.elf | tail -c 3)" = ELF ]
    run --separate-stderr "$XBENCH" image -o absent/x.elf
    refused 3
    contains "$stderr" "absent/x.elf: No such file"
}

@test "image --iso without grub-mkrescue says what to install" {
    run --separate-stderr env PATH=/nonexistent "$XBENCH" image --iso x.iso
    refused 3
    contains "$stderr" "apt-get install grub-common"
    is_empty .
}

# fake_qemu CODE: writes ./log where the serial line goes, and ends with CODE.
fake_qemu()
{
    mkdir -p bin
    cat >bin/qemu-system-x86_64 <<END
#!/bin/sh
[ "\$1" != --version ] || exit 0
echo "\$@" >>$PWD/arguments
for word; do
    case \$word in file:*) cp $PWD/log "\${word#file:}" ;; esac
done
exit $1
END
    chmod +x bin/qemu-system-x86_64
    PATH=$PWD/bin:$PATH
}

@test "run --backend bare takes the rows of the log" {
    { echo "$HEADER"; row 1 swapgs 10; echo "end 2 done nmis=0 user_nmis=0"; } |
        frame >log
    fake_qemu 177
    run --separate-stderr "$XBENCH" run swapgs --backend bare --mode fenced \
        --launches 2 --seed 5 --output a.csv
    [ "$status" -eq 0 ]
    [ "$(cells a.csv backend launch cpu tsc | tr '\t\n' '- ')" = \
        "bare-1-c-10 bare-2-c-10 " ]
    [ "$(grep -c ' seed=5 .*select=swapgs mode=fenced' arguments)" -eq 1 ]
    [ "$(grep -c ' seed=6 ' arguments)" -eq 1 ]
}

@test "run --backend bare tells a reset from success" {
    { echo "$HEADER"; row 1 swapgs 10; } | frame >log
    fake_qemu 0
    run --separate-stderr "$XBENCH" run 'swapgs' rdgsbase --backend bare \
        --mode fenced --launches 1 --output a.csv
    [ "$status" -eq 4 ]
    [ "$(cells a.csv benchmark status | tr '\t\n' '- ')" = \
        "swapgs-ok rdgsbase-error " ]
    contains "$(cells a.csv reason)" "triple fault"
}

@test "run --backend bare without QEMU says what to install" {
    run --separate-stderr env PATH=/nonexistent "$XBENCH" run swapgs \
        --backend bare --output a.csv
    refused 3
    contains "$stderr" "apt-get install qemu-system-x86"
    [ ! -e a.csv ]
}

@test "all does not boot the bare image" {
    echo >log
    fake_qemu 177
    "$XBENCH" all --quick --launches 1 --backend user --output a.csv \
        >/dev/null || [ $? -eq 4 ]
    [ ! -e arguments ]
    "$XBENCH" run add_chain --launches 1 --output b.csv >/dev/null ||
        [ $? -eq 4 ]
    [ ! -e arguments ]
    run cells b.csv backend
    lacks "$output" bare
}
