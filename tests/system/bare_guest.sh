#!/bin/bash
# SPDX-License-Identifier: MIT
# bare_guest.sh: the bare image in QEMU (TCG, no privilege), to its end.
#
# The image leaves QEMU by isa-debug-exit with a value of its own, which a
# triple fault (QEMU exits 0) or an end of QEMU (1) never gives.
set -euo pipefail

usage()
{
    cat <<'END'
usage: bare_guest.sh [option]... --log FILE (--kernel ELF | --iso FILE)

Boots the image and waits until it ends.  FILE holds what came over the first
serial port.  Exit status: 0 if the image did all it was told; 1 otherwise,
with the reason and the end of the log on stderr; 2 for wrong usage.

  --append TEXT       boot command line (with --kernel; an ISO has its own)
  --exact             every instruction takes one tick (-icount)
  --uefi              boot by OVMF and not by SeaBIOS
  --qemu ARG          one more word of QEMU's command line
  --timeout SECONDS   for the whole run (default 120)
END
}

# bench/bare/bare.h: 2 * BARE_EXIT_DONE + 1.
done_code=177
firmware=/usr/share/ovmf/OVMF.fd

fail()
{
    [[ ! -e $log ]] || tail -n 20 "$log" >&2
    printf 'bare_guest: %s\n' "$*" >&2
    exit 1
}

main()
{
    local append='' timeout=120 status=0 image=() qemu=()

    log=''
    while [[ ${1:-} == --* ]]; do
        case $1 in
        --exact)
            qemu+=(-icount 'shift=0,sleep=off')
            shift
            continue
            ;;
        --uefi)
            [[ -e $firmware ]] || fail "no $firmware (Debian package: ovmf)"
            qemu+=(-bios "$firmware")
            shift
            continue
            ;;
        --help)
            usage
            return 0
            ;;
        esac
        [[ $# -ge 2 ]] || break
        case $1 in
        --append) append=$2 ;;
        --kernel) image=(-kernel "$2") ;;
        --iso) image=(-cdrom "$2" -boot d) ;;
        --qemu) qemu+=("$2") ;;
        --timeout) timeout=$2 ;;
        --log) log=$2 ;;
        *) break ;;
        esac
        shift 2
    done
    if [[ $# -ne 0 || -z $log || ${#image[@]} -eq 0 ]]; then
        usage >&2
        return 2
    fi
    [[ ${image[0]} != -kernel ]] ||
        image+=(-append "end=debug-exit $append")

    timeout --kill-after=10 "$timeout" qemu-system-x86_64 \
        -accel tcg -cpu max -smp 1 -m 256 -nodefaults -display none \
        -no-reboot -serial "file:$log" \
        -device isa-debug-exit,iobase=0xf4,iosize=4 \
        "${image[@]}" "${qemu[@]}" || status=$?
    case $status in
    "$done_code") ;;
    0) fail "the machine was reset: a triple fault?" ;;
    124 | 137) fail "the image did not end within $timeout s" ;;
    *) fail "QEMU: exit status $status" ;;
    esac
}

main "$@"
